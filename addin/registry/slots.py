"""R24, R30–R33, R35 and R37 in cells: deadlines, slots and routes."""

from __future__ import annotations

from datetime import date, datetime

from addin.registry.entry import Arg, Context, Entry, Kind, Shape, day, moment, text, yes_no
from rules.answer import Answer

_SLOT = day("slot", "送仓那天", "day of the delivery slot")
_RELABEL = yes_no("relabel", "要不要贴标/换标", "whether goods are labelled or relabelled")
_BOXES = Arg("boxes", Kind.INTEGER, "箱数", "number of boxes")


def _free(here: Context, arrived: date) -> Answer:
    from rules.storage import free_until

    return free_until(arrived, here.policy, arrived)


def _instruct(here: Context, slot: date, relabel: bool) -> Answer:
    from rules.instructions import instruct_by

    return instruct_by(slot, here.policy, slot, relabel)


def _info(here: Context, slot: date) -> Answer:
    from rules.instructions import info_by

    return info_by(slot, here.policy, slot)


def _deadline(here: Context, slot: date, relabel: bool) -> Answer:
    from rules.instructions import slot_deadline

    return slot_deadline(slot, here.policy, slot, relabel)


def _next(here: Context, after: date, boxes: int) -> Answer:
    from rules.slots import next_slot

    return next_slot(after, here.policy, after, boxes)


def _day_of(at: date | datetime) -> date:
    return at.date() if isinstance(at, datetime) else at


def _check(here: Context, slot: date | datetime, boxes: int) -> Answer:
    from rules.slots import slot_check

    return slot_check(_day_of(slot), here.policy, slot, boxes)


def _cutoff(here: Context, at: date | datetime) -> Answer:
    from rules.stocking_orders import ship_cutoff

    return ship_cutoff(_day_of(at), here.policy, at)


def _route(here: Context, on: date, label: str) -> Answer:
    from rules.routes import route

    return route(on, here.policy, on, label)


ENTRIES = (
    Entry(
        "FREEUNTIL",
        "免仓截止",
        "R24",
        Shape.MAP,
        (day("arrived", "到仓那天", "day of arrival"),),
        "未贴标货物免仓期的最后一天",
        "the last day of free storage of unlabelled goods",
        '=FREEUNTIL("2025-04-03")',
        _free,
    ),
    Entry(
        "INSTRUCTBY",
        "指令截止",
        "R30",
        Shape.MAP,
        (_SLOT, _RELABEL),
        "操作指令要在什么时刻之前给(上海时间)",
        "the moment before which the instruction must be given (Shanghai)",
        '=INSTRUCTBY("2025-04-13","YES")',
        _instruct,
    ),
    Entry(
        "INFOBY",
        "资料截止",
        "R31",
        Shape.MAP,
        (_SLOT,),
        "发货需求信息最晚哪天更新",
        "the last day to bring the shipping information up to date",
        '=INFOBY("2025-07-06")',
        _info,
    ),
    Entry(
        "SLOTDEADLINE",
        "约仓截止",
        "R37",
        Shape.MAP,
        (_SLOT, _RELABEL),
        "指令、资料、周末确认三个截止里最早的时刻",
        "the earliest of the deadlines of instruction, information and weekend confirmation",
        '=SLOTDEADLINE("2025-04-13","YES")',
        _deadline,
    ),
    Entry(
        "NEXTSLOT",
        "下个送仓窗口",
        "R32",
        Shape.SPILL,
        (day("day", "哪天之后(当天不算)", "day after which the slot lies"), _BOXES),
        "下一个送仓窗口的开始和结束(海外仓当地时间)",
        "start and end of the next delivery window (the warehouse's clock)",
        '=NEXTSLOT("2025-04-03",31)',
        _next,
        width=2,
    ),
    Entry(
        "SLOTCHECK",
        "送仓窗口检查",
        "R32",
        Shape.MAP,
        (moment("slot", "预约的日期和时间", "day and time that are booked"), _BOXES),
        "预约时间有哪些问题,没问题为空",
        "what is wrong with a booked slot, empty when it is good",
        '=SLOTCHECK("2025-04-10 09:00",31)',
        _check,
    ),
    Entry(
        "SHIPCUTOFF",
        "备货单截止",
        "R33",
        Shape.SPILL,
        (moment("moment", "提交备货单的日期和时间", "day and time of submission"),),
        "海外仓备货单的提交截止和发货日",
        "the cut-off of an overseas stocking order, and its shipping day",
        '=SHIPCUTOFF("2025-04-09 13:59")',
        _cutoff,
        width=2,
    ),
    Entry(
        "ROUTE",
        "发货路线",
        "R35",
        Shape.MAP,
        (
            day("day", "哪天", "day"),
            text("label_state", "外箱标:已贴、需更改、未贴", "state of the outer box label"),
        ),
        "货代仓到平台仓走哪条路,要做什么",
        "the way from the forwarder to the platform's warehouse, and what to do",
        '=ROUTE("2025-04-03","已贴")',
        _route,
    ),
)
