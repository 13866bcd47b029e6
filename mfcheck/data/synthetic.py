"""Laws of Z made from an integer seed: a teacher network, clusters, a sine wave, the xor square.

In every law the last coordinate of x is the constant 1, all numbers are bounded and of order one,
and the atoms nest: the n points of a law are the first n points of the law with 2n. With
weighted=True the probabilities are unequal, q_i ∝ 1/2 + U_i with U_i uniform on (0, 1), hence
between 1/(3n) and 3/n; they nest up to their common factor. `d` counts the constant coordinate.

Every function returns a DataLaw in float64 and raises InvalidArgument for n < 1, d < 2, a seed
that is not an integer or a `weighted` that is not a bool.
"""

import numpy as np
from scipy.special import ndtr, ndtri

from mfcheck.arrays import whole
from mfcheck.data.law import DataLaw
from mfcheck.errors import invalid
from mfcheck.seeds import CHUNK, Seeds

NEURONS = 4  # of the teacher
HEADS = np.array([27, 9, 3, 1]) / 40  # |a_k| of the teacher, of sum one
HEIGHT = 1.5  # bound of the teacher's |y|
CENTRES = 4  # of the clusters, with labels +1, −1, +1, −1
SPREAD = 0.2  # standard deviation of a cluster, before it is cut off at 3 of them
GOLDEN_RATIO = (5**0.5 - 1) / 2  # steps of it, modulo 1, fill an interval evenly at every n


def teacher(n: int, d: int, seed: int = 0, *, weighted: bool = False) -> DataLaw:
    """Inputs uniform in [−1, 1]^(d−1), targets from a random smooth two-layer network, |y| ≤ 1.5.

    y = 1.5 Σ_k a_k tanh(u_k · x + b_k) over four neurons. The slopes u_k have uniform directions
    and length 3, so that u_k · x has standard deviation √3 for every d; the offsets b_k are
    Gaussian. |a_k| = 27, 9, 3, 1 fortieths with random signs: the first neuron leads, so that the
    others never cancel it and y stays of order one.
    """
    n, d = _sizes(n, d)
    x = _with_constant(2 * _uniforms("teacher", seed, "x", (n, d - 1)) - 1)
    slopes = ndtri(_uniforms("teacher", seed, "slopes", (NEURONS, d - 1)))
    slopes *= 3 / np.linalg.norm(slopes, axis=1, keepdims=True)
    offsets = 0.7 * ndtri(_uniforms("teacher", seed, "offsets", (NEURONS, 1)))
    a = HEIGHT * np.copysign(HEADS, _uniforms("teacher", seed, "signs", (1, NEURONS)) - 0.5)
    y = _apply(a, np.tanh(_apply(np.column_stack([slopes, offsets]), x)))[:, 0]
    return DataLaw(x, y, _probabilities("teacher", seed, n, weighted))


def clusters(n: int, d: int, seed: int = 0, *, weighted: bool = False) -> DataLaw:
    """Four Gaussian clusters, cut off at three standard deviations, with labels ±1 in turn.

    The centres are uniform in [−1, 1]^(d−1); point i belongs to cluster i mod 4, so |x_j| ≤ 1.6
    and both labels occur as soon as n ≥ 2.
    """
    n, d = _sizes(n, d)
    member = np.arange(n) % CENTRES
    centres = 2 * _uniforms("clusters", seed, "centres", (CENTRES, d - 1)) - 1
    u = _uniforms("clusters", seed, "x", (n, d - 1))
    bell = ndtri(ndtr(-3) + (ndtr(3) - ndtr(-3)) * u)
    x = _with_constant(centres[member] + SPREAD * bell)
    y = np.where(member % 2 == 0, 1.0, -1.0)
    return DataLaw(x, y, _probabilities("clusters", seed, n, weighted))


def sine(n: int, d: int = 2, seed: int = 0, *, weighted: bool = False) -> DataLaw:
    """y = sin(3 x_1 + phase), with x_1 evenly spread over [−1, 1] and a phase in [−1/2, 1/2].

    x_1 runs through multiples of the golden ratio modulo 1 from a random start; the coordinates
    2 … d − 1 are uniform in [−1, 1] and have no influence on y.
    """
    n, d = _sizes(n, d)
    start, phase = _uniforms("sine", seed, "start and phase", (1, 2))[0]
    x1 = 2 * ((start + GOLDEN_RATIO * np.arange(n)) % 1) - 1
    others = 2 * _uniforms("sine", seed, "x", (n, d - 2)) - 1
    y = np.sin(3 * x1 + phase - 0.5)
    x = _with_constant(np.column_stack([x1, others]))
    return DataLaw(x, y, _probabilities("sine", seed, n, weighted))


def xor(seed: int = 0, *, weighted: bool = False) -> DataLaw:
    """The eight points (±1, ±1), (±1/2, ±1/2) with y = 0.8 sign(x_1 x_2); no line parts them.

    x: (8, 3). The seed only sets the probabilities, if they are weighted.
    """
    square = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]], dtype=np.float64)
    x = np.concatenate([square, square / 2])
    y = 0.8 * np.sign(x[:, 0] * x[:, 1])
    return DataLaw(_with_constant(x), y, _probabilities("xor", seed, len(x), weighted))


def _sizes(n: int, d: int) -> tuple[int, int]:
    return whole("n", n), whole("d (the constant coordinate included)", d, least=2)


def _uniforms(kind: str, seed: int, purpose: str, shape: tuple[int, int]) -> np.ndarray:
    """Uniforms on (0, 1) that nest in both sizes: column j is stream j, read in counter order."""
    seeds = Seeds(seed, range(CHUNK)).fold("data", kind)
    n, columns = shape
    streams = [seeds.uniforms(purpose, j, -(-n // CHUNK)).T.ravel()[:n] for j in range(columns)]
    return np.reshape(streams, (columns, n)).T


def _probabilities(kind: str, seed: int, n: int, weighted: bool) -> np.ndarray | None:
    weights = 0.5 + _uniforms(kind, seed, "q", (n, 1))[:, 0]
    if not isinstance(weighted, bool):
        raise invalid("weighted", weighted, "must be True or False", "use weighted=True")
    return weights / weights.sum() if weighted else None


def _apply(w: np.ndarray, x: np.ndarray) -> np.ndarray:
    """x wᵀ, (n, d) and (m, d) to (n, m), summed in a fixed order so that rows nest to the bit."""
    return sum((np.outer(x[:, j], w[:, j]) for j in range(w.shape[1])), np.zeros((len(x), len(w))))


def _with_constant(x: np.ndarray) -> np.ndarray:
    return np.column_stack([x, np.ones(len(x))])
