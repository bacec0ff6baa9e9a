"""R20 and R21 as formulas: turnover, transit, cover, daily sales."""

from __future__ import annotations

from addin.native.convert import a_day_answer
from addin.native.definition import Native
from addin.native.expression import (
    E,
    blank,
    call,
    every,
    failed,
    is_number,
    listed,
    replaced,
    rounded,
    some,
    unless_silent,
    up,
    when,
)
from addin.native.lanes import lane, tolerance, transit_norm
from addin.native.tab import Form, Tab
from rules.answer import SILENT
from rules.cover import NO_SALES
from rules.errors import Text
from rules.turnover import SPELLED, Segment

_FAR = Text("超出的天数大于 99999 或小于 0.0001", "more than 99999 or less than 0.0001 days over")


def _negative(*values: E) -> E:
    """Whether a written number is negative; blanks are not."""
    return some(*(every(is_number(value), value < 0) for value in values))


def _regulated(tab: Tab, day: E) -> E:
    """The limit of turnover: ``SOP未规定`` before R20 is in force."""
    return tab.step("五段上限", tab.book.number(tab.book.policy.turnover.total_limit_days, day))


def _eta(tab: Tab, shipped: E, written: E, confirmed: E) -> E:
    channel = tab.step("渠道", lane(tab, written))
    norm = tab.step("标准天数", transit_norm(tab, channel, shipped))
    limit = _regulated(tab, shipped)
    days = tab.step("在途天数", when((is_number(confirmed), confirmed), otherwise=norm))
    return when(
        (failed(channel), channel),
        (_negative(confirmed), tab.book.named("#NUM!")),
        otherwise=unless_silent([limit, days], a_day_answer(shipped + up(days), tab.book)),
    )


def _short(number: E) -> E:
    """A number above 0 as a text with six significant digits."""
    return rounded(number, 5 - call("INT", call("LOG10", number))) & ""


def _state(tab: Tab, shipped: E, written: E, arrived: E, as_of: E, confirmed: E) -> E:
    book = tab.book
    channel = tab.step("渠道", lane(tab, written))
    seen = tab.step("看到哪天", when((is_number(arrived), arrived), (is_number(as_of), as_of), otherwise=book.day))
    elapsed = tab.step("已用天数", seen - shipped)
    norm = tab.step("标准天数", transit_norm(tab, channel, shipped))
    days = tab.step("允许天数", when((is_number(confirmed), confirmed), otherwise=norm))
    allowed = tab.step("异常容差", tolerance(tab, channel, shipped))
    over = tab.step("超过天数", when((is_number(days), elapsed - days), otherwise=0))
    bad = every(is_number(allowed), over > allowed)
    told = when((bad, "异常 "), otherwise="超期 ") & elapsed & "天(超" & tab.step("超", _short(over)) & "天)"
    return when(
        (failed(channel), channel),
        (_negative(confirmed), book.named("#NUM!")),
        (every(elapsed < 0, is_number(arrived)), book.named("#NUM!")),
        (elapsed < 0, "未发出"),
        (some(days.is_(SILENT), allowed.is_(SILENT)), SILENT),
        (over <= 0, E('"正常 "') & elapsed & "天"),
        (some(over > 99999, over < 0.0001), book.named("#NUM!")),
        otherwise=told,
    )


def _segments(tab: Tab, channel: E, day: E) -> dict[Segment, E]:
    """Every segment's norm as a step of the tab; `channel` may be an error or blank."""
    book, numbers = tab.book, tab.book.policy.turnover
    low_months = tab.step("淡季月份", book.number(numbers.low_months, day))
    low = tab.step("平台仓淡季天数", book.number(numbers.platform_low_days, day))
    high = tab.step("平台仓旺季天数", book.number(numbers.platform_high_days, day))
    season = when((low_months.is_(SILENT), SILENT), (listed(call("MONTH", day), low_months), low), otherwise=high)
    return {
        Segment.PURCHASED: tab.step("采购天数", book.number(book.policy.lead_time.purchase_days, day)),
        Segment.DOMESTIC: tab.step("国内仓天数", book.number(numbers.domestic_days, day)),
        Segment.TRANSIT: tab.step("在途天数", transit_norm(tab, channel, day)),
        Segment.OVERSEAS: tab.step("货代仓/海外仓天数", book.number(numbers.overseas_days, day)),
        Segment.PLATFORM: tab.step("平台仓天数", season),
    }


def _norm(tab: Tab, written_segment: E, written: E, on: E, confirmed: E) -> E:
    book = tab.book
    day = tab.step("按哪天", when((is_number(on), on), otherwise=book.day), Form.DAY)
    channel = tab.step("渠道", when((blank(written), ""), otherwise=lane(tab, written)))
    words = {**{name.value: name.value for name in Segment}, **{word: name.value for word, name in SPELLED.items()}}
    segment = tab.step("段", book.meaning(replaced(written_segment, (" ", "")), "周转段的写法", words))
    norms = _segments(tab, channel, day)
    limit = _regulated(tab, day)
    takes = every(is_number(confirmed), _confirmable(segment))
    return when(
        (failed(channel), channel),
        (failed(segment), segment),
        (_negative(confirmed), book.named("#NUM!")),
        (takes, unless_silent([limit], confirmed)),
        (every(segment.is_(Segment.TRANSIT), blank(channel)), ""),
        *((segment.is_(name), norm) for name, norm in norms.items()),
        otherwise=segment,
    )


def _confirmable(segment: E) -> E:
    """Whether a segment's days can be confirmed by somebody."""
    return some(*(segment.is_(name) for name in (Segment.PURCHASED, Segment.DOMESTIC, Segment.TRANSIT)))


def _total(tab: Tab, purchase: E, written: E, day: E) -> E:
    channel = tab.step("渠道", lane(tab, written))
    norms = _segments(tab, channel, day)
    limit = _regulated(tab, day)
    others = [norm for name, norm in norms.items() if name is not Segment.PURCHASED]
    total = purchase + call("SUM", *others)
    return when(
        (failed(channel), channel),
        (_negative(purchase), tab.book.named("#NUM!")),
        otherwise=unless_silent([limit, *others], total),
    )


def _left(tab: Tab, arrived: E, as_of: E) -> E:
    longest = tab.step("最长天数", tab.book.number(tab.book.policy.turnover.overseas_max_days, arrived))
    seen = when((is_number(as_of), as_of), otherwise=tab.book.day)
    used = tab.step("已用天数", seen - arrived)
    left = when((used < 0, tab.book.named("#NUM!")), otherwise=call("INT", longest) - used)
    return unless_silent([longest], left)


def _share(tab: Tab, _days: E, _quantities: E, limit: E) -> E:
    """Over pairs without a blank."""
    usual = tab.book.number(tab.book.policy.turnover.total_limit_days, tab.book.day)
    bound = tab.step("上限", when((is_number(limit), limit), otherwise=usual))
    every_day, every_quantity = tab.numbers_of(0), tab.numbers_of(1)
    days, quantities = (f"{cells[0]}:{cells[-1]}" for cells in (every_day, every_quantity))
    both = f"ISNUMBER({days})*ISNUMBER({quantities})"
    pairs = tab.step("有几对", call("SUMPRODUCT", E(both)))
    negative = tab.step("负数", call("SUMPRODUCT", E(f"{both}*((({days}<0)+({quantities}<0))>0)")))
    total = tab.step("总数量", call("SUMPRODUCT", E(f"ISNUMBER({days})*1"), E(quantities)))
    over = tab.step("超过的数量", call("SUMPRODUCT", E(f"ISNUMBER({days})*({days}>{bound})"), E(quantities)))
    return when(
        (some(*map(failed, [*every_day, *every_quantity])), tab.book.named("#VALUE!")),
        (every(is_number(limit), limit < 0), tab.book.named("#NUM!")),
        (bound.is_(SILENT), SILENT),
        (negative > 0, tab.book.named("#NUM!")),
        (pairs.is_(0), ""),
        (total.is_(0), "无数量"),
        otherwise=over / total,
    )


def _cover(tab: Tab, stock: E, daily: E) -> E:
    wrong = some(stock < 0, daily < 0)
    return when((wrong, tab.book.named("#NUM!")), (daily.is_(0), NO_SALES), otherwise=stock / daily)


def _daily(tab: Tab, *averages: E) -> E:
    """The weights are shared by the averages given; all weights 0 is the plain mean."""
    book, cover = tab.book, tab.book.policy.cover
    weights = {}
    for window, average in zip((7, 14, 30), averages, strict=True):
        weight = book.number(cover.weights, book.day, lambda shares, window=window: shares[window], str(window))  # type: ignore[misc]
        weights[average] = tab.step(f"{window}天权重", weight)
    given = call("COUNT", *averages)
    shared = tab.step("权重合计", sum((when((is_number(a), w), otherwise=0) for a, w in weights.items()), start=E("0")))
    summed = sum((when((is_number(a), a * w), otherwise=0) for a, w in weights.items()), start=E("0"))
    mean = call("SUM", *averages) / given
    answer = when((shared.is_(0), mean), otherwise=rounded(summed / shared, 10))
    return when(
        (given.is_(0), ""),
        (_negative(*averages), book.named("#NUM!")),
        otherwise=unless_silent(list(weights.values()), answer),
    )


NATIVE = (
    Native("ETA", _eta, (Form.DAY,)),
    Native("TRANSITSTATE", _state, outside=_FAR),
    Native("TURNOVERNORM", _norm),
    Native("TURNOVERTOTAL", _total),
    Native("OVERSEASLEFT", _left),
    Native(
        "SHAREOVER",
        _share,
        (Form.PERCENT,),
    ),
    Native("COVERDAYS", _cover),
    Native("DAILYSALES", _daily),
)
