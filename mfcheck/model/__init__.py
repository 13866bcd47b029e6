from mfcheck.model.activation import Activation
from mfcheck.model.embedding import FiniteEmbedding, Labels, gather
from mfcheck.model.ensemble import Ensemble
from mfcheck.model.loss import Loss
from mfcheck.model.model import Model

__all__ = ["Activation", "Ensemble", "FiniteEmbedding", "Labels", "Loss", "Model", "gather"]
