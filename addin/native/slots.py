"""R24, R30–R33, R35 and R37 as formulas: deadlines, slots, stocking orders, routes."""

from __future__ import annotations

from operator import itemgetter

from addin.native.calendars import always, at_or_before, counted, delivery_day, rest_days, workdays
from addin.native.convert import a_day_answer
from addin.native.definition import Native
from addin.native.expression import (
    E,
    blank,
    call,
    every,
    failed,
    lift,
    listed,
    no,
    some,
    unless_silent,
    when,
    whole,
)
from addin.native.lanes import pick
from addin.native.tab import Form, Tab
from addin.native.texts import clock, iso, joined, message, seconds, without_blanks
from rules.answer import SILENT
from rules.calendars import Calendar
from rules.errors import Text
from rules.slots import F_HOURS, F_REST, F_WEEKDAY

_FAR = Text("日期不在工作日列表(日历)的范围里", "days beyond the listed calendar")
_WEEKDAYS = "一二三四五六日"


def _weekday(day: E) -> E:
    return call("WEEKDAY", day, 2)


def _free(tab: Tab, arrived: E) -> E:
    days = tab.step("免仓天数", tab.book.number(tab.book.policy.storage.free_days, arrived))
    return unless_silent([days], a_day_answer(arrived + days, tab.book))


def _working_day(tab: Tab, title: str, day: E) -> E:
    """The day, or the last working day before it."""
    numbers = tab.book.policy.instructions
    calendar = Calendar(always(numbers.moved_back_on).take(numbers.moved_back_on))
    return tab.step(f"{title}日", at_or_before(tab, title, workdays(tab.book, calendar), day), Form.DAY)


def _out_of_season(tab: Tab, day: E) -> E:
    """Whether what stands under the high-season route does not hold on a day; ``SOP未规定`` is the answer then."""
    book, numbers = tab.book, tab.book.policy.routes
    months = tab.step("旺季月份", book.number(numbers.high_months, day))
    all_year = tab.step("淡季也照用", book.number(numbers.deadlines_all_year, day))
    low = no(listed(call("MONTH", day), months))
    held_back = every(low, when((call("ISLOGICAL", all_year), no(all_year)), otherwise=E("TRUE")))
    return tab.step("淡季没有规定", some(months.is_(SILENT), held_back))


def _instruct(tab: Tab, slot: E, relabel: E) -> E:
    silent = _out_of_season(tab, slot)
    return when((silent, SILENT), otherwise=_instruction(tab, slot, relabel))


def _instruction(tab: Tab, slot: E, relabel: E) -> E:
    book, numbers = tab.book, tab.book.policy.instructions
    long, short = book.number(numbers.relabel_workdays, slot), book.number(numbers.plain_workdays, slot)
    days = tab.step("提前工作日", when((relabel, long), otherwise=short))
    calendar = Calendar(always(numbers.counted_on).take(numbers.counted_on))
    back = tab.step("倒数到", counted(tab, "倒数", workdays(book, calendar), slot, -days), Form.DAY)
    before = tab.step("几点前", book.number(numbers.before, slot))
    return unless_silent([days, before], _working_day(tab, "指令", back) + before)


def _information(tab: Tab, slot: E) -> tuple[E, E]:
    """The days ahead, and the day."""
    book, numbers = tab.book, tab.book.policy.instructions
    months = tab.step("旺季月份 2", book.number(book.policy.routes.high_months, slot))
    high, low = book.number(numbers.info_high_days, slot), book.number(numbers.info_days, slot)
    chosen = when((months.is_(SILENT), SILENT), (listed(call("MONTH", slot), months), high), otherwise=low)
    days = tab.step("提前天数", chosen)
    return days, _working_day(tab, "资料", slot - days)


def _info(tab: Tab, slot: E) -> E:
    silent = _out_of_season(tab, slot)
    days, day = _information(tab, slot)
    return when((silent, SILENT), otherwise=unless_silent([days], day))


def _deadline(tab: Tab, slot: E, relabel: E) -> E:
    book, numbers = tab.book, tab.book.policy.instructions
    out = _out_of_season(tab, slot)
    instruction = tab.step("R30 指令截止", _instruction(tab, slot, relabel), Form.MOMENT)
    days, information = _information(tab, slot)
    end = tab.step("下班", book.number(numbers.end_of_work, slot))
    due = tab.step("R31 资料截止", unless_silent([days, end], information + end), Form.MOMENT)
    weekdays = tab.step("要确认的星期", book.number(numbers.confirmed_weekdays, slot))
    weekday = tab.step("确认的星期", book.number(numbers.confirm_weekday, slot))
    confirmed = _working_day(tab, "确认", slot - _weekday(slot) + weekday)
    asked = when((listed(_weekday(slot), weekdays), confirmed + end), otherwise="")
    confirmation = tab.step("R37 周末确认", asked, Form.MOMENT)
    first = unless_silent([instruction, due, weekday], call("MIN", instruction, due, confirmation))
    return when((out, SILENT), otherwise=first)


def _hours(tab: Tab, day: E, boxes: E) -> tuple[E, E]:
    """Start and end of the window on a day, as fractions of a day; ``SOP未规定`` where there is none."""
    book, numbers = tab.book, tab.book.policy.appointments
    limit = tab.step("大批界限", book.number(numbers.large_limit, day))
    at_limit = tab.step("正好算大批", book.number(numbers.limit_is_large, day))
    large = tab.step("大批", some(boxes > limit, every(boxes.is_(limit), at_limit)))
    ends = []
    out = _out_of_season(tab, day)
    for title, end in (("开始", 0), ("结束", 1)):
        by_weekday = [
            (_weekday(day).is_(weekday), book.number(hours, day, itemgetter(end), title))
            for weekday, hours in numbers.large_hours.items()
        ]
        small = book.number(numbers.small_hours, day, itemgetter(end), title)
        window = when((out, SILENT), (large, when(*by_weekday, otherwise=SILENT)), otherwise=small)
        ends.append(tab.step(f"窗口{title}", window))
    return ends[0], ends[1]


def _next(tab: Tab, after: E, boxes: E) -> list[E]:
    slot = tab.step("送仓日", delivery_day(tab, after + 1), Form.DAY)
    start, end = _hours(tab, slot, boxes)
    answers = []
    for clock_time, silent in ((start, SILENT), (end, "")):
        window = when((call("COUNT", start, end) < 2, silent), otherwise=slot + clock_time)
        answers.append(when((boxes < 1, tab.book.named("#NUM!")), (failed(slot), slot), otherwise=window))
    return answers


def _check(tab: Tab, slot: E, boxes: E) -> E:
    book, numbers = tab.book, tab.book.policy.appointments
    day = tab.step("日", whole(slot), Form.DAY)
    second = tab.step("秒", seconds(slot) - day * 86400)
    weekdays = always(numbers.weekdays).take(numbers.weekdays)
    named = call("MID", _WEEKDAYS, _weekday(day), 1)
    expected = "/".join("周" + _WEEKDAYS[weekday - 1] for weekday in weekdays)
    wrong_day = message(F_WEEKDAY, found=iso(day) & "(周" & named & ")", expected=lift(expected))
    not_delivered = no(some(*(_weekday(day).is_(weekday) for weekday in weekdays)))
    first = tab.step("星期", when((not_delivered, wrong_day), otherwise=""))
    in_span = every(day >= book.named("日历从"), day <= book.named("日历到"))
    holiday = tab.step("休息日", rest_days(tab, day))
    rest = message(F_REST, found=iso(day), expected=holiday)
    second_finding = tab.step("休息", when((blank(holiday), ""), otherwise=rest))
    start, end = _hours(tab, day, boxes)
    at_end = every(second.is_(seconds(end)), book.number(numbers.end_counts, day))
    inside = some(every(second >= seconds(start), second < seconds(end)), at_end)
    window = clock(seconds(start)) & "–" & clock(seconds(end))
    late = message(F_HOURS, boxes=boxes, found=clock(second), expected=window)
    silent = call("COUNT", start, end) < 2
    hours = tab.step("时间", when((some(second.is_(0), silent), ""), (inside, ""), otherwise=late))
    nothing_else = every(blank(first), blank(second_finding))
    return when(
        (boxes < 1, book.named("#NUM!")),
        (no(in_span), book.named("#NUM!")),
        (every(second > 0, silent, nothing_else), SILENT),
        otherwise=joined(first, second_finding, hours),
    )


def _cutoff(tab: Tab, moment: E) -> list[E]:
    book = tab.book
    day = tab.step("日", whole(moment), Form.DAY)
    ways = []
    late = tab.step("正好算迟", book.number(book.policy.stocking_orders.sharp_is_late, day))
    for name, cutoff in book.policy.stocking_orders.cutoffs.items():
        weekday = tab.step(f"{name} 星期", book.number(cutoff.weekday, day))
        before = tab.step(f"{name} 几点前", book.number(cutoff.before, day))
        ships = tab.step(f"{name} 发货星期", book.number(cutoff.ships_on, day))
        this_week = tab.step(f"{name} 这次", day + call("MOD", weekday - _weekday(day), 7) + before, Form.MOMENT)
        passed = some(seconds(moment) > seconds(this_week), every(seconds(moment).is_(seconds(this_week)), late))
        at = tab.step(f"{name} 截止", this_week + when((passed, 7), otherwise=0), Form.MOMENT)
        following = whole(at) + 1
        shipping = tab.step(f"{name} 发货", following + call("MOD", ships - _weekday(following), 7), Form.DAY)
        ways.append((at, shipping))
    rests_on = [at for at, _ in ways]
    first = call("MIN", *rests_on)
    ship_day = when(*((at.is_(first), shipping) for at, shipping in ways), otherwise="")
    return [unless_silent(rests_on, first), when((call("COUNT", *rests_on) < len(ways), ""), otherwise=ship_day)]


def _route(tab: Tab, day: E, label: E) -> E:
    book, numbers = tab.book, tab.book.policy.routes
    words = {word: state for state, others in numbers.label_states.items() for word in (state, *others)}
    state = tab.step("外箱标", book.meaning(without_blanks(label), "routes.label_states", words, "外箱标的写法"))
    months = tab.step("旺季月份", book.number(numbers.high_months, day))
    high = tab.step("旺季", listed(call("MONTH", day), months))
    way = when((high, book.number(numbers.high_route, day)), otherwise=book.number(numbers.low_route, day))
    low_steps = pick(state, {name: book.number(steps, day) for name, steps in numbers.low_steps.items()}, SILENT)
    steps = tab.step("怎么做", when((high, book.number(numbers.high_steps, day)), otherwise=low_steps))
    silent = some(months.is_(SILENT), tab.step("路线", way).is_(SILENT), steps.is_(SILENT))
    return when((failed(state), state), (silent, SILENT), otherwise=way & "：" & steps)


NATIVE = (
    Native("FREEUNTIL", _free, (Form.DAY,)),
    Native("INSTRUCTBY", _instruct, (Form.MOMENT,), outside=_FAR),
    Native("INFOBY", _info, (Form.DAY,), outside=_FAR),
    Native("SLOTDEADLINE", _deadline, (Form.MOMENT,), outside=_FAR),
    Native("NEXTSLOT", _next, (Form.MOMENT,), ("开始", "结束"), _FAR),
    Native("SLOTCHECK", _check, outside=_FAR),
    Native("SHIPCUTOFF", _cutoff, (Form.MOMENT, Form.DAY), ("截止", "发货日")),
    Native("ROUTE", _route),
)
