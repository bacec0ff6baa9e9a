"""`qlc compute`: answers our formulas in a closed workbook, and writes what they show."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from addin.functions.recalculation import H_CYCLE
from addin.hosts.headless import Computation, compute
from console.output import Output
from console.policy import add_today, policy_in_force, today
from rules.errors import Error
from sheets_schema.grid.codes import X_SAME_FILE

SHOWN = 20
"""Lines of each kind that people are shown; `--json` lists all."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `qlc compute`."""
    parser.epilog = (
        "例 / examples:\n  qlc compute 备货.xlsx\n  qlc compute 备货.xlsx --out 算好.xlsx --today 2025-04-03"
    )
    parser.add_argument("workbook", type=Path, metavar="FILE.xlsx")
    parser.add_argument("--out", type=Path, metavar="OUT.xlsx", help="写到另一个文件 / write a copy")
    add_today(parser)


def run(args: argparse.Namespace, out: Output) -> int:
    """0 when every answered formula has a value, 1 when one shows an error, leads back to itself or was refused."""
    if args.out and args.out.exists() and args.out.samefile(args.workbook):
        raise Error(X_SAME_FILE, file=args.out)
    config = policy_in_force(args, out)
    found = compute(
        args.workbook,
        config.rules,
        today(args, config),
        out=args.out,
        keep_backups=config.site.backups,
        zone=config.site.zone,
    )
    circles = [item for item in found.left if item.why.code is H_CYCLE]
    out.json(
        {
            "formulas": found.formulas,
            "answered": found.answered,
            "changed": list(found.changed),
            "errors": [
                {"cell": cell, "error": fault.kind, "code": fault.code.id, "message": fault.message(out.lang)}
                for cell, fault in found.faults
            ],
            "left": [
                {
                    "cell": item.cell,
                    "formula": item.formula,
                    "code": item.why.code.id,
                    "message": item.why.message(out.lang),
                    "outdated": item.outdated,
                }
                for item in found.left
            ],
            "refused": [refusal.as_json(out.lang) for refusal in found.refused],
            "recalculates": found.recalculates,
        }
    )
    _show(found, args, out)
    return int(bool(found.faults or circles or found.refused))


def _show(found: Computation, args: argparse.Namespace, out: Output) -> None:
    if found.changed:
        zh = en = f" → {args.out or args.workbook}"
    elif args.out:
        zh, en = f",原样复制 → {args.out}", f"; copied as it is → {args.out}"
    else:
        zh, en = ",文件没有动", "; nothing was written"
    out.say(
        f"{found.formulas} 个公式,算了 {found.answered} 个,改了 {len(found.changed)} 格{zh}",
        f"{found.formulas} formulas, {found.answered} answered, {len(found.changed)} cells changed{en}",
    )
    for cell, fault in found.faults[:SHOWN]:
        out.line(f"  {cell} {fault.kind} {fault.code.id} {fault.message(out.lang)}")
    for refusal in found.refused[:SHOWN]:
        out.line(f"  {refusal.cell} {refusal.code.id} {refusal.message(out.lang)}")
    if old := [item.cell for item in found.left if item.outdated]:
        cells = ", ".join(old[:SHOWN]) + (" …" if len(old) > SHOWN else "")
        out.say(
            f"{len(old)} 个没有算的公式用到了改过的格子,显示的还是旧值:{cells}",
            f"{len(old)} formulas that were left read changed cells and still show old values: {cells}",
        )
        out.say(
            "下一个打开文件的表格软件会全部重算,那台电脑要装插件:没装的会把本产品的公式显示成 #NAME?",
            "the next program to open the file computes all of it, and needs the add-in: without it ours show #NAME?",
        )
    if found.left:
        out.say(
            f"留给表格软件的公式 {len(found.left)} 个:", f"{len(found.left)} formulas left to a spreadsheet program:"
        )
    for (code, message), count in Counter(
        (item.why.code.id, item.why.message(out.lang)) for item in found.left
    ).most_common(SHOWN):
        first = next(item.cell for item in found.left if item.why.message(out.lang) == message)
        out.line(f"  {count} × {code} {message} ({first})")
