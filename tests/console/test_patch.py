import json

import openpyxl
import pytest

from console.cli import main
from console.commands.patch import _from_word
from rules.errors import Error
from tests.sync.backends.packages import ROW, STRINGS, build, sheet


@pytest.fixture
def path(tmp_path):
    tail = '<mergeCells><mergeCell ref="D1:E1"/></mergeCells>'
    return build(tmp_path / "进.xlsx", {"S": sheet(ROW, tail=tail), "it's=a!tab": sheet(ROW)}, strings=STRINGS)


def run(capsys, path, *words):
    out = path.with_name("出.xlsx")
    code = main(["patch", str(path), *words, "--out", str(out), "--json"])
    text = capsys.readouterr()
    return code, json.loads(text.out), text.err, out


def cell(out, address, tab="S"):
    return openpyxl.load_workbook(out)[tab][address].value


def test_sets_cells(capsys, path):
    code, document, err, out = run(capsys, path, "--set", "S!A1=5", "--set", 'S!A2="=1+1"', "--set", "S!B1=null")
    assert (code, document, err) == (0, {"changed": ["S!A1", "S!A2", "S!B1"], "refused": []}, "")
    assert (cell(out, "A1"), cell(out, "A2"), cell(out, "B1")) == (5, "=1+1", None)
    assert openpyxl.load_workbook(out)["S"]["A2"].data_type == "s"


def test_names_of_tabs(capsys, path):
    words = ["--set", "it's=a!tab!A1=1", "--set", "'it''s=a!tab'!A2=2", "--set", "'S'!$B$9=true"]
    code, document, _, out = run(capsys, path, *words)
    assert (code, document["changed"]) == (0, ["it's=a!tab!A1", "it's=a!tab!A2", "S!B9"])
    assert (cell(out, "A1", "it's=a!tab"), cell(out, "B9")) == (1, True)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("T!B2=1", ("T!B2", 1)),
        ('T!B2="x!C3=4"', ("T!B2", "x!C3=4")),
        ("a=b!B2=[1]", ("a=b!B2", [1])),
        ("a!b!B2=null", ("a!b!B2", None)),
        ("T!nonsense=1", ("T!nonsense", 1)),
    ],
)
def test_where_the_cell_ends(word, expected):
    assert _from_word(word) == expected


@pytest.mark.parametrize("word", ["T!B2", "B2=1", "T!B2=x", "T!B2="])
def test_words_that_can_not_be_read(word):
    with pytest.raises(Error) as caught:
        _from_word(word)
    assert caught.value.code.id == "C-051"


def test_a_list_of_edits(capsys, path, tmp_path):
    edits = tmp_path / "e.json"
    entries = [
        {"cell": "S!A1", "value": 1},
        {"cell": "S!A1", "value": "后写的"},
        {"cell": "S!A2", "value": {"date": "2025-04-03"}},
        {"cell": "S!B2", "value": {"error": "#N/A"}},
        {"cell": "S!C2", "value": {"formula": "=A1&B1"}},
        {"cell": "S!E1", "value": 1},
        {"cell": "S!C3", "value": {"other": 1}},
        {"cell": "S!XFE1", "value": 1},
    ]
    edits.write_text(json.dumps(entries), "utf-8")
    code, document, err, out = run(capsys, path, "--edits", str(edits))
    assert (code, document["changed"]) == (1, ["S!A1", "S!A2", "S!B2", "S!C2"])
    assert {item["cell"]: item["code"] for item in document["refused"]} == {
        "S!XFE1": "X-108",
        "S!E1": "X-104",
        "S!C3": "X-110",
    }
    assert all(item["message"] for item in document["refused"])
    assert "X-104" in err
    values = openpyxl.load_workbook(out)["S"]
    assert (values["A1"].value, values["A2"].is_date, values["B2"].data_type, values["C2"].value) == (
        "后写的",
        True,
        "e",
        "=A1&B1",
    )
    for text in ("{}", "[1]", "[", '[{"cell":"A1","value":1}]', '[{"cell":"S!A1"}]'):
        edits.write_text(text, "utf-8")
        code, document, err, _ = run(capsys, path, "--edits", str(edits))
        assert (code, document["error"]["code"]) == (2, "C-052")


def test_nothing_writable(capsys, path):
    code, document, err, out = run(capsys, path, "--set", "S!E1=1", "--set", "S!A1=NaN")
    assert (code, document["changed"], len(document["refused"]), out.exists()) == (3, [], 2, False)
    assert "X-204" in err


def test_files_that_can_not_be_patched(capsys, path, tmp_path):
    code, document, _, out = run(capsys, path, "--set", "没有!A1=1")
    assert (code, document["error"]["code"], out.exists()) == (3, "X-012", False)
    broken = tmp_path / "b.xlsx"
    broken.write_bytes(b"no workbook")
    assert run(capsys, broken, "--set", "S!A1=1")[:2][0] == 3
    assert run(capsys, tmp_path / "none.xlsx", "--set", "S!A1=1")[0] == 2
    assert main(["patch", str(path), "--set", "S!A1=1", "--out", str(path)]) == 2
    assert run(capsys, path)[0] == 2
    out.touch()
    (tmp_path / "~$出.xlsx").touch()
    assert run(capsys, path, "--set", "S!A1=1")[0] == 4
    assert capsys.readouterr().err == ""


def test_locked_cells(capsys, tmp_path):
    path = build(tmp_path / "l.xlsx", {"S": sheet(ROW, tail='<sheetProtection sheet="1"/>')}, strings=STRINGS)
    assert run(capsys, path, "--set", "S!A1=1")[1]["refused"][0]["code"] == "X-105"
    assert run(capsys, path, "--set", "S!A1=1", "--allow-locked")[0] == 0
