"""The problem of `--mf-problem`, in place of those of the checks."""

from collections.abc import Collection
from functools import cache

from mfcheck.engine.device import device
from mfcheck.errors import invalid
from mfcheck.problems.kinds import own_tags
from mfcheck.problems.reading import spec_in, spec_of
from mfcheck.problems.spec import ProblemSpec, json_object
from mfcheck.pytest_plugin.run_settings import Settings


def verify_settings(settings: Settings) -> None:
    """Refuse a device, a trainer or a problem that is none, before anything runs."""
    device(settings.device)
    settings.trained_by()
    if settings.search is not None and settings.problem is not None:
        rule = "a search draws its problems itself"
        raise invalid("--mf-problem", settings.problem, rule, "leave one of the two options out")
    if settings.problem is not None and not _of_a_property_file(settings.problem):
        given = given_problem(settings)
        assert given is not None  # since there is one
        given.problem()


def given_problem(settings: Settings, homes: Collection[str] = ()) -> ProblemSpec | None:
    """The problem of `--mf-problem`: JSON, or a file that holds one.

    homes: files whose kinds of problems it may be of, beside mfcheck's own.
    """
    text = settings.problem
    if text is None:
        return None
    if _is_json(text):
        return spec_of(text, homes)
    python = text.endswith(".py")
    return _executed(text, settings.session) if python else spec_in(text, homes)


@cache
def _executed(path: str, session: str) -> ProblemSpec:
    """The problem that a Python file defines, which a session executes once."""
    return spec_in(path)


def _is_json(text: str) -> bool:
    return text.lstrip().startswith("{")


def _of_a_property_file(text: str) -> bool:
    """Whether the problem is of a kind that mfcheck does not have: a property file may."""
    if not _is_json(text):
        return False
    given = json_object(text)
    return "W" not in given and given.get("init", "") not in own_tags()
