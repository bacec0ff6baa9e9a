"""The VBA project as others read it: olefile the compound file, olevba the modules."""

import io

import olefile
import pytest
from oletools.olevba import VBA_Parser

from macros.vba.compound_file import compound_file
from macros.vba.project import Kind, Module, vba_project

BODY = "Option Explicit\nPublic Function Twice(ByVal x As Variant) As Variant\n    Twice = 2 * x\nEnd Function"


def opened(content):
    return olefile.OleFileIO(io.BytesIO(content), raise_defects=olefile.DEFECT_POTENTIAL)


def modules(count):
    return [
        Module("ThisWorkbook", Kind.WORKBOOK, ""),
        Module("Sheet1", Kind.SHEET, ""),
        Module("Watcher", Kind.CLASS, "Public Level As Long"),
        *(Module(f"Part{number}", Kind.PROCEDURES, BODY * (number + 1)) for number in range(count)),
    ]


@pytest.mark.parametrize("count", [0, 1, 2, 5, 20])
def test_modules_come_back_as_written(count, tmp_path):
    path = tmp_path / "vbaProject.bin"
    path.write_bytes(vba_project("quanliucheng", modules(count)))
    found = {name.split(".")[0]: source for _, _, name, source in VBA_Parser(str(path)).extract_macros()}
    assert found == {module.name: module.source for module in modules(count)}


def test_long_modules_come_back(tmp_path):
    long = Module("Long", Kind.PROCEDURES, "\n".join(f"' line {number} of a long module" for number in range(5000)))
    path = tmp_path / "vbaProject.bin"
    path.write_bytes(vba_project("quanliucheng", [*modules(1), long]))
    assert long.source in [source for *_, source in VBA_Parser(str(path)).extract_macros()]


def test_the_project_names_its_parts():
    text = opened(vba_project("quanliucheng", modules(1))).openstream("PROJECT").read().decode("ascii")
    lines = text.split("\r\n")
    assert lines[1:6] == [
        "Document=ThisWorkbook/&H00000000",
        "Document=Sheet1/&H00000000",
        "Class=Watcher",
        "Module=Part0",
        'Name="quanliucheng"',
    ]
    identity = lines[0][4:-1]
    fields = {line.split("=")[0]: line.split("=")[1].strip('"') for line in lines if line[:2] in ("CM", "DP", "GC")}
    assert [unveiled(fields[name], identity) for name in ("CMG", "DPB", "GC")] == [bytes(4), bytes(1), b"\xff"]


def test_the_fields_of_a_project_that_excel_saved_are_read_the_same_way():
    """shared/corpus 005_aaa.xlsm: checks the reading below, and so the writing."""
    identity = "{22D41840-FE1F-4671-BBF9-C093097679A0}"
    assert unveiled("E5E7274CE935ED35ED35ED35ED", identity) == bytes(4)
    assert unveiled("AFAD6D8AB78A9D8B9D8B62", identity) == b"\xff"


def unveiled(text, identity):
    """A protection field of PROJECT, read back ([MS-OVBA] 2.4.3.3)."""
    seed, version, key, *rest = bytes.fromhex(text)
    assert version ^ seed == 2
    assert key ^ seed == sum(identity.encode()) & 0xFF
    plain, before, last = key ^ seed, version, key
    data = []
    for byte in rest:
        plain = byte ^ (before + plain & 0xFF)
        before, last = last, byte
        data.append(plain)
    data = bytes(data[(seed & 6) // 2 :])
    assert int.from_bytes(data[:4], "little") == len(data) - 4
    return data[4:]


@pytest.mark.parametrize("name", ["", "1st", "with blank", "名", "x" * 32])
def test_names_that_vba_refuses(name):
    with pytest.raises(ValueError, match="not a module's name"):
        Module(name, Kind.PROCEDURES, "")


def test_text_that_is_not_ascii_is_refused():
    with pytest.raises(ValueError, match="line 2"):
        Module("M", Kind.PROCEDURES, "Option Explicit\n' 中文")


def test_one_name_twice_is_refused():
    with pytest.raises(ValueError, match="one name"):
        vba_project("p", [Module("a", Kind.PROCEDURES, ""), Module("A", Kind.PROCEDURES, "")])


@pytest.mark.parametrize("sizes", [[0], [1], [63, 64, 65], [4095], [4096], [4097, 10, 512, 513], [70_000, 0, 1]])
def test_streams_of_any_size_come_back(sizes):
    streams = {f"s{number}": bytes([number + 1]) * size for number, size in enumerate(sizes)}
    found = opened(compound_file({"outer": streams, "top": b"x"}))
    assert not found.parsing_issues
    assert {name: found.openstream(["outer", name]).read() for name in streams} == streams
    assert found.openstream("top").read() == b"x"


@pytest.mark.parametrize("count", [1, 2, 3, 4, 6, 7, 8, 30, 100])
def test_every_name_is_found_in_the_tree_and_the_tree_is_red_and_black(count):
    names = [f"{'x' * (number % 5)}{number}" for number in range(count)]
    found = opened(compound_file({name: name.encode() for name in names}))
    root = found.root
    assert sorted(entry.name for entry in root.kids) == sorted(names)

    def blacks(sid, above_red):
        """Black nodes down each way, the same for all; no red under a red."""
        if sid == olefile.NOSTREAM:
            return 0
        entry = found.direntries[sid]
        red = entry.color == 0
        assert not (red and above_red)
        for child, smaller in ((entry.sid_left, True), (entry.sid_right, False)):
            if child != olefile.NOSTREAM:
                other = found.direntries[child].name
                assert ((len(other), other.upper()) < (len(entry.name), entry.name.upper())) is smaller
        left, right = blacks(entry.sid_left, red), blacks(entry.sid_right, red)
        assert left == right
        return left + (not red)

    blacks(root.sid_child, True)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="too long"):
        compound_file({"x" * 32: b""})
    with pytest.raises(ValueError, match="too large"):
        compound_file({"x": bytes(8_000_000)})
