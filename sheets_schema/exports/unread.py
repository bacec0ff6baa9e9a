"""Reports that are known and not read: recognised by their telltale titles, so that nobody looks for a missing column.

A new kind is one entry: its name, and titles that no other kind has. Titles that every report shares (sku, asin,
店铺) tell nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from rules.errors import Text
from sheets_schema.headers import normal_title


@dataclass(frozen=True)
class Unread:
    """A kind of report by its telltale titles, in all languages; `needs` of them make it out."""

    name: Text
    titles: str
    needs: int = 3

    @cached_property
    def words(self) -> frozenset[str]:
        """The titles in normal form."""
        return frozenset(normal_title(title) for title in self.titles.replace("\n", "|").split("|") if title.strip())


UNREAD: tuple[Unread, ...] = (
    Unread(
        Text("亚马逊结算报告(Settlement)", "an Amazon settlement report"),
        """settlement-id|settlement-start-date|settlement-end-date|deposit-date|total-amount|transaction-type
        amount-type|amount-description|posted-date|posted-date-time|order-item-code|merchant-order-item-id
        shipment-fee-type|order-fee-type|price-type|item-related-fee-type|other-fee-reason-description""",
    ),
    Unread(
        Text("亚马逊付款/日期范围报告(Payments)", "an Amazon payments (date range) report"),
        """settlement id|product sales|product sales tax|shipping credits|gift wrap credits|promotional rebates
        marketplace withheld tax|selling fees|fba fees|other transaction fees
        Id. de liquidación|identificador de pago|ventas de productos|créditos de envío|tarifas de venta|tarifas fba
        tarifas de otra transacción|descuentos promocionales|devoluciones promocionales|abonos de envío
        Abrechnungsnummer|Umsätze|Gutschrift für Versandkosten|Rabatte aus Werbeaktionen|Verkaufsgebühren
        Gebühren zu Versand durch Amazon|Andere Transaktionsgebühren
        numéro de versement|ventes de produits|crédits d'expédition|Rabais promotionnels|frais de vente
        Frais Expédié par Amazon|autres frais de transaction
        Numero pagamento|Vendite|Accrediti per le spedizioni|Sconti promozionali|Commissioni di vendita
        Costi del servizio Logistica di Amazon|Altri costi relativi alle transazioni
        schikkings-ID|verkoop van producten|Verzendtegoeden|verkoopkosten|fba-vergoedingen
        betalnings-id|produktförsäljning|försäljningsavgifter|identyfikator rozliczenia|sprzedaż produktów|opłaty za sprzedaż
        決済番号|商品売上|配送料|ギフト包装クレジット|プロモーション割引額|手数料|FBA 手数料|トランザクションに関するその他の手数料
        结算编号|商品销售额|运费抵免|促销返点|销售佣金|FBA 费用""",
    ),
    Unread(
        Text("亚马逊广告报告", "an Amazon advertising report"),
        """Portfolio name|Campaign Name|Ad Group Name|Targeting|Match Type|Customer Search Term|Impressions|Clicks
        Click-Thru Rate (CTR)|Cost Per Click (CPC)|Spend|7 Day Total Sales|14 Day Total Sales|7 Day Total Orders (#)
        14 Day Total Orders (#)|Total Advertising Cost of Sales (ACOS)|Total Advertising Cost of Sales (ACoS)
        Total Return on Advertising Spend (ROAS)|Total Return on Advertising Spend (RoAS)|7 Day Total Units (#)
        Advertised SKU|Advertised ASIN|Placement|Placement Type|Campaign Type|Bidding strategy|Budget
        广告组合名称|广告活动名称|广告组名称|投放|匹配类型|客户搜索词|展示量|点击量|点击率(CTR)|每次点击成本(CPC)|广告SKU|广告ASIN""",
    ),
    Unread(
        Text("亚马逊批量广告表格(Bulk)", "an Amazon bulk advertising sheet"),
        "Entity|Operation|Campaign ID|Ad Group ID|Ad ID|Keyword ID|Product Targeting ID|Keyword Text|Bidding Strategy|Daily Budget",
    ),
    Unread(
        Text("领星广告报表", "a Lingxing advertising report"),
        """广告活动|广告组|广告组合|广告位|曝光量|点击|花费|广告订单|广告销售额|用户搜索词|推广商品|自动投放|匹配方式|关键词
        竞价|预算|店铺名称|ACoS|CPC|投放""",
        4,
    ),
    Unread(
        Text("亚马逊补货建议报告(Restock)", "an Amazon restock report"),
        """Recommended replenishment qty|Recommended ship date|Recommended action|Units Sold Last 30 Days
        Sales last 30 days|Supplier part no.|Days of Supply at Amazon Fulfillment Network
        Total Days of Supply (including units from open shipments)|Unit storage size""",
    ),
    Unread(
        Text("亚马逊库存分类账(Ledger)", "an Amazon inventory ledger"),
        """Starting Warehouse Balance|Ending Warehouse Balance|In Transit Between Warehouses|Customer Shipments
        Customer Returns|Vendor Returns|Warehouse Transfer In/Out|Other Events|Unknown Events|Event Type|Reference ID
        Reconciled Quantity|Unreconciled Quantity|Disposition""",
    ),
    Unread(
        Text("亚马逊 FBA 退货报告", "an Amazon report of FBA returns"),
        "return-date|detailed-disposition|license-plate-number|customer-comments|fulfillment-center-id",
    ),
    Unread(
        Text("亚马逊移除报告(Removal)", "an Amazon report of removals"),
        """request-date|order-type|service-speed|requested-quantity|cancelled-quantity|disposed-quantity
        in-process-quantity|removal-fee|removal-order-type""",
    ),
    Unread(
        Text("亚马逊发货报告(Shipments)", "an Amazon report of fulfilled shipments"),
        "shipment-id|shipment-item-id|reporting-date|shipment-date|estimated-arrival-date|carrier|tracking-number",
        4,
    ),
    Unread(
        Text("亚马逊订单报告", "an Amazon report of orders"),
        """amazon-order-id|merchant-order-id|purchase-date|last-updated-date|order-status|fulfillment-channel|sales-channel
        order-channel|ship-service-level|item-status|item-price|item-tax|shipping-price|promotion-ids|order-item-id
        payments-date|buyer-name|quantity-purchased|recipient-name|ship-country""",
        4,
    ),
    Unread(
        Text("亚马逊库龄/库存规划报告", "an Amazon inventory planning (age) report"),
        """snapshot-date|inv-age-0-to-90-days|inv-age-91-to-180-days|inv-age-181-to-270-days|inv-age-271-to-365-days
        inv-age-365-plus-days|units-shipped-t7|units-shipped-t30|units-shipped-t90|weeks-of-cover-t30|weeks-of-cover-t90
        units-shipped-last-7-days|units-shipped-last-30-days|sell-through|days-of-supply|estimated-excess-quantity
        pending-removal-quantity|sellable-quantity|estimated-storage-cost-next-month|weeks-of-cover-t7""",
    ),
    Unread(
        Text("亚马逊 AFN 库存报告", "an Amazon report of AFN stock"),
        "fulfillment-channel-sku|condition-type|Warehouse-Condition-code|Quantity Available|quantity-for-local-fulfillment",
        2,
    ),
    Unread(
        Text("亚马逊预留库存报告(Reserved)", "an Amazon report of reserved stock"),
        "reserved_qty|reserved_customerorders|reserved_fc-transfers|reserved_fc-processing|reserved_staging",
        2,
    ),
    Unread(
        Text("亚马逊费用预览报告", "an Amazon fee preview"),
        """estimated-fee-total|estimated-referral-fee-per-unit|expected-fulfillment-fee-per-unit|product-size-tier
        longest-side|median-side|shortest-side|length-and-girth|unit-of-dimension|item-package-weight|unit-of-weight""",
    ),
    Unread(
        Text("亚马逊月度仓储费报告", "an Amazon report of monthly storage fees"),
        """month_of_charge|storage_rate|estimated_monthly_storage_fee|average_quantity_on_hand
        average_quantity_pending_removal|estimated_total_item_volume|item_volume|volume_units""",
    ),
    Unread(
        Text("亚马逊赔偿报告(Reimbursements)", "an Amazon report of reimbursements"),
        """approval-date|reimbursement-id|case-id|amount-per-unit|amount-total|quantity-reimbursed-cash
        quantity-reimbursed-inventory|quantity-reimbursed-total|original-reimbursement-id|currency-unit""",
    ),
    Unread(
        Text("亚马逊业务报告(Business Report)", "an Amazon business report"),
        """(Parent) ASIN|(Child) ASIN|Sessions|Sessions - Total|Sessions - Browser|Sessions - Mobile App
        Session Percentage|Session Percentage - Total|Page Views|Page Views - Total|Page Views Percentage
        Page Views Percentage - Total|Buy Box Percentage|Featured Offer (Buy Box) Percentage|Units Ordered
        Units Ordered - B2B|Unit Session Percentage|Ordered Product Sales|Ordered Product Sales - B2B|Total Order Items
        （父）ASIN|（子）ASIN|会话次数|会话百分比|页面浏览次数|页面浏览次数百分比|推荐报价（推荐展示位）百分比|已订购商品数量|已订购商品销售额|订单商品总数""",
    ),
    Unread(
        Text("亚马逊在售商品报告(Listings)", "an Amazon report of listings"),
        """listing-id|item-name|item-description|open-date|asin1|asin2|image-url|product-id-type|merchant-shipping-group
        item-is-marketplace|zshop-shipping-fee|will-ship-internationally|Business Price|Quantity Price Type
        Quantity Lower Bound 1|Quantity Price 1|pending-quantity|add-delete""",
    ),
    Unread(
        Text("领星订单导出", "a Lingxing export of orders"),
        "订单号|系统单号|订购日期|订购时间|订单状态|付款时间|买家姓名|收件人|平台单号|发货时限|订单总额|订单利润",
    ),
    Unread(
        Text("领星退货分析", "a Lingxing analysis of returns"),
        "退货数量|退货原因|退货时间|买家备注|库存属性|LPN|LPN编号|退货日期|商品名称",
    ),
    Unread(
        Text("领星利润报表", "a Lingxing report of profits"),
        """毛利润|毛利率|FBA费|FBA发货费|FBA仓储费|仓储费|平台费|平台佣金|头程成本|采购成本|广告费|销售回款|结算收入|成本合计
        收入合计|支出合计|退款金额|销售税|推广费""",
        4,
    ),
    Unread(
        Text("领星产品导出", "a Lingxing export of products"),
        "产品型号|采购成本|采购交期|默认供应商|报关|单品毛重|单品净重|包装规格|外箱规格|产品开发员|产品负责人",
        4,
    ),
)
"""Every kind that is named, and not read."""


def unread_kind(header: Iterable[str]) -> Unread | None:
    """The kind that a header's normal titles make out best; None when they make out none.

    >>> found = unread_kind(map(normal_title, ["return-date", "order-id", "detailed-disposition", "customer-comments"]))
    >>> found.name.en
    'an Amazon report of FBA returns'
    """
    words = frozenset(header)
    hits = {kind: len(words & kind.words) for kind in UNREAD}
    best = max(UNREAD, key=lambda kind: (hits[kind] >= kind.needs, hits[kind]))
    return best if hits[best] >= best.needs else None
