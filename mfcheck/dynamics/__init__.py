from mfcheck.dynamics.equations import Gradient, forward, gradient, output
from mfcheck.dynamics.flow import flow
from mfcheck.dynamics.limit import limit
from mfcheck.dynamics.patience import patient
from mfcheck.dynamics.sgd import sample_stream, sgd
from mfcheck.dynamics.trajectory import Diverged, Trajectory, sup

__all__ = [
    "Diverged",
    "Gradient",
    "Trajectory",
    "flow",
    "forward",
    "gradient",
    "limit",
    "output",
    "patient",
    "sample_stream",
    "sgd",
    "sup",
]
