"""What is known of a synced cell, in lines for people and as JSON: one text for the button and for `qlc sync explain`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from addin.commands.syncing import shown
from addin.functions.explain import answered
from addin.functions.explain_text import rests_on
from rules.answer import Answer, Fault
from rules.errors import Text
from sheets_schema.cells import equal, plain
from sheets_schema.model import Owner
from sync.files.addends import Addend
from sync.files.told import FileRef, Seller
from sync.round.explain import Computed, ErpWord, Input, Told
from sync.round.seen import Looks
from sync.state.journal import row_of, value_of
from sync.tab.tab_plan import said_by

KINDS = {
    "cell": Text("同步写入", "written by a sync"),
    "append": Text("同步追加的行", "appended by a sync"),
    "computed": Text("同步计算", "computed by a sync"),
    "mark": Text("同步标记", "marked by a sync"),
    "manual": Text("冲突里选的手工值", "the manual value chosen for a conflict"),
    "kept": Text("冲突里选了用表格", "left as typed by a choice"),
    "again": Text("旧副本补到最新", "written again into an older copy"),
    "restore": Text("撤销同步时放回", "put back when a sync was taken back"),
}

ROWS = 20
"""Addends that the lines name; --json has all."""


def lines(told: Told, lang: str = "zh") -> list[str]:
    """Everything about a cell, for people."""
    return [line.say(lang) for line in _lines(told)]


def texts(told: Told) -> list[Text]:
    """The same lines in both languages, as buttons report them."""
    return list(_lines(told))


def _lines(told: Told) -> Iterator[Text]:
    key, owner = " / ".join(map(shown, told.key)), told.column.role or str(told.column.owner)
    who = "ERP" if told.column.owner is Owner.ERP else "程序计算" if told.column.owner is Owner.COMPUTED else owner
    yield Text(f"{told.tab} · {key} · {told.title},负责:{who}", f"{told.tab} · {key} · {told.title}, owner {owner}")
    if told.has_formula:
        yield Text("格子里是公式,程序不改它", "a formula stands in the cell and is left alone")
    if told.erp is not None and told.is_key:
        yield Text("这是行的键:程序按它认行,从不改它", "a key: rows are known by it, and it is never written")
        yield from map(_addend, told.erp.made.addends)
        yield from told.erp.made.notes
    elif told.erp is not None:
        agreed = shown(told.agreed)
        yield Text(
            f"表格值 {shown(told.value)},上次一致值 {agreed},ERP值 {shown(told.erp.value)}",
            f"sheet {shown(told.value)}, last agreed {agreed}, ERP {shown(told.erp.value)}",
        )
        yield from _erp(told.erp)
    if told.computed is not None:
        yield from _computed(told, told.computed)
    if told.looks is not None:
        yield from _seen(told, told.looks)
    if told.conflict is not None:
        item = told.conflict
        base, ours, theirs = (shown(value_of(text)) for text in (item.base, item.ours, item.theirs))
        yield Text(
            f"冲突 {item.id}(从 {item.first_seen[:10]} 起):上次一致值 {base},表格值 {ours},ERP值 {theirs};等人选择",
            f"conflict {item.id} (since {item.first_seen[:10]}): last agreed {base}, sheet {ours}, ERP {theirs}; it waits",
        )
    for value in told.pinned:
        yield Text(
            f"{shown(value)} 没有采用(有人选了用表格值,或撤销过),ERP 变了再问",
            f"{shown(value)} was turned down (a choice or an undo) until the ERP says something else",
        )
    for written in told.history:
        yield _written(written, told.title)


def _erp(word: ErpWord) -> Iterator[Text]:
    made = word.made
    if word.source is None:
        yield Text("ERP 没有说到这一格", "the ERP says nothing of this cell")
    else:
        yield Text(f"ERP值来自 {said_by(word.source)}", f"the ERP's value is from {said_by(word.source)}")
    if made.source is not None and made.source.divide != 1.0:
        days = f"{made.source.divide:g}"
        yield Text(f"等于销量 ÷ {days} 天", f"pieces sold ÷ {days} days")
    numbers = [item for item in made.addends if isinstance(item.value, float)]
    if len(made.addends) > 1 and numbers:
        total = " + ".join(f"{item.name} {shown(item.value)}" for item in made.addends[:ROWS])
        yield Text(f"由这些相加:{total}", f"the sum of: {total}")
    yield from map(_addend, made.addends[:ROWS])
    if len(made.addends) > ROWS:
        more = len(made.addends) - ROWS
        yield Text(f"  …… 另有 {more} 行", f"  … {more} more rows")
    yield from made.notes
    if word.shared:
        yield Text(
            f"同一 SKU 的 {len(word.shared)} 个 MSKU 共享这份库存,不可相加:{_names(word.shared)}",
            f"{len(word.shared)} MSKUs of the SKU share this stock, never to be added: {_names(word.shared)}",
        )


def _names(sellers: tuple[Seller, ...]) -> str:
    return "、".join(" / ".join(seller.key) for seller in sellers)


def _addend(item: Addend) -> Text:
    rows = "、".join(map(str, item.lines))
    note = Text(f",{item.note.zh}", f", {item.note.en}") if item.note else Text("", "")
    value = "?" if item.value is None else shown(item.value)
    return Text(
        f"  {item.name} {value}:{said_by(item.file)} 第 {rows} 行{note.zh}",
        f"  {item.name} {value}: {said_by(item.file)}, row {rows}{note.en}",
    )


def _computed(told: Told, how: Computed) -> Iterator[Text]:
    for word, reason in how.words:
        yield Text(f"{word}:{reason.zh}", f"{word}: {reason.en}")
    if how.day is None:
        yield Text(
            "ERP 没有说到这一行,这一格没有重新计算", "the ERP says nothing of this row; the cell was not computed anew"
        )
        return
    if not how.words:
        yield Text(f"按数据截至 {how.day} 计算", f"computed as of the data of {how.day}")
    if how.blank is not None:
        yield how.blank
    if isinstance(how.answer, Fault):
        yield Text(how.answer.message("zh"), how.answer.message("en"))
    if isinstance(how.answer, Answer):
        yield from _answer(how.answer)
    yield from map(_input, how.inputs)
    for seller, daily in how.shared:
        name, count = " / ".join(seller.key), "?" if daily is None else f"{daily:g}"
        yield Text(f"  同一 SKU:{name} 日均 {count}", f"  same SKU: {name}, {count} a day")
    for word, reasons in how.missing:
        zh, en = ";".join(item.zh for item in reasons), "; ".join(item.en for item in reasons)
        yield Text(f"缺 {word}:{zh}", f"{word} is missing: {en}")
    if not told.has_formula and not how.words and not equal(how.now, told.value):
        yield Text(
            f"现在算出来是 {shown(how.now)},和表格里的不同:下一轮同步会改",
            f"computed now it is {shown(how.now)}, not what stands here: the next round writes it",
        )


def _answer(answer: Answer) -> Iterator[Text]:
    zh, en = (answered(answer, lang) for lang in ("zh", "en"))
    value = shown(answer.value)
    yield Text(f"规则 {zh['rule']} {zh['title']} → {value}", f"rule {en['rule']} {en['title']} → {value}")
    for one, other in zip(rests_on(zh, "zh"), rests_on(en, "en"), strict=True):
        yield Text(one, other)
    for mark, same in zip(zh["marks"], en["marks"], strict=True):
        yield Text(f"{mark['mark']}:{mark['reason']}", f"{same['mark']}: {same['reason']}")


def _input(item: Input) -> Text:
    value = "?" if item.doubt else shown(item.value)
    if item.doubt:
        note = Text(f"({item.doubt.zh})", f" ({item.doubt.en})")
    elif item.source is not None:
        note = Text(f"({said_by(item.source)})", f" ({said_by(item.source)})")
    else:
        note = Text("", "")
    return Text(f"  {item.title} {value}{note.zh}", f"  {item.title} {value}{note.en}")


def _seen(told: Told, looks: Looks) -> Iterator[Text]:
    role = told.column.role or ""
    yield Text(
        f"这一列由{role}填写:程序不写已有的格子,也不记录每一次改动",
        f"filled by people ({role}): no sync writes such a cell, and nothing records each typing",
    )
    newest, *older = looks.values
    by = Text(f"(文件最后由 {newest.by} 保存,{newest.saved})", f" (last saved by {newest.by}, {newest.saved})")
    by = by if newest.by else Text("", "")
    yield Text(f"现在是 {shown(newest.value)}{by.zh}", f"it is {shown(newest.value)} now{by.en}")
    after = newest
    for item in older:
        saved = Text(f"(当时最后由 {item.by} 保存)", f" (last saved by {item.by} then)") if item.by else Text("", "")
        yield Text(
            f"第 {item.round} 轮开始时是 {shown(item.value)}{saved.zh},之后改成 {shown(after.value)}",
            f"when round {item.round} began it was {shown(item.value)}{saved.en}; later {shown(after.value)}",
        )
        after = item
    if not older:
        yield Text(
            f"留下的 {looks.books} 份备份里都一样" if looks.books else "没有留下更早的工作簿可以对照",
            f"the same in all {looks.books} kept workbooks" if looks.books else "no earlier workbook was kept",
        )


def _written(item: Any, title: str) -> Text:
    entry, kind = history_entry(item, title), KINDS[item.kind]
    change = f"{shown(entry['before'])} → {shown(entry['after'])}"
    source = f",{item.source}" if item.source else ""
    return Text(
        f"第 {item.round} 轮{kind.zh}:{change}{source}",
        f"round {item.round}, {kind.en}: {change}{source}",
    )


def history_entry(item: Any, title: str) -> dict[str, Any]:
    """One write of the journal, as `--json` shows it."""
    whole_row = item.column == ""
    return {
        "round": item.round,
        "kind": item.kind,
        "before": None if whole_row else plain(value_of(item.before)),
        "after": plain(row_of(item.after).get(title)) if whole_row else plain(value_of(item.after)),
        "source": item.source,
        "source_sha256": item.source_sha,
    }


def as_json(told: Told, lang: str = "zh") -> dict[str, Any]:
    """Everything about a cell, as `qlc sync explain --json` prints it; `text` is what people read."""
    erp, how = told.erp, told.computed
    return {
        "tab": told.tab,
        "cell": told.cell,
        "key": [plain(part) for part in told.key],
        "column": told.title,
        "owner": told.column.role or str(told.column.owner),
        "sheet": plain(told.value),
        "formula": told.has_formula,
        "last_agreed": plain(told.agreed),
        "erp": plain(erp.value) if erp else None,
        "source": said_by(erp.source) if erp and erp.source else None,
        "as_of": erp.source.as_of_text if erp and erp.source else None,
        "addends": [_addend_json(item, lang) for item in erp.made.addends] if erp else [],
        "why": [note.say(lang) for note in erp.made.notes] if erp else [],
        "marks": ["共享"] if erp and erp.shared else [],
        "shared": [list(seller.key) for seller in erp.shared] if erp else [],
        "computed": _computed_json(how, lang) if how else None,
        "seen": [
            {"round": item.round, "value": plain(item.value), "saved_by": item.by or None, "saved": item.saved or None}
            for item in (told.looks.values if told.looks else ())
        ],
        "conflict": told.conflict.id if told.conflict is not None else None,
        "pinned": [plain(value) for value in told.pinned],
        "history": [history_entry(item, told.title) for item in told.history],
        "text": lines(told, lang),
    }


def _addend_json(item: Addend, lang: str) -> dict[str, Any]:
    return {
        "name": item.name,
        "value": plain(item.value),
        **_file_json(item.file),
        "rows": list(item.lines),
        "note": item.note.say(lang) if item.note else None,
    }


def _file_json(file: FileRef | None) -> dict[str, Any]:
    if file is None:
        return {"file": None, "report": None, "as_of": None}
    return {"file": file.name, "report": file.report, "as_of": file.as_of_text}


def _computed_json(how: Computed, lang: str) -> dict[str, Any]:
    return {
        "day": how.day.isoformat() if how.day else None,
        "now": plain(how.now),
        "answer": answered(how.answer, lang) if isinstance(how.answer, Answer) else None,
        "fault": how.answer.message(lang) if isinstance(how.answer, Fault) else None,
        "inputs": [
            {
                "column": item.title,
                "value": plain(item.value),
                **_file_json(item.source),
                "doubt": item.doubt.say(lang) if item.doubt else None,
            }
            for item in how.inputs
        ],
        "shared": [{"key": list(seller.key), "daily": daily} for seller, daily in how.shared],
        "missing": {word: [reason.say(lang) for reason in reasons] for word, reasons in how.missing},
        "blank": how.blank.say(lang) if how.blank else None,
        "words": {word: reason.say(lang) for word, reason in how.words},
    }
