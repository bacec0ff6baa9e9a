"""R60 in cells: BUYER, WHO."""

from __future__ import annotations

from addin.registry.entry import Context, Entry, Shape, text
from rules.answer import Answer


def _buyer(here: Context, category: str) -> Answer:
    from rules.people import buyer

    return buyer(here.today, here.policy, category)


def _who(here: Context, duty: str) -> Answer:
    from rules.people import responsible

    return responsible(here.today, here.policy, duty)


ENTRIES = (
    Entry(
        "BUYER",
        "采购员",
        "R60",
        Shape.MAP,
        (text("category", "品类,如 车机、射灯、车衣", "product category"),),
        "这个品类由谁采购",
        "who buys a category",
        '=BUYER("车机")',
        _buyer,
    ),
    Entry(
        "WHO",
        "负责人",
        "R60",
        Shape.MAP,
        (text("duty", "职责或部门,如 物流、海外仓发货、供应商开发", "duty or department"),),
        "这件事归谁负责",
        "who has a duty",
        '=WHO("海外仓发货")',
        _who,
    ),
)
