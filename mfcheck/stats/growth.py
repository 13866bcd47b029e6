"""Growth exponents: the slope of log value against log size, one per replicate.

    slope_r = Σ_a (x_a − x̄) log v_{a,r} / Σ_a (x_a − x̄)²,      x_a = log along_a.

Each replicate is measured at every size (nested draws), gives one slope, and the slopes of
different replicates are independent. A quantity with v = c·along^θ has slope θ exactly.

A value without a finite logarithm gets the limit that the formula has there:

    some value is +inf                             slope +inf   the replicate diverged
    else some value is NaN                         slope NaN    unknown
    else zero from some size on (or everywhere)    slope −inf   an error of zero breaks no bound
    else zero up to some size, positive after      slope +inf   growth out of nothing
    else zeros in between                          slope NaN    no direction can be read

Divergence comes first, since no value at another size could undo it. The third and fourth lines
are the limits of the slope when the zeros are replaced by a number that tends to zero; in the
fifth the limit would rest on a few isolated zeros, so the replicate counts on neither side.

Source: ordinary least squares; Montgomery, Peck & Vining, Introduction to Linear Regression
Analysis, sections 2.2 and 7.2.
"""

from math import inf, nan
from typing import Any

import numpy as np

from mfcheck.errors import invalid
from mfcheck.stats.inputs import numbers


def slopes(along: Any, values: Any) -> np.ndarray:
    """Growth exponents (replicates,) of values (m, replicates) along sizes (m,).

    Raises InvalidArgument unless the sizes are finite, positive, strictly increasing and at least
    two, the shapes match and no value is negative; NaN, 0 and +inf follow the module's table.
    """
    x, v = _grid(along, values, least=2)
    regular = _positive(v)
    centred = x - x.mean()
    slope = np.empty(v.shape[1])
    slope[regular] = centred @ np.log(v[:, regular]) / (centred @ centred)
    slope[~regular] = [_limit_slope(column) for column in v[:, ~regular].T]
    return slope


def curvature(along: Any, values: Any) -> np.ndarray:
    """Second-order coefficients (replicates,): c in log v = a + b·x + c·x², x = log along.

    A lack of fit of the power law, to be shown beside the slope and never judged. NaN for a
    replicate with a value that has no finite logarithm.

    Raises InvalidArgument as `slopes` does, and for fewer than three sizes.
    """
    x, v = _grid(along, values, least=3)
    return _contrast(_parabola(x)[1], v)


def end_slopes(along: Any, values: Any) -> np.ndarray:
    """The slope (replicates,) of the same parabola at the largest size: b + 2 c x_m.

    Where a curve still bends this, and not the slope over all sizes, is nearest to the
    asymptotic one. Raises and gives NaN as `curvature` does.
    """
    x, v = _grid(along, values, least=3)
    line, bend, rate = _parabola(x)
    return _contrast(line + rate * bend, v)


def _parabola(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """The contrasts (m,) of log values that give slope and curvature, orthogonal to each other,
    and how fast the slope at the largest size grows with the curvature."""
    u = x - x.mean()
    square = u**2 - (u**2).mean()
    skew = float(u @ square / (u @ u))
    bend = square - skew * u
    return u / (u @ u), bend / (bend @ bend), float(2 * u[-1] - skew)


def _contrast(weights: np.ndarray, v: np.ndarray) -> np.ndarray:
    """weights · log v per replicate, NaN where a logarithm is not finite."""
    regular = _positive(v)
    found = np.full(v.shape[1], nan)
    found[regular] = weights @ np.log(v[:, regular])
    return found


def _positive(v: np.ndarray) -> np.ndarray:
    """Which replicates have a finite logarithm at every size."""
    return np.all((v > 0) & (v < inf), axis=0)


def _limit_slope(column: np.ndarray) -> float:
    """The slope of a replicate with a value that has no finite logarithm: the module's table."""
    if np.any(column == inf):
        return inf
    if np.any(np.isnan(column)):
        return nan
    zero = column == 0
    if np.all(zero[:-1] <= zero[1:]):
        return -inf
    return inf if np.all(zero[:-1] >= zero[1:]) else nan


def _grid(along: Any, values: Any, least: int) -> tuple[np.ndarray, np.ndarray]:
    """The logarithms (m,) of the sizes and the values (m, replicates), both checked."""
    sizes, v = numbers("along", along, dims=1), numbers("values", values, dims=2)
    if not np.all((sizes > 0) & (sizes < inf)) or not np.all(np.diff(sizes) > 0):
        rule = "sizes are finite, positive and strictly increasing"
        raise invalid("along", sizes.tolist(), rule, "use e.g. (16, 32, 64, 128)")
    if len(sizes) < least:
        raise invalid("along", sizes.tolist(), f"needs at least {least} sizes", "add sizes")
    if len(v) != len(sizes):
        rule = f"needs one row per size, of which there are {len(sizes)}"
        raise invalid("values.shape", v.shape, rule, "pass (sizes, replicates)")
    if np.any(v < 0):
        a, r = np.argwhere(v < 0)[0]
        rule = "a growth exponent needs values of at least 0"
        raise invalid(f"values[{a}, {r}]", float(v[a, r]), rule, "measure a distance or a ratio")
    return np.log(sizes), v
