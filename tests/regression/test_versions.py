"""Two versions side by side: commits and folders, with mutants planted in the later ones."""

import shutil
import subprocess

import pytest

from mfcheck import cli
from mfcheck.regression import versions
from tools.mutation.mutant import Mutant
from tools.mutation.mutate import ROOT, plant

STEP = "add_product_(s.W[i], h * v.c[i], rows, v.cols[i])"

DRIFT = Mutant(
    "second_rate_drifts",
    "dynamics/velocity.py",
    STEP,
    "add_product_(s.W[i], h * v.c[i] * (1.005 if i == 2 else 1), rows, v.cols[i])",
    "Layer 2 learns half a percent too fast.",
)

SUMS = Mutant(
    "sums_from_behind",
    "dynamics/products.py",
    "    if (product := _special(v, w)) is not None:",
    "    v, w = v.flip(-1), w.flip(-2)\n    if (product := _special(v, w)) is not None:",
    "Nothing: the same sums from the last neuron to the first.",
)

DRAWS = Mutant(
    "other_samples",
    "dynamics/sgd.py",
    'seeds.uniforms("stream", batch, steps * batch)',
    'seeds.uniforms("samples", batch, steps * batch)',
    "Nothing that any theorem sees: SGD draws other samples.",
)


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """A repository with a commit for each change, tagged by name: none, sums, drift, draws."""
    folder = tmp_path_factory.mktemp("repository")
    sound = folder / "mfcheck"

    def git(*words):
        who = ["-c", "user.name=a", "-c", "user.email=a@b"]
        subprocess.run(["git", "-C", folder, *who, *words], check=True, capture_output=True)

    git("init", "-q")
    for name, mutant in (("none", None), ("sums", SUMS), ("drift", DRIFT), ("draws", DRAWS)):
        shutil.rmtree(sound, ignore_errors=True)
        shutil.copytree(
            ROOT / "mfcheck", sound, ignore=shutil.ignore_patterns("__pycache__", "regression")
        )
        if mutant:
            plant(mutant, folder)
        git("add", "-A")
        git("commit", "-q", "-m", f"Plant {name}")
        git("tag", name)
    return folder


@pytest.fixture
def here(repository, monkeypatch):
    monkeypatch.setattr(versions, "HERE", repository)
    return repository


def compare(capsys, *words, only=("descent_3_layers_huber", "samples_of_one")):
    """The exit code and the words of `mfcheck guard compare`."""
    names = [word for name in only for word in ("--only", name)]
    code = cli.main(["guard", "compare", *words, *names])
    said = capsys.readouterr()
    return code, said.out + said.err


def test_commits_without_this_guard_are_compared_and_a_drift_is_named(here, capsys):
    code, said = compare(capsys, "none", "drift")
    assert code == 1
    assert "(Plant none)" in said and "(Plant drift)" in said
    assert said.count("PARTS at t = 0.2 in w_2 (weights of layer 2)") == 2
    assert "2 problems: 0 the same (0 to the bit), 2 part." in said
    assert "Draws: identical to the bit in all 2 problems." in said


def test_sums_in_another_order_pass(here, capsys):
    code, said = compare(capsys, "none", "sums")
    assert code == 0
    assert "2 problems: 2 the same (0 to the bit)." in said
    assert "Draws: identical to the bit" in said


def test_other_draws_are_named_and_fail(here, capsys):
    """The last commit's folder is the checkout of this repository."""
    code, said = compare(capsys, "none", str(here), only=["samples_of_one", "tracers"])
    assert code == 1 and f"new: the checkout {here}" in said
    assert "samples_of_one  DRAWS DIFFER: samples; PARTS at t = 0.2" in said
    assert "tracers         same, to the bit" in said
    assert "Draws: not identical in samples_of_one." in said


def test_a_version_is_a_folder_or_a_commit(here, tmp_path, capsys):
    code, said = compare(capsys, "no-such-commit")
    assert code == 2 and "version = 'no-such-commit': is neither a folder nor a commit" in said
    code, said = compare(capsys, str(tmp_path))
    assert code == 2 and "holds no package mfcheck; name the folder above mfcheck/" in said


def test_a_version_that_cannot_be_imported_says_why(here, tmp_path, capsys):
    (tmp_path / "mfcheck").mkdir()
    (tmp_path / "mfcheck" / "__init__.py").write_text("import no_such_module\n")
    code, said = compare(capsys, str(tmp_path))
    assert code == 2 and "cannot run the problems: ModuleNotFoundError: No module named" in said


def test_without_git_folders_are_asked_for(monkeypatch, capsys):
    def missing(*words, **options):
        raise FileNotFoundError("git")

    monkeypatch.setattr(subprocess, "run", missing)
    code, said = compare(capsys, "HEAD")
    assert code == 2 and "name the folders of checkouts" in said


def test_the_command_checks_and_saves(tmp_path, capsys, monkeypatch):
    assert cli.main(["guard", "check", "--only", "raw_draws", "--only", "laws"]) == 0
    assert "2 problems: 2 the same" in capsys.readouterr().out
    assert cli.main(["guard", "check", str(tmp_path / "none.json")]) == 2
    assert "no golden file at" in capsys.readouterr().err
    monkeypatch.setattr("mfcheck.data.synthetic.HEIGHT", 1.5 * 1.005)
    assert cli.main(["guard", "check", "--only", "laws"]) == 1
    assert "PARTS at t = 0 in y of teacher" in capsys.readouterr().out
