"""Declarations: what a claim, a check and a control say, and how they refuse to say nonsense."""

import pytest

import mfcheck as mf
from mfcheck.claims import Check, Claim
from mfcheck.errors import InvalidArgument
from mfcheck.problems.finite import FiniteSpec
from mfcheck.strategies import problems

SOME = [FiniteSpec()]
TEXT = """A wide network follows its limit.

Let $N$ be wide.
Then it follows.

Measured here. Its gap.

At three widths.
"""


def claim(**changes):
    fields = {"name": "follows", "text": TEXT, "source": "Theorem 1", "section": "B. Coupling"}
    return Claim(**(fields | changes))


def growing(problem):
    """The gap shrinks
    with N.

    And more."""
    return mf.growth(lambda N, seeds: N, along=(1, 2, 4))


def exact(problem):
    return mf.identity(lambda seeds: 0)


def test_a_claim_reads_its_title_and_both_parts_from_the_text():
    assert claim().title == "A wide network follows its limit"
    assert claim().theorem == "Let $N$ be wide.\nThen it follows."
    assert claim().measured == "Its gap.\n\nAt three widths."


def test_a_claim_may_lack_a_part():
    """The words begin a paragraph; elsewhere they are words like others."""
    for below, parts in (
        ("", ("", "")),
        ("\n\nIt is.", ("It is.", "")),
        ("\n\nMeasured here. How far.", ("", "How far.")),
        ("\n\nIt is.\nMeasured here. Not.", ("It is.\nMeasured here. Not.", "")),
    ):
        found = claim(text=f"It follows.{below}")
        assert (found.title, found.theorem, found.measured) == ("It follows", *parts)


def test_a_check_carries_its_declaration():
    stated = claim()
    check = stated.check(over=SOME, expect=mf.AtMost(0.5), dtype="float32")(growing)
    assert isinstance(check, Check)
    assert (check.name, check.claim, check.control_of) == ("growing", stated, None)
    assert (check.expect, check.dtype) == (mf.AtMost(0.5), "float32")
    assert check.over.always == tuple(SOME)
    assert check.doc == "The gap shrinks with N."


def test_a_control_is_judged_by_the_rule_of_its_check():
    stated = claim()
    check = stated.check(over=SOME, expect=mf.AtMost(0.5), dtype="float32")(growing)
    control = stated.control(of=check)(exact)
    assert (control.control_of, control.expect, control.dtype) == (
        "growing",
        check.expect,
        "float32",
    )
    assert control.over == check.over
    other = problems(depth=(3, 3))
    assert stated.control(of=check, over=other)(exact).over == other


def test_a_check_gives_the_study_of_a_problem():
    check = claim().check(over=SOME, expect=mf.AtMost(0))(growing)
    assert check(FiniteSpec().problem()).points == (1, 2, 4)


def test_only_a_check_that_chance_can_refute_takes_a_slot():
    """No identity, no report and no control, which is there to be refuted."""
    stated, problem = claim(), FiniteSpec().problem()
    check = stated.check(over=SOME, expect=mf.AtMost(0))(growing)
    same = stated.check(over=SOME, expect=mf.Equals(0))(exact)
    shown = stated.report(over=SOME)(growing)
    control = stated.control(of=check)(growing)
    taken = [c.refutable_by_chance(c(problem)) for c in (check, same, shown, control)]
    assert taken == [True, False, False, False]


@pytest.mark.parametrize("returned", [None, 3.0, lambda: None])
def test_a_check_that_returns_no_study_says_so(returned):
    def forgetful(problem):
        return returned

    check = claim().check(over=SOME, expect=mf.AtMost(0))(forgetful)
    with pytest.raises(InvalidArgument, match=r"forgetful\(problem\).*no study.*mf\.growth"):
        check(FiniteSpec().problem())


@pytest.mark.parametrize("expect", [mf.AtMost(0), mf.Equals(1), mf.Between(0, 1), mf.AtLeast(0)])
def test_an_identity_is_expected_to_be_zero(expect):
    check = claim().check(over=SOME, expect=expect)(exact)
    with pytest.raises(InvalidArgument, match=r"mf\.Equals\(0\)"):
        check(FiniteSpec().problem())


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"text": None}, "text=__doc__"),
        ({"text": " \n"}, "text=__doc__"),
        ({"name": ""}, "name = ''"),
        ({"source": " "}, "source"),
        ({"section": None}, "section"),
        ({"assumptions": "one"}, r"write \('one',\)"),
        ({"not_tested": "one"}, r"write \('one',\)"),
        ({"uses": "other"}, r"write \('other',\)"),
    ],
)
def test_a_claim_that_says_nothing_is_refused(changes, word):
    with pytest.raises(InvalidArgument, match=word):
        claim(**changes)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"expect": 0.0}, r"mf\.AtMost\(0\.0\)"),
        ({"expect": None}, "is a region"),
        ({"dtype": "float16"}, "choose one of float32, float64"),
        ({"over": []}, "needs a problem"),
        ({"over": None}, "family or a list"),
        ({"over": FiniteSpec()}, "family or a list"),
        ({"over": ["digits"]}, "is no specification"),
    ],
)
def test_a_check_is_refused_where_it_is_declared(changes, word):
    declaration = {"over": SOME, "expect": mf.AtMost(0)} | changes
    with pytest.raises(InvalidArgument, match=word):
        claim().check(**declaration)


def test_a_control_belongs_to_a_check_of_its_own_claim():
    stated = claim()
    check = stated.check(over=SOME, expect=mf.AtMost(0))(growing)
    foreign = claim(name="other").check(over=SOME, expect=mf.AtMost(0))(growing)
    for wrong in (growing, "growing", foreign, stated.control(of=check)(exact)):
        with pytest.raises(InvalidArgument, match="no check of the claim follows"):
            stated.control(of=wrong)


@pytest.mark.parametrize("nameless", [lambda problem: None, 3, None])
def test_a_check_is_a_named_function(nameless):
    with pytest.raises(InvalidArgument, match=r"def name\(problem\)"):
        claim().check(over=SOME, expect=mf.AtMost(0))(nameless)
