"""Moments that name their zone are told by the team's clock, wherever a function gets one."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.commands.catalogue import COMMANDS
from addin.functions.batch import evaluate_batch
from addin.hosts.excel import functions as excel
from addin.hosts.libreoffice.functions import Functions
from addin.hosts.live_policy import LivePolicy
from addin.registry.catalogue import find
from addin.service.models import batch, work
from console.cli import main
from rules.policy.loader import load, packaged
from sheets_schema.cells import to_serial
from sheets_schema.zoned import on_clock
from sync.backends.workbook.reader import open_workbook
from tests.addin.commands.desk import desk, in_memory
from tests.addin.hosts.test_headless import made

UTC_TEXT = "2025-04-02T22:30:00Z"
DAY_THERE = {"Asia/Shanghai": date(2025, 4, 3), "America/Mexico_City": date(2025, 4, 2)}
"""The day that it is there at that moment."""


@pytest.fixture(params=DAY_THERE)
def config_file(request, tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(f"rules: {{}}\nsite:\n  timezone: {request.param}\n", "utf-8")
    return path


@pytest.fixture
def day(config_file):
    return DAY_THERE[load(config_file).site.timezone]


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)),
    st.integers(-14 * 60, 14 * 60),
    st.sampled_from(["Asia/Shanghai", "America/Mexico_City", "Europe/Berlin"]),
    st.sampled_from(["T", " "]),
)
def test_any_offset_is_the_same_moment(moment, minutes, zone, between):
    moment = moment.replace(microsecond=0)
    there = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    found = on_clock(there.isoformat(between), ZoneInfo(zone))
    expected = there.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert found == expected or (found == expected.date() and expected.hour == expected.minute == expected.second == 0)
    utc = there.astimezone(UTC).replace(tzinfo=None).isoformat(between)
    assert on_clock(f"{utc}Z", ZoneInfo(zone)) == on_clock(f"{utc} UTC", ZoneInfo(zone)) == found


@pytest.mark.parametrize(
    "text", ["", "2025-04-02", "2025-04-02 06:30", "soon", "Z", "06:30Z", "2025-04-02-07", "2025-04"]
)
def test_a_text_without_a_moment_and_a_zone_is_none_of_ours(text):
    assert on_clock(text, UTC) is None


def test_the_command_line_and_a_closed_workbook(config_file, day, tmp_path, capsys):
    expected = f'=ETA({to_serial(day)},"快线")'
    assert main(["--config", str(config_file), "eval", "--json", f'=ETA("{UTC_TEXT}","快线")', expected]) == 0
    one, two = json.loads(capsys.readouterr().out)
    assert one["value"] == two["value"]
    path = made(tmp_path / "b.xlsx", {"S": {"A1": UTC_TEXT, "B1": '=ETA(A1,"快线")', "C1": expected}})
    assert main(["--config", str(config_file), "compute", str(path)]) == 0
    with open_workbook(path) as book:
        row = book.read("S").rows[0]
    assert row[1] == row[2]


def test_the_service(config_file, day):
    zone = load(config_file).site.zone
    call = {"function": "ETA", "args": [{"date": UTC_TEXT}, "快线"]}
    asked = batch(json.dumps({"today": UTC_TEXT, "calls": [call]}).encode(), zone)
    assert asked.today == day
    cell = asked.calls[0][1][0]
    assert (cell.date() if isinstance(cell, datetime) else cell) == day
    sent = work(
        json.dumps({"tabs": {"S": [[{"date": "2025-04-02T16:00:00.000Z"}]]}}).encode(), ZoneInfo("Asia/Shanghai")
    )
    assert sent.store.read("S").rows == [[date(2025, 4, 3)]], "midnight there, as scripts of web pages write it"


def test_the_spreadsheet_programs_and_a_button(config_file, day, monkeypatch):
    policy = LivePolicy(config_file)
    config = load(config_file)
    (outcome,) = evaluate_batch([("ETA", [day, "快线"])], packaged().rules, day)
    expected = outcome.value
    assert Functions(policy).answer("ETA", (UTC_TEXT, "快线")) == to_serial(expected)
    monkeypatch.setattr(excel, "live_policy", lambda: policy)
    assert excel.answer(find("ETA"), (UTC_TEXT, "快线", None)) == expected
    store = in_memory({"货": [["发货日期", "渠道"], [UTC_TEXT, "快线"]]})
    answers = {"function": "ETA", "how": "values", "column": "new"}
    preview = COMMANDS["fill_formula"].run(desk(store, config=config, **answers))
    assert [change.after for change in preview.report.changes if change.place.endswith("2")] == [expected]
    told = COMMANDS["explain_cell"].run(desk(in_memory({"货": [[f'=ETA("{UTC_TEXT}","快线")']]}), config=config))
    assert expected.isoformat() in told.report.details[0].zh
