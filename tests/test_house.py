"""The house rules: who may import whom, and that codes, modules and documents keep their form."""

import ast
import pkgutil
import re
import sys
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path
from string import Formatter

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ["rules", "sheets_schema", "sync", "addin", "macros", "console"]
"""In order: a room imports itself and the rooms before it."""

ALLOWED = {
    "rules": {"pydantic", "pydantic_core", "pypinyin", "chinese_calendar", "holidays", "dateutil"},
    "sheets_schema": {"pydantic", "numpy", "pandas"},
    "sync": {"numpy", "sqlalchemy", "alembic", "pydantic"},
    "addin": {"pydantic", "PIL"},
    "macros": {"packaging"},
    "console": {"sqlalchemy", "numpy", "pandas", "PIL", "polars", "python_calamine", "yaml", "pypinyin", "packaging"},
}
"""Third-party packages of each room."""

ONLY_IN = {
    "yaml": {"rules/policy/", "console/"},
    "gspread": {"sync/backends/google"},
    "schedule": {"sync/daemon"},
    "watchfiles": {"sync/daemon"},
    "prometheus_client": {"console/"},
    "alembic": {"sync/state/"},
    "psycopg": {"sync/state/postgres.py", "sync/workers/"},
    "procrastinate": {"sync/workers/"},
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

INNER = {
    "sync": ["backends", "plan", "ingest", "state", "files", "tab", "round", "daemon", "workers"],
    "addin": ["registry", "functions", "native", "guide", "commands", "hosts", "service"],
}
"""The rooms inside a room, in the same order."""

BEHIND_THE_PORT = "sync.backends.workbook"
"""The package of workbook files: only the stores know that there are such things as parts and archives."""
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def _imports(path, names=False):
    """The modules that a module imports, inside its functions too; with `names`, what it takes out of them."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module
            if names:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


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


@pytest.mark.parametrize("room", INNER)
def test_imports_go_down_inside_a_room_too(room):
    order, upwards = INNER[room], set()
    for path in MODULES:
        top, *inner = path.relative_to(ROOT).parts
        if top != room or inner == ["__init__.py"]:
            continue
        assert inner[0] in order, f"{path}: in none of the rooms of {room}"
        below = order[: order.index(inner[0]) + 1]
        for module in _imports(path):
            top, *inner = module.split(".")
            if top == room and inner[0] not in below:
                upwards.add(path.relative_to(ROOT).as_posix())
    assert not upwards


def test_the_store_is_the_only_door_to_a_workbook_file():
    outside = {
        path.relative_to(ROOT).as_posix()
        for path in MODULES
        if not path.is_relative_to(ROOT / "sync/backends")
        and any(f"{module}.".startswith(f"{BEHIND_THE_PORT}.") for module in _imports(path))
    }
    assert not outside


def test_no_modules_import_each_other_in_a_circle():
    places = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in MODULES
    }
    wants = {name: set(_imports(path, names=True)) & places.keys() - {name} for name, path in places.items()}
    TopologicalSorter(wants).prepare()  # CycleError names the circle


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
