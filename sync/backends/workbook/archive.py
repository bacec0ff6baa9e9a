"""A zip archive as it lies on disk: where each member's bytes are, and their contents in chunks.

The standard `zipfile` hides what a lossless patch needs (raw records, duplicate names, the exact bytes
between members) and trusts declared sizes. Limits here: a member or the whole archive may not unpack to
more than `LIMIT`, nor, beyond 64 MiB, to more than `RATIO` times its packed size.
"""

from __future__ import annotations

import hashlib
import os
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from urllib.parse import unquote

from rules.errors import Error, Text
from sync.backends.workbook.codes import (
    X_BOMB,
    X_BROKEN_PART,
    X_BROKEN_ZIP,
    X_DUPLICATE,
    X_ENCRYPTED,
    X_LARGE,
    X_LOCKED_MEMBER,
    X_NOT_A_WORKBOOK,
)
from sync.backends.workbook.deflate import BROKEN, checksum, unpacker
from sync.backends.workbook.files import open_plain

LIMIT = 4 << 30
RATIO = 400
SMALL = 64 << 20
CHUNK = 1 << 18
MOST_MEMBERS = 65_535

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")


@dataclass(frozen=True, slots=True)
class Member:
    """One member: its central record, and the span of the file that holds its local record.

    `key` is the part name as packages compare it (`part_key`).
    """

    name: str
    key: str
    record: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    data: int
    end: int


def part_key(name: str) -> str:
    r"""A part name as packages compare it: percent signs resolved, forward slashes, lower case, no leading one.

    >>> part_key("/xl\\Workbook.XML"), part_key("xl/My%20Sheet.xml"), part_key("%E5%BA%93.xml")
    ('xl/workbook.xml', 'xl/my sheet.xml', '库.xml')
    """
    return unquote(name).replace("\\", "/").lstrip("/").lower()


class Archive:
    """An open archive.

    `prefix` is the number of bytes before the first member that offsets do not count; `directory`
    where the central directory begins; `comment` the archive's comment with its length before it.
    """

    def __init__(self, path: Path) -> None:
        """Opens and checks `path`.

        Raises:
            Error: X-001 no zip, X-002 encrypted workbook, X-003 damaged, X-004 and X-017 too large, X-006
                duplicate names, X-007 encrypted member, X-018 … X-022 no file that can be read.
        """
        self.path = path
        self._file = open_plain(path)
        self._identity = self._now()
        try:
            self._load()
        except (struct.error, OverflowError, ValueError) as error:  # offsets and lengths that can't be
            self._file.close()
            raise self._broken(str(error)) from None
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def reopen(self) -> bool:
        """Opens the file again after `close`; False when it is not the file any more that was read."""
        self._file = open_plain(self.path)
        same = self._now() == self._identity
        if not same:
            self.close()
        return same

    def _now(self) -> tuple[int, ...]:
        found = os.fstat(self._file.fileno())
        return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns

    def sha256(self) -> str:
        """The hash of the whole file, read from the very file that is open."""
        self._file.seek(0)
        return hashlib.file_digest(self._file, "sha256").hexdigest()

    def bytes_at(self, start: int, end: int) -> Iterator[bytes]:
        """The raw bytes of a span of the file."""
        at = start
        while at < end:
            self._file.seek(at)
            block = self._file.read(min(CHUNK, end - at))
            if not block:
                raise self._broken("unexpected end of file")
            at += len(block)
            yield block

    def chunks(self, member: Member) -> Iterator[bytes]:
        """The contents of a member, piece by piece; size, checksum and limits are checked on the way."""
        if member.method not in (0, 8):
            raise self._broken(f"{member.name}: compression method {member.method}")
        seen, crc = 0, 0
        unpack = unpacker() if member.method == 8 else None
        try:
            for block in self.bytes_at(member.data, member.data + member.packed):
                while block:
                    if unpack is None:
                        piece, block = block, b""
                    else:
                        piece = unpack.decompress(block, CHUNK)
                        block = unpack.unconsumed_tail
                    seen += len(piece)
                    if seen > member.size:
                        raise self._broken(f"{member.name} is larger than declared")
                    crc = checksum(piece, crc)
                    if piece:
                        yield piece
        except BROKEN as error:
            raise self._broken(f"{member.name}: {error}") from None
        if unpack is not None:
            piece = unpack.flush()
            seen, crc = seen + len(piece), checksum(piece, crc)
            if piece:
                yield piece
        if seen != member.size or crc != member.crc:
            raise self._broken(f"{member.name}: wrong size or checksum")

    def head(self, member: Member, length: int) -> bytes:
        """The first `length` bytes or so of a member's contents, unchecked."""
        block = b"".join(self.bytes_at(member.data, member.data + min(member.packed, length)))
        if member.method != 8:
            return block
        try:
            return bytes(unpacker().decompress(block, length))
        except BROKEN as error:
            raise self._broken(f"{member.name}: {error}") from None

    def read(self, key: str) -> bytes:
        """The contents of a small part by its key; X-010 when missing, X-004 beyond 64 MiB."""
        member = self.by_key.get(part_key(key))
        if member is None:
            raise Error(X_BROKEN_PART, file=self.path, found=key)
        if member.size > SMALL:
            raise Error(X_BOMB, file=self.path, found=f"{member.name} {member.size:,}", expected=f"{SMALL:,}")
        return b"".join(self.chunks(member))

    def _broken(self, found: str) -> Error:
        return Error(X_BROKEN_ZIP, file=self.path, found=found)

    def _load(self) -> None:
        head = self._file.read(8)
        self._file.seek(0, 2)
        length = self._file.tell()
        if head == _OLE:
            raise self._ole()
        self._find_end(length)
        members = self._members()
        self._check(members)
        self.members = members
        self.by_key = {member.key: member for member in members}

    def _ole(self) -> Error:
        """What an old container is: its directory, which names the parts, may lie anywhere in it."""
        self._file.seek(0)
        name = "EncryptedPackage".encode("utf-16-le")
        before = b""
        while block := self._file.read(4 << 20):
            if name in before + block:
                return Error(X_ENCRYPTED, file=self.path)
            before = block[-len(name) :]
        return Error(X_NOT_A_WORKBOOK, file=self.path, found="Excel 97–2003 (.xls)")

    def _find_end(self, length: int) -> None:
        """Finds the end record, the zip64 one if any, and checks that the directory lies where it says."""
        start = max(0, length - 65557)
        self._file.seek(start)
        block = self._file.read()
        places = [
            match.start() for match in re.finditer(b"PK\x05\x06", block) if len(block) - match.start() >= _END.size
        ]
        exact = [at for at in places if at + _END.size + _END.unpack_from(block, at)[7] == len(block)]
        if not places:
            raise Error(X_NOT_A_WORKBOOK, file=self.path, found="no zip archive" if length else "empty file")
        at = (exact or places)[-1]
        end = _END.unpack_from(block, at)
        self.count, size, offset = end[4], end[5], end[6]
        stop = start + at
        self.zip64 = False
        if at >= _LOCATOR.size and block[at - _LOCATOR.size : at - _LOCATOR.size + 4] == b"PK\x06\x07":
            where = _LOCATOR.unpack_from(block, at - _LOCATOR.size)[2]
            record = self._zip64_record(where, start + at - _LOCATOR.size)
            self.zip64, stop = True, record[0]
            self.count, size, offset = record[1:]
        self.directory = stop - size
        self.prefix = self.directory - offset
        if self.directory < 0 or self.prefix < 0 or size > SMALL:
            raise self._broken("central directory out of place")
        self._file.seek(self.directory)
        self._central = self._file.read(size)
        self.comment = block[at + 20 :]

    def _zip64_record(self, where: int, locator: int) -> tuple[int, int, int, int]:
        for place in (where, locator - _END64.size):
            if 0 <= place <= locator - _END64.size:
                self._file.seek(place)
                record = _END64.unpack(self._file.read(_END64.size))
                if record[0] == b"PK\x06\x06":
                    return place, record[7], record[8], record[9]
        raise self._broken("zip64 end record out of place")

    def _members(self) -> tuple[Member, ...]:
        raw = []
        at = 0
        while at < len(self._central):
            if len(self._central) - at < _CENTRAL.size or self._central[at : at + 4] != b"PK\x01\x02":
                raise self._broken("central directory")
            fields = _CENTRAL.unpack_from(self._central, at)
            length = _CENTRAL.size + fields[10] + fields[11] + fields[12]
            record = self._central[at : at + length]
            if len(record) < length:
                raise self._broken("central directory")
            raw.append((record, fields))
            at += length
            if len(raw) > MOST_MEMBERS:
                found = Text(f"压缩包里超过 {MOST_MEMBERS:,} 个成员", f"more than {MOST_MEMBERS:,} members")
                raise Error(X_LARGE, file=self.path, found=found, expected=f"{MOST_MEMBERS:,}")
        if len(raw) != self.count and len(raw) & 0xFFFF != self.count:
            raise self._broken("number of members")
        places = []
        for record, fields in raw:
            size, packed, offset = self._sizes(record, fields)
            places.append((record, fields, size, packed, offset + self.prefix))
        starts = [*sorted({place[4] for place in places}), self.directory]
        if len(starts) <= len(places):
            raise self._broken("overlapping members")
        following = dict(pairwise(starts))
        return tuple(self._member(*place, following[place[4]]) for place in places)

    def _sizes(self, record: bytes, fields: tuple[int, ...]) -> tuple[int, int, int]:
        size, packed, offset = fields[9], fields[8], fields[16]
        at = _CENTRAL.size + fields[10]
        stop = at + fields[11]
        while at + 4 <= stop:
            kind, length = struct.unpack_from("<2H", record, at)
            if kind == 1:
                values = list(struct.unpack_from(f"<{length // 8}Q", record, at + 4))
                try:
                    size = values.pop(0) if size == 0xFFFFFFFF else size
                    packed = values.pop(0) if packed == 0xFFFFFFFF else packed
                    offset = values.pop(0) if offset == 0xFFFFFFFF else offset
                except IndexError:
                    raise self._broken("zip64 sizes") from None
            at += 4 + length
        return size, packed, offset

    def _member(
        self, record: bytes, fields: tuple[int, ...], size: int, packed: int, offset: int, following: int
    ) -> Member:
        raw = record[_CENTRAL.size : _CENTRAL.size + fields[10]]
        name = _name(raw, is_utf8=bool(fields[3] & 0x800))
        self._file.seek(offset)
        local = self._file.read(_LOCAL.size)
        if len(local) < _LOCAL.size or local[:4] != b"PK\x03\x04":
            raise self._broken(f"{name}: local record")
        heads = _LOCAL.unpack(local)
        if self._file.read(heads[9]) != raw:
            raise self._broken(f"{name}: two names for one member")
        data = offset + _LOCAL.size + heads[9] + heads[10]
        if data + packed > following:
            raise self._broken(f"{name}: overlapping members")
        return Member(
            name, part_key(name), record, fields[3], fields[4], fields[7], packed, size, offset, data, following
        )

    def _check(self, members: tuple[Member, ...]) -> None:
        seen: set[str] = set()
        total = 0
        for member in members:
            if member.key in seen:
                raise Error(X_DUPLICATE, file=self.path, found=member.name)
            seen.add(member.key)
            if member.flags & 1:
                raise Error(X_LOCKED_MEMBER, file=self.path, found=member.name)
            total += member.size
            if total > LIMIT:
                raise Error(X_BOMB, file=self.path, found=f"{member.name} {total:,}", expected=f"{LIMIT:,}")
            if member.size > SMALL and member.size > RATIO * member.packed:
                unpacked = f"{member.name} {member.packed:,} → {member.size:,}"
                raise Error(X_BOMB, file=self.path, found=unpacked, expected=f"1:{RATIO}")


def _name(raw: bytes, *, is_utf8: bool) -> str:
    """A member's name: UTF-8 where that is said or fits, else the old code page of zip archives."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("utf-8" if is_utf8 else "cp437", "replace")
