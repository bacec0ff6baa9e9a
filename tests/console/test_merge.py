"""`qlc merge` from outside: files, JSON, exit codes."""

import json
from datetime import date, time

import openpyxl
import pytest

from console.cli import main
from tests.sync.ingest.broken import sheet, xlsx

TITLES = ["店铺", "MSKU", "数量", "备注"]
BASE = [["US", "00123", 5, "x"], ["CA", "2", 6, "y"]]
OURS = [["US", "00123", 5, "x1"], ["CA", "2", 7, "y"]]
THEIRS = [["CA", "2", 8, "y"], ["US", "00123", 9, "x"], ["MX", "3", 1, None]]


def write_json(path, rows, titles=TITLES):
    path.write_text(json.dumps({"columns": titles, "rows": rows}, ensure_ascii=False), "utf-8")


def write_csv(path, rows, titles=TITLES, encoding="utf-8-sig"):
    lines = [",".join("" if cell is None else str(cell) for cell in row) for row in [titles, *rows]]
    path.write_bytes("\r\n".join(lines).encode(encoding))


def write_xlsx(path, rows, titles=TITLES):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [titles, *rows]:
        sheet.append(row)
    book.create_sheet("另一张").append(["不看这张"])
    book.save(path)


WRITERS = {"json": write_json, "csv": write_csv, "xlsx": write_xlsx}


@pytest.fixture
def run(tmp_path, capsys):
    def answer(base, ours, theirs, *words):
        paths = []
        for name, side in (("base", base), ("ours", ours), ("theirs", theirs)):
            suffix, rows = side if isinstance(side, tuple) else ("json", side)
            paths.append(tmp_path / f"{name}.{suffix}")
            WRITERS[suffix](paths[-1], rows)
        code = main(["merge", *map(str, paths), "--key", "店铺,MSKU", *words])
        out, err = capsys.readouterr()
        return code, json.loads(out) if "--json" in words else out, err

    return answer


def test_the_document(run):
    code, document, _ = run(BASE, OURS, THEIRS, "--json")
    assert code == 1
    assert document == {
        "columns": TITLES,
        "rows": [["CA", "2", 7, "y"], ["US", "00123", 9, "x1"], ["MX", "3", 1, None]],
        "conflicts": [
            {"key": ["CA", "2"], "column": "数量", "kind": "cell", "base": 6, "ours": 7, "theirs": 8}
        ],
    }  # fmt: skip


def test_no_conflict_is_exit_0(run):
    code, document, _ = run(BASE, BASE, THEIRS, "--json")
    assert (code, document["rows"], document["conflicts"]) == (0, THEIRS, [])


@pytest.mark.parametrize("kinds", [("csv", "xlsx", "json"), ("xlsx", "json", "csv"), ("json", "csv", "xlsx")])
def test_formats_mix(run, kinds):
    """Text and numbers of one meaning meet; ids keep their zeros."""
    code, document, _ = run(*zip(kinds, (BASE, OURS, THEIRS), strict=True), "--json")
    assert code == 1
    rows = [[str(cell or "") for cell in row] for row in document["rows"]]
    assert rows == [["CA", "2", "7", "y"], ["US", "00123", "9", "x1"], ["MX", "3", "1", ""]]
    assert [(item["key"], item["column"]) for item in document["conflicts"]] == [(["CA", "2"], "数量")]


def test_dates_of_a_workbook_meet_dates_as_text(run):
    base = ("xlsx", [["US", "1", date(2025, 4, 3), "x"]])
    code, document, _ = run(base, base, ("csv", [["US", "1", "2025/4/4", "x"]]), "--json")
    assert (code, document["rows"]) == (0, [["US", "1", "2025/4/4", "x"]])
    _, document, _ = run(base, base, ("csv", [["US", "1", "2025/4/3", "z"]]), "--json")
    assert document["rows"][0][3] == "z"


def test_blank_rows_of_workbook_and_csv_stay(run):
    rows = [BASE[0], [None] * 4, BASE[1]]
    for kind in WRITERS:
        code, document, _ = run((kind, rows), (kind, rows), (kind, rows), "--json")
        assert code == 0
        assert [any(row) for row in document["rows"]] == [True, False, True]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([*OURS, ["US", "00123", 1, "z"]], "M-001"),
        ([*OURS, ["US", None, 1, "z"]], "M-002"),
        ([[], [None, " ", 3]], "M-002"),
    ],
)
@pytest.mark.parametrize("kind", list(WRITERS))
def test_bad_keys_are_exit_3(run, rows, code, kind):
    exit_code, document, err = run(BASE, (kind, rows), THEIRS, "--json")
    assert exit_code == 3
    assert document["error"]["code"] == code
    assert f"ours.{kind}" in err
    assert len(err.splitlines()) == 1


def test_owners(run):
    owners = ("--owner", "数量=erp", "--owner", "备注=people")
    code, document, _ = run(BASE, OURS, [["US", "00123", 9, "z"], ["MX", "3", 1, "n"]], *owners, "--json")
    assert code == 0
    assert document["rows"] == [["US", "00123", 9, "x1"], ["CA", "2", 7, "y"], ["MX", "3", 1, None]]


def test_text_for_people(run):
    code, text, _ = run(BASE, OURS, THEIRS)
    assert code == 1
    assert "上次一致值" in text
    assert "00123" in text
    _, english, _ = run(BASE, OURS, THEIRS, "--lang", "en")
    assert "last agreed" in english


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("x.json", b"{", "M-008"),
        ("x.json", b'{"columns": ["\xe5\xba\x97\xe9\x93\xba"]}', "M-008"),
        ("x.json", '{"columns": ["店铺","MSKU"], "rows": [["a", NaN]]}'.encode(), "M-008"),
        ("x.json", '{"columns": ["店铺","MSKU"], "rows": [["a", 1e999]]}'.encode(), "M-006"),
        ("x.json", '{"columns": ["店铺","MSKU"], "rows": [["a", [1]]]}'.encode(), "M-006"),
        ("x.json", b"[" * 100_000, "M-008"),
        ("x.json", b"\xff\xfe\x00", "M-008"),
        ("x.csv", "店铺,MSKU\na,1,2\n".encode(), "M-005"),
        ("x.csv", "店铺,店铺\na,1\n".encode(), "M-004"),
        ("x.csv", "店铺,数量\na,1\n".encode("gbk"), "M-003"),
        ("x.csv", b"", "M-003"),
        ("x.txt", b"", "M-003"),
        ("x.ods", b"", "M-008"),
        ("x.csv", b"PK\x03\x04" + bytes(range(32)), "I-001"),
        ("x.xlsx", b"no zip", "X-"),
    ],
)
def test_unreadable_input_is_exit_2(tmp_path, capsys, name, content, code):
    good, bad = tmp_path / "good.json", tmp_path / name
    write_json(good, BASE)
    bad.write_bytes(content)
    assert main(["merge", str(good), str(bad), str(good), "--key", "店铺,MSKU", "--json"]) == 2
    out, err = capsys.readouterr()
    assert json.loads(out)["error"]["code"].startswith(code)
    assert name in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [["--key", ""], ["--key", "店铺,"], ["--key", "店铺,店铺"], ["--key", "店铺", "--owner", "数量=boss"],
     ["--key", "店铺", "--owner", "数量"], ["--key", "店铺", "--owner", "数量=erp,数量=people"], []],
)  # fmt: skip
def test_wrong_usage_is_exit_2(tmp_path, capsys, words):
    path = tmp_path / "t.json"
    write_json(path, BASE)
    assert main(["merge", *[str(path)] * 3, *words]) == 2
    assert "C-001" in capsys.readouterr().err
    assert main(["merge", str(path), str(tmp_path / "none.json"), str(path), "--key", "店铺"]) == 2


@pytest.mark.parametrize("text", ["14:00", "14:00:00", "2:00 PM"])
def test_a_time_of_day_is_the_same_in_a_workbook_and_as_text(run, text):
    book, plain = ("xlsx", [["US", "1", time(14, 0), "x"]]), ("csv", [["US", "1", text, "y"]])
    code, document, _ = run(book, book, plain, "--json")
    assert (code, document["conflicts"], document["rows"][0][3]) == (0, [], "y")
    code, document, _ = run(plain, book, ("csv", [["US", "1", "15:30", "y"]]), "--json")
    assert (code, document["conflicts"], document["rows"][0][2]) == (0, [], "15:30")
    assert run(book, book, book, "--json")[1]["rows"] == [["US", "1", "14:00", "x"]]


def test_a_bad_byte_is_refused_with_its_line(tmp_path, capsys):
    path = tmp_path / "x.csv"
    path.write_bytes("店铺,数量,备注\na,1,球泡灯\nb,2,长条".encode() + b"\x96\n")
    assert main(["merge", *[str(path)] * 3, "--key", "店铺", "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "I-034"
    assert "3" in error["message"]


def test_a_truth_value_in_any_spelling_is_what_it_says(tmp_path, capsys):
    cells = [f'<c r="@" t="b"><v>{text}</v></c>' for text in ("TRUE", "true", "1", "FALSE", "0", "maybe")]
    path = tmp_path / "x.xlsx"
    path.write_bytes(xlsx(sheet(["店铺", "采购计划"], *([f"店{at}", cell] for at, cell in enumerate(cells)))))
    main(["merge", *[str(path)] * 3, "--key", "店铺", "--json"])
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [row[1] for row in rows] == [True, True, True, False, False, "maybe"]


@pytest.mark.parametrize(("separator", "encoding"), [(";", "utf-8"), ("\t", "utf-16"), ("\t", "gbk"), (",", "cp1252")])
def test_text_as_spreadsheet_programs_save_it(tmp_path, capsys, separator, encoding):
    note = "número ñ" if encoding == "cp1252" else "球泡灯 防水款"
    for name, value in (("base", 1), ("ours", 1), ("theirs", 2)):
        rows = [
            ["MSKU", "值", "备注"] if encoding != "cp1252" else ["MSKU", "x", "y"],
            ["a", str(value), note],
            ["b", "1", note],
        ]
        (tmp_path / f"{name}.csv").write_bytes("".join(separator.join(row) + "\r\n" for row in rows).encode(encoding))
    words = [str(tmp_path / f"{name}.csv") for name in ("base", "ours", "theirs")]
    assert main(["merge", *words, "--key", "MSKU", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == [["a", "2", note], ["b", "1", note]]


@pytest.mark.parametrize("name", ["t.csv", "t.tsv", "t.txt"])
@pytest.mark.parametrize(
    ("first", "separator", "encoding"),
    [
        ("", ",", "utf-8"),
        ("", ";", "utf-8-sig"),
        ("sep=;\r\n", ";", "utf-8-sig"),
        ("sep=\t\r\n", "\t", "utf-16"),
        ("", "\t", "utf-16-be"),
    ],
)
def test_all_blank_rows_of_text_stay_as_they_are(tmp_path, capsys, name, first, separator, encoding):
    rows = [["MSKU", "值"], ["a", "1"], ["", ""], [], ["b", "2"], ["", ""]]
    path = tmp_path / name
    path.write_bytes((first + "".join(separator.join(row) + "\r\n" for row in rows)).encode(encoding))
    assert main(["merge", *[str(path)] * 3, "--key", "MSKU", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == [*rows[1:3], [None, None], *rows[4:]]


def test_the_separator_that_gives_the_key_counts(tmp_path, capsys):
    path = tmp_path / "t.csv"
    path.write_text("\u200eMSKU;近7天, 近14天, 近30天 (件,套);备注\na;1,5;x\n", "utf-8")
    assert main(["merge", *[str(path)] * 3, "--key", "MSKU", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == [["a", "1,5", "x"]]


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("SKU;值\na;1\n", "SKU, 值(按分号分开)", "SKU, 值 (parted by semicolons)"),
        ("sep=:\nSKU:值\na:1\n", "SKU, 值(按:分开)", "SKU, 值 (parted by :)"),
        ("MSKU:值\na:1\n", "MSKU:值(逗号", "MSKU:值 (no comma, semicolon, tab or | parts it)"),
    ],
)
def test_without_the_key_the_separator_is_named(tmp_path, capsys, text, zh, en):
    path = tmp_path / "t.csv"
    path.write_text(text, "utf-8")
    for lang, said in (("zh", zh), ("en", en)):
        assert main(["merge", *[str(path)] * 3, "--key", "MSKU", "--json", "--lang", lang]) == 2
        error = json.loads(capsys.readouterr().out)["error"]
        assert error["code"] == "M-003"
        assert said in error["message"]


def test_a_stray_quote_deletes_no_rows(tmp_path, capsys):
    lines = ["MSKU,a,b,c,d", *(f"M{at},1,2,3,4" for at in range(9))]
    (tmp_path / "good.csv").write_text("\n".join([*lines, ""]), "utf-8")
    (tmp_path / "bad.csv").write_text("\n".join([*lines, ""]).replace("M4,1", 'M4,"1'), "utf-8")
    words = [str(tmp_path / name) for name in ("good.csv", "good.csv", "bad.csv")]
    assert main(["merge", *words, "--key", "MSKU", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "I-030"
