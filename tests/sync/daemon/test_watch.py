"""Changes are told once, when they have settled; a file that a round left is known as the round left it."""

import hashlib
from pathlib import Path

from sync.daemon.watch import Contents, Watch, mark_of, marks_below


def test_a_change_is_told_once_after_it_settled():
    lies = {"a": "1"}
    watch = Watch(2.0)
    assert watch.news(dict(lies), 0) == []
    assert not watch.is_waiting
    lies["b"] = "1"
    assert (watch.news(dict(lies), 1), watch.is_waiting) == ([], True)
    lies["b"] = "2"
    assert watch.news(dict(lies), 2) == []
    assert watch.news(dict(lies), 3.9) == []
    assert (watch.news(dict(lies), 4), watch.is_waiting) == (["b"], False)
    assert watch.news(dict(lies), 5) == []
    del lies["a"]
    assert watch.news(dict(lies), 6) == []
    assert watch.news(dict(lies), 8) == ["a"]


def test_the_same_look_seen_twice_settles_nothing():
    watch = Watch(2.0)
    watch.news({}, 0)
    assert [watch.news({"a": "1"}, 1.0) for _ in range(5)] == [[]] * 5
    assert watch.news({"a": "1"}, 3.0) == ["a"]


def test_what_went_back_and_what_was_accepted_is_no_news():
    watch = Watch(0.0)
    watch.accept({"a": "1"})
    watch.accept({"a": "2"})
    assert watch.news({"a": "2"}, 1) == []
    assert watch.news({"a": "3"}, 2) == ["a"]


def test_a_file_is_known_as_it_was_left_and_not_as_it_lies():
    watch = Watch(0.0)
    watch.expect("a", "ours")  # not looked at yet
    assert watch.news({"a": "before"}, 0) == []
    watch.expect("a", "ours")
    assert watch.news({"a": "ours"}, 1) == []
    watch.expect("a", "ours again")
    assert watch.news({"a": "theirs"}, 2) == ["a"], "somebody saved between the round's write and its end"


def test_files_in_folders(tmp_path):
    for name in ("a.xlsx", "~$a.xlsx", ".hidden", "in/b.csv", ".git/c.csv"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"1")
    assert marks_below(tmp_path / "gone") == {}
    found = marks_below(tmp_path)
    assert [Path(path).relative_to(tmp_path).as_posix() for path in sorted(found)] == ["a.xlsx", "in/b.csv"]
    before = mark_of([tmp_path / "a.xlsx", tmp_path / "gone.xlsx"])
    (tmp_path / "a.xlsx").write_bytes(b"22")
    assert mark_of([tmp_path / "a.xlsx"]) != before
    assert len(before) == 1


def test_contents_are_read_once_as_long_as_nothing_changes(tmp_path, monkeypatch):
    path, contents = tmp_path / "a.xlsx", Contents()
    assert contents.of([path]) == {}
    path.write_bytes(b"one")
    assert contents.of([path]) == {str(path): hashlib.sha256(b"one").hexdigest()}
    opened, real = [], Path.open

    def open_(self, *args, **named):
        opened.append(self)
        return real(self, *args, **named)

    path_of = {str(path): hashlib.sha256(b"one").hexdigest()}
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", open_)
        assert contents.of([path]) == path_of
    assert opened == []
    path.write_bytes(b"three")
    assert contents.of([path]) == {str(path): hashlib.sha256(b"three").hexdigest()}
    path.write_bytes(b"fourth")

    def held(*_, **__):
        raise PermissionError

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", held)
        assert contents.of([path]) == {str(path): "?"}
