"""What Hypothesis generates: blueprints over depth, activations, losses, atoms and data laws.

Hypothesis explores, it does not judge. The simplest value of every strategy is a problem worth
measuring, since the first example is always the simplest one; what must be covered (each
depth, the digits) is covered by strata and by problems that always run, not by luck.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from mfcheck.blueprint import Blueprint
from mfcheck.errors import invalid

BOUNDED = ("tanh", "erf", "sigmoid")
"""Bounded, with a Lipschitz slope that is nowhere zero: what the coupling theorems ask."""

SMOOTH = (*BOUNDED, "softplus", "sin")
"""With a Lipschitz slope: enough for identities."""

LOSSES = ("squared", "huber", "logcosh", "geman_mcclure")


@dataclass(frozen=True)
class Family:
    """Problems of a check: some that always run, and strata from which others are drawn."""

    always: tuple[Blueprint, ...] = ()
    strata: tuple[st.SearchStrategy[Blueprint], ...] = ()


def family(over: "Family | Sequence[Blueprint]") -> Family:
    """A family from itself, or from a list of blueprints."""
    if isinstance(over, Family):
        return over
    listed = tuple(over)
    if not listed or not all(isinstance(b, Blueprint) for b in listed):
        raise invalid("over", over, "is a family or a list of blueprints", "use problems(...)")
    return Family(always=listed)


def problems(
    depth: tuple[int, int] = (2, 6),
    hidden: Sequence[str] = BOUNDED,
    losses: Sequence[str] = LOSSES,
    always: Sequence[Blueprint] = (),
    centres: Sequence[tuple[float, float]] = ((0.5, 0.8), (1.0, 0.5)),
) -> Family:
    """Problems with a finite embedding, one stratum per depth L = depth[0] … depth[1].

    hidden, losses: names to choose from, simplest first. centres: pairs (centre, spread) of the
    tables of layers >= 2. always: blueprints that run whatever is drawn, such as `DIGITS`.
    """
    low, high = depth
    if not 2 <= low <= high:
        raise invalid("depth", depth, "is (lowest, highest) with lowest >= 2", "e.g. (2, 6)")
    strata = (_blueprints(L, hidden, losses, centres) for L in range(low, high + 1))
    return Family(tuple(always), tuple(strata))


def _blueprints(
    L: int, hidden: Sequence[str], losses: Sequence[str], centres: Sequence[tuple[float, float]]
) -> st.SearchStrategy[Blueprint]:
    """Blueprints of depth L; shrinking goes to few atoms, uniform measures and seed 0."""
    phis = st.tuples(*[st.sampled_from(hidden)] * (L - 1), st.just("identity"))
    return st.builds(
        lambda activations, middle, **rest: Blueprint(
            activations, centre=middle[0], spread=middle[1], **rest
        ),
        activations=phis,
        middle=st.sampled_from(centres),
        loss=st.sampled_from(losses),
        atoms=st.integers(6, 14),
        weighted=st.booleans(),
        data=st.sampled_from(("teacher", "clusters", "sine")),
        n=st.integers(6, 16),
        d=st.integers(2, 4),
        seed=st.integers(0, 2**32 - 1),
    )


DIGITS = Blueprint(("tanh", "tanh", "identity"), data="digits", n=48, d=65, atoms=16)
"""Scikit-learn's 8×8 digits, odd against even: always among the coupling problems."""
