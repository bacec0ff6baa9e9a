"""Every broken file gets its code, spoils no other row, and costs neither time nor memory."""

import json

import pytest

from console.bench.measure import run
from rules.errors import Error
from sync.ingest.export import dump, load
from sync.ingest.read import inspect, read
from tests.pace import is_within
from tests.sync.ingest.broken import all_broken

ALL = list(all_broken())
LIGHT = [item for item in ALL if not item.heavy]
NEIGHBOURS = {("FBA库存明细", "HI-2"): 7.0, ("Amazon FBA Manage Inventory", "HI-2"): 3.0}
"""What the row beside the broken one says of its sellable stock."""
LONGEST_MESSAGE = 1_000
CPU_SECONDS, MEGABYTES = 10, 512


def made(item, folder):
    path = folder / f"export{item.suffix}"
    path.write_bytes(item.make())
    return path


def test_there_are_enough_of_them():
    assert len(ALL) >= 140
    assert len({item.name for item in ALL}) == len(ALL)


@pytest.mark.parametrize("item", LIGHT, ids=lambda item: item.name)
def test_a_broken_file_gets_its_code(item, tmp_path):
    path = made(item, tmp_path)
    for lang in ("zh", "en"):
        answer = inspect(path, lang=lang)
        found = [problem["code"] for problem in answer["problems"]] or [""]
        assert set(found) & set(item.codes), f"{found} instead of {item.codes}"
        json.dumps(answer, ensure_ascii=False).encode()
        assert all(10 < len(problem["message"]) < LONGEST_MESSAGE for problem in answer["problems"])


@pytest.mark.parametrize("item", LIGHT, ids=lambda item: item.name)
def test_what_is_wrong_is_not_taken_and_what_is_right_is(item, tmp_path):
    try:
        export = read(made(item, tmp_path), store="LOMEESS-CA")
    except Error as error:
        assert error.code.id in item.codes  # noqa: PT017 - only some are refused as a whole
        return
    rows = {int(line): at for at, line in enumerate(export.lines)}
    for problem in export.problems:
        if (
            problem.column in export.table.data
            and problem.row in rows
            and problem.code.id in ("I-022", "I-028", "I-037")
        ):
            value = export.table.value(problem.column, rows[problem.row])
            assert value is None or type(value) is str, problem.text("en")
    for at, msku in enumerate(export.table.values("msku")):
        expected = NEIGHBOURS.get((export.report, msku))
        other = [item for item in export.problems if item.row == export.lines[at] and item.column == "fba_sellable"]
        if expected is not None and not other and not item.name.startswith("counts:"):
            assert export.table.value("fba_sellable", at) == expected
    kept = load(dump(export.reading))
    assert kept.table.columns == export.reading.table.columns
    for lang in ("zh", "en"):
        assert [problem.text(lang) for problem in kept.problems] == [p.text(lang) for p in export.reading.problems]


@pytest.mark.proof
@pytest.mark.parametrize("action", ["inspect", "read"])
def test_a_real_process_ends_soon_and_small(action, tmp_path, capsys):
    """Peak resident memory as the system counts it, CPU time because the machine is shared."""
    rows, beyond = [], []
    for item in ALL:
        path = made(item, tmp_path)
        words = ["-m", "console.cli", "erp", action, str(path), "--json", "--config", str(tmp_path / "config.yaml")]
        (tmp_path / "config.yaml").write_text("site: {}\n", "utf-8")
        usage = run(words, repeat=1, good=(0, 1, 2, 3, 4))
        answer = json.loads(usage.stdout)
        if action == "inspect":
            codes = [problem["code"] for problem in answer[0]["problems"]]
            assert set(codes or [""]) & set(item.codes), item.name
        else:
            codes = [answer["error"]["code"]] if isinstance(answer, dict) else []
        rows.append((item.name, path.stat().st_size, "/".join(dict.fromkeys(codes)), usage.cpu, usage.peak_mb))
        path.unlink()
        if not is_within(usage.cpu, CPU_SECONDS) or usage.peak_mb > MEGABYTES:
            beyond.append(rows[-1])
    with capsys.disabled():
        print(f"\n{action}: {len(rows)} files, CPU s and MB of the whole process")
        for name, size, codes, cpu, peak in sorted(rows, key=lambda row: -row[3]):
            print(f"{cpu:6.2f} s {peak:6.0f} MB {size:>12,} B  {codes:<12} {name}")
    assert not beyond
