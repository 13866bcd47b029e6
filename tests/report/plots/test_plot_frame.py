"""The frame of a plot: its paper, its middle, and what stands at a height."""

from mfcheck.report.plots.plot_frame import PlotFrame

FRAME = PlotFrame(100, 60, left=20, right=90, top=5, bottom=45)


def test_the_ground_is_what_lies_within_the_axes():
    assert FRAME.size == (100, 60) and FRAME.middle == (55, 25)
    assert FRAME.ground() == '<rect x="20" y="5" width="70" height="40" class="ground"/>'


def test_a_line_goes_across_and_words_end_beside_it():
    assert FRAME.across(12.0, "grid") == '<path d="M20 12L90 12" class="grid"/>'
    assert FRAME.beside(12.0, "0.5", 4) == '<text x="16" y="15.5" class="end">0.5</text>'
