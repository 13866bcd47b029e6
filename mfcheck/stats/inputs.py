"""Arguments at the door of the statistics: converted once, or refused with the repair."""

from typing import Any

import numpy as np

from mfcheck.errors import invalid

INTEGER_TYPES: tuple[type[Any], ...] = (int, np.integer)
REAL_TYPES: tuple[type[Any], ...] = (*INTEGER_TYPES, float, np.floating)
"""What counts as a number, besides that a bool is none."""


def numbers(name: str, value: Any, dims: int) -> np.ndarray:
    """`value` as a float64 array with `dims` axes and an entry at least; NaN and ±inf may stand."""
    if np.iscomplexobj(value):
        raise invalid(name, value, "must be real", "pass its modulus or its real part")
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise invalid(
            name, value, f"is not an array of real numbers ({error})", "pass floats"
        ) from error
    if array.ndim != dims or array.size == 0:
        rule = f"needs {dims} {'axis' if dims == 1 else 'axes'} and at least one entry"
        raise invalid(f"{name}.shape", array.shape, rule, "reshape it or draw more replicates")
    return array


def number(name: str, value: Any) -> float:
    """`value` as a float on the extended line: ±inf may stand, NaN may not."""
    if isinstance(value, bool) or not isinstance(value, REAL_TYPES):
        raise invalid(name, value, "must be a number", "pass a float")
    if np.isnan(value):
        raise invalid(name, value, "must not be NaN", "pass a number, or an infinite end")
    return float(value)


def margin(name: str, value: Any) -> float:
    """`value` as a finite float of at least zero."""
    width = number(name, value)
    if not 0 <= width < np.inf:
        raise invalid(name, value, "must be finite and at least 0", f"use e.g. {name}=0.15")
    return width


def level(name: str, value: Any) -> float:
    """`value` as an error rate between 0 and 1/2, both excluded."""
    alpha = number(name, value)
    if not 0 < alpha < 0.5:
        raise invalid(name, value, "an error rate lies between 0 and 1/2", f"use e.g. {name}=1e-3")
    return alpha


def inner_share(name: str, value: Any) -> float:
    """`value` as a share of probability between 0 and 1, both excluded."""
    share = number(name, value)
    if not 0 < share < 1:
        raise invalid(name, value, "must lie between 0 and 1", f"use e.g. {name}=0.5")
    return share


def whole_number(name: str, value: Any, least: int) -> int:
    """`value` as an integer of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, INTEGER_TYPES) or value < least:
        raise invalid(name, value, f"must be a whole number >= {least}", f"use e.g. {least}")
    return int(value)
