"""`qlc sop`: every line of the SOP, with the rules that hold it or why none does."""

from __future__ import annotations

import argparse
from typing import Any

from console.output import Output
from rules.errors import Code, Error
from rules.index import RULES
from rules.policy import sop
from rules.sop_trace import Traced, rule_named, traced

EXAMPLES = """
例 / examples:
  qlc sop --line 422
  qlc sop --rule R30
  qlc sop --markdown > docs/rules.md
"""

C_LINE = Code(
    "C-041",
    "SOP 没有第 {found} 行",
    "the SOP has no line {found}",
    "有内容的是 {expected}",
    "there are {expected}",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `qlc sop`."""
    parser.epilog = EXAMPLES
    parser.add_argument("--rule", metavar="R##", help="只看这条规则的行 / lines of one rule")
    parser.add_argument("--line", metavar="N", type=int, help="只看这一行 / one line")
    parser.add_argument("--markdown", action="store_true", help="规则总表(中英文) / the whole book as Markdown")


def run(args: argparse.Namespace, out: Output) -> int:
    """Always 0; an unknown rule is F-007, a line that is blank or not there C-041 (2)."""
    if args.markdown:
        from console.rule_book import markdown

        text = markdown()
        out.json({"markdown": text})
        out.lines(text)
        return 0
    rule = rule_named(args.rule) if args.rule else None
    if args.line is not None and not sop.line(args.line):
        raise Error(C_LINE, found=args.line, expected=f"1–{sop.numbers()[-1]}")
    lines = [
        line
        for line in traced()
        if (rule is None or rule.id in line.rules) and (args.line is None or line.line == args.line)
    ]
    out.json([_as_json(line, out.lang) for line in lines])
    for line in lines:
        out.line(f"L{line.line} {line.text}")
        out.line(f"    {_held(line, out.lang)}")
    return 0


def _as_json(line: Traced, lang: str) -> dict[str, Any]:
    return {
        "line": line.line,
        "text": line.text,
        "rules": list(line.rules),
        "why_none": line.why_none(lang),
        "repeats": line.repeats,
    }


def _held(line: Traced, lang: str) -> str:
    """The rules with their titles, or the reason; of a repeated line also what it repeats."""
    why = line.why_none(lang)
    if why:
        return f"- {why}"
    rules = "、".join(f"{name} {RULES[name].title.say(lang)}" for name in line.rules)
    if line.repeats is None:
        return rules
    return f"{rules}(重复 L{line.repeats})" if lang == "zh" else f"{rules} (repeats L{line.repeats})"
