"""A broken edit leaves the last good configuration in force: where its copies are, since when they count."""

import os
import stat
import threading
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from rules.errors import Error
from rules.policy import kept
from rules.policy.kept import in_force, keep, kept_beside, kept_own
from rules.policy.loader import load, packaged_path, user_folder

GOOD = "site: {backups: 3}"
MOMENT = datetime(2026, 4, 27, 9, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def path(tmp_path):
    target = tmp_path / "config.yaml"
    target.write_text(GOOD, "utf-8")
    return target


def backups(config):
    return config.site.backups


def test_without_a_state_folder_the_user_keeps_it(path):
    assert in_force(path).problem is None
    assert kept_own(path).read_text() == GOOD
    assert kept_own(path).is_relative_to(user_folder())
    assert not kept_beside(path).parent.exists()
    path.write_text("site: [", "utf-8")
    config = in_force(path)
    assert backups(config) == 3
    assert (config.path, config.folder) == (path, path.parent)


def test_a_company_keeps_it_in_its_state_folder(path):
    kept_beside(path).parent.mkdir()
    in_force(path)
    assert kept_beside(path).read_text() == GOOD
    assert not kept_own(path).exists()
    path.write_text("site: {backups: 5}", "utf-8")
    assert backups(in_force(path)) == 5
    path.unlink()
    assert backups(in_force(path)) == 5


def test_the_companys_copy_goes_before_the_users_and_a_spoiled_one_is_passed_over(path):
    in_force(path)
    kept_beside(path).parent.mkdir()
    kept_beside(path).write_text("site: {backups: 7}", "utf-8")
    path.write_text("site: [", "utf-8")
    assert backups(in_force(path)) == 7
    kept_beside(path).write_text("site: [", "utf-8")
    assert backups(in_force(path)) == 3


def test_a_state_folder_that_can_not_keep_it_is_no_obstacle(path):
    kept_beside(path).mkdir(parents=True)
    assert in_force(path).problem is None
    assert kept_own(path).read_text() == GOOD
    assert list(kept_beside(path).parent.iterdir()) == [kept_beside(path)]


def test_copies_are_their_owners_only(path):
    in_force(path)
    assert stat.S_IMODE(kept_own(path).stat().st_mode) == 0o600
    assert stat.S_IMODE(kept_own(path).parent.stat().st_mode) == 0o700
    kept_beside(path).parent.mkdir()
    in_force(path)
    assert stat.S_IMODE(kept_beside(path).stat().st_mode) == 0o600


def test_it_says_what_is_wrong_and_since_when_the_copy_counts(path):
    path.write_text("site: {timezone: Asia/Shanghai}", "utf-8")
    in_force(path)
    os.utime(kept_own(path), (MOMENT.timestamp(), MOMENT.timestamp()))
    in_force(path)
    path.write_text("site:\n  timezon: x\n", "utf-8")
    problem = in_force(path).problem
    assert problem.code.id == "P-004"
    for lang, word in (("zh", "不认识这个键"), ("en", "unknown key")):
        line = problem.text(lang)
        assert "\n" not in line
        assert line.startswith(f"P-004 {path}")
        for piece in ("2026-04-27 09:12", "P-003", "site.timezon", word):
            assert piece in line


def test_a_first_broken_one_is_an_error(path):
    path.write_text("site: [", "utf-8")
    with pytest.raises(Error) as raised:
        in_force(path)
    assert raised.value.code.id == "P-002"
    assert not kept_own(path).exists()


def test_looking_keeps_nothing(path):
    in_force(path, keep_it=False)
    assert not kept_own(path).exists()


def test_the_shipped_one_needs_no_copy():
    in_force(packaged_path())
    assert not kept_own(packaged_path()).exists()


def test_two_configurations_are_kept_apart(path, tmp_path):
    other = tmp_path / "other" / "config.yaml"
    other.parent.mkdir()
    other.write_text("site: {backups: 9}", "utf-8")
    in_force(path), in_force(other)
    path.write_text("site: [", "utf-8")
    other.write_text("site: [", "utf-8")
    assert (backups(in_force(path)), backups(in_force(other))) == (3, 9)


def test_a_copy_is_whole_or_not_there(path, monkeypatch):
    in_force(path)

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(kept.Path, "replace", full)
        assert keep(b"site: {backups: 8}", kept_own(path)) is None
    names = [file.name for file in kept_own(path).parent.iterdir()]
    assert [name for name in names if name.startswith(kept_own(path).name)] == [kept_own(path).name]
    assert kept_own(path).read_text() == GOOD


def test_a_folder_that_hangs_is_not_waited_for(path, monkeypatch):
    in_force(path)
    hangs = threading.Event()
    read = kept.bytes_of
    monkeypatch.setattr(kept, "PATIENCE", 0.05)
    monkeypatch.setattr(kept, "bytes_of", lambda asked: hangs.wait() and b"" if asked == path else read(asked))
    config = in_force(path)
    assert backups(config) == 3
    assert "P-021" in config.problem.text()
    kept_own(path).unlink()
    with pytest.raises(Error) as raised:
        in_force(path)
    assert raised.value.code.id == "P-021"
    hangs.set()


def test_a_pipe_and_a_folder_are_no_configuration(path):
    path.unlink()
    os.mkfifo(path)
    for place in (path, path.parent):
        with pytest.raises(Error) as raised:
            load(place)
        assert raised.value.code.id == "P-001"
