"""Texts of small property files, and readings of the evidence that they leave behind."""

HEAD = '''"""Toys behave as they are told.

They do.
"""

import time

import torch

import mfcheck as mf
from mfcheck.problems.finite import FiniteSpec

claim = mf.Claim("NAME", text=__doc__, source="here", section="A. Toys")
SOME = [FiniteSpec(("tanh", "identity"), atoms=6, n=6, d=2, seed=k) for k in range(2)]
exact = claim.check(over=SOME, expect=mf.Equals(0))


def full(value):
    return mf.identity(lambda seeds: torch.full((len(seeds.replicates),), float(value)))


@exact
def holds(problem):
    """It holds."""
    return full(0)


@claim.control(of=holds)
def broken(problem):
    """It is broken."""
    return full(1)
'''

ODD = """

@exact
def undefined(problem):
    return full("nan")


@exact
def raising(problem):
    raise ValueError("on purpose")


@claim.check(over=SOME, expect=mf.AtMost(0))
def diverging(problem):
    return mf.growth(lambda N, seeds: torch.full((32,), float("inf")), along=(1, 2, 4))


@exact
def false(problem):
    return full(0.5)
"""
ODD_ITEMS = {
    "undefined": "INCONCLUSIVE",
    "raising": "INCONCLUSIVE",
    "diverging": "REFUTED",
    "false": "REFUTED",
}


def verdicts(evidence):
    """{check: verdict} over all claims."""
    return {c["name"]: c["verdict"] for claim in evidence["claims"] for c in claim["checks"]}


def rows(evidence):
    """(claim, check, verdict) of every row."""
    return sorted((row["claim"], row["check"], row["verdict"]) for row in evidence["rows"])


def last_line(result):
    """The last line of a run's output."""
    return result.outlines[-1] if result.outlines[-1] else result.outlines[-2]
