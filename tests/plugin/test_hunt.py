"""`--mf-hunt MINUTES`: what it hunts, what it leaves behind, how it refuses what means nothing."""

import pytest

from tests.plugin.files import verdicts

pytest_plugins = ["pytester"]

CORNER = """

MANY = mf.court.problems(depth=(2, 4))


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


def test_a_hunt_rules_on_the_worst_problem_of_each_check_that_draws(pytester, claims, evidence):
    claims("toy", more=CORNER)
    result = pytester.runpytest("properties", "--mf-hunt", "0.05", "--mf-seed", "3")
    result.assert_outcomes(passed=1, failed=1, deselected=2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "report: reports/hunt/index.html" in result.stdout.str()
    assert not (pytester.path / "reports" / "latest").exists()
    found = evidence("reports/hunt")
    wanted = {"holds": "NOT RUN", "broken": "NOT RUN", "corner": "REFUTED", "residual": "SUPPORTED"}
    assert verdicts(found) == wanted
    by_check = {hunt["check"]: hunt for hunt in found["hunts"]}
    assert set(by_check) == {"corner", "residual"}
    rows = {row["id"]: row for row in found["rows"]}
    for name, hunt in by_check.items():
        ruled = [rows.pop(key) for key in hunt["rows"]]
        assert {(row["check"], row["origin"]) for row in ruled} == {(name, "hunted")}
        assert ruled[0]["problem"]["json"] == hunt["worst"]["json"]
        assert "--mf-hunt" in hunt["replay"] and "--mf-seed 3" in hunt["replay"]
    assert not rows
    assert by_check["corner"]["worst"]["label"].startswith("L=4")
    assert found["procedure"]["slots_used"] == len(by_check["corner"]["rows"])


def test_the_minutes_are_for_the_session(pytester, claims, evidence):
    claims("toy", more=CORNER)
    claims("other", more=CORNER)
    pytester.runpytest("properties", "--mf-hunt", "0.1")
    found = evidence("reports/hunt")["hunts"]
    assert len(found) == 4
    assert all(1 < hunt["share"] < 3 for hunt in found)
    assert sum(hunt["seconds"] for hunt in found) < 10


def test_leads_are_told_on_the_terminal_and_not_again(pytester, claims):
    claims("toy", more=CORNER)
    lines = pytester.runpytest("properties", "-k", "corner", "--mf-hunt", "0.05").outlines
    told = [line for line in lines if line.startswith("↑")]
    assert told and len(set(told)) == len(told)
    assert "toy::corner" in told[-1] and "L=4" in told[-1]
    rows = [line for line in lines if "REFUTED" in line and "L=4" in line]
    assert rows and "hunted" in rows[0]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--mf-hunt", "0"), "a positive number of minutes"),
        (("--mf-hunt", "-3"), "a positive number of minutes"),
        (("--mf-hunt", "soon"), "a positive number of minutes"),
        (("--mf-hunt", "inf"), "a positive number of minutes"),
        (("--mf-hunt", "nan"), "a positive number of minutes"),
        (("--mf-hunt", "1", "--mf-problem", '{"atoms": 6}'), "a hunt draws its problems itself"),
    ],
)
def test_what_means_nothing_ends_at_once(pytester, claims, words, told):
    claims("toy")
    result = pytester.runpytest("properties", *words)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert told in result.stdout.str() + result.stderr.str()
    assert not (pytester.path / "reports").exists()


def test_two_workers_share_the_hunt(pytester, claims, evidence):
    pytest.importorskip("xdist")
    claims("toy", more=CORNER)
    claims("other", more=CORNER)
    pytester.runpytest("properties", "--mf-hunt", "0.1", "-n", "2")
    found = evidence("reports/hunt")
    assert len(found["hunts"]) == 4
    assert {row["origin"] for row in found["rows"]} == {"hunted"}
