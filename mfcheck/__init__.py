"""mfcheck: a court for mean-field theorems of multilayer neural networks.

    import mfcheck as mf

Names are loaded when they are first used, so that `mfcheck list` and the pytest plugin do not
wait for torch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOME = {
    "Activation": "model",
    "Ensemble": "model",
    "FiniteEmbedding": "model",
    "Dirac": "model",
    "DiverseEmbedding": "model",
    "IIDEmbedding": "model",
    "Independent": "model",
    "Mixture": "model",
    "Normal": "model",
    "Quantile": "model",
    "Rademacher": "model",
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
    "Problem": "problem",
    "Blueprint": "blueprint",
    "ConvergenceBlueprint": "convergence_blueprint",
    "DiverseBlueprint": "diverse_blueprint",
    "GeneralBlueprint": "general_blueprint",
    "HomogeneousBlueprint": "homogeneous_blueprint",
    "IIDBlueprint": "iid_blueprint",
    "PartialBlueprint": "partial",
    "Seeds": "seeds",
    "InvalidArgument": "errors",
    "MfcheckError": "errors",
    "Unavailable": "errors",
    "AtLeast": "stats",
    "AtMost": "stats",
    "Between": "stats",
    "Equals": "stats",
    "Assumption": "court",
    "Claim": "court",
    "exceedance": "court",
    "growth": "court",
    "identity": "court",
    "value": "court",
}
_MODULES = ("data", "model", "dynamics", "observe", "partial", "stats", "symbolic", "court")

__all__ = [*_HOME, "data", "partial"]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"mfcheck.{name}")
    if name not in _HOME:
        raise AttributeError(f"mfcheck has no {name!r}; it has {', '.join(sorted(__all__))}")
    value = getattr(import_module(f"mfcheck.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])


if TYPE_CHECKING:
    from mfcheck import data as data
    from mfcheck import partial as partial
    from mfcheck.blueprint import Blueprint as Blueprint
    from mfcheck.convergence_blueprint import ConvergenceBlueprint as ConvergenceBlueprint
    from mfcheck.court import Assumption as Assumption
    from mfcheck.court import Claim as Claim
    from mfcheck.court import exceedance as exceedance
    from mfcheck.court import growth as growth
    from mfcheck.court import identity as identity
    from mfcheck.court import value as value
    from mfcheck.data import DataLaw as DataLaw
    from mfcheck.diverse_blueprint import DiverseBlueprint as DiverseBlueprint
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
    from mfcheck.errors import Unavailable as Unavailable
    from mfcheck.general_blueprint import GeneralBlueprint as GeneralBlueprint
    from mfcheck.homogeneous_blueprint import HomogeneousBlueprint as HomogeneousBlueprint
    from mfcheck.iid_blueprint import IIDBlueprint as IIDBlueprint
    from mfcheck.model import Activation as Activation
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
    from mfcheck.model import Uniform as Uniform
    from mfcheck.observe import distance as distance
    from mfcheck.partial import PartialBlueprint as PartialBlueprint
    from mfcheck.problem import Problem as Problem
    from mfcheck.seeds import Seeds as Seeds
    from mfcheck.stats import AtLeast as AtLeast
    from mfcheck.stats import AtMost as AtMost
    from mfcheck.stats import Between as Between
    from mfcheck.stats import Equals as Equals
