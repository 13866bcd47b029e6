"""The row of evidence that a run of a check writes on one problem."""

from __future__ import annotations

from hashlib import blake2b
from shlex import quote
from typing import TYPE_CHECKING

import torch

from mfcheck.arrays import ROUNDING
from mfcheck.claims.neighbour import rate_exponent
from mfcheck.claims.study import Study
from mfcheck.evidence.measured import Measured
from mfcheck.evidence.record import json_number
from mfcheck.evidence.row import Origin, Row
from mfcheck.evidence.row_parts import ProblemRecord, StandingRecord
from mfcheck.problems.spec import ProblemSpec

if TYPE_CHECKING:
    from mfcheck.run.check_run import CheckRun


def write_row(
    run: CheckRun, posed: tuple[ProblemSpec, Origin], study: Study | None, measured: Measured
) -> Row:
    """What was found on a problem; study: None where the check could not even describe one."""
    problem, origin = posed
    estimator = study.estimator if study else "growth"
    tolerance = ROUNDING[getattr(torch, run.check.dtype)]
    expect, code = run.check.expect, f"{problem!r}.problem()"
    room = run.check.margin(run.budget, estimator)
    asked = getattr(problem, "source", "") or problem.json()
    replay = f"pytest {quote(run.nodeid)} --mf-problem {quote(asked)}"
    more = f"--mf-seed {run.seed} --mf-budget {run.budget.name} --mf-device {run.device}"
    if run.executor.trainer is not None:
        more += f" --mf-trainer {quote(run.executor.trainer.text)}"
    return Row(
        id=blake2b(
            f"{run.seed} {run.key(problem)}{run.executor.label}".encode(), digest_size=6
        ).hexdigest(),
        claim=run.check.claim.name,
        check=run.check.name,
        control_of=run.check.control_of,
        problem=ProblemRecord(label=problem.label, code=code, json=problem.json()),
        origin=origin,
        estimator=estimator,
        axis=study.axis if study else None,
        points=tuple(map(float, study.points)) if study and estimator == "growth" else (),
        allowed_low=json_number(expect.low) if expect else None,
        allowed_high=json_number(expect.high) if expect else None,
        quantile=study.quantile if study else 0.5,
        margin=tolerance if estimator == "identity" else room,
        above=study.above if study else None,
        rate_exponent=rate_exponent(study) if study and estimator == "growth" else 0.0,
        finer=run.check.finer,
        dtype=run.check.dtype,
        device=run.device,
        replay=f"{replay} {more}",
        assumptions=tuple(StandingRecord(standing=s, why=why) for s, why in measured.statuses),
        **measured.figures(expect, estimator),
    )
