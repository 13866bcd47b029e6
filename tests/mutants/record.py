"""The record of planted bugs: as JSON for the report, as Markdown for the docs."""

import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from json import dumps
from pathlib import Path

from mfcheck import __version__
from mfcheck.engine.device import commit
from mfcheck.report.planted import Planted, catcher, digests, planted
from tests.mutants.attempt import Words
from tests.mutants.planted import AREAS
from tests.mutants.tried import Tried

JSON = "mfcheck/report/planted.json"
PAGE = "docs/planted-bugs.md"

HEAD = "| bug | what is wrong | caught by | seconds |\n|---|---|---|---:|"


def entry(one: Tried) -> Words:
    """A bug as the record keeps it."""
    bug = one.bug
    return {
        "area": next(area for area, bugs in AREAS.items() if bug in bugs),
        "name": bug.name,
        "file": bug.file,
        "wrong": bug.wrong,
        "by": list(bug.by),
        "as": list(one.kinds),
        "seconds": round(one.seconds, 1),
        "verdict": one.verdict,
        "proof": bug.equivalent,
    }


def line(found: Words) -> str:
    """The row of the table for one bug."""
    by = ", ".join(f"`{catcher(node)}`" for node in found["by"])
    if found["verdict"] != "caught":
        by = f"{found['verdict']}: {found['proof'] or by}"
    cells = (f"`{found['name']}`", found["wrong"], by, f"{found['seconds']:.1f}")
    return f"| {' | '.join(cell.replace('|', '∣') for cell in cells)} |"


def write(root: Path, home: Path, found: Sequence[Tried], seconds: float) -> None:
    """The record of a whole run, with the digests of the files in `home` that held the bugs."""
    files = digests(dict.fromkeys(one.bug.file for one in found), home / "mfcheck")
    about = {
        "version": f"mfcheck {__version__}, {_commit(root)}",
        "date": datetime.now(UTC).date().isoformat(),
        "seconds": round(seconds),
    }
    parts = [
        f'"about": {dumps(about, ensure_ascii=False)}',
        '"files": {\n' + ",\n".join(f'  "{k}": "{v}"' for k, v in sorted(files.items())) + "\n}",
        '"bugs": [\n' + ",\n".join(dumps(entry(o), ensure_ascii=False) for o in found) + "\n]",
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
    """docs/planted-bugs.md anew, from the record that is there."""
    kept = planted(root / JSON, root / "mfcheck")
    if kept is not None:
        (root / PAGE).write_text(page(kept), "utf-8")


def page(kept: Planted) -> str:
    """docs/planted-bugs.md, from the record alone."""
    lines = [TEXT.format(total=len(kept.bugs), caught=kept.count("caught"), **_words(kept))]
    for area, bugs in kept.areas.items():
        lines += [f"\n## {area}\n", HEAD, *map(line, bugs)]
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


TEXT = """# Which planted bugs are caught

A theorem checker that never fails proves nothing, so we break it on purpose. {total} bugs, each a
change of a line or two, are planted one at a time in a copy of the sources: a factor of N, a
slope, a seed, an order statistic, a cache key, a badge of the report. Each names its catchers,
tests or checks of claims, and counts as caught only if every one of them fails on it and is green
without it.

    make mutants                                                        # all of them
    python -m tests.mutants.plant forward_root_N                        # one
    python -m tests.mutants.plant --select properties forward_root_N    # what do all claims say?

A failure must be an assertion, an error that the test did not ask for, or a check that comes out
REFUTED; a change that merely cannot run, a timeout and a control that comes out otherwise do not
count. Each attempt runs in a process that had imported nothing of mfcheck before, and swears
that the changed text is what ran. `make test` tries the quicker half every time. A bug that
survives is a gap: it gets a test of its own, or a proof that it changes nothing.

Measured on {version}, {date}: {caught} of {total} are caught{same}, in {clock} on two cores
({core} core-seconds). A catcher `file::test` lies under `tests/` or `properties/`; seconds are
those of one core, imports of mfcheck included."""
