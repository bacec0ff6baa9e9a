"""Handing the extension to LibreOffice: what is called, what is written, what is said when it can't be."""

import json
import os
import sys
from pathlib import Path

import pytest

from addin.hosts.libreoffice import installation
from addin.hosts.libreoffice.settings import config_path, read_settings, settings_path
from rules.errors import Busy, Error
from rules.policy.loader import packaged_path

UNOPKG = """#!{python}
import pathlib, sys
log = pathlib.Path({log!r})
log.write_text(log.read_text() + " ".join(sys.argv[1:]) + "\\n")
said = {said!r}
print(said)
sys.exit({code})
"""


@pytest.fixture
def unopkg(tmp_path, monkeypatch):
    """A stand-in for LibreOffice's installer: keeps what it is asked, says and answers what it is told."""
    log = tmp_path / "log"
    log.write_text("")
    folder = tmp_path / "bin"
    folder.mkdir()

    def answering(code=0, said=""):
        script = folder / "unopkg"
        script.write_text(UNOPKG.format(python=sys.executable, log=str(log), said=said, code=code))
        script.chmod(0o755)
        return log

    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("QLC_CONFIG", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    return answering


def test_installs_again_and_uninstalls(unopkg, tmp_path):
    log = unopkg(said="Identifier: cn.quanliucheng")
    config = tmp_path / "mine.yaml"
    config.write_text("rules: {}")
    steps = installation.install("quanliucheng.oxt", b"x", config)
    assert log.read_text().split()[:3] == ["add", "-f", "-s"]
    assert steps[-1].path == settings_path()
    written = json.loads(settings_path().read_text("utf-8"))
    assert written["python"] == f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert all(Path(path).is_dir() for path in written["paths"])
    assert config_path() == config
    settings_path().write_text(json.dumps({**written, "service": {"url": "http://127.0.0.1:1"}}), "utf-8")
    installation.install("quanliucheng.oxt", b"x", None)
    assert read_settings()["service"] == {"url": "http://127.0.0.1:1"}
    other = tmp_path / "共享.yaml"
    other.write_text("rules: [")
    with pytest.raises(Error):
        installation.follow(other)
    assert config_path() == config
    other.write_text("rules: {}")
    installation.follow(other)
    assert config_path() == other
    assert read_settings()["service"] == {"url": "http://127.0.0.1:1"}
    assert len(installation.uninstall()) == 2
    assert not settings_path().exists()
    assert config_path() == packaged_path()
    assert "remove cn.quanliucheng" in log.read_text()


def test_nothing_installed_is_nothing_removed(unopkg):
    unopkg()
    assert installation.uninstall() == []


@pytest.mark.parametrize(
    ("said", "code", "kind"),
    [("the lock file indicates it is already running", "H-043", Busy), ("bad zip", "H-042", Error)],
)
def test_a_refusal_is_told_and_leaves_the_settings(unopkg, said, code, kind):
    unopkg(code=1, said=said)
    with pytest.raises(kind) as caught:
        installation.install("quanliucheng.oxt", b"x", None)
    assert caught.value.code.id == code
    assert not settings_path().exists()


def test_root_and_a_missing_office_are_named(unopkg, tmp_path, monkeypatch):
    unopkg()
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    with pytest.raises(Error) as caught:
        installation.install("quanliucheng.oxt", b"x", None)
    assert caught.value.code.id == "H-041"
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(installation, "_PLACES", {})
    with pytest.raises(Error) as caught:
        installation.uninstall()
    assert caught.value.code.id == "H-040"
