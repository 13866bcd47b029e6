"""Core-seconds: what a measurement costs, whatever else the machine is doing."""

from time import perf_counter, process_time


def clock(device: str) -> float:
    """A time in seconds whose differences are costs.

    On the CPU it is the processor time of this process over all its threads, so that a busy
    machine makes nothing look dear; on another device it is the time on the clock.
    """
    return process_time() if device == "cpu" else perf_counter()
