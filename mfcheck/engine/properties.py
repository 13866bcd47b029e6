"""A property file as it was executed, and the code behind the numbers that it measures."""

from collections.abc import Collection
from pathlib import Path
from types import ModuleType

from mfcheck.claims.claim import Claim
from mfcheck.errors import invalid
from mfcheck.sources import Code, code_of, executed, load_source
from mfcheck.sources.loading import text_hash
from mfcheck.sources.places import PACKAGE

ROOTS = (PACKAGE / "engine" / "executor.py", PACKAGE / "run" / "sampler.py")
"""What of mfcheck measures, beside what the property file itself imports."""


class PropertyFile:
    """A property file: its module, its text, and what a number that it measures depends on.

    Raises InvalidArgument for a file that a claim depends on and that is not there, Unavailable
    for a module that Python loaded from another text than the one that is there.
    """

    def __init__(self, path: Path, module: ModuleType) -> None:
        self.path, self.module = path, module
        self._codes: dict[tuple[Path, ...], Code] = {}
        self._strangers: set[Path] = set()
        self.code()

    @classmethod
    def loaded(cls, path: Path) -> "PropertyFile":
        """The file, executed now."""
        return cls(path, load_source(path))

    @property
    def text(self) -> str:
        """The hash of the file's own text, as it was executed."""
        return text_hash(executed(self.path) or self.path.read_bytes())

    def code(self, *more: Path) -> Code:
        """All that its numbers depend on; more: files that define the kind of problem, the
        trainer."""
        if more not in self._codes:
            self._codes[more] = code_of(self.path, [*self._declared(), *more], ROOTS)
        return self._codes[more]

    @property
    def homes(self) -> tuple[str, ...]:
        """The local files that it reaches: kinds of problems that they define are known to it."""
        return self.code().files

    def covers(self, executed: Collection[Path]) -> bool:
        """Whether modules that were executed meanwhile are among its code, and its data unchanged.

        A number that rests on anything else is not kept: it is measured again by every run. Nor
        are those that follow, since a module is executed once and may serve them all.
        """
        known = {Path(file) for code in self._codes.values() for file in code.files}
        self._strangers |= set(executed) - known
        return not self._strangers and all(c.is_current() for c in self._codes.values())

    def _declared(self) -> list[Path]:
        """Files that the claims of the file say they depend on."""
        claims = {id(c): c for c in vars(self.module).values() if isinstance(c, Claim)}
        found = []
        for name in dict.fromkeys(name for c in claims.values() for name in c.depends):
            path = self.path.parent / name
            if not path.is_file():
                rule = f"is no file beside {self.path.name}"
                raise invalid("depends", name, rule, "give its place from there")
            found.append(path.resolve())
        return found
