"""Whoever opens a workbook gives the same answer about it: the same code for a broken one, the same cells for an odd one."""

import errno
import random
import sys
from datetime import date
from xml.dom import minidom
from xml.parsers.expat import ExpatError

import pytest

from addin.hosts.headless import compute
from console.bench import measure
from console.commands.merge import read_table
from rules.errors import Error, Refused
from rules.policy.loader import packaged
from rules.policy.site import AnyWorkbook
from sheets_schema.grid.edits import CellEdit
from sync.backends.file import FileStore
from sync.backends.workbook import package
from sync.backends.workbook.codes import X_DISK
from sync.backends.workbook.patcher import patch
from sync.backends.workbook.reader import WorkbookFile as Reading
from sync.backends.workbook.reader import open_workbook
from sync.ingest.read import inspect
from sync.round.books import read_book
from tests.pace import is_within
from tests.sync.backends.broken import BROKEN, LARGE, ODD, TAB, plain_zip
from tests.sync.backends.packages import build, members, sheet

CONFIG = packaged()


def code_of(call, path):
    try:
        call()
    except Error as error:
        found = error
    else:
        return None
    assert found.file in (str(path), path.name)
    assert found.text("zh") != found.text("en")
    return found.code.id


def inspected(path):
    """The first problem's code, where it is about the workbook at all."""
    problems = inspect(path)["problems"]
    found = problems[0]["code"] if problems else None
    return found if found is None or found.startswith("X-") else None


def checked(path):
    def read():
        store = FileStore(path)
        for tab in store.tabs():
            store.read(tab)

    return code_of(read, path)


def patched(path):
    target = path.with_name("patched.xlsx")
    found = code_of(lambda: patch(path, target, edits=[CellEdit(tab_of(path), 1, 0, "店铺")]), path)
    assert target.exists() == (found is None)
    return found


def tab_of(path):
    try:
        with open_workbook(path) as book:
            return book.tabs[0].name
    except Error:
        return TAB


def computed(path):
    return code_of(lambda: compute(path, CONFIG.rules, date(2025, 4, 1), out=path.with_name("c.xlsx")), path)


def merged(path):
    found = code_of(lambda: read_table(path), path)
    return found if found is None or found.startswith("X-") else None


def synced(path):
    """What a round says of the workbook; what is wrong with a tab's columns is not about the file."""
    configured = AnyWorkbook(name="全流程数据", path=str(path), tabs={TAB: tab_of(path)})
    return code_of(lambda: read_book(CONFIG, configured), path)


READERS = {
    "erp inspect": inspected,
    "check": checked,
    "patch": patched,
    "compute": computed,
    "merge": merged,
    "sync": synced,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_workbook_is_refused_by_all_alike(tmp_path, name):
    make, code = BROKEN[name]
    path = tmp_path / "b.xlsx"
    make(path)
    before = path.read_bytes()
    assert {reader: read(path) for reader, read in READERS.items()} == dict.fromkeys(READERS, code)
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["b.xlsx"]


@pytest.mark.parametrize("name", ODD)
def test_an_odd_workbook_is_read_and_patched(tmp_path, name):
    make, value = ODD[name]
    path = tmp_path / "o.xlsx"
    make(path)
    assert {reader: read(path) for reader, read in READERS.items()} == dict.fromkeys(READERS)
    with open_workbook(path) as book:
        found = book.read(book.tabs[0].name).value(1, 0)
        tab = book.tabs[0].name
    assert (found, type(found)) == (value, type(value))
    target = tmp_path / "p.xlsx"
    assert patch(path, target, edits=[CellEdit(tab, 1, 0, "新", value)]).changed
    with open_workbook(target) as book:
        assert book.read(tab).value(1, 0) == "新"
    with pytest.raises(Refused, match="X-012"):
        patch(path, target, edits=[CellEdit("没有", 1, 0, "新")])


def test_an_archive_of_exports_says_what_it_holds(tmp_path):
    path = tmp_path / "b.xlsx"
    for members_of, said in (({}, "empty archive"), ({"in/": "", "in/a.csv": "x"}, "holds in/a.csv: unpack it")):
        plain_zip(members_of)(path)
        with pytest.raises(Error, match="X-001") as caught:
            open_workbook(path)
        assert said in caught.value.text("en")


def test_there_are_many_of_them():
    assert len(BROKEN) + len(LARGE) >= 100


def test_what_is_called_malformed_is_so_to_another_parser(tmp_path):
    path = tmp_path / "b.xlsx"
    for name, (make, code) in BROKEN.items():
        if code in ("X-010", "X-011"):
            make(path)
            assert all(map(parses, members(path).values())) == (code == "X-011" or name in OTHERWISE), name


OTHERWISE = {"a table missing"}


def parses(data):
    try:
        minidom.parseString(data)  # noqa: S318 - made by the test
    except (ExpatError, LookupError, ValueError):
        return False
    return True


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ZeroDivisionError("?"), "X-021"),
        (RecursionError("?"), "X-021"),
        (KeyError("?"), "X-021"),
        (MemoryError(), "X-017"),
        (OSError(errno.EIO, "?"), "X-022"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "?"), "X-010"),
    ],
)
def test_what_nobody_foresaw_is_a_line_about_this_file(tmp_path, monkeypatch, error, code):
    """Whatever fails in the depth of reading, once the file is open."""

    def fail(*_):
        raise error

    path = tmp_path / "b.xlsx"
    ODD["strict"][0](path)
    monkeypatch.setattr(package, "Styles", fail)
    assert {reader: read(path) for reader, read in READERS.items()} == dict.fromkeys(READERS, code)
    assert [item.name for item in tmp_path.iterdir()] == ["b.xlsx"]


@pytest.mark.parametrize("change", [lambda data: data[:200], lambda data: bytes(len(data)), lambda data: data[::-1]])
def test_a_file_that_changes_while_it_is_read(tmp_path, change):
    path = tmp_path / "b.xlsx"
    words = random.Random(1)
    cells = "".join(f'<row r="{at}"><c r="A{at}"><v>{words.random()}</v></c></row>' for at in range(1, 9000))
    build(path, {TAB: sheet(cells)})
    with open_workbook(path) as book:
        path.write_bytes(change(path.read_bytes()))
        with pytest.raises(Error) as caught:
            book.read(TAB)
    assert caught.value.code.id in ("X-003", "X-010")
    assert caught.value.file == str(path)


def test_a_tab_that_is_refused_is_looked_through_once_while_the_file_stays(tmp_path, monkeypatch):
    path, seen, plain = tmp_path / "b.xlsx", [], Reading.read
    build(path, {"S": sheet('<row r="1"><c r="A1" t="s"><v>9</v></c></row>')})
    monkeypatch.setattr(Reading, "read", lambda book, tab: seen.append(tab) or plain(book, tab))
    store = FileStore(path)
    for _ in range(3):
        with pytest.raises(Error, match="X-"):
            store.read("S")
    assert seen == ["S"]
    build(path, {"S": sheet('<row r="1"><c r="A1"><v>1</v></c></row>')})
    assert store.read("S").value(1, 0) == 1


def test_a_disk_that_failed_once_is_tried_again(tmp_path, monkeypatch):
    path = tmp_path / "b.xlsx"
    build(path, {"S": sheet('<row r="1"><c r="A1"><v>1</v></c></row>')})
    store = FileStore(path)

    def failing(*_):
        raise Error(X_DISK, file=path, found="?")

    with monkeypatch.context() as patched:
        patched.setattr(Reading, "read", failing)
        with pytest.raises(Error, match="X-022"):
            store.read("S")
    assert store.read("S").value(1, 0) == 1


@pytest.mark.proof
@pytest.mark.parametrize("name", [*BROKEN, *LARGE])
def test_each_within_ten_seconds_and_half_a_gigabyte(tmp_path, name):
    """Real processes: a code, no traceback, in time (of the CPU: others may use this machine), in little memory."""
    make, code = (BROKEN | LARGE)[name]
    path = tmp_path / "b.xlsx"
    make(path)
    figures = []
    for words in (
        ["erp", "inspect", str(path)],
        ["check", str(path)],
        ["patch", str(path), "--set", f'{tab_of(path)}!A1="x"', "--out", str(tmp_path / "o.xlsx")],
        ["compute", str(path), "--out", str(tmp_path / "c.xlsx")],
        ["merge", *[str(path)] * 3, "--key", "a"],
    ):
        done = measure.run(["-m", "console.cli", *words, "--json"], repeat=1, good=(1, 2, 3))
        assert code in done.stdout, (words, done.stdout)
        assert (is_within(done.cpu, 10), done.peak_mb < 512) == (True, True), (words, done)
        figures.append(f"{words[0]} {done.cpu:.1f} s {done.peak_mb:.0f} MB")
    sys.stdout.write(f"\n{name:40} {code}  {' · '.join(figures)}")
