"""What the command line does with claims: list them, start one, measure a row again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from keyword import iskeyword
from pathlib import Path, PurePath

import torch
from msgspec import UNSET

from mfcheck import evidence
from mfcheck.claims import Check, Claim, budget
from mfcheck.engine.device import device
from mfcheck.engine.executor import Executor
from mfcheck.errors import Unavailable, invalid
from mfcheck.evidence import ClaimRecord, Evidence, Row, RunRecord
from mfcheck.files import create_file
from mfcheck.problems.reading import spec_of
from mfcheck.problems.spec import ProblemSpec
from mfcheck.run.check_run import CheckRun

PROPERTIES = Path("properties")
"""Where the claims of the project stand in which the command is called."""

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


def replay(folder: Path, row_id: str, properties: Path = PROPERTIES) -> tuple[bool, str]:
    """Measure a row of a run again, with no store: whether it is the same, and in what words.

    properties: the property file, or the folder in which it stands. The evidence is data: it says
    what was measured, and nothing that it names is opened, imported or run.
    """
    found = evidence.read_evidence(folder)
    rows = [row for row in found.rows if row.id.startswith(row_id)]
    if len(rows) != 1:
        known = ", ".join(row.id for row in found.rows[:5])
        raise invalid("row", row_id, f"{len(rows)} rows begin so", f"ids look like {known}")
    row, run, claim = rows[0], found.run, _claim(found, rows[0])
    file, executor = _property_file(properties, claim), Executor()
    problem = _problem(row, executor.file(str(file)).homes)
    check = _check(executor, file, row)
    same, words = _compare(row, _again(check, problem, RecordedRow(file, row, run), executor))
    return same, f"{_texts(file, executor.file(str(file)).text, claim)}\n{words}"


def _claim(found: Evidence, row: Row) -> ClaimRecord:
    """The claim of a row."""
    named = [claim for claim in found.claims if claim.name == row.claim]
    if not named:
        rule = f"the evidence lists no claim {row.claim}"
        raise invalid("row", row.id, rule, "name the folder of another run")
    return named[0]


@dataclass(frozen=True)
class RecordedRow:
    """A row of evidence, its run, and the property file that it is measured with again."""

    file: Path
    row: Row
    run: RunRecord


def _property_file(properties: Path, claim: ClaimRecord) -> Path:
    """The file given, or the one in the folder that is called as the claim's was.

    The name in the evidence is only compared with those that are there.
    """
    if properties.is_file():
        return properties.resolve()
    name = PurePath(claim.file).name
    here = {file.name: file for file in properties.glob("*.py")}
    if name not in here:
        repair = "name the property file with --in"
        raise invalid("replay", claim.name, f"{properties} holds no {name}", repair)
    return here[name].resolve()


def _check(executor: Executor, file: Path, row: Row) -> Check:
    found = vars(executor.module(str(file))).get(row.check)
    if not isinstance(found, Check) or found.claim.name != row.claim:
        rule = f"{file.name} states no check {row.claim}::{row.check}"
        raise invalid("row", row.id, rule, "name another property file with --in")
    return found


def _problem(row: Row, homes: Sequence[str]) -> ProblemSpec:
    """The problem of a row: JSON, and nothing else is looked at."""
    text = row.problem.json
    if not text.startswith("{"):
        rule = "its problem is not JSON, and a path or code in evidence is never opened"
        repair = "measure that problem with pytest --mf-problem"
        raise invalid("row", row.id, rule, repair)
    return spec_of(text, homes)


def _texts(file: Path, here: str, claim: ClaimRecord) -> str:
    """The property file's hash beside the evidence's."""
    then = claim.code
    if then is UNSET:
        return f"{file}: text {here}; the evidence does not say which text it was measured with"
    other = "the same text" if then == here else f"ANOTHER TEXT than the evidence's {then}"
    return f"{file}: text {here}, {other}"


def _again(check: Check, problem: ProblemSpec, old: RecordedRow, executor: Executor) -> Row:
    torch.set_num_threads(1)
    row, run, file = old.row, old.run, str(old.file)
    place = device(row.device)
    again = CheckRun(
        check,
        file,
        f"{file}::{check.name}",
        budget(run.budget),
        executor,
        run.id,
        run.seed,
        place,
    )
    return again.row(problem, row.origin)


def _compare(row: Row, again: Row) -> tuple[bool, str]:
    head = f"{row.claim}::{row.check} on {row.problem.label}"
    change = [name for name in COMPARED if getattr(row, name) != getattr(again, name)]
    if not change:
        return True, f"{head}\nsame to the bit: {row.verdict}, estimate {row.estimate!r}"
    lines = [head, "different:"]
    for name in change:
        long, then, now = "curve" in name, getattr(row, name), getattr(again, name)
        lines.append(f"  {name}" if long else f"  {name}: {then!r} then, {now!r} now")
    return False, "\n".join(lines)


def new_claim(name: str, folder: Path) -> Path:
    """A property file that runs as it stands and is to be rewritten; never overwrites one."""
    if not name.isidentifier() or iskeyword(name):
        raise invalid("name", name, "is no Python name", "use letters, digits and underscores")
    folder.mkdir(parents=True, exist_ok=True)
    return create_file(folder / f"{name}.py", TEMPLATE.replace("NAME", name).encode())


TEMPLATE = '''r"""State the theorem in one line.

Then its assumptions and its right-hand side, with LaTeX between dollars:

$$ D_T \\le C \\, N^{-1/2} . $$

Measured here. Say what is asked of networks, and what of it is ours and not the source's.
"""

import mfcheck as mf
from mfcheck.strategies import problems

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
