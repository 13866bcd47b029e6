"""Formulas are drawn as TeX would, or shown as their source; text is always escaped."""

import re
from xml.etree import ElementTree

import pytest
from markupsafe import escape

from mfcheck.report.math.formulas import formula, inline, prose
from mfcheck.report.math.mathletters import styled

NBSP = "\u00a0"


def drawn(latex, *, display=False):
    """The MathML of a formula, parsed, without the attributes that only space it."""
    text = str(prose(f"$${latex}$$") if display else formula(latex))
    return re.sub(r' (lspace|rspace|stretchy|fence)="[^"]*"', "", text)


def test_the_theorem_of_the_slides_is_drawn():
    text = drawn(
        r"D_T \le e^{K_T}\left(N_{\min}^{-1/2}+\varepsilon^{1/2}\right)"
        r"\log^{1/2}\!\left(\frac{3(T+1)N_{\max}^2}{\delta}+e\right)",
        display=True,
    )
    assert "<mi>min</mi>" in text and "<mi>log</mi>" in text and "<mfrac>" in text
    assert "negative" not in text and "<code" not in text


@pytest.mark.parametrize(
    ("latex", "part"),
    [
        (r"a = -b", '<mo form="prefix">−</mo><mi>b</mi>'),
        (r"|-x|", '<mo form="prefix">|</mo><mo form="prefix">−</mo>'),
        (r"|x|-y", '<mo form="postfix">|</mo><mo>−</mo>'),
        (r"a-b", "<mi>a</mi><mo>−</mo><mi>b</mi>"),
        (r"\log N", '<mi>log</mi><mspace width="0.167em" /><mi>N</mi>'),
        (r"\log(N)", '<mi>log</mi><mo form="prefix">(</mo>'),
        (r"\mathbf W", "<mi>𝐖</mi>"),
        (r"\boldsymbol\theta", "<mi>𝜽</mi>"),
        (r"\mathbb{1}", "<mn>𝟙</mn>"),
        (r"\mathscr{L}", "<mi>ℒ</mi>"),
        (r"\mathsf{E}", "𝖤"),
        (r"\mathrm{d}t", '<mi mathvariant="normal">d</mi>'),
        (r"\mathrm{Law}(X)", "<mi>Law</mi>"),
        (r"\Delta", '<mi mathvariant="normal">Δ</mi>'),
        (r"X\sim P", "<mo>∼</mo>"),
        (r"\lfloor t\rfloor", '<mo form="prefix">⌊</mo>'),
        (r"a\not\le b", "<mo>≰</mo>"),
        (r"x := y", "<mo>:=</mo>"),
        (r"A\setminus B", "<mo>∖</mo>"),
        (r"\varphi_i'(x)", "<msub><mrow><mi>φ</mi><mi>′</mi></mrow><mi>i</mi></msub>"),
        (r"f'^2", "<msup><mrow><mi>f</mi><mi>′</mi></mrow><mrow><mn>2</mn></mrow></msup>"),
        (r"\overline{xy}", '<mrow class="overline">'),
        (r"\tilde w", "<mo>˜</mo>"),
        (r"\ell_\infty", "<mi>∞</mi>"),
        (r"\arg\min_x f", "<mi>min</mi>"),
        (r"\operatorname*{ess\,sup}_c w", "<mi>ess\u2009sup</mi>"),
        (r"\text{for every } i", f"<mtext>for{NBSP}every{NBSP}</mtext>"),
    ],
)
def test_what_a_browser_would_draw_wrongly_is_corrected(latex, part):
    assert part in drawn(latex)


def test_limits_stand_below_in_a_display_only():
    assert "<munder><mi>sup</mi>" in drawn(r"\sup_{t\le T} x", display=True)
    assert "<msub><mi>sup</mi>" in drawn(r"\sup_{t\le T} x")
    assert "<munderover>" in drawn(r"\sum_{i=1}^L x_i", display=True)


def test_subscripts_are_tight():
    assert '<mo lspace="0" rspace="0">−</mo>' in str(formula("H_{i-1}"))
    assert "<mo>−</mo>" in str(formula("H-1"))


def test_aligned_equations_keep_their_columns():
    text = drawn(r"\begin{aligned} a &= b\\ c &= -d\end{aligned}", display=True)
    assert 'class="right"' in text and 'class="left"' in text


@pytest.mark.parametrize(
    "latex",
    [
        r"\frac{1}{",
        r"\left(",
        "",
        r"\nosuchmacro x",
        r"a & b",
        "x}",
        r"a\\b",
        r"\text{<script>alert(1)</script>}",
        r"\text{<b>x</b>}",
        r"\href{javascript:alert(1)}{x}",
        r"\color{red}{x}",
        r"\cancel{x}",
        r"\label{x}",
        "x^",
        r"\operatorname{\mathrm{x}}",
        "{" * 3000,
    ],
)
def test_what_cannot_be_drawn_is_shown_as_source(latex):
    for text in (str(formula(latex)), str(prose(f"$${latex}$$"))):
        if latex:
            assert f'<code class="tex">{escape(latex.strip())}</code>' in text
        assert "<script" not in text and "<b>" not in text and "href" not in text.split("<code")[0]


@pytest.mark.parametrize("latex", [r"a<b", r"x>0 \text{ and } y<1", r"\{x\}", r"50\%, \#\{i\}"])
def test_drawn_formulas_are_well_formed(latex):
    ElementTree.fromstring(str(formula(latex)))


def test_text_is_escaped_and_code_and_dollars_are_kept(hostile):
    assert "<script" not in inline(hostile) + prose(hostile)
    assert inline("`a<b` and \\$5") == "<code>a&lt;b</code> and $5"
    assert "<math>" in inline("as $N\\to\\infty$") and "$" not in inline("as $N\\to\\infty$")
    assert inline("a lone $ sign") == "a lone $ sign"


def test_paragraphs_and_displays_alternate():
    text = prose("First, with\n$$a=b$$.\nThen $c$.\n\nSecond: $$d$$, $$e \\qquad f$$ end")
    assert re.findall(r"<(p|div)\b", text) == ["p", "div", "p", "p", "div", "div", "p"]
    assert "<mtext>.</mtext></math></span></div>" in text and "<p>Then" in text
    assert "<mtext>,</mtext></math></span></div>" in text
    assert text.count("<math") == 5


def test_a_long_formula_knows_its_width():
    short, long = (
        float(re.findall(r"--em:([\d.]+)", prose(f"$${x}$$"))[0]) for x in ("a", "a+" * 9 + "a")
    )
    assert 0 < short < 1 and 10 < long < 20


@pytest.mark.parametrize(
    ("text", "variant", "expected"),
    [
        ("W1", "bold", "𝐖𝟏"),
        ("e", "script", "ℯ"),
        ("ϵ", "bold", "𝛜"),
        ("R", "double-struck", "ℝ"),
        ("é", "bold", "é"),
        ("x", "unknown", "x"),
    ],
)
def test_letters(text, variant, expected):
    assert styled(text, variant) == expected


def test_a_stop_stays_beside_the_formula_before_it():
    told = str(inline("of $N$: a law (of $t$), and $x$ alone, `code`."))
    beside = [part.split("</span>")[0] for part in told.split('<span class="beside">')[1:]]
    assert [part.rpartition("</math>")[2] for part in beside] == [":", "),"]
    assert told.endswith("alone, <code>code</code>.")
