"""Answers that outlive an interruption, a line of JSON each; good while no source changes."""

from collections.abc import Sequence
from hashlib import sha256
from json import dumps, loads
from pathlib import Path

from tools.mutation.attempt import Words


class Kept:
    """Answers by name and by what was asked, for the sources in one folder.

    file: where they are kept. home: the copy of the sources. fresh: whether to begin anew.
    """

    def __init__(self, file: Path, home: Path, fresh: bool = False) -> None:
        self.file, self.mark = file, _mark(home)
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = file.read_text("utf-8").splitlines() if file.exists() and not fresh else []
        entries = [one for line in lines if (one := _read(line)) and one["mark"] == self.mark]
        self.answers = {one["key"]: one["answer"] for one in entries}
        file.write_text("".join(dumps(one) + "\n" for one in entries), "utf-8")

    def get(self, name: str, job: Words) -> Words | None:
        """The answer to a job, if it was given before."""
        return self.answers.get(_key(name, job))

    def keep(self, name: str, job: Words, answer: Words) -> None:
        """Write the answer down; one without a word from pytest is not worth keeping."""
        if answer["items"]:
            entry = {"mark": self.mark, "key": _key(name, job), "answer": answer}
            with self.file.open("a", encoding="utf-8") as lines:
                lines.write(dumps(entry) + "\n")


def _key(name: str, job: Words) -> str:
    asked: Sequence[str] = [name, job.get("text") or "", *job["nodes"]]
    return sha256(dumps(asked).encode()).hexdigest()


def _mark(home: Path) -> str:
    """One hash of all the sources."""
    total = sha256()
    for path in sorted(home.rglob("*.py")):
        total.update(f"{path.relative_to(home)}\n".encode() + path.read_bytes())
    return total.hexdigest()


def _read(line: str) -> Words | None:
    """An entry, or None for a line that was cut off."""
    try:
        return loads(line)
    except ValueError:
        return None
