"""A sound workbook, written out part by part: macros, a ribbon, a table, and everything else that the rules look at."""

import io
import zipfile
from functools import cache

from macros.xlam import xlam

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MICROSOFT = "http://schemas.microsoft.com/office"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHEET = "xl/worksheets/sheet1.xml"

_STRINGS = ["店铺", "MSKU", "可售", "到仓", "备注", "LOMEESS-CA", "HI-2", "HI-3", "急"]
_ROWS = (
    '<row r="1"><c r="A1" s="1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c>'
    '<c r="D1" t="s"><v>3</v></c><c r="E1" t="s"><v>4</v></c></row>'
    '<row r="2"><c r="A2" t="s"><v>5</v></c><c r="B2" t="s"><v>6</v></c><c r="C2"><v>6</v></c>'
    '<c r="D2" s="2"><f t="shared" ref="D2:D3" si="0">C2+7</f><v>13</v></c><c r="E2" t="s"><v>8</v></c></row>'
    '<row r="3"><c r="A3" t="s"><v>5</v></c><c r="B3" t="s"><v>7</v></c><c r="C3"><v>9</v></c>'
    '<c r="D3" s="2"><f t="shared" si="0"/><v>16</v></c><c r="E3" t="inlineStr"><is><t>不急</t></is></c></row>'
    '<row r="5"><c r="A5" t="b"><v>1</v></c><c r="B5" t="e"><v>#N/A</v></c>'
    '<c r="C5"><f>SUM(C2:C3,IF(A5,1,))</f><v>16</v></c><c r="D5" t="str"><f>"合计"&amp;C5</f><v>合计16</v></c></row>'
)
_VALIDATION = '<dataValidation type="list" allowBlank="1" sqref="{}"><formula1>"{}"</formula1></dataValidation>'
_WORKSHEET = (
    '<dimension ref="A1:E5"/><sheetViews><sheetView workbookViewId="0"><pane xSplit="2" ySplit="1" topLeftCell="C2" '
    'activePane="bottomRight" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
    '<cols><col min="1" max="1" width="20" customWidth="1"/><col min="3" max="4" width="9" style="2"/></cols>'
    f'<sheetData>{_ROWS}</sheetData><mergeCells count="2"><mergeCell ref="G1:H2"/><mergeCell ref="G4:H4"/></mergeCells>'
    '<conditionalFormatting sqref="C2:C3"><cfRule type="cellIs" dxfId="0" priority="1" operator="lessThan">'
    '<formula>5</formula></cfRule></conditionalFormatting><dataValidations count="2">'
    + _VALIDATION.format("E2:E3", "急,不急,已发")
    + _VALIDATION.format("C2:C3", "6,9")
    + '</dataValidations><hyperlinks><hyperlink ref="B2" location="第二!A1"/></hyperlinks>'
    '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
    '<legacyDrawing r:id="rId3"/><tableParts count="1"><tablePart r:id="rId1"/></tableParts>'
)
_TABLE = (
    f'<table xmlns="{_MAIN}" id="1" name="库存表" displayName="库存表" ref="A1:E3"><autoFilter ref="A1:E3"/>'
    '<tableColumns count="5">'
    + "".join(f'<tableColumn id="{at}" name="{name}"/>' for at, name in enumerate(_STRINGS[:5], 1))
    + "</tableColumns></table>"
)
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="0.0"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/></font><font><b/><sz val="11"/></font></fonts><fills count="2"><fill>'
    '<patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf xfId="0"/>'
    '<xf fontId="1" xfId="0" applyFont="1"/><xf numFmtId="164" xfId="0"/></cellXfs><cellStyles count="1">'
    '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles><dxfs count="1"><dxf><font><b/></font></dxf></dxfs>'
    "</styleSheet>"
)
_WORKBOOK = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView activeTab="0"/></bookViews><sheets>'
    '<sheet name="库存" sheetId="1" r:id="rId1"/><sheet name="第二" sheetId="2" r:id="rId2"/></sheets><definedNames>'
    '<definedName name="交期天数">第二!$C$1</definedName><definedName name="另一个" localSheetId="1">第二!$A$1</definedName>'
    "</definedNames></workbook>"
)
_COMMENTS = (
    f'<comments xmlns="{_MAIN}"><authors><author>运营</author></authors><commentList><comment ref="A2" authorId="0">'
    '<text><t>看一下</t></text></comment><comment ref="A3" authorId="0"><text><t>也看</t></text></comment></commentList>'
    "</comments>"
)
_VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shape id="n1">'
    '<x:ClientData ObjectType="Note"><x:Row>1</x:Row><x:Column>0</x:Column></x:ClientData></v:shape></xml>'
)


@cache
def _of_the_add_in():
    with zipfile.ZipFile(io.BytesIO(xlam())) as archive:
        return {name: archive.read(name) for name in ("xl/vbaProject.bin", "customUI/customUI14.xml")}


def parts():
    """Every member by its name, as bytes."""
    texts = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations(
            ("rId1", f"{_OFFICE}/officeDocument", "xl/workbook.xml"),
            ("rId2", f"{_MICROSOFT}/2007/relationships/ui/extensibility", "customUI/customUI14.xml"),
        ),
        "xl/workbook.xml": _WORKBOOK,
        "xl/_rels/workbook.xml.rels": _relations(
            ("rId1", f"{_OFFICE}/worksheet", "worksheets/sheet1.xml"),
            ("rId2", f"{_OFFICE}/worksheet", "worksheets/sheet2.xml"),
            ("rId3", f"{_OFFICE}/styles", "styles.xml"),
            ("rId4", f"{_OFFICE}/sharedStrings", "sharedStrings.xml"),
            ("rId5", f"{_OFFICE}/calcChain", "calcChain.xml"),
            ("rId6", f"{_MICROSOFT}/2006/relationships/vbaProject", "vbaProject.bin"),
        ),
        _SHEET: f'<worksheet xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{_WORKSHEET}</worksheet>',
        "xl/worksheets/_rels/sheet1.xml.rels": _relations(
            ("rId1", f"{_OFFICE}/table", "../tables/table1.xml"),
            ("rId2", f"{_OFFICE}/comments", "../comments1.xml"),
            ("rId3", f"{_OFFICE}/vmlDrawing", "../drawings/vmlDrawing1.vml"),
        ),
        "xl/worksheets/sheet2.xml": f'<worksheet xmlns="{_MAIN}"><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="C1">'
        "<v>7.5</v></c></row></sheetData></worksheet>",
        "xl/tables/table1.xml": _TABLE,
        "xl/comments1.xml": _COMMENTS,
        "xl/drawings/vmlDrawing1.vml": _VML,
        "xl/styles.xml": _STYLES,
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{"".join(f"<si><t>{text}</t></si>" for text in _STRINGS)}</sst>',
        "xl/calcChain.xml": f'<calcChain xmlns="{_MAIN}"><c r="D2" i="1"/><c r="D3"/><c r="C5"/><c r="D5"/></calcChain>',
    }
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    found = {name: text.encode() if name.endswith(".vml") else (head + text).encode() for name, text in texts.items()}
    return found | _of_the_add_in()


def write(path, members, packed=True):
    """Members as a workbook; answers its path. A list of pairs may name one twice."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, data in members.items() if isinstance(members, dict) else members:
            archive.writestr(name, data)
    return path


def _types():
    named = {
        "xl/workbook.xml": "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        _SHEET: f"{_TYPE}.worksheet+xml",
        "xl/worksheets/sheet2.xml": f"{_TYPE}.worksheet+xml",
        "xl/tables/table1.xml": f"{_TYPE}.table+xml",
        "xl/comments1.xml": f"{_TYPE}.comments+xml",
        "xl/styles.xml": f"{_TYPE}.styles+xml",
        "xl/sharedStrings.xml": f"{_TYPE}.sharedStrings+xml",
        "xl/calcChain.xml": f"{_TYPE}.calcChain+xml",
    }
    defaults = {
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
        "xml": "application/xml",
        "vml": "application/vnd.openxmlformats-officedocument.vmlDrawing",
        "bin": "application/vnd.ms-office.vbaProject",
    }
    body = "".join(f'<Default Extension="{name}" ContentType="{kind}"/>' for name, kind in defaults.items())
    body += "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in named.items())
    return f'<Types xmlns="{_PACKAGE}/content-types">{body}</Types>'


def _relations(*items):
    body = "".join(f'<Relationship Id="{own}" Type="{kind}" Target="{target}"/>' for own, kind, target in items)
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{body}</Relationships>'
