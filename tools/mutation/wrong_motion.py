"""Bugs in the motion: steps, samples, the flow, the limit, and what is recorded."""

from tools.mutation.mutant import Mutant

SGD = "dynamics/sgd.py"
FLOW = "dynamics/flow.py"
LIMIT = "dynamics/limit.py"
_DRAWN = 'data.draw(seeds.uniforms("stream", batch, steps * batch))'

STEPS = (
    Mutant(
        "step_twice",
        SGD,
        "move_(s, eps, velocity(model, s, z, k * eps))",
        "move_(s, 2 * eps, velocity(model, s, z, k * eps))",
        "A step of descent moves by 2ε.",
        by=("tests/dynamics/test_sgd.py::test_full_batch_is_euler_on_the_right_hand_side",),
    ),
    Mutant(
        "last_step_missing",
        "dynamics/descent.py",
        "if k < clock.steps:",
        "if k < clock.steps - 1:",
        "Descent stops at T − ε: the last step is not taken.",
        by=("tests/dynamics/test_sgd.py::test_full_batch_is_euler_on_the_right_hand_side",),
    ),
    Mutant(
        "stream_uniform",
        SGD,
        _DRAWN,
        f"DataLaw(data.x, data.y).{_DRAWN.removeprefix('data.')}",
        "SGD samples the data uniformly instead of with probabilities q.",
        by=("tests/dynamics/test_sgd.py::test_samples_follow_the_law_q",),
    ),
    Mutant(
        "batch_sum",
        SGD,
        "law.q.new_full(chosen.shape[-1:], 1 / chosen.shape[-1])",
        "law.q.new_full(chosen.shape[-1:], 1.0)",
        "A step of SGD takes the sum over the batch instead of its mean.",
        by=("tests/dynamics/test_sgd.py::test_one_network_by_hand_with_torch_sgd",),
    ),
    Mutant(
        "large_batch_sum",
        SGD,
        "counts.new_ones(chosen.shape)).div_(chosen.shape[-1])",
        "counts.new_ones(chosen.shape)).div_(law.x.shape[1])",
        "A step on a batch larger than the data is divided by the number of data points.",
        by=(
            "tests/dynamics/test_sgd.py::"
            "test_repeats_in_a_batch_may_be_counted[one stream a replicate-standard]",
        ),
    ),
    Mutant(
        "repeats_count_once",
        SGD,
        "scatter_add_(-1, chosen, counts.new_ones(chosen.shape))",
        "scatter_(-1, chosen, counts.new_ones(chosen.shape))",
        "In a batch larger than the data, a point drawn twice counts once.",
        by=(
            "tests/dynamics/test_sgd.py::"
            "test_repeats_in_a_batch_may_be_counted[one stream a replicate-standard]",
        ),
    ),
    Mutant(
        "one_sample_for_ever",
        SGD,
        "block(k // BLOCK)[k % BLOCK]",
        "block(k // BLOCK)[0]",
        "SGD takes the same sample at every step.",
        by=("tests/dynamics/test_sgd.py::test_steps_see_their_own_samples_in_every_block",),
    ),
    Mutant(
        "label_of_the_last_sample",
        SGD,
        "law.y[0][chosen].unbind()",
        "law.y[0][chosen].roll(1, 0).unbind()",
        "SGD pairs an input with the label of the sample before.",
        by=("tests/dynamics/test_sgd.py::test_one_network_by_hand_with_torch_sgd",),
    ),
    Mutant(
        "one_stream_for_all_networks",
        SGD,
        "drawn.reshape(len(seeds.replicates), steps, batch)",
        "drawn[:1].repeat(len(seeds.replicates), 1).reshape(-1, steps, batch)",
        "All replicates of SGD see the same samples: the independence that intervals rest on "
        "is gone.",
        by=("tests/dynamics/test_sgd.py::test_draws_do_not_depend_on_the_batch_of_replicates",),
    ),
    Mutant(
        "descent_keeps_biases",
        "dynamics/velocity.py",
        "s.b[i].add_(b, alpha=h * v.c_b[i])",
        "s.b[i].add_(b, alpha=0.0)",
        "Descent in steps never moves the biases; the flow does.",
        by=("tests/dynamics/test_sgd.py::test_full_batch_is_euler_on_the_right_hand_side",),
    ),
)

CONTINUOUS = (
    Mutant(
        "flow_keeps_biases",
        "dynamics/velocity.py",
        "c.add(v.b[i], alpha=h * v.c_b[i]) if i in v.b else c",
        "c",
        "The flow never moves the biases; descent in steps does.",
        by=(
            "tests/dynamics/test_flow.py::test_flow_agrees_with_dop853_on_autograd_gradients[L=2]",
        ),
    ),
    Mutant(
        "flow_at_half_speed",
        "dynamics/march.py",
        "step(DORMAND_PRINCE, self.field, self.t, self.s, h, first=self.first)",
        "step(DORMAND_PRINCE, self.field, self.t, self.s, h / 2, first=self.first)",
        "The flow moves by h/2 while its clock moves by h.",
        by=("tests/dynamics/test_flow.py::test_energy_identity",),
    ),
    Mutant(
        "flow_step_sees_tracers",
        "dynamics/norms.py",
        "on = {i: p > 0 for",
        "on = {i: p >= 0 for",
        "The step control of the flow counts neurons of probability zero.",
        by=("tests/dynamics/test_flow.py::test_tracers_are_inert_and_follow_the_atoms_they_copy",),
    ),
    Mutant(
        "limit_of_uniform_atoms",
        LIMIT,
        "atoms = emb.atoms.to(torch.float64)",
        "atoms = Ensemble(emb.atoms.W, emb.atoms.b).to(torch.float64)",
        "The limit gives every atom the same probability.",
        by=("tests/dynamics/test_flow.py::test_limit_states_its_error",),
    ),
    Mutant(
        "continuous_limit_of_uniform_atoms",
        LIMIT,
        "return _refined(atoms, move, tol)",
        "return _refined(Ensemble(atoms.W, atoms.b), move, tol)",
        "The limit at ε → 0, and it alone, gives every atom the same probability.",
        by=("tests/dynamics/test_flow.py::test_limit_states_its_error",),
    ),
    Mutant(
        "continuous_limit_stops_early",
        LIMIT,
        "return replace(fine, error_estimate=error)",
        "return replace(fine, error_estimate=error, "
        "states=[*fine.states[:-1], fine.states[max(len(fine.states) - 2, 0)]])",
        "The limit at ε → 0 stands still from the last but one recorded time on.",
        by=("tests/dynamics/test_flow.py::test_limit_states_its_error",),
    ),
    Mutant(
        "reduced_edges_at_the_mean",
        "dynamics/reduced.py",
        "M[i] :] + (C.W[i] - centre)",
        "M[i] :]",
        "In the limit of i.i.d. weights every middle edge starts at the mean of its law.",
        by=("tests/dynamics/test_reduced.py::test_a_fixed_stream_has_its_own_recursion",),
    ),
)

RECORDS = (
    Mutant(
        "states_not_copied",
        "dynamics/trajectory.py",
        "self.states.append(s.clone())",
        "self.states.append(s)",
        "Descent records one state, the last, at every time.",
        by=("tests/dynamics/test_sgd.py::test_a_recorded_state_stays_what_it_was",),
    ),
    Mutant(
        "loss_ignores_q",
        "dynamics/trajectory.py",
        "(model.loss.value(y_hat - law.y) * law.q).sum(-1)",
        "model.loss.value(y_hat - law.y).mean(-1)",
        "The recorded loss is a plain mean over the data: q is ignored.",
        by=("tests/dynamics/test_flow.py::test_energy_identity",),
    ),
)
