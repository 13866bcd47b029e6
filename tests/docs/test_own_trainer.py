"""The code of docs/own-trainer.md: it runs as it stands, and trains networks as the engine does."""

from dataclasses import replace
from pathlib import Path
from re import DOTALL, findall

import pytest

import mfcheck as mf
from mfcheck.trainers import ABILITIES, named_trainer

PAGE = Path(__file__).parents[2] / "docs" / "own-trainer.md"
TEXT = PAGE.read_text("utf-8")
BLOCKS = findall(r"```python\n(.*?)```", TEXT, DOTALL)


def written(folder, block):
    """A file of its own for one of the page's blocks."""
    file = folder / "train_as_the_page_says.py"
    file.write_text(BLOCKS[block], "utf-8")
    return file.name


@pytest.mark.parametrize(
    ("block", "name", "phis"),
    [
        (0, "sgd", ("tanh", "tanh", "tanh", "identity")),
        (0, "sgd", ("tanh", "identity")),
        (1, "two_layers", ("tanh", "identity")),
    ],
)
def test_a_trainer_of_the_page_moves_networks_as_the_engine_does(tmp_path, block, name, phis):
    trainer = named_trainer(f"{written(tmp_path, block)}:{name}", tmp_path).trainer
    problem = mf.FiniteSpec(phis, bias=0.0, weighted=True, T=1.0).problem()
    problem = problem.trained_by(xi_b=dict.fromkeys(range(2, len(phis) + 1), 0.0))
    state, _ = problem.sample(6, 2)
    theirs = replace(problem, trainer=trainer).gd(state)
    assert float(mf.distance(problem.gd(state), theirs).max()) < 1e-12


def test_what_it_lacks_it_says(tmp_path):
    for block, name in ((0, "sgd"), (1, "two_layers")):
        trainer = named_trainer(f"{written(tmp_path, block)}:{name}", tmp_path).trainer
        problem = mf.FiniteSpec(("sigmoid", "identity"), bias=0.0, T=1.0).problem()
        frozen = replace(problem.trained_by(xi_b={2: 0.0}), trainer=trainer)
        with pytest.raises(mf.NotApplicable, match="tanh"):
            frozen.gd(frozen.sample(4)[0])


def test_the_page_names_every_ability():
    assert all(f"`{ability}`" in TEXT for ability in ABILITIES)
