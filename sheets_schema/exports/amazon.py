"""Amazon's own inventory: the flat file (its variants differ in extra columns) and the API's summary.

Neither names the store, except the variant with a `store` column. Until some years ago the flat file had titles
in words (AFN Fulfillable Qty).
"""

from __future__ import annotations

from sheets_schema.exports.notation import AMAZON_BLANKS, fields
from sheets_schema.model import Report

MANAGE_INVENTORY = Report(
    name="Amazon FBA Manage Inventory",
    source="Amazon",
    key=("store", "msku"),
    pair=("store",),
    any_of=(("fba_warehouse_stock", "fba_total", "fba_reserved", "fba_receiving", "fba_shipped", "fba_planned"),),
    blanks=AMAZON_BLANKS,
    fields=fields("""
msku                  id!   sku|seller-sku|Merchant SKU
fnsku                 id    fnsku|Fulfillment Network SKU
asin                  id    asin
title                 text  product-name|Title
condition             text  condition
price                 money your-price|Price
mfn_listing           bool  mfn-listing-exists
fbm_sellable          integer- mfn-fulfillable-quantity|MFN Fulfillable Qty
afn_listing           bool  afn-listing-exists
fba_warehouse_stock   integer afn-warehouse-quantity|AFN Warehouse Qty
fba_sellable          integer! afn-fulfillable-quantity|AFN Fulfillable Qty
fba_unsellable        integer afn-unsellable-quantity|AFN Unsellable Qty
fba_reserved          integer afn-reserved-quantity|AFN Encumbered Qty
fba_total             integer afn-total-quantity|AFN Total Qty
unit_volume           number per-unit-volume|Volume
fba_planned           integer afn-inbound-working-quantity|AFN Inbound Working Qty
fba_shipped           integer afn-inbound-shipped-quantity|AFN Inbound Shipped Qty
fba_receiving         integer afn-inbound-receiving-quantity|AFN Inbound Receiving Qty
fba_researching       integer afn-researching-quantity
reserved_future       integer afn-reserved-future-supply
future_buyable        integer afn-future-supply-buyable
fba_sellable_local    integer afn-fulfillable-quantity-local
fba_sellable_remote   integer afn-fulfillable-quantity-remote
fba_transferring      integer afn-fc-transfer-quantity
fba_onhand_buyable    integer afn-onhand-buyable-quantity
store                 text  store
"""),
)

INVENTORY_SUMMARY = Report(
    name="Amazon FBA Inventory Summary",
    source="Amazon",
    key=("store", "msku"),
    pair=("store",),
    blanks=AMAZON_BLANKS,
    as_of="updated_on",
    fields=fields("""
row_id                id    _fivetran_id
asin                  id    asin
marketplace_id        id    granularity_id|marketplace_id
granularity           text  granularity_type
carrier_damaged       integer carrier_damaged_quantity
condition             text  condition
customer_damaged      integer customer_damaged_quantity
defective             integer defective_quantity
distributor_damaged   integer distributor_damaged_quantity
expired               integer expired_quantity
fba_transferring_fc   integer fc_processing_quantity
fnsku                 id    fn_sku
fba_sellable          integer! fulfillable_quantity
fba_shipped           integer inbound_shipped_quantity
fba_receiving         integer inbound_receiving_quantity
fba_planned           integer inbound_working_quantity
updated_on            datetime last_updated_time
fba_customer_orders   integer pending_customer_order_quantity
fba_transferring      integer pending_transshipment_quantity
title                 text  product_name
msku                  id!   seller_sku
fba_total             integer! total_quantity
fba_researching       integer total_researching_quantity|researching_quantity_total
fba_reserved          integer total_reserved_quantity
fba_unsellable        integer total_unfulfillable_quantity
warehouse_damaged     integer warehouse_damaged_quantity
store                 text  store|store_name
"""),
)
