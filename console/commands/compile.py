"""`qlc compile`: functions as native formulas in a workbook, for sheets without the add-in."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from addin.registry.catalogue import ENTRIES, find
from addin.registry.entry import Entry
from console.output import Output
from console.policy import policy_in_force
from rules.errors import Code, Error
from rules.index import RULES

C_UNKNOWN = Code(
    "C-054",
    "没有规则或函数“{found}”",
    "no rule or function “{found}”",
    "写规则号(R20)、函数名(ETA、标准到仓日)或 all",
    "give a rule (R20), a function (ETA) or all",
)
C_SUFFIX = Code("C-055", "输出要是 .xlsx 文件", "the output must be an .xlsx file", "改文件名", "rename it")

EXAMPLES = """
例 / examples:
  qlc compile R20 ORDERBY --out 周转.xlsx
  qlc compile all --out 公式.xlsx --json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `qlc compile`."""
    parser.epilog = EXAMPLES
    parser.add_argument("rules", nargs="+", metavar="RULE", help="规则号、函数名,或 all / rules, functions, or all")
    parser.add_argument("--out", required=True, type=Path, metavar="F.xlsx")


def run(args: argparse.Namespace, out: Output) -> int:
    """0 when all that was named is in the workbook, 1 when something named has no native formula."""
    from addin.native.compiler import compile_functions

    if args.out.suffix.lower() != ".xlsx":
        raise Error(C_SUFFIX, file=args.out)
    entries, without = _named(args.rules)
    config = policy_in_force(args, out)
    book, functions = compile_functions(entries, config.rules)
    told = [function.as_json(out.lang) for function in functions] + [_no_function(rule, out.lang) for rule in without]
    compiled = [function for function in functions if function.tab]
    if compiled:
        from addin.native.examples import example_rows
        from addin.native.workbook import write_workbook

        given = {function.entry.name: example_rows(function.entry) for function in compiled}
        write_workbook(args.out, book, compiled, given)
    out.json(told)
    for item in told:
        name = item["function"] or item["rule"]
        out.line(f"{name}: {'✓' if item['compiled'] else item['why_not']}")
    if compiled:
        out.say(
            f"{len(compiled)} 个函数写到 {args.out};表 规则表 里的数字改了,公式跟着变。",
            f"{len(compiled)} functions written to {args.out}; they follow the numbers on its tab 规则表.",
        )
    asked_all = any(word.casefold() == "all" for word in args.rules)
    return 0 if compiled and (asked_all or len(compiled) == len(told)) else 1


def _named(words: Sequence[str]) -> tuple[list[Entry], list[str]]:
    """The functions that words name, in the catalogue's order, and rules that have none."""
    rules = {rule.casefold(): rule for rule in RULES}
    names: set[str] = set()
    without: list[str] = []
    for word in words:
        folded = word.strip().casefold()
        if folded == "all":
            names |= {entry.name for entry in ENTRIES}
        elif folded in rules:
            of_rule = {entry.name for entry in ENTRIES if entry.rule == rules[folded]}
            names |= of_rule
            if not of_rule and rules[folded] not in without:
                without.append(rules[folded])
        elif entry := find(word.strip()):
            names.add(entry.name)
        else:
            raise Error(C_UNKNOWN, found=word)
    return [entry for entry in ENTRIES if entry.name in names], without


def _no_function(rule: str, lang: str) -> dict[str, Any]:
    why = "这条规则没有单元格函数" if lang == "zh" else "this rule has no function in cells"
    return {"function": None, "rule": rule, "compiled": False, "why_not": why, "formula": None, "tab": None}
