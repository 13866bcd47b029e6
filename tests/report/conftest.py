"""A synthetic evidence record: every verdict, an interrupted run, troubles, hostile text.

The numbers are made up but behave like measurements; a hash stands in for chance.
"""

import tomllib
from hashlib import sha256
from pathlib import Path
from statistics import median, quantiles

import pytest

from mfcheck.report import render
from tests.records import as_evidence

WIDTHS = [16, 32, 64, 128]
HOSTILE = "<script>alert('x')</script> & \"quotes\" ]]> </style></title> {{ 7*7 }}"
LABELS = (
    "L=3, tanh tanh identity, squared loss, 12 atoms, teacher n=12 d=3",
    "L=5, tanh erf tanh tanh identity, huber loss, 12 atoms, digits n=12 d=8",
    "L=2, sigmoid identity, logcosh loss, 6 atoms, teacher n=6 d=2",
    "L=4, softplus tanh tanh identity, squared loss, 9 atoms, ring n=16 d=2",
)


def filled(part):
    """`part` with the hostile text and None in their places."""
    if isinstance(part, dict):
        return {name: filled(value) for name, value in part.items()}
    if isinstance(part, list):
        return [filled(value) for value in part]
    if part == "@NULL@":
        return None
    return part.replace("@HOSTILE@", HOSTILE) if isinstance(part, str) else part


def sample():
    """The records of claims.toml, completed by its defaults."""
    text = Path(__file__).with_name("claims.toml").read_text(encoding="utf-8")
    record = filled(tomllib.loads(text))
    defaults = record.pop("defaults")
    for place, declared in enumerate(record["claims"]):
        claim = defaults["claim"] | {"file": f"properties/{declared['name']}.py"} | declared
        claim["checks"] = [
            defaults["check"] | {"control_of": None, "nodeid": f"{claim['file']}::x"} | check
            for check in claim["checks"]
        ]
        record["claims"][place] = claim
    kinds = {"growth": growth, "identity": identity}
    record["rows"] = [kinds[row.pop("kind")](**row) for row in record.pop("measured")["rows"]]
    return {"schema": 2, "notes": []} | record


def noise(*key):
    """A number of mean 0 and standard deviation 1, the same for the same key."""
    digest = sha256(repr(key).encode()).digest()
    return sum(b - 127.5 for b in digest[:12]) / (73.9 * 12**0.5)


def growth(name, slope, *, n=64, sd=0.09, allowed=(None, 0.0), margin=0.15, **extra):
    """A growth row whose replicates have slopes around `slope`."""
    slopes = [slope + sd * noise(name, r) for r in range(n)]
    size = 0.3 * (1 + 0.5 * noise(name))
    curves = [
        [size * (N / 16) ** s * (1 + 0.12 * noise(name, r, N)) for N in WIDTHS]
        for r, s in enumerate(slopes)
    ]
    cuts = quantiles(slopes, n=64)
    low, high, bound = cuts[14], cuts[48], allowed[1] if allowed[1] is not None else 0.0
    beyond = [high - bound] if allowed[0] is None else [high - bound, allowed[0] - low]
    below = sum(s <= bound + margin for s in slopes)
    return (
        row(name)
        | {
            "curves": curves[:32],
            "median_curve": [median(c[k] for c in curves) for k in range(4)],
            "n": n,
            "estimate": median(slopes),
            "low": low,
            "high": high,
            "allowed_low": allowed[0],
            "allowed_high": allowed[1],
            "margin": margin,
            "excluded": None if allowed[0] is allowed[1] is None else max(beyond),
            "curvature": {"estimate": -0.02, "low": -0.11, "high": 0.06},
            "rounds": [{"n": n, "below": below, "above": n - below}],
        }
        | extra
    )


def identity(name, size, *, margin=1e-12, **extra):
    """An identity row whose residuals are about `size`; the largest is the estimate."""
    residuals = [[abs(size * (1 + 0.5 * noise(name, r)))] for r in range(16)]
    return (
        row(name)
        | {
            "estimator": "identity",
            "axis": None,
            "points": [],
            "curves": residuals,
            "median_curve": [],
            "n": 16,
            "estimate": max(r[0] for r in residuals),
            "low": None,
            "high": None,
            "allowed_low": 0.0,
            "allowed_high": 0.0,
            "margin": margin,
            "excluded": None,
            "curvature": None,
            "rounds": [],
            "dtype": "float64",
        }
        | extra
    )


def row(name):
    """What every row has; `name` is claim.check.number, and a control is claim.check<of.number."""
    claim, check, number = name.split(".")
    check, _, control_of = check.partition("<")
    problem = f'{{"depth": 3, "atoms": 12, "seed": {number}, "claim": "{claim}"}}'
    return {
        "id": name.replace("<", "~"),
        "claim": claim,
        "check": check,
        "control_of": control_of or None,
        "problem": {
            "label": LABELS[int(number) % 4],
            "code": f'mf.Problem(mf.Model(activations=("tanh", "identity")), seed={number})',
            "json": problem,
        },
        "origin": ("always", "drawn", "drawn", "shrunk")[int(number) % 4],
        "estimator": "growth",
        "axis": "N",
        "points": WIDTHS,
        "diverged": 0,
        "undefined": 0,
        "verdict": "REFUTED" if control_of else "SUPPORTED",
        "reason": "",
        "device": "cpu",
        "dtype": "float32",
        "seconds": 1.2 + 0.3 * noise(name, "time"),
        "replay": f"pytest properties/{claim}.py::{check} --mf-problem '{problem}' --mf-seed 0",
    }


@pytest.fixture
def evidence():
    """Fresh evidence as builtins, free to be changed by a test."""
    notes = [
        {"where": "properties/broken.py", "text": "  File x, line 3\nSyntaxError: invalid syntax"},
        {"where": HOSTILE, "text": HOSTILE},
    ]
    return sample() | {"notes": notes}


@pytest.fixture
def html(evidence):
    """The page of the sample."""
    return render(as_evidence(evidence))


@pytest.fixture
def hostile():
    """The text that must never become markup."""
    return HOSTILE


@pytest.fixture
def more_rows():
    """`more_rows(k)`: k further supported rows of the width leg, each with its own numbers."""

    def make(k):
        return [growth(f"coupling.leg_in_width.{n}", -0.02, sd=0.25) for n in range(100, 100 + k)]

    return make
