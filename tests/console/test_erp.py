"""`qlc erp` as people run it: JSON, exit codes, files."""

import csv
import json
from pathlib import Path

import pytest

from console.cli import main
from tests.sync.ingest.files import csv_file, xlsx_file

SHARED = Path(__file__).parents[3] / "shared" / "samples"
GOOD = [["店铺", "MSKU", "SKU", "FBA可售", "FBA实际在途", "跟进"], ["LOMEESS-CA", "00123", "S", "1,200", None, "x"]]
ENTRY = [
    "file",
    "report",
    "confidence",
    "encoding",
    "container",
    "sheet",
    "header_row",
    "rows",
    "columns",
    "unknown_columns",
    "problems",
]


@pytest.fixture(autouse=True)
def config(tmp_path, monkeypatch):
    """An installation without stores, so that any is taken as written."""
    path = tmp_path / "config.yaml"
    path.write_text("site:\n  inbox: [{path: inbox}, {path: inbox/mx, store: HIMICAR-MX}]\n", "utf-8")
    (tmp_path / "inbox" / "mx").mkdir(parents=True)
    monkeypatch.setenv("QLC_CONFIG", str(path))
    return path


def run(capsys, *words):
    code = main([*map(str, words), "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_inspect_has_one_entry_per_file(tmp_path, capsys):
    good = xlsx_file(tmp_path, {"库存": GOOD})
    bad = csv_file(tmp_path, [["客户", "电话"], ["a", "b"]], name="x.csv")
    code, (one, other) = run(capsys, "erp", "inspect", good, bad)
    assert code == 1
    assert list(one) == ENTRY
    assert (one["file"], one["report"], one["sheet"], one["container"]) == (str(good), "FBA库存明细", "库存", "xlsx")
    assert (one["header_row"], one["rows"], one["unknown_columns"]) == (1, 1, ["跟进"])
    assert one["columns"]["MSKU"] == "msku"
    assert 0 < one["confidence"] <= 1
    assert (other["report"], other["nearest"]) == (None, [])
    assert other["problems"][0]["code"] == "I-010"


def test_inspect_is_good_when_all_are_recognised_problems_or_not(tmp_path, capsys):
    rows = [*GOOD, ["LOMEESS-CA", "B", "S", "约30", None, None]]
    code, (entry,) = run(capsys, "erp", "inspect", csv_file(tmp_path, rows, encoding="utf-8"))
    assert code == 0
    assert [problem["code"] for problem in entry["problems"]] == ["I-026", "I-022"]


def test_a_file_that_is_not_there(tmp_path, capsys):
    code, document = run(capsys, "erp", "inspect", tmp_path / "none.csv")
    assert code == 2
    assert document["error"]["code"].startswith("C-")


def test_read_answers_rows(tmp_path, capsys):
    code, rows = run(capsys, "erp", "read", xlsx_file(tmp_path, {"S": GOOD}))
    assert code == 0
    assert rows == [{"store": "LOMEESS-CA", "msku": "00123", "sku": "S", "fba_sellable": 1200, "fba_in_transit": None}]


def test_read_of_an_unknown_file(tmp_path, capsys):
    code, document = run(capsys, "erp", "read", csv_file(tmp_path, [["客户"], ["a"]]))
    assert (code, document["error"]["code"]) == (2, "I-010")


def test_a_file_without_store_takes_its_inboxs(tmp_path, capsys):
    rows = [["sku", "asin", "afn-fulfillable-quantity", "afn-warehouse-quantity"], ["A", "B0", 5, 6]]
    _, inside = run(capsys, "erp", "read", csv_file(tmp_path / "inbox" / "mx", rows, separator="\t"))
    assert inside[0]["store"] == "HIMICAR-MX"
    code, outside = run(capsys, "erp", "read", csv_file(tmp_path / "inbox", rows, separator="\t"))
    assert (code, outside[0]) == (0, {"msku": "A", "asin": "B0", "fba_warehouse_stock": 6, "fba_sellable": 5})


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_out_writes_the_table(suffix, tmp_path, capsys):
    target = tmp_path / f"out{suffix}"
    assert main(["erp", "read", str(xlsx_file(tmp_path, {"S": GOOD})), "--out", str(target)]) == 0
    text = target.read_text("utf-8-sig")
    rows = json.loads(text) if suffix == ".json" else list(csv.DictReader(text.splitlines()))
    assert (rows[0]["msku"], int(rows[0]["fba_sellable"])) == ("00123", 1200)
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_parquet_says_what_to_install(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    target = tmp_path / "out.parquet"
    code, document = run(capsys, "erp", "read", xlsx_file(tmp_path, {"S": GOOD}), "--out", target)
    assert (code, document["error"]["code"]) == (2, "I-040")
    assert "pyarrow" in document["error"]["message"]
    assert not target.exists()


def test_a_suffix_nobody_can_write(tmp_path, capsys):
    code, document = run(capsys, "erp", "read", xlsx_file(tmp_path, {"S": GOOD}), "--out", tmp_path / "out.docx")
    assert (code, document["error"]["code"]) == (2, "I-041")


def test_text_for_people(tmp_path, capsys):
    bad = csv_file(tmp_path, [["店铺", "品名", "FBA可售", "FBA实际在途"], ["A", "b", 1, 2]])
    assert main(["erp", "inspect", str(bad), "--lang", "en"]) == 1
    shown = capsys.readouterr().out
    assert "not recognised" in shown
    assert "MSKU" in shown


def test_real_samples(capsys):
    if not SHARED.exists():
        pytest.skip(f"{SHARED} is absent")
    code, (summary,) = run(capsys, "erp", "inspect", SHARED / "fivetran_fba_inventory_summary.csv")
    assert (code, summary["report"], summary["rows"]) == (0, "Amazon FBA Inventory Summary", 100)
    assert not summary["unknown_columns"]
    code, others = run(
        capsys, "erp", "inspect", SHARED / "settlement-sample.txt", SHARED / "mx_transacciones_es_MX.csv"
    )
    assert (code, [entry["report"] for entry in others]) == (1, [None, None])


FORMULAS = {
    "品名": '=HYPERLINK("http://x")',
    "MSKU": "-A 1",
    "SKU": "@SUM(A1)",
    "负责人": "+86 138",
}


def test_out_writes_nothing_that_a_spreadsheet_calculates_and_reads_back_the_same(tmp_path, capsys):
    head = ["店铺", *FORMULAS, "可用量", "待到货量"]
    source = csv_file(tmp_path, [head, ["LO-CA", *FORMULAS.values(), -5, 3]], separator=";", name="in.csv")
    assert main(["erp", "read", str(source), "--out", str(tmp_path / "out.csv")]) == 0
    capsys.readouterr()
    (row,) = csv.DictReader((tmp_path / "out.csv").read_text("utf-8-sig").splitlines())
    for name, title in (("name", "品名"), ("msku", "MSKU"), ("sku", "SKU"), ("owner", "负责人")):
        assert row[name] == f"'{FORMULAS[title]}"
    assert (row["available"], row["expected"], row["store"]) == ("-5", "3", "LO-CA")
    again = csv_file(
        tmp_path,
        [["店铺", "SKU", "品名", "负责人", "可用量"], [row[n] for n in ("store", "sku", "name", "owner", "available")]],
        separator="\t",
    )
    code, (back,) = run(capsys, "erp", "read", again)
    assert code == 0
    assert [back[name] for name in ("sku", "name", "owner", "available")] == [
        "@SUM(A1)",
        FORMULAS["品名"],
        "+86 138",
        -5,
    ]


def test_a_missing_file_beside_others_is_a_line_of_its_own_or_the_commands(tmp_path, capsys):
    code, document = run(capsys, "erp", "inspect", tmp_path / "a.csv", tmp_path / "b.csv")
    assert (code, document["error"]["code"]) == (2, "C-002")


def test_a_message_is_bounded(tmp_path, capsys):
    rows = [["SKU", "可用量", "品名"], ["A", "9" * 5000, "x"], ["B", "灯" * 30_000, "x"]]
    _, (entry,) = run(capsys, "erp", "inspect", csv_file(tmp_path, rows))
    assert [problem["code"] for problem in entry["problems"]] == ["I-022", "I-022"]
    assert all(len(problem["message"]) + len(problem["value"]) < 1200 for problem in entry["problems"])
