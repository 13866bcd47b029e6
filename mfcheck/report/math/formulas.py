"""Text with formulas, as the authors of claims write it, turned into HTML.

`$...$` is an inline formula, `$$...$$` a displayed one, a pair of backticks holds code, a blank
line ends a paragraph and `\\$` is a dollar. Everything else is escaped. A formula that cannot be
drawn faithfully is shown as its source: a reader can still read it, and nothing is invented.
"""

import re

from markupsafe import Markup, escape

from mfcheck.report.math.mathml import UnreadableError, mathml, written
from mfcheck.report.math.mathwidth import width

SPECIAL = re.compile(r"(?<!\\)(\$\$.+?\$\$|\$.+?(?<!\\)\$|`[^`]+`)", re.DOTALL)
DISPLAYED = re.compile(r"(?<!\\)(\$\$.+?\$\$)", re.DOTALL)
STOPS = (".", ",", ";", ":")
CLOSING = ".,;:!?)"
BLANK_LINE = re.compile(r"\n\s*\n")


def formula(latex: str) -> Markup:
    """An inline formula as MathML, or its escaped source in a `<code class="tex">`."""
    try:
        return Markup(written(mathml(latex, display=False)))
    except UnreadableError:
        return _source(latex)


def displayed(latex: str) -> Markup:
    """A displayed formula; equations separated by `\\qquad` may stand below one another.

    `--em` carries the estimated width, from which the style sheet fits the formula to its column.
    """
    try:
        equations = [mathml(part, display=True) for part in _equations(latex)]
    except UnreadableError:
        return Markup('<div class="display">{}</div>').format(_source(latex))
    lines = (Markup("<span>{}</span>").format(Markup(written(equation))) for equation in equations)
    return Markup('<div class="display" style="--em:{:.1f}">{}</div>').format(
        max(width(equation) for equation in equations), Markup("").join(lines)
    )


def _source(latex: str) -> Markup:
    return Markup('<code class="tex">{}</code>').format(latex.strip())


def _equations(latex: str) -> list[str]:
    parts = [part.strip() for part in latex.split(r"\qquad")]
    whole = all(p and p.count("{") == p.count("}") for p in parts)
    return (
        parts
        if whole and r"\left" not in "".join(parts[:-1]) and r"\begin" not in latex
        else [latex]
    )


def inline(text: str) -> Markup:
    """One line of text; displayed formulas are set inline, and stops stay beside formulas."""
    first, *pieces = SPECIAL.split(text)
    html = [_piece(first)]
    for special, rest in zip(pieces[::2], pieces[1::2], strict=True):
        left = rest.lstrip(CLOSING) if special.startswith("$") else rest
        html += [_beside(_piece(special), rest[: len(rest) - len(left)]), _piece(left)]
    return Markup("").join(html)


def _beside(block: Markup, stop: str) -> Markup:
    """A browser may break a line after a formula, even before a comma."""
    return Markup('<span class="beside">{}{}</span>').format(block, stop) if stop else block


def prose(text: str) -> Markup:
    """Paragraphs, with displayed formulas as blocks of their own between them."""
    return Markup("\n").join(_paragraph(part) for part in BLANK_LINE.split(text.strip()) if part)


def _paragraph(text: str) -> Markup:
    blocks: list[Markup] = []
    for part in DISPLAYED.split(text):
        if part.startswith("$$") and len(part) > 4:
            blocks.append(displayed(part[2:-2]))
            continue
        rest = part.strip()
        if blocks and rest[:1] in STOPS:
            blocks[-1] = _with_stop(blocks[-1], rest[:1])
            rest = rest[1:].lstrip()
        if rest:
            blocks.append(Markup("<p>{}</p>").format(inline(rest)))
    return Markup("\n").join(blocks)


def _with_stop(block: Markup, stop: str) -> Markup:
    """The full stop after a displayed formula stays beside it."""
    head, found, tail = block.rpartition("</math></span></div>")
    return head + Markup("<mtext>{}</mtext>").format(stop) + found + tail if found else block


def _piece(piece: str) -> Markup:
    if piece.startswith("$$") and len(piece) > 4:
        return formula(piece[2:-2])
    if piece.startswith("$") and len(piece) > 2:
        return formula(piece[1:-1])
    if piece.startswith("`") and len(piece) > 2:
        return Markup("<code>{}</code>").format(piece[1:-1])
    return escape(piece.replace("\\$", "$"))
