"""The implicit march: where stiffness stops the explicit one, scipy's BDF goes on from there.

Its formulas of order one to five (Shampine & Reichelt, SIAM J. Sci. Comput. 18 (1997) 1-22) are
stable for the real spectra of gradient flows. Replicates share their steps as before; the Jacobian
is exact, in blocks, one for each. scipy measures local errors by a root mean square over all n
weights, so tolerances are divided by √n: then the worst weight keeps its own. Weights of
probability zero have none. Recorded times between two steps are interpolated.
"""

from collections.abc import Callable
from math import inf

import numpy as np
import torch
from scipy.integrate import BDF
from scipy.sparse import block_diag
from torch import Tensor

from mfcheck.dynamics.integrate import Field
from mfcheck.dynamics.unknowns import Unknowns
from mfcheck.model import Ensemble

FINEST_RTOL = 100 * float(np.finfo(np.float64).eps)
"""The least relative tolerance that scipy takes."""

NEWTON = 0.03
"""Newton's iteration ends at this share of the tolerance (Hairer & Wanner, Solving ODEs II, section
IV.8). scipy asks for √rtol of it, which the rounding of a stiff velocity hardly allows."""

MOST_ENTRIES = 2**20
"""Entries of the Jacobian at most: one replicate of 1024 weights, or 64 of 128."""

Alone = Callable[[int], Field]
"""A replicate ↦ its field, which moves any number of copies of it."""


class StepFailed(ArithmeticError):
    """No step of the implicit solver is short enough."""


class ImplicitMarch:
    """BDF from (t, s) on the live replicates, shown step by step.

    tolerance: rtol and atol per weight.
    """

    def __init__(
        self, unknowns: Unknowns, alone: Alone, span: tuple[float, float], tolerance: tuple
    ) -> None:
        self.unknowns, self.alone = unknowns, alone
        self.accepted = self.rejected = 0
        self.shown, self._tried = span[0], set[float]()
        start = unknowns.start.flatten()
        massive = unknowns.massive.flatten().cpu().numpy()
        rtol, atol = (one / len(start) ** 0.5 for one in tolerance)
        with np.errstate(all="ignore"):
            self.solver = BDF(
                self._velocity,
                *(span[0], start.cpu().double().numpy(), span[1]),
                rtol=max(rtol, FINEST_RTOL),
                atol=np.where(massive, atol, inf),  # pyright: ignore[reportArgumentType]  # one for each
                jac=self._jacobian,
            )
        self.solver.newton_tol = max(self.solver.newton_tol, NEWTON)

    def step(self, end: float) -> tuple[float, Ensemble]:
        """The next time that is shown, `end` at the latest, and the state there.

        Raises StepFailed where the solver finds no step.
        """
        solver = self.solver
        if solver.t <= self.shown:
            self._advance()
        self.shown = min(float(solver.t), end)
        y = solver.y if self.shown == solver.t else solver.dense_output()(self.shown)
        return self.shown, self.unknowns.state(self._rows(y))

    @property
    def length(self) -> float:
        """How long the last step was; infinite before the first."""
        return float(self.solver.step_size or inf)

    def _advance(self) -> None:
        """One accepted step; every try of it asks for velocities at an end of its own."""
        self._tried.clear()
        with np.errstate(all="ignore"):
            self.solver.step()
        self.rejected += max(len(self._tried) - 1, 0)
        if self.solver.status == "failed":
            raise StepFailed
        self.accepted += 1

    def _velocity(self, t: float, y: np.ndarray) -> np.ndarray:
        self._tried.add(t)
        return self.unknowns.velocity(t, self._rows(y)).flatten().cpu().double().numpy()

    def _jacobian(self, t: float, y: np.ndarray):
        rows = self._rows(y)
        blocks = [
            self.unknowns.jacobian(self.alone(r), t, rows[k], r).cpu().double().numpy()
            for k, r in enumerate(self.unknowns.live)
        ]
        if not all(np.isfinite(block).all() for block in blocks):
            raise StepFailed
        return blocks[0] if len(blocks) == 1 else block_diag(blocks, format="csc")

    def _rows(self, y: np.ndarray) -> Tensor:
        return torch.as_tensor(y).to(self.unknowns.start).reshape(self.unknowns.start.shape)
