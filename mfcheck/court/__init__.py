from mfcheck.court.assumption import Assumption
from mfcheck.court.budget import Budget, budget
from mfcheck.court.claim import Check, Claim
from mfcheck.court.strategies import DIGITS, Family, iid_problems, problems
from mfcheck.court.study import Study, exceedance, growth, identity, value

__all__ = [
    "DIGITS",
    "Assumption",
    "Budget",
    "Check",
    "Claim",
    "Family",
    "Study",
    "budget",
    "exceedance",
    "growth",
    "identity",
    "iid_problems",
    "problems",
    "value",
]
