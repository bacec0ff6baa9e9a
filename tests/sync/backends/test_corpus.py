"""Real workbooks of many programs: every one patched, and proven by other readers, or refused with its code."""

import re
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from openpyxl.utils import coordinate_to_tuple, get_column_letter

from rules.errors import Refused
from sheets_schema.grid.edits import CellEdit
from sync.backends.workbook.patcher import patch
from sync.backends.workbook.reader import open_workbook
from tests import long

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
FILES = sorted(CORPUS.glob("*.xl*"))
LOOKED_AT = FILES if long.IS_ASKED else FILES[::3]
pytestmark = pytest.mark.skipif(not FILES, reason=f"no corpus at {CORPUS}")

REFUSED = {"004_simple-cell-changes.xlsx": "X-009", "015_hello-world-signed.xlsx": "X-008"}
VALUES = ["新值 <&>", 3.5, True, None, 12]


def asked(path):
    """A few cells of each worksheet: filled ones, one beside, one far below."""
    edits = []
    with open_workbook(path) as book:
        for tab in book.tabs:
            if tab.kind != "worksheet":
                continue
            grid = book.read(tab.name)
            places = [
                (number, column)
                for number, row in zip(grid.numbers, grid.rows, strict=True)
                for column in range(len(row) + 1)
            ]
            chosen = {*places[:: max(1, len(places) // 6)], ((grid.numbers or [1])[-1] + 40, 2)}
            edits += [CellEdit(tab.name, *place, VALUES[at % 5]) for at, place in enumerate(sorted(chosen))]
    return edits


def cells(data):
    """Everything a sheet holds, by the standard parser: cells by address, and the rest as one text."""
    root = ElementTree.fromstring(data)  # noqa: S314 - files of the corpus
    space = root.tag[: root.tag.index("}") + 1]
    found, before = {}, 0
    for row in root.iter(f"{space}row"):
        before = int(row.get("r", before + 1))
        column = 0
        for cell in row.iter(f"{space}c"):
            address = cell.get("r")
            column = coordinate_to_tuple(address)[1] if address else column + 1
            found[f"{get_column_letter(column)}{before}"] = ElementTree.tostring(cell).strip()
    rest = root.find(f"{space}sheetData")
    heights = {tuple(item for item in row.items() if item[0] != "spans") for row in rest if len(row)}
    rest.clear()
    return found, heights, re.sub(rb'dimension ref="[^"]*"', b"", ElementTree.tostring(root))


def prove(path, target, edits, report):
    """Only asked cells differ; every other member is the same, packed bytes included."""
    changed = set(report.changed)
    with open_workbook(path) as book:
        parts = {tab.name: tab.part for tab in book.tabs}
    wanted = {}  # members may be named with backslashes
    for edit in edits:
        if edit.name in changed:
            wanted.setdefault(parts[edit.tab], {})[edit.name.rpartition("!")[2]] = edit.value
    free = {"xl/workbook.xml", "xl/calcChain.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"}
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target) as new:
        assert new.testzip() is None
        assert set(old.namelist()) - set(new.namelist()) <= {"xl/calcChain.xml"}
        for name in new.namelist():
            part = name.replace("\\", "/")
            if part in wanted:
                compare(old.read(name), new.read(name), wanted[part])
            elif part.startswith("xl/tables/"):
                assert untitled(old.read(name)) == untitled(new.read(name))
            elif part not in free:
                assert packed(old, path, name) == packed(new, target, name), name


def untitled(data):
    """A table without what follows its header cells."""
    root = ElementTree.fromstring(data)  # noqa: S314 - files of the corpus
    for node in root.iter():
        node.attrib.pop("name" if node.tag.endswith("tableColumn") else "", None)
    return ElementTree.tostring(root)


def packed(archive, path, name):
    item = archive.getinfo(name)
    with path.open("rb") as file:
        file.seek(item.header_offset + 26)
        skip = int.from_bytes(file.read(2), "little") + int.from_bytes(file.read(2), "little")
        file.seek(item.header_offset + 30 + skip)
        return file.read(item.compress_size)


def compare(before, after, wanted):
    old, old_heights, old_rest = cells(before)
    new, new_heights, new_rest = cells(after)
    assert old_rest == new_rest
    assert old_heights <= new_heights
    for address in old.keys() | new.keys():
        if address not in wanted:
            assert old.get(address) == new.get(address), address
            continue
        cell = ElementTree.fromstring(new[address]) if address in new else None  # noqa: S314 - files of the corpus
        value = wanted[address]
        texts = "".join(cell.itertext()) if cell is not None else ""
        kind = cell.get("t", "n") if cell is not None else "n"
        if value is None:
            assert texts == ""
        elif isinstance(value, bool):
            assert (kind, texts) == ("b", "1")
        elif isinstance(value, str):
            assert (kind, texts) == ("inlineStr", value)
        else:
            assert (kind, float(texts)) == ("n", value)


def test_corpus(tmp_path):
    table, refused, patched = [], {}, 0
    for path in LOOKED_AT:
        target = tmp_path / path.name
        try:
            edits = asked(path)
            report = patch(path, target, edits=edits, allow_locked=True)
        except Refused as error:
            table.append((path.name, error.code.id, "", ""))
            refused[path.name] = error.code.id
            continue
        prove(path, target, edits, report)
        patched += 1
        codes = sorted({refusal.code.id for refusal in report.refused})
        table.append(
            (path.name, "patched", len(report.changed), f"{len(report.refused)} {' '.join(codes)}" if codes else "0")
        )
    lines = ["", *("{:50} {:8} {!s:>6} {}".format(*row) for row in table), f"{patched} of {len(LOOKED_AT)} patched", ""]
    sys.stdout.write("\n".join(lines))
    assert refused.items() <= REFUSED.items()
    assert patched == len(LOOKED_AT) - len(refused)
    assert not [name for name in refused if (tmp_path / name).exists()]


def test_locked_cells_are_refused_by_default(tmp_path):
    path = next((item for item in FILES if "protect05" in item.name), None)
    if path is None:
        pytest.skip("no protected workbook in the corpus")
    report = patch(path, tmp_path / "o.xlsx", edits=asked(path))
    assert {refusal.code.id for refusal in report.refused} == {"X-105"}
