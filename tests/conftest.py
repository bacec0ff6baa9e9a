"""Every test has a user's folder that is nobody's: what a run keeps there must not reach the next one.

Properties have no deadline, and may be slow to draw: a busy machine is no mistake.
"""

import pytest
from hypothesis import HealthCheck, settings

from tests.package_lint.patches import Patches

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def _own_user_folder(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.getbasetemp() / "user"
    for name in ("XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.setenv(name, str(folder))


@pytest.fixture(scope="session")
def _patches():
    """Linted patches of every test and of the fixtures that many tests share."""
    patches = Patches()
    with pytest.MonkeyPatch.context() as patched:
        patches.watch(patched)
        yield patches


@pytest.fixture(autouse=True)
def _patched_files_are_sound(_patches):
    """No patch leaves a file with a fault that its original lacks."""
    yield
    assert _patches.take() == []
