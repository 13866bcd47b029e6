r"""Homogeneous two-layer networks that converge from a separating support reach the minimum.

Let $\hat{y}(x) = \mathbb{E}[w_2 \operatorname{relu}(\langle w_1, x \rangle)]$, which is homogeneous
of degree two in $(w_1, w_2)$, and let the loss be convex. If the support of
$(w_1(0), w_2(0))$ separates $w_2 = -r$ from $w_2 = r$, with directions of $w_1$ that fill the
sphere, and the flow of that law converges, then it converges to a global minimiser. Networks of
many neurons follow.

Measured here. A teacher of four neurons on the circle is learnt from 24 points. Success is a loss
of less than a hundredth of that of the zero predictor. With 64 neurons nine networks in ten
succeed; with four, which a teacher of four would allow, they do not. With positive signs only the
support separates nothing: $w_2^2 - |w_1|^2$ is conserved along the flow and starts positive, so
that no sign ever changes, and the loss stays above $\mathbb{E}[\min(Y, 0)^2] / 2$.
"""

from dataclasses import replace

import mfcheck as mf
from mfcheck.problems.homogeneous import HomogeneousSpec
from mfcheck.strategies.families import Family, whole_numbers

claim = mf.Claim(
    "two_layer_chizat_bach",
    text=__doc__,
    source="Chizat & Bach, NeurIPS 2018, for the theorem (from memory: its regularity assumptions "
    "are not stated here); the experiment and its thresholds are ours",
    papers=("Chizat & Bach, NeurIPS 2018",),
    section="D. Support and convergence",
    assumptions=(
        r"Squared loss, no biases, $|w_2(0)| = 2 |w_1(0)|$, both signs on 120 directions of the "
        "circle, evenly spread: by construction.",
    ),
    not_tested=(
        r"$t \to \infty$ and $N \to \infty$: rows show 64 neurons at $T = 160$.",
        "That the flow converges, and dimensions other than two.",
    ),
)

MANY, FEW = 64, 4
GOAL = 1e-2

TEACHERS = Family(
    strata=(whole_numbers(0, 2**32 - 1).map(lambda seed: HomogeneousSpec(seed=seed)),)
)
GIVEN = HomogeneousSpec()


def success(problem, N):
    """loss(T) over a hundredth of the zero predictor's loss, held against one at quantile 0.9."""
    data, loss = problem.data, problem.model.loss
    null = loss.value(-data.y) @ data.q

    def measure(seeds):
        path = problem.gd(problem.sample(N, seeds)[0], at=[problem.T])
        return path.loss[0] / (GOAL * null)

    return mf.value(measure, quantile=0.9)


@claim.check(over=replace(TEACHERS, always=(GIVEN,)), expect=mf.AtMost(1.0))
def many_neurons(problem):
    """Nine networks of 64 neurons in ten have loss $\\le 10^{-2}$ of the zero predictor's."""
    return success(problem, MANY)


@claim.control(of=many_neurons, over=[GIVEN])
def few_neurons(problem):
    """With four neurons it is fewer than nine in ten."""
    return success(problem, FEW)


@claim.control(of=many_neurons, over=[replace(GIVEN, signs="positive")])
def one_sign(problem):
    """$w_2(0) > 0$ only: the support separates nothing."""
    return success(problem, MANY)
