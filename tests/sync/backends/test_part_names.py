"""Part names as writers spell them: percent signs, cases, slashes. Whatever another program finds, we find."""

import sys
import zipfile

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from sheets_schema.grid.edits import CellEdit, NewTab
from sync.backends.workbook.patcher import patch
from sync.backends.workbook.reader import open_workbook
from tests.office import recomputed
from tests.sync.backends.packages import MAIN, build, members, sheet
from tests.sync.backends.test_patcher import raw_records

BODY = '<row r="1"><c r="A1" t="inlineStr"><is><t>MSKU</t></is></c></row><row r="2"><c r="A2"><v>5</v></c></row>'
TABLE = f'<table xmlns="{MAIN}" id="1" name="T" displayName="T" ref="A1:A2"><tableColumns count="1"><tableColumn id="1" name="MSKU"/></tableColumns></table>'

NAMES = {
    "plain": ("xl/worksheets/sheet1.xml", "worksheets/sheet1.xml"),
    "a blank, both escaped": ("xl/worksheets/My%20Sheet.xml", "worksheets/My%20Sheet.xml"),
    "a blank, escaped in the link": ("xl/worksheets/My Sheet.xml", "worksheets/My%20Sheet.xml"),
    "a blank, escaped in the archive": ("xl/worksheets/My%20Sheet.xml", "worksheets/My Sheet.xml"),
    "a blank, nowhere escaped": ("xl/worksheets/My Sheet.xml", "worksheets/My Sheet.xml"),
    "absolute": ("xl/worksheets/My%20Sheet.xml", "/xl/worksheets/My%20Sheet.xml"),
    "Chinese, escaped": ("xl/worksheets/%E5%BA%93%E5%AD%98.xml", "worksheets/%E5%BA%93%E5%AD%98.xml"),
    "Chinese, in small letters": ("xl/worksheets/%E5%BA%93%E5%AD%98.xml", "worksheets/%e5%ba%93%e5%ad%98.xml"),
    "Chinese, as it is": ("xl/worksheets/库存.xml", "worksheets/库存.xml"),
    "Chinese, escaped in the link": ("xl/worksheets/库存.xml", "/xl/worksheets/%E5%BA%93%E5%AD%98.xml"),
    "a percent sign itself": ("xl/worksheets/5%25.xml", "worksheets/5%25.xml"),
    "escaped without need": ("xl/worksheets/sheet1.xml", "worksheets/sheet%31.xml"),
    "other letters": ("xl/Worksheets/Sheet1.XML", "worksheets/sheet1.xml"),
    "backslashes in the link": ("xl/worksheets/sheet1.xml", "worksheets\\sheet1.xml"),
    "backslashes in the archive": ("xl\\worksheets\\sheet1.xml", "worksheets/sheet1.xml"),
    "by a detour": ("xl/worksheets/sheet1.xml", "./../xl/worksheets/sheet1.xml"),
}  # fmt: skip


DECODED = {
    "a blank, escaped in the link",
    "a blank, escaped in the archive",
    "Chinese, escaped in the link",
    "escaped without need",
    "backslashes in the link",
}
"""Those that neither openpyxl, calamine nor LibreOffice finds, because they compare letter by letter."""


def renamed(path, name, target):
    """A workbook with a table, its sheet's part under another name."""
    build(
        path,
        {"库存": sheet(BODY)},
        extra={"xl/tables/t.xml": TABLE},
        relations={1: {"r": ("table", "/xl/tables/t.xml")}},
    )
    old, contents = "worksheets/sheet1.xml", members(path)
    folder, _, file = name.replace("\\", "/").rpartition("/")
    moves = {f"xl/{old}": name, "xl/worksheets/_rels/sheet1.xml.rels": f"{folder}/_rels/{file}.rels"}
    links = "xl/_rels/workbook.xml.rels"
    contents[links] = contents[links].decode().replace(old, target)
    types = contents["[Content_Types].xml"].decode()
    contents["[Content_Types].xml"] = types.replace(f"/xl/{old}", "/" + name.replace("\\", "/"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in contents.items():
            info = zipfile.ZipInfo(member)
            info.filename = moves.get(member, member)  # as it is, backslashes too
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return path


def by_openpyxl(path):
    return openpyxl.load_workbook(path)["库存"]["A2"].value


def by_calamine(path):
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name("库存").to_python()[1][0]


def others(path):
    """What other programs read in A2, as far as they find it."""
    found = {}
    for read in (by_openpyxl, by_calamine):
        try:
            found[read.__name__] = read(path)
        except Exception as error:  # each has its own
            found[read.__name__] = type(error).__name__
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_sheet_is_found_under_any_name(tmp_path, name):
    path = renamed(tmp_path / "n.xlsx", *NAMES[name])
    with open_workbook(path) as book:
        grid = book.read("库存")
    assert (grid.value(2, 0), [table.name for table in grid.tables]) == (5.0, ["T"])
    before = others(path)
    assert (5 in before.values()) == (name not in DECODED)
    target = tmp_path / "o.xlsx"
    assert patch(path, target, edits=[CellEdit("库存", 2, 0, 9)]).changed == ["库存!A2"]
    assert others(target) == {reader: 9 if found == 5 else found for reader, found in before.items()}
    old, new = raw_records(path), raw_records(target)
    assert [member for member in old if old[member] != new[member]] == [NAMES[name][0]]


def test_a_title_of_a_sheet_under_any_name(tmp_path):
    path = renamed(tmp_path / "n.xlsx", *NAMES["Chinese, in small letters"])
    target = tmp_path / "o.xlsx"
    assert patch(path, target, edits=[CellEdit("库存", 1, 0, "键")]).changed
    assert b'name="\xe9\x94\xae"' in members(target)["xl/tables/t.xml"]


def test_a_new_tab_beside_a_sheet_under_another_name(tmp_path):
    path = renamed(tmp_path / "n.xlsx", *NAMES["a blank, both escaped"])
    target = tmp_path / "o.xlsx"
    assert patch(path, target, new_tabs=[NewTab("日志", [["时间"]])]).changed == ["日志"]
    assert openpyxl.load_workbook(target).sheetnames == ["库存", "日志"]


@pytest.mark.proof
@pytest.mark.parametrize("name", NAMES)
def test_what_libreoffice_finds(tmp_path, name):
    path = renamed(tmp_path / "n.xlsx", *NAMES[name])
    target = tmp_path / "o.xlsx"
    patch(path, target, edits=[CellEdit("库存", 2, 0, 9)])
    found = []
    for item in (path, target):
        try:
            found.append(by_openpyxl(recomputed(item, tmp_path / "made")))
        except RuntimeError:  # it can't be loaded at all
            found.append(None)
    sys.stdout.write(f"\n{name}: {found}")
    assert found in ([5, 9], [None, None])
