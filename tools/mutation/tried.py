"""What the catchers said of a mutant: whether it is killed, and why one may believe it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.mutation.attempt import Words, named
from tools.mutation.mutant import Mutant

CRASHES = (
    *("NameError", "UnboundLocalError", "AttributeError", "ImportError", "ModuleNotFoundError"),
    *("SyntaxError", "TypeError", "KeyboardInterrupt", "SystemExit"),
)
"""What no test was needed to see: a change that cannot run is not wrong mathematics."""


@dataclass(frozen=True)
class Tried:
    """One mutant and what became of it.

    red: the items of its catchers that failed; kinds: as what. silent: catchers none of whose
    items did.
    broken: why what was seen is worth nothing, if so. seconds: of one core, imports included.
    """

    mutant: Mutant
    red: tuple[str, ...]
    kinds: tuple[str, ...]
    silent: tuple[str, ...]
    broken: str
    seconds: float

    @property
    def killed(self) -> bool:
        """Whether every catcher has killed it."""
        return bool(self.mutant.by) and not self.silent and not self.broken

    @property
    def verdict(self) -> str:
        """killed, equivalent, or SURVIVES; and what went against the table's word."""
        if self.mutant.equivalent:
            return "CAUGHT, though marked equivalent" if self.red else self.broken or "equivalent"
        return "killed" if self.killed else f"SURVIVES {self.broken or ', '.join(self.silent)}"

    @property
    def expected(self) -> bool:
        """Whether the table may stand as it is."""
        return self.verdict in ("killed", "equivalent")


def job(mutant: Mutant, home: Path, nodes: Sequence[str] = ()) -> Words:
    """What a fork server is asked: the catchers (or other nodes) on the mutant, in its folder."""
    path = home / "mfcheck" / mutant.file
    text = mutant.planted(path.read_text("utf-8"))
    return {
        "nodes": list(nodes or mutant.by),
        "module": mutant.module,
        "path": str(path),
        "text": text,
    }


def tried(mutant: Mutant, answer: Words, nodes: Sequence[str] = ()) -> Tried:
    """The answer to that job."""
    items = answer["items"]
    groups = named(mutant.by, items) if not nodes else {", ".join(nodes): list(items)}
    found = {node: [i for i in own if speaks(items[i])] for node, own in groups.items()}
    red = tuple(dict.fromkeys(item for own in found.values() for item in own))
    silent = tuple(node for node in found if not found[node])
    kinds = tuple(sorted({items[item]["kind"] for item in red}))
    return Tried(mutant, red, kinds, silent, answer["broken"], answer["seconds"])


def speaks(item: Words) -> bool:
    """Whether an item's failure is a catch: an assertion, or a check (no control) REFUTED."""
    if item["passed"] or item["when"] != "call":
        return False
    if item["kind"] == "Unmet":
        return item["words"].startswith("REFUTED")
    return item["kind"] not in CRASHES and not item["words"].startswith("Timeout")


def unsound(nodes: Sequence[str], answer: Words) -> list[str]:
    """The catchers that are not green where nothing is wrong, or are not there."""
    items = answer["items"]
    return [
        node
        for node, own in named(nodes, items).items()
        if not own or not all(items[item]["passed"] for item in own)
    ]
