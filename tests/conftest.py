"""Every test has a user's folder that is nobody's: what a run keeps there must not reach the next one."""

import pytest


@pytest.fixture(autouse=True)
def _own_user_folder(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.getbasetemp() / "user"
    for name in ("XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.setenv(name, str(folder))
