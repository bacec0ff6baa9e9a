"""取导出: what lies in the download folder is recognised, shown and copied into the inbox."""

import os
import zipfile
from datetime import date
from pathlib import Path

import pytest

from addin.commands import fetch_exports
from addin.commands.command import Desk, Selection
from addin.commands.fetch_exports import COMMAND, _copied, look
from addin.commands.receiving import Folders
from rules.errors import Error
from rules.policy.loader import load, packaged
from sync.backends.memory import MemoryStore
from tests.scenarios.office import Office, item


@pytest.fixture
def office(tmp_path, monkeypatch):
    office = Office(tmp_path / "office") if (tmp_path / "office").mkdir() is None else None
    (tmp_path / "home" / "Downloads").mkdir(parents=True)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    return office


@pytest.fixture
def downloads(tmp_path, office):
    return tmp_path / "home" / "Downloads"


def press(office, **answers):
    config = load(office.folder / "config.yaml")
    desk = Desk(MemoryStore({"x": []}), Selection("x", 1, 0, 1, 0), config, date(2026, 11, 20), "", answers)
    return COMMAND.run(desk)


def download(office, folder, rows, name):
    """An export as the browser saved it."""
    path = office.export(rows)
    return path.rename(folder / name)


def test_exports_are_recognised_chosen_and_copied(office, downloads):
    file = download(office, downloads, [item("A", 10), item("B", 3)], "FBA库存明细 (3).csv")
    (downloads / "发票.pdf").write_bytes(b"%PDF-1.7")
    (downloads / "笔记.txt").write_text("买菜", "utf-8")
    (folder,) = press(office).questions
    assert folder.default == str(downloads)
    first = press(office, folder=str(downloads))
    assert first.report.title.zh.endswith("认出 1 个导出,1 个还没取过")
    (files,) = first.questions
    assert files.default == (file.name,)
    (choice,) = files.choices
    assert choice[1].zh.startswith("FBA库存明细 · LOMEESS-CA · 数据截至")
    assert "2 行(第一次)" in choice[1].zh
    assert first.report.details[-1].zh == "另有 1 个文件不是导出"
    second = press(office, folder=str(downloads), files=[file.name])
    assert not second.questions
    inbox = office.folder / "inbox"
    assert not list(inbox.iterdir())
    done = second.finish()
    (copy,) = inbox.iterdir()
    assert copy.read_bytes() == file.read_bytes()
    assert copy.stat().st_mtime == file.stat().st_mtime
    assert done.changes[0].after == str(copy)
    assert "取了 1 个" in done.title.zh


def test_the_same_bytes_are_not_fetched_twice_and_a_name_is_not_taken_over(office, downloads):
    first = download(office, downloads, [item("A", 10)], "库存.csv")
    press(office, folder=str(downloads), files=[first.name]).finish()
    seen = press(office, folder=str(downloads))
    assert seen.questions[0].default == ()
    assert "已经取过" in seen.questions[0].choices[0][1].zh
    again = press(office, folder=str(downloads), files=[first.name])
    assert again.finish is None
    assert "已经在收件文件夹里" in again.report.details[0].zh
    office.once(ok=(2,))
    first.unlink()
    second = download(office, downloads, [item("A", 11)], "库存.csv")
    seen = press(office, folder=str(downloads))
    assert "1 行(上次 2026-11-0" in seen.questions[0].choices[0][1].zh
    press(office, folder=str(downloads), files=[second.name]).finish()
    names = sorted(path.name for path in (office.folder / "inbox").iterdir())
    assert names == ["库存 (2).csv", "库存.csv"]


def test_the_last_one_is_of_the_same_store(office, downloads):
    first = download(office, downloads, [item("A", 10)], "加.csv")
    press(office, folder=str(downloads), files=[first.name]).finish()
    office.once(ok=(2,))
    first.unlink()
    download(office, downloads, [item("A", 11, "HIMICAR-MX")], "墨.csv")
    (choice,) = press(office, folder=str(downloads)).questions[0].choices
    assert "1 行(第一次)" in choice[1].zh


def test_a_file_that_names_its_stores_goes_where_all_stores_go(office, downloads):
    office.site["inbox"] = [{"path": "inbox/CA", "store": "LOMEESS-CA"}, {"path": "inbox"}]
    office.write_config()
    file = download(office, downloads, [item("A", 10)], "库存.csv")
    press(office, folder=str(downloads), files=[file.name]).finish()
    assert (office.folder / "inbox" / file.name).is_file()


def test_broken_and_hostile_files_are_lines_of_the_report(office, downloads):
    download(office, downloads, [item("A", 10)], "好的.csv")
    (downloads / "空的.csv").write_bytes(b"")
    (downloads / "坏的.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    (downloads / "旧的.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    with zipfile.ZipFile(downloads / "炸弹.xlsx", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("[Content_Types].xml", b"<Types/>")
        bomb.writestr("xl/workbook.xml", b" " * 50_000_000)
    (downloads / "~$打开着.xlsx").write_bytes(b"lock")
    seen = press(office, folder=str(downloads))
    assert {Path(problem.file).name for problem in seen.report.problems} == {
        "空的.csv",
        "坏的.xlsx",
        "旧的.xls",
        "炸弹.xlsx",
    }
    assert [name for name, _ in seen.questions[0].choices] == ["好的.csv"]


def test_a_file_without_a_store_asks_whose_it_is(office, downloads, tmp_path):
    office.site["inbox"] = [{"path": "inbox"}, {"path": "inbox/ca", "store": "LOMEESS-CA"}]
    office.write_config()
    titles = (
        "MSKU",
        "SKU",
        "品名",
        "FNSKU",
        "ASIN",
        "父ASIN",
        "所属仓库",
        "FBA可售",
        "FBA待调仓",
        "FBA调仓中",
        "FBA入库中",
    )
    path = office.export([item("A", 10)], titles).rename(downloads / "库存.csv")
    *_, question = press(office, folder=str(downloads), files=[path.name]).questions
    assert [value for value, _ in question.choices] == ["LOMEESS-CA"]
    press(office, folder=str(downloads), files=[path.name], **{question.name: "LOMEESS-CA"}).finish()
    assert (office.folder / "inbox" / "ca" / "库存.csv").is_file()
    office.site["inbox"] = [{"path": "inbox"}]
    office.write_config()
    path.write_text(path.read_text("utf-8-sig").replace("10", "12"), "utf-8-sig")
    preview = press(office, folder=str(downloads), files=[path.name])
    assert [problem.code.id for problem in preview.report.problems] == ["I-014"]
    assert preview.finish is None


def test_a_file_that_changes_after_it_was_shown_is_not_taken(office, downloads):
    file = download(office, downloads, [item("A", 10)], "库存.csv")
    preview = press(office, folder=str(downloads), files=[file.name])
    file.write_text("别的", "utf-8")
    assert [problem.code.id for problem in preview.finish().problems] == ["K-064"]
    assert not list((office.folder / "inbox").iterdir())


def test_an_inbox_that_cannot_be_written_is_said(office, downloads):
    file = download(office, downloads, [item("A", 10)], "库存.csv")
    config = load(office.folder / "config.yaml")
    (found,) = look(downloads, config, Folders(config)).found
    (office.folder / "inbox").rmdir()
    (office.folder / "inbox").write_text("a file", "utf-8")
    assert [problem.code.id for problem in _copied(Folders(config), [(found, None)]).problems] == ["K-065"]
    assert file.is_file()


def test_only_the_newest_files_are_looked_at(office, downloads, monkeypatch):
    monkeypatch.setattr(fetch_exports, "MOST", 2)
    for count in range(4):
        path = download(office, downloads, [item("A", count)], f"{count}.csv")
        os.utime(path, (1_700_000_000 + count, 1_700_000_000 + count))
    seen = press(office, folder=str(downloads))
    assert [name for name, _ in seen.questions[0].choices] == ["3.csv", "2.csv"]
    assert "更早的 2 个没有看" in seen.report.details[-1].zh


def test_a_folder_that_is_not_there_or_empty(office, downloads, tmp_path):
    with pytest.raises(Error) as error:
        press(office, folder=str(tmp_path / "没有"))
    assert error.value.code.id == "K-062"
    empty = press(office, folder=str(downloads))
    assert (empty.questions, empty.finish) == ((), None)
    assert empty.report.title.zh.endswith("没有可能是导出的文件")
    (downloads / "清单.csv").write_text("a,b\n1,2\n", "utf-8")
    assert press(office, folder=str(downloads)).report.title.zh.endswith("没有找到导出(看了 1 个文件)")


def test_without_an_inbox_there_is_nowhere_to_put_files():
    desk = Desk(MemoryStore({"x": []}), Selection("x", 1, 0, 1, 0), packaged(), date(2026, 11, 20))
    with pytest.raises(Error) as error:
        COMMAND.run(desk)
    assert error.value.code.id == "K-060"
