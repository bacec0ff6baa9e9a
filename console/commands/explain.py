"""`qlc explain`: why a formula answers what it answers, or what a rule says."""

from __future__ import annotations

import argparse
import re

from addin.functions.evaluate import evaluate
from addin.functions.explain import explanation, rule_explanation
from addin.functions.explain_text import as_text, rule_as_text
from console.output import Output
from console.policy import add_today, policy_in_force, today

EXAMPLES = """
例 / examples:
  qlc explain '=TURNOVERTOTAL(30,"快线","2025-06-15")'
  qlc explain R10
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `qlc explain`."""
    parser.epilog = EXAMPLES
    parser.add_argument("target", metavar="FORMULA|R##")
    add_today(parser)


def run(args: argparse.Namespace, out: Output) -> int:
    """0 explained, 1 when the formula shows an error; an unknown rule is F-007 (2)."""
    config = policy_in_force(args, out)
    day = today(args, config)
    target = args.target.strip()
    if re.fullmatch(r"R\d+|calendars", target, re.IGNORECASE):
        told = rule_explanation(target, config.rules, day, out.lang)
        out.json(told)
        out.lines(rule_as_text(told, out.lang))
        return 0
    told = explanation(evaluate(target, config.rules, day, config.site.zone), out.lang)
    out.json(told)
    out.lines(as_text(told, out.lang))
    return 1 if told["error"] else 0
