"""FBA库存明细: Amazon stock per store and MSKU, quantity and cost under one label."""

from __future__ import annotations

from sheets_schema.exports.notation import ERP_BLANKS, fields
from sheets_schema.model import Report

FBA_STOCK = Report(
    name="FBA库存明细",
    source="领星",
    key=("store", "msku"),
    pair=("store",),
    any_of=(("fba_total", "fba_available", "fba_sellable", "fba_transfer_waiting", "fba_receiving", "fba_in_transit"),),
    blanks=ERP_BLANKS,
    fields=fields("""
parent_asin           id    父ASIN
fba_warehouse         text  所属仓库|仓库
store                 text  店铺|店铺名称
country               text  国家|国家（地区）|国家/地区
asin                  id    ASIN
msku                  id!   MSKU
fnsku                 id    FNSKU
sku                   id    SKU
name                  text  品名
title                 text  标题
spu                   id    SPU
style                 text  款名
attributes            text  属性
category_1            text  一级分类
category_2            text  二级分类
category_3            text  三级分类
brand                 text  品牌
owner                 text  负责人
fba_total             pair  FBA总库存
fba_available         pair  FBA可用库存
fba_sellable          pair  FBA可售
fbm_sellable          pair- FBM可售
fba_reserved          pair  FBA预留
fba_transfer_waiting  pair  FBA待调仓
fba_transferring      pair  FBA调仓中
fba_to_ship           pair  FBA待发货
fba_planned           pair  FBA计划入库
fba_shipped           pair  FBA标发在途|标发在途
fba_in_transit        pair  FBA实际在途|FBA在途|实际在途
fba_receiving         pair  FBA入库中
fba_unsellable        pair  FBA不可售
fba_researching       pair  FBA调查中
age_0_30              pair  0-30|0-30天库龄|库龄0-30天|0-30天
age_31_60             pair  31-60|31-60天库龄|库龄31-60天|31-60天
age_61_90             pair  61-90|61-90天库龄|库龄61-90天|61-90天
age_91_180            pair  91-180|91-180天库龄|库龄91-180天|91-180天
age_181_270           pair  181-270|181-270天库龄|库龄181-270天|181-270天
age_271_330           pair  271-330|271-330天库龄|库龄271-330天|271-330天
age_331_365           pair  331-365|331-365天库龄|库龄331-365天|331-365天
age_365_plus          pair  365+|365以上|365天以上|365+天库龄|365天以上库龄|库龄365天以上
awd_stock             pair  AWD在库|AWD在库量|AWD总库存
awd_available         pair  AWD可用量|AWD可用
awd_reserved          pair  AWD预留|AWD预留量
awd_to_ship           pair  AWD待发货量|AWD待发货
awd_in_transit        pair  AWD标发在途
awd_actual_transit    pair  AWD实际在途
awd_receiving         pair  AWD入库中
unit_cost             money 单位采购成本
unit_freight          money 单位头程费用
fba_goods_value       money FBA总货值
fba_stock_cost        money FBA总库存成本
storage_type          text  仓储类型
fulfilment            text  配送方式
updated_on            datetime? 更新时间|数据更新时间|统计时间
"""),
    as_of="updated_on",
)
