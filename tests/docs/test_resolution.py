"""docs/resolution.md tells of every check that is judged, and of nothing else."""

import re
from pathlib import Path

import mfcheck
from mfcheck.run.replay import claims_in

ROOT = Path(mfcheck.__file__).parents[1]


def test_every_judged_check_has_its_line():
    text = (ROOT / "docs" / "resolution.md").read_text("utf-8")
    lines = re.findall(r"^\| `(\w+)` \| `(\w+)` \| \d+ \| \S.* \|$", text, re.M)
    judged = [
        (claim.name, check.name)
        for claim, checks in claims_in(ROOT / "properties")
        for check in checks
        if check.expect is not None and check.control_of is None
    ]
    assert len(judged) > 100 and sorted(lines) == sorted(judged)


def test_no_check_would_have_let_everything_pass():
    """Of each line at least one family is excluded."""
    text = (ROOT / "docs" / "resolution.md").read_text("utf-8")
    told = re.findall(r"^\| `\w+` \| `\w+` \| \d+ \| (.*) \|$", text, re.M)
    assert told and all(not all(p.startswith("not even") for p in t.split("; ")) for t in told)
