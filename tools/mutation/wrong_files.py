"""Bugs in what is written and removed: files of a user's, links, names that are paths, replay."""

from tools.mutation.mutant import Mutant

FOLDER = "files/folder.py"
IN_FOLDER = "tests/files/test_folder.py::"

FILES = (
    Mutant(
        "an_edited_file_is_mfchecks",
        FOLDER,
        "return hashed(path.read_bytes()) in files.get(name, [])",
        "return name in files",
        "A file that its user has edited since is replaced: only names are compared.",
        by=(IN_FOLDER + "test_a_file_of_somebody_elses_is_refused_and_left",),
    ),
    Mutant(
        "links_are_followed",
        FOLDER,
        "return not is_link(path) and (path.parent == self.path or not is_link(path.parent))",
        "return True",
        "A file is removed through a link to a folder that is the user's.",
        by=(IN_FOLDER + "test_removing_follows_no_link_and_takes_only_what_is_listed",),
    ),
    Mutant(
        "a_link_to_the_same_bytes_is_mfchecks",
        FOLDER,
        "return not is_link(path) and (",
        "return (",
        "A link that a user made to a copy of a report is replaced.",
        by=(IN_FOLDER + "test_a_link_to_a_copy_is_no_file_of_mfchecks",),
    ),
    Mutant(
        "removed_though_changed",
        FOLDER,
        "if self._is_own(name, files):",
        "if self._plain(name):",
        "A figure that was edited since is removed by the next run.",
        by=(IN_FOLDER + "test_removing_follows_no_link_and_takes_only_what_is_listed",),
    ),
    Mutant(
        "listed_after_the_fact",
        FOLDER,
        "{name: list(dict.fromkeys([*old, new]))}",
        "{name: old}",
        "The manifest lists bytes after they are there: a kill in between locks the folder.",
        by=(IN_FOLDER + "test_a_kill_at_any_step_leaves_a_folder_that_the_next_run_knows",),
    ),
    Mutant(
        "the_old_bytes_are_forgotten_first",
        FOLDER,
        "{name: list(dict.fromkeys([*old, new]))}",
        "{name: [new]}",
        "The manifest forgets the old bytes before the new ones are there.",
        by=(IN_FOLDER + "test_a_kill_at_any_step_leaves_a_folder_that_the_next_run_knows",),
    ),
    Mutant(
        "a_manifest_may_list_paths",
        "files/manifest.py",
        "return known and bool(NAME.fullmatch(name))",
        "return known",
        "A manifest that came with a shared folder may name files outside it.",
        by=(IN_FOLDER + "test_a_manifest_that_is_none_is_refused_and_left",),
    ),
    Mutant(
        "the_last_one_wins_the_name",
        "files/place.py",
        "        os.link(waiting, path)",
        "        os.replace(waiting, path)",
        "A new file replaces one that appeared a moment before.",
        by=("tests/files/test_place.py::test_one_who_comes_first_keeps_the_name",),
    ),
    Mutant(
        "whatever_is_called_a_draft_goes",
        "files/place.py",
        "if not (same or (plain and content.startswith(waiting.read_bytes()))):",
        "if not plain:",
        "A file is removed because of its name, whatever is in it.",
        by=("tests/files/test_place.py::test_what_only_looks_like_a_draft_is_left",),
    ),
    Mutant(
        "two_claims_in_one_file",
        "files/names.py",
        "return f\"{kept or 'unnamed'}-{mark}\"",
        "return kept or 'unnamed'",
        "Claims whose names differ in a space or a slash share a corpus and a figure.",
        by=("tests/files/test_names.py::test_two_names_never_meet",),
    ),
    Mutant(
        "hidden_files",
        "files/names.py",
        r'rf"[A-Za-z0-9_][A-Za-z0-9_.\-]',
        r'rf"[A-Za-z0-9_.][A-Za-z0-9_.\-]',
        "A claim called .hidden makes hidden files.",
        by=("tests/files/test_names.py::test_a_hostile_name_is_a_file_in_its_folder",),
    ),
    Mutant(
        "a_search_does_not_look_at_the_corpus",
        "files/layout.py",
        'return (*own, f"{CORPUS}/*.json") if search else own',
        "return own",
        "A search begins in a folder whose corpus is not its own.",
        by=(
            "tests/pytest_plugin/test_files_of_the_user.py::"
            "test_a_search_into_the_folder_of_claims_keeps_the_corpus",
        ),
    ),
    Mutant(
        "looked_at_too_late",
        "pytest_plugin/backend.py",
        "    refuse_others(settings)\n    store = create",
        "    store = create",
        "A session whose arguments name no claims measures before it looks at its folder.",
        by=(
            "tests/pytest_plugin/test_files_of_the_user.py::"
            "test_claims_found_below_another_folder_are_refused_too",
        ),
    ),
    Mutant(
        "any_database_is_a_store",
        "engine/store.py",
        "if not tables >= TABLES:",
        "if not tables:",
        "Somebody else's database is opened for writing.",
        by=("tests/engine/test_store.py::test_a_database_of_somebody_elses_is_left",),
    ),
    Mutant(
        "a_new_find_drops_the_kept_ones",
        "run/corpus.py",
        "corpus_text(claim, [*before, entry])",
        'corpus_text(claim, [*(e for e in before if e["check"] != check), entry])',
        "Keeping a problem of a check takes its earlier ones out of the corpus.",
        by=("tests/run/test_corpus.py::test_what_was_kept_stays_when_more_is_kept",),
    ),
    Mutant(
        "remarks_in_a_corpus_are_dropped",
        "run/corpus.py",
        'path.read_text("utf-8") != corpus_text(claim, before)',
        "not before",
        "A corpus is written again without what its user added to it.",
        by=(
            "tests/run/test_corpus.py::test_a_corpus_that_would_lose_something_is_left_and_the_"
            "entry_shown",
        ),
    ),
    Mutant(
        "any_file_may_be_golden",
        "regression/golden_file.py",
        'return "" if sealed else',
        'return "" if sealed is not None else',
        "`mfcheck guard save` writes over whatever file it is given.",
        by=("tests/regression/test_golden_file.py::test_a_file_of_somebody_elses_is_left",),
    ),
    Mutant(
        "evidence_names_the_file_that_runs",
        "run/replay.py",
        "return here[name].resolve()",
        "return Path(claim.file).resolve()",
        "A replay runs the file whose path stands in the evidence.",
        by=("tests/run/test_replay.py::test_the_folder_in_the_evidence_does_not_matter",),
    ),
)
