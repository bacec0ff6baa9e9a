"""A warehouse that nobody placed: asked about, counted nowhere, and counted in the round after somebody placed it."""

import csv

import yaml

from tests.scenarios.office import process

PIECES = 137
WEIGHTS = (("7日均", 0.5), ("14日均", 0.3), ("30日均销", 0.2))
ABROAD, HOME = "墨西哥仓库存", "国内(深圳+义乌)"
"""What people call 货代仓/海外仓 and 国内仓 in the demo's second week."""


def add_warehouse(demo, name):
    """The newest export of warehouses, a day later and whole, with one more line; answers its SKU."""
    (old,) = demo.folder.glob("inbox/*/仓库库存明细-20260427.csv")
    with old.open(encoding="gb18030", newline="") as file:
        rows = list(csv.DictReader(file))
    more = {**rows[0], "仓库": name, "可用量": PIECES, "总量": PIECES}
    with old.with_name("仓库库存明细-20260428.csv").open("w", encoding="gb18030", newline="") as file:
        writer = csv.DictWriter(file, list(more))
        writer.writeheader()
        writer.writerows([more, *rows])
    return more["SKU"]


def place(demo, name, what):
    path = demo.folder / "config.yaml"
    document = yaml.safe_load(path.read_text("utf-8"))
    document["site"]["warehouses"] = [{"name": name, "is": what}]
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), "utf-8")


def test_a_new_warehouse_is_a_question_until_it_is_placed(demo):
    process(demo, "sync", "once")
    before = demo.rows()
    sku = add_warehouse(demo, "墨西哥DF仓")
    report = process(demo, "sync", "once")
    (asked,) = [item for item in report["held"] if item["code"] == "I-080"]
    assert f"墨西哥DF仓 是什么(1 行,{PIECES} 件)" in asked["message"]
    assert '- {name: "墨西哥DF仓", is: 海外}' in asked["message"], "the line to add"
    mine = [number for number, row in enumerate(before) if row["SKU"] == sku]
    assert mine, "the SKU stands in the tab"
    now = demo.rows()
    for number, (row, was) in enumerate(zip(now, before, strict=True)):
        assert (row[ABROAD], row[HOME]) == (was[ABROAD], was[HOME])
        assert ("缺仓库" in (row["同步状态"] or "")) == (number in mine)
        assert row["可售·海外"] == (None if number in mine else was["可售·海外"]), "unknown is not 0"

    place(demo, "墨西哥DF仓", "海外")
    report = process(demo, "sync", "once")
    assert "I-080" not in {item["code"] for item in report["held"]}
    for number, (row, was) in enumerate(zip(demo.rows(), before, strict=True)):
        assert row[ABROAD] == was[ABROAD] + PIECES * (number in mine)
        assert row[HOME] == was[HOME]
        assert row["同步状态"] == was["同步状态"]
    rows = demo.rows()
    daily = sum(row[title] * share for row in rows if row["SKU"] == sku for title, share in WEIGHTS)
    for number in mine:
        assert rows[number]["可售·海外"] == round(rows[number][ABROAD] / daily, 1), "all who sell from it together"

    letter = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[list(before[0]).index(ABROAD)]
    told = process(demo, "sync", "explain", "全流程数据", f"库存数据!{letter}{mine[0] + 2}")
    addends = {item["name"]: item["value"] for item in told["addends"]}
    assert addends["墨西哥DF仓"] == PIECES
    assert sum(addends.values()) == told["sheet"] == told["erp"]
