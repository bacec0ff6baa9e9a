"""The recipe of a sheet: its module with sources and its own computed column, its line in the list, its cases."""

import openpyxl
import pytest

from tests.recipes.house import House

pytestmark = pytest.mark.proof

SHEET = '''
"""价格表: what each listing costs, and what the team wants it to cost."""

from __future__ import annotations

from rules.answer import Answer, Ledger
from sheets_schema.exports.listing import LISTING
from sheets_schema.filling import Day, Facts, Filling
from sheets_schema.model import Column, Owner, Rows, Sheet, Type
from sheets_schema.shared_columns import REMARK, STATUS, STORES, msku, store
from sheets_schema.sources import told


def gap(tab: Facts, row: int, _day: Day) -> float | None:
    """差价: the wanted price less the price."""
    price, wanted = tab.number("价格", row), tab.number("目标价", row)
    return None if price is None or wanted is None else wanted - price


def why_gap(tab: Facts, row: int, day: Day) -> Answer | None:
    """The same with its parts."""
    found = gap(tab, row, day)
    return None if found is None else Ledger("R53", day.as_of).answer(found)


PRICES = Sheet(
    name="价格表",
    workbook="全流程数据",
    rows=Rows.ERP,
    key=(STORES, "MSKU"),
    pair=(STORES,),
    makers=(LISTING.name,),
    fillings={"price_gap": Filling(gap, why_gap)},
    columns=(
        store(Owner.ERP),
        msku(Owner.ERP),
        Column("价格", Type.MONEY, Owner.ERP, sources=told("price", LISTING.name)),
        Column("目标价", Type.MONEY, Owner.PEOPLE, "运营", limits=(">0",)),
        Column("差价", Type.MONEY, Owner.COMPUTED, fill="price_gap", reads=("价格", "目标价")),
        REMARK,
        STATUS,
    ),
)
'''

CASE = """

# 价格表
- case: price of zero
  sop: [15]
  tab: 价格表
  row: {店铺: LO-CA, MSKU: A, 价格: 5, 目标价: 0}
  found: [K-092 目标价]
  unchecked: [K-099]
"""

CONFIG = """
  inbox: [{path: inbox}]
  stores: [{name: LO-CA, site: CA}]
  workbooks: [{name: 全流程数据, path: book.xlsx}]
"""


def test_a_sheet_is_two_files_and_a_line(tmp_path):
    house = House(tmp_path)
    house.new("sheets_schema/sheets/prices.py", SHEET.lstrip())
    house.append("tests/cases/tabs.yaml", CASE)
    house.add(
        "sheets_schema/sheets/__init__.py",
        (
            "from sheets_schema.sheets.links import LINKS\n",
            "from sheets_schema.sheets.prices import PRICES\n",
        ),
        ("LINKS, STOCK, TRANSIT", ", PRICES"),
    )
    assert len(house.touched) == 3

    book = openpyxl.Workbook()
    book.active.title = "价格表"
    for row in (["店铺", "MSKU", "价格", "目标价", "差价", "同步状态"], ["LO-CA", "A", None, 15, None, None]):
        book.active.append(row)
    book.save(tmp_path / "book.xlsx")
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "Listing20261102.csv").write_text(
        "店铺,MSKU,状态,价格,7日销量\nLO-CA,A,在售,12.5,3\nLO-CA,B,在售,8,1\n", "utf-8"
    )
    site = tmp_path / "site.yaml"
    site.write_text((tmp_path / "config.yaml").read_text("utf-8").partition("\nsite:")[0] + "\nsite:" + CONFIG, "utf-8")

    (told,) = house.qlc("sync", "plan", "--config", site, "--force", "G-013", ok=(0, 1))["workbooks"]
    cells = {(change["key"][1], change["column"]): change["after"] for change in told["cells"]}
    assert cells["A", "价格"] == 12.5
    assert cells["A", "差价"] == 2.5
    assert cells["B", None]["价格"] == 8
    assert house.cases("tests/addin/commands/test_tab_check.py", "zero") == 1
