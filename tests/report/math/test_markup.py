"""The markup: well formed, safe, self-contained, and speaking to those who cannot see it."""

import re
from html import escape
from html.parser import HTMLParser
from xml.etree import ElementTree

VOID = {"meta", "link", "br", "hr", "img", "input", "wbr"}


class Page(HTMLParser):
    """Every tag with its attributes, every text, and the tags left open or closed wrongly."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.texts, self.open, self.wrong = [], [], [], []
        self.feed(html)
        self.wrong += self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data):
        self.texts.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def test_it_is_well_formed(html):
    assert Page(html).wrong == []
    assert html.startswith("<!DOCTYPE html>")


def test_it_runs_nothing_and_loads_nothing(html):
    page = Page(html)
    assert not {"script", "iframe", "object", "embed", "img"} & {tag for tag, _ in page.tags}
    assert not [a for _, a in page.tags for name in a if name.startswith("on")]
    loads = [
        a.get(key, "") for _, a in page.tags for key in ("src", "href", "xlink:href", "action")
    ]
    assert all(target in ("", "data:,") or target.startswith("#") for target in loads)
    assert not re.search(r"https?://|url\(|@import", html)
    assert "default-src 'none'" in html


def test_hostile_text_is_shown_and_never_obeyed(html, hostile):
    assert escape(hostile).replace("&quot;", "&#34;").replace("&#x27;", "&#39;") in html
    assert "<script" not in html and "</style></title>" not in html and "<i>name" not in html
    assert html.count("</style>") == html.count("</title>") - html.count("<svg") == 1
    assert "49" not in re.findall(r"Hostile[^<]*", html)[0]


def test_every_figure_speaks(html):
    figures = re.findall(r"<svg.*?</svg>", html, flags=re.S)
    assert len(figures) == 15 + 7 + 1  # panels, strips, and which claim rests on which
    for figure in figures:
        svg = ElementTree.fromstring(figure)
        assert svg.get("role") == "img"
        assert svg[0].tag == "title" and svg[0].text
        assert svg[1].tag == "desc" and svg[1].text
        assert "nan" not in figure.lower().replace("dominant", "")


def test_every_formula_is_well_formed(html):
    formulas = re.findall(r"<math.*?</math>", html, flags=re.S)
    assert len(formulas) > 50
    for formula in formulas:
        ElementTree.fromstring(formula)


def test_tables_have_captions_and_scopes(html):
    page = Page(html)
    assert len(page.all("caption")) == len(page.all("table"))
    assert all(th.get("scope") in ("col", "row", "rowgroup") for th in page.all("th"))


def test_anchors_are_unique_and_links_lead_somewhere(html):
    page = Page(html)
    anchors = [a["id"] for _, a in page.tags if "id" in a]
    assert len(anchors) == len(set(anchors))
    assert {a["href"][1:] for a in page.all("a")} <= set(anchors)
