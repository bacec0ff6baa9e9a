"""What the rule book says of a tab's rows, wherever it has the columns: one line per check in `CHECKS`.

A check applies to a table with the first of its columns. Where a further one that it needs is missing it does not
run, and that is told; a missing column that it merely compares with is told as well.
"""

from __future__ import annotations

from dataclasses import dataclass

from addin.commands.columns import Columns, Gaps
from addin.commands.letter_checks import letter_problems
from addin.commands.row_checks import Check
from addin.commands.shipment_checks import note_problems, part, remark_problems
from addin.commands.sku_checks import clash_problems, id_problems, sku_problems
from addin.commands.slot_checks import deadline_problems, offer_problems, slot_problems
from addin.commands.tables import K_DOUBLE_COLUMN, TabTable
from addin.registry.headers import TITLES
from rules.errors import Error, Text
from rules.shipment_note import REFERENCE, SHIPMENT, WAREHOUSE
from sheets_schema.model import Owner
from sheets_schema.outlines.shipping import ORDERS
from sheets_schema.problems import Problem


@dataclass(frozen=True)
class RuleCheck:
    """One check: what it is about, its rule and lines of the SOP, and its columns as fields of `TITLES`.

    It applies where the first of `needs` is there, and runs where all are; without one of `compares` a part of
    it is left out; `uses` are columns that it can do without.
    """

    zh: str
    en: str
    rule: str
    sop: tuple[int, ...]
    needs: tuple[str, ...]
    run: Check
    compares: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    tab: str = ""
    """The only tab of ours that it is about."""
    typed: bool = False
    """Whether it is about what people type: the ERP's own column is left alone."""

    @property
    def name(self) -> Text:
        """The check as people read it."""
        return Text(f"{self.zh} {self.rule}", f"{self.en} {self.rule}")

    @property
    def left_out(self) -> Text:
        """The check as it is told when it did not run, with the lines of the SOP that ask for it."""
        lines = "、".join(f"L{line}" for line in self.sop)
        return Text(f"{self.name.zh}({lines})", f"{self.name.en} ({lines})")


CHECKS = (
    RuleCheck("SKU 写法", "SKUs", "R01", (279,), ("sku",), sku_problems, uses=("made", "listed", "restocked")),
    RuleCheck("SKU 撞名", "collisions", "R01", (282,), ("sku", "product"), clash_problems, ("brand", "feature")),
    RuleCheck("货件备注", "notes", "R02", (360,), ("note",), note_problems),
    RuleCheck("备货单备注", "orders' notes", "R02", (359, 360), ("remark",), remark_problems, tab=ORDERS.name),
    RuleCheck("货件号", "shipments", "R02", (361,), ("shipment",), part("shipment", SHIPMENT)),
    RuleCheck("FBA仓", "warehouses", "R02", (361, 428), ("fc",), part("fc", WAREHOUSE)),
    RuleCheck("追踪编号", "reference ids", "R02", (361,), ("reference",), part("reference", REFERENCE)),
    RuleCheck("送仓窗口", "slots", "R32", (400, 442), ("slot", "boxes"), slot_problems, uses=("order",)),
    RuleCheck(
        "约仓截止",
        "deadlines",
        "R30–R37",
        (410, 422, 425, 471),
        ("slot", "given"),
        deadline_problems,
        ("relabel",),
        ("order",),
    ),
    RuleCheck("可约时间", "offered times", "R36", (501, 503), ("offered", "slot", "order"), offer_problems),
    RuleCheck("预约信名", "letters", "R03", (437,), ("letter",), letter_problems, ("boxes", "slot")),
    RuleCheck("ASIN", "ASINs", "R05", (208,), ("asin",), id_problems, uses=("old_asin",), typed=True),
)
"""Every check by title. A new one is a function and a line here."""


def rule_problems(columns: Columns, gaps: Gaps) -> tuple[list[Problem], list[Text], set[int]]:
    """What the checks that apply find, which they were, and the columns that they read."""
    table = columns.table
    found: list[Problem] = []
    ran: list[Text] = []
    read: set[int] = set()
    places = _Places(table)
    for check in CHECKS:
        at = {field: places.of(field) for field in (*check.needs, *check.compares, *check.uses)}
        if not _applies(check, columns, at[check.needs[0]]):
            continue
        lacking = [field for field in check.needs if at[field] is None]
        for field in lacking or [field for field in check.compares if at[field] is None]:
            if not _left_out(table, field):
                gaps.note(TITLES[field][0], check.left_out)
        if not lacking:
            found += check.run(columns, at)
            ran.append(check.name)
            read.update(place for place in at.values() if place is not None)
    return places.doubled + found, ran, read


def _applies(check: RuleCheck, columns: Columns, first: int | None) -> bool:
    if first is None or check.tab not in ("", columns.table.known.name):
        return False
    return not (check.typed and columns.owner(first) is Owner.ERP)


def _left_out(table: TabTable, field: str) -> bool:
    """Whether a full schema has no such column: its absence is then no gap."""
    return table.sheet is not None and not any(title in table.sheet.by_title for title in TITLES[field])


class _Places:
    """The column of each field; a title that stands over several is told once and counts as missing."""

    def __init__(self, table: TabTable) -> None:
        self._table = table
        self._known: dict[str, int | None] = {}
        self.doubled: list[Problem] = []

    def of(self, field: str) -> int | None:
        """The column of a field of `TITLES`."""
        if field not in self._known:
            self._known[field] = self._look(field)
        return self._known[field]

    def _look(self, field: str) -> int | None:
        try:
            return self._table.column(field)
        except Error as error:
            if error.code is not K_DOUBLE_COLUMN:
                raise
            problem = self._table.problem(error.code, self._table.header_row, None, None, **error.facts)
            if problem not in self.doubled:
                self.doubled.append(problem)
            return None
