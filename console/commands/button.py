"""`qlc button`: a button of the add-in on a closed workbook; a preview unless it is told to apply."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from addin.commands.as_json import applied_json, preview_json, report_json
from addin.commands.catalogue import COMMANDS
from addin.commands.command import Applied, Ask, ButtonReport, Desk, Preview, Question, Selection, apply
from addin.registry.buttons import BUTTONS
from console.output import Output
from console.policy import add_today, policy_in_force, today
from rules.errors import Code, Error, Text
from rules.policy.loader import Config
from sheets_schema.grid.address import LAST_COLUMN, LAST_ROW, parse_range
from sheets_schema.grid.codes import X_ADDRESS, X_NO_TAB, X_SAME_FILE
from sync.backends.file import FileStore
from sync.backends.memory import MemoryStore
from sync.backends.port import Tabs

EXAMPLES = """
例 / examples:
  qlc button                                               有哪些按钮 / the buttons
  qlc button make_skus 新品.xlsx --select '产品图册!A2:F20'   看看会改什么 / a preview
  qlc button make_skus 新品.xlsx --select '产品图册!A2:F20' --apply
  qlc button fill_formula 备货.xlsx --answer function=LEADTIME --answer how=values
  qlc button letter_names --answer folder=预约信 --apply
"""

C_BUTTON = Code("C-071", "没有按钮“{found}”", "no button “{found}”", "可用:{expected}", "use one of {expected}")
C_ANSWER = Code(
    "C-072",
    "还要回答:{found}",
    "an answer is missing: {found}",
    "用 --answer 名称=值",
    "give it with --answer name=value",
)
C_WRONG_ANSWER = Code(
    "C-073",
    "“{found}”的回答不能用",
    "the answer to “{found}” cannot be used",
    "可选:{expected}",
    "choose from {expected}",
)

C_NO_WORKBOOK = Code(
    "C-075",
    "按钮“{found}”要有工作簿",
    "the button “{found}” needs a workbook",
    "写上文件,如 qlc button {found} 新品.xlsx",
    "name a file, as in qlc button {found} new.xlsx",
)

SHOWN = 50
"""Changes and problems printed; --json has them all."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("button", nargs="?", metavar="ID", help="按钮;不写就列出全部 / the button; lists all without")
    parser.add_argument(
        "workbook", nargs="?", metavar="FILE", help="工作簿文件或配置里的名字 / a file, or a configured workbook"
    )
    parser.add_argument(
        "--select", metavar="TAB!A2:F20", help="选中的区域,默认第一张表 / the selection, default first tab"
    )
    parser.add_argument("--answer", action="append", default=[], metavar="NAME=VALUE", help="回答问题 / an answer")
    parser.add_argument("--apply", action="store_true", help="真的改,默认只看 / write; default is a preview")
    parser.add_argument("--picture", type=Path, metavar="F.png", help="图片写到哪里 / where to write the picture")
    add_today(parser)


def run(args: argparse.Namespace, out: Output) -> int:
    """0 good, 1 with problems or refused cells."""
    if args.button is None:
        return _list(out)
    command = COMMANDS.get(args.button)
    if command is None:
        raise Error(C_BUTTON, found=args.button, expected=", ".join(COMMANDS))
    config = policy_in_force(args, out)
    store, file = _open(args.workbook, config)
    if args.picture is not None and file and args.picture.exists() and args.picture.samefile(file):
        raise Error(X_SAME_FILE, file=args.picture)
    desk = Desk(store, _selection(store, args.select), config, today(args, config), file)
    try:
        preview = _answered(command.run, desk, args.answer)
    except Error as error:
        if args.workbook is None and error.code is X_NO_TAB:
            raise Error(C_NO_WORKBOOK, found=command.id) from None
        raise
    preview = _with_warning(preview, desk)
    plan = preview.plan if args.apply else None
    applied = apply(store, plan) if plan is not None and not plan.writes_nothing else None
    finished = preview.finish() if args.apply and preview.finish is not None else None
    if args.picture is not None and preview.picture is not None:
        args.picture.write_bytes(preview.picture)
    out.json(
        {
            "button": args.button,
            **preview_json(preview, out.lang),
            "applied": applied_json(applied, out.lang) if applied else None,
            "finished": report_json(finished, out.lang) if finished else None,
        }
    )
    _show(preview, applied, finished, args, out)
    reports = [preview.report, *([finished] if finished else [])]
    return int(any(report.problems for report in reports) or bool(applied and applied.report.refused))


def _with_warning(preview: Preview, desk: Desk) -> Preview:
    """Says so where the tab's formulas may show values from before the file was changed last."""
    try:
        grid = desk.store.read(desk.selection.tab)
    except Error:  # no tab, or none that a command that needed it could have read
        return preview
    if not grid.awaits_calculation or not grid.formulas:
        return preview
    warning = Text(
        f"文件改过之后还没有重算:这张表 {len(grid.formulas)} 个公式显示的可能是旧值,先在表格软件里打开、保存",
        f"the file was changed without being computed again: {len(grid.formulas)} formulas of this tab may show old "
        "values; open and save it in a spreadsheet program first",
    )
    return replace(preview, report=replace(preview.report, details=(*preview.report.details, warning)))


def _list(out: Output) -> int:
    buttons = [button for button in BUTTONS if button.id in COMMANDS]
    out.json(
        [{"id": button.id, "label": button.label.say(out.lang), "tip": button.tip.say(out.lang)} for button in buttons]
    )
    out.table([(button.id, button.label.say(out.lang), button.tip.say(out.lang)) for button in buttons], ("", "", ""))
    return 0


def _open(written: str | None, config: Config) -> tuple[Tabs, str]:
    """The workbook as a store, backed up as a sync's; an empty one where none is named."""
    if written is None:
        return MemoryStore({}), ""
    known = {book.name: config.folder / book.path for book in config.site.workbooks}
    path = known.get(written, Path(written))
    return FileStore(path, keep_backups=config.site.backups), str(path.absolute())


def _selection(store: Tabs, written: str | None) -> Selection:
    """``Tab!A2:F20``, ``Tab`` for all of it, or the first cell of the first tab. Raises X-105."""
    tabs = store.tabs()
    if written is None:
        return Selection(tabs[0] if tabs else "", 1, 0, 1, 0)
    tab, mark, cells = written.rpartition("!")
    if written in tabs or not mark:
        return Selection(written, 1, 0, LAST_ROW, LAST_COLUMN)
    area = parse_range(cells.replace("$", ""))
    if area is None:
        raise Error(X_ADDRESS, found=cells)
    if tab not in tabs and tab[:1] == tab[-1:] == "'":
        tab = tab[1:-1].replace("''", "'")
    return Selection(tab, area.top, area.left, area.bottom, area.right)


def _answered(work: Any, desk: Desk, words: Sequence[str]) -> Preview:
    """Asks until there is nothing left to ask; what is not answered takes its default, if it has one."""
    given: dict[str, list[str]] = {}
    for word in words:
        name, _, value = word.partition("=")
        given.setdefault(name, []).append(value)
    answers: dict[str, Any] = {}
    while True:
        preview: Preview = work(replace(desk, answers=answers))
        if not preview.questions:
            return preview
        for question in preview.questions:
            if question.name in answers:
                choices = ", ".join(str(value) for value, _ in question.choices)
                raise Error(C_WRONG_ANSWER, found=question.name, expected=choices)
            answers[question.name] = _answer(question, given)


def _answer(question: Question, given: dict[str, list[str]]) -> Any:
    values = given.get(question.name)
    choices = [value for value, _ in question.choices]
    if values is None:
        if question.default is None:
            raise Error(C_ANSWER, found=f"{question.name}({question.label.zh} / {question.label.en})")
        return question.default
    if choices and not set(values) <= set(choices):
        raise Error(C_WRONG_ANSWER, found=question.name, expected=", ".join(choices))
    return values if question.kind is Ask.MANY else values[-1]


def _show(
    preview: Preview, applied: Applied | None, finished: ButtonReport | None, args: argparse.Namespace, out: Output
) -> None:
    _show_report(preview.report, out)
    if applied is not None:
        done, refused = applied.report.changed, applied.report.refused
        out.say(f"写了 {len(done)} 处,拒绝 {len(refused)} 处。", f"{len(done)} written, {len(refused)} refused.")
        for refusal in refused:
            out.line(f"  {refusal.code.id} {refusal.cell}: {refusal.message(out.lang)}")
    elif preview.needs_confirmation and not args.apply:
        out.say("加 --apply 才会改。", "Add --apply to do it.")
    if finished is not None:
        _show_report(finished, out)
    if preview.open:
        out.line(preview.open)
    if preview.picture is not None:
        where = str(args.picture) if args.picture else "--picture F.png"
        out.say(f"图片:{where}", f"picture: {where}")


def _show_report(report: ButtonReport, out: Output) -> None:
    out.say(report.title.zh, report.title.en)
    for change in report.changes[:SHOWN]:
        before = "∅" if change.before is None else change.before
        after = "∅" if change.after is None else change.after
        why = f"  {change.why.say(out.lang)}" if change.why else ""
        out.line(f"  {change.place}: {before} → {after}{why}")
    for problem in report.problems[:SHOWN]:
        out.line(f"  {problem.text(out.lang)}")
    more = max(0, len(report.changes) - SHOWN) + max(0, len(report.problems) - SHOWN)
    if more:
        out.say(f"  …… 还有 {more} 行(--json 有全部)", f"  … {more} more (--json has them all)")
    for detail in report.details:
        out.say(f"  {detail.zh}", f"  {detail.en}")
