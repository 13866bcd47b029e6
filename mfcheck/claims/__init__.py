"""Claims: what a theorem states, what it assumes, what is measured of it. Nothing runs here."""

from mfcheck.claims.assumption import Assumption
from mfcheck.claims.budget import Budget, budget
from mfcheck.claims.claim import Check, Claim
from mfcheck.claims.study import Study, exceedance, growth, identity, value

__all__ = [
    "Assumption",
    "Budget",
    "Check",
    "Claim",
    "Study",
    "budget",
    "exceedance",
    "growth",
    "identity",
    "value",
]
