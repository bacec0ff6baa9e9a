"""`qlc letters`: a folder of appointment letters, checked and renamed by R03."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from addin.commands.letter_folder import SAID, State, look, rename
from console.output import Output
from console.policy import add_today, policy_in_force, today

EXAMPLES = """
例 / examples:
  qlc letters 预约信              看看哪些要改名 / what would be renamed
  qlc letters 预约信 --apply      改名 / rename
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("folder", type=Path, metavar="DIR", help="放预约信 PDF 的文件夹 / the folder with the PDFs")
    parser.add_argument("--apply", action="store_true", help="真的改名,默认只看 / rename; default is a preview")
    add_today(parser)


def run(args: argparse.Namespace, out: Output) -> int:
    """0 when every name is good (or was made so) and every file a PDF, 1 otherwise, and where there is none."""
    config = policy_in_force(args, out)
    seen = look(args.folder, config.rules, today(args, config))
    steps = seen.steps
    if args.apply:
        steps = [rename(args.folder, step) for step in steps]
    counts = Counter(step.state for step in steps)
    out.json(
        {
            "folder": str(args.folder),
            "applied": args.apply,
            "counts": {str(state): counts[state] for state in State},
            "files": [step.as_json(out.lang) for step in steps],
            "others": seen.others,
        }
    )
    for step in steps:
        arrow = f" → {step.target}" if step.target and step.target != step.name else ""
        why = f"  {step.said.code.id} {step.said.message(out.lang)}" if step.said else ""
        out.line(f"{SAID[step.state].say(out.lang)}  {step.name}{arrow}{why}")
    if seen.nothing:
        out.say(seen.nothing.zh, seen.nothing.en)
        return 1
    broken = sum(step.doubt is not None for step in steps)
    zh = [
        f"共 {len(steps)} 个 PDF(只查文件名)",
        *(f"{SAID[state].zh} {counts[state]}" for state in State if counts[state]),
    ]
    en = [f"{len(steps)} PDFs (names only)", *(f"{counts[state]} {SAID[state].en}" for state in State if counts[state])]
    if broken:
        zh.append(f"打不开或不是 PDF {broken}")
        en.append(f"{broken} that are no PDF")
    out.say("、".join(zh), ", ".join(en))
    if counts[State.RENAME]:
        out.say("加 --apply 改名。", "Add --apply to rename.")
    return 0 if all(step.is_good for step in steps) else 1
