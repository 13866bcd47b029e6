"""Bugs in premises, symbols, data and special networks: what a claim may take for granted."""

from tools.mutation.mutant import Mutant

PREMISES = "claims/premises.py"
REGULARITY = "symbolic/regularity.py"

ASSUMED = (
    Mutant(
        "one_equal_coordinate_is_the_same_point",
        PREMISES,
        "same = (x[:, None] == x[None]).all(-1)",
        "same = (x[:, None] == x[None]).any(-1)",
        "Two data points that share one coordinate are taken for one: Y is no function of X.",
        by=("tests/claims/test_assumption.py::test_a_target_that_is_no_function_is_seen",),
    ),
    Mutant(
        "every_loss_is_attainable",
        PREMISES,
        "if known.convex.holds:",
        "if known.nonnegative.holds:",
        "A loss passes for convex if it is not negative.",
        by=(
            "tests/claims/test_assumption.py::"
            "test_a_loss_that_is_not_convex_asks_for_labels_that_can_be_attained",
        ),
    ),
    Mutant(
        "one_unbounded_coordinate_is_full_support",
        PREMISES,
        "return all(whole), f",
        "return any(whole), f",
        "The law of w_1 has full support if one of its coordinates has.",
        by=("tests/claims/test_assumption.py::test_full_support_is_read_off_the_law",),
    ),
    Mutant(
        "trained_biases_are_frozen",
        PREMISES,
        "trained = [i for i, rate in rates.items() if rate != 0]",
        "trained = [i for i, rate in rates.items() if rate is None]",
        "Biases with any rate are said to be frozen.",
        by=("tests/claims/test_assumption.py::test_shared_premises_tell_problems_apart",),
    ),
    Mutant(
        "facts_that_fail_are_passed_over",
        PREMISES,
        "next((fact for fact in some if not fact.holds), None)",
        "next((fact for fact in some if fact.holds is None), None)",
        "A fact about an activation or a loss that is false does not break a premise.",
        by=("tests/claims/test_assumption.py::test_broken_premises_are_named",),
    ),
    Mutant(
        "bounded_weights_but_one",
        PREMISES,
        "range(2, emb.L + 1)]",
        "range(3, emb.L + 1)]",
        "w_2 may be unbounded where bounded weights are assumed.",
        by=("tests/claims/test_assumption.py::test_every_layer_above_the_first_must_be_bounded",),
    ),
    Mutant(
        "slightly_concave_is_convex",
        REGULARITY,
        "return Fact(bool(least.value >= 0), least.value, _said(f\"inf {name}''\"",
        "return Fact(bool(least.value >= -4), least.value, _said(f\"inf {name}''\"",
        "A loss is convex if its curvature is nowhere below −4.",
        by=("tests/symbolic/test_regularity.py::test_losses_on_a_grid[geman_mcclure]",),
    ),
    Mutant(
        "jumps_are_lipschitz",
        REGULARITY,
        "for at, left, right in f.jumps:\n        ends",
        "for at, left, right in f.jumps[:0]:\n        ends",
        "A slope that jumps, as that of relu, is Lipschitz.",
        by=("tests/symbolic/test_regularity.py::test_activations_on_a_grid[relu]",),
    ),
    Mutant(
        "variance_once_in_the_arcsine",
        "symbolic/gaussian.py",
        ".subs(K, 1 + 2 * a)",
        ".subs(K, 1 + a)",
        "The closed form of E erf(h) has 1 + a in place of 1 + 2a.",
        by=("tests/symbolic/test_closed.py::test_gaussian_averages_against_scipy",),
    ),
)

MADE = (
    Mutant(
        "idx_the_other_way_round",
        "data/idx.py",
        'unpack_from(f">{axes}I", raw, 4)',
        'unpack_from(f"<{axes}I", raw, 4)',
        "The sizes in an IDX file are read with their bytes in the wrong order.",
        by=("tests/data/test_idx.py::test_damage_is_named",),
    ),
    Mutant(
        "data_forget_their_mass",
        "data/law.py",
        "return rounded / rounded.sum()",
        "return rounded",
        "After a cast the probabilities of the data no longer sum to one.",
        by=("tests/data/test_law.py::test_probabilities_sum_to_one_whatever_the_casts",),
    ),
    Mutant(
        "the_staircase_has_its_diagonal_on_the_other_side",
        "model/staircase.py",
        "torch.where(l < k, F[i].mT, G[i - 1])",
        "torch.where(l <= k, F[i].mT, G[i - 1])",
        "On its diagonal the staircase takes f in place of g.",
        by=("tests/model/test_staircase.py::test_every_entry_is_the_definition",),
    ),
    Mutant(
        "each_function_is_given_with_its_own",
        "model/staircase.py",
        "(k + k // FUNCTIONS) % FUNCTIONS",
        "k % FUNCTIONS",
        "In a random staircase f_a meets g_a alone: what is given is a function of what is taken.",
        by=(
            "tests/model/test_staircase.py::"
            "test_random_staircases_give_each_cell_its_pair_and_each_f_each_g",
        ),
    ),
    Mutant(
        "neurons_that_take_alone_give_nothing_at_the_end",
        "model/sides.py",
        "for i in range(1, emb.L - 1):",
        "for i in range(1, emb.L):",
        "With forward diversity alone the last layer of weights is zero.",
        by=("tests/model/test_sides.py::test_one_side_alone_is_its_term_of_the_formula",),
    ),
    Mutant(
        "what_is_given_is_what_is_taken_again",
        "observe/pairs.py",
        "return torch.stack([taken, given], -1)",
        "return torch.stack([taken, taken], -1)",
        "Of the pair of what a neuron takes and gives the first is seen twice.",
        by=(
            "tests/observe/test_pairs.py::test_pairs_are_sums_over_neurons_by_their_measure",
            "properties/bidirectional_diversity.py::what_is_taken_and_given_is_free",
        ),
    ),
    Mutant(
        "what_is_taken_is_counted",
        "observe/pairs.py",
        "(state.P[i - 1] * below)",
        "(below / below.shape[-1])",
        "What a neuron takes through a function is averaged over neurons, whatever their measure.",
        by=("tests/observe/test_pairs.py::test_pairs_are_sums_over_neurons_by_their_measure",),
    ),
    Mutant(
        "half_limits_are_networks",
        "model/partial_limit.py",
        "counted.P | laws)",
        "laws | counted.P)",
        "An infinitely wide layer keeps the measure of its sampled neurons.",
        by=(
            "tests/model/test_partial_limit.py::"
            "test_in_the_infinite_layer_every_atom_stands_with_its_probability",
        ),
    ),
    Mutant(
        "half_limits_are_infinite_everywhere",
        "model/partial_limit.py",
        "for i in infinite}",
        "for i in hidden}",
        "All layers are infinitely wide where one should be.",
        by=(
            "tests/model/test_partial_limit.py::"
            "test_in_the_infinite_layer_every_atom_stands_with_its_probability",
        ),
    ),
    Mutant(
        "split_neurons_share_alike",
        "model/transforms.py",
        "state.P[i][..., j : j + 1] * part]",
        "state.P[i][..., j : j + 1] / len(part) + 0 * part]",
        "Copies of a split neuron have equal shares, whatever was asked for.",
        by=(
            "tests/model/test_ensemble.py::"
            "test_copies_of_a_neuron_have_the_shares_that_were_asked_for",
        ),
    ),
    Mutant(
        "the_ceiling_forgets_a_rest",
        "observe/ceiling.py",
        "torch.stack(ends).amax(0) + rest @ size.mT)",
        "torch.stack(ends).amax(0))",
        "The certified bound of the speed leaves out the data points that it does not branch on.",
        by=(
            "tests/observe/test_stationarity.py::"
            "test_the_ceiling_holds_whatever_the_search_has_missed",
        ),
    ),
    Mutant(
        "outside_is_above_only",
        "model/supports.py",
        "(low - u).clamp(min=0) + (u - high).clamp(min=0) for",
        "(u - high).clamp(min=0) for",
        "What lies below the support of a law is at no distance from it.",
        by=("tests/model/test_supports.py::test_distance_to_supports",),
    ),
    Mutant(
        "a_support_is_its_hull",
        "model/supports.py",
        "for low, high in self.intervals]",
        "for low, high in [self.ends]]",
        "Gaps in the support of a law are filled: distances are to its hull.",
        by=("tests/model/test_supports.py::test_distances_are_to_the_nearest_point",),
    ),
    Mutant(
        "the_gap_is_drawn_from",
        "model/cut_laws.py",
        "np.clip(low[k] + mass - before[k], *INNER)",
        "np.clip(mass, *INNER)",
        "A conditioned law is its law cut off at the top, not the law given the intervals.",
        by=("tests/model/test_cut_laws.py::test_a_gap",),
    ),
)
