"""The wolf test's own counting, on made-up runs."""

import json

import pytest

from tests.calibration import wolf


def row(verdict, control=None, origin="drawn"):
    told = {"claim": "c", "check": "k", "control_of": control, "origin": origin}
    return told | {"verdict": verdict}


def run(*rows, interrupted=False):
    return {"run": {"interrupted": interrupted, "core_seconds": 5.0}, "rows": list(rows)}


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        (row("SUPPORTED"), None),
        (row("REFUTED"), "refuted"),
        (row("INCONCLUSIVE"), "undecided"),
        (row("REPORTED"), None),
        (row("REFUTED", control="k"), None),
        (row("SUPPORTED", control="k"), "blind"),
        (row("REFUTED", origin="shrunk"), None),
    ],
)
def test_what_counts_as_a_cry(found, kind):
    cried = wolf.wolves(run(found))
    assert {name for name, some in cried.items() if some} == ({kind} if kind else set())


def test_the_table_has_a_row_a_seed_and_an_exact_interval():
    text = wolf.table({1: run(row("SUPPORTED")), 2: run(row("REFUTED"))})
    assert "| 1 | 1 | 0 | 0 | 0 | 5 |" in text and "| 2 | 1 | 1 | 0 | 0 | 5 |" in text
    assert "c::k (refuted)" in text
    assert "1 of 2 runs" in text and "[0.0126, 0.987]" in text


def test_a_seed_that_has_finished_is_not_run_again(tmp_path, monkeypatch):
    monkeypatch.setattr(wolf.subprocess, "run", None)
    (tmp_path / "evidence.json").write_text(json.dumps(run(row("SUPPORTED"))))
    assert wolf.run(1, tmp_path, 2)["rows"]


def test_one_that_was_interrupted_is(tmp_path, monkeypatch):
    (tmp_path / "evidence.json").write_text(json.dumps(run(interrupted=True)))
    asked = []
    monkeypatch.setattr(wolf.subprocess, "run", lambda command, check: asked.append(command))
    with pytest.raises(SystemExit, match="did not come to its end"):
        wolf.run(7, tmp_path, 2)
    assert asked[0][-4:] == ["--mf-seed", "7", "--mf-report", str(tmp_path)]
