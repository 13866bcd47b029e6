"""Sums of scaling terms fitted to positive numbers, with coefficients that cannot be negative.

    v_a ≈ Σ_m c_m u_{a,m},     c = argmin over c >= 0 of Σ_a ( Σ_m c_m u_{a,m} / v_a − 1 )²

Relative residuals, because a mean square over independent networks has a relative error that does
not depend on its size. A coefficient of zero says that the term is not needed. Source: Lawson &
Hanson, Solving Least Squares Problems, chapter 23, for the minimiser.
"""

import numpy as np
import torch
from scipy.optimize import nnls
from torch import Tensor

from mfcheck.arrays import tensor
from mfcheck.errors import invalid


def nonnegative_fit(values: Tensor, terms: Tensor) -> Tensor:
    """The coefficients (r, m) of the fit to `values` (a, r) by `terms` (a, m).

    A replicate with a value that is not finite (a network diverged) has coefficients NaN. Raises
    InvalidArgument if the shapes do not match, a finite value is not above zero, or there are
    fewer cells than terms.
    """
    given = torch.as_tensor(values)
    u, v = tensor("terms", terms, dims=2).cpu().numpy(), given.cpu().double().numpy()
    if v.ndim != 2 or len(v) != len(u):
        raise invalid("values.shape", v.shape, f"there are {len(u)} cells", "pass (cells, r)")
    if len(u) < u.shape[1]:
        raise invalid("terms.shape", u.shape, "needs as many cells as terms", "add cells")
    if np.any(v[np.isfinite(v)] <= 0):
        raise invalid("values", float(v.min()), "relative residuals need v > 0", "pass squares")
    found = [_fitted(u, column) for column in v.T]
    return torch.as_tensor(np.array(found).reshape(-1, u.shape[1]), device=given.device)


def _fitted(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """The coefficients of one replicate; columns are scaled to length one before the search."""
    if not np.isfinite(v).all():
        return np.full(u.shape[1], np.nan)
    relative = u / v[:, None]
    length = np.linalg.norm(relative, axis=0)
    return nnls(relative / length, np.ones(len(v)))[0] / length
