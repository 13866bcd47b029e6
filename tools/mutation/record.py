"""The record of mutants: as JSON for the report, as Markdown for the docs."""

import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from json import dumps
from pathlib import Path

from mfcheck import __version__
from mfcheck.engine.device import commit
from tools.mutation.attempt import Words
from tools.mutation.mutants import AREAS
from tools.mutation.table import Planted, catcher, digests, planted
from tools.mutation.tried import Tried

JSON = "tools/mutation/record.json"
PAGE = "docs/mutants.md"

HEAD = "| mutant | what is wrong | killed by | seconds |\n|---|---|---|---:|"


def entry(one: Tried) -> Words:
    """A mutant as the record keeps it."""
    mutant = one.mutant
    return {
        "area": next(area for area, mutants in AREAS.items() if mutant in mutants),
        "name": mutant.name,
        "file": mutant.file,
        "wrong": mutant.wrong,
        "by": list(mutant.by),
        "as": list(one.kinds),
        "seconds": round(one.seconds, 1),
        "verdict": one.verdict,
        "proof": mutant.equivalent,
    }


def line(found: Words) -> str:
    """The row of the table for one mutant."""
    by = ", ".join(f"`{catcher(node)}`" for node in found["by"])
    if found["verdict"] != "killed":
        by = f"{found['verdict']}: {found['proof'] or by}"
    cells = (f"`{found['name']}`", found["wrong"], by, f"{found['seconds']:.1f}")
    return f"| {' | '.join(cell.replace('|', '∣') for cell in cells)} |"


def write(root: Path, home: Path, found: Sequence[Tried], seconds: float) -> None:
    """The record of a whole run, with the digests of the files in `home` that held the mutants."""
    files = digests(dict.fromkeys(one.mutant.file for one in found), home / "mfcheck")
    about = {
        "version": f"mfcheck {__version__}, {_commit(root)}",
        "date": datetime.now(UTC).date().isoformat(),
        "seconds": round(seconds),
    }
    parts = [
        f'"about": {dumps(about, ensure_ascii=False)}',
        '"files": {\n' + ",\n".join(f'  "{k}": "{v}"' for k, v in sorted(files.items())) + "\n}",
        '"mutants": [\n' + ",\n".join(dumps(entry(o), ensure_ascii=False) for o in found) + "\n]",
    ]
    (root / JSON).write_text("{\n" + ",\n".join(parts) + "\n}\n", "utf-8")
    write_page(root)


def _commit(root: Path) -> str:
    """The commit, and whether mfcheck itself was as committed."""
    words = ["git", "-C", str(root), "diff", "--quiet", "HEAD", "--", "mfcheck"]
    changed = subprocess.run(words, check=False, capture_output=True).returncode
    name = (commit() or "no commit").removesuffix("-dirty")
    return f"commit {name}{' with changes' if changed else ''}"


def write_page(root: Path) -> None:
    """docs/mutants.md anew, from the record that is there."""
    kept = planted(root / JSON, root / "mfcheck")
    if kept is not None:
        (root / PAGE).write_text(page(kept), "utf-8")


def page(kept: Planted) -> str:
    """docs/mutants.md, from the record alone."""
    lines = [TEXT.format(total=len(kept.mutants), killed=kept.count("killed"), **_words(kept))]
    for area, mutants in kept.areas.items():
        lines += [f"\n## {area}\n", HEAD, *map(line, mutants)]
    return "\n".join(lines) + "\n"


def _words(kept: Planted) -> Words:
    same = kept.count("equivalent")
    proved = f" and {same} {'is' if same == 1 else 'are'} proved equivalent" if same else ""
    return {
        "same": proved,
        "version": kept.about["version"],
        "date": kept.about["date"],
        "clock": f"{kept.about['seconds'] / 60:.0f} minutes",
        "core": f"{kept.seconds:.0f}",
        "areas": len(kept.areas),
    }


TEXT = """# Which mutants are killed

A theorem checker that never fails proves nothing, so we break it on purpose. {total} mutants, each
a change of a line or two, are planted one at a time in a copy of the sources: a factor of N, a
slope, a seed, an order statistic, a cache key, a badge of the report. Each names its catchers,
tests or checks of claims, and counts as killed only if every one of them fails on it and is green
without it.

    make mutants                                                        # all of them
    python -m tools.mutation.mutate forward_root_N                        # one
    python -m tools.mutation.mutate --select properties forward_root_N    # what do all claims say?

A failure must be an assertion, an error that the test did not ask for, or a check that comes out
REFUTED; a change that merely cannot run, a timeout and a control that comes out otherwise do not
count. Each attempt runs in a process that had imported nothing of mfcheck before, and swears
that the changed text is what ran. `make test` tries the quicker half every time. A mutant that
survives is a gap: it gets a test of its own, or a proof that it changes nothing.

Measured on {version}, {date}: {killed} of {total} are killed{same}, in {clock} on two cores
({core} core-seconds). A catcher `file::test` lies under `tests/` or `properties/`; seconds are
those of one core, imports of mfcheck included."""
