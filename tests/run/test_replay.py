"""Replay: one row measured again from the evidence alone, the same to the bit or told apart."""

from contextlib import contextmanager
from json import dumps, loads

import pytest
from msgspec import to_builtins

from mfcheck import evidence
from mfcheck.engine.executor import Executor
from mfcheck.errors import InvalidArgument, NotOwned
from mfcheck.pytest_plugin import backend
from mfcheck.run.replay import claims_in, new_claim, replay

FILE = '''"""Random numbers grow as they are told.

They do.
"""

import torch

import mfcheck as mf
from mfcheck.problems.finite import FiniteSpec

claim = mf.Claim("noisy", text=__doc__, source="here", section="A. Toys")
SOME = [FiniteSpec(("tanh", "identity"), atoms=3, n=4, d=2)]


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
    settings = backend.Settings(tmp_path / "run", "one", seed=7)
    where = (module.falls, str(file), "properties/noisy.py::falls")
    executor = backend.open_session(settings, [backend.Collected(*where, module, True)])
    _, (row,) = backend.run_check(settings, executor, where)
    backend.close_session(settings, {}, False)
    return tmp_path / "run", row


@contextmanager
def edited(folder):
    """The evidence as builtins, written as it is left."""
    file = folder / evidence.FILE
    found = loads(file.read_text("utf-8"))
    yield found
    file.write_text(dumps(found), "utf-8")


def change(folder, **fields):
    """Let the evidence say otherwise of its row."""
    with edited(folder) as found:
        found["rows"][0] |= fields


def test_a_row_comes_out_the_same_under_the_seed_of_its_run(run):
    folder, row = run
    same, words = replay(folder, row.id[:6])
    assert same
    assert "same to the bit" in words and "falls" in words and repr(row.estimate) in words


@pytest.mark.parametrize("name", ["estimate", "low", "high"])
def test_one_number_in_the_last_place_is_a_difference(run, name):
    folder, row = run
    change(folder, **{name: getattr(row, name) * (1 + 1e-15)})
    same, words = replay(folder, row.id)
    assert not same
    assert name in words and repr(getattr(row, name)) in words


def test_a_changed_curve_is_a_difference(run):
    folder, row = run
    curves = [[2 * row.curves[0][0], *row.curves[0][1:]], *row.curves[1:]]
    change(folder, curves=curves)
    same, words = replay(folder, row.id)
    assert not same
    assert "curves" in words


def test_another_seed_is_another_row(run):
    folder, row = run
    with edited(folder) as found:
        found["run"]["seed"] = 8
    assert not replay(folder, row.id)[0]


OWNED = "from pathlib import Path\nPath('owned').touch()\n"


@pytest.mark.parametrize(
    ("problem", "why"),
    [(text, "is not JSON") for text in ("evil.py", "/etc/passwd", "corpus/x.json", "")]
    + [(text, r"evidence\.json.*problem\.json") for text in (7, None, [], {})],
)
def test_a_problem_that_is_no_json_is_refused_and_never_opened(run, tmp_path, problem, why):
    folder, row = run
    (tmp_path / "evil.py").write_text(OWNED)
    change(folder, problem=to_builtins(row.problem) | {"json": problem})
    with pytest.raises(InvalidArgument, match=why):
        replay(folder, row.id)
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize(
    "file", ["../evil.py", "elsewhere/evil.py", "evil.py", "/abs/evil.py", "..", "", 7]
)
def test_a_file_that_the_evidence_names_is_never_run(run, tmp_path, file):
    """Only the project's own property files are, whatever path the evidence gives."""
    folder, row = run
    for place in (tmp_path, tmp_path / "elsewhere", folder):
        place.mkdir(exist_ok=True)
        (place / "evil.py").write_text(OWNED)
    with edited(folder) as found:
        found["claims"][0]["file"] = file
        found["claims"][0]["checks"][0]["nodeid"] = f"{file}::falls"
    text = isinstance(file, str)
    why = "name the property file with --in" if text else r"evidence\.json.*claims"
    with pytest.raises(InvalidArgument, match=why):
        replay(folder, row.id)
    assert not (tmp_path / "owned").exists()


def test_the_folder_in_the_evidence_does_not_matter(run):
    """The project in which the command is called is what runs."""
    folder, row = run
    with edited(folder) as found:
        found["claims"][0]["file"] = "../../elsewhere/properties/noisy.py"
    assert replay(folder, row.id)[0]


def test_the_property_file_may_be_named(run, tmp_path):
    folder, row = run
    (tmp_path / "properties" / "noisy.py").rename(tmp_path / "moved.py")
    with pytest.raises(InvalidArgument, match=r"holds no noisy\.py"):
        replay(folder, row.id)
    same, words = replay(folder, row.id, tmp_path / "moved.py")
    assert same and "moved.py: text " in words and "the same text" in words


def test_the_hash_of_the_file_stands_beside_that_of_the_evidence(run, tmp_path):
    folder, row = run
    then = evidence.read_evidence(folder).claims[0].code
    file = tmp_path / "properties" / "noisy.py"
    file.write_text(FILE + "\n# edited\n")
    same, words = replay(folder, row.id)
    assert same and f"ANOTHER TEXT than the evidence's {then}" in words
    with edited(folder) as found:
        del found["claims"][0]["code"]
    assert "does not say which text" in replay(folder, row.id)[1]


@pytest.mark.parametrize("name", ["claim", "SOME", "mf", "__doc__", "none", 7])
def test_what_is_no_check_of_the_claim_is_refused(run, name):
    folder, row = run
    change(folder, check=name)
    why = "states no check" if isinstance(name, str) else r"evidence\.json.*check"
    with pytest.raises(InvalidArgument, match=why):
        replay(folder, row.id)


def test_a_row_of_a_claim_that_is_not_listed_is_refused(run):
    folder, row = run
    with edited(folder) as found:
        found["claims"] = []
    with pytest.raises(InvalidArgument, match="lists no claim noisy"):
        replay(folder, row.id)


def test_an_id_that_names_no_row_is_refused(run):
    with pytest.raises(InvalidArgument, match="0 rows begin so"):
        replay(run[0], "zz")


def test_a_new_claim_is_listed_with_its_checks(tmp_path):
    new_claim("mine", tmp_path)
    ((claim, checks),) = claims_in(tmp_path)
    assert claim.name == "mine"
    assert claim.theorem.startswith("Then its assumptions") and claim.measured.startswith("Say")
    assert [(c.name, c.control_of) for c in checks] == [("rate", None), ("strangers", "rate")]
    before = (tmp_path / "mine.py").read_bytes()
    with pytest.raises(NotOwned, match=r"mine\.py exists and is left as it is"):
        new_claim("mine", tmp_path)
    assert (tmp_path / "mine.py").read_bytes() == before


@pytest.mark.parametrize("name", ["../mine", "a b", "", "class", "a.b", "/tmp/mine"])
def test_a_new_claim_has_a_name_of_python(tmp_path, name):
    with pytest.raises(InvalidArgument, match="is no Python name"):
        new_claim(name, tmp_path / "claims")
    assert not list(tmp_path.iterdir())


def test_a_new_claim_follows_no_link(tmp_path):
    (tmp_path / "claims").mkdir()
    (tmp_path / "claims" / "mine.py").symlink_to(tmp_path / "elsewhere.py")
    with pytest.raises(NotOwned):
        new_claim("mine", tmp_path / "claims")
    assert not (tmp_path / "elsewhere.py").exists()


ASIDE = """

@claim.check(over=SOME, expect=mf.AtMost(0.25))
def elsewhere(problem):
    raise mf.NotApplicable("it speaks of other problems")
"""


def test_a_row_that_does_not_apply_comes_out_so_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "noisy.py"
    file.write_text(FILE + ASIDE, "utf-8")
    module = Executor().module(str(file))
    settings = backend.Settings(tmp_path / "run", "one")
    where = (module.elsewhere, str(file), "noisy.py::elsewhere")
    executor = backend.open_session(settings, [backend.Collected(*where, module, True)])
    _, (row,) = backend.run_check(settings, executor, where)
    backend.close_session(settings, {}, False)
    same, words = replay(tmp_path / "run", row.id, file)
    assert same and "NOT APPLICABLE" in words
