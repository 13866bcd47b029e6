"""A trainer of the user's own through `pytest --mf-trainer`: verdicts, addresses, evidence."""

import pytest

from mfcheck.cli import main
from tests.pytest_plugin.files import verdicts

pytest_plugins = ["pytester"]

CLAIM = '''"""Networks move as the equations say.

They do.

Measured here. In the maximum.
"""

import mfcheck as mf

claim = mf.Claim("follow", text=__doc__, source="here", section="A. Mine")
SOME = [mf.FiniteSpec(("tanh", "tanh", "identity"), atoms=4, n=4, d=2, T=0.5)]


def gap(problem, rate=1.0):
    def residual(seeds):
        state, _ = problem.empirical(8, seeds)
        model, law, eps = problem.model, problem.data, problem.eps
        own = mf.sgd(model, state, law, eps, problem.T, batch=None)
        return mf.distance(problem.trained_by({2: rate}).gd(state), own)

    return mf.identity(residual)


@claim.check(over=SOME, expect=mf.Equals(0.0))
def moves(problem):
    return gap(problem)


@claim.control(of=moves)
def slow_middle(problem):
    return gap(problem, 0.2)
'''

TRAINER = """
import numpy as np
import mfcheck as mf

FACTOR = 1.0


@mf.trainer(name="mine", version="7", can=("biases", "full batch", "float64"))
def gd(run):
    state = mf.Ensemble(run.W, run.b)
    law = mf.DataLaw(run.x, run.y, run.q)
    model = run.model.trained_by({2: FACTOR * run.model.xi[2]})
    at = [k * run.eps for k in run.at]
    path = mf.sgd(model, state, law, run.eps, run.steps * run.eps, batch=None, at=at)
    return [(s.W, s.b) for s in path.states]


@mf.trainer(can=("biases", "float64"))
def samples(run):
    raise AssertionError("is never asked")
"""


@pytest.fixture
def project(pytester):
    folder = pytester.mkdir("properties")
    (folder / "follow.py").write_text(CLAIM)
    (pytester.path / "train.py").write_text(TRAINER)
    return pytester


def run(project, *args):
    return project.runpytest_inprocess("properties", "-p", "no:cacheprovider", *args)


def test_a_trainer_is_held_to_the_claims_and_named_in_the_evidence(project, evidence):
    assert run(project, "--mf-trainer", "train.py:gd").ret == 0
    found = evidence()
    assert verdicts(found) == {"moves": "SUPPORTED", "slow_middle": "REFUTED"}
    assert found["run"]["trainer"] == "mine 7"
    assert all("--mf-trainer train.py:gd" in row["replay"] for row in found["rows"])
    page = project.path / "reports" / "latest" / "index.html"
    assert "networks trained by mine 7" in page.read_text()


def test_another_text_of_the_trainer_is_measured_again_and_refuted(project, evidence):
    run(project, "--mf-trainer", "train.py:gd")
    file = project.path / "train.py"
    file.write_text(TRAINER.replace("FACTOR = 1.0", "FACTOR = 0.1"))
    assert run(project, "--mf-trainer", "train.py:gd").ret == 1
    assert verdicts(evidence())["moves"] == "REFUTED"


def test_the_engine_and_a_trainer_share_no_number(project, evidence):
    run(project)
    assert "trainer" not in evidence()["run"]
    (project.path / "train.py").write_text(TRAINER.replace("FACTOR = 1.0", "FACTOR = 0.1"))
    assert run(project, "--mf-trainer", "train.py:gd").ret == 1
    assert run(project).ret == 0


def test_two_trainers_of_one_file_share_no_number(project):
    slow = TRAINER.replace("def gd", "def slow").replace('"mine"', '"slow"')
    slow = slow.replace("FACTOR * run", "0.1 * run").partition("@mf.trainer(can=")[0]
    file = project.path / "train.py"
    file.write_text(TRAINER + slow[slow.index("@mf.trainer") :])
    assert run(project, "--mf-trainer", "train.py:gd").ret == 0
    assert run(project, "--mf-trainer", "train.py:slow").ret == 1


def test_a_row_of_a_trainer_is_replayed_with_it_alone(project, evidence, capsys, monkeypatch):
    run(project, "--mf-trainer", "train.py:gd")
    row = evidence()["rows"][0]
    monkeypatch.chdir(project.path)
    assert main(["replay", row["id"], "--trainer", "train.py:gd"]) == 0
    assert "same to the bit" in capsys.readouterr().out
    assert main(["replay", row["id"]]) == 2
    assert "trained by mine 7" in capsys.readouterr().err


def test_no_trainer_at_all_ends_before_anything_runs(project):
    found = run(project, "--mf-trainer", "gone.py:gd")
    assert found.ret == 4
    found.stderr.fnmatch_lines(["*there is no file*gone.py*"])
