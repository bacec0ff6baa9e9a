"""A host that runs all day reads config.yaml again when it changes, and keeps the last good one."""

import os
import threading

import pytest

from addin.hosts import live_policy
from addin.hosts.live_policy import FIRST_PATIENCE, PATIENCE, LivePolicy
from rules.errors import Error
from rules.policy.kept import Beside, kept_beside, kept_own
from rules.policy.loader import packaged_path


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
    assert live.config().rules is first.rules
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
    assert live.config().rules is first.rules
    assert live.problem.code.id == "P-004"


@pytest.mark.parametrize("place", [kept_own, kept_beside])
def test_a_broken_file_at_the_start_uses_the_kept_copy(path, place):
    keep = place(path)
    keep.parent.mkdir(parents=True, exist_ok=True)
    keep.write_bytes(path.read_bytes())
    path.write_text("rules: [", "utf-8")
    live = LivePolicy(path)
    assert live.config().rules is not None
    assert live.problem.code.id == "P-004"


def test_a_good_file_is_kept_on_this_computer_for_the_next_start(path):
    LivePolicy(path).config()
    assert kept_own(path).read_bytes() == path.read_bytes()
    assert not kept_beside(path).exists()
    path.unlink()
    assert LivePolicy(path).config().rules is not None


def test_the_next_start_takes_a_changed_file_and_refuses_a_broken_one(path):
    first = LivePolicy(path).config()
    edit(path, "\nrules:", "\n# edited\nrules:")
    second = LivePolicy(path).config()
    assert second.sha256 != first.sha256
    edit(path, "\nrules:", "\nrules: [")
    third = LivePolicy(path).config()
    assert third.sha256 == second.sha256
    assert "P-002" in third.problem.text()


def test_a_file_replaced_by_one_of_its_time_and_size_counts_within_a_minute(path):
    clock = Clock()
    live = LivePolicy(path, clock)
    first = live.config()
    old = path.stat()
    path.write_bytes(path.read_bytes().replace(b"# Never a secret", b"# Never a sekret", 1))
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))
    assert path.stat().st_size == old.st_size
    clock.now += 59
    assert live.config() is first
    clock.now += 2
    assert live.config().sha256 != first.sha256


def test_a_touched_file_is_the_same_configuration(path):
    clock = Clock()
    live = LivePolicy(path, clock)
    first = live.config()
    os.utime(path, ns=(0, 0))
    clock.now += 2
    assert live.config() is first


def test_the_same_problem_is_the_same_configuration(path):
    """Answers that rest on a configuration are kept while it is the same object."""
    clock = Clock()
    live = LivePolicy(path, clock)
    live.config()
    path.unlink()
    clock.now += 2
    second = live.config()
    clock.now += 2
    assert live.config() is second
    path.write_bytes(packaged_path().read_bytes())
    clock.now += 2
    assert live.config().problem is None


class Share:
    """A shared folder that can hang: whoever reads from it waits until it is back.

    `waited` are the seconds that callers were ready to wait for it; while it hangs none of them passes, and once it
    is back every look at it ends, however busy the machine is.
    """

    def __init__(self, monkeypatch):
        self.back = threading.Event()
        self.back.set()
        self.asked, self.waited = 0, []
        share, stamp_of = self, live_policy.stamp_of

        def waits(path):
            self.asked += 1
            self.back.wait()
            return stamp_of(path)

        class Look(Beside):
            def is_done(self, seconds):
                if seconds:
                    share.waited.append(seconds)
                return super().is_done(60 if share.back.is_set() else 0)

        monkeypatch.setattr(live_policy, "stamp_of", waits)
        monkeypatch.setattr(live_policy, "Beside", Look)


@pytest.fixture
def share(monkeypatch):
    found = Share(monkeypatch)
    yield found
    found.back.set()


def test_a_share_that_hangs_is_waited_for_once(path, share):
    clock = Clock()
    live = LivePolicy(path, clock)
    first = live.config()
    share.back.clear()
    clock.now += 2
    late = live.config()
    assert late.sha256 == first.sha256
    assert "P-021" in late.problem.text()
    for _ in range(50):
        clock.now += 2
        assert live.config() is late
    assert share.waited == [FIRST_PATIENCE, PATIENCE]
    assert share.asked == 2
    edit(path, "\nrules:", "\n# edited\nrules:")
    share.back.set()
    taken = until(live, clock, lambda config: config.problem is None)
    assert taken.sha256 != first.sha256


def test_a_share_that_fails_late_again_and_again_is_waited_for_once(path, share):
    clock = Clock()
    live = LivePolicy(path, clock)
    live.config()
    path.unlink()
    for _ in range(3):
        share.back.clear()
        clock.now += 2
        live.config()
        assert share.waited == [FIRST_PATIENCE, PATIENCE]
        share.back.set()
        live.config()
        assert "P-001" in live.problem.text()
    path.write_bytes(packaged_path().read_bytes())
    until(live, clock, lambda config: config.problem is None)
    share.back.clear()
    clock.now += 2
    live.config()
    assert share.waited == [FIRST_PATIENCE, PATIENCE, PATIENCE], "good again, it is waited for again"


def test_a_share_that_is_gone_at_the_start_leaves_the_copy_of_this_computer(path, share):
    good = LivePolicy(path).config()
    share.back.clear()
    live = LivePolicy(path, Clock())
    config = live.config()
    assert share.waited == [FIRST_PATIENCE] * 2
    assert config.sha256 == good.sha256
    assert "P-021" in config.problem.text()
    assert "起的那一份" in config.problem.text()


def test_without_a_copy_a_share_that_hangs_is_an_error_until_it_is_back(path, share):
    share.back.clear()
    clock = Clock()
    live = LivePolicy(path, clock)
    for _ in range(2):
        with pytest.raises(Error) as raised:
            live.config()
        assert raised.value.code.id == "P-021"
    share.back.set()
    assert until(live, clock, lambda config: config.problem is None).rules is not None


def until(live, clock, good):
    """The configuration once it is good: a look that was late is taken first, the next one counts."""
    for _ in range(3):
        clock.now += 2
        try:
            config = live.config()
        except Error:
            config = None
        if config is not None and good(config):
            return config
    raise AssertionError(live.problem)


def test_without_any_good_one_the_mistake_is_raised(path):
    path.write_text("rules: [", "utf-8")
    with pytest.raises(Error) as raised:
        LivePolicy(path).config()
    assert raised.value.code.id == "P-002"


def test_today_is_a_day_of_the_configured_zone(path):
    assert LivePolicy(path).today().year >= 2025
