"""A run's folder, in which mfcheck replaces and removes only what its manifest lists.

Everything else there is somebody's: it is left as it is, and a run that would need its name is
refused before anything is measured.
"""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from mfcheck.errors import NotOwned
from mfcheck.files import manifest
from mfcheck.files.layout import EVIDENCE
from mfcheck.files.lock import alone
from mfcheck.files.manifest import Files, hashed
from mfcheck.files.place import create_file, draft, exchange, is_link, settle, stands


class RunFolder:
    """A folder that mfcheck writes into. Names are relative to it: "index.html", "figures/a.svg".

    The folder itself is made when the first file is written; a link to one is followed, since it
    was named by whoever called. Links within it are not.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)

    def verify(self, names: Iterable[str]) -> None:
        """Raise NotOwned, in one line, if something that is not mfcheck's has one of these names.

        In a name like figures/*.svg the star stands for every name that is there already.
        """
        nearest = next(part for part in (self.path, *self.path.parents) if stands(part))
        if not nearest.is_dir():
            raise NotOwned(f"{nearest} is no folder and is left as it is: name another one.")
        files = manifest.listed(self.path)
        for name in names:
            for found in self._matching(name):
                self._verify_file(found, files)

    def write(self, name: str, content: bytes) -> Path:
        """Put these bytes into a file that is new or mfcheck's own. Raises NotOwned for another.

        The manifest lists the bytes before they are there, so that a kill at any moment leaves
        nothing that the next run would not know.
        """
        target = self.path / name
        target.parent.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):  # even if it is a link, which `verify` refuses
            target.parent.mkdir()
        with alone(self.path):
            files = manifest.listed(self.path)
            self._verify_file(name, files)
            old = [hashed(target.read_bytes())] if stands(target) else []
            new = hashed(content)
            self._sweep(name, files)
            manifest.keep_manifest(self.path, files | {name: list(dict.fromkeys([*old, new]))})
            exchange(target, content)
            manifest.keep_manifest(self.path, files | {name: [new]})
        return target

    def create(self, name: str, content: bytes) -> Path:
        """A file that tells by itself whose it is and is in no manifest: made if it is not there.

        Processes may start together: the first one makes it.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        target = self.path / name
        with alone(self.path):
            if not stands(target):
                with suppress(NotOwned):  # where there is no lock: another process was first
                    create_file(target, content)
            settle(target, content)
        return target

    def prune(self, subfolder: str, keep: Iterable[str]) -> None:
        """Remove the files of a subfolder that mfcheck wrote, but for those named.

        One that was changed since is no longer mfcheck's: it stays.
        """
        kept = set(keep)
        if not stands(self.path / subfolder):
            return
        with alone(self.path):
            files = manifest.listed(self.path)
            gone = [n for n in files if n.startswith(f"{subfolder}/") and n not in kept]
            for name in gone:
                self._sweep(name, files)
                if self._is_own(name, files):
                    (self.path / name).unlink(missing_ok=True)
            if gone:
                manifest.keep_manifest(self.path, {n: h for n, h in files.items() if n not in gone})

    def adopt(self, names: Iterable[str]) -> list[str]:
        """List files as mfcheck's own that a version before the manifest wrote; those there are.

        Only for whoever knows that they are. Links are left out.
        """
        with alone(self.path):
            files = manifest.listed(self.path)
            found = [n for n in names if self._plain(n) and (self.path / n).is_file()]
            taken = {n: [hashed((self.path / n).read_bytes())] for n in found}
            manifest.keep_manifest(self.path, files | taken)
        return found

    def _matching(self, name: str) -> list[str]:
        """The name itself, or those that fit a pattern."""
        subfolder, _, pattern = name.rpartition("/")
        if "*" not in pattern:
            return [name]
        self._verify_parent(self.path / name)
        return [f"{subfolder}/{p.name}" for p in sorted((self.path / subfolder).glob(pattern))]

    def _verify_parent(self, path: Path) -> None:
        """The subfolder of a file is a folder of this one, if it is there; no link, no file."""
        inside = path.parent != self.path and stands(path.parent)
        if inside and (is_link(path.parent) or not path.parent.is_dir()):
            rule = "is a link" if is_link(path.parent) else "is no folder"
            raise self._refusal(path.parent, rule)

    def _verify_file(self, name: str, files: Files) -> None:
        path = self.path / name
        self._verify_parent(path)
        if stands(path) and not self._is_own(name, files):
            rule = "was changed since mfcheck wrote it" if name in files else "is not mfcheck's"
            raise self._refusal(path, "is a link" if is_link(path) else rule)

    def _refusal(self, path: Path, rule: str) -> NotOwned:
        repair = "move it away or name another folder"
        if stands(self.path / EVIDENCE) and not stands(self.path / manifest.MANIFEST):
            repair += f"; if an earlier version of mfcheck wrote it: mfcheck adopt {self.path}"
        return NotOwned(f"{path} {rule} and is left as it is: {repair}.")

    def _is_own(self, name: str, files: Files) -> bool:
        """Whether the manifest lists the file with its bytes; what cannot be read is not."""
        path = self.path / name
        if not self._plain(name) or not path.is_file():
            return False
        try:
            return hashed(path.read_bytes()) in files.get(name, [])
        except OSError:
            return False

    def _plain(self, name: str) -> bool:
        """Whether no link stands on the way from the folder to the file."""
        path = self.path / name
        return not is_link(path) and (path.parent == self.path or not is_link(path.parent))

    def _drafts(self, name: str, files: Files) -> list[Path]:
        return [draft(self.path / name, mark) for mark in files.get(name, [])]

    def _sweep(self, name: str, files: Files) -> None:
        """Take away what a killed run left of its drafts: the manifest knows their hashes."""
        for left in self._drafts(name, files):
            if left.is_file() and not is_link(left) and not is_link(left.parent):
                left.unlink()
