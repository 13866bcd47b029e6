"""What Hypothesis draws: families of problems, one file a kind."""

from mfcheck.strategies.families import DIGITS, Family, iid_problems, problems

__all__ = ["DIGITS", "Family", "iid_problems", "problems"]
