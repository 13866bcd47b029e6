"""Bugs in what is kept: keys of cells, the store, resuming, history, replay, the guard."""

from tools.mutation.mutant import Mutant

CELL = "engine/cell.py"
STORE = "engine/store.py"
EXECUTOR = "engine/executor.py"
HISTORY = "evidence/history.py"
_OWN = "own = {**asdict(self),"
_BLIND = 'dumps({k: v for k, v in loads(self.problem).items() if k != "activations"})'

KEYS = (
    Mutant(
        "key_misses_the_activation",
        CELL,
        _OWN,
        f'from json import loads\n        own = {{**asdict(self), "problem": {_BLIND},',
        "The key of a cell leaves the activations out: tanh and sin share their numbers.",
        by=("tests/engine/test_cell.py::test_every_part_of_the_problem_changes_the_key",),
    ),
    Mutant(
        "key_misses_the_seed",
        CELL,
        _OWN,
        f'{_OWN} "seed": 0,',
        "Runs of different seeds share their cells.",
        by=("tests/engine/test_cell.py::test_every_field_changes_the_key",),
    ),
    Mutant(
        "key_misses_the_precision",
        CELL,
        _OWN,
        f'{_OWN} "dtype": "",',
        "Numbers in float32 are handed out where float64 was asked for.",
        by=("tests/engine/test_cell.py::test_every_field_changes_the_key",),
    ),
    Mutant(
        "key_misses_the_round",
        CELL,
        _OWN,
        f'{_OWN} "chunk": 0,',
        "Every round of replicates is answered from the store with the first.",
        by=("tests/engine/test_cell.py::test_every_field_changes_the_key",),
    ),
    Mutant(
        "key_misses_the_property",
        CELL,
        _OWN,
        f'{_OWN} "code": "",',
        "An edited property file gets the numbers of its old text.",
        by=("tests/engine/test_cell.py::test_every_field_changes_the_key",),
    ),
    Mutant(
        "key_misses_the_machine",
        CELL,
        ', "machine": fingerprint(self.device)}',
        "}",
        "Numbers of another processor, or under other flags, are taken for this one's.",
        by=("tests/engine/test_cell.py::test_another_processor_changes_the_key",),
    ),
    Mutant(
        "key_misses_what_imports_import",
        "sources/closure.py",
        "            waiting += more\n",
        "",
        "A helper of a helper may be broken, and the old numbers stay.",
        by=("tests/sources/test_closure.py::test_imports_are_followed_transitively",),
    ),
    Mutant(
        "key_misses_imports_within_functions",
        "sources/closure.py",
        "        yield node\n        if isinstance(node, ast.If)",
        "        yield node\n        if isinstance(node, ast.FunctionDef):\n            continue\n"
        "        if isinstance(node, ast.If)",
        "What a property imports when it measures is not among its code.",
        by=("tests/sources/test_closure.py::test_each_form_of_an_import_is_seen",),
    ),
    Mutant(
        "key_misses_the_simulator",
        "engine/properties.py",
        "*more], ROOTS)",
        "*more])",
        "What measures is not among the code of a number, but for what a property file imports.",
        by=("tests/engine/test_properties.py::test_what_measures_is_in_the_code_of_every_file",),
    ),
    Mutant(
        "key_misses_the_text_of_the_trainer",
        EXECUTOR,
        "code(*kind, *own)",
        "code(*kind)",
        "A trainer may be changed, and the old numbers stay.",
        by=(
            "tests/pytest_plugin/test_trainer.py::"
            "test_another_text_of_the_trainer_is_measured_again_and_refuted",
        ),
    ),
    Mutant(
        "key_misses_the_trainer",
        "run/sampler.py",
        '"trainer": self.executor.label',
        '"trainer": ""',
        "Two trainers of one file share their numbers.",
        by=("tests/pytest_plugin/test_trainer.py::test_two_trainers_of_one_file_share_no_number",),
    ),
    Mutant(
        "key_misses_the_data",
        "sources/code.py",
        "for path in {*found.files, *more}}",
        "for path in found.files}",
        "A data file that a claim depends on may change, and the old numbers stay.",
        by=("tests/sources/test_code.py::test_data_and_programs_that_are_declared_are_in_it",),
    ),
    Mutant(
        "stale_bytecode_is_current",
        "sources/code.py",
        "    return found == wanted",
        "    return True",
        "A module that ran from a stale cache is known by the text that stands there now.",
        by=("tests/sources/test_code.py::test_a_cache_is_held_against_its_text",),
    ),
    Mutant(
        "edited_texts_are_current",
        "sources/code.py",
        "    if text is not None:\n        return text_hash(text)",
        "    if text is not None:\n        return text_hash(path.read_bytes())",
        "A text that was edited after it was executed gives its hash to the old numbers.",
        by=("tests/sources/test_code.py::test_a_text_that_was_edited_since_is_known_as_it_ran",),
    ),
    Mutant(
        "helpers_from_the_cache",
        "sources/loading.py",
        "        if not is_local(path) or is_own(path):",
        "        if True:",
        "Helpers of a property file come from Python's cache, stale or not.",
        by=("tests/sources/test_loading.py::test_a_helper_is_executed_from_its_text",),
    ),
    Mutant(
        "data_may_change_while_it_is_measured",
        "sources/code.py",
        "return all(_stamp(Path(name)) == stamp for name, stamp in self.data)",
        "return True",
        "A number measured on new data is kept under the hash of the old.",
        by=("tests/engine/test_properties.py::test_data_that_change_meanwhile_are_not_kept",),
    ),
    Mutant(
        "kinds_of_all_files",
        "problems/kinds.py",
        "for home in (OWN, *homes) if (home, tag) in _KINDS}",
        "for home, other in _KINDS if other == tag}",
        "Two property files with one tag use each other's problems.",
        by=(
            "tests/problems/test_finite.py::test_a_kind_is_known_where_it_is_defined_and_nowhere_else",
        ),
    ),
    Mutant(
        "a_limit_is_kept_for_every_step",
        "problems/problem.py",
        "key = repr(sorted(options.items()))",
        'key = ""',
        "A problem keeps one limit whatever its options: the step ε is not in the key.",
        by=("tests/problems/test_problem.py::test_every_option_has_a_limit_of_its_own",),
    ),
    Mutant(
        "a_changed_problem_keeps_its_limits",
        "problems/problem.py",
        "field(default_factory=dict, init=False, repr=False)",
        "field(default_factory=dict, repr=False)",
        "A problem with another horizon shares the limits that the first one has solved.",
        by=(
            "tests/problems/test_problem.py::test_a_problem_changed_in_part_has_limits_of_its_own",
        ),
    ),
    Mutant(
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
    Mutant(
        "an_edited_file_is_not_noticed",
        EXECUTOR,
        "if address.code != self.code(address.file, spec):",
        "if not address.code:",
        "A cell is computed by a property file that is no longer the one it names.",
        by=(
            "tests/engine/test_executor.py::"
            "test_a_file_edited_meanwhile_is_not_taken_for_the_old_one",
        ),
    ),
)

KEPT = (
    Mutant(
        "cells_in_single_precision",
        STORE,
        'np.ascontiguousarray(value, dtype="<f8")',
        'np.ascontiguousarray(np.asarray(value, dtype="<f4"), dtype="<f8")',
        "The store keeps numbers in float32 where float64 is promised.",
        by=("tests/engine/test_store.py::test_a_cell_comes_back_to_the_bit",),
    ),
    Mutant(
        "rows_of_all_sessions",
        STORE,
        "WHERE session=? ORDER BY rowid",
        "WHERE session=? OR 1 ORDER BY rowid",
        "Rows of earlier sessions are rows of this one.",
        by=("tests/engine/test_store.py::test_rows_belong_to_a_session_and_keep_their_order",),
    ),
    Mutant(
        "slots_of_all_sessions",
        STORE,
        'SLOTS = "SELECT name FROM slot WHERE session=?"',
        'SLOTS = "SELECT name FROM slot WHERE session=? OR 1"',
        "Earlier sessions have spent the error budget of this one.",
        by=("tests/engine/test_store.py::test_a_row_keeps_its_slot_and_a_session_its_ledger",),
    ),
    Mutant(
        "slots_without_a_limit",
        STORE,
        "ErrorBudget(slots, taken).take(name)",
        "ErrorBudget(10 * slots, taken).take(name)",
        "A run may judge ten times as many rows as its error budget allows.",
        by=("tests/engine/test_store.py::test_the_ledger_refuses_one_slot_too_many",),
    ),
    Mutant(
        "stores_of_any_version",
        STORE,
        "if version != STORE_VERSION:",
        "if not version:",
        "A store of another version is read as if it were of this one.",
        by=(
            "tests/engine/test_store.py::"
            "test_a_store_of_another_version_is_refused_with_the_repair",
        ),
    ),
    Mutant(
        "an_interruption_is_a_number",
        EXECUTOR,
        "    except Exception as error:\n        raise CellFailed(_explain",
        "    except BaseException as error:\n        raise CellFailed(_explain",
        "A user's interruption becomes the failure of a measurement.",
        by=("tests/engine/test_executor.py::test_an_interruption_passes_through",),
    ),
    Mutant(
        "single_numbers_from_the_executor",
        EXECUTOR,
        "return array.to(torch.float64).numpy()",
        "return array.to(torch.float32).to(torch.float64).numpy()",
        "Measurements pass through float32 on their way to the statistics.",
        by=("tests/engine/test_executor.py::test_networks_have_the_precision_of_the_address",),
    ),
)

MEMORY = (
    Mutant(
        "steps_need_no_gap",
        HISTORY,
        "(inf if one.high is None else one.high) < (",
        "(inf if one.high is None else one.high) < -1e300 * (",
        "Intervals of two runs that do not meet are no step change.",
        by=("tests/evidence/test_history.py::test_a_step_is_two_intervals_that_do_not_meet",),
    ),
    Mutant(
        "identities_never_change",
        HISTORY,
        "b > max(GROWN * a, new.margin / 100)",
        "b > max(GROWN * a, 100 * new.margin)",
        "A residual that grew a thousandfold is not told until it is refuted.",
        by=("tests/evidence/test_history.py::test_a_residual_steps_when_it_nears_its_tolerance",),
    ),
    Mutant(
        "history_mixes_problems",
        HISTORY,
        'return f"{row.claim}::{row.check}::{problem}"',
        'return f"{row.claim}::{row.check}::{problem[:0]}"',
        "A row is compared with an earlier row of another problem.",
        by=(
            "tests/evidence/test_history.py::"
            "test_a_run_is_not_compared_with_itself_nor_with_rows_of_other_problems",
        ),
    ),
    Mutant(
        "replay_does_not_compare_the_estimate",
        "run/replay.py",
        'COMPARED = ("estimate", "low", "high", "curves", "median_curve", "n", "verdict")',
        'COMPARED = ("n", "verdict")',
        "A replay that gives other numbers is the same to the bit.",
        by=("tests/run/test_replay.py::test_one_number_in_the_last_place_is_a_difference",),
    ),
    Mutant(
        "replay_under_seed_nought",
        "run/replay.py",
        "        run.seed,\n",
        "        0,\n",
        "A replay measures the row under seed 0, whatever the run's seed was.",
        by=("tests/run/test_replay.py::test_a_row_comes_out_the_same_under_the_seed_of_its_run",),
    ),
    Mutant(
        "the_guard_takes_the_rougher_floor",
        "regression/compare.py",
        "SAFETY * min(floors.get(k, inf) for floors in sides)",
        "SAFETY * max(floors.get(k, 0.0) for floors in sides)",
        "A version that has become rough widens the tolerance that it is compared by.",
        by=("tests/regression/test_compare.py::test_the_lower_floor_of_two_counts",),
    ),
    Mutant(
        "the_guard_passes_nan",
        "regression/compare.py",
        "return gap if gap < inf else inf",
        "return gap if gap < inf else 0.0",
        "A golden number that has become NaN or infinite counts as unchanged.",
        by=("tests/regression/test_compare.py::test_a_number_that_is_not_finite_parts",),
    ),
)
