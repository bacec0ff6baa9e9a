"""Rows of one form are read many at a time: they say what the parser says of them, however their cells are mixed."""

import random
import re

import pytest

from rules.errors import Error
from sheets_schema.grid.address import letters
from sync.backends.workbook import forms
from sync.backends.workbook.reader import open_workbook
from sync.backends.workbook.row_feed import RowFeed, fast_sheet
from sync.backends.workbook.rows import PartContext, slow_rows
from tests.sync.backends.packages import MAIN, build, sheet

ITEMS = "".join(f"<si><t>word {number} &amp; more</t></si>" for number in range(50))
STRINGS = f'<sst xmlns="{MAIN}">{ITEMS}</sst>'
DATED = "1"
WAYS = {
    "number": lambda chance, at: f'<c r="{at}"><v>{chance.choice(["0", "12.50", "-3", "1e5", "2E-3"])}</v></c>',
    "styled": lambda chance, at: f'<c r="{at}" s="{chance.randrange(2, 4)}"><v>{chance.randrange(99)}</v></c>',
    "day": lambda chance, at: f'<c r="{at}" s="{DATED}"><v>{45000 + chance.randrange(99)}</v></c>',
    "shared": lambda chance, at: f'<c r="{at}" t="s"><v>{chance.randrange(50)}</v></c>',
    "inline": lambda chance, at: (
        f'<c r="{at}" t="inlineStr"><is><t>{chance.choice(["a&lt;b", "_x0041_", " c "])}</t></is></c>'
    ),
    "blank": lambda chance, at: f'<c r="{at}" s="2"/>',
    "none": lambda chance, at: "",
    "truth": lambda chance, at: f'<c r="{at}" t="b"><v>1</v></c>',
    "formula": lambda chance, at: f'<c r="{at}"><f>A1</f><v>2</v></c>',
    "odd number": lambda chance, at: f'<c r="{at}"><v>{chance.choice(["-", "1.2.3", "NaN", "+"])}</v></c>',
}


def rows(chance, count, usual, seldom, share):
    """Rows of 8 columns, each written in its `usual` way but for a `share` of cells in one of the `seldom` ways."""
    yield '<row r="1">' + "".join(WAYS["shared"](chance, f"{letters(at)}1") for at in range(8)) + "</row>"
    number = 1
    for _ in range(count):
        number += chance.choice([1, 1, 1, 1, 2])
        cells = (
            WAYS[chance.choice(seldom) if chance.random() < share else way](chance, f"{letters(at)}{number}")
            for at, way in enumerate(usual)
        )
        more = chance.choice(["", ' spans="1:8"', ' ht="15" customHeight="1"'])
        yield f'<row r="{number}"{more}>{"".join(cells)}</row>' + chance.choice(["", "", "", "\n  "])
        if chance.random() < 0.01:
            number += 1
            yield f'<row r="{number}" ht="3"/>'


def both(path):
    with open_workbook(path) as book:
        part = book.tabs[0].part
        assert DATED in book.styles.dates
        context = PartContext(book.strings, book.styles.dates, book.date1904, "", "")
        slow = slow_rows(book.chunks(part)[1], part, context)
        return book.read("S"), slow


@pytest.mark.parametrize("seed", range(12))
def test_mixed_rows_are_read_as_the_parser_reads_them(tmp_path, seed):
    chance = random.Random(seed)
    usual = chance.choices(["number", "styled", "day", "shared", "inline"], k=8)
    seldom = chance.sample([*WAYS], 3)
    share = chance.choice([0.0, 0.01, 0.2])
    body = "".join(rows(chance, 600, usual, seldom, share))
    grid, slow = both(build(tmp_path / "m.xlsx", {"S": sheet(body)}, strings=STRINGS))
    assert len(grid.rows) > 500
    assert (grid.numbers, grid.rows, grid.formulas) == (slow.numbers, slow.rows, slow.formulas)
    assert [[type(cell) for cell in row] for row in grid.rows] == [[type(cell) for cell in row] for row in slow.rows]


def test_rows_of_one_form_are_not_read_cell_by_cell(tmp_path, monkeypatch):
    noted = []
    note = forms.Forms.note
    monkeypatch.setattr(forms.Forms, "note", lambda self, found: noted.append(found) or note(self, found))
    chance = random.Random(1)
    usual = ["shared", "number", "day", "inline", "number", "number", "styled", "shared"]
    body = "".join(rows(chance, 3000, usual, ["none", "blank"], 0.05))
    both(build(tmp_path / "m.xlsx", {"S": sheet(body)}, strings=STRINGS))
    assert len(noted) < 600


BROKEN = {
    "a row over again": (r'<row r="(\d+)"', lambda match: f'<row r="{int(match[1]) - 9}"'),
    "no such string": (r't="s"><v>\d+', lambda match: 't="s"><v>50'),
    "a cell of another row": (r'<c r="C\d+"', lambda match: '<c r="C1"'),
    "no character": ("&lt;", lambda match: "&#1;"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_far_down_is_found(tmp_path, name):
    chance = random.Random(3)
    usual = ["shared", "number", "number", "inline", "number", "number", "styled", "shared"]
    body = "".join(rows(chance, 400, usual, ["none"], 0.0))
    pattern, change = BROKEN[name]
    found = [*re.finditer(pattern, body)][-60]
    broken = body[: found.start()] + change(found) + body[found.end() :]
    path = build(tmp_path / "b.xlsx", {"S": sheet(broken)}, strings=STRINGS)
    with open_workbook(path) as book, pytest.raises(Error) as fast:
        book.read("S")
    other = build(tmp_path / "s.xlsx", {"S": sheet(f"<!-- aside -->{broken}")}, strings=STRINGS)
    with open_workbook(other) as book, pytest.raises(Error) as slow:
        book.read("S")
    assert fast.value.code is slow.value.code
    assert fast.value.facts.get("found") == slow.value.facts.get("found") or fast.value.code.id == "X-010"


@pytest.mark.parametrize("between", ["<col/>", "words", "<!-- aside -->"])
def test_what_stands_between_rows_is_read_as_the_parser_reads_it(tmp_path, between):
    chance = random.Random(4)
    body = [*rows(chance, 300, ["number"] * 8, ["none"], 0.0)]
    body.insert(200, between)
    grid, slow = both(build(tmp_path / "b.xlsx", {"S": sheet("".join(body))}, strings=STRINGS))
    assert (grid.numbers, grid.rows) == (slow.numbers, slow.rows)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50, 1 << 16])
def test_rows_are_the_same_wherever_a_block_ends(size):
    body = [*rows(random.Random(5), 30, ["number"] * 8, ["none", "inline"], 0.2)]
    body[10:10] = ["\n", '<row spans="1:8"/>', '\n<row ht="3" />', "<row/>"]
    data = sheet("".join(re.sub(r'(<row|<c) r="\w+"', r"\1", row) for row in body)).encode()
    whole, pieces = (fed([data]), fed([data[at : at + size] for at in range(0, len(data), size)]))
    assert pieces == whole
    assert whole[0][-1] == sum(row.count("<row") for row in body)


def fed(chunks):
    rows = RowFeed(PartContext([f"word {at}" for at in range(50)], set(), False, "", ""))
    fast_sheet(iter(chunks), "sheet1.xml", rows)
    return rows.cells.numbers, rows.cells.rows
