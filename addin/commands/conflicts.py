"""冲突: cells on which the sheet and the ERP disagree, and a person's word on each."""

from __future__ import annotations

from collections.abc import Sequence

from addin.commands.at_server import by_server
from addin.commands.command import Ask, ButtonReport, Command, Desk, Preview, Question, ShownChange
from addin.commands.syncing import as_problem, documents, open_state, place_of, shown
from rules.errors import Text
from rules.policy.loader import Config
from sheets_schema.cells import plain
from sync.plan.outcome import Kind
from sync.round.open_conflicts import REASONS, Shown, note_shown, open_conflicts
from sync.round.settle import settle
from sync.tab.adopt import WORDS, Choice

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
        ("always", Text("以后都用表格", "the sheet's for good")),
    ),
    "erp",
)
NONE = Text("没有待处理的冲突", "no open conflicts")
NOT_YET = Text("还没有同步过,不知道有没有冲突", "nothing was synced yet: whether there are conflicts is not known")
VALUE = Question("value", Text("手工值", "the value"))


def run(desk: Desk) -> Preview:
    """The open conflicts of this workbook (of all, in any other document), then what to do with which.

    A choice is carried out by the next round, unless the cell or the ERP moved meanwhile. With none
    chosen the conflicts are only shown. New ones are those that nobody was shown before.
    """
    stores, only = documents(desk)
    with open_state(desk.config) as state:
        rows, unread = open_conflicts(desk.config, state, next(iter(only), None), stores)
        compared = bool(state.journal.rounds(1))
        if "which" not in desk.answers:
            note_shown(state, rows)
    if not rows:
        return Preview(ButtonReport(NONE if compared else NOT_YET))
    changes = tuple(_line(desk.config, row) for row in rows)
    report = ButtonReport(_title(rows), changes, tuple(map(as_problem, unread)))
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


def _title(rows: Sequence[Shown]) -> Text:
    new, waiting = sum(row.new for row in rows), sum(row.choice is not None for row in rows)
    zh = f"{len(rows)} 个冲突({new} 个新的):左边是表格值,右边是ERP值"
    en = f"{len(rows)} conflicts ({new} new): the sheet's value, then the ERP's"
    if waiting:
        zh, en = f"{zh};{waiting} 个已选,等下一轮执行", f"{en}; {waiting} are chosen and wait for the next round"
    return Text(zh, en)


def _place(config: Config, row: Shown) -> str:
    return place_of(config, row.workbook, row.tab, row.cell)


def _line(config: Config, row: Shown) -> ShownChange:
    key, why = " / ".join(map(shown, row.key)), REASONS[Kind(row.reason)]
    zh = [row.column, key, why.zh, f"上次一致值 {shown(row.last_agreed)}", row.source, row.owner]
    en = [row.column, key, why.en, f"last agreed {shown(row.last_agreed)}", row.source, row.owner]
    if row.new:
        zh, en = ["新", *zh], ["new", *en]
    if row.choice is not None:
        word = WORDS[Choice(row.choice)]
        zh, en = [*zh, f"已选 {word.zh}"], [*en, f"chosen: {word.en}"]
    said = Text(" · ".join(filter(None, zh)), " · ".join(filter(None, en)))
    return ShownChange(_place(config, row), plain(row.sheet), plain(row.erp), said)


def _group(row: Shown) -> tuple[str, str]:
    return row.workbook, row.group


def _picks(config: Config, rows: Sequence[Shown]) -> tuple[tuple[str, Text], ...]:
    """Whole columns first, then single cells."""
    groups: dict[tuple[str, str], list[Shown]] = {}
    for row in rows:
        groups.setdefault(_group(row), []).append(row)
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
        values = f"{shown(row.sheet)} | {shown(row.erp)}"
        label = f"{_place(config, row)} {row.column} {' / '.join(map(shown, row.key))}: {values}"
        cells.append((row.id, Text(label, label)))
    return (*columns, *cells)


def _decided(desk: Desk, rows: Sequence[Shown], chosen: list[str], use: Choice, value: str | None) -> Preview:
    whole = [pick.removeprefix(WHOLE) for pick in chosen if pick.startswith(WHOLE)]
    firsts = {_group(row) for row in rows if row.id in whole}
    ids = [row.id for row in rows if row.id in chosen or (_group(row) in firsts and row.choice is None)]
    word = next(label for name, label in USE.choices if name == use.value)
    columns = whole if use is Choice.ALWAYS else []
    cells = [one for one in ids if one in chosen or not columns]

    def finish() -> ButtonReport:
        with open_state(desk.config) as state:
            settled = settle(state, columns, use, value, whole_column=True, who=desk.who) if columns else []
            settled += settle(state, [one for one in cells if one not in settled], use, value, who=desk.who)
        return ButtonReport(
            Text(
                f"记下了 {len(settled)} 个选择({word.zh}),下一轮同步时执行",
                f"{len(settled)} choices stored ({word.en}); the next sync carries them out",
            )
        )

    changes = tuple(
        ShownChange(
            _place(desk.config, row),
            plain(row.sheet),
            {Choice.ERP: plain(row.erp), Choice.MANUAL: value}.get(use, plain(row.sheet)),
            word,
        )
        for row in rows
        if row.id in ids
    )
    return Preview(
        ButtonReport(Text(f"{len(ids)} 个冲突:{word.zh}", f"{len(ids)} conflicts: {word.en}"), changes), finish=finish
    )


COMMAND = Command("conflicts", by_server("conflicts", run))
