"""The guide: every function is in it, the pages of docs/ are what is generated, HTML holds only our tags."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from addin.guide.blocks import Grid, Heading, Items, Listing, Paragraph, Quote, markdown, page
from addin.guide.contents import CONVERSIONS, GROUPS, KINDS, MARKS, SHAPES
from addin.guide.pages import as_markdown, as_page
from addin.guide.reach import reach
from addin.registry.catalogue import ENTRIES, find
from addin.registry.entry import Kind, Shape
from rules.answer import Word
from rules.policy.loader import packaged

DOCS = Path(__file__).parents[3] / "docs"


def test_every_function_stands_in_one_group_in_the_catalogue_s_order():
    assert [entry.name for _, entries in GROUPS for entry in entries] == [entry.name for entry in ENTRIES]


def test_every_kind_shape_and_mark_is_said():
    assert (set(KINDS), set(SHAPES), set(MARKS)) == (set(Kind), set(Shape), set(Word))
    assert set(CONVERSIONS) == set(Kind) - {Kind.TEXT, Kind.RANGE, Kind.FORMULA}


@pytest.mark.parametrize(("lang", "name"), [("zh", "functions.zh-CN.md"), ("en", "functions.md")])
def test_the_pages_of_docs_are_what_is_generated(lang, name):
    assert (DOCS / name).read_text("utf-8") == as_markdown(lang) + "\n", "qlc functions --markdown > docs/…"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_function_has_its_place_signature_and_example(lang):
    text = as_markdown(lang)
    for entry in ENTRIES:
        assert f'<a id="{entry.name.lower()}"></a>' in text
        assert f"`{entry.signature}`" in text
        assert f"`{entry.example}`" in text
        assert entry.alias_zh in text


class Checker(HTMLParser):
    """Tags are closed in order; links lead somewhere on the page."""

    def __init__(self):
        super().__init__()
        self.open, self.links, self.places = [], set(), set()

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        assert tag not in ("script", "img", "link")
        if tag not in ("meta", "br"):
            self.open.append(tag)
        if "id" in attributes:
            self.places.add(attributes["id"])
        if tag == "a":
            self.links.add(attributes["href"].removeprefix("#"))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_is_whole_and_needs_nothing_else(lang):
    checker = Checker()
    checker.feed(as_page(packaged().rules, lang))
    assert not checker.open
    assert checker.links <= checker.places
    assert len(checker.places) > len(ENTRIES)


def test_markup_in_a_text_stays_text():
    blocks = [
        Heading(2, "a <b> *c*", "x"),
        Paragraph("`<i>` & [here](#x)"),
        Items(["_one_"]),
        Grid(["h|1"], [["a|b\nc"]]),
        Quote(["1 < 2", "z"]),
        Listing("<pre>"),
    ]
    assert markdown(blocks) == (
        '<a id="x"></a>\n\n## a &lt;b> \\*c\\*\n\n`<i>` & [here](#x)\n\n- \\_one\\_\n\n| h\\|1 |\n| --- |\n| a\\|b<br>c |\n\n'
        "> 1 &lt; 2\n>\n> z\n\n```text\n<pre>\n```"
    )
    shown = page(blocks, "t", "en")
    assert '<h2 id="x">a &lt;b&gt; *c*</h2>' in shown
    assert '<p><code>&lt;i&gt;</code> &amp; <a href="#x">here</a></p>' in shown
    assert "<td>a|b<br>c</td>" in shown
    assert "<pre>&lt;pre&gt;</pre>" in shown


def test_what_is_in_reach_of_a_function():
    lead_time = reach(find("LEADTIME").call)
    assert Word.READING in lead_time.marks
    assert "F-205" in lead_time.codes
    assert reach(find("ADDWORKDAYS").call).marks == {Word.ESTIMATE, Word.DEPARTURE}
