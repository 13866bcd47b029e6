"""What `mfcheck guard save`, `check` and `compare` do: whether all is well, and in what words."""

from collections.abc import Sequence
from contextlib import ExitStack
from math import inf
from pathlib import Path

from mfcheck.errors import MfcheckError, invalid
from mfcheck.regression import golden, golden_file
from mfcheck.regression.cases import CASES, chosen
from mfcheck.regression.compare import Outcome, outcomes
from mfcheck.regression.differences import difference_table, draw_differences, verdict
from mfcheck.regression.measure import SAFETY, Found, Recorded, measure_all
from mfcheck.regression.versions import run_both, version

WIDEST = 1e-6
"""No tolerance is wider than this, relative to a problem's largest number."""


def save_golden(file: Path | None = None) -> str:
    """Measure every problem and write the golden file; says what has changed in it.

    Raises NotOwned, before anything is measured, for a file that is not as an earlier call left
    it; InvalidArgument for a problem that does not run or whose floor is too high to guard
    anything: then neurons or data points are not treated alike.
    """
    file = file or golden.GOLDEN
    golden_file.verify_golden(file)
    found = measure_all(CASES)
    for name, error in found.failed.items():
        raise invalid("problem", name, f"does not run ({error})", "mend it first")
    for m in found.problems.values():
        _guards(m)
    before = _before(file)
    golden_file.write_golden(found, file)
    floors = [floor for m in found.problems.values() for floor in m.floors.values()]
    head = (
        f"{file}: {len(found.problems)} problems, {file.stat().st_size / 1000:.0f} kB, "
        f"floors {min(floors):.0e} to {max(floors):.0e}"
    )
    if before is None:
        return head
    kept = Found({k: m for k, m in before.problems.items() if k in found.problems})
    new, gone = (len(f.problems) - len(kept.problems) for f in (found, before))
    changed = [o for o in outcomes(kept, found) if o.name in kept.problems and not o.same]
    line = f"Against the file it replaces: {len(changed)} changed, {new} new, {gone} gone."
    return "\n".join([head, line, *(f"  {o.name}: {verdict(o)}" for o in changed)])


def _guards(m: Recorded) -> None:
    numbers = [abs(v) for _, row in m.rows for values in row.values() for v in values]
    largest = max(numbers)
    if not all(v < inf for v in numbers):
        raise invalid("problem", m.name, "has numbers that are not finite", "find out why")
    for reading, floor in m.floors.items():
        if SAFETY * floor > WIDEST * largest:
            rule = f"{reading} changes by {floor:.1e} when neurons and data are numbered otherwise"
            raise invalid("problem", m.name, rule, "that is more than rounding: find out why")


def _before(file: Path) -> Found | None:
    try:
        return golden.read_golden(file)
    except MfcheckError:
        return None


def check(file: Path | None = None, names: Sequence[str] = ()) -> tuple[bool, str]:
    """Compare this simulator with a golden file, by default the one that belongs to it."""
    file = file or golden.GOLDEN
    cases, before = chosen(names), golden.read_golden(file)
    kept = {case.name for case in cases} | (set() if names else before.problems.keys())
    old = Found({k: m for k, m in before.problems.items() if k in kept})
    found = outcomes(old, measure_all(cases, floors=False))
    wrote = ", ".join(f"{k} {v}" for k, v in before.written_by.items())
    return _all_same(found), f"{difference_table(found)}\nGolden file: {file} (written by {wrote})."


def compare(old: str, new: str | None = None, names: Sequence[str] = ()) -> tuple[bool, str]:
    """Run the problems with the same seeds in two versions, each a folder or a commit.

    new: this checkout if it is not named.
    """
    chosen(names)
    with ExitStack() as stack:
        one, other = (stack.enter_context(version(name)) for name in (old, new))
        found = outcomes(*run_both(one, other, names))
    head = f"old: {one.words}\nnew: {other.words}"
    if all(o.missing for o in found):
        raise invalid("version", old, f"shares no problem ({found[0].missing})", "name another")
    return _all_same(found), f"{head}\n{difference_table(found)}\n{draw_differences(found)}"


def _all_same(found: Sequence[Outcome]) -> bool:
    return all(outcome.same for outcome in found)
