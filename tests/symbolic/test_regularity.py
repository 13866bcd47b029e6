"""The derived facts against dense grids, automatic differentiation and the tensors' own code."""

from dataclasses import fields
from time import process_time

import pytest
import sympy
import torch

from mfcheck.errors import Unavailable
from mfcheck.model.activation import ACTIVATIONS, activation
from mfcheck.model.loss import LOSSES, loss
from mfcheck.symbolic import named, regularity
from mfcheck.symbolic.curve import Piece, PiecewiseFunction
from mfcheck.symbolic.notation import without_latex

GRID = torch.linspace(-40, 40, 160_001, dtype=torch.float64) + 1e-5
"""Steps of 5e-4, so a smooth extreme is missed by at most its curvature times 1e-7."""


def slopes(f):
    """f, f' and f'' on the grid, by automatic differentiation."""
    at = GRID.clone().requires_grad_()
    value = f(at)
    (first,) = torch.autograd.grad(value.sum(), at, create_graph=True)
    if not first.requires_grad:
        return value.detach(), first.detach(), torch.zeros_like(GRID)
    (second,) = torch.autograd.grad(first.sum(), at, allow_unused=True)
    parts = (value, first, torch.zeros_like(GRID) if second is None else second)
    return tuple(v.detach() for v in parts)


def agrees(fact, seen):
    """A supremum found on the grid: below the exact one, near it, or growing if there is none."""
    top = float(seen.abs().max())
    assert fact.holds == (fact.number < float("inf"))
    if fact.holds:
        assert top <= fact.number * (1 + 1e-12) + 1e-15
        assert top == pytest.approx(fact.number, rel=1e-5, abs=1e-9)
    else:
        half = float(seen[GRID.abs() < 20].abs().max())
        assert top > 1.5 * half


def test_every_name_has_a_definition():
    assert set(named.ACTIVATION_FORMULAS) == set(ACTIVATIONS) and set(named.LOSS_FORMULAS) == set(
        LOSSES
    )


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_definitions_are_the_tensors_code(name):
    exact = sympy.lambdify(named.h, named.ACTIVATION_FORMULAS[name], ["scipy", "numpy"])
    slope = sympy.lambdify(
        named.h, named.ACTIVATION_FORMULAS[name].diff(named.h), ["scipy", "numpy"]
    )
    at, phi = GRID[::500], activation(name)
    assert torch.as_tensor(exact(at.numpy())).tolist() == pytest.approx(phi.value(at).tolist())
    seen = torch.as_tensor(slope(at.numpy())).expand(at.shape).tolist()
    assert seen == pytest.approx(phi.slope(at).tolist(), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", LOSSES)
def test_definitions_are_the_losses_code(name):
    exact = sympy.lambdify(named.r, named.LOSS_FORMULAS[name], "numpy")
    slope = sympy.lambdify(named.r, named.LOSS_FORMULAS[name].diff(named.r), "numpy")
    at, ell = GRID[::500], loss(name)
    assert torch.as_tensor(exact(at.numpy())).tolist() == pytest.approx(ell.value(at).tolist())
    assert slope(at.numpy()).tolist() == pytest.approx(ell.slope(at).tolist())


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_on_a_grid(name):
    facts, phi = regularity.activation_facts(name), activation(name)
    value, first, second = slopes(phi.value)
    agrees(facts.bounded, value)
    agrees(facts.lipschitz, first)
    jump = float((first[1:] - first[:-1]).abs().max())
    assert (facts.slope_lipschitz.number == float("inf")) == (jump > 0.5)
    if facts.slope_lipschitz.holds:
        agrees(facts.slope_lipschitz, second)
    near = first[GRID.abs() < 15]
    positive = bool((near > 0).all() or (near < 0).all())
    assert facts.slope_never_zero.holds == positive
    mirrored = float((phi.value(-GRID) + phi.value(GRID)).abs().max())
    assert facts.odd.holds == (mirrored <= 1e-12)
    zero = float(phi.value(torch.zeros(1, dtype=torch.float64)))
    assert facts.at_zero.number == pytest.approx(zero) and facts.at_zero.holds == (zero == 0)


@pytest.mark.parametrize("name", LOSSES)
def test_losses_on_a_grid(name):
    facts, ell = regularity.loss_facts(name), loss(name)
    value, first, second = ell.value(GRID), ell.slope(GRID), slopes(ell.slope)[1]
    agrees(facts.slope_bounded, first)
    agrees(facts.slope_lipschitz, second)
    assert facts.convex.holds == bool((second >= -1e-12).all())
    assert facts.convex.number == pytest.approx(float(second.min()), abs=1e-5)
    assert facts.nonnegative.holds == bool((value >= -1e-12).all())
    flat = value[first == 0]
    stuck = bool(len(flat)) and float(flat.max()) > 0.01
    assert facts.flat_only_at_zero_loss.holds == (not stuck)
    if stuck:
        assert facts.flat_only_at_zero_loss.number == pytest.approx(float(flat.max()))


def test_exact_values():
    tanh, erf = regularity.activation_facts("tanh"), regularity.activation_facts("erf")
    assert tanh.slope_lipschitz.value == 4 * sympy.sqrt(3) / 9
    assert sympy.simplify(erf.slope_lipschitz.value - sympy.sqrt(8 / (sympy.pi * sympy.E))) == 0
    assert regularity.activation_facts("sigmoid").slope_lipschitz.value == sympy.sqrt(3) / 18
    assert regularity.activation_facts("softplus").at_zero.value == sympy.log(2)
    assert regularity.loss_facts("tukey").slope_bounded.value == 16 * sympy.sqrt(5) / 125
    assert regularity.loss_facts("geman_mcclure").slope_bounded.value == 3 * sympy.sqrt(3) / 8
    assert regularity.loss_facts("geman_mcclure").convex.value == -sympy.Rational(1, 2)


def test_the_assumptions_of_the_three_layer_theorem_are_told_apart():
    """Assumption 1 asks for bounded φ_i and slopes that are Lipschitz and nowhere zero."""

    def fits(name):
        facts = regularity.activation_facts(name)
        wanted = (facts.bounded, facts.lipschitz, facts.slope_lipschitz, facts.slope_never_zero)
        return all(fact.holds for fact in wanted)

    assert {name for name in ACTIVATIONS if fits(name)} == {"tanh", "erf", "sigmoid"}
    bounded = {name for name in LOSSES if regularity.loss_facts(name).slope_bounded.holds}
    assert bounded == {"huber", "logcosh", "geman_mcclure", "tukey"}


def test_words():
    assert regularity.activation_facts("tanh").lipschitz.why == "sup |tanh'| = 1, at h = 0"
    assert (
        regularity.activation_facts("relu").slope_lipschitz.why
        == "relu' jumps from 0 to 1 at h = 0"
    )
    tukey = regularity.loss_facts("tukey").flat_only_at_zero_loss
    assert tukey.why == "tukey'(r) = 0 for r < -1, where tukey = 1/6"
    assert (
        without_latex(sympy.sqrt(3) * sympy.pi**2 / 2) == "√3·π^2/2"
        and without_latex(sympy.oo) == "∞"
    )


def test_of_custom_names_nothing_is_known():
    for record in (regularity.activation_facts("custom"), regularity.loss_facts("custom")):
        facts = [getattr(record, f.name) for f in fields(record) if f.name != "name"]
        assert all(f.holds is None and f.value is None and f.number is None for f in facts)
        assert facts[0].why == "not known: 'custom' has no definition here"


def test_the_whole_table_is_quick_and_kept():
    regularity.activation_facts.cache_clear()
    regularity.loss_facts.cache_clear()
    start = process_time()
    for name in ACTIVATIONS:
        regularity.activation_facts(name)
    for name in LOSSES:
        regularity.loss_facts(name)
    assert process_time() - start < 5
    assert regularity.loss_facts("tukey") is regularity.loss_facts("tukey")


class TestTraps:
    """Functions for which a careless derivation says the wrong thing."""

    x = sympy.Symbol("x", real=True)

    def test_a_jump_between_flat_pieces(self):
        step = PiecewiseFunction(sympy.Piecewise((-1, self.x < 0), (1, True)), self.x)
        assert step.jumps == [(0, -1, 1)] and step.derivative.largest().value == 0

    def test_a_supremum_that_is_only_approached_is_not_taken(self):
        assert not PiecewiseFunction(sympy.tanh(self.x), self.x).largest().taken
        assert PiecewiseFunction(1 / (1 + self.x**2), self.x).largest().taken

    def test_zeros_that_lie_outside_their_piece_do_not_count(self):
        f = PiecewiseFunction(sympy.Piecewise((self.x - 5, self.x < 0), (1 + self.x, True)), self.x)
        assert f.zeros() == [] and f.smallest().value == -sympy.oo

    def test_a_flat_slope_where_the_loss_is_not_zero(self):
        """1 − cos r: ℓ' = 0 at π, where ℓ = 2."""
        rho = PiecewiseFunction(1 - sympy.cos(self.x), self.x)
        heights = {at: rho.at(at) for at in rho.derivative.zeros()}
        assert heights[sympy.pi] == 2 and heights[0] == 0

    def test_infinitely_many_flat_points_are_refused_unless_they_repeat(self):
        """x + sin x is no periodic function: its flat points cannot all be looked at."""
        with pytest.raises(Unavailable, match="no finitely many zeros"):
            PiecewiseFunction(self.x + sympy.sin(self.x), self.x).largest()
        assert PiecewiseFunction(sympy.sin(2 * self.x), self.x).pieces[0].high == sympy.pi

    def test_pieces_know_their_inside(self):
        assert Piece(self.x, sympy.S.Zero, sympy.oo).has(sympy.S.One)
        assert not Piece(self.x, sympy.S.Zero, sympy.oo).has(sympy.S.Zero)
