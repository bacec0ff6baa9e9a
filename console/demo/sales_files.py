"""Exports about listings and sales: Listing, and 产品表现 with money and percentages as text."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random

from console.demo.catalogue import Store
from console.demo.files import Cell, Row, Sheet, titles, write_xlsx
from console.demo.records import Company, Offer

LISTING = titles(
    "MSKU,FNSKU,ASIN,父ASIN,状态,店铺,品名,币种,价格,优惠价,FBA可售,FBA待调仓,FBA预留,FBA计划入库,FBA标发在途,FBA入库中,FBA不可售,7日销量,"
    "14日销量,30日销量,昨日广告费,Rating总数,评分"
)


def write_listing(path: Path, company: Company) -> None:
    """Listing: the header in row 3, inline texts, and one MSKU listed twice."""
    rows: list[Row] = [["Listing导出", f"导出时间:{company.day:%Y-%m-%d} 08:12:05"], []]
    rows.append(LISTING)
    body = [_listing_row(company, offer) for offer in company.offers]
    rows += [*body[:9], *body[8:]]
    write_xlsx(path, [Sheet("Listing", rows)], shared=False)


def _listing_row(company: Company, offer: Offer) -> list[Cell]:
    rng = Random(f"{offer.store.name}/{offer.msku}/{company.day}")  # noqa: S311 - repeatable
    planned, sent, receiving = company.inbound.get((offer.store.name, offer.msku), (0, 0, 0))
    return [
        offer.msku,
        offer.fnsku,
        offer.asin,
        offer.parent,
        "在售" if offer.on_sale else "停售",
        offer.store.name,
        offer.product.name,
        offer.store.currency,
        offer.price,
        round(offer.price * 0.9, 2) if rng.random() < 0.2 else None,
        offer.sellable,
        offer.transfer,
        offer.reserved,
        planned,
        sent,
        receiving,
        offer.unsellable,
        offer.sold(7),
        offer.sold(14),
        offer.sold(30),
        f"{offer.store.symbol}{offer.daily * offer.price * 0.05:,.2f}",
        rng.randint(0, 900),
        round(rng.uniform(3.4, 4.9), 1),
    ]


PERFORMANCE = titles(
    "ASIN,父ASIN,MSKU,店铺,国家,售价(总价),标题,自动标签,listing标签,负责人,创建时间,品名,SKU,款名,SPU,型号,一级分类,二级分类,三级分类,品牌,开发人,"
    "销量,销售额,订单量,销量环比,销售额环比,订单量环比,销量同比,销售额同比,订单量同比,净销售额,B2B 销量,B2B 销售额,B2B 订单量,促销销量,促销销售额,促销订单量,销售均价,"
    "平均销量,促销折扣,FBM买家运费,大类排名,小类排名,退款量,退款金额,退款率,评分,评论数,留评率,结算毛利润,订单毛利润,结算毛利率,订单毛利率,ROI,退货量,退货率,FBM可售,"
    "FBA-可售,FBA-待调仓,FBA-调仓中,FBA-入库中,FBA库存,FBA-待发货,FBA-在途,FBA-计划入库,FBA-不可售,可用库存,FBA可售天数预估,FBM可售天数预估,"
    "AWD在库,AWD可用量,AWD待发货量,AWD标发在途,海外仓可用,本地可用,采购量,月库销比,断货时间,Sessions-Browser,"
    "Sessions-Browser-Percentage,Sessions-Mobile,Sessions-Mobile-Percentage,Sessions-Total,"
    "Sessions-Percentage,Unit-Sessions-Percentage,PV-Browser,PV-Mobile,PV-Total,PV-Percentage,CVR,"
    "销量CVR,Buybox赢得率,Sessions-Total(B2B),Buybox赢得率(B2B),展示,点击,广告花费,SP广告费,SD广告费,SB广告费,SBV广告费,广告销售额,"
    "SP广告销售额,SD广告销售额,SB广告销售额,广告订单量,SP广告订单量,广告订单占比,直接成交销售额,直接成交订单量,CTR,广告CVR,CPC,CPM,ROAS,ACOS,TACOS,"
    "ACoAS,ASoAS,CPO,CPU,自然点击量,自然订单量,自然CVR"
)

WINDOW = 21
"""Days that a 产品表现 export covers."""


def performance_name(day: date) -> str:
    """The file's name: its window, in full-width brackets.

    >>> performance_name(date(2026, 4, 20))
    '产品表现ASIN（2026-03-30~2026-04-19，全部广告）.xlsx'
    """
    first, last = day - timedelta(days=WINDOW), day - timedelta(days=1)
    return f"产品表现ASIN（{first}~{last}，全部广告）.xlsx"


def write_performance(path: Path, company: Company) -> None:
    """产品表现 by ASIN; MSKUs of one ASIN share a cell."""
    groups: dict[tuple[str, str], list[Offer]] = {}
    for offer in company.offers:
        groups.setdefault((offer.store.name, offer.asin), []).append(offer)
    rows: list[Row] = [PERFORMANCE]
    for offers in groups.values():
        known = _performance(company, offers)
        rows.append([known.get(title) for title in PERFORMANCE])
    write_xlsx(path, [Sheet("产品表现", rows)])


def _money(store: Store, amount: float) -> str:
    return f"{'-' if amount < 0 else ''}{store.symbol}{abs(amount):,.2f}"


def _percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.2f}%" if whole else "None"


def _performance(company: Company, offers: list[Offer]) -> dict[str, Cell]:
    first = offers[0]
    store, product = first.store, first.product
    rng = Random(f"{store.name}/{first.asin}/{company.day}")  # noqa: S311 - repeatable
    sold = sum(offer.sold(WINDOW) for offer in offers)
    stock = sum(offer.sellable for offer in offers)
    inbound = [company.inbound.get((store.name, offer.msku), (0, 0, 0)) for offer in offers]
    planned, sent, receiving = (sum(counts) for counts in zip(*inbound, strict=True))
    orders = round(sold * 0.96)
    clicks = round(sold * rng.uniform(3, 9))
    by_ads = round(orders * rng.uniform(0.1, 0.5))
    sales, spent = sold * first.price, clicks * 0.02 * first.price
    profit = sales * rng.uniform(-0.05, 0.35)
    back = round(sold * rng.uniform(0, 0.06))
    visits = round(sold * rng.uniform(8, 30))
    days = round(stock / (sold / WINDOW)) if sold else None
    money: dict[str, Cell] = {
        title: _money(store, amount)
        for title, amount in {
            "售价(总价)": first.price,
            "销售额": sales,
            "净销售额": sales * 0.97,
            "销售均价": first.price,
            "退款金额": back * first.price,
            "结算毛利润": profit,
            "订单毛利润": profit * 1.02,
            "广告花费": spent,
            "SP广告费": spent,
            "SD广告费": 0,
            "广告销售额": by_ads * first.price,
            "SP广告销售额": by_ads * first.price,
            "直接成交销售额": by_ads * first.price * 0.8,
            "CPC": 0.02 * first.price,
        }.items()
    }
    shares: dict[str, Cell] = {
        "销量环比": _percent(rng.uniform(-30, 40), 100),
        "销售额环比": _percent(rng.uniform(-30, 40), 100),
        "退款率": _percent(back, sold),
        "结算毛利率": _percent(profit, sales),
        "订单毛利率": _percent(profit * 1.02, sales),
        "退货率": _percent(back, sold),
        "CVR": _percent(orders, visits),
        "Buybox赢得率": _percent(rng.uniform(90, 100), 100),
        "ACOS": _percent(spent, by_ads * first.price),
        "TACOS": _percent(spent, sales),
        "广告订单占比": _percent(by_ads, orders),
    }
    return {
        **money,
        **shares,
        "ASIN": first.asin,
        "父ASIN": first.parent,
        "MSKU": ",".join(offer.msku for offer in offers),
        "店铺": store.name,
        "国家": store.country,
        "标题": f"{product.brand} {product.name}",
        "负责人": store.operator,
        "创建时间": str(min(offer.created for offer in offers)),
        "品名": product.name,
        "SKU": product.sku,
        "款名": product.kind,
        "SPU": product.spu,
        "一级分类": "汽摩用品",
        "二级分类": product.category,
        "品牌": product.brand,
        "销量": sold,
        "订单量": orders,
        "平均销量": round(sold / WINDOW, 2),
        "大类排名": f"Automotive:{rng.randint(900, 90000)}",
        "退款量": back,
        "评分": round(rng.uniform(3.4, 4.9), 1),
        "评论数": rng.randint(0, 900),
        "退货量": back,
        "FBA-可售": stock,
        "FBA-待调仓": sum(offer.transfer for offer in offers),
        "FBA-调仓中": sum(offer.moving for offer in offers),
        "FBA-入库中": receiving,
        "FBA-在途": sent,
        "FBA-计划入库": planned,
        "FBA-不可售": sum(offer.unsellable for offer in offers),
        "FBA可售天数预估": days,
        "断货时间": "N/A" if days is None else str(company.day + timedelta(days=days)),
        "Sessions-Total": visits,
        "展示": clicks * rng.randint(80, 300),
        "点击": clicks,
        "广告订单量": by_ads,
        "自然订单量": orders - by_ads,
    }
