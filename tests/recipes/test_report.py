"""The recipe of a report: its module with what it derives, its line in the list, its headers among the cases."""

import pytest

from tests.recipes.house import House

pytestmark = pytest.mark.proof

REPORT = '''
"""质检单: what arrived was inspected, and how much of it was good."""

from __future__ import annotations

from rules.policy.meanings import Meanings
from sheets_schema.cells import Value
from sheets_schema.exports.derived import count_in
from sheets_schema.exports.notation import ERP_BLANKS, fields
from sheets_schema.model import Cells, Report, Window


def rejected(cells: Cells, _meanings: Meanings, _window: Window | None) -> dict[str, list[Value]]:
    """`rejected`: what was inspected and was not good; unknown where one of them is."""
    answer: list[Value] = []
    for row in range(len(cells["inspected"])):
        all_of_it, good = (count_in(cells, name, row) for name in ("inspected", "passed"))
        answer.append(None if all_of_it is None or good is None else all_of_it - good)
    return {"rejected": answer}


INSPECTIONS = Report(
    name="质检单",
    source="领星",
    key=("inspection", "sku"),
    pair=(),
    blanks=ERP_BLANKS,
    derive=rejected,
    fields=fields("""
inspection            id!   质检单号
sku                   id!   SKU
inspected             integer! 质检数量
passed                integer! 良品数量
rejected              integer
"""),
)
'''

CASE = """
- name: inspections
  titles: 质检单号, SKU, 质检数量, 良品数量, 质检员
  report: 质检单
"""


def test_a_report_is_two_files_and_a_line(tmp_path):
    house = House(tmp_path)
    house.new("sheets_schema/exports/inspections.py", REPORT.lstrip())
    house.append("tests/cases/headers.yaml", CASE.lstrip())
    house.add(
        "sheets_schema/exports/__init__.py",
        (
            "from sheets_schema.exports.fba_stock import FBA_STOCK\n",
            "from sheets_schema.exports.inspections import INSPECTIONS\n",
        ),
        ("        SHIPMENTS,\n", "        INSPECTIONS,\n"),
    )
    assert len(house.touched) == 3

    export = tmp_path / "质检.csv"
    export.write_text("质检单号,SKU,质检数量,良品数量\nQC1,HI-QPD-CA,100,97\nQC2,HI-QPD-CA,,5\n", "utf-8")
    (told,) = house.qlc("erp", "inspect", export)
    assert (told["report"], told["rows"], told["problems"]) == ("质检单", 2, [])
    rows = house.qlc("erp", "read", export)
    assert [row["rejected"] for row in rows] == [3, None]
    assert house.cases("tests/sync/ingest/test_recognise.py", "inspections") == 2
