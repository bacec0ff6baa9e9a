"""Where the add-in is put, what the settings say, and what is refused; on folders that play Windows."""

import locale
from importlib.metadata import version
from pathlib import Path

import pytest

from addin.hosts.excel import installation, settings
from addin.hosts.excel.installation import follow, install, need_library, need_windows, startup_folder, uninstall
from addin.hosts.excel.settings import config_path, read_settings, settings_path, write_settings
from addin.hosts.live_policy import LivePolicy
from rules.errors import Busy, Error
from rules.policy.loader import packaged_path

NAME = "quanliucheng.xlam"


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("APPDATA", str(tmp_path / "Roaming"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "me"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    monkeypatch.delenv("QLC_CONFIG", raising=False)
    return tmp_path


def test_install_says_what_it_did_and_uninstall_undoes_it(home):
    python = home / "python" / "python.exe"
    steps = install(NAME, b"one", python, None)
    assert [step.path for step in steps] == [startup_folder() / NAME, settings_path()]
    assert (startup_folder() / NAME).read_bytes() == b"one"
    assert read_settings() == {"INTERPRETER_WIN": str(python)}
    assert steps[0].did.zh == "放好了插件"
    assert install(NAME, b"two", python, None)[0].did.zh == "更新了插件"
    assert (startup_folder() / NAME).read_bytes() == b"two"
    assert [step.path for step in uninstall(NAME)] == [startup_folder() / NAME, settings_path()]
    assert not list(startup_folder().iterdir())
    assert uninstall(NAME) == []


def test_the_python_without_a_window_is_preferred(home):
    python = home / "python.exe"
    quiet = home / "pythonw.exe"
    quiet.touch()
    install(NAME, b"", python, None)
    assert read_settings()["INTERPRETER_WIN"] == str(quiet)


def test_the_configuration_is_remembered(home):
    config = home / "公司" / "config.yaml"
    config.parent.mkdir()
    config.write_text("rules: {}")
    install(NAME, b"", home / "python.exe", config)
    assert config_path() == config
    install(NAME, b"", home / "python.exe", None)
    assert config_path() == config, "a new version keeps it"
    other = home / "共享" / "config.yaml"
    other.parent.mkdir()
    other.write_text("rules: {}")
    assert [step.path for step in follow(other)] == [settings_path()]
    assert config_path() == other
    assert read_settings()["INTERPRETER_WIN"] == str(home / "python.exe")


def test_a_broken_configuration_is_refused_before_anything_is_done(home):
    config = home / "config.yaml"
    config.write_text("rules: [")
    for does in (lambda: install(NAME, b"", home / "python.exe", config), lambda: follow(config)):
        with pytest.raises(Error) as raised:
            does()
        assert raised.value.code.id == "P-002"
    assert not startup_folder().exists()
    assert not settings_path().exists()


def test_each_start_follows_the_shared_configuration(home):
    """What IT saves in the shared folder counts at the next start; a mistake, or a share that is gone, does not."""
    shared = home / "server" / "config.yaml"
    shared.parent.mkdir()
    shared.write_text("site: {backups: 1}", "utf-8")
    install(NAME, b"", home / "python.exe", shared)

    def start():
        policy = LivePolicy(config_path())
        return policy.config().site.backups, policy.problem and policy.problem.code.id

    shared.write_text("site: {backups: 2}", "utf-8")
    assert start() == (2, None)
    shared.write_text("site: {backups: two}", "utf-8")
    assert start() == (2, "P-004")
    shared.write_text("site: {backups: 3}", "utf-8")
    assert start() == (3, None)
    shared.parent.rename(home / "gone")
    assert start() == (3, "P-004")


def test_the_share_may_be_gone_at_the_very_first_start(home):
    shared = home / "server" / "config.yaml"
    shared.parent.mkdir()
    shared.write_text("site: {backups: 1}", "utf-8")
    install(NAME, b"", home / "python.exe", shared)
    shared.parent.rename(home / "gone")
    assert LivePolicy(config_path()).config().site.backups == 1


def test_cells_compute_with_the_users_configuration_else_the_shipped_one(home):
    assert config_path() == packaged_path()
    own = home / "xdg" / "quanliucheng" / "config.yaml"
    own.parent.mkdir(parents=True)
    own.touch()
    assert config_path() == own


def test_settings_are_written_as_vba_reads_them(home, monkeypatch):
    monkeypatch.setattr(locale, "getencoding", lambda: "gbk")
    write_settings({"INTERPRETER_WIN": "C:\\用户\\pythonw.exe", "CONFIG": "D:\\全流程, 新\\config.yaml"})
    assert settings_path().read_bytes() == (
        '"INTERPRETER_WIN","C:\\用户\\pythonw.exe"\r\n"CONFIG","D:\\全流程, 新\\config.yaml"\r\n'.encode("gbk")
    )
    assert read_settings()["CONFIG"] == "D:\\全流程, 新\\config.yaml"


def test_a_path_that_the_code_page_lacks_is_refused(home, monkeypatch):
    monkeypatch.setattr(settings.locale, "getencoding", lambda: "cp1252")
    with pytest.raises(Error) as raised:
        install(NAME, b"", Path("C:\\用户\\python.exe"), None)
    assert raised.value.code.id == "H-014"


@pytest.mark.parametrize("does", [lambda: install(NAME, b"two", Path("python.exe"), None), lambda: uninstall(NAME)])
def test_while_excel_has_it_open_nothing_changes(home, monkeypatch, does):
    install(NAME, b"one", Path("python.exe"), None)

    def locked(*words, **options):
        raise PermissionError(13, "used by another process")

    for name in ("replace", "unlink") if does.__code__.co_names[0] == "uninstall" else ("replace",):
        monkeypatch.setattr(Path, name, locked)
    with pytest.raises(Busy) as raised:
        does()
    monkeypatch.undo()
    assert raised.value.code.id == "H-012"


def test_without_appdata(home, monkeypatch):
    monkeypatch.delenv("APPDATA")
    with pytest.raises(Error) as raised:
        startup_folder()
    assert raised.value.code.id == "H-013"


def test_other_systems_are_told_what_to_do():
    with pytest.raises(Error) as raised:
        need_windows()
    assert raised.value.code.id == "H-010"
    assert "bundle --windows" in raised.value.text()


def test_xlwings_library_must_lie_where_its_vba_looks(tmp_path, monkeypatch):
    python = tmp_path / "Scripts" / "python.exe"
    python.parent.mkdir()
    with pytest.raises(Error) as raised:
        need_library(python)
    assert raised.value.code.id == "H-011"
    (tmp_path / f"xlwings64-{version('xlwings')}.dll").touch()
    need_library(python)
    monkeypatch.setattr(installation.sys, "platform", "win32")
    monkeypatch.setattr(installation.sys, "executable", str(python))
    need_windows()
