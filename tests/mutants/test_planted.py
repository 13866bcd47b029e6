"""The table of planted bugs cannot rot, and the claims still refute some of them."""

from dataclasses import replace

import pytest

from tests.mutants.bug import Stale
from tests.mutants.plant import ROOT, copy, expected, line, outcome, plant, trial
from tests.mutants.planted import BUGS

BY_NAME = {bug.name: bug for bug in BUGS}


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_bug_still_fits_the_source(bug):
    """The old text stands as often as stated, and the new text is Python."""
    source = (ROOT / "mfcheck" / bug.file).read_text("utf-8")
    changed = bug.planted(source)
    assert changed != source
    compile(changed, bug.file, "exec")


def test_names_are_unique():
    assert len(BY_NAME) == len(BUGS) >= 18


def test_a_stale_bug_is_an_error():
    """Neither a text that is gone nor one that stands too often is planted."""
    bug = BUGS[0]
    with pytest.raises(Stale, match="holds 0 times"):
        bug.planted("nothing")
    with pytest.raises(Stale, match="holds 2 times"):
        bug.planted(bug.old * 2)


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("forward_root_N", "one_formula.py::splitting"),
        ("forward_blind_to_P", "one_formula.py::tracers"),
        ("backward_sign_one_layer", "normalised_gradients.py::against_autograd"),
        ("first_rate_without_N", "normalised_gradients.py::against_autograd"),
    ],
)
def test_an_identity_refutes(tmp_path, name, check):
    """One check, on the copy with the bug in it."""
    plant(BY_NAME[name], copy(ROOT, tmp_path))
    found = trial(tmp_path, [f"properties/{check}"])
    assert [c for _, c in found.refuted] == [check.partition("::")[2]]
    assert found.exact > 0 == found.rate


def test_the_sound_simulator_is_not_refuted(tmp_path):
    found = trial(copy(ROOT, tmp_path), ["properties/one_formula.py::splitting"])
    assert not found.refuted
    assert found.rows > 0 == found.exact


def test_the_table_counts_checks_and_not_controls():
    """Controls and shrunk problems are left out; a survivor is said to be one."""
    row = {"control_of": None, "origin": "drawn", "estimator": "growth", "verdict": "REFUTED"}
    check = {"name": "leg", "control_of": None, "verdict": "REFUTED"}
    control = {"name": "blind", "control_of": "leg", "verdict": "REFUTED"}
    evidence = {
        "claims": [{"name": "c", "verdict": "REFUTED", "checks": [check, control]}],
        "rows": [row, {**row, "control_of": "leg"}, {**row, "origin": "shrunk"}],
        "notes": [],
    }
    found = outcome(evidence, 1.0)
    assert (found.refuted, found.rate, found.exact, found.rows) == ((("c", "leg"),), 1, 0, 1)
    assert "c: leg" in line("bug", "wrong", found)
    spared = replace(found, refuted=())
    assert "**survives**" in line("bug", "wrong", spared)
    assert "rightly: why" in line("bug", "wrong", spared, "why")
    bug = BUGS[0]
    same = replace(bug, equivalent="why")
    verdicts = [expected(b, f) for b, f in ((bug, found), (bug, spared), (same, spared))]
    assert verdicts == [True, False, True]
    assert not expected(same, found)
