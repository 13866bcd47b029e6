"""Adopting a run's folder that was written before there were manifests.

Such a folder lists nothing, so no run replaces anything in it. Whoever knows that mfcheck wrote it
says so once; what is adopted are the names that its evidence accounts for, and nothing else.
"""

from pathlib import Path

from mfcheck import evidence
from mfcheck.files import RunFolder
from mfcheck.files.layout import EVIDENCE, HISTORY, PAGE
from mfcheck.report.plots.export import names
from mfcheck.run.corpus import proposal


def adopt(folder: Path) -> list[str]:
    """List the files of an earlier version's run as mfcheck's own; returns a line for each.

    Raises Unavailable or InvalidArgument for a folder without the evidence of a run.
    """
    found = evidence.read_evidence(folder)
    figures = [name for row in found.rows if row.figure for name in names(row)]
    proposed = [proposal(search.claim) for search in found.searches]
    own = [PAGE, EVIDENCE, HISTORY, *dict.fromkeys(figures), *dict.fromkeys(proposed)]
    return [f"{folder / name}: mfcheck's own from now on" for name in RunFolder(folder).adopt(own)]
