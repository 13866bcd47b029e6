"""Bugs in what theorems are held against: rates, the limit between its times, γ and S at rest."""

from tools.mutation.mutant import Mutant

LEGS = "claims/legs.py"
REST = "observe/rest.py"
LEGS_TEST = "tests/claims/test_legs.py"
REST_TEST = "tests/observe/test_rest.py"

RATES = (
    Mutant(
        "the_limit_is_a_polygon",
        "dynamics/interpolate.py",
        "return w[k] + x * rise + x * y * turn",
        "return w[k] + x * rise",
        "Between recorded times the limit is taken for a straight line.",
        by=("tests/dynamics/test_interpolate.py::test_it_is_of_fourth_order",),
    ),
    Mutant(
        "the_bound_without_its_step",
        LEGS,
        "return N**-0.5 + eps**0.5",
        "return N**-0.5",
        "The coupling bound has no term in the step.",
        by=(f"{LEGS_TEST}::test_envelope_by_hand",),
    ),
    Mutant(
        "every_step_count_has_the_same_samples",
        LEGS,
        'seeds.fold("samples", steps)',
        'seeds.fold("other samples", steps)',
        "SGD beside the limit draws from another stream than the one that it names.",
        by=(f"{LEGS_TEST}::test_the_gap_is_that_of_every_step_and_every_weight_to_the_flow",),
    ),
    Mutant(
        "quantiles_of_twice_delta",
        "claims/tail.py",
        "quantile(1 - times / inverse, dim=1)",
        "quantile(1 - 2 * times / inverse, dim=1)",
        "The tail of D_T is read at twice the δ that is asked for.",
        by=(
            "tests/claims/test_tail.py"
            "::test_quantiles_are_those_of_each_group_and_every_group_is_measured_once",
        ),
    ),
)

AT_REST = (
    Mutant(
        "the_sum_leaves_the_signs",
        "observe/combination.py",
        "both = np.hstack([ridges, -ridges])",
        "both = np.hstack([ridges, ridges])",
        "γ is a minimum over combinations with positive coefficients alone.",
        by=("tests/observe/test_combination.py::test_it_is_the_best_of_all_bases",),
    ),
    Mutant(
        "no_constant_is_a_bound",
        REST,
        "torch.where(self.right.isinf(), torch.inf, share)",
        "torch.where(self.right.isinf(), 0.0, share)",
        "Where the theorem has no constant its inequality counts as met.",
        by=(f"{REST_TEST}::test_no_constant_is_no_bound_even_at_rest",),
    ),
    Mutant(
        "the_slope_is_not_conditioned_on_x",
        REST,
        "@ share.mT / mass\n    return AtInputs",
        "@ share.mT\n    return AtInputs",
        "λ is summed over the labels of an input and not averaged.",
        by=(f"{REST_TEST}::test_what_is_read_at_the_inputs",),
    ),
)
