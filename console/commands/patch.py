"""`qlc patch`: lossless cell edits."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from console.output import Output
from rules.errors import Code, Error, Refused
from sheets_schema.cells import CellError
from sheets_schema.grid.address import parse_cell
from sheets_schema.grid.codes import X_ADDRESS, X_NOTHING
from sheets_schema.grid.edits import CellEdit, CellRefusal, Formula
from sync.backends.file import FileStore

C_EDIT = Code(
    "C-051",
    "看不懂 {found}",
    "can't read {found}",
    "写成 'Tab!B2=JSON值',文本要加引号:'Tab!B2=\"文本\"'",
    "write 'Tab!B2=json-value', text in quotes: 'Tab!B2=\"text\"'",
)
C_EDITS_FILE = Code(
    "C-052",
    "编辑清单不对:{found}",
    "not a list of edits: {found}",
    '需要 [{{"cell":"Tab!B2","value":…}}, …]',
    'expected [{{"cell":"Tab!B2","value":…}}, …]',
)
C_NO_EDITS = Code("C-053", "没有要改的单元格", "no cell to change", "用 --set 或 --edits", "use --set or --edits")

EXAMPLES = """
例 / examples:
  qlc patch 备货.xlsx --set '库存数据!C5=120' --set '库存数据!D5="已确认"' --out 新.xlsx
  qlc patch in.xlsx --edits edits.json --out out.xlsx

值 / values: 120, 1.5, "文本", true, null (清空 / blank),
  {"date":"2025-04-03"}, {"date":"2025-04-03T14:00:00"}, {"error":"#N/A"}, {"formula":"A1*2"}
  "=1+1" 是文本 / is text
"""

_PLACE = re.compile(r"(.+)!(\$?[A-Za-z]{1,3}\$?[0-9]+)", re.S)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("workbook", type=Path, metavar="IN.xlsx")
    parser.add_argument("--set", action="append", default=[], metavar="TAB!B2=JSON", help="一个单元格 / one cell")
    parser.add_argument("--edits", type=Path, metavar="E.json", help="清单 / a list of edits")
    parser.add_argument("--allow-locked", action="store_true", help="受保护的单元格也写 / write locked cells too")
    parser.add_argument("--out", type=Path, required=True, metavar="OUT.xlsx")


def run(args: argparse.Namespace, out: Output) -> int:
    """Exit 0 all written, 1 some refused, 3 nothing could be written."""
    wanted = [*(_from_file(args.edits) if args.edits else ()), *map(_from_word, args.set)]
    if not wanted:
        raise Error(C_NO_EDITS)
    store = FileStore(args.workbook)
    store.check_target(args.out)
    edits, refused = _edits(wanted, tab_names(store))
    del wanted
    report = store.copy(args.out, edits, allow_locked=args.allow_locked)
    return _show(report.changed, [*refused, *report.refused], args, out)


def tab_names(store: FileStore) -> set[str]:
    """The names of a workbook's tabs; `Refused` when it can't be read."""
    with store.to_write():
        return set(store.tabs())


def _from_word(word: str) -> tuple[str, Any]:
    """``Tab!B2=json``: the first ``=`` behind an address ends it; a tab's name may hold ``=`` and ``!``."""
    ends = [at for at, char in enumerate(word) if char == "=" and "!" in word[:at]]
    end = next((at for at in ends if _PLACE.fullmatch(word[:at])), ends[0] if ends else -1)
    if end < 0:
        raise Error(C_EDIT, found=word)
    try:
        return word[:end], json.loads(word[end + 1 :], object_hook=_value)
    except (ValueError, RecursionError):
        raise Error(C_EDIT, found=word) from None


def _from_file(path: Path) -> list[tuple[str, Any]]:
    """The list of edits of a file; each becomes a pair as it is read."""
    try:
        found = json.loads(path.read_text("utf-8-sig"), object_hook=_entry)
    except (ValueError, RecursionError) as error:
        raise Error(C_EDITS_FILE, file=path, found=error) from None
    if not isinstance(found, list):
        raise Error(C_EDITS_FILE, file=path, found=type(found).__name__)
    for item in found:
        if not isinstance(item, tuple):
            raise Error(C_EDITS_FILE, file=path, found=json.dumps(item, ensure_ascii=False, default=str)[:60])
    return found


def _entry(item: dict[str, Any]) -> Any:
    if item.keys() == {"cell", "value"} and isinstance(item["cell"], str) and "!" in item["cell"]:
        return item["cell"], item["value"]
    return _value(item)


def _value(item: dict[str, Any]) -> Any:
    """``{"date": …}``, ``{"error": …}``, ``{"formula": …}``; any other object stays one, and is refused."""
    if len(item) == 1:
        ((kind, text),) = item.items()
        if isinstance(text, str):
            if kind == "error":
                return CellError(text)
            if kind == "formula":
                return Formula(text.removeprefix("="))
            if kind == "date":
                return _date(text) or item
    return item


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        return None


def _edits(wanted: Iterable[tuple[str, Any]], tabs: set[str]) -> tuple[list[CellEdit], list[CellRefusal]]:
    edits: list[CellEdit] = []
    refused: list[CellRefusal] = []
    names: dict[str, str] = {}
    for cell, value in wanted:
        tab, _, address = cell.rpartition("!")
        if tab not in names:
            names[tab] = tab if tab in tabs or not _quoted(tab) else tab[1:-1].replace("''", "'")
        place = parse_cell(address)
        if place is None:
            refused.append(CellRefusal(names[tab], None, None, X_ADDRESS, {"found": address}, address))
        else:
            edits.append(CellEdit(names[tab], *place, value))
    return edits, refused


def _quoted(tab: str) -> bool:
    return len(tab) > 2 and tab.startswith("'") and tab.endswith("'")


def _show(changed: list[str], refused: list[CellRefusal], args: argparse.Namespace, out: Output) -> int:
    out.json({"changed": changed, "refused": [refusal.as_json(out.lang) for refusal in refused]})
    for refusal in refused:
        out.remark(f"{refusal.code.id} {args.workbook} {refusal.cell}: {refusal.message(out.lang)}")
    if not changed:
        found = "、".join(sorted({refusal.code.id for refusal in refused}))
        out.remark(Refused(X_NOTHING, file=args.workbook, found=found).text(out.lang))
        return Refused.exit_code
    out.say(
        f"改了 {len(changed)} 个单元格,拒绝 {len(refused)} 个 → {args.out}",
        f"{len(changed)} cells written, {len(refused)} refused → {args.out}",
    )
    return int(bool(refused))
