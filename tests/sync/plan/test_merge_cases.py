"""Merges by example: our own cases, and the collected cases of other tools when they are at hand."""

import json
from collections import Counter
from pathlib import Path

import pytest
import yaml

from rules.errors import Error
from sheets_schema.model import Owner
from sync.files.merge import merge
from sync.plan.untyped import Plain

ROOT = Path(__file__).parents[3]
CASES = yaml.safe_load((ROOT / "tests/cases/merge.yaml").read_text("utf-8"))
SHARED = ROOT.parent / "shared/merge_cases"

POLICY = {
    "duplicate_keys": "duplicate keys are refused: rows are known by key only",
    "daff/unconflicted": "a value in a column that the other side added is an edit: deleting its row is asked, not done",
    "dolt/row/modify rows where one drops a column": "upstream counts cells by position; here columns have names, "
    "and a dropped column that nobody edited goes",
    "dolt/columnDefaultTests/independent column adds": "upstream fills default values; a cell nobody wrote is blank",
}
"""Why a case is answered differently than its origin does, by tier or beginning of its id."""


def table(lines):
    return Plain(tuple(lines[0]), lines[1:])


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_own_cases(case):
    owners = {title: Owner(owner) for title, owner in case.get("owner", {}).items()}

    def merged():
        return merge(*(table(case[side]) for side in ("base", "ours", "theirs")), case.get("key", ["SKU"]), owners)

    if "refused" in case:
        with pytest.raises(Error) as caught:
            merged()
        assert caught.value.code.id == case["refused"]
        return
    done = merged()
    written = [done.columns, *done.rows]
    assert [list(map(repr, row)) for row in written] == [list(map(repr, row)) for row in case["merged"]]
    found = [[c.key, c.column, c.kind, c.base, c.ours, c.theirs] for c in done.conflicts]
    assert found == case.get("conflicts", [])


def shared_cases():
    if not SHARED.is_dir():
        pytest.skip(f"no collected merge cases at {SHARED}")
    for path in sorted(SHARED.glob("*.json")):
        document = json.loads(path.read_text("utf-8"))
        yield from document if isinstance(document, list) else document["cases"]


def disagreements(case):
    """What of a case's expectation is not met, in words."""
    expected = case["expected"]
    try:
        done = merge(
            *(Plain(tuple(case[s]["columns"]), case[s]["rows"]) for s in ("base", "ours", "theirs")), case["key"]
        )
    except Error as error:
        return [error.code.id]
    wrong = []
    if bool(done.conflicts) != expected["conflict"]:
        wrong.append(f"conflict {bool(done.conflicts)}")
    if expected.get("conflict_count", len(done.conflicts)) != len(done.conflicts):
        wrong.append(f"{len(done.conflicts)} conflicts")
    for item in [*expected.get("conflicts", ()), *expected.get("conflicts_derived", ())]:
        kind = "column" if item["kind"] == "column_drop_modify" else item["kind"]
        hits = [c for c in done.conflicts if (c.kind, c.key, c.column) == (kind, item["key"], item["column"])]
        values = {side: item[side] for side in ("base", "ours", "theirs") if side in item}
        if len(hits) != 1 or any(getattr(hits[0], side) != value for side, value in values.items()):
            wrong.append(f"no conflict {kind} {item['key']} {item['column']}")
    if expected["merged"] is not None:
        wrong += _rows_wrong(done, expected)
    return wrong


def _rows_wrong(done, expected):
    columns, rows = expected["merged"]["columns"], expected["merged"]["rows"]
    ordered = expected.get("row_order_asserted")
    if set(columns) != set(done.columns) or (ordered and columns != done.columns):
        return [f"columns {done.columns}"]
    found = [repr([row[done.columns.index(title)] for title in columns]) for row in done.rows]
    wanted = list(map(repr, rows))
    if found == wanted if ordered else Counter(found) == Counter(wanted):
        return []
    return [f"rows {found}"]


def test_collected_core_cases():
    core = [case for case in shared_cases() if case["tier"] == "core"]
    assert {case["id"]: found for case in core if (found := disagreements(case))} == {}


def test_every_disagreement_has_its_policy():
    for case in shared_cases():
        if disagreements(case):
            assert reason(case), case["id"]


def reason(case):
    return next((why for name, why in POLICY.items() if case["tier"] == name or case["id"].startswith(name)), None)


@pytest.mark.proof
def test_table_of_all_collected_cases(capsys):
    lines, counts = [], Counter()
    for case in shared_cases():
        wrong = disagreements(case)
        counts[case["tier"], "disagreed" if wrong else "agreed"] += 1
        if case["tier"] != "core":
            lines.append(f"{case['tier']:15} {'disagrees' if wrong else 'agrees':9} {case['id']}")
            lines += [f"{'':26}{'; '.join(wrong)}", f"{'':26}policy: {reason(case)}"] if wrong else []
    with capsys.disabled():
        print("", *lines, *(f"{tier:15} {word:9} {n}" for (tier, word), n in sorted(counts.items())), sep="\n")
    assert not counts["core", "disagreed"]
