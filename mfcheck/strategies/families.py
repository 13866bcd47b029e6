"""What Hypothesis generates: blueprints over depth, activations, losses, atoms and data laws.

Hypothesis explores, it does not judge. The simplest value of every strategy is a problem worth
measuring, since the first example is always the simplest one; what must be covered (each
depth, the digits) is covered by strata and by problems that always run, not by luck.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from hypothesis import strategies as st

from mfcheck.errors import invalid
from mfcheck.model.activation import SIGMOIDAL
from mfcheck.problems.finite import FiniteSpec
from mfcheck.problems.iid import MIDDLE, IIDSpec
from mfcheck.problems.spec import ProblemSpec

SMOOTH = (*SIGMOIDAL, "softplus", "sin")
"""With a Lipschitz slope: enough for identities."""

DRAWN_LOSSES = ("squared", "huber", "logcosh", "geman_mcclure")

CONVEX = DRAWN_LOSSES[:3]
"""Convex in the prediction."""

FAR_OUT = 3**39
"""Hypothesis mixes into its integers the constants of whatever modules happen to be loaded.
None lies out here, so that one property file more changes no problem of another."""

KINKLESS = ("squared", "logcosh", "geman_mcclure")
"""Whose slope is differentiable."""

Choice = TypeVar("Choice")


@dataclass(frozen=True)
class Family:
    """Problems of a check: some that always run, and strata from which others are drawn."""

    always: tuple[ProblemSpec, ...] = ()
    strata: tuple[st.SearchStrategy[ProblemSpec], ...] = ()

    def __post_init__(self) -> None:
        strange = [b for b in self.always if not isinstance(b, ProblemSpec)]
        if strange:
            raise invalid("always", strange[0], "is no specification", "use mf.FiniteSpec(...)")
        if not self.always and not self.strata:
            raise invalid("over", (), "a check needs a problem", "use problems(...)")


def family(over: "Family | Sequence[ProblemSpec]") -> Family:
    """A family from itself, or from a list of blueprints."""
    if isinstance(over, Family):
        return over
    if not isinstance(over, Iterable):
        raise invalid("over", over, "is a family or a list of blueprints", "use problems(...)")
    return Family(always=tuple(over))


def problems(
    depth: tuple[int, int] = (2, 6),
    hidden: Sequence[str] = SIGMOIDAL,
    losses: Sequence[str] = DRAWN_LOSSES,
    always: Sequence[FiniteSpec] = (),
    centres: Sequence[tuple[float, float]] = ((0.5, 0.8), (1.0, 0.5)),
) -> Family:
    """Problems with a finite embedding, one stratum per depth L = depth[0] … depth[1].

    hidden, losses: names to choose from, simplest first. centres: pairs (centre, spread) of the
    tables of layers >= 2. always: blueprints that run whatever is drawn, such as `DIGITS`.
    """
    low, high = _depths(depth)
    for name, options in (("hidden", hidden), ("losses", losses), ("centres", centres)):
        if isinstance(options, str) or not options:
            raise invalid(name, options, "is a list to choose from", "name one at least")
    for phi in hidden:
        FiniteSpec((phi, "identity"))
    for loss in losses:
        FiniteSpec(loss=loss)
    strata = (_blueprints(L, hidden, losses, centres) for L in range(low, high + 1))
    return Family(tuple(always), tuple(strata))


def _depths(depth: tuple[int, int]) -> tuple[int, int]:
    pair = tuple(depth) if isinstance(depth, Sequence) else ()
    if len(pair) != 2 or not all(isinstance(L, int) for L in pair) or not 2 <= pair[0] <= pair[1]:
        raise invalid("depth", depth, "is (lowest, highest) with lowest >= 2", "e.g. (2, 6)")
    return pair[0], pair[1]


def whole_numbers(low: int, high: int) -> st.SearchStrategy[int]:
    """Integers from low to high, the lowest simplest: the same whatever modules are loaded."""
    return st.integers(FAR_OUT + low, FAR_OUT + high).map(lambda k: k - FAR_OUT)


def one(options: Sequence[Choice]) -> st.SearchStrategy[Choice]:
    """One of the options, the first simplest: the same whatever modules are loaded."""
    return whole_numbers(0, len(options) - 1).map(tuple(options).__getitem__)


def _blueprints(
    L: int, hidden: Sequence[str], losses: Sequence[str], centres: Sequence[tuple[float, float]]
) -> st.SearchStrategy[FiniteSpec]:
    """Blueprints of depth L; shrinking goes to few atoms, uniform measures and seed 0."""
    phis = st.tuples(*[one(hidden)] * (L - 1), st.just("identity"))
    return st.builds(
        lambda activations, middle, **rest: FiniteSpec(
            activations, centre=middle[0], spread=middle[1], **rest
        ),
        activations=phis,
        middle=one(centres),
        loss=one(losses),
        atoms=whole_numbers(6, 14),
        weighted=st.booleans(),
        data=one(("teacher", "clusters", "sine")),
        n=whole_numbers(6, 16),
        d=whole_numbers(2, 4),
        seed=whole_numbers(0, 2**32 - 1),
    )


def iid_problems(
    depth: tuple[int, int] = (4, 6),
    hidden: Sequence[str] = SIGMOIDAL,
    always: Sequence[IIDSpec] = (),
    **fixed: Any,
) -> Family:
    """Problems with independent initial weights, one stratum per depth L = depth[0] … depth[1].

    hidden: activations to choose from, simplest first. fixed: fields of `IIDSpec` that all
    of them share, such as bias=1.0 or T=2.0. Middle means stay near one, where the limit moves
    and has no plateau.
    """
    low, high = _depths(depth)
    strata = (_independent(L, hidden, fixed) for L in range(low, high + 1))
    return Family(tuple(always), tuple(strata))


def _independent(
    L: int, hidden: Sequence[str], fixed: dict[str, Any]
) -> st.SearchStrategy[IIDSpec]:
    choices = {
        "activations": st.tuples(*[one(hidden)] * (L - 1), st.just("identity")),
        "loss": one(("squared", "huber", "logcosh")),
        "middle": one(MIDDLE[:3]),
        "centre": one((1.0, 0.8, 1.2)),
        "data": one(("sine", "teacher")),
        "n": whole_numbers(6, 12),
        "seed": whole_numbers(0, 2**32 - 1),
    }
    given = {name: st.just(value) for name, value in fixed.items()}
    return st.builds(IIDSpec, **(choices | given))


DIGITS = FiniteSpec(("tanh", "tanh", "identity"), data="digits", n=48, d=65, atoms=16)
"""Scikit-learn's 8×8 digits, odd against even: always among the coupling problems."""
