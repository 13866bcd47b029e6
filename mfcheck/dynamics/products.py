"""Batched products over neurons, each by the kernel that is fast at its shapes.

What is computed does not depend on the shapes; only which library computes it does.
"""

import torch
from torch import Tensor

NARROW, WIDE = 8, 1024
"""Up to how many columns a matrix is narrow, and from how many on it is wide, for the choice of a
kernel: the product is the same. Measured in docs/performance.md."""

SEVERAL, HEAVY = 16, 2**16
"""From how many rows and weights on float32 products on a processor are left to oneDNN; of
WIDE² weights on, `NARROW` rows are enough."""


def average(v: Tensor, p: "Tensor | float", w: Tensor, b: Tensor | None = None) -> Tensor:
    """b + E_C[v(·, C) w(C, ·)] for v (r, b, j), w (r, j, k) and b (r, k), zero if it is not given.

    p: probabilities (r, j), which weigh the smaller factor; or one number, the probability of
    every neuron, which the product takes with it and no pass is spent on.
    """
    if isinstance(p, Tensor):
        narrow = w.shape[2] == 1
        v, w, p = (v, w * p[..., None], 1.0) if narrow else (v * p[:, None, :], w, 1.0)
    return times(v, w, p, b)


def times(v: Tensor, w: Tensor, c: float = 1.0, b: Tensor | None = None) -> Tensor:
    """b + c v w for v (r, b, j), w (r, j, k) and b (r, k)."""
    if (product := _special(v, w)) is not None:
        if b is not None:
            return torch.add(b[:, None, :], product, alpha=c)
        return product if c == 1 else product.mul_(c)
    if b is not None:
        return torch.baddbmm(b[:, None, :], v, w, alpha=c)
    if c == 1:
        return v.bmm(w)
    return v.new_empty((*v.shape[:2], w.shape[2])).baddbmm_(v, w, beta=0, alpha=c)


def _special(v: Tensor, w: Tensor) -> Tensor | None:
    """v w where the batched product is not the fastest kernel."""
    (_, rows, _), (_, j, k) = v.shape, w.shape
    if j == 1:
        return v * w
    if k == 1 and rows > 1:
        return (v * w.mT).sum(-1, keepdim=True)
    if j * k < HEAVY:
        return None
    if rows == 1 and min(j, k) >= WIDE and w.mT.is_contiguous():
        return w.mT.bmm(v.mT).mT
    if rows >= (SEVERAL if j * k < WIDE**2 else NARROW) and _onednn(v, w):
        return torch.stack([_linear(x, m) for x, m in zip(v, w.mT, strict=True)])
    return None


def _onednn(v: Tensor, w: Tensor) -> bool:
    """Whether oneDNN takes these arrays as they are; others it copies, or multiplies slowly."""
    dense = v.is_contiguous() and (w.is_contiguous() or w.mT.is_contiguous())
    fits = dense and w.is_cpu and v.dtype == w.dtype == torch.float32
    return fits and hasattr(torch.ops.mkldnn, "_linear_pointwise")


def _linear(x: Tensor, m: Tensor) -> Tensor:
    """x mᵀ by oneDNN, which torch offers for float32 under this name only."""
    return torch.ops.mkldnn._linear_pointwise(x, m, None, "none", [], "")


def add_product_(w: Tensor, h: float, rows: Tensor, cols: Tensor) -> Tensor:
    """w ← w + h·rowsᵀ cols, in place, by the kernel that is fast at these shapes."""
    if rows.shape[1] == 1:
        return w.addcmul_(rows.mT, cols, value=h)
    if w.shape[2] <= NARROW:
        return w.add_(cols.mT.bmm(rows).mT, alpha=h)
    return w.baddbmm_(rows.mT, cols, alpha=h)


def total(v: Tensor) -> Tensor:
    """Σ over the rows of v (r, b, k)."""
    return v[:, 0] if v.shape[1] == 1 else v.sum(1)


def keep_memory() -> None:
    """Let freed arrays of up to 32 MiB stay with the process, so that no step maps pages anew.

    The C library gives a large freed block back to the system, and takes its next one with a page
    fault per 4 KiB: more work than the arithmetic on it. glibc stops doing so below the size of the
    largest block that it has seen freed; this one is never written to. Elsewhere nothing happens.
    """
    torch.empty(2**25 - 2**12, dtype=torch.uint8)
