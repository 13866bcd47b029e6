"""What the command line does with claims: list them, start one, measure a row again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from mfcheck import evidence
from mfcheck.court import Check, Claim, budget
from mfcheck.engine.executor import Executor
from mfcheck.errors import Unavailable, invalid
from mfcheck.trial import Trial
from mfcheck.written import posed, posed_in

COMPARED = ("estimate", "low", "high", "curves", "median_curve", "n", "verdict")
"""The fields of a row that a replay must give again."""


def claims_in(folder: Path) -> Iterator[tuple[Claim, list[Check]]]:
    """The claims of the property files in a folder, each with its checks and controls."""
    files = sorted(folder.glob("*.py"))
    if not files:
        raise Unavailable(f"no property files in {folder}; name the folder that holds them.")
    for file in files:
        found = vars(Executor().module(str(file))).values()
        checks = [check for check in found if isinstance(check, Check)]
        for claim in dict.fromkeys(check.claim for check in checks):
            yield claim, [check for check in checks if check.claim is claim]


def replay(folder: Path, row_id: str) -> tuple[bool, str]:
    """Measure a row of a run again, with no store: whether it is the same, and in what words."""
    found = evidence.read(folder)
    rows = [row for row in found["rows"] if row["id"].startswith(row_id)]
    if len(rows) != 1:
        known = ", ".join(row["id"] for row in found["rows"][:5])
        raise invalid("row", row_id, f"{len(rows)} rows begin so", f"ids look like {known}")
    row, run = rows[0], found["run"]
    again = _again(row, run, _nodeid(found, row))
    return _compare(row, again)


def _nodeid(found: dict[str, Any], row: dict[str, Any]) -> str:
    claim = next(claim for claim in found["claims"] if claim["name"] == row["claim"])
    return next(c["nodeid"] for c in claim["checks"] if c["name"] == row["check"])


def _again(row: dict[str, Any], run: dict[str, Any], nodeid: str) -> dict[str, Any]:
    torch.set_num_threads(1)
    file = str(Path(nodeid.split("::")[0]).resolve())
    executor = Executor()
    check: Check = getattr(executor.module(file), row["check"])
    trial = Trial(
        check,
        file,
        nodeid,
        budget(run["budget"]),
        executor,
        run["id"],
        run["seed"],
        row["device"],
    )
    text = row["problem"]["json"]
    problem = posed(text) if text.startswith("{") else posed_in(Path(text))
    return trial.row(problem, row["origin"]).record()


def _compare(row: dict[str, Any], again: dict[str, Any]) -> tuple[bool, str]:
    head = f"{row['claim']}::{row['check']} on {row['problem']['label']}"
    change = [name for name in COMPARED if row[name] != again[name]]
    if not change:
        return True, f"{head}\nsame to the bit: {row['verdict']}, estimate {row['estimate']!r}"
    lines = [head, "different:"]
    for name in change:
        short = name not in ("curves", "median_curve")
        lines.append(f"  {name}: {row[name]!r} then, {again[name]!r} now" if short else f"  {name}")
    return False, "\n".join(lines)


def new_claim(name: str, folder: Path) -> Path:
    """A property file that runs as it stands and is to be rewritten; never overwrites one."""
    if not name.isidentifier():
        raise invalid("name", name, "is no Python name", "use letters, digits and underscores")
    target = folder / f"{name}.py"
    if target.exists():
        raise invalid("name", name, f"{target} exists", "choose another name")
    folder.mkdir(parents=True, exist_ok=True)
    target.write_text(TEMPLATE.replace("NAME", name), "utf-8")
    return target


TEMPLATE = '''r"""State the theorem in one line.

Then its assumptions and its right-hand side, with LaTeX between dollars:

$$ D_T \\le C \\, N^{-1/2} . $$
"""

import mfcheck as mf
from mfcheck.court.strategies import problems

WIDTHS = (16, 32, 64, 128)

claim = mf.Claim("NAME", text=__doc__, source="who, where, which number", section="Z. My claims")


def envelope(N):
    """The right-hand side, without its constant."""
    return N**-0.5


@claim.check(over=problems(depth=(3, 4)), expect=mf.AtMost(0.0), dtype="float32")
def rate(problem):
    """What must not grow, and along what."""

    def ratio(N, seeds):
        state, C = problem.sample(N, seeds)
        D = mf.distance(problem.gd(state), problem.discrete_limit(), at=C, norm="rms")
        return D / envelope(N)

    return mf.growth(ratio, along=WIDTHS)


@claim.control(of=rate)
def strangers(problem):
    """The same measurement where the theorem must fail: it has to come out REFUTED."""

    def ratio(N, seeds):
        state, _ = problem.sample(N, seeds)
        _, C = problem.sample(N, seeds.fold("stranger"))
        D = mf.distance(problem.gd(state), problem.discrete_limit(), at=C, norm="rms")
        return D / envelope(N)

    return mf.growth(ratio, along=WIDTHS)
'''
