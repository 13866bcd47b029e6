"""Trainers: who moves the networks, mfcheck's own engine or anybody's code.

A claim asks a `Problem` to train networks; the problem asks its trainer, if it has one. Limits,
statistics and verdicts stay mfcheck's.
"""

from mfcheck.trainers.by_name import NamedTrainer, named_trainer
from mfcheck.trainers.contract import ABILITIES, Trainer, TrainingRun, trainer
from mfcheck.trainers.foreign import train_networks
from mfcheck.trainers.program import command
from mfcheck.trainers.torch_module import torch_module

__all__ = [
    "ABILITIES",
    "NamedTrainer",
    "Trainer",
    "TrainingRun",
    "command",
    "named_trainer",
    "torch_module",
    "train_networks",
    "trainer",
]
