"""子-2链接负责人: who answers for each listing (SOP L233, L283). People add the rows."""

from __future__ import annotations

from sheets_schema.model import Column, Owner, Rows, Sheet, Type

_ERP, _PEOPLE = Owner.ERP, Owner.PEOPLE

LINKS = Sheet(
    name="子-2链接负责人",
    workbook="全流程数据",
    rows=Rows.PEOPLE,
    key=("店铺", "MSKU"),
    pair=("店铺",),
    aliases=("链接负责人",),
    columns=(
        Column("店铺", Type.TEXT, _PEOPLE, "运营", ("店铺名", "店铺名称", "Store"), required=True),
        Column("MSKU", Type.ID, _PEOPLE, "运营", ("Seller SKU", "卖家SKU"), required=True),
        Column("ASIN", Type.ID, _ERP, aliases=("子ASIN",)),
        Column("父ASIN", Type.ID, _ERP, aliases=("父体ASIN", "Parent ASIN")),
        Column("FNSKU", Type.ID, _ERP),
        Column("SKU", Type.ID, _ERP, aliases=("系统SKU", "本地SKU")),
        Column("品名", Type.TEXT, _ERP, aliases=("产品名称", "产品名")),
        Column("领星负责人", Type.TEXT, _ERP, aliases=("ERP负责人", "listing负责人")),
        Column("链接状态", Type.TEXT, _ERP, aliases=("Listing状态", "状态")),
        Column("运营负责人", Type.TEXT, _PEOPLE, "运营", ("负责人", "链接负责人", "运营")),
        Column("上架日期", Type.DATE, _PEOPLE, "运营", ("上架时间",)),
        Column("二次返单日期", Type.DATE, _PEOPLE, "运营", ("二次返单时间", "返单日期")),
        Column("二次返单上架日期", Type.DATE, _PEOPLE, "运营", ("二次返单上架时间",), limits=(">=二次返单日期",)),
        Column("产品阶段", Type.TEXT, _PEOPLE, "运营", ("阶段",), help_zh="例如 新品、测试、正常、淘汰"),
        Column("备注", Type.TEXT, _PEOPLE, "运营", ("运营备注",)),
        Column("校验", Type.TEXT, Owner.COMPUTED, fill="links_check", aliases=("检查",)),
    ),
)
