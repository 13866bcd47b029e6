"""Bugs in regimes and forms: what a rate asks of widths and steps, a theorem of a model's form."""

from tools.mutation.mutant import Mutant

RATE = "claims/rate_premises.py"
STEP = "claims/step_premises.py"
EDGES = "tests/claims/test_premises_at_their_edge.py"

REGIMES = (
    Mutant(
        "every_second_network_may_lack_an_atom",
        RATE,
        "return N * rarest >= 1,",
        "return N * rarest >= 0.5,",
        "An atom that is expected half a time is drawn often enough.",
        by=(f"{EDGES}::test_an_edge",),
    ),
    Mutant(
        "means_err_like_one_over_n",
        RATE,
        "_deviation(atoms, i) / sqrt(N)",
        "_deviation(atoms, i) / N",
        "The mean of a neuron's sampled weights errs by their deviation over N.",
        by=(f"{EDGES}::test_an_edge",),
    ),
    Mutant(
        "the_second_layer_averages_anything",
        RATE,
        "for i in range(2, atoms.L + 1)}",
        "for i in range(3, atoms.L + 1)}",
        "Weights w_2 may be as uneven as they like.",
        by=(f"{EDGES}::test_an_edge",),
    ),
    Mutant(
        "a_fall_is_a_fall",
        STEP,
        "FALLS_BY = 0.25",
        "FALLS_BY = 0.0",
        "Any step by which the loss falls at all follows the gradient.",
        by=(f"{EDGES}::test_an_edge",),
    ),
    Mutant(
        "at_rest_nothing_falls",
        STEP,
        "torch.where(promised > rest, fall / promised, 1.0)",
        "(fall / promised)",
        "At rest, where the slope promises nothing, the step is too large.",
        by=(f"{EDGES}::test_a_loss_at_rest_falls_by_all_that_its_slope_promises",),
    ),
    Mutant(
        "rates_that_move_are_known",
        "claims/model_premises.py",
        "moving |= callable(rate)",
        "moving |= False",
        "A schedule that is finite at some times is bounded and Lipschitz.",
        by=(f"{EDGES}::test_of_rates_that_move_not_all_is_known",),
    ),
    Mutant(
        "the_output_may_have_a_kink",
        "claims/premises.py",
        "_known_of(problem, slice(None), lambda",
        "_known_of(problem, slice(0, -1), lambda",
        "The slope of the output's activation may jump.",
        by=(f"{EDGES}::test_an_edge",),
    ),
    Mutant(
        "the_output_may_be_level",
        "claims/premises.py",
        "_known_of(problem, slice(1, None), lambda",
        "_known_of(problem, slice(1, -1), lambda",
        "The slope of the output's activation may vanish.",
        by=(f"{EDGES}::test_an_edge",),
    ),
    Mutant(
        "a_check_assumes_what_its_claim_does",
        "claims/check.py",
        "return (*self.claim.assumed, *self.beyond)",
        "return self.claim.assumed",
        "What a check assumes beyond its claim is asked of no problem.",
        by=(f"{EDGES}::test_every_edge_is_of_the_catalogue",),
    ),
)
