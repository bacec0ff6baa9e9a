"""The story of one cell in docs/sync.md, played: each line of its table is what really happens."""

import re
from pathlib import Path

import openpyxl
import pytest

from tests.scenarios.office import agreed, item

DOCS = Path(__file__).parents[2] / "docs"
SHEET = ["店铺", "MSKU", "FBA可售", "备注"]
CELL = "C2"
KEY = (("LOMEESS-CA", "A"), "FBA可售")


def story(page):
    """The lines of the table: what happens, the ERP's value, the sheet's before and after, the last agreed one."""
    lines = re.findall(r"^\| (.+) \|$", page.partition("## ")[2].partition("\n## ")[0], re.MULTILINE)
    for line in lines[1:]:
        what, *cells, does, after, base = (part.strip() for part in line.split("|"))
        if cells[0].isdigit():
            erp, before = (int(cell) if cell.isdigit() else None for cell in cells)
            yield what, erp, before, does, int(after), int(base)


def test_both_pages_tell_the_same_story():
    one, other = (list(story((DOCS / name).read_text("utf-8"))) for name in ("sync.md", "sync.zh-CN.md"))
    assert [(line[1], line[2], *line[4:]) for line in one] == [(line[1], line[2], *line[4:]) for line in other]
    assert len(one) == 7
    for name in ("one-cell.svg", "one-cell.zh-CN.svg"):
        numbers = [int(found) for found in re.findall(r">(\d{3})<", (DOCS / name).read_text("utf-8"))]
        assert numbers == [number for line in one for number in (line[1], line[4], line[5])]


@pytest.fixture
def office(quick):
    quick.make_book([{"店铺": "LOMEESS-CA", "MSKU": "A", "FBA可售": None}], SHEET)
    return quick


def shown(office):
    return openpyxl.load_workbook(office.book)["库存数据"][CELL].value


def test_the_story_is_what_happens(office):
    says = None
    for what, erp, before, does, after, base in story((DOCS / "sync.md").read_text("utf-8")):
        choice = re.fullmatch(r"choice `(.+)`", what)
        if what == "somebody types":
            office.edit({CELL: before})
        assert shown(office) == before, what
        if erp != says:
            office.export([item("A", erp)])
            says = erp
        if choice:
            (conflict,) = office.conflicts()
            office.qlc("sync", "resolve", conflict["id"], "--use", choice[1])
        if "undo" in what:
            office.qlc("sync", "undo")
        elif what == "first contact":
            office.adopt()
        else:
            report = office.once()
            assert report["writes"] == int("writes" in does), what
            assert report["conflicts"] == int("conflict" in does), what
        assert (shown(office), agreed(office.folder)[KEY]) == (after, base), what
        assert len(office.conflicts()) == int("conflict" in does), what
