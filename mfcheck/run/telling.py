"""How far a long solve of a row is, written into the store for whoever shows it."""

from collections.abc import Callable
from time import perf_counter

from mfcheck.engine.store import Store

LONG, BETWEEN = 2.0, 1.0
"""Seconds after which a solve is long, and seconds between two notes of it."""

KIND = "solve"
"""The kind of these notes: one a row, empty once the row has ended."""


class Telling:
    """Called with (t, T) at every step of every solve of a row; `name` of the row, `who` measures.

    A solve that begins again earlier is another one.
    """

    def __init__(
        self,
        store: Store | None,
        session: str,
        name: str,
        who: str,
        *,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self.store, self.row, self.who, self.clock = store, (session, KIND, name), who, clock
        self.begun = self.told = clock()
        self.t, self.long = 0.0, False

    def __call__(self, t: float, T: float) -> None:
        now = self.clock()
        if t < self.t:
            self.begun = now
        self.t = t
        if self.store and now - self.begun > LONG and now - self.told >= BETWEEN:
            self.told, self.long = now, True
            self.store.note(*self.row, f"{self.who}, t = {t:.3g} of {T:g}")

    def end(self) -> None:
        """Take back what was told."""
        if self.store and self.long:
            self.store.note(*self.row, "")
