"""Spacing of a formula as TeX sets it: a minus after "=" is a sign, "sup" stands off its body.

Browsers space an operator by its place in the row alone, which is wrong in four places:
the sign after a relation, names such as log and sup, vertical bars, and everything in a
subscript, where TeX sets relations and binary operators tight. Here every child of a row gets
TeX's class (Knuth, The TeXbook, chapter 18) and the attributes that follow from it.
"""

from dataclasses import dataclass
from xml.etree.ElementTree import Element

DISPLAY, TEXT, SCRIPT = 0, 1, 2
SCRIPTS = ("msub", "msup", "msubsup", "munder", "mover", "munderover")
LIMITED = ("sup", "inf", "max", "min", "lim", "lim sup", "lim inf", "det", "Pr")
NAMES = {*LIMITED, "log", "exp", "ln", "sin", "cos", "tan", "tanh", "sinh", "cosh", "deg", "dim"}
NAMES |= {"erf", "ker", "hom", "gcd", "arg", "lg", "arctan", "arcsin", "arccos", "cot", "sec"}
OPEN, CLOSE, BARS, PUNCTUATION = "([{⟨⌊⌈", ")]}⟩⌋⌉", "|‖", ",;"
BINARY, LARGE_OPERATORS = "+−-±∓×·∘⊗⊕⊙∧∨∪∩*⋆÷⧵∖", "∑∏∫∮⋃⋂⨂⨁"
UNARY_AFTER = (None, "open", "bar", "binary", "relation", "punctuation", "operator")
UNARY_BEFORE = (None, "close", "relation", "punctuation")
THIN = "0.167em"


@dataclass
class Atom:
    """One child of a row, the element at its core, and its class."""

    child: Element
    core: Element
    kind: str


def space(element: Element, level: int) -> None:
    """Set the spacing in `element` and below it; `level` is DISPLAY, TEXT or SCRIPT."""
    if element.tag == "mstyle" and "displaystyle" in element.attrib:
        level = DISPLAY if element.get("displaystyle") == "true" else TEXT
    for place, child in enumerate(list(element)):
        if element.tag in SCRIPTS:
            space(child, SCRIPT if place else level)
        else:
            space(child, min(level + 1, SCRIPT) if element.tag == "mfrac" else level)
    if element.tag not in SCRIPTS and element.tag not in ("mfrac", "mtable", "mtr"):
        _space_row(element, level)
    elif element.tag in SCRIPTS:
        for script in element[1:]:
            _tighten(core(script))


def core(element: Element) -> Element:
    """The element that decides how `element` behaves in its row: the base of its scripts."""
    while element.tag in SCRIPTS or (element.tag in ("mrow", "mstyle") and len(element) == 1):
        element = element[0]
    return element


def _space_row(row: Element, level: int) -> None:
    if len(row) == 1 and core(row).tag == "mo" and not _is_name(core(row).text or ""):
        return  # as in =^d: the sign is spaced in the row around it
    atoms = [Atom(c, core(c), "") for c in row if c.tag != "mspace"]
    seen: dict[str, int] = {}
    for atom in atoms:
        atom.kind = _kind(atom.core, seen)
    kinds = [None, *(a.kind for a in atoms), None]
    for atom, before, after in zip(atoms, kinds, kinds[2:], strict=False):
        if atom.kind == "operator":
            _space_name(row, atom, before, after, level)
        elif atom.core.tag == "mo":
            _space_sign(atom, before, after, level)


def _kind(element: Element, seen: dict[str, int]) -> str:
    text = element.text or ""
    if element.tag == "mi" and text in NAMES:
        return "operator"
    if element.tag == "mo":
        return _bar(element, text, seen) if text and text in BARS else _sign_kind(text)
    return "inner" if element.tag == "mrow" and _is_fenced(element) else "ordinary"


def _bar(element: Element, text: str, seen: dict[str, int]) -> str:
    """Of two equal bars in a row the first opens and the second closes."""
    seen[text] = seen.get(text, 0) + 1
    form = element.get("form") or ("prefix" if seen[text] % 2 else "postfix")
    return "bar" if form == "prefix" else "close"


def _sign_kind(text: str) -> str:
    if text in ("", "/", ".", "!", "?"):
        return "ordinary"
    if _is_name(text):
        return "operator"
    members = {"open": OPEN, "close": CLOSE, "punctuation": PUNCTUATION}
    members |= {"large": LARGE_OPERATORS, "binary": BINARY}
    return next((kind for kind, signs in members.items() if text in signs), "relation")


def _is_name(text: str) -> bool:
    return len(text) > 1 and text[0].isalpha()


def _is_fenced(row: Element) -> bool:
    return len(row) > 0 and row[0].get("fence") == "true"


def _space_name(row: Element, atom: Atom, before: str | None, after: str | None, level: int):
    """A name is upright, with a thin space on its open sides and limits below it in a display."""
    has_limits = atom.core.text in LIMITED or atom.core.get("movablelimits") == "true"
    atom.core.tag = "mi"
    atom.core.attrib.clear()
    if has_limits and level == DISPLAY and atom.child.tag in ("msub", "msubsup"):
        atom.child.tag = {"msub": "munder", "msubsup": "munderover"}[atom.child.tag]
    place = list(row).index(atom.child)
    if after in ("ordinary", "operator", "bar", "large") and not _is_space(row, place + 1):
        row.insert(place + 1, Element("mspace", width=THIN))
    if before in ("ordinary", "close", "inner") and not _is_space(row, place - 1):
        row.insert(place, Element("mspace", width=THIN))


def _is_space(row: Element, place: int) -> bool:
    return 0 <= place < len(row) and row[place].tag == "mspace"


def _space_sign(atom: Atom, before: str | None, after: str | None, level: int) -> None:
    sign, kind = atom.core, atom.kind
    if kind in ("open", "close", "bar"):
        sign.set("form", "postfix" if kind == "close" else "prefix")
        if (
            (sign.text or "") in BARS
            and "stretchy" not in sign.attrib
            and "minsize" not in sign.attrib
        ):
            sign.set("stretchy", "false")
    if kind == "binary" and (before in UNARY_AFTER or after in UNARY_BEFORE):
        sign.set("form", "prefix")
        _tighten(sign)
    tight = level == SCRIPT and kind in ("binary", "relation", "punctuation")
    if tight or kind in ("ordinary", "bar", "open", "close"):
        _tighten(sign)
    elif kind == "relation":
        sign.attrib |= {"lspace": "0"} if before is None else {}
        sign.attrib |= {"rspace": "0"} if after is None else {}


def _tighten(sign: Element) -> None:
    if sign.tag == "mo":
        sign.set("lspace", "0")
        sign.set("rspace", "0")
