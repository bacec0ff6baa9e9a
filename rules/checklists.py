"""R61–R67: procedures as steps, and what a correct row of their sheets looks like.

R61 account risk (L7–16) · R62 relisting (L191–217) · R63 new listings and keywords (L154–163,
L263–301) · R64 expenses (L136–152) · R65 stock adjustments (L47–57, L506–512) · R66 warranty cards
(L333, L394, L513–527) · R67 ad data log (L188–190). Steps, columns, states and rhythms stand in
config; where the SOP names no columns or states they are a reading. Nothing here is automated:
a step is something a person does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from rules.answer import Fault, Ledger, Silent, rule
from rules.contradictions import WARRANTY_FORM
from rules.errors import Code
from rules.findings import Finding, told
from rules.plain_text import bare
from rules.policy.families.people import Procedure, Sheet
from rules.policy.models import Rules

F_PROCEDURE = Code("F-585", "没有流程“{found}”", "no procedure “{found}”", "已有:{expected}", "there are: {expected}")
F_SHEET = Code("F-586", "没有清单表“{found}”", "no sheet “{found}”", "已有:{expected}", "there are: {expected}")
F_VALUE = Code(
    "F-587",
    "“{column}”不能写“{found}”",
    "{column} can't be “{found}”",
    "可以写:{expected}",
    "write one of {expected}",
)
F_MISSING = Code("F-588", "“{column}”没有填", "{column} is blank")
F_MISSING_WHEN = Code("F-589", "{when} 时“{column}”要填", "{column} is needed when {when}")
F_ITEM = Code("F-590", "清单里缺少“{found}”", "the checklist lacks “{found}”", "加一行", "add a row")
F_TWICE = Code("F-591", "“{found}”写了 {count} 行", "“{found}” has {count} rows", "只留一行", "keep one")
F_ADJUSTMENT = Code(
    "F-592", "没有库存调整“{found}”", "no stock adjustment “{found}”", "可以写:{expected}", "use one of {expected}"
)
F_FORM = Code(
    "F-593", "延保表没有叫“{found}”的", "no warranty form is called “{found}”", "叫:{expected}", "it is {expected}"
)
F_SPAN = Code(
    "F-594", "开始 {found} 在结束 {expected} 之后", "the start {found} is after the end {expected}", "对调", "swap them"
)

CHECKLISTS = ("R61", "R62", "R63", "R64", "R65", "R66", "R67")
ADJUSTMENTS = "库存调整"
ACCOUNT = "账户风控"
ACCOUNT_ITEMS = "账户检查"
AD_LOG = "广告数据"

Row = dict[str, Any]
"""A row by column title; a column that is absent is blank."""


def _folded(value: object) -> str:
    return "" if value is None else bare(str(value)).casefold()


def _named(written: str, names: Iterable[str], spellings: Mapping[str, Iterable[str]]) -> str | None:
    wanted = _folded(written)
    return next((name for name in names if wanted in map(_folded, (name, *spellings.get(name, ())))), None)


def _procedure(book: Ledger, policy: Rules, name: str) -> Procedure:
    known = policy.checklists.procedures
    found = _named(name, known, policy.checklists.procedure_spellings)
    if found is None:
        raise Fault("#N/A", F_PROCEDURE, found=name, expected="、".join(known))
    book.rule = known[found].rule
    return known[found]


def _sheet(book: Ledger, policy: Rules, name: str) -> Sheet:
    known = policy.checklists.sheets
    found = _named(name, known, {})
    if found is None:
        raise Fault("#N/A", F_SHEET, found=name, expected="、".join(known))
    book.rule = known[found].rule
    return known[found]


@rule(*CHECKLISTS)
def steps(book: Ledger, policy: Rules, name: str) -> tuple[dict[str, Any], ...]:
    """The steps of a procedure in their order: what, who (empty: the operator), lines of the SOP.

    What risks Amazon's policy says so in a remark. Raises F-585 (#N/A). A procedure that is younger
    than the day answers ``SOP未规定``.

    >>> from rules.policy.loader import packaged
    >>> told = steps(date(2025, 4, 3), packaged().rules, "翻新链接")
    >>> told.rule, len(told.value), told.value[0]["zh"]
    ('R62', 7, '记录旧的SKU和ASIN')
    """
    procedure = _procedure(book, policy, name)
    if procedure.warning:
        warning = book.take(procedure.warning)
        book.remark(warning.zh, warning.en)
    return tuple(step.model_dump() for step in book.take(procedure.steps))


def _wanted(book: Ledger, sheet: Sheet, row: Row) -> dict[str, str]:
    """Every column that the row needs, with the condition that asks for it; in the sheet's order."""
    always = book.take(sheet.always)
    wanted = dict.fromkeys(always, "")
    for column, by_value in sheet.needs.items():
        written = _folded(row.get(column))
        for value, needed in by_value.items():
            if written == _folded(value):
                for name in book.take(needed):
                    wanted.setdefault(name, f"{column}={value}")
    return {column: wanted[column] for column in sheet.columns if column in wanted}


def row_findings(book: Ledger, sheet: Sheet, row: Row) -> Iterator[Finding]:
    """Blanks that must be filled, and values that the column does not take."""
    for column, when in _wanted(book, sheet, row).items():
        if not _folded(row.get(column)):
            yield Finding(F_MISSING_WHEN if when else F_MISSING, {"column": column, "when": when}, column)
    for column, allowed in sheet.allowed.items():
        written, words = row.get(column), book.take(allowed)
        if _folded(written) and _named(str(written), words, {}) is None:
            yield Finding(F_VALUE, {"column": column, "found": written, "expected": "、".join(words)}, column)


@rule(*CHECKLISTS)
def missing_fields(book: Ledger, policy: Rules, sheet: str, row: Row) -> tuple[str, ...]:
    """The columns that the row still needs in its state, in the sheet's order; empty when none.

    Blanks are None and text of blanks; a state that the sheet does not know needs nothing more.
    Raises F-586 (#N/A).

    >>> from rules.policy.loader import packaged
    >>> row = {"项目": "账户异常", "负责人": "甲", "状态": "异常"}
    >>> missing_fields(date(2025, 4, 3), packaged().rules, "账户风控", row).value
    ('上次检查', '说明')
    """
    known = _sheet(book, policy, sheet)
    return tuple(column for column in _wanted(book, known, row) if not _folded(row.get(column)))


@rule(*CHECKLISTS)
def row_problems(book: Ledger, policy: Rules, sheet: str, row: Row) -> str:
    """Everything wrong with a row, joined by ``；``; empty when it is good. Raises F-586 (#N/A).

    Columns that the sheet does not know are left alone.

    >>> from rules.policy.loader import packaged
    >>> row = {"日期": "2025-04-03", "店铺": "甲", "广告类型": "ST", "曝光": 1, "点击": 0, "花费": 0, "广告销售额": 0}
    >>> row_problems(date(2025, 4, 3), packaged().rules, "广告数据", row).value
    '“广告类型”不能写“ST”。可以写:自动广告、SP、SD、SB'
    """
    return told(book, list(row_findings(book, _sheet(book, policy, sheet), row)))


@rule(*CHECKLISTS)
def due(book: Ledger, policy: Rules, sheet: str, since: date) -> date:
    """The day until which the sheet's next entry is due.

    Counted from its last date, or from the day that it serves (the purchase plan's, R66). A sheet
    without a rhythm in the SOP answers ``SOP未规定``. Raises F-586 (#N/A).

    >>> from rules.policy.loader import packaged
    >>> due(date(2025, 4, 3), packaged().rules, "广告数据", date(2025, 4, 3)).value
    datetime.date(2025, 4, 4)
    """
    return since + timedelta(days=_rhythm(book, sheet, _sheet(book, policy, sheet)))


def _rhythm(book: Ledger, name: str, sheet: Sheet) -> int:
    if sheet.due_days is None:
        raise Silent(f"SOP 没有规定《{name}》多久更新一次", f"the SOP names no rhythm for {name}")
    return book.take(sheet.due_days)


@rule("R61")
def account_check(book: Ledger, policy: Rules, rows: tuple[Row, ...]) -> str:
    """What the account risk sheet lacks: items without a row or with several, and each row's problems.

    Items that the team adds are fine (L7–16).

    >>> from rules.policy.loader import packaged
    >>> policy = packaged().rules
    >>> rows = tuple({"项目": item["zh"], "负责人": "甲", "状态": "未检查"} for item in
    ...              steps(date(2025, 4, 3), policy, "账户检查").value)
    >>> account_check(date(2025, 4, 3), policy, rows[1:]).value
    '清单里缺少“账户异常”。加一行'
    """
    written = [_folded(row.get("项目")) for row in rows]
    findings = []
    for item in book.take(policy.checklists.procedures[ACCOUNT_ITEMS].steps):
        count = written.count(_folded(item.zh))
        if count != 1:
            findings.append(Finding(F_TWICE if count else F_ITEM, {"found": item.zh, "count": count}, "项目"))
    sheet = policy.checklists.sheets[ACCOUNT]
    return told(book, findings + [finding for row in rows for finding in row_findings(book, sheet, row)])


@dataclass(frozen=True)
class Path:
    """How a stock adjustment goes through; empty where the SOP asks for nothing."""

    form: str
    document: str
    signer: str
    to: str
    attachments: tuple[str, ...]


@rule("R65")
def adjustment(book: Ledger, policy: Rules, kind: str) -> Path:
    """Form, ERP document, signer, receiver and attachments of a stock adjustment (L47–57, L506–512).

    换数量 has only its title in the SOP: ``SOP未规定``. Raises F-592 (#N/A).

    >>> from rules.policy.loader import packaged
    >>> path = adjustment(date(2025, 4, 3), packaged().rules, "销毁").value
    >>> path.form, path.signer, path.to
    ('销毁申请表', 'Jimy', 'nana')
    """
    known = book.take(policy.checklists.sheets[ADJUSTMENTS].allowed["类型"])
    found = _named(kind, known, policy.checklists.adjustment_spellings)
    if found is None:
        raise Fault("#N/A", F_ADJUSTMENT, found=kind, expected="、".join(known))
    if found not in policy.checklists.adjustments:
        raise Silent(f"SOP 对{found}只有标题", f"the SOP has only the title {found}")
    path = book.take(policy.checklists.adjustments[found])

    def person(duty: str) -> str:
        held = policy.directory.duties.get(duty)
        return book.take(held) if held else duty

    return Path(path.form, path.document, person(path.signer), person(path.to), path.attachments)


@rule("R66")
def warranty_form(book: Ledger, policy: Rules, written: str | None = None) -> str:
    """The online form for warranty cards; the SOP has two names for it (L333, L527), both are good.

    Given a name (《》 and blanks don't matter) it answers the SOP's spelling of it, or raises F-593
    (#N/A). Without one it answers the first. Marked SOP自相矛盾.

    >>> from rules.policy.loader import packaged
    >>> warranty_form(date(2025, 4, 3), packaged().rules, "《延保卡需求》").value
    '延保卡需求'
    """
    names = book.take(policy.checklists.warranty_forms)
    if len(names) > 1:
        book.contradict(WARRANTY_FORM)
    if written is None:
        return names[0]
    found = _named(written.strip().strip("《》"), names, {})
    if found is None:
        raise Fault("#N/A", F_FORM, found=written, expected="、".join(names))
    return found


@rule("R67")
def days_not_logged(book: Ledger, policy: Rules, first: date, last: date, logged: tuple[date, ...]) -> tuple[date, ...]:
    """The days from `first` to `last`, both counted, that the ad data log lacks (L190: every day).

    Raises F-594 (#NUM!) when the span is reversed.

    >>> from rules.policy.loader import packaged
    >>> april = [date(2025, 4, day) for day in (1, 2, 3)]
    >>> days_not_logged(april[2], packaged().rules, april[0], april[2], (april[1],)).value
    (datetime.date(2025, 4, 1), datetime.date(2025, 4, 3))
    """
    if first > last:
        raise Fault("#NUM!", F_SPAN, found=first, expected=last)
    step = max(_rhythm(book, AD_LOG, policy.checklists.sheets[AD_LOG]), 1)
    wanted = (first + timedelta(days=days) for days in range(0, (last - first).days + 1, step))
    return tuple(day for day in wanted if day not in logged)
