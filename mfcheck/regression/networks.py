"""Networks of the standard model: every depth, activation, loss, rate and way of sampling."""

from math import cos, sin
from typing import Any

from mfcheck.regression.case import Case
from mfcheck.regression.sampled import Drawn, descent, flow_move, samples, stream_move

WEIGHTED = {"weighted": True}
UNEQUAL = {1: 3, 2: 8, 3: 5}
RATES: dict[str, Any] = {
    "xi": {1: 0.5, 2: 2.0, 3: 1.5, 4: 0.25},
    "xi_b": {2: 0.75, 3: 1.25, 4: 3.0},
}
MOVING: dict[str, Any] = {
    "xi": {1: lambda t: 1 + sin(3 * t), 2: lambda t: cos(t), 3: lambda t: 1 / (1 + t)},
    "xi_b": {2: lambda t: t, 3: lambda t: 2 - t},
}
ENDS: dict[str, Any] = {"xi": {1: 0.0, 4: 0.0}, "xi_b": {2: 0.0, 4: 0.0}}

NETWORKS = (
    Case(
        "descent_2_layers",
        "L = 2, tanh, squared loss: full-batch descent",
        Drawn("tanh identity", descent),
    ),
    Case(
        "descent_2_layers_linear",
        "L = 2, linear, squared loss, many atoms with unequal q: full-batch descent",
        Drawn("identity identity", descent, {"n": 9, "data": "clusters"} | WEIGHTED),
    ),
    Case(
        "descent_3_layers_huber",
        "L = 3, tanh, Huber loss with large residuals, two networks: full-batch descent",
        Drawn("tanh tanh identity", descent, {"loss": "huber", "centre": 2.0}, replicates=2),
    ),
    Case(
        "descent_3_layers_relu",
        "L = 3, relu, Tukey's biweight with residuals on both sides of 1: full-batch descent",
        Drawn(
            "relu relu identity", descent, {"loss": "tukey", "centre": 0.2, "data": "sine", "d": 2}
        ),
    ),
    Case(
        "descent_3_layers_readout",
        "L = 3, erf and sin under a sigmoid read-out, log cosh loss: full-batch descent",
        Drawn("erf sin sigmoid", descent, {"loss": "logcosh", "n": 7}),
    ),
    Case(
        "descent_3_layers_softplus",
        "L = 3, softplus under a tanh read-out, squared loss: full-batch descent",
        Drawn("softplus softplus tanh", descent, {"data": "clusters", "d": 4}),
    ),
    Case(
        "descent_4_layers_unequal",
        "L = 4, erf, sigmoid, softplus, Geman–McClure loss, widths 3, 8, 5: full-batch descent",
        Drawn(
            "erf sigmoid softplus identity", descent, {"loss": "geman_mcclure"} | WEIGHTED, UNEQUAL
        ),
    ),
    Case(
        "descent_5_layers",
        "L = 5, sin, tanh, softplus, erf, Huber loss: full-batch descent",
        Drawn("sin tanh softplus erf identity", descent, {"loss": "huber"}, 4),
    ),
    Case(
        "descent_6_layers",
        "L = 6, tanh, erf, sigmoid, relu, tanh, squared loss, no biases at first: descent",
        Drawn("tanh erf sigmoid relu tanh identity", descent, {"bias": 0.0, "centre": 1.0}, 4),
    ),
    Case(
        "descent_long",
        "L = 3, tanh, squared loss: twenty steps of full-batch descent",
        Drawn("tanh tanh identity", descent, {"T": 4.0, "eps": 0.2, "seed": 4}),
    ),
    Case(
        "rates_by_layer",
        "L = 4, tanh, another constant rate for every layer's weights and biases: descent",
        Drawn("tanh tanh tanh identity", descent, WEIGHTED, **RATES),
    ),
    Case(
        "rates_in_time",
        "L = 3, sigmoid and tanh, rates that depend on t: full-batch descent",
        Drawn("sigmoid tanh identity", descent, {"seed": 5}, **MOVING),
    ),
    Case(
        "ends_frozen",
        "L = 4, tanh, first and last layer and two biases frozen: full-batch descent",
        Drawn("tanh tanh tanh identity", descent, {"loss": "logcosh"}, **ENDS),
    ),
    Case(
        "flow_2_layers",
        "L = 2, erf, log cosh loss: gradient flow",
        Drawn("erf identity", flow_move, {"loss": "logcosh"} | WEIGHTED),
    ),
    Case(
        "flow_3_layers_in_time",
        "L = 3, tanh, squared loss, rates that depend on t, two networks: gradient flow",
        Drawn("tanh tanh identity", flow_move, {"seed": 6}, replicates=2, **MOVING),
    ),
    Case(
        "flow_5_layers",
        "L = 5, sin, softplus, tanh, erf, Geman–McClure loss: gradient flow",
        Drawn("sin softplus tanh erf identity", flow_move, {"loss": "geman_mcclure"}, 4),
    ),
    Case(
        "samples_of_one",
        "L = 3, tanh, squared loss, unequal q, three networks: SGD on one fresh sample a step",
        Drawn("tanh tanh identity", samples(1), WEIGHTED, replicates=3),
    ),
    Case(
        "samples_of_four",
        "L = 4, sigmoid, softplus, sin, Huber loss, two networks: SGD on four samples a step",
        Drawn("sigmoid softplus sin identity", samples(4), {"loss": "huber"}, 4, 2),
    ),
    Case(
        "given_stream",
        "L = 3, sin and erf, log cosh loss, unequal q: SGD on a given stream, two samples a step",
        Drawn("sin erf identity", stream_move, {"loss": "logcosh"} | WEIGHTED),
    ),
)
