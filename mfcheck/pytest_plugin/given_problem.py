"""The problem of `--mf-problem`, in place of those of the checks."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from mfcheck.engine.device import device
from mfcheck.errors import InvalidArgument, invalid
from mfcheck.problems.kinds import kind_of, own_tags
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

    homes: files whose kinds of problems it may be of, beside mfcheck's own. One of another file's
    kind comes as an `ElsewhereSpec`.
    """
    text = settings.problem
    if text is None:
        return None
    if _of_a_property_file(text) and not known(text, homes):
        return ElsewhereSpec(text)
    if _is_json(text):
        return spec_of(text, homes)
    python = text.endswith(".py")
    return _executed(text, settings.session) if python else spec_in(text, homes)


@dataclass(frozen=True, repr=False)
class ElsewhereSpec(ProblemSpec, kind=False):
    """A problem whose kind another property file defines: no check of this one takes it."""

    text: str

    def problem(self) -> Any:
        """Refused: its kind is not known here."""
        raise invalid("--mf-problem", self.text, "is of another file's kind", "name that file")

    @property
    def label(self) -> str:
        """Its kind."""
        return f"a problem of kind {json_object(self.text)['init']}"

    def json(self) -> str:
        """The problem as it was given."""
        return self.text


def refuse_unknown_kind(settings: Settings, homes: Iterable[Collection[str]]) -> None:
    """Raise InvalidArgument if no property file knows the given problem's kind.

    homes: for each file those whose kinds it knows.
    """
    text, each = settings.problem, list(homes)
    if text is not None and _of_a_property_file(text) and each:
        if not any(known(text, some) for some in each):
            spec_of(text, [home for some in each for home in some])


def known(text: str, homes: Collection[str]) -> bool:
    """Whether files with these kinds know that of a problem in JSON."""
    try:
        kind_of(json_object(text).get("init", ""), homes)
    except InvalidArgument:
        return False
    return True


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
