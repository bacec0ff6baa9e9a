"""Example rows of the tabs, beside the one that each function's help shows."""

from __future__ import annotations

from typing import Any

from addin.functions.formula import parse
from addin.functions.tree import Array, Call, Constant, Operation
from addin.native.tab import RANGE_CELLS
from addin.registry.entry import Entry, Kind

_MORE: dict[str, list[list[Any]]] = {
    "SKU": [["HIMICAR", "空调灯", "防水款", None, "墨西哥站"], ["LOMEESS", "婴儿车", None, "12件套", "amazon.com"]],
    "SKUPARSE": [["HI-QPD-CA"], ["HI-DD-LED-MX"]],
    "SKUCHECK": [["HI-QPD-WiFi-8PCS-CA"], ["Hi-QPD-8pcs-CA"]],
    "PINYIN": [["行车记录仪"], ["重低音喇叭"]],
    "SHIPNOTE": [["fba18shtrfpp", "mex 1", "5ydia35g"]],
    "SHIPNOTECHECK": [["FBA18SHTRFPP-MEX6-5YDIA35G"], ["MEX6-FBA18SHTRFPP-5YDIA35G"]],
    "LETTERNAME": [[31, "hifiluz", "8:00", "8:30", "2025-04-10"]],
    "CASETEXT": [["X001ABC2DE", "B0ABCDE123", "英文"], ["B0ABCDE124", "B0ABCDE123", "西语"]],
    "LEADTIME": [["车灯", "混合", "max"], ["车灯", "空运", None]],
    "LEADTIMEPLAN": [["2025-04-03", "车灯", "整柜"], ["2025-04-03", "车灯", "直航"]],
    "ORDERBY": [["2025-11-01", "车机", "空派", "expected"], ["2025-12-12", "车灯", None, None]],
    "EXPECTEDARRIVAL": [["2025-04-03", "空运", None], ["2025-04-03", "慢线", 14]],
    "ETA": [["2025-03-01", "墨西哥直航", None], ["2025-03-01", "整柜", 60]],
    "TRANSITSTATE": [
        ["2025-03-01", "快线", "2025-04-10", None, None],
        ["2025-03-01", "空运", None, "2025-03-16", None],
    ],
    "TURNOVERNORM": [["海外在途", "直航", "2025-06-15", None], ["国内仓", None, "2025-06-15", 10]],
    "TURNOVERTOTAL": [[7, "空运", "2025-02-28"], [30, "直航", "2025-05-01"]],
    "OVERSEASLEFT": [["2025-11-05", "2025-12-06"]],
    "COVERDAYS": [[120, 0], [64, 2.5]],
    "DAILYSALES": [[14, None, 7], [0, 0, 0]],
    "FREEUNTIL": [["2025年12月28日"]],
    "INSTRUCTBY": [["2025-04-13", "不换"], ["2025-05-08", "换"]],
    "INFOBY": [["2025-04-10"], ["2025-11-16"]],
    "SLOTDEADLINE": [["2025-04-13", "NO"], ["2025-04-10", "YES"]],
    "NEXTSLOT": [["2025-04-14", 29], ["2025-01-08", 12]],
    "SLOTCHECK": [["2025-04-11 08:10", 31], ["2025-04-17", 12]],
    "SHIPCUTOFF": [["2025-04-09 14:00"], ["2025-04-11"]],
    "ROUTE": [["2025-07-01", "未贴"], ["2025-08-01", "需更改"]],
    "REPORTDUE": [["月广告预算表", "2025-02-10"], ["周报", "2025-04-08 09:00"]],
    "TESTSTAGE": [["2025-04-03", "2025-05-03", None], ["2025-04-03", None, "2025-05-19"]],
    "SALESTARGET": [[50000, -2000]],
    "ADCAP": [["2025-03-01", "2025-04", 60000, 10000], ["2024-06-01", "2024-12", 60000, None]],
    "ADSTATE": [["2025-03-01", "2025-04", None, None, 500, 800], ["2024-06-01", "2024-12", 60000, None, 3500, None]],
    "RESTOCK": [[10, 300, 200, 94, 7, 14, None, 500], [2.5, 1000, 0, 94, None, None, None, None]],
    "BUYER": [["射灯"], ["车衣"]],
    "WHO": [["物流部"], ["供应商开发"]],
    "ADDWORKDAYS": [["2025-04-13", -4, "WAREHOUSE"], ["2025-09-15", 2, "MX"]],
}


def example_rows(entry: Entry) -> list[list[Any]]:
    """The example of the help and some more, as the cells of a tab's rows."""
    call = parse(entry.example)
    if not isinstance(call, Call):
        return list(_MORE.get(entry.name, []))
    cells: list[Any] = []
    for place, arg in enumerate(entry.args):
        node = call.arguments[place] if place < len(call.arguments) else Constant(None)
        written = _cells(node)
        cells += [*written, *[None] * (RANGE_CELLS - len(written))] if arg.kind is Kind.RANGE else written
    return [cells, *_MORE.get(entry.name, [])]


def _cells(node: object) -> list[Any]:
    if isinstance(node, Array):
        return [cell for row in node.rows for cell in row]
    if isinstance(node, Operation) and isinstance(node.operands[0], Constant):
        return [-float(node.operands[0].value or 0)]
    return [node.value if isinstance(node, Constant) else None]
