"""The simulator follows its golden trajectories, and the file they stand in can be trusted."""

import re
from dataclasses import replace
from math import inf, nan

import pytest
import torch

import mfcheck as mf
from mfcheck.regression import golden
from mfcheck.regression.case import Case
from mfcheck.regression.cases import CASES, chosen
from mfcheck.regression.command import check, save_golden
from mfcheck.regression.compare import compared
from mfcheck.regression.measure import SAFETY, Found, measure, places, rounded_up
from mfcheck.regression.observables import CaseRun, tensor_digest
from mfcheck.regression.reordering import AS_WRITTEN, REORDERINGS, back

ULP = torch.finfo(torch.float64).eps


def test_the_simulator_follows_its_golden_trajectories():
    same, words = check()
    assert same, words


def test_the_golden_file_is_whole_and_small():
    before = golden.read_golden(golden.GOLDEN)
    assert list(before.problems) == [case.name for case in CASES]
    assert {name: m.words for name, m in before.problems.items()} == {
        c.name: c.words for c in CASES
    }
    assert golden.GOLDEN.stat().st_size < 300_000
    assert max(map(len, golden.GOLDEN.read_text("utf-8").splitlines())) < 600


def test_no_tolerance_hides_half_a_percent():
    """A hundred floors are below a millionth of the largest number of each problem."""
    for m in golden.read_golden(golden.GOLDEN).problems.values():
        numbers = [abs(v) for _, row in m.rows for values in row.values() for v in values]
        assert 0 < min(m.floors.values())
        assert SAFETY * max(m.floors.values()) <= 1e-6 * max(numbers)


def test_every_activation_loss_and_depth_is_guarded():
    text = golden.GOLDEN.parent.joinpath("networks.py").read_text("utf-8")
    from mfcheck.model.activation import ACTIVATIONS
    from mfcheck.model.loss import LOSSES

    assert all(re.search(rf'"[a-z ]*\b{name}\b[a-z ]*", ', text) for name in ACTIVATIONS)
    assert all(f'"{name}"' in text for name in LOSSES if name != "squared")
    phis = [getattr(case.run, "phi", None) for case in CASES]
    depths = {len(phi.split()) for phi in phis if phi}
    assert depths == {2, 3, 4, 5, 6}


def test_a_file_read_again_is_what_was_written(tmp_path):
    found = Found({case.name: measure(case) for case in chosen(["descent_long"])})
    (tmp_path / "whole.json").write_text(golden.golden_text(found, whole=True), "utf-8")
    (tmp_path / "few.json").write_text(golden.golden_text(found), "utf-8")
    whole, few = (golden.read_golden(tmp_path / f"{name}.json") for name in ("whole", "few"))
    m, n = whole.problems["descent_long"], few.problems["descent_long"]
    assert m == found.problems["descent_long"]
    assert [t for t, _ in n.rows] == [m.rows[k][0] for k in (0, 1, 10, 20)]
    gaps = {
        name: max(abs(a - b) for a, b in zip(values, dict(m.rows)[t][name], strict=True))
        for t, numbers in n.rows
        for name, values in numbers.items()
    }
    assert all(gap <= SAFETY * m.floors[name] / 8 for name, gap in gaps.items())
    assert any(gaps.values())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("0.2316", "0.2317"),
        ('"t": 0.2,', '"t": 0.3,'),
        ('"floors": {"w_1": ', '"floors": {"w_1": 1'),
    ],
)
def test_a_golden_file_mended_by_hand_is_refused(tmp_path, old, new):
    text = golden.GOLDEN.read_text("utf-8")
    assert old in text
    (tmp_path / "mended.json").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(mf.InvalidArgument, match=r"descent_2_layers.* hash differs"):
        golden.read_golden(tmp_path / "mended.json")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("golden", "is no JSON"),
        ("[]", "format 1"),
        ('{"format": 7}', "format 1"),
        ('{"format": 1}', "lacks 'problems'"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path, text, said):
    (tmp_path / "none.json").write_text(text, "utf-8")
    with pytest.raises(mf.InvalidArgument, match=f"{said}.*mfcheck guard save"):
        golden.read_golden(tmp_path / "none.json")
    with pytest.raises(mf.Unavailable, match=r"no golden file at .*mfcheck guard save"):
        golden.read_golden(tmp_path / "other.json")


def test_what_does_not_treat_neurons_alike_cannot_be_saved(tmp_path, monkeypatch):
    """A floor of the size of the numbers would let everything pass."""

    def run(order):
        v = torch.linspace(0.1, 1.0, 4, dtype=torch.float64)[order.neuron(4)]
        return CaseRun([(0.0, {"w_1": v.cumsum(0)[back(order.neuron, 4)]})])

    monkeypatch.setattr(
        "mfcheck.regression.command.CASES", (Case("sums", "one sum after the other", run),)
    )
    with pytest.raises(mf.InvalidArgument, match=r"'sums': w_1 changes by .*more than rounding"):
        save_golden(tmp_path / "golden.json")
    lost = Case("lost", "", lambda order: CaseRun([(0.0, {"loss": torch.tensor([1.0, nan])})]))
    monkeypatch.setattr("mfcheck.regression.command.CASES", (lost,))
    with pytest.raises(mf.InvalidArgument, match="'lost': has numbers that are not finite"):
        save_golden(tmp_path / "golden.json")
    monkeypatch.setattr(
        "mfcheck.regression.command.CASES", (Case("breaks", "", lambda order: 1 / 0),)
    )
    with pytest.raises(mf.InvalidArgument, match=r"'breaks': does not run .ZeroDivisionError"):
        save_golden(tmp_path / "golden.json")
    assert not list(tmp_path.iterdir())


def test_saving_says_what_has_changed(tmp_path, monkeypatch):
    monkeypatch.setattr("mfcheck.regression.command.CASES", chosen(["raw", "laws"]))
    file = tmp_path / "golden.json"
    assert "2 problems" in save_golden(file)
    assert save_golden(file).endswith("Against the file it replaces: 0 changed, 0 new, 0 gone.")
    monkeypatch.setattr("mfcheck.data.synthetic.SPREAD", 0.21)
    said = save_golden(file)
    assert "1 changed" in said and "laws_of_the_data: PARTS at t = 0 in x of clusters" in said
    assert check(file, ["laws"])[0]
    monkeypatch.setattr("mfcheck.regression.command.CASES", chosen(["raw", "given"]))
    assert save_golden(file).endswith("0 changed, 1 new, 1 gone.")


@pytest.mark.parametrize(
    "case", chosen(["descent_3", "given_stream", "tracers", "limit_on"]), ids=lambda c: c.name
)
def test_another_order_changes_nothing_but_rounding(case):
    """What is read is put back in order: to a few units in the last place, and not to the bit."""
    plain = case.run(AS_WRITTEN).rows
    gaps = []
    for order in REORDERINGS:
        for (t, a), (s, b) in zip(plain, case.run(order).rows, strict=True):
            assert t == s and list(a) == list(b)
            gaps += [float((a[name] - b[name]).abs().max()) for name in a]
    assert 0 < max(gaps) < 50 * ULP


def test_numbers_that_are_not_finite_are_written_and_read(tmp_path):
    """A version that loses its numbers must be compared with one that does not."""
    v = torch.tensor([1.0, inf, -inf, nan], dtype=torch.float64)
    m = measure(Case("lost", "", lambda order: CaseRun([(0.0, {"loss": v})])))
    for whole in (True, False):
        (tmp_path / "lost.json").write_text(golden.golden_text(Found({"lost": m}), whole), "utf-8")
        again = golden.read_golden(tmp_path / "lost.json").problems["lost"]
        assert repr(again.rows) == repr(m.rows) and again.floors == {"loss": 2e-15}
        assert compared(m, again).parting.first.share == inf


@pytest.mark.parametrize(
    ("x", "up"),
    [(1.0, 1.0), (1.1e-15, 2e-15), (2.1, 5.0), (5.1e-9, 1e-8), (9.99, 10.0), (3e-320, 5e-320)],
)
def test_floors_are_rounded_up(x, up):
    assert rounded_up(x) == up


@pytest.mark.parametrize("floor", [2e-16, 5e-15, 1e-11, 3e-9, 1e-4])
def test_numbers_are_written_to_a_fraction_of_what_they_may_differ(floor):
    half = 10.0 ** -places(floor) / 2
    assert half <= SAFETY * floor / 8
    assert half >= SAFETY * floor / 81


def test_a_digest_shows_short_tensors_whole_and_long_ones_in_four_numbers():
    v = torch.arange(6.0, dtype=torch.float64)
    assert tensor_digest(v[:5]) == [0, 1, 2, 3, 4]
    assert tensor_digest(v.reshape(2, 3)) == [float((55 / 6) ** 0.5), 0, 3, 5]
    assert tensor_digest(torch.tensor(inf)) == [inf]


def test_names_begin_problems():
    assert {case.name for case in chosen(["flow", "raw"])} >= {"flow_2_layers", "raw_draws"}
    assert chosen() == CASES
    assert len({case.name for case in CASES}) == len(CASES) >= 30
    with pytest.raises(mf.InvalidArgument, match="no problem begins so"):
        chosen(["flaw"])


def test_a_thinned_record_keeps_both_ends(tmp_path):
    m = measure(chosen(["descent_2_layers_linear"])[0], floors=False)
    assert [t for t, _ in m.thinned().rows] == pytest.approx([0.0, 0.2, 0.4, 0.8])
    assert replace(m, rows=m.rows[:3]).thinned().rows == m.rows[:3]
