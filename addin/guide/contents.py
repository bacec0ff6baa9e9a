"""What the guide says: every function with its arguments, an answered example, and the rule behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from addin.functions.evaluate import evaluate
from addin.functions.explain import explanation, rule_explanation
from addin.guide.blocks import Block, Grid, Heading, Items, Listing, Paragraph, Quote
from addin.guide.reach import Reach, reach
from addin.registry import (
    arrivals,
    days,
    lead_times,
    moments,
    names,
    notes,
    people,
    replenishment,
    slots,
    stock,
    targets,
)
from addin.registry.catalogue import EXPLAIN
from addin.registry.convert import F_DATE, F_NUMBER, F_TIME, F_WHOLE, F_YES_NO
from addin.registry.entry import Arg, Entry, Kind, Shape
from rules.answer import Word
from rules.errors import Code, Text
from rules.index import RULES
from rules.policy.models import Rules
from rules.sop_trace import numbers_of

DAY = date(2025, 6, 15)
"""The day that examples call today, and whose numbers are shown."""

GROUPS: tuple[tuple[Text, tuple[Entry, ...]], ...] = (
    (Text("命名", "Names"), names.ENTRIES),
    (Text("备注和文字", "Notes and texts"), notes.ENTRIES),
    (Text("备货周期", "Lead times"), lead_times.ENTRIES),
    (Text("到货日", "Arrivals"), arrivals.ENTRIES),
    (Text("库存和周转", "Stock and turnover"), stock.ENTRIES),
    (Text("约仓和发货", "Slots and shipping"), slots.ENTRIES),
    (Text("时点", "Moments"), moments.ENTRIES),
    (Text("目标、预算和价格", "Targets, budgets and prices"), targets.ENTRIES),
    (Text("补货", "Restocking"), replenishment.ENTRIES),
    (Text("人", "People"), people.ENTRIES),
    (Text("日历", "Calendars"), days.ENTRIES),
    (Text("解释", "Explaining"), (EXPLAIN,)),
)

KINDS = {
    Kind.TEXT: Text("文字", "text"),
    Kind.NUMBER: Text("数字", "number"),
    Kind.INTEGER: Text("整数", "whole number"),
    Kind.DATE: Text("日期", "date"),
    Kind.MOMENT: Text("日期,可带时间", "date, with or without time"),
    Kind.TIME: Text("时间", "time of day"),
    Kind.YES_NO: Text("是/否", "yes or no"),
    Kind.RANGE: Text("区域", "range"),
    Kind.FORMULA: Text("公式", "formula"),
}

SHAPES = {
    Shape.MAP: Text("每个参数都可以给一个区域,答案是同样大小的区域", "a range for an argument answers a range"),
    Shape.AGGREGATE: Text("读整个区域,答一个值", "reads whole ranges, answers one value"),
    Shape.SPILL: Text("答案占几格(一行或一张表)", "answers several cells: a row or a table"),
}

CONVERSIONS: dict[Kind, tuple[Code, ...]] = {
    Kind.NUMBER: (F_NUMBER,),
    Kind.INTEGER: (F_NUMBER, F_WHOLE),
    Kind.DATE: (F_DATE,),
    Kind.MOMENT: (F_DATE,),
    Kind.TIME: (F_TIME,),
    Kind.YES_NO: (F_YES_NO,),
}

MARKS = {
    Word.READING: Text("SOP 留有余地,用的是我们的理解", "the SOP leaves room: our reading"),
    Word.ESTIMATE: Text("日历还没公布,按估算", "the calendar is not published yet: an estimate"),
    Word.UNCONFIRMED: Text("要等人确认的数字", "a number that somebody still has to confirm"),
    Word.TO_CONFIRM: Text("SOP 要求另行确认", "the SOP asks for a confirmation"),
    Word.CONTRADICTION: Text("SOP 几处说法不一,解释里引两边的原文", "the SOP contradicts itself; EXPLAIN quotes both"),
    Word.DEPARTURE: Text(
        "配置里的数字不是 SOP 的,解释里两个都写", "config has another number than the SOP; EXPLAIN shows both"
    ),
    Word.OLD_RULE: Text("按当时的旧规则", "by the rule of that time"),
}


def blocks(policy: Rules, lang: str) -> Iterator[Block]:
    """The whole guide in one language."""
    zh = lang == "zh"
    yield Heading(1, "函数说明" if zh else "Function guide")
    yield Paragraph(
        f"例子按 {DAY} 算,数字是那天的规定。方括号里的参数可省。空着的必填格子答空白;填错的格子显示错误,用 `EXPLAIN` 看原因。"
        if zh
        else f"Examples call {DAY} today; the numbers are those in force then. Arguments in square brackets may be left "
        "out. A blank where a value is needed answers a blank; a wrong one shows an error, and `EXPLAIN` says why."
    )
    yield Heading(2, "目录" if zh else "Contents")
    yield Items([f"{title.say(lang)}: {_links(entries)}" for title, entries in GROUPS])
    for title, entries in GROUPS:
        yield Heading(2, title.say(lang))
        for entry in entries:
            yield from _function(entry, policy, lang)
    yield Heading(2, "标记" if zh else "Marks")
    yield Grid(
        ("标记", "意思") if zh else ("mark", "meaning"), [(str(word), text.say(lang)) for word, text in MARKS.items()]
    )
    yield Heading(2, "规则和现行数字" if zh else "Rules and the numbers in force")
    for name in dict.fromkeys(entry.rule for _, entries in GROUPS for entry in entries if entry.rule):
        yield from _rule(name, policy, lang)


def _links(entries: tuple[Entry, ...]) -> str:
    return " · ".join(f"[{entry.name}](#{_place(entry.name)}) {entry.alias_zh}" for entry in entries)


def _function(entry: Entry, policy: Rules, lang: str) -> Iterator[Block]:
    zh = lang == "zh"
    yield Heading(3, f"{entry.name} {entry.alias_zh}", _place(entry.name))
    yield Paragraph(f"`{entry.signature}`")
    rule = RULES.get(entry.rule)
    about = [entry.zh if zh else entry.en, SHAPES[entry.shape].say(lang)]
    if rule:
        about.append(f"{'规则' if zh else 'rule'} [{rule.id} {rule.title.say(lang)}](#{_place(rule.id)})")
    yield Paragraph(("。" if zh else ". ").join(about) + ("。" if zh else "."))
    yield Grid(
        ("参数", "类型", "说明") if zh else ("argument", "type", "what it is"),
        [(f"`{_bracketed(arg)}`", KINDS[arg.kind].say(lang), arg.zh if zh else arg.en) for arg in entry.args],
    )
    yield from _example(entry, policy, lang)
    found = reach(entry.call)
    if marks := _marks(entry, found, policy):
        yield Paragraph(f"{'可能的标记:' if zh else 'Possible marks: '}{'、'.join(marks)}")
    if codes := _errors(entry, found):
        yield Paragraph("可能的错误或问题:" if zh else "Possible errors or findings:")
        yield Items([f"`{code.id}` {_template(code, lang)}" for code in codes])


def _bracketed(arg: Arg) -> str:
    return f"[{arg.name}]" if arg.optional else arg.name


def _example(entry: Entry, policy: Rules, lang: str) -> Iterator[Block]:
    told = explanation(evaluate(entry.example, policy, DAY), lang)
    rows = told["value"] if isinstance(told["value"], list) else [[told["value"]]]
    shown = "\n".join(" | ".join(map(_cell, row)) for row in rows)
    word = "例" if lang == "zh" else "Example"
    if "\n" in shown:
        yield Paragraph(f"{word}: `{entry.example}`")
        yield Listing(shown)
    else:
        yield Paragraph(f"{word}: `{entry.example}` → `{shown}`")
    lines = {line["line"]: line["text"] for call in told["calls"] for line in call["lines"]}
    if lines:
        yield Quote([f"SOP L{number} {text}" for number, text in sorted(lines.items())])


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    return "" if value is None else str(value)


def _marks(entry: Entry, found: Reach, policy: Rules) -> list[str]:
    """The marks in reach; 解读 where a number that the code names is a reading of ours."""
    marks = set(found.marks)
    rule = RULES.get(entry.rule)
    for key, number in numbers_of(rule, policy) if rule else ():
        if number.reading and key.split(".")[2] in found.names:
            marks.add(Word.READING)
    return [str(word) for word in Word if word in marks]


def _errors(entry: Entry, found: Reach) -> list[Code]:
    codes = {code.id: code for arg in entry.args for code in CONVERSIONS.get(arg.kind, ())}
    if "numbers" in found.names:
        codes[F_NUMBER.id] = F_NUMBER
    codes |= {name: code for name, code in found.codes.items() if name.startswith("F-")}
    return [codes[name] for name in sorted(codes)]


def _template(code: Code, lang: str) -> str:
    """A message with … where it names what was found."""
    return re.sub(r"\{\w+\}", "…", code.zh if lang == "zh" else code.en)


def _rule(name: str, policy: Rules, lang: str) -> Iterator[Block]:
    zh = lang == "zh"
    told = rule_explanation(name, policy, DAY, lang)
    yield Heading(3, f"{told['rule']} {told['title']}", _place(name))
    if told["numbers"]:
        head = ("数字", "值", "起", "SOP", "说明") if zh else ("number", "value", "since", "SOP", "what it is")
        yield Grid(head, [_number(number) for number in told["numbers"]])
    yield Quote([f"SOP L{line['line']} {line['text']}" for line in told["lines"]])


def _number(number: dict[str, Any]) -> tuple[str, ...]:
    value = f"{number['shown'].strip()} {number['unit']}".rstrip()
    why = number["why"] + (f"({number['reading']})" if number["reading"] else "")
    return (
        f"`{number['key'].removeprefix('rules.')}`",
        value,
        number["since"] or "",
        " ".join(f"L{line}" for line in number["sop"]),
        why,
    )


def _place(name: str) -> str:
    return name.lower()
