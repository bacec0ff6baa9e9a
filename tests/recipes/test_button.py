"""The recipe of a button: its command, its line in the list, its face, its test."""

import openpyxl
import pytest

from tests.recipes.house import House

pytestmark = pytest.mark.proof

COMMAND = '''
"""补零库存: writes 0 where the stock of a row is blank."""

from __future__ import annotations

from addin.commands.command import Command, Desk, ButtonReport, Plan, Preview
from addin.commands.filling import changes
from addin.commands.tables import read_table
from rules.answer import Text
from sheets_schema.grid.edits import CellEdit


def run(desk: Desk) -> Preview:
    """Fills the empty cells of the first column of stock. Raises K-011 without one."""
    table = read_table(desk)
    (at,) = table.need("stock")
    empty = [line.number for line in table.lines if table.is_empty(line.number, at)]
    edits = [CellEdit(table.tab, row, at, 0, None) for row in empty]
    report = ButtonReport(Text(f"补了 {len(edits)} 格", f"{len(edits)} cells filled"), changes(edits))
    return Preview(report, Plan(desk.store.version(), tuple(edits)))


COMMAND = Command("zero_stock", run)
'''

BUTTON = """
    _button(
        "zero_stock",
        "compute",
        ("补零库存", "Zero stock"),
        ("空着的库存填 0", "writes 0 where the stock is blank"),
        "FillDown",
    ),"""

TEST = """
from addin.commands.catalogue import COMMANDS
from tests.addin.commands.desk import desk, in_memory


def test_blank_stock_is_filled():
    preview = COMMANDS["zero_stock"].run(desk(in_memory({"表": [["MSKU", "库存"], ["A", None], ["B", 3]]})))
    assert [(change.place, change.after) for change in preview.report.changes] == [("表!B2", 0)]
"""


def test_a_button_is_four_files(tmp_path):
    house = House(tmp_path)
    house.new("addin/commands/zero_stock.py", COMMAND.lstrip())
    house.add(
        "addin/commands/catalogue.py",
        ("    undo_sync,\n", "    zero_stock,\n"),
        ("turnover.COMMAND,\n", "        zero_stock.COMMAND,\n"),
    )
    house.add("addin/registry/buttons.py", ('"Calculator",\n    ),', BUTTON))
    house.new("tests/addin/commands/test_zero_stock.py", TEST.lstrip())
    assert len(house.touched) == 4

    book = openpyxl.Workbook()
    for row in (["MSKU", "FBA可售"], ["A", None], ["B", 3]):
        book.active.append(row)
    book.save(tmp_path / "book.xlsx")
    assert "补零库存" in [button["label"] for button in house.qlc("button")]
    done = house.qlc("button", "zero_stock", tmp_path / "book.xlsx", "--apply")
    assert done["applied"] == {"changed": ["Sheet!B2"], "refused": []}
    assert openpyxl.load_workbook(tmp_path / "book.xlsx").active["B2"].value == 0
    assert house.cases("tests/addin/commands/test_zero_stock.py", "stock") == 1
