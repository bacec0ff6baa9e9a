"""One table in every disguise reads the same; hostile and foreign files are refused with a code."""

import zipfile
from datetime import datetime

import openpyxl
import pytest

from rules.errors import Error
from sync.ingest.container import open_file
from sync.ingest.raw import MAX_TABS
from sync.ingest.read import inspect, read
from tests.sync.backends.packages import build, sheet
from tests.sync.ingest.files import csv_file, html_file, xlsx_file, xml_file

TITLES = ["店铺", "MSKU", "SKU", "品名", "FBA可售", "FBA入库中", "FBA实际在途"]
ROWS = [
    ["LOMEESS-CA", "00123", "HI-QPD-CA", "球泡灯 8个装", "1,200", 5, None],
    ["LOMEESS-CA", "123456789012345678", "HI-QPD-CA", "灯带；红", "１２", "--", 3],
    ["HIMICAR-MX", "-A 1", "HI-CJ-MX", "车机", 0, "None", "N/A"],
]
TABLE = [TITLES, *ROWS, ["合计", None, None, None, 1212, 5, 3]]


def utf8(folder):
    return csv_file(folder, TABLE_CSV)


TABLE_CSV = [[f'"{cell}"' if isinstance(cell, str) and "," in cell else cell for cell in row] for row in TABLE]

DISGUISES = {
    "xlsx": lambda folder: xlsx_file(folder, {"Sheet1": TABLE}),
    "xlsx named .xls": lambda folder: xlsx_file(folder, {"Sheet1": TABLE}).rename(folder / "a.xls"),
    "csv utf-8": lambda folder: csv_file(folder, TABLE_CSV),
    "csv with byte order mark": lambda folder: csv_file(folder, TABLE_CSV, encoding="utf-8-sig"),
    "csv gbk": lambda folder: csv_file(folder, TABLE_CSV, encoding="gbk", newline="\r\n"),
    "csv named .xls": lambda folder: csv_file(folder, TABLE_CSV, encoding="gbk", name="export.xls"),
    "semicolons": lambda folder: csv_file(folder, TABLE, separator=";", encoding="utf-8"),
    "tabs": lambda folder: csv_file(folder, TABLE, separator="\t", encoding="gbk", name="export.csv"),
    "tabs utf-16": lambda folder: csv_file(folder, TABLE, separator="\t", encoding="utf-16", name="export.txt"),
    "sep= line": lambda folder: csv_file(folder, [["sep=;"], *TABLE], separator=";"),
    "html": lambda folder: html_file(folder, TABLE),
    "html gbk": lambda folder: html_file(folder, TABLE, encoding="gbk", charset="gb2312"),
    "html that lies about its charset": lambda folder: html_file(folder, TABLE, encoding="utf-8", charset="gb2312"),
    "html that claims nonsense": lambda folder: html_file(folder, TABLE, charset="idna"),
    "xml": lambda folder: xml_file(folder, TABLE),
    "xml gb2312": lambda folder: xml_file(folder, TABLE, encoding="gb2312"),
    "xml utf-16": lambda folder: xml_file(folder, TABLE, encoding="utf-16"),
}


@pytest.mark.parametrize("make", DISGUISES.values(), ids=DISGUISES)
def test_every_disguise_reads_the_same(make, tmp_path):
    export = read(make(tmp_path))
    assert export.report == "FBA库存明细"
    table = export.table
    assert table.values("msku") == ["00123", "123456789012345678", "-A 1"]
    assert table.values("fba_sellable") == [1200.0, 12.0, 0.0]
    assert table.values("fba_receiving") == [5.0, None, None]
    assert table.values("fba_in_transit") == [None, 3.0, None]
    assert table.values("name")[0] == "球泡灯 8个装"
    assert export.scope == {("LOMEESS-CA",), ("HIMICAR-MX",)}
    assert not export.problems
    first = 3 if export.provenance.header_row == 2 else 2
    assert export.lines.tolist() == [first, first + 1, first + 2]


@pytest.mark.parametrize(
    ("encoding", "text", "expected"),
    [
        ("utf-8", "Lámpara", "utf-8"),
        ("cp1252", "Lámpara número", "cp1252"),
        ("cp1252", "Fußmatte für Kfz – größer", "cp1252"),
        ("gb18030", "球泡灯", "gb18030"),
        ("cp932", "ランプ セット", "cp932"),
        ("utf-16", "球泡灯", "utf-16"),
    ],
)
def test_encodings_of_amazon_files(encoding, text, expected, tmp_path):
    head = ["sku", "fnsku", "asin", "product-name", "afn-fulfillable-quantity", "afn-warehouse-quantity"]
    rows = [head, ["A-1", "X001", "B001", text, 5, 6], ["A-2", "X002", "B002", f"{text} {text}", 5, 6]]
    answer = inspect(csv_file(tmp_path, rows, encoding=encoding, separator="\t", name="r.txt"))
    assert (answer["report"], answer["encoding"]) == ("Amazon FBA Manage Inventory", expected)
    export = read(tmp_path / "r.txt", store="LOMEESS-CA")
    assert export.table.values("title")[0] == text


def test_an_inch_sign_does_not_swallow_rows(tmp_path):
    head = ["sku", "asin", "product-name", "afn-fulfillable-quantity", "afn-warehouse-quantity"]
    rows = [head, ["A-1", "B1", '"Tablet 7', 5, 6], ["A-2", "B2", '7" Tablet "new"', 7, 8]]
    export = read(csv_file(tmp_path, rows, separator="\t"), store="S")
    assert export.table.values("fba_sellable") == [5.0, 7.0]
    assert export.table.values("title") == ['"Tablet 7', '7" Tablet "new"']


def test_quotes_around_a_tab_are_no_inch_signs(tmp_path):
    """Two lines of other lengths: what stands in quotes is one cell, whatever it holds; a blank line is none."""
    rows = [["SKU", "可用量", "品名"], ["A", 1, '"灯\t带"'], [" "], ["B", 2, '"x\ny"'], ["C", 3, "z"]]
    export = read(csv_file(tmp_path, rows, separator="\t"))
    assert [name.split() for name in export.table.values("name")] == [["灯", "带"], ["x", "y"], ["z"]]
    assert export.table.values("sku") == ["A", "B", "C"]
    inches = [["SKU", "可用量", "品名"], ["A", 1, '"7'], [" "], ["B", 2, '8"']]
    export = read(csv_file(tmp_path, inches, separator="\t", name="inches.csv"))
    assert export.table.values("name") == ['"7', '8"']


def test_a_quoted_field_may_hold_lines(tmp_path):
    rows = [["SKU", "可用量", "品名"], ["A", "1", '"灯\n带"'], ["B", "2", "x"]]
    export = read(csv_file(tmp_path, rows))
    assert export.table.values("sku") == ["A", "B"]
    assert export.lines.tolist() == [2, 4]


EMPTY = {
    "html": ("<table><tr><td>x</td></tr></table>", "<html>{}</html>"),
    "xml": (
        '<Worksheet ss:Name="a"><Table></Table></Worksheet>',
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">{}</Workbook>',
    ),
}


@pytest.mark.parametrize("kind", EMPTY)
def test_a_file_of_more_tabs_than_any_export_has(kind, tmp_path):
    tab, around = EMPTY[kind]
    for count, is_large in ((MAX_TABS, False), (MAX_TABS + 1, True)):
        path = tmp_path / f"{count}.xls"
        path.write_text(around.format(tab * count), "utf-8")
        with pytest.raises(Error) as refused:
            read(path)
        assert (f"{MAX_TABS + 1} tabs" in refused.value.text("en")) == is_large


def test_merged_headers_and_pairs(tmp_path):
    rows = [
        ["店铺", "MSKU", "SKU", "FBA可售", None, "FBA入库中", None, "0-30", None],
        [None, None, None, "数量", "成本", "数量", "成本", "数量", "成本"],
        ["LO-CA", "A", "S", 5, "￥50.00", 2, "20", 5, 50],
    ]
    merged = ["A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:G1", "H1:I1"]
    for path in (
        xlsx_file(tmp_path, {"S": rows}, merged=merged),
        csv_file(tmp_path, rows, encoding="gbk"),
        html_file(
            tmp_path,
            [
                [("店铺", 2, 1), ("MSKU", 2, 1), ("SKU", 2, 1), ("FBA可售", 1, 2), ("FBA入库中", 1, 2), ("0-30", 1, 2)],
                rows[1][3:],
                rows[2],
            ],
        ),
        xml_file(
            tmp_path,
            [
                [("店铺", 2, 1), ("MSKU", 2, 1), ("SKU", 2, 1)]
                + [cell for title in ("FBA可售", "FBA入库中", "0-30") for cell in ((title, 1, 2), None)],
                *rows[1:],
            ],
            name="merged.xml",
        ),
    ):
        table = read(path).table
        names = (
            "fba_sellable",
            "fba_sellable_cost",
            "fba_receiving",
            "fba_receiving_cost",
            "age_0_30",
            "age_0_30_cost",
        )
        assert [table.value(name, 0) for name in names] == [5.0, 50.0, 2.0, 20.0, 5.0, 50.0]


def test_pairs_without_second_row(tmp_path):
    rows = [
        ["店铺", "MSKU", "SKU", "FBA可售", "FBA可售.1", "FBA入库中", "FBA入库中.1"],
        ["LO-CA", "A", "S", 5, 50, 2, 20],
    ]
    answer = inspect(csv_file(tmp_path, rows))
    assert answer["columns"]["FBA可售(成本)"] == "fba_sellable_cost"
    assert answer["unknown_columns"] == []


def test_merged_cells_in_the_rows_serve_all_their_rows(tmp_path):
    rows = [
        ["采购单号", "供应商", "SKU", "采购量", "到货量"],
        [("PO1", 2, 1), ("中山", 2, 1), "A", 10, 4],
        ["B", 20, 0],
        [("PO2", 1, 1), "深圳", "C", 5, 0],
    ]
    table = read(html_file(tmp_path, rows)).table
    assert table.values("order_no") == ["PO1", "PO1", "PO2"]
    assert table.values("supplier") == ["中山", "中山", "深圳"]
    assert table.values("outstanding") == [6.0, 20.0, 5.0]


def bomb(folder):
    path = folder / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b"<x>" + b" " * 100_000_000)
    return path


def encrypted(folder):
    path = folder / "locked.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + "EncryptedPackage".encode("utf-16-le"))
    return path


def binary(folder):
    path = folder / "old.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))
    return path


def written(name, content):
    def make(folder):
        path = folder / name
        path.write_bytes(content)
        return path

    return make


LAUGHS = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
HOSTILE = {
    "empty": (written("a.csv", b""), "I-002"),
    "blank lines": (written("a.csv", b"\xef\xbb\xbf\r\n\r\n"), "I-002"),
    "binary xls": (binary, "X-001"),
    "password": (encrypted, "X-002"),
    "pdf": (written("a.xls", b"%PDF-1.7 ..."), "I-001"),
    "zeros among text": (written("a.csv", "店铺,MSKU".encode() + bytes(50)), "I-001"),
    "no encoding": (written("a.csv", "店铺,MSKU\n".encode("gbk") + b"\xff\xff\xfe\n"), "I-006"),
    "entities": (lambda folder: xml_file(folder, TABLE, doctype=LAUGHS), "I-008"),
    "broken xml": (
        written(
            "a.xls", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksh'
        ),
        "I-007",
    ),
    "endless span": (lambda folder: html_file(folder, [[("MSKU", 1000000, 1900)], ["x"]]), "I-005"),
    "too many columns": (written("a.csv", b",".join([b"x"] * 3000)), "I-005"),
    "nested tables": (written("a.xls", b"<html>" + b"<table><tr><td>" * 500), "I-005"),
}


@pytest.mark.parametrize(("make", "code"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_and_foreign_files_are_refused(make, code, tmp_path):
    path = make(tmp_path)
    with pytest.raises(Error) as caught:
        read(path)
    assert caught.value.code.id == code
    answer = inspect(path)
    assert answer["report"] is None
    assert [problem["code"] for problem in answer["problems"]] == [code]


def test_a_file_past_the_limit_is_not_read(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(300 << 20)
    with pytest.raises(Error) as caught:
        read(path)
    assert caught.value.code.id == "I-005"


def test_broken_workbooks_carry_the_readers_code(tmp_path):
    for make in (bomb, written("a.xlsx", b"PK\x03\x04 not a zip")):
        with pytest.raises(Error) as caught:
            read(make(tmp_path))
        assert caught.value.code.id.startswith("X-")


def test_a_stray_cell_at_the_end_of_the_grid(tmp_path):
    path = xlsx_file(tmp_path, {"S": TABLE})
    book = openpyxl.load_workbook(path)
    book["S"]["A1048576"] = " "
    book.save(path)
    assert len(read(path).table) == 3


def test_moments_and_truth_values_of_old_xml(tmp_path):
    moments = [
        "2026-04-27T20:00:00.000Z",
        "2026-04-27T20:00:00+08:00",
        "2026-04-27T20:00:00.000",
        "2026-13-45T00:00:00.000",
    ]
    titles = ["采购单号", "SKU", "采购量", "已到货量", "未到货量", "创建时间"]
    path = xml_file(
        tmp_path, [titles, *([f"P{at}", "HI-1", "1", "0", "1", moment] for at, moment in enumerate(moments))]
    )
    text = path.read_text()
    for moment in moments:
        text = text.replace(f'"String">{moment}', f'"DateTime">{moment}')
    path.write_text(text.replace('"String">1<', '"Boolean">7<', 1))
    export = read(path)
    assert export.table.values("created_on")[:3] == [
        datetime(2026, 4, 28, 4),
        datetime(2026, 4, 27, 20),
        datetime(2026, 4, 27, 20),
    ]
    assert [(problem.cell, problem.value) for problem in export.problems] == [("C2", "7"), ("F5", moments[3])]


def test_a_row_weighs_more_than_its_cells(tmp_path, monkeypatch):
    monkeypatch.setattr("sync.ingest.raw.MAX_WEIGHT", 1000)
    titles = ["店铺", "MSKU", "FBA可售", "FBA实际在途"]
    read(csv_file(tmp_path, [titles, *(["LO-CA", f"A-{at}", at, at] for at in range(60))], name="fits.csv"), store="S")
    with pytest.raises(Error, match="I-005"):
        read(csv_file(tmp_path, [titles, *(["LO-CA", f"A-{at}", at, at] for at in range(63))]), store="S")


def test_cells_joined_down_to_the_end_of_the_sheet_cover_what_stands_there_only(tmp_path):
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'
    tail = '<mergeCells><mergeCell ref="A2:A1048576"/><mergeCell ref="B1:C1048576"/></mergeCells>'
    path = build(tmp_path / "m.xlsx", {"S": sheet(rows, tail=tail)})
    (tab,) = open_file(path, path.read_bytes(), lambda _: 0.0).tabs
    assert tab.merged == [(2, 0, 1048576, 0), (1, 1, 1048576, 2)]
