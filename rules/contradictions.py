"""Where two sentences of the SOP can't both be followed: what stands against what, with the lines.

An answer that rests on one of them carries the mark SOP自相矛盾, and its explanation quotes the lines.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple


class Contradiction(NamedTuple):
    """One contradiction in both languages, and the lines of the SOP that it stands in."""

    zh: str
    en: str
    lines: tuple[int, ...]


FAST_LANE = Contradiction(
    "快线:L124 全程(已含国内发出和清关)是一个天数,L312 的物流时间另加 L319 的清关是另一个,两边各按各的",
    "fast lane: L124 has one figure for the whole way, dispatch and customs included; L312 with the customs of L319 has "
    "another; each rule keeps its own",
    (124, 312, 319),
)
SEA_LANES = Contradiction(
    "海运:L326 的期望到达不分渠道,L125 直航、L313 整柜的天数不一样,两边各按各的",
    "by sea: L326 has one figure for every lane, L125 (direct) and L313 (full container) have others; each rule keeps its own",
    (125, 313, 326),
)
SAME_ORDER = Contradiction(
    "同一张单:采购计划的期望到达(L326)和备货周期(L304–319)给的天数不一样,两边各按各的",
    "the same order: the expected arrival of the purchase plan (L326) and the lead time (L304–319) give different days; "
    "each rule keeps its own",
    (304, 306, 309, 312, 317, 319, 326),
)
SHIPPED_BEFORE_SORTED = Contradiction(
    "周三提交的周六发货(L372),物流却在周一操作、仓储在周二分拣(L374–375)",
    "what is submitted on Wednesday ships on Saturday (L372), but is handled on Monday and sorted on Tuesday (L374–375)",
    (372, 374, 375),
)
SEASONS = Contradiction(
    "这个月在平台仓周转(L130)和发货路线(L398、L483)里一边是淡季、一边是旺季,两边各按各的",
    "this month is low season in one place and high in the other: turnover (L130), routes (L398, L483); each rule keeps its own",
    (130, 398, 483),
)
SEASONAL_GOODS = Contradiction(
    "季节性产品:L98 同滞销品,按批复;L116 按备货计划的月份",
    "seasonal goods: by approved plans in L98, by the stocking plan's months in L116",
    (96, 98, 116),
)
AD_CLOCK = Contradiction(
    "广告的月数:L100 从返单后上架算起,L102、L103、L106 从二次返单算起",
    "months of advertising: from the listing of the return order in L100, from the return order in L102, L103 and L106",
    (100, 102, 103, 106),
)
WARRANTY_FORM = Contradiction(
    "延保卡的表:L333 在金山文档《延保卡需求》,L527 在腾讯文档《延保卡需求汇总-Amazon》,两个名字都可以用",
    "the warranty form: 延保卡需求 in L333, 延保卡需求汇总-Amazon in L527; both names are good",
    (333, 527),
)
PEAK_DAYS = Contradiction(
    "L410 分平时三天、旺季七天,却写在只适用于旺季的路线里(L397–398)",
    "L410 tells three days from seven in the high season, inside a route that is for the high season only (L397–398)",
    (397, 398, 410),
)


def over_the_limit(lines: Collection[int]) -> Contradiction:
    """The SOP's own norms add up to more than its limit for the five segments; `lines` are those of both."""
    return Contradiction(
        "SOP 自己的五段标准加起来就超过它的上限(L131)",
        "the SOP's own norms of the five segments exceed its limit (L131)",
        tuple(sorted(lines)),
    )


def two_figures(zh: str, en: str, lines: Collection[int]) -> Contradiction:
    """Two numbers of the policy that stand for one thing; `lines` are those of both."""
    return Contradiction(zh, en, tuple(sorted(set(lines))))
