"""Claims whose truth is known, on the real simulator, from the property file to the page.

Euler's steps leave the gradient flow like ε, a network leaves its limit like N^-1/2 + ε^1/2: so
says the theory, and so each claim below is true, false, or finer than the margin by construction.
"""

import pytest

pytest_plugins = ["pytester"]

HEAD = '''"""A statement whose truth is known."""

import mfcheck as mf
from mfcheck.problems.finite import FiniteSpec

claim = mf.Claim("known", text=__doc__, source="here", section="A. Known")
SMALL = [FiniteSpec(("tanh", "identity"), atoms=6, n=6, d=2, T=0.5)]
WIDTHS = (8, 16, 32, 64)


def grid(T):
    return [k * T / 8 for k in range(9)]


def gap(problem, N, seeds):
    """D_T of SGD with about N^1.5 steps, each replicate's distance to the limit."""
    state, C = problem.sample(N, seeds)
    walk = problem.sgd(state, step(problem, N), seeds.fold("walk"), at=grid(problem.T))
    return mf.distance(walk, problem.limit(at=grid(problem.T)), at=C, norm="rms")


def step(problem, N):
    return problem.T / (8 * round(N**1.5 / 8))


def descent(problem, power):
    """The growth of the gap between descent and flow over ε^power, at width 16."""

    def ratio(steps, seeds):
        state = problem.sample(16, seeds)[0]
        eps, at = problem.T / steps, grid(problem.T)
        walk, flow = problem.gd(state, eps, at=at), problem.flow(state, at=at)
        return mf.distance(walk, flow, norm="rms") / eps**power

    return mf.growth(ratio, along=(16, 32, 64), axis="T/ε")


def coupling(problem, envelope):
    return mf.growth(lambda N, s: gap(problem, N, s) / envelope(N, step(problem, N)), along=WIDTHS)

'''

ENVELOPES = """
@claim.check(over=SMALL, expect=mf.AtMost(0.0))
def the_sum(problem):
    return coupling(problem, lambda N, eps: N**-0.5 + eps**0.5)


@claim.check(over=SMALL, expect=mf.AtMost(0.0))
def the_larger(problem):
    return coupling(problem, lambda N, eps: max(N**-0.5, eps**0.5))


@claim.check(over=SMALL, expect=mf.AtMost(0.0))
def the_root_of_the_sum(problem):
    return coupling(problem, lambda N, eps: (1 / N + eps) ** 0.5)


@claim.check(over=SMALL, expect=mf.AtMost(0.0))
def rate_one(problem):
    return coupling(problem, lambda N, eps: 1 / N)


@claim.control(of=the_sum)
def rate_one_of_both(problem):
    return coupling(problem, lambda N, eps: 1 / N + eps)
"""

FINE = """
@claim.check(over=SMALL, expect=mf.AtMost(0.0))
def first_order(problem):
    return descent(problem, 1.0)


@claim.control(of=first_order)
def a_little_more(problem):
    return descent(problem, 1.115)
"""

EVENTS = """

def share_above(problem, bound):
    def gap(seeds):
        state, C = problem.sample(32, seeds)
        return mf.distance(problem.gd(state), problem.discrete_limit(), at=C) / bound

    return mf.exceedance(gap, above=1)


@claim.check(over=SMALL, expect=mf.AtMost(0.2))
def rarely_so_far(problem):
    return share_above(problem, 2.0)


@claim.control(of=rarely_so_far)
def near_the_limit(problem):
    return share_above(problem, 0.01)
"""


def checks(evidence):
    """{check: (verdict, reason)}."""
    return {c["name"]: (c["verdict"], c["reason"]) for c in evidence["claims"][0]["checks"]}


def test_rate_one_is_refuted_and_every_envelope_of_the_same_order_supported(
    pytester, claims, evidence
):
    claims("known", text=HEAD + ENVELOPES)
    result = pytester.runpytest("properties", "-n", "0")
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines(["*REFUTED: refuted on 1 of 1 problems*"])
    found = checks(evidence())
    true = ("the_sum", "the_larger", "the_root_of_the_sum")
    assert {name: found[name][0] for name in true} == dict.fromkeys(true, "SUPPORTED")
    assert found["rate_one"][0] == found["rate_one_of_both"][0] == "REFUTED"
    assert evidence()["claims"][0]["verdict"] == "REFUTED"


@pytest.mark.parametrize(("budget", "control"), [("quick", False), ("standard", True)])
def test_a_margin_that_hides_the_violation_is_too_coarse(
    pytester, claims, evidence, budget, control
):
    """A tenth of an order: the quick margin, 0.15, hides it; the standard one, 0.08, does not."""
    claims("known", text=HEAD + FINE)
    result = pytester.runpytest("properties", "-n", "0", "--mf-budget", budget)
    result.assert_outcomes(passed=2 if control else 1, failed=0 if control else 1)
    found, words = evidence(), "resolution too coarse: the margin 0.15 hides the violation"
    assert checks(found)["first_order"][0] == "SUPPORTED"
    verdict, reason = checks(found)["a_little_more"]
    assert verdict == ("REFUTED" if control else "INCONCLUSIVE")
    assert found["claims"][0]["verdict"] == ("SUPPORTED" if control else "INCONCLUSIVE")
    page = (pytester.path / "reports/latest/index.html").read_text("utf-8")
    for text in (reason, result.stdout.str(), page):
        assert (words in text) != control


def test_an_event_is_counted_in_the_terminal_and_on_the_page(pytester, claims, evidence):
    claims("known", text=HEAD + EVENTS)
    result = pytester.runpytest("properties", "-n", "0")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        ["*rarely_so_far * P(value > 1) in 0 of 64 *, allowed ≤ 20 % + 3 %*"]
    )
    found = evidence()
    assert [k["expects"] for k in found["claims"][0]["checks"]] == 2 * ["P(value > 1) ≤ 0.2"]
    page = (pytester.path / "reports/latest/index.html").read_text("utf-8")
    for row in found["rows"]:
        assert f"{row['rounds'][-1]['above']} of {row['n']}<" in page
    assert "share of replicates beyond 1" in page
