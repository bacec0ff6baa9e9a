"""`qlc merge`: three-way merge of plain tables from files."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from console.arguments import C_USAGE
from console.output import Output
from rules.errors import Code, Error, Text
from sheets_schema.cells import clock_text, plain
from sheets_schema.keys import clean_key
from sheets_schema.model import Owner
from sync.files.merge import Clash, Merged, TableConflict, merge
from sync.ingest.codes import I_BYTES, I_SWALLOWED
from sync.plan.keys import M_NO_KEY
from sync.plan.untyped import Plain

if TYPE_CHECKING:
    from sync.ingest.raw import RawTab

M_FILE = Code(
    "M-008",
    "读不出表格:{found}",
    "not a table: {found}",
    "需要 {expected}",
    "expected {expected}",
)

FORMATS = '.json {"columns": [], "rows": [[]]}, .csv, .tsv, .txt, .xlsx'
_SEPARATORS = {
    ",": Text("逗号", "commas"),
    ";": Text("分号", "semicolons"),
    "\t": Text("制表符", "tabs"),
}

EXAMPLES = """
例 / examples:
  qlc merge base.csv ours.csv theirs.csv --key 店铺,MSKU
  qlc merge base.json ours.xlsx theirs.csv --key SKU --owner 库存=erp --owner 备注=people --json
退出码 / exit codes: 0 无冲突 / merged · 1 有冲突 / conflicts · 3 键重复或不完整 / duplicate or blank keys
"""

KINDS = {
    Clash.CELL: ("两边改得不同", "changed differently"),
    Clash.INSERT_INSERT: ("两边新增得不同", "added differently"),
    Clash.DELETE_MODIFY: ("一边删除,一边修改", "deleted on one side, changed on the other"),
    Clash.COLUMN: ("一边删了列,一边改了值", "column dropped on one side, cell changed on the other"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `qlc merge`."""
    parser.epilog = EXAMPLES
    parser.add_argument("base", metavar="BASE", type=Path, help="上次一致的表 / the table both came from")
    parser.add_argument("ours", metavar="OURS", type=Path, help="自己的表 / our table")
    parser.add_argument("theirs", metavar="THEIRS", type=Path, help="对方或 ERP 的表 / the other table")
    parser.add_argument("--key", required=True, metavar="A,B", help="键列 / key columns")
    parser.add_argument(
        "--owner",
        action="append",
        default=[],
        metavar="COL=erp/people",
        help="列的负责方;给出后按表格规则合并 / who owns a column; then the rules of sheets hold",
    )


def run(args: argparse.Namespace, out: Output) -> int:
    """Merges and prints; exit 1 with conflicts."""
    key = [title.strip() for title in args.key.split(",")]
    if not all(key) or len(set(key)) < len(key):
        raise Error(C_USAGE, found=f"--key {args.key}")
    owners = _owners(args.owner)
    base, ours, theirs = (read_table(path, key) for path in (args.base, args.ours, args.theirs))
    merged = merge(base, ours, theirs, key, owners)
    out.json(
        {
            "columns": merged.columns,
            "rows": merged.rows,
            "conflicts": [_conflict_json(item) for item in merged.conflicts],
        }
    )
    _show(merged, out)
    return int(bool(merged.conflicts))


def _owners(words: Sequence[str]) -> dict[str, Owner]:
    owners: dict[str, Owner] = {}
    for word in (part for item in words for part in re.split("(?<==erp),|(?<==people),", item)):
        title, _, owner = word.rpartition("=")
        if not title or owner not in (Owner.ERP, Owner.PEOPLE) or owners.setdefault(title, Owner(owner)) != owner:
            raise Error(C_USAGE, found=f"--owner {word}")
    return owners


def read_table(path: Path, key: Sequence[str] = ()) -> Plain:
    """A table from a file: `.json`, text, or the first worksheet of a workbook.

    The first row that holds anything is the header. Cells of a text file stay text; its separator and encoding are
    those in which the header has the titles of `key`, else most titles.

    Raises:
        Error: M-008 not a table, M-003 … M-006 what is wrong with it, I-… a text that can't be read, or in part.
    """
    suffix = path.suffix.lower()
    if suffix == ".json":
        return _json_table(path)
    if suffix in (".csv", ".tsv", ".txt"):
        return _text_table(path, [clean_key(title) for title in key])
    if suffix in (".xlsx", ".xlsm", ".xltx", ".xltm"):
        return _workbook_table(path)
    raise Error(M_FILE, file=path, found=path.suffix or path.name, expected=FORMATS)


def _json_table(path: Path) -> Plain:
    def refuse(word: str) -> NoReturn:
        raise ValueError(word)

    try:
        document = json.loads(path.read_text("utf-8-sig"), parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise Error(M_FILE, file=path, found=str(error), expected=FORMATS) from None
    columns, rows = (document.get(name) for name in ("columns", "rows")) if isinstance(document, dict) else (None, None)
    if not isinstance(columns, list) or not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise Error(M_FILE, file=path, found="JSON", expected=FORMATS)
    return Plain(tuple(columns), rows, str(path))


def _text_table(path: Path, key: Sequence[str]) -> Plain:
    """Text with any of the separators and encodings that exports have; a damaged line is refused, not left out."""
    from sync.ingest.container import bytes_of
    from sync.ingest.delimited import read_delimited
    from sync.ingest.encodings import LOST, encodings_of
    from sync.ingest.raw import MAX_COLUMNS

    def score(head: RawTab) -> float:
        titles = {clean_key(cell or "") for cell in head.rows[0]}
        return len(titles.intersection(key)) * MAX_COLUMNS + len(head.rows[0]) - 1

    data, file = bytes_of(path), str(path)
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        return Plain((), [], file)
    _, encoding, tab = read_delimited(data, encodings_of(data, file), file, score)
    if tab.swallowed:
        raise Error(I_SWALLOWED, file=path, row=tab.swallowed[0])
    lost = next((at for at, row in enumerate(tab.rows) if any(cell and LOST in cell for cell in row)), None)
    if lost is not None:
        raise Error(I_BYTES, file=path, found=tab.numbers[lost], expected=encoding)
    filled = {record: [cell or "" for cell in row] for record, row in zip(tab.records, tab.rows, strict=True)}
    blank = {record: [""] * width if width > 1 else [] for record, width in tab.blanks.items()}
    table = _with_header([row for _, row in sorted((filled | blank).items())], path)
    if missing := [title for title in key if title not in map(clean_key, table.columns)]:
        raise Error(M_NO_KEY, file=path, expected=", ".join(missing), found=_parted(table.columns, tab.separator))
    return table


def _parted(titles: Sequence[str], separator: str) -> Text:
    """A header as it was read, and what parted it: a title that is missing may be part of another."""
    found = ", ".join(titles)
    if len(titles) == 1:
        return Text(
            f"{found}(逗号、分号、制表符、| 都没有把它分开)", f"{found} (no comma, semicolon, tab or | parts it)"
        )
    zh, en = _SEPARATORS.get(separator, Text(separator, separator))
    return Text(f"{found}(按{zh}分开)", f"{found} (parted by {en})")


def _workbook_table(path: Path) -> Plain:
    from sync.backends.file import FileStore

    store = FileStore(path)
    names = store.tabs()
    if not names:
        raise Error(M_FILE, file=path, found=path.name, expected=FORMATS)
    grid = store.read(names[0])
    rows: list[list[Any]] = []
    for number, row in zip(grid.numbers, grid.rows, strict=True):
        if rows:
            rows += [[]] * (number - grid.numbers[0] - len(rows))
        rows.append([plain(cell) if isinstance(cell, float) or _is_clock(cell) else cell for cell in row])
    return _with_header(rows, path)


def _is_clock(cell: Any) -> bool:
    """Whether a cell shows a time of day, which has no date."""
    return isinstance(cell, datetime) and clock_text(cell) is not None


def _with_header(rows: list[list[Any]], path: Path) -> Plain:
    first = next((at for at, row in enumerate(rows) if any(cell not in (None, "") for cell in row)), None)
    if first is None:
        return Plain((), [], str(path))
    titles = [cell if isinstance(cell, str) else "" if cell is None else str(plain(cell)) for cell in rows[first]]
    while titles and not titles[-1]:
        titles.pop()
    return Plain(tuple(titles), rows[first + 1 :], str(path))


def _conflict_json(item: TableConflict) -> dict[str, Any]:
    return {
        "key": item.key,
        "column": item.column,
        "kind": item.kind.value,
        "base": item.base,
        "ours": item.ours,
        "theirs": item.theirs,
    }


def _show(merged: Merged, out: Output) -> None:
    out.table(merged.rows, merged.columns)
    if not merged.conflicts:
        return
    out.line()
    out.say(
        f"{len(merged.conflicts)} 个冲突(保留表格值):", f"{len(merged.conflicts)} conflicts (the sheet's value stays):"
    )
    zh = out.lang == "zh"
    head = ["键", "列", "原因", "上次一致值", "表格值", "ERP值"]
    if not zh:
        head = ["key", "column", "reason", "last agreed", "sheet", "ERP"]
    rows = [
        [
            " / ".join(str(plain(part)) for part in item.key),
            item.column,
            KINDS[item.kind][0 if zh else 1],
            *(_shown(value) for value in (item.base, item.ours, item.theirs)),
        ]
        for item in merged.conflicts
    ]
    out.table(rows, head)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{title}={_shown(cell)}" for title, cell in value.items())
    return "" if value is None else str(plain(value))
