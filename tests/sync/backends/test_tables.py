"""A cell whose text something else in the file repeats: followed there, or refused."""

import re
import zipfile
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import Refused
from sheets_schema.cells import CellError
from sheets_schema.grid.edits import UNSET, CellEdit, Formula, RowAppend
from sync.backends.workbook import markup, tables
from sync.backends.workbook.patcher import patch
from sync.backends.workbook.reader import open_workbook
from tests.sync.backends.packages import MAIN, OFFICE, build, members, sheet
from tests.sync.backends.test_patcher import codes, edit, raw_records, run

SHARED = Path(__file__).parents[4] / "shared"
NAMES = ("MSKU", "销量", "近7天\n销量", "It's [x]")
TABLE, SHEET = "xl/tables/t.xml", "xl/worksheets/sheet1.xml"


def inline(address, text):
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return f'<c r="{address}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def table(names=NAMES, *, totals="", inner="", more=""):
    columns = "".join(
        f'<tableColumn id="{at}" name="{tables._escaped(name)}"{totals if at == 2 else ""}>{inner if at == 2 else ""}</tableColumn>'
        for at, name in enumerate(names, 1)
    )
    end = 5 if more else 4
    return (
        f'<table xmlns="{MAIN}" id="7" name="表1" displayName="表1" ref="A2:D{end}" {more}><autoFilter ref="A2:D4"/>'
        f'<tableColumns count="4">{columns}</tableColumns></table>'
    )


def book(path, *, part=None, rows="", tail="", tabs=None, relations=None, extra=None, **more):
    """A table in A2:D4 of 库存, its titles in row 2."""
    head = "".join(inline(f"{letter}2", name) for letter, name in zip("ABCD", NAMES, strict=True))
    body = f'<row r="2">{head}</row><row r="3"><c r="A3"><v>1</v></c><c r="B3"><v>5</v></c></row>{rows}'
    tail += '<tableParts count="1"><tablePart r:id="rId9"/></tableParts>'
    links = {"rId9": ("table", "../tables/t.xml"), **(relations or {})}
    return build(
        path,
        {"库存": sheet(body, tail=tail), **(tabs or {})},
        extra={TABLE: part or table(), **(extra or {})},
        relations={1: links},
        **more,
    )


def titles(path):
    """The titles that the table names, by the standard parser."""
    root = ElementTree.fromstring(members(path)[TABLE])  # noqa: S314 - made by the test
    return [item.get("name") for item in root.iter(f"{{{MAIN}}}tableColumn")]


def ask(path, *pairs, **more):
    target, report = run(path, *(edit(address, value, tab="库存", **more) for address, value in pairs))
    return target, {cell.rpartition("!")[2]: code for cell, code in codes(report).items()}


def test_a_title_follows_its_cell_and_nothing_else_changes(tmp_path):
    path = book(tmp_path / "t.xlsx")
    target, refused = ask(path, ("B2", "近7天销量 & <件>"), ("A2", "键\n值"))
    assert refused == {}
    assert titles(target) == ["键_x000a_值", "近7天销量 & <件>", "近7天_x000a_销量", "It's [x]"]
    before, after = raw_records(path), raw_records(target)
    assert [name for name in before if before[name] != after[name]] == [SHEET, TABLE]
    again = openpyxl.load_workbook(target)["库存"]
    assert [cell.value for cell in again[2]][:2] == ["键\n值", "近7天销量 & <件>"]
    with open_workbook(target) as opened:
        assert opened.read("库存").tables[0].columns[:2] == ("键\n值", "近7天销量 & <件>")


@pytest.mark.skipif(not SHARED.exists(), reason="no samples")
def test_the_file_that_was_called_damaged(tmp_path):
    target = tmp_path / "o.xlsx"
    patch(SHARED / "faults" / "05_table_header.xlsx", target, edits=[CellEdit("库存", 1, 1, "近7天销量")])
    found = openpyxl.load_workbook(target)["库存"]
    assert [column.name for column in found.tables["表1"].tableColumns] == [cell.value for cell in found[1]]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("销售", None),
        ("x" * 255, None),
        ("2025", None),
        (" 销量 ", None),
        ("_x0041_", None),
        ("x" * 256, "X-117"),
        ("msku", "X-117"),
        ("MSKU", "X-117"),
        ("", "X-117"),
        (" ", "X-117"),
        (None, "X-117"),
        (2025, "X-117"),
        (True, "X-117"),
        (date(2025, 4, 3), "X-117"),
        (Formula("A1"), "X-117"),
        (CellError("#N/A"), "X-117"),
        ("y" * 32_768, "X-106"),
    ],
)
def test_what_a_title_may_be(tmp_path, value, code):
    target, refused = ask(book(tmp_path / "t.xlsx"), ("B2", value), ("B3", 6))
    assert refused == ({"B2": code} if code else {})
    expected = NAMES[1] if code else value
    with open_workbook(target) as opened:
        grid = opened.read("库存")
    assert (grid.value(2, 1), grid.tables[0].columns[1], grid.value(3, 1)) == (expected, expected, 6.0)


def test_titles_are_judged_as_they_will_stand_together(tmp_path):
    path = book(tmp_path / "t.xlsx")
    assert ask(path, ("A2", "销量"), ("B2", "MSKU"))[1] == {}
    assert ask(path, ("A2", "新"), ("B2", "新"))[1] == {"A2": "X-117", "B2": "X-117"}
    assert ask(path, ("A2", "新"), ("B2", "msku"))[1] == {}
    target, refused = ask(path, ("A2", "x" * 40_000), ("B2", "MSKU"), ("C2", "量"))
    assert refused == {"A2": "X-106", "B2": "X-117"}
    assert titles(target)[:3] == ["MSKU", "销量", "量"]
    target, refused = ask(path, ("B2", "新"), ("B3", 1), expect=5)
    assert (refused, titles(target)[1]) == ({"B2": "X-109"}, "销量")


def test_a_cell_that_had_gone_astray_is_mended(tmp_path):
    path = book(tmp_path / "t.xlsx", part=table(("MSKU", "销量(旧)", "c", "d")))
    target, refused = ask(path, ("B2", "销量(旧)"))
    assert (refused, titles(target)[1]) == ({}, "销量(旧)")
    assert raw_records(path)[TABLE] == raw_records(target)[TABLE]


FORMULA = '<row r="1"><c r="A1"><f>{}</f></c></row>'
RULE = '<conditionalFormatting sqref="A1"><cfRule type="expression" priority="1"><formula>{}</formula></cfRule></conditionalFormatting>'
LIST = '<dataValidations count="1"><dataValidation type="list" sqref="A9"><formula1>{}</formula1></dataValidation></dataValidations>'
SLICER = (
    '<slicerCacheDefinition xmlns="x" name="s" sourceName="{}"><extLst><ext><x15:tableSlicerCache xmlns:x15="y" tableId="{}" '
    'column="2"/></ext></extLst></slicerCacheDefinition>'
)
USED = {
    "another tab": {"tabs": {"T": sheet(FORMULA.format("SUM(表1[销量])"))}},
    "its own row": {"rows": '<row r="4"><c r="C4"><f>表1[[#This Row],[销量]]*2</f></c></row>'},
    "short for its own row": {"tabs": {"T": sheet(FORMULA.format("表1[@销量]"))}},
    "a span of columns": {"tabs": {"T": sheet(FORMULA.format("SUM(表1[[MSKU]:[销量]])"))}},
    "text of a formula": {"tabs": {"T": sheet(FORMULA.format('SUM(INDIRECT("表1[销量]"))'))}},
    "a column's formula": {"part": table(inner="<calculatedColumnFormula>表1[[#This Row],[销量]]+1</calculatedColumnFormula>")},
    "a name": {"workbook": "<definedNames><definedName name='n'>表1[销量]</definedName></definedNames>"},
    "a list": {"tail": LIST.format('INDIRECT("表1[销量]")')},
    "a rule": {"tail": RULE.format('A1&gt;SUM(INDIRECT("表1[销量]"))')},
    "a slicer": {"extra": {"xl/slicerCaches/s.xml": SLICER.format("销量", 7)}},
    "a query": {"part": table(more='tableType="queryTable"').replace("D5", "D4")},
    "the model": {"extra": {"xl/model/item.data": "", "xl/connections.xml": f'<connections xmlns="{MAIN}"><connection name="表1"/></connections>'}},
    "Power Query": {"extra": {"customXml/item1.xml": "<DataMashup>AAAA</DataMashup>".encode("utf-16")}},
}  # fmt: skip
UNUSED = {
    "a text that looks like it": {"tabs": {"T": sheet(f'<row r="1">{inline("A1", "表1[销量]")}</row>')}},
    "another column": {"tabs": {"T": sheet(FORMULA.format("SUM(表1[销量2])+SUM(表1[近7天&#10;销量])"))}},
    "a slicer of another table": {"extra": {"xl/slicerCaches/s.xml": SLICER.format("销量", 8)}},
    "the model without it": {"extra": {"xl/model/item.data": "", "xl/connections.xml": f'<connections xmlns="{MAIN}"/>'}},
}  # fmt: skip


@pytest.mark.parametrize("name", [*USED, *UNUSED])
def test_a_title_that_is_used_by_name_stays(tmp_path, name):
    path = book(tmp_path / "t.xlsx", **(USED | UNUSED)[name])
    target, refused = ask(path, ("B2", "近7天"), ("B3", 1))
    assert refused == ({"B2": "X-118"} if name in USED else {})
    assert titles(target)[1] == ("销量" if name in USED else "近7天")


def test_odd_titles_are_found_where_they_are_used(tmp_path):
    formulas = "表1[近7天&#10;销量]&amp;表1[It''s '[x']]"
    path = book(tmp_path / "t.xlsx", tabs={"T": sheet(FORMULA.format(formulas))})
    target, report = run(path, edit("C2", "a", tab="库存"), edit("D2", "b", tab="库存"), edit("B2", "c", tab="库存"))
    assert codes(report) == {"库存!C2": "X-118", "库存!D2": "X-118"}
    assert all("T =" in refusal.message("en") for refusal in report.refused)
    assert titles(target)[1] == "c"


TOTALS = 'totalsRowCount="1"'


def test_the_totals_row(tmp_path):
    part = table(totals=' totalsRowFunction="sum"', more=TOTALS).replace(
        'name="MSKU"', 'name="MSKU" totalsRowLabel="合计"'
    )
    rows = f'<row r="5">{inline("A5", "合计")}<c r="B5"><f>SUBTOTAL(109,A3:A4)</f><v>5</v></c></row>'
    path = book(tmp_path / "t.xlsx", part=part, rows=rows)
    target, refused = ask(path, ("A5", "总计 & 均值"), ("B5", 9), ("C5", 1), ("D5", "注"))
    assert refused == {"B5": "X-119", "C5": "X-119"}
    root = ElementTree.fromstring(members(target)[TABLE])  # noqa: S314 - made by the test
    labels = [item.get("totalsRowLabel") for item in root.iter(f"{{{MAIN}}}tableColumn")]
    assert labels == ["总计 & 均值", None, None, "注"]
    target, _ = ask(path, ("A5", None))
    assert b"totalsRowLabel" not in members(target)[TABLE]


def test_rows_under_a_table_whose_title_changes(tmp_path):
    path = book(tmp_path / "t.xlsx", part=table().replace("D4", "D3"))
    target = tmp_path / "o.xlsx"
    report = patch(path, target, edits=[CellEdit("库存", 2, 1, "新")], appends=[RowAppend("库存", 4, {0: "K"}, like=3)])
    assert report.changed == ["库存!B2", "库存!A4"]
    assert 'ref="A2:D4"' in members(target)[TABLE].decode()
    assert titles(target)[1] == "新"


@pytest.mark.parametrize("damage", [(".name=", ".id="), ('name="MSKU"', 'name="MSKU2"'), ("新", "旧")])
def test_a_table_that_is_not_as_asked_is_not_let_through(tmp_path, monkeypatch, damage):
    def clumsy(data, part, change):
        splices = tables.renamed(data, part, change)
        return [(0, len(data), markup.spliced(data, splices).replace(damage[0].encode(), damage[1].encode()))]

    monkeypatch.setattr("sync.backends.workbook.patcher.renamed", clumsy)
    path = book(tmp_path / "t.xlsx")
    if damage[0].startswith("."):
        assert ask(path, ("B2", "新"))[1] == {}
        return
    with pytest.raises(Refused, match="X-201"):
        ask(path, ("B2", "新"))
    assert not (tmp_path / "out.xlsx").exists()


def test_a_table_without_a_header(tmp_path):
    path = book(tmp_path / "t.xlsx", part=table(more='headerRowCount="0"').replace("D5", "D4"))
    target, refused = ask(path, ("B2", 7))
    assert refused == {}
    assert raw_records(path)[TABLE] == raw_records(target)[TABLE]


PIVOT = f'<pivotTableDefinition xmlns="{MAIN}" name="透视1" cacheId="1"><location ref="F5:H9" rowPageCount="1" colPageCount="1"/></pivotTableDefinition>'
CONTROL = '<formControlPr xmlns="x" objectType="CheckBox" checked="Checked" fmlaLink="{}"/>'
LIVE = f'<volTypes xmlns="{MAIN}"><volType type="realTimeData"><main first="x"><tp><v>1</v><tr r="{{}}" s="1"/></tp></main></volType></volTypes>'
DRAWING = '<xml xmlns:x="urn:schemas-microsoft-com:office:excel"><br><x:ClientData><x:FmlaLink>$K$1</x:FmlaLink></x:ClientData></xml>'
HELD = {
    "in a pivot table": ("F5", "X-120", {"relations": {"p": ("pivotTable", "../p.xml")}, "extra": {"xl/p.xml": PIVOT}}),
    "its last cell": ("H9", "X-120", {"relations": {"p": ("pivotTable", "../p.xml")}, "extra": {"xl/p.xml": PIVOT}}),
    "its filter": ("G3", "X-120", {"relations": {"p": ("pivotTable", "../p.xml")}, "extra": {"xl/p.xml": PIVOT}}),
    "beside it": ("I5", None, {"relations": {"p": ("pivotTable", "../p.xml")}, "extra": {"xl/p.xml": PIVOT}}),
    "between it and its filter": ("F4", None, {"relations": {"p": ("pivotTable", "../p.xml")}, "extra": {"xl/p.xml": PIVOT}}),
    "a check box": ("K1", "X-121", {"relations": {"c": ("ctrlProp", "../c.xml")}, "extra": {"xl/c.xml": CONTROL.format("$K$1")}}),
    "a check box by name": ("K1", "X-121", {"relations": {"c": ("ctrlProp", "../c.xml")}, "extra": {"xl/c.xml": CONTROL.format("开关")}, "workbook": "<definedNames><definedName name='开关'>'库存'!$K$1</definedName></definedNames>"}),
    "one linked elsewhere": ("K1", None, {"relations": {"c": ("ctrlProp", "../c.xml")}, "extra": {"xl/c.xml": CONTROL.format("'别 处'!$K$1")}}),
    "an old drawing": ("K1", "X-121", {"relations": {"v": ("vmlDrawing", "../v.vml")}, "extra": {"xl/v.vml": DRAWING}}),
    "an ActiveX control": ("K1", "X-121", {"tail": '<controls><control r:id="a"><controlPr linkedCell="K1"/></control></controls>'}),
    "real-time data": ("K1", "X-122", {"rows": '<row r="6"/>', "extra": {"xl/v.xml": LIVE.format("K1")}}),
    "a value that is recorded as real-time data": ("A3", None, {"extra": {"xl/v.xml": LIVE.format("A3")}}),
    "real-time data beside": ("K2", None, {"extra": {"xl/v.xml": LIVE.format("K1")}}),
}  # fmt: skip


@pytest.mark.parametrize("name", HELD)
def test_cells_that_something_else_holds(tmp_path, name):
    address, code, parts = HELD[name]
    if "real-time" in name:
        parts = {**parts, "rows": ""}
    path = book(tmp_path / "h.xlsx", **parts)
    if "real-time" in name:
        _with_live(path)
    _, refused = ask(path, (address, 9), ("B3", 1))
    assert refused == ({address: code} if code else {})


def _with_live(path):
    """Two formulas of which the workbook records one as real-time."""
    contents = members(path)
    cells = '<row r="1"><c r="K1"><f>RTD("x",,"y")</f><v>1</v></c></row><row r="2">'
    contents[SHEET] = (
        contents[SHEET]
        .replace(b'<row r="2">', cells.encode(), 1)
        .replace(b"</is></c></row>", b'</is></c><c r="K2"><f>1</f></c></row>', 1)
    )
    link = f'<Relationship Id="v" Type="{OFFICE}/volatileDependencies" Target="v.xml"/></Relationships>'
    name = "xl/_rels/workbook.xml.rels"
    contents[name] = contents[name].decode().replace("</Relationships>", link)
    with zipfile.ZipFile(path, "w") as archive:
        for key, data in contents.items():
            archive.writestr(key, data)


def test_a_control_on_another_tab_holds_the_cell_that_it_names(tmp_path):
    path = book(
        tmp_path / "c.xlsx",
        tabs={
            "面板": sheet(
                "", tail='<controls><control r:id="a"><controlPr linkedCell="库存!$K$1"/></control></controls>'
            )
        },
    )
    assert ask(path, ("K1", 1), ("K2", 1))[1] == {"K1": "X-121"}


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from("ABCD"),
        st.text(st.sampled_from("aA甲 \n\t_x0041'[]#&<\"\x0b📦"), min_size=0, max_size=9) | st.sampled_from(NAMES),
        min_size=1,
    )
)
def test_tables_and_cells_always_say_the_same(tmp_path_factory, asked):
    path = book(tmp_path_factory.mktemp("p") / "t.xlsx")
    target = path.with_name("o.xlsx")
    report = patch(
        path, target, edits=[CellEdit("库存", 2, "ABCD".index(letter), text) for letter, text in asked.items()]
    )
    if not report.changed:
        assert not target.exists()
        return
    with open_workbook(target) as opened:
        grid = opened.read("库存")
    cells = [grid.value(2, column) for column in range(4)]
    names = [re.sub("_x([0-9a-fA-F]{4})_", lambda match: chr(int(match[1], 16)), name) for name in titles(target)]
    assert names == cells
    assert len({name.lower() for name in names}) == 4
    written = {cell.rpartition("!")[2][0] for cell in report.changed}
    assert written | {refusal.cell.rpartition("!")[2][0] for refusal in report.refused} == set(asked)
    assert all(cells["ABCD".index(letter)] == asked[letter] for letter in written)


CORPUS = SHARED / "corpus"


@pytest.mark.skipif(not CORPUS.exists(), reason="no corpus")
@pytest.mark.parametrize(
    "name",
    ["017_Styles.xlsx", "021_missingcalcchainpart.xlsx", "036_print_area_table_defined_name.xlsx", "038_Book1.xlsx"],
)
def test_every_title_of_real_tables(tmp_path, name):
    """Each header cell of each table alone: afterwards its part names what the cell says, in whatever program made it."""
    asked = []
    with open_workbook(CORPUS / name) as opened:
        for tab in opened.tabs:
            for found in opened.tables(tab):
                asked += [(tab.name, found, column) for column in range(len(found.columns))]
    assert asked
    for tab, found, column in asked[:: max(1, len(asked) // 12)]:
        target = tmp_path / "o.xlsx"
        place = CellEdit(tab, found.ref.top, found.ref.left + column, "全新的标题", UNSET)
        report = patch(CORPUS / name, target, edits=[place], allow_locked=True)
        if report.changed:
            with open_workbook(target) as again:
                made = next(item for item in again.tables(again.tab(tab)) if item.name == found.name)
            assert made.columns[column] == "全新的标题"
            assert [*made.columns[:column], *made.columns[column + 1 :]] == [
                *found.columns[:column],
                *found.columns[column + 1 :],
            ]
            target.unlink()
        else:
            assert [refusal.code.id for refusal in report.refused] == ["X-118"]
