"""A LaTeX formula as MathML that a browser draws as TeX would set it.

latex2mathml does the parsing. Its output is then read as XML, refused if it holds anything but
known MathML (so no text of a user can become markup, and no unknown macro is shown as if it were
mathematics), and corrected where a browser would draw another formula than the one meant.
"""

import re
from unicodedata import category, combining, normalize
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert

from mfcheck.report.math.mathletters import styled
from mfcheck.report.math.mathspacing import DISPLAY, TEXT, space

TOKENS = ("mi", "mo", "mn", "mtext")
ROWLIKE = ("math", "mrow", "msqrt", "mroot", "mstyle", "mfrac", "mpadded", "mphantom", "mspace")
TABULAR = ("mtable", "mtr", "mtd")
SCRIPTED = ("msub", "msup", "msubsup", "munder", "mover", "munderover")
KNOWN = {*TOKENS, *ROWLIKE, *TABULAR, *SCRIPTED}
KEPT = {"display", "displaystyle", "scriptlevel", "form", "fence", "stretchy", "accent", "width"}
KEPT |= {"minsize", "maxsize", "linethickness", "height", "depth", "mathvariant", "movablelimits"}
DROPPED = {"lspace", "voffset", "rowspacing", "columnspacing", "columnalign", "accentunder"}
ACCENTS = {"~": "˜", "˜": "˜", "^": "^", "¯": "¯", "˙": "˙", "¨": "¨", "→": "→"}
AS_SIGNS = {"~": "∼", "˜": "∼", "⧵": "∖", "⟂": "⊥", ":": ":", "‖": "‖", "|": "|"}
DISPLAYS = {True: "block", False: "inline"}
PRIMES = ("′", "″", "‴")
ORDINARY = "∞∅∂∇∀∃∄∠∎§⊤…⋯⋮⋱′″"
REWRITES = (  # LaTeX that latex2mathml misreads, and the same formula as it reads it
    (r"\\mathrm\s*\{(\w)\}", r"\\mathrm \1"),
    (r"\\arg\s*\\(min|max)\b", r"\\arg\1"),
    (r"\\arg\b", r"\\operatorname{arg}"),
    (r"\{(aligned|align\*?)\}", "{split}"),
    (r"\{gathered\}", "{matrix}"),
    (r"(\\operatorname\*?\{[^{}]*?)\\[,;: ]", "\\1\u2009"),
    (r"\\mathsf\s*\{?E\}?", "𝖤"),
)


class UnreadableError(ValueError):
    """A formula that cannot be drawn faithfully; its source should be shown instead."""


def mathml(latex: str, *, display: bool) -> Element:
    """The `<math>` element of `latex`. Raises UnreadableError rather than draw something else."""
    rewritten = latex
    for pattern, replacement in REWRITES:
        rewritten = re.sub(pattern, replacement, rewritten)
    try:
        root = ElementTree.fromstring(_plain(convert(rewritten, display=DISPLAYS[display])))
    except Exception as trouble:  # latex2mathml raises whatever its parser stumbles on
        raise UnreadableError(latex) from trouble
    for element in root.iter():
        _refuse_unknown(element, latex)
    _correct(root)
    space(root, DISPLAY if display else TEXT)
    root.attrib = {"display": "block"} if display else {}
    return root


def written(root: Element) -> str:
    """The element as HTML."""
    return ElementTree.tostring(root, encoding="unicode")


def _plain(xml: str) -> str:
    return re.sub(r' xmlns="[^"]*"', "", xml, count=1)


def _refuse_unknown(element: Element, latex: str) -> None:
    text, token = element.text or "", element.tag in TOKENS
    wrong = (
        element.tag not in KNOWN
        or not set(element.attrib) <= KEPT | DROPPED
        or (element.tail or "").strip()
        or (not token and text.strip())
        or (token and (len(element) or "\\" in text or "$" in text))
        or (element.tag == "mi" and text in ("{", "}", "&"))
        or (element.tag == "mi" and text and combining(text[0]))
        or (element.tag == "mo" and not text and "fence" not in element.attrib)
    )
    if wrong:
        raise UnreadableError(latex)


def _correct(parent: Element) -> None:
    """Write letters in their alphabet, signs as operators, accents as accents; drop the rest."""
    for child in list(parent):
        if child.tag == "mspace" and "-" in child.get("width", "").replace("negative", "-"):
            parent.remove(child)
            continue
        _correct(child)
        _token(child)
        if child.tag == "mover":
            _accent(child)
        if child.tag in ("msup", "msubsup"):
            _prime(child)
        if child.tag == "mtd" and "columnalign" in child.attrib:
            child.set("class", child.attrib["columnalign"])
        for name in DROPPED & set(child.attrib):
            del child.attrib[name]
    _join_upright(parent)
    _negate(parent)


def _token(token: Element) -> None:
    text = token.text or ""
    if token.tag in ("mi", "mn") and token.get("mathvariant", "normal") != "normal":
        token.text = styled(text, token.attrib.pop("mathvariant"))
    elif token.tag == "mtext":
        token.attrib.pop("mathvariant", None)
    elif text and text in ORDINARY:
        token.tag, token.attrib = "mi", {"mathvariant": "normal"} if text in "∂∇" else {}
    elif token.tag == "mi" and len(text) == 1 and "Α" <= text <= "Ω":
        token.set("mathvariant", "normal")
    elif text in AS_SIGNS:
        token.tag, token.text = "mo", AS_SIGNS[text]
    elif token.tag == "mi" and len(text) == 1 and category(text) in ("Sm", "Ps", "Pe"):
        token.tag, token.attrib = "mo", {"stretchy": "false"}


def _accent(mover: Element) -> None:
    over = mover[1]
    if over.text == "―":
        mover.tag, mover.attrib = "mrow", {"class": "overline"}
        mover.remove(over)
        return
    sign = {"∼": "~", "−": "¯"}.get(over.text or "", over.text or "")
    if over.tag != "mo" or sign not in ACCENTS:
        return
    wide = "accent" not in mover.attrib and over.get("stretchy") != "false"
    mover.set("accent", "true")
    over.text, over.attrib = ACCENTS[sign], {"stretchy": "true" if wide else "false"}


def _prime(scripted: Element) -> None:
    """A prime stands beside its letter: its glyph is already raised, and tiny if raised again."""
    upper = scripted[-1]
    marks = [upper] if upper.tag == "mi" else list(upper)[:1]
    if not marks or marks[0].text not in PRIMES:
        return
    base = Element("mrow")
    base.extend([scripted[0], marks[0]])
    scripted[0] = base
    if upper is marks[0] or len(upper) == 1:
        scripted.remove(upper)
        scripted.tag = {"msup": "mrow", "msubsup": "msub"}[scripted.tag]
    else:
        upper.remove(marks[0])


def _join_upright(row: Element) -> None:
    """The letters of `\\mathrm{Law}` become one upright word; `:` and `=` become `:=`."""
    letters = [c for c in row if c.tag == "mi" and c.get("mathvariant") == "normal"]
    if row.tag == "mrow" and len(letters) == len(row) > 1:
        letters[0].text = "".join(c.text or "" for c in letters)
        letters[0].attrib.clear()
        row[:] = letters[:1]
    for colon, equals in zip(list(row), list(row)[1:], strict=False):
        if (colon.text, equals.text) == (":", "="):
            equals.text = ":="
            row.remove(colon)


def _negate(row: Element) -> None:
    """`\\not` and the relation after it become one struck-out relation."""
    for slash, relation in zip(list(row), list(row)[1:], strict=False):
        if slash.tag == "mpadded" and len(slash) and slash[0].text == "⧸":
            relation.text = normalize("NFC", (relation.text or "") + "\u0338")
            row.remove(slash)
