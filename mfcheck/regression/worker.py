"""Run as a script: the problems of this guard on the simulator of another checkout.

    python -P elsewhere.py CHECKOUT FILE [NAME ...]

The checkout's `mfcheck` is imported, and this folder put in the place of its `mfcheck.regression`.
"""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path


def graft(guard: Path) -> None:
    """Let `mfcheck.regression` be the package in this folder."""
    init, inside = guard / "__init__.py", [str(guard)]
    spec = spec_from_file_location("mfcheck.regression", init, submodule_search_locations=inside)
    assert spec is not None and spec.loader is not None
    module = sys.modules["mfcheck.regression"] = module_from_spec(spec)
    spec.loader.exec_module(module)


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
    Path(file).write_text(
        golden.golden_text(found, whole=True), "utf-8"
    )  # in the caller's scratch folder


if __name__ == "__main__":
    measure_checkout(*sys.argv[1:])
