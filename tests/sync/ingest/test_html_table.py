"""Tables of pages: which cells a joined one covers."""

from sync.ingest.html_table import read_html

PAGE = """<table><tr><td>MSKU</td><td colspan=3>FBA</td><td rowspan=2>备注</td></tr>
<tr><td></td><td>可售</td><td>在途</td><td>预留</td></tr></table>"""


def test_a_joined_cell_covers_what_lies_right_of_it_and_below():
    (tab,) = read_html(PAGE.encode(), "utf-8", "p.html")
    assert tab.merged == [(1, 1, 1, 3), (1, 4, 2, 4)]
    assert tab.rows[0][:2] == ["MSKU", "FBA"]
    assert tab.rows[0][4] == "备注"
    assert tab.rows[1][1:4] == ["可售", "在途", "预留"]
