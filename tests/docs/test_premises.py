"""docs/premises.md is what the catalogue says."""

from pathlib import Path

import mfcheck
from tests.premise_table import asked, page

PAGE = Path(mfcheck.__file__).parents[1] / "docs" / "premises.md"


def test_the_page_is_of_the_catalogue():
    again = "python -m tests.premise_table > docs/premises.md"
    assert PAGE.read_text("utf-8") == page(), again


def test_every_premise_has_one_row():
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    assert len(rows) == len(asked()) + 3 and len(set(rows)) == len(rows)
