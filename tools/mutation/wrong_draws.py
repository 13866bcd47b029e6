"""Bugs in the draws: seeds reused, correlated or not nested; laws and embeddings misread."""

from tools.mutation.mutant import Mutant

SEEDS = "seeds.py"
LAWS = "model/laws.py"
NAMED_LAWS = "model/named_laws.py"
IID = "model/iid_embedding.py"
DIVERSE = "model/diverse_embedding.py"
_KEY = "dumps([self.root, *self.names, purpose])"
_COUNTER = "np.array([0, 0, stream, chunk], dtype=np.uint64)"

SEEDED = (
    Mutant(
        "the_root_is_ignored",
        SEEDS,
        _KEY,
        "dumps([*self.names, purpose])",
        "Runs of different seeds draw the same numbers.",
        by=("tests/test_seeds.py::test_every_part_of_the_address_gives_other_numbers",),
    ),
    Mutant(
        "names_are_ignored",
        SEEDS,
        _KEY,
        "dumps([self.root, purpose])",
        "All checks, and a network and its stranger, draw the same numbers.",
        by=("tests/test_seeds.py::test_every_part_of_the_address_gives_other_numbers",),
    ),
    Mutant(
        "purposes_are_ignored",
        SEEDS,
        _KEY,
        "dumps([self.root, *self.names])",
        "Weights, biases and samples of one stream are the same numbers.",
        by=("tests/test_seeds.py::test_every_part_of_the_address_gives_other_numbers",),
    ),
    Mutant(
        "streams_are_ignored",
        SEEDS,
        _COUNTER,
        "np.array([0, 0, 0, chunk], dtype=np.uint64)",
        "All layers of a network draw the same numbers.",
        by=("tests/test_seeds.py::test_every_part_of_the_address_gives_other_numbers",),
    ),
    Mutant(
        "replicates_repeat_after_32",
        SEEDS,
        _COUNTER,
        "np.array([0, 0, stream, 0], dtype=np.uint64)",
        "Replicate 32 is replicate 0 again: rounds are reused.",
        by=("tests/test_seeds.py::test_every_part_of_the_address_gives_other_numbers",),
    ),
    Mutant(
        "draws_depend_on_their_length",
        SEEDS,
        ".reshape(length, CHUNK).T",
        ".reshape(CHUNK, length)",
        "The first N numbers of a draw of 2N are not the draw of N: widths are not nested.",
        by=("tests/test_seeds.py::test_a_shorter_draw_is_the_beginning_of_a_longer_one",),
    ),
    Mutant(
        "neighbouring_replicates_are_mirrored",
        SEEDS,
        "return raw.reshape(length, CHUNK).T",
        "u = raw.reshape(length, CHUNK).T\n"
        "    odd, before = np.arange(CHUNK)[:, None] % 2, np.arange(CHUNK) // 2 * 2\n"
        "    return np.where(odd, np.uint64(2**53 - 1) - u[before], u)",
        "Every other replicate is the mirror image of the one before: replicates are correlated.",
        by=("tests/test_seeds.py::test_the_numbers_are_pinned",),
    ),
    Mutant(
        "uniforms_in_single_precision",
        SEEDS,
        "words += 0.5\n    words *= 2.0**-53",
        "words //= 2.0**29\n    words += 0.5\n    words *= 2.0**-24",
        "Uniforms have the 24 bits of float32 where float64 is promised.",
        by=("tests/test_seeds.py::test_the_numbers_are_pinned",),
    ),
    Mutant(
        "tables_are_symmetric",
        SEEDS,
        "shell[there, m + 1 : m + 1 + min(m, cols)]",
        "shell[there, : min(m, cols)]",
        "Entries (j, k) and (k, j) of a random table are the same number.",
        by=("tests/test_seeds.py::test_the_entries_of_a_table_are_all_drawn_apart",),
    ),
    Mutant(
        "a_single_replicate_is_the_first",
        SEEDS,
        "for zero in (first, chunk * CHUNK))",
        "for zero in (first, start))",
        "Replicate 40 drawn alone is replicate 32.",
        by=("tests/test_seeds.py::test_a_replicate_draws_the_same_in_whatever_batch",),
    ),
    Mutant(
        "atoms_of_probability_zero",
        "arrays.py",
        'np.searchsorted(np.cumsum(mass), u, side="right")',
        'np.searchsorted(np.cumsum(mass) - mass / 2, u, side="right")',
        "Atoms are drawn half a step off: the first has half its probability.",
        by=(
            "tests/model/test_embedding.py::test_labels_follow_P_and_are_independent_of_each_other",
        ),
    ),
    Mutant(
        "without_replacement",
        "dynamics/sgd.py",
        "    return drawn.reshape(len(seeds.replicates), steps, batch)",
        "    turns = torch.arange(drawn.shape[1]) % data.n\n"
        "    return (drawn[:, :1] + turns).remainder(data.n).reshape(-1, steps, batch)",
        "SGD goes through the data in turn: samples are drawn without replacement.",
        by=("tests/dynamics/test_sgd.py::test_samples_are_drawn_with_replacement",),
    ),
    Mutant(
        "labels_without_replacement",
        "model/embedding.py",
        'u = {i: seeds.uniforms("neurons", i, n) for i, n in N.items()}',
        'u = {i: (seeds.uniforms("neurons", i, 1) + torch.arange(n).numpy() / n) % 1'
        " for i, n in N.items()}",
        "Labels are spread evenly over the atoms: neurons are drawn without replacement.",
        by=("tests/model/test_embedding.py::test_a_narrow_draw_is_the_corner_of_a_wide_one",),
    ),
)

LAWS_AND_EMBEDDINGS = (
    Mutant(
        "gauss_hermite_unnormalised",
        NAMED_LAWS,
        "w / w.sum()",
        "w",
        "The Gauss–Hermite weights sum to √(2π) instead of one.",
        by=("tests/model/test_laws.py::test_continuous_laws_against_scipy",),
    ),
    Mutant(
        "gauss_legendre_unnormalised",
        NAMED_LAWS,
        "return self.mean + (self.high - self.low) / 2 * z, w / 2",
        "return self.mean + (self.high - self.low) / 2 * z, w",
        "The Gauss–Legendre weights sum to two instead of one.",
        by=("tests/model/test_laws.py::test_continuous_laws_against_scipy",),
    ),
    Mutant(
        "tensor_rule_unnormalised",
        IID,
        "P = np.prod([w.ravel() for w in weights], axis=0)",
        "P = np.sum([w.ravel() for w in weights], axis=0)",
        "The weights of a product rule are sums of those of its factors.",
        by=("tests/dynamics/test_reduced.py::test_translations_against_a_hand_coded_system[5]",),
    ),
    Mutant(
        "variance_for_deviation",
        NAMED_LAWS,
        "return self.loc + self.scale * ndtri(u)",
        "return self.loc + self.scale**2 * ndtri(u)",
        "Normal weights have the standard deviation σ² instead of σ.",
        by=("tests/model/test_laws.py::test_continuous_laws_against_scipy",),
    ),
    Mutant(
        "mixtures_ignore_their_weights",
        LAWS,
        "return nodes, np.concatenate([w * v for w, (_, v) in zip(self.weights,",
        "return nodes, np.concatenate([v / len(rules) for _, (_, v) in zip(self.weights,",
        "The quadrature of a mixture gives each of its laws the same share.",
        by=("tests/model/test_laws.py::test_mixtures",),
    ),
    Mutant(
        "spread_of_the_second_moment",
        LAWS,
        "weights @ (nodes - centre) ** 2",
        "weights @ nodes**2",
        "The standard deviation of a law is its root mean square.",
        by=("tests/model/test_laws.py::test_continuous_laws_against_scipy",),
    ),
    Mutant(
        "middle_means_are_lost",
        IID,
        "W[i] = W[1].new_full((size[i - 1], size[i]), centre)",
        "W[i] = W[1].new_full((size[i - 1], size[i]), 0.0)",
        "The limit of i.i.d. weights has centred middle layers, whatever their law.",
        by=("tests/model/test_laws.py::test_nodes_carry_the_surviving_labels_and_the_means",),
    ),
    Mutant(
        "random_biases_are_lost",
        IID,
        "b = {i: labels[i][:, 0].clone() for i in range(2, L)}",
        "b = {i: labels[i][:, 0] * 0.0 for i in range(2, L)}",
        "The limit of i.i.d. weights starts without biases.",
        by=("tests/model/test_laws.py::test_nodes_carry_the_surviving_labels_and_the_means",),
    ),
    Mutant(
        "coordinates_share_their_draws",
        IID,
        'f"weights of coordinate {c}"',
        '"weights of a coordinate"',
        "All coordinates of w_1 of a neuron are the same number.",
        by=("tests/model/test_laws.py::test_coordinates_of_a_neuron_are_drawn_apart",),
    ),
    Mutant(
        "features_not_scaled",
        DIVERSE,
        "scale = self.gain / sqrt(self.m)",
        "scale = self.gain / self.m",
        "The tables of a diverse embedding are divided by m instead of √m.",
        by=("tests/model/test_diverse_embedding.py::test_every_entry_is_the_formula",),
    ),
    Mutant(
        "what_is_given_for_what_is_taken",
        DIVERSE,
        "start = self.d if i == 1 else self.m",
        "start = self.d if i == 1 else 0",
        "A neuron gives to the layer above what it takes from the one below: α_i for β_i.",
        by=("tests/model/test_diverse_embedding.py::test_every_entry_is_the_formula",),
    ),
    Mutant(
        "degenerate_is_diverse",
        DIVERSE,
        "position = c[..., : self.m] if self.matched else c[..., 2 * self.m :]",
        "position = c[..., : self.m]",
        "The degenerate relative of the diverse embedding is tied to its coefficients too.",
        by=("tests/model/test_diverse_embedding.py::test_every_entry_is_the_formula",),
    ),
    Mutant(
        "shuffled_within_columns",
        DIVERSE,
        "W[i] = entries.gather(1, order).reshape(W[i].shape)",
        "W[i] = entries.gather(1, order.sort(1)[0]).reshape(W[i].shape)",
        "The shuffled copy of a correlated matrix is the matrix itself.",
        by=(
            "tests/model/test_diverse_embedding.py::"
            "test_a_shuffled_copy_has_the_same_entries_in_another_order",
        ),
    ),
    Mutant(
        "casts_forget_the_mass",
        "model/ensemble.py",
        "i: p / p.sum(-1, keepdim=True) if",
        "i: p if",
        "After a cast to float32 the probabilities no longer sum to one.",
        by=("tests/model/test_ensemble.py::test_probabilities_sum_to_one_after_every_cast",),
    ),
    Mutant(
        "atoms_read_across",
        "model/embedding.py",
        "W = {1: atoms.W[1][..., C[1], :]}",
        "W = {1: atoms.W[1][..., C[1].sort(-1)[0], :]}",
        "The first layer's weights are handed out in another order than its labels.",
        by=("tests/model/test_embedding.py::test_a_narrow_draw_is_the_corner_of_a_wide_one",),
    ),
)
