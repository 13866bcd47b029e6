r"""What a second layer at rest says of the loss: both inequalities behind the convergence theorems.

Write λ(x) = E[∂₂ℓ(Y, ŷ(x)) | X = x] and M(x) = φ_L'(H_L(x)) E_{C_2}|∂H_L(x)/∂H_2(x, C_2)|, that is
φ_2'(H_2) for L = 2 and φ_3'(H_3) E|w_3 φ_2'(H_2)| for L = 3, and let S = sup_w speed(w) with

    speed(w) = E_{C_2} | E_X[ λ φ_L' w_3(C_2) φ_2'(H_2(X, C_2)) φ_1(⟨w, X⟩) ] |

(at L = 2 without w_3 and E_{C_2}; the targets enter through λ alone).

1. If Σ_k a_k φ_1(⟨w_k, x⟩) = g(x) at all inputs, then by the triangle inequality

    E_{C_2} | E_X[ λ φ_3' w_3 φ_2' g ] | <= Σ_k |a_k| speed(w_k) <= S Σ_k |a_k| .

   With g = r / M and λ r >= 0 the function λ φ_3' g = |λ r| / E|w_3 φ_2'| has one sign, and so has
   φ_2' (it is continuous and vanishes nowhere): the sign of w_3 comes out, and the left side is
   E_{C_2} E_X[ |λ r| |w_3| |φ_2'| / E|w_3 φ_2'| ] = E_X|λ r|. Hence for the least such sum γ_r

    r = sign λ:            E|λ| <= γ S
    r = excess(x) / λ(x):  loss − infimum <= Γ S ,

   excess(x) being what the expected loss at x has above the least that any number attains there.
   γ is finite if the ridge functions span R^n and M vanishes at no input, and Γ if, besides,
   λ(x) = 0 only where excess(x) = 0: a convex loss, or ∂₂ℓ = 0 ⇒ ℓ = 0 with Y a function of X.
   Any finite set of w_k gives an upper bound of γ that satisfies this with the same set's S.

2. The other way, S <= sup|φ_1| E_X[ |λ| E_{C_2}|φ_3' w_3 φ_2'| ] = sup|φ_1| E[|λ| |M|]; and since
   F'² <= 2 sup F'' (F − inf F) for any F bounded from below, λ² <= 2 sup|ρ''| excess(x), so that

    S² <= sup|φ_1|² E[M²] · 2 sup|ρ''| (loss − infimum) :  no optimum unless the second layer rests.

Source: 1. makes the argument of Theorem 8's proof quantitative, Pham & Nguyen, ICLR 2021; 2. does
so for Remark 9; both are derived here, and hold for every width and at every time.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from mfcheck.data import DataLaw
from mfcheck.dynamics import Trajectory
from mfcheck.dynamics.equations import everything
from mfcheck.dynamics.meanfield import mean_fields
from mfcheck.errors import invalid
from mfcheck.model import Ensemble, Model
from mfcheck.observe.combination import least_sums
from mfcheck.observe.excess import best_numbers
from mfcheck.observe.stationarity import starting_points
from mfcheck.symbolic import regularity

DEEPEST = 3
"""Beyond three layers λ no longer comes out of the mean of |Δ_2|."""


class AtInputs(NamedTuple):
    """At every distinct input, in float64. x: (n, d), q: (n,); slope λ, push M, above: (r, n).

    above: the expected loss at x less the least that any number attains against the labels there.
    """

    x: Tensor
    q: Tensor
    slope: Tensor
    push: Tensor
    above: Tensor


def at_inputs(model: Model, state: Ensemble, data: DataLaw) -> AtInputs:
    """λ, M and the excess of a state with two or three layers; leading axes are folded into one."""
    if model.L > DEEPEST:
        raise invalid("L", model.L, "the bounds are those of two or three layers", "use L <= 3")
    s = state.flat().to(torch.float64)
    law = everything(model, s, data)
    f, q, y = mean_fields(model, s, law.x), law.q, law.y[0]
    x, group = torch.unique(law.x[0], dim=0, return_inverse=True)
    share = torch.nn.functional.one_hot(group).to(q).mT * q  # (distinct inputs, data points)
    first = torch.stack([(group == k).nonzero()[0, 0] for k in range(len(x))])
    y_hat, best = f.V[model.L][..., 0], best_numbers(model.loss, data)[group]
    gap = model.loss.value(y_hat - y) - model.loss.value(best.to(y) - y)
    mass = share.sum(-1)
    slope = model.loss.slope(y_hat - y) @ share.mT / mass
    return AtInputs(x, mass, slope, _push(model, s, f.H)[:, first], gap @ share.mT / mass)


def _push(model: Model, s: Ensemble, H: dict[int, Tensor]) -> Tensor:
    """M at every data point, (r, n)."""
    slopes = {
        i: model.phi(i).slope_at(H[i], model.phi(i).value(H[i])) for i in range(2, model.L + 1)
    }
    if model.L == 2:
        return slopes[2][..., 0]
    weight = s.P[2] * s.W[3][..., 0].abs()
    return slopes[3][..., 0] * (slopes[2].abs() @ weight[..., None])[..., 0]


def toward_slope(at: AtInputs) -> Tensor:
    """sign(λ) / M, (r, n): with this target γ S >= E|λ|."""
    return _over(at.slope.sign(), at.push)


def toward_excess(at: AtInputs) -> Tensor:
    """excess / (λ M), (r, n): with this target Γ S >= loss − infimum."""
    return _over(_over(at.above.clamp(min=0), at.slope), at.push)


def _over(a: Tensor, b: Tensor) -> Tensor:
    """a / b, with 0 / 0 = 0."""
    return torch.where(a == 0, 0.0, a / b)


Toward = Callable[[AtInputs], Tensor]
"""What the ridge functions are to add up to, (r, n), from what is known at the inputs."""


def price(model: Model, at: AtInputs, target: Toward = toward_slope) -> Tensor:
    """γ of each replicate, (r,): min Σ|a_k| over Σ_k a_k φ_1(⟨w_k, x⟩) = target(at) at all x.

    The w_k are the points at which the search for S starts: S has seen every one of them.
    """
    w = starting_points(at.x, model.phi(1))
    ridges = model.phi(1).value(w @ at.x.mT).mT
    return at.x.new_tensor(least_sums(target(at).cpu().numpy(), ridges.cpu().numpy()))


def _times(prices: list[Tensor], S: Tensor) -> Tensor:
    """γ S, (K, r), infinite where γ is, even if S is 0: no constant, no bound."""
    gamma = torch.stack(prices)
    return torch.where(gamma.isinf(), gamma, gamma * S)


class Sides(NamedTuple):
    """Both sides of an inequality left <= right at the recorded times, (K, r)."""

    left: Tensor
    right: Tensor

    def broken(self) -> Tensor:
        """By what share left exceeds right at the worst time, (r,).

        0 if nowhere. +inf where right is infinite: there the theorem has no constant.
        """
        share = torch.where(self.left <= self.right, 0.0, self.left / self.right - 1)
        return torch.where(self.right.isinf(), torch.inf, share).amax(0)


def slope_by_speed(model: Model, path: Trajectory, data: DataLaw, S: Tensor) -> Sides:
    """E|λ| <= γ S; S (K, r)."""
    rows = [at_inputs(model, state, data) for state in path.states]
    left = torch.stack([at.slope.abs() @ at.q for at in rows])
    return Sides(left, _times([price(model, at) for at in rows], S))


def loss_by_speed(model: Model, path: Trajectory, data: DataLaw, S: Tensor) -> Sides:
    """Loss − infimum <= Γ S; S (K, r)."""
    rows = [at_inputs(model, state, data) for state in path.states]
    left = torch.stack([at.above @ at.q for at in rows])
    return Sides(left, _times([price(model, at, toward_excess) for at in rows], S))


def speed_by_slope(model: Model, path: Trajectory, data: DataLaw, S: Tensor) -> Sides:
    """S <= sup|φ_1| E[|λ| |M|]; S (K, r)."""
    rows = [at_inputs(model, state, data) for state in path.states]
    return Sides(S, _most(model) * torch.stack([(at.slope * at.push).abs() @ at.q for at in rows]))


def speed_by_loss(model: Model, path: Trajectory, data: DataLaw, S: Tensor) -> Sides:
    """S <= sup|φ_1| (2 sup|ρ''| E[M²] (loss − infimum))^{1/2}; S (K, r)."""
    bend = regularity.loss_facts(model.loss.name).slope_lipschitz.number
    rows = [at_inputs(model, state, data) for state in path.states]
    square = torch.stack(
        [(at.push.square() @ at.q) * (at.above.clamp(min=0) @ at.q) for at in rows]
    )
    return Sides(S, _most(model) * (2 * _known("sup |ρ''|", bend) * square).sqrt())


def _most(model: Model) -> float:
    """sup |φ_1|, as derived from its formula."""
    return _known("sup |φ_1|", regularity.activation_facts(model.phi(1).name).bounded.number)


def _known(what: str, number: float | None) -> float:
    if number is None:
        raise invalid(what, number, "is known of named functions only", "use a named one")
    return number
