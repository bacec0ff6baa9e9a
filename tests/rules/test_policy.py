"""config.yaml: dated numbers, mistakes with their lines, the where it is found."""

import hashlib
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from console.cli import main
from rules.errors import Error
from rules.policy.dated import Dated, dated_below
from rules.policy.loader import ConfigError, find_config, load, packaged, packaged_path, user_folder
from rules.policy.models import Rules
from rules.storage import free_until

DEFAULT = packaged_path().read_text("utf-8")
ROOT = Path(__file__).parents[2]

days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def write(folder, text):
    path = folder / "config.yaml"
    path.write_text(text, "utf-8")
    return path


def line_of(text, piece):
    return next(number for number, line in enumerate(text.splitlines(), 1) if piece in line)


@given(st.dictionaries(days, st.integers(), min_size=1), days)
def test_the_value_of_a_day_is_the_latest_one_begun(values, day):
    number = Dated[int](values=values)
    begun = [first for first in values if first <= day]
    assert number.on(day) == (values[max(begun)] if begun else None)
    assert number.on(number.first_day) == values[min(values)]
    assert number.on(number.first_day - timedelta(days=1)) is None


@given(st.dictionaries(days, st.integers(), min_size=1), st.integers(), days)
def test_a_plain_value_holds_before_the_dated_ones(values, plain, day):
    number, dated = Dated[int](value=plain, values=values), Dated[int](values=values)
    told = dated.on(day)
    assert number.on(day) == (plain if told is None else told)
    assert number.since(day) == dated.since(day)
    assert number.first_day is None
    assert number.every == (plain, *(values[first] for first in sorted(values)))


def test_a_number_has_a_value():
    with pytest.raises(ValidationError):
        Dated[int]()


def test_the_policy_can_not_be_changed():
    with pytest.raises(ValidationError):
        packaged().rules.turnover.domestic_days.value = 3


def test_every_number_says_why_and_where_from():
    numbers = dict(dated_below(packaged().rules, "rules"))
    assert numbers
    for key, number in numbers.items():
        assert number.key == key
        assert number.why, key
        assert number.sop or "MSKU" in number.why or number.reading, f"{key}: neither an SOP line nor a reading"


def test_every_key_is_used():
    source = "".join(
        path.read_text("utf-8")
        for room in ("rules", "addin", "console")
        for path in (ROOT / room).rglob("*.py")
        if "policy" not in path.parts
    )
    for family in Rules.model_fields:
        for name in type(getattr(packaged().rules, family)).model_fields:
            assert f".{name}" in source, f"rules.{family}.{name} is never read"


def test_mistakes_are_named_all_at_once_with_key_and_line(tmp_path):
    text = DEFAULT.replace("domestic_days: {value: 7", "domestic_days: {value: seven")
    text = text.replace("    burst_factor:", "    burst_faktor:").replace("2025-01-01: 120}", "2025-01-01: -3}")
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as raised:
        load(path)
    found = {mistake.key: mistake.line for mistake in raised.value.mistakes}
    assert found == {
        "rules.lead_time.domestic_days.value": line_of(text, "value: seven"),
        "rules.turnover.total_limit_days.values.2025-01-01": line_of(text, "2025-01-01: -3}"),
        "rules.cover.burst_faktor": line_of(text, "burst_faktor"),
    }
    for lang in ("zh", "en"):
        line = raised.value.text(lang)
        assert line.startswith(f"P-003 {path}: ")
        assert "\n" not in line
        assert all(key in line and str(number) in line for key, number in found.items())


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("[35, 45]", "[45, 35]", "rules.lead_time.transport_days.value"),
        ("整柜: 0.85, 快线: 0.15", "整柜: 0.85, 快线: 0.25", "rules.lead_time.mix.value"),
        ("value: [4, 7]", "value: [4, 8]", "rules.appointments.weekdays.value.1"),
        ("{7: 0.5, 14: 0.3, 30: 0.2}", "{7: 0.5, 15: 0.3, 30: 0.2}", "rules.cover"),
        ("空运: [空派]", "空运: [空派, 慢线]", "rules.channels"),
        ("brand_letters: {value: 2", "brand_letters: {value: 999999999", "rules.sku.brand_letters.value"),
        ("fnsku_length: {value: 7", "fnsku_length: {value: 999999999", "rules.remarks.fnsku_length.value"),
        ("asin_length: {value: 8", "asin_length: {value: 999999999", "rules.remarks.asin_length.value"),
        (
            "reference_length: {value: 8",
            "reference_length: {value: 999999999",
            "rules.shipment_notes.reference_length.value",
        ),
        (
            "shipment_lengths: {value: [9]",
            "shipment_lengths: {value: [999999999]",
            "rules.shipment_notes.shipment_lengths.value.0",
        ),
    ],
)
def test_impossible_values(tmp_path, old, new, key):
    assert old in DEFAULT
    with pytest.raises(ConfigError) as raised:
        load(write(tmp_path, DEFAULT.replace(old, new)))
    assert [mistake.key for mistake in raised.value.mistakes] == [key]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("value: [35, 45]", "value: [35, x]", "写的是 'x':要数字"),
        ("value: [4, 7]", "value: [4, 8]", "写的是 8:不能大于 7"),
        ("value: [35, 45]", "value: [45, 35]", "写的是 [45, 35]:下限大于上限"),
        ("share: 0.3,", "share: 1.5,", "写的是 1.5:不能大于 1"),
        ("base: 净毛利额", "base: 毛利", "写的是 '毛利':只能是 '销售额'、'净毛利额'"),
        ('before: {value: "14:00"', "before: {value: x", "写的是 'x':要时间,写成 \"14:00\""),
        ("through: 2025-06-30", "through: 六月底", "写的是 '六月底':要日期,写成 2025-04-03"),
    ],
)
def test_why_a_value_is_refused_is_said_in_chinese(tmp_path, old, new, why):
    assert old in DEFAULT
    with pytest.raises(ConfigError) as raised:
        load(write(tmp_path, DEFAULT.replace(old, new, 1)))
    assert raised.value.mistakes[0].zh.endswith(why)


@pytest.mark.parametrize("part", ["procedure_spellings", "adjustment_spellings"])
def test_spellings_are_of_what_there_is(tmp_path, part):
    document = yaml.safe_load(DEFAULT)
    document["rules"]["checklists"][part]["没有这个"] = ["又名"]
    with pytest.raises(ConfigError) as raised:
        load(write(tmp_path, yaml.safe_dump(document, allow_unicode=True)))
    assert "没有这个" in raised.value.text()


def test_lanes_must_be_known(tmp_path):
    broken = DEFAULT.replace("value: [直航, 空运]", "value: [直航, 空运, 火箭]")
    with pytest.raises(ConfigError) as raised:
        load(write(tmp_path, broken))
    assert "火箭" in raised.value.text()


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("rules: [", "P-002", 1),
        ("site:\n  state: a\n  state: b\n", "P-002", 3),
        ("rules:\n\t- x", "P-002", 2),
        ("- just\n- a list\n", "P-003", 1),
    ],
)
def test_text_that_is_no_configuration(tmp_path, text, code, line):
    with pytest.raises(Error) as raised:
        load(write(tmp_path, text))
    assert raised.value.code.id == code
    assert str(line) in raised.value.text("en")


def test_unreadable_files(tmp_path):
    (tmp_path / "gbk.yaml").write_bytes("rules: 规则".encode("gbk"))
    for name in ("gbk.yaml", "missing.yaml", "."):
        with pytest.raises(Error) as raised:
            load(tmp_path / name)
        assert raised.value.code.id == "P-001"
        assert raised.value.exit_code == 2


def test_a_file_that_may_be_seen_but_not_read(tmp_path, monkeypatch):
    path = write(tmp_path, "site: {}")

    def closed(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", closed)
    with pytest.raises(Error, match="Permission denied") as raised:
        load(path)
    assert raised.value.code.id == "P-001"


def test_families_left_out_come_from_the_default(tmp_path):
    path = write(tmp_path, "site: {timezone: America/Mexico_City}\n")
    config = load(path)
    assert config.rules == packaged().rules
    assert config.site.timezone == "America/Mexico_City"
    assert config.folder == tmp_path
    own = yaml.safe_load(DEFAULT)["rules"]["cover"]
    own["burst_factor"]["value"] = 9
    config = load(write(tmp_path, yaml.safe_dump({"rules": {"cover": own}}, allow_unicode=True)))
    assert config.rules.cover.burst_factor.value == 9
    assert config.rules.turnover == packaged().rules.turnover


def test_the_hash_follows_the_bytes(tmp_path):
    one = load(write(tmp_path, DEFAULT)).sha256
    assert load(write(tmp_path, DEFAULT)).sha256 == one
    assert load(write(tmp_path, DEFAULT + "# a word\n")).sha256 != one


@pytest.mark.parametrize("left_out", [("rules", "cover"), ("rules", "cover", "burst_factor")])
def test_the_hash_covers_what_the_shipped_file_adds(tmp_path, left_out):
    document = yaml.safe_load(DEFAULT)
    whole = write(tmp_path, yaml.safe_dump(document, allow_unicode=True))
    assert load(whole).sha256 == hashlib.sha256(whole.read_bytes()).hexdigest()
    inner = document
    for key in left_out[:-1]:
        inner = inner[key]
    del inner[left_out[-1]]
    short = write(tmp_path, yaml.safe_dump(document, allow_unicode=True))
    both = hashlib.sha256(short.read_bytes() + packaged().sha256.encode()).hexdigest()
    assert load(short).sha256 == both


@pytest.mark.parametrize("text", ["", "\n \n", "# 全流程\n"])
def test_an_empty_file_is_a_mistake_not_a_configuration(tmp_path, text):
    with pytest.raises(Error) as raised:
        load(write(tmp_path, text))
    assert raised.value.code.id == "P-005"


@pytest.fixture
def places(tmp_path, monkeypatch):
    """An empty home, and a folder to work in with two above it that may hold a configuration."""
    home, work = tmp_path / "home", tmp_path / "outer" / "inner" / "work"
    work.mkdir(parents=True)
    monkeypatch.delenv("QLC_CONFIG", raising=False)
    for name in ("XDG_CONFIG_HOME", "APPDATA", "HOME"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.chdir(work)
    return work


def test_where_the_configuration_is_found_in_order(places, monkeypatch):
    """Each place is filled in turn, from the last to be asked to the first; each new one wins over all before it."""
    assert find_config() == packaged_path()
    users = user_folder()
    users.mkdir(parents=True)
    for folder in (users, places.parents[1], places.parent, places):
        path = write(folder, "site: {}")
        assert find_config() == path
    monkeypatch.setenv("QLC_CONFIG", "named.yaml")
    assert find_config() == Path("named.yaml")
    assert find_config("explicit.yaml") == Path("explicit.yaml")


def test_a_folder_of_that_name_is_no_configuration(places):
    above = write(places.parent, "site: {}")
    (places / "config.yaml").mkdir()
    assert find_config() == above


@pytest.mark.parametrize("name", ["--config", "QLC_CONFIG"])
def test_a_named_configuration_is_never_replaced_by_another(places, monkeypatch, name, capsys):
    write(places, "site: {}")
    if name == "QLC_CONFIG":
        monkeypatch.setenv(name, "missing.yaml")
    words = ["--config", "missing.yaml"] if name == "--config" else []
    assert main([*words, "eval", '=LEADTIME("车机","快线")', "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "P-001"


def test_a_file_of_an_older_version_goes_on(tmp_path):
    """Keys that came later are the shipped file's, retired ones mean nothing, readings are those of the same number."""
    rules = yaml.safe_load(DEFAULT)["rules"]
    del rules["routes"]["deadlines_all_year"], rules["sku"]["glossary_characters"]
    del rules["storage"]["free_days"]["reading"]
    rules["sku"]["polyphones"] = "重行长"
    path = write(tmp_path, yaml.safe_dump({"rules": rules}, allow_unicode=True))
    policy = load(path).rules
    assert policy.routes.deadlines_all_year == packaged().rules.routes.deadlines_all_year
    assert policy.sku.settled == packaged().rules.sku.settled
    day = date(2025, 4, 3)
    told = free_until(day, policy, day)
    assert [mark.reason.zh for mark in told.marks] == [packaged().rules.storage.free_days.reading]
    rules["storage"]["free_days"]["value"] = 8
    told = free_until(day, load(write(tmp_path, yaml.safe_dump({"rules": rules}, allow_unicode=True))).rules, day)
    assert [mark.word for mark in told.marks] == ["偏离SOP"]


def test_a_family_may_name_only_what_is_the_teams_own(tmp_path):
    path = write(
        tmp_path,
        "rules:\n  storage:\n    free_days: {value: 9}\n  calendars:\n    company: {rest: {2026-12-31: 盘点}}\n",
    )
    policy = load(path).rules
    assert policy.storage.free_days.value == 9
    assert policy.calendars.company.rest == {date(2026, 12, 31): "盘点"}
    assert policy.calendars.mx_workdays == packaged().rules.calendars.mx_workdays
