r"""The cheapest combination of ridge functions that meets a target on given inputs.

    γ = min Σ_k |a_k|   over   Σ_k a_k φ(⟨w_k, x_i⟩) = g(x_i), i = 1 … n

A linear program in the positive and negative parts of a, solved over few of the w_k at a time:
where the multipliers λ of a solution say that a left-out w has |Σ_i λ_i φ(⟨w, x_i⟩)| > 1, it comes
in. Its basis is solved for once more, so that γ is Σ|a| of a combination that is exact to rounding.
More w_k can only lower γ. Source: linear programming duality; column generation, Gilmore & Gomory,
Operations Research 9 (1961) 849-859.
"""

from math import inf

import numpy as np
from scipy.linalg import qr
from scipy.optimize import linprog

EXACT = 1e-9
"""How far a combination may miss its target, in units of the target's largest value."""

AT_FIRST, MORE, PROGRAMS = 128, 32, 20
"""Ridge functions in the first program and added to each next one, and programs at most."""

SETTLED = 1e-6
"""A multiplier beyond 1 by no more lowers γ by no more than this share."""


def least_sums(targets: np.ndarray, ridges: np.ndarray) -> np.ndarray:
    """γ of each row of targets (r, n) over the columns of ridges (n, m), shape (r,).

    +inf where no combination meets a target, or where it is not finite.
    """
    both = np.hstack([ridges, -ridges])
    *_, order = qr(ridges, mode="r", pivoting=True)
    pivots = order[: len(ridges)]
    few = np.arange(0, both.shape[1], max(1, both.shape[1] // AT_FIRST))
    columns = np.union1d(np.concatenate([pivots, pivots + ridges.shape[1]]), few)
    sums = []
    for target in targets:
        one, columns = _least_sum(target, both, columns)
        sums.append(one)
    return np.array(sums)


def _least_sum(
    target: np.ndarray, both: np.ndarray, columns: np.ndarray
) -> tuple[float, np.ndarray]:
    """γ of one target (n,) over the columns of `both` (n, 2m), the program begun with some; and
    with which it ended: targets resemble one another."""
    size = float(np.abs(target).max())
    if not np.isfinite(size) or size == 0:
        return (inf if size else 0.0), columns
    unit, best = target / size, inf
    for _ in range(PROGRAMS):
        some = both[:, columns]
        found = linprog(np.ones(len(columns)), A_eq=some, b_eq=unit, method="highs-ds")
        if found.status != 0:
            break
        best = min(best, _exact(some[:, found.x > 0], unit))
        gain = both.T @ found.eqlin.marginals
        more = np.argsort(-gain)[:MORE]
        more = more[gain[more] > 1 + SETTLED]
        if not len(more):
            break
        columns = np.union1d(columns, more)
    return size * best, columns


def _exact(used: np.ndarray, unit: np.ndarray) -> float:
    """Σ|a| of the solution of used a = unit, +inf if that has none."""
    a, *_ = np.linalg.lstsq(used, unit, rcond=None)
    missed = float(np.abs(used @ a - unit).max())
    return float(np.abs(a).sum()) if missed <= EXACT else inf
