"""R35 and R36: which way goods take to the platform's warehouse (L382–399, L482–505).

The months of the high season are those of shipping; R20 has others for the platform's warehouse,
and both stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rules.answer import Fault, Ledger, rule
from rules.errors import Code
from rules.plain_text import bare
from rules.policy.models import Rules
from rules.seasons import contradicts_season

F_LABEL = Code(
    "F-447",
    "没有外箱标状态“{found}”",
    "no state of the outer box label “{found}”",
    "可用:{expected}",
    "use one of {expected}",
)


@dataclass(frozen=True)
class HandOver:
    """What is handed over to purchasing; `columns` where it is a table."""

    what: str
    columns: tuple[str, ...] = ()


def label_named(written: str, policy: Rules) -> str:
    """The state of the outer box label that a text means. Raises F-447 (#N/A).

    >>> from rules.policy.loader import packaged
    >>> label_named("未贴标", packaged().rules)
    '未贴'
    """
    folded = bare(written)
    for state, spellings in policy.routes.label_states.items():
        if folded == state or folded in spellings:
            return state
    raise Fault("#N/A", F_LABEL, found=written, expected="、".join(policy.routes.label_states))


@rule("R35")
def route(book: Ledger, policy: Rules, day: date, label: str) -> str:
    """The way from the forwarder's warehouse on a day, with ``→``, and what to do.

    In July, November and December by way of the overseas warehouse; in the other months direct, and
    what to do depends on the state of the outer box label (已贴, 需更改, 未贴). Marked SOP自相矛盾 in
    the months whose season R20 calls otherwise. Raises F-447 (#N/A) for another state.

    >>> from rules.policy.loader import packaged
    >>> route(date(2025, 7, 1), packaged().rules, date(2025, 7, 1), "已贴").value.split("：")[0]
    '货代仓→海外仓→平台仓'
    >>> route(date(2025, 8, 1), packaged().rules, date(2025, 8, 1), "未贴").value
    '货代仓→平台仓：移至海外仓贴标；或向部门主管申请由货代仓有偿贴标并发货'
    """
    numbers = policy.routes
    state = label_named(label, policy)
    high = day.month in book.take(numbers.high_months)
    book.remark(
        f"{day.month} 月是发货的{'旺' if high else '淡'}季", f"month {day.month} is {'high' if high else 'low'} season"
    )
    contradicts_season(book, policy, day)
    way = book.take(numbers.high_route if high else numbers.low_route)
    steps = book.take(numbers.high_steps if high else numbers.low_steps[state])
    book.part("路线", "route", way)
    book.part("外箱标", "outer box label", state)
    return f"{way}：{steps}"


@rule("R35")
def domestic_direct(book: Ledger, policy: Rules, warranty: bool) -> tuple[HandOver, ...]:
    """What goes to purchasing for 国内仓→平台仓: outer box labels with the order, then the shipping order.

    With warranty labels also a table of SKU, quantity and purchase order.

    >>> from rules.policy.loader import packaged
    >>> every = domestic_direct(date(2025, 4, 3), packaged().rules, True).value
    >>> every[-1].columns
    ('SKU', '数量', 'PO单号')
    """
    numbers = policy.routes
    every = [HandOver(what) for what in book.take(numbers.domestic_handover)]
    if warranty:
        every.append(HandOver(book.take(numbers.warranty_handover), book.take(numbers.warranty_columns)))
    return tuple(every)


@rule("R36")
def direct_steps(book: Ledger, policy: Rules) -> tuple[str, ...]:
    """The steps of delivery straight from the forwarder, in order; ``SOP未规定`` before 2025-03-17.

    >>> from rules.policy.loader import packaged
    >>> direct_steps(date(2025, 3, 17), packaged().rules).value[0]
    '等物流反馈可约仓时间'
    >>> direct_steps(date(2025, 3, 16), packaged().rules).value
    'SOP未规定'
    """
    return book.take(policy.routes.direct_steps)


@rule("R36")
def direct_needs_letter(book: Ledger, policy: Rules) -> bool:
    """Whether delivery straight from the forwarder needs an appointment letter: it does not.

    ``SOP未规定`` before 2025-03-17.

    >>> from rules.policy.loader import packaged
    >>> direct_needs_letter(date(2025, 3, 17), packaged().rules).value
    False
    """
    return book.take(policy.routes.direct_needs_letter)
