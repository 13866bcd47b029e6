"""The quicker half of the mutants, each really planted and killed; and how we know it was."""

from dataclasses import replace
from pathlib import Path

import pytest

from tools.mutation import record
from tools.mutation.fork_server import LIMIT, ForkServer
from tools.mutation.mutant import Mutant
from tools.mutation.mutants import AREAS, MUTANTS
from tools.mutation.mutate import ROOT, plant
from tools.mutation.table import planted
from tools.mutation.tried import job, tried, unsound

BY_NAME = {mutant.name: mutant for mutant in MUTANTS}
KEPT = planted()


def half(mutants):
    """The quicker half of the mutants of an area, by the record of the last whole run."""
    known = [mutant for mutant in mutants if mutant["name"] in BY_NAME]
    return sorted(known, key=lambda mutant: (mutant["seconds"], mutant["name"]))[
        : (len(known) + 1) // 2
    ]


QUICK = [mutant for mutants in KEPT.areas.values() for mutant in half(mutants)] if KEPT else []

BY_CLAIMS = (
    "forward_root_N",
    "forward_blind_to_P",
    "backward_sign_one_layer",
    "transposed_at_equal_widths",
    "first_rate_without_N",
)
"""What the claims, and not tests alone, are seen to refute each time."""

TOY = "tests/stats/test_region.py::test_the_four_ways_to_say_one"
RIGHT = Mutant("right", "stats/region.py", "return Region(-inf, theta0)",
            "return Region(theta0, inf)", "AtMost is AtLeast.", by=(TOY,))  # fmt: skip


@pytest.fixture(scope="module")
def fork_server():
    with ForkServer(ROOT) as one:
        yield one


def asked(fork_server, mutant, **more):
    return tried(mutant, fork_server.ask(job(mutant, ROOT) | more))


@pytest.mark.parametrize("name", [mutant["name"] for mutant in QUICK])
def test_a_planted_bug_is_caught(fork_server, name):
    """By every test among its catchers, which is green without it, as a test of this run."""
    mutant = BY_NAME[name]
    tests = tuple(node for node in mutant.by if node.startswith("tests/"))
    found = asked(fork_server, replace(mutant, by=tests or mutant.by))
    assert found.expected, found.verdict


@pytest.mark.parametrize("name", BY_CLAIMS)
def test_a_planted_bug_is_refuted_by_a_claim(fork_server, name):
    mutant = BY_NAME[name]
    claims = tuple(node for node in mutant.by if node.startswith("properties/"))
    found = asked(fork_server, replace(mutant, by=claims))
    assert claims and found.expected, found.verdict
    assert found.kinds == ("Unmet",)


def test_half_of_the_bugs_of_every_area_are_tried_here_and_quickly():
    names = {mutant["name"] for mutant in QUICK}
    assert all(
        2 * len(names & {b.name for b in mutants}) >= len(mutants) for mutants in AREAS.values()
    )
    every = [mutant["seconds"] for mutants in KEPT.areas.values() for mutant in mutants]
    # a share: seconds are those of the machine that made the record
    assert sum(mutant["seconds"] for mutant in QUICK) <= sum(every) / 3


def test_claims_that_catch_a_bug_are_green_without_it(fork_server):
    named = {node for name in BY_CLAIMS for node in BY_NAME[name].by}
    claims = sorted(node for node in named if node.startswith("properties/"))
    assert claims and unsound(claims, fork_server.ask({"nodes": claims})) == []


def test_the_record_is_of_this_table():
    """Names, words and catchers; that sources have changed since, the report says."""
    assert KEPT is not None
    assert {
        b["name"]: (b["file"], b["wrong"], tuple(b["by"]), b["proof"]) for b in KEPT.mutants
    } == {b.name: (b.file, b.wrong, b.by, b.equivalent) for b in MUTANTS}
    assert set(KEPT.files) == {mutant.file for mutant in MUTANTS}
    assert all(mutant["verdict"] in ("killed", "equivalent") for mutant in KEPT.mutants)


def test_the_page_of_the_docs_is_that_of_the_record():
    assert KEPT is not None
    assert (ROOT / record.PAGE).read_text("utf-8") == record.page(KEPT)


def test_without_a_bug_the_catcher_is_green(fork_server):
    answer = fork_server.ask({"nodes": [TOY]})
    assert not unsound([TOY], answer) and not answer["broken"]


def test_names_imported_elsewhere_are_the_changed_ones(fork_server):
    """`mfcheck.stats` and `mfcheck` hand the function on; the test sees the mutant through them."""
    far = "tests/claims/test_claim.py::test_only_a_check_that_chance_can_refute_takes_a_slot"
    near = Mutant(
        "blind", "claims/study.py", "axis, figure, rate=", "axis, None, rate=", "", by=(far,)
    )
    assert asked(fork_server, RIGHT).killed
    assert not asked(fork_server, near).killed and not asked(fork_server, near).broken


def test_a_bug_whose_module_was_never_imported_is_not_caught(fork_server):
    away = Mutant("away", "cli.py", "def main", "def  main", "", by=(TOY,))
    assert "never imported from the changed text" in asked(fork_server, away).verdict


def test_a_change_that_cannot_run_is_not_caught(fork_server):
    nameless = Mutant("nameless", "stats/region.py", "return Region(-inf, theta0)",
                   "return Regoin(-inf, theta0)", "", by=(TOY,))  # fmt: skip
    found = asked(fork_server, nameless)
    assert not found.killed and not found.red
    broken = Mutant("broken", "stats/region.py", "from math import inf", "import nothing_here", "",
                    by=(TOY,))  # fmt: skip
    assert "was not collected" in asked(fork_server, broken).verdict


def test_a_change_that_never_ends_is_given_up(fork_server):
    endless = Mutant("endless", "stats/region.py", "return Region(-inf, theta0)",
                  "while True: pass", "", by=(TOY,))  # fmt: skip
    assert "no answer in 1 s" in asked(fork_server, endless, limit=1.0).verdict
    assert LIMIT > 100
    assert asked(fork_server, RIGHT).killed  # and the next one is heard


def test_a_fork_that_ends_itself_is_told(fork_server):
    gone = Mutant("gone", "stats/region.py", "return Region(-inf, theta0)",
               "__import__('os')._exit(3)", "", by=(TOY,))  # fmt: skip
    assert "SURVIVES no answer" in asked(fork_server, gone).verdict


def test_sources_from_elsewhere_are_refused(fork_server):
    """As if the tests were of one folder and mfcheck of another."""
    away = fork_server.ask({"nodes": [TOY], "home": str(ROOT / "tests")})
    assert "modules from elsewhere" in away["broken"]


def test_a_bug_is_put_into_a_folder(tmp_path):
    path = tmp_path / "mfcheck" / RIGHT.file
    path.parent.mkdir(parents=True)
    path.write_text((ROOT / "mfcheck" / RIGHT.file).read_text("utf-8"), "utf-8")
    plant(RIGHT, tmp_path)
    assert RIGHT.new in path.read_text("utf-8")


def test_nothing_is_not_everything(fork_server):
    assert fork_server.ask({"nodes": []})["broken"] == "no node was asked for"


def test_a_node_that_is_not_there_is_told(fork_server):
    assert fork_server.ask({"nodes": [str(Path("tests") / "none.py")]})["broken"]
