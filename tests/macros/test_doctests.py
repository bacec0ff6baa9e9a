"""The examples in the builders' docstrings hold. The extension's own sources run inside LibreOffice only."""

import doctest
from importlib import import_module

import pytest

NAMES = (
    "macros.package",
    "macros.wrappers",
    "macros.vba.compression",
    "macros.vba.compound_file",
    "macros.vba.project",
)


@pytest.mark.parametrize("name", NAMES)
def test_examples(name):
    assert doctest.testmod(import_module(name)).failed == 0
