"""The operating system's service: the unit and the task as their systems want them, installing, removing, stopping."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path, PureWindowsPath
from xml.etree import ElementTree

import pytest

from console import service_plan, service_units
from console.commands import service
from console.service_plan import plan_for
from rules.policy.loader import load, packaged_path
from sync.daemon.stopping import STOP, is_asked
from sync.state.database import State
from tests.warm import qlc

SITE = """
site:
  alerts: {kind: dingtalk, webhook_env: QLC_HOOK, secret_env: QLC_HOOK_SECRET}
  service: {users: [{name: 小王, token_env: QLC_TOKEN_WANG}]}
"""


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.setattr("rules.policy.kept.PATIENCE", 600.0)  # a busy machine is no broken share
    folder = tmp_path / "全流程 100% data"
    folder.mkdir()
    text = packaged_path().read_text("utf-8")
    path = folder / "config.yaml"
    path.write_text(text[: text.index("\nsite:")] + SITE, "utf-8")
    return load(path)


def linux(config, monkeypatch, root):
    monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(config.folder / "home"))
    return plan_for(config, "linux")


def settings(text):
    """section.name -> values"""
    answer, section = {}, ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            answer.setdefault(f"{section}.{name}", []).append(value)
    return answer


@pytest.mark.parametrize("root", [True, False], ids=["system", "user"])
def test_the_unit(config, monkeypatch, root):
    plan = linux(config, monkeypatch, root)
    unit, secrets = plan.files
    said = settings(unit.text)
    assert said["Service.Restart"] == ["on-failure"]
    assert said["Unit.StartLimitIntervalSec"] == ["0"], "it is started again however often it ended"
    assert int(said["Service.TimeoutStopSec"][0]) > 20
    assert said["Service.KillMode"] == ["mixed"], (
        "the stop's signal is the service's alone; its round ends in its own time"
    )
    assert said["Service.ExecReload"] == ["/bin/kill -HUP $MAINPID"]
    (command,) = said["Service.ExecStart"]
    assert command.endswith(f'"{config.path}" serve --sync'.replace("%", "%%"))
    assert ("Service.ProtectSystem" in said) == root
    assert said["Install.WantedBy"] == ["multi-user.target" if root else "default.target"]
    assert said["Service.EnvironmentFile"] == [f"-{secrets.path}".replace("%", "%%")]
    assert ("--user" in plan.enable[0]) != root
    assert any("journalctl" in log for log in plan.logs)
    assert service_units.is_of(unit.text, config.path)
    assert not service_units.is_of(unit.text, config.path.with_name("other.yaml"))


@pytest.mark.parametrize("root", [True, False], ids=["system", "user"])
def test_systemd_itself_has_nothing_to_say_of_the_unit(config, monkeypatch, root, tmp_path):
    if shutil.which("systemd-analyze") is None:
        assert not os.environ.get("CI"), "no systemd-analyze"
        pytest.skip("no systemd-analyze")
    unit = linux(config, monkeypatch, root).files[0]
    path = tmp_path / "qlc.service"
    path.write_bytes(unit.data())
    words = ["systemd-analyze", *([] if root else ["--user"]), "verify", "--man=no", str(path)]
    done = subprocess.run(words, capture_output=True, text=True, env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)})
    assert [line for line in done.stderr.splitlines() if "qlc.service" in line] == []


def test_words_that_mean_something_to_systemd_stand_as_they_are():
    assert service_units._word("/opt/a b/50%$x") == '"/opt/a b/50%%$$x"'
    assert service_units._word("--sync") == "--sync"
    assert service_units._word('a"b\\') == '"a\\"b\\\\"'


# What Microsoft's schema of tasks allows (Task Scheduler Schema, each type is an `xs:all`: any order, each once).
CHILDREN = {
    "Task": {"RegistrationInfo", "Triggers", "Settings", "Data", "Principals", "Actions"},
    "RegistrationInfo": {"URI", "SecurityDescriptor", "Source", "Date", "Author", "Version", "Description", "Documentation"},
    "BootTrigger": {"Enabled", "StartBoundary", "EndBoundary", "Repetition", "ExecutionTimeLimit", "Delay"},
    "Principal": {"UserId", "LogonType", "GroupId", "DisplayName", "RunLevel", "ProcessTokenSidType", "RequiredPrivileges"},
    "Settings": {
        *("AllowStartOnDemand", "RestartOnFailure", "MultipleInstancesPolicy", "DisallowStartIfOnBatteries"),
        *("StopIfGoingOnBatteries", "AllowHardTerminate", "StartWhenAvailable", "NetworkProfileName"),
        *("RunOnlyIfNetworkAvailable", "WakeToRun", "Enabled", "Hidden", "DeleteExpiredTaskAfter", "IdleSettings"),
        *("NetworkSettings", "ExecutionTimeLimit", "Priority", "RunOnlyIfIdle"),
    },
    "RestartOnFailure": {"Interval", "Count"},
    "Exec": {"Command", "Arguments", "WorkingDirectory"},
}  # fmt: skip
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


@pytest.fixture
def windows(config, monkeypatch):
    monkeypatch.setenv("USERDOMAIN", "OFFICE")
    monkeypatch.setattr(service_plan.getpass, "getuser", lambda: "wang & co")
    monkeypatch.setattr(service_plan, "user_folder", lambda: config.folder / "home")
    return plan_for(config, "win32")


def test_the_task_is_what_the_schema_wants(config, windows):
    _, task, _ = windows.files
    data = task.data()
    assert data.startswith(b"\xff\xfe"), "schtasks takes UTF-16 only"
    root = ElementTree.fromstring(data.decode("utf-16"))  # noqa: S314 - our own text
    for node in root.iter():
        names = [child.tag.removeprefix(TASK) for child in node]
        allowed = CHILDREN.get(node.tag.removeprefix(TASK))
        if allowed is not None:
            assert set(names) <= allowed, node.tag
            assert len(names) == len(set(names))

    def text(path):
        return root.findtext("/".join(TASK + part for part in path.split("/")))

    assert text("Principals/Principal/UserId") == "OFFICE\\wang & co"
    assert text("Principals/Principal/LogonType") == "Password", "S4U would reach no network drive"
    assert root.find(f"{TASK}Actions").get("Context") == root.find(f"{TASK}Principals/{TASK}Principal").get("id")
    assert text("Triggers/BootTrigger/Enabled") == "true"
    assert text("Settings/ExecutionTimeLimit") == "PT0S", "the default ends a task after three days"
    assert re.fullmatch(r"PT[1-9]\d*M", text("Settings/RestartOnFailure/Interval"))
    assert 1 <= int(text("Settings/RestartOnFailure/Count")) <= 255
    assert text("Settings/DisallowStartIfOnBatteries") == "false"
    assert str(windows.files[0].path) in text("Actions/Exec/Arguments")
    assert service_units.is_of(task.text, config.path)
    assert [command[1] for command in windows.enable] == ["/Create", "/Run"]
    assert windows.enable[0][-4:] == ["OFFICE\\wang & co", "/RP", "*", "/F"]


def test_the_script_starts_the_service_again_and_ends_with_it(config, windows):
    script = windows.files[0]
    assert script.data().startswith(b"\xef\xbb\xbf"), "PowerShell 5 reads other files as ANSI"
    assert f"'{config.path}' 'serve' '--sync'" in script.text
    assert "if ($LASTEXITCODE -eq 0) { exit 0 }" in script.text
    assert script.text.count("{") == script.text.count("}")
    quoted = service_units.wrapper(service_units.Wanted(PureWindowsPath("C:/o'k"), Path(), ["a'b"], Path("e")))
    assert "& 'a''b'" in quoted


def test_the_secrets_file_names_what_the_configuration_names_and_holds_nothing(config, monkeypatch):
    text = linux(config, monkeypatch, root=False).files[1].text
    assert [line for line in text.splitlines() if line and not line.startswith("#")] == []
    assert re.findall(r"^# (\w+)=$", text, re.MULTILINE) == ["QLC_HOOK", "QLC_HOOK_SECRET", "QLC_TOKEN_WANG"]


def test_no_service_elsewhere(config):
    with pytest.raises(service_plan.Error, match="D-031"):
        plan_for(config, "sunos5")


@pytest.fixture
def systemctl(tmp_path, monkeypatch):
    """A `systemctl` that notes what it is asked and answers as its file says."""
    home = tmp_path / "bin"
    home.mkdir()
    program = home / "systemctl"
    program.write_text(f'#!/bin/sh\necho "$@" >> {home}/asked\nexit $(cat {home}/code)\n')
    program.chmod(0o755)
    (home / "code").write_text("0")
    monkeypatch.setenv("PATH", str(home), prepend=os.pathsep)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    return home


def written(home):
    """The files in a home, without the last good configuration that every command keeps."""
    return sorted(path for path in home.rglob("*") if path.is_file() and path.parent.name != "last-good")


def run(config, *words):
    from console.cli import main

    return main(["--config", str(config.path), "service", *words])


@pytest.mark.skipif(sys.platform != "linux", reason="systemd")
def test_installing_writes_what_was_shown_and_uninstalling_removes_exactly_that(config, systemctl, capfd):
    home = systemctl.parent / "home"
    assert run(config, "install", "--dry-run", "--json") == 0
    shown = json.loads(capfd.readouterr().out)
    assert written(home) == []
    assert not (systemctl / "asked").exists()
    assert run(config, "install", "--json") == 0
    capfd.readouterr()
    for file in shown["files"]:
        assert Path(file["path"]).read_text("utf-8") == file["text"]
    secrets = home / "quanliucheng" / "service.env"
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    asked = (systemctl / "asked").read_text().splitlines()
    assert asked == ["--user daemon-reload", "--user enable --now qlc.service"]

    secrets.write_text("QLC_HOOK=https://example.org/secret\n")
    assert run(config, "install") == 0
    assert "secret" in secrets.read_text(), "what stands in it is kept"
    assert "example.org" not in capfd.readouterr().out
    assert run(config, "uninstall", "--dry-run") == 0
    assert (home / "systemd/user/qlc.service").exists()
    assert run(config, "uninstall", "--json") == 0
    said = json.loads(capfd.readouterr().out.splitlines()[-1])
    assert said == {"removed": [str(home / "systemd/user/qlc.service")], "kept": [str(secrets)]}
    assert secrets.exists()
    assert run(config, "uninstall") == 0
    assert written(home) == [secrets]


@pytest.mark.skipif(sys.platform != "linux", reason="systemd")
def test_anothers_service_stays_and_a_command_that_fails_is_named(config, systemctl, capfd, tmp_path):
    assert run(config, "install") == 0
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(config.path, other / "config.yaml")
    second = load(other / "config.yaml")
    assert run(second, "install") == 3
    assert "D-032" in capfd.readouterr().err
    assert run(second, "uninstall") == 3
    (systemctl / "code").write_text("1")
    assert run(config, "install") == 2
    assert re.search(r"D-033.*systemctl --user daemon-reload", capfd.readouterr().err)


def test_out_writes_there_and_nowhere_else(config, systemctl, tmp_path, capfd):
    assert run(config, "install", "--out", str(tmp_path / "out")) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["qlc.service", "service.env"]
    assert written(tmp_path / "home") == []
    assert "qlc.service" in capfd.readouterr().out


def test_stop_asks_who_holds_the_state_and_says_who_does_not_end(config, monkeypatch, capfd):
    assert run(config, "stop") == 0
    assert "没有服务在跑" in capfd.readouterr().out
    monkeypatch.setattr(service, "WITHIN", 0.5)
    with State(config.folder / "state") as state, state.service():
        assert run(config, "stop") == 4
        assert f"pid {os.getpid()}" in capfd.readouterr().err
        assert is_asked(state.folder)
    assert (config.folder / "state" / STOP).exists()


def test_the_shipped_configuration_is_no_service():
    done = qlc("--config", str(packaged_path()), "service", "stop")
    assert (done.returncode, "C-017" in done.stderr) == (2, True)
