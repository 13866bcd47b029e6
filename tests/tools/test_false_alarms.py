"""The counting of false alarms, on made-up runs, and that the docs show what is on record."""

from pathlib import Path

import pytest

from mfcheck.engine.json_text import json_text
from tests.records import evidence_record, row_record
from tools.calibration import false_alarms

STATISTICS = Path(__file__).parents[2] / "docs" / "statistics.md"


def row(verdict, control=None, origin="drawn"):
    return row_record(control_of=control, origin=origin, verdict=verdict)


def run(*rows, seed=1, interrupted=False):
    told = {"interrupted": interrupted, "core_seconds": 5.0, "seed": seed, "commit": "abcdef123"}
    return evidence_record(rows, **told)


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        (row("SUPPORTED"), None),
        (row("REFUTED"), "refuted"),
        (row("INCONCLUSIVE"), "undecided"),
        (row("REPORTED"), None),
        (row("NOT APPLICABLE"), None),
        (row("NOT APPLICABLE", control="k"), None),
        (row("REFUTED", control="k"), None),
        (row("SUPPORTED", control="k"), "blind"),
        (row("REFUTED", origin="shrunk"), None),
    ],
)
def test_what_counts_as_a_cry(found, kind):
    it = false_alarms.night(run(found))
    assert {name: bool(getattr(it, name)) for name in ("refuted", "undecided", "blind")} == {
        name: name == kind for name in ("refuted", "undecided", "blind")
    }
    assert it.red is (kind is not None)


def test_the_table_has_a_row_a_seed_and_an_exact_interval():
    nights = [
        false_alarms.night(run(row("SUPPORTED"))),
        false_alarms.night(run(row("REFUTED"), seed=2)),
    ]
    text = false_alarms.table(nights)
    assert "| 1 | abcdef1 | 1 | 0 | 0 | 0 | 5 |" in text
    assert "| 2 | abcdef1 | 1 | 1 | 0 | 0 | 5 |" in text
    assert "c::k (refuted)" in text
    assert "1 of 2 runs" in text and "[0.0126, 0.987]" in text


def test_a_seed_on_record_is_run_only_afresh(tmp_path, monkeypatch, capsys):
    kept, asked = tmp_path / "false_alarms.json", []

    def measured(seed, folder, workers):
        asked.append(seed)
        return false_alarms.night(run(row("SUPPORTED"), seed=seed))

    monkeypatch.setattr(false_alarms, "run", measured)
    assert false_alarms.main(["--seeds", "2", "--record", str(kept)]) == 0
    assert false_alarms.main(["--seeds", "3", "--record", str(kept)]) == 0
    assert asked == [1, 2, 3] and sorted(false_alarms.recorded(kept)) == [1, 2, 3]
    assert false_alarms.main(["--seeds", "1", "--record", str(kept), "--afresh"]) == 0
    assert asked == [1, 2, 3, 1] and sorted(false_alarms.recorded(kept)) == [1, 2, 3]
    assert "0 of 1 runs" in capsys.readouterr().out.splitlines()[-1]
    assert false_alarms.main(["--seeds", "2", "--first", "3", "--record", str(kept)]) == 0
    assert asked == [1, 2, 3, 1, 4] and "0 of 2 runs" in capsys.readouterr().out


def test_a_false_refutation_is_an_exit_code(tmp_path, monkeypatch):
    cried = false_alarms.night(run(row("REFUTED")))
    monkeypatch.setattr(false_alarms, "run", lambda *_: cried)
    assert false_alarms.main(["--seeds", "1", "--record", str(tmp_path / "false_alarms.json")]) == 1


def test_a_run_that_has_finished_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(false_alarms.subprocess, "run", None)
    (tmp_path / "evidence.json").write_text(json_text(run(row("SUPPORTED"))))
    assert false_alarms.run(1, tmp_path, 2).rows == 1


def test_one_that_was_interrupted_goes_on(tmp_path, monkeypatch):
    (tmp_path / "evidence.json").write_text(json_text(run(interrupted=True)))
    asked = []
    monkeypatch.setattr(
        false_alarms.subprocess, "run", lambda command, check: asked.append(command)
    )
    with pytest.raises(SystemExit, match="did not come to its end"):
        false_alarms.run(7, tmp_path, 2)
    assert asked[0][-4:] == ["--mf-seed", "7", "--mf-report", str(tmp_path)]


def test_the_docs_show_what_is_on_record():
    nights = false_alarms.recorded(false_alarms.RECORD)
    assert false_alarms.table([nights[seed] for seed in sorted(nights)]) in STATISTICS.read_text(
        "utf-8"
    )
