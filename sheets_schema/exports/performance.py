"""产品表现: sales, stock and advertising in a window that stands only in the file's name.

One header serves the variants by 父ASIN, ASIN, MSKU and SKU: a row may sum several MSKU or stores
(several lines in one cell); such a row says nothing about a single MSKU.
"""

from __future__ import annotations

from rules.policy.meanings import Meanings
from sheets_schema.cells import Value
from sheets_schema.exports.derived import number
from sheets_schema.exports.notation import ERP_BLANKS, fields
from sheets_schema.model import Cells, Report, Window


def per_day(cells: Cells, _meanings: Meanings | None, window: Window | None) -> dict[str, list[Value]]:
    """Pieces per day, when the window in the file's name is 7, 14 or 30 days long.

    >>> from datetime import date
    >>> per_day({"sold": [60.0, None]}, None, (date(2026, 4, 1), date(2026, 4, 30)))
    {'daily_30': [2.0, None]}
    """
    if window is None or "sold" not in cells:
        return {}
    days = (window[1] - window[0]).days + 1
    if days not in (7, 14, 30):
        return {}
    return {f"daily_{days}": [None if (sold := number(value)) is None else sold / days for value in cells["sold"]]}


PERFORMANCE = Report(
    name="产品表现",
    source="领星",
    key=("store", "msku"),
    pair=("store",),
    derive=per_day,
    sums_rows=True,
    any_of=(
        ("msku", "asin", "parent_asin", "sku"),
        ("sold", "sales", "orders"),
        (
            "sold_change",
            "sales_change",
            "sessions",
            "impressions",
            "acos",
            "cvr",
            "net_sales",
            "promo_sold",
            "ad_spend",
        ),
    ),
    blanks=ERP_BLANKS,
    fields=fields("""
day                   text  日期
asin                  id    ASIN
parent_asin           id    父ASIN
msku                  id    MSKU
store                 text  店铺
country               text  国家
price                 money 售价(总价)|售价
title                 text  标题
auto_tags             text  自动标签
tags                  text  listing标签
owner                 text  负责人
created_on            text  创建时间
name                  text  品名
sku                   id    SKU
style                 text  款名
spu                   id    SPU
model                 text  型号
category_1            text  一级分类
category_2            text  二级分类
category_3            text  三级分类
brand                 text  品牌
developer             text  开发人
sold                  integer 销量
sales                 money 销售额
orders                integer 订单量
sold_change           percent 销量环比
sales_change          percent 销售额环比|销量额环比
orders_change         percent 订单量环比
sold_yoy              percent 销量同比
sales_yoy             percent 销售额同比|销量额同比
orders_yoy            percent 订单量同比
net_sales             money 净销售额
b2b_sold              integer B2B 销量
b2b_sales             money B2B 销售额
b2b_orders            integer B2B 订单量
promo_sold            integer 促销销量
promo_sales           money 促销销售额
promo_orders          integer 促销订单量
average_price         money 销售均价
average_sold          number 平均销量
promo_discount        money 促销折扣
fbm_shipping          money FBM买家运费
category_rank         text  大类排名
subcategory_rank      text  小类排名
refunds               integer 退款量
refund_amount         money 退款金额
refund_rate           percent 退款率
rating                number 评分
ratings               integer 评论数
review_rate           percent 留评率
settled_profit        money 结算毛利润
order_profit          money 订单毛利润
settled_margin        percent 结算毛利率
order_margin          percent 订单毛利率
roi                   percent ROI
returns               integer 退货量
return_rate           percent 退货率
fbm_sellable          integer- FBM可售
fba_sellable          integer FBA-可售
fba_transfer_waiting  integer FBA-待调仓
fba_transferring      integer FBA-调仓中
fba_receiving         integer FBA-入库中
fba_stock             integer FBA库存
fba_to_ship           integer FBA-待发货
fba_in_transit        integer FBA-在途
fba_planned           integer FBA-计划入库
fba_unsellable        integer FBA-不可售
available             integer- 可用库存
fba_cover_days        number FBA可售天数预估
fbm_cover_days        number FBM可售天数预估
awd_stock             integer AWD在库
awd_available         integer AWD可用量
awd_to_ship           integer AWD待发货量
awd_in_transit        integer AWD标发在途
overseas_available    integer- 海外仓可用
local_available       integer- 本地可用
purchasing            integer 采购量
stock_to_sales        number 月库销比
stockout_on           date  断货时间
sessions_browser      integer Sessions-Browser
sessions_browser_pct  percent Sessions-Browser-Percentage
sessions_mobile       integer Sessions-Mobile
sessions_mobile_pct   percent Sessions-Mobile-Percentage
sessions              integer Sessions-Total
sessions_pct          percent Sessions-Percentage
unit_sessions_pct     percent Unit-Sessions-Percentage
views_browser         integer PV-Browser
views_browser_pct     percent PV-Browser-Percentage
views_mobile          integer PV-Mobile
views_mobile_pct      percent PV-Mobile-Percentage
views                 integer PV-Total
views_pct             percent PV-Percentage
cvr                   percent CVR
sold_cvr              percent 销量CVR
buybox                percent Buybox赢得率
sessions_browser_b2b  integer Sessions-Browser(B2B)
sessions_mobile_b2b   integer Sessions-Mobile(B2B)
sessions_b2b          integer Sessions-Total(B2B)
views_browser_b2b     integer PV-Browser(B2B)
views_mobile_b2b      integer PV-Mobile(B2B)
views_b2b             integer PV-Total(B2B)
cvr_b2b               percent CVR(B2B)
buybox_b2b            percent Buybox赢得率(B2B)
impressions           integer 展示
clicks                integer 点击
ad_spend              money 广告花费
sp_spend              money SP广告费
sd_spend              money SD广告费
sb_spend              money SB广告费
sbv_spend             money SBV广告费
st_spend              money ST广告费
live_spend            money Live广告费
ad_sales              money 广告销售额
sp_sales              money SP广告销售额
sd_sales              money SD广告销售额
sb_sales              money SB广告销售额
sbv_sales             money SBV广告销售额
ad_orders             integer 广告订单量
sp_orders             integer SP广告订单量
sd_orders             integer SD广告订单量
sb_orders             integer SB广告订单量
sbv_orders            integer SBV广告订单量
ad_order_share        percent 广告订单占比
direct_sales          money 直接成交销售额
direct_orders         integer 直接成交订单量
ctr                   percent CTR
ad_cvr                percent 广告CVR
cpc                   money CPC
cpm                   money CPM
roas                  number ROAS
acos                  percent ACOS
tacos                 percent TACOS
acoas                 percent ACoAS
asoas                 percent ASoAS
cpo                   money CPO
cpu                   money CPU
organic_clicks        integer 自然点击量
organic_orders        integer 自然订单量
organic_cvr           percent 自然CVR
daily_7               number
daily_14              number
daily_30              number
"""),
)
