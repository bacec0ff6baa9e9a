"""Exports are recognised by their header set, whatever the file is called."""

import random
from pathlib import Path

import pytest
import yaml

from sheets_schema.exports.unread import UNREAD
from sync.ingest.read import inspect
from tests.sync.ingest.files import csv_file, xlsx_file

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases" / "headers.yaml").read_text("utf-8"))


def titles_of(case):
    return [title.strip() for title in case["titles"].split(",")]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_header_is_recognised(case, tmp_path):
    answer = inspect(csv_file(tmp_path, [titles_of(case)], name="Listing20260923.csv"))
    assert answer["report"] == case["report"]
    assert [problem["code"] for problem in answer["problems"]] == ([case["code"]] if "code" in case else [])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_column_order_does_not_matter(case, tmp_path):
    titles = titles_of(case)
    random.Random(7).shuffle(titles)
    assert inspect(csv_file(tmp_path, [titles]))["report"] == case["report"]


@pytest.mark.parametrize("row", range(0, 21, 4))
def test_the_header_is_looked_for_in_twenty_rows(row, tmp_path):
    rows = [[f"导出说明 {number}"] for number in range(row)] + [
        ["店铺", "MSKU", "7日销量", "状态"],
        ["LO-CA", "A", 7, "在售"],
    ]
    answer = inspect(xlsx_file(tmp_path, {"S": rows}))
    if row < 20:
        assert (answer["report"], answer["header_row"], answer["rows"]) == ("Listing", row + 1, 1)
    else:
        assert answer["report"] is None


def test_unknown_names_the_nearest_and_what_is_missing(tmp_path):
    answer = inspect(csv_file(tmp_path, [["店铺", "品名", "FBA可售", "FBA实际在途"], ["A", "b", 1, 2]]))
    assert [near["report"] for near in answer["nearest"]] == ["FBA库存明细"]
    assert answer["nearest"][0]["missing"] == ["MSKU"]
    assert "MSKU" in answer["problems"][0]["message"]


def test_unknown_columns_are_listed_and_double_titles_stay_distinct(tmp_path):
    rows = [["SKU", "可用量", "待到货量", "备注", "备注", "跟进"], ["A", 1, 2, "x", "y", "z"]]
    answer = inspect(csv_file(tmp_path, rows))
    assert answer["columns"] == {"SKU": "sku", "可用量": "available", "待到货量": "expected"}
    assert answer["unknown_columns"] == ["备注", "备注 (2)", "跟进"]


def test_the_installations_own_titles(tmp_path):
    path = csv_file(tmp_path, [["货号", "能卖的"], ["A", 1]])
    assert inspect(path)["report"] is None
    aliases = {"仓库库存明细": {"sku": ["货号"], "available": ["能卖的"]}}
    assert inspect(path, aliases=aliases)["report"] == "仓库库存明细"


def test_the_first_tab_that_fits_is_read(tmp_path):
    cover = [["导出时间", "2026-04-20"], ["操作人", "林晓"]]
    data = [["店铺", "MSKU", "FBA可售", "FBA实际在途"], ["LO-CA", "A", 5, 6]]
    answer = inspect(xlsx_file(tmp_path, {"说明": cover, "数据": data}))
    assert (answer["report"], answer["sheet"], answer["rows"]) == ("FBA库存明细", "数据", 1)


KNOWN = yaml.safe_load((Path(__file__).parents[2] / "cases" / "known_headers.yaml").read_text("utf-8"))
SAMPLES = Path(__file__).parents[4] / "shared" / "samples"


@pytest.mark.parametrize("preamble", [0, 8], ids=["at the top", "below a preamble"])
@pytest.mark.parametrize("case", KNOWN, ids=lambda case: case["name"])
def test_headers_of_real_reports(case, preamble, tmp_path):
    rows = [["Todos los importes en MXN"]] * preamble + [case["titles"].split("|")]
    answer = inspect(csv_file(tmp_path, rows, separator="\t"), lang="en")
    (problem,) = answer["problems"] or [{"code": "", "message": ""}]
    said = {
        "read": answer["report"],
        "unread": problem["message"].split("looks like ")[-1].split(", a report")[0]
        if problem["code"] == "I-036"
        else None,
        "near": [near["report"] for near in answer.get("nearest", [])] or None,
    }
    assert said == {name: case.get(name) for name in said}
    assert (problem["code"] == "I-010") == (said["read"] is None and said["unread"] is None)


def test_a_known_kind_is_one_line():
    titles = [title for kind in UNREAD for title in kind.words]
    assert len(UNREAD) == len({kind.name for kind in UNREAD})
    assert all(kind.needs <= len(kind.words) for kind in UNREAD)
    assert not {"sku", "asin", "msku", "fnsku", "店铺", "品名", "quantity", "currency"} & set(titles)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"{SAMPLES} is absent")
@pytest.mark.parametrize(
    ("name", "report", "kind"),
    [
        ("fivetran_fba_inventory_summary.csv", "Amazon FBA Inventory Summary", ""),
        ("mx_transacciones_es_MX.csv", None, "payments"),
        ("settlement-sample.txt", None, "settlement"),
    ],
)
def test_published_samples(name, report, kind):
    answer = inspect(SAMPLES / name, lang="en")
    assert answer["report"] == report
    if kind:
        assert answer["nearest"] == []
        assert kind in answer["problems"][0]["message"]
