"""Exports of another ERP: recognised only to be refused with a reason."""

from __future__ import annotations

from sheets_schema.exports.notation import ERP_BLANKS, fields
from sheets_schema.model import Report

SAIHU = Report(
    name="赛狐",
    source="赛狐",
    rival="赛狐",
    key=(),
    pair=(),
    blanks=ERP_BLANKS,
    any_of=(("gross_profit", "sessions", "age_0_30"), ("sold_3", "sold_7", "sold_30", "sessions", "age_0_30")),
    fields=fields("""
site                  text! 站点
store                 text  店铺
msku                  id    MSKU
asin                  id    ASIN
parent_asin           id    父ASIN
sku                   id    SKU
name                  text  品名|商品名称
sold_3                integer 3天销量
sold_7                integer 7天销量
sold_14               integer 14天销量
sold_15               integer 15天销量
sold_30               integer 30天销量
sold_60               integer 60天销量
sold_90               integer 90天销量
gross_profit          money 毛利润
sessions              integer Sessions-浏览器|Sessions-移动端
age_0_30              integer 0-30天库龄
age_31_60             integer 31-60天库龄
age_61_90             integer 61-90天库龄
age_91_180            integer 91-180天库龄
age_181_270           integer 181-270天库龄
age_271_365           integer 271-365天库龄
age_365_plus          integer 365天以上库龄
"""),
)
