"""A crash at any step leaves the workbook as it was; nobody's open or newer copy is overwritten."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rules.errors import Busy, Error, Refused
from sheets_schema.grid.edits import CellEdit, Receipt
from sync.backends.workbook import archive_writer, cellxml, replace, sheet_patch
from sync.backends.workbook.patcher import patch
from sync.backends.workbook.reader import open_workbook
from sync.backends.workbook.replace import file_hash, write_new
from tests.sync.backends.packages import ROW, STRINGS, build, sheet


@pytest.fixture
def path(tmp_path):
    folder = tmp_path / "在用"
    folder.mkdir()
    return build(folder / "备货.xlsx", {"S": sheet(ROW)}, strings=STRINGS)


def change(path, value=9, expect=1):
    return lambda target: patch(path, target, edits=[CellEdit("S", 1, 0, value, expect)])


def go(path, *, sha=None, keep=2, build_with=None, **more):
    return replace.replace(
        path, build_with or change(path), expected_sha256=sha or file_hash(path), keep_backups=keep, **more
    )


def first(path):
    with open_workbook(path) as book:
        return book.read("S").rows[0][0]


def debris(path):
    return [item for item in path.parent.rglob("*") if ".qlc-tmp" in item.name or ".qlc-swap" in item.name]


def test_replaces_and_keeps_backups(path):
    path.chmod(0o640)
    before = path.read_bytes()
    done = go(path)
    assert first(path) == 9.0
    assert done.version == file_hash(path)
    assert Path(done.backup).read_bytes() == before
    assert path.stat().st_mode & 0o777 == 0o640
    for value in (10, 11, 12):
        go(path, build_with=change(path, value, value - 1))
    kept = sorted((path.parent / replace.BACKUPS).iterdir())
    assert [first(item) for item in kept] == [10.0, 11.0]
    assert go(path, keep=0, build_with=change(path, 13, 12)).backup is None
    assert not debris(path)


def test_nothing_written_nothing_replaced(path):
    before = path.stat()
    done = go(path, build_with=change(path, 9, "another"))
    assert [item.code.id for item in done.refused] == ["X-109"]
    assert (done.backup, path.stat().st_ino, path.stat().st_mtime_ns) == (None, before.st_ino, before.st_mtime_ns)
    assert not debris(path)


def test_a_link_stays_and_its_target_is_replaced(path, tmp_path):
    link = tmp_path / "link.xlsx"
    link.symlink_to(path)
    go(link, build_with=change(link))
    assert link.is_symlink()
    assert first(path) == 9.0


@pytest.mark.parametrize("name", ["~$备货.xlsx", ".~lock.备货.xlsx#"])
def test_open_elsewhere_is_busy(path, name):
    (path.parent / name).touch()
    before = path.read_bytes()
    with pytest.raises(Busy) as caught:
        go(path)
    assert (caught.value.code.id, caught.value.exit_code, path.read_bytes()) == ("X-202", 4, before)


@pytest.mark.skipif(sys.platform == "win32", reason="file locks of other systems")
def test_a_locked_file_is_busy(path):
    code = "import fcntl,sys; f=open(sys.argv[1],'r+b'); fcntl.lockf(f, fcntl.LOCK_EX); print('ready', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        other.stdout.readline()
        with pytest.raises(Busy) as caught:
            go(path)
        other.stdin.close()
    assert caught.value.code.id == "X-202"


def test_changed_since_read_is_busy(path):
    sha = file_hash(path)
    go(path)
    with pytest.raises(Busy) as caught:
        go(path, sha=sha)
    assert caught.value.code.id == "X-203"


def test_saved_by_somebody_while_we_patched(path):
    other = path.parent / "other.xlsx"
    patch(path, other, edits=[CellEdit("S", 1, 0, "theirs")])

    def slow(target):
        report = change(path)(target)
        shutil.copyfile(other, path)
        return report

    with pytest.raises(Busy) as caught:
        go(path, build_with=slow)
    assert (caught.value.code.id, first(path)) == ("X-203", "theirs")
    assert not debris(path)


class Crash(BaseException):
    """Power failure: nothing after it runs, clean-up included."""


STEPS = ["write", "verify", "owner", "force", "backup", "rename"]


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_at_any_step_leaves_the_original(path, monkeypatch, step):
    before = path.read_bytes()

    def crash(*_, **__):
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", lambda *_, **__: None)  # a dead process clears nothing
        if step == "write":
            patched.setattr(archive_writer, "_end", crash)
        elif step == "verify":
            patched.setattr("sync.backends.workbook.patcher.verify", crash)
        elif step == "owner":
            patched.setattr(replace, "same_owner", crash)
        elif step == "force":
            patched.setattr(os, "fsync", crash)
        elif step == "backup":
            patched.setattr(shutil, "copyfile", crash)
        else:
            patched.setattr(replace, "swap", crash)
        with pytest.raises(Crash):
            go(path)
    assert path.read_bytes() == before
    left = debris(path)
    assert left
    for item in left:
        item.rename(item.with_name(item.name.replace(str(os.getpid()), "999999999")))
    go(path)
    assert first(path) == 9.0
    assert not [item for item in debris(path) if item.parent == path.parent]


@pytest.mark.parametrize("wrong", [b"<v>8</v>", b"<v>9</v><!-- -->", b""])
def test_what_is_not_as_asked_is_not_let_through(path, monkeypatch, wrong):
    monkeypatch.setattr(sheet_patch, "content", lambda *_: cellxml.Content("", wrong))
    before = path.read_bytes()
    if wrong.startswith(b"<v>9"):
        assert go(path).changed
        return
    with pytest.raises(Refused) as caught:
        go(path)
    assert caught.value.code.id == "X-201"
    assert path.read_bytes() == before
    assert not debris(path)


def test_damage_elsewhere_is_not_let_through(path, monkeypatch):
    real = sheet_patch.SheetPatch._splice_row

    def clumsy(self, row, cells):
        real(self, row, cells)
        self.splices.append((row.closing, row.closing, b'<c r="Z1"/>'))

    monkeypatch.setattr(sheet_patch.SheetPatch, "_splice_row", clumsy)
    with pytest.raises(Refused) as caught:
        go(path)
    assert caught.value.code.id == "X-201"


def test_write_new_is_whole_or_nothing(tmp_path):
    target = tmp_path / "新.xlsx"

    def half(temporary):
        temporary.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "disk full")

    with pytest.raises(Error, match="X-207"):
        write_new(target, half)
    assert not list(tmp_path.iterdir())
    write_new(target, lambda temporary: Receipt())
    assert not target.exists()
