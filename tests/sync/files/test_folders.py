"""Whatever lies in an inbox folder: files are found, everything else is a coded line, and nothing hangs."""

import os
import socket
import struct
from pathlib import Path
from threading import Event

import pytest

from rules.errors import CODES, Busy, Error
from rules.policy.loader import load, packaged_path
from sync.files import folders
from sync.files.folders import look_into
from sync.ingest.container import open_file
from sync.ingest.one_file import one_file, printable
from sync.ingest.read import read
from sync.state.files import Place

POSIX = pytest.mark.skipif(os.name != "posix", reason="what a POSIX system alone has")


@pytest.fixture
def config(tmp_path):
    """Two inbox folders, the second inside the first and of one store."""
    (tmp_path / "inbox" / "LOMEESS-CA").mkdir(parents=True)
    text = packaged_path().read_text("utf-8")
    text = text[: text.index("\nsite:")] + (
        "\nsite: {inbox: [{path: inbox}, {path: inbox/LOMEESS-CA, store: LOMEESS-CA}]}\n"
    )
    (tmp_path / "config.yaml").write_text(text, "utf-8")
    return load(tmp_path / "config.yaml")


def drop(config, name, data=b"a,b\n1,2\n"):
    path = config.folder / "inbox" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path


def found(config):
    """Names that are files, and the codes of what is not, by name."""
    lying = look_into(config)
    return [item.path.name for item in lying.files], {Path(error.file).name: error.code.id for error in lying.findings}


def test_files_belong_to_the_innermost_folder(config):
    drop(config, "b.csv")
    drop(config, "旧/a.csv")
    drop(config, "LOMEESS-CA/c.csv")
    for name in (".hidden.csv", "~$b.xlsx", ".cache/d.csv"):
        drop(config, name)
    lying = look_into(config)
    assert [(item.place, item.store) for item in lying.files] == [
        ("inbox/b.csv", ""),
        ("inbox/旧/a.csv", ""),
        ("inbox/LOMEESS-CA/c.csv", "LOMEESS-CA"),
    ]
    assert not lying.findings


def test_files_of_one_name_are_told_apart(config):
    drop(config, "a.csv")
    drop(config, "旧/a.csv")
    drop(config, "b.csv")
    lying = look_into(config)
    assert [lying.label(item.place) for item in lying.files] == ["inbox/a.csv", "b.csv", "inbox/旧/a.csv"]


@pytest.mark.parametrize("what", ["missing", "a file", "closed"])
def test_an_inbox_that_can_not_be_looked_into_is_said(config, what, monkeypatch):
    folder = config.folder / "inbox" / "LOMEESS-CA"
    if what == "closed":
        drop(config, "LOMEESS-CA/c.csv")
        monkeypatch.setattr(folders.os, "walk", closed(folders.os.walk, folder))
    else:
        folder.rmdir()
        if what == "a file":
            folder.write_text("x")
    drop(config, "b.csv")
    names, codes = found(config)
    assert names == (["LOMEESS-CA", "b.csv"] if what == "a file" else ["b.csv"])
    assert codes == {"LOMEESS-CA": "I-050"}
    assert look_into(config).unseen == ["inbox/LOMEESS-CA"]


def test_a_folder_that_does_not_answer_is_not_waited_for(config, monkeypatch):
    """A network drive that hangs, played by a question that is answered after the test."""
    drop(config, "b.csv")
    drop(config, "LOMEESS-CA/c.csv")
    answers, ask = Event(), folders._ask
    monkeypatch.setattr(folders, "PATIENCE", 0.5)
    monkeypatch.setattr(folders, "_ask", lambda folder: (folder.name == "inbox" or answers.wait()) and ask(folder))
    assert found(config) == (["b.csv"], {"LOMEESS-CA": "I-050"})
    assert look_into(config).unseen == ["inbox/LOMEESS-CA"]
    answers.set()
    assert found(config) == (["b.csv", "c.csv"], {})


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("b (小王's conflicted copy 2026-04-27).csv", "b.csv"),
        ("b(WANG的冲突副本1_2026-06-26 02-11-37).csv", "b.csv"),
        ("b (conflicted copy 2026-04-27 103000).csv", "b.csv"),
        ("b.sync-conflict-20260427-101500-ABCDEFG.csv", "b.csv"),
        ("b-冲突-小王.csv", "b.csv"),
        ("b(NSConflict-小王-1).csv", "b.csv"),
        ("b_冲突文件_小王_20260427101500.csv", "b.csv"),
        ("b (SFConflict wang@office 2026-04-27-10-15-00).csv", "b.csv"),
        ("b-DESKTOP-7A3K2LM.csv", "b.csv"),
        ("b (1).csv", None),
        ("b-LOMEESS-CA.csv", None),
        ("b-20260427.csv", None),
        ("c-DESKTOP-7A3K2LM.csv", None),  # there is no c.csv
        ("冲突.csv", None),
    ],
)
def test_a_conflict_copy_of_a_sync_folder_is_named_and_not_taken(config, name, of):
    drop(config, "b.csv")
    drop(config, name)
    lying = look_into(config)
    assert sorted(item.path.name for item in lying.files) == (["b.csv"] if of else sorted(["b.csv", name]))
    assert [(error.code.id, error.facts["found"]) for error in lying.findings] == ([("I-057", of)] if of else [])


def closed(walk, folder):
    """Folders that this user may not list: root may list all, so the refusal is made."""

    def refusing(top, **more):
        if Path(top) == folder:
            more["onerror"](PermissionError(13, "Permission denied", str(top)))
            return iter(())
        return walk(top, **more)

    return refusing


@POSIX
def test_what_is_no_regular_file_is_never_opened(config):
    inbox = drop(config, "b.csv").parent
    os.mkfifo(inbox / "pipe.csv")
    (inbox / "x.xlsx").mkdir()
    (inbox / "loop.csv").symlink_to("loop.csv")
    (inbox / "nowhere.csv").symlink_to("gone.csv")
    (inbox / "round").symlink_to(inbox)
    (inbox / "zero.csv").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as plug:
        home = Path.cwd()
        os.chdir(inbox)  # the path of a socket must be short
        try:
            plug.bind("plug.csv")
        finally:
            os.chdir(home)
        names, codes = found(config)
    assert names == ["b.csv"]
    assert codes == {
        "pipe.csv": "I-052",
        "x.xlsx": "I-052",
        "loop.csv": "I-051",
        "nowhere.csv": "I-051",
        "round": "I-052",
        "zero.csv": "I-052",
        "plug.csv": "I-052",
    }


@POSIX
def test_a_name_that_is_no_text_is_said_and_can_be_printed(config):
    drop(config, "b.csv")
    path = os.fsencode(config.folder / "inbox") + b"/\xbf\xe2\xb4\xe6.csv"  # 库存 in GB18030
    Path(os.fsdecode(path)).write_bytes(b"a,b\n")
    lying = look_into(config)
    (error,) = lying.findings
    assert error.code.id == "I-053"
    assert error.text().encode("utf-8")
    assert [item.path.name for item in lying.files] == ["b.csv"]


def test_a_file_past_the_limit_is_not_read(config, monkeypatch):
    drop(config, "b.csv")
    path = drop(config, "big.csv")
    with path.open("r+b") as file:
        file.truncate((256 << 20) + 1)  # sparse: it takes no room
    monkeypatch.setattr(folders.hashlib, "file_digest", refusing_big(folders.hashlib.file_digest))
    assert found(config) == (["b.csv"], {"big.csv": "I-005"})


def refusing_big(digest):
    def checked(file, name):
        assert os.fstat(file.fileno()).st_size < 1 << 20, "it was read"
        return digest(file, name)

    return checked


@pytest.mark.parametrize("how", ["grows", "vanishes", "is closed"])
def test_a_file_that_changes_while_it_is_read(config, how, monkeypatch):
    drop(config, "a.csv")
    path = drop(config, "b.csv")
    digest = folders.hashlib.file_digest

    def meanwhile(file, name):
        answer = digest(file, name)
        if file.name.endswith("b.csv"):
            if how == "grows":
                path.write_bytes(b"a,b\n1,2\n3,4\n")
            elif how == "vanishes":
                path.unlink()
            else:
                raise PermissionError(13, "Permission denied")
        return answer

    monkeypatch.setattr(folders.hashlib, "file_digest", meanwhile)
    assert found(config) == (["a.csv"], {"b.csv": "I-054" if how == "grows" else "I-051"})


@pytest.mark.parametrize(
    "fault", [RecursionError(), MemoryError(), struct.error("x"), UnicodeError("x"), KeyError("x"), ZeroDivisionError()]
)
def test_any_fault_is_one_of_the_file(fault, tmp_path):
    with pytest.raises(Error) as caught, one_file(tmp_path / "x.csv"):
        raise fault
    assert caught.value.code.id == "I-055"
    assert type(fault).__name__ in caught.value.text()
    assert "x.csv" in caught.value.text()


def test_the_end_of_the_program_is_no_fault_of_a_file(tmp_path):
    for end in (KeyboardInterrupt, SystemExit):
        with pytest.raises(end), one_file(tmp_path / "x.csv"):
            raise end


def test_a_coded_error_stays_what_it_is(tmp_path):
    with pytest.raises(Error) as caught, one_file(tmp_path / "x.csv"):
        raise Error(CODES["I-002"])
    assert (caught.value.code.id, Path(caught.value.file).name) == ("I-002", "x.csv")


def test_a_file_that_grows_under_the_reader(tmp_path, monkeypatch):
    path = tmp_path / "x.csv"
    path.write_text("店铺,MSKU,SKU,FBA可售\nLO-CA,A,S,1\n", "utf-8")

    def growing(*args):
        raw = open_file(*args)
        with path.open("ab") as file:
            file.write(b"LO-CA,B,S,1\n")
        return raw

    monkeypatch.setattr("sync.ingest.read.open_file", growing)
    with pytest.raises(Busy, match="I-054"):
        read(path)


def test_control_characters_are_spelled_out():
    assert printable("a\x1b[2J\n.csv") == "a\\x1b[2J\\n.csv"
    assert printable("库存　(1).csv") == "库存　(1).csv", "a full-width blank is a character like others"


def test_a_file_that_lies_as_it_was_seen_is_not_read_again(config, monkeypatch):
    path = drop(config, "a.csv")
    long_ago = path.stat().st_mtime - 1000
    os.utime(path, (long_ago, long_ago))
    now = {"is": path.stat().st_ctime + 60}
    monkeypatch.setattr("sync.backends.mark.time.time", lambda: now["is"])
    hashed = []
    digest = folders.hashlib.file_digest
    monkeypatch.setattr(
        folders.hashlib, "file_digest", lambda file, kind: (hashed.append(file.name), digest(file, kind))[1]
    )

    def look(seen):
        (item,) = look_into(config, seen).files
        return {item.place: Place(item.place, item.sha, item.modified, mark=item.mark)}

    seen = look({})
    assert (look(seen), len(hashed)) == (seen, 1)
    path.write_bytes(b"a,b\n1,3\n")  # as long as before, and its time put back
    os.utime(path, (long_ago, long_ago))
    now["is"] = path.stat().st_ctime + 60
    other = look(seen)
    assert (other != seen, len(hashed)) == (True, 2)
    now["is"] = path.stat().st_ctime + 1
    assert next(iter(look(other).values())).mark == "", "it may change again without its times showing that"
    assert len(hashed) == 3
    look(look(other))
    assert len(hashed) == 5
