"""Workbooks where no workbook should be, and disks that refuse: a code, nothing half-written, nothing left over."""

import errno
import json
import os
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from addin.hosts.headless import compute
from console.commands.merge import read_table
from rules.errors import Busy, Error
from rules.policy.loader import packaged
from rules.policy.site import AnyWorkbook
from sheets_schema.grid.edits import CellEdit
from sync.backends.file import FileStore
from sync.backends.workbook import archive_writer, backups, replace
from sync.backends.workbook.files import file_error, file_hash
from sync.backends.workbook.patcher import patch
from sync.backends.workbook.reader import open_workbook
from sync.backends.workbook.replace import write_new
from sync.round.books import read_book
from tests.sync.backends.packages import ROW, STRINGS, build, sheet

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes, links and errors of other systems")


@pytest.fixture(autouse=True)
def impatient():
    """Whoever waits for a pipe is interrupted."""

    def late(*_):
        raise TimeoutError("waits")

    signal.signal(signal.SIGALRM, late)
    signal.alarm(20)
    yield
    signal.alarm(0)


@pytest.fixture
def path(tmp_path):
    folder = tmp_path / "在用"
    folder.mkdir()
    return build(folder / "备货.xlsx", {"S": sheet(ROW)}, strings=STRINGS)


def change(path, value=9):
    return lambda target: patch(path, target, edits=[CellEdit("S", 1, 0, value)])


def go(path, *, keep=2, **more):
    return replace.replace(path, change(path), expected_sha256=file_hash(path), keep_backups=keep, **more)


def code_of(call):
    with pytest.raises(Error) as caught:
        call()
    assert caught.value.file
    assert caught.value.text("zh") != caught.value.text("en")
    return caught.value.code.id


def folder(path):
    path.mkdir()


def loop(path):
    path.symlink_to(path.with_name("other"))
    path.with_name("other").symlink_to(path)


def bound(path):
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(path.parent)  # a socket's name is short
        server.bind(path.name)


PLACES = {
    "nothing": (lambda path: None, "X-020"),
    "a folder": (folder, "X-018"),
    "a pipe": (os.mkfifo, "X-018"),
    "a device": (lambda path: path.symlink_to("/dev/zero"), "X-018"),
    "a socket": (bound, "X-018"),
    "links in a circle": (loop, "X-018"),
    "a link to nothing": (lambda path: path.symlink_to("nowhere.xlsx"), "X-020"),
}


def readers(path):
    config = packaged()
    configured = AnyWorkbook(name="全流程数据", path=str(path), tabs={})
    return {
        "open": lambda: open_workbook(path),
        "check": lambda: FileStore(path).tabs(),
        "patch": lambda: patch(path, path.with_name("o.xlsx"), edits=[CellEdit("S", 1, 0, 1)]),
        "replace": lambda: replace.replace(path, change(path), expected_sha256="", keep_backups=1),
        "compute": lambda: compute(path, config.rules, __import__("datetime").date(2025, 4, 1)),
        "merge": lambda: read_table(path),
        "sync": lambda: read_book(config, configured),
        "hash": lambda: file_hash(path),
    }


@pytest.mark.parametrize("name", PLACES)
def test_what_is_no_workbook_file_is_refused_by_all_alike(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    make, code = PLACES[name]
    path = tmp_path / "w.xlsx"
    make(path)
    found = {reader: code_of(read) for reader, read in readers(path).items()}
    missing = {"sync": "X-090"} if name == "nothing" else {}
    assert found == dict.fromkeys(found, code) | missing
    assert {item.name for item in tmp_path.iterdir()} <= {"w.xlsx", "other"}


@pytest.mark.parametrize("name", ["x" * 300 + ".xlsx", "备" * 90 + ".xlsx"])
def test_a_path_that_no_disk_can_hold(tmp_path, name):
    path = tmp_path / name
    found = {reader: code_of(read) for reader, read in readers(path).items()}
    assert set(found.values()) == {"X-018"}


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.EACCES, "X-019"),
        (errno.EPERM, "X-019"),
        (errno.EIO, "X-022"),
        (errno.ESTALE, "X-022"),
        (errno.ENOENT, "X-020"),
        (errno.EISDIR, "X-018"),
        (errno.ELOOP, "X-018"),
        (errno.ENAMETOOLONG, "X-018"),
        (errno.ENOSPC, "X-207"),
        (errno.EDQUOT, "X-207"),
        (errno.EROFS, "X-208"),
    ],
)
def test_what_the_system_says_has_a_code(path, number, code):
    error = file_error(path, OSError(number, os.strerror(number), str(path)))
    assert (error.code.id, error.exit_code, error.file) == (code, 2, str(path))


def test_a_file_that_may_not_be_read(path, monkeypatch):
    """Mode 000 of somebody else's file, as anybody but root sees it."""
    real = Path.open

    def refused(self, *words, **more):
        if self.name == path.name:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))
        return real(self, *words, **more)

    monkeypatch.setattr(Path, "open", refused)
    found = {reader: code_of(read) for reader, read in readers(path).items()}
    assert set(found.values()) == {"X-019"}


NAMES = {
    "as long as a name can be": "备" * 83 + ".xlsx",
    "control characters": "a\x1b[31m\n红.xlsx",
    "bytes that are no text": "a\udcff\udcfe.xlsx",
    "spaces and signs": " 备货 (1)'\"&$`\\.xlsx",
    "invisible": "备\u200e\u202e货.xlsx",
    "a suffix of its own": "备货.x\x07ls",
}


@pytest.mark.parametrize("name", NAMES)
def test_names_that_make_trouble_elsewhere(path, name):
    """The workbook is replaced as ever; the names that we make hold nothing that a terminal or database can't."""
    moved = path.rename(path.with_name(NAMES[name]))
    before = moved.read_bytes()
    for _ in range(3):
        done = go(moved)
        kept = sorted((moved.parent / backups.FOLDER).iterdir())
        assert Path(done.backup) in kept
    assert len(kept) == 2
    assert before not in [item.read_bytes() for item in kept]
    for item in kept:
        assert item.name.isprintable()
        json.loads(json.dumps(str(item)).encode())
        sqlite3.connect(":memory:").execute("select ?", [item.name])
    assert [item.name for item in moved.parent.iterdir() if item.name.startswith(".")] == [backups.FOLDER]


def test_two_names_that_look_alike_keep_their_own_backups(path):
    one, two = (path.with_name(f"a{mark}.xlsx") for mark in "\x01\x02")
    shutil.copyfile(path, one)
    shutil.copyfile(path, two)
    assert Path(go(one, keep=1).backup).exists()
    assert Path(go(two, keep=1).backup).exists()
    assert len(list((path.parent / backups.FOLDER).iterdir())) == 2


def untouched(path, before):
    assert path.read_bytes() == before
    assert [item.name for item in path.parent.rglob("*") if item.is_file()] == [path.name]


def raising(number):
    def fail(*_, **__):
        raise OSError(number, os.strerror(number))

    return fail


STEPS = {
    "while it is written": (archive_writer, "write", errno.ENOSPC, "X-207"),
    "a quota while it is written": (archive_writer, "write", errno.EDQUOT, "X-207"),
    "while it is forced to disk": (replace, "force", errno.ENOSPC, "X-207"),
    "while it is given its owner": (replace, "same_owner", errno.EIO, "X-022"),
    "while a backup is made": (shutil, "copyfile", errno.ENOSPC, "X-209"),
    "while a backup is forced to disk": (backups, "force", errno.EIO, "X-209"),
    "where no file can be made": (os, "open", errno.EROFS, "X-208"),
    "in a folder of somebody else": (os, "open", errno.EACCES, "X-208"),
    "at the last step": (replace, "swap", errno.EACCES, "X-019"),
    "at the last step, on a full disk": (replace, "swap", errno.ENOSPC, "X-207"),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_disk_that_refuses_leaves_all_as_it_was(path, monkeypatch, name):
    holder, function, number, code = STEPS[name]
    before, sha = path.read_bytes(), file_hash(path)
    with monkeypatch.context() as patched:
        patched.setattr(holder, function, raising(number))
        found = code_of(lambda: replace.replace(path, change(path), expected_sha256=sha, keep_backups=2))
    assert found == code
    untouched(path, before)
    assert go(path).changed


def test_a_backup_folder_that_is_none(path, tmp_path):
    before = path.read_bytes()
    for number, place in enumerate((tmp_path / "file", tmp_path / "file" / "below", Path("/proc/nowhere"))):
        if number == 0:
            place.write_bytes(b"")
        assert code_of(lambda place=place: go(path, backup_dir=place)) == "X-209"
        untouched(path, before)
    assert go(path, keep=0, backup_dir=tmp_path / "file").backup is None


def test_a_backup_folder_on_another_disk(path):
    memory = Path("/dev/shm")  # noqa: S108 - a private folder in it
    if not memory.exists() or memory.stat().st_dev == path.stat().st_dev:
        pytest.skip("one disk only")
    other = memory / f"qlc-test-{os.getpid()}"
    try:
        path.chmod(0o600)
        before = path.read_bytes()
        done = go(path, backup_dir=other)
        assert (Path(done.backup).parent, Path(done.backup).read_bytes()) == (other, before)
        assert ".save" not in Path(done.backup).name
        assert Path(done.backup).stat().st_mode & 0o777 == 0o600
        assert [item.name for item in path.parent.iterdir()] == [path.name]
    finally:
        shutil.rmtree(other, ignore_errors=True)


def test_a_copy_is_private_from_its_first_byte(path, monkeypatch):
    """Of a workbook that only its owner may read, backup and new file are never readable by others."""
    path.chmod(0o600)
    seen = []
    real = shutil.copyfile

    def watched(source, target):
        seen.append(Path(target).stat().st_mode & 0o777)
        answer = real(source, target)
        seen.append(Path(target).stat().st_mode & 0o777)
        return answer

    def build_it(target):
        seen.append(target.stat().st_mode & 0o777)
        return change(path)(target)

    monkeypatch.setattr(shutil, "copyfile", watched)
    done = replace.replace(path, build_it, expected_sha256=file_hash(path), keep_backups=1)
    assert set(seen) == {0o600}
    assert {item.stat().st_mode & 0o777 for item in (path, Path(done.backup))} == {0o600}
    out = path.with_name("copy.xlsx")
    write_new(out, change(path), like=path)
    assert out.stat().st_mode & 0o777 == 0o600


def test_a_file_that_goes_while_it_is_replaced(path):
    sha, before = file_hash(path), path.read_bytes()

    def gone(target):
        report = change(path)(target)
        path.unlink()
        return report

    with pytest.raises(Busy, match="X-020"):
        replace.replace(path, gone, expected_sha256=sha, keep_backups=1)
    assert [item.name for item in path.parent.iterdir()] == []
    path.write_bytes(before)
    assert go(path).changed


LIMITED = (
    "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    "resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600)); from console.cli import main; sys.exit(main())"
)


def test_a_real_limit_of_the_system(path):
    """A file that may not grow beyond 600 bytes, as on a full disk: a code, the exit code, nothing left."""
    assert path.stat().st_size > 600
    before = path.read_bytes()
    out = path.with_name("o.xlsx")
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, "patch", str(path), "--set", "S!A1=5", "--out", str(out), "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (json.loads(done.stdout)["error"]["code"], done.returncode) == ("X-207", 2)
    assert "Traceback" not in done.stderr
    untouched(path, before)
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 600
