"""Letters of the mathematical alphabets: a bold θ as one character instead of an attribute.

Browsers that follow MathML Core draw `mathvariant="bold"` as a plain letter, so the letter
itself is written: W in bold is 𝐖 (MATHEMATICAL BOLD CAPITAL W). Unicode's own names do the work.
"""

from unicodedata import lookup, name

STYLES = {
    "bold": "BOLD",
    "bold-italic": "BOLD ITALIC",
    "double-struck": "DOUBLE-STRUCK",
    "script": "SCRIPT",
    "sans-serif": "SANS-SERIF",
    "monospace": "MONOSPACE",
}


def styled(text: str, variant: str) -> str:
    """`text` in the alphabet `variant`; a character without such a form stays as it is."""
    style = STYLES.get(variant)
    return "".join(_styled(letter, style) for letter in text) if style else text


def _styled(letter: str, style: str) -> str:
    kind = name(letter, "").removeprefix("LATIN ").removeprefix("GREEK ")
    kind = kind.replace(" LETTER", "").replace("LUNATE EPSILON", "EPSILON")
    for title in (f"MATHEMATICAL {style} {kind}", f"{style} {kind}"):
        try:
            return lookup(title)
        except KeyError:
            continue
    return letter
