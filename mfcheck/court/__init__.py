from mfcheck.court.budget import Budget, budget
from mfcheck.court.claim import Check, Claim
from mfcheck.court.strategies import DIGITS, Family, problems
from mfcheck.court.study import Study, growth, identity

__all__ = [
    "DIGITS",
    "Budget",
    "Check",
    "Claim",
    "Family",
    "Study",
    "budget",
    "growth",
    "identity",
    "problems",
]
