"""What a run's folder holds: names only, so that the command line can look before it loads more."""

PAGE = "index.html"
EVIDENCE = "evidence.json"
HISTORY = "history.jsonl"
STORE = "cells.sqlite"
"""Not in the manifest: it grows with every cell, and is known by its tables."""

FIGURES = "figures"
FORMS = ("svg", "pdf", "txt")
"""Of a figure that was drawn, and of the words on one that could not be."""

CORPUS = "corpus"
"""Of a run: what a search proposes. Beside property files: what is kept."""


def of_a_report() -> tuple[str, ...]:
    """What a report writes; a pattern stands for every name in its folder that it fits."""
    return PAGE, *(f"{FIGURES}/*.{form}" for form in FORMS)


def of_a_run(*, search: bool) -> tuple[str, ...]:
    """What a run writes beside its store; only a search proposes problems."""
    own = (*of_a_report(), EVIDENCE, HISTORY)
    return (*own, f"{CORPUS}/*.json") if search else own
