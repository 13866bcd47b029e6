"""mfcheck: a court for mean-field theorems of multilayer neural networks.

    import mfcheck as mf

Names are loaded when they are first used, so that `mfcheck list` and the pytest plugin do not
wait for torch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any
from warnings import warn

__version__ = "0.1.0"

_HOME = {
    "Activation": "model",
    "Ensemble": "model",
    "FiniteEmbedding": "model",
    "Conditioned": "model",
    "Dirac": "model",
    "DiverseEmbedding": "model",
    "IIDEmbedding": "model",
    "Independent": "model",
    "Mixture": "model",
    "Normal": "model",
    "Quantile": "model",
    "Rademacher": "model",
    "Rounded": "model",
    "Uniform": "model",
    "Loss": "model",
    "Model": "model",
    "DataLaw": "data",
    "Diverged": "dynamics",
    "Gradient": "dynamics",
    "Trajectory": "dynamics",
    "flow": "dynamics",
    "forward": "dynamics",
    "gradient": "dynamics",
    "limit": "dynamics",
    "output": "dynamics",
    "sgd": "dynamics",
    "sup": "dynamics",
    "distance": "observe",
    "Problem": "problems.problem",
    "FiniteSpec": "problems.finite",
    "LongHorizonSpec": "problems.long_horizon",
    "DiverseSpec": "problems.diverse",
    "GeneralSpec": "problems.general",
    "HomogeneousSpec": "problems.homogeneous",
    "IIDSpec": "problems.iid",
    "PartialSpec": "problems.partial",
    "ExplicitSpec": "problems.explicit",
    "ProblemSpec": "problems.spec",
    "Seeds": "seeds",
    "InvalidArgument": "errors",
    "MfcheckError": "errors",
    "NotApplicable": "errors",
    "NotOwned": "errors",
    "Unavailable": "errors",
    "Trainer": "trainers",
    "TrainingRun": "trainers",
    "trainer": "trainers",
    "AtLeast": "stats",
    "AtMost": "stats",
    "Between": "stats",
    "Equals": "stats",
    "Assumption": "claims",
    "Claim": "claims",
    "exceedance": "claims",
    "growth": "claims",
    "identity": "claims",
    "value": "claims",
}
_MODULES = (
    "claims",
    "data",
    "dynamics",
    "model",
    "observe",
    "partial",
    "problems",
    "stats",
    "strategies",
    "symbolic",
    "trainers",
)

_FORMER = {
    "Blueprint": "FiniteSpec",
    "ConvergenceBlueprint": "LongHorizonSpec",
    "DiverseBlueprint": "DiverseSpec",
    "GeneralBlueprint": "GeneralSpec",
    "HomogeneousBlueprint": "HomogeneousSpec",
    "IIDBlueprint": "IIDSpec",
    "PartialBlueprint": "PartialSpec",
}
"""Names of version 0.1, which stay for one release."""

__all__ = [*_HOME, "data", "partial"]  # pyright: ignore[reportUnsupportedDunderAll]  # as below


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"mfcheck.{name}")
    if name in _FORMER:
        warn(f"mf.{name} is called mf.{_FORMER[name]} now", DeprecationWarning, stacklevel=2)
        return __getattr__(_FORMER[name])
    if name not in _HOME and (kind := _kind(name)) is not None:
        return kind
    if name not in _HOME:
        raise AttributeError(f"mfcheck has no {name!r}; it has {', '.join(sorted(__all__))}")
    value = getattr(import_module(f"mfcheck.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def _kind(name: str) -> Any:
    """A kind of problem by its name: one that is added to mfcheck.problems needs no line here."""
    if name.startswith("_"):
        return None
    from mfcheck.problems.kinds import own_kind  # heavy

    return own_kind(name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])


if TYPE_CHECKING:  # what is loaded when it is first used, for type checkers and for `sources`
    from mfcheck import claims as claims
    from mfcheck import data as data
    from mfcheck import dynamics as dynamics
    from mfcheck import model as model
    from mfcheck import observe as observe
    from mfcheck import partial as partial
    from mfcheck import problems as problems
    from mfcheck import stats as stats
    from mfcheck import strategies as strategies
    from mfcheck import symbolic as symbolic
    from mfcheck import trainers as trainers
    from mfcheck.claims import Assumption as Assumption
    from mfcheck.claims import Claim as Claim
    from mfcheck.claims import exceedance as exceedance
    from mfcheck.claims import growth as growth
    from mfcheck.claims import identity as identity
    from mfcheck.claims import value as value
    from mfcheck.data import DataLaw as DataLaw
    from mfcheck.dynamics import Diverged as Diverged
    from mfcheck.dynamics import Gradient as Gradient
    from mfcheck.dynamics import Trajectory as Trajectory
    from mfcheck.dynamics import flow as flow
    from mfcheck.dynamics import forward as forward
    from mfcheck.dynamics import gradient as gradient
    from mfcheck.dynamics import limit as limit
    from mfcheck.dynamics import output as output
    from mfcheck.dynamics import sgd as sgd
    from mfcheck.dynamics import sup as sup
    from mfcheck.errors import InvalidArgument as InvalidArgument
    from mfcheck.errors import MfcheckError as MfcheckError
    from mfcheck.errors import NotApplicable as NotApplicable
    from mfcheck.errors import NotOwned as NotOwned
    from mfcheck.errors import Unavailable as Unavailable
    from mfcheck.model import Activation as Activation
    from mfcheck.model import Conditioned as Conditioned
    from mfcheck.model import Dirac as Dirac
    from mfcheck.model import DiverseEmbedding as DiverseEmbedding
    from mfcheck.model import Ensemble as Ensemble
    from mfcheck.model import FiniteEmbedding as FiniteEmbedding
    from mfcheck.model import IIDEmbedding as IIDEmbedding
    from mfcheck.model import Independent as Independent
    from mfcheck.model import Loss as Loss
    from mfcheck.model import Mixture as Mixture
    from mfcheck.model import Model as Model
    from mfcheck.model import Normal as Normal
    from mfcheck.model import Quantile as Quantile
    from mfcheck.model import Rademacher as Rademacher
    from mfcheck.model import Rounded as Rounded
    from mfcheck.model import Uniform as Uniform
    from mfcheck.observe import distance as distance
    from mfcheck.problems.diverse import DiverseSpec as DiverseSpec
    from mfcheck.problems.explicit import ExplicitSpec as ExplicitSpec
    from mfcheck.problems.finite import FiniteSpec as FiniteSpec
    from mfcheck.problems.general import GeneralSpec as GeneralSpec
    from mfcheck.problems.homogeneous import HomogeneousSpec as HomogeneousSpec
    from mfcheck.problems.iid import IIDSpec as IIDSpec
    from mfcheck.problems.long_horizon import LongHorizonSpec as LongHorizonSpec
    from mfcheck.problems.partial import PartialSpec as PartialSpec
    from mfcheck.problems.problem import Problem as Problem
    from mfcheck.problems.spec import ProblemSpec as ProblemSpec
    from mfcheck.seeds import Seeds as Seeds
    from mfcheck.stats import AtLeast as AtLeast
    from mfcheck.stats import AtMost as AtMost
    from mfcheck.stats import Between as Between
    from mfcheck.stats import Equals as Equals
    from mfcheck.trainers import Trainer as Trainer
    from mfcheck.trainers import TrainingRun as TrainingRun
    from mfcheck.trainers import trainer as trainer
