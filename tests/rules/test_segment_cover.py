"""The days of cover of the segments, as their explanation tells them."""

from datetime import date

from rules.policy.loader import packaged
from rules.segment_cover import Portion, cover_above, total_cover
from rules.turnover import Segment

DAY, POLICY = date(2026, 4, 27), packaged().rules
SEGMENTS = {
    Segment.PLATFORM: [Portion(100, 3)],
    Segment.DOMESTIC: [Portion(None, 10)],
    Segment.TRANSIT: [Portion(5, 0)],
}


def test_each_segment_is_told_rounded_unknown_or_in_its_word():
    for rule in (total_cover, cover_above):
        told = {part.zh.strip(): part.value for part in rule(DAY, POLICY, SEGMENTS).parts}
        assert told[f"{Segment.PLATFORM}可售天数"] == 33.3
        assert told[f"{Segment.DOMESTIC}可售天数"] == "?"
        assert told[f"{Segment.TRANSIT}可售天数"] == "无销量"


def test_what_is_known_is_told_together():
    (known,) = [part.value for part in cover_above(DAY, POLICY, SEGMENTS).parts if part.zh == "已知各段合计"]
    assert round(known, 3) == 33.333
