"""What reaches a terminal: one line per line, nothing that steers it, and no complaint when nobody listens."""

import json
import logging
import os
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.cli import main
from console.commands.serve import _Printable
from console.output import Output, printable
from rules.errors import Error
from rules.policy.loader import packaged_path
from sheets_schema.grid.codes import X_NO_TAB

ROOT = Path(__file__).parents[2]
STEERING = "\x1b[31m\x9b2J\u202e\u2066\r\n\x00\x7f\u2028\ud83dx\udcff"


def steers(text):
    """The characters of a line that a terminal obeys or can't show, told by their Unicode class."""
    overrides = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI", "AL"}
    return [
        char
        for char in text
        if (unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") and char not in "\t\n")
        or unicodedata.bidirectional(char) in overrides - {"AL"}
        or char in "\u061c\u200e\u200f"
    ]


@given(st.text(st.characters(exclude_categories=[])))
def test_nothing_that_steers_is_printed(text):
    shown = printable(text)
    assert not steers(shown)
    assert "\n" not in shown
    if text.isprintable():
        assert shown == text


def test_words_of_the_trade_are_left_alone():
    assert printable("库存 HI-QPD-WiFi-8PCS-CA · España\t😀") == "库存 HI-QPD-WiFi-8PCS-CA · España\t😀"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_way_out_is_clean(capsys, lang):
    out = Output(lang)
    out.line(STEERING)
    out.say(STEERING, STEERING)
    out.table([(STEERING, 1)], (STEERING, "x"))
    out.remark(STEERING)
    out.fail(Error(X_NO_TAB, file=STEERING, tab=STEERING, found=STEERING, expected=STEERING))
    shown = capsys.readouterr()
    assert not steers(shown.out + shown.err)
    assert len(shown.out.splitlines()) == 4
    assert len(shown.err.splitlines()) == 2


@pytest.mark.parametrize("wide", ["库存", "ＡＢ", "\uff08\uff09", "\u3000\u3000"])
def test_columns_stand_under_each_other_whatever_fills_two(capsys, wide):
    Output().table([(wide, 1), ("abcd", 2), ("ｱéx", 3)], ("", "n"))
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["      n", f"{wide}  1", "abcd  2", "ｱéx   3"]


def test_json_is_exact_and_escaped(capsys):
    Output(as_json=True).json({"name": STEERING})
    shown = capsys.readouterr().out
    assert not steers(shown)
    assert json.loads(shown) == {"name": STEERING}


def qlc(*words, out=subprocess.PIPE, **environment):
    return subprocess.run(
        [sys.executable, "-m", "console.cli", *words],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdout=out,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and devices of a Unix")
@pytest.mark.parametrize("words", [("eval", '=PINYIN("车机")'), ("functions",)], ids=["little", "much"])
def test_a_reader_that_has_gone_is_no_complaint(words):
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as pipe:
        done = qlc(*words, out=pipe)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_disk_is_one_coded_line():
    with Path("/dev/full").open("wb") as full:
        done = qlc("eval", "=1+1", "--json", out=full)
    assert done.returncode == 2
    assert done.stderr.startswith("C-002 ")
    assert len(done.stderr.splitlines()) == 1


def test_a_stream_that_cannot_encode_is_no_traceback():
    done = qlc("eval", '=EXPLAIN("车机")', PYTHONIOENCODING="ascii", LC_ALL="C")
    assert "Traceback" not in done.stderr
    assert done.stdout.strip()


NAME = "坏\x1b[31m\u202e\n\x9b2J" + os.fsdecode(b"\xff")
"""A file's name as nobody should have it."""
CELL = "球_x001B_[2J\u202e灯\u2028\u0085"
"""A cell that reads as an escape sequence."""


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """A company whose files, tabs, titles, stores and cells all hold what steers a terminal."""
    folder = tmp_path_factory.mktemp("company") / NAME
    (folder / "inbox").mkdir(parents=True)
    book = openpyxl.Workbook()
    book.active.title = "产品\u202e\u0085图册"
    for row in (
        ["SKU", "品名", "品牌", "站点", CELL],
        [CELL, "灯", CELL, "CA", "=LEADTIME(B2)"],
        ["HI-D-CA", "电", "H", "CA", 1],
        ["HI-D-CA", CELL, "H", "CA", 1],
    ):
        book.active.append(row)
    stock = book.create_sheet("库存数据")
    for row in (["店铺", "MSKU", CELL, "FBA可售"], [CELL, CELL, 1, CELL], ["S", "M", 1, 3]):
        stock.append(row)
    book.save(folder / f"{NAME}.xlsx")
    for name in (f"{NAME}.csv", f"inbox/{NAME}.csv", "base.csv"):
        (folder / name).write_text(f"店铺,MSKU,FBA可售,{CELL}\nS,M{NAME[:6]},1,2\n", "utf-8", "replace")
    (folder / f"{NAME}.pdf").write_bytes(b"x")
    (folder / "config.yaml").write_text(
        "site:\n  inbox: [{path: inbox}]\n"
        '  stores: [{name: "S\\e[31m"}]\n'
        '  workbooks: [{name: "书\\e[31m\\u202E", path: "' + "x.xlsx" + '"}]\n',
        "utf-8",
    )
    shutil.copy(folder / f"{NAME}.xlsx", folder / "x.xlsx")
    return folder


COMMANDS = [
    "check BOOK",
    "check BOOK --tab 库存数据",
    "check BOOK --tab 没有\x1b[31m",
    "button check_sheet BOOK",
    "button check_sheet BOOK --select 库存数据",
    "button make_skus BOOK",
    "button sku_collisions BOOK",
    "button nonsense\x1b[31m BOOK",
    "button letter_names --answer folder=FOLDER",
    "sku check BOOK",
    "sku check LIST",
    "sku check HI\x1b[31m-CA",
    "sku import BOOK",
    "sku parse HI\x1b[31m-CA",
    "patch BOOK --set 没有\x1b[31m!A1=1 --out OUT",
    "patch BOOK --set 库存数据!ZZZZ1=1 --out OUT",
    "compute BOOK --out OUT",
    "erp inspect LIST BOOK",
    "erp read LIST",
    "merge LIST LIST LIST --key MSKU",
    "merge LIST LIST LIST --key 没有\x1b[31m",
    "letters FOLDER",
    'eval =PINYIN("\x1b[31m\u202e")',
    'explain =PINYIN("\x1b[31m\u202e")',
    "compile R\x1b[31m --out OUT",
    "doctor --config CONFIG",
    "sync plan --config CONFIG",
    "sync once --config CONFIG",
    "sync status --config CONFIG",
    "sync history --config CONFIG",
    "sync conflicts --config CONFIG",
    "sync adopt 书\x1b[31m\u202e --all erp --yes --config CONFIG",
    "sync explain 书\x1b[31m\u202e 库存数据!D2 --config CONFIG",
    "sync undo --config CONFIG",
    "nonsense\x1b[31m",
]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words.split()[:2]).encode().hex()[:24])
def test_every_command_that_prints_names(company, tmp_path, capsys, words, monkeypatch):
    monkeypatch.setenv("QLC_CONFIG", str(packaged_path()))
    places = {
        "BOOK": company / f"{NAME}.xlsx",
        "LIST": company / f"{NAME}.csv",
        "FOLDER": company,
        "CONFIG": company / "config.yaml",
        "OUT": tmp_path / f"{NAME}.xlsx",
    }
    given = []
    for word in words.split(" "):
        name, _, place = word.partition("=")
        given.append(str(places[word]) if word in places else f"{name}={places[place]}" if place in places else word)
    for options in ([], ["--lang", "en"], ["--json"]):
        main([*given, *options])
        shown = capsys.readouterr()
        assert shown.out or shown.err
        assert not steers(shown.out + shown.err), words
        if options == ["--json"]:
            json.loads(shown.out)
            assert len(shown.out.splitlines()) == 1


def test_the_log_of_the_service_is_clean():
    record = logging.LogRecord("x", logging.WARNING, "", 0, "GET %s", (STEERING,), None)
    try:
        raise ValueError(STEERING)
    except ValueError:
        record.exc_info = sys.exc_info()
    shown = _Printable("%(levelname)s %(message)s").format(record)
    assert not steers(shown)
    assert shown.startswith("WARNING GET \\x1b[31m")
    assert "Traceback" in shown
