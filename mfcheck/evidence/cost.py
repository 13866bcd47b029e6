"""What a row costs: once, and for every replicate at every point."""

from dataclasses import dataclass, field

from mfcheck.evidence.row_parts import CostRecord


@dataclass
class Cost:
    """Core-seconds of the cells of a row, by point, in the order of their chunks."""

    cells: dict[float, list[tuple[int, float]]] = field(default_factory=dict)

    def add(self, point: float, replicates: int, seconds: float) -> None:
        """One more cell."""
        self.cells.setdefault(point, []).append((replicates, seconds))

    def record(self, total: float) -> CostRecord | None:
        """Core-seconds once and per replicate at each point; None before the first cell.

        total: all that the row has cost. The first cell of a row pays for what is made once, such
        as the limit: where later chunks tell what a replicate costs, they alone do. A row of one
        chunk takes its first point to be no dearer than the second. What is left is "once".
        """
        if not self.cells:
            return None
        each = [_typical(cells) for cells in self.cells.values()]
        if len(each) > 1 and len(next(iter(self.cells.values()))) == 1:
            each[0] = min(each[0], each[1])
        n = max(sum(size for size, _ in cells) for cells in self.cells.values())
        once = max(0.0, total - n * sum(each))
        return CostRecord(once=round(once, 6), replicate=tuple(round(v, 9) for v in each))


def _typical(cells: list[tuple[int, float]]) -> float:
    """Core-seconds of one replicate: over the chunks after the first, where there are any."""
    later = cells[1:] or cells
    return sum(seconds for _, seconds in later) / sum(size for size, _ in later)
