"""Whatever is added has its line in a list, its cases and its words: what is missing is named, with its place.

And what one module tells, no other knows: general code names no sheet, no report, no column of stores.
"""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from addin.commands.catalogue import COMMANDS
from addin.commands.command import Command
from addin.registry.buttons import BUTTONS
from addin.registry.catalogue import ENTRIES
from addin.registry.entry import Entry
from rules.index import RULES
from rules.policy.meanings import Stage
from sheets_schema.exports import REPORTS
from sheets_schema.model import Report, Sheet
from sheets_schema.outlines import OUTLINES
from sheets_schema.shared_columns import STORES
from sheets_schema.sheets import SHEETS

ROOT = Path(__file__).parents[1]


def cases(name):
    return yaml.safe_load((ROOT / "tests/cases" / name).read_text("utf-8"))


def made_in(folder, kind):
    """(place, value) of everything of a kind that the modules of a folder make."""
    for path in sorted((ROOT / folder).glob("*.py")):
        module = import_module(f"{folder.replace('/', '.')}.{path.stem}")
        text = path.read_text("utf-8")
        for name, value in vars(module).items():
            values = value if isinstance(value, tuple) else (value,)
            if re.search(rf"^{name}\b.*= ", text, re.MULTILINE):
                yield from ((f"{folder}/{path.name}: {name}", item) for item in values if isinstance(item, kind))


@pytest.mark.parametrize(
    ("folder", "kind", "listed"),
    [
        ("sheets_schema/sheets", Sheet, SHEETS.values()),
        ("sheets_schema/exports", Report, REPORTS.values()),
        ("addin/commands", Command, COMMANDS.values()),
        ("addin/registry", Entry, ENTRIES),
    ],
    ids=["SHEETS", "REPORTS", "COMMANDS", "ENTRIES"],
)
def test_what_a_module_makes_is_listed(folder, kind, listed):
    made = list(made_in(folder, kind))
    known = [id(item) for item in listed]
    assert len({id(item) for _, item in made}) >= len(known) - 1
    assert [place for place, item in made if id(item) not in known] == [], "not in the list of their kind"


def test_every_tab_has_cases():
    asked = {case["tab"] for case in cases("tabs.yaml")}
    names = {name: {name} for name in (*SHEETS, *OUTLINES)}
    for tab in (*SHEETS.values(), *OUTLINES.values()):
        names[tab.name].update(tab.aliases)
    lacking = [name for name, words in names.items() if asked.isdisjoint(words)]
    assert lacking == [], "no case in tests/cases/tabs.yaml"


def test_every_report_has_headers_and_keys():
    asked = {case["report"] for case in cases("headers.yaml")} | {
        case.get("read") for case in cases("known_headers.yaml")
    }
    assert [name for name, report in REPORTS.items() if name not in asked and not report.rival] == []


def test_every_button_has_a_command_a_test_and_its_words():
    assert [button.id for button in BUTTONS] == list(COMMANDS), "buttons and commands, in one order"
    tests = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert [button.id for button in BUTTONS if f'"{button.id}"' not in tests] == [], "no test presses it"
    for page in ("buttons.md", "buttons.zh-CN.md"):
        text = (ROOT / "docs" / page).read_text("utf-8")
        assert [button.label.zh for button in BUTTONS if f"**{button.label.zh}**" not in text] == [], page


def test_every_rule_that_a_module_answers_is_in_the_index():
    for path in sorted((ROOT / "rules").glob("*.py")):
        answered = set(re.findall(r'^@rule\("(\w+)"', path.read_text("utf-8"), re.MULTILINE))
        assert answered <= RULES.keys(), path.name


def test_every_rule_has_a_case_table_and_its_page():
    page = (ROOT / "docs/rules.md").read_text("utf-8")
    for name in RULES:
        assert (ROOT / f"tests/cases/{name}.yaml").exists(), f"tests/cases/{name}.yaml"
        assert f"| {name} |" in page, f"{name}: qlc sop --markdown > docs/rules.md"


GENERAL = sorted(
    path
    for folder in ("sync", "addin/commands", "sheets_schema")
    for path in (ROOT / folder).rglob("*.py")
    if path.parent.name not in ("sheets", "exports", "outlines")
    and path.name not in ("shared_columns.py", "sop_titles.py")
)
NAMES = {
    *REPORTS,
    STORES,
    *(word for tab in (*SHEETS.values(), *OUTLINES.values()) for word in (tab.name, *tab.aliases)),
} - {str(stage) for stage in Stage}
"""Names of reports and tabs, and the title over stores; 在途 is a state of goods as well."""


@pytest.mark.parametrize("path", GENERAL, ids=lambda path: str(path.relative_to(ROOT)))
def test_general_code_names_no_tab_and_no_report(path):
    found = [
        (node.lineno, node.value)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value in NAMES
    ]
    assert found == [], "ask the model: what is special stands in the module of the sheet or the report"


def test_the_recipes_are_written():
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    recipes = text.partition("## Recipes")[2].partition("\n## ")[0]
    for what in ("sheet", "report", "rule", "button", "backend"):
        assert f"**A {what}" in recipes, what
