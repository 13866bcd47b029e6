"""Bugs in the coupling: how neurons are drawn, and how the distance to the limit is read."""

from tools.mutation.mutant import Mutant

EMBEDDING = "model/embedding.py"
EMPIRICAL = "model/empirical.py"
COUPLING = "observe/coupling.py"
COUNTS = "tests/model/test_empirical.py"
_DRAW = 'seeds.uniforms("neurons", i, n)'
_LABELS = "quantile(self.atoms.P[i], u[i])"

DRAWS = (
    Mutant(
        "labels_uniform",
        EMBEDDING,
        _LABELS,
        "quantile(torch.full_like(self.atoms.P[i], 1 / self.atoms.widths[i]), u[i])",
        "Labels are drawn uniformly instead of with probabilities P_i.",
        by=(
            "tests/model/test_embedding.py::test_labels_follow_P_and_are_independent_of_each_other",
        ),
    ),
    Mutant(
        "table_transposed",
        EMBEDDING,
        "atoms.W[i][..., C[i - 1][:, :, None], C[i][:, None, :]]",
        "(atoms.W[i].mT if i < L else atoms.W[i])[..., C[i - 1][:, :, None], C[i][:, None, :]]",
        "The labels of two layers are swapped: w_i(C_i(k), C_{i-1}(j)) is read.",
        by=("tests/model/test_embedding.py::test_a_narrow_draw_is_the_corner_of_a_wide_one",),
    ),
    Mutant(
        "eight_neurons_repeated",
        EMBEDDING,
        _DRAW,
        'seeds.uniforms("neurons", i, 8)[:, [j % 8 for j in range(n)]]',
        "Eight neurons are drawn and then repeated, whatever the width.",
        by=("tests/model/test_embedding.py::test_neurons_are_drawn_one_by_one",),
    ),
    Mutant(
        "draws_not_nested",
        EMBEDDING,
        _DRAW,
        'seeds.fold(n).uniforms("neurons", i, n)',
        "Draws at different widths are independent instead of nested.",
        by=("tests/model/test_embedding.py::test_a_narrow_draw_is_the_corner_of_a_wide_one",),
    ),
    Mutant(
        "layers_share_draws",
        EMBEDDING,
        _DRAW,
        'seeds.uniforms("neurons", 1, n)',
        "Neuron j of one layer and neuron j of the next are drawn with the same number.",
        by=(
            "tests/model/test_embedding.py::test_labels_follow_P_and_are_independent_of_each_other",
        ),
    ),
    Mutant(
        "counts_not_conditional",
        EMPIRICAL,
        "min(1.0, p[k] / tail[k])",
        "p[k]",
        "Counts are binomial with P(c), not with its share of what is left.",
        by=(f"{COUNTS}::test_the_counts_are_multinomial",),
    ),
    Mutant(
        "counts_overdrawn",
        EMPIRICAL,
        "left = left - counts[:, k]",
        "left = np.maximum(left, counts[:, k])",
        "What is drawn for one atom is not taken from what the next can get.",
        by=(f"{COUNTS}::test_the_counts_are_multinomial",),
    ),
    Mutant(
        "layers_share_counts",
        EMPIRICAL,
        'seeds.uniforms("counts", i, ',
        'seeds.uniforms("counts", 1, ',
        "The counts of all layers are drawn with the same numbers.",
        by=(f"{COUNTS}::test_shares_of_wide_networks_are_gaussian_about_the_probabilities",),
    ),
    Mutant(
        "every_atom_counts_once",
        EMPIRICAL,
        "return Ensemble.of(state.W, state.b, {i: p.to(like) for i, p in shares.items()}), C",
        "return state, C",
        "A counted network gives every atom the same share.",
        by=(f"{COUNTS}::test_a_network_moves_as_its_atoms_under_the_counts[rms-standard]",),
    ),
)

DISTANCE = (
    Mutant(
        "distance_to_strangers",
        COUPLING,
        "_gathered(state, C, like)",
        "_gathered(state, {**C, 1: C[1].flip(-1)}, like)",
        "The limit is read at the labels of other neurons of layer 1.",
        by=("tests/observe/test_coupling.py::test_at_time_zero_networks_sit_on_their_atoms",),
    ),
    Mutant(
        "distance_at_the_end",
        COUPLING,
        "gap = gaps.amax(0)",
        "gap = gaps[-1]",
        "The distance is taken at the last time instead of the sup over time.",
        by=(
            "tests/observe/test_coupling.py::test_the_sup_is_over_all_recorded_times_not_the_last",
        ),
    ),
    Mutant(
        "distance_of_two_layers",
        COUPLING,
        "for i in range(2, a.L + 1):",
        "for i in (a.L,):",
        "The distance leaves the middle layers out.",
        by=("tests/observe/test_coupling.py::test_apart_is_the_largest_gap_of_two_states",),
    ),
    Mutant(
        "distance_in_rms",
        COUPLING,
        'rms = norm == "rms"',
        "rms = True",
        "The distance is a root mean square over neurons instead of the maximum.",
        by=("tests/observe/test_coupling.py::test_distance_is_the_loop",),
    ),
    Mutant(
        "distance_blind_to_shares",
        COUPLING,
        "_present(v * _along(p, v), p).sum(-1)",
        "v.mean(-1)",
        "The mean over neurons counts one that stands for many as one.",
        by=(f"{COUNTS}::test_a_network_moves_as_its_atoms_under_the_counts[rms-standard]",),
    ),
    Mutant(
        "distance_to_neurons_without_mass",
        COUPLING,
        "return torch.where(_along(p, v) > 0, v, 0)",
        "return v",
        "Neurons of probability zero, which no network has, are in the distance.",
        by=(f"{COUNTS}::test_a_neuron_without_mass_is_not_in_the_distance",),
    ),
    Mutant(
        "distance_of_the_best_layer",
        COUPLING,
        "D = torch.stack(layers).amax(0)",
        "D = torch.stack(layers).amin(0)",
        "The distance is that of the closest layer instead of the farthest.",
        by=("tests/observe/test_coupling.py::test_distance_is_the_loop",),
    ),
)
