"""A cell's longest text, in every argument of every function: work grows with its length, not with its square.

In a process of its own, which ends when its time is used up: one pattern that goes astray holds the interpreter.
"""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from addin.registry.catalogue import ENTRIES

ROOT = Path(__file__).parents[3]
LONGEST = 32_767
SECONDS = 1.5
"""Of CPU for one call; the slowest needs about a tenth of a second, a quadratic one ten and more."""
BUDGET = 15
"""Of CPU for a process."""

MEASURE = """
import json, sys, time
from datetime import date
from addin.functions.batch import evaluate_batch
from addin.registry.catalogue import find
from addin.registry.entry import Kind
from rules.policy.loader import packaged
from tests.addin.functions.test_every_function import changed, example_of
from tests.addin.functions.test_long_texts import TEXTS
policy, measured = packaged().rules, []
for name in sys.argv[1:]:
    entry = find(name)
    cells = example_of(entry) if name != "EXPLAIN" else ["="]
    for place, arg in enumerate(entry.args):
        for unit, text in TEXTS.items():
            given = changed(cells, place, [[text, 1]] if arg.kind is Kind.RANGE else text)
            start = time.process_time()
            (outcome,) = evaluate_batch([(name, given)], policy, date(2025, 4, 3))
            spent = time.process_time() - start
            code = outcome.fault.code.id if outcome.fault else None
            measured.append([name, arg.name, unit, spent, code])
print(json.dumps(measured))
"""
TEXTS = {unit: (unit * LONGEST)[:LONGEST] for unit in ("a", "灯", "1", "-", "灯a1- ", '("', "8个装 ")}
TEXTS["a  b"] = f"a{' ' * (LONGEST - 2)}b"
GROUPS = [
    pytest.param([entry.name for entry in ENTRIES if entry.name != "SKUFROM"], id="others"),
    pytest.param(["SKUFROM"], id="SKUFROM"),
]


@pytest.mark.parametrize("names", GROUPS)
def test_no_function_goes_astray_in_a_long_text(names):
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *names],
        cwd=ROOT,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (BUDGET, BUDGET)),
    )
    assert done.returncode == 0, f"{names}: {done.returncode} {done.stderr[-800:]}"
    measured = json.loads(done.stdout)
    assert {name for name, *_ in measured} == set(names)
    assert [item for item in measured if item[3] > SECONDS or item[4] == "F-603"] == []
