"""Rules of a worksheet: rows, cells, values, formulas, and everything that names cells."""

import itertools
import math
import re

from tests.package_lint.formulas import fault
from tests.package_lint.package import LAST_COLUMN, LAST_ROW, area, child, children, local, overlap, parsed, text_of

_ERRORS = re.compile(r"#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|GETTING_DATA|SPILL!|CALC!|FIELD!|BLOCKED!)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]+Z?)?")
_ORDER = [
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "drawingHF",
    "legacyDrawing",
    "legacyDrawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
]
_REPEATED = {"conditionalFormatting"}


def order_of_elements(package):
    """The parts of a worksheet stand in the order of the standard, each once."""
    for sheet in package.sheets:
        names = [name for name in map(local, sheet.tree) if name in _ORDER]
        for before, name in itertools.pairwise(names):
            if _ORDER.index(name) < _ORDER.index(before) or (name == before and name not in _REPEATED):
                yield sheet.part, f"{name} behind {before}"


def rows(package):
    """Rows ascend, each once, within the sheet."""
    for sheet in package.sheets:
        before = 0
        for row in children(sheet.tree, "sheetData", "row"):
            number = int(row.get("r", before + 1))
            if not before < number <= LAST_ROW:
                yield sheet.part, f"row {number} behind {before}"
            before = number


def cells(package):
    """Cells ascend within their row, each once, and stand in the row that their address names."""
    for part, found in package.cells.items():
        last = (0, 0)
        for cell in found:
            if not cell.column or cell.column[1] > LAST_COLUMN:
                yield part, f"no address: {cell.address}"
            elif cell.column[0] != cell.row:
                yield part, f"{cell.address} stands in row {cell.row}"
            elif last[0] == cell.row and cell.column[1] <= last[1]:
                yield part, f"{cell.address} stands behind column {last[1]}"
            else:
                last = cell.column


def values(package):
    """A cell holds what its type says: a number, 0 or 1, an error, a day, a text of at most 32,767 characters."""
    for part, found in package.cells.items():
        for cell in found:
            kind, value, inline = cell.element.get("t", "n"), child(cell.element, "v"), child(cell.element, "is")
            text = "" if value is None or value.text is None else value.text
            if (inline is not None) != (kind == "inlineStr") and (inline is not None or len(cell.element)):
                yield part, f"{cell.address} has type {kind} and an inline text, or none"
            elif value is not None and text and not _fits(kind, text):
                yield part, f"{cell.address} has type {kind} and holds {text[:20]!r}"
            elif inline is not None and len(text_of(inline)) > 32_767:
                yield part, f"{cell.address} holds too long a text"


def _fits(kind, text):
    if kind == "n":
        try:
            return math.isfinite(float(text)) and "_" not in text
        except ValueError:
            return False
    if kind in ("s", "b"):
        return text.strip().isdigit() and (kind == "s" or text.strip() in ("0", "1"))
    if kind == "e":
        return bool(_ERRORS.fullmatch(text))
    return (kind == "str" and len(text) <= 32_767) or (kind == "d" and bool(_DAY.fullmatch(text)))


def shared_strings(package):
    """A cell's shared text is there."""
    count = len(package.strings or [])
    for part, found in package.cells.items():
        for cell in found:
            value = child(cell.element, "v") if cell.element.get("t") == "s" else None
            if value is not None and (value.text or "").strip().isdigit() and int(value.text) >= count:
                yield part, f"{cell.address} shows text {value.text} of {count}"


def formats(package):
    """The format of a cell, row or column is there."""
    count = max([1, *(len(list(children(root, "cellXfs", "xf"))) for root in package.related("styles").values())])
    for sheet in package.sheets:
        for holder, what in (("c", "s"), ("row", "s"), ("col", "style")):
            elements = [cell.element for cell in package.cells[sheet.part]] if holder == "c" else ()
            path = ("sheetData", "row") if holder == "row" else ("cols", "col")
            for element in elements or (children(sheet.tree, *path) if holder != "c" else ()):
                if int(element.get(what, 0)) >= count:
                    yield sheet.part, f"{holder} {element.get('r', '')} has format {element.get(what)} of {count}"


def formulas(package):
    """Every formula can be read: brackets and quotes close, operands and operators take turns."""
    for part, place, text in package.formulas:
        wrong = fault(text)
        if wrong:
            yield part, f"{place}: {wrong}"


def shared_formulas(package):
    """A shared formula has one cell that writes it out, and a place; so has an array formula."""
    for part, found in package.cells.items():
        masters, users = {}, {}
        for cell in found:
            formula = child(cell.element, "f")
            kind = "" if formula is None else formula.get("t", "normal")
            if kind in ("array", "shared") and formula.text and not area(formula.get("ref", "")):
                yield part, f"{cell.address}: {kind} formula without a place"
            if kind == "shared":
                into = masters if formula.get("ref") else users
                into.setdefault(formula.get("si"), []).append(cell.address)
        for group, addresses in masters.items():
            if len(addresses) > 1:
                yield part, f"shared formula {group} is written out in {len(addresses)} cells"
        for group in users.keys() - masters.keys():
            yield part, f"{users[group][0]} shares formula {group}, which nobody writes out"


def references(package):
    """Whatever names cells (`ref`, `sqref`) names cells of a sheet."""
    for sheet in package.sheets:
        for element in sheet.tree.iter():
            if local(element) in ("c", "row", "v", "f", "is", "t"):
                continue
            for what in ("ref", "sqref"):
                for piece in element.get(what, "").split() if element.get(what) else ():
                    if not area(piece) and not re.fullmatch(r"[A-Z]+:[A-Z]+|\d+:\d+", piece):
                        yield sheet.part, f"{local(element)} names {piece}"


def merged_cells(package):
    """Merged ranges hold two cells at least, and none lies over another."""
    for sheet in package.sheets:
        group, places = child(sheet.tree, "mergeCells"), []
        if group is not None and int(group.get("count", len(group))) != len(group):
            yield sheet.part, f"counts {group.get('count')} of {len(group)} merged ranges"
        for item in group if group is not None else ():
            place = area(item.get("ref", ""))
            if not place:
                continue  # `references` tells
            if place[:2] == place[2:] or any(overlap(place, other) for other in places):
                yield sheet.part, f"{item.get('ref')} is one cell, or lies over another merged range"
            places.append(place)


def columns(package):
    """Descriptions of columns ascend, and none lies over another."""
    for sheet in package.sheets:
        before = 0
        for item in children(sheet.tree, "cols", "col"):
            first, last = int(item.get("min", 0)), int(item.get("max", 0))
            if not before < first <= last <= LAST_COLUMN:
                yield sheet.part, f"columns {first} to {last} behind {before}"
            before = last


def dimension(package):
    """The range that a sheet claims to use holds all of its cells."""
    for sheet in package.sheets:
        element = child(sheet.tree, "dimension")
        claimed = area(element.get("ref", "")) if element is not None else None
        used = [cell.column for cell in package.cells[sheet.part] if cell.column and len(cell.element)]
        if claimed and used:
            place = (min(row for row, _ in used), min(column for _, column in used))
            end = (max(row for row, _ in used), max(column for _, column in used))
            if not (
                claimed[0] <= place[0] and claimed[1] <= place[1] and claimed[2] >= end[0] and claimed[3] >= end[1]
            ):
                yield sheet.part, "claims a range that lacks some of its cells"


def validations(package):
    """A list of allowed words has at most 255 characters; validations are counted rightly."""
    for sheet in package.sheets:
        group = child(sheet.tree, "dataValidations")
        if group is None:
            continue
        if int(group.get("count", len(group))) != len(group):
            yield sheet.part, f"counts {group.get('count')} of {len(group)} validations"
        for item in group:
            formula = child(item, "formula1")
            text = "" if formula is None else formula.text or ""
            if item.get("type") == "list" and text.startswith('"') and len(text) - 2 > 255:
                yield sheet.part, f"{item.get('sqref')}: a list of {len(text) - 2} characters"
            if not item.get("sqref", "").strip():
                yield sheet.part, "a validation of no cell"


def conditional_formats(package):
    """The looks of a conditional format are there."""
    for root in package.related("styles").values():
        count = len(list(children(root, "dxfs", "dxf")))
        for sheet in package.sheets:
            for rule in children(sheet.tree, "conditionalFormatting", "cfRule"):
                if int(rule.get("dxfId", -1)) >= count:
                    yield sheet.part, f"a format with look {rule.get('dxfId')} of {count}"


def hyperlinks(package):
    """A link stands in a cell and leads somewhere."""
    for sheet in package.sheets:
        for item in children(sheet.tree, "hyperlinks", "hyperlink"):
            leads = item.get("location") or any(name.endswith("}id") for name in item.keys())  # noqa: SIM118
            if not area(item.get("ref", "")) or not leads:
                yield sheet.part, f"link of {item.get('ref')} leads nowhere"


def frozen_panes(package):
    """The first cell below frozen panes is a cell."""
    for sheet in package.sheets:
        for pane in children(sheet.tree, "sheetViews", "sheetView", "pane"):
            if pane.get("topLeftCell") and not parsed(pane.get("topLeftCell")):
                yield sheet.part, f"panes begin at {pane.get('topLeftCell')}"


RULES = [
    order_of_elements,
    rows,
    cells,
    values,
    shared_strings,
    formats,
    formulas,
    shared_formulas,
    references,
    merged_cells,
    columns,
    dimension,
    validations,
    conditional_formats,
    hyperlinks,
    frozen_panes,
]
