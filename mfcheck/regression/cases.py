"""The problems of the regression guard, in the order in which a simulator is built."""

from collections.abc import Sequence

from mfcheck.errors import invalid
from mfcheck.regression.case import Case
from mfcheck.regression.limits import LIMITS
from mfcheck.regression.networks import NETWORKS
from mfcheck.regression.other_models import OTHER_MODELS

CASES: tuple[Case, ...] = (*NETWORKS, *LIMITS, *OTHER_MODELS)


def chosen(names: Sequence[str] = ()) -> tuple[Case, ...]:
    """The cases whose names begin with one of `names`; all of them without any."""
    for name in names:
        if not any(case.name.startswith(name) for case in CASES):
            known = ", ".join(case.name for case in CASES)
            raise invalid("name", name, "no problem begins so", f"choose among {known}")
    return tuple(case for case in CASES if not names or case.name.startswith(tuple(names)))
