"""What all records of evidence have in common: frozen, closed, and every number finite.

A record is written as its fields in their order, and read into the same record again. Each field
is described where it stands; the JSON schema is made from these descriptions.
"""

from math import isfinite
from typing import Annotated

from msgspec import Meta, Struct

Count = Annotated[int, Meta(ge=0)]
Size = Annotated[float, Meta(ge=0)]
Share = Annotated[float, Meta(gt=0, lt=1)]
Numbers = tuple[float | None, ...]
"""None stands for a number that is not finite."""


class Record(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the evidence: no field is changed, and none is there that is not known."""


def json_number(value: float) -> float | None:
    """A number as JSON may hold it: None for NaN and infinities."""
    return float(value) if isfinite(value) else None
