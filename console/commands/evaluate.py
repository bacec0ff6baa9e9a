"""`qlc eval`: answers formulas of the catalogue."""

from __future__ import annotations

import argparse
from typing import Any

from addin.functions.evaluate import evaluate
from console.output import Output
from console.policy import add_today, policy_in_force, today

EXAMPLES = """
例 / examples:
  qlc eval '=LEADTIME("车机","快线")'
  qlc eval --today 2025-04-03 '=TURNOVERNORM("平台仓")' '=ADDWORKDAYS("2025-04-30",3,"CN")'
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `qlc eval`."""
    parser.epilog = EXAMPLES
    parser.add_argument("formulas", nargs="+", metavar="FORMULA")
    add_today(parser)


def run(args: argparse.Namespace, out: Output) -> int:
    """0 when every formula has an answer, 1 when one shows an error."""
    config = policy_in_force(args, out)
    day = today(args, config)
    answers = [evaluate(formula, config.rules, day, config.site.zone).as_json(out.lang) for formula in args.formulas]
    out.json(answers)
    for answer in answers:
        _show(answer, out)
    return 1 if any(answer["error"] for answer in answers) else 0


def _show(answer: dict[str, Any], out: Output) -> None:
    value = answer["value"]
    rows = value if isinstance(value, list) else [[value]]
    if value is not None or not answer["error"]:
        for row in rows:
            out.line("\t".join(_cell(cell) for cell in row))
    if answer["error"]:
        out.line(f"{answer['error']} {answer['code']} {answer['message']}")
    if answer["marks"]:
        out.line(f"  [{' '.join(answer['marks'])}]")


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    return "" if value is None else str(value)
