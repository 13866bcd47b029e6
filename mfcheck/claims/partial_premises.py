"""Assumptions of the theory of partially trained networks, each with its test on a problem."""

from typing import Any

import torch

from mfcheck.claims.assumption import Assumption
from mfcheck.model.activation import activation


def _distinct(problem: Any) -> tuple[bool, str]:
    least = float(torch.pdist(problem.data.x).min()) if problem.data.n > 1 else float("inf")
    return least > 0, f"the nearest two of {problem.data.n} inputs are {least:.2g} apart"


def _vanishing(problem: Any) -> tuple[bool, str]:
    start = float(activation(problem.sigma).value(torch.zeros(1)))
    return start == 0, f"{problem.sigma}(0) = {start:g}"


DISTINCT = Assumption("The inputs are distinct.", _distinct)
VANISHING = Assumption(r"$\sigma(0) = 0$.", _vanishing)
