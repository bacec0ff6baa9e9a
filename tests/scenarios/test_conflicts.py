"""Open conflicts as people see them: where they stand now, whose they are, and which are new."""

import random
from datetime import datetime
from functools import cache

import openpyxl
import pytest
import yaml

from console import cli
from tests.scenarios.office import STOCK, item, process

FIELDS = {
    "id", "workbook", "tab", "key", "column", "cell", "reason", "last_agreed", "sheet", "erp", "owner", "source",
    "first_seen", "new", "group",
}  # fmt: skip
LINKS = "子-2链接负责人"
KEYS = {STOCK: ("店铺", "MSKU"), "在途": ("货件号", "MSKU"), LINKS: ("店铺", "MSKU")}
SHEET = ["店铺", "MSKU", "FBA可售", "备注"]


def shuffled(path, tab, seed):
    """A person sorts a tab by something or other, and inserts a column in front."""
    book = openpyxl.load_workbook(path)
    sheet = book[tab]
    last = max(row[1].row for row in sheet.iter_rows() if row[0].value and row[1].value)
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_row=last)]
    random.Random(seed).shuffle(lines)
    for number, line in enumerate(lines, 2):
        for column, value in enumerate(line, 1):
            sheet.cell(number, column).value = value
    sheet.insert_cols(1)
    sheet["A1"] = "我的列"
    book.save(path)


@cache
def seen_by_another(path, _saved):
    """A workbook as another reader sees it since it was saved."""
    return openpyxl.load_workbook(path)


def key_at(path, tab, cell):
    """The key of a cell's row, and its value, as another reader sees them."""
    sheet = seen_by_another(path, path.stat().st_mtime_ns)[tab]
    titles = {head.value: head.column for head in sheet[1]}
    row = sheet[cell].row
    return [sheet.cell(row, titles[title]).value for title in KEYS[tab]], sheet[cell].value


def stores(office):
    """Every name of a store, and the one that exports give it."""
    listed = yaml.safe_load((office.folder / "config.yaml").read_text("utf-8"))["site"]["stores"]
    return {word: store["name"] for store in listed for word in (store["name"], *store.get("aliases", ()))}


def people(office):
    """Store, MSKU and person of every line."""
    sheet = openpyxl.load_workbook(office.book)[LINKS]
    titles = {head.value: at for at, head in enumerate(next(sheet.iter_rows(max_row=1)))}
    wanted = [titles[title] for title in ("店铺", "MSKU", "运营负责人")]
    lines = [[row[at].value for at in wanted] for row in sheet.iter_rows(min_row=2)]
    names = stores(office)
    return [(names.get(store, store), msku, who) for store, msku, who in lines]


def plain(value):
    return value.date().isoformat() if isinstance(value, datetime) else value


def test_after_a_sort_every_conflict_stands_at_its_own_row(demo):
    for tab in (STOCK, "在途"):
        shuffled(demo.book, tab, 5)
    found = process(demo, "sync", "conflicts")  # a process of its own
    assert len(found) >= 8
    names = stores(demo)
    for one in found:
        assert one.keys() >= FIELDS
        key, value = key_at(demo.book, one["tab"], one["cell"])
        named = [names.get(part, part) for part in key]
        assert (named, str(plain(value))) == (one["key"], str(one["sheet"])), one
        assert one["group"] == f"{one['tab']} · {one['column']} · {one['reason']}"
    staff = people(demo)
    for one in found:
        parts = dict(zip(KEYS[one["tab"]], one["key"], strict=True))
        mine = {
            who for store, msku, who in staff if msku == parts["MSKU"] and parts.get("店铺", store) == store and who
        }
        assert one["owner"] == (mine.pop() if len(mine) == 1 else "ERP"), one
    assert all(one["new"] for one in found)
    groups = [one["group"] for one in found]
    assert groups == sorted(groups, key=groups.index), "a group stands together"
    assert not any(one["new"] for one in demo.conflicts())


@pytest.fixture
def started(quick):
    rows = [{"店铺": "LOMEESS-CA", "MSKU": msku, "FBA可售": 10} for msku in "ABCD"]
    owners = [("LOMEESS-CA", "A", "小李"), ("LOMEESS-CA", "B", "小王"), ("LOMEESS-CA", "B", "小王"), ("", "C", "小张")]
    quick.make_book(rows, SHEET, extra={LINKS: [("店铺", "MSKU", "运营负责人"), *owners]})
    quick.export([item(msku, 10) for msku in "ABCD"])
    quick.adopt()
    quick.edit({"C2": 90, "C3": 91})
    quick.once()
    return quick


def said(office, capsys, *words):
    capsys.readouterr()
    cli.main(["--config", str(office.folder / "config.yaml"), *words])
    return capsys.readouterr()


def test_a_person_answers_for_a_row_wherever_the_people_stand(started):
    assert {one["key"][-1]: one["owner"] for one in started.conflicts()} == {"A": "小李", "B": "小王"}
    book = started.once()
    assert {one["key"][-1]: one["owner"] for one in book["details"]["conflicts"]} == {"A": "小李", "B": "小王"}
    started.edit({"C5": 99})
    started.once()
    assert {one["key"][-1]: one["owner"] for one in started.conflicts()}["D"] == "ERP", "nobody is named"


def test_a_second_look_repeats_nothing(started, capsys):
    first = said(started, capsys, "sync", "conflicts").out
    assert first.count("新 ") == 2
    assert "小李" in first
    ids = [one["id"] for one in started.conflicts()]
    second = said(started, capsys, "sync", "conflicts").out
    assert "小李" not in second
    assert all(one in second for one in ids)
    assert "小李" in said(started, capsys, "sync", "conflicts", "--all").out
    started.edit({"C5": 99})
    report = said(started, capsys, "sync", "once").out
    assert report.count("新冲突") == 1
    assert "旧冲突 2 个" in report
    third = said(started, capsys, "sync", "conflicts").out
    assert third.count("新 ") == 1
    assert "99" in third
    assert "新冲突" not in said(started, capsys, "sync", "once").out


def test_a_workbook_or_tab_that_cannot_be_read_is_said_and_has_no_cell(started, capsys):
    started.edit({"B5": "A"})
    found = {one["key"][-1]: one["cell"] for one in started.conflicts()}
    assert found == {"A": None, "B": "C3"}, "A stands there twice: nobody can tell which"
    started.edit({"B1": "不再是键"})
    assert [one["cell"] for one in started.conflicts()] == [None, None]
    assert "G-017" in started.said
    book = openpyxl.load_workbook(started.book)
    book[STOCK].title = "改了名"
    book.save(started.book)
    assert [one["cell"] for one in started.conflicts()] == [None, None]
    assert "S-012" in started.said
    started.book.rename(started.book.with_name("别处.xlsx"))
    found = started.conflicts()
    assert [(one["cell"], one["owner"]) for one in found] == [(None, "ERP")] * 2
    assert "X-090" in started.said
    assert "不在表里" in said(started, capsys, "sync", "conflicts", "--all").out


def test_a_row_that_is_gone_has_no_place(started):
    started.edit({f"{letter}2": None for letter in "ABCD"})
    assert {one["key"][-1]: one["cell"] for one in started.conflicts()} == {"A": None, "B": "C3"}


def test_explain_knows_a_synced_cell_whatever_way_the_config_is_named(started, monkeypatch, capsys):
    monkeypatch.chdir(started.folder)
    button = ["button", "explain_cell", "workbooks/全流程数据.xlsx", "--select", f"{STOCK}!C2", "--json"]
    cli.main(["--config", "config.yaml", *button])
    answer = capsys.readouterr().out
    assert "上次一致值 10" in answer
    assert "人填的" not in answer


def test_a_whole_column_is_settled_for_one_reason_only(quick):
    """A and B were typed over, of C both sides changed: three conflicts of one column, two of one reason."""
    quick.make_book([{"店铺": "LOMEESS-CA", "MSKU": msku, "FBA可售": 10} for msku in "ABC"], SHEET)
    quick.export([item(msku, 10) for msku in "ABC"])
    quick.adopt()
    quick.edit({"C2": 91, "C3": 92, "C4": 93})
    quick.export([item("A", 10), item("B", 10), item("C", 12)])
    quick.once()
    found = {one["key"][-1]: one for one in quick.conflicts()}
    assert found["A"]["reason"] == found["B"]["reason"] != found["C"]["reason"]
    settled = quick.qlc("sync", "resolve", found["A"]["id"], "--use", "整列:用ERP")["settled"]
    assert set(settled) == {found["A"]["id"], found["B"]["id"]}
    quick.once()
    assert {msku: row["FBA可售"] for msku, row in quick.by_msku().items()} == {"A": 10, "B": 10, "C": 93}
    assert [one["key"][-1] for one in quick.conflicts()] == ["C"]


def test_a_conflict_that_comes_back_is_asked_anew(quick):
    """The choice on it was never carried out: the cell agreed meanwhile."""
    quick.make_book([{"店铺": "LOMEESS-CA", "MSKU": "A", "FBA可售": 10}], SHEET)
    quick.export([item("A", 10)])
    quick.adopt()
    quick.edit({"C2": 99})
    quick.once()
    (found,) = quick.conflicts()
    quick.qlc("sync", "resolve", found["id"], "--use", "用ERP")
    quick.edit({"C2": 10})
    quick.once()
    assert quick.conflicts() == []
    quick.edit({"C2": 99})
    for _ in range(2):
        quick.once()
        (again,) = quick.conflicts()
        assert (again["id"], again["choice"], again["sheet"]) == (found["id"], None, 99)
    assert quick.by_msku()["A"]["FBA可售"] == 99


@pytest.mark.parametrize(("cell", "zh", "en"), [("C2", "ERP", "erp"), ("D2", "运营", "运营")])
def test_explain_names_whose_a_column_is(quick, capsys, cell, zh, en):
    quick.make_book([{"店铺": "LOMEESS-CA", "MSKU": "A", "FBA可售": 10, "备注": "x"}], SHEET)
    quick.export([item("A", 10)])
    quick.adopt()
    capsys.readouterr()
    words = ["--config", str(quick.folder / "config.yaml"), "sync", "explain", "全流程数据", f"{STOCK}!{cell}"]
    for lang, said in (("zh", f",负责:{zh}"), ("en", f", owner {en}")):
        cli.main([*words, "--lang", lang])
        assert capsys.readouterr().out.splitlines()[0].endswith(said)
