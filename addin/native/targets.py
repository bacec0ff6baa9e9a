"""R22 and R40–R42 as formulas: tests of products, targets, advertising budgets."""

from __future__ import annotations

from datetime import date
from typing import Any

from addin.native import convert
from addin.native.definition import Native
from addin.native.expression import (
    E,
    blank,
    call,
    every,
    failed,
    found,
    if_failed,
    is_number,
    is_text,
    length,
    lift,
    no,
    part,
    replaced,
    rounded,
    some,
    unless_silent,
    when,
)
from addin.native.tab import Form, Tab
from addin.native.texts import half_even, percent
from rules.ad_budget import NO_CAP, TO_APPROVE
from rules.answer import SILENT
from rules.policy.families.targets import Cap


def _negative(value: E) -> E:
    return every(is_number(value), value < 0)


def _stage(tab: Tab, listed: E, sold_out: E, as_of: E) -> E:
    allowed = tab.step("最多天数", tab.book.number(tab.book.policy.product_tests.selling_days, listed))
    sold = is_number(sold_out)
    seen = when((sold, sold_out), (is_number(as_of), as_of), otherwise=tab.book.day)
    days = tab.step("上架后天数", seen - listed)
    over = tab.step("超过", when((is_text(allowed), 0), otherwise=days - allowed))
    ending = when((sold, "售完"), otherwise="未售完")
    return when(
        (is_text(allowed), SILENT),
        (every(sold, sold_out < listed), tab.book.named("#NUM!")),
        (days < 0, "未上架"),
        (every(no(sold), over <= 0), lift("测品中 第") & days & "天(剩" & -over & "天)"),
        (over <= 0, lift("合格 第") & days & "天售完"),
        otherwise=lift("未达标 第") & days & "天" & ending & "(超" & over & "天)",
    )


def _sales_target(tab: Tab, planned: E, unmet: E) -> E:
    book, numbers = tab.book, tab.book.policy.targets
    lowers = tab.step("超额减目标", book.number(numbers.excess_lowers, book.day))
    share = tab.step("累计份额", book.number(numbers.carried_share, book.day))
    shared = when((is_text(share), SILENT), otherwise=share * unmet)
    excess = when((is_text(lowers), SILENT), (no(lowers), 0), otherwise=shared)
    carried = tab.step("上月未完成", when((unmet < 0, excess), otherwise=shared))
    return when(
        (planned < 0, book.named("#NUM!")),
        otherwise=unless_silent([carried], call("MAX", 0, planned + carried)),
    )


def _margin_target(tab: Tab, _margins: E) -> E:
    book = tab.book
    choice = tab.step("取哪个", book.number(book.policy.targets.margin_choice, book.day))
    margins = tab.numbers_of(0)
    wrong = some(*map(failed, margins))
    beyond = some(*(when((is_number(margin), call("ABS", margin) > 1), otherwise=E("FALSE")) for margin in margins))
    chosen = when((choice.is_("最高"), call("MAX", *margins)), otherwise=call("MIN", *margins))
    return when(
        (wrong, book.named("#VALUE!")),
        (call("COUNT", *margins).is_(0), ""),
        (beyond, book.named("#NUM!")),
        (choice.is_(SILENT), SILENT),
        otherwise=chosen,
    )


def month_or_day(tab: Tab, place: int, clean: E) -> E:
    """A month's last day, or the day itself; #VALUE! for neither."""
    book, raw = tab.book, tab.written[place][0]
    bare = replaced(clean, (" ", ""))
    marked = tab.step("年月", replaced(bare, ("年", "-"), ("月", ""), ("/", "-"), (".", "-")))
    once = length(bare).is_(length(replaced(bare, ("年", ""), ("月", ""))) + 2)
    named_month = every(part(bare, 5, 1).is_("年"), call("RIGHT", bare).is_("月"), length(bare) > 6, once)
    no_words = no(some(is_number(found("年", bare)), is_number(found("月", bare))))
    month = part(marked, 6, 2)
    dashed = every(
        if_failed(found("-", marked).is_(5), E("FALSE")),
        some(length(marked).is_(6), length(marked).is_(7)),
        some(named_month, no_words),
        convert.only(call("LEFT", clean, 4) & month, "0123456789", book),
    )
    six = every(length(clean).is_(6), convert.only(clean, "0123456789", book), call("LEFT", clean, 2).is_("20"))
    in_year = every(call("VALUE", part(clean, 5, 2)) >= 1, call("VALUE", part(clean, 5, 2)) <= 12)
    good_six = if_failed(when((six, in_year), otherwise=E("FALSE")), E("FALSE"))
    last = call("EOMONTH", call("DATE", call("LEFT", marked, 4), month, 1), 0)
    fits = every(call("VALUE", month) >= 1, call("VALUE", month) <= 12)
    whole_day = tab.day("日子", raw, clean)
    return tab.step(
        "按哪天",
        when(
            (good_six, call("EOMONTH", call("DATE", call("LEFT", clean, 4), part(clean, 5, 2), 1), 0)),
            (dashed, if_failed(when((fits, last), otherwise=book.named("#VALUE!")), book.named("#VALUE!"))),
            otherwise=whole_day,
        ),
        Form.DAY,
    )


class _Advertising:
    """The steps that ADCAP and ADSTATE share."""

    def __init__(self, tab: Tab, begun: E, on: E, sales: E, profit: E) -> None:
        book, numbers = tab.book, tab.book.policy.ad_budget
        self.tab = tab
        self.day = month_or_day(tab, 1, on)
        self.begun = begun
        clock = tab.step("起算", book.number(numbers.clock, self.day))
        new_months = tab.step("新品月数", book.number(numbers.new_months, self.day))
        self.unknown = some(clock.is_(SILENT), is_text(new_months), self.day < begun)
        self.is_new = tab.step("新品", self.day <= call("EDATE", begun, new_months))
        through = tab.step("这一期到", self._piece("through", lambda cap: cap.through or date(9999, 12, 31)), Form.DAY)
        months = tab.step("老品月数", self._piece("over_months", lambda cap: cap.over_months))
        self.share = tab.step("上限占比", self._piece("share", lambda cap: cap.share), Form.PERCENT)
        self.base_name = tab.step("基数", self._piece("base", lambda cap: cap.base))
        old = self.day > call("EDATE", begun, months)
        capped = when((is_text(through), E("FALSE")), (self.day > through, E("FALSE")), otherwise=old)
        self.is_old = tab.step("老品", capped)
        self.base = tab.step("基数额", when((self.base_name.is_("销售额"), sales), otherwise=profit))
        self.negative = _negative(sales)
        positive = call("MAX", self.base, 0)
        self.allowed = tab.step("上限", when((is_number(self.base), self.share * positive), otherwise=""))

    def _piece(self, name: str, pick: Any) -> E:
        def of(cap: Cap) -> Any:
            return pick(cap)

        return self.tab.book.number(self.tab.book.policy.ad_budget.caps, self.day, of, name)


def _ad_cap(tab: Tab, begun: E, on: E, sales: E, profit: E) -> E:
    way = _Advertising(tab, begun, on, sales, profit)
    return when(
        (failed(way.day), way.day),
        (way.unknown, SILENT),
        (way.is_new, NO_CAP),
        (no(way.is_old), SILENT),
        (way.negative, tab.book.named("#NUM!")),
        otherwise=way.allowed,
    )


def _amount(number: E) -> E:
    return half_even(number, 2) & ""


def _ad_state(tab: Tab, begun: E, on: E, sales: E, profit: E, cost: E, budget: E) -> E:
    way = _Advertising(tab, begun, on, sales, profit)
    beyond = tab.step("超预算", when((is_number(budget), rounded(cost - budget, 9)), otherwise=""))
    of_budget = when((budget > 0, lift("占预算") & percent(cost / budget)), otherwise="预算0")
    told = when(
        (beyond > 0, lift("超预算 ") & of_budget & "(超" & _amount(beyond) & ")"), otherwise=lift("正常 ") & of_budget
    )
    for_new = tab.step("新品结论", when((blank(budget), TO_APPROVE), otherwise=told))
    over = tab.step("超上限", when((is_number(way.base), rounded(cost - way.allowed, 9)), otherwise=""))
    taken = when((way.base > 0, percent(cost / way.base)), otherwise=way.base_name & "≤0")
    limit = lift("上限") & percent(way.share)
    high = lift("超标 ") & taken & "(" & limit & ",超" & _amount(over) & ")"
    low = lift("正常 ") & taken & "(" & limit & ")"
    for_old = tab.step("老品结论", when((blank(way.base), ""), (over > 0, high), otherwise=low))
    return when(
        (failed(way.day), way.day),
        (some(_negative(cost), _negative(budget)), tab.book.named("#NUM!")),
        (way.unknown, SILENT),
        (way.is_new, for_new),
        (no(way.is_old), SILENT),
        (way.negative, tab.book.named("#NUM!")),
        otherwise=for_old,
    )


NATIVE = (
    Native("TESTSTAGE", _stage),
    Native("SALESTARGET", _sales_target),
    Native("MARGINTARGET", _margin_target, (Form.PERCENT,)),
    Native("ADCAP", _ad_cap),
    Native("ADSTATE", _ad_state),
)
