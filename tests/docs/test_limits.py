"""docs/limits.md names every check that stays wide, by what docs/resolution.md says of it."""

import re
from pathlib import Path

import mfcheck
from mfcheck.claims.neighbour import rate_exponent
from mfcheck.run.explore import draw, stream
from mfcheck.run.replay import claims_in

ROOT = Path(mfcheck.__file__).parents[1]
LINE = re.compile(r"^\| `(\w+)` \| `(\w+)` \| \d+ \| (\S.*) \|$", re.M)
EXCLUDED = re.compile(r"(.*\^)?(−?[\d.]+) or (slower|faster|more|less)")
FACTOR = re.compile(r"a bound that is smaller by a factor ([\d.]+)")
EXPONENT, SHARE = 0.2, 0.1
"""Wide: no exponent excluded that is nearer than that, or no value or bound within that share."""


def theorem_exponent(check):
    """That of the theorem's own rate in what the check measures, on one of its problems."""
    found = list(check.over.always)
    if not found:
        seed = stream(0, check.claim.name, check.name, 0)
        draw(check.over.strata[0], lambda problem, _: bool(found.append(problem)), 1, seed)
    return rate_exponent(check(found[0].problem()))


def is_wide(check, told):
    """Whether one of the families that are told of comes no nearer than wide."""
    for part in told.split("; "):
        factor, excluded = FACTOR.fullmatch(part), EXCLUDED.fullmatch(part)
        if factor and float(factor[1]) >= 1 + SHARE:
            return True
        if excluded:
            power, number, side = excluded.groups()
            allowed = check.expect.high if side in {"slower", "more"} else check.expect.low
            allowed += theorem_exponent(check) if power else 0.0
            far = abs(float(number.replace("−", "-")) - allowed)
            if far >= (EXPONENT if power else SHARE * abs(allowed or 1)) - 1e-9:
                return True
    return False


def test_every_check_that_stays_wide_is_listed():
    found = LINE.findall((ROOT / "docs" / "resolution.md").read_text("utf-8"))
    told = {(claim, check): words for claim, check, words in found}
    wide = {
        f"{claim.name}::{check.name}"
        for claim, checks in claims_in(ROOT / "properties")
        for check in checks
        if is_wide(check, told.get((claim.name, check.name), ""))
    }
    text = (ROOT / "docs" / "limits.md").read_text("utf-8")
    section = text.split("## Statements that stay wide")[1].split("\n## ")[0]
    table = "\n".join(line for line in section.splitlines() if line.startswith("|"))
    listed = re.findall(r"`(\w+::\w+)`", table)
    assert sorted(listed) == sorted(wide)
