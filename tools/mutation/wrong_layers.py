"""Bugs of one layer alone: each factor of N in forward, backward and learning rate, each slope."""

from tools.mutation.mutant import Mutant

EQUATIONS = "dynamics/meanfield.py"

_AVERAGE = "average(V[i - 1], s.measure[i - 1], s.W[i], s.b[i])"
_BACK = "average(Delta[i], s.measure[i], model.backward(i, s.W[i]).mT)"
_PULL = "model.phi(i - 1).pull(mean, f.H[i - 1], f.V[i - 1])"
_COLS = "else Delta[i] for"

_BY = (
    "properties/normalised_gradients.py::against_autograd",
    "tests/dynamics/test_gradient.py::test_gradient_equals_finite_differences",
)
_FORWARD_BY = (_BY[0], "tests/dynamics/test_gradient.py::test_forward_is_the_loop_over_neurons")
_LOOPED_BY = (
    _BY[0],
    "tests/dynamics/test_gradient.py::test_gradient_equals_autograd_of_a_looped_network",
)

FORWARD_BY_LAYER = tuple(
    Mutant(
        f"forward_sum_into_{name}",
        EQUATIONS,
        _AVERAGE,
        f"average(V[i - 1], 1.0 if i == {layer} else s.measure[i - 1], s.W[i], s.b[i])",
        f"The forward sum into {words} alone is not divided by N.",
        by=_BY,
    )
    for name, layer, words in (
        ("2", "2", "layer 2"),
        ("3", "3", "layer 3"),
        ("4", "4", "layer 4"),
        ("the_last", "model.L", "the last layer"),
    )
)

BACKWARD_BY_LAYER = tuple(
    Mutant(
        f"backward_{name}_from_{i}",
        EQUATIONS,
        _BACK,
        f"average(Delta[i], {wrong} if i == {i} else s.measure[i], s.W[i].mT)",
        f"The backward sum from layer {i} to layer {i - 1} alone {words}.",
        by=_BY,
    )
    for i in (2, 3, 4)
    for name, wrong, words in (
        ("sum", "1.0", "lacks its 1/N"),
        ("root_N", "s.measure[i] ** 0.5", "is divided by √N"),
    )
    if (i, name) != (2, "sum")
)

RATES_BY_LAYER = (
    *(
        Mutant(
            f"rate_of_layer_{i}_without_N",
            EQUATIONS,
            _COLS,
            f"else Delta[i] / (s.widths[i - 1] if i == {i} else 1) for",
            f"The learning rate of layer {i} alone lacks its factor N_{i - 1}.",
            by=_BY,
        )
        for i in (2, 3, 4)
    ),
    *(
        Mutant(
            f"rate_of_layer_{i}_without_its_upper_N",
            EQUATIONS,
            _COLS,
            f"else Delta[i] / (s.widths[i] if i == {i} else 1) for",
            f"The learning rate of layer {i} alone lacks its factor N_{i}.",
            by=_BY,
        )
        for i in (2, 3)
    ),
    Mutant(
        "last_rate_without_N",
        EQUATIONS,
        _COLS,
        "else Delta[i] / (s.widths[i - 1] if i == model.L else 1) for",
        "The learning rate of the last layer alone lacks its factor N_{L-1}.",
        by=_BY,
    ),
    Mutant(
        "bias_rate_without_N",
        EQUATIONS,
        "{i: total(Delta[i]) for",
        "{i: total(Delta[i]) / s.widths[i] for",
        "The learning rates of the biases lack their factor N_i.",
        by=_LOOPED_BY,
    ),
)

SLOPES_BY_LAYER = (
    *(
        Mutant(
            f"slope_missing_in_layer_{i}",
            EQUATIONS,
            _PULL,
            f"mean if i - 1 == {i} else {_PULL}",
            f"The backward pass lacks φ' in layer {i} alone.",
            by=_BY,
        )
        for i in (1, 2, 3)
    ),
    Mutant(
        "slope_of_the_layer_below",
        EQUATIONS,
        _PULL,
        _PULL.replace("model.phi(i - 1)", "model.phi(max(i - 2, 1))"),
        "Δ_{i-1} has φ_{i-2}' in place of φ_{i-1}'.",
        by=_BY,
    ),
)

BIASES = (
    Mutant(
        "bias_averaged_over_the_layer",
        EQUATIONS,
        "s.W[i], s.b[i])",
        "s.W[i], s.b[i].mean(-1, keepdim=True).expand_as(s.b[i]))",
        "H_i has the mean of the layer's biases in place of the neuron's own.",
        by=_FORWARD_BY,
    ),
    Mutant(
        "bias_inside_the_average",
        EQUATIONS,
        "s.W[i], s.b[i])",
        "s.W[i], s.b[i] / s.widths[i - 1])",
        "The bias is divided by N, as if one of N neurons below carried it.",
        by=_FORWARD_BY,
    ),
    Mutant(
        "bias_gradient_averaged_over_the_layer",
        EQUATIONS,
        "{i: total(Delta[i]) for",
        "{i: total(Delta[i]).mean(-1, keepdim=True).expand_as(s.b[i]) for",
        "All biases of a layer move by the mean of their gradients.",
        by=_LOOPED_BY,
    ),
)
