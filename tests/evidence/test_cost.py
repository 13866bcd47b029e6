"""What a row costs, from what its cells cost."""

import pytest

from mfcheck.evidence.cost import Cost
from mfcheck.evidence.row_parts import CostRecord


def cost(*chunks, size=32):
    """A cost from the seconds of each chunk, at points 16, 32, 64."""
    made = Cost()
    for seconds in chunks:
        for point, spent in zip((16, 32, 64), seconds, strict=False):
            made.add(point, size, spent)
    return made


def test_nothing_was_measured():
    assert Cost().record(1.0) is None


def test_later_chunks_tell_what_a_replicate_costs():
    found = cost((5.0, 0.64, 1.28), (0.32, 0.64, 1.28), (0.64, 0.64, 1.28)).record(13.0)
    assert found.replicate == pytest.approx([0.015, 0.02, 0.04])
    assert found.once == pytest.approx(13.0 - 96 * 0.075)


def test_of_one_chunk_the_first_point_is_no_dearer_than_the_second():
    found = cost((5.0, 0.64, 1.28)).record(7.0)
    assert found.replicate == pytest.approx([0.02, 0.02, 0.04])
    assert found.once == pytest.approx(7.0 - 32 * 0.08)
    assert cost((0.32, 0.64, 1.28)).record(2.24).replicate[0] == pytest.approx(0.01)


def test_one_point_and_one_chunk_leave_nothing_to_tell_apart():
    assert cost((8.0,), size=8).record(8.0) == CostRecord(once=0.0, replicate=(1.0,))
