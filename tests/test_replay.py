"""Replay: one row measured again from the evidence alone, the same to the bit or told apart."""

import pytest

from mfcheck import evidence, running
from mfcheck.engine.executor import Executor
from mfcheck.errors import InvalidArgument
from mfcheck.replay import claims_in, new_claim, replay

FILE = '''"""Random numbers grow as they are told.

They do.
"""

import torch

import mfcheck as mf
from mfcheck.blueprint import Blueprint

claim = mf.Claim("noisy", text=__doc__, source="here", section="A. Toys")
SOME = [Blueprint(("tanh", "identity"), atoms=3, n=4, d=2)]


@claim.check(over=SOME, expect=mf.AtMost(0.25))
def falls(problem):
    """It falls with N, as random numbers let it."""

    def ratio(N, seeds):
        return torch.as_tensor(seeds.uniforms("noise", 0, N).mean(1) / N)

    return mf.growth(ratio, along=(4, 8, 16))
'''


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A run under seed 7: its folder and its one row."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "properties").mkdir()
    file = tmp_path / "properties" / "noisy.py"
    file.write_text(FILE, "utf-8")
    module = Executor().module(str(file))
    settings = running.Settings(tmp_path / "run", "one", seed=7)
    where = (module.falls, str(file), "properties/noisy.py::falls")
    executor = running.open_session(settings, [running.Collected(*where, module, True)])
    (row,) = running.run_check(settings, executor, where)
    running.close_session(settings, [], False)
    return tmp_path / "run", row.record()


def change(folder, **fields):
    """Let the evidence say otherwise of its row."""
    found = evidence.read(folder)
    found["rows"][0] |= fields
    evidence.write(found, folder)


def test_a_row_comes_out_the_same_under_the_seed_of_its_run(run):
    folder, row = run
    same, words = replay(folder, row["id"][:6])
    assert same
    assert "same to the bit" in words and "falls" in words and repr(row["estimate"]) in words


@pytest.mark.parametrize("name", ["estimate", "low", "high"])
def test_one_number_in_the_last_place_is_a_difference(run, name):
    folder, row = run
    change(folder, **{name: row[name] * (1 + 1e-15)})
    same, words = replay(folder, row["id"])
    assert not same
    assert name in words and repr(row[name]) in words


def test_a_changed_curve_is_a_difference(run):
    folder, row = run
    curves = [[2 * row["curves"][0][0], *row["curves"][0][1:]], *row["curves"][1:]]
    change(folder, curves=curves)
    same, words = replay(folder, row["id"])
    assert not same
    assert "curves" in words


def test_another_seed_is_another_row(run):
    folder, row = run
    found = evidence.read(folder)
    found["run"]["seed"] = 8
    evidence.write(found, folder)
    assert not replay(folder, row["id"])[0]


def test_an_id_that_names_no_row_is_refused(run):
    with pytest.raises(InvalidArgument, match="0 rows begin so"):
        replay(run[0], "zz")


def test_a_new_claim_is_listed_with_its_checks(tmp_path):
    new_claim("mine", tmp_path)
    ((claim, checks),) = claims_in(tmp_path)
    assert claim.name == "mine"
    assert [(c.name, c.control_of) for c in checks] == [("rate", None), ("strangers", "rate")]
    with pytest.raises(InvalidArgument, match="exists"):
        new_claim("mine", tmp_path)
