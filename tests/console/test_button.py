"""`qlc button` and `qlc check` from outside."""

import json
import zipfile

import openpyxl
import pytest

from console.cli import main
from rules.policy.loader import packaged_path
from sheets_schema.sheets import SHEETS
from tests.addin.commands.desk import on_disk

ROWS = [
    ["SKU", "品牌", "品名", "特性", "多个装", "站点"],
    [None, "HIFILUZ", "球泡灯", "WIFI款", 8, "加拿大站"],
    ["HI-QPD-WIFI-CA", "HIFILUZ", "球泡灯", "WIFI款", None, "CA"],
]


@pytest.fixture(autouse=True)
def _default_configuration(monkeypatch):
    monkeypatch.delenv("QLC_LANG", raising=False)
    monkeypatch.setenv("QLC_CONFIG", str(packaged_path()))


@pytest.fixture
def book(tmp_path):
    return on_disk(tmp_path / "新品.xlsx", {"产品 图册": ROWS, "空": []}).path


@pytest.fixture
def qlc(capsys):
    def run(*words):
        code = main([str(word) for word in words])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def test_a_preview_writes_nothing_and_apply_does(qlc, book):
    before = book.read_bytes()
    code, text, _ = qlc("button", "make_skus", book)
    assert code == 0
    assert "产品 图册!A2: ∅ → HI-QPD-WiFi-8PCS-CA" in text
    assert "加 --apply 才会改" in text
    assert book.read_bytes() == before
    code, text, _ = qlc("button", "make_skus", book, "--select", "'产品 图册'!A2:F20", "--apply", "--json")
    assert code == 0
    assert json.loads(text)["applied"] == {"changed": ["产品 图册!A2"], "refused": []}
    assert openpyxl.load_workbook(book)["产品 图册"]["A2"].value == "HI-QPD-WiFi-8PCS-CA"


def test_the_buttons_are_listed(qlc):
    code, text, _ = qlc("button", "--json")
    assert code == 0
    assert {"id": "make_skus", "label": "生成SKU", "tip": "给选中的行补上空着的 SKU"} in json.loads(text)


@pytest.mark.parametrize(
    ("words", "code", "exit_code"),
    [
        (["nothing", "FILE"], "C-071", 2),
        (["letter_names"], "C-072", 2),
        (["make_skus"], "C-075", 2),
        (["copy_picture", "FILE", "--picture", "FILE"], "X-205", 2),
        (["make_skus", "FILE", "--select", "空"], "K-010", 2),
        (["make_skus", "FILE", "--select", "没有!A1"], "X-012", 2),
        (["make_skus", "FILE", "--select", "空!A0"], "X-108", 2),
    ],
)
def test_mistakes_have_codes(qlc, book, words, code, exit_code):
    answer, _, error = qlc("button", *[book if word == "FILE" else word for word in words])
    assert (answer, error.split()[0]) == (exit_code, code)


def test_a_configuration_may_be_called_like_a_command(qlc, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, error = qlc("--config", "demo", "button", "make_skus", "--apply")
    assert (code, error.split()[:2]) == (2, ["P-001", "demo:"])


def test_a_file_that_is_not_there(qlc, tmp_path):
    for words in (["button", "make_skus"], ["check"]):
        code, _, error = qlc(*words, tmp_path / "没有.xlsx")
        assert code == 2
        assert "没有.xlsx" in error


def test_finish_runs_only_with_apply(qlc, tmp_path):
    old = "18boxes-amz-himicar amazon schedule date 14.00-14.30 february 6.pdf"
    (tmp_path / old).write_bytes(b"%PDF")
    assert qlc("button", "letter_names", "--answer", f"folder={tmp_path}")[0] == 0
    assert (tmp_path / old).exists()
    code, text, _ = qlc("button", "letter_names", "--answer", f"folder={tmp_path}", "--apply")
    assert code == 0
    assert "改了 1 个文件名" in text
    assert not (tmp_path / old).exists()


def test_check_lists_problems_with_their_cells(qlc, book):
    code, text, _ = qlc("check", book, "--json")
    assert code == 1
    found = json.loads(text)
    assert found.keys() == {"problems", "unchecked"}
    (problem,) = found["problems"]
    assert list(problem) == ["tab", "cell", "row", "column", "value", "code", "message"]
    assert (problem["tab"], problem["cell"], problem["row"]) == ("产品 图册", "A3", 3)
    assert (problem["column"], problem["value"], problem["code"]) == ("SKU", "HI-QPD-WIFI-CA", "F-128")
    assert {item["tab"] for item in found["unchecked"]} == {"产品 图册", "空"}
    assert all(item.keys() == {"tab", "why"} for item in found["unchecked"])
    last = qlc("check", book)[1].splitlines()[-1]
    assert last == "完整检查了 0 张表(无),共看了 2 行:1 处问题;没有查完的表 1 张:产品 图册。"


@pytest.fixture
def good(tmp_path):
    """A workbook whose only tab is one of ours and right."""
    titles = [column.title for column in SHEETS["库存数据"].columns]
    row = {"店铺": "S", "MSKU": "A-1", "FBA可售": 3}
    return on_disk(tmp_path / "好.xlsx", {"库存数据": [titles, [row.get(title) for title in titles]]}).path


def test_only_a_tab_of_known_schema_is_all_good(qlc, good):
    code, text, _ = qlc("check", good)
    assert code == 0
    assert "库存数据:查了 1 行,没有问题" in text
    assert text.splitlines()[-1] == "完整检查了 1 张表(库存数据),共看了 1 行:没有问题。"


def test_an_unchecked_tab_with_content_is_a_finding(qlc, good):
    book = openpyxl.load_workbook(good)
    book.create_sheet("说明").append(["随便写的"])
    book.create_sheet("空")
    hidden = book.create_sheet("藏")
    hidden.sheet_state = "hidden"
    hidden.append(["SKU"])
    hidden.append(["HI-QPD-WIFI-CA"])
    book.save(good)
    code, text, _ = qlc("check", good, "--json")
    assert code == 1
    found = json.loads(text)
    assert [(item["tab"], item["code"]) for item in found["problems"]] == [("藏", "F-128")]
    whys = {item["tab"]: item["why"] for item in reversed(found["unchecked"])}
    assert "没有检查" in whys["说明"]
    assert whys["空"].startswith("空表")
    shown = qlc("check", good)[1]
    assert "藏(隐藏的表):" in shown
    assert shown.splitlines()[-1].endswith("没有查完的表 2 张:说明、藏。")
    assert qlc("check", good, "--tab", "说明")[0] == 1
    assert qlc("check", good, "--tab", "空")[0] == 0
    assert qlc("check", good, "--tab", "库存数据")[0] == 0


def test_a_tab_that_cannot_be_read_holds_up_no_other(qlc, good, tmp_path):
    book = openpyxl.load_workbook(good)
    book.create_sheet("坏").append(["SKU"])
    book.save(good)
    broken = tmp_path / "坏.xlsx"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(broken, "w") as new:
        for item in old.infolist():
            content = old.read(item)
            new.writestr(
                item, content.replace(b"</c></row>", b'</c><c r="A1"/></row>') if "sheet2" in item.filename else content
            )
    code, text, _ = qlc("check", broken, "--json")
    told = json.loads(text)
    assert (code, told["problems"]) == (1, [])
    assert [(item["tab"], item["why"][:12]) for item in told["unchecked"]][-1] == ("坏", "读不了,没有检查:X-01"[:12])
    assert "库存数据:查了 1 行,没有问题" in qlc("check", broken)[1]
    assert qlc("check", broken, "--tab", "坏")[2].startswith("X-011")


def test_a_workbook_without_anything_is_not_good_either(qlc, book, tmp_path):
    assert qlc("check", book, "--tab", "没有")[2].startswith("X-012")
    empty = on_disk(tmp_path / "空.xlsx", {"空": [], "表头": [["SKU"]]}).path
    code, text, _ = qlc("check", empty)
    assert code == 0
    assert text.splitlines()[-1] == "没有内容可查。"
    assert "没有问题" not in text
    assert [item["tab"] for item in json.loads(qlc("check", empty, "--json")[1])["unchecked"]] == ["空", "表头"]


def test_the_button_ends_like_the_check(qlc, good, book):
    assert qlc("button", "check_sheet", good, "--select", "库存数据")[0] == 0
    code, text, _ = qlc("button", "check_sheet", book, "--json")
    told = json.loads(text)["report"]
    assert code == 1
    assert [item["code"] for item in told["problems"]] == ["K-081", "F-128"]
    assert any(line.startswith("没有检查:") for line in told["details"])
