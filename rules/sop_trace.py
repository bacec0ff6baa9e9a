"""From every line of the SOP to the rules that hold it, or to why no program should.

Lines of rules stand in `rules.index`; here stand the others, each range with its reason. A line that
only repeats an earlier one belongs to the same rules, or has the same reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from rules.errors import Code, Error, Text
from rules.index import RULES, Rule
from rules.policy import sop
from rules.policy.dated import Dated, dated_below
from rules.policy.models import Rules

F_RULE = Code("F-007", "没有规则“{found}”", "no rule “{found}”", "已有:{expected}", "there are: {expected}")

PAGE = Text("网页导出带来的页面元素,不是规则", "furniture of the exported web page, no rule")
PICTURES = Text(
    "图片和视频的设计建议:好不好由人看,程序判断不了",
    "advice on pictures and video: people judge it, a program can't",
)
ADS = Text(
    "广告打法的建议:选哪种广告由运营判断;数据记录见 R67,预算见 R42",
    "advice on ad tactics: the operator decides; for the log see R67, for the budget R42",
)
POLICY_RISK = Text(
    "和买家谈好评、退款违反亚马逊政策的风险高,不做程序",
    "asking buyers for reviews or refunds risks Amazon's policy: not programmed",
)
SELLER_CENTRE = Text(
    "卖家后台的点击步骤:人在网页上操作;文件名见 R03,时间窗口见 R32",
    "clicks in the seller centre, done by people; for the file's name see R03, for slots R32",
)
NO_PICTURE = Text("指向一张截图或参考图,导出里没有", "points at a picture that the export lacks")
UNFINISHED = Text("SOP 自己注明还没写完", "the SOP itself says that it is unfinished")
ONLY_TITLE = Text("只有标题,SOP 没有写内容", "a title only; the SOP says nothing below it")
IN_ERP = Text(
    "在 ERP 里提醒审批、看状态:状态由导出带回,不用计算",
    "reminders and states inside the ERP; its export brings the state back, nothing is computed",
)
STAFF = Text("提成和考核版本是人事安排,不是计算", "commissions and reviews of staff are personnel matters")
OUTLOOK = Text("公司的打算,没有可执行的规定", "an intention of the company; nothing to carry out yet")
COLUMNS = Text(
    "说填哪些列:由《货件预约及时间填写》的列承担(货件指令由销售填,货代仓操作由物流填)",
    "says which columns are filled in: the sheet's own columns hold it",
)
RED_HEADERS = Text(
    "说哪些列由运营填:由表头的红色标出,不是计算", "says which columns operators fill: their headers are red"
)


def _heading(*rules: str) -> Text:
    return Text(f"标题,内容在 {'、'.join(rules)}", f"a heading; its contents are {', '.join(rules)}")


def _pointer(*rules: str) -> Text:
    return Text(f"只是指路:见 {'、'.join(rules)}", f"only points elsewhere: see {', '.join(rules)}")


WHY: tuple[tuple[int, int, Text], ...] = (
    (1, 6, PAGE),
    (44, 44, _pointer("R10", "R51")),
    (46, 46, _pointer("R12")),
    (58, 58, _heading("R13")),
    (60, 61, PICTURES),
    (63, 63, PICTURES),
    (69, 86, PICTURES),
    (87, 88, UNFINISHED),
    (89, 90, _heading("R20", "R22", "R23", "R40", "R41", "R42", "R43")),
    (91, 92, _heading("R22", "R23")),
    (107, 107, STAFF),
    (109, 109, STAFF),
    (110, 110, OUTLOOK),
    (133, 135, ONLY_TITLE),
    (153, 153, _heading("R62", "R63", "R67")),
    (164, 164, _heading("R67")),
    (166, 166, ADS),
    (168, 175, ADS),
    (177, 184, ADS),
    (186, 187, ADS),
    (218, 224, POLICY_RISK),
    (331, 331, NO_PICTURE),
    (338, 338, _heading("R30", "R31", "R32")),
    (339, 339, _heading("R02", "R33", "R35", "R36", "R52")),
    (344, 344, _heading("R30", "R31", "R32")),
    (345, 345, RED_HEADERS),
    (346, 346, UNFINISHED),
    (366, 367, IN_ERP),
    (429, 434, SELLER_CENTRE),
    (462, 467, SELLER_CENTRE),
    (492, 497, COLUMNS),
    (498, 498, NO_PICTURE),
    (537, 539, PAGE),
)
"""First line, last line, why no rule holds them; in the SOP's order, without overlap."""


SINCE_WHEN = 132
"""The line that puts L111–131 in force."""


@dataclass(frozen=True)
class Traced:
    """One line with the rules that hold it, or with the reason why none does.

    `repeats` is the earlier line whose text this one only says again.
    """

    line: int
    text: str
    rules: tuple[str, ...]
    why: Text | None
    repeats: int | None

    def why_none(self, lang: str = "zh") -> str | None:
        """The reason in one language; of a repeated line also which one it repeats."""
        if self.why is None or self.repeats is None:
            return self.why and self.why.say(lang)
        again = f"重复第 {self.repeats} 行:" if lang == "zh" else f"repeats line {self.repeats}: "
        return again + self.why.say(lang)


@cache
def _trace() -> dict[int, Traced]:
    reasons = {number: why for first, last, why in WHY for number in range(first, last + 1)}
    traced = {}
    for number in sop.numbers():
        source = sop.repeats().get(number)
        meant = source or number
        rules = tuple(rule.id for rule in RULES.values() if meant in rule.lines)
        traced[number] = Traced(number, sop.line(number), rules, reasons.get(meant), source)
    return traced


def trace(number: int) -> Traced | None:
    """What holds one line; None for a line that is blank or not there.

    >>> trace(93).rules, trace(60).why.en, trace(212).repeats, trace(536)
    (('R22',), "advice on pictures and video: people judge it, a program can't", 208, None)
    """
    return _trace().get(number)


def traced() -> tuple[Traced, ...]:
    """Every line of the SOP that is not blank, in order."""
    return tuple(_trace().values())


def rule_named(written: str) -> Rule:
    """The rule of an id in any letter case. Raises F-007.

    >>> rule_named("r30").id, rule_named("Calendars").id
    ('R30', 'calendars')
    """
    wanted = written.strip().casefold()
    found = next((rule for rule in RULES.values() if rule.id.casefold() == wanted), None)
    if found is None:
        raise Error(F_RULE, found=written, expected=", ".join(RULES))
    return found


def numbers_of(rule: Rule, policy: Rules) -> Iterator[tuple[str, Dated[Any]]]:
    """The numbers that belong to a rule, with their keys.

    Of a family that several rules share, those whose lines of the SOP are the rule's; one whose
    lines are nobody's belongs to all of them. L132, which only says since when, decides nothing.

    >>> from rules.policy.loader import packaged
    >>> [key for key, _ in numbers_of(rule_named("R67"), packaged().rules)][-1]
    'rules.checklists.sheets.广告数据.due_days'
    """
    for family in rule.families:
        sharing = [other for other in RULES.values() if family in other.families]
        for key, number in dated_below(getattr(policy, family), f"rules.{family}"):
            cited = set(number.sop) - {SINCE_WHEN}
            owners = [other for other in sharing if cited & set(other.lines)] or sharing
            if rule in owners:
                yield key, number
