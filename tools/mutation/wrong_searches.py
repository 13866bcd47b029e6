"""Bugs in events, searches, plans and the corpus: what is sought, foretold and spent."""

from tools.mutation.mutant import Mutant

EXCEEDANCE = "stats/exceedance.py"
FORECAST = "stats/forecast.py"
SCORE = "search/score.py"
CLIMB = "search/climb.py"
TAIL = "claims/tail.py"
CORPUS = "run/corpus.py"

EVENTS = (
    Mutant(
        "nan_is_within_the_bound",
        EXCEEDANCE,
        'return 1.0 - (numbers("values", values, dims=1) <= bound)',
        'return 1.0 * (numbers("values", values, dims=1) > bound)',
        "A replicate that is NaN does not exceed its bound: NaN is treated as small.",
        by=("tests/stats/test_exceedance.py::test_what_is_unknown_or_diverged_is_beyond",),
    ),
    Mutant(
        "the_share_within_for_the_share_beyond",
        EXCEEDANCE,
        "replace(procedure, quantile=1 - exceedance_share(region))",
        "replace(procedure, quantile=exceedance_share(region))",
        "Exceedances are judged as if a share δ, not 1 − δ, had to keep the bound.",
        by=(
            "tests/stats/test_exceedance.py::"
            "test_every_verdict_is_a_binomial_tail_against_the_border[32]",
        ),
    ),
    Mutant(
        "both_ends_at_half_the_level",
        EXCEEDANCE,
        "proportion(hits, n, 2 * passing)",
        "proportion(hits, n, passing)",
        "The printed upper bound of an exceedance has half the level of the rule that decides.",
        by=("tests/stats/test_exceedance.py::test_the_reason",),
    ),
    Mutant(
        "the_constant_of_the_least_delta",
        TAIL,
        "return ROOM * max(map(float, sizes))",
        "return ROOM * min(map(float, sizes))",
        "The constant of a high-probability bound is the least that some δ asks for.",
        by=(
            "tests/claims/test_tail.py::test_the_constant_comes_from_narrow_networks_of_their_own",
        ),
    ),
    Mutant(
        "the_quantile_forgets_its_factor",
        TAIL,
        "seen.quantile(1 - k * d)",
        "seen.quantile(1 - d)",
        "The constant is fixed at probability 1 − δ where the theorem says 1 − kδ.",
        by=(
            "tests/claims/test_tail.py::test_the_constant_comes_from_narrow_networks_of_their_own",
        ),
    ),
    Mutant(
        "every_network_has_the_first_width",
        TAIL,
        "r % CHUNK * len(self.wide) // CHUNK",
        "0 * r",
        "The networks of a high-probability row all have the first of its widths.",
        by=("tests/claims/test_tail.py::test_the_widths_are_shared_as_evenly_as_a_chunk_allows",),
    ),
    Mutant(
        "shares_are_rounded_inwards",
        "report/wording/exceedances.py",
        "{percent(row.low, ROUND_FLOOR)} to {percent(row.high, ROUND_CEILING)}",
        "{percent(row.low, ROUND_CEILING)} to {percent(row.high, ROUND_FLOOR)}",
        "The printed interval of a share is shorter than the one that was found.",
        by=("tests/report/wording/test_exceedances.py::test_a_row_in_words",),
    ),
    Mutant(
        "a_bend_over_e_for_a_doubling",
        "report/wording/curvature.py",
        "2 * c * log(2)",
        "2 * c",
        "The change of the slope from N to 2N is that from N to eN: a slip of log 2.",
        by=(
            "tests/report/wording/test_curvature.py::test_a_bend_is_the_change_of_the_slope_over_a_doubling",
        ),
    ),
)

SEARCH = (
    Mutant(
        "the_nearer_border_is_forgotten",
        SCORE,
        "return max(estimate - allowed.high, allowed.low - estimate) / margin",
        "return min(estimate - allowed.high, allowed.low - estimate) / margin",
        "A search on a two-sided region climbs away from the nearer border.",
        by=("tests/search/test_score.py::test_it_counts_margins_beyond_the_region",),
    ),
    Mutant(
        "decades_by_the_natural_logarithm",
        SCORE,
        "return 1 + log10(residual / tolerance) if",
        "return 1 + log10(residual / tolerance) / 0.4342944819032518 if",
        "The score of an identity counts in powers of e and calls them decades.",
        by=("tests/search/test_score.py::test_of_an_identity_it_counts_decades",),
    ),
    Mutant(
        "the_search_keeps_the_least",
        CLIMB,
        "if found is not None and found > mark:",
        "if found is not None and (found < mark or not self.leads):",
        "A search keeps the problem farthest from the border.",
        by=("tests/search/test_climb.py::test_it_climbs_where_drawing_does_not",),
    ),
    Mutant(
        "simple_problems_stand_for_worse_ones",
        CLIMB,
        "self.score - SLACK",
        "self.score - 100 * SLACK",
        "A simpler problem stands for the worst whatever it scores.",
        by=("tests/search/test_climb.py::test_what_does_not_matter_becomes_simple",),
    ),
    Mutant(
        "an_unreadable_entry_is_passed_over",
        CORPUS,
        '            if entry["check"] == check or entry["check"] not in names:\n',
        '            if entry["check"] is None:\n',
        "An entry of the corpus that cannot be read is left out without a word.",
        by=(
            "tests/run/test_corpus.py::"
            "test_what_cannot_be_read_is_a_row_that_says_so[text5-choose one of]",
        ),
    ),
    Mutant(
        "entries_of_every_check",
        CORPUS,
        'if one_of("check", entry["check"], names) == check:',
        'if one_of("check", entry["check"], names):',
        "A check is tried on the corpus of its siblings too.",
        by=("tests/run/test_corpus.py::test_it_runs_first_in_its_own_check_and_takes_a_slot",),
    ),
)

PLANS = (
    Mutant(
        "dearest_first",
        "plan/order.py",
        "return line.seconds / max(decided, LEAST)",
        "return line.seconds * max(decided, LEAST)",
        "A check that is hardly ever decided passes for a cheap one.",
        by=(
            "tests/plan/test_order.py::"
            "test_over_all_limits_together_the_rule_is_best_with_chances_too",
        ),
    ),
    Mutant(
        "a_pilot_knows_its_border_exactly",
        FORECAST,
        "sqrt(1 / m + d * d / (2 * (m - 1)))",
        "0.0",
        "A forecast takes the mean and spread of a few values for those of their law.",
        by=("tests/stats/test_forecast.py::test_few_values_leave_open_how_far_the_border_is",),
    ),
    Mutant(
        "the_other_tail_of_beta",
        FORECAST,
        "shares = betaincinv(n - beyond + 0.5, beyond + 0.5, LEVELS)\n    else",
        "shares = betaincinv(beyond + 0.5, n - beyond + 0.5, LEVELS)\n    else",
        "A forecast takes the share beyond the border for the share within.",
        by=("tests/stats/test_forecast.py::test_a_pilot_foretells_within_a_factor_of_two",),
    ),
    Mutant(
        "what_is_made_once_is_paid_each_time",
        "evidence/cost.py",
        "later = cells[1:] or cells",
        "later = cells",
        "The limit, solved once, is counted into the price of every replicate.",
        by=("tests/evidence/test_cost.py::test_later_chunks_tell_what_a_replicate_costs",),
    ),
)
