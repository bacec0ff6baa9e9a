"""Old exports turn up again in every way that people know, on the demo, with real processes: nothing rolls back."""

import os
import re
import shutil
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from console.demo.build import BOOK, WORKBOOK
from console.demo.inbox import AMAZON_STORE, ERP
from tests.scenarios.office import Office

OLD, NEW = "20260420", "20260427"
"""The days of the demo's exports: each of the first week was replaced in the second."""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The demo after its two weeks."""
    demo = Demo(tmp_path_factory.mktemp("made") / "demo")
    demo.qlc("demo", str(demo.folder), "--rows", "60")
    return demo


@pytest.fixture
def demo(made, tmp_path):
    return Demo(Path(shutil.copytree(made.folder, tmp_path / "demo")))


class Demo(Office):
    """The demo company in a folder."""

    def __init__(self, folder):
        self.folder = folder
        self.book = folder / BOOK
        self.erp = folder / "inbox" / ERP

    def old(self, start):
        """Last week's file whose name begins so."""
        return next(path for path in self.erp.iterdir() if path.name.startswith(start) and OLD in path.name)

    def round(self, *words, ok=(0, 1)):
        """One round; the workbook's part, and what was held, by file name."""
        self.document = self.qlc("sync", "once", *words, ok=ok)
        held = self.document.get("held", ())
        self.held = {(item["code"], Path(item["file"]).name) for item in held} - {
            ("G-002", f"FBA库存明细 筛选 {NEW}.xlsx")
        }
        self.messages = {Path(item["file"]).name: item["message"] for item in held}
        return self.document["workbooks"][0]

    def quiet(self, *words):
        """A round that must not touch the workbook."""
        before = self.sha()
        book = self.round(*words)
        assert self.sha() == before
        assert [book[what] for what in ("writes", "appends", "marks", "computed")] == [0, 0, 0, 0]


def test_old_exports_are_never_newer(demo):
    """Touched, copied with their folder, unpacked, renamed, dropped again: at once, and each is named."""
    demo.old("FBA库存明细").touch()
    shutil.copytree(demo.erp, demo.folder / "copy")
    shutil.move(demo.folder / "copy", demo.erp / "备份")
    with zipfile.ZipFile(demo.folder / "old.zip", "w") as archive:
        archive.write(demo.old("仓库库存明细"), f"归档/仓库库存明细-{OLD}.csv")
    shutil.unpack_archive(demo.folder / "old.zip", demo.erp)
    demo.old("Listing").rename(demo.erp / "最新Listing.xlsx").touch()
    shutil.copy(demo.old("FBA货件"), demo.erp / "FBA货件 (1).xlsx")
    demo.quiet()
    assert {code for code, _ in demo.held} == {"G-003"}
    names = {name for _, name in demo.held}
    assert {f"FBA库存明细_{OLD}.xlsx", f"仓库库存明细-{OLD}.csv", "最新Listing.xlsx", "FBA货件 (1).xlsx"} <= names
    assert not any(NEW in name for name in names), "this week's files in 备份 are the same word again"
    assert f"FBA货件_{NEW}.xlsx" in demo.messages["FBA货件 (1).xlsx"], "the newer file is named"
    demo.quiet()
    assert demo.held == set()


def test_a_window_of_the_future_does_not_block_the_next_export(demo):
    current = next(path for path in demo.erp.iterdir() if "04-26" in path.name)
    future = demo.erp / "产品表现ASIN（2026-04-06~2099-12-31）.xlsx"
    saved_again(current, future)
    demo.round()
    (file,) = demo.document["files"]
    assert file["as_of"].endswith("估算")
    assert file["as_of"] < "2099-12-31"
    while int(time.time()) <= future.stat().st_mtime:
        time.sleep(0.1)  # what is saved in the same second has the same bytes
    saved_again(current, demo.erp / "产品表现ASIN.xlsx")  # dated by its making: now
    demo.round()
    assert [item["file"] for item in demo.document["files"]] == ["产品表现ASIN.xlsx"]


def saved_again(path, target):
    """What a spreadsheet program makes of a file: the same cells in other bytes."""
    openpyxl.load_workbook(path).save(target)
    assert target.read_bytes() != path.read_bytes()


def test_old_numbers_in_other_bytes_are_held_until_somebody_names_the_file(demo):
    saved_again(demo.old("FBA库存明细"), demo.erp / "库存 周一.xlsx")
    saved_again(demo.old("Listing"), demo.erp / "列表.xlsx")
    demo.quiet()
    assert demo.held == {("G-020", "库存 周一.xlsx"), ("G-020", "列表.xlsx")}
    assert f"FBA库存明细_{OLD}.xlsx" in demo.messages["库存 周一.xlsx"]
    assert '--force "G-020=库存 周一.xlsx"' in demo.messages["库存 周一.xlsx"]
    asked = demo.qlc("sync", "once", "--force", "G-020", ok=(2,))
    assert asked["error"]["code"] == "G-021"
    assert "--force G-020=列表.xlsx" in asked["error"]["message"]
    assert demo.round("--force", "G-020=库存 周一.xlsx")["writes"] > 20
    assert demo.held == {("G-020", "列表.xlsx")}, "the other one stays held"
    cell = next(cell for cell in demo.document["workbooks"][0]["cells"] if cell["column"] == "FBA可售")
    assert "库存 周一.xlsx" in cell["source"]


@pytest.mark.skipif(os.name != "posix", reason="pipes and links of a POSIX system")
def test_odd_things_in_the_inbox_are_lines_and_the_rest_goes_on(demo):
    os.mkfifo(demo.erp / "pipe.csv")
    (demo.erp / "x.xlsx").mkdir()
    (demo.erp / "loop.csv").symlink_to("loop.csv")
    (demo.erp / "坏.xlsx").write_bytes(b"PK\x03\x04" + bytes(200))
    Path(os.fsdecode(os.fsencode(demo.erp) + b"/\xbf\xe2.csv")).write_bytes(b"a,b\n1,2\n")
    shutil.rmtree(demo.folder / "inbox" / AMAZON_STORE)
    saved_again(demo.old("Listing"), demo.erp / f"Listing{OLD} 另存.xlsx")
    demo.quiet()
    codes = {name: code for code, name in demo.held}
    assert codes.pop(f"Listing{OLD} 另存.xlsx") == "G-003", "a good file is judged all the same"
    assert codes.pop("坏.xlsx").startswith("X-")
    assert codes == {
        "pipe.csv": "I-052",
        "x.xlsx": "I-052",
        "loop.csv": "I-051",
        "\\xbf\\xe2.csv": "I-053",
        AMAZON_STORE: "I-050",
    }


def test_an_estimate_is_marked_wherever_the_data_time_is_shown(demo):
    path = demo.erp / "仓库.csv"
    text = demo.old("仓库库存明细").with_name(f"仓库库存明细-{NEW}.csv").read_bytes().decode("gbk")
    path.write_bytes(
        re.sub(r"(?m)^((?:[^,\n]*,){5})(\d+)", lambda row: f"{row[1]}{int(row[2]) + 3}", text).encode("gbk")
    )
    os.utime(path, (1_777_350_000, 1_777_350_000))  # the 28th of April, 12:20 in Shanghai
    demo.round()
    shown = "2026-04-28 12:20 估算"
    assert demo.document["files"][0]["as_of"] == shown
    assert demo.document["workbooks"][0]["as_of"]["仓库库存明细"] == shown
    assert shown in [item["as_of"] for item in demo.qlc("sync", "status")["reports"]]
    cell = next(cell for cell in demo.document["workbooks"][0]["cells"] if "仓库.csv" in (cell["source"] or ""))
    assert shown in cell["source"]
    place = f"{cell['tab']}!{cell['cell']}"
    assert shown in demo.qlc("sync", "explain", WORKBOOK, place)["source"]
