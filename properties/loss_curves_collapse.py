r"""Training-loss curves of wide networks collapse on the limit's.

Train three-layer networks of widths $N_1 = N_2 = N$ on images by online SGD, one fresh sample a
step of size $\varepsilon$, from neurons drawn of one embedding, with the learning rates of the
mean-field scaling. Let $\mathcal{L}_N(t)$ be the training loss and $\mathcal{L}(t)$ that of the
mean-field limit. By Corollary 4, with probability at least $1 - 3\delta$,

$$ \sup_{t \le T} \left| \mathcal{L}_N(t) - \mathcal{L}(t) \right| \le C_T
   \left( N^{-1/2} + \varepsilon^{1/2} \right)
   \log^{1/2} \! \left( \frac{3 (T + 1) N^2}{\delta} + e \right) , $$

so that the curves of all large widths lie on one another: the figure of the slides, on MNIST.

Measured here. The images are scikit-learn's 8 × 8 digits, odd against even. The embedding has 32
atoms a layer; its atoms $w_1$ are drawn once. Neurons that start from one atom stay equal and are
counted (`one_formula::counting`), and finitely many atoms have no logarithm. Along
$\varepsilon = 0.8 / N$ the networks are held against the mean-field ODE. At fixed $\varepsilon$
they are held against the recursion of the atoms on the same samples, their exact limit (claim
`fixed_step_limit`): no noise of the samples is left in the gap, which is then $O(N^{-1/2})$ alone,
and a limit that is slightly wrong is seen.

Sup-gaps of single networks are noisy, for they follow one Gaussian fluctuation that may be near
zero. A replicate is therefore a group of independent networks, eight that are simulated or four
that are counted, and its statistic the root mean square of their sup-gaps; the groups are
independent of one another.

With independent weights, uniform like the entries of those tables, every neuron is simulated, by
full-batch descent, and the same is asked of the limit under i.i.d. initialisation. There $w_1$
lives in 65 dimensions: the reduced system is solved on scrambled Sobol points. Its error, three
standard errors over eight scramblings, is drawn in the figure, and refused above a tenth of the
gaps.

If the environment variable `MFCHECK_MNIST` names a folder with the files of the MNIST database,
networks drawn from 32 atoms a layer descend on its images too, on the full batch; otherwise there
is no such check.
"""

from dataclasses import dataclass, replace
from hashlib import blake2b
from math import sqrt
from os import environ

import mfcheck as mf
from mfcheck.claims import premises
from mfcheck.claims.legs import two_terms
from mfcheck.claims.rate_premises import wide_from
from mfcheck.claims.step_premises import descends_by
from mfcheck.claims.study import Figure, Series
from mfcheck.errors import invalid
from mfcheck.model.partial_limit import half_limit
from mfcheck.observe.groups import group_rms, members
from mfcheck.problems.finite import FiniteSpec
from mfcheck.problems.iid import IIDSpec

BOTH = (32, 128, 512)  # N, along ε = NOISE / N
NOISE = 0.8  # N ε
COUNTED = (1024, 8192, 65536, 524288)
STEP = 0.05  # of online SGD where N alone grows
SEEN = [0.4 * k for k in range(16)]  # times at which losses are compared, multiples of every ε
WIDTHS = (25, 50, 100, 200)  # of networks with every neuron simulated
SHOWN = (25, 50, 100, 200, 400, 800)
COUNTED_GROUP = 4  # networks, counted, whose root mean square is one replicate
GROUP = 8  # networks whose root mean square is one replicate
DRAWN = 3  # networks of each width in the figure
LONG = {"T": 14.0, "eps": 0.25}  # of the figure
LONG_ONLINE = {"T": 14.0, "eps": STEP}
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
        "Online SGD from independent weights, or on MNIST: there every step sees all images.",
        r"The term $\varepsilon^{1/2}$ by itself, and other $\varepsilon N$: at $0.8$ the width "
        "makes up most of the gap.",
        r"Times beyond $t = 6$, where the loss has fallen by a quarter; the figures go on "
        r"to $t = 14$, online with one step at every width.",
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


@claim.check(
    over=[DIGITS],
    expect=mf.AtMost(0.0),
    dtype="float32",
    beyond=(premises.SAMPLED, *wide_from(BOTH[0]), descends_by(240)),
)
def sup_gap(problem):
    """On the digits, under online SGD along $\\varepsilon = 0.8 / N$, the sup over time of the gap
    between the loss curves of network and mean-field ODE falls at least as fast as $N^{-1/2}$."""

    def figure(seeds):
        return picture(replace(problem, **LONG_ONLINE), online, SHOWN, seeds)

    return against_the_flow(problem, figure=figure)


def against_the_flow(problem, step=lambda N: NOISE / N, figure=None):
    """The growth of the sup-gap of online SGD in steps of step(N) to the limit's flow, over
    N^-1/2 + ε^1/2 with ε = NOISE / N."""

    def gap(N, seeds):
        limit = problem.limit(at=SEEN, tol=1e-6)
        walk = online(problem, N, members(seeds, COUNTED_GROUP), eps=step(N), at=SEEN)
        return apart(walk.loss, limit.loss[:, None])

    return mf.growth(gap, along=BOTH, rate=lambda N: two_terms(N, NOISE / N), figure=figure)


def apart(loss, limit):
    """The root mean square over each group of sup_t |loss − limit|."""
    return group_rms((loss.double() - limit).abs().amax(0), COUNTED_GROUP)


def online(problem, N, seeds, **options):
    """Networks drawn from the embedding and counted, one fresh sample a step."""
    return problem.sgd(problem.empirical(N, seeds)[0], seed=seeds, **options)


@claim.check(
    over=[DIGITS],
    expect=mf.AtMost(0.0),
    finer=3.0,
    dtype="float32",
    beyond=(premises.SAMPLED, *wide_from(COUNTED[0])),
)
def sup_gap_on_the_same_samples(problem):
    """On the digits, under online SGD in steps of $\\varepsilon = 0.05$, the sup-gap between
    network and limit that see the same samples falls at least as fast as $N^{-1/2}$."""
    return against_the_recursion(problem, problem)


def against_the_recursion(problem, walked, stream=lambda seeds: seeds):
    """The growth of the sup-gap of online SGD to its limit at fixed ε, over N^-1/2.

    walked: the problem whose networks are trained. stream: seeds ↦ those of the limit's samples.
    """
    atoms, hidden = problem.emb.atoms, range(1, problem.L)

    def gap(N, seeds):
        own = members(seeds, COUNTED_GROUP)
        walk = online(walked, N, own, eps=STEP, at=SEEN)
        wide = half_limit(atoms.to(problem.dtype), problem.empirical(N, own)[0], hidden)
        return apart(walk.loss, problem.sgd(wide, STEP, stream(own), at=SEEN).loss)

    return mf.growth(gap, along=COUNTED, rate=lambda N: N**-0.5)


@claim.check(over=[INDEPENDENT], expect=mf.AtMost(0.0), dtype="float32")
def sup_gap_of_independent_weights(problem):
    """On the digits, from independent weights, the sup-gap to the limit under i.i.d.
    initialisation, times $\\sqrt{N}$, does not grow with $N$."""
    return collapse(problem, train, WIDTHS, SHOWN)


@claim.control(of=sup_gap)
def step_of_the_narrowest(problem):
    """The step stays at $0.8 / 32$ while the nominal one goes to zero."""
    return against_the_flow(problem, step=lambda N: NOISE / BOTH[0])


@claim.control(of=sup_gap_on_the_same_samples)
def last_rate_a_tenth_slower(problem):
    """The learning rate of the networks' last layer is smaller by a tenth than the limit's."""
    return against_the_recursion(problem, problem.trained_by(xi={3: 0.9}))


@claim.control(of=sup_gap_on_the_same_samples)
def samples_of_its_own(problem):
    """The limit sees samples of its own: at fixed $\\varepsilon$ the two are independent curves."""
    return against_the_recursion(problem, problem, lambda seeds: seeds.fold("other samples"))


@claim.control(of=sup_gap_of_independent_weights, over=[DIGITS])
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
        """On the first images of the MNIST database, by full-batch descent of networks drawn from
        the embedding, the sup-gap times $\\sqrt{N}$ does not grow with $N$."""
        return collapse(problem, train, WIDTHS, SHOWN)
