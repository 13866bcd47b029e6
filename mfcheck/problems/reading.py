"""A specification from JSON, or from a file: JSON, or Python that defines `problem`."""

from collections.abc import Collection
from pathlib import Path

from mfcheck.errors import InvalidArgument, invalid
from mfcheck.problems.explicit import ExplicitSpec
from mfcheck.problems.kinds import kind_of
from mfcheck.problems.problem import Problem
from mfcheck.problems.scripted import ScriptSpec
from mfcheck.problems.spec import ProblemSpec, json_object
from mfcheck.sources import load_source


def spec_of(text: str, homes: Collection[str] = (), source: str = "") -> ProblemSpec:
    """A specification from JSON: a problem written out (it has weights "W"), or one by its tag.

    homes: files whose kinds are known beside mfcheck's own. source: the file of a written one.
    """
    given = json_object(text)
    if "W" in given:
        return ExplicitSpec(text, source)
    return kind_of(given.get("init", ""), homes).from_json(text)


def spec_in(path: str | Path, homes: Collection[str] = ()) -> ProblemSpec:
    """A specification from a file: JSON, or Python that defines `problem`."""
    path = Path(path)
    if not path.is_file():
        raise invalid("problem", str(path), "is neither JSON nor a file", "check the path")
    if path.suffix != ".py":
        return spec_of(path.read_text("utf-8"), homes, str(path))
    try:
        found = vars(load_source(path)).get("problem")
    except Exception as error:
        rule = f"raised {type(error).__name__}: {error}"
        raise invalid("file", str(path), rule, "mend the file") from error
    if isinstance(found, ProblemSpec):
        return found
    if not isinstance(found, Problem):
        rule = "defines no `problem` that is a Problem or a ProblemSpec"
        raise invalid("file", str(path), rule, "add problem = mf.Problem(...)")
    try:
        return ExplicitSpec.of(found, str(path))
    except InvalidArgument:  # it cannot be written out
        return ScriptSpec.of(found, str(path))
