"""What is not mfcheck's stays as it is: a run that would need its name is refused beforehand."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from mfcheck.cli import main
from mfcheck.files import MANIFEST
from tests.pytest_plugin.files import HEAD
from tests.pytest_plugin.test_interrupt import SLOW
from tests.pytest_plugin.test_search import CORNER

pytest_plugins = ["pytester"]

DRAWN = """
from mfcheck.claims.study import Figure, Series


@claim.check(over=SOME, expect=mf.AtMost(0))
def pictured(problem):
    def picture(seeds):
        return Figure("title", "x", "y", (Series("N", [0.0, 1.0], [1.0, 0.5]),))

    flat = lambda N, seeds: [1.0 + 0.01 * k for k in range(len(seeds.replicates))]
    return mf.growth(flat, along=(1, 2, 4), figure=picture)
"""


def contents(folder):
    """{name: bytes} of all that lies in a folder, links as what they name."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"-> {os.readlink(path)}"
        elif path.is_file():
            found[name] = path.read_bytes()
    return found


def put(folder, name, text="precious"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def foreign(folder, kind):
    """Something of the user's in the folder of the report; the file that a refusal must name."""
    if kind == "linked figures":
        for name in ("a.svg", "b.pdf", "c.txt"):
            put(folder.parent / "paper", name)
        folder.mkdir(parents=True)
        (folder / "figures").symlink_to(folder.parent / "paper")
        return folder / "figures"
    if kind == "linked page":
        folder.mkdir(parents=True)
        (folder / "index.html").symlink_to(put(folder.parent, "site.html"))
        return folder / "index.html"
    return put(folder, kind)


KINDS = (
    "index.html",
    "evidence.json",
    "history.jsonl",
    "cells.sqlite",
    "cells.sqlite-wal",
    "mfcheck-manifest.json",
    "figures/plot.svg",
    "figures/plot.pdf",
    "figures/words.txt",
    "linked figures",
    "linked page",
)


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "two"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_run_refuses_the_folder_before_anything_is_measured(pytester, claims, kind, workers):
    claims("toy", more=DRAWN)
    named = foreign(pytester.path / "site", kind)
    before = contents(pytester.path)
    result = pytester.runpytest("properties", "--mf-report", "site", *workers)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = [line for line in result.errlines if str(named) in line]
    assert "left as it is" in line and "move it away" in line
    text = result.stdout.str() + result.stderr.str()
    assert "Traceback" not in text and "INTERNALERROR" not in text and "SUPPORTED" not in text
    after = contents(pytester.path)
    assert {name: after[name] for name in before} == before
    new = {name for name in after if name.startswith("site/")} - before.keys()
    assert not new


def test_claims_given_by_their_files_are_refused_too(pytester, claims):
    path = claims("toy")
    put(pytester.path / "site", "index.html")
    result = pytester.runpytest(f"{path}::holds", "--mf-report", "site")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert [p.name for p in (pytester.path / "site").iterdir()] == ["index.html"]


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "two"])
def test_claims_found_below_another_folder_are_refused_too(pytester, claims, workers):
    """No argument says that there are claims: they are collected before the folder is looked at."""
    claims("toy")
    put(pytester.path / "site", "index.html")
    result = pytester.runpytest(".", "--mf-report", "site", *workers)
    text = result.stdout.str() + result.stderr.str()
    assert "site/index.html is not mfcheck's and is left as it is" in text
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "SUPPORTED" not in text and "INTERNALERROR" not in text and "Traceback" not in text
    assert [p.name for p in (pytester.path / "site").iterdir()] == ["index.html"]


@pytest.mark.parametrize("kind", ["index.html", "figures/plot.svg", "linked figures"])
def test_a_report_is_refused_too(pytester, claims, kind, capsys):
    claims("toy", more=DRAWN)
    pytester.runpytest("properties")
    shared = pytester.path / "shared"
    named = foreign(shared, kind)
    shutil.copy(pytester.path / "reports/latest/evidence.json", shared)
    before = contents(pytester.path)
    assert main(["report", str(shared)]) == 2
    told = capsys.readouterr().err
    assert str(named) in told and "left as it is" in told and told.count("\n") == 1
    assert contents(pytester.path) == before


def test_a_search_into_the_folder_of_claims_keeps_the_corpus(pytester, claims):
    claims("toy", more=CORNER)
    put(pytester.path, "properties/corpus/toy.json", '{"claim": "toy", "problems": []}')
    put(pytester.path, "properties/corpus/other.json", '{"claim": "other", "problems": []}')
    before = contents(pytester.path)
    words = ("--mf-search", "0.03", "--mf-report", "properties")
    result = pytester.runpytest("properties", *words)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "corpus/other.json is not mfcheck's and is left as it is" in result.stderr.str()
    after = contents(pytester.path)
    assert {name: after[name] for name in before} == before


def test_a_claim_whose_name_is_a_path_stays_in_the_folder(pytester, claims, evidence):
    name = "../../escaped/owned"
    claims("toy", text=HEAD.replace("NAME", name) + DRAWN + CORNER)
    pytester.runpytest("properties", "-k", "pictured").assert_outcomes(passed=1)
    pytester.runpytest("properties", "--mf-search", "0.03")
    assert evidence()["claims"][0]["name"] == name
    made = set(contents(pytester.path))
    assert any(n.startswith("reports/latest/figures/escaped-owned-") for n in made)
    assert any(n.startswith("reports/search/corpus/escaped-owned-") for n in made)
    assert not any("escaped/" in n for n in made)
    assert main(["search", "keep", f"{name}::residual"]) == 0
    kept = [n for n in contents(pytester.path) if n.startswith("properties/corpus/")]
    assert len(kept) == 1 and kept[0].startswith("properties/corpus/escaped-owned-")
    around = (pytester.path, *list(pytester.path.parents)[:2])
    assert not any((folder / "escaped").exists() for folder in around)
    result = pytester.runpytest("properties", "-k", "residual")
    assert "toy" in result.stdout.str()
    assert "corpus" in {row["origin"] for row in evidence()["rows"]}


def test_a_run_into_its_own_folder_replaces_what_it_wrote(pytester, claims, evidence):
    claims("toy", more=DRAWN)
    pytester.runpytest("properties").assert_outcomes(passed=3)
    folder = pytester.path / "reports" / "latest"
    assert (folder / "figures" / "toy-pictured.svg").exists()
    put(folder, "notes.txt")
    claims("toy")  # without a picture
    pytester.runpytest("properties").assert_outcomes(passed=2)
    assert len(evidence()["rows"]) == 4
    assert not list((folder / "figures").iterdir())
    assert (folder / "notes.txt").read_text() == "precious"


def test_a_page_that_was_edited_is_kept(pytester, claims):
    claims("toy")
    pytester.runpytest("properties")
    page = pytester.path / "reports" / "latest" / "index.html"
    page.write_text(page.read_text() + "<!-- my remark -->")
    before = page.read_bytes()
    result = pytester.runpytest("properties")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "was changed since mfcheck wrote it" in result.stderr.str()
    assert page.read_bytes() == before


def test_a_run_into_the_reports_of_an_earlier_version(pytester, claims, evidence, capsys):
    """Such a folder has no manifest: it is refused, until whoever knows says that it is a run's."""
    claims("toy", more=DRAWN)
    pytester.runpytest("properties")
    folder = pytester.path / "reports" / "latest"
    (folder / MANIFEST).unlink()
    put(folder, "notes.txt")
    before = contents(folder)
    result = pytester.runpytest("properties")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = [line for line in result.errlines if "mfcheck adopt" in line]
    assert f"mfcheck adopt {folder}" in line
    assert contents(folder) == before
    capsys.readouterr()
    assert main(["adopt", str(folder)]) == 0
    told = capsys.readouterr().out.splitlines()
    names = [line.split(":")[0].removeprefix(f"{folder}/") for line in told]
    assert names == [
        "index.html",
        "evidence.json",
        "history.jsonl",
        "figures/toy-pictured.svg",
        "figures/toy-pictured.pdf",
    ]
    pytester.runpytest("properties").assert_outcomes(passed=3)
    assert len(evidence()["rows"]) == 6
    assert len((folder / "history.jsonl").read_text().splitlines()) == 2
    assert (folder / "notes.txt").read_text() == "precious"


@pytest.mark.parametrize("text", [None, "", "{", "{}", "[]", '{"rows": [7]}'])
def test_a_folder_that_no_run_wrote_is_not_adopted(tmp_path, text, capsys):
    put(tmp_path, "index.html")
    if text is not None:
        put(tmp_path, "evidence.json", text)
    before = contents(tmp_path)
    assert main(["adopt", str(tmp_path)]) == 2
    assert "no run of mfcheck" in capsys.readouterr().err
    assert contents(tmp_path) == before


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_run_killed_into_the_same_folder(pytester, claims, evidence):
    claims("toy", more=SLOW + DRAWN.replace("def pictured", "def apictured"))
    words = [sys.executable, "-m", "pytest", "properties", "-p", "no:cacheprovider"]
    run = subprocess.Popen(words, cwd=pytester.path, stdout=subprocess.DEVNULL)
    end = time.monotonic() + 120
    while not (pytester.path / "asleep").exists() and time.monotonic() < end:
        time.sleep(0.05)
    run.send_signal(signal.SIGKILL)
    run.wait()
    folder = pytester.path / "reports" / "latest"
    assert (folder / "cells.sqlite").exists() and not (folder / "evidence.json").exists()
    pytester.runpytest("properties", "-k", "not slow").assert_outcomes(passed=4, deselected=1)
    evidence()
    left = [
        name for name in contents(folder) if "draft" in name or name.startswith("cells.sqlite.")
    ]
    assert not left


AT_THE_END = """
import os

import mfcheck.files.place as place

moment, real, seen = int(os.environ["MOMENT"]), os.replace, []


def killed(*args):
    seen.append(1)
    if len(seen) == moment:
        os.kill(os.getpid(), 9)
    return real(*args)


place.os.replace = killed
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("moment", [1, 2, 3, 5, 8, 11])
def test_a_run_killed_while_it_writes_its_report(pytester, claims, evidence, moment):
    """Once into a new folder, once into one that has a report: the next run goes on."""
    claims("toy", more=DRAWN)
    put(pytester.path, "conftest.py", AT_THE_END)
    words = [sys.executable, "-m", "pytest", "properties", "-q"]
    for _ in range(2):
        done = subprocess.run(
            words,
            cwd=pytester.path,
            env={**os.environ, "MOMENT": str(moment)},
            capture_output=True,
            check=False,
        )
        assert done.returncode == -signal.SIGKILL
    (pytester.path / "conftest.py").unlink()
    pytester.runpytest("properties").assert_outcomes(passed=3)
    assert len(evidence()["rows"]) == 6
    folder = pytester.path / "reports" / "latest"
    listed = json.loads((folder / MANIFEST).read_text())["files"]
    there = {n for n in contents(folder) if not n.startswith("cells.sqlite")} - {MANIFEST}
    assert set(listed) == there
