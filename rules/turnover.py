"""R20: turnover in five segments, their norms, and lots in transit (L120–131, from 2025-01-01).

Day counts that somebody confirmed go before the norm; a norm in their place is marked 未确认. The
norms themselves can exceed the limit of 120 days: that is shown, not hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from math import ceil

from rules.answer import Fault, Ledger, Silent, Word, not_negative, rule
from rules.arrivals import contradicts_arrival
from rules.calendars import days_later
from rules.contradictions import FAST_LANE, SEA_LANES, over_the_limit
from rules.errors import Code
from rules.plain_text import bare
from rules.policy.families.stock import Lane
from rules.policy.kinds import Channel
from rules.policy.models import Rules
from rules.seasons import contradicts_season

F_SEGMENT = Code(
    "F-211",
    "没有周转段“{found}”",
    "no turnover segment “{found}”",
    "可用:{expected}",
    "use one of {expected}",
)
F_ORDER = Code(
    "F-213",
    "{found} 早于 {expected}",
    "{found} lies before {expected}",
    "检查两个日期",
    "check the two dates",
)
F_LENGTHS = Code(
    "F-215",
    "天数有 {found} 个,数量有 {expected} 个",
    "{found} day counts, but {expected} quantities",
    "两个区域要一样大",
    "both ranges must have the same size",
)


class Segment(StrEnum):
    """The five segments; forwarder's and overseas warehouse share one clock."""

    PURCHASED = "已采购未交货"
    DOMESTIC = "国内仓"
    TRANSIT = "海外在途"
    OVERSEAS = "货代仓/海外仓"
    PLATFORM = "平台仓"


ENGLISH = {
    Segment.PURCHASED: "purchased, not delivered",
    Segment.DOMESTIC: "domestic warehouse",
    Segment.TRANSIT: "in transit",
    Segment.OVERSEAS: "forwarder's and overseas warehouse",
    Segment.PLATFORM: "platform warehouse",
}
SPELLED = {
    "采购未交": Segment.PURCHASED,
    "采购未交货": Segment.PURCHASED,
    "在途": Segment.TRANSIT,
    "货代仓": Segment.OVERSEAS,
    "海外仓": Segment.OVERSEAS,
    "FBA": Segment.PLATFORM,
}


def segment_named(written: str) -> Segment:
    """The segment that a text means. Raises F-211 (#N/A)."""
    folded = bare(written)
    known = {**{segment.value: segment for segment in Segment}, **SPELLED}
    if folded not in known:
        raise Fault("#N/A", F_SEGMENT, found=written, expected="、".join(Segment))
    return known[folded]


def _lane(book: Ledger, policy: Rules, channel: Channel) -> Lane:
    lane = policy.turnover.lanes.get(channel)
    if lane is None:
        book.missing(f"rules.turnover.lanes.{channel}.norm_days")
        raise Silent(f"SOP 没有规定{channel}的周转天数(L124–126)", f"the SOP has no norm for {channel} (L124–126)")
    return lane


def _norm(book: Ledger, policy: Rules, segment: Segment, channel: Channel, day: date) -> float:
    numbers = policy.turnover
    if segment is Segment.PURCHASED:
        book.mark(
            Word.UNCONFIRMED,
            "采购还没确认天数,用备货的一般交期(采购部在下周一确认)",
            "purchasing has not confirmed; the general lead time stands in (confirmed on Mondays)",
        )
        return book.take(policy.lead_time.purchase_days)
    if segment is Segment.DOMESTIC:
        return book.take(numbers.domestic_days)
    if segment is Segment.TRANSIT:
        days = book.take(_lane(book, policy, channel).norm_days)
        book.mark(
            Word.UNCONFIRMED,
            f"物流还没确认天数,用{channel}的标准 {days:g} 天",
            f"logistics has not confirmed; the norm of {channel} ({days:g} days) stands in",
        )
        if channel == "快线":
            book.contradict(FAST_LANE)
        elif channel == "直航":
            book.contradict(SEA_LANES)
        contradicts_arrival(book, policy, channel)
        return days
    if segment is Segment.OVERSEAS:
        return book.take(numbers.overseas_days)
    low = day.month in book.take(numbers.low_months)
    contradicts_season(book, policy, day)
    book.remark(
        f"{day.month} 月是{'淡' if low else '旺'}季(平台仓)", f"month {day.month} is {'low' if low else 'high'} season"
    )
    return book.take(numbers.platform_low_days if low else numbers.platform_high_days)


@rule("R20")
def turnover_norm(
    book: Ledger,
    policy: Rules,
    segment: Segment,
    channel: Channel | None = None,
    day: date | None = None,
    confirmed: float | None = None,
) -> float | None:
    """Days that one segment may take; `day` gives the season of 平台仓.

    Confirmed days (purchasing's, logistics', or an approved exception of 国内仓) go first; the
    warehouses abroad and the platform's have none. Transit without a lane is blank.

    >>> from rules.policy.loader import packaged
    >>> policy, day = packaged().rules, date(2025, 6, 15)
    >>> [turnover_norm(day, policy, segment, "快线").value for segment in Segment]
    [30.0, 7.0, 45.0, 14.0, 35.0]
    """
    not_negative("确认天数", confirmed)
    if confirmed is not None and segment in (Segment.PURCHASED, Segment.DOMESTIC, Segment.TRANSIT):
        book.require(policy.turnover.total_limit_days)
        book.part(f"{segment}(已确认)", f"{ENGLISH[segment]} (confirmed)", confirmed)
        return confirmed
    if segment is Segment.TRANSIT and channel is None:
        return None
    norm = _norm(book, policy, segment, channel or "", day or book.day)
    book.part(f"{segment}(标准)", f"{ENGLISH[segment]} (norm)", norm)
    return norm


@rule("R20")
def turnover_total(book: Ledger, policy: Rules, purchase_days: float, channel: Channel) -> float:
    """The five segments together; the ledger's day gives the season of 平台仓.

    Marked SOP自相矛盾 where the norms with the general purchase days exceed the SOP's own limit (L131).

    >>> from rules.policy.loader import packaged
    >>> turnover_total(date(2025, 6, 15), packaged().rules, 30, "快线").value
    131.0
    >>> turnover_total(date(2024, 12, 31), packaged().rules, 30, "快线").value
    'SOP未规定'
    """
    not_negative("采购天数", purchase_days)
    limit = book.take(policy.turnover.total_limit_days)
    days = {
        segment: purchase_days if segment is Segment.PURCHASED else _norm(book, policy, segment, channel, book.day)
        for segment in Segment
    }
    for segment, count in days.items():
        book.part(segment, ENGLISH[segment], count)
    total = float(sum(days.values()))
    book.part("五段合计", "total", total)
    general = policy.lead_time.purchase_days
    if total - purchase_days + (general.on(book.day) or 0) > limit:
        norms = (general, *(used.number for used in book.used.values()))
        book.contradict(over_the_limit({line for norm in norms for line in norm.sop[:1]}))
    if total > limit:
        book.remark(
            f"合计 {total:g} 天,超过 {limit:g} 天 {total - limit:g} 天",
            f"{total - limit:g} days above the limit of {limit:g}",
        )
    return total


@rule("R20")
def eta(book: Ledger, policy: Rules, shipped: date, channel: Channel, confirmed: float | None = None) -> date:
    """The day of arrival: dispatch + the days that logistics confirmed, else the lane's norm, marked."""
    not_negative("确认天数", confirmed)
    book.require(policy.turnover.total_limit_days)
    days = _norm(book, policy, Segment.TRANSIT, channel, shipped) if confirmed is None else confirmed
    book.part("在途天数", "days in transit", days)
    return days_later(shipped, ceil(days))


@rule("R20")
def transit_state(
    book: Ledger,
    policy: Rules,
    shipped: date,
    channel: Channel,
    seen: date,
    confirmed: float | None = None,
    *,
    arrived: bool = False,
) -> str:
    """正常, 超期 (over the days) or 异常 (over by *more than* the tolerance), with the days so far.

    `seen` is the day of arrival, or the day on which the lot is still under way. A lot that leaves
    later than `seen` is 未发出; one that arrived before it left raises F-213 (#NUM!). A lane without
    a tolerance in the SOP is never 异常; 超期 is then marked 需确认.

    >>> from rules.policy.loader import packaged
    >>> def on(day): return transit_state(date(2025, 3, 1), packaged().rules, date(2025, 3, 1), "快线", day).value
    >>> on(date(2025, 4, 15)), on(date(2025, 4, 20)), on(date(2025, 4, 21))
    ('正常 45天', '超期 50天(超5天)', '异常 51天(超6天)')
    """
    not_negative("确认天数", confirmed)
    elapsed = (seen - shipped).days
    if elapsed < 0:
        if arrived:
            raise Fault("#NUM!", F_ORDER, found=f"到仓 {seen}", expected=f"发货 {shipped}")
        return "未发出"
    days = _norm(book, policy, Segment.TRANSIT, channel, shipped) if confirmed is None else confirmed
    over = elapsed - days
    book.part("已用天数", "days so far", elapsed)
    book.part("标准天数" if confirmed is None else "物流确认天数", "days allowed", days)
    lane = policy.turnover.lanes.get(channel)
    tolerance = book.require(lane.tolerance_days) if lane else None
    if over <= 0:
        return f"正常 {elapsed}天"
    if lane:
        book.take(lane.tolerance_days)
    if tolerance is None:
        book.mark(Word.TO_CONFIRM, f"SOP 没有规定{channel}超过几天算异常", f"the SOP has no tolerance for {channel}")
    state = "异常" if tolerance is not None and over > tolerance else "超期"
    return f"{state} {elapsed}天(超{over:g}天)"


@rule("R20")
def overseas_left(book: Ledger, policy: Rules, arrived: date, today: date) -> int:
    """Days left of the longest stay in forwarder's and overseas warehouse together.

    Counted from arrival at the forwarder's warehouse as a plain difference of dates, transfers
    included; negative when over. Raises F-213 (#NUM!) before arrival.

    >>> from rules.policy.loader import packaged
    >>> overseas_left(date(2025, 11, 5), packaged().rules, date(2025, 11, 5), date(2025, 11, 21)).value  # L129
    14
    """
    longest = book.take(policy.turnover.overseas_max_days)
    used = (today - arrived).days
    if used < 0:
        raise Fault("#NUM!", F_ORDER, found=today, expected=f"到货代仓 {arrived}")
    book.part("已用天数", "days used", used)
    book.part("最长天数", "longest stay", longest)
    return int(longest) - used


@rule("R20")
def share_over(
    book: Ledger,
    policy: Rules,
    days: Sequence[float | None],
    quantities: Sequence[float | None],
    limit: float | None = None,
) -> float | str | None:
    """The share of the quantity whose days are *above* the limit (default 120, L131).

    A pair with a blank is left out; no pair at all is blank; no quantity at all is ``无数量``. By
    value: give amounts in place of quantities. Raises F-215 (#VALUE!) for ranges of unequal size,
    F-201 (#NUM!) for a negative number.
    """
    if len(days) != len(quantities):
        raise Fault("#VALUE!", F_LENGTHS, found=len(days), expected=len(quantities))
    not_negative("上限", limit)
    bound = book.take(policy.turnover.total_limit_days) if limit is None else limit
    pairs = [(day, count) for day, count in zip(days, quantities, strict=True) if day is not None and count is not None]
    for day, count in pairs:
        not_negative("天数", day)
        not_negative("数量", count)
    if not pairs:
        return None
    total = sum(count for _, count in pairs)
    over = sum(count for day, count in pairs if day > bound)
    book.part(f"超过 {bound:g} 天的数量", f"quantity above {bound:g} days", over)
    book.part("总数量", "total quantity", total)
    book.mark(
        Word.READING,
        "按数量计算占比;要按金额,把金额放在数量的位置",
        "share by quantity; for a share by value give amounts",
    )
    return over / total if total else "无数量"
