"""A planted bug: one change of one line of the simulator, and how it is put into the source.

A bug whose old text is no longer in the source says nothing about the claims; it is an error,
never skipped.
"""

from dataclasses import dataclass


class Stale(Exception):
    """The source has moved on: the old text does not stand in it as often as the table says."""


@dataclass(frozen=True)
class Bug:
    """One wrong factor, sign or index.

    file: relative to mfcheck/. old, new: exact texts, `old` standing `times` times in the file.
    wrong: what is wrong mathematically, in one sentence. equivalent: why no theorem can see it;
    empty for a bug that a claim ought to refute.
    """

    name: str
    file: str
    old: str
    new: str
    wrong: str
    times: int = 1
    equivalent: str = ""

    def planted(self, source: str) -> str:
        """The source with the bug in it. Raises Stale if the source has changed under it."""
        found = source.count(self.old)
        if found != self.times:
            raise Stale(
                f"{self.name}: mfcheck/{self.file} holds {found} times, not {self.times}, "
                f"the text {self.old!r}; rewrite `old` and `new` after the new source."
            )
        return source.replace(self.old, self.new)
