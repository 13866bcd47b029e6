"""What of a machine and a process decides the last bits of a number.

Two processes with one fingerprint give the same bits for one address; with two, they may not, and
then neither takes the other's numbers for its own.
"""

import os
import platform
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

SWITCHES = (
    "ATEN_CPU_CAPABILITY",
    "CUBLAS_WORKSPACE_CONFIG",
    "DNNL_MAX_CPU_ISA",
    "MKL_CBWR",
    "MKL_DEBUG_CPU_TYPE",
    "MKL_ENABLE_INSTRUCTIONS",
    "NPY_DISABLE_CPU_FEATURES",
    "NVIDIA_TF32_OVERRIDE",
    "ONEDNN_MAX_CPU_ISA",
    "OPENBLAS_CORETYPE",
)
"""Variables of the environment by which libraries choose other kernels."""

DENORMAL = 5e-310


def fingerprint(device: str) -> dict[str, Any]:
    """Python, processor and kernels, flags of torch, switches of the environment; of a GPU too."""
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "processor": f"{platform.machine()} {torch.backends.cpu.get_cpu_capability()}",
        "model": processor(),
        "threads": torch.get_num_threads(),
        "flags": _flags(),
        "switches": {name: os.environ[name] for name in SWITCHES if name in os.environ},
        **({} if device == "cpu" else {"gpu": _gpu(device)}),
    }


def _gpu(device: str) -> str:
    """The GPU's name; the device's own where there is none, so that an address can be read."""
    return torch.cuda.get_device_name(device) if torch.cuda.is_available() else device


def _flags() -> dict[str, Any]:
    """State of torch and numpy that any code of the process may have changed."""
    cuda, cudnn = torch.backends.cuda.matmul, torch.backends.cudnn
    return {
        "default dtype": str(torch.get_default_dtype()),
        "matmul precision": torch.get_float32_matmul_precision(),
        "deterministic": torch.are_deterministic_algorithms_enabled(),
        "mkldnn": torch.backends.mkldnn.enabled,  # type: ignore[attr-defined] - untyped in torch
        "tf32": [cuda.allow_tf32, cudnn.allow_tf32],
        "denormals": bool(np.array([DENORMAL]) * np.array([1.0]) > 0),
    }


@cache
def processor() -> str:
    """The processor's name, as far as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
