"""The run as a whole: when, where, by which procedure, and what went wrong beside it."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from mfcheck.claims.budget import BudgetName
from mfcheck.evidence.record import Count, Record, Size

Rate = Annotated[float, Meta(gt=0, le=1)]
Several = Annotated[int, Meta(ge=1)]
Replicates = Annotated[int, Meta(ge=1, description="Replicates.")]


class MachineRecord(Record, frozen=True, kw_only=True):
    """Where the run took place."""

    python: Annotated[str, Meta(description="Version of Python.")]
    torch: Annotated[str, Meta(description="Version of torch.")]
    numpy: Annotated[str, Meta(description="Version of numpy.")]
    platform: Annotated[str, Meta(description="Operating system and architecture.")]
    cpu: Annotated[str, Meta(description="Name of the processor.")]
    cores: Annotated[Several, Meta(description="Number of cores that the run could use.")]
    device: Annotated[str, Meta(description="Device of the simulations: cpu, cuda:0.")]


class RunRecord(Record, frozen=True, kw_only=True):
    """The run as a whole."""

    id: Annotated[
        str,
        Meta(
            description="Name of the run: its start as 2026-11-22T02-30-00; also the name of its "
            "folder."
        ),
    ]
    seed: Annotated[Count, Meta(description="The one seed from which every draw follows.")]
    budget: Annotated[
        BudgetName,
        Meta(description="Name of the budget, which sets the margin and the number of problems."),
    ]
    margin: Annotated[float, Meta(gt=0, description="The margin m of the budget on an exponent.")]
    command: Annotated[str, Meta(description="The command line that started the run, as typed.")]
    started: Annotated[str, Meta(description="Start, ISO 8601 with time zone.")]
    finished: Annotated[
        str | None,
        Meta(description="End, ISO 8601 with time zone; null if the run never ended."),
    ]
    interrupted: Annotated[
        bool, Meta(description="True if the run was stopped before all its checks were done.")
    ]
    wall_seconds: Annotated[Size, Meta(description="Time on the clock.")]
    core_seconds: Annotated[Size, Meta(description="Processor time summed over all processes.")]
    version: Annotated[str, Meta(description="Version of mfcheck.")]
    commit: Annotated[
        str | None, Meta(description="Commit of the working tree; null outside version control.")
    ]
    machine: Annotated[MachineRecord, Meta(description="Where the run took place.")]
    trainer: Annotated[
        str | UnsetType,
        Meta(description="Name and version of who trained the networks; absent: mfcheck itself."),
    ] = UNSET


class ProcedureRecord(Record, frozen=True, kw_only=True):
    """The statistical procedure, fixed before the data."""

    alpha_fail: Annotated[
        Rate, Meta(description="Probability, at most, that one row is wrongly REFUTED.")
    ]
    alpha_pass: Annotated[
        Rate, Meta(description="Probability, at most, that one row is wrongly SUPPORTED.")
    ]
    rounds: Annotated[
        tuple[Replicates, ...],
        Meta(min_length=1, description="Replicates after each round, cumulative."),
    ]
    slots: Annotated[Several, Meta(description="Rows that may spend alpha_fail in one run.")]
    slots_used: Annotated[
        Count, Meta(description="Rows that have spent it. Shrunk problems spend none.")
    ]


class NoteRecord(Record, frozen=True, kw_only=True):
    """Something that went wrong outside the mathematics."""

    where: Annotated[str, Meta(description="File or node id.")]
    text: Annotated[
        str, Meta(description="Full text; its last line is shown at the head of the page.")
    ]
