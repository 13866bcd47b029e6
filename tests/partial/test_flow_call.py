"""The call that notebooks make is the flow of the records."""

import torch

import mfcheck as mf
from mfcheck.partial import Training
from tests.partial import plain


def test_every_argument_reaches_its_place():
    a, h, p, k0, y, q = plain.law()
    options = {"at": [0.0, 0.3], "rtol": 1e-6, "atol": 1e-8}
    given = mf.partial.flow(
        a, h, k0, y, q, "tanh", 0.5, loss="huber", xi_a=0.5, xi_W=2, p=p, **options
    )
    training = Training(y, "tanh", q, "huber", 0.5, 2)
    wanted = mf.partial.gradient_flow((a, h, p), k0, training, 0.5, **options)
    assert torch.equal(given.f, wanted.f) and torch.equal(given.loss, wanted.loss)
    usual = mf.partial.gradient_flow((a, h), k0, Training(y, "tanh", q), 0.5)
    assert torch.equal(mf.partial.flow(a, h, k0, y, q, "tanh", 0.5).f, usual.f)
