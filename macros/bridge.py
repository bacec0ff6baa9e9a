"""xlwings' own VBA module, as this add-in carries it: the bridge from VBA to a COM server in Python.

It is taken from the installed package when the add-in is built, with its BSD licence in its head, and
tightened in four places: which Python runs is the user's settings file's word alone, never that of an
open workbook or of its folder, and neither of them becomes a place to import from.
"""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from macros.vba.project import Kind, Module
from rules.errors import Code, Error

H_XLWINGS_MISSING = Code(
    "H-001",
    "没有安装 xlwings,做不了 Excel 插件",
    "xlwings is not installed, so the Excel add-in can't be built",
    "pip install quanliucheng",
    "pip install quanliucheng",
)
H_XLWINGS_STRANGE = Code(
    "H-002",
    "xlwings 的 VBA 模块和预想的不一样:{found}",
    "xlwings' VBA module is not as expected: {found}",
    "装 constraints.txt 里的版本",
    "install the version of constraints.txt",
)

NAME = "xlwings"
_FILE = "xlwings_custom_addin.bas"
_LICENCE = "'xlwings is distributed under a BSD 3-clause license."
_SETTINGS = """Function GetConfig(configKey As String, Optional default As String = "", Optional source As String = "") As Variant
    ' Changed for quanliucheng: the user's own settings file alone counts.
    GetConfig = Setting(configKey, default)
End Function
"""
_CHANGES = (
    (re.compile(r'Attribute VB_Name = "xlwings"\n'), "Option Private Module\n", 1),
    (re.compile(r'PROJECT_NAME As String = "myaddin"'), 'PROJECT_NAME As String = "quanliucheng"', 1),
    (re.compile(r"^Function GetConfig\(.*?^End Function\n", re.DOTALL | re.MULTILINE), _SETTINGS, 1),
    (re.compile(r"^( +)PYTHONPATH = (?:AddExcelDir|FName) & .*$", re.MULTILINE), r'\1PYTHONPATH = "false;;;;;"', 4),
    (re.compile(r'" -B -c ""'), '" -B -P -c ""', 2),
)
"""What is changed, into what, and in how many places it must be found."""


def bridge_module() -> Module:
    """The module, changed. Raises H-001 without xlwings, H-002 for one whose text is not as expected."""
    text = _installed().read_text("ascii").replace("\r\n", "\n")
    if _LICENCE not in text:
        raise Error(H_XLWINGS_STRANGE, found="license")
    for pattern, new, places in _CHANGES:
        text, count = pattern.subn(new, text)
        if count != places:
            raise Error(H_XLWINGS_STRANGE, found=pattern.pattern)
    return Module(NAME, Kind.PROCEDURES, text)


def _installed() -> Path:
    try:
        listed = files(NAME) or []
    except PackageNotFoundError:
        raise Error(H_XLWINGS_MISSING) from None
    found = next((Path(str(item.locate())) for item in listed if item.name == _FILE), None)
    if found is None or not found.is_file():
        raise Error(H_XLWINGS_STRANGE, found=_FILE)
    return found
