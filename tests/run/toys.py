"""Toys behave as they are told.

A property file for the trial to run: every check does what its name says.
"""

import numpy as np
import torch

import mfcheck as mf
from mfcheck.problems.finite import FiniteSpec
from mfcheck.strategies.families import problems

TOY = FiniteSpec(("tanh", "identity"), atoms=6, n=7, d=2)
ONE = [TOY]
DRAWN = problems(depth=(2, 2))
claim = mf.Claim("toys", text=__doc__, source="here", section="A. Toys")
calls = []


def noise(N, seeds):
    return torch.as_tensor(seeds.fold(N).uniforms("noise", 0, 1)[:, 0])


def power(slope, spread=0.1, spoil=lambda N, value: value):
    """A ratio that grows like N^slope, up to noise."""

    def ratio(N, seeds):
        calls.append((N, seeds.replicates))
        return spoil(N, N**slope * torch.exp(spread * noise(N, seeds)))

    return mf.growth(ratio, along=(16, 32, 64))


def spoilt(value, first=0, last=32, at=64):
    def spoil(N, ratio):
        ratio = ratio.clone()
        ratio[first:last] = torch.where(torch.tensor(N == at), value, ratio[first:last])
        return ratio

    return spoil


rate = claim.check(over=ONE, expect=mf.AtMost(0.0))
drawn = claim.check(over=DRAWN, expect=mf.AtMost(0.0))
exact = claim.check(over=ONE, expect=mf.Equals(0))


@rate
def holds(problem):
    return power(-0.5)


@drawn
def fails(problem):
    return power(1.0)


@drawn
def fails_when_wide(problem):
    return power(1.0 if problem.data.n >= 8 else -1.0)


@drawn
def calm(problem):
    return power(-0.5)


@drawn
def calmer(problem):
    return power(-1.0)


@rate
def border(problem):
    return power(0.15, spread=1.0)


@rate
def undefined(problem):
    return power(-0.5, spoil=spoilt(float("nan")))


@rate
def partly_undefined(problem):
    return power(-0.5, spoil=spoilt(float("nan"), last=3))


@rate
def diverges(problem):
    return power(-0.5, spoil=spoilt(float("inf")))


@rate
def sometimes_diverges(problem):
    return power(-0.5, spoil=spoilt(float("inf"), last=2))


@rate
def negative(problem):
    return power(-0.5, spoil=spoilt(-1.0))


@rate
def raises(problem):
    return power(-0.5, spoil=lambda N, value: value / undefined_name)  # noqa: F821  # type: ignore


@rate
def raises_late(problem):
    """In the second round."""
    return power(0.15, spread=1.0, spoil=lambda N, v: v if len(calls) <= 3 else 1 / 0)


@rate
def raises_at_once(problem):
    raise ValueError("no such thing")


@rate
def returns_nothing(problem):
    power(0.0)


@rate
def returns_a_mean(problem):
    return power(0.0, spoil=lambda N, value: value.mean())


@rate
def interrupted(problem):
    def stop(N, value):
        raise KeyboardInterrupt

    return power(0.0, spoil=stop)


@exact
def residual(problem):
    return mf.identity(lambda seeds: 1e-14 * noise(1, seeds))


@exact
def violated(problem):
    return mf.identity(lambda seeds: spoilt(1e-3, 5, 6)(64, 1e-14 * noise(1, seeds)))


@exact
def unknown(problem):
    return mf.identity(lambda seeds: spoilt(float("nan"), 5, 6)(64, 1e-14 * noise(1, seeds)))


@exact
def infinite(problem):
    return mf.identity(lambda seeds: spoilt(float("inf"), 5, 6)(64, 1e-14 * noise(1, seeds)))


@claim.check(over=ONE, expect=mf.AtMost(0.0))
def wrongly_expected(problem):
    return mf.identity(lambda seeds: noise(1, seeds))


@claim.check(over=ONE, expect=mf.Between(0.4, 0.6))
def number(problem):
    return mf.value(lambda seeds: 0.5 + 0.01 * noise(1, seeds))


@claim.check(over=ONE, expect=mf.AtMost(0.85))
def rarely_large(problem):
    return mf.value(lambda seeds: noise(1, seeds), quantile=0.9)


@claim.check(over=ONE, expect=mf.AtMost(0.85))
def often_large(problem):
    return mf.value(lambda seeds: noise(1, seeds) + 0.3, quantile=0.9)


event = claim.check(over=ONE, expect=mf.AtMost(0.1))


@event
def rarely(problem):
    """noise is uniform on [0, 1]: beyond 0.99 in 1 % of the replicates, NaN in one of 32."""
    return mf.exceedance(lambda seeds: spoilt(float("nan"), 3, 4)(64, noise(1, seeds)), above=0.99)


@event
def often(problem):
    return mf.exceedance(lambda seeds: noise(1, seeds), above=0.3)


@event
def never_a_number(problem):
    return mf.exceedance(lambda seeds: spoilt(float("nan"))(64, noise(1, seeds)), above=2)


@claim.check(over=ONE, expect=mf.AtLeast(0.9))
def no_event(problem):
    return mf.exceedance(lambda seeds: noise(1, seeds), above=2)


@claim.report(over=ONE)
def share_shown(problem):
    return mf.exceedance(lambda seeds: noise(1, seeds), above=0.5)


@claim.report(over=ONE)
def shown(problem):
    return mf.value(lambda seeds: noise(1, seeds))


few = mf.Claim(
    "few",
    text=__doc__,
    source="here",
    section="A. Toys",
    assumptions=("a", mf.Assumption("few", lambda p: (p.data.n < 5, f"n = {p.data.n}"))),
)


@few.check(over=ONE, expect=mf.AtMost(0.0))
def premise_broken(problem):
    return power(-0.5)


@few.control(of=premise_broken)
def premise_broken_on_purpose(problem):
    return power(1.0)


def rounded(problem, wrong):
    """Off by so much in float32."""
    single = problem.sample(2)[0].W[1].dtype == torch.float32
    return power(-0.5, spoil=lambda N, value: value * wrong if single else value)


@claim.check(over=ONE, expect=mf.AtMost(0.0), dtype="float32")
def rounded_a_little(problem):
    return rounded(problem, 1.001)


@claim.check(over=ONE, expect=mf.AtMost(0.0), dtype="float32")
def rounded_a_lot(problem):
    return rounded(problem, 1.1)


@claim.check(over=ONE, expect=mf.AtMost(0.0), dtype="float32")
def overflows(problem):
    return rounded(problem, float("inf"))


@claim.check(over=[*ONE, *ONE], expect=mf.AtMost(0.0))
def twice(problem):
    return power(-0.5)


@claim.control(of=fails)
def control(problem):
    return power(1.0)


@claim.control(of=fails, over=problems(depth=(2, 3), always=ONE))
def control_of_three(problem):
    return power(1.0)


def uneven_slopes(problem):
    """A row that takes between 32 and 1024 replicates, as its problem's seed has it."""
    return power(0.05, spread=1.0 + problem.data.n / 8)


@drawn
def uneven(problem):
    return uneven_slopes(problem)


@claim.control(of=uneven)
def uneven_control(problem):
    return power(0.5, spread=1.0)


@rate
def plateaus(problem):
    """Falls, then rises: flat on average, and not at its end."""
    return mf.growth(
        lambda N, s: {16: 2.0, 32: 1.0, 64: 1.0, 128: 2.0}[N] * torch.ones(len(s.replicates)),
        along=(16, 32, 64, 128),
    )


@claim.check(over=ONE, expect=mf.AtLeast(0.0))
def infinities(problem):
    return mf.value(lambda seeds: torch.full((len(seeds.replicates),), float("inf")))


@claim.check(over=ONE, expect=mf.AtMost(0.0))
def nothing_at_all(problem):
    return mf.growth(lambda N, s: torch.zeros(len(s.replicates)), along=(16, 32, 64))


@claim.check(over=ONE, expect=mf.Equals(0.0))
def beside_its_value(problem):
    """A tenth, where 0 is expected within a margin of .15."""
    return mf.value(lambda s: 0.1 + 0.01 * noise(1, s))


@claim.check(over=ONE, expect=mf.Equals(0.0), equivalence="this toy is as good at a tenth")
def as_good_beside_it(problem):
    return beside_its_value.measure(problem)


@claim.check(over=ONE, expect=mf.AtMost(0.0))
def beside_its_rate(problem):
    return mf.growth(
        lambda N, s: N**-0.5 * torch.exp(0.1 * noise(N, s)),
        along=(16, 32, 64),
        rate=lambda N: N**-0.5,
    )


@claim.check(over=ONE, expect=mf.AtMost(0.0), finer=3.0)
def beside_its_rate_finely(problem):
    return beside_its_rate.measure(problem)


@claim.neighbour(of=beside_its_rate_finely, says=lambda x, e: f"{x:.0%} more at the end")
def more_at_the_end(N, D, x):
    return D * np.where(N == N[-1], 1 + x, 1.0)


@rate
def rises_at_first(problem):
    """Grows up to N = 30 and no further: refuted on its grid, and not beyond."""
    return mf.growth(lambda N, s: min(N, 30.0) * torch.exp(0.01 * noise(N, s)), along=(16, 32, 64))


@rate
def rises_where_it_can(problem):
    """Grows, and nothing can be measured beyond N = 64."""
    return mf.growth(
        lambda N, s: {16: 16, 32: 32, 64: 64}[N] * torch.exp(noise(N, s)), (16, 32, 64)
    )


@rate
def gives_up(problem):
    """A solver that stops at ten steps."""
    return mf.growth(
        lambda N, s: problem.flow(problem.sample(N, s)[0], max_steps=10).loss[-1], (16, 32, 64)
    )


@rate
def solves_for_long(problem):
    """A flow of hours: weights of 200 relu neurons, at a tolerance that kinks never meet."""
    model = mf.Model(("relu", "identity"))

    def measure(N, seeds):
        state, _ = problem.sample(200, seeds)
        return mf.flow(model, state, problem.data, 1e4, rtol=1e-12, max_steps=10**9).loss[-1]

    return mf.growth(measure, (16, 32, 64))


@rate
def falls_steeply(problem):
    """Like N^-12, as the error of a quadrature may."""
    return power(-12.0)


@rate
def not_for_this(problem):
    """Of a problem like this nothing can be asked."""
    raise mf.NotApplicable("the toy has no such problem")


@rate
def not_in_the_end(problem):
    """Only the last point tells that nothing can be asked."""

    def spoil(N, value):
        if N == 64:
            raise mf.NotApplicable("the toy is not that wide")
        return value

    return power(-0.5, spoil=spoil)


@claim.check(over=DRAWN, expect=mf.AtMost(0.0))
def not_for_some(problem):
    """Of a problem with few data points nothing can be asked."""
    if problem.data.n < 8:
        raise mf.NotApplicable("few data points")
    return power(-0.5)
