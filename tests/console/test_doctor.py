"""`qlc doctor`: says what is wrong, never breaks over it, leaves nothing behind."""

import fcntl
import json
import os
import subprocess
import sys
import threading
from datetime import timedelta
from importlib import metadata
from pathlib import Path

import pytest

from addin.hosts.excel import installation as excel
from addin.hosts.libreoffice import installation as libreoffice
from console import health, site_health
from console.cli import main
from rules.china_days import horizon
from rules.policy.loader import packaged
from sync.state.locks import LEASE, holder
from tests.addin.commands.desk import on_disk

ROOT = Path(__file__).parents[2]


def doctor(capsys, *words):
    code = main(["doctor", "--json", *map(str, words)])
    checks = json.loads(capsys.readouterr().out)
    assert all(set(check) == {"name", "state", "found", "todo"} for check in checks)
    assert all(check["state"] in ("ok", "skip", "warn", "fail") and check["found"] for check in checks)
    assert code == int(any(check["state"] == "fail" for check in checks))
    return {check["name"]: check for check in checks}


@pytest.fixture
def company(tmp_path):
    """A configured folder with a state, an inbox and one workbook."""
    (tmp_path / "inbox").mkdir()
    on_disk(tmp_path / "book.xlsx", {"库存数据": [["店铺"]], "在途": []})
    config = tmp_path / "config.yaml"
    config.write_text("site:\n  inbox: [{path: inbox}]\n  workbooks: [{name: 全流程数据, path: book.xlsx}]\n", "utf-8")
    return config


def states(checks):
    return {name: check["state"] for name, check in checks.items()}


def test_a_good_machine(company, capsys):
    before = sorted(company.parent.iterdir())
    checks = doctor(capsys, "--config", company)
    assert checks["python"]["found"].startswith(f"{sys.version_info.major}.{sys.version_info.minor}")
    assert f"pydantic {metadata.version('pydantic')}" in checks["packages"]["found"]
    assert str(company) in checks["config"]["found"]
    for name in ("python", "packages", "config", "clock", "state", "round", "inbox inbox", "workbook 全流程数据"):
        assert checks[name]["state"] == "ok", checks[name]
        assert checks[name]["todo"] == ""
    assert sorted(company.parent.iterdir()) == before


def test_the_shipped_configuration_has_no_places(capsys):
    checks = doctor(capsys, "--config", ROOT / "config.yaml", "--lang", "en")
    assert "as shipped" in checks["config"]["found"]
    assert not {"state", "round"} & set(checks)
    assert checks["places"]["state"] == "skip"
    assert "not looked at" in checks["places"]["found"]


@pytest.mark.parametrize("text", ["rules: [", "rules: {turnover: 7}", "site: {timezone: 月球}", "rulez: {}", "- 1"])
def test_a_broken_configuration_is_a_finding(company, capsys, text):
    company.write_text(text, "utf-8")
    checks = doctor(capsys, "--config", company)
    assert checks["config"]["state"] == "fail"
    assert "P-00" in checks["config"]["found"]
    assert checks["config"]["todo"]
    assert {"python", "libreoffice", "calendar"} <= set(checks)
    assert checks["places"]["state"] == "skip", "what depends on it is not passed over"


def test_a_missing_configuration_is_a_finding(tmp_path, capsys):
    checks = doctor(capsys, "--config", tmp_path / "none.yaml")
    assert checks["config"]["state"] == "fail"
    assert "P-001" in checks["config"]["found"]


def test_the_last_good_copy_is_used_and_said(company, capsys):
    good = company.read_text("utf-8")
    kept = company.parent / "state" / "config.last-good.yaml"
    kept.parent.mkdir()
    kept.write_text(good, "utf-8")
    company.write_text("rulez: {}", "utf-8")
    checks = doctor(capsys, "--config", company)
    assert checks["config"]["state"] == "warn"
    assert "上次好的" in checks["config"]["todo"]
    assert checks["workbook 全流程数据"]["state"] == "ok"
    kept.write_text("rulez: {}", "utf-8")
    assert doctor(capsys, "--config", company)["config"]["state"] == "fail"


def test_places_that_are_not_there(company, capsys):
    (company.parent / "inbox").rmdir()
    (company.parent / "book.xlsx").unlink()
    (company.parent / "state").write_text("a file in the folder's place")
    checks = doctor(capsys, "--config", company)
    assert states(checks) | {"inbox inbox": "warn", "workbook 全流程数据": "fail", "state": "fail"} == states(checks)
    assert "X-090" in checks["workbook 全流程数据"]["found"]


def test_an_inbox_that_is_a_file_or_belongs_to_nobody(company, capsys):
    (company.parent / "inbox").rmdir()
    (company.parent / "inbox").write_text("")
    assert doctor(capsys, "--config", company)["inbox inbox"]["state"] == "fail"
    (company.parent / "inbox").unlink()
    (company.parent / "inbox").mkdir()
    site = "  stores: [{name: LOMEESS-CA, aliases: [加拿大店]}]\n  inbox: [{path: inbox, store: %s}]\n"
    for store, state in (("lomeess-ca", "ok"), ("加拿大店", "ok"), ("墨西哥店", "warn")):
        company.write_text("site:\n" + site % store, "utf-8")
        check = doctor(capsys, "--config", company)["inbox inbox"]
        assert check["state"] == state
        assert ("墨西哥店" in check["found"]) == (state == "warn")


def test_an_inbox_that_can_not_be_listed(company, capsys, monkeypatch):
    def closed(_folder):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(site_health.os, "scandir", closed)
    check = doctor(capsys, "--config", company)["inbox inbox"]
    assert check["state"] == "fail"
    assert "Permission denied" in check["found"]


def test_a_folder_in_the_workbooks_place(company, capsys):
    (company.parent / "book.xlsx").unlink()
    (company.parent / "book.xlsx").mkdir()
    assert doctor(capsys, "--config", company)["workbook 全流程数据"]["state"] == "fail"


def test_a_share_that_hangs_does_not_hold_doctor_up(company, capsys, monkeypatch):
    back = threading.Event()
    monkeypatch.setattr(site_health, "PATIENCE", 0.05)
    monkeypatch.setattr(site_health.os, "scandir", lambda _: back.wait())
    check = doctor(capsys, "--config", company, "--lang", "en")["inbox inbox"]
    back.set()
    assert check["state"] == "fail"
    assert "network" in check["todo"]


@pytest.mark.parametrize("host", ["Excel", "LibreOffice"])
def test_the_configuration_that_an_add_in_follows(company, capsys, monkeypatch, host):
    monkeypatch.setenv("USERPROFILE", str(company.parent / "me"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(company.parent / "xdg"))
    name = f"config {host}"
    assert name not in doctor(capsys, "--config", company)
    shared = company.parent / "share" / "config.yaml"
    shared.parent.mkdir()
    shared.write_text("site: {backups: 3}", "utf-8")
    {"Excel": excel, "LibreOffice": libreoffice}[host].follow(shared)
    check = doctor(capsys, "--config", company)[name]
    assert (check["state"], str(shared) in check["found"]) == ("ok", True)
    shared.parent.rename(company.parent / "gone")
    check = doctor(capsys, "--config", company, "--lang", "en")[name]
    assert check["state"] == "warn"
    assert "P-004" in check["found"]
    assert "stays in force" in check["todo"]


NAMES = {
    "": "",
    "stores: [{name: 甲, aliases: [店]}, {name: 乙, aliases: [店]}]": "店 是 甲、乙 共用的别名",
    "stores: [{name: 甲}, {name: 甲}]": "甲 写了 2 次",
    "stores: [{name: 甲}, {name: 乙, aliases: [甲]}]": "",
    "workbooks: [{name: 甲, path: a.xlsx}, {name: 乙, path: ./a.xlsx}]": "a.xlsx 写了 2 次",
    "workbooks: [{name: 全流程数据, path: a.xlsx, tabs: {库存: 表一}}]": "site.workbooks 全流程数据 tabs:不认识 库存",
    "workbooks: [{name: 全流程数据, path: a.xlsx, tabs: {库存数据: 表, 在途: 表}}]": "表 写了 2 次",
    "workbooks: [{name: 全流程数据, path: a.xlsx, tabs: {库存数据: 表, 在途: 表二}}]": "",
    "inbox: [{path: a, store: 甲}, {path: a, store: 乙}]": "a 写了 2 次",
    "column_aliases: {库存: {FBA可售: [可售]}}": "site.column_aliases:不认识 库存",
    "column_aliases: {库存数据: {FBA可卖: [可售]}}": "site.column_aliases.库存数据:不认识 FBA可卖",
    "column_aliases: {库存数据: {FBA可售: [可售]}}": "",
    "column_aliases: {库存数据: {FBA可售: [数], 国内仓: [数]}}": "数 对应几列",
    "export_aliases: {FBA: {sku: [编码]}}": "site.export_aliases:不认识 FBA",
    "export_aliases: {FBA库存明细: {stock: [编码]}}": "site.export_aliases.FBA库存明细:不认识 stock",
    "max_age_days: {FBA: 3}": "site.max_age_days:不认识 FBA",
}


@pytest.mark.parametrize("site", NAMES)
def test_names_that_lead_nowhere_or_to_two_places(company, capsys, site):
    company.write_text(f"site: {{{site}}}", "utf-8")
    check = doctor(capsys, "--config", company)["names"]
    assert check["state"] == ("warn" if NAMES[site] else "ok")
    assert NAMES[site] in check["found"]


def test_of_many_names_the_first_are_told(company, capsys):
    ages = ", ".join(f"报表{number}: 1" for number in range(500))
    company.write_text(f"site: {{max_age_days: {{{ages}}}}}", "utf-8")
    found = doctor(capsys, "--config", company)["names"]["found"]
    assert "还有 488 处" in found
    assert len(found) < 1000


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x03\x04" + b"x" * 100, b"<html>login</html>"])
def test_a_workbook_that_no_program_opens_is_not_fine(company, capsys, content):
    (company.parent / "book.xlsx").write_bytes(content)
    check = doctor(capsys, "--config", company)["workbook 全流程数据"]
    assert check["state"] == "fail"
    assert "X-0" in check["found"]


def test_what_was_looked_at_is_said(company, capsys):
    (company.parent / "inbox" / "a.csv").write_text("x")
    checks = doctor(capsys, "--config", company)
    assert "1 个文件(没有逐个读)" in checks["inbox inbox"]["found"]
    assert "2 张表(内容用 qlc check 查)" in checks["workbook 全流程数据"]["found"]
    assert checks["credentials"]["state"] == "skip", "nothing was tried out"


def test_nothing_configured_is_nothing_checked(company, capsys):
    company.write_text("site: {}\n", "utf-8")
    checks = doctor(capsys, "--config", company)
    assert states(checks) | {"inbox": "skip", "workbook": "skip"} == states(checks)


@pytest.mark.parametrize("lock", ["~$book.xlsx", ".~lock.book.xlsx#"])
def test_an_open_workbook(company, capsys, lock):
    (company.parent / lock).write_text("")
    check = doctor(capsys, "--config", company)["workbook 全流程数据"]
    assert check["state"] == "warn"
    assert lock in check["found"]
    assert "关掉" in check["todo"]


def test_a_running_round(company, capsys):
    folder = company.parent / "state"
    folder.mkdir()
    (folder / LEASE).write_text("pid 4711")
    assert holder(folder / LEASE) == ""
    with (folder / LEASE).open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        check = doctor(capsys, "--config", company)["round"]
        assert check["state"] == "warn"
        assert "pid 4711" in check["found"]
    assert doctor(capsys, "--config", company)["round"]["state"] == "ok"
    assert (folder / LEASE).read_text() == "pid 4711"


@pytest.mark.parametrize(("left", "state"), [(365, "ok"), (90, "ok"), (89, "warn"), (0, "warn"), (-1, "warn")])
def test_how_far_the_calendars_reach(left, state):
    policy = packaged().rules
    day = horizon(policy) - timedelta(days=left)
    check = health.calendars(day, policy)
    assert check.state == state
    assert (f"还没有 {day.year + 1} 年的" in check.found.zh) == (day.month == 12 and left < 365)
    assert f"{abs(left)} 天" in check.found.zh
    assert f"{abs(left)} days" in check.found.en
    assert bool(check.todo.zh) == (state == "warn")


def test_packages_that_are_missing_or_too_old(monkeypatch):
    wanted = ["pydantic>=2.8", "holidays>=9999", "no-such-package>=1", 'tzdata>=1; sys_platform == "win32"']
    wanted += ['pytest>=1; extra == "dev"']
    monkeypatch.setattr(metadata, "requires", lambda _name: wanted)
    monkeypatch.setattr(sys, "platform", "linux")
    _, check = health.versions()
    assert check.state == "fail"
    assert check.todo.en.endswith('pip install "holidays>=9999" "no-such-package>=1"')
    assert "tzdata" not in check.found.en
    assert "pytest" not in check.found.en


def test_libreoffice(tmp_path, monkeypatch):
    fake = tmp_path / "soffice"
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(health, "OFFICES", ("soffice",))
    assert health.libreoffice().state == "warn"
    assert "不需要" in health.libreoffice().todo.zh
    fake.write_text("#!/bin/sh\necho LibreOffice 7.4.7.2\n")
    fake.chmod(0o755)
    assert (health.libreoffice().state, "7.4.7.2" in health.libreoffice().found.zh) == ("ok", True)
    fake.write_text("#!/bin/sh\nexit 3\n")
    assert health.libreoffice().state == "warn"


def test_nothing_secret_is_shown(company):
    done = subprocess.run(
        [sys.executable, "-m", "console.cli", "doctor", "--config", str(company)],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "GOOGLE_APPLICATION_CREDENTIALS": "/a/key.json",
            "WECOM_SECRET": "s3",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert "[没查] 凭据" in done.stdout
    assert "key.json" not in done.stdout + done.stderr
    assert "s3" not in done.stdout + done.stderr
