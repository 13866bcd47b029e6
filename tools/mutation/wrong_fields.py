"""Bugs in the equations H, Δ, G: a factor of N, a slope, a sign, a bias, a probability."""

from tools.mutation.mutant import Mutant

EQUATIONS = "dynamics/meanfield.py"

_AVERAGE = "average(V[i - 1], s.measure[i - 1], s.W[i], s.b[i])"
_BACK = "average(Delta[i], s.measure[i], model.backward(i, s.W[i]).mT)"
_PULL = "model.phi(i - 1).pull(mean, f.H[i - 1], f.V[i - 1])"
_LOSS = "model.loss.slope(residual) * z.q[..., None]"
_RATES = "for part in model.rates(t)"

FORWARD = (
    Mutant(
        "forward_root_N",
        EQUATIONS,
        _AVERAGE,
        "average(V[i - 1], s.measure[i - 1] ** 0.5, s.W[i], s.b[i])",
        "Forward sums are divided by √N instead of N.",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/dynamics/test_gradient.py::test_gradient_equals_finite_differences",
        ),
    ),
    Mutant(
        "forward_root_N_one_layer",
        EQUATIONS,
        _AVERAGE,
        "average(V[i - 1], s.measure[i - 1] ** (0.5 if i == 2 else 1), s.W[i], s.b[i])",
        "The forward sum into layer 2 alone is divided by √N instead of N.",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/dynamics/test_gradient.py::test_gradient_equals_finite_differences",
        ),
    ),
    Mutant(
        "forward_sum",
        EQUATIONS,
        _AVERAGE,
        "average(V[i - 1], 1.0, s.W[i], s.b[i])",
        "Forward sums are not divided at all: P is missing.",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/dynamics/test_gradient.py::test_gradient_equals_finite_differences",
        ),
    ),
    Mutant(
        "forward_N_minus_1",
        EQUATIONS,
        _AVERAGE,
        "average(V[i - 1], s.measure[i - 1] / (1 - 1 / s.widths[i - 1]), s.W[i], s.b[i])",
        "Forward sums are divided by N − 1 instead of N.",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/dynamics/test_gradient.py::test_gradient_equals_finite_differences",
        ),
    ),
    Mutant(
        "forward_blind_to_P",
        EQUATIONS,
        _AVERAGE,
        "average(V[i - 1], 1 / s.widths[i - 1], s.W[i], s.b[i])",
        "Forward averages count neurons instead of weighing them: tracers move the field.",
        by=(
            "properties/one_formula.py::tracers",
            "tests/dynamics/test_gradient.py::test_gradient_equals_finite_differences",
        ),
    ),
    Mutant(
        "first_layer_over_d",
        EQUATIONS,
        "H = {1: x.bmm(s.W[1].mT)}",
        "H = {1: x.bmm(s.W[1].mT) / s.d}",
        "The inputs are averaged, not summed: H_1 is divided by d.",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/dynamics/test_gradient.py::test_gradient_equals_finite_differences",
        ),
    ),
    Mutant(
        "bias_added_twice",
        EQUATIONS,
        "s.W[i], s.b[i])",
        "s.W[i], 2 * s.b[i])",
        "The bias enters H_i twice.",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/dynamics/test_gradient.py::test_forward_is_the_loop_over_neurons",
        ),
    ),
)

BACKWARD = (
    Mutant(
        "backward_sum",
        EQUATIONS,
        _BACK,
        "Delta[i] @ s.W[i].mT",
        "Backward sums are not divided by N: P is missing.",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/dynamics/test_gradient.py::test_gradient_equals_finite_differences",
        ),
    ),
    Mutant(
        "backward_sum_one_layer",
        EQUATIONS,
        _BACK,
        f"(Delta[i] @ s.W[i].mT if i == 2 else {_BACK})",
        "The backward sum from layer 2 to layer 1 alone lacks its 1/N.",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/dynamics/test_gradient.py::test_gradient_equals_finite_differences",
        ),
    ),
    Mutant(
        "backward_root_N",
        EQUATIONS,
        _BACK,
        "average(Delta[i], s.measure[i] ** 0.5, s.W[i].mT)",
        "Backward sums are divided by √N instead of N.",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/dynamics/test_gradient.py::test_gradient_equals_finite_differences",
        ),
    ),
    Mutant(
        "backward_blind_to_P",
        EQUATIONS,
        _BACK,
        "Delta[i] @ s.W[i].mT / Delta[i].shape[-1]",
        "Backward averages count neurons instead of weighing them.",
        by=("tests/dynamics/test_gradient.py::test_gradient_equals_finite_differences",),
    ),
    Mutant(
        "backward_sign",
        EQUATIONS,
        _BACK,
        f"-{_BACK}",
        "Every backward sum has the wrong sign.",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/dynamics/test_gradient.py::test_gradient_equals_finite_differences",
        ),
    ),
    Mutant(
        "backward_sign_one_layer",
        EQUATIONS,
        _BACK,
        f"{_BACK} * (-1 if i == 2 else 1)",
        "Δ_1 alone has the wrong sign.",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/dynamics/test_gradient.py::test_gradient_equals_finite_differences",
        ),
    ),
    Mutant(
        "residual_sign",
        EQUATIONS,
        "residual = f.V[L] - z.y[..., None]",
        "residual = z.y[..., None] - f.V[L]",
        "The residual is y − ŷ: the loss is climbed.",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/dynamics/test_gradient.py::test_gradient_equals_finite_differences",
        ),
    ),
    Mutant(
        "slope_missing",
        EQUATIONS,
        _PULL,
        "mean",
        "The backward pass lacks φ' in every hidden layer.",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/dynamics/test_gradient.py::test_gradient_equals_finite_differences",
        ),
    ),
    Mutant(
        "readout_slope_missing",
        EQUATIONS,
        f"model.phi(L).pull({_LOSS}, f.H[L], f.V[L])",
        _LOSS,
        "Δ_L lacks φ_L', which is 1 for the usual read-out.",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/dynamics/test_gradient.py::test_gradient_equals_finite_differences",
        ),
    ),
    Mutant(
        "slope_twice",
        EQUATIONS,
        _PULL,
        f"({_PULL} * model.phi(i - 1).slope_at(f.H[i - 1], f.V[i - 1]))",
        "The backward pass has φ' twice.",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/dynamics/test_gradient.py::test_gradient_equals_finite_differences",
        ),
    ),
    Mutant(
        "slope_of_the_next_layer",
        EQUATIONS,
        _PULL,
        "model.phi(i).pull(mean, f.H[i - 1], f.V[i - 1])",
        "Δ_{i-1} has φ_i' in place of φ_{i-1}'.",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/dynamics/test_gradient.py::test_gradient_equals_finite_differences",
        ),
    ),
    Mutant(
        "slope_at_the_value",
        EQUATIONS,
        _PULL,
        "mean * model.phi(i - 1).slope(f.V[i - 1])",
        "φ' is evaluated at φ(H) instead of H.",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/dynamics/test_gradient.py::test_gradient_equals_finite_differences",
        ),
    ),
    Mutant(
        "transposed_at_equal_widths",
        EQUATIONS,
        "s.measure[i], model.backward(i, s.W[i]).mT)",
        "s.measure[i], s.W[i] if s.W[i].shape[-1] == s.W[i].shape[-2] else s.W[i].mT)",
        "Where two layers are equally wide, the backward sum runs over w(k, j) instead of w(j, k).",
        by=(
            "properties/normalised_gradients.py::against_symbols",
            "tests/dynamics/test_gradient.py::test_gradient_equals_autograd_of_a_looped_network",
        ),
    ),
    Mutant(
        "tanh_slope",
        "model/activation.py",
        "torch.ops.aten.tanh_backward.default",
        "lambda delta, v: delta * (1 - v)",
        "tanh' is taken for 1 − tanh instead of 1 − tanh².",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/dynamics/test_gradient.py::test_gradient_equals_finite_differences",
        ),
    ),
    Mutant(
        "loss_slope",
        "model/loss.py",
        "2 * r / (1 + r * r) ** 2",
        "2 * r / (1 + r * r)",
        "The slope of the Geman–McClure loss lacks a square.",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/model/test_activation.py::test_loss_slopes_are_derivatives",
        ),
    ),
)

GRADIENT = (
    Mutant(
        "gradient_without_phi",
        EQUATIONS,
        "else f.V[i - 1]",
        "else f.H[i - 1]",
        "G_i has H_{i-1} in place of φ_{i-1}(H_{i-1}).",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/dynamics/test_gradient.py::test_gradient_equals_finite_differences",
        ),
    ),
    Mutant(
        "gradient_with_uniform_q",
        EQUATIONS,
        _LOSS,
        "model.loss.slope(residual) / z.q.shape[-1]",
        "G is a plain average over the data: their probabilities q are ignored.",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/dynamics/test_gradient.py::test_gradient_equals_finite_differences",
        ),
    ),
    Mutant(
        "bias_gradient_with_uniform_q",
        EQUATIONS,
        "total(Delta[i])",
        "(Delta[i] / z.q[..., None]).mean(1)",
        "The gradients of the biases alone ignore the probabilities q.",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/dynamics/test_gradient.py::test_gradient_equals_autograd_of_a_looped_network",
        ),
    ),
    Mutant(
        "bias_not_trained",
        EQUATIONS,
        "total(Delta[i])",
        "total(Delta[i]) * 0.0",
        "The biases do not move.",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/dynamics/test_gradient.py::test_gradient_equals_autograd_of_a_looped_network",
        ),
    ),
    Mutant(
        "first_rate_without_N",
        EQUATIONS,
        "Delta[1] if i == 1 else",
        "Delta[1] / s.W[1].shape[-2] if i == 1 else",
        "The learning rate of layer 1 lacks its factor N_1.",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/dynamics/test_gradient.py::test_gradient_equals_finite_differences",
        ),
    ),
    Mutant(
        "middle_rate_without_N",
        EQUATIONS,
        "else Delta[i] for",
        "else Delta[i] / (s.W[i].shape[-2] if i < model.L else 1) for",
        "The learning rates of the middle layers lack their factor N_{i-1}.",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/dynamics/test_gradient.py::test_gradient_equals_finite_differences",
        ),
    ),
    Mutant(
        "last_rate_with_N_twice",
        EQUATIONS,
        "else Delta[i] for",
        "else Delta[i] * (s.W[i].shape[-2] if i == model.L else 1) for",
        "The learning rate of the last layer has its factor N_{L-1} twice.",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/dynamics/test_gradient.py::test_gradient_equals_finite_differences",
        ),
    ),
    Mutant(
        "bias_rate_with_N_twice",
        EQUATIONS,
        "total(Delta[i])",
        "total(Delta[i]) * s.b[i].shape[-1]",
        "The learning rates of the biases have their factor N_i twice.",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/dynamics/test_gradient.py::test_gradient_equals_autograd_of_a_looped_network",
        ),
    ),
    Mutant(
        "second_rate_doubled",
        EQUATIONS,
        "else Delta[i] for",
        "else Delta[i] * (2 if i == 2 else 1) for",
        "The learning rate of layer 2 is doubled.",
        by=(
            "properties/normalised_gradients.py::against_autograd",
            "tests/dynamics/test_gradient.py::test_gradient_equals_finite_differences",
        ),
    ),
    Mutant(
        "schedule_frozen",
        EQUATIONS,
        _RATES,
        "for part in model.rates(0.0)",
        "The schedules ξ(t) are read at t = 0 for ever.",
        by=("tests/dynamics/test_sgd.py::test_schedules_are_read_at_the_start_of_each_step",),
    ),
    Mutant(
        "schedule_ignored",
        EQUATIONS,
        _RATES,
        "for part in (dict.fromkeys(part, 1.0) for part in model.rates(t))",
        "The schedules ξ are ignored: every rate is 1.",
        by=("tests/dynamics/test_sgd.py::test_schedules_are_read_at_the_start_of_each_step",),
    ),
)
