"""Kinds of damage done to the sound workbook; each names the rule that must see it, or none where only the schema of
Microsoft's validator can.
"""

from collections import namedtuple

from tests.package_lint.sound import parts, write

Kind = namedtuple("Kind", "name rule part old new")
TWICE, FLIPPED = "twice", "flipped"

_BOOK, _SHEET, _TABLE = "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/tables/table1.xml"
_TYPES, _STYLES, _RIBBON = "[Content_Types].xml", "xl/styles.xml", "customUI/customUI14.xml"
_BOOK_LINKS, _SHEET_LINKS = "xl/_rels/workbook.xml.rels", "xl/worksheets/_rels/sheet1.xml.rels"
_MACROS, _COMMENTS = "xl/vbaProject.bin", "xl/comments1.xml"
_C2, _B2 = '<c r="C2"><v>6</v></c>', '<c r="B2" t="s"><v>6</v></c>'
_ROW3 = '<row r="3"><c r="A3" t="s"><v>5</v></c>'
_LIST = '"急,不急,已发"'
_RIBBON_ID = 'id="qlc_explain_cell"'

KINDS = [
    Kind("rows out of order", "rows", _SHEET, '<row r="5">', '<row r="2">'),
    Kind("row twice", "rows", _SHEET, '<row r="5">', '<row r="3">'),
    Kind("row below the last one", "rows", _SHEET, '<row r="5">', '<row r="1048577">'),
    Kind("cells out of order", "cells", _SHEET, _B2 + _C2, _C2 + _B2),
    Kind("cell twice", "cells", _SHEET, _C2, _C2 + _C2),
    Kind("cell in another row", "cells", _SHEET, _ROW3, _ROW3.replace("A3", "A4")),
    Kind("column behind XFD", "cells", _SHEET, 'r="E3"', 'r="XFE3"'),
    Kind("text in a number", "values", _SHEET, "<v>6</v></c><c r", "<v>六</v></c><c r"),
    Kind("infinite number", "values", _SHEET, "<v>9</v></c><c r", "<v>1E999</v></c><c r"),
    Kind("boolean 2", "values", _SHEET, '<c r="A5" t="b"><v>1', '<c r="A5" t="b"><v>2'),
    Kind("no such error", "values", _SHEET, "#N/A", "#N/B"),
    Kind("inline text of a shared type", "values", _SHEET, 't="inlineStr"', 't="s"'),
    Kind("cell type unknown", "values", _SHEET, 't="str"', 't="text"'),
    Kind("shared text beyond the last", "shared_strings", _SHEET, '<c r="A3" t="s"><v>5', '<c r="A3" t="s"><v>9'),
    Kind("shared texts lost", "shared_strings", _BOOK_LINKS, "relationships/sharedStrings", "relationships/theme"),
    Kind("format beyond the last", "formats", _SHEET, 'r="D2" s="2"', 'r="D2" s="3"'),
    Kind("format of a column beyond the last", "formats", _SHEET, 'style="2"', 'style="30"'),
    Kind("font beyond the last", "styles", _STYLES, 'fontId="1"', 'fontId="2"'),
    Kind("number format undefined", "styles", _STYLES, '<xf numFmtId="164"', '<xf numFmtId="165"'),
    Kind("formats counted wrongly", "styles", _STYLES, '<cellXfs count="3">', '<cellXfs count="2">'),
    Kind("look of a condition lost", "conditional_formats", _SHEET, 'dxfId="0"', 'dxfId="1"'),
    Kind("formula with an open bracket", "formulas", _SHEET, "IF(A5,1,))", "IF(A5,1,)"),
    Kind("formula with an open quote", "formulas", _SHEET, '"合计"&amp;C5', '"合计&amp;C5'),
    Kind("formula that ends too early", "formulas", _SHEET, "<f>SUM(C2:C3,IF(A5,1,))", "<f>SUM(C2:C3)+"),
    Kind("two operands", "formulas", _SHEET, '"合计"&amp;C5', '"合计"C5'),
    Kind("formula of a name broken", "formulas", _BOOK, ">第二!$C$1<", ">'第二!$C$1<"),
    Kind("shared formula never written out", "shared_formulas", _SHEET, 't="shared" ref="D2:D3" si="0"', ""),
    Kind("shared formula of another group", "shared_formulas", _SHEET, 't="shared" si="0"/>', 't="shared" si="1"/>'),
    Kind("merged ranges over each other", "merged_cells", _SHEET, "G4:H4", "H2:H4"),
    Kind("merged range of one cell", "merged_cells", _SHEET, "G4:H4", "G4"),
    Kind("merged ranges counted wrongly", "merged_cells", _SHEET, '<mergeCells count="2">', '<mergeCells count="3">'),
    Kind("range that is none", "references", _SHEET, 'sqref="C2:C3"><cfRule', 'sqref="C2:C0"><cfRule'),
    Kind("columns over each other", "columns", _SHEET, '<col min="3"', '<col min="1"'),
    Kind("used range too small", "dimension", _SHEET, 'ref="A1:E5"', 'ref="A1:E4"'),
    Kind("list of 256 characters", "validations", _SHEET, _LIST, f'"{"急" * 256}"'),
    Kind(
        "validations counted wrongly",
        "validations",
        _SHEET,
        '<dataValidations count="2">',
        '<dataValidations count="1">',
    ),
    Kind("validation of no cell", "validations", _SHEET, 'sqref="E2:E3"', 'sqref=""'),
    Kind("link that leads nowhere", "hyperlinks", _SHEET, ' location="第二!A1"', ""),
    Kind("panes at no cell", "frozen_panes", _SHEET, 'topLeftCell="C2"', 'topLeftCell="C0"'),
    Kind("elements out of order", "order_of_elements", _SHEET, "<cols>", "<sheetPr/><cols>"),
    Kind("table beyond its columns", "columns_of_tables", _TABLE, 'ref="A1:E3"><auto', 'ref="A1:D3"><auto'),
    Kind("columns of a table counted wrongly", "columns_of_tables", _TABLE, 'count="5"', 'count="4"'),
    Kind("titles of a table alike", "columns_of_tables", _TABLE, 'name="到仓"', 'name="可售"'),
    Kind("title not in its cell", "titles_of_tables", _TABLE, 'name="到仓"', 'name="到货"'),
    Kind("table of a title alone", "places_of_tables", _TABLE, 'ref="A1:E3"><auto', 'ref="A1:E1"><auto'),
    Kind(
        "filter beside its table", "places_of_tables", _TABLE, '<autoFilter ref="A1:E3"/>', '<autoFilter ref="A1:F3"/>'
    ),
    Kind("merged cells in a table", "places_of_tables", _SHEET, "G1:H2", "E2:E3"),
    Kind("table called like a cell", "names_of_tables", _TABLE, 'displayName="库存表"', 'displayName="AB12"'),
    Kind("table called like a name", "names_of_tables", _TABLE, 'displayName="库存表"', 'displayName="交期天数"'),
    Kind("name like a cell", "defined_names", _BOOK, 'name="交期天数"', 'name="TAX2024"'),
    Kind("name like R1C1", "defined_names", _BOOK, 'name="交期天数"', 'name="R1C1"'),
    Kind("name with a blank", "defined_names", _BOOK, 'name="交期天数"', 'name="交期 天数"'),
    Kind("name twice", "defined_names", _BOOK, 'name="另一个" localSheetId="1"', 'name="交期天数"'),
    Kind("name of a tab that is not there", "defined_names", _BOOK, 'localSheetId="1"', 'localSheetId="2"'),
    Kind("tabs of one name", "names_of_tabs", _BOOK, '<sheet name="第二"', '<sheet name="库存"'),
    Kind("tab's name too long", "names_of_tabs", _BOOK, '<sheet name="第二"', f'<sheet name="{"第" * 32}"'),
    Kind("tabs of one id", "names_of_tabs", _BOOK, 'sheetId="2"', 'sheetId="1"'),
    Kind("tab to open is not there", "active_tab", _BOOK, 'activeTab="0"', 'activeTab="2"'),
    Kind("no tab to show", "one_workbook", _BOOK, '" r:id="rId', '" state="hidden" r:id="rId'),
    Kind("chain of a cell without formula", "calculation_chain", "xl/calcChain.xml", 'r="D5"', 'r="E5"'),
    Kind("author of a comment lost", "comments", _COMMENTS, 'ref="A3" authorId="0"', 'ref="A3" authorId="1"'),
    Kind("two comments of a cell", "comments", _COMMENTS, 'ref="A3"', 'ref="A2"'),
    Kind("text of 32,768 characters", "long_strings", "xl/sharedStrings.xml", "LOMEESS-CA", "长" * 32_768),
    Kind("part without a type", "content_types", _TYPES, '<Default Extension="vml"', '<Default Extension="wml"'),
    Kind("type of a part that is not there", "content_types", _TYPES, "/xl/calcChain.xml", "/xl/calcChains.xml"),
    Kind("part of two types", "content_types", _TYPES, "/xl/calcChain.xml", "/xl/comments1.xml"),
    Kind(
        "sheet of another type",
        "types_fit_relations",
        _TYPES,
        "spreadsheetml.worksheet+xml",
        "spreadsheetml.styles+xml",
    ),
    Kind("relation to nothing", "relations", _BOOK_LINKS, "worksheets/sheet2.xml", "worksheets/sheet3.xml"),
    Kind("relations of one id", "relations", _SHEET_LINKS, 'Id="rId2"', 'Id="rId1"'),
    Kind(
        "use of a relation that is none",
        "used_relations",
        _SHEET,
        'legacyDrawing r:id="rId3"',
        'legacyDrawing r:id="rId9"',
    ),
    Kind("tab without its part", "used_relations", _BOOK, 'r:id="rId2"', 'r:id="rId22"'),
    Kind("broken XML", "well_formed", _SHEET, "</sheetData>", ""),
    Kind("ribbon with one id twice", "ribbon", _RIBBON, _RIBBON_ID, 'id="qlc_function_guide"'),
    Kind("unknown element", "", _SHEET, "<sheetFormatPr ", "<sheetFormats/><sheetFormatPr "),
    Kind("unknown attribute", "", _SHEET, '<col min="3"', '<col wide="1" min="3"'),
    Kind("word outside of its list", "", _SHEET, 'operator="lessThan"', 'operator="under"'),
    Kind("attribute missing", "", _SHEET, ' priority="1"', ""),
    Kind("element twice", "", _STYLES, "<borders", '<borders count="1"><border/></borders><borders'),
    Kind("visibility of a tab unknown", "", _BOOK, 'sheetId="2"', 'sheetId="2" state="gone"'),
    Kind("part lost", "relations", _TABLE, None, None),
    Kind("workbook lost", "one_workbook", _BOOK, None, None),
    Kind("list of types lost", "content_types", _TYPES, None, None),
    Kind("macros cut", "macros", _MACROS, None, lambda data: data[:20_000]),
    Kind("macros overwritten", "macros", _MACROS, None, lambda data: data[:9_000] + bytes(600) + data[9_600:]),
    Kind("macros that are none", "macros", _MACROS, None, lambda data: b"macros"),
    Kind("member twice", "names_of_members", _SHEET, None, TWICE),
    Kind("checksum wrong", "checksums", _SHEET, None, FLIPPED),
]


def damaged(kind, path):
    """The sound workbook with one damage; answers its path."""
    members = parts()
    data = members[kind.part]
    if kind.old:
        assert kind.old.encode() in data, f"{kind.name}: nothing to damage"
        members[kind.part] = data.replace(kind.old.encode(), kind.new.encode())
    elif kind.new is None:
        del members[kind.part]
    elif kind.new == TWICE:
        return write(path, [*members.items(), (kind.part.upper(), data)])
    elif kind.new != FLIPPED:
        members[kind.part] = kind.new(data)
    write(path, members, packed=kind.new != FLIPPED)
    if kind.new == FLIPPED:
        whole = bytearray(path.read_bytes())
        whole[whole.find(data) + len(data) - 20] ^= 1  # behind the checksum's back
        path.write_bytes(whole)
    return path
