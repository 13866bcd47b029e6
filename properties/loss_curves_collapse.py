r"""Training-loss curves of wide networks collapse on the limit's.

Train three-layer networks of widths $N_1 = N_2 = N$ on images by SGD with step $\varepsilon$, from
neurons drawn of one embedding, with the learning rates of the mean-field scaling. Let
$\mathcal{L}_N(t)$ be the training loss and $\mathcal{L}(t)$ that of the mean-field limit. By
Corollary 4, with probability at least $1 - 3\delta$,

$$ \sup_{t \le T} \left| \mathcal{L}_N(t) - \mathcal{L}(t) \right| \le C_T
   \left( N^{-1/2} + \varepsilon^{1/2} \right)
   \log^{1/2} \! \left( \frac{3 (T + 1) N^2}{\delta} + e \right) , $$

so that the curves of all large widths lie on one another: the figure of the slides, on MNIST.

Measured here. The images are scikit-learn's 8 × 8 digits, odd against even. The embedding has 32
atoms a layer; its atoms $w_1$ are drawn once. Networks and limit take the same steps of gradient
descent, so that the gap is $O(N^{-1/2})$ by itself, and the recursion on the atoms is the exact
limit, with no error of its own.

Sup-gaps of single networks are noisy, for they follow one Gaussian fluctuation that may be near
zero. A replicate is therefore a group of eight independent networks, and its statistic the
root mean square of their sup-gaps; the groups are independent of one another.

With independent weights, uniform like the entries of those tables, the same is asked of the limit
under i.i.d. initialisation. There $w_1$ lives in 65 dimensions: the reduced system is solved on
scrambled Sobol points. Its error, three standard errors over eight scramblings, is drawn in the
figure, and refused above a tenth of the gaps.

If the environment variable `MFCHECK_MNIST` names a folder with the files of the MNIST database, the
first check runs on its images too; otherwise there is no such check.
"""

from dataclasses import dataclass, replace
from hashlib import blake2b
from math import sqrt
from os import environ

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.claims.study import Figure, Series
from mfcheck.errors import invalid
from mfcheck.problems.finite import FiniteSpec
from mfcheck.problems.iid import IIDSpec

WIDTHS = (25, 50, 100, 200)
SHOWN = (25, 50, 100, 200, 400, 800)
GROUP = 8  # networks whose root mean square is one replicate
DRAWN = 3  # networks of each width in the figure
LONG = {"T": 14.0, "eps": 0.25}  # of the figure
NEAR = 3.5e-4  # error allowed to the quadrature in 65 dimensions: outputs, loss, probed weights
COARSE = 1e-2  # the same for the figure

claim = mf.Claim(
    "loss_curves_collapse",
    text=__doc__,
    source="Pham, One World Seminar on the Mathematics of Machine Learning, 2020 (figure); the "
    "rate follows from Pham & Nguyen, ICLR 2021, Corollary 4",
    papers=("Pham, One World Seminar, 2020", "Pham & Nguyen, ICLR 2021"),
    section="B. Coupling",
    uses=("coupling",),
    assumptions=premises.COUPLING,
    not_tested=(
        r"Online SGD, as in the slides: here every step sees all images, so that no noise of "
        "samples stands beside that of the width.",
        r"Times beyond $t = 6$, where the loss has fallen by a quarter; the figure goes on "
        r"to $t = 14$, in finer steps.",
        "The error on images that were not trained on.",
        "MNIST, unless a folder with its files is given.",
    ),
)

REACH = 2 * sqrt(3 / 65)  # of the coordinates of w_1, as in the tables
DIGITS = FiniteSpec(data="digits", n=64, d=65, atoms=32, spread=1.5, T=6.0, eps=0.5)
INDEPENDENT = IIDSpec(
    ("tanh", "tanh", "identity"),
    centre=0.5,
    sd=1.5 / sqrt(3),
    reach=REACH,
    low=-1.0,
    high=2.0,
    data="digits",
    n=64,
    d=65,
    T=4.0,
    eps=0.5,
)


@claim.check(over=[DIGITS], expect=mf.AtMost(0.0), dtype="float32")
def sup_gap(problem):
    """On the digits, the sup over time of the gap between loss curves of network and limit, times
    $\\sqrt{N}$, does not grow with $N$."""
    return collapse(problem, train, WIDTHS, SHOWN)


@claim.check(over=[INDEPENDENT], expect=mf.AtMost(0.0), dtype="float32")
def sup_gap_of_independent_weights(problem):
    """On the digits, from independent weights, the sup-gap to the limit under i.i.d.
    initialisation, times $\\sqrt{N}$, does not grow with $N$."""
    return collapse(problem, train, WIDTHS, SHOWN)


@claim.control(of=sup_gap)
def standard_parametrisation(problem):
    """Independent centred weights, sums scaled by $1/\\sqrt{N}$ and learning rates of order one:
    each network starts from a random function of order one and follows a loss curve of its own."""
    return collapse(problem, train_standard, WIDTHS[:3], WIDTHS)


def collapse(problem, training, widths, shown):
    """The growth of √N times the sup-gap over some widths, with the loss curves of others shown."""

    def ratio(N, seeds):
        return gap(problem, training, N, seeds) * sqrt(N)

    def figure(seeds):
        return picture(replace(problem, **LONG), training, shown, seeds)

    return mf.growth(ratio, along=widths, figure=figure)


def train(problem, N, seeds):
    """Networks drawn from the embedding, in the mean-field scaling."""
    return problem.gd(problem.sample(N, seeds)[0])


def train_standard(problem, N, seeds):
    """Standard parametrisation, written as the 1/N network of the weights √N w_i."""
    reach, wide = 2 * sqrt(3 / problem.data.d), DIGITS.spread * sqrt(N)
    laws = {1: mf.Uniform(-reach, reach, dim=problem.data.d)}
    laws |= {i: mf.Uniform(-wide, wide) for i in (2, 3)}
    state, _ = mf.IIDEmbedding(laws).sample(N, seeds, dtype=problem.dtype)
    slow = {i: 1 / N for i in (1, 2)}
    return problem.trained_by(xi=slow, xi_b={2: 1 / N}).gd(state)


def gap(problem, training, N, seeds):
    """Root mean square over a group of networks of sup_t |loss_N(t) − loss(t)|; refused if the
    limit's own error is more than a tenth of what is typical."""
    reference = problem.limit(eps=problem.eps, tol=NEAR)
    limit = reference.loss[:, None]
    squares = 0.0
    for k in range(GROUP):
        loss = training(problem, N, seeds.fold("network", k)).loss.to(limit)
        squares = squares + (loss - limit).abs().amax(0).square()
    rms = (squares / GROUP).sqrt()
    if (reference.error_estimate or 0.0) > rms.median() / 10:
        rule = f"is more than a tenth of the gaps, {float(rms.median()):.1e}"
        raise invalid("error of the limit", reference.error_estimate, rule, "lower NEAR")
    return rms


def picture(problem, training, widths, seeds):
    """Loss curves of a few networks of each width, and the limit's."""
    curves, seeds = [], replace(seeds, replicates=range(DRAWN))
    for N in widths:
        path = training(problem, N, seeds)
        curves += [Series(f"N = {N}", path.times.tolist(), y.tolist()) for y in path.loss.T]
    limit = problem.limit(eps=problem.eps, tol=COARSE)
    times, loss = limit.times.tolist(), limit.loss.tolist()
    if isinstance(problem.emb, mf.IIDEmbedding):
        low, high = ((limit.loss + k * limit.error_estimate).tolist() for k in (-1, 1))
        name = f"limit ± its error, {limit.error_estimate:.0e}"
        curves.append(Series(name, times, loss, "band", low, high))
    curves.append(Series("limit, N = ∞", times, loss, "limit"))
    title = f"Training loss on {problem.data.n} images: {DRAWN} networks of each width"
    return Figure(title, "t", "training loss", tuple(curves))


if "MFCHECK_MNIST" in environ:

    def images(n):
        """The first images of the MNIST database."""
        return mf.data.mnist(environ["MFCHECK_MNIST"], n=n, scale=1 / 28)

    def fingerprint(law):
        """A hash of the images, by which a stored number is known to be of these."""
        return blake2b(law.x.cpu().numpy().tobytes(), digest_size=8).hexdigest()

    @dataclass(frozen=True, repr=False)
    class MNISTBlueprint(FiniteSpec):
        """A finite embedding, and images from a folder; digest: which images they are."""

        n: int = 64
        d: int = 785
        atoms: int = 32
        spread: float = 1.5
        T: float = 6.0
        eps: float = 0.5
        digest: str = ""
        init: str = "mnist"

        def law(self):
            """The images, if they are still those of the digest."""
            law = images(self.n)
            if fingerprint(law) != self.digest:
                rule = f"the images in MFCHECK_MNIST have the digest {fingerprint(law)}"
                raise invalid("digest", self.digest, rule, "point it to the folder of that run")
            return law

        @property
        def label(self):
            """Depth, atoms and which images."""
            return f"L=3, {self.atoms} atoms, first {self.n} images of MNIST, digest {self.digest}"

    @claim.check(
        over=[MNISTBlueprint(digest=fingerprint(images(64)))],
        expect=mf.AtMost(0.0),
        dtype="float32",
    )
    def sup_gap_mnist(problem):
        """The same as `sup_gap` on the first images of the MNIST database."""
        return sup_gap.measure(problem)
