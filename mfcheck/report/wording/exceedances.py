"""What the row of an exceedance says: in how many replicates a bound was exceeded, in percent."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN
from math import floor, log10

from mfcheck.evidence import Row
from mfcheck.report.wording.numbers import UNDEFINED, fixed, plain


def is_exceedance(row: Row) -> bool:
    """Whether a row is about the share of replicates beyond a bound."""
    return row.estimator == "exceedance"


def percent(share: float | None, rounding: str = ROUND_HALF_EVEN) -> str:
    """0.78 %, 3.1 %, 24 %, 100 %: two digits, no finer than 0.01 %, rounded as asked."""
    if share is None:
        return UNDEFINED
    x = 100 * share
    places = 0 if x == 0 else min(max(1 - floor(log10(x)), 0), 2)
    text = fixed(x, places, rounding)
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} %"


def part(share: float | None) -> str:
    """A share that may not be there: 55 %, or a dash."""
    return "—" if share is None else f"{100 * share:.0f} %"


def how_often(row: Row) -> str:
    """2 of 64."""
    return UNDEFINED if row.estimate is None else f"{_hits(row.estimate, row.n)} of {row.n}"


def between(row: Row) -> str:
    """The interval, rounded outwards: 0 % to 9.1 %."""
    if row.low is None or row.high is None:
        return UNDEFINED
    return f"{percent(row.low, ROUND_FLOOR)} to {percent(row.high, ROUND_CEILING)}"


def share_bound(row: Row) -> str:
    """in 2 of 64 replicates (3.1 %, at most 9.1 %); of a row that was refuted, at least."""
    if row.estimate is None or row.low is None or row.high is None:
        return UNDEFINED
    if row.verdict == "REFUTED":
        end = f"at least {percent(row.low, ROUND_FLOOR)}"
    else:
        end = f"at most {percent(row.high, ROUND_CEILING)}"
    hits = _hits(row.estimate, row.n)
    return f"in {hits} of {row.n} replicates ({percent(row.estimate)}, {end})"


def allowed_share(row: Row) -> str:
    """≤ 5 % + 0.75 %."""
    return f"≤ {percent(row.allowed_high)} + {percent(row.margin)}"


def event(row: Row) -> str:
    """The event whose probability is asked for, as a heading."""
    return f"Beyond {plain(row.above)}"


def _hits(share: float, n: int) -> int:
    return round(share * n)
