"""Bugs in the report: words, numbers, pictures and counts that say other than the evidence."""

from tools.mutation.mutant import Mutant

BADGES = "report/wording/badges.py"
NUMBERS = "report/wording/numbers.py"
PHRASES = "report/wording/row_text.py"
SUMMARY = "report/sections/summary.py"
PANELS = "report/plots/panels.py"
STRIPS = "report/plots/strips.py"

WORDS = (
    Mutant(
        "inconclusive_is_shown_as_supported",
        BADGES,
        '"INCONCLUSIVE": Badge("inconclusive", "inconclusive"),',
        '"INCONCLUSIVE": Badge("supported", "supported"),',
        "A claim that could not be decided is shown in green.",
        by=("tests/report/wording/test_badges.py::test_only_supported_is_green",),
    ),
    Mutant(
        "what_never_ran_is_shown_as_supported",
        BADGES,
        'words[declared.verdict if measured or declared.verdict == ASIDE else "NOT RUN"]',
        "words[declared.verdict]",
        "A check without a row shows a verdict.",
        by=(
            "tests/report/wording/test_badges.py::test_what_has_no_row_was_not_run_whatever_it_is_called",
        ),
    ),
    Mutant(
        "a_blind_control_is_shown_as_a_check",
        BADGES,
        "words = CONTROL if control else THEOREM",
        "words = THEOREM",
        "A control that was not refuted is shown as supported.",
        by=("tests/report/wording/test_badges.py::test_a_control_is_read_the_other_way_round",),
    ),
    Mutant(
        "rows_of_controls_are_shown_as_checks",
        BADGES,
        "(CONTROL_ROW if row.control_of else THEOREM)",
        "THEOREM",
        "In the table, a control that was not refuted is green.",
        by=("tests/report/wording/test_badges.py::test_a_control_is_read_the_other_way_round",),
    ),
    Mutant(
        "minus_signs_are_lost",
        NUMBERS,
        'rounded:f}".replace("-", MINUS)',
        'rounded:f}".replace("-", "")',
        "A negative slope is printed without its sign.",
        by=("tests/report/wording/test_numbers.py::test_intervals_are_rounded_outwards",),
    ),
    Mutant(
        "intervals_are_rounded_inwards",
        NUMBERS,
        "fixed(low, places, ROUND_FLOOR), fixed(high, places, ROUND_CEILING)",
        "fixed(low, places, ROUND_CEILING), fixed(high, places, ROUND_FLOOR)",
        "The printed interval is shorter than the one that was found.",
        by=("tests/report/wording/test_numbers.py::test_intervals_are_rounded_outwards",),
    ),
    Mutant(
        "powers_of_ten_slip",
        NUMBERS,
        "floor(log10(abs(x))) - 1)",
        "floor(log10(abs(x))) + 1)",
        "Numbers from a million on are rounded to ten times their size.",
        by=(
            "tests/report/wording/test_numbers.py::test_huge_numbers_are_powers_and_still_rounded_outwards",
        ),
    ),
    Mutant(
        "one_digit_of_the_interval",
        NUMBERS,
        "max(1 - floor(log10(high - low)), 0)",
        "max(-floor(log10(high - low)), 0)",
        "Estimates are printed with one digit fewer than their interval supports.",
        by=("tests/report/wording/test_numbers.py::test_intervals_are_rounded_outwards",),
    ),
    Mutant(
        "the_margin_is_taken_off",
        PHRASES,
        'return f"≤ {plain(high)} + {margin}"',
        'return f"≤ {plain(high)} {MINUS} {margin}"',
        "What is allowed is printed as θ₀ − m instead of θ₀ + m.",
        by=("tests/report/sections/test_summary.py::test_allowance",),
    ),
    Mutant(
        "excluded_slopes_change_sides",
        PHRASES,
        "size.startswith(MINUS) == (low is not None)",
        "size.startswith(MINUS) == (low is None)",
        "Slopes that are excluded above θ₀ + s are said to be so above θ₀ − s.",
        by=("tests/report/sections/test_summary.py::test_excluded",),
    ),
    Mutant(
        "excluded_rounded_to_nearest",
        PHRASES,
        "fixed(reach, decimals(row.low, row.high), ROUND_CEILING)",
        "fixed(reach, decimals(row.low, row.high))",
        "More is said to be excluded than was.",
        by=("tests/report/sections/test_summary.py::test_excluded",),
    ),
    Mutant(
        "diverged_replicates_are_not_told",
        PHRASES,
        'counts = {"diverged": row.diverged, "undefined": row.undefined}',
        'counts = {"undefined": row.undefined}',
        "A row is silent on replicates that diverged.",
        by=("tests/report/test_page.py::test_undefined_and_diverged_rows_say_so",),
    ),
    Mutant(
        "the_quantile_is_called_a_median",
        PHRASES,
        'return "median" if row.quantile == 0.5 else',
        'return "median" if row.quantile else',
        "An estimate of another quantile is headed as the median.",
        by=(
            "tests/report/sections/test_summary.py::test_an_estimate_of_another_quantile_is_called_so",
        ),
    ),
)

COUNTS = (
    Mutant(
        "all_controls_are_counted_as_refuted",
        SUMMARY,
        'sum(control.badge.css == "expected" for control in controls)',
        "len(controls)",
        "The header says that every control was refuted.",
        by=("tests/report/test_page.py::test_the_header_counts",),
    ),
    Mutant(
        "the_best_row_speaks",
        SUMMARY,
        "return max(rows, key=",
        "return min(rows, key=",
        "A claim is represented by the row farthest from its bound.",
        by=(
            "tests/report/sections/test_summary.py::"
            "test_the_worst_row_speaks_for_a_claim_and_never_a_control",
        ),
    ),
    Mutant(
        "reach_counts_the_wrong_end",
        SUMMARY,
        "row.high - row.allowed_high)",
        "row.low - row.allowed_high)",
        "How near a row comes to its bound is read off the lower end of its interval.",
        by=("tests/report/sections/test_summary.py::test_reach_is_one_on_the_border",),
    ),
    Mutant(
        "interruptions_are_not_told",
        SUMMARY,
        "if evidence.run.interrupted or evidence.run.finished is None:",
        "if evidence.run.interrupted and evidence.run.finished:",
        "The report of an interrupted run looks whole.",
        by=("tests/report/test_page.py::test_troubles_stand_at_the_head",),
    ),
    Mutant(
        "strays_are_not_told",
        "report/outline.py",
        "if (r.claim, r.check) not in homes]",
        "if r.claim not in {c for c, _ in homes}]",
        "Rows of a check that no claim lists vanish without a word.",
        by=("tests/report/test_outline.py::test_a_row_of_a_check_that_no_claim_lists_is_a_stray",),
    ),
    Mutant(
        "rows_of_other_claims",
        "report/outline.py",
        "own = [row for row in rows if row.claim == declared.name]",
        "own = rows",
        "A claim shows the rows of other claims' checks of the same name.",
        by=("tests/report/test_outline.py::test_checks_of_one_name_keep_to_their_own_claims",),
    ),
    Mutant(
        "effects_of_the_strongest_row",
        "report/sections/effects.py",
        "_words(min(rows, key",
        "_words(max(rows, key",
        "A control is praised for its best problem.",
        by=(
            "tests/report/sections/test_effects.py::test_a_control_is_as_strong_as_on_its_weakest_problem",
        ),
    ),
    Mutant(
        "effects_from_the_far_end",
        "report/sections/effects.py",
        "_gap(row.low, row.allowed_high)",
        "_gap(row.high, row.allowed_high)",
        "By how much a control was refuted is read off the far end of its interval.",
        by=("tests/report/sections/test_effects.py::test_the_distance_is_counted_in_margins",),
    ),
    Mutant(
        "a_broken_assumption_is_told_as_the_first",
        "report/sections/assumptions.py",
        "if BROKEN in counts and len(counts) > 1:",
        "if BROKEN == next(iter(counts), None):",
        "An assumption that fails on some problems is told as it stands on the first.",
        by=(
            "tests/report/sections/test_assumptions.py::"
            "test_one_problem_that_breaks_it_is_not_hidden_among_the_others",
        ),
    ),
    Mutant(
        "what_is_not_known_is_told_as_broken",
        "report/sections/assumptions.py",
        "if BROKEN in counts and len(counts) > 1:",
        "if len(counts) > 1:",
        "An assumption that is not known to hold on some problems is said to be broken.",
        by=(
            "tests/report/sections/test_assumptions.py::"
            "test_a_problem_of_which_it_is_not_known_does_not_break_it",
        ),
    ),
)

PICTURES = (
    Mutant(
        "guides_of_half_the_slope",
        PANELS,
        "end = value * (far / start) ** slope",
        "end = value * (far / start) ** (slope / 2)",
        "The guide of the allowed slope is drawn with half of it.",
        by=("tests/report/plots/test_figures.py::test_equal_slopes_look_equal",),
    ),
    Mutant(
        "guides_ignore_the_margin",
        PANELS,
        'drawn += [(slope, "guide"), (slope + side * margin, "guide margin")]',
        'drawn += [(slope, "guide"), (slope, "guide margin")]',
        "The guide of θ₀ + m is drawn at θ₀.",
        by=("tests/report/plots/test_figures.py::test_equal_slopes_look_equal",),
    ),
    Mutant(
        "the_median_is_the_first_replicate",
        PANELS,
        "_trace(row.points, row.median_curve, x, y)",
        "_trace(row.points, row.curves[0], x, y)",
        "The bold curve is one replicate instead of their median.",
        by=("tests/report/plots/test_figures.py::test_the_bold_curve_is_the_median",),
    ),
    Mutant(
        "logarithms_of_two_bases",
        "report/plots/scales.py",
        "low, high, at = log10(low), log10(high), log10(x) if x > 0 else log10(low)",
        "low, high, at = log10(low), log10(high), log10(x) / log10(2) if x > 0 else log10(low)",
        "Numbers stand on a logarithmic axis by log₂ between ends in log₁₀.",
        by=("tests/report/plots/test_figures.py::test_scales_are_monotone_and_clamp",),
    ),
    Mutant(
        "the_border_without_its_margin",
        STRIPS,
        "upper = [] if high is None else [high, high + margin]",
        "upper = [] if high is None else [high, high]",
        "The strip draws the border that decides at θ₀ instead of θ₀ + m.",
        by=(
            "tests/report/plots/test_figures.py::test_the_strip_draws_interval_and_bounds_to_scale",
        ),
    ),
    Mutant(
        "estimates_in_the_middle",
        STRIPS,
        "return [*body, marker(css, x(row.estimate), y)]\n\n\ndef _all",
        "return [*body, marker(css, x(sum(ends) / 2), y)]\n\n\ndef _all",
        "The strip marks the middle of the interval instead of the estimate.",
        by=(
            "tests/report/plots/test_figures.py::"
            "test_the_strip_marks_the_estimate_and_not_the_middle_of_the_interval",
        ),
    ),
    Mutant(
        "arrows_turned_round",
        "report/plots/graph.py",
        "_edge(at[one], at[name], one)",
        "_edge(at[name], at[one], name)",
        "The drawing says that the used claim rests on the one that uses it.",
        by=("tests/report/plots/test_graph.py::test_a_line_runs_from_what_is_used_to_its_user",),
    ),
)
