"""The house rules: who may import whom, and that codes, modules and documents keep their form."""

import ast
import pkgutil
import re
import sys
from importlib import import_module
from pathlib import Path
from string import Formatter

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ["rules", "sheets_schema", "sync", "addin", "macros", "console"]
"""In order: a room imports itself and the rooms before it."""

ALLOWED = {
    "rules": {"pydantic", "pydantic_core", "pypinyin", "chinese_calendar", "holidays"},
    "sheets_schema": {"pydantic", "numpy", "pandas"},
    "sync": {"numpy", "sqlalchemy", "alembic", "pydantic"},
    "addin": {"pydantic", "PIL"},
    "macros": {"packaging"},
    "console": {"sqlalchemy", "numpy", "pandas", "PIL", "polars", "python_calamine", "yaml", "pypinyin"},
}
"""Third-party packages of each room."""

ONLY_IN = {
    "yaml": {"rules/policy/", "console/"},
    "gspread": {"sync/backends/google"},
    "schedule": {"sync/daemon"},
    "alembic": {"sync/state/"},
    "isal": {"sync/backends/workbook/deflate.py"},
    "openpyxl": {"addin/native/", "console/"},
    "starlette": {"addin/service/"},
    "uvicorn": {"console/"},
    "uno": {"macros/oxt_src/", "addin/hosts/libreoffice/", "console/bench/"},
    "unohelper": {"macros/oxt_src/", "addin/hosts/libreoffice/"},
    "com": {"macros/oxt_src/", "addin/hosts/libreoffice/"},
    "cn": {"macros/oxt_src/"},
    "quanliucheng_link": {"macros/oxt_src/"},
    "xlwings": {"addin/hosts/excel/"},
}
"""Packages that belong to one place."""

MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def _imports(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_down_only(path):
    place = path.relative_to(ROOT).as_posix()
    room = place.split("/")[0]
    below = set(ROOMS[: ROOMS.index(room) + 1])
    for module in _imports(path):
        top = module.split(".")[0]
        if top in ROOMS:
            assert top in below, f"{place} imports {module}"
        elif top not in sys.stdlib_module_names:
            homes = ONLY_IN.get(top)
            if homes:
                assert any(place.startswith(home) for home in homes), f"{place} imports {module}"
            else:
                assert top in ALLOWED[room], f"{place} imports {module}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_shadows_a_package(path):
    known = set(sys.stdlib_module_names) | {name for names in ALLOWED.values() for name in names} | set(ONLY_IN)
    if len(path.relative_to(ROOT).parts) == 2:
        assert path.stem not in known - {"calendar"}


def _all_codes():
    for room in ROOMS:
        package = import_module(room)
        for info in pkgutil.walk_packages(package.__path__, f"{room}."):
            if not info.name.startswith("sync.state.migrations."):  # only Alembic can run these
                import_module(info.name)
    from rules.errors import CODES

    return CODES


def test_every_code_speaks_both_languages():
    codes = _all_codes()
    assert codes
    for code in codes.values():
        assert code.zh, code.id
        assert code.en, code.id
        assert bool(code.todo_zh) == bool(code.todo_en), code.id
        texts = (code.zh + code.todo_zh, code.en + code.todo_en)
        facts = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in texts]
        assert facts[0] == facts[1], f"{code.id}: the two languages show different facts"


def test_users_never_read_the_words_of_the_merge():
    for code in _all_codes().values():
        text = code.zh + code.todo_zh + code.en + code.todo_en
        assert not re.search(r"\b(base|ours|theirs)\b", text), code.id
