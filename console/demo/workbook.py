"""The operators' workbook as a spreadsheet program keeps it: colours, lists, formulas, picture, chart.

`build` writes pages; what stands on them is decided by `content` (the first day) and `people` (their
edits).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import AutoFilter, FilterColumn, Filters
from openpyxl.worksheet.table import Table, TableColumn, TableFormula, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image as Picture
from PIL import ImageDraw

from console.demo.catalogue import STORES
from console.demo.files import letters
from sheets_schema.model import WIDTH, Column, Owner, Type
from sheets_schema.sheets import SHEETS

SAVED = datetime(2026, 4, 20, 1, 0)

LINKS, STOCK, TRANSIT = "子-2链接负责人", "库存数据", "在途"

ROLE_COLOURS = {"运营": "FFFF0000", "采购": "FF00B050", "物流": "FF0070C0", "主管": "FF7030A0", "财务": "FFED7D31"}
"""Header colours; red is what operators fill (SOP L345)."""

OWNER_COLOURS = {Owner.ERP: "FFBFBFBF", Owner.COMPUTED: "FFFFF2CC"}

FORMATS = {Type.DATE: "yyyy-mm-dd", Type.INTEGER: "#,##0", Type.NUMBER: "0.00", Type.ID: "@"}

CHOICES = {"产品阶段": ("新品", "测试", "正常", "淘汰"), "清关异常": ("是", "否"), "移至海外仓": ("是", "否")}

OWN = "总库存"
"""A column of the team's own on 库存数据: a formula that no schema knows."""

COVER = "可售天数"
"""A computed column in which the team keeps its own formula."""


@dataclass(frozen=True)
class Page:
    """One tab: titles with the schema column each stands for (None: the team's own), and rows.

    `below` are rows under the table; `shown` filters a title to one value, hiding the other rows.
    """

    titles: tuple[str, ...]
    columns: tuple[Column | None, ...]
    rows: tuple[tuple[Any, ...], ...]
    below: tuple[tuple[Any, ...], ...] = field(default=())
    shown: tuple[str, str] | None = None

    def at(self, title: str) -> int:
        """The 0-based place of a column by its schema title, else by its own."""
        known = [column.title if column else own for own, column in zip(self.titles, self.columns, strict=True)]
        return known.index(title)


def build(path: Path, pages: Mapping[str, Page]) -> None:
    """Writes the workbook: 说明, the schema's tabs, 看板."""
    book = Workbook()
    book.properties.creator = "运营部"
    book.properties.created = book.properties.modified = SAVED
    notes = book.active
    assert isinstance(notes, Worksheet)  # noqa: S101 - a new workbook has a worksheet
    notes.title = "说明"
    _notes(notes)
    for name, page in pages.items():
        sheet = book.create_sheet(name)
        _fill(sheet, page)
        _dress(sheet, page)
        if name == STOCK:
            _table(sheet, page)
        else:
            _filter(sheet, page)
    _board(book.create_sheet("看板"), pages[STOCK])
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def formula(page: Page, title: str, row: int) -> str:
    """The team's formula of a column of 库存数据 in one sheet row."""

    def cell(name: str) -> str:
        return f"{letters(page.at(name))}{row}"

    stock = f"SUM({cell('采购未交')}:{cell('FBA在途')})"
    if title == OWN:
        return f"={stock}"
    return f'=IF(N({cell("加权日均")})>0,ROUND({stock}/{cell("加权日均")},0),"无销量")'


def _fill(sheet: Worksheet, page: Page) -> None:
    for place, (title, column) in enumerate(zip(page.titles, page.columns, strict=True), 1):
        cell = sheet.cell(1, place, title)
        people = column is not None and column.owner is Owner.PEOPLE
        colour = ROLE_COLOURS[column.role or "运营"] if column and people else None
        colour = colour or (OWNER_COLOURS[column.owner] if column else "FFDDEBF7")
        cell.fill = PatternFill("solid", fgColor=colour)
        cell.font = Font(bold=True, color="FFFFFFFF" if people else "FF000000")
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    formats = [FORMATS.get(column.type) if column else None for column in page.columns]
    own = {place: title for place, title in enumerate(page.titles) if title in (OWN, COVER)}
    for number, row in enumerate(page.rows, 2):
        for place, value in enumerate(row):
            if value is None and formats[place] is None:
                continue
            if place in own and isinstance(value, str) and value.startswith("="):
                value = formula(page, own[place], number)
            cell = sheet.cell(number, place + 1, value)
            if formats[place]:
                cell.number_format = formats[place]
    for number, row in enumerate(page.below, len(page.rows) + 2):
        for place, value in enumerate(row, 1):
            sheet.cell(number, place, value).font = Font(bold=True)


def _dress(sheet: Worksheet, page: Page) -> None:
    """Widths, frozen header, lists, colours of conditions, a remark on a header."""
    last = len(page.rows) + 1
    sheet.row_dimensions[1].height = 32
    sheet.freeze_panes = f"{letters(page.at('MSKU') + 1)}2"
    for number, column in enumerate(page.columns):
        sheet.column_dimensions[letters(number)].width = column.width if column else WIDTH
    for title, words in CHOICES.items():
        if title in page.titles:
            place = letters(page.at(title))
            listed = DataValidation("list", formula1=f'"{",".join(words)}"', allow_blank=True)
            listed.add(f"{place}2:{place}{last}")
            sheet.add_data_validation(listed)
    red, yellow = (PatternFill("solid", bgColor=colour) for colour in ("FFFFC7CE", "FFFFEB9C"))
    if COVER in page.titles:
        place = letters(page.at(COVER))
        sheet.conditional_formatting.add(f"{place}2:{place}{last}", CellIsRule("lessThan", ["30"], fill=red))
    if "清关异常" in page.titles:
        place = letters(page.at("清关异常"))
        whole = f"A2:{letters(len(page.titles) - 1)}{last}"
        sheet.conditional_formatting.add(whole, FormulaRule([f'${place}2="是"'], fill=yellow))
        remark = Comment("物流确认后填写,按天", "物流部")
        sheet.cell(1, page.at("物流确认天数") + 1).comment = remark


def _table(sheet: Worksheet, page: Page) -> None:
    """库存数据 is a table object; the team's formulas are its column formulas."""
    whole = f"A1:{letters(len(page.titles) - 1)}{len(page.rows) + 1}"
    table = Table(displayName="库存表", name="库存表", ref=whole)
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight9", showRowStripes=True)
    table.autoFilter = _autofilter(sheet, page, whole)
    for number, title in enumerate(page.titles, 1):
        column = TableColumn(id=number, name=title)
        if title in (OWN, COVER):
            column.calculatedColumnFormula = TableFormula(attr_text=formula(page, title, 2)[1:])
        table.tableColumns.append(column)
    sheet.add_table(table)


def _filter(sheet: Worksheet, page: Page) -> None:
    sheet.auto_filter = _autofilter(sheet, page, f"A1:{letters(len(page.titles) - 1)}{len(page.rows) + 1}")


def _autofilter(sheet: Worksheet, page: Page, whole: str) -> AutoFilter:
    if page.shown is None:
        return AutoFilter(ref=whole)
    title, wanted = page.shown
    place = page.at(title)
    for number, row in enumerate(page.rows, 2):
        if row[place] != wanted:
            sheet.row_dimensions[number].hidden = True
    return AutoFilter(ref=whole, filterColumn=[FilterColumn(colId=place, filters=Filters(filter=[wanted]))])


def _notes(sheet: Worksheet) -> None:
    lines = [
        "全流程数据 使用说明",
        "1. 标红的列由运营填写;蓝色由物流填写;灰色来自领星;浅黄自动计算。",
        "2. 请不要删除店铺和 MSKU。",
        "3. 每周一导出领星数据,放进 inbox。",
    ]
    for number, line in enumerate(lines, 1):
        sheet.cell(number, 1, line).font = Font(bold=number == 1, size=14 if number == 1 else 11)
    sheet.column_dimensions["A"].width = 70
    picture = Image(_lamp())
    picture.width, picture.height = 160, 120
    sheet.add_image(picture, "C2")


def _lamp() -> BytesIO:
    """A small drawing of a head lamp, as PNG."""
    image = Picture.new("RGB", (320, 240), "#f4f6f8")
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((30, 60, 150, 180), 24, fill="#333c4a")
    draw.ellipse((120, 50, 210, 190), fill="#ffd54a", outline="#333c4a", width=6)
    for end in ((310, 40), (315, 120), (310, 200)):
        draw.line((215, 120, *end), fill="#ffb300", width=6)
    stream = BytesIO()
    image.save(stream, "PNG")
    stream.seek(0)
    return stream


def _board(sheet: Worksheet, page: Page) -> None:
    """Stock per store, by formulas over 库存数据, and a chart of it."""
    sheet.append(["店铺", "FBA可售", "FBA在途"])
    store = letters(page.at("店铺"))
    for number, one in enumerate(STORES, 2):
        sheet.cell(number, 1, one.name)
        for place, title in enumerate(("FBA可售", "FBA在途"), 2):
            column = letters(page.at(title))
            sheet.cell(number, place, f"=SUMIFS({STOCK}!{column}:{column},{STOCK}!{store}:{store},A{number})")
    chart = BarChart()
    chart.title = "各店铺库存"
    last = len(STORES) + 1
    chart.add_data(Reference(sheet, min_col=2, max_col=3, min_row=1, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=last))
    sheet.add_chart(chart, "E2")


def page_of(name: str, rows: Sequence[Mapping[str, Any]], own: Sequence[str] = ()) -> Page:
    """A page with the schema's titles (and the team's own at the end) from rows by title."""
    columns: tuple[Column | None, ...] = (*SHEETS[name].offered, *(None for _ in own))
    titles = (*(column.title for column in SHEETS[name].offered), *own)
    return Page(titles, columns, tuple(tuple(row.get(title) for title in titles) for row in rows))


def day(value: date | None) -> datetime | None:
    """A day as a spreadsheet cell."""
    return datetime(value.year, value.month, value.day) if value else None
