"""How long a solve may take, and who is told how far it is.

Both are set around a solve and not passed through it: a row knows how much time it has, and the
solver, several calls below, knows where it is.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import process_time
from typing import NamedTuple

from mfcheck.errors import Unresolved

Tell = Callable[[float, float], None]
"""(t, T): how far a solve is. It is called at every step, so that a dear one waits by itself."""


class Patience(NamedTuple):
    """Until when on the clock a solve may go on, of how many seconds, and who is told."""

    until: float
    seconds: float
    clock: Callable[[], float]
    tell: Tell | None


_AROUND: ContextVar[tuple[Patience, ...]] = ContextVar("patience", default=())


@contextmanager
def patient(
    seconds: float, tell: Tell | None = None, clock: Callable[[], float] = process_time
) -> Iterator[None]:
    """Flows and limits within it take `seconds` of the clock altogether, and tell how far they are.

    One that is not done by then raises Unresolved. Of several around each other all hold.
    """
    token = _AROUND.set((*_AROUND.get(), Patience(clock() + seconds, seconds, clock, tell)))
    try:
        yield
    finally:
        _AROUND.reset(token)


def attend(t: float, T: float) -> None:
    """Say that a solve is at t of T. Raises Unresolved where its time is up."""
    for one in _AROUND.get():
        if one.clock() > one.until:
            where = f"t = {t:.3g} of {T:g} was reached"
            raise Unresolved(f"{one.seconds:g} seconds are up: {where}; ask for less T.")
        if one.tell is not None:
            one.tell(t, T)
