"""Exports are recognised by their header set, whatever the file is called."""

import random
from pathlib import Path

import pytest
import yaml

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
