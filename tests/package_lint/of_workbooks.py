"""Rules of the workbook: tabs, names, styles, the chain of calculation, tables."""

import re

from tests.package_lint.package import area, child, children, local, overlap, parsed, text_of

_NAME = re.compile(r"(?:_xlnm\.\w+|[^\W\d][\w.?\\]*|\\[\w.?\\]*)")
_R1C1 = re.compile(r"R\d*(?:C\d*)?|C\d*", re.IGNORECASE)
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def is_a_name(text):
    """May a cell range or a table be called so? Not like a cell: A1, R1C1."""
    return bool(_NAME.fullmatch(text)) and len(text) <= 255 and not parsed(text.upper()) and not _R1C1.fullmatch(text)


def names_of_tabs(package):
    """Tabs have names of their own, of 1 to 31 characters that a formula can hold, and ids of their own."""
    for what in ("name", "sheetId"):
        values = [tab.get(what, "").casefold() for tab in package.tabs]
        for value in {value for value in values if values.count(value) > 1}:
            yield package.workbook, f"two tabs have {what} {value}"
    for tab in package.tabs:
        name = tab.get("name", "")
        if not 1 <= len(name) <= 31 or re.search(r"[:\\/?*\[\]]|^'|'$", name):
            yield package.workbook, f"no name for a tab: {name}"


def active_tab(package):
    """The tab that opens is there."""
    root = package.tree(package.workbook) if package.workbook else None
    for view in children(root, "bookViews", "workbookView") if root is not None else ():
        for what in ("activeTab", "firstSheet"):
            if int(view.get(what, 0)) >= max(1, len(package.tabs)):
                yield package.workbook, f"{what} {view.get(what)} of {len(package.tabs)} tabs"


def defined_names(package):
    """A defined name is one, is no cell's address, belongs to a tab that is there, and stands once in its scope."""
    seen = set()
    for item in package.defined_names:
        name, scope = item.get("name", ""), item.get("localSheetId")
        if not is_a_name(name):
            yield package.workbook, f"no name: {name}"
        if scope is not None and int(scope) >= len(package.tabs):
            yield package.workbook, f"{name} belongs to tab {scope}, which is not there"
        if (scope, name.casefold()) in seen:
            yield package.workbook, f"{name} stands twice in its scope"
        seen.add((scope, name.casefold()))


def styles(package):
    """The formats of cells name fonts, fills, borders, number formats and named styles that are there."""
    for part, root in package.related("styles").items():
        counts = {}
        for group in root:
            counts[local(group)] = len(group)
            if int(group.get("count", len(group))) != len(group):
                yield part, f"{local(group)} counts {group.get('count')} of {len(group)}"
        formats = {item.get("numFmtId") for item in children(root, "numFmts", "numFmt")}
        limits = {"fontId": "fonts", "fillId": "fills", "borderId": "borders"}
        for at, item in enumerate(children(root, "cellXfs", "xf")):
            for what, group in limits.items():
                if int(item.get(what, 0)) >= counts.get(group, 0):
                    yield part, f"format {at} has {what} {item.get(what)}"
            if int(item.get("xfId", 0)) >= max(1, counts.get("cellStyleXfs", 0)):
                yield part, f"format {at} has xfId {item.get('xfId')}"
            if int(item.get("numFmtId", 0)) >= 164 and item.get("numFmtId") not in formats:
                yield part, f"format {at} has numFmtId {item.get('numFmtId')}"


def calculation_chain(package):
    """The chain of calculation names cells that hold a formula."""
    tabs = {tab.get("sheetId"): tab.get("name") for tab in package.tabs}
    parts = {sheet.name: sheet.part for sheet in package.sheets}
    with_formula = {
        (part, cell.address)
        for part, cells in package.cells.items()
        for cell in cells
        if child(cell.element, "f") is not None
    }
    for part, root in package.related("calcChain").items():
        tab = None
        for item in root:
            tab = item.get("i", tab)
            if (parts.get(tabs.get(tab)), item.get("r")) not in with_formula:
                yield part, f"{tabs.get(tab)}!{item.get('r')} holds no formula"


def names_of_tables(package):
    """Tables have ids and names of their own, which no defined name has, and which are no cell's address."""
    ids, names = set(), {item.get("name", "").casefold() for item in package.defined_names}
    for _, part, root in package.tables:
        own, name = root.get("id"), root.get("displayName", "")
        if own in ids:
            yield part, f"two tables of id {own}"
        if name.casefold() in names:
            yield part, f"{name} is a name already"
        if not is_a_name(name):
            yield part, f"no name: {name}"
        ids.add(own)
        names.add(name.casefold())


def places_of_tables(package):
    """A table has room for its titles and a row, no other table nor merged cell in it, and its filter within."""
    taken = []
    for sheet, part, root in package.tables:
        place = area(root.get("ref", ""))
        if not place:
            yield part, f"no place: {root.get('ref')}"
            continue
        heads, totals = int(root.get("headerRowCount", 1)), int(root.get("totalsRowCount", 0))
        if place[2] - place[0] + 1 < heads + totals + 1:
            yield part, f"no row in {root.get('ref')}"
        for other, where in taken:
            if other == sheet.part and overlap(place, where):
                yield part, f"{root.get('ref')} lies over another table"
        taken.append((sheet.part, place))
        for merged in children(sheet.tree, "mergeCells", "mergeCell"):
            if (where := area(merged.get("ref", ""))) and overlap(place, where):
                yield part, f"{merged.get('ref')} is merged in it"
        for chosen in children(root, "autoFilter"):
            where = area(chosen.get("ref", ""))
            if not where or (where[0], where[1], where[3]) != (place[0], place[1], place[3]) or where[2] > place[2]:
                yield part, f"filter of {chosen.get('ref')} in {root.get('ref')}"


def columns_of_tables(package):
    """A table has a column for each of its sheet's, with ids and titles of their own."""
    for _, part, root in package.tables:
        place, group = area(root.get("ref", "")), child(root, "tableColumns")
        columns = [] if group is None else list(group)
        if place and len(columns) != place[3] - place[1] + 1:
            yield part, f"{len(columns)} columns in {root.get('ref')}"
        if group is None or int(group.get("count", len(columns))) != len(columns):
            yield part, "counts its columns wrongly"
        for what in ("id", "name"):
            values = [column.get(what, "").casefold() for column in columns]
            for value in {value for value in values if values.count(value) > 1}:
                yield part, f"two columns have {what} {value}"


def titles_of_tables(package):
    """The titles of a table are the texts in its first row."""
    for sheet, part, root in package.tables:
        place = area(root.get("ref", ""))
        if not place or root.get("headerRowCount") == "0":
            continue
        shown = {cell.column: package.text(cell) for cell in package.cells[sheet.part] if cell.row == place[0]}
        found = {column[1]: text for column, text in shown.items() if column}
        for at, column in enumerate(children(root, "tableColumns", "tableColumn"), place[1]):
            title = _ESCAPE.sub(lambda code: chr(int(code[1], 16)), column.get("name", ""))
            text = _ESCAPE.sub(lambda code: chr(int(code[1], 16)), found.get(at) or "").replace("\r\n", "\n")
            if title.replace("\r\n", "\n") != text:
                yield part, f"title {at} is {title!r}, the cell says {found.get(at)!r}"


def comments(package):
    """A cell has one comment at most, by an author that is there."""
    for sheet in package.sheets:
        for link in package.relations(sheet.part):
            root = package.tree(link.target) if link.kind == "comments" else None
            if root is None:
                continue
            authors, seen = len(list(children(root, "authors", "author"))), set()
            for item in children(root, "commentList", "comment"):
                place = item.get("ref", "")
                if not parsed(place) or place in seen:
                    yield link.target, f"a second comment, or no cell: {place}"
                if int(item.get("authorId", 0)) >= authors:
                    yield link.target, f"author {item.get('authorId')} of {authors}"
                seen.add(place)


def long_strings(package):
    """A shared text has at most 32,767 characters."""
    for part, root in package.related("sharedStrings").items():
        for at, item in enumerate(root):
            if len(text_of(item)) > 32_767:
                yield part, f"text {at} is too long"


RULES = [
    names_of_tabs,
    active_tab,
    defined_names,
    styles,
    calculation_chain,
    names_of_tables,
    places_of_tables,
    columns_of_tables,
    titles_of_tables,
    comments,
    long_strings,
]
