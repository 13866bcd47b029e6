"""Descent in steps: against a plain loop, its draws, its records, and divergence as a result."""

import numpy as np
import pytest
import torch

import mfcheck as mf
from mfcheck.dynamics.sgd import BLOCK, sample_stream
from mfcheck.model.transforms import split
from tests.plain import apart, law, network, right_hand_side

MODEL = mf.Model(("tanh", "sigmoid", "identity"), "logcosh")


def inner(w, x):
    return (w * x).sum(-1)


def gated(w, b, h):
    return w * torch.tanh(w * h + b)


GENERAL = mf.Model.general((inner, gated, gated), "identity", "logcosh")


def test_one_network_by_hand_with_torch_sgd():
    """torch.optim.SGD on a plain 1/N network with learning rates ε N_{i-1} N_i, same samples."""
    state, data, eps, steps = network([3, 4], 2, seed=1), law(5, 2), 0.1, 12
    stream = np.random.default_rng(0).integers(0, 5, (steps, 2))
    W = {i: w.clone().requires_grad_() for i, w in state.W.items()}
    b = {i: v.clone().requires_grad_() for i, v in state.b.items()}
    N = {0: 1, **state.widths}
    groups = [{"params": [W[i]], "lr": eps * N[i - 1] * N[i]} for i in W]
    groups += [{"params": [b[i]], "lr": eps * N[i]} for i in b]
    optimiser = torch.optim.SGD(groups, lr=1.0)
    for batch in stream:
        h = data.x[batch] @ W[1].T
        for i in (2, 3):
            h = b[i] + MODEL.phi(i - 1).value(h) @ W[i] / N[i - 1]
        optimiser.zero_grad()
        torch.log(torch.cosh(h[:, 0] - data.y[batch])).mean().backward()
        optimiser.step()
    path = mf.sgd(MODEL, state, data, eps, eps * steps, stream=stream)
    for i in W:
        assert float((path.final.W[i] - W[i].detach()).abs().max()) <= 1e-13
    for i in b:
        assert float((path.final.b[i] - b[i].detach()).abs().max()) <= 1e-13


def test_full_batch_is_euler_on_the_right_hand_side():
    state, data, eps = network([3, 2], 2, seed=2, weighted=True), law(4, 2), 0.05
    vector, unpack, f = right_hand_side(MODEL, state, data)
    for k in range(8):
        vector = vector + eps * f(k * eps, vector)
    path = mf.sgd(MODEL, state, data, eps, 0.4, batch=None)
    assert apart(path.final, unpack(vector)) <= 1e-13


def test_schedules_are_read_at_the_start_of_each_step():
    model = mf.Model(("tanh", "identity"), xi={1: lambda t: 1 + t, 2: 0.0}, xi_b={2: lambda t: t})
    state, data, eps = network([3], 2, seed=2), law(4, 2), 0.1
    vector, unpack, f = right_hand_side(model, state, data)
    for k in range(5):
        vector = vector + eps * f(k * eps, vector)
    assert apart(mf.sgd(model, state, data, eps, 0.5, batch=None).final, unpack(vector)) <= 1e-13


def test_draws_do_not_depend_on_the_batch_of_replicates():
    data, state = law(6, 2), network([3, 3], 2, (40,), seed=3)
    whole = mf.sgd(MODEL, state, data, 0.1, 1.0, seed=mf.Seeds(7, range(40)))
    part = mf.sgd(
        MODEL, state.map(lambda v: v[30:37]), data, 0.1, 1.0, seed=mf.Seeds(7, range(30, 37))
    )
    assert torch.equal(whole.final.W[1][30:37], part.final.W[1])
    other = mf.sgd(MODEL, state, data, 0.1, 1.0, seed=8)
    assert not torch.equal(whole.final.W[1], other.final.W[1])
    assert float((whole.final.W[1][0] - whole.final.W[1][1]).abs().max()) > 0


def test_samples_follow_the_law_q():
    """An atom of probability zero is never drawn, and the mean step is the full-batch step."""
    data = mf.DataLaw([[1.0], [2.0], [5.0]], [1.0, -1.0, 3.0], [0.25, 0.75, 0.0])
    model, state = mf.Model(("identity", "identity")), mf.Ensemble({1: [[0.3]], 2: [[0.7]]})
    many = mf.Ensemble({i: w.expand(20000, *w.shape) for i, w in state.W.items()})
    step = mf.sgd(model, many, data, 0.1, 0.1).final.W[1][:, 0, 0]
    mean = mf.sgd(model, state, data, 0.1, 0.1, batch=None).final.W[1][0, 0]
    assert len(set(step.tolist())) == 2
    spread = float(step.std()) / 20000**0.5
    assert abs(float(step.mean() - mean)) <= 5 * spread


def test_a_recorded_state_stays_what_it_was():
    """And is not a view of the moving one."""
    state = network([4, 3], 2)
    path = mf.sgd(MODEL, state, law(5, 2), 0.1, 0.5, batch=None, at=[0.0, 0.2, 0.5])
    assert torch.equal(path.states[0].W[2], state.W[2])
    ends = [s.W[2] for s in path.states]
    assert not torch.equal(ends[0], ends[1]) and not torch.equal(ends[1], ends[2])


def test_samples_are_drawn_with_replacement():
    """Two samples in a row are the same with probability Σ q², and so are two replicates'."""
    data = mf.DataLaw([[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0], [0.5, 0.3, 0.2])
    drawn = sample_stream(data, 400, 2, mf.Seeds(0, range(64)))
    wanted = 0.25 + 0.09 + 0.04
    for one, other in (
        (drawn[:, 1:, 0], drawn[:, :-1, 0]),
        (drawn[..., 0], drawn[..., 1]),
        (drawn[1:], drawn[:-1]),
    ):
        assert float((one == other).double().mean()) == pytest.approx(wanted, abs=0.015)


def test_splitting_permutes_with_sgd():
    state, data = network([3, 3], 2, (2,), seed=3, weighted=True), law(6, 2)
    other = split(split(state, 1, 0, (0.3, 0.7)), 2, 2)
    a, b = (mf.sgd(MODEL, s, data, 0.1, 2.0, seed=5) for s in (state, other))
    assert float((a.y_hat - b.y_hat).abs().max()) <= 1e-12


def test_records_times_and_observers():
    state, data = network([3, 3], 2, (2, 2), seed=3), law(6, 2)
    path = mf.sgd(
        MODEL, state, data, 0.1, 3.0, observe=(mf.sup(lambda t, s: s.W[1].abs().amax((-1, -2))),)
    )
    assert len(path.times) == 21 and path.times[-1] == pytest.approx(3.0)
    assert path.loss.shape == (21, 2, 2) and path.y_hat.shape == (21, 2, 2, 6)
    assert path.final.replicates == (2, 2) and path.observed[0].shape == (2, 2)
    steps = torch.stack([s.W[1].abs().amax((-1, -2)) for s in path.states]).amax(0)
    assert bool((path.observed[0] >= steps).all())
    again = mf.sgd(MODEL, state, data, 0.1, 3.0, at=[0.2, 3.0])
    assert again.times.tolist() == pytest.approx([0.2, 3.0])
    assert torch.equal(again.final.W[2], path.final.W[2])
    loss = (data.q * MODEL.loss.value(path.y_hat - data.y)).sum(-1)
    assert torch.allclose(loss, path.loss, rtol=1e-14)
    assert torch.equal(state.W[1], network([3, 3], 2, (2, 2), seed=3).W[1])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"eps": 0.3}, "the nearest is T = 0.9"),
        ({"eps": -0.1}, "eps = -0.1: must be a finite number above 0"),
        ({"eps": float("nan")}, "eps = nan"),
        ({"T": 0.0}, "T = 0.0"),
        ({"batch": 0}, "batch = 0"),
        ({"stream": [[7]] * 10}, "indices 0..3"),
        ({"stream": [[0]] * 3}, r"needs \(10, batch\)"),
        ({"stream": [[0.5]] * 10}, "pass integers"),
        ({"at": [0.25]}, "multiples of eps"),
        ({"seed": mf.Seeds(0, range(3))}, "the state has 1 replicates"),
        ({"seed": "x"}, "a seed is an integer"),
    ],
)
def test_bad_calls_are_told_what_to_do(options, said):
    given = {"eps": 0.1, "T": 1.0, **options}
    with pytest.raises(mf.InvalidArgument, match=said):
        mf.sgd(MODEL, network([2, 2], 2), law(4, 2), **given)


def test_divergence_carries_step_layer_loss_and_advice():
    """Of two replicates one starts far out and diverges under a large step; the other goes on."""
    model = mf.Model(("identity", "identity"))
    data = mf.DataLaw([[1.0]], [0.0])
    W = {
        1: torch.tensor([[[30.0]], [[0.1]]]).double(),
        2: torch.tensor([[[30.0]], [[0.1]]]).double(),
    }
    path = mf.sgd(model, mf.Ensemble(W), data, 0.5, 50.0, batch=None)
    assert [lost.replicate for lost in path.diverged] == [0]
    lost = path.diverged[0]
    assert lost.layer in (1, 2) and 0 < lost.step < 100 and lost.t == lost.step * 0.5
    assert lost.last_good_loss == pytest.approx(900**2 / 2)
    assert "eps <= 0.125" in lost.advice and "layer" in str(lost)
    assert torch.isinf(path.loss[-1, 0]) and torch.isfinite(path.loss[-1, 1])
    first = mf.sgd(model, mf.Ensemble(W), data, 0.5, 0.5 * (lost.step - 1), batch=None)
    assert not first.diverged
    assert mf.sgd(model, mf.Ensemble(W), data, 0.5, 0.5 * lost.step, batch=None).diverged


def test_steps_see_their_own_samples_in_every_block():
    """A run across two blocks of gathered samples is the run in two halves."""
    state, data, steps = network([3, 4], 2, seed=1), law(5, 2), BLOCK + 3
    stream = np.random.default_rng(1).integers(0, 5, (steps, 2))
    whole = mf.sgd(MODEL, state, data, 0.1, 0.1 * steps, stream=stream).final
    first = mf.sgd(MODEL, state, data, 0.1, 0.1 * (BLOCK - 1), stream=stream[: BLOCK - 1]).final
    rest = mf.sgd(MODEL, first, data, 0.1, 0.4, stream=stream[BLOCK - 1 :]).final
    assert apart(whole, rest) == 0


@pytest.mark.parametrize("model", [MODEL, GENERAL], ids=["standard", "general"])
@pytest.mark.parametrize("lead", [(), (3,)], ids=["one stream", "one stream a replicate"])
def test_repeats_in_a_batch_may_be_counted(model, lead):
    """A batch larger than the data is run by its counts; with every point given twice, row by row.

    The second half of the law is a copy of the first, so that the same stream picks the same
    points from it.
    """
    state, data, steps = network([4, 3], 2, (3,), seed=1), law(5, 2), BLOCK + 2
    stream = np.random.default_rng(3).integers(0, 5, (*lead, steps, 7))
    doubled = mf.DataLaw(torch.cat([data.x] * 2), torch.cat([data.y] * 2))
    runs = [
        mf.sgd(model, state, it, 0.1, 0.1 * steps, stream=stream).final for it in (data, doubled)
    ]
    assert 0 < apart(*runs) <= 1e-12
    assert apart(runs[0], state) > 1e-2


def test_a_replicate_that_diverges_on_large_batches_is_found():
    """The steps are repeated one by one on that replicate's own counts."""
    model, data = mf.Model(("identity", "identity")), mf.DataLaw([[1.0], [2.0]], [0.0, 1.0])
    W = {i: torch.tensor([[[0.1]], [[30.0]]]).double() for i in (1, 2)}
    stream = np.random.default_rng(0).integers(0, 2, (2, 100, 5))
    doubled = mf.DataLaw(torch.cat([data.x] * 3), torch.cat([data.y] * 3))
    lost, plain = (
        mf.sgd(model, mf.Ensemble(W), it, 0.2, 20.0, stream=stream).diverged
        for it in (data, doubled)
    )
    assert [(d.replicate, d.layer) for d in lost] == [(d.replicate, d.layer) for d in plain]
    assert lost[0].replicate == 1 and abs(lost[0].step - plain[0].step) <= 1
