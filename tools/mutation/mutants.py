"""The table of mutants, by what they damage."""

from tools.mutation import (
    wrong_bounds,
    wrong_draws,
    wrong_fields,
    wrong_files,
    wrong_implicit,
    wrong_layers,
    wrong_limits,
    wrong_motion,
    wrong_other_models,
    wrong_premises,
    wrong_readings,
    wrong_regimes,
    wrong_report,
    wrong_searches,
    wrong_statistics,
    wrong_store,
    wrong_verdicts,
)
from tools.mutation.mutant import Mutant

AREAS: dict[str, tuple[Mutant, ...]] = {
    "Simulator: H, Δ and G": (
        *wrong_fields.FORWARD,
        *wrong_fields.BACKWARD,
        *wrong_fields.GRADIENT,
    ),
    "Simulator: one layer alone": (
        *wrong_layers.FORWARD_BY_LAYER,
        *wrong_layers.BACKWARD_BY_LAYER,
        *wrong_layers.RATES_BY_LAYER,
        *wrong_layers.SLOPES_BY_LAYER,
        *wrong_layers.BIASES,
    ),
    "Simulator: motion and records": (
        *wrong_motion.STEPS,
        *wrong_motion.CONTINUOUS,
        *wrong_implicit.STIFF,
        *wrong_implicit.WAITED_FOR,
        *wrong_motion.RECORDS,
    ),
    "Simulator: other models": (*wrong_other_models.THROUGH, *wrong_other_models.PARTIAL),
    "Limits": (*wrong_limits.TIME, *wrong_limits.NODES, *wrong_bounds.RATES),
    "Draws and embeddings": (
        *wrong_draws.SEEDED,
        *wrong_draws.LAWS_AND_EMBEDDINGS,
        *wrong_readings.DRAWS,
    ),
    "Observables": (
        *wrong_readings.DISTANCE,
        *wrong_other_models.OBSERVED,
        *wrong_bounds.AT_REST,
    ),
    "Statistics": (
        *wrong_statistics.BOUNDS,
        *wrong_statistics.DECISIONS,
        *wrong_statistics.SLOPES,
    ),
    "Judge": (*wrong_verdicts.AGGREGATION, *wrong_verdicts.ROWS),
    "Premises, symbols and data": (
        *wrong_premises.ASSUMED,
        *wrong_regimes.REGIMES,
        *wrong_premises.MADE,
    ),
    "Store": (*wrong_store.KEYS, *wrong_store.KEPT, *wrong_store.MEMORY),
    "Files and what is run": wrong_files.FILES,
    "Events, searches and plans": (
        *wrong_searches.EVENTS,
        *wrong_searches.SEARCH,
        *wrong_searches.PLANS,
    ),
    "Report": (*wrong_report.WORDS, *wrong_report.COUNTS, *wrong_report.PICTURES),
}
"""Bugs by area, in the order in which the table shows them."""

MUTANTS = tuple(mutant for mutants in AREAS.values() for mutant in mutants)
