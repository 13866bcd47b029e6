"""Problems of one's own: written out as JSON or as a Python file, and the same on the way back."""

from json import dumps, loads

import pytest
import torch

import mfcheck as mf
import mfcheck.problems.explicit
from mfcheck.errors import InvalidArgument
from mfcheck.problems.explicit import ExplicitSpec
from mfcheck.problems.finite import FiniteSpec
from mfcheck.problems.reading import spec_in, spec_of

PROBLEM = FiniteSpec(("tanh", "erf", "identity"), atoms=3, n=4, d=2, weighted=True).problem()
MINE = {
    "activations": ["tanh", "identity"],
    "W": {"1": [[0.5, -1.0], [2.0, 0.25]], "2": [[1.0], [-0.5]]},
    "b": {"2": [0.125]},
    "P": {"1": [0.75, 0.25]},
    "x": [[0.5, 1.0], [-0.5, 1.0]],
    "y": [1.0, -1.0],
    "T": 1.0,
    "eps": 0.25,
    "label": "two neurons",
}
PYTHON = """import mfcheck as mf
problem = mf.Problem(
    mf.Model(("tanh", "identity"), xi={2: 0.5}),
    mf.FiniteEmbedding(mf.Ensemble({1: [[0.5, -1.0]], 2: [[1.0]]})),
    mf.DataLaw([[0.5, 1.0]], [1.0]),
    T=1.0,
)
"""


def same(one, other):
    """Whether two problems have the same tables, laws, model and times, to the bit."""
    atoms, others = one.emb.atoms, other.emb.atoms
    pairs = [
        (getattr(atoms, k)[i], getattr(others, k)[i]) for k in "WbP" for i in getattr(atoms, k)
    ]
    pairs += [(getattr(one.data, k), getattr(other.data, k)) for k in "xyq"]
    plain = (one.model == other.model, (one.T, one.eps) == (other.T, other.eps))
    return all(torch.equal(a, b) for a, b in pairs) and all(plain)


def test_a_problem_written_out_is_the_same_problem():
    written = ExplicitSpec.of(PROBLEM)
    assert same(written.problem(), PROBLEM)
    assert same(spec_of(written.json()).problem(), PROBLEM)


def test_rates_and_a_missing_step_survive():
    model = mf.Model(PROBLEM.model.activations, "huber", xi={1: 0.0, 2: 2.0}, xi_b={3: 0.5})
    problem = mf.Problem(model, PROBLEM.emb, PROBLEM.data, 2.0)
    assert same(spec_of(ExplicitSpec.of(problem).json()).problem(), problem)


def test_one_written_by_hand_is_read():
    problem = spec_of(dumps(MINE)).problem()
    assert problem.emb.atoms.W[1].tolist() == MINE["W"]["1"]
    assert problem.emb.atoms.P[1].tolist() == [0.75, 0.25]
    assert problem.emb.atoms.b[2].tolist() == [0.125]
    assert problem.data.q.tolist() == [0.5, 0.5]
    assert (problem.T, problem.eps, problem.model.loss.name) == (1.0, 0.25, "squared")


def test_spaces_order_and_nulls_change_nothing():
    """The text is the name under which draws and cells are found again."""
    other = dumps({**dict(reversed(MINE.items())), "q": None}, indent=2)
    assert spec_of(other) == spec_of(dumps(MINE))
    assert spec_of(other).json() == spec_of(dumps(MINE)).json()
    assert spec_of(spec_of(other).json()).json() == spec_of(other).json()


def test_the_source_says_where_it_came_from_and_names_nothing():
    assert spec_of(dumps(MINE), source="a.json") == spec_of(dumps(MINE), source="b.json")
    assert hash(spec_of(dumps(MINE), source="a.json")) == hash(spec_of(dumps(MINE)))


def test_the_repr_is_code_that_gives_the_problem_again(tmp_path):
    path = tmp_path / "mine.json"
    path.write_text(dumps(MINE))
    for written in (spec_of(dumps(MINE)), spec_in(path)):
        again = eval(repr(written), {"mfcheck": mfcheck})
        assert again == written
        assert repr(written.problem()) == repr(written)


def test_labels():
    assert spec_of(dumps(MINE)).label == "L=2, 2 points, two neurons"
    unnamed = dumps({k: v for k, v in MINE.items() if k != "label"})
    assert spec_of(unnamed, source="/some/where/mine.json").label == "L=2, 2 points, mine.json"
    assert spec_of(unnamed).label == "L=2, 2 points, written out"


def test_a_file_of_json(tmp_path):
    path = tmp_path / "mine.json"
    path.write_text(dumps(MINE, indent=1))
    found = spec_in(path)
    assert found.source == str(path)
    assert same(found.problem(), spec_of(dumps(MINE)).problem())


def test_a_file_of_a_blueprint(tmp_path):
    (tmp_path / "b.json").write_text('{"atoms": 7}')
    assert spec_in(tmp_path / "b.json") == FiniteSpec(atoms=7)


def test_a_python_file(tmp_path):
    (tmp_path / "mine.py").write_text(PYTHON)
    problem = spec_in(str(tmp_path / "mine.py")).problem()
    assert problem.emb.atoms.W[1].tolist() == [[0.5, -1.0]]
    assert problem.model.xi == {1: 1.0, 2: 0.5}
    assert problem.eps is None


def test_a_python_file_of_a_blueprint(tmp_path):
    (tmp_path / "mine.py").write_text("import mfcheck as mf\nproblem = mf.FiniteSpec(atoms=7)\n")
    assert spec_in(tmp_path / "mine.py") == FiniteSpec(atoms=7)


def without(name):
    return dumps({k: v for k, v in MINE.items() if k != name})


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{", "is not JSON"),
        ("[1, 2]", "JSON object"),
        ('"W"', "JSON object"),
        (dumps({**MINE, "T": float("nan")}), "NaN is no number"),
        (without("x"), "it needs activations, W, x, y, T"),
        (dumps({**MINE, "T": None}), "parts are missing"),
        (dumps({**MINE, "P1": []}), "unknown name"),
    ],
)
def test_text_that_poses_no_problem_is_refused_when_it_is_read(text, word):
    with pytest.raises(InvalidArgument, match=word):
        spec_of(text)


@pytest.mark.parametrize(
    ("part", "value", "word"),
    [
        ("W", [1.0], "keyed by layer"),
        ("W", {"one": [1.0]}, "keyed by layer"),
        ("W", {"1": [[0.5, -1.0]], "2": [[1.0], [2.0]]}, "make the layers chain"),
        ("P", {"1": [0.5, 0.4]}, "sum to 1"),
        ("x", [[0.5], [1.0]], "d"),
        ("activations", ["tanh", "tanj"], "did you mean 'tanh'"),
        ("eps", 0.3, "multiple of eps"),
    ],
)
def test_parts_that_do_not_fit_are_refused_when_the_problem_is_built(part, value, word):
    with pytest.raises(InvalidArgument, match=word):
        spec_of(dumps({**MINE, part: value})).problem()


def test_functions_of_ones_own_cannot_be_written():
    twice = mf.Activation(lambda h: 2 * h, lambda h: 0 * h + 2)
    for model in (
        mf.Model((twice, "tanh", "identity")),
        mf.Model(PROBLEM.model.activations, xi={1: lambda t: t}),
    ):
        problem = mf.Problem(model, PROBLEM.emb, PROBLEM.data, 1.0)
        with pytest.raises(InvalidArgument, match="cannot be written as JSON"):
            ExplicitSpec.of(problem)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("problem = 3\n", "defines no `problem`"),
        ("", "defines no `problem`"),
        ("1 / 0\n", "raised ZeroDivisionError"),
        ("problem = (\n", "raised SyntaxError"),
    ],
)
def test_a_python_file_without_a_problem_is_refused(tmp_path, text, word):
    (tmp_path / "mine.py").write_text(text)
    with pytest.raises(InvalidArgument, match=word):
        spec_in(tmp_path / "mine.py")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InvalidArgument, match="neither JSON nor a file"):
        spec_in(tmp_path / "none.json")


def test_the_text_holds_every_digit():
    x = loads(ExplicitSpec.of(PROBLEM).json())["x"]
    assert torch.equal(torch.tensor(x, dtype=torch.float64), PROBLEM.data.x)
