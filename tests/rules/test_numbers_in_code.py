"""Business numbers live in config.yaml: none stands in the code of the rules or of the functions."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NO_RULES = {"errors.py", "index.py", "sop_trace.py", "contradictions.py", "search.py"}
"""Exit codes, line numbers of the SOP, and the weights of a search."""
MODULES = sorted(
    path
    for path in [*(ROOT / "rules").glob("*.py"), *(ROOT / "addin/registry").glob("*.py"), ROOT / "sync/tab/computed.py"]
    if path.name not in NO_RULES
)

ARITHMETIC = {0, 0.5, 1, 2}
"""Signs, halves, neighbours."""

ALLOWED = {
    ("addin/registry/convert.py", "_time"): "minutes of a day",
    ("sheets_schema/zoned.py", "_LONGEST"): "characters of the longest moment",
    ("rules/china_days.py", "_chinese"): "how many days are kept in memory",
    ("rules/china_days.py", "horizon"): "the last day of a year",
    ("rules/calendars.py", "FARTHEST"): "how far a count may reach, no rule of the business",
    ("rules/cover.py", "daily_sales"): "the three averages that the arguments are named for",
    ("rules/letter_name.py", "NOON"): "where AM ends by the clock",
    ("rules/plain_text.py", "_SHOWN"): "how much of a long text a message quotes",
    ("rules/plain_text.py", "_without_accents"): "how many texts are kept in memory",
    ("rules/letter_reading.py", "LONGEST_NAME"): "how long a file's name may be anywhere",
    ("rules/segment_cover.py", "LINES"): "line numbers of the SOP",
    ("rules/segment_cover.py", "_TOGETHER"): "a line number of the SOP",
    ("rules/shipment_note.py", "LONGEST_NOTE"): "what is longer is looked at no further",
    ("rules/sku_check.py", "LONGEST_SKU"): "what is longer is looked at no further",
    ("rules/sku_collisions.py", "NAMED"): "how many names a message holds",
    ("rules/sku_text.py", "LONGEST_SENTENCE"): "what is longer is looked at no further",
    ("rules/sku_words.py", "_LARGEST_PACK"): "beyond it is a typing mistake",
    ("rules/sku_check.py", "_findings"): "segments of the form brand-product-feature-pack-site",
    ("rules/sku_collisions.py", "_propose"): "where a SKU's feature and a brand's next letter stand",
    ("rules/sku_text.py", "_site"): "how many words a site's name may have",
    ("rules/sku_words.py", "chinese_number"): "ten and hundred in Chinese numerals",
    ("sync/tab/computed.py", "stockout_date"): "a hundred years: as good as never",
}
"""Function or constant -> why its numbers are no business numbers."""

CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2})?|\d{1,2}-\d{1,2}")


def _docstrings(tree):
    for node in ast.walk(tree):
        for statement in getattr(node, "body", []) if isinstance(getattr(node, "body", None), list) else []:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                yield statement.value


def _precision(tree):
    """The digits that a figure is rounded to, and the columns of a spill."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if getattr(node.func, "id", "") == "round":
                yield from node.args[1:]
            yield from (keyword.value for keyword in node.keywords if keyword.arg == "width")


def _names(tree):
    """Each constant with the outermost function or assignment that it stands in."""
    for top in tree.body:
        name = getattr(top, "name", "")
        if isinstance(top, (ast.Assign, ast.AnnAssign)):
            target = top.targets[0] if isinstance(top, ast.Assign) else top.target
            name = getattr(target, "id", "")
        for node in ast.walk(top):
            if isinstance(node, ast.Constant):
                yield name, node


def business_numbers(text):
    """Line, place and literal of every number or clock time in a module's code."""
    tree = ast.parse(text)
    harmless = {id(node) for node in (*_docstrings(tree), *_precision(tree))}
    for name, node in _names(tree):
        value = node.value
        if id(node) in harmless or isinstance(value, bool):
            continue
        if (isinstance(value, (int, float)) and value not in ARITHMETIC) or (
            isinstance(value, str) and CLOCK.fullmatch(value)
        ):
            yield node.lineno, name, value


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_business_number_in_code(path):
    place = path.relative_to(ROOT).as_posix()
    found = [item for item in business_numbers(path.read_text("utf-8")) if (place, item[1]) not in ALLOWED]
    assert not found, f"{place}: put these into config.yaml: {found}"


def test_the_search_finds_what_it_looks_for():
    code = 'def due(day):\n    "7 days"\n    late = "14:00"\n    return day.isoweekday() == 4 and 0.85\n'
    assert {item[2] for item in business_numbers(code)} == {"14:00", 4, 0.85}


def test_what_is_allowed_is_still_there():
    for place, name in ALLOWED:
        assert any(item[1] == name for item in business_numbers((ROOT / place).read_text("utf-8"))), (place, name)
