"""One bad workbook among several: it is held alone, with its code; the others run."""

import os
import shutil

import pytest

from tests.scenarios.office import item
from tests.sync.backends.broken import BROKEN

BAD = {
    "文件夹": (os.mkdir, "X-018"),
    "管道": (os.mkfifo, "X-018"),
    "链接圈": (lambda path: path.symlink_to(path), "X-018"),
    "没有": (lambda path: None, "X-090"),
    "太长": (None, "X-018"),
    "半个": (BROKEN["half a file"][0], "X-001"),
    "坏字符": (BROKEN["no character"][0], "X-010"),
    "重名表": (BROKEN["two tabs but for case"][0], "X-015"),
    "密码": (BROKEN["password"][0], "X-002"),
}


@pytest.fixture
def several(office):
    """The office's workbook in the middle of nine bad ones."""
    office.make_book([{"店铺": "LOMEESS-CA", "MSKU": "A", "FBA可售": 5}])
    office.export([item("A", 5)])
    office.adopt()
    books = []
    for name, (make, _) in BAD.items():
        path = office.folder / "workbooks" / ("长" * 100 if make is None else f"{name}.xlsx")
        if make is not None:
            make(path)
        books.append({"name": name, "path": str(path), "tabs": {"库存数据": "库存数据"}})
    office.site["workbooks"] = [*books[:4], *office.site["workbooks"], *books[4:]]
    office.write_config()
    office.export([item("A", 8)])
    return office


def codes(document):
    return {book["name"]: [item["code"] for item in book["details"]["refused"]] for book in document["workbooks"]}


def test_each_bad_one_is_held_alone_and_the_round_goes_on(several):
    bad = {name: [code] for name, (_, code) in BAD.items()}
    assert codes(several.qlc("sync", "plan", ok=(1,))) == {"全流程数据": [], **bad}
    folder = several.book.parent / ".qlc-backups"
    if folder.exists():
        shutil.rmtree(folder)
    folder.write_text("in the way of the backups")
    before = several.sha()
    assert codes(several.qlc("sync", "once", ok=(1, 2, 3))) == {"全流程数据": ["X-209"], **bad}
    assert several.sha() == before
    folder.unlink()
    document = several.qlc("sync", "once", ok=(1,))
    assert codes(document) == {"全流程数据": [], **bad}
    assert several.by_msku()["A"]["FBA可售"] == 8
    assert [path.name for path in several.book.parent.iterdir() if path.name.startswith(".")] == [".qlc-backups"]
