"""The golden file: what a version of the simulator measured, as JSON that a person can review.

One reading a line, decimals as far as they are promised. Every problem carries a hash of what is
written of it, so that a file merged or mended by hand is noticed.
"""

import platform
from hashlib import sha256
from json import JSONDecodeError, dumps, loads
from math import isfinite
from pathlib import Path
from typing import Any

import mfcheck as mf
from mfcheck.errors import Unavailable, invalid
from mfcheck.regression.measure import FEW, SAFETY, ULPS, Found, NamedNumbers, Recorded, places

GOLDEN = Path(__file__).with_name("golden.json")
"""The golden file of this version, which `mfcheck guard check` reads."""

GOLDEN_FORMAT = 1
SEAL = '"sealed": '

AGAIN = "write it with: mfcheck guard save"

GOLDEN_NOTE = (
    "Golden trajectories of mfcheck's deterministic parts: written by `mfcheck guard save`, "
    "compared by `mfcheck guard check`. Of a tensor of more than five numbers stand the root mean "
    "square and the first, middle and last number."
)

TOLERANCE = (
    f"A number may differ by {SAFETY} floors. A floor is the largest change of its reading when "
    "neurons and data points are numbered otherwise and adaptive solvers are asked for tenfold "
    f"tighter tolerances, but at least {ULPS} units in the last place of the largest number."
)


def golden_text(found: Found, whole: bool = False) -> str:
    """The file: at most FEW rows of each problem, decimals as far as promised; or all of both.

    Its last line is a hash of all that stands above it.
    """
    few = [m if whole else m.thinned(FEW) for m in found.problems.values()]
    head = {"what": GOLDEN_NOTE, "format": GOLDEN_FORMAT, "tolerance": TOLERANCE}
    head |= {"written_by": versions()} | ({"failed": found.failed} if found.failed else {})
    problems = ",\n".join(_problem(m, whole) for m in few)
    body = "{\n" + ",\n".join(_entries(head)) + f',\n"problems": [\n{problems}\n],\n'
    return body + _seal(body)


def is_sealed(written: str) -> bool:
    """Whether a text is one of `text`, to the last character."""
    body, mark, _ = written.rpartition(SEAL)
    return bool(mark) and written == body + _seal(body)


def _seal(body: str) -> str:
    return f'{SEAL}"{sha256(body.encode()).hexdigest()}"\n}}\n'


def versions() -> dict[str, str]:
    """What wrote the numbers."""
    import numpy as np
    import scipy
    import torch

    return {
        "mfcheck": mf.__version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "machine": f"{platform.machine()} {torch.backends.cpu.get_cpu_capability()}",
    }


def _problem(m: Recorded, whole: bool) -> str:
    body = _body(m, whole)
    head = {"name": m.name, "words": m.words, "sha256": _hash(loads("{" + body + "}"))}
    return "{" + ",\n ".join([*_entries(head), body]) + "}"


def _body(m: Recorded, whole: bool) -> str:
    """What the hash is of."""
    fixed = {"bits": m.bits, "start": m.start, "drawn": m.drawn, "floors": m.floors}
    rows = ",\n".join(f"  {_row(t, numbers, m.floors, whole)}" for t, numbers in m.rows)
    return ",\n ".join([*_entries(fixed), f'"rows": [\n{rows}]'])


def _entries(part: dict[str, Any]) -> list[str]:
    return [f"{dumps(k)}: {dumps(v, ensure_ascii=False)}" for k, v in part.items()]


def _row(t: float, numbers: NamedNumbers, floors: dict[str, float], whole: bool) -> str:
    parts = [f'"t": {t!r}']
    for name, values in numbers.items():
        written = ", ".join(_number(v, None if whole else floors[name]) for v in values)
        parts.append(f"{dumps(name)}: [{written}]")
    return "{" + ",\n   ".join(parts) + "}"


def _number(v: float, floor: float | None) -> str:
    """All of its digits, or as many as this floor promises."""
    return dumps(v) if floor is None or not isfinite(v) else f"{v:.{places(floor)}f}"


def _hash(body: dict[str, Any]) -> str:
    return sha256(dumps(body, sort_keys=True).encode()).hexdigest()[:16]


def read_golden(file: Path) -> Found:
    """What stands in a golden file. Raises InvalidArgument for a file that is none, or mended."""
    try:
        document = loads(file.read_text("utf-8"))
    except OSError as error:
        raise Unavailable(f"no golden file at {file}; {AGAIN}.") from error
    except (JSONDecodeError, UnicodeDecodeError) as error:
        rule = f"is no JSON ({error})"
        raise invalid("golden file", str(file), rule, AGAIN) from error
    if not isinstance(document, dict) or document.get("format") != GOLDEN_FORMAT:
        rule = f"is no golden file of format {GOLDEN_FORMAT}"
        raise invalid("golden file", str(file), rule, AGAIN)
    try:
        problems = {problem["name"]: _read(problem, file) for problem in document["problems"]}
        return Found(problems, document.get("failed", {}), document["written_by"])
    except KeyError as error:
        raise invalid("golden file", str(file), f"lacks {error}", AGAIN) from error


def _read(problem: dict[str, Any], file: Path) -> Recorded:
    body = {k: v for k, v in problem.items() if k not in ("name", "words", "sha256")}
    if problem["sha256"] != _hash(body):
        rule = f"its numbers are not the ones that were written to {file}: their hash differs"
        raise invalid("problem", problem["name"], rule, f"instead of mending it, {AGAIN}")
    rows = [(row["t"], {k: v for k, v in row.items() if k != "t"}) for row in body["rows"]]
    hashes = {k: body[k] for k in ("floors", "bits", "start", "drawn")}
    return Recorded(problem["name"], problem["words"], rows, **hashes)
