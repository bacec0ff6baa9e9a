"""What a report of a problem says is installed."""

import platform
from importlib import metadata

from addin.commands.machine import versions


def test_the_product_python_and_the_packages_that_it_needs():
    found = versions()
    assert found["quanliucheng"] == metadata.version("quanliucheng")
    assert found["Python"] == platform.python_version()
    assert found["openpyxl"] == metadata.version("openpyxl")
    assert found["xlwings"] == metadata.version("xlwings")
    assert not {"pytest", "ruff", "hypothesis"} & found.keys(), "those of developers are nobody's business"


def test_a_product_that_is_not_installed_has_no_versions(monkeypatch):
    def gone(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", gone)
    monkeypatch.setattr(metadata, "version", gone)
    assert set(versions()) == {"quanliucheng", "Python", "system"}
    assert versions()["quanliucheng"] == "-"
