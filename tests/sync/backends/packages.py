"""Packages built by hand: whatever XML a test wants, in a workbook that programs can open."""

import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>'
    '</numFmts><fonts count="1"><font><sz val="11"/></font></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1">'
    '<border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0"/>'
    '<xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="164"/><xf numFmtId="2"><protection locked="0"/></xf>'
    '<xf numFmtId="57"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
"""Format 1 is a day, 2 a custom day, 3 unlocked, 4 a Chinese built-in day."""


def sheet(rows="", *, head="", tail="", before=""):
    """A worksheet part."""
    return f'{before}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">{head}<sheetData>{rows}</sheetData>{tail}</worksheet>'


def build(path, sheets, *, strings=None, styles=STYLES, chain=None, workbook="", extra=None, relations=None, **options):
    """Writes a workbook.

    `sheets` maps tab names to parts (str or bytes); `extra` maps member names to contents; `relations` maps
    a 1-based sheet index to ``{id: (kind, target)}``; `workbook` goes behind the list of sheets.
    """
    parts = [(f"xl/worksheets/sheet{index}.xml", text) for index, text in enumerate(sheets.values(), 1)]
    types = "".join(f'<Override PartName="/{name}" ContentType="{TYPE}.worksheet+xml"/>' for name, _ in parts)
    links = "".join(
        f'<Relationship Id="rId{index}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{index}.xml"/>'
        for index in range(1, len(parts) + 1)
    )
    for name, kind, text in (
        ("sharedStrings.xml", "sharedStrings", strings),
        ("styles.xml", "styles", styles),
        ("calcChain.xml", "calcChain", chain),
    ):
        if text is not None:
            parts.append((f"xl/{name}", text))
            types += f'<Override PartName="/xl/{name}" ContentType="{TYPE}.{kind}+xml"/>'
            links += f'<Relationship Id="x{kind}" Type="{OFFICE}/{kind}" Target="{name}"/>'
    tabs = "".join(f'<sheet name="{name}" sheetId="{at}" r:id="rId{at}"/>' for at, name in enumerate(sheets, 1))
    for index, items in (relations or {}).items():
        body = "".join(
            f'<Relationship Id="{id_}" Type="{OFFICE}/{kind}" Target="{target}"/>'
            for id_, (kind, target) in items.items()
        )
        parts.append((f"xl/worksheets/_rels/sheet{index}.xml.rels", _relations(body)))
    parts += list((extra or {}).items())
    with zipfile.ZipFile(path, "w", options.pop("compression", zipfile.ZIP_DEFLATED)) as archive:
        archive.comment = options.pop("comment", b"")
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
            f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
            f"{types}</Types>",
        )
        target = f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        archive.writestr("_rels/.rels", _relations(target))
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{tabs}</sheets>{workbook}</workbook>',
        )
        archive.writestr("xl/_rels/workbook.xml.rels", _relations(links))
        for name, text in parts:
            archive.writestr(name, text)
    return path


def _relations(body):
    return f'<Relationships xmlns="{PACKAGE}/relationships">{body}</Relationships>'


def members(path):
    """The contents of every member."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def part(path, name="xl/worksheets/sheet1.xml"):
    """One member as text."""
    return members(path)[name].decode()


STRINGS = (
    f'<sst xmlns="{MAIN}"><si><t>甲</t></si><si><t xml:space="preserve"> 乙 </t></si><si/>'
    "<si><r><t>rich </t></r><r><rPr><b/></rPr><t>text</t></r><rPh sb='0' eb='1'><t>ruby</t></rPh></si>"
    "<si><t>a_x000B_b &amp;_x005F_x0041_</t></si></sst>"
)

ROW = '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="s"><v>0</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'
WEIRD = {
    "plain": sheet(ROW).encode(),
    "no data": f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'.encode(),
    "bom": b"\xef\xbb\xbf" + sheet(ROW, before='<?xml version="1.0" encoding="UTF-8"?>').encode(),
    "utf-16": sheet(ROW, before='<?xml version="1.0" encoding="UTF-16"?>').encode("utf-16"),
    "latin-1": sheet(ROW + "<!-- \xe9 -->", before='<?xml version="1.0" encoding="ISO-8859-1"?>').encode("latin-1"),
    "prefix": (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c><x:c r="B1" t="s">'
        '<x:v>0</x:v></x:c></x:row><x:row r="2"><x:c r="A2"><x:v>2</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    ).encode(),
    "quotes and blanks": sheet(
        "\n <row  r = '1' ><c\n r='A1' ><v >1</v ></c ><c t='s' r='B1'><v>0</v></c></row >\n<row r='2'><c r='A2'><v>2</v></c></row>"
    ).encode(),
    "pretty printed": sheet(
        '\n <row r="1">\n  <c r="A1">\n   <v>1</v>\n  </c>\n  <c r="B1" t="s"><v>0</v></c>\n </row>\n <row r="2">\n  <c r="A2"><v>2</v></c>\n </row>\n'
    ).encode(),
    "no addresses": sheet('<row><c><v>1</v></c><c t="s"><v>0</v></c></row><row><c><v>2</v></c></row>').encode(),
    "comments": sheet(
        '<!-- <row r="9"> --><row r="1"><c r="A1"><!-- <c r="B1"> --><v>1</v></c><?pi <c> ?><c r="B1" t="s"><v>0</v></c></row>'
        '<row r="2"><c r="A2"><v>2</v></c></row><!-- </sheetData> -->'
    ).encode(),
    "cdata": sheet(
        '<row r="1"><c r="A1"><v><![CDATA[1]]></v></c><c r="B1" t="inlineStr"><is><t><![CDATA[甲]]></t></is></c></row>'
        '<row r="2"><c r="A2"><v>2</v></c></row>'
    ).encode(),
    "self-closing rows": sheet('<row r="1"/>' + '<row r="2"><c r="A2"/></row><row r="3" spans="1:1"/>').encode(),
    "alternate content": sheet(
        ROW,
        tail='<mc:AlternateContent xmlns:mc="m"><mc:Choice Requires="x14"><controls/></mc:Choice></mc:AlternateContent>',
    ).encode(),
    "other attributes": sheet(
        '<row r="1" spans="1:2" x14ac:dyDescent="0.2" xmlns:x14ac="x"><c r="A1" s="0" cm="1" vm="2"><v>1</v></c>'
        '<c t="s" s="1" r="B1"><v>0</v><extLst><ext uri="u"/></extLst></c></row><row r="2"><c r="A2"><v>2</v></c></row>'
    ).encode(),
}
"""One tab, two rows (1, 甲 / 2) in every spelling; "no data" and "self-closing rows" hold none."""
EMPTY = {"no data", "self-closing rows"}
