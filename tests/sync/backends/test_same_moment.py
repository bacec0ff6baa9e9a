"""Somebody saves in the very moment of the replacement: what they saved is in the workbook or in a named backup."""

import errno
import hashlib
import os
import random
import subprocess
import sys
import tempfile
import textwrap
import time
from collections import Counter
from pathlib import Path

import pytest

from rules.errors import Busy, Error
from sheets_schema.grid.edits import CellEdit, Receipt
from sync.backends.workbook import backups, exchange, replace
from sync.backends.workbook.files import file_hash
from sync.backends.workbook.patcher import patch
from sync.backends.workbook.reader import open_workbook
from tests.sync.backends.packages import ROW, STRINGS, build, sheet

WAYS = {"in one step": exchange.swap, "in several": exchange.by_steps}


@pytest.fixture
def path(tmp_path):
    folder = tmp_path / "在用"
    folder.mkdir()
    return build(folder / "备货.xlsx", {"S": sheet(ROW)}, strings=STRINGS)


@pytest.fixture(params=WAYS)
def way(request):
    return WAYS[request.param]


def saved(path, text):
    """A person saves as Excel does: a new file, renamed over the old one."""
    other = path.with_name(f"~{text}.tmp")
    other.write_bytes(text.encode())
    other.replace(path)


def saved_in_place(path, text):
    path.write_bytes(text.encode())


def ours(target):
    target.write_bytes(b"ours")
    return Receipt(["S!A1"])


def go(path, way, before=(), after=(), *, keep=5):
    """A replacement; the steps of `before` and `after` happen around the first, second … change of places."""
    before, after = iter(before), iter(after)

    def hooked(mine, place):
        next(before, lambda: None)()
        answer = way(mine, place)
        next(after, lambda: None)()
        return answer

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(replace, "swap", hooked)
        return replace.replace(path, ours, expected_sha256=file_hash(path), keep_backups=keep)


def refused(path, way, *steps, **more):
    with pytest.raises(Busy) as caught:
        go(path, way, *steps, **more)
    return caught.value.code.id


def kept(path):
    """What the backups hold, by the kind that their names say."""
    folder = path.parent / backups.FOLDER
    found = {item: item.read_bytes() for item in folder.iterdir()} if folder.exists() else {}
    return {(".save" in item.name): data for item, data in found.items()}


def in_order(path):
    """Nothing hidden is left beside the workbook or among the backups."""
    hidden = [item.name for item in path.parent.rglob("*") if item.name.startswith(".") and item.is_file()]
    assert hidden == []


@pytest.mark.parametrize("save", [saved, saved_in_place])
def test_a_save_before_the_change_stays_in_its_place(path, way, save):
    assert refused(path, way, [lambda: save(path, "theirs")]) == "X-203"
    assert (path.read_bytes(), kept(path)) == (b"theirs", {})
    in_order(path)


def test_without_a_save_the_displaced_file_itself_is_the_backup(path, way):
    was = path.stat().st_ino
    path.chmod(0o600)
    done = go(path, way)
    assert (path.read_bytes(), done.version) == (b"ours", hashlib.sha256(b"ours").hexdigest())
    assert (Path(done.backup).stat().st_ino, Path(done.backup).stat().st_mode & 0o777) == (was, 0o600)
    in_order(path)


def test_a_save_after_the_change_is_a_save_like_any_other(path, way):
    before = path.read_bytes()
    done = go(path, way, after=[lambda: saved(path, "theirs")])
    assert (path.read_bytes(), Path(done.backup).read_bytes()) == (b"theirs", before)
    in_order(path)


def test_a_second_save_while_the_first_is_put_back(path, way):
    """The newest stands in its place; the one before was displaced by us, so it is named."""
    steps = [lambda: saved(path, "first"), lambda: saved(path, "second")]
    assert refused(path, way, steps) == "X-210"
    assert (path.read_bytes(), kept(path)) == (b"second", {True: b"first"})
    in_order(path)


def test_a_third_one(path, way):
    steps = [lambda: saved(path, "first"), lambda: saved(path, "second"), lambda: saved(path, "third")]
    assert refused(path, way, steps) == "X-210"
    held = {path.read_bytes(), *kept(path).values()}
    assert path.read_bytes() == b"third"
    assert held >= {b"third", b"second"}
    in_order(path)


def test_saves_without_end(path, way):
    steps = [lambda at=at: saved(path, f"save {at}") for at in range(replace.TRIES)]
    assert refused(path, way, steps) == "X-210"
    held = {path.read_bytes(), *(item.read_bytes() for item in (path.parent / backups.FOLDER).iterdir())}
    assert f"save {replace.TRIES - 1}".encode() in held
    assert b"ours" not in held
    in_order(path)


def test_a_workbook_that_vanishes(path, way):
    moved = path.with_name("moved.xlsx")
    assert refused(path, way, [lambda: path.rename(moved)]) == "X-020"
    assert (path.exists(), moved.exists()) == (False, True)
    in_order(path)


def test_it_vanishes_while_a_save_is_put_back(path, way):
    """As in the middle of a save that moves the file away first."""
    assert refused(path, way, [lambda: saved(path, "theirs"), path.unlink]) == "X-210"
    assert kept(path) == {True: b"theirs"}
    in_order(path)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who writes")
def test_a_program_that_is_in_the_middle_of_writing(path, way):
    before = path.read_bytes()
    with path.open("r+b") as file, pytest.raises(Busy, match="X-202"):
        go(path, way)
    file = None

    def opens():
        nonlocal file
        file = path.open("r+b")

    assert refused(path, way, [opens]) == "X-203"
    assert path.read_bytes() == before
    file.write(b"theirs")
    file.close()
    assert path.read_bytes().startswith(b"theirs")
    in_order(path)


def test_a_save_between_the_two_steps(path):
    """Where the former is moved aside first, the name is free for a moment."""
    real = exchange._put

    def put(source, place):
        saved(place, "theirs")
        real(source, place)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(exchange, "_put", put)
        assert refused(path, exchange.by_steps) == "X-203"
    assert (path.read_bytes(), kept(path)) == (b"theirs", {})
    in_order(path)


def test_a_disk_without_second_names(path, monkeypatch):
    monkeypatch.setattr(type(path), "hardlink_to", lambda *_: (_ for _ in ()).throw(OSError(errno.EPERM, "no links")))
    before = path.read_bytes()
    done = go(path, exchange.by_steps)
    assert (path.read_bytes(), Path(done.backup).read_bytes()) == (b"ours", before)
    in_order(path)


def test_a_disk_that_is_full_between_the_steps(path, monkeypatch):
    before = path.read_bytes()
    real = type(path).hardlink_to
    full = iter([OSError(errno.ENOSPC, "full")])

    def link(self, source):
        error = next(full, None)
        if error:
            raise error
        real(self, source)

    monkeypatch.setattr(type(path), "hardlink_to", link)
    with pytest.raises(Exception, match="X-207"):
        go(path, exchange.by_steps)
    assert path.read_bytes() == before
    in_order(path)


def test_which_way_a_disk_is_asked(path, tmp_path, monkeypatch):
    mine = tmp_path / "在用" / "mine"
    mine.write_bytes(b"mine")
    for number in (errno.EINVAL, errno.ENOSYS):
        monkeypatch.setattr(exchange, "_exchange", lambda *_, n=number: (_ for _ in ()).throw(OSError(n, "unknown")))
        before = path.read_bytes()
        assert exchange.swap(mine, path)
        assert (path.read_bytes(), mine.read_bytes()) == (b"mine", before)
        assert exchange.swap(mine, path)
    monkeypatch.setattr(exchange, "_exchange", lambda *_: (_ for _ in ()).throw(OSError(errno.EACCES, "no")))
    with pytest.raises(PermissionError):
        exchange.swap(mine, path)


class Kernel:
    """ReplaceFile of Windows: all of it, nothing of it, or all but the last step."""

    def __init__(self, code=0):
        self.code = code

    def __call__(self, place, mine, former):
        if self.code not in (0, 1177):
            return self.code
        Path(place).rename(former)
        if self.code == 0:
            Path(mine).rename(place)
        return self.code


@pytest.mark.parametrize(
    ("code", "number"), [(0, 0), (1177, errno.EIO), (2, errno.ENOENT), (32, errno.EACCES), (1176, errno.EIO)]
)
def test_the_call_of_windows(path, tmp_path, code, number):
    mine, before = path.with_name("mine"), path.read_bytes()
    mine.write_bytes(b"mine")
    if code == 0:
        assert exchange.by_replacing(mine, path, Kernel())
        assert (path.read_bytes(), mine.read_bytes()) == (b"mine", before)
    else:
        with pytest.raises(OSError, match=str(code)) as caught:
            exchange.by_replacing(mine, path, Kernel(code))
        assert (caught.value.errno, path.read_bytes(), mine.read_bytes()) == (number, before, b"mine")
    assert sorted(item.name for item in path.parent.iterdir()) == ["mine", "备货.xlsx"]


class Crash(BaseException):
    """The process ends here."""


def crashed(path, way, at, before=()):
    """A replacement that ends behind the first change of places, or in its middle; then the process is gone."""

    def crash():
        raise Crash

    steps = iter(before)

    def hooked(mine, place):
        next(steps, lambda: None)()
        if at == "middle":
            place.rename(exchange.former_of(mine))
            crash()
        way(mine, place)
        crash()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(replace, "swap", hooked)
        with pytest.raises(Crash):
            replace.replace(path, ours, expected_sha256=file_hash(path), keep_backups=5)
    for item in path.parent.iterdir():
        if item.name.startswith("."):
            item.rename(item.with_name(item.name.replace(f"-{os.getpid()}.", "-999999999.")))


def test_a_crash_behind_the_change_leaves_the_new_workbook_and_a_backup(path, way):
    before = path.read_bytes()
    crashed(path, way, "behind")
    assert replace.tidy(path) == []
    assert (path.read_bytes(), kept(path)) == (b"ours", {False: before})
    in_order(path)


def test_a_crash_between_the_steps_leaves_the_old_workbook(path):
    before = path.read_bytes()
    crashed(path, exchange.by_steps, "middle")
    assert not path.exists()
    assert replace.tidy(path) == []
    assert path.read_bytes() == before
    in_order(path)


def test_a_save_that_was_displaced_by_a_crash_goes_back_to_its_place(path, way):
    crashed(path, way, "behind", [lambda: saved(path, "theirs")])
    assert path.read_bytes() == b"ours"
    assert replace.tidy(path) == []
    assert path.read_bytes() == b"theirs"
    in_order(path)


def test_unless_somebody_saved_again_since(path, way):
    crashed(path, way, "behind", [lambda: saved(path, "theirs")])
    saved(path, "newer")
    (found,) = replace.tidy(path)
    assert (found.code.id, path.read_bytes(), kept(path)) == ("X-210", b"newer", {True: b"theirs"})
    assert found.facts["found"].exists()
    in_order(path)


def test_what_a_running_process_holds_is_left_alone(path, way):
    crashed(path, way, "behind")
    hidden = next(item for item in path.parent.iterdir() if item.name.startswith(".备货"))
    for process, host in ((os.getppid(), backups._host()), (999_999_999, "0123abcd")):
        held = hidden.with_name(hidden.name.replace("-999999999.", f"-{process}.").replace(backups._host(), host))
        hidden.rename(held)
        assert replace.tidy(path) == []
        assert held.exists()
        held.rename(hidden)


def test_another_thread_reads_the_workbook_meanwhile(path, way):
    """What this very process holds is no leftover to it."""
    found = []
    tidy = [lambda: found.extend(replace.tidy(path))]
    before = path.read_bytes()
    done = go(path, way, tidy, tidy)
    assert (path.read_bytes(), Path(done.backup).read_bytes(), found) == (b"ours", before, [])
    in_order(path)


PERSON = textwrap.dedent(
    """
    import ctypes, hashlib, os, random, sys, time
    path, log, seed, until = sys.argv[1], sys.argv[2], int(sys.argv[3]), time.time() + float(sys.argv[4])
    new, old = path + "~", path + "~old"
    choose, number, call = random.Random(seed), 0, ctypes.CDLL(None).renameat2

    def sha(data):
        return hashlib.sha256(data).hexdigest()

    def written(name, data):
        with open(name, "wb") as file:
            file.write(data)

    with open(log, "w") as file:
        while time.time() < until:
            time.sleep(choose.random() * 0.02)
            number += 1
            data = (b"PERSON %d " % number) * choose.choice((1, 50, 5000))
            over = ""
            way = choose.randrange(3)
            try:
                if way == 0:  # a new file over the old one, which is looked at afterwards
                    written(new, data)
                    if call(-100, os.fsencode(new), -100, os.fsencode(path), 2):
                        continue
                    over = sha(open(new, "rb").read())
                elif way == 1:  # into the file that is there
                    with open(path, "r+b") as there:
                        over = sha(there.read())
                        there.seek(0)
                        there.truncate(0)
                        for at in range(0, len(data), 4096):
                            there.write(data[at : at + 4096])
                else:  # the old one moved away first
                    written(new, data)
                    os.rename(path, old)
                    over = sha(open(old, "rb").read())
                    os.rename(new, path)
            except FileNotFoundError:
                continue
            print(sha(data), over, way, file=file, flush=True)
    """
)
"""Saves in three ways at random moments, and notes what it saved and what it saved over."""


@pytest.fixture
def quick_disk():
    """A folder in memory: forcing files to disk would leave no time for anything else."""
    memory = Path("/dev/shm")  # noqa: S108 - a private folder in it
    with tempfile.TemporaryDirectory(dir=memory if memory.exists() else None) as folder:
        yield Path(folder)


@pytest.mark.proof
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who writes")
@pytest.mark.parametrize("name", WAYS)
def test_a_real_process_that_saves_at_random(quick_disk, name):
    """Each save is found afterwards, in the workbook or a backup, or its own author saved over it."""
    path, log = quick_disk / "备货.xlsx", quick_disk / "log"
    path.write_bytes(b"begin")
    counts = Counter()
    words = [sys.executable, "-c", PERSON, str(path), str(log), str(random.randrange(10**6)), "60"]

    def slowly(mine, place):
        time.sleep(random.random() * 0.004)
        return WAYS[name](mine, place)

    with pytest.MonkeyPatch.context() as patched, subprocess.Popen(words) as person:
        patched.setattr(replace, "swap", slowly)
        while person.poll() is None:
            counts["asked"] += 1
            counts[replaced(path, b"OURS %d" % counts["asked"])] += 1
            time.sleep(random.random() * 0.004)
    folder, old = quick_disk / backups.FOLDER, path.with_name(path.name + "~old")
    held = {file_hash(item) for item in (path, old, *folder.iterdir()) if item.exists()}
    saves = [line.split() for line in log.read_text().splitlines()]
    own = {line[1] for line in saves}
    lost = [line for line in saves if line[0] not in held | own]
    sys.stdout.write(f"\n{name}: {len(saves)} saves, {dict(counts)}, {len(lost)} lost\n")
    assert counts["done"] > 50
    assert counts["X-203"] + counts["X-210"] > 50
    assert not lost


def replaced(path, data):
    """One replacement; answers what came of it. The person's file may be gone while it is looked at."""

    def new(target):
        target.write_bytes(data)
        return Receipt(["S!A1"])

    try:
        replace.replace(path, new, expected_sha256=file_hash(path), keep_backups=10**6)
    except Error as error:
        return error.code.id
    return "done"


def test_a_real_workbook_goes_the_whole_way(path):
    def change(target):
        return patch(path, target, edits=[CellEdit("S", 1, 0, 9, 1)])

    done = replace.replace(path, change, expected_sha256=file_hash(path), keep_backups=2)
    with open_workbook(path) as book:
        assert book.read("S").rows[0][0] == 9.0
    with open_workbook(done.backup) as book:
        assert book.read("S").rows[0][0] == 1.0
