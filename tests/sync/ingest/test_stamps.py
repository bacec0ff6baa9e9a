"""Days, times and windows in names, from a table that a planner can extend."""

from datetime import date, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sync.ingest.stamps import EARLIEST, stamp_of

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases" / "file_names.yaml").read_text("utf-8"))
NOW = datetime(2026, 11, 28, 10)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_names(case):
    stamp = stamp_of(case["name"], NOW, american=case.get("amazon", False))
    if "is" not in case:
        assert stamp is None
        return
    wanted = case["is"]
    assert stamp.day == (wanted.date() if isinstance(wanted, datetime) else wanted)
    assert (stamp.clock is not None) == isinstance(wanted, datetime)
    if stamp.clock:
        assert stamp.moment == wanted
    assert stamp.window == ((case["from"], stamp.day) if "from" in case else None)


DAYS = st.dates(date(2015, 1, 1), date(2026, 11, 28))
FORMS = ("%Y%m%d", "%Y-%m-%d", "%Y.%m.%d", "%Y_%m_%d", "%Y年%m月%d日")


@given(day=DAYS, form=st.sampled_from(FORMS), before=st.sampled_from(["", "库存", "库存_", "Listing", "(x) "]))
def test_a_day_is_found_in_every_form(day, form, before):
    assert stamp_of(f"{before}{day.strftime(form)}.xlsx", NOW).day == day


@given(
    days=st.tuples(DAYS, DAYS), form=st.sampled_from(FORMS[:3]), sign=st.sampled_from(["~", "～", "至", "_to_", "-"])
)
def test_two_days_with_a_sign_between_are_a_window_when_they_are_in_order(days, form, sign):
    first, last = days
    stamp = stamp_of(f"产品表现{first.strftime(form)}{sign}{last.strftime(form)}.xlsx", NOW)
    if first <= last:
        assert stamp.window == (first, last)
    else:
        assert (stamp.window, stamp.day) == (None, max(days))


@given(name=st.text(max_size=60) | st.text("0126789-~/._年月日 至", max_size=24))
def test_any_name_is_answered(name):
    stamp = stamp_of(name, NOW, american=True)
    assert stamp is None or EARLIEST <= (stamp.first or stamp.day) <= stamp.day
