"""The benchmark runs, its peers agree, and its table says what was measured."""

import json

import numpy as np
import pytest
import torch

from bench import device, step
from bench.measure import Measured, Timing, agree
from bench.peers import PEERS, installed
from bench.table import geometric, groups, losses, ratios, table
from bench.task import Cell
from mfcheck.dynamics.products import (
    HEAVY,
    NARROW,
    SEVERAL,
    WIDE,
    add_product_,
    average,
    times,
    total,
)
from mfcheck.seeds import as_seeds

CELL = Cell(N=8, batch=1, replicates=1, steps=1)


def measured(**medians):
    times = dict(zip(PEERS, medians.values(), strict=False))
    return Measured(CELL, {p: Timing(p, (t, t, t), 0.0, 0.0) for p, t in times.items()})


def test_quick_prints_the_table_and_keeps_the_timings(tmp_path, capsys):
    kept = tmp_path / "steps.json"
    assert step.main(["--quick", "--json", str(kept)]) == 0
    shown = capsys.readouterr().out
    assert all(peer in shown for peer in PEERS)
    assert ("not installed" in shown) is (len(installed()) < len(PEERS))
    rows = json.loads(kept.read_text("utf-8"))
    assert [row["cell"]["batch"] for row in rows] == [4, 4, 1]
    assert all(set(row["timings"]) == set(installed()) for row in rows)
    assert all(t["gap"] < 1e-5 for row in rows for t in row["timings"].values())


def test_peers_that_disagree_are_not_timed():
    with pytest.raises(ArithmeticError, match="wrong differs"):
        agree({"right": [np.ones(3)], "wrong": [np.array([1, 1, 1.1])]})
    with pytest.raises(ArithmeticError):
        agree({"right": [np.ones(3)], "lost": [np.full(3, np.nan)]})


def test_a_ratio_below_one_is_a_loss():
    one = measured(engine=10.0, loop=50.0, vmap=5.0)
    assert one.ratio("torch autograd loop") == 5
    assert losses([one]) == ["torch.func vmap at N = 8, batch 1 of 12 points: 0.50"]
    assert "**5.00** · 50 µs (50..50)" in table([one])
    assert "not installed" in table([one])


def test_the_geometric_mean():
    assert geometric([0.5, 2.0, 8.0]) == pytest.approx(2)


def test_means_are_taken_with_and_without_repeats_to_count():
    """A batch of 4 among 3 points holds repeats, among 12 it need not."""
    counted, plain, single = (
        Measured(Cell(8, batch, 1, 1, points), measured(engine=1.0, loop=t).timings)
        for batch, points, t in ((4, 3, 8.0), (4, 12, 2.0), (1, 3, 2.0))
    )
    found = {
        words: geometric(ratios(kept, "torch autograd loop"))
        for words, kept in groups([counted, plain, single]).items()
    }
    assert found == pytest.approx({"3 points": 4.0, "batches not larger than the data": 2.0})


WIDTHS = (1, 2, NARROW, NARROW + 1)
SHAPES = [(b, j, k) for b in (1, 5) for j in WIDTHS for k in WIDTHS] + [(1, WIDE, WIDE)]


def uniforms(name, *shape):
    u = as_seeds(0, shape[0]).uniforms(name, 1, shape[1] * shape[2])
    return torch.as_tensor(u, dtype=torch.float64).reshape(shape)


@pytest.mark.parametrize(("b", "j", "k"), SHAPES)
def test_every_kernel_gives_the_plain_product(b, j, k):
    v, w, cols = uniforms("v", 2, b, j), uniforms("w", 2, j, k), uniforms("cols", 2, b, k)
    close = {"rtol": 1e-13, "atol": 1e-13}
    torch.testing.assert_close(times(v, w), v @ w, **close)
    torch.testing.assert_close(times(v, w.mT.contiguous().mT), v @ w, **close)
    torch.testing.assert_close(
        add_product_(w.clone(), 0.5, v, cols), w + 0.5 * v.mT @ cols, **close
    )
    p = uniforms("p", 2, j, 1)[..., 0] if j > 1 else torch.ones(2, 1, dtype=torch.float64)
    torch.testing.assert_close(average(v, p, w), (v * p[:, None, :]) @ w, **close)
    bias = uniforms("bias", 2, 1, k)[:, 0]
    shifted = bias[:, None, :] + 0.3 * v @ w
    torch.testing.assert_close(average(v, 0.3, w, bias), shifted, **close)
    torch.testing.assert_close(average(v, 0.3, w), 0.3 * v @ w, **close)
    torch.testing.assert_close(total(v), v.sum(1), **close)


def test_heavy_products_in_float32():
    """Whichever library takes them, and however they lie: to float32 rounding of the sum."""
    v, w = uniforms("v", 3, SEVERAL, 256).float(), uniforms("w", 3, HEAVY // 128, 256).float()
    part = w[:, : HEAVY // 256]  # no whole array, so no library may take it for one
    lying = part, part.mT, part.contiguous(), part.contiguous().mT
    for a, b in ((a, b) for a in (v, v.mT.contiguous().mT) for b in lying):
        exact = (a.double() @ b.double()).float()
        torch.testing.assert_close(times(a, b), exact, rtol=1e-5, atol=0)


def test_devices_have_a_row_for_every_cell(capsys):
    assert device.main(["--quick"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 + len(device.QUICK)
    for line, cell in zip(lines[2:], device.QUICK, strict=True):
        assert line.startswith(f"| {cell.batch} | {cell.N} | {cell.replicates} | ")
        assert line.count("µs") == (3 if torch.cuda.is_available() else 2)
