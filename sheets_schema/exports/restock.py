"""补货建议: the ERP's own proposal. Summary rows and child rows of shared stock are mixed in."""

from __future__ import annotations

from sheets_schema.exports.notation import ERP_BLANKS, fields
from sheets_schema.model import Report

RESTOCK = Report(
    name="补货建议",
    source="领星",
    key=("store", "msku"),
    pair=("store",),
    any_of=(
        ("restock_status", "forecast", "stocking_days", "purchase_days", "cover_days"),
        ("daily_7", "daily_14", "daily_30", "sold_7", "sold_14", "sold_30", "daily"),
    ),
    blanks=ERP_BLANKS,
    fields=fields("""
parent_summary        text  父ASIN汇总行
region_summary        text  欧洲/北美汇总行
asin                  id    ASIN
parent_asin           id    父ASIN
msku                  id!   MSKU
fnsku                 id    FNSKU
sku                   id    SKU
name                  text  品名
title                 text  标题
store                 text  店铺
country               text  国家（地区）|国家
category              text  分类
brand                 text  品牌
restock_status        text  补货状态
plan_days             number 采购计划天数
purchase_days         number 采购交期
inspection_days       number 质检天数
overseas_to_fba_days  number 海外仓至FBA天数
safety_days           number 安全天数
purchase_every        number 采购频率
local_ships_every     number 本地仓发货频率
overseas_ships_every  number 海外仓发货频率
stocking_days         number 备货时长
sold_3                integer 3天销量
sold_7                integer 7天销量
sold_14               integer 14天销量
sold_30               integer 30天销量
sold_60               integer 60天销量
sold_90               integer 90天销量
daily_3               number 3天日均
daily_7               number 7天日均
daily_14              number 14天日均
daily_30              number 30天日均
daily_60              number 60天日均
daily_90              number 90天日均
cover_days            number 可售天数(总)
fba_cover_days        number 可售天数(FBA)
fba_transit_days      number 可售天数(FBA + 在途)
stockout_on           date  断货时间
daily                 number 日均销量
forecast              number 销量预测
fba_stock             integer FBA库存
fba_in_transit        integer FBA在途
fba_transit_detail    text  FBA在途详情
fba_sellable          integer 可售
fba_transfer_waiting  integer 待调仓
fba_transferring      integer 调仓中
fba_receiving         integer 入库中
local_available       integer- 本地可用
undelivered           integer 待交付
total                 integer- 总库存
age_0_3m              integer 3个月库龄
age_3_6m              integer 3-6个月库龄
age_6_9m              integer 6-9个月库龄
age_9_12m             integer 9-12个月库龄
age_12m_plus          integer 12个月以上库龄
"""),
)
