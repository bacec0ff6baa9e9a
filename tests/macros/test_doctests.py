"""The examples in the builders' docstrings hold. The extension's own sources run inside LibreOffice only."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in sorted((ROOT / "macros").rglob("*.py"))
    if "oxt_src" not in path.parts and ">>> " in path.read_text("utf-8")
]


@pytest.mark.parametrize("name", NAMES)
def test_examples(name):
    done = doctest.testmod(import_module(name))
    assert done.attempted
    assert not done.failed
