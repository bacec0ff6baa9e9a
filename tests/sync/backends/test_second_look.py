"""A tab read again says what a whole reading says, and parses no row that stayed."""

import random
from pathlib import Path

import pytest

from sync.backends.file import FileStore
from sync.backends.workbook import row_feed, second_look
from sync.backends.workbook.patcher import patch
from sync.backends.workbook.reader import open_workbook
from sync.backends.workbook.second_look import Look
from tests.sync.backends.packages import MAIN, WEIRD, build, sheet
from tests.sync.backends.packages import STRINGS as WORDS
from tests.sync.backends.test_corpus import CORPUS, FILES, REFUSED, asked
from tests.sync.backends.test_forms import STRINGS, WAYS, rows

USUAL = ["shared", "number", "day", "inline", "styled", "shared", "formula", "blank"]
MASTER = '<row r="{0}"><c r="A{0}"><f t="shared" ref="A{0}:A9" si="0">{1}</f><v>1</v></c></row>'
CHILD = '<row r="{0}"><c r="A{0}"><f t="shared" si="0"/><v>{1}</v></c></row>'


@pytest.fixture
def parsed(monkeypatch):
    """The numbers of rows that were parsed."""
    seen = []
    read = row_feed.fast_rows

    def noted(text, *rest):
        seen.extend(map(int, second_look._NUMBER.findall(text.encode())))
        return read(text, *rest)

    monkeypatch.setattr(row_feed, "fast_rows", noted)
    return seen


def read(path, look=None, tab="S"):
    with open_workbook(path) as book:
        return book.read(tab, look)


def made(path, cells, strings=STRINGS, **options):
    return build(path, {"S": sheet("".join(cells))}, strings=strings, **options)


def changed(chance, cells, share):
    """Rows with a cell of some written anew, some gone, some added behind."""
    answer = []
    for row in cells:
        number = second_look._NUMBER.search(row.encode())
        if number and '"Z' not in row and chance.random() < share:
            way = chance.choice(["number", "inline", "shared", "formula", "truth"])
            row = row.replace("</row>", WAYS[way](chance, f"Z{int(number[1])}") + "</row>", 1)
        if chance.random() > share / 4:
            answer.append(row)
    last = max(int(found) for row in cells for found in second_look._NUMBER.findall(row.encode()))
    return answer + [f'<row r="{last + at}"><c r="B{last + at}"><v>{at}</v></c></row>' for at in (1, 4)]


@pytest.mark.parametrize("share", [0, 0.01, 0.2, 1])
@pytest.mark.parametrize("seed", range(4))
def test_says_what_a_whole_reading_says(tmp_path, seed, share):
    chance, look = random.Random(seed), Look()
    cells = list(rows(chance, 300, USUAL, list(WAYS), 0.02))
    path = tmp_path / "s.xlsx"
    for _ in range(4):
        assert read(made(path, cells), look) == read(path)
        cells = changed(chance, cells, share)


def test_only_rows_that_are_new_are_parsed(tmp_path, parsed):
    cells = [
        f'<row r="{at}"><c r="A{at}" t="s"><v>{at}</v></c><c r="B{at}"><v>{at}</v></c></row>' for at in range(1, 40)
    ]
    look, path = Look(), tmp_path / "s.xlsx"
    read(made(path, cells), look)
    assert sorted(parsed) == list(range(1, 40))
    parsed.clear()
    cells[6] = cells[6].replace("<v>7</v></c></row>", "<v>70</v></c></row>")
    del cells[20]
    cells += ['<row r="50"/>', '<row r="51"><c r="A51" t="s"><v>50</v></c></row>']
    grown = STRINGS.replace("</sst>", "<si><t>new</t></si></sst>")
    again = read(made(path, cells, grown), look)
    assert sorted(parsed) == [7, 50, 51]
    assert again == read(path)
    assert (again.value(51, 0), again.value(7, 1), again.value(21, 0)) == ("new", 70.0, None)
    parsed.clear()
    assert read(path, look) == again
    assert parsed == [50, 51], "rows behind blank ones are parsed each time"


OTHER = STRINGS.replace("word 3 ", "word three ")
SHORTER = STRINGS.replace("<si><t>word 49 &amp; more</t></si>", "")
DAYLESS = f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="0"/></cellXfs></styleSheet>'


@pytest.mark.parametrize("other", [{"strings": OTHER}, {"styles": DAYLESS}, {"workbook": '<workbookPr date1904="1"/>'}])
def test_nothing_is_taken_over_where_cells_mean_something_else_now(tmp_path, other):
    cells = [
        f'<row r="{at}"><c r="A{at}" t="s"><v>{at}</v></c><c r="B{at}" s="1"><v>45000</v></c></row>' for at in (1, 3)
    ]
    look = Look()
    before = read(made(tmp_path / "a.xlsx", cells), look)
    after = read(made(tmp_path / "b.xlsx", cells, **other), look)
    assert after == read(tmp_path / "b.xlsx")
    assert before != after


def test_a_string_that_is_gone(tmp_path):
    look, cells = Look(), ['<row r="1"><c r="A1" t="s"><v>49</v></c></row>']
    read(made(tmp_path / "a.xlsx", cells), look)
    with pytest.raises(Exception, match=r"X-011.*shared string .49."):
        read(made(tmp_path / "b.xlsx", cells, SHORTER), look)


@pytest.mark.parametrize(
    "now",
    [
        [MASTER.format(1, "B1*3"), CHILD.format(2, 2), CHILD.format(3, 3)],  # the formula that the others share changed
        [CHILD.format(2, 2), CHILD.format(3, 3)],  # it is gone
        [CHILD.format(2, 5), CHILD.format(3, 5)],  # and no row stayed
        [MASTER.format(1, "B1*2"), CHILD.format(2, 9), CHILD.format(3, 3)],  # one that shares it shows something else
        [MASTER.format(1, "B1*2"), MASTER.format(2, "C1"), CHILD.format(3, 3)],  # a new one for those below
        [MASTER.format(1, "B1*2"), CHILD.format(2, 2), CHILD.format(3, 3), CHILD.format(4, 4)],
    ],
)
def test_shared_formulas(tmp_path, now):
    look = Look()
    read(made(tmp_path / "a.xlsx", [MASTER.format(1, "B1*2"), CHILD.format(2, 2), CHILD.format(3, 3)]), look)
    assert read(made(tmp_path / "b.xlsx", now), look) == read(tmp_path / "b.xlsx")


@pytest.mark.parametrize("name", WEIRD)
def test_every_spelling_reads_the_same(tmp_path, name):
    path, look = build(tmp_path / "w.xlsx", {"S": WEIRD[name]}, strings=WORDS), Look()
    assert read(path, look) == read(path, look) == read(path)


ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.mark.parametrize(
    "wrong",
    [
        [ONE, ONE],
        ['<row r="2"><c r="A2"><v>1</v></c></row>', ONE],
        [ONE, '<row r="3"><c r="A3" t="s"><v>99</v></c></row>'],
        [ONE, '<row r="2"><c r="A2"><v>1</c></row>'],
    ],
)
def test_what_is_wrong_is_said_as_by_a_whole_reading_and_what_was_kept_is_forgotten(tmp_path, wrong):
    look, good = Look(), made(tmp_path / "good.xlsx", [ONE, '<row r="2"><c r="A2"><v>2</v></c></row>'])
    for _ in range(2):
        assert read(good, look) == read(good)
        said = []
        for kept in (look, None):
            with pytest.raises(Exception, match="X-01") as caught:
                read(made(tmp_path / "wrong.xlsx", wrong), kept)
            said.append(str(caught.value))
        assert said[0] == said[1]


def test_too_many_cells_together(tmp_path, monkeypatch):
    look, path = Look(), tmp_path / "s.xlsx"
    wide = '<row r="{0}"><c r="A{0}"><v>1</v></c><c r="J{0}"><v>{1}</v></c></row>'
    read(made(path, [wide.format(1, 1), wide.format(2, 1)]), look)
    for module in ("second_look", "rows", "limits"):
        monkeypatch.setattr(f"sync.backends.workbook.{module}.MOST_CELLS", 25)
    assert read(made(path, [wide.format(1, 1), wide.format(2, 2)]), look) == read(path)
    with pytest.raises(Exception, match="X-017"):
        read(made(path, [wide.format(1, 1), wide.format(2, 1), wide.format(3, 3)]), look)


@pytest.mark.skipif(not FILES, reason=f"no corpus at {CORPUS}")
@pytest.mark.parametrize("path", FILES[::3], ids=lambda path: path.name[:40])
def test_real_workbooks_after_a_patch(tmp_path, path):
    if path.name in REFUSED:
        return
    target, looks = tmp_path / path.name, {}
    with open_workbook(path) as book:
        tabs = [tab.name for tab in book.tabs if tab.kind == "worksheet"]
        for tab in tabs:
            book.read(tab, looks.setdefault(tab, Look()))
    patch(path, target, edits=asked(path))
    with open_workbook(target if target.exists() else path) as book:
        for tab in tabs:
            assert book.read(tab, looks[tab]) == book.read(tab)


def test_a_store_that_is_read_again_and_again(tmp_path, parsed):
    path = made(tmp_path / "s.xlsx", [ONE, '<row r="2"><c r="A2"><v>2</v></c></row>'])
    store, other = FileStore(path, rereads=True), FileStore(path)
    assert store.read("S") == other.read("S")
    made(path, [ONE, '<row r="2"><c r="A2"><v>3</v></c></row>'])
    parsed.clear()
    assert store.read("S").value(2, 0) == 3.0
    assert parsed == [2]
    parsed.clear()
    assert other.read("S").value(2, 0) == 3.0
    assert parsed == [1, 2]


def test_an_unchanged_file_is_not_hashed_again(tmp_path, monkeypatch):
    path = made(tmp_path / "s.xlsx", [ONE])
    hashed = []
    real = FileStore.version.__globals__["file_hash"]
    monkeypatch.setattr("sync.backends.file.file_hash", lambda path: (hashed.append(path), real(path))[1])
    clock = {"now": path.stat().st_mtime + 100}
    monkeypatch.setattr("sync.backends.mark.time.time", lambda: clock["now"])
    store = FileStore(path)
    first = store.version()
    assert (store.version(), len(hashed)) == (first, 1)
    made(path, ['<row r="1"><c r="A1"><v>2</v></c></row>'])
    second = store.version()
    assert (second != first, len(hashed)) == (True, 2)
    clock["now"] = path.stat().st_mtime + 1  # it may change again within the same tick
    made(path, [ONE])
    assert store.version() == FileStore(path).version()
    before = len(hashed)
    store.version()
    assert len(hashed) == before + 1
    Path(path).unlink()
    with pytest.raises(Exception, match="X-020"):
        store.version()
