"""`qlc erp`: what an export was taken for, and its typed rows."""

from __future__ import annotations

import argparse
import csv
import importlib.util
import json
import os
from pathlib import Path
from typing import Any

from console.arguments import Parser, common
from console.output import Output
from console.policy import policy_in_force
from rules.errors import Error
from rules.policy.loader import Config
from sheets_schema.cells import Value, plain
from sheets_schema.text_guards import guarded
from sync.ingest.codes import I_EXTRA, I_SUFFIX
from sync.ingest.export import Export
from sync.ingest.read import inspect, read

EXAMPLES = """
例 / examples:
  qlc erp inspect inbox/*.xlsx inbox/*.xls
  qlc erp read FBA库存明细.xlsx
  qlc erp read 采购单.xls --out 采购单.csv
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The sub-commands and their arguments."""
    parser.epilog = EXAMPLES
    group = parser.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=Parser)
    words = {
        "inspect": (
            "识别导出:报表、编码、表头、列、问题",
            "recognise exports: report, encoding, header, columns, problems",
        ),
        "read": ("读成规范的表", "a typed, normalised table"),
    }
    for name, (zh, en) in words.items():
        sub = common(group.add_parser(name, help=f"{zh} · {en}", description=f"{zh} · {en}", epilog=EXAMPLES))
        if name == "inspect":
            sub.add_argument("files", nargs="+", metavar="FILE")
        else:
            sub.add_argument("file", metavar="FILE")
            sub.add_argument("--out", metavar="F", help=".csv, .json, .parquet")


def run(args: argparse.Namespace, out: Output) -> int:
    """0 recognised; 1 not (inspect), or rows with problems (read)."""
    config = policy_in_force(args, out)
    if args.action == "inspect":
        return _inspect([Path(name) for name in args.files], config, out)
    return _read(Path(args.file), args.out, config, out)


def _inspect(paths: list[Path], config: Config, out: Output) -> int:
    if not any(path.exists() for path in paths):
        paths[0].stat()
    answers = [inspect(path, aliases=config.site.export_aliases, site=config.site, lang=out.lang) for path in paths]
    out.json(answers)
    for answer in answers:
        _say(answer, out)
    return 0 if all(answer["report"] for answer in answers) else 1


def _say(answer: dict[str, Any], out: Output) -> None:
    name = answer["file"]
    if answer["report"]:
        how = " · ".join(str(part) for part in (answer["container"], answer["encoding"], answer["sheet"]) if part)
        out.say(
            f"{name}: {answer['report']}(把握 {answer['confidence']:.0%};{how};表头第 {answer['header_row']} 行,{answer['rows']} 行数据)",
            f"{name}: {answer['report']} (confidence {answer['confidence']:.0%}; {how}; header in row {answer['header_row']}, {answer['rows']} rows)",
        )
        if answer["unknown_columns"]:
            text = ", ".join(answer["unknown_columns"])
            out.say(f"  没有用到的列:{text}", f"  columns not used: {text}")
    else:
        out.say(f"{name}: 没有认出", f"{name}: not recognised")
    for problem in answer["problems"]:
        place = f" {problem['cell']}" if problem.get("cell") else ""
        out.line(f"  {problem['code']}{place}: {problem['message']}")


def _read(path: Path, target: str | None, config: Config, out: Output) -> int:
    if target is not None and Path(target).suffix.lower() not in (".csv", ".json", ".parquet"):
        raise Error(I_SUFFIX, file=target, found=Path(target).suffix or target)
    export = read(
        path, aliases=config.site.export_aliases, store=_store_of(path, config), site=config.site, scoped=False
    )
    if target is None:
        rows = _rows(export)
        out.json(rows)
        out.table([list(row.values()) for row in rows], export.taken.columns)
    else:
        _write(export, Path(target))
        out.json(_rows(export))
        out.say(
            f"{target}: {export.report},{len(export.taken)} 行,数据截至 {export.as_of_text}",
            f"{target}: {export.report}, {len(export.taken)} rows, data of {export.as_of_text}",
        )
    for problem in export.problems:
        out.remark(problem.text(out.lang))
    return 1 if export.problems else 0


def _store_of(path: Path, config: Config) -> str | None:
    """The store of the innermost inbox folder that a file lies in."""
    here = path.resolve()
    folders = [((config.folder / inbox.path).resolve(), inbox.store) for inbox in config.site.inbox]
    holding = [(len(folder.parts), store) for folder, store in folders if folder in here.parents]
    return max(holding, key=lambda item: item[0])[1] if holding else None


def _rows(export: Export) -> list[dict[str, Any]]:
    columns = [[plain(value) for value in export.taken.values(name)] for name in export.taken.columns]
    return [dict(zip(export.taken.columns, row, strict=True)) for row in zip(*columns, strict=True)]


def _write(export: Export, target: Path) -> None:
    """Writes beside the target first: a failed write leaves no half file.

    Raises:
        Error: I-040 when a parquet library is missing.
    """
    beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        if target.suffix.lower() == ".parquet":
            _need_parquet(target)
            _write_parquet(export, beside)
        elif target.suffix.lower() == ".json":
            beside.write_text(json.dumps(_rows(export), ensure_ascii=False, indent=1) + "\n", "utf-8")
        else:
            with beside.open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(export.taken.columns)
                writer.writerows(zip(*map(_texts, map(export.taken.values, export.taken.columns)), strict=True))
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _texts(values: list[Value]) -> list[Any]:
    """Cells of a text file: what a spreadsheet would calculate stays text, numbers stay numbers."""
    return ["" if value is None else guarded(value) if isinstance(value, str) else plain(value) for value in values]


def _need_parquet(target: Path) -> None:
    if importlib.util.find_spec("pyarrow") is None:
        raise Error(I_EXTRA, file=target, found="pyarrow", expected=".parquet")


def _write_parquet(export: Export, path: Path) -> None:
    import pandas

    numeric = {item.name for item in export.schema.fields if item.type in ("integer", "number", "money", "percent")}
    frame = pandas.DataFrame(
        {
            name: values
            if name in numeric and not any(isinstance(value, str) for value in values)
            else [None if value is None else str(plain(value)) for value in values]
            for name in export.taken.columns
            for values in [export.taken.values(name)]
        }
    )
    frame.to_parquet(path, index=False)
