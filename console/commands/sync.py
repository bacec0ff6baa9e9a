"""`qlc sync`: plan, run, adopt, look back, settle, undo."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable

from console import conflict_lists as lists
from console import sync_views as views
from console.arguments import Parser, common
from console.audit_view import show_approved, show_audit
from console.output import Output
from console.person import who
from console.policy import policy_in_force
from console.rounds_here import check_own_file, check_rounds_here
from console.status_view import show_status
from console.worker import work
from rules.errors import Code, Error
from rules.policy.loader import Config, find_config
from sync.plan.force import parse_force
from sync.round.approve import approve
from sync.round.old_copy import ANSWERS
from sync.round.open_conflicts import Places, note_shown, open_conflicts
from sync.round.round import run_round
from sync.round.settle import release, settle
from sync.round.undo import undo
from sync.state.audit_check import check
from sync.state.database import State
from sync.tab.adopt import Choice, choices_from

C_WORKBOOK = Code(
    "C-011",
    "配置里没有工作簿 {found}",
    "no workbook {found} in the configuration",
    "已有:{expected};新的写进 site.workbooks",
    "there are: {expected}; add a new one to site.workbooks",
)

EXAMPLES = """
例 / examples:
  qlc sync plan                        会改什么,不写 / what would change
  qlc sync adopt 全流程数据 --all ask --yes
  qlc sync once --only 全流程数据
  qlc sync once --force G-003=仓库库存明细-20260427.csv   只放行这个文件 / let this one file through
  qlc sync conflicts
  qlc sync resolve 3f9a --use 用ERP     (用表格 / 用ERP / 手工 --value VALUE / 以后都用表格;整列:用ERP …)
  qlc sync undo                        撤销上一轮 / take the last round back
  qlc sync pins                        按住不写的格子 / what is held back; --release ID 放开
  qlc sync once --old-copy back        旧副本:回到那时 / an older copy: go back there (update 补到最新)
  qlc sync approve 全流程数据           放行拦下的那个计划,只一次 / lets what is held through, once
  qlc sync audit verify                记录有没有被改过 / whether the record of what was done is whole
  qlc sync daemon                      自己看着:新导出、有人保存,几秒后就同步 / watches by itself
  qlc sync explain 全流程数据 '库存数据!F12'
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The sub-commands and their arguments."""
    parser.epilog = EXAMPLES
    group = parser.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=Parser)

    def action(name: str, zh: str, en: str) -> argparse.ArgumentParser:
        sub = group.add_parser(name, help=f"{zh} · {en}", description=f"{zh} · {en}", epilog=EXAMPLES)
        return common(sub)

    for name, zh, en in (("plan", "看看会改什么", "what would change"), ("once", "同步一轮", "run one round")):
        sub = action(name, zh, en)
        sub.add_argument("--only", action="append", default=[], metavar="WORKBOOK")
        sub.add_argument(
            "--old-copy", choices=tuple(ANSWERS), help="旧副本怎么办 / what becomes of an older copy (G-040)"
        )
        sub.add_argument(
            "--force",
            action="append",
            default=[],
            metavar="CODE[=FILE]",
            help="解除一道防线,文件的防线写明文件 / lift a guard; of guards on files for one file",
        )
        if name == "once":
            sub.add_argument("--dry-run", action="store_true")
    sub = action("adopt", "第一次接管一个工作簿", "first contact with a workbook")
    sub.add_argument("workbook")
    sub.add_argument("--choose", action="append", default=[], metavar="TAB.COLUMN=sheet|erp|ask")
    sub.add_argument("--all", choices=("sheet", "erp", "ask"), help="其余各列 / every other column")
    sub.add_argument("--yes", action="store_true", help="照做 / do it")
    sub.add_argument(
        "--take-over",
        action="store_true",
        help="从另一份状态接过来,或让副本成为自己的工作簿 / move it here from another state, or make a copy a workbook",
    )
    action("status", "现状", "state of workbooks, files and conflicts")
    sub = action("daemon", "自己看着,有变化就同步", "watches by itself, and syncs what changed")
    sub.add_argument("--until-idle", action="store_true", help="没有要做的就结束 / ends when nothing is due")
    sub.add_argument(
        "--metrics", metavar="127.0.0.1:PORT", help="在本机显示 /health 和 /metrics / shows them on this computer"
    )
    action("worker", "做服务排的轮次(PostgreSQL)", "runs the rounds that the service asks for (PostgreSQL)")
    sub = action("history", "历史", "rounds, newest first")
    sub.add_argument("--limit", type=int, default=20)
    sub.add_argument("--round", type=int, help="一轮写过的格子 / the cells of one round")
    sub = action("conflicts", "待处理的冲突", "open conflicts")
    sub.add_argument("--only", metavar="WORKBOOK")
    sub.add_argument("--all", action="store_true", help="看过的也逐条列出 / list those seen before one by one, too")
    sub = action("resolve", "处理冲突", "settle conflicts")
    sub.add_argument("id", nargs="+", help="冲突编号(可只写开头)/ id or its beginning")
    sub.add_argument(
        "--use", required=True, metavar="用表格|用ERP|手工|以后都用表格", help="sheet, erp, manual or always"
    )
    sub.add_argument("--value", help="手工值 / the manual value")
    sub.add_argument("--column", action="store_true", help="整列同原因的冲突 / all of the same column and reason")
    sub = action("undo", "撤销一轮", "take a round back")
    sub.add_argument("round", nargs="?", type=int, help="默认上一轮 / default: the last that wrote")
    sub = action("pins", "按住不写的格子", "what is held back, and why")
    sub.add_argument(
        "--release", nargs="+", default=[], metavar="ID", help="放开(可只写开头)/ let go; id or its beginning"
    )
    sub.add_argument("--only", metavar="WORKBOOK")
    sub = action("approve", "放行拦下的一轮(只这一次)", "let through what is held, once")
    sub.add_argument("workbook")
    sub.add_argument(
        "--code", metavar="CODE", help="只放行这一道,默认能放行的都放 / this guard only; default: all that may be"
    )
    sub = action("audit", "操作记录:查它有没有被改过", "the record of what was done: whether it is whole")
    sub.add_argument("what", choices=("verify",))
    sub = action("explain", "一个格子的值从哪来", "where a cell's value came from")
    sub.add_argument("workbook")
    sub.add_argument("cell", help="'库存数据!F12'")


def run(args: argparse.Namespace, out: Output) -> int:
    """Runs one action; answers its exit code."""
    gc.disable()  # a round makes millions of small values that live until it ends; the process ends with it
    check_own_file(find_config(args.config))
    config = policy_in_force(args, out)
    check_rounds_here(config)
    with State.of(config) as state:
        return ACTIONS[args.action](args, out, config, state)


def _known_workbook(config: Config, name: str | None) -> None:
    names = [book.name for book in config.site.workbooks]
    if name is not None and name not in names:
        raise Error(C_WORKBOOK, file=config.path, found=name, expected=", ".join(names) or "-")


def _plan(args: argparse.Namespace, out: Output, config: Config, state: State) -> int:
    for name in args.only:
        _known_workbook(config, name)
    force = parse_force(args.force)
    dry = args.action == "plan" or args.dry_run
    old_copy = ANSWERS.get(args.old_copy)
    only = frozenset(args.only)
    report = run_round(config, state, dry_run=dry, only=only, force=force, old_copy=old_copy, who=who())
    out.json(report.as_json(out.lang))
    views.show_round(report, out)
    return report.exit_code


def _adopt(args: argparse.Namespace, out: Output, config: Config, state: State) -> int:
    _known_workbook(config, args.workbook)
    wanted = choices_from(args.choose, args.all)
    only = frozenset([args.workbook])
    preview = run_round(config, state, dry_run=True, only=only, adopt=wanted, take_over=args.take_over)
    columns = [item for book in preview.workbooks for item in book.adoption]
    if not args.yes and sys.stdin.isatty() and not out.as_json:
        views.show_adoption(columns, wanted, out)
        wanted = views.ask_choices(columns, wanted, out)
        args.yes = views.confirm(out)
    if args.yes:
        report = run_round(config, state, only=only, adopt=wanted, take_over=args.take_over, who=who())
        out.json({**report.as_json(out.lang), "adopted": True})
        views.show_round(report, out)
        return report.exit_code
    out.json({**preview.as_json(out.lang), "adopted": False})
    if not sys.stdin.isatty() or out.as_json:
        views.show_adoption(columns, wanted, out)
        out.say("加 --yes 才会写入。", "Add --yes to write.")
    return max(1, preview.exit_code)


def _daemon(args: argparse.Namespace, out: Output, config: Config, state: State) -> int:
    from addin.hosts.live_policy import LivePolicy
    from console.daemon_start import obey_signals, service

    with service(LivePolicy(config.path), state, out, args.metrics) as made:
        obey_signals(made)
        made.daemon.run(until_idle=args.until_idle)
    return 0


def _status(_args: argparse.Namespace, out: Output, config: Config, state: State) -> int:
    return show_status(config, state, out)


def _history(args: argparse.Namespace, out: Output, _config: Config, state: State) -> int:
    return views.show_cells(state, args.round, out) if args.round else views.show_history(state, args.limit, out)


def _conflicts(args: argparse.Namespace, out: Output, config: Config, state: State) -> int:
    _known_workbook(config, args.only)
    if not state.journal.rounds(1):
        out.say("还没有同步过,不知道有没有冲突。", "Nothing was synced yet: whether there are conflicts is not known.")
        out.json([])
        return 0
    found, unread = open_conflicts(config, state, args.only)
    code = lists.show_conflicts(found, unread, out, every=args.all)
    note_shown(state, found)
    return code


def _resolve(args: argparse.Namespace, out: Output, _config: Config, state: State) -> int:
    column, word = lists.whole_column(args.use)
    choice = Choice.parse(word)
    settled = settle(state, args.id, choice, args.value, whole_column=column or args.column, who=who())
    out.json({"settled": settled})
    if choice is Choice.ALWAYS and (column or args.column):
        out.say(
            f"这一列以后都用表格,{len(settled)} 个冲突不再问(qlc sync pins 可放开)。",
            f"the sheet counts in this column from now on; {len(settled)} conflicts are settled (qlc sync pins lets go).",
        )
        return 0
    out.say(
        f"记下了 {len(settled)} 个选择,下一轮同步时执行(qlc sync once)。",
        f"{len(settled)} choices stored; the next round carries them out (qlc sync once).",
    )
    return 0


def _pins(args: argparse.Namespace, out: Output, config: Config, state: State) -> int:
    _known_workbook(config, args.only)
    if args.release:
        released = release(state, args.release)
        out.json({"released": released})
        out.say(
            f"放开了 {len(released)} 处,下一轮照常处理。",
            f"let go of {len(released)}; the next round treats them as any.",
        )
        return 0
    return lists.show_pins(state.pins.all(args.only), Places(config, {}), out)


def _undo(args: argparse.Namespace, out: Output, config: Config, state: State) -> int:
    report = undo(config, state, args.round, who=who())
    out.json(report.as_json(out.lang))
    views.show_undo(report, out)
    return report.exit_code


def _approve(args: argparse.Namespace, out: Output, config: Config, state: State) -> int:
    _known_workbook(config, args.workbook)
    show_approved(approve(state, args.workbook, args.code, who()), out)
    return 0


def _audit(_args: argparse.Namespace, out: Output, _config: Config, state: State) -> int:
    return show_audit(check(state), out)


def _explain(args: argparse.Namespace, out: Output, config: Config, state: State) -> int:
    from addin.commands.cell_told import as_json, lines  # a round needs none of the add-in
    from sync.round.explain import explain

    _known_workbook(config, args.workbook)
    told = explain(config, state, args.workbook, args.cell)
    out.json(as_json(told, out.lang))
    for line in lines(told, out.lang):
        out.line(line)
    return 0


ACTIONS: dict[str, Callable[[argparse.Namespace, Output, Config, State], int]] = {
    "plan": _plan,
    "once": _plan,
    "adopt": _adopt,
    "daemon": _daemon,
    "worker": work,
    "status": _status,
    "history": _history,
    "conflicts": _conflicts,
    "resolve": _resolve,
    "pins": _pins,
    "undo": _undo,
    "approve": _approve,
    "audit": _audit,
    "explain": _explain,
}
