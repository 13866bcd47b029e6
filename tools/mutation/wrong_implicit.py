"""Bugs in how stiff flows are followed, how long, and what is said of those that are not."""

from tools.mutation.mutant import Mutant

MARCH = "dynamics/march.py"
IMPLICIT = "dynamics/implicit.py"
_TEST = "tests/dynamics/test_implicit.py::"

STIFF = (
    Mutant(
        "handed_over_where_few_steps_are_left",
        MARCH,
        "/ h > min(",
        "/ h < min(",
        "A stiff flow is handed over where the explicit march is nearly through.",
        by=(_TEST + "test_it_agrees_with_the_explicit_march[L=2]",),
    ),
    Mutant(
        "implicit_blow_up_is_no_result",
        MARCH,
        "if bool(lost.any()):",
        "if False:",
        "A blow-up that the implicit march meets is taken for a failure of the numerics.",
        by=(_TEST + "test_blow_up_is_a_result_of_its_replicate_alone",),
    ),
    Mutant(
        "reach_of_the_last_state",
        "dynamics/stiffness.py",
        "    (b - a, j)",
        "    (b, j)",
        "Stiffness is told from how far a step moves, not from how far apart its last stages are.",
        by=(_TEST + "test_the_reach_of_a_step_is_its_length_times_the_eigenvalue",),
    ),
    Mutant(
        "implicit_tolerance_of_thousands",
        IMPLICIT,
        "(one / len(start) ** 0.5 for one in tolerance)",
        "(one * 1e4 for one in tolerance)",
        "The implicit march accepts ten thousand times the local error that was asked for.",
        by=(_TEST + "test_it_agrees_with_the_explicit_march[L=2]",),
    ),
    Mutant(
        "implicit_step_sees_tracers",
        IMPLICIT,
        "np.where(massive, atol, inf)",
        "np.full(len(start), atol)",
        "The step control of the implicit march counts neurons of probability zero.",
        by=(_TEST + "test_tracers_do_not_shorten_steps_and_follow_their_atoms",),
    ),
    Mutant(
        "implicit_records_the_next_step",
        IMPLICIT,
        "solver.dense_output()(self.shown)",
        "solver.y",
        "A time between two implicit steps is recorded with the state of the later one.",
        by=(_TEST + "test_it_agrees_with_the_explicit_march[L=2]",),
    ),
    Mutant(
        "jacobian_transposed",
        "dynamics/unknowns.py",
        "return torch.cat(columns).mT",
        "return torch.cat(columns)",
        "The Jacobian of the velocity is transposed.",
        by=(_TEST + "test_the_jacobian_is_that_of_differences",),
    ),
)

WAITED_FOR = (
    Mutant(
        "no_time_is_ever_up",
        "dynamics/patience.py",
        "if one.clock() > one.until:",
        "if False:",
        "A solve goes on after the time of its row.",
        by=("tests/dynamics/test_patience.py::test_a_solve_ends_when_its_time_is_up",),
    ),
    Mutant(
        "gave_up_by_its_words",
        "report/sections/summary.py",
        "sum(row.gave_up for row in rows)",
        'sum("NUMERICS GAVE UP" in row.reason for row in rows)',
        "Rows whose solver gave up are counted by the words of their reasons.",
        by=(
            "tests/report/sections/test_summary.py::"
            "test_rows_whose_solver_gave_up_are_counted_by_their_field",
        ),
    ),
)
