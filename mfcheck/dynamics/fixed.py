"""Gradient flow by a Runge–Kutta method with steps of one size: to measure orders, not to be fast.

An adaptive solver hides its order; here the error is a function of the step alone.
"""

from functools import partial

from mfcheck.arrays import positive, whole
from mfcheck.data import DataLaw
from mfcheck.dynamics.equations import everything, velocity
from mfcheck.dynamics.integrate import RK4, Tableau, step
from mfcheck.dynamics.meanfield import Sample
from mfcheck.dynamics.velocity import Velocity
from mfcheck.model import AnyModel, Ensemble


def fixed_steps(
    model: AnyModel,
    state: Ensemble,
    data: DataLaw,
    T: float,
    steps: int,
    *,
    method: Tableau = RK4,
) -> Ensemble:
    """The state at time T, after `steps` equal steps of the method from `state`.

    Raises InvalidArgument for T that is not above zero, and for less than one step.
    """
    h, law = positive("T", T) / whole("steps", steps), everything(model, state, data)
    s = state.flat()
    for k in range(steps):
        s, _ = step(method, partial(_field, model, law), k * h, s, h)
    return s.unflat(state.replicates)


def _field(model: AnyModel, law: Sample, t: float, s: Ensemble) -> Velocity:
    return velocity(model, s, law, t)
