"""`qlc state`: safety copies of what is remembered between rounds, and going back to one."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from console.arguments import Parser, common
from console.output import Output
from console.policy import policy_in_force
from rules.errors import Error
from sync.state.backup import T_SERVER, Restored, backup, restore

EXAMPLES = """
例 / examples:
  qlc state backup                     在状态文件夹里留一份(同步可以照跑) / a copy in the state's folder; rounds may run
  qlc state backup --out D:/备份/qlc.zip
  qlc state restore FILE               先说会怎样 / says first what it would do
  qlc state restore FILE --yes

说明 / guide: docs/audit.zh-CN.md, docs/audit.md
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """backup and restore."""
    parser.epilog = EXAMPLES
    group = parser.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=Parser)
    for name, zh, en in (("backup", "备份", "make a safety copy"), ("restore", "恢复", "go back to one")):
        sub = common(group.add_parser(name, help=f"{zh} · {en}", description=f"{zh} · {en}", epilog=EXAMPLES))
        if name == "backup":
            sub.add_argument("--out", type=Path, metavar="FILE", help="备份文件 / the copy's file")
        else:
            sub.add_argument("file", type=Path, metavar="FILE")
            sub.add_argument("--yes", action="store_true", help="照做 / do it")


def run(args: argparse.Namespace, out: Output) -> int:
    """0 when it is done; 1 for a restore that only said what it would do."""
    config = policy_in_force(args, out)
    if config.site.state_server:
        raise Error(T_SERVER)
    folder = config.folder / config.site.state_folder
    if args.action == "backup":
        return _backup(folder, args.out, out)
    done = restore(folder, args.file, go=args.yes, moment=datetime.now(UTC))
    out.json(_as_json(done))
    _tell(done, out)
    return 0 if done.done else 1


def _backup(folder: Path, wanted: Path | None, out: Output) -> int:
    path, manifest = backup(folder, wanted, metadata.version("quanliucheng"), datetime.now(UTC))
    out.json({"file": str(path), **asdict(manifest)})
    out.say(
        f"备份好了:{path}(到第 {manifest.round} 轮,记录 {manifest.lines} 条)",
        f"backed up: {path} (up to round {manifest.round}, {manifest.lines} lines of the record)",
    )
    return 0


def _as_json(done: Restored) -> dict[str, Any]:
    return {
        "restored": done.done,
        "backup": asdict(done.manifest),
        "rounds_lost": done.rounds,
        "lines_lost": done.lines,
        "compared_anew": None if done.workbooks is None else list(done.workbooks),
        "kept": None if done.kept is None else str(done.kept),
    }


def _tell(done: Restored, out: Output) -> None:
    made = done.manifest.made
    out.say(
        f"备份是 {made}(UTC)做的,到第 {done.manifest.round} 轮。",
        f"the backup was made at {made} UTC, after round {done.manifest.round}.",
    )
    if done.lines is None:
        out.say(
            "现在的状态读不了,或不是从这份备份来的:不知道之后写过什么,每张表都会重新比一遍。",
            "the state of now can't be read, or did not come from this backup: what was written since is not known, "
            "so every tab is compared anew.",
        )
    elif done.workbooks:
        names = "、".join(done.workbooks)
        out.say(
            f"之后的 {done.rounds} 轮({done.lines} 条记录)不再记得。这些工作簿之后写过,会重新比一遍:{names}。",
            f"the {done.rounds} rounds since ({done.lines} lines) are forgotten. Written since, and compared anew: {names}.",
        )
    else:
        out.say("之后没有写过工作簿。", "no workbook was written since.")
    out.say(
        "重新比的那一轮不覆盖任何不同的格子:和 ERP 一样的算一致,不一样的列为冲突。之后的选择、放开和撤销要重新做。",
        "the round that compares anew overwrites no cell that differs: what equals the ERP is agreed on, the rest is a "
        "conflict. Choices, releases and undos since have to be made again.",
    )
    if not done.done:
        out.say("加 --yes 才会恢复。", "add --yes to restore.")
    elif done.kept:
        out.say(f"恢复好了。原来的状态留在 {done.kept}", f"restored. The state of before is kept at {done.kept}")
    else:
        out.say("恢复好了。", "restored.")
