"""A mutant: one wrong factor, sign, index or comparison, and what must catch it.

A mutant whose old text is no longer in the source says nothing about its catcher; it is an error,
never skipped.
"""

from dataclasses import dataclass


class Stale(Exception):
    """The source has moved on: the old text does not stand in it as often as the table says."""


@dataclass(frozen=True)
class Mutant:
    """One change of one file.

    file: relative to mfcheck/. old, new: exact texts, `old` standing `times` times in the file.
    wrong: what is wrong, in one sentence. by: the catchers, each a pytest node: a test, or a check
    of a property file; every one of them must fail on the mutant. equivalent: the proof that no
    test can see the mutant, empty for one that must be killed; then `by` are the tests that come
    nearest, and none of them may fail.
    """

    name: str
    file: str
    old: str
    new: str
    wrong: str
    by: tuple[str, ...] = ()
    times: int = 1
    equivalent: str = ""

    @property
    def module(self) -> str:
        """The dotted name of the changed module."""
        words = ("mfcheck/" + self.file).removesuffix(".py").split("/")
        return ".".join(words[:-1] if words[-1] == "__init__" else words)

    def planted(self, source: str) -> str:
        """The source with the mutant in it. Raises Stale if the source has changed under it."""
        found = source.count(self.old)
        if found != self.times:
            raise Stale(
                f"{self.name}: mfcheck/{self.file} holds {found} times, not {self.times}, "
                f"the text {self.old!r}; rewrite `old` and `new` after the new source."
            )
        return source.replace(self.old, self.new)
