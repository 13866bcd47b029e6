"""Bugs in the limits: integrators, quadratures, tracers, translations, and their errors."""

from tools.mutation.mutant import Mutant

INTEGRATE = "dynamics/integrate.py"
FLOW = "dynamics/flow.py"
LIMIT = "dynamics/limit.py"
REDUCED = "dynamics/reduced.py"
LATENT = "dynamics/latent.py"

TIME = (
    Mutant(
        "euler_sold_as_dormand_prince",
        INTEGRATE,
        "return moved(s, h, combine(list(zip(method.b, k, strict=True)))), k",
        "return moved(s, h, k[0]), k",
        "A step of Dormand–Prince is Euler's, with the error estimate of the former.",
        by=(
            "tests/dynamics/test_flow.py::test_flow_agrees_with_dop853_on_autograd_gradients[L=2]",
        ),
    ),
    Mutant(
        "fourth_order_sold_as_fifth",
        "dynamics/march.py",
        "new, k = step(DORMAND_PRINCE,",
        "new, k = step(DORMAND_PRINCE.__class__('Dormand–Prince 5(4)', 4, DORMAND_PRINCE.c,"
        " DORMAND_PRINCE.a, tuple(b - e for b, e in zip(DORMAND_PRINCE.b, DORMAND_PRINCE.e))),",
        "The flow goes on with the embedded solution of order four.",
        by=("tests/dynamics/test_flow.py::test_order_of_the_methods[method1-5]",),
    ),
    Mutant(
        "stages_at_the_wrong_time",
        INTEGRATE,
        "field(t + c * h,",
        "field(t,",
        "All stages of a step read the schedules ξ(t) at its beginning.",
        by=("tests/dynamics/test_flow.py::test_flow_agrees_with_dop853_under_a_moving_schedule",),
    ),
    Mutant(
        "a_coefficient_of_the_tableau",
        INTEGRATE,
        "(44 / 45, -56 / 15, 32 / 9),",
        "(44 / 45, -55 / 15, 31 / 9 + 2 / 45),",
        "Two coefficients of Dormand–Prince are off; their row still sums to its node.",
        by=("tests/dynamics/test_flow.py::test_order_conditions_of_dormand_prince",),
    ),
    Mutant(
        "errors_ten_times_too_small",
        "dynamics/norms.py",
        "ratio = (h * error / scale).abs()",
        "ratio = (h * error / scale).abs() / 1e4",
        "The flow accepts steps with ten thousand times the local error that was asked for.",
        by=("tests/dynamics/test_flow.py::test_global_error_follows_the_tolerance",),
    ),
    Mutant(
        "replicates_hide_behind_the_best",
        "dynamics/march.py",
        "worst = float(error[self.live].max())",
        "worst = float(error[self.live].min())",
        "The step of the flow is controlled by the replicate that needs it least.",
        by=("tests/dynamics/test_flow.py::test_blow_up_is_a_result_of_its_replicate_alone",),
    ),
    Mutant(
        "a_stiff_problem_is_a_blow_up",
        "dynamics/march.py",
        "if bool(stiff.any()):",
        "if False:",
        "A flow that the solver cannot follow is evidence against a theorem.",
        by=("tests/dynamics/test_flow.py::test_a_stiff_problem_is_no_blow_up",),
    ),
    Mutant(
        "nan_error_is_small",
        "dynamics/norms.py",
        "return torch.nan_to_num(worst, nan=torch.inf)",
        "return torch.nan_to_num(worst, nan=0.0)",
        "A step that ends in NaN is accepted: NaN is treated as a small error.",
        by=("tests/dynamics/test_flow.py::test_blow_up_is_a_result_of_its_replicate_alone",),
    ),
    Mutant(
        "limit_at_T_minus_eps",
        LIMIT,
        "sgd(model, s, data, eps, T, **options)",
        "sgd(model, s, data, eps, T - eps, **options)",
        "The limit at a fixed step is taken at T − ε.",
        by=(
            "tests/problems/test_problem.py::test_a_problem_changed_in_part_has_limits_of_its_own",
        ),
    ),
    Mutant(
        "limit_in_single_precision",
        LIMIT,
        "atoms = emb.atoms.to(torch.float64)",
        "atoms = emb.atoms.to(torch.float32).to(torch.float64)",
        "The limit starts from atoms rounded to float32 where float64 is promised.",
        by=("tests/dynamics/test_flow.py::test_limit_states_its_error",),
    ),
    Mutant(
        "the_error_of_a_limit_is_at_the_start",
        LIMIT,
        "return max(_apart(x, y) for x, y in pairs)",
        "return min(_apart(x, y) for x, y in pairs)",
        "The error of a limit is its least distance over time, which is nought at t = 0.",
        by=("tests/dynamics/test_flow.py::test_limit_states_its_error",),
    ),
    Mutant(
        "refined_against_itself",
        LIMIT,
        "error = _gap(coarse, fine)",
        "error = _gap(fine, fine)",
        "The error of a limit is its distance from itself.",
        by=("tests/dynamics/test_flow.py::test_limit_states_its_error",),
    ),
    Mutant(
        "recorded_one_step_late",
        "dynamics/fixed.py",
        "k * h, s, h)",
        "(k + 1) * h, s, h)",
        "Steps of one size read the schedules one step ahead.",
        by=("tests/dynamics/test_fixed.py::test_one_step_by_hand",),
    ),
)

NODES = (
    Mutant(
        "nodes_that_agree_by_chance",
        REDUCED,
        "error = float((now - before).abs().max())",
        "error = float((now - before).abs().min())",
        "The quadrature of i.i.d. weights is refined until one of its numbers agrees.",
        by=("tests/dynamics/test_reduced.py::test_gaussian_laws_state_what_they_reach",),
    ),
    Mutant(
        "scramblings_are_one",
        REDUCED,
        "qmc.Sobol(len(laws), rng=k)",
        "qmc.Sobol(len(laws), rng=0)",
        "All scramblings of a Sobol rule are the same: its error is nought.",
        by=(
            "tests/dynamics/test_reduced.py::"
            "test_high_dimensions_take_sobol_points_and_state_their_spread",
        ),
    ),
    Mutant(
        "error_over_n_for_root_n",
        REDUCED,
        ".std(0).max() / SCRAMBLINGS**0.5)",
        ".std(0).max() / SCRAMBLINGS)",
        "The error of a mean over scramblings is divided by n instead of √n.",
        by=(
            "tests/dynamics/test_reduced.py::"
            "test_the_error_over_scramblings_is_three_standard_errors_of_their_mean",
        ),
    ),
    Mutant(
        "tracers_have_mass",
        REDUCED,
        "_joined(nodes.P[i], torch.zeros_like(C.P[i]), lead, -1)",
        "_joined(nodes.P[i] / 2, C.P[i] / 2, lead, -1)",
        "Sampled neurons that ride along have half of the mass: tracers move the field.",
        by=("tests/dynamics/test_reduced.py::test_tracers_do_not_move_the_nodes",),
    ),
    Mutant(
        "tracers_start_at_the_nodes",
        REDUCED,
        "W = {1: _joined(nodes.W[1], C.W[1], lead, -2)}",
        "W = {1: _joined(nodes.W[1], C.W[1].flip(-2), lead, -2)}",
        "Tracers carry the labels of other neurons.",
        by=("tests/dynamics/test_reduced.py::test_a_fixed_stream_has_its_own_recursion",),
    ),
    Mutant(
        "translation_without_its_start",
        REDUCED,
        "return s.W[i].flatten()[0] - emb.means()[i]",
        "return s.W[i].flatten()[0]",
        "Δ*(t) is the weight itself instead of what it has moved by.",
        by=("tests/dynamics/test_reduced.py::test_translations_against_a_hand_coded_system[5]",),
    ),
    Mutant(
        "translation_of_the_next_layer",
        REDUCED,
        "return s.W[i].flatten()[0] - emb.means()[i]",
        "return s.W[i - 1].flatten()[0] - emb.means()[i - 1]",
        "Δ_i* is read off layer i − 1.",
        by=("tests/dynamics/test_reduced.py::test_translations_against_a_hand_coded_system[5]",),
    ),
    Mutant(
        "latent_points_crowd_at_one_end",
        LATENT,
        "np.clip(points, 2.0**-54",
        "np.clip(points**2, 2.0**-54",
        "The points of a latent quadrature are squares of uniform ones.",
        by=(
            "tests/dynamics/test_latent_nodes.py::"
            "test_the_points_of_every_layer_follow_the_law_of_its_labels",
        ),
    ),
    Mutant(
        "latent_tracers_have_mass",
        LATENT,
        "c.new_zeros(c.shape[:-1])], -1)",
        "c.new_full(c.shape[:-1], 0.1 / c.shape[-2])], -1)",
        "Tracers of a latent limit have a tenth of the mass: they move the field.",
        by=(
            "tests/dynamics/test_latent_nodes.py::test_nodes_share_the_mass_and_tracers_have_none",
        ),
    ),
    Mutant(
        "latent_nodes_unnormalised",
        LATENT,
        "few.new_full(few.shape[:-1], 1 / M[i])",
        "few.new_full(few.shape[:-1], 1 / (M[i] - 1))",
        "The weights of a latent quadrature sum to M/(M − 1).",
        by=(
            "tests/dynamics/test_latent_nodes.py::test_nodes_share_the_mass_and_tracers_have_none",
        ),
    ),
)
