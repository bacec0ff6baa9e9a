"""Real folders, real events: an eye sees what comes, survives a folder that is replaced, and hangs alone."""

import threading
import time
from functools import partial

import pytest

from sync.daemon import eyes
from sync.daemon.eyes import FolderEye, FolderEyes
from sync.daemon.remote import is_remote, kind_at
from sync.daemon.watch import marks_below
from sync.daemon.world import SystemClock

SECONDS = 60
"""What a busy machine may need; nothing waits so long where all is well."""


def until(true):
    end = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


@pytest.fixture
def opened():
    made = []

    def open_(folder, look=None, deep=True):
        woken = threading.Event()
        eye = FolderEye(folder, look or partial(marks_below, folder), deep=deep, settle=2.0, wake=woken.set)
        made.append(eye)
        return eye, woken

    yield open_
    for eye in made:
        eye.close()


def lies(eye):
    return {} if eye.seen() is None else eye.seen().marks


@pytest.mark.parametrize("told", [True, False], ids=["events", "polling"])
def test_what_comes_is_seen_and_wakes(tmp_path, opened, monkeypatch, told):
    if told:  # so that only the system's news can bring it
        monkeypatch.setattr(eyes, "SLOW_PACE", 10_000.0)
        monkeypatch.setattr(eyes, "AFTER_CHANGE", 0.2)
    else:
        monkeypatch.setattr(eyes, "PACE", 0.2)
        monkeypatch.setattr(eyes, "is_remote", lambda _: True)
    eye, woken = opened(tmp_path)
    until(lambda: eye.seen() is not None)
    if told:
        until(lambda: time.monotonic() - eye.seen().at > 1.0)  # settled: it looks no more by itself
        woken.clear()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "new.xlsx").write_bytes(b"1")
    until(lambda: str(tmp_path / "in" / "new.xlsx") in lies(eye))
    until(woken.is_set)
    assert eye.waits() < SECONDS


def test_a_folder_that_is_not_there_yet_or_is_replaced_is_watched_all_the_same(tmp_path, opened, monkeypatch):
    monkeypatch.setattr(eyes, "PACE", 0.2)
    monkeypatch.setattr(eyes, "SLOW_PACE", 0.5)
    folder = tmp_path / "inbox"
    eye, _ = opened(folder)
    until(lambda: eye.seen() is not None)
    folder.mkdir()
    (folder / "a").write_bytes(b"1")
    until(lambda: str(folder / "a") in lies(eye))
    folder.rename(tmp_path / "away")
    until(lambda: not lies(eye))
    folder.mkdir()
    (folder / "b").write_bytes(b"1")
    until(lambda: str(folder / "b") in lies(eye))


def test_a_folder_that_hangs_hangs_alone(tmp_path, opened):
    answers = threading.Event()

    def hang():
        answers.wait()
        return {"a": "1"}

    stuck, _ = opened(tmp_path / "far", hang)
    well, _ = opened(tmp_path)
    until(lambda: well.seen() is not None)
    assert stuck.seen() is None
    until(lambda: stuck.waits() > 0.1)
    answers.set()
    until(lambda: stuck.seen() is not None and stuck.waits() == 0.0)


def test_an_eye_that_is_closed_looks_no_more(tmp_path, opened, monkeypatch):
    monkeypatch.setattr(eyes, "AFTER_CHANGE", 0.05)
    names = {thread.name for thread in threading.enumerate()}
    eye, _ = opened(tmp_path)
    until(lambda: eye.seen() is not None)
    eye.close()
    until(lambda: {thread.name for thread in threading.enumerate()} <= names | {"config"})


def test_what_changes_wakes_the_clock(tmp_path):
    clock = SystemClock()
    eye = FolderEyes(clock, 2.0).open(tmp_path, partial(marks_below, tmp_path), deep=True)
    until(lambda: clock._woken)
    eye.close()


MOUNTS = [
    "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
    "30 22 0:40 / /mnt/nas rw shared:9 - cifs //nas/team rw",
    "31 22 0:41 / /mnt/nas/local\\040disk rw - ext4 /dev/sdb1 rw",
    "32 22 0:42 / /mnt/cloud rw master:1 - fuse.rclone cloud: rw",
    "garbage",
]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/x", "ext4"),
        ("/mnt/nas", "cifs"),
        ("/mnt/nas/导出/in", "cifs"),
        ("/mnt/nasty", "ext4"),
        ("/mnt/nas/local disk/x", "ext4"),
        ("/mnt/cloud/x", "fuse.rclone"),
    ],
)
def test_the_kind_of_disk_of_a_folder(path, kind):
    assert kind_at(path, MOUNTS) == kind


@pytest.mark.parametrize(("kind", "remote"), [("cifs", True), ("nfs4", True), ("fuse.rclone", True), ("ext4", False)])
def test_what_is_on_another_computer(tmp_path, monkeypatch, kind, remote):
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"1 0 8:1 / / rw - {kind} x rw\n", "utf-8")
    monkeypatch.setattr("sync.daemon.remote._MOUNTS", mounts)
    assert is_remote(tmp_path) is remote
    monkeypatch.setattr("sync.daemon.remote._MOUNTS", tmp_path / "none")
    assert is_remote(tmp_path) is False
