"""What is kept as JSON text: builtins, and records, which are written as their fields."""

from json import dumps
from typing import Any

from msgspec import UNSET, structs


def json_text(body: Any, **form: Any) -> str:
    """The body as JSON; NaN and infinities are refused. form: indent, separators, ensure_ascii."""
    return dumps(body, allow_nan=False, default=_fields, **form)


def _fields(record: Any) -> dict[str, Any]:
    """The fields of a record that are set."""
    return {name: value for name, value in structs.asdict(record).items() if value is not UNSET}
