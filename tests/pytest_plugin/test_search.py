"""`--mf-search MINUTES`: what it searches, what it leaves, how it refuses what means nothing."""

import pytest

from mfcheck.cli import main
from mfcheck.engine.store import Store
from tests.pytest_plugin.files import verdicts

pytest_plugins = ["pytester"]

CORNER = """

MANY = mf.strategies.problems(depth=(2, 4))


@claim.check(over=MANY, expect=mf.AtMost(0))
def corner(problem):
    slope = 0.15 * problem.L - 0.35

    def ratio(N, seeds):
        return torch.as_tensor(N**slope * (1 + 0.1 * seeds.uniforms("u", N, 1)[:, 0]))

    return mf.growth(ratio, along=(16, 32, 64))


@claim.check(over=MANY, expect=mf.Equals(0))
def residual(problem):
    return full(1e-14 * problem.data.n)
"""


def test_a_search_rules_on_the_worst_problem_of_each_check_that_draws(pytester, claims, evidence):
    claims("toy", more=CORNER)
    result = pytester.runpytest("properties", "--mf-search", "0.1", "--mf-seed", "3")
    result.assert_outcomes(passed=1, failed=1, deselected=2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "report: reports/search/index.html" in result.stdout.str()
    assert not (pytester.path / "reports" / "latest").exists()
    found = evidence("reports/search")
    wanted = {"holds": "NOT RUN", "broken": "NOT RUN", "corner": "REFUTED", "residual": "SUPPORTED"}
    assert verdicts(found) == wanted
    by_check = {search["check"]: search for search in found["searches"]}
    assert set(by_check) == {"corner", "residual"}
    rows = {row["id"]: row for row in found["rows"]}
    for name, search in by_check.items():
        ruled = [rows.pop(key) for key in search["rows"]]
        assert {(row["check"], row["origin"]) for row in ruled} == {(name, "searched")}
        assert ruled[0]["problem"]["json"] == search["worst"]["json"]
        assert "--mf-search" in search["replay"] and "--mf-seed 3" in search["replay"]
    assert not rows
    assert by_check["corner"]["worst"]["label"].startswith("L=4")
    assert found["procedure"]["slots_used"] == len(by_check["corner"]["rows"])


def test_the_minutes_are_for_the_session(pytester, claims, evidence):
    claims("toy", more=CORNER)
    claims("other", more=CORNER)
    pytester.runpytest("properties", "--mf-search", "0.04")
    found = evidence("reports/search")["searches"]
    assert len(found) == 4
    assert found[0]["share"] == pytest.approx(0.6, abs=0.02)
    assert all(search["share"] < 2.4 for search in found)
    assert sum(search["seconds"] for search in found) < 8


def test_leads_are_told_on_the_terminal_and_not_again(pytester, claims):
    claims("toy", more=CORNER)
    lines = pytester.runpytest("properties", "-k", "corner", "--mf-search", "0.03").outlines
    told = [line for line in lines if line.startswith("↑")]
    assert told and len(set(told)) == len(told)
    assert "toy::corner" in told[-1] and "L=4" in told[-1]
    rows = [line for line in lines if "REFUTED" in line and "L=4" in line]
    assert rows and "searched" in rows[0]


INTERRUPTED = """

tried = []


@claim.check(over=mf.strategies.problems(depth=(2, 4)), expect=mf.Equals(0))
def stops(problem):
    tried.append(problem)
    if len(tried) > 15:
        raise KeyboardInterrupt
    return full(1e-14 * problem.data.n)
"""


def test_an_interruption_leaves_what_was_found(pytester, claims, evidence):
    claims("toy", more=INTERRUPTED)
    words = ("properties", "--mf-search", "5", "-k", "stops")
    result = pytester.runpytest(*words, no_reraise_ctrlc=True)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    found = evidence("reports/search")
    (search,) = found["searches"]
    assert found["run"]["interrupted"] and not found["rows"]
    assert (search["tried"], search["simplest"], search["rows"]) == (15, None, [])
    assert search["worst"]["score"] == search["leads"][-1][1]
    page = (pytester.path / "reports/search/index.html").read_text("utf-8")
    assert "stopped before the ruling" in page and search["worst"]["label"] in page


def test_a_find_is_replayed_by_the_command_of_its_row(pytester, claims, evidence):
    claims("toy", more=CORNER)
    pytester.runpytest("properties", "--mf-search", "0.03", "--mf-seed", "3", "-k", "corner")
    row = evidence("reports/search")["rows"][0]
    _, *words = [word.strip("'") for word in row["replay"].split(" ")]
    pytester.runpytest(*words, "--mf-report", "again")
    (again,) = evidence("again")["rows"]
    kept = {"origin": "given", "seconds": 0, "cost": None}
    assert again | kept == row | kept
    assert main(["replay", row["id"], "--run", "reports/search"]) == 0


def test_what_was_kept_is_tried_first_by_the_next_run(pytester, claims, evidence):
    claims("toy", more=CORNER)
    pytester.runpytest("properties", "--mf-search", "0.02", "-k", "corner")
    before = evidence("reports/search")["searches"][0]["simplest"]
    assert main(["search", "keep", "toy::corner"]) == 0
    result = pytester.runpytest("properties", "-k", "corner")
    result.assert_outcomes(failed=1, deselected=3)
    found = evidence()
    assert found["rows"][0]["origin"] == "corpus"
    assert found["rows"][0]["problem"]["json"] == before["json"]
    store = Store(pytester.path / "reports" / "latest")
    assert store.notes(found["run"]["id"], "plan", int) == [7]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--mf-search", "0"), "a positive number of minutes"),
        (("--mf-search", "-3"), "a positive number of minutes"),
        (("--mf-search", "soon"), "a positive number of minutes"),
        (("--mf-search", "inf"), "a positive number of minutes"),
        (("--mf-search", "nan"), "a positive number of minutes"),
        (
            ("--mf-search", "1", "--mf-problem", '{"atoms": 6}'),
            "a search draws its problems itself",
        ),
        (("--mf-search", "1", "--mf-plan"), "a search takes the minutes that it is given"),
    ],
)
def test_what_means_nothing_ends_at_once(pytester, claims, words, told):
    claims("toy")
    result = pytester.runpytest("properties", *words)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert told in result.stdout.str() + result.stderr.str()
    assert not (pytester.path / "reports").exists()


def test_two_workers_share_the_search(pytester, claims, evidence):
    pytest.importorskip("xdist")
    claims("toy", more=CORNER)
    claims("other", more=CORNER)
    pytester.runpytest("properties", "--mf-search", "0.02", "-n", "2")
    found = evidence("reports/search")
    assert len(found["searches"]) == 4
    assert {row["origin"] for row in found["rows"]} == {"searched"}


def test_the_former_option_stays_as_an_alias(pytester, claims, evidence):
    claims("toy", more=CORNER)
    pytester.runpytest("properties", "--mf-hunt", "0.03", "-k", "residual").assert_outcomes(
        passed=1, deselected=3
    )
    assert [search["check"] for search in evidence("reports/search")["searches"]] == ["residual"]
