"""What the guard found, in words and columns."""

from collections.abc import Sequence
from math import inf

from mfcheck.regression.compare import Outcome, Parting

KINDS = {
    "w": "weights of layer {}",
    "b": "biases of layer {}",
    "H": "forward pre-activations of layer {}",
    "G": "gradient of the weights of layer {}",
    "Gb": "gradient of the biases of layer {}",
    "shift": "translation of layer {}",
    "y_hat": "output",
    "a": "output weights",
    "h": "hidden functions",
    "f": "output",
    "K": "tangent kernel",
    "k_0": "kernel of the features",
}


def difference_table(found: Sequence[Outcome]) -> str:
    """One line per problem, and a line that counts them."""
    wide = max(len(outcome.name) for outcome in found)
    lines = [f"{outcome.name:{wide}}  {verdict(outcome)}" for outcome in found]
    return "\n".join([*lines, summary(found)])


def verdict(outcome: Outcome) -> str:
    """One problem's line."""
    if outcome.missing:
        return f"{'not compared' if outcome.excused else 'FAILS'}: {outcome.missing}"
    parts = []
    if outcome.redrawn:
        parts.append(f"DRAWS DIFFER: {', '.join(outcome.redrawn)}")
    if outcome.parting:
        parts.append(f"PARTS {parting(outcome.parting)}")
    if parts:
        return "; ".join(parts)
    exact = "to the bit" if outcome.bits else f"within {outcome.worst:.2g} of the tolerance"
    return f"same, {exact}"


def parting(p: Parting) -> str:
    """When, where and by how much; what parted with it."""
    first = p.first
    far = f"off by {first.gap:.2g}" if first.gap < inf else "not finite, or not there"
    said = f" ({kind(first.name)})" if kind(first.name) != first.name else ""
    line = f"at t = {p.t:g} in {first.name}{said}: {far}, tolerance {first.tolerance:.2g}"
    if not p.others:
        return line
    few = ", ".join(p.others[:4]) + (", ..." if len(p.others) > 4 else "")
    return f"{line}; at the same time in {few}"


def kind(name: str) -> str:
    """A reading's name in words."""
    head, _, layer = name.rpartition("_")
    if name in KINDS:
        return KINDS[name]
    return KINDS[head].format(layer) if layer.isdigit() and head in KINDS else name


def summary(found: Sequence[Outcome]) -> str:
    """How many are the same, and how closely."""
    compared = [o for o in found if not o.missing]
    same = [o for o in compared if o.same]
    exact = sum(o.bits for o in same)
    parts = [f"{len(found)} problems: {len(same)} the same ({exact} to the bit)"]
    parts += [f"{n} part" for n in [len(compared) - len(same)] if n]
    parts += [f"{n} fail" for n in [sum(not o.same for o in found if o.missing)] if n]
    parts += [f"{n} not compared" for n in [sum(o.excused for o in found)] if n]
    return ", ".join(parts) + "."


def draw_differences(found: Sequence[Outcome]) -> str:
    """Whether two versions drew alike, in one line."""
    compared = [o for o in found if not o.missing]
    other = [o.name for o in compared if o.redrawn or not o.same_start]
    if not other:
        return f"Draws: identical to the bit in all {len(compared)} problems."
    return f"Draws: not identical in {', '.join(other)}."
