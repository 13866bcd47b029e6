"""An assumption on the step of gradient descent, tested by a short run of the limit.

A rate in ε is a statement about small steps. By a step of gradient descent the loss falls by

    (1 − ε λ / 2) ε Σ ξ |G|²,

with λ its curvature along the step: by a quarter of what its slope promises, ε Σ ξ |G|², where
ε λ = 3/2, and it rises where ε λ > 2. Such steps do not follow the gradient, and what is seen of
larger ε tells nothing of the rate. The limit takes the steps here: it has no noise.
"""

from typing import Any

import torch

from mfcheck.claims.assumption import Assumption, Finding
from mfcheck.dynamics import sgd
from mfcheck.model import Ensemble, FiniteEmbedding
from mfcheck.observe.energy import dissipation

FALLS_BY = 0.25
"""The share of what the slope promises by which the loss must fall at least."""

TRIED = 20
"""Steps that are tried, so that a row's premises cost less than its first network."""

ROUNDED = 1e-12
"""A fall that promises less than this share of the loss is rounding, at rest."""


def descends_by(steps: int) -> Assumption:
    """Full-batch descent of the limit with the step T/steps, the largest of a row, goes down."""

    def test(problem: Any) -> Finding:
        if not isinstance(problem.emb, FiniteEmbedding) or problem.model.scheduled:
            return None, "no step is tried but of finitely many atoms under constant rates"
        eps, tried = problem.T / steps, min(steps, TRIED)
        shares, losses = _falls(problem, eps, tried)
        k = int(torch.tensor(shares).argmin())
        how = f"falls by {shares[k]:.3g} of what its slope promises"
        if shares[k] < 0:
            how = f"rises from {losses[k]:.3g} to {losses[k + 1]:.3g}"
        where = f"in step {k + 1}, the worst of {tried}"
        return shares[k] >= FALLS_BY, f"at ε = {eps:.3g} the limit's loss {how} {where}"

    return Assumption(
        rf"At $\varepsilon = T / {steps}$, the largest step of the row, the limit's loss falls in "
        "each step of full-batch descent, by a quarter at least of what its slope promises. "
        "Larger steps do not follow the gradient (ours: the theorem's constant covers it).",
        test,
    )


def _falls(problem: Any, eps: float, steps: int) -> tuple[list[float], list[float]]:
    """By what share of ε Σ ξ |G|² the loss falls in each step, and the losses."""
    times = [k * eps for k in range(steps + 1)]
    atoms, data = problem.emb.atoms, problem.data
    path = sgd(problem.model, atoms, data, eps, times[-1], batch=None, at=times)
    starts = path.states[:-1]
    parts = (
        {i: torch.stack([getattr(s, part)[i] for s in starts]) for i in getattr(atoms, part)}
        for part in ("W", "b", "P")
    )
    promised = eps * dissipation(problem.model, Ensemble.of(*parts), data)
    fall, rest = path.loss[:-1] - path.loss[1:], ROUNDED * path.loss[:-1]
    return torch.where(promised > rest, fall / promised, 1.0).tolist(), path.loss.tolist()
