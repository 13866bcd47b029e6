"""Partially trained three-layer networks: a fixed random first layer, two trained ones above it.

    h_i(x) = M^{-β} Σ_j W_ij φ(⟨z_j, x⟩),      f(x) = (1/m) Σ_i a_i σ(h_i(x)),      z_j fixed

A neuron is a pair (a, h) of a number and a function, and the limit is a law of such pairs: a
gradient flow in function space. After Chen, Vanden-Eijnden & Bruna, arXiv:2210.16286, of which
only the abstract was seen: parametrisation, norms and constants here are ours.
"""

from mfcheck.partial.flow_call import flow
from mfcheck.partial.kernels import Gram, gram
from mfcheck.partial.motion import descend, gradient_flow
from mfcheck.partial.network import Features, train
from mfcheck.partial.partial_problem import PartialProblem
from mfcheck.partial.partial_trajectory import PartialTrajectory
from mfcheck.partial.rademacher import bound, every_sign, odd_bound, supremum
from mfcheck.partial.tangent import alignment, floor, tangent_kernel
from mfcheck.partial.training import Training

__all__ = [
    "Features",
    "Gram",
    "PartialProblem",
    "PartialTrajectory",
    "Training",
    "alignment",
    "bound",
    "descend",
    "every_sign",
    "floor",
    "flow",
    "gradient_flow",
    "gram",
    "odd_bound",
    "supremum",
    "tangent_kernel",
    "train",
]
