"""Trainers: who moves the networks, mfcheck's own engine or anybody's code.

A claim asks a `Problem` to train networks; the problem asks its trainer, if it has one. Limits,
statistics and verdicts stay mfcheck's.
"""

from mfcheck.trainers.contract import ABILITIES, Trainer, TrainingRun, trainer
from mfcheck.trainers.foreign import trained
from mfcheck.trainers.named import NamedTrainer, named_trainer

__all__ = [
    "ABILITIES",
    "NamedTrainer",
    "Trainer",
    "TrainingRun",
    "named_trainer",
    "trained",
    "trainer",
]
