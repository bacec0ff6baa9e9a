"""冲突: cells on which the sheet and the ERP disagree, and a person's word on each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from addin.commands.command import Ask, Change, Command, Desk, Preview, Question, Report
from addin.commands.syncing import documents, open_state, place_of, shown
from rules.answer import Text
from rules.policy.loader import Config
from sheets_schema.cells import plain
from sync.adopt import Choice
from sync.settle import settle
from sync.state.journal import key_of, value_of

WHOLE = "column:"
"""Before a conflict's id: all conflicts of its column and reason."""

USE = Question(
    "use",
    Text("用哪个值", "whose value"),
    Ask.CHOICE,
    (
        ("erp", Text("用ERP", "the ERP's")),
        ("sheet", Text("用表格", "the sheet's")),
        ("manual", Text("手工填一个", "another one")),
    ),
    "erp",
)
NONE = Text("没有待处理的冲突", "no open conflicts")
NOT_YET = Text("还没有同步过,不知道有没有冲突", "nothing was synced yet: whether there are conflicts is not known")
VALUE = Question("value", Text("手工值", "the value"))


def run(desk: Desk) -> Preview:
    """The open conflicts of this workbook (of all, in any other document), then what to do with which.

    A choice is carried out by the next round, unless the cell or the ERP moved meanwhile. With none
    chosen the conflicts are only shown.
    """
    with open_state(desk.config) as state:
        rows = [row for row in state.conflicts.open() if _is_meant(row, documents(desk)[1])]
        compared = bool(state.journal.rounds(1))
    changes = tuple(_line(desk.config, row) for row in rows)
    if not rows:
        return Preview(Report(NONE if compared else NOT_YET))
    report = Report(
        Text(
            f"{len(rows)} 个冲突:左边是表格值,右边是ERP值", f"{len(rows)} conflicts: the sheet's value, then the ERP's"
        ),
        changes,
    )
    picks = _picks(desk.config, rows)
    if "which" in desk.answers and not desk.answers["which"]:
        return Preview(report)
    chosen = [pick for pick in desk.answers.get("which") or () if pick in dict(picks)]
    use = desk.answers.get("use")
    value = str(desk.answers.get("value") or "").strip() or None
    if not chosen or use not in dict(USE.choices):
        which = Question("which", Text("处理哪些", "which of them"), Ask.MANY, picks, ())
        return Preview(report, questions=(which, USE))
    if use == "manual" and value is None:
        return Preview(report, questions=(VALUE,))
    return _decided(desk, rows, chosen, Choice(use), value if use == "manual" else None)


def _is_meant(row: Any, only: frozenset[str]) -> bool:
    return not only or row.workbook in only


def _place(config: Config, row: Any) -> str:
    return place_of(config, row.workbook, row.tab, row.cell)


def _line(config: Config, row: Any) -> Change:
    key = " / ".join(map(shown, key_of(row.key)))
    base = shown(value_of(row.base))
    why = Text(
        f"{row.column} · {key} · 上次一致值 {base} · {row.source or ''} · {row.owner or ''}",
        f"{row.column} · {key} · last agreed {base} · {row.source or ''} · {row.owner or ''}",
    )
    return Change(_place(config, row), plain(value_of(row.ours)), plain(value_of(row.theirs)), why)


def _picks(config: Config, rows: Sequence[Any]) -> tuple[tuple[str, Text], ...]:
    """Whole columns first, then single cells."""
    groups: dict[tuple[str, ...], list[Any]] = {}
    for row in rows:
        groups.setdefault((row.workbook, row.tab, row.column, row.reason), []).append(row)
    columns = [
        (
            f"{WHOLE}{same[0].id}",
            Text(f"整列 {row.tab} · {row.column}({len(same)} 个)", f"all of {row.tab} · {row.column} ({len(same)})"),
        )
        for same in groups.values()
        if len(same) > 1
        for row in same[:1]
    ]
    cells = []
    for row in rows:
        values = f"{shown(value_of(row.ours))} | {shown(value_of(row.theirs))}"
        label = f"{_place(config, row)} {row.column} {' / '.join(map(shown, key_of(row.key)))}: {values}"
        cells.append((row.id, Text(label, label)))
    return (*columns, *cells)


def _decided(desk: Desk, rows: Sequence[Any], chosen: list[str], use: Choice, value: str | None) -> Preview:
    whole = [pick.removeprefix(WHOLE) for pick in chosen if pick.startswith(WHOLE)]
    firsts = {(row.workbook, row.tab, row.column, row.reason) for row in rows if row.id in whole}
    ids = [row.id for row in rows if row.id in chosen or (row.workbook, row.tab, row.column, row.reason) in firsts]
    word = next(label for name, label in USE.choices if name == use.value)

    def finish() -> Report:
        with open_state(desk.config) as state:
            settled = settle(state, ids, use, value)
        return Report(
            Text(
                f"记下了 {len(settled)} 个选择({word.zh}),下一轮同步时执行",
                f"{len(settled)} choices stored ({word.en}); the next sync carries them out",
            )
        )

    changes = tuple(
        Change(
            _place(desk.config, row),
            plain(value_of(row.ours)),
            {"erp": plain(value_of(row.theirs)), "sheet": plain(value_of(row.ours))}.get(use.value, value),
            word,
        )
        for row in rows
        if row.id in ids
    )
    return Preview(
        Report(Text(f"{len(ids)} 个冲突:{word.zh}", f"{len(ids)} conflicts: {word.en}"), changes), finish=finish
    )


COMMAND = Command("conflicts", run)
