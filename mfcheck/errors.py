"""Errors that teach: every refusal names the value, the rule and the repair.

Three kinds of trouble are kept apart. A call that means nothing raises `InvalidArgument`.
Mathematics that did not work out (divergence, too few replicates) is a value, never an exception.
Numerics that did not work out (a stiff problem, too many steps) raise `Unresolved`: they are no
evidence for or against any mathematics. A question that does not arise, because the statement does
not speak of the problem or the trainer cannot do what is asked, raises `NotApplicable`.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class MfcheckError(Exception):
    """Anything that mfcheck itself refuses to do."""


class InvalidArgument(MfcheckError, ValueError):
    """A call that cannot mean anything. It does not say that the mathematics failed."""


class Unavailable(MfcheckError, RuntimeError):
    """Something outside the project is missing: a file, an optional package, a device."""


class Unresolved(MfcheckError, ArithmeticError):
    """A solver gave up within its bounds, which says nothing about the motion itself."""


class NotApplicable(MfcheckError):
    """A study or a measurement that cannot be asked for here; its text is the reason, in words.

    The row that raises it counts neither for nor against its statement.
    """


class NotOwned(MfcheckError, RuntimeError):
    """A file that mfcheck did not write stands where it would write one; nothing was touched."""


def invalid(name: str, value: object, rule: str, repair: str) -> InvalidArgument:
    """The error `name = value: rule; repair`, to be raised by the caller."""
    return InvalidArgument(f"{name} = {value!r}: {rule}; {repair}.")


def one_of(name: str, value: str, known: Iterable[str]) -> str:
    """`value` if it is one of the `known` names, else an error that lists them all."""
    names = list(known)
    if value in names:
        return value
    near = get_close_matches(str(value), names, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise invalid(name, value, "unknown name", f"{hint}choose one of {', '.join(names)}")
