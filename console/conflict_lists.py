"""How `qlc sync` lists conflicts and pins: by tab, column and reason, new ones apart from old ones."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from console.output import Output
from rules.errors import Error, Text
from sheets_schema.cells import plain
from sync.plan.outcome import Kind
from sync.round.open_conflicts import REASONS, Places, Shown, pin_json
from sync.round.report import BookReport, group
from sync.state.pins import ALWAYS, CHOICE, UNDO, Pin
from sync.tab.adopt import WORDS, Choice

_WHOLE = ("整列:", "column:")

PINNED = {
    UNDO: Text("撤销过,ERP变了再写", "taken back until the ERP moves"),
    CHOICE: Text("用表格,ERP变了再问", "the sheet's until the ERP moves"),
    ALWAYS: Text("以后都用表格", "the sheet's for good"),
}


def text(value: Any) -> str:
    """A value as people read it; blank is `∅`."""
    shown = plain(value)
    return "∅" if shown is None else str(shown)


def whole_column(word: str) -> tuple[bool, str]:
    """Whether a choice is meant for the whole column, and the choice.

    >>> whole_column("整列:用ERP"), whole_column("用表格")
    ((True, '用ERP'), (False, '用表格'))
    """
    plain_word = unicodedata.normalize("NFKC", word)
    start = next((start for start in _WHOLE if plain_word.startswith(start)), "")
    return bool(start), plain_word.removeprefix(start)


def show_found(book: BookReport, out: Output, most: int) -> None:
    """The conflicts of a round: new ones one by one, those of earlier rounds as a count."""
    new = [item for item in book.conflicts if item.id not in book.known]
    for item in new[:most]:
        place = f"{item.tab}!{item.cell} {item.column}"
        who = book.owner(item)
        out.say(
            f"  ? 新冲突 {item.id}  {place}:上次一致值 {text(item.base)},表格值 {text(item.ours)},"
            f"ERP值 {text(item.theirs)}({who})",
            f"  ? new conflict {item.id}  {place}: last agreed {text(item.base)}, sheet {text(item.ours)}, "
            f"ERP {text(item.theirs)} ({who})",
        )
    if len(new) > most:
        out.say(f"  … 另有 {len(new) - most} 个新冲突", f"  … {len(new) - most} more new conflicts")
    old = len(book.conflicts) - len(new)
    if old:
        out.say(f"  ? 旧冲突 {old} 个(qlc sync conflicts)", f"  ? {old} conflicts from before (qlc sync conflicts)")


def show_conflicts(found: Sequence[Shown], unread: Sequence[Error], out: Output, *, every: bool) -> int:
    """Open conflicts by group; those that were listed before only as a count. Answers 1 when there are any."""
    out.json([item.as_json() for item in found])
    for error in unread:
        print(error.text(out.lang), file=sys.stderr)
    if not found:
        out.say("没有待处理的冲突。", "No open conflicts.")
        return 0
    for title, members in groupby(found, lambda item: (item.workbook, item.group)):
        _show_group(title[0], list(members), out, every=every)
    if not every and any(not item.new for item in found):
        out.say("看过的只列编号;--all 逐条列出。", "Those listed before by id only; --all lists each.")
    out.say(
        "处理:qlc sync resolve 编号 --use 用表格|用ERP|手工|以后都用表格(整列:… 管整组)",
        "settle: qlc sync resolve ID --use sheet|erp|manual|always (column:… for the whole group)",
    )
    return 1


def _show_group(workbook: str, members: list[Shown], out: Output, *, every: bool) -> None:
    first = members[0]
    why = REASONS[Kind(first.reason)]
    listed = [item for item in members if every or item.new]
    seen = [item for item in members if item not in listed]
    new = sum(item.new for item in members)
    out.line()
    out.say(
        f"《{workbook}》{first.tab} · {first.column} · {why.zh}:{len(members)} 个{f',新的 {new} 个' if new else ''}",
        f"{workbook}: {first.tab} · {first.column} · {why.en}: {len(members)}{f', {new} new' if new else ''}",
    )
    head = ("", "编号", "格", "键", "上次一致值", "表格值", "ERP值", "负责人", "已选")
    if out.lang == "en":
        head = ("", "id", "cell", "key", "last agreed", "sheet", "ERP", "owner", "chosen")
    if listed:
        out.table([_line(item, out) for item in listed], head)
    if seen:
        out.say(f"  旧的 {len(seen)} 个:{_ids(seen, out)}", f"  {len(seen)} from before: {_ids(seen, out)}")


def _line(item: Shown, out: Output) -> tuple[object, ...]:
    new = ("新" if out.lang == "zh" else "new") if item.new else ""
    cell = item.cell or ("不在表里" if out.lang == "zh" else "not found")
    values = (item.last_agreed, item.sheet, item.erp)
    return (new, item.id, cell, _key(item.key), *map(text, values), item.owner, _chosen(item, out))


def _chosen(item: Shown, out: Output) -> str:
    if item.choice is None:
        return ""
    word = WORDS[Choice(item.choice)].say(out.lang)
    return f"{word} {text(item.manual)}" if item.choice == Choice.MANUAL else word


def _ids(items: Iterable[Shown], out: Output) -> str:
    said = [f"{item.id}{f'({_chosen(item, out)})' if item.choice else ''}" for item in items]
    return ", ".join(said)


def _key(key: Sequence[Any]) -> str:
    return " / ".join(map(text, key))


def show_pins(found: Sequence[tuple[str, str, Pin]], places: Places, out: Output) -> int:
    """What is held back: where, which values of the ERP, why and since when."""
    shown = [(workbook, tab, pin, pin_json(workbook, tab, pin, places)) for workbook, tab, pin in found]
    out.json([item for *_, item in shown])
    for error in places.unread:
        print(error.text(out.lang), file=sys.stderr)
    if not found:
        out.say("没有按住的格子。", "Nothing is held back.")
        return 0
    for (workbook, _), members in groupby(shown, lambda one: (one[0], group(one[1], one[2].column, one[2].reason))):
        lines = list(members)
        pin = lines[0][2]
        what = pin.column or ("整行" if out.lang == "zh" else "whole rows")
        out.line()
        out.line(f"{workbook}: {lines[0][1]} · {what} · {PINNED[pin.reason].say(out.lang)} ×{len(lines)}")
        head = ("编号", "格", "键", "表格值", "不写的ERP值", "轮次")
        if out.lang == "en":
            head = ("id", "cell", "key", "sheet", "held back", "round")
        out.table([_pin_line(pin, item) for _, _, pin, item in lines], head)
    out.line()
    out.say("放开:qlc sync pins --release 编号…", "let go: qlc sync pins --release ID…")
    return 0


def _pin_line(pin: Pin, item: dict[str, Any]) -> tuple[object, ...]:
    held = "、".join(map(text, pin.values)) if pin.column else ""
    key = _key(pin.key) if pin.key else "*"
    return item["id"], item["cell"] or "-", key, text(item["sheet"]), held, pin.round or ""
