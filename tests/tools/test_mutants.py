"""The table of mutants cannot rot, and what it asks for is asked for honestly."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tools.mutation.attempt import Words, named
from tools.mutation.kept import Kept
from tools.mutation.mutant import Mutant, Stale
from tools.mutation.mutants import AREAS, MUTANTS
from tools.mutation.mutate import ROOT, batches
from tools.mutation.tried import job, speaks, tried, unsound

ISSUE = {
    "a factor of N in forward, backward and learning rate": ("forward_sum_into_3",
        "backward_sum_from_3", "rate_of_layer_3_without_N", "last_rate_without_N"),
    "1/√N and 1/(N − 1)": ("forward_root_N", "backward_root_N", "forward_N_minus_1"),
    "a slope missing, doubled, shifted": ("slope_missing", "slope_twice",
        "slope_of_the_next_layer"),
    "biases": ("bias_added_twice", "bias_averaged_over_the_layer"),
    "transposition": ("transposed_at_equal_widths",),
    "probabilities of the data": ("loss_ignores_q", "gradient_with_uniform_q"),
    "tracers": ("forward_blind_to_P", "tracers_have_mass"),
    "replacement": ("without_replacement",),
    "seeds": ("draws_depend_on_their_length", "replicates_repeat_after_32",
        "neighbouring_replicates_are_mirrored"),
    "float32": ("limit_in_single_precision", "cells_in_single_precision", "single_precision"),
    "Euler": ("euler_sold_as_dormand_prince",),
    "T − ε": ("limit_at_T_minus_eps", "last_step_missing"),
    "sup over time": ("distance_at_the_end",),
    "quadrature": ("gauss_hermite_unnormalised", "gauss_legendre_unnormalised"),
    "an order statistic": ("lower_order_statistic_off_by_one",),
    "the base of logarithms": ("slope_with_log10", "sizes_in_log2"),
    "one side made two": ("at_most_means_equals",),
    "a region that contains everything": ("region_contains_everything",),
    "inconclusive": ("inconclusive_is_supported", "undecided_problems_support"),
    "NaN": ("nan_is_small", "nan_floor_is_small", "nan_change_is_none"),
    "a cache": ("key_misses_the_activation",),
}  # fmt: skip
"""What must be planted at the least."""

BY_NAME = {mutant.name: mutant for mutant in MUTANTS}


def items(*ends) -> dict[str, Words]:
    """Items a test of a file left behind: passed, or the kind and words of their failure."""
    keys = ("passed", "kind", "words", "when", "seconds")
    return {
        f"tests/a.py::t[{k}]": dict(zip(keys, (end is None, *(end or ("", "")), "call", 0.1),
                                        strict=True))
        for k, end in enumerate(ends)
    }  # fmt: skip


def answer(*ends, broken=""):
    return {"items": items(*ends), "code": 1, "broken": broken, "seconds": 0.5}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_bug_still_fits_the_source(mutant):
    """The old text stands as often as stated, and the new text is Python."""
    source = (ROOT / "mfcheck" / mutant.file).read_text("utf-8")
    changed = mutant.planted(source)
    assert changed != source
    compile(changed, mutant.file, "exec")


def test_each_bug_is_another_and_is_in_one_area():
    assert all(count == 1 for count in Counter(mutant.name for mutant in MUTANTS).values())
    assert all(count == 1 for count in Counter((b.file, b.old, b.new) for b in MUTANTS).values())
    assert len(MUTANTS) >= 100 and min(map(len, AREAS.values())) >= 15


@pytest.mark.parametrize("kind", ISSUE)
def test_every_kind_of_bug_is_there(kind):
    assert set(ISSUE[kind]) <= set(BY_NAME)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_bug_names_its_catchers(mutant):
    """A file, and a test or check of that name in it."""
    assert mutant.by
    for node in mutant.by:
        file, *names = node.split("::")
        assert names and file.startswith(("tests/", "properties/"))
        name = names[-1].partition("[")[0]
        assert re.search(rf"^def {name}\(", (ROOT / file).read_text("utf-8"), re.M), node


def test_a_stale_bug_is_an_error():
    """Neither a text that is gone nor one that stands too often is planted."""
    mutant = MUTANTS[0]
    with pytest.raises(Stale, match="holds 0 times"):
        mutant.planted("nothing")
    with pytest.raises(Stale, match="holds 2 times"):
        mutant.planted(mutant.old * 2)


def test_a_bug_knows_its_module():
    assert Mutant("b", "seeds.py", "", "", "").module == "mfcheck.seeds"
    assert Mutant("b", "stats/rule.py", "", "", "").module == "mfcheck.stats.rule"
    assert Mutant("b", "stats/__init__.py", "", "", "").module == "mfcheck.stats"


def test_a_job_carries_the_changed_text_and_the_catchers():
    mutant = MUTANTS[0]
    asked = job(mutant, ROOT)
    assert asked["nodes"] == list(mutant.by)
    assert asked["text"] == mutant.planted((ROOT / "mfcheck" / mutant.file).read_text("utf-8"))
    assert job(mutant, ROOT, ["properties"])["nodes"] == ["properties"]


@pytest.mark.parametrize(
    ("end", "catch"),
    [
        (None, False),
        (("AssertionError", ""), True),
        (("Failed", "DID NOT RAISE"), True),
        (("Failed", "Timeout (>60.0s) from pytest-timeout."), False),
        (("NameError", "name 'x' is not defined"), False),
        (("TypeError", ""), False),
        (("Unmet", "REFUTED: refuted on 1 of 2 problems"), True),
        (("Unmet", "INCONCLUSIVE: 1 of 2 problems undecided"), False),
        (("Unmet", "control SUPPORTED: not refuted"), False),
        (("Unmet", "control INCONCLUSIVE: not refuted"), False),
    ],
)
def test_a_failure_is_a_catch_only_if_it_says_so(end, catch):
    (item,) = items(end).values()
    assert speaks(item) is catch
    assert not speaks(item | {"when": "setup"})


def test_a_bug_is_caught_if_every_catcher_fails():
    red = ("AssertionError", "")
    mutant = Mutant("b", "seeds.py", "", "", "wrong", by=("tests/a.py::t",))
    assert tried(mutant, answer(None, red)).verdict == "killed"
    assert tried(mutant, answer(None, red)).red == ("tests/a.py::t[1]",)
    assert tried(mutant, answer(None, None)).verdict == "SURVIVES tests/a.py::t"
    assert tried(mutant, answer(red, broken="not run")).verdict == "SURVIVES not run"
    both = replace(mutant, by=("tests/a.py::t", "tests/b.py::t"))
    assert tried(both, answer(red)).verdict == "SURVIVES tests/b.py::t"
    assert not tried(replace(mutant, by=()), answer(red)).expected


def test_a_proof_of_equivalence_is_held_against_what_fails():
    same = Mutant("b", "seeds.py", "", "", "", by=("tests/a.py::t",), equivalent="it is")
    assert tried(same, answer(None)).expected
    assert not tried(same, answer(("AssertionError", ""))).expected
    assert not tried(same, answer(broken="not run")).expected


def test_a_catcher_must_be_green_where_nothing_is_wrong():
    nodes = ["tests/a.py::t", "tests/a.py::gone"]
    assert unsound(nodes, answer(None, None)) == ["tests/a.py::gone"]
    assert unsound(nodes, answer(None, ("AssertionError", ""))) == nodes


def test_items_belong_to_the_node_that_was_asked_for():
    told = {"tests/a.py::t[1]": {}, "tests/a.py::tt": {}, "tests/a.py::T::t": {}, "tests/b.py": {}}
    assert named(["tests/a.py::t", "tests/a.py", "tests", "tests/a.py::T"], told) == {
        "tests/a.py::t": ["tests/a.py::t[1]"],
        "tests/a.py": ["tests/a.py::t[1]", "tests/a.py::tt", "tests/a.py::T::t"],
        "tests": list(told),
        "tests/a.py::T": ["tests/a.py::T::t"],
    }


def test_the_sound_copy_is_tried_file_by_file_on_both_workers():
    shares = batches(["a.py::x", "b.py::y", "a.py::z", "c.py::w"], 2)
    assert sorted(sorted(one["nodes"]) for one in shares.values()) == [
        ["a.py::x", "a.py::z", "c.py::w"],
        ["b.py::y"],
    ]


def test_answers_are_kept_while_no_source_changes(tmp_path):
    home, file = tmp_path / "home", tmp_path / "kept" / "answers.jsonl"
    home.mkdir()
    (home / "a.py").write_text("1")
    asked = {"nodes": ["x"], "text": "changed"}
    kept = Kept(file, home)
    assert kept.get("b", asked) is None
    kept.keep("b", asked, answer(None))
    kept.keep("silent", asked, {"items": {}, "broken": "no answer"})
    with file.open("a", encoding="utf-8") as lines:
        lines.write('{"mark": "cut o')
    again = Kept(file, home)
    assert again.get("b", asked) == answer(None)
    assert again.get("silent", asked) is again.get("other", asked) is None
    assert again.get("b", asked | {"text": "otherwise"}) is None
    (home / "a.py").write_text("2")
    assert Kept(file, home).get("b", asked) is None
    assert Path(file).read_text("utf-8") == ""
