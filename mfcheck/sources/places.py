"""Which files are local: a user's or this project's own, not installed and not Python's."""

import site
import sys
import sysconfig
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path

OTHERWISE = {"sklearn": "scikit-learn"}
"""Distributions that mfcheck knows by another name: a look into all of them takes a while."""

PACKAGE = Path(__file__).resolve().parents[1]
"""Where mfcheck itself lies."""


@cache
def _installed() -> tuple[Path, ...]:
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    found = [sysconfig.get_path(name) for name in names]
    found += [*site.getsitepackages(), site.getusersitepackages()]
    return tuple(Path(path).resolve() for path in found if path)


@cache
def is_local(path: Path) -> bool:
    """Whether a Python file is neither installed nor the standard library's."""
    whole = path.resolve()
    return whole.suffix == ".py" and not any(whole.is_relative_to(p) for p in _installed())


def is_own(path: Path) -> bool:
    """Whether a file belongs to mfcheck, wherever that is installed."""
    return path.resolve().is_relative_to(PACKAGE)


@cache
def release(name: str) -> dict[str, str]:
    """{distribution: version} of an installed top-level package; none for Python's own."""
    if name in sys.stdlib_module_names:
        return {}
    for distribution in (name, OTHERWISE.get(name, name)):
        with suppress(PackageNotFoundError):
            return {distribution: version(distribution)}
    return {found: version(found) for found in sorted(set(_distributions().get(name, ())))}


@cache
def _distributions() -> dict[str, list[str]]:
    return dict(packages_distributions())
