"""What the files in force leave open, asked in every round until somebody answers: warehouses, states, shipments."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePath

import numpy as np

from rules.errors import Code, Error
from rules.policy.meanings import NAMELESS, STAGES
from sheets_schema.exports import REPORTS
from sheets_schema.model import CountedOnce, Report
from sheets_schema.table import as_list
from sync.files.index import Index
from sync.files.levels import sent
from sync.files.library import Library
from sync.ingest.one_file import printable

_PLACE_ZH = "没有计入任何一列,有货的 SKU 的国内仓和货代仓/海外仓保持原样;在 config.yaml 的 site.warehouses 加一行 - {{name: {quoted}, is: 海外}}(国内、货代、海外、平台、忽略),下一轮就算进去"
_PLACE_EN = "it was counted nowhere, and 国内仓 and 货代仓/海外仓 of the SKUs in it stay as they are; add - {{name: {quoted}, is: 海外}} (国内, 货代, 海外, 平台, 忽略) to site.warehouses in config.yaml: the next round counts it"

I_UNPLACED = Code(
    "I-080",
    "不知道仓库 {found} 是什么({rows} 行,{pieces} 件)",
    "nobody said what the warehouse {found} is ({rows} rows, {pieces} pieces)",
    _PLACE_ZH,
    _PLACE_EN,
)
I_PLACED_TWICE = Code(
    "I-081",
    "仓库 {found} 有两种说法:{fits}({rows} 行,{pieces} 件)",
    "the warehouse {found} is placed in two ways: {fits} ({rows} rows, {pieces} pieces)",
    _PLACE_ZH,
    _PLACE_EN,
)
I_NAMELESS = Code(
    "I-082",
    "{rows} 行没有写仓库({pieces} 件)",
    "{rows} rows name no warehouse ({pieces} pieces)",
    "没有计入任何一列;导出时选上“仓库”这一列,或者在 config.yaml 的 site.warehouses 加一行 - {{name: {quoted}, is: 国内}}",
    "they were counted nowhere; select the column 仓库 when exporting, or add - {{name: {quoted}, is: 国内}} to site.warehouses in config.yaml",
)
I_STATE = Code(
    "I-083",
    "{report}的状态 {found} 不认识({rows} 行)",
    "nobody said what the state {found} of {report} means ({rows} rows)",
    "这些行的数量当作未知;在 config.yaml 的 site.statuses 里写明,如 {report}: {{{kind}: [{quoted}]}}({kinds})",
    "the quantities of these rows are unknown; say it in site.statuses of config.yaml, as {report}: {{{kind}: [{quoted}]}} ({kinds})",
)
I_SHIPMENT = Code(
    "I-084",
    "{rows} 行备货单写了货件号(如 {found}),但没有它们店铺的 FBA货件 导出",
    "{rows} lines of stocking orders name a shipment (as {found}), and no FBA货件 export of their store is there",
    "不知道这些货是不是已经算在 FBA在途 里,这些 SKU 的海外在途当作未知;导出 FBA货件 放进收件文件夹",
    "whether FBA在途 counts these goods already can't be told, so 海外在途 of their SKUs is unknown; export FBA货件 and drop it",
)


def open_questions(library: Library) -> list[Error]:
    """Everything that somebody has to say before some quantity can be known."""
    answer = [question for report in REPORTS.values() if report.pieces for question in _warehouses(library, report)]
    for name in STAGES:
        answer += _states(library, name)
    for report in REPORTS.values():
        answer += _shipments(library, report, report.once) if report.once else ()
    return answer


def _warehouses(library: Library, report: Report) -> Iterator[Error]:
    index = library.index(report.name)
    if not index.exports:
        return
    places, kinds = (as_list(index.pick(name).values) for name in ("place", "warehouse_type"))
    available = as_list(index.pick(report.pieces, "sum").values)
    names = index.part("warehouse")
    rows: Counter[tuple[str, str]] = Counter()
    pieces: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], int] = {}
    for gid in np.flatnonzero(index.alive).tolist():
        if places[gid] is None:
            one = (names[gid], str(kinds[gid] or "")) if names[gid] else ("", "")
            rows[one] += 1
            value = available[gid]
            pieces[one] += int(value) if isinstance(value, float) else 0
            first[one] = max(first.get(one, -1), int(index.last[gid]))
    for (name, kind), found in sorted(rows.items()):
        by = library.meanings.warehouse(name or None, kind or None).by
        fits = "、".join(f"{entry.written} → {entry.kind}" for entry in by)
        yield Error(
            I_NAMELESS if not name else I_PLACED_TWICE if by else I_UNPLACED,
            file=_file(index, first[name, kind]),
            found=f"{name}({kind})" if kind else name,
            rows=found,
            pieces=pieces[name, kind],
            fits=fits,
            quoted=_quoted(name or NAMELESS),
        )


def _states(library: Library, report: str) -> Iterator[Error]:
    index = library.index(report)
    if not index.exports:
        return
    words = as_list(index.pick("status").values)
    rows: Counter[str] = Counter()
    last: dict[str, int] = {}
    for gid in np.flatnonzero(index.alive).tolist():
        word = words[gid]
        if isinstance(word, str) and library.meanings.stage(report, word) is None:
            rows[word] += 1
            last[word] = max(last.get(word, -1), int(index.last[gid]))
    stages = STAGES[report]
    for word, found in sorted(rows.items()):
        facts = {"kind": stages[0], "kinds": "、".join(stages), "quoted": _quoted(word)}
        yield Error(I_STATE, file=_file(index, last[word]), report=report, found=word, rows=found, **facts)


def _shipments(library: Library, report: Report, once: CountedOnce) -> Iterator[Error]:
    index = library.index(report.name)
    if not index.exports:
        return
    away = sent(library, once)
    shipments, stores = (as_list(index.pick(name).values) for name in (once.document, "store"))
    moving = as_list(index.pick(once.moving, "sum").values)
    found = [
        gid
        for gid in np.flatnonzero(index.alive).tolist()
        if isinstance(shipments[gid], str)
        and shipments[gid] not in away.listed
        and moving[gid]
        and away.is_doubtful(str(shipments[gid]), None if stores[gid] is None else str(stores[gid]))
    ]
    if found:
        name = sorted(str(shipments[gid]) for gid in found)[0]
        yield Error(I_SHIPMENT, file=_file(index, int(index.last[found].max())), found=name, rows=len(found))


def _file(index: Index, number: int) -> str:
    return printable(PurePath(index.exports[number].path).name)


def _quoted(word: str) -> str:
    """A word as YAML takes it, whatever stands in it."""
    return json.dumps(word, ensure_ascii=False)
