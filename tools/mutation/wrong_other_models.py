"""Bugs in the other equations: the general model, partially trained networks, observables."""

from tools.mutation.mutant import Mutant

GENERAL = "dynamics/general_equations.py"
SYSTEM = "partial/system.py"
NETWORK = "partial/network.py"
KERNELS = "partial/kernels.py"
TANGENT = "partial/tangent.py"

THROUGH = (
    Mutant(
        "general_forward_blind_to_P",
        GENERAL,
        "s.P[i - 1][r], model.phi(i)(w, b, h))",
        "s.P[i - 1][r] * 0 + 1 / s.widths[i - 1], model.phi(i)(w, b, h))",
        "General model: forward averages count neurons instead of weighing them.",
        by=(
            "tests/dynamics/test_general_equations.py::test_where_w_enters_linearly_it_is_the_standard_model",
        ),
    ),
    Mutant(
        "general_forward_sum",
        GENERAL,
        "s.P[i - 1][r], model.phi(i)(w, b, h))",
        "s.P[i - 1][r] * 0 + 1.0, model.phi(i)(w, b, h))",
        "General model: forward sums are not divided by N.",
        by=(
            "tests/dynamics/test_general_equations.py::test_where_w_enters_linearly_it_is_the_standard_model",
        ),
    ),
    Mutant(
        "general_backward_sum",
        GENERAL,
        "pull * s.P[i][r, None, k])",
        "pull)",
        "General model: backward sums are not weighed by P, that is not divided by N.",
        by=(
            "tests/dynamics/test_general_equations.py::test_where_w_enters_linearly_it_is_the_standard_model",
        ),
    ),
    Mutant(
        "general_q_twice",
        GENERAL,
        "slope * z.q[..., None], H_L, y_hat",
        "slope * z.q[..., None] ** 2, H_L, y_hat",
        "General model: the probabilities of the data enter the gradient squared.",
        by=(
            "tests/dynamics/test_general_equations.py::test_gradient_equals_autograd_of_a_looped_network",
        ),
    ),
    Mutant(
        "general_output_slope_missing",
        GENERAL,
        "Delta = model.output.pull(\n        slope * z.q[..., None], H_L, y_hat\n    )",
        "Delta = slope * z.q[..., None]",
        "General model: Δ_L lacks the slope of the output activation.",
        by=(
            "tests/dynamics/test_general_equations.py::test_gradient_equals_autograd_of_a_looped_network",
        ),
    ),
    Mutant(
        "general_weights_for_biases",
        GENERAL,
        "d_w, d_b, d_h = partials(",
        "d_b, d_w, d_h = partials(",
        "General model: ∂φ/∂w and ∂φ/∂b are exchanged.",
        by=(
            "tests/dynamics/test_general_equations.py::"
            "test_where_w_enters_linearly_it_is_the_standard_model[L=4]",
        ),
    ),
    Mutant(
        "general_bias_summed_over_neurons",
        GENERAL,
        'torch.einsum("rj,rbjk->rbk", s.P[i - 1][r], d_b)',
        "d_b.sum(2)",
        "General model: the bias, which stands inside the average, counts N times.",
        by=(
            "tests/dynamics/test_general_equations.py::"
            "test_where_w_enters_linearly_it_is_the_standard_model[L=4]",
        ),
    ),
    Mutant(
        "general_bias_of_one_neuron",
        GENERAL,
        'torch.einsum("rj,rbjk->rbk", s.P[i - 1][r], d_b)',
        "d_b[:, :, 0]",
        "General model: the gradient of a bias is that at the first neuron, not the average.",
        by=(
            "tests/dynamics/test_general_equations.py::test_descent_is_torch_sgd_of_a_plain_network",
        ),
    ),
    Mutant(
        "general_last_block_wins",
        GENERAL,
        "Delta[r] += torch.einsum",
        "Delta[r] = torch.einsum",
        "General model: the backward sum keeps the last block of neurons only.",
        by=("tests/dynamics/test_general_equations.py::test_blocks_change_nothing",),
    ),
    Mutant(
        "general_first_layer_of_one_point",
        GENERAL,
        "G[r, k] = (slope * pull[r, :, k, None]).sum(1)",
        "G[r, k] = (slope * pull[r, :, k, None])[:, 0]",
        "General model: the gradient of layer 1 sees the first data point alone.",
        by=(
            "tests/dynamics/test_general_equations.py::"
            "test_where_w_enters_linearly_it_is_the_standard_model[L=3]",
        ),
    ),
)

PARTIAL = (
    Mutant(
        "half_the_hidden_kernel",
        SYSTEM,
        "{1: push.expand(len(v.cols[1]), -1, -1)}",
        "{1: push.expand(len(v.cols[1]), -1, -1) / 2}",
        "Partially trained: h moves by k0/2.",
        by=("tests/partial/test_motion.py::test_the_velocity_is_the_gradient_by_autograd",),
    ),
    Mutant(
        "hidden_moves_by_the_identity",
        SYSTEM,
        "if 1 not in v.cols:",
        "if 1 in v.cols or 1 not in v.cols:",
        "Partially trained: h moves at each data point by itself, as if k0 were the identity.",
        by=("tests/partial/test_motion.py::test_the_velocity_is_the_gradient_by_autograd",),
    ),
    Mutant(
        "batches_are_summed",
        SYSTEM,
        "q = self.q.new_full((index.shape[-1],), 1 / index.shape[-1])",
        "q = self.q.new_full((index.shape[-1],), 1.0)",
        "Partially trained: a step takes the sum over its batch instead of the mean.",
        by=("tests/partial/test_motion.py::test_a_step_on_a_batch_is_the_mean_of_its_points",),
    ),
    Mutant(
        "rates_of_the_wrong_layer",
        SYSTEM,
        "xi={1: xi_W, 2: xi_a}",
        "xi={1: xi_a, 2: xi_W}",
        "Partially trained: the rates of a and of h are exchanged.",
        by=("tests/partial/test_motion.py::test_the_velocity_is_the_gradient_by_autograd",),
    ),
    Mutant(
        "features_scaled_by_root_M",
        NETWORK,
        "M ** (beta - 1)",
        "M ** (-beta)",
        "Partially trained: features are pushed by M^{−β} instead of M^{β−1}.",
        by=(
            "tests/partial/test_motion.py::"
            "test_a_network_trained_by_autograd_at_its_own_rates_takes_the_same_steps",
        ),
    ),
    Mutant(
        "hidden_without_its_scale",
        NETWORK,
        "return (W @ features.mT) * features.shape[-1] ** -beta",
        "return (W @ features.mT) / features.shape[-1]",
        "Partially trained: h is divided by M whatever β is.",
        by=(
            "tests/partial/test_motion.py::"
            "test_weights_and_function_space_take_the_same_stochastic_steps",
        ),
    ),
    Mutant(
        "arc_sine_without_its_two",
        KERNELS,
        "torch.arcsin(2 * c /",
        "torch.arcsin(c /",
        "The kernel of erf features lacks a factor 2 inside arcsin.",
        by=("tests/partial/test_kernels.py::test_closed_forms_agree_with_gauss_hermite",),
    ),
    Mutant(
        "arc_cosine_over_pi",
        KERNELS,
        "theta.cos()) / (2 * pi)",
        "theta.cos()) / pi",
        "The kernel of relu features is twice what it is.",
        by=("tests/partial/test_kernels.py::test_the_arc_cosine_agrees_with_adaptive_integration",),
    ),
    Mutant(
        "tangent_without_a_squared",
        TANGENT,
        "hidden = (slope * (p * a.square())[..., None]).mT @ slope",
        "hidden = (slope * (p * a.abs())[..., None]).mT @ slope",
        "K_t has |a| in place of a².",
        by=("tests/partial/test_tangent.py::test_the_kernel_is_jacobian_times_jacobian",),
    ),
    Mutant(
        "decay_without_its_two",
        TANGENT,
        "return 2 * least_eigenvalue(s[:, None] * kernel * s)",
        "return least_eigenvalue(s[:, None] * kernel * s)",
        "The rate at which a squared loss falls lacks its factor 2.",
        by=("tests/partial/test_tangent.py::test_the_rate_is_the_infimum_over_residuals",),
    ),
    Mutant(
        "floor_of_the_largest_point",
        TANGENT,
        "diagonal.amin(-1)",
        "diagonal.amax(-1)",
        "The floor of λ_min(K_t) takes the data point where σ' is largest.",
        by=("tests/partial/test_tangent.py::test_the_floor_is_below_every_eigenvalue",),
    ),
    Mutant(
        "nodes_with_double_mass",
        "partial/nodes.py",
        ".expand(a.shape) / 2",
        ".expand(a.shape)",
        "The Gaussian start has mass two: its weights are not normalised.",
        by=(
            "tests/partial/test_partial_problem.py::test_nodes_have_the_moments_of_the_gaussian_process",
        ),
    ),
    Mutant(
        "rademacher_without_contraction",
        "partial/rademacher.py",
        "return 2 * A * STEEPEST[sigma]",
        "return A * STEEPEST[sigma]",
        "The Rademacher bound lacks the 2 of the contraction principle.",
        by=("tests/partial/test_rademacher.py::test_the_bound_by_hand",),
    ),
    Mutant(
        "covariance_of_the_other_scaling",
        "partial/partial_problem.py",
        "return k0 / M if M else torch.zeros_like(k0)",
        "return k0",
        "At β = 1 hidden functions start as if β were 1/2.",
        by=(
            "tests/partial/test_partial_problem.py::"
            "test_hidden_functions_start_with_the_covariance_of_their_scaling",
        ),
    ),
)

OBSERVED = (
    Mutant(
        "gram_blind_to_P",
        "observe/spectrum.py",
        "return (V * P.reshape(*state.replicates, *[1] * (x.dim() - 1), -1)) @ V.mT",
        "return V @ V.mT / V.shape[-1]",
        "Gram matrices count neurons instead of weighing them.",
        by=(
            "tests/observe/test_spectrum.py::"
            "test_the_gram_matrix_of_erf_under_a_gaussian_law_is_an_arcsine",
        ),
    ),
    Mutant(
        "dissipation_without_biases",
        "observe/energy.py",
        "total = total + rate * (P[i] * G.b[i].square()).sum(-1)",
        "total = total + 0 * rate * (P[i] * G.b[i].square()).sum(-1)",
        "The energy that the flow loses leaves out what the biases contribute.",
        by=(
            "tests/observe/test_energy.py::"
            "test_it_is_minus_the_derivative_of_the_loss_in_the_flow_s_direction[general]",
        ),
    ),
    Mutant(
        "clenshaw_curtis_unnormalised",
        "observe/energy.py",
        "return (T / 2 * whole)",
        "return (T * whole)",
        "The quadrature in time integrates over twice the interval.",
        by=("tests/observe/test_energy.py::test_the_rule_integrates_polynomials",),
    ),
    Mutant(
        "normality_of_n",
        "observe/normality.py",
        "y.std(-1, keepdim=True)",
        "y.std(-1, keepdim=True, correction=0)",
        "The Anderson–Darling statistic is standardised by 1/n instead of 1/(n − 1).",
        by=("tests/observe/test_normality.py::test_it_is_scipys_statistic_with_stephens_factor",),
    ),
    Mutant(
        "cycles_of_equal_rows",
        "observe/cycles.py",
        "cycles = (rows - same_column)",
        "cycles = rows",
        "The four-cycle counts cycles of a column with itself.",
        by=("tests/observe/test_cycles.py::test_it_is_the_average_over_distinct_indices",),
    ),
    Mutant(
        "arrival_at_the_step_after",
        "observe/arrival.py",
        "eps * (k - back)",
        "eps * k",
        "The time of arrival is that of the first step at the goal: no interpolation.",
        by=(
            "tests/observe/test_arrival.py::test_the_time_of_an_exponential_is_met_to_second_order",
        ),
    ),
    Mutant(
        "the_degree_has_no_sign",
        "observe/degree.py",
        "return (sign[:, None] * inside).sum(0)",
        "return inside.sum(0)",
        "The degree counts preimages without their sign.",
        by=("tests/observe/test_degree.py::test_both_counts_agree_in_the_plane",),
    ),
    Mutant(
        "excess_of_the_worst_label",
        "observe/excess.py",
        "k, step = int(risks.argmin())",
        "k, step = int(risks.argmax())",
        "The least risk is sought where the risk is greatest.",
        by=(
            "tests/observe/test_excess.py::"
            "test_under_squared_loss_it_is_half_the_variance_within_each_x",
        ),
    ),
    Mutant(
        "speed_of_signed_motion",
        "observe/stationarity.py",
        "return ((value @ self.pull).abs() @ self.P[..., None])[..., 0]",
        "return ((value @ self.pull) @ self.P[..., None])[..., 0]",
        "The speed of layer 2 is averaged with its sign: motions cancel.",
        by=(
            "tests/observe/test_stationarity.py::"
            "test_the_speed_of_own_neurons_is_the_mean_absolute_gradient",
        ),
    ),
)
