"""Listing: one row per listing, with stock, recent sales and state. Duplicate MSKU rows occur."""

from __future__ import annotations

from sheets_schema.exports.notation import ERP_BLANKS, fields
from sheets_schema.model import Report

LISTING = Report(
    name="Listing",
    source="领星",
    key=("store", "msku"),
    pair=("store",),
    any_of=(
        (
            "fba_sellable",
            "fba_transfer_waiting",
            "fba_receiving",
            "fba_shipped",
            "sold_7",
            "sold_14",
            "sold_30",
            "price",
        ),
    ),
    blanks=ERP_BLANKS,
    fields=fields("""
msku                  id!   MSKU
fnsku                 id    FNSKU
asin                  id    ASIN
parent_asin           id    父ASIN
status                text  状态|Listing状态|在售状态
store                 text  店铺|店铺名称
country               text? 国家|国家（地区）
name                  text  品名
sku                   id?   SKU
title                 text? 标题
owner                 text? 负责人|Listing负责人
tags                  text? listing标签
currency              text  币种
price                 money 价格
sale_price            money 优惠价
fba_sellable          integer FBA可售
fba_transfer_waiting  integer FBA待调仓
fba_transferring      integer? FBA调仓中
fba_reserved          integer FBA预留
fba_planned           integer FBA计划入库
fba_shipped           integer FBA标发在途|标发在途
fba_receiving         integer FBA入库中
fba_unsellable        integer FBA不可售
fbm_sellable          integer-? FBM可售
sold_7                integer 7日销量|7天销量
sold_14               integer 14日销量|14天销量
sold_30               integer 30日销量|30天销量
sold_yesterday        integer? 昨日销量
ad_spend_yesterday    money 昨日广告费
ratings               integer Rating总数|评论数
rating                number 评分|星级
created_on            date? 创建时间|上架时间
fulfilment            text? 配送方式
updated_on            datetime? 更新时间|数据更新时间
"""),
    as_of="updated_on",
)
