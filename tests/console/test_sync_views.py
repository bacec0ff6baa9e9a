"""`qlc sync` says when nothing was compared: no tab took part, no export was there, nothing was ever synced."""

import json

import pytest

from addin.commands.catalogue import COMMANDS
from console.cli import main
from rules.policy.loader import load
from tests.addin.commands.desk import desk, on_disk

STOCK = ["店铺", "MSKU", "FBA可售"]


@pytest.fixture
def company(tmp_path, capsys, monkeypatch):
    """A configured folder without exports; the workbook's tabs are given."""
    monkeypatch.delenv("QLC_LANG", raising=False)
    (tmp_path / "inbox").mkdir()
    config = tmp_path / "config.yaml"
    config.write_text("site:\n  inbox: [{path: inbox}]\n  workbooks: [{name: 全流程数据, path: book.xlsx}]\n", "utf-8")

    def run(tabs, *words):
        store = on_disk(tmp_path / "book.xlsx", tabs)
        code = main(["sync", *words, "--config", str(config)])
        return code, capsys.readouterr().out, store, load(config)

    return run


def test_every_tab_refused_is_told(company):
    code, text, store, config = company({"库存数据": [["店铺", "别的"], ["S", 1]]}, "plan")
    assert code == 3
    assert "没有一张表参与:什么都没有比过" in text
    title = COMMANDS["preview_sync"].run(desk(store, config=config)).report.title
    assert title.zh == "没有要写的格子;冲突 0;1 处被拒绝或没有采用"
    assert title.en.endswith("1 refused or not taken")


def test_without_an_export_nothing_was_compared(company):
    _, text, store, config = company({"库存数据": [STOCK, ["S", "A", 1]]}, "plan")
    assert "没有用到任何导出" in text
    assert "没有一张表参与" not in text
    title = COMMANDS["preview_sync"].run(desk(store, config=config)).report.title
    assert title.zh.startswith("没有用到任何导出,没有和 ERP 比过")


@pytest.mark.parametrize(
    ("action", "said"), [("conflicts", "还没有同步过,不知道有没有冲突。\n"), ("history", "还没有同步过。\n")]
)
def test_before_the_first_round(company, action, said):
    tabs = {"库存数据": [STOCK, ["S", "A", 1]]}
    code, text, store, config = company(tabs, action)
    assert (code, text) == (0, said)
    assert json.loads(company(tabs, action, "--json")[1]) == []
    if action == "conflicts":
        assert COMMANDS["conflicts"].run(desk(store, config=config)).report.title.zh == "还没有同步过,不知道有没有冲突"


@pytest.mark.parametrize(
    ("tabs", "line"),
    [
        ({"库存数据": [STOCK, ["S", "A", 1]], "备忘": [["x"]]}, "tabs: {库存数据: 库存数据}"),
        ({"备忘": [["x"]]}, "tabs: {我们的表名: 你们的表名}"),
    ],
)
def test_a_workbook_of_which_no_tab_takes_part_is_a_finding_in_every_round(company, tmp_path, tabs, line):
    (tmp_path / "config.yaml").write_text("site: {workbooks: [{name: 库存表, path: book.xlsx}]}\n", "utf-8")
    for words in (["plan"], ["once"], ["once"]):
        code, text, _, _ = company(tabs, *words)
        assert code == 1
        assert "S-013" in text
        assert line in text
