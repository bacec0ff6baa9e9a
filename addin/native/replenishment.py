"""R50 and R53 as formulas: RESTOCK, STOCKOUT, STACKEDPRICE."""

from __future__ import annotations

from addin.native import convert
from addin.native.calendars import always
from addin.native.convert import a_day_answer
from addin.native.definition import Native
from addin.native.expression import (
    E,
    blank,
    call,
    every,
    failed,
    if_failed,
    is_number,
    rounded,
    same_text,
    some,
    unless_silent,
    up,
    when,
    whole,
)
from addin.native.rulebook import NoNative
from addin.native.tab import Form, Tab
from addin.native.texts import without_blanks
from rules.cover import NO_SALES
from rules.errors import Text
from rules.policy.kinds import folded

_DIGITS = 9


def _negative(*values: E) -> E:
    return some(*(every(is_number(value), value < 0) for value in values))


def _restock(tab: Tab, daily: E, on_hand: E, inbound: E, lead: E, review: E, safety: E, carton: E, moq: E) -> E:
    book, numbers = tab.book, tab.book.policy.replenishment
    between = tab.step(
        "复核间隔", when((is_number(review), review), otherwise=book.number(numbers.review_days, book.day))
    )
    spare = tab.step(
        "安全天数", when((is_number(safety), safety), otherwise=book.number(numbers.safety_days, book.day))
    )
    gap = tab.step("缺口", unless_silent([between, spare], daily * (lead + between + spare) - (on_hand + inbound)))
    size = when((is_number(carton), carton), otherwise=1)
    least = when((is_number(moq), moq), otherwise=0)
    cartons = up(rounded(call("MAX", gap, least) / size, _DIGITS))
    wrong = some(_negative(moq), every(is_number(carton), carton <= 0))
    order = when((wrong, book.named("#NUM!")), (rounded(gap, _DIGITS) <= 0, 0), otherwise=cartons * size)
    return when(
        (_negative(daily, on_hand, inbound, lead, review, safety), book.named("#NUM!")),
        otherwise=unless_silent([gap], order),
    )


def _stock_out(tab: Tab, daily: E, on_hand: E, _arrivals: E, as_of: E) -> E:
    """From one arrival to the next one, in order of days; what came before the first day is left out."""
    book = tab.book
    first = tab.step("从哪天", when((is_number(as_of), as_of), otherwise=book.day), Form.DAY)
    days, units = _lots(tab)
    keys = [
        tab.step(
            f"到货 {i} 次序",
            when(
                (every(is_number(day), is_number(count)), when((day >= first, day + i / 10), otherwise="")),
                otherwise="",
            ),
        )
        for i, (day, count) in enumerate(zip(days, units, strict=True), 1)
    ]
    answer: list[tuple[E, E]] = []
    level, today = on_hand, first
    in_order = E(f"{keys[0]}:{keys[-1]}")
    for turn in range(1, len(keys) + 1):
        key = tab.step(f"第 {turn} 批", if_failed(call("SMALL", in_order, turn), ""))
        day = tab.step(f"第 {turn} 批到", when((is_number(key), whole(key)), otherwise=""), Form.DAY)
        lasting = whole(rounded(level / daily, _DIGITS))
        out = tab.step(
            f"第 {turn} 批前断货",
            when((blank(day), today + lasting), (lasting < day - today, today + lasting), otherwise=""),
        )
        answer.append((is_number(out), out))
        place = rounded((key - whole(key)) * 10, 0)
        arriving = when((is_number(key), call("CHOOSE", place, *units)), otherwise=0)
        level = tab.step(
            f"第 {turn} 批后库存",
            when((blank(day), 0), otherwise=rounded(level - daily * (day - today), _DIGITS) + arriving),
        )
        today = day
    last = today + whole(rounded(level / daily, _DIGITS))
    wrong = [(failed(cell), cell) for lot in zip(days, units, strict=True) for cell in lot]
    lost = [every(is_number(day), is_number(count), count < 0) for day, count in zip(days, units, strict=True)]
    return when(
        *wrong,
        (failed(as_of), as_of),
        (some(_negative(daily, on_hand), *lost), book.named("#NUM!")),
        (daily.is_(0), NO_SALES),
        otherwise=a_day_answer(tab.step("断货日", when(*answer, otherwise=last), Form.DAY), book),
    )


def _lots(tab: Tab) -> tuple[list[E], list[E]]:
    """Days and units of the arrivals; a row that lacks either is passed over."""
    cells = tab.written[2]
    days, units = [], []
    for i in range(0, len(cells), 2):
        days.append(tab.day(f"到货 {i // 2 + 1}", cells[i]))
        units.append(tab.number(f"到货 {i // 2 + 1} 件数", cells[i + 1]))
    return days, units


def _stacked(tab: Tab, price: E, _discounts: E) -> E:
    """Deals first, then what the others take off the deal price; all of them at once are the lowest."""
    book, numbers = tab.book, tab.book.policy.discounts
    apart = always(numbers.apart).take(numbers.apart)
    deals = always(numbers.deal_kinds).take(numbers.deal_kinds)
    if any(one != other for one, other in apart):
        raise NoNative("有两种折扣不能同时生效,要逐个组合比较", "kinds that exclude each other need every combination")
    one_only = {one for one, _ in apart}
    words = {folded(word): name for name, others in numbers.kinds.items() for word in (name, *others)}
    rows = []
    faults: list[tuple[E, E]] = []
    cells = tab.written[1]
    for i in range(0, len(cells), 2):
        name = f"折扣 {i // 2 + 1}"
        kind_text = tab.step(f"{name} 种类文字", call("LOWER", without_blanks(convert.cleaned(cells[i]))))
        value = tab.number(name, cells[i + 1])
        kind = tab.step(
            f"{name} 种类",
            when((blank(value), ""), otherwise=book.meaning(kind_text, "discounts.kinds", words, "折扣的写法")),
        )
        text = convert.cleaned(cells[i + 1])
        share = tab.step(f"{name} 按百分比", some(call("RIGHT", text).is_("%"), value < 1))
        beyond = every(is_number(value), some(value < 0, every(share, value > 1)))
        faults += [(failed(kind), kind), (beyond, book.named("#NUM!"))]
        rows.append((kind, value, share))
    wrong_values = some(*(failed(value) for _, value, _ in rows))

    def saving(name: str, base: E) -> E:
        """What the discounts of one kind take off."""
        amounts = [
            when(
                (if_failed(same_text(kind, name), E("FALSE")), when((share, value * base), otherwise=value)),
                otherwise=0,
            )
            for kind, value, share in rows
        ]
        return tab.step(f"{name}减", call("MAX" if name in one_only else "SUM", *amounts))

    off_price = [saving(name, price) for name in deals]
    deal = tab.step("活动价", call("MAX", 0, price - call("SUM", 0, *off_price)))
    off_deal = [saving(name, deal) for name in numbers.kinds if name not in deals]
    return when(
        (wrong_values, book.named("#VALUE!")),
        (price < 0, book.named("#NUM!")),
        *faults,
        otherwise=call("MAX", 0, deal - call("SUM", 0, *off_deal)),
    )


NATIVE = (
    Native("RESTOCK", _restock),
    Native(
        "STOCKOUT",
        _stock_out,
        (Form.DAY,),
        pairs=("arrivals",),
        outside=Text("超过五批到货", "more than five arrivals"),
    ),
    Native(
        "STACKEDPRICE",
        _stacked,
        pairs=("discounts",),
        outside=Text("超过五个折扣;金额带货币符号", "more than five discounts; amounts with a currency sign"),
    ),
)
