"""A program in any language as a trainer: a folder of npz and JSON in, an npz out.

    program INPUT OUTPUT

INPUT.npz holds W1 (r, N_1, d), W2 (r, N_1, N_2), … and b2 (r, N_2), … of r networks, x (n, d),
y (n,), q (n,), the rates of plain gradients rates_W (steps, L) and rates_b (steps, L−1), at (K,),
and, unless steps are on the whole law, index (r or 1, steps, B). INPUT.json holds eps, steps, L,
the names of the activations and of the loss. OUTPUT.npz is to hold W1, … and b2, … of shape
(K, r, ...): the weights after each of the steps in `at`.
"""

import json
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from mfcheck.errors import Unavailable
from mfcheck.trainers.contract import USUAL, LayerArrays, Trainer, TrainingRun

TAIL = 2000
"""Characters of a program's last words that an error shows."""


def command(  # options by keyword
    program: Sequence[str],
    *,
    can: tuple[str, ...] = (*USUAL, "schedules"),
    seconds: float = 600.0,
    name: str = "",
    version: str = "",
    depends: Sequence[str] = (),
) -> Trainer:
    """A trainer that calls a program once for all networks of a cell.

    program: the command and its first arguments; the names of the input, without its suffix, and
    of the output follow. seconds: after which a call is given up. depends: its files, so that a
    number is measured again when one of them changes. can, name, version: as in `Trainer`.

    Raises Unavailable, with its last words, for a program that fails, is given up or writes
    nothing that can be read.
    """

    def train(run: TrainingRun) -> Iterator[tuple[LayerArrays, LayerArrays]]:
        with TemporaryDirectory() as folder:
            given, returned = Path(folder) / "input", Path(folder) / "output.npz"
            _write(given, run)
            _call([*program, str(given), str(returned)], seconds)
            found = _found(returned, run)
        for m in range(len(run.at)):
            W, b = ({i: found[f"{part}{i}"][m] for i in own} for part, own in _names(run))
            yield W, b

    label = name or f"command {Path(program[0]).name}"
    return Trainer(train, label, version, frozenset(can), batched=True, depends=tuple(depends))


def _names(run: TrainingRun) -> tuple[tuple[str, list[int]], tuple[str, list[int]]]:
    return ("W", list(run.W)), ("b", list(run.b))


def _write(given: Path, run: TrainingRun) -> None:
    arrays = {f"W{i}": w for i, w in run.W.items()} | {f"b{i}": v for i, v in run.b.items()}
    arrays |= {"x": run.x, "y": run.y, "q": run.q, "at": np.array(run.at)}
    if run.index is not None:
        arrays["index"] = run.index
    rates = [run.rates(k) for k in range(run.steps)]
    arrays["rates_W"] = np.array([list(W.values()) for W, _ in rates])
    arrays["rates_b"] = np.array([list(b.values()) for _, b in rates])
    np.savez(given.with_suffix(".npz"), **arrays)  # pyright: ignore[reportArgumentType]  # of arrays alone
    phis = [run.model.phi(i).name for i in range(1, run.L + 1)]
    about = {"eps": run.eps, "steps": run.steps, "L": run.L, "activations": phis}
    about["loss"] = run.model.loss.name
    given.with_suffix(".json").write_text(json.dumps(about))


def _call(words: list[str], seconds: float) -> None:
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=seconds, check=False)
    except OSError as error:
        raise Unavailable(f"{words[0]}: cannot be started ({error}).") from error
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"{words[0]}: given up after {seconds:g} s; pass seconds=.") from error
    if done.returncode:
        last = (done.stderr or done.stdout)[-TAIL:].strip()
        raise Unavailable(f"{words[0]}: ended with {done.returncode}; its last words: {last}")


def _found(returned: Path, run: TrainingRun) -> dict[str, np.ndarray]:
    """The arrays that came back, one row for each asked step."""
    if not returned.is_file():
        raise Unavailable(f"the program wrote no {returned.name}, which is its last argument.")
    with np.load(returned, allow_pickle=False) as file:
        found = dict(file)
    for part, own in _names(run):
        for i in own:
            shape = found[f"{part}{i}"].shape if f"{part}{i}" in found else None
            start = (run.W if part == "W" else run.b)[i].shape
            if shape != (len(run.at), *start):
                wanted = (len(run.at), *start)
                raise Unavailable(
                    f"{returned.name}: {part}{i} has the shape {shape}, not {wanted}."
                )
    return found
