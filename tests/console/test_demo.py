"""`qlc demo` from the outside: it makes, runs, shows, and leaves a company that is in agreement."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from console.demo.build import BOOK
from console.demo.people import INSERTED
from console.demo.workbook import LINKS, STOCK, TRANSIT

ROOT = Path(__file__).parents[2]


def qlc(*words, ok=(0,)):
    done = subprocess.run(
        [sys.executable, "-m", "console.cli", *map(str, words)],
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode in ok, (done.returncode, done.stdout[-2000:], done.stderr)
    return done


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A demo of 120 MSKUs and its summary."""
    folder = tmp_path_factory.mktemp("qlc") / "demo"
    done = qlc("demo", folder, "--rows", 120, "--seed", 4, "--json")
    return folder, json.loads(done.stdout)


def test_the_summary_shows_every_kind_of_finding(demo):
    _, document = demo
    first, second = document["rounds"]
    assert first["files"] == second["files"] == 9
    assert first["writes"] > 100
    assert first["appends"] > 0
    assert second["writes"] > 100
    assert second["appends"] > 0
    assert second["conflicts"] >= 5
    assert second["problems"] > 0
    assert second["marks"] > 0
    assert second["refused"] == 2  # a doubled key, and rows that can't go above a total


def test_the_next_round_writes_nothing(demo):
    folder, _ = demo
    before = (folder / BOOK).read_bytes()
    done = qlc("--config", folder / "config.yaml", "sync", "once", "--json", ok=(0, 1))
    (book,) = json.loads(done.stdout)["workbooks"]
    assert (book["writes"], book["appends"], book["marks"], book["computed"]) == (0, 0, 0, 0)
    assert hashlib.sha256((folder / BOOK).read_bytes()).digest() == hashlib.sha256(before).digest()


def test_what_people_put_into_the_workbook_is_there(demo):
    folder, _ = demo
    names = zipfile.ZipFile(folder / BOOK).namelist()
    assert any(name.startswith("xl/media/") for name in names)
    assert any(name.startswith("xl/charts/") for name in names)
    book = openpyxl.load_workbook(folder / BOOK)
    head = [cell.value for cell in book[STOCK][1]]
    assert INSERTED in head
    rows = [dict(zip(head, row, strict=True)) for row in book[STOCK].iter_rows(min_row=2, values_only=True)]
    typed = [row["FBA可售"] for row in rows]
    assert {"约30", "停售清货", 777, 1234} <= set(typed)
    assert "=12+8" in [row["FBA入库中"] for row in rows]
    assert {"补", "不补"} <= {row[INSERTED] for row in rows}
    assert any(row["同步状态"] for row in rows)
    total = [row for row in book[TRANSIT].iter_rows(values_only=True) if row[0] == "合计"]
    assert len(total) == 1
    assert len(book[LINKS]["A"]) == 120 + 2  # header, the rows, the doubled one


def test_typed_over_cells_are_open_conflicts(demo):
    folder, _ = demo
    done = qlc("--config", folder / "config.yaml", "sync", "conflicts", "--json", ok=(1,))
    conflicts = json.loads(done.stdout)
    typed = {conflict["sheet"] for conflict in conflicts if conflict["column"] == "FBA可售"}
    assert {"约30", "停售清货", 777, 1234} <= typed
    assert any(conflict["column"] == "预计到达" for conflict in conflicts)


def test_people_read_a_diff_and_what_to_try_next(tmp_path):
    done = qlc("demo", tmp_path / "demo", "--rows", 60, "--lang", "zh")
    for word in ("冲突", "键重复", "合计", "追加", "sync once", "sync conflicts", "sync undo"):
        assert word in done.stdout
    english = qlc("demo", tmp_path / "demo", "--rows", 60, "--lang", "en").stdout
    assert "conflicts" in english
    assert not any(word in english for word in (" ours", " theirs", " base "))


def test_mistakes_are_one_coded_line(tmp_path):
    (tmp_path / "letters.txt").write_text("mine")
    done = qlc("demo", tmp_path, ok=(2,))
    assert done.stderr.startswith("C-060 ")
    assert done.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]
    done = qlc("demo", tmp_path / "new", "--rows", 3, ok=(2,))
    assert done.stderr.startswith("C-001 ")
    assert not (tmp_path / "new").exists()
