"""What is told of a long solve, by a clock that a test sets."""

from mfcheck.engine.store import create_store
from mfcheck.run.telling import Telling


def test_a_long_solve_tells_where_it_is_and_a_short_one_does_not(tmp_path):
    store, now = create_store(tmp_path), [0.0]

    def told():
        return store.notes("one", "solve", str)

    tell = Telling(store, "one", "row", "toy::holds", clock=lambda: now[0])
    for now[0], t in ((1.0, 0.1), (2.0, 0.2)):
        tell(t, 4.0)
    assert told() == []
    for now[0], t in ((2.5, 0.3), (3.0, 0.35)):
        tell(t, 4.0)
    assert told() == ["toy::holds, t = 0.3 of 4"]
    for now[0], t in ((4.0, 0.1), (5.0, 0.2)):  # the next solve of the row
        tell(t, 4.0)
    assert told() == ["toy::holds, t = 0.3 of 4"]
    tell.end()
    assert told() == [""]


def test_a_row_without_a_store_tells_nobody():
    tell = Telling(None, "one", "row", "toy::holds", clock=iter(range(0, 90, 9)).__next__)
    tell(0.1, 1.0)
    tell(0.2, 1.0)
    tell.end()
