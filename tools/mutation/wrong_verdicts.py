"""Bugs in the judge: from rows to checks to claims, premises, floors, and the account of a row."""

from tools.mutation.mutant import Mutant

VERDICT = "evidence/verdict.py"
MEASURED = "evidence/measured.py"
TRIAL = "run/check_run.py"
RULE = "run/row_rule.py"
METER = "run/sampler.py"
EVIDENCE = "evidence/document.py"

AGGREGATION = (
    Mutant(
        "a_refuted_problem_is_outvoted",
        VERDICT,
        "    if refuted:\n        where",
        "    if len(refuted) > len(tried) / 2:\n        where",
        "A check is refuted only if most of its problems are.",
        by=("tests/evidence/test_verdict.py::test_a_check[table11]",),
    ),
    Mutant(
        "undecided_problems_support",
        VERDICT,
        "row.verdict not in (SUPPORTED, REFUTED)]",
        "row.verdict not in (SUPPORTED, REFUTED, INCONCLUSIVE)]",
        "A check whose problems are undecided is SUPPORTED.",
        by=("tests/evidence/test_verdict.py::test_a_check[table13]",),
    ),
    Mutant(
        "shrunk_problems_count",
        VERDICT,
        'tried = [row for row in rows if row.origin != "shrunk"]',
        "tried = list(rows)",
        "Problems tried while a refuted one is shrunk count in a check's verdict.",
        by=(
            "tests/evidence/test_verdict.py::"
            "test_shrunk_problems_illustrate_and_do_not_count[table0-INCONCLUSIVE-control_ruling]",
            "tests/evidence/test_verdict.py::"
            "test_shrunk_problems_illustrate_and_do_not_count[table0-SUPPORTED-ruling]",
        ),
        times=2,
    ),
    Mutant(
        "an_undecided_control_is_refuted",
        VERDICT,
        "blind = [row for row in tried if row.verdict != REFUTED]",
        "blind = [row for row in tried if row.verdict == SUPPORTED]",
        "A control that could not be decided counts as one that was refuted.",
        by=("tests/evidence/test_verdict.py::test_a_control[table12]",),
    ),
    Mutant(
        "one_refuted_problem_is_enough_for_a_control",
        VERDICT,
        "    if not blind:\n",
        "    if len(blind) < len(tried):\n",
        "A control passes if it was refuted on one of its problems.",
        by=("tests/evidence/test_verdict.py::test_a_control[table11]",),
    ),
    Mutant(
        "coarse_is_not_told",
        VERDICT,
        "return beyond or short",
        "return False",
        "A control that the margin alone saves is not told from one without an effect.",
        by=(
            "tests/evidence/test_verdict.py::"
            "test_a_control_that_the_margin_alone_saves_asks_for_a_finer_one",
        ),
    ),
    Mutant(
        "blind_controls_are_forgiven",
        VERDICT,
        "blind = [name for name, verdict in controls if verdict not in (REFUTED, NOT_RUN)]",
        "blind = [name for name, verdict in controls if verdict is None]",
        "A claim is SUPPORTED although one of its controls was not refuted.",
        by=("tests/evidence/test_verdict.py::test_a_claim",),
    ),
    Mutant(
        "missing_controls_are_forgiven",
        VERDICT,
        "missing = [name for name, verdict in controls if verdict == NOT_RUN]",
        "missing: list[str] = []",
        "A claim is SUPPORTED although one of its controls did not run.",
        by=("tests/evidence/test_verdict.py::test_a_claim",),
    ),
    Mutant(
        "claims_need_no_control",
        VERDICT,
        "    if not controls:",
        "    if False:",
        "A claim without any control is SUPPORTED.",
        by=("tests/evidence/test_verdict.py::test_a_claim",),
    ),
    Mutant(
        "an_undecided_check_is_forgiven",
        VERDICT,
        '(INCONCLUSIVE, "undecided"), (NOT_RUN, "not run")',
        '(NOT_RUN, "not run")',
        "A claim is SUPPORTED although one of its checks is undecided.",
        by=("tests/evidence/test_verdict.py::test_a_claim",),
    ),
    Mutant(
        "an_interrupted_check_counts",
        EVIDENCE,
        "if own and verdict in (wanted(entry),",
        "if not own and verdict in (wanted(entry),",
        "A check that was stopped before its last problem has the verdict of those before.",
        by=("tests/evidence/test_document.py::test_a_check_that_was_stopped_is_not_green",),
    ),
    Mutant(
        "controls_are_judged_as_checks",
        VERDICT,
        "return ruling(rows) if control_of is None else control_ruling(rows)",
        "return ruling(rows)",
        "A control refuted on one problem of several counts as refuted.",
        by=("tests/evidence/test_document.py::test_a_control_must_be_refuted_on_every_problem",),
    ),
    Mutant(
        "rows_of_namesakes",
        EVIDENCE,
        "row.claim == claim and row.check",
        "row.check",
        "A check is given the rows of checks of its name in other claims.",
        by=("tests/evidence/test_document.py::test_rows_count_for_their_own_claim_only",),
    ),
    Mutant(
        "controls_pass_undecided",
        "pytest_plugin/backend.py",
        'return ruling.verdict == hoped, words + "".join(lines)',
        'return (ruling.verdict != Verdict.SUPPORTED) is control, words + "".join(lines)',
        "The item of a control passes although the control was not decided.",
        by=("tests/pytest_plugin/test_backend.py::test_an_item_passes_on_its_own_verdict_alone",),
    ),
)

ROWS = (
    Mutant(
        "premises_are_not_asked",
        "claims/assumption.py",
        "if one.status == Status.BROKEN)",
        "if one.status == Status.UNCHECKED and not one.why)",
        "A row whose problem breaks an assumption is judged all the same.",
        by=("tests/claims/test_assumption.py::test_broken_premises_are_named",),
    ),
    Mutant(
        "an_unknown_premise_holds",
        "claims/assumption.py",
        "        if holds is None:\n            return AssumptionStatus(Status.UNCHECKED, why)\n",
        "        if holds is None:\n            return AssumptionStatus(Status.HOLDS, why)\n",
        "An assumption that nothing is known about is said to hold.",
        by=("tests/claims/test_assumption.py::test_what_is_not_known_is_not_broken",),
    ),
    Mutant(
        "nan_floor_is_small",
        MEASURED,
        "if not value <= most}",
        "if value > most}",
        "An error of the reference that is NaN passes for a small one.",
        by=("tests/evidence/test_measured.py::test_a_coarse_reference_says_so",),
    ),
    Mutant(
        "nan_change_is_none",
        MEASURED,
        "np.where(np.isnan(apart), np.inf, apart)",
        "np.where(np.isnan(apart), 0.0, apart)",
        "A number that is finite in one precision and not in the other has not changed.",
        by=("tests/evidence/test_measured.py::test_the_change_between_two_precisions",),
    ),
    Mutant(
        "excluded_from_the_estimate",
        MEASURED,
        "look.interval.high - allowed.high,",
        "look.estimate - allowed.high,",
        "What a row excludes is counted from its estimate instead of from its upper bound.",
        by=(
            "tests/evidence/test_measured.py::"
            "test_what_is_excluded_is_counted_from_the_end_of_the_interval",
        ),
    ),
    Mutant(
        "curvature_at_twice_the_level",
        MEASURED,
        "bounds(each, alpha / 2, alpha / 2)",
        "bounds(each, alpha, alpha)",
        "The interval of the curvature misses with twice the stated probability.",
        by=("tests/evidence/test_measured.py::test_both_ends_of_the_curvature_share_its_level",),
    ),
    Mutant(
        "diverged_is_undefined",
        MEASURED,
        "np.isnan(self.values).any(0) & ~diverged)",
        "np.isnan(self.values).any(0))",
        "A replicate that diverged is counted among those without a number too.",
        by=(
            "tests/evidence/test_measured.py::test_without_a_look_the_values_themselves_are_counted",
        ),
    ),
    Mutant(
        "rounding_is_measured_in_single",
        METER,
        'replace(address, dtype="float64")',
        "replace(address)",
        "The rounding of a float32 row is measured against float32: it is always nought.",
        by=(
            "tests/run/test_check_run.py::test_rounding_above_a_tenth_of_the_margin_decides_nothing",
        ),
    ),
    Mutant(
        "rounding_is_measured_at_the_first_point",
        TRIAL,
        "change(measured.values[-1, :FLOOR], exact)",
        "change(measured.values[0, :FLOOR], exact)",
        "Float32 at the first point is compared with float64 at the last.",
        by=("tests/run/test_check_run.py::test_the_rounding_of_float32_is_measured",),
    ),
    Mutant(
        "the_quantile_is_ignored",
        RULE,
        "replace(self.budget.procedure, quantile=self.study.quantile)",
        "self.budget.procedure",
        '"With probability 1 − δ" is judged by the median.',
        by=("tests/run/test_check_run.py::test_a_quantile_is_judged_where_the_median_would_pass",),
    ),
    Mutant(
        "rounds_share_their_replicates",
        METER,
        "start = address.chunk * CHUNK",
        "start = 0",
        "Every round measures the first 32 replicates again and calls them new.",
        by=("tests/run/test_check_run.py::test_rounds_are_nested",),
    ),
    Mutant(
        "checks_share_their_draws",
        METER,
        "names = (self.check.claim.name, self.check.name, address.problem)",
        "names = (address.problem,)",
        "All checks of one problem see the same random numbers.",
        by=(
            "tests/run/test_check_run.py::test_other_seeds_checks_and_problems_have_other_numbers",
        ),
    ),
    Mutant(
        "controls_take_slots",
        "claims/check.py",
        "return judged and self.control_of is None",
        "return judged",
        "Controls, which are there to be refuted, spend the error budget of the run.",
        by=("tests/claims/test_claim.py::test_only_a_check_that_chance_can_refute_takes_a_slot",),
    ),
    Mutant(
        "slots_do_not_share_the_rate",
        "claims/budget.py",
        "alpha_fail=1e-3 / slots",
        "alpha_fail=2e-6",
        "Budgets of 1500 and 5000 slots keep the rate that 500 slots allow.",
        by=("tests/claims/test_budget.py::test_every_run_keeps_its_error_rates",),
    ),
    Mutant(
        "shrinking_never_ends",
        "run/explore.py",
        "(SHRINKS if self.found else 0)",
        "(100 * SHRINKS if self.found else 0)",
        "Shrinking one refuted problem may cost a hundred times its allowance.",
        by=("tests/run/test_explore.py::test_shrinking_costs_a_dozen_rulings_at_most",),
    ),
    Mutant(
        "one_stream_for_all_checks",
        "run/explore.py",
        "blake2b(repr(names).encode(), digest_size=8)",
        "blake2b(repr(names[:1]).encode(), digest_size=8)",
        "All checks of a run are tried on the same stream of problems.",
        by=("tests/run/test_explore.py::test_names_make_streams",),
    ),
    Mutant(
        "float32_identities_are_lax",
        RULE,
        "ROUNDING[getattr(torch, self.check.dtype)])",
        "1e7 * ROUNDING[getattr(torch, self.check.dtype)])",
        "Identities are held against ten million times the rounding of their precision.",
        by=("tests/run/test_check_run.py::test_one_counterexample_refutes_an_identity",),
    ),
    Mutant(
        "a_plateau_passes_on_its_average",
        "evidence/measured.py",
        "if (low is not None and low > allowed.high) or",
        "if (low is not None and low > 1e3) or",
        "A curve that has stopped falling is SUPPORTED by its slope over all points.",
        by=("tests/run/test_check_run.py::test_a_plateau_does_not_pass_on_its_average",),
    ),
    Mutant(
        "no_grid_is_refined",
        "run/refinement.py",
        "if not region.low <= slope <= region.high:",
        "if True:",
        "A rate is refuted by a grid that did not reach the regime of the theorem.",
        by=("tests/run/test_check_run.py::test_a_rate_is_refuted_only_if_the_refined_grid_agrees",),
    ),
    Mutant(
        "a_row_may_exclude_nothing",
        "evidence/measured.py",
        "if control_of is None and all(",
        "if control_of is None and False and all(",
        "A row that no false statement near it would have refuted is green.",
        by=("tests/run/test_check_run.py::test_a_row_that_excludes_nothing_is_not_green",),
    ),
    Mutant(
        "the_resolution_is_the_largest_unseen",
        "run/resolution.py",
        "    return high\n",
        "    return low\n",
        "A row names as refuted a violation that it would not have refuted.",
        by=("tests/run/test_resolution.py::test_an_exponent_is_found_to_one_percent",),
    ),
    Mutant(
        "neighbours_are_planted_in_the_ratio",
        "run/resolution.py",
        "study.raw(values)",
        "values",
        "False statements are planted in the ratio to the rate and divided by the rate again.",
        by=(
            "tests/run/test_resolution.py"
            "::test_a_rate_is_planted_in_what_was_measured_and_judged_beside_the_rate",
        ),
    ),
    Mutant(
        "the_rate_is_left_out",
        "run/sampler.py",
        "return study.judged(np.stack(found))",
        "return np.stack(found)",
        "What the theorem bounds is judged without the theorem's rate.",
        by=(
            "tests/run/test_check_run.py"
            "::test_a_rate_is_judged_as_a_ratio_and_the_exponent_is_told",
        ),
    ),
    Mutant(
        "a_finer_row_has_the_usual_margin",
        "claims/check.py",
        "return room / self.finer",
        "return room",
        "A check that asks for less than the budget's margin is given all of it.",
        by=("tests/run/test_check_run.py::test_a_finer_row_has_less_margin_and_excludes_more",),
    ),
)
