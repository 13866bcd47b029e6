"""The corpus: what a search has found is tried first by every later run, and never passed over."""

from dataclasses import replace
from json import dumps, loads
from pathlib import Path
from shutil import copy

import pytest
from msgspec import structs

import mfcheck as mf
from mfcheck import evidence
from mfcheck.claims import budget
from mfcheck.cli import main
from mfcheck.engine.executor import Executor
from mfcheck.engine.store import create_store
from mfcheck.errors import InvalidArgument, NotOwned, Unavailable
from mfcheck.run import corpus
from mfcheck.run.check_run import CheckRun
from mfcheck.stats import Procedure
from tests.records import check_record, claim_record, evidence_record
from tests.search.test_adversarial import Counted

TOYS = Path(__file__).with_name("corners.py")
BIG = mf.FiniteSpec(("tanh",) * 5 + ("identity",), atoms=14, n=16, d=4)
SMALL = mf.FiniteSpec(("tanh", "identity"), atoms=6, n=6, d=2)


@pytest.fixture
def folder(tmp_path):
    """A folder of claims with one property file."""
    (tmp_path / "properties").mkdir()
    copy(TOYS, tmp_path / "properties" / "corners.py")
    return tmp_path / "properties"


@pytest.fixture
def trial(folder):
    """A trial of the check of that name."""

    def of(name, **more):
        file, executor = str(folder / "corners.py"), Executor(create_store(folder / "run"))
        check = getattr(executor.module(file), name)
        chosen = more.pop("budget", budget("quick"))
        return CheckRun(check, file, f"corners.py::{name}", chosen, executor, "one", **more)

    return of


def entry(check, problem, **found):
    text = problem.json() if isinstance(problem, mf.FiniteSpec) else problem
    return {"check": check, "problem": loads(text), "found": found}


def put(folder, *entries, claim="corners"):
    path = folder / "corpus" / f"{claim}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(corpus.corpus_text(claim, entries), "utf-8")


def test_it_runs_first_in_its_own_check_and_takes_a_slot(trial, folder):
    put(folder, entry("fails_in_a_corner", BIG), entry("holds_everywhere", SMALL))
    on = trial("fails_in_a_corner")
    rows = on.run()
    assert [row.origin for row in rows] == ["corpus"] + ["drawn"] * 10
    assert (rows[0].problem.json, rows[0].verdict) == (BIG.json(), "REFUTED")
    assert {row.verdict for row in rows[1:]} == {"SUPPORTED"}
    assert on.executor.store.slots_used("one") == 11


def test_it_changes_no_other_row(trial, folder):
    before = trial("holds_everywhere").run()
    put(folder, entry("holds_everywhere", BIG))
    after = trial("holds_everywhere").run()
    kept = {"seconds": 0, "cost": None}
    assert [structs.replace(row, **kept) for row in after[1:]] == [
        structs.replace(row, **kept) for row in before
    ]


def test_a_problem_that_is_drawn_too_has_one_row(trial, folder):
    put(folder, entry("holds_everywhere", SMALL))
    rows = trial("holds_everywhere").run()
    assert len(rows) == 10
    assert [row.origin for row in rows].count("corpus") == 1


@pytest.mark.parametrize("name", ["control", "fixed", "shown"])
def test_what_is_not_searched_has_no_corpus(trial, folder, name):
    put(folder, entry("holds_everywhere", BIG))
    assert "corpus" not in {row.origin for row in trial(name).run()}


def test_a_problem_of_ones_own_runs_alone(trial, folder):
    put(folder, entry("holds_everywhere", BIG))
    assert [row.origin for row in trial("holds_everywhere").run(SMALL)] == ["given"]


def test_one_that_breaks_a_premise_says_so(trial, folder):
    put(folder, entry("with_few_points", BIG), claim="few")
    row = trial("with_few_points").run()[0]
    assert (row.origin, row.verdict) == ("corpus", "INCONCLUSIVE")
    assert row.reason == "PREMISE NOT MET: n = 16"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "cannot be read"),
        ("[]", "is no corpus of the claim corners"),
        ('{"claim": "other", "problems": []}', "is no corpus of the claim corners"),
        ('{"claim": "corners", "problems": [{}]}', "entry 1 has other parts"),
        (
            dumps({"claim": "corners", "problems": [entry("hold_everywhere", SMALL)]}),
            "did you mean 'holds_",
        ),
        (dumps({"claim": "corners", "problems": [entry("control", SMALL)]}), "choose one of"),
        (
            dumps({"claim": "corners", "problems": [entry("holds_everywhere", '{"atom": 3}')]}),
            "did you mean 'atoms'",
        ),
        (
            dumps({"claim": "corners", "problems": [entry("holds_everywhere", '{"init": "x"}')]}),
            "is no kind of problem",
        ),
        (
            dumps({"claim": "corners", "problems": [entry("holds_everywhere", '{"n": 0}')]}),
            "whole number",
        ),
    ],
)
def test_what_cannot_be_read_is_a_row_that_says_so(trial, folder, text, words):
    path = folder / "corpus" / "corners.json"
    path.parent.mkdir()
    path.write_text(text)
    first, *others = trial("holds_everywhere").run()
    assert (first.origin, first.verdict, first.n) == ("corpus", "INCONCLUSIVE", 0)
    assert words in first.reason and "mend" in first.reason
    assert "corners.json" in first.problem.label
    assert {row.verdict for row in others} == {"SUPPORTED"}


def test_a_stale_problem_spoils_its_own_check_only(trial, folder):
    put(folder, entry("holds_everywhere", '{"atom": 3}'), entry("fails_in_a_corner", SMALL))
    rows = trial("fails_in_a_corner").run()
    assert rows[0].origin == "corpus"
    assert {row.verdict for row in rows} == {"SUPPORTED"}


def test_a_full_ledger_is_said(trial, folder):
    put(folder, entry("holds_everywhere", SMALL))
    on = trial("holds_everywhere", budget=replace(budget("quick"), procedure=Procedure(slots=1)))
    on.executor.store.enter("one", "another", 1)
    assert "slots" in on.run()[0].reason


@pytest.fixture
def proposed(trial, folder):
    """A run's folder with what two searches have proposed."""
    run = folder.parent / "reports"
    searches, rows = [], []
    for name in ("fails_in_a_corner", "holds_everywhere"):
        told = []
        rows += Counted(trial(name), 1e6, told.append, most=6).run()
        searches.append(told[-1])
    found = evidence_record(rows, started="2026-01-02T03:04:05+00:00", version="1")
    corpus.propose(structs.replace(found, searches=tuple(searches)), run)
    return run, {search.check: search for search in searches}


def test_a_run_proposes_and_touches_no_source(proposed, folder):
    run, searches = proposed
    assert not (folder / "corpus").exists()
    for name, one in corpus.offers(run):
        search = searches[name.split("::")[1]]
        assert dumps(one["problem"], separators=(",", ":")) == search.simplest.json
        found = one["found"]
        assert (found["date"], found["tried"]) == ("2026-01-02", search.tried)
        assert (found["score"], found["ruled"]["verdict"]) == (
            search.simplest.score,
            "SUPPORTED",
        )


def test_what_is_named_is_kept_and_tried_by_the_next_run(proposed, trial, folder, capsys):
    run, searches = proposed
    words = ["search", "keep", "corners::holds_everywhere", "--run", str(run), "--in", str(folder)]
    assert main(words) == 0
    assert capsys.readouterr().out.endswith("corners.json: holds_everywhere added\n")
    assert main(words) == 0
    told = capsys.readouterr().out
    assert told.endswith("corners.json: holds_everywhere has this problem already\n")
    row = trial("holds_everywhere").run()[0]
    wanted = searches["holds_everywhere"].simplest.json
    assert (row.origin, row.problem.json) == ("corpus", wanted)
    assert len(corpus.read_corpus(folder / "corpus" / "corners.json", "corners")) == 1


def test_proposals_are_shown_the_nearest_first(proposed, capsys):
    assert main(["search", "show", "--run", str(proposed[0])]) == 0
    lines = capsys.readouterr().out.splitlines()
    scores = [float(line.split()[0]) for line in lines]
    assert len(lines) == 2 and scores == sorted(scores, reverse=True)
    assert "SUPPORTED" in lines[0] and '"activations"' in lines[0]


def test_a_name_that_was_not_proposed_is_refused(proposed, folder, capsys):
    run, _ = proposed
    words = ["--run", str(run), "--in", str(folder)]
    assert main(["search", "keep", "corners::hold", *words]) == 2
    assert "did you mean 'corners::holds_everywhere'" in capsys.readouterr().err
    assert not (folder / "corpus").exists()


def test_without_a_search_nothing_is_proposed(tmp_path, capsys):
    assert main(["search", "show", "--run", str(tmp_path)]) == 2
    assert "run pytest properties --mf-search MINUTES first" in capsys.readouterr().err
    with pytest.raises(Unavailable):
        corpus.offers(tmp_path)


def test_what_was_kept_stays_when_more_is_kept(proposed, folder):
    """An entry of the same check, and those of others, in the order in which they came."""
    path = folder / "corpus" / "corners.json"
    put(folder, entry("holds_everywhere", BIG, mine="a remark"), entry("fails_in_a_corner", BIG))
    before = corpus.read_corpus(path)
    corpus.keep_proposals(proposed[0], ["corners::holds_everywhere"], folder)
    after = corpus.read_corpus(path)
    assert after[:2] == before and after[2]["check"] == "holds_everywhere" and len(after) == 3


@pytest.mark.parametrize("kind", ["spaced", "with a part of its own", "link"])
def test_a_corpus_that_would_lose_something_is_left_and_the_entry_shown(
    proposed, folder, tmp_path, kind
):
    path = folder / "corpus" / "corners.json"
    put(folder, entry("holds_everywhere", BIG))
    if kind == "spaced":
        path.write_text(dumps(loads(path.read_text()), indent=4))
    elif kind == "link":
        path.rename(tmp_path / "mine.json")
        path.symlink_to(tmp_path / "mine.json")
    else:
        path.write_text(dumps(loads(path.read_text()) | {"remark": "mine"}, indent=1) + "\n")
    before = path.read_bytes()
    with pytest.raises(NotOwned, match="add the entry by hand") as told:
        corpus.keep_proposals(proposed[0], ["corners::holds_everywhere"], folder)
    assert dumps(dict(corpus.offers(proposed[0]))["corners::holds_everywhere"]) in str(told.value)
    assert path.read_bytes() == before and path.is_symlink() == (kind == "link")


def test_a_broken_corpus_is_not_written_over(proposed, folder):
    path = folder / "corpus" / "corners.json"
    path.parent.mkdir()
    path.write_text("{")
    with pytest.raises(InvalidArgument):
        corpus.keep_proposals(proposed[0], ["corners::holds_everywhere"], folder)
    assert path.read_text() == "{"


def test_a_row_of_the_corpus_is_replayed_to_the_bit(pytester_run, capsys):
    folder, found = pytester_run
    row = next(row for row in found.rows if row.origin == "corpus")
    assert main(["replay", row.id, "--run", str(folder)]) == 0
    assert "same to the bit" in capsys.readouterr().out


@pytest.fixture
def pytester_run(folder, trial, monkeypatch):
    """A run of one check with a corpus, as a folder with its evidence."""
    put(folder, entry("holds_everywhere", SMALL))
    check = {"name": "holds_everywhere", "nodeid": "properties/corners.py::holds_everywhere"}
    check = check_record(**check)
    claim = claim_record(name="corners", file="properties/corners.py", checks=[check])
    found = evidence_record(trial("holds_everywhere").run(), [claim], id="one")
    monkeypatch.chdir(folder.parent)
    evidence.write_evidence(found, folder)
    return folder, found
