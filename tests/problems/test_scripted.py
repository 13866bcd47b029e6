"""Problems that a Python file builds: known by its text and its data, and never by a path alone."""

from dataclasses import replace

import pytest

import mfcheck as mf
from mfcheck.problems.explicit import ExplicitSpec
from mfcheck.problems.reading import spec_in, spec_of
from mfcheck.problems.scripted import ScriptSpec

FILE = """import mfcheck as mf

start = mf.FiniteSpec(("tanh", "identity"), atoms=3, n=4, d=2).problem()
twice = mf.Activation(lambda h: h.tanh() * 2, lambda h: 2 - 2 * h.tanh() ** 2)
problem = mf.Problem(mf.Model((twice, "identity")), start.emb, start.data, 1.0, 0.25)
"""


@pytest.fixture
def found(tmp_path):
    """The problem of a file."""
    (tmp_path / "mine.py").write_text(FILE)
    return spec_in(tmp_path / "mine.py")


def test_it_is_the_problem_and_hides_behind_no_json(found, tmp_path):
    assert isinstance(found, ScriptSpec) and found.problem() is found.made
    assert found.label == "L=2, 4 points d=2, mine.py"
    assert found.file == (tmp_path / "mine.py").resolve()
    with pytest.raises(mf.InvalidArgument, match="is not JSON"):
        spec_of(found.json())


def test_another_text_or_other_data_is_another_problem(found, tmp_path):
    assert spec_in(tmp_path / "mine.py") == found
    data = mf.DataLaw(found.made.data.x, found.made.data.y + 1)
    other = ScriptSpec.of(replace(found.made, data=data), found.source)
    assert other != found and other.json() != found.json()
    (tmp_path / "mine.py").write_text(FILE + "# more\n")
    assert spec_in(tmp_path / "mine.py") != found


def test_what_can_be_written_out_is(tmp_path):
    (tmp_path / "mine.py").write_text(FILE.replace("(twice,", '("tanh",'))
    assert isinstance(spec_in(tmp_path / "mine.py"), ExplicitSpec)


def test_a_general_model_stands_for_no_plain_one(found):
    general = mf.GeneralSpec().problem()
    assert not ScriptSpec.of(general, found.source).of_kind(mf.FiniteSpec)
