"""Changes are told once, when they have settled."""

from pathlib import Path

from sync.daemon.watch import Watch, mark_of, marks_below


def test_a_change_is_told_once_after_it_settled():
    lies = {"a": "1"}
    watch = Watch(lambda: dict(lies), 2.0)
    assert watch.news(0) == []
    assert not watch.is_waiting
    lies["b"] = "1"
    assert (watch.news(1), watch.is_waiting) == ([], True)
    lies["b"] = "2"
    assert watch.news(2) == []
    assert watch.news(3.9) == []
    assert (watch.news(4), watch.is_waiting) == (["b"], False)
    assert watch.news(5) == []
    del lies["a"]
    assert watch.news(6) == []
    assert watch.news(8) == ["a"]


def test_what_went_back_and_what_was_accepted_is_no_news():
    lies = {"a": "1"}
    watch = Watch(lambda: dict(lies), 0.0)
    watch.accept()
    lies["a"] = "2"
    watch.accept()
    assert watch.news(1) == []
    lies["a"] = "3"
    assert watch.news(2) == ["a"]


def test_files_in_folders(tmp_path):
    for name in ("a.xlsx", "~$a.xlsx", ".hidden", "in/b.csv", ".git/c.csv"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"1")
    found = marks_below([tmp_path, tmp_path / "gone"])
    assert [Path(path).relative_to(tmp_path).as_posix() for path in sorted(found)] == ["a.xlsx", "in/b.csv"]
    before = mark_of([tmp_path / "a.xlsx", tmp_path / "gone.xlsx"])
    (tmp_path / "a.xlsx").write_bytes(b"22")
    assert mark_of([tmp_path / "a.xlsx"]) != before
    assert len(before) == 1
