from mfcheck.model.activation import Activation
from mfcheck.model.cut_laws import Conditioned, Rounded
from mfcheck.model.diverse_embedding import DiverseEmbedding, shuffled
from mfcheck.model.embedding import FiniteEmbedding, Labels, gather
from mfcheck.model.ensemble import Ensemble
from mfcheck.model.general_model import GeneralModel
from mfcheck.model.iid_embedding import IIDEmbedding
from mfcheck.model.laws import Independent, Mixture, Quantile
from mfcheck.model.loss import Loss
from mfcheck.model.model import Model
from mfcheck.model.named_laws import Dirac, Normal, Rademacher, Uniform
from mfcheck.model.staircase import staircase

AnyModel = Model | GeneralModel
"""A model, linear in its weights or not."""

Embedding = FiniteEmbedding | IIDEmbedding | DiverseEmbedding
"""A neuronal embedding: from it networks of any width are drawn, and it has a limit."""

__all__ = [
    "Activation",
    "AnyModel",
    "Conditioned",
    "Dirac",
    "DiverseEmbedding",
    "Embedding",
    "Ensemble",
    "FiniteEmbedding",
    "GeneralModel",
    "IIDEmbedding",
    "Independent",
    "Labels",
    "Loss",
    "Mixture",
    "Model",
    "Normal",
    "Quantile",
    "Rademacher",
    "Rounded",
    "Uniform",
    "gather",
    "shuffled",
    "staircase",
]
