"""docs/premises.md: every premise of the catalogue, who asks it, and the problems at its edge.

python -m tests.premise_table > docs/premises.md
"""

from collections.abc import Iterable

from mfcheck.claims import Check
from mfcheck.claims.assumption import Assumption
from tests.edges import EDGES, NEVER_BROKEN
from tests.property_files import FILES, property_file

HEAD = """# Premises, and who asks them

    .venv/bin/python -m tests.premise_table > docs/premises.md

What a theorem assumes is asked of every problem before it is measured, and a row whose problem
breaks a premise is INCONCLUSIVE. A check may ask more than its claim does: then it stands here as
`claim::check`. A test holds this page to the catalogue, and tries every premise that a problem
decides on the problems named beside it.
"""
DECIDED = """
## Decided from the problem

| premise | asked by | barely met by | broken by |
|---|---|---|---|
"""
CONSTRUCTED = """
## By construction

True of every problem that these claims are measured on, by how the problems are made.

| premise | asked by |
|---|---|
"""
UNCHECKED = """
## Cannot be checked

| premise | why | asked by |
|---|---|---|
"""


def asked() -> dict[Assumption, list[str]]:
    """Every premise of the catalogue and the claims and checks that ask it, as they are found."""
    found: dict[Assumption, list[str]] = {}
    known: dict[str, Assumption] = {}
    for name in FILES:
        checks = [one for one in vars(property_file(name)).values() if isinstance(one, Check)]
        shared = checks[0].claim.assumed
        asking = [(one, name) for one in shared]
        for check in checks:
            asking += [(one, f"{name}::{check.name}") for one in check.assumed if one not in shared]
        for premise, who in asking:
            found.setdefault(known.setdefault(premise.text, premise), []).append(who)
    return found


def page() -> str:
    """The whole page; what most ask comes first."""
    asking = sorted(asked().items(), key=lambda item: (-len(item[1]), item[0].text))
    rows: dict[str, list[str]] = {DECIDED: [], CONSTRUCTED: [], UNCHECKED: []}
    for premise, who in asking:
        if premise.test:
            rows[DECIDED].append(_row(premise.text, _names(who), *_edges(premise)))
        elif premise.beyond:
            rows[UNCHECKED].append(_row(premise.text, premise.beyond, _names(who)))
        else:
            rows[CONSTRUCTED].append(_row(premise.text, _names(who)))
    return HEAD + "".join(head + "".join(lines) for head, lines in rows.items())


def _edges(premise: Assumption) -> tuple[str, str]:
    """The problems that meet it and those that break it, in one order."""
    if premise.text in {one.text for one in NEVER_BROKEN}:
        return "every problem (a loss of one's own is not known)", "none that can be made"
    edges = [edge for edge in EDGES if edge.premise.text == premise.text]
    meets, breaks = [edge.meets[0] for edge in edges], [edge.breaks[0] for edge in edges]
    return "; ".join(dict.fromkeys(meets)), "; ".join(breaks)


def _names(who: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in who)


def _row(*cells: str) -> str:
    """A row of a table, in which a bar within a cell is escaped."""
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


if __name__ == "__main__":
    print(page(), end="")
