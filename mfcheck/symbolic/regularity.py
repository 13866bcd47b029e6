"""What the named activations and losses satisfy, derived by sympy: bounds, slopes, symmetry.

    from mfcheck.symbolic.functions import Expr
from mfcheck.symbolic import regularity
    regularity.activation("tanh").slope_never_zero.holds     # True
    regularity.loss("tukey").flat_only_at_zero_loss.why      # "tukey'(r) = 0 for r < -1, where ..."

Every fact is found from the definition in `named`: suprema by limits and flat points of each
smooth piece, zeros by solving. Nothing is typed but the definitions. The assumptions that ask for
these facts: Pham & Nguyen, ICLR 2021, assumption 1 and theorem 8.
"""

from dataclasses import dataclass, fields
from functools import cache

from sympy import S, oo

from mfcheck.symbolic.curve import Extreme, Piece, PiecewiseFunction
from mfcheck.symbolic.functions import Expr
from mfcheck.symbolic.named import ACTIVATION_FORMULAS, LOSS_FORMULAS, h, r
from mfcheck.symbolic.notation import approximately, without_latex


@dataclass(frozen=True)
class Fact:
    """Whether something holds (None: not known), the exact number behind it, and why in words."""

    holds: bool | None
    value: Expr | None
    why: str

    @property
    def number(self) -> float | None:
        """The value as a float, inf included; None where there is no value."""
        return None if self.value is None else float(self.value)


@dataclass(frozen=True)
class Regularity:
    """An activation φ. Values: sup |φ|, sup |φ'|, sup |φ''| (∞ where φ' jumps), …, φ(0).

    lipschitz: φ is Lipschitz. slope_lipschitz: φ' is. slope_never_zero: φ' ≠ 0 everywhere; its
    value is inf |φ'|. odd: φ(−h) = −φ(h). at_zero: φ(0) = 0; its value is φ(0).
    """

    name: str
    bounded: Fact
    lipschitz: Fact
    slope_lipschitz: Fact
    slope_never_zero: Fact
    odd: Fact
    at_zero: Fact


@dataclass(frozen=True)
class LossRegularity:
    """A loss ℓ(y, ŷ) = ρ(r), r = ŷ − y; ℓ' = ρ'. Values: sup |ρ'|, sup |ρ''|, …, inf ρ'', inf ρ.

    slope_bounded, slope_lipschitz: of ℓ'. flat_only_at_zero_loss: ℓ' = 0 implies ℓ = 0; its
    value is the largest loss where the slope is zero. convex, nonnegative: of ρ.
    """

    name: str
    slope_bounded: Fact
    slope_lipschitz: Fact
    flat_only_at_zero_loss: Fact
    convex: Fact
    nonnegative: Fact


@cache
def activation_facts(name: str) -> Regularity:
    """The facts about a named activation; of any other name nothing is known."""
    if name not in ACTIVATION_FORMULAS:
        return _unknown(Regularity, name)
    phi = PiecewiseFunction(ACTIVATION_FORMULAS[name], h)
    start = phi.at(S.Zero)
    return Regularity(
        name,
        bounded=_bounded(phi, name),
        lipschitz=_lipschitz(phi, name),
        slope_lipschitz=_lipschitz(phi.derivative, f"{name}'"),
        slope_never_zero=_never_zero(phi.derivative, f"{name}'"),
        odd=_odd(phi, name),
        at_zero=Fact(start == 0, start, f"{name}(0) = {without_latex(start)}"),
    )


@cache
def loss_facts(name: str) -> LossRegularity:
    """The facts about a named loss; of any other name nothing is known."""
    if name not in LOSS_FORMULAS:
        return _unknown(LossRegularity, name)
    rho = PiecewiseFunction(LOSS_FORMULAS[name], r)
    least = rho.smallest()
    return LossRegularity(
        name,
        slope_bounded=_bounded(rho.derivative, f"{name}'"),
        slope_lipschitz=_lipschitz(rho.derivative, f"{name}'"),
        flat_only_at_zero_loss=_flat_only_at_zero(rho, name),
        convex=_convex(rho, name),
        nonnegative=Fact(bool(least.value >= 0), least.value, _said(f"inf {name}", least, "r")),
    )


def _unknown(kind: type, name: str):
    """The record of a name about which nothing is known."""
    fact = Fact(None, None, f"not known: {name!r} has no definition here")
    return kind(name, *(fact for field in fields(kind) if field.name != "name"))


def _bounded(f: PiecewiseFunction, name: str) -> Fact:
    top = f.largest()
    if top.value == oo:
        return Fact(False, oo, f"|{name}({f.x})| → ∞ as {f.x} → {without_latex(top.at)}")
    return Fact(True, top.value, _said(f"sup |{name}|", top, str(f.x)))


def _lipschitz(f: PiecewiseFunction, name: str) -> Fact:
    for at, left, right in f.jumps:
        ends = (
            f"from {without_latex(left)} to {without_latex(right)} at {f.x} = {without_latex(at)}"
        )
        return Fact(False, oo, f"{name} jumps {ends}")
    return _bounded(f.derivative, f"{name}'")


def _never_zero(f: PiecewiseFunction, name: str) -> Fact:
    least = min((abs(v.value) for v in f.extremes), key=float)
    for piece in f.flats():
        return Fact(False, S.Zero, f"{name}({f.x}) = 0 for {_where(piece, str(f.x))}")
    if zeros := f.zeros():
        points = ", ".join(without_latex(at) for at in zeros)
        return Fact(
            False, S.Zero, f"{name}({f.x}) = {without_latex(f.expr)} is 0 at {f.x} = {points}"
        )
    rest = f"has no zero; inf |{name}| = {without_latex(least)}"
    return Fact(True, least, f"{name}({f.x}) = {without_latex(f.expr)} {rest}")


def _odd(f: PiecewiseFunction, name: str) -> Fact:
    total = PiecewiseFunction(f.expr + f.expr.subs(f.x, -f.x), f.x)
    for at in (S.Zero, S.One):
        if (gap := total.at(at)) != 0:
            here, there, found = map(without_latex, (at, -at, gap))
            said = f"{name}({here}) + {name}({there}) = {found}, not 0"
            return Fact(False, gap, said)
    if total.expr.simplify() != 0:
        return Fact(None, None, f"sympy does not settle whether {name}(-{f.x}) = -{name}({f.x})")
    return Fact(True, S.Zero, f"{name}(-{f.x}) = -{name}({f.x})")


def _flat_only_at_zero(rho: PiecewiseFunction, name: str) -> Fact:
    slope, x = rho.derivative, str(rho.x)
    for piece in slope.flats():
        height = next(p.expr for p in rho.pieces if (p.low, p.high) == (piece.low, piece.high))
        if height != 0:
            where = (
                f"{name}'({x}) = 0 for {_where(piece, x)}, where {name} = {without_latex(height)}"
            )
            return Fact(False, height, where)
    heights = {at: rho.at(at) for at in slope.zeros()}
    worst = max(heights.values(), key=float, default=None)
    points = ", ".join(
        f"{without_latex(at)} ({name} = {without_latex(v)})" for at, v in heights.items()
    )
    return Fact(worst in (0, None), worst, f"{name}'({x}) = 0 only at {x} = {points}")


def _convex(rho: PiecewiseFunction, name: str) -> Fact:
    least = rho.derivative.derivative.smallest()
    down = [at for at, left, right in rho.derivative.jumps if right < left]
    if down:
        return Fact(False, None, f"{name}' jumps down at {rho.x} = {without_latex(down[0])}")
    return Fact(bool(least.value >= 0), least.value, _said(f"inf {name}''", least, str(rho.x)))


def _said(what: str, v: Extreme, x: str) -> str:
    """An extreme in words."""
    where = (
        f"at {x} = {without_latex(v.at)}"
        if v.taken
        else f"approached as {x} → {without_latex(v.at)}"
    )
    return f"{what} = {approximately(v.value)}, {where}"


def _where(piece: Piece, x: str) -> str:
    """A piece in words."""
    if piece.low == -oo:
        return f"{x} < {without_latex(piece.high)}"
    return f"{x} > {without_latex(piece.low)}" + (
        "" if piece.high == oo else f", {x} < {without_latex(piece.high)}"
    )
