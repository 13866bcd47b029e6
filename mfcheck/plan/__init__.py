"""What a run will cost, and which rows it may leave undecided, told before it starts.

From an earlier run where there is one, otherwise from one chunk of replicates of each check.
"""

from mfcheck.plan.expected import Expected
from mfcheck.plan.foretell import at_start, check_runs, known_prices
from mfcheck.plan.order import cheapest
from mfcheck.plan.plan_text import plan_table, sentence
from mfcheck.plan.planned import CheckPlan, Plan, plan, rough

__all__ = [
    "CheckPlan",
    "Expected",
    "Plan",
    "at_start",
    "cheapest",
    "check_runs",
    "known_prices",
    "plan",
    "plan_table",
    "rough",
    "sentence",
]
