"""The package for Windows: its layout, its scripts' spelling, and wheels that are enough."""

import io
import re
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from macros.bundle import bundle, bundle_name
from macros.wheels import ONLY_ON_WINDOWS, download, missing
from macros.xlam import xlam
from rules.errors import Error

ROOT = Path(__file__).parents[2]


def members(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def wheel(folder, name, number, *requires):
    with zipfile.ZipFile(folder / f"{name}-{number}-py3-none-any.whl", "w") as archive:
        lines = [f"Name: {name}", f"Version: {number}", *(f"Requires-Dist: {line}" for line in requires)]
        archive.writestr(f"{name}-{number}.dist-info/METADATA", "\n".join(["Metadata-Version: 2.1", *lines, ""]))


@pytest.fixture
def wheels(tmp_path):
    for name in ("pywin32", "tzdata", "pip"):
        wheel(tmp_path, name, "3.0")
    return tmp_path


def test_its_layout():
    found = members(bundle())
    assert set(found) == {
        "VERSION",
        "README.txt",
        "install.cmd",
        "install.ps1",
        "install-thin.cmd",
        "install-thin.ps1",
        "uninstall.cmd",
        "uninstall.ps1",
        "quanliucheng.xlam",
        "python/put the embeddable Python here.txt",
    }
    assert found["VERSION"].decode().strip() == version("quanliucheng")
    assert found["quanliucheng.xlam"] == xlam()
    assert version("quanliucheng") in bundle_name()


def test_scripts_are_spelled_as_windows_reads_them():
    found = members(bundle())
    for name in ("install.cmd", "install-thin.cmd", "uninstall.cmd"):
        assert found[name].isascii()
    for name in ("install.ps1", "install-thin.ps1", "uninstall.ps1", "README.txt"):
        assert found[name].startswith(b"\xef\xbb\xbf")
    for name, content in found.items():
        if name.endswith((".cmd", ".ps1", ".txt")):
            assert content.count(b"\n") == content.count(b"\r\n"), name


@pytest.mark.parametrize("name", ["install.ps1", "install-thin.ps1", "uninstall.ps1"])
def test_scripts_close_what_they_open(name):
    text = re.sub(r"'[^']*'|\"[^\"]*\"|#.*", "", (ROOT / "macros/windows" / name).read_text("utf-8"))
    assert all(text.count(first) == text.count(last) for first, last in ("()", "{}", "[]"))


def test_the_company_configuration_stays_in_the_shared_folder():
    """Followed there, at each installation and where the version is installed already; copied nowhere."""
    text = (ROOT / "macros/windows/install.ps1").read_text("utf-8")
    assert re.search(r"\$Config = Join-Path \$Here 'config\.yaml'", text)
    assert "--config $Config addin follow" in text
    assert re.search(r"\$Company = if \(Test-Path \$Config\) \{ '--config', \$Config \}", text)
    assert "console.cli @Company addin install" in text
    assert "Copy-Item $Config" not in text


def test_two_packages_are_the_same_bytes(wheels):
    assert bundle(wheels) == bundle(wheels)


def test_wheels_are_packed(wheels):
    assert {name for name in members(bundle(wheels)) if name.startswith("wheels/")} == {
        "wheels/pip-3.0-py3-none-any.whl",
        "wheels/pywin32-3.0-py3-none-any.whl",
        "wheels/tzdata-3.0-py3-none-any.whl",
    }


def test_wheels_that_are_not_enough_are_refused(wheels):
    wheel(
        wheels,
        "ours",
        "1.0",
        "other>=2; sys_platform == 'win32'",
        "linuxonly; sys_platform == 'linux'",
        "more; extra == 'x'",
    )
    assert missing(wheels) == ['other>=2; sys_platform == "win32"']
    with pytest.raises(Error) as raised:
        bundle(wheels)
    assert raised.value.code.id == "H-023"
    wheel(wheels, "other", "1.5")
    assert missing(wheels) == ['other>=2; sys_platform == "win32"'], "too old"
    wheel(wheels, "other", "2.1")
    (wheels / "other-1.5-py3-none-any.whl").unlink()
    assert missing(wheels) == []


def test_an_empty_folder_lacks_what_only_windows_needs(tmp_path):
    assert missing(tmp_path) == sorted(ONLY_ON_WINDOWS)


@pytest.mark.proof
def test_windows_gets_every_wheel_it_needs(tmp_path):
    found = download(ROOT, tmp_path / "wheels")
    names = {path.name.split("-")[0].lower() for path in found}
    assert {"quanliucheng", "xlwings", "pywin32", "pip", "pandas", "pydantic_core"} <= names
    (bridge,) = (path for path in found if path.name.startswith("xlwings-"))
    with zipfile.ZipFile(bridge) as archive:
        assert any(name.endswith(f"xlwings64-{version('xlwings')}.dll") for name in archive.namelist())
    (ours,) = (path for path in found if path.name.startswith("quanliucheng-"))
    with zipfile.ZipFile(ours) as archive:
        assert {"macros/vba_src/QlcBridge.bas", "macros/windows/install.ps1"} <= set(archive.namelist())
    size = len(bundle(tmp_path / "wheels"))
    print(f"\n{len(found)} wheels for win_amd64, package of {size / 1e6:.0f} MB")
