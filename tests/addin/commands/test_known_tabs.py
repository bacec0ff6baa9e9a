"""Which tab of the team's a tab is: by its names, by what only it has, and never by a guess."""

import pytest

from addin.commands.known_tabs import known_tab, tab_called
from rules.policy.loader import load, packaged
from sheets_schema.outlines import OUTLINES
from sheets_schema.sheets import SHEETS


def name_of(tab, header, config=None):
    return known_tab(tab, header, config or packaged()).name


@pytest.mark.parametrize("name", sorted({*SHEETS, *OUTLINES}))
def test_every_tab_is_known_by_each_of_its_names(name):
    tabs = [table[name] for table in (SHEETS, OUTLINES) if name in table]
    for word in {name, *(alias for tab in tabs for alias in tab.aliases)}:
        assert name_of(f" {word}　", ["x"]) == name


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (["货件号", "货件指令", "更换标签"], "货件预约及时间填写"),
        (["货件号", "销售-货件指令", "是否换标", "预约信ID"], "货件预约及时间填写"),
        (["SKU", "活动", "二维码", "PO单号"], "延保卡需求"),
        (["SKU", "活动", "二维码", "状态"], ""),
        (["类型", "原FNSKU", "新FNSKU", "签字人"], "库存调整"),
        (["费用单号", "入账方式", "请款单号", "金额"], "费用请款"),
        (["货件备注", "预约时间", "箱数"], ""),
        (["SKU", "状态", "数量"], ""),
        (["更换标签"], ""),
        (["更换标签", "产品标签", "二维码", "活动", "PO单号"], ""),
        ([None, 3, True], ""),
    ],
)
def test_a_renamed_tab_is_known_by_titles_that_only_it_has(header, name):
    assert name_of("Sheet1", header) == name


def test_a_registered_name_goes_before_titles(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("site:\n  workbooks:\n    - {name: 全流程数据, path: a.xlsx, tabs: {库存数据: 库存}}\n", "utf-8")
    config = load(path)
    assert name_of("库存", ["活动", "二维码"], config) == "库存数据"
    assert tab_called("库存数据", ["说明", "库存"], config) == "库存"
    assert tab_called("库存数据", ["库存", "库存数据"], config) == "库存数据"
    assert tab_called("延保卡需求", ["延保卡需求汇总-Amazon"], config) == "延保卡需求汇总-Amazon"
    assert tab_called("延保卡需求", ["别的"], config) is None
