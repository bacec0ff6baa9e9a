"""What reaches a terminal: one line per line, nothing that steers it, and no complaint when nobody listens."""

import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.output import Output, printable
from rules.errors import Error
from sync.backends.workbook.codes import X_NO_TAB

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
