"""Numbers as a paper prints them: a true minus sign, as many digits as the interval supports."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from math import floor, isfinite, log10

MINUS = "−"
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
UNDEFINED = "undefined"


def fixed(x: float | None, decimals: int, rounding: str = ROUND_HALF_EVEN) -> str:
    """`x` with so many decimals, or two digits and a power from a million on, rounded as asked.

    "undefined" if it is not a finite number.
    """
    if x is None or not isfinite(x):
        return UNDEFINED
    if abs(x) >= 1e6:
        unit = Decimal(1).scaleb(floor(log10(abs(x))) - 1)
        return scientific(float(Decimal(repr(float(x))).quantize(unit, rounding=rounding)))
    rounded = Decimal(repr(float(x))).quantize(Decimal(1).scaleb(-decimals), rounding=rounding)
    return f"{abs(rounded) if rounded == 0 else rounded:f}".replace("-", MINUS)


def decimals(low: float | None, high: float | None) -> int:
    """How many decimals give the width of [low, high] two digits; 2 if it has no width."""
    if low is None or high is None or not isfinite(high - low) or high <= low:
        return 2
    return min(max(1 - floor(log10(high - low)), 0), 8)


def interval(low: float | None, high: float | None) -> str:
    """[low, high], rounded outwards so that the printed interval never claims too much."""
    if low is None and high is None:
        return UNDEFINED
    places = decimals(low, high)
    ends = fixed(low, places, ROUND_FLOOR), fixed(high, places, ROUND_CEILING)
    return f"[{ends[0]}, {ends[1]}]".replace(UNDEFINED, "not finite")


def plain(x: float | None) -> str:
    """A declared number as it was declared: 0, 0.15, −0.5, 2 × 10⁻⁶."""
    if x is None or not isfinite(x):
        return UNDEFINED
    if x and not 1e-3 <= abs(x) < 1e6:
        return scientific(x)
    return f"{x:.12g}".replace("-", MINUS)


def scientific(x: float | None, digits: int = 2) -> str:
    """3.1 × 10⁻¹⁴, 10⁻⁶ for an exact power of ten, 6.6 from one to ten."""
    if x is None or not isfinite(x):
        return UNDEFINED
    if x == 0:
        return "0"
    mantissa, exponent = f"{x:.{digits - 1}e}".split("e")
    if int(exponent) == 0:
        return mantissa.rstrip("0").rstrip(".").replace("-", MINUS)
    power = f"10{str(int(exponent)).translate(SUPERSCRIPTS)}"
    short = mantissa.rstrip("0").rstrip(".").replace("-", MINUS)
    return power if short == "1" else f"{short} × {power}"


def seconds(x: float) -> str:
    """A duration: 0.4 s, 12 s, 3 min 20 s, 1 h 5 min."""
    if x < 10:
        return f"{x:.1f} s"
    whole = round(x)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def count(n: int, one: str, many: str | None = None) -> str:
    """1 row, 2 rows."""
    return f"{n:,}".replace(",", "\u202f") + f" {one if n == 1 else many or one + 's'}"
