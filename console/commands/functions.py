"""`qlc functions`: the catalogue."""

from __future__ import annotations

import argparse

from addin.guide.pages import as_markdown
from addin.registry.catalogue import ENTRIES
from console.output import Output

EXAMPLES = """
例 / example:
  qlc functions --json
  qlc functions --markdown > docs/functions.zh-CN.md
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--markdown."""
    parser.epilog = EXAMPLES
    parser.add_argument("--markdown", action="store_true", help="函数说明一页 / the guide as a page")


def run(args: argparse.Namespace, out: Output) -> int:
    """Always 0."""
    if args.markdown and not out.as_json:
        out.lines(as_markdown(out.lang))
        return 0
    out.json([entry.as_json() for entry in ENTRIES])
    zh = out.lang == "zh"
    for entry in ENTRIES:
        out.line(f"{entry.signature} {entry.alias_zh} {entry.rule}".rstrip())
        out.line(f"  {entry.zh if zh else entry.en}")
        for arg in entry.args:
            out.line(f"    {arg.name}: {arg.zh if zh else arg.en}")
        out.line(f"  {'例' if zh else 'example'}: {entry.example}")
    return 0
