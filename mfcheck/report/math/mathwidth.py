"""How wide a formula will be, in em: an estimate, so that a long one can be set a little smaller.

Only the style sheet uses it: a displayed formula shrinks to its column before it has to scroll.
"""

from xml.etree.ElementTree import Element

from mfcheck.report.math.mathspacing import BARS, CLOSE, LARGE_OPERATORS, OPEN, PUNCTUATION

SMALL = 0.72  # a script, relative to its base
LETTER, DIGIT, WORD, SLIM, SIGN, AROUND = 0.62, 0.54, 0.5, 0.4, 0.8, 0.55


def width(element: Element) -> float:
    """The estimated width of `element` in em."""
    tag, parts = element.tag, [width(child) for child in element]
    if tag in ("msub", "msup", "msubsup"):
        return parts[0] + SMALL * max(parts[1:])
    if tag in ("munder", "mover", "munderover"):
        return max(parts[0], *(SMALL * part for part in parts[1:]))
    if tag == "mfrac":
        return max(parts) + 0.2
    if tag == "mtable":
        rows = [[width(cell) + 0.8 for cell in row] for row in element]
        return sum(max(column) for column in zip(*rows, strict=False))
    if tag in ("msqrt", "mroot"):
        return sum(parts) + 0.8
    return sum(parts) or _token(element)


def _token(token: Element) -> float:
    text = token.text or ""
    if token.tag == "mspace":
        return float(token.get("width", "0em").removesuffix("em") or 0)
    if token.tag == "mo":
        return _sign(token, text)
    return len(text) * {"mi": LETTER, "mn": DIGIT}.get(token.tag, WORD)


def _sign(token: Element, text: str) -> float:
    if text in OPEN + CLOSE + BARS + PUNCTUATION + "/":
        return SLIM
    if text in LARGE_OPERATORS:
        return 1.5
    return SIGN * len(text) + (0 if token.get("lspace") == "0" else AROUND)
