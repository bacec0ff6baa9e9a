"""A host that runs all day reads config.yaml again when it changes, and keeps the last good one."""

import os

import pytest

from addin.hosts.live_policy import LivePolicy
from rules.errors import Error
from rules.policy.loader import kept_copy, packaged_path


class Clock:
    """Seconds that pass when told to."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def path(tmp_path):
    target = tmp_path / "config.yaml"
    target.write_bytes(packaged_path().read_bytes())
    return target


def edit(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + 1_000_000))


def test_an_edit_counts_after_a_second(path):
    clock = Clock()
    live = LivePolicy(path, clock)
    first = live.config()
    edit(path, "\nrules:", "\n# edited\nrules:")
    clock.now += 0.9
    assert live.config() is first
    clock.now += 0.2
    assert live.config().sha256 != first.sha256
    assert live.problem is None


def test_an_unchanged_file_is_not_read_again(path):
    clock = Clock()
    live = LivePolicy(path, clock)
    first = live.config()
    clock.now += 60
    assert live.config() is first


def test_a_broken_edit_keeps_the_last_good_and_says_why(path):
    clock = Clock()
    live = LivePolicy(path, clock)
    first = live.config()
    edit(path, "\nrules:", "\nrules: [")
    clock.now += 2
    assert live.config() is first
    assert live.problem.code.id == "P-004"
    assert str(path) in live.problem.text()
    edit(path, "\nrules: [", "\nrules:")
    clock.now += 2
    assert live.config().sha256 == first.sha256
    assert live.problem is None


def test_a_file_that_vanishes_keeps_the_last_good(path):
    clock = Clock()
    live = LivePolicy(path, clock)
    first = live.config()
    path.unlink()
    clock.now += 2
    assert live.config() is first
    assert live.problem.code.id == "P-004"


def test_a_broken_file_at_the_start_uses_the_kept_copy(path):
    keep = kept_copy(path)
    keep.parent.mkdir()
    keep.write_bytes(path.read_bytes())
    path.write_text("rules: [", "utf-8")
    live = LivePolicy(path)
    assert live.config().rules is not None
    assert live.problem.code.id == "P-004"


def test_without_any_good_one_the_mistake_is_raised(path):
    path.write_text("rules: [", "utf-8")
    with pytest.raises(Error) as raised:
        LivePolicy(path).config()
    assert raised.value.code.id == "P-002"


def test_today_is_a_day_of_the_configured_zone(path):
    assert LivePolicy(path).today().year >= 2025
