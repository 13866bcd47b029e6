"""The adaptive march of a flow: step after step of Dormand–Prince, within bounds.

It stops at a motion that leaves every bound, which is a result. Where the problem is stiff the
implicit march goes on in its place; it gives up on what neither can follow, which is no result.
"""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from mfcheck.dynamics.implicit import MOST_ENTRIES, Alone, ImplicitMarch, StepFailed
from mfcheck.dynamics.integrate import DORMAND_PRINCE, Field, step
from mfcheck.dynamics.norms import Control, Norms
from mfcheck.dynamics.patience import attend
from mfcheck.dynamics.stiffness import StiffnessTest
from mfcheck.dynamics.trajectory import all_finite
from mfcheck.dynamics.unknowns import Unknowns
from mfcheck.dynamics.velocity import Velocity
from mfcheck.errors import Unresolved
from mfcheck.model import Ensemble

CAUTION, SHRINK, GROW = 0.9, 0.2, 5.0
"""Step-size control of Hairer, Nørsett & Wanner, Solving ODEs I, section II.4."""

MANY_STEPS = 10_000
"""So many explicit steps are taken rather than to hand a stiff problem over."""

LEAST_STEP = 1e-12
"""No step is tried that is shorter than this share of T."""

BLOW_UP = 1e4
"""By so much at least the loss or the weights of a flow have grown that blows up in finite time.
Down a loss that is bounded below no flow does, since ∫ |ẇ|² dt is what it has lost."""

FIRST_STEP = 100
"""The first step tried is T / FIRST_STEP; error control takes it from there."""


class March:
    """The adaptive march: position, last step size, counts, and the replicates given up.

    alone: the field of each replicate, for any number of its copies. size: of a state, per
    replicate, by which a blow-up is told from a stiff problem.
    """

    def __init__(
        self,
        field: Field,
        s: Ensemble,
        T: float,
        control: Control,
        *,
        alone: Alone,
        size: Callable[..., Tensor],
    ) -> None:
        self.field, self.alone, self.s, self.T, self.control = field, alone, s, T, control
        self.t, self.h = 0.0, T / FIRST_STEP
        self.first: Velocity | None = None
        self.live = torch.ones(s.replicates[0], dtype=torch.bool, device=s.W[1].device)
        self.norms, self.size, self.start = Norms(s, control), size, size(s)
        self.accepted = self.rejected = 0
        self.dropped: dict[int, tuple[int, float, int]] = {}
        self.stiffness = StiffnessTest(self.norms.euclidean)
        self.implicit: ImplicitMarch | None = None
        self.handed: float | None = None

    def to(self, end: float) -> Iterator[None]:
        """Steps until t = end, yielding after each accepted one."""
        longest = (end - self.t) / self.control.least
        while self._before(end) and bool(self.live.any()):
            self._bounded()
            march = self.implicit
            if self._on(end, longest) if march is None else self._on_implicitly(march, end):
                yield

    def _on(self, end: float, longest: float) -> bool:
        """One explicit step; whether it was accepted."""
        h = min(self.h, longest)
        lands = h >= (end - self.t) * (1 - 1e-10)
        h = end - self.t if lands else h
        new, k = step(DORMAND_PRINCE, self.field, self.t, self.s, h, first=self.first)
        error = self.norms.error(self.s, new, h, k)
        worst = float(error[self.live].max())
        factor = CAUTION * worst**-0.2 if worst > 0 else GROW
        if worst > 1:
            self.rejected += 1
            self.h = h * (max(SHRINK, min(factor, 1.0)) if worst < torch.inf else SHRINK)
            if self.h < LEAST_STEP * self.T:
                self._drop(error, new)
            return False
        self.t = end if lands else self.t + h
        self.s, self.first = new, k[-1]
        self.accepted += 1
        self.h = max(h * min(GROW, max(SHRINK, factor)), self.h if h < self.h else 0.0)
        far = (self.T - self.t) / h > min(MANY_STEPS, self._left)
        if self.stiffness.certain(k, self.live) and far:
            self._hand_over()
        return True

    def _on_implicitly(self, march: ImplicitMarch, end: float) -> bool:
        """One implicit step, or the end of the replicates that blow up; whether it was a step."""
        failed = False
        before = march.accepted, march.rejected
        try:
            self.t, self.s = march.step(end)
        except StepFailed:
            failed = True
        self.accepted += march.accepted - before[0]
        self.rejected += march.rejected - before[1]
        if failed or march.length < LEAST_STEP * self.T:
            lost = self.live & (self.size(self.s) >= self._bound)
            if bool(lost.any()):
                self._release(lost, self.s)
                self._hand_over()
            elif failed:
                raise self._stiff("and no implicit step is either")
        return not failed

    def _before(self, end: float) -> bool:
        """Whether `end` is yet to come; explicit steps may miss it by rounding."""
        return end - self.t > (1e-13 * self.T if self.implicit is None else 0.0)

    @property
    def _left(self) -> int:
        """Steps that are left of max_steps."""
        return self.control.most - self.accepted - self.rejected

    @property
    def _bound(self) -> Tensor:
        """The size from which a replicate blows up."""
        return BLOW_UP * (1 + self.start)

    def _bounded(self) -> None:
        """Raise Unresolved after too many steps, or after too long a time."""
        attend(self.t, self.T)
        if self._left <= 0:
            where = f"t = {self.t:.3g} of {self.T:g} was reached"
            raise Unresolved(
                f"max_steps = {self.control.most}: {where}; pass a larger one, or a larger rtol."
            )

    def _drop(self, error: Tensor, new: Ensemble) -> None:
        """Give up the replicates that blow up; hand the others over where they are stiff."""
        lost = self.live & (error > 1)
        stiff = lost & (self.size(self.s) < self._bound)
        self._release(lost & ~stiff, new)
        if bool(stiff.any()):
            self._hand_over(needed=True)

    def _release(self, lost: Tensor, new: Ensemble) -> None:
        """Go on without the replicates that are lost."""
        layers = (~all_finite(new)).int().argmax(0) + 1
        for r in torch.nonzero(lost).flatten().tolist():
            self.dropped[r] = (self.accepted + 1, self.t, int(layers[r]))
            for v in (*self.s.W.values(), *self.s.b.values()):
                v[r] = torch.nan
        self.live &= ~lost
        self.h, self.first = self.T / FIRST_STEP, None

    def _hand_over(self, needed: bool = False) -> None:
        """Let the implicit march go on with what is live, unless that has too many weights."""
        live = torch.nonzero(self.live).flatten().tolist()
        n = sum(v[0].numel() for v in (*self.s.W.values(), *self.s.b.values()))
        if n * n * len(live) > MOST_ENTRIES:
            if needed:
                size = f"{n} weights in {len(live)} replicates"
                raise self._stiff(f"and {size} are too many for the implicit solver")
            return
        if live:
            unknowns = Unknowns(self.field, self.s, live, self.norms.masses)
            tolerance = self.control.rtol, self.control.atol
            self.implicit = ImplicitMarch(unknowns, self.alone, (self.t, self.T), tolerance)
            self.handed = self.t if self.handed is None else self.handed

    def _stiff(self, why: str) -> Unresolved:
        words = f"{self.t:.3g} of {self.T:g} after {self.accepted} steps"
        return Unresolved(
            f"rtol = {self.control.rtol:g}: no step is short enough at t = {words}, {why}, and the "
            "loss is bounded: the problem is stiff; scale its data, or take a larger rtol."
        )
