"""The quicker half of the planted bugs, each really planted and caught; and how we know it was."""

from dataclasses import replace
from pathlib import Path

import pytest

from mfcheck.report.planted import planted
from tests.mutants import record
from tests.mutants.bug import Bug
from tests.mutants.nursery import LIMIT, Nursery
from tests.mutants.plant import ROOT, plant
from tests.mutants.planted import AREAS, BUGS
from tests.mutants.tried import job, tried, unsound

BY_NAME = {bug.name: bug for bug in BUGS}
KEPT = planted()


def half(bugs):
    """The quicker half of the bugs of an area, by the record of the last whole run."""
    known = [bug for bug in bugs if bug["name"] in BY_NAME]
    return sorted(known, key=lambda bug: (bug["seconds"], bug["name"]))[: (len(known) + 1) // 2]


QUICK = [bug for bugs in KEPT.areas.values() for bug in half(bugs)] if KEPT else []

BY_CLAIMS = (
    "forward_root_N",
    "forward_blind_to_P",
    "backward_sign_one_layer",
    "transposed_at_equal_widths",
    "first_rate_without_N",
)
"""What the claims, and not tests alone, are seen to refute each time."""

TOY = "tests/stats/test_region.py::test_the_four_ways_to_say_one"
RIGHT = Bug("right", "stats/region.py", "return Region(-inf, theta0)",
            "return Region(theta0, inf)", "AtMost is AtLeast.", by=(TOY,))  # fmt: skip


@pytest.fixture(scope="module")
def nursery():
    with Nursery(ROOT) as one:
        yield one


def asked(nursery, bug, **more):
    return tried(bug, nursery.ask(job(bug, ROOT) | more))


@pytest.mark.parametrize("name", [bug["name"] for bug in QUICK])
def test_a_planted_bug_is_caught(nursery, name):
    """By every test among its catchers, which is green without it, as a test of this run."""
    bug = BY_NAME[name]
    tests = tuple(node for node in bug.by if node.startswith("tests/"))
    found = asked(nursery, replace(bug, by=tests or bug.by))
    assert found.expected, found.verdict


@pytest.mark.parametrize("name", BY_CLAIMS)
def test_a_planted_bug_is_refuted_by_a_claim(nursery, name):
    bug = BY_NAME[name]
    claims = tuple(node for node in bug.by if node.startswith("properties/"))
    found = asked(nursery, replace(bug, by=claims))
    assert claims and found.expected, found.verdict
    assert found.kinds == ("Unmet",)


def test_half_of_the_bugs_of_every_area_are_tried_here_and_quickly():
    names = {bug["name"] for bug in QUICK}
    assert all(2 * len(names & {b.name for b in bugs}) >= len(bugs) for bugs in AREAS.values())
    assert sum(bug["seconds"] for bug in QUICK) <= 50


def test_claims_that_catch_a_bug_are_green_without_it(nursery):
    named = {node for name in BY_CLAIMS for node in BY_NAME[name].by}
    claims = sorted(node for node in named if node.startswith("properties/"))
    assert claims and unsound(claims, nursery.ask({"nodes": claims})) == []


def test_the_record_is_of_this_table():
    """Names, words and catchers; that sources have changed since, the report says."""
    assert KEPT is not None
    assert {b["name"]: (b["file"], b["wrong"], tuple(b["by"]), b["proof"]) for b in KEPT.bugs} == {
        b.name: (b.file, b.wrong, b.by, b.equivalent) for b in BUGS
    }
    assert set(KEPT.files) == {bug.file for bug in BUGS}
    assert all(bug["verdict"] in ("caught", "equivalent") for bug in KEPT.bugs)


def test_the_page_of_the_docs_is_that_of_the_record():
    assert KEPT is not None
    assert (ROOT / record.PAGE).read_text("utf-8") == record.page(KEPT)


def test_without_a_bug_the_catcher_is_green(nursery):
    answer = nursery.ask({"nodes": [TOY]})
    assert not unsound([TOY], answer) and not answer["broken"]


def test_names_imported_elsewhere_are_the_changed_ones(nursery):
    """`mfcheck.stats` and `mfcheck` hand the function on; the test sees the bug through them."""
    far = "tests/court/test_claim.py::test_only_a_check_that_chance_can_refute_takes_a_slot"
    near = Bug("blind", "court/study.py", "axis, figure)\n", "axis, None)\n", "", by=(far,))
    assert asked(nursery, RIGHT).caught
    assert not asked(nursery, near).caught and not asked(nursery, near).broken


def test_a_bug_whose_module_was_never_imported_is_not_caught(nursery):
    away = Bug("away", "cli.py", "def main", "def  main", "", by=(TOY,))
    assert "never imported from the changed text" in asked(nursery, away).verdict


def test_a_change_that_cannot_run_is_not_caught(nursery):
    nameless = Bug("nameless", "stats/region.py", "return Region(-inf, theta0)",
                   "return Regoin(-inf, theta0)", "", by=(TOY,))  # fmt: skip
    found = asked(nursery, nameless)
    assert not found.caught and not found.red
    broken = Bug("broken", "stats/region.py", "from math import inf", "import nothing_at_all", "",
                 by=(TOY,))  # fmt: skip
    assert "was not collected" in asked(nursery, broken).verdict


def test_a_change_that_never_ends_is_given_up(nursery):
    endless = Bug("endless", "stats/region.py", "return Region(-inf, theta0)",
                  "while True: pass", "", by=(TOY,))  # fmt: skip
    assert "no answer in 1 s" in asked(nursery, endless, limit=1.0).verdict
    assert LIMIT > 100
    assert asked(nursery, RIGHT).caught  # and the next one is heard


def test_a_fork_that_ends_itself_is_told(nursery):
    gone = Bug("gone", "stats/region.py", "return Region(-inf, theta0)",
               "__import__('os')._exit(3)", "", by=(TOY,))  # fmt: skip
    assert "SURVIVES no answer" in asked(nursery, gone).verdict


def test_sources_from_elsewhere_are_refused(nursery):
    """As if the tests were of one folder and mfcheck of another."""
    away = nursery.ask({"nodes": [TOY], "home": str(ROOT / "tests")})
    assert "modules from elsewhere" in away["broken"]


def test_a_bug_is_put_into_a_folder(tmp_path):
    path = tmp_path / "mfcheck" / RIGHT.file
    path.parent.mkdir(parents=True)
    path.write_text((ROOT / "mfcheck" / RIGHT.file).read_text("utf-8"), "utf-8")
    plant(RIGHT, tmp_path)
    assert RIGHT.new in path.read_text("utf-8")


def test_nothing_is_not_everything(nursery):
    assert nursery.ask({"nodes": []})["broken"] == "no node was asked for"


def test_a_node_that_is_not_there_is_told(nursery):
    assert nursery.ask({"nodes": [str(Path("tests") / "none.py")]})["broken"]
