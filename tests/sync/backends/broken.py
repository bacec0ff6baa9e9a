"""Broken workbooks, each with the code that everybody who reads or writes it must give; and odd ones that are sound.

`BROKEN` maps a name to ``(make(path), code)``; `LARGE` are those that take long to make or to refuse; `ODD` maps to
what cell A1 holds.
"""

import struct
import zipfile

from sheets_schema.cells import CellError
from tests.sync.backends.packages import MAIN, OFFICE, PACKAGE, ROW, STRINGS, build, members, sheet

TAB = "库存数据"
HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>店铺</t></is></c></row>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET = "xl/worksheets/sheet1.xml"
WORKBOOK, LINKS, TYPES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"


def rebuilt(path, changes, **more):
    """A sound workbook with some members changed (a function of the old text), replaced or, by None, left out."""
    contents = members(build(path, {TAB: sheet(ROW)}, strings=STRINGS, **more))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            change = changes.get(name, data)
            if change is not None:
                archive.writestr(name, change(data.decode()) if callable(change) else change)
        for name in changes.keys() - contents.keys():
            archive.writestr(name, changes[name])


def part(name, change, **more):
    return lambda path: rebuilt(path, {name: change}, **more)


def swapped(name, old, new, **more):
    def change(text):
        assert old in text
        return text.replace(old, new)

    return part(name, change, **more)


def rows(text, **more):
    return lambda path: build(path, {TAB: sheet(text, **more).encode("utf-8", "surrogateescape")}, strings=STRINGS)


def cell(inner):
    """A sheet whose second row holds one cell."""
    return rows(HEAD + f'<row r="2">{inner}</row>')


def text(raw):
    return cell(f'<c r="A2" t="inlineStr"><is><t>{raw}</t></is></c>')


def data(change):
    """A sound workbook's bytes, changed."""

    def make(path):
        build(path, {TAB: sheet(ROW)}, strings=STRINGS)
        path.write_bytes(change(path.read_bytes()))

    return make


def flipped(whole):
    at = whole.index(SHEET.encode()) + len(SHEET) + 20
    return whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :]


def central(offset, form, value):
    """The central record of the sheet with one field changed."""

    def change(whole):
        at = whole.index(SHEET.encode(), whole.index(b"PK\x01\x02")) - 46
        return whole[: at + offset] + struct.pack(form, value) + whole[at + offset + struct.calcsize(form) :]

    return data(change)


def twice(first, second):
    """Two members whose names are one part's."""

    def make(path):
        build(path, {TAB: sheet(ROW)}, strings=STRINGS, extra={first: "<a/>"})
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("zz" * (len(second) // 2) + "z" * (len(second) % 2), "<a/>")
        placeholder = b"zz" * (len(second) // 2) + b"z" * (len(second) % 2)
        path.write_bytes(path.read_bytes().replace(placeholder, second.encode()))

    return make


def plain_zip(contents):
    def make(path):
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in contents.items():
                archive.writestr(name, content)

    return make


def many_members(path):
    """66,000 central records of one member."""
    build(path, {TAB: sheet(ROW)}, strings=STRINGS)
    whole = path.read_bytes()
    start, end = whole.index(b"PK\x01\x02"), whole.index(b"PK\x05\x06")
    records = whole[start:end] + (b"PK\x01\x02" + bytes(42)) * 66_000
    path.write_bytes(
        whole[:start] + records + b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 0xFFFF, 0xFFFF, len(records), start, 0)
    )


def two_tabs(first, second, *, ids=("1", "2"), target="worksheets/sheet2.xml"):
    def make(path):
        contents = members(build(path, {"甲": sheet(ROW), "乙": sheet(ROW)}, strings=STRINGS))
        book = contents[WORKBOOK].decode()
        book = book.replace('name="甲" sheetId="1"', f'name="{first}" sheetId="{ids[0]}"')
        contents[WORKBOOK] = book.replace('name="乙" sheetId="2"', f'name="{second}" sheetId="{ids[1]}"')
        contents[LINKS] = contents[LINKS].replace(b"worksheets/sheet2.xml", target.encode())
        plain_zip(contents)(path)

    return make


def many_tabs(count):
    def make(path):
        contents = members(build(path, {TAB: sheet(ROW)}, strings=STRINGS))
        entries = "".join(f'<sheet name="T{at}" sheetId="{at}" r:id="rId1"/>' for at in range(2, count + 1))
        contents[WORKBOOK] = contents[WORKBOOK].decode().replace("</sheets>", f"{entries}</sheets>")
        plain_zip(contents)(path)

    return make


def with_table(part_text, target="../tables/t.xml"):
    def make(path):
        relations = {1: {"rId9": ("table", target)}}
        build(path, {TAB: sheet(ROW)}, strings=STRINGS, extra={"xl/tables/t.xml": part_text}, relations=relations)

    return make


def declared(encoding, codec="utf-8"):
    start = f'<?xml version="1.0" encoding="{encoding}"?>'
    return lambda path: build(path, {TAB: sheet(ROW, before=start).encode(codec)}, strings=STRINGS)


def written(content):
    return lambda path: path.write_bytes(content)


def add_link(kind, target, id_="rId8"):
    link = f'<Relationship Id="{id_}" Type="{OFFICE}/{kind}" Target="{target}"/></Relationships>'
    return swapped(LINKS, "</Relationships>", link)


LAUGHS = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
BINARY = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"


def other_office(main, type_, root):
    types = f'<Types xmlns="{PACKAGE}/content-types"><Override PartName="/{main}" ContentType="{type_}"/></Types>'
    link = f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="{main}"/>'
    links = f'<Relationships xmlns="{PACKAGE}/relationships">{link}</Relationships>'
    return plain_zip({TYPES: types, "_rels/.rels": links, main: root})


BROKEN = {
    # the archive
    "half a file": (data(lambda whole: whole[: len(whole) // 2]), "X-001"),
    "no end record": (data(lambda whole: whole[:-22]), "X-001"),
    "an empty archive": (plain_zip({}), "X-001"),
    "any archive": (plain_zip({"a.txt": "a"}), "X-001"),
    "OpenDocument": (plain_zip({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}), "X-001"),
    "Word": (other_office("word/document.xml", WORD, "<document/>"), "X-001"),
    "binary workbook": (other_office("xl/workbook.bin", BINARY, "..."), "X-001"),
    "old Excel": (written(OLE + bytes(2000)), "X-001"),
    "password": (written(OLE + bytes(6 << 20) + "EncryptedPackage".encode("utf-16-le") + bytes(99)), "X-002"),
    "password between two blocks": (written(OLE + bytes((4 << 20) - 18) + "EncryptedPackage".encode("utf-16-le") + bytes(99)), "X-002"),
    "wrong checksum": (central(16, "<L", 12345), "X-003"),
    "a flipped bit": (data(flipped), "X-003"),
    "larger than declared": (central(24, "<L", 10), "X-003"),
    "smaller than declared": (central(24, "<L", 10_000), "X-003"),
    "packed beyond its end": (central(20, "<L", 60_000), "X-003"),
    "offset nowhere": (central(42, "<L", 0x7FFFFFF0), "X-003"),
    "unknown compression": (central(10, "<H", 99), "X-003"),
    "another name inside": (data(lambda whole: whole.replace(b"sheet1.xml", b"sheet9.xml", 1)), "X-003"),
    "directory garbled": (data(lambda whole: whole.replace(b"PK\x01\x02", b"PK\x01\x09")), "X-003"),
    "directory out of place": (data(lambda whole: whole[:-6] + struct.pack("<LH", 0x7FFFFFFF, 0)), "X-003"),
    "claims 4 GB": (central(24, "<L", 0xFFFFFFF0), "X-004"),
    "two members of one name": (twice("xl/a.xml", "xl/a.xml"), "X-006"),
    "two names but for case": (twice("xl/a.xml", "XL/A.xml"), "X-006"),
    "two names but for percent signs": (twice("xl/a b.xml", "xl/a%20b.xml"), "X-006"),
    "two names but for slashes": (twice("xl/a.xml", "xl\\a.xml"), "X-006"),
    "locked member": (central(8, "<H", 1), "X-007"),
    "66,000 members": (many_members, "X-017"),
    # the package
    "no content types": (part(TYPES, None), "X-014"),
    "content types malformed": (part(TYPES, "<Types>"), "X-014"),
    "content types of something else": (part(TYPES, "<Kinds/>"), "X-014"),
    "content types in no encoding": (part(TYPES, b"<Types>\xff</Types>"), "X-014"),
    "a part of two types": (swapped(TYPES, "</Types>", '<Override PartName="/xl/Workbook.xml" ContentType="a/b"/></Types>'), "X-014"),
    "a workbook of no type": (swapped(TYPES, 'PartName="/xl/workbook.xml"', 'PartName="/xl/other.xml"'), "X-014"),
    "no workbook part": (part(WORKBOOK, None), "X-001"),
    "another root": (part(WORKBOOK, f'<worksheet xmlns="{MAIN}"/>'), "X-001"),
    "no relationships": (part(LINKS, None), "X-016"),
    "relationships malformed": (part(LINKS, "<Relationships>"), "X-010"),
    "workbook malformed": (swapped(WORKBOOK, "</sheets>", ""), "X-010"),
    "no tabs": (swapped(WORKBOOK, f'<sheet name="{TAB}" sheetId="1" r:id="rId1"/>', ""), "X-016"),
    "a tab without a name": (swapped(WORKBOOK, f'name="{TAB}"', 'name=""'), "X-015"),
    "two tabs of one name": (two_tabs("A1", "A1"), "X-015"),
    "two tabs but for case": (two_tabs("Stock", "STOCK"), "X-015"),
    "two tabs of one number": (two_tabs("A", "B", ids=("1", "1")), "X-016"),
    "a tab of no number": (two_tabs("A", "B", ids=("1", "x")), "X-016"),
    "two tabs of one part": (two_tabs("A", "B", target="worksheets/sheet1.xml"), "X-016"),
    "two tabs of one part, spelled twice": (two_tabs("A", "B", target="/xl/./WorkSheets/sheet%31.xml"), "X-016"),
    "1,001 tabs": (many_tabs(1_001), "X-017"),
    "a sheet's part missing": (part(SHEET, None), "X-016"),
    "a dangling id": (swapped(WORKBOOK, 'r:id="rId1"', 'r:id="rId77"'), "X-016"),
    "an id twice": (add_link("theme", "theme.xml", "rId1"), "X-016"),
    "an id twice for one part": (add_link("worksheet", "worksheets/sheet1.xml", "rId1"), "X-016"),
    "a sheet outside": (swapped(LINKS, 'Target="worksheets/sheet1.xml"', 'Target="http://a/b.xml" TargetMode="External"'), "X-016"),
    "a sheet of unknown type": (swapped(LINKS, f"{OFFICE}/worksheet", f"{OFFICE}/worksheets"), "X-016"),
    "a sheet of a foreign type": (swapped(LINKS, f"{OFFICE}/worksheet", "http://example.com/worksheet"), "X-016"),
    "styles twice": (add_link("styles", "theme.xml"), "X-016"),
    "styles missing": (part("xl/styles.xml", None), "X-016"),
    "shared strings missing": (part("xl/sharedStrings.xml", None), "X-016"),
    "two workbooks": (
        lambda path: rebuilt(path, {"_rels/.rels": lambda text: text.replace("</Rel", f'<Relationship Id="r2" Type="{OFFICE}/officeDocument" Target="xl/styles.xml"/></Rel')}),
        "X-016",
    ),
    "a table missing": (with_table("<a/>", "../tables/other.xml"), "X-010"),
    "a table malformed": (with_table("<table"), "X-010"),
    # XML
    "DOCTYPE": (lambda path: build(path, {TAB: sheet(ROW, before="<!DOCTYPE a>")}, strings=STRINGS), "X-005"),
    "entities in the strings": (part("xl/sharedStrings.xml", LAUGHS + STRINGS), "X-005"),
    "DOCTYPE in UTF-16": (part("xl/styles.xml", "<!DOCTYPE a><a/>".encode("utf-16")), "X-005"),
    "DOCTYPE behind a long comment": (
        lambda path: build(path, {TAB: f"<!--{'x' * ((1 << 20) + 99)}--><!DOCTYPE a>{sheet(ROW)}"}, strings=STRINGS),
        "X-005",
    ),
    "no character": (text("&#x110000;"), "X-010"),
    "a reference without end": (text(f"&#{'9' * 5000};"), "X-010"),
    "NUL by reference": (text("&#0;"), "X-010"),
    "half a surrogate pair": (text("&#xD800;"), "X-010"),
    "an undefined entity": (text("&nbsp;"), "X-010"),
    "a bare ampersand": (text("R&D"), "X-010"),
    "a control character": (text("a\x0bb"), "X-010"),
    "U+FFFF": (text("\uffff"), "X-010"),
    "an end of no CDATA": (text("]]>"), "X-010"),
    "bytes that are no text": (text("\udcff\udcfe"), "X-010"),
    "a surrogate in UTF-8": (text("\udced\udca0\udc80"), "X-010"),
    "an attribute twice": (cell('<c r="A2" r="A2"><f>1</f></c>'), "X-010"),
    "a row numbered twice": (rows('<row r="1" r="2"><c r="A1"><v>1</v></c></row>'), "X-010"),
    "a cell not closed": (cell('<c r="A2"><v>1</c>'), "X-010"),
    "a row not closed": (rows('<row r="1"><c r="A1"><v>1</v></c>'), "X-010"),
    "rows without end": (part(SHEET, f'<worksheet xmlns="{MAIN}"><sheetData>{HEAD}'), "X-010"),
    "a page in place of a sheet": (part(SHEET, "<html><table><tr><td>7</td></tr></table></html>"), "X-011"),
    "a page with rows": (part(SHEET, f"<html><sheetData>{HEAD}</sheetData></html>"), "X-011"),
    "a sheet without rows": (part(SHEET, f'<worksheet xmlns="{MAIN}"><sheetViews/></worksheet>'), "X-011"),
    "rows in two places": (
        part(SHEET, f'<worksheet xmlns="{MAIN}"><sheetData>{HEAD}</sheetData><sheetData>{HEAD}</sheetData></worksheet>'), "X-011"
    ),
    "rows in two places, and a note": (
        part(SHEET, f'<worksheet xmlns="{MAIN}"><!-- --><sheetData/><sheetData>{HEAD}</sheetData></worksheet>'), "X-011"
    ),
    "blank rows twice at the end": (rows(HEAD + '<row r="5"/><row r="5"/>'), "X-011"),
    "blank rows back at the end": (rows(HEAD + '<row r="9" ht="15"/><row r="8" ht="15"/>'), "X-011"),
    "a sheet cut short": (part(SHEET, f'<worksheet xmlns="{MAIN}"><shee'), "X-010"),
    "an empty sheet part": (part(SHEET, b""), "X-010"),
    "two roots": (part(SHEET, sheet(HEAD) + "<a/>"), "X-010"),
    "an unknown encoding": (declared("klingon"), "X-010"),
    "an encoding that unpacks": (declared("zlib"), "X-010"),
    "UTF-16 in name only": (declared("UTF-16"), "X-010"),
    "ASCII in name only": (lambda path: build(path, {TAB: sheet(ROW + "<!-- 库 -->", before='<?xml version="1.0" encoding="ascii"?>')}, strings=STRINGS), "X-010"),
    "mixed prefixes": (part(SHEET, f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</v></x:c></x:row></x:sheetData></x:worksheet>'), "X-010"),
    "strings malformed": (part("xl/sharedStrings.xml", STRINGS.replace("</si>", "</i>", 1)), "X-010"),
    "strings that are no text": (part("xl/sharedStrings.xml", STRINGS.encode().replace("甲".encode(), b"\xff")), "X-010"),
    "strings with no character": (part("xl/sharedStrings.xml", STRINGS.replace("甲", "&#x110000;")), "X-010"),
    "styles malformed": (swapped("xl/styles.xml", "</cellXfs>", ""), "X-010"),
    # rows and cells
    "rows out of order": (rows('<row r="2"><c r="A2"><v>1</v></c></row>' + HEAD), "X-011"),
    "rows out of order, and malformed": (rows(f'<row r="2"/>{HEAD}<row r="3"><c r="A3"><v>&nbsp;</v></c></row>'), "X-010"),
    "a row twice": (rows(HEAD + HEAD), "X-011"),
    "row 0": (rows('<row r="0"><c r="A0"><v>1</v></c></row>'), "X-011"),
    "row 1048577": (rows('<row r="1048577"><c r="A1048577"><v>1</v></c></row>'), "X-011"),
    "a row of 5,000 digits": (rows(f'<row r="{"9" * 5000}"><c><v>1</v></c></row>'), "X-011"),
    "row x": (rows('<row r="x"><c><v>1</v></c></row>'), "X-011"),
    "a row in other digits": (rows('<row r="١"><c><v>1</v></c></row>'), "X-011"),
    "a cell twice": (cell('<c r="A2"><v>1</v></c><c r="A2"><v>2</v></c>'), "X-011"),
    "cells out of order": (cell('<c r="B2"><v>1</v></c><c r="A2"><v>2</v></c>'), "X-011"),
    "a cell of another row": (cell('<c r="A3"><v>1</v></c>'), "X-011"),
    "a cell of a row that ends alike": (cell('<c r="A12"><v>1</v></c>'), "X-011"),
    "a cell of another row in a known row": (rows("".join(f'<row r="{at}"><c r="A{at}"><v>1</v></c><c r="B{at + (at == 60)}"><v>1</v></c></row>' for at in range(1, 90))), "X-011"),
    "a cell of a row that ends alike in a known row": (rows("".join(f'<row r="{at}"><c r="A{at}"><v>1</v></c><c r="B{at if at != 60 else 160}"><v>1</v></c></row>' for at in range(1, 90))), "X-011"),
    "all cells of another row in a known row": (rows("".join(f'<row r="{at}"><c r="A{at + (at == 60)}"><v>1</v></c><c r="B{at + (at == 60)}"><v>1</v></c></row>' for at in range(1, 90))), "X-011"),
    "a cell twice beside a formula": (rows("".join(f'<row r="{at}"><c r="A{at}"><f>B{at}</f></c><c r="{"A" if at == 60 else "C"}{at}" t="str"><v>C</v></c></row>' for at in range(1, 90))), "X-011"),
    "a cell twice in a known row": (rows("".join(f'<row r="{at}"><c r="A{at}"><v>1</v></c><c r="{"A" if at == 60 else "B"}{at}"><v>1</v></c></row>' for at in range(1, 90))), "X-011"),
    "column XFE": (cell('<c r="XFE2"><v>1</v></c>'), "X-011"),
    "column AAAA": (cell('<c r="AAAA2"><v>1</v></c>'), "X-011"),
    "a column of 5,000 letters": (cell(f'<c r="{"A" * 5000}2"><v>1</v></c>'), "X-011"),
    "a cell nowhere": (cell('<c r="here"><v>1</v></c>'), "X-011"),
    "a row of 16,385 cells": (cell("<c/>" * 16_385), "X-011"),
    "a shared string too far": (cell('<c r="A2" t="s"><v>5</v></c>'), "X-011"),
    "a shared string of 5,000 digits": (cell(f'<c r="A2" t="s"><v>{"9" * 5000}</v></c>'), "X-011"),
    "shared string -1": (cell('<c r="A2" t="s"><v>-1</v></c>'), "X-011"),
    "shared string x": (cell('<c r="A2" s="1" t="s"><v>x</v></c>'), "X-011"),
    "a shared string of a formula too far": (cell('<c r="A2" t="s"><f>1</f><v>7</v></c>'), "X-011"),
    "an array without measure": (cell('<c r="A2"><f t="array" ref="A2:XFD1048576">1</f></c>'), "X-011"),
    "cells to the right edge in every row": (rows("".join(f'<row r="{at}"><c r="XFD{at}"><v>1</v></c></row>' for at in range(1, 700))), "X-017"),
}  # fmt: skip


def repeated(text, times, before="", after=""):
    """Text for a part that is only made when it is written."""
    return lambda: before + text * times + after


def huge(part_text, **around):
    """A sheet with much in one place: among its rows, before or behind them."""

    def make(path):
        pieces = {place: text() for place, text in around.items()}
        build(path, {TAB: sheet(part_text() if callable(part_text) else part_text, **pieces)}, strings=STRINGS)

    return make


LARGE = {
    "blanks that unpack": (huge(repeated(" ", 80 << 20)), "X-004"),
    "a row of 17 MB": (huge(repeated("x", 17 << 20, '<row r="1"><c r="A1" t="str"><v>', "</v></c></row>")), "X-017"),
    "17 MB before the rows": (huge(HEAD, head=repeated("<cols/>", 17 << 17)), "X-017"),
    "a tag of 40 MB": (huge(repeated("y", 40 << 20, '<row r="1" x="', '">')), "X-017"),
    "a comment of 60 MB": (huge(repeated("y", 60 << 20, "<!--", "-->")), "X-017"),
    "600,000 merges": (huge(HEAD, tail=repeated('<mergeCell ref="A1"/>', 600_000, "<mergeCells>", "</mergeCells>")), "X-017"),
    "nested 600,000 deep": (huge(HEAD, tail=lambda: f"<extLst>{'<a>' * 600_000}{'</a>' * 600_000}</extLst>"), "X-017"),
    "15 million blanks": (huge(repeated(f"<row>{'<c/>' * 16_000}</row>", 950)), "X-017"),
    "1.5 million formulas": (
        huge(lambda: "".join(f'<row r="{at}"><c r="A{at}"><f>1</f></c><c r="B{at}"><f>1</f></c></row>' for at in range(1, 750_000))),
        "X-017",
    ),
    "11 million tags in the styles": (
        lambda path: rebuilt(path, {"xl/styles.xml": f"<styleSheet>{'<a/>' * (11 << 20)}</styleSheet>"}),
        "X-017",
    ),
    "10,000 tabs of their own": (lambda path: build(path, {f"T{at}": sheet(HEAD) for at in range(10_000)}), "X-017"),
}  # fmt: skip

STRICT = {
    WORKBOOK: lambda text: text.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main").replace(
        OFFICE, "http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
    LINKS: lambda text: text.replace(OFFICE, "http://purl.oclc.org/ooxml/officeDocument/relationships"),
    SHEET: lambda text: text.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"),
}


def one(inner, attributes=""):
    """A sheet whose first cell is given."""
    return rows(f'<row r="1"><c r="A1"{attributes}>{inner}</c></row>')


ODD = {
    "NaN": (one("<v>NaN</v>"), "NaN"),
    "nan in a row like the others": (rows("".join(f'<row r="{at}"><c r="A{at}"><v>{"nan" if at == 1 else at}</v></c></row>' for at in range(1, 40))), "nan"),
    "INF": (one("<v>-INF</v>"), "-INF"),
    "1E999": (one("<v>1E999</v>"), "1E999"),
    "1_000": (one("<v>1_000</v>"), "1_000"),
    "full-width digits": (one("<v>１２</v>"), "１２"),
    "a number by references": (one("<v>&#49;2</v>"), 12.0),
    "TRUE": (one("<v>TRUE</v>", ' t="b"'), True),
    "false": (one("<v>false</v>", ' t="b"'), False),
    "no truth": (one("<v>是</v>", ' t="b"'), CellError("是")),
    "rich text": (one("<is><r><t>a </t></r><r><rPr><b/></rPr><t>b</t></r></is>", ' t="inlineStr"'), "a b"),
    "a small address": (rows('<row r="1"><c r="a1"><v>5</v></c></row>'), 5.0),
    "UTF-16": (declared("UTF-16", "utf-16"), 1.0),
    "GBK": (declared("GBK", "gbk"), 1.0),
    "utf8": (declared("utf8"), 1.0),
    "strict": (lambda path: rebuilt(path, STRICT), 1.0),
    "nested 3,000 deep": (rows(ROW, tail=f"<extLst>{'<a>' * 3_000}{'</a>' * 3_000}</extLst>"), 1.0),
    "macros": (swapped(TYPES, "sheet.main+xml", "sheet.macroEnabled.main+xml"), 1.0),
    "a template": (swapped(TYPES, "spreadsheetml.sheet.main+xml", "spreadsheetml.template.main+xml"), 1.0),
    "no chain where one is promised": (add_link("calcChain", "calcChain.xml"), 1.0),
    "a module that was left over": (swapped(WORKBOOK, "</sheets>", '<sheet name="Module1" sheetId="9" state="veryHidden" r:id=""/></sheets>'), 1.0),
    "a prefix": (part(SHEET, f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>'), 7.0),
}  # fmt: skip
