"""A workbook's package as the rules see it: parts, relations, trees. Read with the standard library alone, so that
nothing here can repeat a mistake of the product's own reader.
"""

import posixpath
import re
import zipfile
from collections import namedtuple
from functools import cached_property
from urllib.parse import unquote
from xml.etree import ElementTree

Relation = namedtuple("Relation", "id kind target external")
Finding = namedtuple("Finding", "rule part said")
Sheet = namedtuple("Sheet", "name part tree")
Cell = namedtuple("Cell", "address row column element")

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384


class Package:
    """Every member by its part name (no leading slash); what can't be read is None, and a finding of its rule."""

    def __init__(self, path):
        self.path = path
        self._archive = zipfile.ZipFile(path)
        self.members = [name for name in self._archive.namelist() if not name.endswith("/")]
        self._names = {name.replace("\\", "/").casefold(): name for name in self.members}
        self._trees = {}

    def close(self):
        self._archive.close()

    def __contains__(self, part):
        return part.casefold() in self._names

    @cached_property
    def parts(self):
        """Part names, the list of content types left out."""
        names = (name.replace("\\", "/") for name in self.members)
        return [name for name in names if name.casefold() != "[content_types].xml"]

    def damaged(self):
        """The first member of which the checksum is wrong."""
        return self._archive.testzip()

    def read(self, part):
        return self._archive.read(self._names[part.casefold()])

    def tree(self, part):
        """The root element; None when it is missing or no XML."""
        if part not in self._trees:
            try:
                data = self.read(part)
                spelling = "utf-8" if b'"utf8"' in data[:80].lower() else None  # which this parser alone does not know
                parser = ElementTree.XMLParser(encoding=spelling)  # noqa: S314 - files of tests
                self._trees[part] = ElementTree.fromstring(data, parser)  # noqa: S314
            except (KeyError, ElementTree.ParseError, zipfile.BadZipFile, ValueError):
                self._trees[part] = None
        return self._trees[part]

    def relations(self, part=""):
        """What a part names; "" is the package itself."""
        root = self.tree(relations_of(part))
        folder = posixpath.dirname(part)
        found = []
        for item in root if root is not None else ():
            target, external = item.get("Target", ""), item.get("TargetMode") == "External"
            if not external:
                target = posixpath.normpath(posixpath.join("/" + folder, unquote(target.split("#")[0]))).lstrip("/")
            found.append(Relation(item.get("Id"), item.get("Type", "").rpartition("/")[2], target, external))
        return found

    @cached_property
    def workbook(self):
        """The name of the workbook's part; None without one."""
        return next((item.target for item in self.relations() if item.kind == "officeDocument"), None)

    def related(self, kind):
        """Trees of the workbook's parts of one kind, by part."""
        targets = [item.target for item in self.relations(self.workbook or "") if item.kind == kind]
        return {part: self.tree(part) for part in targets if self.tree(part) is not None}

    @cached_property
    def tabs(self):
        """The `sheet` elements of the workbook."""
        root = self.tree(self.workbook) if self.workbook else None
        return [] if root is None else list(children(root, "sheets", "sheet"))

    @cached_property
    def sheets(self):
        """Worksheets in the workbook's order; chart and dialog sheets are none."""
        links = {item.id: item for item in self.relations(self.workbook or "")}
        found = []
        for tab in self.tabs:
            link = links.get(relation_id(tab))
            tree = self.tree(link.target) if link and link.kind == "worksheet" else None
            if tree is not None:
                found.append(Sheet(tab.get("name"), link.target, tree))
        return found

    @cached_property
    def cells(self):
        """Cells of each worksheet's part as they lie; a missing address is the next one."""
        return {sheet.part: list(_cells(sheet.tree)) for sheet in self.sheets}

    @cached_property
    def strings(self):
        """Texts of the shared strings; None without the part."""
        for root in self.related("sharedStrings").values():
            return [text_of(item) for item in root if local(item) == "si"]
        return None

    def text(self, cell):
        """What a cell shows when it is a text, else None."""
        kind, value = cell.element.get("t", "n"), child(cell.element, "v")
        if kind == "inlineStr":
            return text_of(cell.element)
        if kind == "s" and value is not None and (value.text or "").strip().isdigit():
            at = int(value.text)
            return (self.strings or [])[at] if at < len(self.strings or []) else None
        return value.text if kind == "str" and value is not None else None

    @cached_property
    def tables(self):
        """(sheet, part, root) of every table."""
        return [
            (sheet, item.target, self.tree(item.target))
            for sheet in self.sheets
            for item in self.relations(sheet.part)
            if item.kind == "table" and self.tree(item.target) is not None
        ]

    @cached_property
    def formulas(self):
        """(part, place, text) of every formula: of cells, names, validations and formats."""
        found = []
        for part, cells in self.cells.items():
            for cell in cells:
                formula = child(cell.element, "f")
                if formula is not None and formula.text:
                    found.append((part, cell.address, formula.text))
        for sheet in self.sheets:
            for holder in ("dataValidation", "cfRule"):
                for rule in sheet.tree.iter(space(sheet.tree) + holder):
                    found += [(sheet.part, holder, item.text) for item in rule if item.text and "ormula" in item.tag]
        for name in self.defined_names:
            found.append((self.workbook, name.get("name"), name.text or ""))
        return found

    @cached_property
    def defined_names(self):
        root = self.tree(self.workbook) if self.workbook else None
        return [] if root is None else list(children(root, "definedNames", "definedName"))


def _cells(root):
    before = 0
    for row in children(root, "sheetData", "row"):
        before = int(row.get("r", before + 1))
        column = 0
        for element in row:
            if local(element) == "c":
                place = parsed(element.get("r")) if element.get("r") else (before, column + 1)
                column = place[1] if place else column + 1
                yield Cell(element.get("r") or f"#{before}.{column}", before, place, element)


def relations_of(part):
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def local(element):
    """An element's name without its namespace; "" for comments."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def space(element):
    return element.tag.rpartition("}")[0] + "}" if "}" in element.tag else ""


def child(element, name):
    """The first child of that name, in whatever dialect."""
    return element.find(space(element) + name)


def children(element, *path):
    return element.iterfind("/".join(space(element) + name for name in path))


def text_of(element):
    """The texts below an element, without what only helps reading (phonetic runs)."""
    pieces = []
    for item in element:
        if local(item) == "t":
            pieces.append(item.text or "")
        elif local(item) in ("r", "is"):
            pieces.append(text_of(item))
    return "".join(pieces)


def relation_id(element):
    """The value of `r:id`, in whatever dialect."""
    return next((value for name, value in element.items() if name.endswith("relationships}id")), None)


def parsed(address):
    """(row, column) from 1 of "B2"; None when it is no cell of a sheet."""
    found = _ADDRESS.fullmatch(address.replace("$", ""))
    if not found:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    row = int(found[2])
    return (row, column) if row <= LAST_ROW and column <= LAST_COLUMN else None


def area(reference):
    """(first row, first column, last row, last column) of "A1:B2" or "A1"; None when it is none."""
    ends = [parsed(end) for end in reference.split(":")]
    if len(ends) > 2 or None in ends:
        return None
    (top, left), (bottom, right) = ends[0], ends[-1]
    return (top, left, bottom, right) if top <= bottom and left <= right else None


def overlap(one, other):
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
