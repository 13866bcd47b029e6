"""Core-seconds count work, not waiting."""

from time import perf_counter, sleep

from mfcheck.engine.clock import clock


def test_waiting_costs_nothing_and_working_costs():
    start = clock("cpu")
    sleep(0.2)
    waited = clock("cpu") - start
    began = perf_counter()
    while perf_counter() - began < 0.05 or clock("cpu") == start:
        pass
    assert waited < 0.15 and clock("cpu") > start + waited


def test_another_device_is_timed_by_the_clock():
    start = clock("cuda:0")
    sleep(0.05)
    assert clock("cuda:0") - start >= 0.05
