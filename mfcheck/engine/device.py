"""Where the numbers are computed: the device of a run, and the machine that it ran on."""

import os
import platform
import subprocess
from pathlib import Path
from typing import Any

import numpy
import torch

import mfcheck
from mfcheck.engine.fingerprint import processor
from mfcheck.errors import Unavailable, invalid

SLOWEST = 10
"""Seconds that the commit of a checkout may take to find out."""


def device(name: str) -> str:
    """The device of that name; "auto" is a GPU where there is one.

    Raises InvalidArgument for a name that is none, Unavailable for a GPU that is not there.
    """
    if name == "auto":
        return "cuda:0" if torch.cuda.is_available() else "cpu"
    kind, colon, number = name.partition(":")
    if name != "cpu" and (kind != "cuda" or bool(colon) != number.isdecimal()):
        raise invalid("--mf-device", name, "is no device", "choose auto, cpu, cuda or cuda:0")
    if kind == "cuda" and int(number or 0) >= torch.cuda.device_count():
        seen = torch.cuda.device_count()
        raise Unavailable(f"--mf-device {name}: torch sees {seen} GPUs here; use --mf-device cpu.")
    return f"cuda:{number or 0}" if kind == "cuda" else name


def machine(name: str) -> dict[str, Any]:
    """Versions and hardware, as the evidence has them; name: the device that was asked for."""
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": numpy.__version__,
        "platform": f"{platform.system()} {platform.machine()}",
        "cpu": processor(),
        "cores": os.cpu_count() or 1,
        "device": device(name),
    }


def commit() -> str | None:
    """The commit of mfcheck, where its files belong to a checkout and do not just lie in one."""
    git = ["git", "-C", str(Path(mfcheck.__file__).parent)]
    tracked = _output([*git, "ls-files", "--error-unmatch", "__init__.py"])
    return _output([*git, "describe", "--always", "--dirty", "--abbrev=12"]) if tracked else None


def _output(words: list[str]) -> str | None:
    """What a program prints, None if it fails or is not there."""
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=SLOWEST, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None
