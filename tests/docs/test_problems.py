"""The examples of docs/problems.md are problems, and each is of the kind that the page says."""

import re
from pathlib import Path

import pytest

import mfcheck as mf
from mfcheck.problems.reading import spec_in, spec_of

TEXT = (Path(__file__).parents[2] / "docs" / "problems.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(json|python)\n(.*?)^```$", TEXT, re.M | re.S)
KINDS = (mf.FiniteSpec, mf.IIDSpec, mf.FiniteSpec, mf.FiniteSpec, mf.IIDSpec)


@pytest.mark.parametrize(("block", "kind"), list(zip(BLOCKS, KINDS, strict=True)))
def test_an_example_is_a_problem_of_its_kind(tmp_path, block, kind):
    language, text = block
    (tmp_path / "mine.csv").write_text("a,b,y\n1,0.5,1\n1,-1,0\n1,2,0.5\n")
    if language == "json":
        spec = spec_of(text)
    else:
        (tmp_path / "mine.py").write_text(text)
        spec = spec_in(tmp_path / "mine.py")
    other = mf.IIDSpec if kind is mf.FiniteSpec else mf.FiniteSpec
    assert spec.of_kind(kind) and not spec.of_kind(other)
    problem = spec.problem()
    assert problem.gd(problem.sample(3)[0]).loss.isfinite().all()
