"""What a row says, in the words and numbers of a table cell."""

from decimal import ROUND_CEILING

from mfcheck.evidence import Row
from mfcheck.evidence.verdict import by_the_margin_alone
from mfcheck.report.wording import exceedances
from mfcheck.report.wording.numbers import MINUS, decimals, fixed, interval, plain, scientific

NOTHING = "—"


def estimate(row: Row) -> str:
    """The measured slope, or the largest residual of an identity."""
    if not row.applies:
        return NOTHING
    if row.estimator == "identity":
        return scientific(row.estimate)
    if exceedances.is_exceedance(row):
        return exceedances.how_often(row)
    return fixed(row.estimate, decimals(row.low, row.high))


def statistic(row: Row) -> str:
    """What is estimated over the replicates: their median, or another quantile."""
    if exceedances.is_exceedance(row):
        return f"share of replicates beyond {plain(row.above)}"
    return "median" if row.quantile == 0.5 else f"{plain(row.quantile)}-quantile"


def heading(row: Row) -> str:
    """The head of the column of estimates."""
    if row.estimator == "growth":
        return "Slope"
    if exceedances.is_exceedance(row):
        return exceedances.event(row)
    return "Value" if statistic(row) == "median" else statistic(row).capitalize()


def measured(row: Row) -> str:
    """Estimate and interval in one line."""
    if not row.applies:
        return NOTHING
    if exceedances.is_exceedance(row):
        return exceedances.share_bound(row)
    if row.estimator == "identity" or row.low is row.high is None:
        return estimate(row)
    return f"{estimate(row)} {interval(row.low, row.high)}"


def in_one_line(row: Row) -> str:
    """What was measured beside what is allowed, as a line of text."""
    if not row.applies:
        return row.reason
    allowed = allowance(row)
    tail = "" if allowed == NOTHING else f", allowed {allowed}"
    return f"{row.symbol} {measured(row)}{tail}"


def aside(row: Row) -> str:
    """What a reader of a supported row must know: that the margin alone saves it."""
    if not by_the_margin_alone(row):
        return ""
    return "The whole interval lies beside what the theorem says, within the margin alone."


def span(row: Row) -> str:
    """The interval."""
    if not row.applies:
        return NOTHING
    return (
        exceedances.between(row) if exceedances.is_exceedance(row) else interval(row.low, row.high)
    )


def allowance(row: Row) -> str:
    """What the theorem allows and the margin on top of it: ≤ 0 + 0.15, or = −0.5 ± 0.15."""
    low, high, margin = row.allowed_low, row.allowed_high, plain(row.margin)
    if not row.applies or low is high is None:
        return NOTHING
    if row.estimator == "identity":
        return f"= 0 ± {margin}"
    if exceedances.is_exceedance(row):
        return exceedances.allowed_share(row)
    if low is None:
        return f"≤ {plain(high)} + {margin}"
    if high is None:
        return f"≥ {plain(low)} {MINUS} {margin}"
    target = f"= {plain(low)}" if low == high else f"in [{plain(low)}, {plain(high)}]"
    return f"{target} ± {margin}"


def excluded(row: Row) -> str:
    """Which slopes the interval rules out, counted from θ₀ and rounded away from it."""
    reach, low, high = row.excluded, row.allowed_low, row.allowed_high
    if reach is None:
        return NOTHING
    if exceedances.is_exceedance(row):
        return f"more than {exceedances.percent(row.high, ROUND_CEILING)}"
    size = fixed(reach, decimals(row.low, row.high), ROUND_CEILING)
    if low is not None and high is not None:
        return f"beyond θ₀ ± {size}"
    sign = "+" if size.startswith(MINUS) == (low is not None) else MINUS
    return f"{'above' if low is None else 'below'} θ₀ {sign} {size.lstrip(MINUS)}"


def troubles(row: Row) -> str:
    """How many replicates diverged or gave no number; empty if none did."""
    counts = {"diverged": row.diverged, "undefined": row.undefined}
    return ", ".join(f"{k} of {row.n} {kind}" for kind, k in counts.items() if k)
