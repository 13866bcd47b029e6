"""Where a plot lies in its picture: the size of the paper, and the edges of the axes."""

from dataclasses import dataclass

from markupsafe import Markup

from mfcheck.report.plots.svg import Spot, label, svg_line, tag


@dataclass(frozen=True)
class PlotFrame:
    """A picture of width and height in which the axes span left … right and top … bottom."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int

    @property
    def size(self) -> Spot:
        """Of the whole picture."""
        return self.width, self.height

    @property
    def middle(self) -> Spot:
        """Of the axes."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def ground(self) -> Markup:
        """The paper within the axes."""
        width, height = self.right - self.left, self.bottom - self.top
        return tag("rect", x=self.left, y=self.top, width=width, height=height, css="ground")

    def across(self, y: float, css: str) -> Markup:
        """A line at a height, from the left edge to the right one."""
        return svg_line((self.left, y), (self.right, y), css)

    def beside(self, y: float, words: str, apart: int) -> Markup:
        """Words that end left of the axes, at a height."""
        return label(self.left - apart, y + 3.5, words, "end")
