"""Quiet hours, intervals, and how long a failure waits."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.policy.site import Cadence
from sync.daemon.hours import LONGEST_WAIT, after_quiet, next_look, next_try

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")


def at(text, zone=SHANGHAI):
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("quiet", "moment", "then"),
    [
        ([], "2026-04-27T23:00", "2026-04-27T23:00"),
        (["22:00-07:00"], "2026-04-27T21:59", "2026-04-27T21:59"),
        (["22:00-07:00"], "2026-04-27T22:00", "2026-04-28T07:00"),
        (["22:00-07:00"], "2026-04-28T06:59", "2026-04-28T07:00"),
        (["22:00-07:00"], "2026-04-28T07:00", "2026-04-28T07:00"),
        (["12:00-13:30"], "2026-04-27T12:00", "2026-04-27T13:30"),
        (["12:00-13:30", "13:00-14:00"], "2026-04-27T12:30", "2026-04-27T14:00"),
        (["22:00-07:00", "07:00-08:00"], "2026-04-27T23:00", "2026-04-28T08:00"),
    ],
)
def test_quiet_hours_end(quiet, moment, then):
    assert after_quiet(at(moment), quiet, SHANGHAI) == at(then)


def test_quiet_hours_are_those_of_the_wall_on_the_day_the_clocks_change():
    assert after_quiet(at("2026-03-07T23:00", NEW_YORK), ["22:00-07:00"], NEW_YORK) == at("2026-03-08T07:00", NEW_YORK)


def test_quiet_hours_that_fill_the_day_end_all_the_same():
    after_quiet(at("2026-04-27T12:00"), ["00:00-12:30", "12:00-00:10"], SHANGHAI)


spans = st.lists(
    st.tuples(st.integers(0, 1439), st.integers(0, 1439)).filter(lambda pair: pair[0] != pair[1]), max_size=1
)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)), spans)
def test_the_moment_after_is_never_before_and_never_quiet(moment, pairs):
    quiet = ["-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in pair) for pair in pairs]
    moment = moment.replace(tzinfo=UTC)
    then = after_quiet(moment, quiet, SHANGHAI)
    assert then >= moment
    assert after_quiet(then, quiet, SHANGHAI) == then


def test_intervals_are_spread_by_a_tenth_and_failures_wait_twice_as_long_each_time():
    now, cadence = at("2026-04-27T09:00"), Cadence(every_minutes=20)
    assert next_look(now, cadence, SHANGHAI, 0.0) - now == timedelta(minutes=20)
    assert next_look(now, cadence, SHANGHAI, 1.0) - now == timedelta(minutes=22)
    waits = [(next_try(now, failures, cadence, SHANGHAI) - now).total_seconds() for failures in range(1, 20)]
    assert waits[:3] == [15, 30, 60]
    assert max(waits) == LONGEST_WAIT
    assert all(before <= after for before, after in pairwise(waits))


@pytest.mark.parametrize("span", ["22-07", "22:00", "24:00-01:00", "22:00-22:00", "22:60-23:00", "22:00–07:00"])
def test_what_is_no_span_of_hours(span):
    with pytest.raises(ValueError, match="22:00-07:00"):
        Cadence(quiet=(span,))
