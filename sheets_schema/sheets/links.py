"""子-2链接负责人: who answers for each listing (SOP L233, L283). People add the rows."""

from __future__ import annotations

from typing import Any

from rules.answer import Answer, Ledger
from rules.findings import told as told_by
from rules.sku_check import F_OLD, check
from sheets_schema.exports.amazon import INVENTORY_SUMMARY, MANAGE_INVENTORY
from sheets_schema.exports.fba_stock import FBA_STOCK
from sheets_schema.exports.listing import LISTING
from sheets_schema.exports.performance import PERFORMANCE
from sheets_schema.exports.restock import RESTOCK
from sheets_schema.exports.shipments import SHIPMENTS
from sheets_schema.filling import Day, Facts, Filling
from sheets_schema.model import Column, Owner, Rows, Sheet, Type
from sheets_schema.shared_columns import REMARK, STORES, fed, msku, store
from sheets_schema.sources import told

_PEOPLE = Owner.PEOPLE
_FBA, _LISTING, _PERFORMANCE, _RESTOCK = FBA_STOCK.name, LISTING.name, PERFORMANCE.name, RESTOCK.name
_AMAZON = (MANAGE_INVENTORY.name, INVENTORY_SUMMARY.name)


def check_of(tab: Facts, row: int, day: Day) -> Any:
    """校验 of a listing's row: the problems of its SKU, ``旧规则`` for one made before the rule (R01)."""
    sku = tab.text("SKU", row)
    if sku is None:
        return None
    found = check(sku, day.rules, day.as_of, made=tab.day("上架日期", row)).findings
    return ";".join(finding.message("zh") for finding in found) or None


def why_checked(tab: Facts, row: int, day: Day) -> Answer | None:
    """The check of the row's SKU with the numbers that it rests on."""
    sku = tab.text("SKU", row)
    if sku is None:
        return None
    book = Ledger("R01", day.as_of)
    checked = check(sku, day.rules, day.as_of, made=tab.day("上架日期", row))
    if any(finding.code is F_OLD for finding in checked.findings):
        book.take(day.rules.sku.naming_since)
    return book.answer(told_by(book, checked.findings) or None)


LINKS = Sheet(
    name="子-2链接负责人",
    workbook="全流程数据",
    rows=Rows.PEOPLE,
    key=(STORES, "MSKU"),
    pair=(STORES,),
    aliases=("链接负责人",),
    makers=(_LISTING, _FBA),
    person="运营负责人",
    fillings={"links_check": Filling(check_of, why_checked)},
    columns=(
        store(_PEOPLE),
        msku(_PEOPLE),
        fed("ASIN", Type.ID, ("子ASIN",), *told("asin", _LISTING, _FBA, _PERFORMANCE, *_AMAZON)),
        fed("父ASIN", Type.ID, ("父体ASIN", "Parent ASIN"), *told("parent_asin", _LISTING, _FBA, _PERFORMANCE)),
        fed("FNSKU", Type.ID, (), *told("fnsku", _LISTING, _FBA, *_AMAZON)),
        fed(
            "SKU", Type.ID, ("系统SKU", "本地SKU"), *told("sku", _FBA, _LISTING, _PERFORMANCE, _RESTOCK, SHIPMENTS.name)
        ),
        fed("品名", Type.TEXT, ("产品名称", "产品名"), *told("name", _FBA, _LISTING, _PERFORMANCE, _RESTOCK), width=26),
        fed("领星负责人", Type.TEXT, ("ERP负责人", "listing负责人"), *told("owner", _FBA, _LISTING, _PERFORMANCE)),
        fed("链接状态", Type.TEXT, ("Listing状态", "状态"), *told("status", _LISTING)),
        Column("运营负责人", Type.TEXT, _PEOPLE, "运营", ("负责人", "链接负责人", "运营")),
        Column("上架日期", Type.DATE, _PEOPLE, "运营", ("上架时间",)),
        Column("二次返单日期", Type.DATE, _PEOPLE, "运营", ("二次返单时间", "返单日期")),
        Column("二次返单上架日期", Type.DATE, _PEOPLE, "运营", ("二次返单上架时间",), limits=(">=二次返单日期",)),
        Column("产品阶段", Type.TEXT, _PEOPLE, "运营", ("阶段",), help_zh="例如 新品、测试、正常、淘汰"),
        REMARK,
        Column("校验", Type.TEXT, Owner.COMPUTED, fill="links_check", aliases=("检查",), reads=("SKU", "上架日期")),
    ),
)
