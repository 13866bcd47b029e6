"""Run as a script: the problems of this guard on the simulator of another checkout.

    python -P worker.py CHECKOUT FILE [NAME ...]

The checkout's `mfcheck` is imported, and this folder put in the place of its `mfcheck.regression`.
"""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import SimpleNamespace
from typing import Any

FORMER = {"mfcheck.model.transforms": "mfcheck.model.surgery"}
"""Modules that these problems import, and what earlier versions called them."""

FORMER_NAMES = {
    "DiverseSpec": "DiverseBlueprint",
    "FiniteSpec": "Blueprint",
    "GeneralSpec": "GeneralBlueprint",
    "IIDSpec": "IIDBlueprint",
    "PartialSpec": "PartialBlueprint",
}
"""Names of mfcheck that they use, and what earlier versions called them."""


def graft(guard: Path) -> None:
    """Let `mfcheck.regression` be the package in this folder."""
    init, inside = guard / "__init__.py", [str(guard)]
    spec = spec_from_file_location("mfcheck.regression", init, submodule_search_locations=inside)
    assert spec is not None and spec.loader is not None
    _renamed()
    module = sys.modules["mfcheck.regression"] = module_from_spec(spec)
    spec.loader.exec_module(module)


def _renamed() -> None:
    """Give what an earlier version has the names of this one."""
    import mfcheck

    for name, former in FORMER.items():
        if find_spec(name) is None:
            sys.modules[name] = import_module(former)
    for name, former in FORMER_NAMES.items():
        if not hasattr(mfcheck, name):
            setattr(mfcheck, name, getattr(mfcheck, former))
    if not hasattr(mfcheck.partial, "Training"):
        _by_records(mfcheck.partial)


def _by_records(partial: Any) -> None:
    """Let an earlier version train partially by records, and not by a dozen arguments."""
    flow, descend, train = partial.flow, partial.descend, partial.train

    def rest(one: Any, start: Sequence[Any] = ()) -> dict[str, Any]:
        p = start[2] if len(start) > 2 else None
        return {"loss": one.loss, "xi_a": one.xi_a, "xi_W": one.xi_W, "p": p}

    def by_steps(start: Any, k0: Any, one: Any, eps: float, T: float, **options: Any) -> Any:
        named = rest(one, start) | options
        return descend(*start[:2], k0, one.y, one.q, one.activation, eps, T, **named)

    def of_network(start: Any, of: Any, one: Any, eps: float, T: float, **options: Any) -> Any:
        place = (*start, of.table, of.beta, one.y, one.q, one.activation, eps, T)
        return train(*place, loss=one.loss, **options)

    partial.gradient_flow = lambda start, k0, one, T, **options: flow(
        *start[:2], k0, one.y, one.q, one.activation, T, **rest(one, start) | options
    )
    partial.descend, partial.train = by_steps, of_network
    parts = {"q": None, "loss": "squared", "xi_a": 1, "xi_W": 1}
    partial.Training = lambda y, activation, q=None, **more: SimpleNamespace(
        **parts | {"y": y, "activation": activation, "q": q} | more
    )
    partial.Features = lambda table, beta: SimpleNamespace(table=table, beta=beta)


def measure_checkout(checkout: str, file: str, *names: str) -> None:
    """Measure the problems that begin with one of `names`, or all, and write every number."""
    import mfcheck

    home = Path(mfcheck.__file__).resolve().parent
    if home != Path(checkout).resolve() / "mfcheck":
        sys.exit(f"the mfcheck imported was {home}")
    graft(Path(__file__).resolve().parent)
    from mfcheck.regression import golden
    from mfcheck.regression.cases import chosen
    from mfcheck.regression.measure import measure_all

    found = measure_all(chosen(names))
    text = golden.golden_text(found, whole=True)
    Path(file).write_text(text, "utf-8")  # in the caller's scratch folder


if __name__ == "__main__":
    measure_checkout(*sys.argv[1:])
