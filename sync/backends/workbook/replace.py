"""Replacing a workbook on disk: never half-written, never over somebody's open or newer copy.

Everything is made in a temporary file beside the workbook, forced to disk, and changes places with it.
What it displaced is looked at afterwards: is it not the file that was planned on, it goes back to its
place. A crash at any step leaves the workbook as it was or as it was to be; what it left behind is put in
order before the workbook is read again.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from rules.errors import Busy, Code, Error, Refused, Text
from sheets_schema.grid.codes import X_MOVED
from sheets_schema.grid.edits import Receipt
from sync.backends.workbook.backups import FOLDER, Backups, beside, force, left_beside, same_owner
from sync.backends.workbook.codes import X_DISPLACED, X_GONE, X_OPEN, X_READ_ONLY
from sync.backends.workbook.exchange import FORMER, former_of, is_being_written, put_back, swap
from sync.backends.workbook.files import file_hash, open_plain, reaching

if sys.platform != "win32":
    import fcntl

BACKUPS = FOLDER
TRIES = 20
"""Saves in a row that may fall into the same moment."""

_TEMPORARY = "qlc-tmp"
_SWAP = "qlc-swap"
_DIGITS = 32


def replace(
    path: Path,
    build: Callable[[Path], Receipt],
    *,
    expected_sha256: str,
    keep_backups: int,
    backup_dir: Path | None = None,
) -> Receipt:
    """Replaces `path` by what `build` writes into the path it is given; answers its receipt with hash and backup.

    When `build` changes nothing, nothing is replaced. Of a symbolic link the target is replaced. Mode and
    owner are kept. The former workbook is kept as ``name.20250403T060000Z.xlsx`` in `backup_dir` (default:
    ``.qlc-backups`` beside it), the newest `keep_backups` of them; without a backup nothing is replaced.

    Raises:
        Busy: X-202 the workbook is open or locked, X-203 it is no longer what was read, X-020 it is gone, X-210
            somebody saved it in the same moment, again and again: what they saved is in the place or in the
            backup that is named.
        Error: X-018, X-019, X-022 it can't be reached, X-207 disk full, X-208 its folder can't be written, X-209
            no backup can be kept.
    """
    with reaching(path):
        real = Path(os.path.realpath(path, strict=True))
        backups = Backups(real, keep_backups, backup_dir or real.parent / BACKUPS)
        tidy(path, backup_dir)
    with _not_gone(path), reaching(path):
        _check(path, real, expected_sha256)
        with _beside(real) as temporary:
            report = build(temporary)
            if not report.changed:
                return dataclasses.replace(report, version=expected_sha256)
            same_owner(real, temporary)
            force(temporary)
            after = file_hash(temporary)
            backup = backups.make() if keep_backups else None
            try:
                _check(path, real, expected_sha256)
                kept = _place(temporary, real, expected_sha256, after, backups, backup)
            except BaseException:
                if backup is not None:
                    backup.unlink(missing_ok=True)
                raise
    return dataclasses.replace(report, version=after, backup=str(kept) if kept else None)


def write_new(target: Path, build: Callable[[Path], Receipt], *, like: Path | None = None) -> Receipt:
    """Writes `target` whole or not at all; nothing is written when `build` changes nothing.

    It may be read by whom `like` may be read by.

    Raises:
        Error: X-207 disk full, X-208 the folder can't be written, X-018 … X-022 it can't be reached.
    """
    with reaching(target):
        real = Path(os.path.realpath(target))
        mode = like.stat().st_mode & 0o777 if like else 0o666
        with _beside(real, mode) as temporary:
            report = build(temporary)
            if report.changed:
                force(temporary)
                temporary.replace(real)
                _force_folder(real)
            return report


def check_free(path: Path) -> None:
    """Raises `Busy` X-202 while a program has the workbook open.

    Recognised by ``~$name`` (Excel, WPS), ``.~lock.name#`` (LibreOffice), a lock on the file itself, or by its
    being open for writing.
    """
    real = Path(os.path.realpath(path))
    for place in {path.absolute(), real}:
        for name in (f"~${place.name}", f".~lock.{place.name}#"):
            if os.path.lexists(place.parent / name):
                raise Busy(X_OPEN, file=path, found=name)
    try:
        with real.open("r+b") as file:
            if sys.platform != "win32":
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Busy(X_OPEN, file=path, found="lock") from None
    except PermissionError:
        if sys.platform == "win32":
            raise Busy(X_OPEN, file=path, found="sharing violation") from None
        raise
    if is_being_written(real):
        raise Busy(X_OPEN, file=path, found=Text("正在写入", "being written"))


def tidy(path: Path, backup_dir: Path | None = None) -> list[Error]:
    """Puts in order what a killed process left beside a workbook.

    A save that it displaced goes back to its place; where the workbook was saved since, it is kept as a backup
    and named in a finding (X-210).
    """
    real = Path(os.path.realpath(path))
    backups = Backups(real, 1, backup_dir or real.parent / BACKUPS)
    found: list[Error] = []
    if not real.parent.is_dir():
        return found
    ending = rf"(?P<before>[0-9a-f]{{{_DIGITS}}})\.(?P<after>[0-9a-f]{{{_DIGITS}}})\.{_SWAP}(?:{FORMER})?"
    for left, match in left_beside(real, ending):
        with contextlib.suppress(FileNotFoundError):
            saved = _settle(left, real, match["before"], match["after"], backups)
            if saved is not None:
                found.append(Refused(X_DISPLACED, file=path, found=saved))
    return found


def _settle(left: Path, real: Path, before: str, after: str, backups: Backups) -> Path | None:
    """Puts one file in order; answers where it was kept if that is news to somebody."""
    if left.name.endswith(FORMER) and put_back(left, real):
        return None
    if _digits(left) not in (before, after) and real.exists() and _digits(real) == after:
        swap(left, real)
    if _digits(left) == after:
        left.unlink()
    elif _digits(left) == before:
        backups.rescue(left, "")
    else:
        return backups.rescue(left)
    return None


def _digits(path: Path) -> str:
    """The first digits of a file's hash, as they stand in names."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:_DIGITS]


@contextlib.contextmanager
def _not_gone(path: Path) -> Iterator[None]:
    """A workbook that goes meanwhile is in the middle of a save, as a rule: try again."""
    try:
        yield
    except Error as error:
        if error.code is not X_GONE or isinstance(error, Busy):
            raise
        raise Busy(X_GONE, file=path) from error


def _check(path: Path, real: Path, expected: str) -> None:
    open_plain(real).close()
    check_free(path)
    if file_hash(real) != expected:
        raise Busy(X_MOVED, file=path)


def _place(
    temporary: Path, real: Path, expected: str, after: str, backups: Backups, backup: Path | None
) -> Path | None:
    """Puts the new workbook in place and looks at what it displaced; answers where that is kept.

    That must be the workbook that was planned on. If somebody saved in between, their file is put back, and
    what comes out then must be what was put in, else it is a newer save again. Nothing is overwritten on the
    way; of all files only the new workbook is thrown away, and the one planned on where it was saved over.
    """
    with beside(real, f"{expected[:_DIGITS]}.{after[:_DIGITS]}.{_SWAP}") as hand:
        temporary.rename(hand)
        try:
            done = _change_places(hand, real, expected, after)
        except OSError as error:
            kept = _clear(hand, (after, expected), backups)
            if kept is None and not isinstance(error, FileNotFoundError):
                raise
            raise _late(real, kept, X_GONE) from error
        if not done:
            raise _late(real, _clear(hand, (after, expected), backups), X_MOVED)
        if backup is not None:
            return backups.take(hand, backup)
        hand.unlink()
    return None


def _late(real: Path, kept: Path | None, code: Code) -> Busy:
    """What is said of somebody's save in the same moment: where it is kept, if not in its place."""
    return Busy(X_DISPLACED, file=real, found=kept) if kept else Busy(code, file=real)


def _clear(hand: Path, known: tuple[str, str], backups: Backups) -> Path | None:
    """Throws away what is known by its hash; keeps anything else, and answers where."""
    kept = None
    for item in (hand, former_of(hand)):
        if item.exists() and file_hash(item) in known and not is_being_written(item):
            item.unlink()
        elif item.exists():
            kept = backups.rescue(item)
    return kept


def _change_places(hand: Path, real: Path, expected: str, after: str) -> bool:
    """Whether the new workbook stands in its place, and `hand` is the one that was planned on.

    If not, the place holds what somebody saved last, as far as `TRIES` reach.
    """
    inside, wanted = after, expected
    for _ in range(TRIES):
        placed = swap(hand, real)
        _force_folder(real)
        if not placed:
            return False
        out = file_hash(hand)
        if out == wanted and not is_being_written(hand):
            return (inside, out) == (after, expected)
        inside, wanted = out, inside
    return False


@contextlib.contextmanager
def _beside(real: Path, mode: int = 0o600) -> Iterator[Path]:
    """A temporary file in the same folder, gone at the end; those of dead processes are cleared first.

    Raises:
        Error: X-208 where none can be made.
    """
    for old, _ in left_beside(real, _TEMPORARY):
        with contextlib.suppress(PermissionError):
            old.unlink(missing_ok=True)
    with beside(real, _TEMPORARY) as temporary:
        try:
            os.close(os.open(temporary, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, mode))
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
                raise Error(X_READ_ONLY, file=real, found=real.parent) from error
            raise
        try:
            yield temporary
        finally:
            temporary.unlink(missing_ok=True)


def _force_folder(real: Path) -> None:
    """Forces to disk which file stands where, on disks that know how."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            folder = os.open(real.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
