"""Builds `quanliucheng.xlam`: functions, their help, the ribbon tab, and the macros behind them.

Everything is made of the registry and of the texts in `vba_src/`; the same sources give the same bytes.
"""

from __future__ import annotations

import re
from importlib.resources import files

from addin.commands.catalogue import COMMANDS
from addin.registry.buttons import BUTTONS
from addin.registry.catalogue import ENTRIES
from macros.bridge import bridge_module
from macros.package import package
from macros.ribbon import ribbon_xml, shown
from macros.texts import guide_sheet, texts_sheet
from macros.vba.project import Kind, Module, vba_project
from macros.wrappers import buttons_module, functions_module

FILE_NAME = "quanliucheng.xlam"
PROJECT = "quanliucheng"

_SOURCES = ("QlcBridge", "QlcHelp", "QlcCommands", "QlcSettings", "QlcService", "QlcJson")
_BETTER_IN_EXCEL = {"copy_picture"}
"""Excel's own picture of cells has their fonts and borders."""
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_MICROSOFT = "http://schemas.microsoft.com/office"


def native() -> frozenset[str]:
    """The buttons with a macro of their own in `QlcCommands`, for which no Python is needed."""
    macros = re.findall(r"^Public Sub (\w+)\(\)", _source("QlcCommands.bas"), re.MULTILINE)
    return frozenset(button.id for button in BUTTONS if button.id in macros)


def ready() -> frozenset[str]:
    """The buttons that work in Excel."""
    return native() | COMMANDS.keys()


def modules() -> list[Module]:
    """Every module of the project, the documents' first. Raises H-001, H-002."""
    return [
        Module("ThisWorkbook", Kind.WORKBOOK, _source("ThisWorkbook.cls")),
        Module("Guide", Kind.SHEET, ""),
        Module("Texts", Kind.SHEET, ""),
        *(Module(name, Kind.PROCEDURES, _source(f"{name}.bas")) for name in _SOURCES),
        functions_module(ENTRIES),
        buttons_module(shown(ready()), native(), native() & COMMANDS.keys() - _BETTER_IN_EXCEL),
        bridge_module(),
    ]


def xlam() -> bytes:
    """The add-in's file. Raises H-001 without xlwings, H-002 for one of another shape."""
    texts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations(
            ("officeDocument", "xl/workbook.xml", _OFFICE),
            ("ui/extensibility", "customUI/customUI14.xml", f"{_MICROSOFT}/2007/relationships"),
        ),
        "xl/workbook.xml": _WORKBOOK,
        "xl/_rels/workbook.xml.rels": _relations(
            ("worksheet", "worksheets/sheet1.xml", _OFFICE),
            ("worksheet", "worksheets/sheet2.xml", _OFFICE),
            ("styles", "styles.xml", _OFFICE),
            ("vbaProject", "vbaProject.bin", f"{_MICROSOFT}/2006/relationships"),
        ),
        "xl/worksheets/sheet1.xml": guide_sheet(ENTRIES),
        "xl/worksheets/sheet2.xml": texts_sheet(),
        "xl/styles.xml": _STYLES,
        "customUI/customUI14.xml": ribbon_xml(ready(), native()),
    }
    parts = {name: text.encode() for name, text in texts.items()}
    return package({**parts, "xl/vbaProject.bin": vba_project(PROJECT, modules())})


def _source(name: str) -> str:
    return files("macros").joinpath("vba_src", name).read_text("ascii")


def _relations(*links: tuple[str, str, str]) -> str:
    lines = (
        f'<Relationship Id="rId{number}" Type="{space}/{kind}" Target="{target}"/>'
        for number, (kind, target, space) in enumerate(links, 1)
    )
    return f'{_XML}<Relationships xmlns="{_LINKS}">{"".join(lines)}</Relationships>\n'


def _content_types() -> str:
    spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    overrides = {
        "/xl/workbook.xml": "application/vnd.ms-excel.addin.macroEnabled.main+xml",
        "/xl/worksheets/sheet1.xml": f"{spreadsheet}.worksheet+xml",
        "/xl/worksheets/sheet2.xml": f"{spreadsheet}.worksheet+xml",
        "/xl/styles.xml": f"{spreadsheet}.styles+xml",
    }
    lines = (f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in overrides.items())
    return (
        f'{_XML}<Types xmlns="{_TYPES}">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
        f"{''.join(lines)}</Types>\n"
    )


_WORKBOOK = f"""{_XML}<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}">
<fileVersion appName="xl" lastEdited="7" lowestEdited="7" rupBuild="22228"/>
<workbookPr codeName="ThisWorkbook"/>
<bookViews><workbookView visibility="hidden" xWindow="0" yWindow="0" windowWidth="16000" windowHeight="9000"/></bookViews>
<sheets>
<sheet name="函数说明" sheetId="1" r:id="rId1"/>
<sheet name="_texts" sheetId="2" state="hidden" r:id="rId2"/>
</sheets>
</workbook>
"""

_STYLES = f"""{_XML}<styleSheet xmlns="{_SHEET}">
<fonts count="2"><font><sz val="11"/><name val="Microsoft YaHei"/></font><font><b/><sz val="11"/><name val="Microsoft YaHei"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>
"""
