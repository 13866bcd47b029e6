"""Blueprints: structure and a seed, small as JSON, and the same problem from text and from code."""

from dataclasses import dataclass, fields, replace
from pathlib import Path

import pytest
import torch

import mfcheck as mf
import mfcheck.problems
from mfcheck.engine.properties import PropertyFile
from mfcheck.errors import InvalidArgument
from mfcheck.problems import kinds
from mfcheck.problems.finite import FINITE_DATA, FiniteSpec
from mfcheck.problems.reading import spec_of
from mfcheck.problems.spec import ProblemSpec
from mfcheck.sources import load_source

FULL = FiniteSpec(
    ("sigmoid", "erf", "tanh", "identity"),
    loss="geman_mcclure",
    atoms=9,
    weighted=True,
    centre=1.0,
    spread=0.25,
    bias=0.0,
    data="clusters",
    n=7,
    d=4,
    T=0.6,
    eps=0.2,
    seed=2**32 - 1,
)
DIGITS = FiniteSpec(data="digits", n=5, d=65)
SOME = [FiniteSpec(), FULL, DIGITS]


def test_the_full_one_differs_from_the_default_in_every_field():
    assert all(getattr(FULL, f.name) != f.default for f in fields(FiniteSpec))


@pytest.mark.parametrize("blueprint", SOME)
def test_json_gives_the_blueprint_again(blueprint):
    assert FiniteSpec.from_json(blueprint.json()) == blueprint
    assert "\n" not in blueprint.json()
    assert len(blueprint.json()) < 1000


@pytest.mark.parametrize("blueprint", SOME)
def test_the_repr_is_the_code_that_gives_it_again(blueprint):
    assert eval(repr(blueprint), {"mf": mf}) == blueprint
    assert repr(blueprint.problem()) == f"{blueprint!r}.problem()"


def test_missing_fields_have_their_defaults():
    assert FiniteSpec.from_json('{"atoms": 7}') == FiniteSpec(atoms=7)


def test_equal_blueprints_have_the_same_json():
    """JSON is the name under which draws and cells are found again."""
    assert (
        FiniteSpec(T=1, spread=1, centre=0).json()
        == FiniteSpec(T=1.0, spread=1.0, centre=0.0).json()
    )
    assert FiniteSpec(["tanh", "identity"]) == FiniteSpec(("tanh", "identity"))


@pytest.mark.parametrize("blueprint", SOME)
def test_the_problem_is_what_the_blueprint_says(blueprint):
    problem = blueprint.problem()
    atoms = problem.emb.atoms
    assert problem.L == blueprint.L == len(blueprint.activations)
    assert [phi.name for phi in problem.model.activations] == list(blueprint.activations)
    assert problem.model.loss.name == blueprint.loss
    assert set(atoms.widths.values()) - {1} == {blueprint.atoms}
    assert tuple(problem.data.x.shape) == (blueprint.n, blueprint.d)
    assert (problem.T, problem.eps) == (blueprint.T, blueprint.eps)
    for i in range(2, blueprint.L + 1):
        assert float((atoms.W[i] - blueprint.centre).abs().max()) <= blueprint.spread
        assert float(atoms.b[i].abs().max()) <= blueprint.bias
    uniform = all(bool((p == p[0]).all()) for p in atoms.P.values())
    assert uniform is not blueprint.weighted


@pytest.mark.parametrize("law", FINITE_DATA)
def test_every_law_builds(law):
    d = 65 if law == "digits" else 2
    assert FiniteSpec(data=law, n=6, d=d).problem().data.d == d


def test_the_tables_come_from_the_seed_alone():
    one, again, other = (replace(FULL, seed=s).problem().emb.atoms for s in (1, 1, 2))
    assert all(torch.equal(one.W[i], again.W[i]) for i in one.W)
    assert all(not torch.equal(one.W[i], other.W[i]) for i in one.W)


def test_a_label_tells_the_reader_what_matters():
    label = FULL.label
    for word in ("L=4", "sigmoid erf tanh identity", "geman_mcclure", "9 atoms", "clusters", "n=7"):
        assert word in label
    assert "weighted" in label
    assert "weighted" not in FiniteSpec().label


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"activations": "tanh"}, "one activation per layer"),
        ({"activations": ()}, "L >= 2"),
        ({"activations": None}, "one activation per layer"),
        ({"activations": ("tanh", 3)}, "one activation per layer"),
        ({"activations": ("identity",)}, "L >= 2"),
        ({"activations": ("tnh", "identity")}, "did you mean 'tanh'"),
        ({"loss": "square"}, "did you mean 'squared'"),
        ({"loss": 3}, "names its loss"),
        ({"data": "digit"}, "did you mean 'digits'"),
        ({"data": "digits", "d": 3}, "use d=65"),
        ({"atoms": 0}, "whole number >= 1"),
        ({"atoms": 6.0}, "whole number"),
        ({"n": True}, "whole number"),
        ({"d": 1}, "whole number >= 2"),
        ({"seed": -1}, "whole number >= 0"),
        ({"spread": 0}, "above 0"),
        ({"spread": float("nan")}, "finite"),
        ({"centre": "0"}, "finite number"),
        ({"bias": None}, "finite number"),
        ({"weighted": "no"}, "True or False"),
        ({"T": 0.25, "eps": 0.1}, "multiple of eps"),
    ],
)
def test_what_cannot_be_built_is_refused_when_it_is_written_down(wrong, word):
    with pytest.raises(InvalidArgument, match=word):
        FiniteSpec(**wrong)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[1]", "JSON object"),
        ('{"atom": 3}', "did you mean 'atoms'"),
        ('{"atoms": "many"}', "whole number"),
        ('{"activations": "tanh"}', "one activation per layer"),
    ],
)
def test_text_that_is_no_blueprint_is_refused(text, word):
    with pytest.raises(InvalidArgument, match=word):
        FiniteSpec.from_json(text)


@dataclass(frozen=True, repr=False)
class Rings(ProblemSpec):
    """A kind of one's own, as a property file may declare it."""

    radius: float = 1.0
    init: str = "rings"

    def problem(self):
        return self.radius


def test_a_kind_of_ones_own_is_found_again_by_its_tag():
    rings = Rings(radius=2.0)
    assert rings.home == str(Path(__file__).resolve())
    found = spec_of(rings.json(), [rings.home])
    assert found == rings and found.problem() == 2.0
    assert repr(rings) == rings.label == "Rings(radius=2.0)"


def test_an_unknown_tag_is_refused_and_the_known_ones_are_named():
    with pytest.raises(InvalidArgument, match="'iid', 'partial', 'rings'"):
        spec_of('{"init":"wings"}', [Rings().home])


def test_a_kind_is_known_where_it_is_defined_and_nowhere_else():
    """What another file calls by the same tag is another kind."""
    text = Rings(radius=2.0).json()
    with pytest.raises(InvalidArgument, match="is no kind of problem that is known here"):
        spec_of(text)
    with pytest.raises(InvalidArgument):
        spec_of(text, ["/some/where/else.py"])


def test_two_files_of_one_tag_never_meet(tmp_path):
    files = []
    for k, name in enumerate(("one", "other")):
        file = tmp_path / name / "rings.py"
        file.parent.mkdir()
        file.write_text(KIND.format(k))
        files.append(file)
    one, other = (vars(load_source(file))["Squares"]() for file in files)
    assert one.json() == other.json()
    homes = [str(file.resolve()) for file in files]
    assert spec_of(one.json(), homes[:1]).problem() == 0
    assert spec_of(one.json(), homes[1:]).problem() == 1
    with pytest.raises(InvalidArgument, match=r"rings\.py and rings\.py; rename"):
        spec_of(one.json(), homes)


KIND = """
from dataclasses import dataclass
import mfcheck as mf

@dataclass(frozen=True, repr=False)
class Squares(mf.ProblemSpec):
    side: float = 1.0
    init: str = "squares"

    def problem(self):
        return {}
"""


def test_a_tag_of_mfchecks_own_is_refused():
    with pytest.raises(InvalidArgument, match="is the tag of IIDSpec; choose a tag of its own"):

        class Mine(ProblemSpec):
            init = "iid"


@pytest.mark.parametrize("name", ["Blueprint", "IIDBlueprint", "PartialBlueprint"])
def test_the_former_names_stay_for_one_release(name):
    with pytest.warns(DeprecationWarning, match="is called mf"):
        assert issubclass(getattr(mf, name), ProblemSpec)


def test_a_kind_that_is_added_to_the_folder_needs_no_other_line(tmp_path, monkeypatch):
    """One file in mfcheck/problems: known by its tag, by `mf.`, and in the address of its cells."""
    (tmp_path / "halves.py").write_text(KIND.format(0).replace("squares", "halves_of_a_test"))
    monkeypatch.setattr(mfcheck.problems, "__path__", [*mfcheck.problems.__path__, str(tmp_path)])
    monkeypatch.setattr(kinds, "_KINDS", dict(kinds._KINDS))
    kinds._import_own.cache_clear()
    found = spec_of('{"init":"halves_of_a_test"}')
    assert (found.home, repr(found)) == ("mfcheck", "mf.Squares()")
    assert mf.Squares is type(found)
    (tmp_path / "p.py").write_text("x = 1\n")
    own = PropertyFile.loaded(tmp_path / "p.py")
    assert any(name.endswith("halves.py") for name, _ in own.code(found.file).texts)
    kinds._import_own.cache_clear()
