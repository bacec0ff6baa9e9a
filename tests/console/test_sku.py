"""`qlc sku` from outside: make, parse, check lists and workbooks, import."""

import csv
import json

import openpyxl
import pytest

from console.cli import main
from rules.policy.loader import packaged_path

LIST = [
    ["2025 产品清单"],
    ["*SKU", "品名", "品牌", "特性", "创建时间", "国家"],
    ["HI-WJ-CA", "玩具", "HIFILUZ", None, "2025-04-01", "加拿大"],
    ["HI-WJ-CA", "文具", "HIFILUZ", None, "2025-04-01", "加拿大站"],
    ["HI-WJ-CA", "玩具", "HIFILUZ", None, "2025-04-02", "CA"],
    [None, None, None, None, None, None],
    ["LOMEESS01", "车灯", "HIMICAR", None, "2024-04-01", "墨西哥"],
    ["hi-DD-wifi-XX", "灯带", "HIMICAR", "WIFI款", "2025-05-01", "火星"],
]


@pytest.fixture(autouse=True)
def _default_configuration(monkeypatch):
    monkeypatch.delenv("QLC_LANG", raising=False)
    monkeypatch.setenv("QLC_CONFIG", str(packaged_path()))


@pytest.fixture
def sku(capsys):
    def run(*words):
        code = main(["sku", *map(str, words)])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


@pytest.fixture(params=["utf-8-sig", "gbk", "xlsx"])
def product_list(tmp_path, request):
    if request.param == "xlsx":
        book = openpyxl.Workbook()
        book.active.title = "说明"
        book.active.append(["先看这里"])
        tab = book.create_sheet("产品图册")
        for row in LIST:
            tab.append(row)
        path = tmp_path / "清单.xlsx"
        book.save(path)
        return path
    path = tmp_path / "清单.csv"
    with path.open("w", encoding=request.param, newline="") as file:
        csv.writer(file).writerows(LIST)
    return path


def test_make_from_a_sentence_and_from_parts(sku):
    for words in (
        ["球泡灯WIFI款8个装发到 HIFILUZ品牌下的LOMEESS店铺 加拿大站"],
        ["--brand", "HIFILUZ", "--product", "球泡灯", "--feature", "WIFI款", "--pack", "8", "--site", "加拿大站"],
    ):
        code, text, _ = sku("make", "--json", *words)
        assert code == 0
        told = json.loads(text)
        assert told["sku"] == "HI-QPD-WiFi-8PCS-CA"
        assert {part["value"] for part in told["parts"]} >= {"HI", "QPD", "WiFi", 8, "CA"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["make"], "C-034"),
        (["make", "球泡灯"], "F-111"),
        (["make", "--brand", "HIFILUZ", "--product", "车机", "--site", "火星"], "F-103"),
        (["check", "missing.xlsx"], "C-002"),
        (["import", "missing.csv"], "C-002"),
    ],
)
def test_mistakes_are_one_coded_line(sku, words, code):
    exit_code, out, errors = sku(*words)
    assert exit_code == 2
    assert out == ""
    assert errors.startswith(f"{code} ")
    assert len(errors.splitlines()) == 1


def test_parse(sku):
    code, text, _ = sku("parse", "--json", "HI-QPD-WiFi-8PCS-CA", "LOMEESS01")
    good, bad = json.loads(text)
    assert code == 1
    assert [good[name] for name in ("brand", "product", "feature", "pack", "site", "code")] == [
        "HI",
        "QPD",
        "WiFi",
        8,
        "CA",
        None,
    ]
    assert bad["code"] == "F-106"


def test_check_of_typed_skus(sku):
    assert sku("check", "HI-QPD-WiFi-8PCS-CA")[0] == 0
    code, text, _ = sku("check", "--json", "HI-QPD-WIFI-CA", "HI-QPD-" + "A" * 40 + "-CA")
    told = json.loads(text)
    assert code == 1
    assert told["checked"] == 2
    assert [(item["code"], item["note"]) for item in told["findings"]] == [("F-128", False), ("F-134", True)]


def test_a_warning_alone_is_good(sku):
    assert sku("check", "HI-QPD-" + "A" * 40 + "-CA")[0] == 0


def test_check_of_a_list_finds_collisions_and_spares_the_old_rule(sku, product_list):
    code, text, _ = sku("check", "--json", product_list)
    told = json.loads(text)
    assert code == 1
    assert told["checked"] == 5
    codes = {}
    for item in told["findings"]:
        codes.setdefault(item["sku"], set()).add(item["code"])
    assert codes == {"LOMEESS01": {"F-135"}, "hi-DD-wifi-XX": {"F-125", "F-128", "F-133"}}
    (clash,) = told["collisions"]
    assert [row["product"] for row in clash["rows"]] == ["玩具", "文具"]
    assert [row["place"][-1 if "!" in row["place"] else -2] for row in clash["rows"]] == ["3", "4"]
    assert clash["proposals"][0]["sku"] not in {row[0] for row in LIST[2:]}


def test_check_in_words(sku, product_list):
    _, text, _ = sku("check", product_list)
    assert "撞名 HI-WJ-CA" in text
    assert "建议" in text
    _, text, _ = sku("check", "--lang", "en", product_list)
    assert "collision HI-WJ-CA" in text


def test_check_of_a_configured_workbook_and_a_tab(sku, tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "产品图册"
    book.active.append(["SKU", "品名"])
    book.active.append(["HI-CY-MX", "车衣"])
    other = book.create_sheet("旧表")
    other.append(["SKU"])
    other.append(["坏的"])
    book.save(tmp_path / "数据.xlsx")
    config = tmp_path / "config.yaml"
    config.write_text("site:\n  workbooks: [{name: 全流程数据, path: 数据.xlsx}]\n", "utf-8")
    assert sku("check", "--config", config, "全流程数据")[0] == 1
    assert sku("check", "--config", config, "--tab", "产品图册", "全流程数据")[0] == 0
    code, _, errors = sku("check", "--config", config, "--tab", "没有", "全流程数据")
    assert code == 2
    assert errors.startswith("C-033 ")


def test_what_was_not_checked_is_told(sku, tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "产品图册"
    for row in (["SKU", "品名"], ["HI-CY-MX", "车衣"], ["HI-DD-MX", None]):
        book.active.append(row)
    for tab, rows in {"说明": [["先看这里"]], "空": [], "没填": [["SKU", "品名"], [None, "车衣"]]}.items():
        sheet = book.create_sheet(tab)
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "数据.xlsx")
    code, text, _ = sku("check", "--json", tmp_path / "数据.xlsx")
    told = json.loads(text)
    assert (code, told["checked"], told["findings"]) == (0, 2, [])
    assert [(item["tab"], item["why"]) for item in told["unchecked"]] == [
        ("数据.xlsx 说明", "没有 SKU 列,没有查"),
        ("数据.xlsx 产品图册", "1 个 SKU 旁边没有品名,没有查撞名"),
        ("数据.xlsx 没填", "SKU 列是空的,没有查"),
    ]
    text = sku("check", tmp_path / "数据.xlsx")[1]
    assert text.endswith("检查了 2 个 SKU:0 处问题,1 个比过撞名:0 组。\n")
    assert "C-081 数据.xlsx 说明" in text


def test_no_sku_at_all_is_no_good_list(sku, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("SKU,品名\n,车衣\n", "utf-8")
    code, text, _ = sku("check", path)
    assert code == 1
    assert text.endswith("没有 SKU 可查。\n")
    path.write_text("SKU,品名,品牌,站点\n", "utf-8")
    code, text, _ = sku("import", path)
    assert (code, text) == (1, "清单里没有产品,没有生成 SKU。\n")


def test_typed_skus_are_not_compared(sku):
    assert sku("check", "HI-QPD-WiFi-8PCS-CA")[1] == "检查了 1 个 SKU:0 处问题;没有查撞名(没有品名)。\n"


def test_a_list_without_the_needed_columns(sku, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n", "utf-8")
    code, _, errors = sku("import", path)
    assert code == 2
    assert errors.startswith("C-032 ")


def test_import_makes_skus_and_names_what_it_can_not(sku, product_list, tmp_path):
    target = tmp_path / "out.csv"
    code, text, _ = sku("import", "--json", product_list, "--out", target)
    told = json.loads(text)
    assert code == 1
    assert [row["new_sku"] for row in told["rows"]] == ["HI-WJ-CA"] * 3 + ["HI-CD-MX", None]
    assert told["rows"][-1]["code"] == "F-103"
    assert len(told["collisions"]) == 1
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == 1 + len(told["rows"])
    assert [row[1] for row in rows[1:]] == [row["new_sku"] or "" for row in told["rows"]]


def test_a_damaged_list_is_refused_and_not_shortened(sku, tmp_path):
    lines = ["品牌,品名,站点,特性,备注", *(f"HIFILUZ,球泡灯,加拿大站,{at}W,x" for at in range(6))]
    path = tmp_path / "in.csv"
    path.write_text("\n".join([*lines[:3], lines[3].replace("球泡灯", '"球泡灯'), *lines[4:], ""]), "utf-8")
    assert sku("import", path)[2].startswith("I-030 ")
    path.write_bytes("\n".join([*lines, ""]).encode().replace("球泡灯,加拿大站,4W".encode(), b"\xff,\xe5\x8a\xa0"))
    assert sku("import", path)[2].startswith("I-028 ")


def test_import_writes_nothing_that_a_spreadsheet_calculates(sku, tmp_path):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        rows = [
            ["品牌", "品名", "站点", "SKU"],
            ["HIFILUZ", "=1+1", "加拿大站", "-5"],
            ["HIFILUZ", "球泡灯", "@SUM(A1)", "+A"],
        ]
        csv.writer(file).writerows(rows)
    sku("import", source, "--out", target)
    with target.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert {"'=1+1", "'@SUM(A1)", "'+A", "-5"} <= set(cells)
    assert not [cell for cell in cells if cell[:1] in ("=", "@", "+")]
    assert sku("import", target)[0] == sku("import", source)[0], "it reads back the same"


def test_import_never_writes_over_the_list(sku, product_list):
    before = product_list.read_bytes()
    code, _, errors = sku("import", product_list, "--out", product_list)
    assert code == 2
    assert errors.startswith("C-035 ")
    assert product_list.read_bytes() == before
