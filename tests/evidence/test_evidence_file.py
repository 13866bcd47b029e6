"""evidence.json: what is read is what was written, and what is none is refused in one line."""

from json import dumps, loads
from math import copysign

import pytest
from msgspec import UNSET, structs

from mfcheck import evidence
from mfcheck.cli import main
from mfcheck.engine.json_text import json_text
from mfcheck.errors import InvalidArgument, Unavailable
from tests.records import check_record, claim_record, evidence_record, row_record

LEAST, LARGEST = 5e-324, 1.7976931348623157e308
NUMBERS = (LEAST, -LEAST, LARGEST, -LARGEST, -0.0, 0.0, 0.1, 1e-5, 2.2250738585072014e-308, 1e22)


def whole():
    """Evidence with one row of each part that a row may have."""
    row = row_record(
        points=[16, 32.5],
        curves=[[0.1, None], [LEAST, LARGEST]],
        median_curve=[None, 0.2],
        estimate=0.1,
        curvature=dict.fromkeys(("estimate", "low", "high"))
        | {"level": 0.999, "end": {"estimate": 0.1, "low": None, "high": 0.2}},
        rounds=[{"n": 32, "below": 31, "above": 1}],
        floors=[{"name": "rounding", "value": 1e-17}],
        assumptions=[{"standing": "holds", "why": "n > 2"}],
        cost={"once": 0.5, "replicate": [0.25, 0.125]},
        figure={"title": "t", "x": "x", "y": "y", "series": [SERIES]},
    )
    return evidence_record([row], [claim_record(code="0af1", checks=[check_record()])])


SERIES = {"label": "N", "x": [0.0, 1.0], "y": [None, 0.5], "role": "band"}
SERIES |= {"low": [0.0, 0.0], "high": None}


def written(folder, found=None):
    """The text of evidence in a folder."""
    return evidence.write_evidence(found or whole(), folder).read_text("utf-8")


def test_it_comes_back_as_it_was(tmp_path):
    text = written(tmp_path)
    found = evidence.read_evidence(tmp_path)
    assert found == whole()
    assert text == dumps(loads(text), indent=1, ensure_ascii=False)
    assert written(tmp_path, found) == text


@pytest.mark.parametrize("number", NUMBERS)
def test_every_number_comes_back_to_the_bit(tmp_path, number):
    row = row_record(estimate=number, curves=[[number]], above=number)
    written(tmp_path, evidence_record([row]))
    (back,) = evidence.read_evidence(tmp_path).rows
    for found in (back.estimate, back.curves[0][0], back.above):
        assert (found.hex(), copysign(1, found)) == (number.hex(), copysign(1, number))


def test_a_seed_of_any_size_comes_back(tmp_path):
    written(tmp_path, evidence_record(seed=10**40))
    assert evidence.read_evidence(tmp_path).run.seed == 10**40


def test_evidence_of_an_earlier_version_is_read(tmp_path):
    """Fields that came later are left out of it."""
    given = loads(written(tmp_path))
    for name in ("searches", "changes"):
        del given[name]
    for name in ("code", "papers"):
        del given["claims"][0][name]
    for name in ("above", "cost", "floors", "figure", "quantile", "assumptions"):
        del given["rows"][0][name]
    for name in ("level", "end"):
        del given["rows"][0]["curvature"][name]
    (tmp_path / evidence.FILE).write_text(dumps(given), "utf-8")
    found = evidence.read_evidence(tmp_path)
    (row,), (claim,) = found.rows, found.claims
    assert (found.searches, found.changes, claim.papers, claim.code) == ((), (), (), UNSET)
    assert (row.above, row.cost, row.figure, row.quantile) == (None, None, None, 0.5)
    assert (row.floors, row.assumptions) == ((), ())
    assert (row.curvature.level, row.curvature.end) == (UNSET, UNSET)
    again = loads(written(tmp_path / "again", found))
    assert again["claims"][0].keys() == given["claims"][0].keys() | {"papers"}
    assert again["rows"][0]["curvature"] == given["rows"][0]["curvature"]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_neither_written_nor_read(tmp_path, number):
    (row,) = whole().rows
    lost = structs.replace(row, estimate=number)
    with pytest.raises(ValueError, match="not JSON compliant"):
        written(tmp_path, evidence_record([lost]))
    assert not (tmp_path / evidence.FILE).exists()
    text = written(tmp_path).replace('"estimate": 0.1', f'"estimate": {dumps(number)}', 1)
    (tmp_path / evidence.FILE).write_text(text, "utf-8")
    with pytest.raises(InvalidArgument, match="no JSON"):
        evidence.read_evidence(tmp_path)


TEXT = json_text(whole())
FOUND = loads(TEXT)


def row_with(**fields):
    """The text of evidence with other fields in its row."""
    return dumps(FOUND | {"rows": [FOUND["rows"][0] | fields]})


def run_with(**fields):
    """The text of evidence of another run."""
    return dumps(FOUND | {"run": FOUND["run"] | fields})


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "cut off"),
        (TEXT[: len(TEXT) // 2], "cut off"),
        (TEXT + "x", "no JSON"),
        ("no", "no JSON"),
        ("{}", "field `schema`"),
        ("[]", "`array`"),
        ("7", "`int`"),
        ("null", "`null`"),
        (dumps(FOUND | {"schema": 1}), "not of version 2"),
        (dumps(FOUND | {"schema": "2"}), "not of version 2"),
        (dumps(FOUND | {"schema": None}), "not of version 2"),
        (dumps({name: FOUND[name] for name in FOUND if name != "run"}), "field `run`"),
        (dumps(FOUND | {"mine": 1}), "unknown field `mine`"),
        (dumps(FOUND | {"line\nbreak": 1}), "unknown field `line break`"),
        (dumps(FOUND | {"rows": [7]}), "`$.rows[0]`"),
        (row_with(mine=1), "unknown field `mine`"),
        (row_with(verdict="NOT RUN"), "`$.rows[0].verdict`"),
        (row_with(points=[0]), "`$.rows[0].points[0]`"),
        (row_with(curves=[[1.0]] * 33), "`$.rows[0].curves`"),
        (row_with(problem={"label": "here"}), "`$.rows[0].problem`"),
        (run_with(budget="enormous"), "`$.run.budget`"),
        (run_with(seed=-1), "`$.run.seed`"),
    ],
)
def test_what_is_no_evidence_is_refused_in_one_line(tmp_path, text, why):
    (tmp_path / evidence.FILE).write_text(text, "utf-8")
    with pytest.raises(InvalidArgument) as told:
        evidence.read_evidence(tmp_path)
    (line,) = str(told.value).splitlines()
    assert why in line and str(tmp_path / evidence.FILE) in line
    assert "run its claims again" in line


def test_bytes_that_are_no_text_are_refused(tmp_path):
    content = written(tmp_path).encode().replace(b"because", b"beca\xffse")
    (tmp_path / evidence.FILE).write_bytes(content)
    with pytest.raises(InvalidArgument, match="run its claims again"):
        evidence.read_evidence(tmp_path)


@pytest.mark.parametrize("kind", ["nothing", "folder", "no folder"])
def test_where_there_is_no_file_there_is_no_evidence(tmp_path, kind):
    if kind == "folder":
        (tmp_path / evidence.FILE).mkdir()
    folder = tmp_path / "away" if kind == "no folder" else tmp_path
    with pytest.raises(Unavailable, match="run its claims again") as told:
        evidence.read_evidence(folder)
    assert str(folder / evidence.FILE) in str(told.value) and "\n" not in str(told.value)


@pytest.mark.parametrize("text", [None, "", "{", "{}", "[]", '{"schema": 1}', "\xff"])
@pytest.mark.parametrize("command", ["report", "table", "replay", "adopt"])
def test_a_command_says_so_in_one_line_and_changes_nothing(tmp_path, capsys, command, text):
    if text is not None:
        (tmp_path / evidence.FILE).write_bytes(text.encode("latin-1"))
    before = sorted(path.name for path in tmp_path.iterdir())
    words = ["replay", "a", "--run", str(tmp_path)] if command == "replay" else [command, tmp_path]
    assert main(list(map(str, words))) == 2
    out, err = capsys.readouterr()
    (line,) = err.splitlines()
    assert line.startswith("mfcheck: ") and str(tmp_path / evidence.FILE) in line
    assert "run its claims again" in line and out == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == before
