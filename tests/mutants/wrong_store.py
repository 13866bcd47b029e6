"""Bugs in what is kept: keys of cells, the store, resuming, history, replay, the guard."""

from tests.mutants.bug import Bug

CELL = "engine/cell.py"
STORE = "engine/store.py"
EXECUTOR = "engine/executor.py"
HISTORY = "history.py"
_OWN = "own = {**asdict(self),"
_BLIND = 'dumps({k: v for k, v in loads(self.problem).items() if k != "activations"})'

KEYS = (
    Bug(
        "key_misses_the_activation",
        CELL,
        _OWN,
        f'from json import loads\n        own = {{**asdict(self), "problem": {_BLIND},',
        "The key of a cell leaves the activations out: tanh and sin share their numbers.",
        by=("tests/engine/test_cell.py::test_every_part_of_the_problem_changes_the_key",),
    ),
    Bug(
        "key_misses_the_seed",
        CELL,
        _OWN,
        f'{_OWN} "seed": 0,',
        "Runs of different seeds share their cells.",
        by=("tests/engine/test_cell.py::test_every_field_changes_the_key",),
    ),
    Bug(
        "key_misses_the_precision",
        CELL,
        _OWN,
        f'{_OWN} "dtype": "",',
        "Numbers in float32 are handed out where float64 was asked for.",
        by=("tests/engine/test_cell.py::test_every_field_changes_the_key",),
    ),
    Bug(
        "key_misses_the_round",
        CELL,
        _OWN,
        f'{_OWN} "chunk": 0,',
        "Every round of replicates is answered from the store with the first.",
        by=("tests/engine/test_cell.py::test_every_field_changes_the_key",),
    ),
    Bug(
        "key_misses_the_property",
        CELL,
        _OWN,
        f'{_OWN} "code": "",',
        "An edited property file gets the numbers of its old text.",
        by=("tests/engine/test_cell.py::test_every_field_changes_the_key",),
    ),
    Bug(
        "key_misses_the_simulator",
        CELL,
        ', "mfcheck": numerics()}',
        "}",
        "A mended simulator gets the numbers of the broken one.",
        by=("tests/engine/test_cell.py::test_the_code_behind_the_numbers_changes_the_key",),
    ),
    Bug(
        "key_misses_the_dynamics",
        CELL,
        '    "dynamics",\n',
        "",
        "The equations of motion are not among the files that a number depends on.",
        by=(
            "tests/engine/test_cell.py::"
            "test_the_numerical_floors_are_all_that_a_problem_and_its_readings_import",
        ),
    ),
    Bug(
        "a_limit_is_kept_for_every_step",
        "problem.py",
        "key = repr(sorted(options.items()))",
        'key = ""',
        "A problem keeps one limit whatever its options: the step ε is not in the key.",
        by=("tests/test_problem.py::test_every_option_has_a_limit_of_its_own",),
    ),
    Bug(
        "a_changed_problem_keeps_its_limits",
        "problem.py",
        "field(default_factory=dict, init=False, repr=False)",
        "field(default_factory=dict, repr=False)",
        "A problem with another horizon shares the limits that the first one has solved.",
        by=("tests/test_problem.py::test_a_problem_changed_in_part_has_limits_of_its_own",),
    ),
    Bug(
        "the_last_study_serves_all_problems",
        EXECUTOR,
        "key = (address.file, address.check, address.problem, address.dtype, address.device)",
        "key = (address.file, address.check, address.dtype, address.device)",
        "The study of the last problem is used for the next one.",
        by=(
            "tests/engine/test_executor.py::"
            "test_a_study_is_made_once_per_problem_and_a_file_imported_once",
        ),
    ),
    Bug(
        "an_edited_file_is_not_noticed",
        EXECUTOR,
        "if address.code != self.code(address.file):",
        "if not address.code:",
        "A cell is computed by a property file that is no longer the one it names.",
        by=(
            "tests/engine/test_executor.py::"
            "test_a_file_edited_meanwhile_is_not_taken_for_the_old_one",
        ),
    ),
)

KEPT = (
    Bug(
        "cells_in_single_precision",
        STORE,
        'np.ascontiguousarray(value, dtype="<f8")',
        'np.ascontiguousarray(np.asarray(value, dtype="<f4"), dtype="<f8")',
        "The store keeps numbers in float32 where float64 is promised.",
        by=("tests/engine/test_store.py::test_a_cell_comes_back_to_the_bit",),
    ),
    Bug(
        "rows_of_all_sessions",
        STORE,
        "WHERE session=? ORDER BY rowid",
        "WHERE session=? OR 1 ORDER BY rowid",
        "Rows of earlier sessions are rows of this one.",
        by=("tests/engine/test_store.py::test_rows_belong_to_a_session_and_keep_their_order",),
    ),
    Bug(
        "slots_of_all_sessions",
        STORE,
        'SLOTS = "SELECT name FROM slot WHERE session=?"',
        'SLOTS = "SELECT name FROM slot WHERE session=? OR 1"',
        "Earlier sessions have spent the error budget of this one.",
        by=("tests/engine/test_store.py::test_a_row_keeps_its_slot_and_a_session_its_ledger",),
    ),
    Bug(
        "slots_without_a_limit",
        STORE,
        "Ledger(slots, taken).take(name)",
        "Ledger(10 * slots, taken).take(name)",
        "A run may judge ten times as many rows as its error budget allows.",
        by=("tests/engine/test_store.py::test_the_ledger_refuses_one_slot_too_many",),
    ),
    Bug(
        "stores_of_any_version",
        STORE,
        'return "" if version == VERSION else',
        'return "" if version else',
        "A store of another version is read as if it were of this one.",
        by=(
            "tests/engine/test_store.py::"
            "test_a_store_of_another_version_is_refused_with_the_repair",
        ),
    ),
    Bug(
        "an_interruption_is_a_number",
        EXECUTOR,
        "    except Exception as error:\n        raise CellFailed(_explain",
        "    except BaseException as error:\n        raise CellFailed(_explain",
        "A user's interruption becomes the failure of a measurement.",
        by=("tests/engine/test_executor.py::test_an_interruption_passes_through",),
    ),
    Bug(
        "single_numbers_from_the_executor",
        EXECUTOR,
        "return array.to(torch.float64).numpy()",
        "return array.to(torch.float32).to(torch.float64).numpy()",
        "Measurements pass through float32 on their way to the statistics.",
        by=("tests/engine/test_executor.py::test_networks_have_the_precision_of_the_address",),
    ),
)

MEMORY = (
    Bug(
        "steps_need_no_gap",
        HISTORY,
        '(inf if one["high"] is None else one["high"]) < (',
        '(inf if one["high"] is None else one["high"]) < -1e300 * (',
        "Intervals of two runs that do not meet are no step change.",
        by=("tests/test_history.py::test_a_step_is_two_intervals_that_do_not_meet",),
    ),
    Bug(
        "identities_never_change",
        HISTORY,
        'b > max(ROUNDING * a, new["margin"] / 100)',
        'b > max(ROUNDING * a, 100 * new["margin"])',
        "A residual that grew a thousandfold is not told until it is refuted.",
        by=("tests/test_history.py::test_a_residual_steps_when_it_nears_its_tolerance",),
    ),
    Bug(
        "history_mixes_problems",
        HISTORY,
        "return f\"{row['claim']}::{row['check']}::{problem}\"",
        "return f\"{row['claim']}::{row['check']}::{problem[:0]}\"",
        "A row is compared with an earlier row of another problem.",
        by=(
            "tests/test_history.py::"
            "test_a_run_is_not_compared_with_itself_nor_with_rows_of_other_problems",
        ),
    ),
    Bug(
        "replay_does_not_compare_the_estimate",
        "replay.py",
        'COMPARED = ("estimate", "low", "high", "curves", "median_curve", "n", "verdict")',
        'COMPARED = ("n", "verdict")',
        "A replay that gives other numbers is the same to the bit.",
        by=("tests/test_replay.py::test_one_number_in_the_last_place_is_a_difference",),
    ),
    Bug(
        "replay_under_seed_nought",
        "replay.py",
        '        run["seed"],\n',
        "        0,\n",
        "A replay measures the row under seed 0, whatever the run's seed was.",
        by=("tests/test_replay.py::test_a_row_comes_out_the_same_under_the_seed_of_its_run",),
    ),
    Bug(
        "the_guard_takes_the_rougher_floor",
        "guard/judge.py",
        "SAFETY * min(floors.get(k, inf) for floors in sides)",
        "SAFETY * max(floors.get(k, 0.0) for floors in sides)",
        "A version that has become rough widens the tolerance that it is compared by.",
        by=("tests/guard/test_judge.py::test_the_lower_floor_of_two_counts",),
    ),
    Bug(
        "the_guard_passes_nan",
        "guard/judge.py",
        "return gap if gap < inf else inf",
        "return gap if gap < inf else 0.0",
        "A golden number that has become NaN or infinite counts as unchanged.",
        by=("tests/guard/test_judge.py::test_a_number_that_is_not_finite_parts",),
    ),
)
