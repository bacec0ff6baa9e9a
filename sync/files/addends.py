"""What a cell of the ERP is made of: the source that counted, its rows in the files, and what each of them adds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from rules.errors import Text
from sheets_schema.cells import Value
from sheets_schema.exports import REPORTS
from sheets_schema.model import Sheet
from sheets_schema.sources import Level, Source
from sync.files.by_sku import BySku, SkuLine
from sync.files.index import Index, Ints
from sync.files.library import Library
from sync.files.theirs import picked_of
from sync.files.told import FileRef, file_ref
from sync.ingest.join import Overlap


@dataclass(frozen=True)
class Addend:
    """One row that a value is made of: what it is called, what it adds (None: unknown), file and line."""

    name: str
    value: Value
    file: FileRef
    lines: tuple[int, ...]
    note: Text | None = None


@dataclass(frozen=True)
class Made:
    """How the ERP's value of a cell comes about, or why there is none.

    `source` is the first that says something; without one, `notes` tell why. `held`: no other source may say it.
    """

    source: Source | None
    addends: tuple[Addend, ...] = ()
    notes: tuple[Text, ...] = ()
    held: bool = False


def made_of(sheet: Sheet, library: Library, key: tuple[Value, ...], title: str, sku: str | None) -> Made:
    """The rows that one cell of a sheet is made of; `sku` is its row's."""
    if title in sheet.key:
        return _listed(sheet, library, key)
    notes: list[Text] = []
    addends: list[Addend] = []
    for source in sheet.bound[title]:
        index = library.index(source.report)
        name = Text(source.report, source.report)
        if not index.exports:
            notes.append(Text(f"没有收下过{name.zh}", f"no {name.en} was ever taken"))
            continue
        if not any(source.field in export.table.data for export in index.exports):
            notes.append(Text(f"{name.zh}没有这一列", f"{name.en} has no such column"))
            continue
        oldest = library.oldest(source.report, source.max_age_days)
        found = _Look(library, index, source, oldest).made(sheet, key, sku)
        if found.source is not None or found.held:
            return found
        notes += found.notes
        addends += found.addends
    return Made(None, tuple(addends), tuple(dict.fromkeys(notes)))


def _listed(sheet: Sheet, library: Library, key: tuple[Value, ...]) -> Made:
    """The row of the report that makes the sheet's rows."""
    for report in sheet.makers:
        index = library.index(report)
        if index.exports:
            found = _Look(library, index, Source(report, sheet.key_fields[-1]), None).made(sheet, key, None)
            if found.source is not None:
                return found
    return Made(None, (), (Text("没有在用的导出列出这一行", "no export in force lists this row"),))


class _Look:
    def __init__(self, library: Library, index: Index, source: Source, oldest: datetime | None) -> None:
        self.library, self.index, self.source, self.oldest = library, index, source, oldest

    def made(self, sheet: Sheet, key: tuple[Value, ...], sku: str | None) -> Made:
        """What the source says of a row."""
        if self.source.level is Level.SKU:
            return self._by_sku(sku)
        if self.source.level is Level.SHIPMENT:
            wanted = str(key[sheet.key_fields.index("shipment")]).upper()
            named = self.index.pick("shipment", "first", self.oldest).values.tolist()
            gids = [gid for gid in np.flatnonzero(self.index.alive).tolist() if named[gid] == wanted]
            return self._plain(gids, Text("没有备货单的备注写这个货件号", "no stocking order names this shipment"))
        fields = sheet.key_fields
        if any(field not in self.index.fields for field in fields):
            return Made(None)
        parts = zip(*(self.index.part(field) for field in fields), strict=True)
        own = tuple("" if part is None else str(part) for part in key)
        gids = [gid for gid, found in enumerate(parts) if found == own and self.index.alive[gid]]
        report = self.source.report
        return self._plain(gids, Text(f"{report}没有列出这一行", f"{report} does not list this row"))

    def _plain(self, gids: Sequence[int], absent: Text) -> Made:
        picked = self.index.pick(self.source.field, self.source.aggregate, self.oldest)
        found = []
        for gid in gids:
            number = int(picked.source[gid])
            value = picked.values[gid]
            if not picked.known[gid] or value is None or value != value or number < 0:
                continue
            found += self._rows(number, gid)
        if not found:
            report = self.source.report
            empty = Text(f"{report}的这一格是空的,或文件太旧", f"{report} is blank there, or too old")
            return Made(None, (), (empty if gids else absent,))
        return Made(self.source, tuple(found))

    def _rows(self, number: int, gid: int) -> list[Addend]:
        """The rows of one file that a key's value is of: all of a sum, else the one that counted."""
        export = self.index.exports[number]
        column = export.table.data[self.source.field]
        rows = self.index.rows_of(number, gid).tolist()
        filled = [row for row in rows if (value := column[row]) is not None and value == value]
        if self.source.aggregate != "sum":
            filled = filled[:1]
        return [Addend(self._name(gid), column[row], file_ref(export), (int(export.lines[row]),)) for row in filled]

    def _by_sku(self, sku: str | None) -> Made:
        if sku is None:
            return Made(None, (), (Text("不知道这一行的 SKU", "nobody knows the SKU of this row"),))
        picked, overlaps = picked_of(self.library, self.index, self.source, self.oldest)
        sums = BySku(self.index, picked, self.source, self.oldest)
        lines = sums.lines(sku)
        addends = tuple(self._addend(line, picked.source, overlaps, sku) for line in lines)
        state = sums.state(sku)
        if state is None:
            return Made(None, addends, (self._why(sums, sku),), held=sums.is_held(sku))
        return Made(self.source, addends) if state else self._zero(sums)

    def _zero(self, sums: BySku) -> Made:
        ref = file_ref(self.index.exports[sums.covering])
        note = Text(
            f"{ref.name}(数据截至 {ref.as_of_text})没有列出这个 SKU:0",
            f"{ref.name} (data of {ref.as_of_text}) does not list this SKU: 0",
        )
        return Made(self.source, (), (note,))

    def _why(self, sums: BySku, sku: str) -> Text:
        report = self.source.report
        if sums.is_held(sku):
            return Text(
                "有货在没有归类的仓库里:不知道算不算这一列,所以不动",
                "goods lie in a warehouse that nobody placed: whether they count here is unknown",
            )
        if sums.is_unknown(sku):
            return Text("有一行的数量不知道,所以合计也不知道", "the quantity of a line is unknown, and so is the sum")
        return Text(
            f"没有一份够完整的{report}说到这一段,也没有列出这个 SKU",
            f"no {report} that is whole enough tells of this segment, and none lists the SKU",
        )

    def _addend(self, line: SkuLine, sources: Ints, overlaps: Sequence[Overlap], sku: str) -> Addend:
        gid = line.number
        number = int(sources[gid]) if sources[gid] >= 0 else int(self.index.last[gid])
        export = self.index.exports[number]
        rows = self.index.rows_of(number, gid).tolist()
        lines = tuple(int(export.lines[row]) for row in rows)
        return Addend(self._name(gid), line.pieces, file_ref(export), lines, self._note(line, overlaps, sku))

    def _note(self, line: SkuLine, overlaps: Sequence[Overlap], sku: str) -> Text | None:
        if line.gone:
            return Text("ERP 不再列出,按 0", "no longer listed: 0")
        if line.unplaced:
            return Text("这个仓库没有归类,没有计入", "this warehouse is not placed and was not counted")
        if line.pieces is None:
            return Text("数量或状态不知道", "quantity or state unknown")
        if REPORTS[self.source.report].once is not None:
            order = self.index.part("order_no")[line.number]
            for item in overlaps:
                if (item.order_no, item.sku) == (order, sku):
                    return Text(
                        f"{item.pieces:g} 件已随货件 {item.shipment} 发出,算在 FBA在途,这里不再算",
                        f"{item.pieces:g} pieces left with shipment {item.shipment} and count in FBA在途, not here",
                    )
        return None

    def _name(self, gid: int) -> str:
        known = dict(zip(self.index.fields, self.index.keys[gid], strict=True))
        parts = []
        for field in REPORTS[self.source.report].called_by:
            value = known.get(field) or self.index.pick(field).values[gid]
            if value is not None and value == value and value != "":
                parts.append(str(value))
        return " ".join(parts) or self.source.report
