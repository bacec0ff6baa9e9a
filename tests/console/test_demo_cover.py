"""The days of cover of the demo, worked out again from its export files without any code of the product."""

import csv
import html.parser
import itertools
import math
from collections import defaultdict
from datetime import date, timedelta

import openpyxl
import pytest
import yaml

from console.demo import build, rounds
from console.demo.inbox import ERP
from sync.tab.adopt import Adoption, Choice

WEIGHTS = {7: 0.5, 14: 0.3, 30: 0.2}
HOME, ABROAD = {"深圳仓", "义乌仓"}, {"墨西哥城海外仓", "墨西哥货代仓"}
RENAMED = "国内(深圳+义乌)"
"""What people call 国内仓 in the second week."""
SEGMENTS = ("可售·采购", "可售·国内", "可售·在途", "可售·海外", "可售·平台")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A company after its second week, the renamed column registered from the first day."""
    folder = tmp_path_factory.mktemp("cover") / "demo"
    company = build.make(folder, 150, 2)
    path = folder / "config.yaml"
    document = yaml.safe_load(path.read_text("utf-8"))
    document["site"]["column_aliases"]["库存数据"]["国内仓"] = [RENAMED]
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), "utf-8")
    rounds.run_round(path, Adoption(Choice.ERP))
    build.second_week(folder, company)
    rounds.run_round(path)
    return folder


def table(path, tab=None, header=1, under=False):
    """Rows as dicts; with `under` a second header row 数量 / 成本 stands under merged labels."""
    sheet = openpyxl.load_workbook(path)
    rows = [list(row) for row in (sheet[tab] if tab else sheet.worksheets[0]).iter_rows(values_only=True)]
    head, body = rows[header - 1], rows[header:]
    if under:
        names = list(itertools.accumulate(head, lambda over, own: own or over))
        head = [name if kind in (None, "数量") else f"{name}/{kind}" for name, kind in zip(names, body[0], strict=True)]
        body = body[1:]
    return [dict(zip(head, row, strict=True)) for row in body]


class Html(html.parser.HTMLParser):
    """The cells of a table, those with a rowspan repeated."""

    def __init__(self):
        super().__init__()
        self.rows, self.open = [], {}

    def handle_starttag(self, tag, attributes):
        if tag == "tr":
            self.rows.append([])
        if tag == "td":
            self._repeat()
            self.cell, self.span = "", int(dict(attributes).get("rowspan", 1))

    def _repeat(self):
        while self.open.get(len(self.rows[-1]), (0, ""))[0]:
            left, text = self.open[len(self.rows[-1])]
            self.open[len(self.rows[-1])] = (left - 1, text)
            self.rows[-1].append(text)

    def handle_data(self, data):
        if hasattr(self, "cell"):
            self.cell += data

    def handle_endtag(self, tag):
        if tag == "td":
            self.open[len(self.rows[-1])] = (self.span - 1, self.cell)
            self.rows[-1].append(self.cell.strip())


def html_table(path):
    parser = Html()
    parser.feed(path.read_text("utf-8"))
    head, *body = parser.rows
    return [dict(zip(head, row, strict=False)) for row in body]


class Erp:
    """What the files of the second week say, and of shipments that were closed since those of the first."""

    def __init__(self, folder):
        inbox = folder / "inbox" / ERP
        self.stock = {
            (row["店铺"], row["MSKU"]): row
            for row in table(inbox / "FBA库存明细_20260427.xlsx", under=True)
            if row["MSKU"]
        }
        self.sku = {key: row["SKU"] for key, row in self.stock.items()}
        self.sold = {
            (row["店铺"], row["MSKU"]): {days: row[f"{days}日销量"] for days in WEIGHTS}
            for row in table(inbox / "Listing20260427.xlsx", header=3)
        }
        self.purchased = defaultdict(float)
        for row in html_table(inbox / "采购单20260427.xls"):
            if row.get("SKU") and row["采购单号"] != "合计":
                self.purchased[row["SKU"]] += float(row["待到货量"])
        self.home, self.abroad = defaultdict(float), defaultdict(float)
        with (inbox / "仓库库存明细-20260427.csv").open(encoding="gbk") as lines:
            for row in csv.DictReader(lines):
                if row["SKU"]:
                    assert row["仓库"] in HOME | ABROAD
                    (self.home if row["仓库"] in HOME else self.abroad)[row["SKU"]] += float(row["可用量"])
        self.transit = self.on_the_way(folder)
        self.shared = defaultdict(float)
        for key, sku in self.sku.items():
            self.shared[sku] += self.daily(key)

    def on_the_way(self, folder):
        """Pieces of stocking orders under way, without those that a shipment which left counts."""
        left = defaultdict(float)
        states = {}
        for day in ("20260420", "20260427"):
            whole = None
            for row in table(folder / "inbox" / ERP / f"FBA货件_{day}.xlsx", "货件详情"):
                whole = row if row["货件单号"] else whole
                states[whole["货件单号"], row["MSKU"]] = (whole["货件状态"], row["SKU"], row["已发货"])
        for (number, _), (state, sku, sent) in states.items():
            if state != "WORKING":
                left[number, sku] += sent
        total = defaultdict(float)
        orders = table(folder / "inbox" / ERP / "海外仓备货单20260427.xlsx")
        for row in sorted(orders, key=lambda row: (row["收货仓库"], row["备货单号"], row["SKU"], row["MSKU"])):
            if row["状态"] == "待发货":
                continue
            assert row["状态"] in ("待收货", "已完成")
            number = (row["备注"] or "").split("-")[0]
            pieces = row["备货数量"]
            taken = min(pieces, left[number, row["SKU"]]) if number.startswith("FBA") else 0
            left[number, row["SKU"]] -= taken
            total[row["SKU"]] += pieces - taken if row["状态"] == "待收货" else 0
        return total

    def daily(self, key):
        return round(sum(share * round(self.sold[key][days] / days, 2) for days, share in WEIGHTS.items()), 10)

    def days(self, key, platform):
        """The five segments of a row; None for unknown, a text without sales."""
        sku, own = self.sku[key], self.daily(key)
        shared = self.shared[sku]

        def lasts(pieces, daily):
            return pieces / daily if daily else "无销量"

        parts = [lasts(stock[sku], shared) for stock in (self.purchased, self.home, self.transit, self.abroad)]
        flying = self.stock[key]["FBA实际在途"]
        if flying:
            each = [lasts(flying, own), *([parts[2]] if self.transit[sku] else [])]
            parts[2] = "无销量" if "无销量" in each else sum(each)
        return [*parts, None if platform is None else lasts(platform, own)]


def sheet(folder):
    book = openpyxl.load_workbook(folder / build.BOOK)
    head, *rows = book["库存数据"].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


PLATFORM = ("FBA可售", "FBA待调仓", "FBA调仓中", "FBA入库中")


def number(cell):
    """A cell's number, typed as text or not; None for words and formulas."""
    try:
        return float(cell)
    except ValueError:
        return None


def canonical(folder):
    names = {}
    for store in yaml.safe_load((folder / "config.yaml").read_text("utf-8"))["site"]["stores"]:
        names.update(dict.fromkeys((store["name"], *store["aliases"]), store["name"]))
    return names


def test_every_segment_total_and_verdict_is_right(demo):
    erp, names = Erp(demo), canonical(demo)
    members = defaultdict(int)
    for sku in erp.sku.values():
        members[sku] += 1
    seen = defaultdict(int)
    for row in sheet(demo):
        key = names[row["店铺"]], row["MSKU"]
        if key not in erp.stock:
            assert row["同步状态"] == "ERP已无"
            seen["gone"] += 1
            continue
        cells = [number(row[title]) for title in PLATFORM]
        typed = None in cells
        days = erp.days(key, None if typed else sum(cells))
        shown = [round(count, 1) if isinstance(count, float) else count for count in days]
        assert [row[title] for title in SEGMENTS] == pytest.approx(shown, abs=0.051), key
        known = [count for count in days if isinstance(count, float)]
        if None in days:
            total = None
        elif "无销量" in days:
            total = "无销量"
        else:
            total = pytest.approx(sum(known), abs=0.051)
        assert row["可售合计"] == total, key
        over = "是" if sum(known) > 120 else "否" if len(known) == 5 else None
        assert row["可售>120"] == over, key
        assert row["同步状态"] == ("缺:平台仓" if typed else None), key
        daily = erp.daily(key)
        if typed or not daily:
            assert row["断货日期"] is None
        else:
            assert row["断货日期"].date() == date(2026, 4, 27) + timedelta(math.floor(round(sum(cells) / daily, 9)))
        alone = [stock[erp.sku[key]] for stock in (erp.purchased, erp.home, erp.transit, erp.abroad)]
        if daily and not typed:
            flipped = (sum(alone) + sum(cells) + erp.stock[key]["FBA实际在途"]) / daily > 120
            seen["flipped"] += flipped != (over == "是")
        seen["rows"] += 1
        seen["shared"] += members[erp.sku[key]] > 1
        seen[over] += 1
    assert seen["shared"] > 5, "the demo has SKUs with several MSKUs"
    assert seen["flipped"] > 0, "dividing by one MSKU's sales would answer otherwise"
    assert min(seen["是"], seen["否"]) > 10
    assert seen["rows"] > 80


def test_what_is_shared_is_the_same_on_every_row_of_the_sku(demo):
    erp, names = Erp(demo), canonical(demo)
    for row in sheet(demo):
        key = names[row["店铺"]], row["MSKU"]
        if key in erp.sku:
            sku = erp.sku[key]
            assert row["SKU"] == sku
            shared = (row["采购未交"], row[RENAMED], row["海外在途"], row["墨西哥仓库存"])
            assert shared == (erp.purchased[sku], erp.home[sku], erp.transit[sku], erp.abroad[sku]), key
