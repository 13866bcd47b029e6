"""Named, counter-based randomness: the only source of random numbers in mfcheck.

A draw is addressed, not consumed: (root seed, names, stream, replicate, position) determines
the number, on every machine, for every batch and in every order. Two consequences carry the
statistics. Draws *nest*: the first N entries of a draw of 2N are the draw of N. And adding a
check changes no other check's numbers, since each folds its own name in.

Replicates come in fixed chunks of `CHUNK`; the raw Philox stream of numpy is used, which is
stable across numpy versions (its distribution methods are not promised to be).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from json import dumps

import numpy as np

from mfcheck.errors import invalid

CHUNK = 32
"""Replicates that share one counter block. It is part of every address and never changes."""

_PHILOX = np.random.Philox(0)
_FRESH = _PHILOX.state


@dataclass(frozen=True)
class Seeds:
    """Randomness for a range of replicates, with a name.

    root: the run's integer seed. replicates: which replicates (not merely how many), so that
    replicate 40 has the same draws alone or in a batch. names: what the draws are for.
    """

    root: int = 0
    replicates: range = range(1)
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _integer(self.root):
            raise invalid("seed", self.root, "a seed is an integer", "use e.g. seed=0")
        ordered = self.replicates.step == 1 and self.replicates.start >= 0
        if not ordered or len(self.replicates) < 1:
            raise invalid(
                "replicates",
                self.replicates,
                "needs at least one replicate, counted up from 0 or more",
                "use e.g. replicates=16 or range(32, 64)",
            )

    def fold(self, *names: object) -> "Seeds":
        """The same replicates under another name: independent of every other name's draws."""
        return Seeds(self.root, self.replicates, (*self.names, *map(str, names)))

    def uniforms(self, purpose: str, stream: int, length: int) -> np.ndarray:
        """Uniforms on (0, 1), shape (replicates, length), float64; prefixes nest in `length`."""
        key = _key(dumps([self.root, *self.names, purpose]))
        out = np.empty((len(self.replicates), length))
        for words, here, there in self._chunks(key, stream, length):
            out[here] = words[there]
        return _uniform(out)

    def table(self, purpose: str, stream: int, rows: int, cols: int) -> np.ndarray:
        """Uniforms (replicates, rows, cols); the leading corner of a table is the smaller table.

        The entries (j, k) with max(j, k) = m form shell m, which has its own counter.
        """
        start = dumps([self.root, *self.names, f"{purpose} shell "])[:-2]
        out = np.empty((len(self.replicates), rows, cols))
        for m in range(max(rows, cols)):
            key = _key(f'{start}{m}"]')
            for shell, here, there in self._chunks(key, stream, 2 * m + 1):
                if m < cols:
                    out[here, : m + 1, m] = shell[there, : min(m + 1, rows)]
                if m < rows:
                    out[here, m, :m] = shell[there, m + 1 : m + 1 + min(m, cols)]
        return _uniform(out)

    def _chunks(
        self, key: np.ndarray, stream: int, length: int
    ) -> Iterator[tuple[np.ndarray, slice, slice]]:
        """Words (CHUNK, length) of each chunk; for which replicates; which rows they take."""
        first, last = self.replicates[0], self.replicates[-1]
        for chunk in range(first // CHUNK, last // CHUNK + 1):
            start, stop = max(first, chunk * CHUNK), min(last + 1, (chunk + 1) * CHUNK)
            here, there = (slice(start - zero, stop - zero) for zero in (first, chunk * CHUNK))
            yield _words(key, stream, chunk, length), here, there


def _key(name: str) -> np.ndarray:
    """The key that a name stands for."""
    return np.frombuffer(blake2b(name.encode(), digest_size=16).digest(), dtype="<u8")


def _words(key: np.ndarray, stream: int, chunk: int, length: int) -> np.ndarray:
    """One chunk's words of 53 bits, (CHUNK, length); a longer draw extends a shorter one."""
    counter = np.array([0, 0, stream, chunk], dtype=np.uint64)
    with _PHILOX.lock:  # setting a state takes a tenth of the time of a new generator
        _PHILOX.state = _FRESH | {"state": {"counter": counter, "key": key}}
        raw = _PHILOX.random_raw(CHUNK * length)
    raw >>= np.uint64(11)
    return raw.reshape(length, CHUNK).T


def _uniform(words: np.ndarray) -> np.ndarray:
    """Words of 53 bits, as numbers, made into uniforms on (0, 1) in place."""
    words += 0.5
    words *= 2.0**-53
    return words


def as_seeds(seed: "int | Seeds", replicates: "int | range | Seeds | None" = None) -> Seeds:
    """One `Seeds` from the ways a user may say it; `replicates` may itself be a `Seeds`."""
    if isinstance(replicates, Seeds):
        return replicates
    if isinstance(seed, Seeds):
        return seed if replicates is None else Seeds(seed.root, _range(replicates), seed.names)
    return Seeds(seed, _range(1 if replicates is None else replicates))


def _integer(value: object) -> bool:
    """Whether a value is an integer, which a bool is not."""
    return isinstance(value, int) and not isinstance(value, bool)


def _range(replicates: int | range) -> range:
    if isinstance(replicates, range):
        return replicates
    if not _integer(replicates) or replicates < 1:
        raise invalid(
            "replicates", replicates, "is a count of at least 1, or a range", "use e.g. 16"
        )
    return range(replicates)
