"""Which claim rests on which: every claim once, every use a line, to the right."""

import re

import pytest

from mfcheck.report.outline import ClaimEntry
from mfcheck.report.plots.graph import graph, used
from mfcheck.report.wording.badges import Badge
from tests.records import claim_record


def claims(**uses):
    badge = Badge("supported", "supported")
    return [
        ClaimEntry(claim_record(name=name, uses=some.split()), f"at-{name}", badge, ())
        for name, some in uses.items()
    ]


def places(svg):
    """Name ↦ (x, y) of its text."""
    found = re.findall(r'<text x="([\d.]+)" y="([\d.]+)" class="node">(\w+)</text>', svg)
    return {name: (float(x), float(y)) for x, y, name in found}


def test_a_claim_stands_to_the_right_of_what_it_uses():
    made = claims(last="middle first", first="", middle="first", alone="")
    at = places(graph(made))
    assert set(at) == {"first", "middle", "last", "alone"}
    for name, some in used(made).items():
        assert all(at[one][0] < at[name][0] for one in some)


def test_there_is_a_line_for_every_use_and_a_link_for_every_claim():
    svg = graph(claims(a="", b="a", c="a b"))
    assert svg.count('class="uses"') == 3
    assert re.findall(r'href="#(at-\w)"', svg) == ["at-a", "at-b", "at-c"]


def test_a_line_runs_from_what_is_used_to_its_user():
    svg = graph(claims(a="", b="a"))
    at, (line,) = places(svg), re.findall(r'<path d="M([\d.]+) [\d.]+C.* ([\d.]+) [\d.]+" cl', svg)
    start, end = map(float, line)
    assert at["a"][0] < start < end < at["b"][0]


def test_no_two_claims_stand_on_one_place():
    at = places(
        graph(claims(**{f"c{k}": " ".join(f"c{j}" for j in range(k % 4)) for k in range(20)}))
    )
    assert len(set(at.values())) == 20


def test_what_is_not_on_the_page_is_left_out():
    assert used(claims(a="elsewhere")) == {"a": []}


@pytest.mark.parametrize("uses", [{}, {"a": ""}, {"a": "b", "b": "a"}, {"a": "a"}])
def test_a_page_with_nothing_and_a_circle_are_drawn_too(uses):
    assert graph(claims(**uses)).startswith("<svg")
