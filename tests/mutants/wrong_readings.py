"""Bugs in the coupling: how neurons are drawn, and how the distance to the limit is read."""

from tests.mutants.bug import Bug

EMBEDDING = "model/embedding.py"
COUPLING = "observe/coupling.py"
_DRAW = 'seeds.uniforms("neurons", i, n)'
_LABELS = "quantile(self.atoms.P[i], u[i])"

DRAWS = (
    Bug(
        "labels_uniform",
        EMBEDDING,
        _LABELS,
        "quantile(torch.full_like(self.atoms.P[i], 1 / self.atoms.widths[i]), u[i])",
        "Labels are drawn uniformly instead of with probabilities P_i.",
        by=(
            "tests/model/test_embedding.py::test_labels_follow_P_and_are_independent_of_each_other",
        ),
    ),
    Bug(
        "table_transposed",
        EMBEDDING,
        "atoms.W[i][C[i - 1][:, :, None], C[i][:, None, :]]",
        "(atoms.W[i].mT if i < L else atoms.W[i])[C[i - 1][:, :, None], C[i][:, None, :]]",
        "The labels of two layers are swapped: w_i(C_i(k), C_{i-1}(j)) is read.",
        by=("tests/model/test_embedding.py::test_a_narrow_draw_is_the_corner_of_a_wide_one",),
    ),
    Bug(
        "eight_neurons_repeated",
        EMBEDDING,
        _DRAW,
        'seeds.uniforms("neurons", i, 8)[:, [j % 8 for j in range(n)]]',
        "Eight neurons are drawn and then repeated, whatever the width.",
        by=("tests/model/test_embedding.py::test_neurons_are_drawn_one_by_one",),
    ),
    Bug(
        "draws_not_nested",
        EMBEDDING,
        _DRAW,
        'seeds.fold(n).uniforms("neurons", i, n)',
        "Draws at different widths are independent instead of nested.",
        by=("tests/model/test_embedding.py::test_a_narrow_draw_is_the_corner_of_a_wide_one",),
    ),
    Bug(
        "layers_share_draws",
        EMBEDDING,
        _DRAW,
        'seeds.uniforms("neurons", 1, n)',
        "Neuron j of one layer and neuron j of the next are drawn with the same number.",
        by=(
            "tests/model/test_embedding.py::test_labels_follow_P_and_are_independent_of_each_other",
        ),
    ),
)

DISTANCE = (
    Bug(
        "distance_to_strangers",
        COUPLING,
        "gather(state, C)",
        "gather(state, {**C, 1: C[1].flip(-1)})",
        "The limit is read at the labels of other neurons of layer 1.",
        by=("tests/observe/test_coupling.py::test_at_time_zero_networks_sit_on_their_atoms",),
    ),
    Bug(
        "distance_at_the_end",
        COUPLING,
        "worst[name] = torch.maximum(worst[name], gap) if name in worst else gap",
        "worst[name] = gap",
        "The distance is taken at the last time instead of the sup over time.",
        by=(
            "tests/observe/test_coupling.py::test_the_sup_is_over_all_recorded_times_not_the_last",
        ),
    ),
    Bug(
        "distance_of_two_layers",
        COUPLING,
        "for i in range(2, a.L + 1):",
        "for i in (a.L,):",
        "The distance leaves the middle layers out.",
        by=("tests/observe/test_coupling.py::test_apart_is_the_largest_gap_of_two_states",),
    ),
    Bug(
        "distance_in_rms",
        COUPLING,
        'return gap.amax(-1) if norm == "max" else gap.square().mean(-1).sqrt()',
        "return gap.square().mean(-1).sqrt()",
        "The distance is a root mean square over neurons instead of the maximum.",
        by=("tests/observe/test_coupling.py::test_distance_is_the_loop",),
    ),
    Bug(
        "distance_of_the_best_layer",
        COUPLING,
        "D = torch.stack(layers).amax(0)",
        "D = torch.stack(layers).amin(0)",
        "The distance is that of the closest layer instead of the farthest.",
        by=("tests/observe/test_coupling.py::test_distance_is_the_loop",),
    ),
)
