"""HTML and XML that call themselves .xls, as sloppily as they are written."""

import io
import time
from contextlib import suppress
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import Error
from sync.ingest.html_tokens import tokens
from sync.ingest.read import read
from tests.sync.ingest.broken import GOOD, STOCK, page, table, xml, xml_row

PIECES = [
    "<td>",
    "</td>",
    "<tr x='a>b'>",
    '<td title="1 > 2">',
    "<br/>",
    "a",
    "&amp;",
    "&#65;",
    " < ",
    "<!-- x -->",
    "\n",
]
PIECES += ["<TABLE>", "</table >", "<td colspan=2>", "灯", "<?pi?>", "<!doctype html>"]


class Reference(HTMLParser):
    """The standard library's reading of the same page."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found = []

    def handle_starttag(self, tag, _):
        self.found.append((tag, False))

    def handle_endtag(self, tag):
        self.found.append((tag, True))

    def handle_startendtag(self, tag, _):
        self.found.append((tag, False))

    def handle_data(self, data):
        self.found.append(data)


def joined(found):
    answer = []
    for item in found:
        item = item if isinstance(item, str) else (item[0], item[1])
        if isinstance(item, str) and answer and isinstance(answer[-1], str):
            answer[-1] += item
        else:
            answer.append(item)
    return [item.replace("\n", " ") if isinstance(item, str) else item for item in answer]


@given(st.lists(st.sampled_from(PIECES), max_size=30))
@settings(deadline=None, max_examples=150)
def test_pages_are_read_as_the_standard_library_reads_them(pieces):
    text = "".join(pieces)
    reference = Reference()
    reference.feed(text)
    reference.close()
    assert joined(tokens(io.StringIO(text), "x")) == joined(reference.found)


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_where_a_page_is_cut_into_blocks_does_not_matter(size, monkeypatch):
    text = page(table(STOCK, GOOD) + "<!-- a > b --><script>if (a<b) {}</script>" + "x" * 300 + "&amp;&lt;灯").decode()
    whole = joined(tokens(io.StringIO(text), "x"))
    monkeypatch.setattr("sync.ingest.html_tokens._BLOCK", size)
    assert joined(tokens(io.StringIO(text), "x")) == whole


@pytest.mark.parametrize(
    "piece", ["<", "<a", "<!--", "</", "<?", "&", "&#", "<td", "<script>", "<table>", '<a ="', "<![CDATA[", "> <"]
)
def test_time_grows_with_the_page_and_not_with_its_square(piece):
    def spent(count):
        start = time.process_time()
        with suppress(Error):
            sum(1 for _ in tokens(io.StringIO(piece * count), "x"))
        return time.process_time() - start

    assert spent(200_000) < 1.5


def test_a_sloppy_page(tmp_path):
    path = tmp_path / "a.xls"
    head = "".join(f"<TH NOWRAP>{title}" for title in STOCK)
    cells = "".join(f"<TD style='mso-number-format:\"\\@\"' title='a > b'>{cell}" for cell in GOOD)
    path.write_bytes(
        page(f"<TABLE border=1><TR>{head}<TR>{cells}<br></TABLE>").replace(b"HI-1", b"HI&#45;&#x31;&nbsp;")
    )
    table_ = read(path).table
    assert (table_.value("msku", 0), table_.value("fba_sellable", 0)) == ("HI-1", 12.0)


def test_the_table_inside_a_layout_table(tmp_path):
    path = tmp_path / "a.xls"
    path.write_bytes(page(f"<table><tr><td>导出</td></tr><tr><td>{table(STOCK, GOOD)}</td></tr></table>"))
    assert read(path).table.values("msku") == ["HI-1"]


def test_remarks_in_xml_are_no_cells(tmp_path):
    remark = '<Comment ss:Author="x"><ss:Data xmlns="http://www.w3.org/TR/REC-html40">看这里</ss:Data></Comment></Cell>'
    path = tmp_path / "a.xls"
    path.write_bytes(xml([STOCK, xml_row(GOOD).replace("</Data></Cell>", f"</Data>{remark}")]))
    export = read(path)
    assert export.table.value("fba_sellable", 0) == 12.0
    assert not export.problems


def test_types_in_xml(tmp_path):
    cells = [xml_row([cell])[5:-6] for cell in GOOD]
    cells[4] = '<Cell><Data ss:Type="Number">12</Data></Cell>'
    cells[8] = '<Cell><Data ss:Type="DateTime">2026-04-20T08:00:00.000</Data></Cell>'
    path = tmp_path / "a.xls"
    path.write_bytes(xml([STOCK, f"<Row>{''.join(cells)}</Row>"]))
    export = read(path)
    assert (export.table.value("fba_sellable", 0), export.as_of_text, export.problems) == (12.0, "2026-04-20 08:00", ())
