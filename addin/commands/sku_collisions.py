"""SKU查重: different products under one SKU, both rows and a proposal (R01)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from addin.commands.command import ButtonReport, Command, Desk, Preview
from addin.commands.tables import TabTable, read_table
from addin.registry.headers import TITLES
from rules.errors import Code, Text
from rules.policy.models import Rules
from rules.sku_collisions import Collision, Listed, collisions, first_few
from sheets_schema.cells import meaning
from sheets_schema.grid.address import cell_name
from sheets_schema.model import Type
from sheets_schema.problems import Problem

K_KEEPS = Code(
    "K-020",
    "SKU {value} 还用在 {others}({why})",
    "SKU {value} also stands for {others} ({why})",
    "这一行先用,可以不改",
    "this row has it first and may keep it",
)
K_COLLIDES = Code(
    "K-021",
    "SKU {value} 和 {first} 撞了({why})",
    "SKU {value} collides with {first} ({why})",
    "改成 {proposal}({how})",
    "change it to {proposal} ({how})",
)


def listed(table: TabTable) -> tuple[int, list[Listed]]:
    """The SKU column and every row of the table as the rule sees it; raises K-011 without SKU or 品名."""
    sku, product = table.need("sku", "product")
    brand, feature = table.column("brand"), table.column("feature")

    def text(value: object) -> str:
        typed = meaning(value, Type.ID)
        return "" if typed is None else str(typed)

    rows = [
        Listed(
            cell_name(line.number, sku),
            text(line.at(sku)),
            text(line.at(product)),
            text(line.at(brand)),
            text(line.at(feature)),
        )
        for line in table.all_lines
    ]
    return sku, rows


def collision_problems(table: TabTable, policy: Rules) -> tuple[list[Collision], list[Problem]]:
    """Every collision of a table, and a problem for each row that takes part in one."""
    sku, rows = listed(table)
    numbers = {row.place: line.number for row, line in zip(rows, table.all_lines, strict=True)}
    found = collisions(rows, policy)
    problems = []
    for clash in found:
        first, *rest = clash.rows
        facts: dict[str, Any] = {"others": first_few(f"{row.place} {row.product}" for row in rest), "why": clash.why}
        problems.append(table.problem(K_KEEPS, numbers[first.place], sku, first.sku, **facts))
        for item in clash.proposals:
            facts = {
                "first": f"{first.place} {first.product}",
                "why": clash.why,
                "proposal": item.sku,
                "how": item.how,
            }
            problems.append(table.problem(K_COLLIDES, numbers[item.row.place], sku, item.row.sku, **facts))
    return found, problems


def run(desk: Desk) -> Preview:
    """Lists collisions over the whole tab, whatever is selected; changes nothing."""
    table = read_table(desk)
    found, problems = collision_problems(table, desk.config.rules)
    rows = listed(table)[1]
    count = sum(bool(row.sku.strip() and row.product.strip()) for row in rows)
    details = list(_not_compared(table, rows))
    if not count:
        title = Text("没有可以比较的 SKU", "no SKU to compare")
    elif not found:
        title = Text(f"比较了 {count} 个 SKU,没有撞名", f"{count} SKUs compared, no collision")
    else:
        title = Text(
            f"比较了 {count} 个 SKU,{len(found)} 组撞名,涉及 {len(problems)} 行",
            f"{count} SKUs compared, {len(found)} collisions in {len(problems)} rows",
        )
    return Preview(ButtonReport(title, problems=tuple(problems), details=tuple(details)))


def _not_compared(table: TabTable, rows: Sequence[Listed]) -> Iterator[Text]:
    """What a list leaves out of the comparison: rows without SKU or 品名, brands and features that it does not state."""
    left = sum(not (row.sku.strip() and row.product.strip()) for row in rows)
    if left:
        yield Text(f"{left} 行没有 SKU 或品名,没有比较", f"{left} rows without SKU or product name were not compared")
    lacking = [TITLES[field][0] for field in ("brand", "feature") if table.column(field) is None]
    if lacking:
        names = "、".join(lacking)
        yield Text(
            f"没有{names}列,只差在这里的撞名没有查",
            f"without {names}: collisions that differ there alone were not looked for",
        )


COMMAND = Command("sku_collisions", run)
