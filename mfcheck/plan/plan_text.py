"""A plan as it is printed: a table before a run, and one sentence at its start."""

from collections.abc import Iterator, Sequence

from mfcheck.plan.planned import FOUR_FIFTHS, CheckPlan, Plan
from mfcheck.report.wording.numbers import count, seconds

NAMED_ROWS = 8
"""Doubtful rows that are named."""


def plan_table(plan: Plan, workers: int, each: bool) -> str:
    """The plan line by line, by claim or (each) by check, with what is doubtful and the totals."""
    groups = {line.claim: [k for k in plan.lines if k.claim == line.claim] for line in plan.lines}
    parts: list[str] = []
    for claim, lines in groups.items():
        parts.append(_row(claim, lines))
        parts += [_row(f"  {'control ' * k.control}{k.check}", [k]) for k in lines if each]
    head = f"{'claim':44}{'rows':>6}{'core time':>16}  from … to"
    return "\n".join([_source(plan), "", head, *parts, "", *_total(plan, workers), *_open(plan)])


def sentence(plan: Plan, workers: int, new: int = 0) -> str:
    """The plan in a line: how long, and what may stay undecided. new: checks not in it."""
    about = f"about {seconds(plan.wall(workers))}, as the run of {_when(plan)} tells"
    about += f" without {count(new, 'check')} that it does not know" if new else ""
    doubtful = plan.doubtful()
    if not doubtful:
        return about
    names = dict.fromkeys(f"{line.claim}::{line.check}" for line, _ in doubtful)
    more = ", …" if len(names) > NAMED_ROWS else ""
    return f"{about}; {count(len(doubtful), 'row')} may stay undecided: " + (
        ", ".join(list(names)[:NAMED_ROWS]) + more
    )


def _row(name: str, lines: Sequence[CheckPlan]) -> str:
    rows, spent = sum(len(k.rows) for k in lines), sum(k.seconds for k in lines)
    return f"{name:44}{rows:>6}{seconds(spent):>16}  {_range(spent, _sd(lines))}"


def _sd(lines: Sequence[CheckPlan]) -> float:
    return sum(line.variance for line in lines) ** 0.5


def _range(mean: float, sd: float) -> str:
    """The range that holds the cost four times out of five, as far as chance goes."""
    return f"{seconds(max(mean - FOUR_FIFTHS * sd, 0.0))} … {seconds(mean + FOUR_FIFTHS * sd)}"


def _total(plan: Plan, workers: int) -> Iterator[str]:
    checks = count(len(plan.lines), "check")
    rows = f"{checks}, {count(plan.rows, 'row')} at the {plan.budget} budget"
    yield f"{rows}: {seconds(plan.seconds)} of one core, {_range(plan.seconds, plan.sd)}"
    each = f"{count(workers, 'process', 'processes')}, a core each"
    yield f"on the clock with {each}: about {seconds(plan.wall(workers))}, besides the start and"
    yield "the report. The ranges hold four times in five, if the machine is as fast as it was."


def _open(plan: Plan) -> Iterator[str]:
    doubtful = plan.doubtful()
    if not doubtful:
        yield "every row will probably be decided"
        return
    yield f"may stay undecided, with at most {plan.most} replicates:"
    for line, row in doubtful[:NAMED_ROWS]:
        chance = f"{100 * row.undecided:.0f} %"
        yield f"  {chance:>5}  {line.claim}::{line.check} on {row.label}{_needs(row.needed)}"
    if len(doubtful) > NAMED_ROWS:
        yield f"  and {len(doubtful) - NAMED_ROWS} more"


def _needs(n: int | None) -> str:
    return "" if n is None else f": about {n} replicates would decide"


def _source(plan: Plan) -> str:
    """What the numbers are from."""
    piloted = sum(line.piloted for line in plan.lines)
    chunk = "one chunk of replicates on the first problem, measured now"
    if plan.run is None:
        return f"No earlier run: each check from {chunk},\nwhich overrates rows near their border."
    words = f"From the run of {_when(plan)}, seed {plan.run.seed}, budget {plan.run.budget}"
    if not piloted:
        return f"{words}."
    return f"{words}; {count(piloted, 'check')} that it does not know from {chunk}."


def _when(plan: Plan) -> str:
    return plan.run.started[:16].replace("T", " ") if plan.run else "no date"
