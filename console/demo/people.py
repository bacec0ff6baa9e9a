"""What people do to the workbook between two rounds.

The synced workbook is read as people see it and written anew with their edits, as a spreadsheet
program saves it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from openpyxl import load_workbook

from console.demo.company import FIRST_DAY
from console.demo.inbox import FILTERED_STORE
from console.demo.workbook import LINKS, STOCK, TRANSIT, Page, build, day
from sheets_schema.sheets import SHEETS

INSERTED = "补货想法"
"""The column that somebody inserted in the middle of 库存数据."""

RENAMED = {"30日均": "30日均销", "货代仓/海外仓": "墨西哥仓库存", "国内仓": "国内(深圳+义乌)"}
"""New headers on 库存数据: one that the schema knows, one that config.yaml maps, one that nobody knows."""

ALIASES = {STOCK: {"货代仓/海外仓": ["墨西哥仓库存"]}}
"""What config.yaml maps."""

TYPED = ("约30", 777, 0, 1234, "停售清货")
"""Typed over ERP values of FBA可售."""


def edit_as_people(path: Path, seed: int) -> None:
    """Sorts, inserts, filters, renames, types over, doubles a key, leaves a 合计 row; saves in place."""
    rng = Random(f"{seed}/people")  # noqa: S311 - repeatable
    pages = read_pages(path)
    pages[STOCK] = _edit_stock(pages[STOCK], rng)
    pages[TRANSIT] = _edit_transit(pages[TRANSIT], rng)
    pages[LINKS] = _edit_links(pages[LINKS], rng)
    build(path, pages)


def read_pages(path: Path) -> dict[str, Page]:
    """The schema's tabs as they stand in a workbook; formulas stay formulas."""
    book = load_workbook(path)
    pages = {}
    for name in (LINKS, STOCK, TRANSIT):
        titles, *rows = book[name].iter_rows(values_only=True)
        known = SHEETS[name].by_title
        words = tuple(str(title) for title in titles)
        kept = tuple(row for row in rows if any(cell is not None for cell in row))
        pages[name] = Page(words, tuple(known.get(word) for word in words), kept)
    book.close()
    return pages


def _set(row: tuple[Any, ...], place: int, value: Any) -> tuple[Any, ...]:
    return (*row[:place], value, *row[place + 1 :])


def _edit_stock(page: Page, rng: Random) -> Page:
    """The tab that shows it all: it stays readable, so the round goes through."""
    sellable, moving, note = page.at("FBA可售"), page.at("FBA入库中"), page.at("备注")
    rows = sorted(page.rows, key=lambda row: -row[sellable] if isinstance(row[sellable], int) else 0)
    places = rng.sample(_lively(page, rows), min(len(TYPED) + 1, len(rows)))
    for word, place in zip(TYPED, places, strict=False):
        rows[place] = _set(rows[place], sellable, word)
    rows[places[-1]] = _set(rows[places[-1]], moving, "=12+8")
    for place in rng.sample(range(len(rows)), min(12, len(rows))):
        rows[place] = _set(rows[place], note, rng.choice(("月底前补货", "问 Sini 交期", "和海外仓核对", "暂停广告")))
    after = page.at("MSKU") + 1
    ideas = [rng.choice(("补", "不补", None, None, None)) for _ in rows]
    return Page(
        titles=tuple(RENAMED.get(title, title) for title in (*page.titles[:after], INSERTED, *page.titles[after:])),
        columns=(*page.columns[:after], None, *page.columns[after:]),
        rows=tuple((*row[:after], idea, *row[after:]) for row, idea in zip(rows, ideas, strict=True)),
        shown=("店铺", FILTERED_STORE),
    )


def _lively(page: Page, rows: list[tuple[Any, ...]]) -> list[int]:
    """Rows that sell, so that the ERP will say something new of them; all rows when too few do."""
    sellable, daily = page.at("FBA可售"), page.at("7日均")
    found = [place for place, row in enumerate(rows) if row[daily] and row[sellable]]
    return found if len(found) > len(TYPED) else list(range(len(rows)))


def _edit_transit(page: Page, rng: Random) -> Page:
    """合计 under the table: rows are filled, new ones can't be appended."""
    rows = sorted(page.rows, key=lambda row: str(row[page.at("状态")]))
    days, customs, eta = page.at("物流确认天数"), page.at("清关异常"), page.at("预计到达")
    for place in rng.sample(range(len(rows)), min(6, len(rows))):
        rows[place] = _set(rows[place], days, rng.choice((42, 48, 55)))
    for place in rng.sample(range(len(rows)), min(2, len(rows))):
        rows[place] = _set(rows[place], customs, "是")
    moving = [place for place, row in enumerate(rows) if row[page.at("状态")] == "IN_TRANSIT"]
    if moving:
        rows[moving[0]] = _set(rows[moving[0]], eta, day(FIRST_DAY.replace(month=8, day=1)))
    count = page.at("数量")
    total: list[Any] = [None] * len(page.titles)
    total[0] = "合计"
    total[count] = sum(row[count] for row in rows if isinstance(row[count], int))
    return replace(page, rows=tuple(rows), below=(tuple(total),))


def _edit_links(page: Page, rng: Random) -> Page:
    """A row copied to keep two remarks: its key stands twice, so nothing is written to the tab."""
    who, note = page.at("运营负责人"), page.at("备注")
    rows = sorted(page.rows, key=lambda row: str(row[who]))
    if rows:
        rows.append(_set(rng.choice(rows), note, "换新主图后再看"))
    return replace(page, rows=tuple(rows))
