"""Widths as a user may say them."""

from collections.abc import Mapping

from mfcheck.arrays import whole
from mfcheck.errors import invalid


def hidden_widths(L: int, widths: int | Mapping[int, int]) -> dict[int, int]:
    """{i: N_i} for i = 1..L, from one width for all hidden layers or one for each; N_L = 1."""
    hidden = range(1, L)
    given = dict.fromkeys(hidden, widths) if isinstance(widths, int) else dict(widths)
    if sorted(given) not in (list(hidden), [*hidden, L]) or given.get(L, 1) != 1:
        rule = f"one width for each hidden layer 1..{L - 1} (N_{L} = 1)"
        raise invalid("widths", given, rule, f"use e.g. {dict.fromkeys(hidden, 64)}")
    return {i: whole(f"widths[{i}]", given[i]) for i in hidden} | {L: 1}
