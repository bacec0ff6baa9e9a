"""Writing an archive that differs from another in a few members only; all other bytes are copied."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from sync.backends.workbook.archive import Archive, Member
from sync.backends.workbook.deflate import checksum, packer

_MAX = 0xFFFFFFFF
_DOS_EPOCH = (0, 0x21)


@dataclass(slots=True)
class _Written:
    """Where a member lies now."""

    offset: int
    crc: int
    packed: int
    size: int
    flags: int
    method: int


def write(
    source: Archive,
    target: BinaryIO,
    replaced: Mapping[str, Iterable[bytes]],
    removed: set[str],
    added: Mapping[str, bytes],
) -> None:
    """Writes `source` to `target` with some members replaced or removed (by key) and some added (by name).

    Every other member's local record is copied byte for byte, with whatever follows it; order, archive
    comment, and everything the central records say besides sizes and places stay.
    """
    for block in source.bytes_at(0, source.prefix):
        target.write(block)
    places: dict[str, _Written] = {}
    for member in sorted(source.members, key=lambda member: member.offset):
        if member.key in removed:
            continue
        offset = target.tell()
        if member.key in replaced:
            places[member.key] = _replace(source, member, target, replaced[member.key])
        else:
            for block in source.bytes_at(member.offset, member.end):
                target.write(block)
            places[member.key] = _Written(offset, member.crc, member.packed, member.size, member.flags, member.method)
    records = []
    for member in source.members:
        if member.key in places:
            records.append(_record(member, places[member.key], source.prefix))
    for name, data in added.items():
        records.append(_add(name, data, target, source.prefix))
    start = target.tell()
    for record in records:
        target.write(record)
    _end(source, target, start, len(records))


def _deflate(chunks: Iterable[bytes], target: BinaryIO) -> tuple[int, int, int]:
    """Compresses into the target; answers checksum, packed size, size."""
    pack = packer()
    crc = size = packed = 0
    for chunk in chunks:
        crc = checksum(chunk, crc)
        size += len(chunk)
        block = pack.compress(chunk)
        packed += len(block)
        target.write(block)
    block = pack.flush()
    target.write(block)
    return crc, packed + len(block), size


def _replace(source: Archive, member: Member, target: BinaryIO, chunks: Iterable[bytes]) -> _Written:
    offset = target.tell()
    head = b"".join(source.bytes_at(member.offset, member.data))
    name_length, extra_length = struct.unpack_from("<2H", head, 26)
    name = head[30 : 30 + name_length]
    extra = _without_zip64(head[30 + name_length : 30 + name_length + extra_length])
    flags = member.flags & ~0x0E
    target.write(b"\0" * (30 + name_length + len(extra)))
    crc, packed, size = _deflate(chunks, target)
    end = target.tell()
    target.seek(offset)
    target.write(
        b"PK\x03\x04"
        + struct.pack("<3H", max(20, struct.unpack_from("<H", head, 4)[0]), flags, 8)
        + head[10:14]
        + struct.pack("<3L2H", crc, packed, size, name_length, len(extra))
        + name
        + extra
    )
    target.seek(end)
    return _Written(offset, crc, packed, size, flags, 8)


def _without_zip64(extra: bytes) -> bytes:
    out, at = b"", 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind != 1:
            out += extra[at : at + 4 + length]
        at += 4 + length
    return out + extra[at:]


def _record(member: Member, place: _Written, prefix: int) -> bytes:
    """The central record with new sizes and place; fields that lay in its zip64 extra stay there."""
    old = member.record
    name_length, extra_length = struct.unpack_from("<2H", old, 28)
    packed, size = struct.unpack_from("<2L", old, 20)
    offset = struct.unpack_from("<L", old, 42)[0]
    values = (place.size, place.packed, place.offset - prefix)
    long = [was == _MAX or now >= _MAX for was, now in zip((size, packed, offset), values, strict=True)]
    begin = 46 + name_length
    extra = old[begin : begin + extra_length]
    if any(long):
        fields = b"".join(struct.pack("<Q", value) for value, is_long in zip(values, long, strict=True) if is_long)
        extra = struct.pack("<2H", 1, len(fields)) + fields + _without_zip64(extra)
    size, packed, offset = (_MAX if is_long else value for value, is_long in zip(values, long, strict=True))
    return (
        old[:8]
        + struct.pack("<2H", place.flags, place.method)
        + old[12:16]
        + struct.pack("<3L2H", place.crc, packed, size, name_length, len(extra))
        + old[32:42]
        + struct.pack("<L", offset)
        + old[46:begin]
        + extra
        + old[begin + extra_length :]
    )


def _add(name: str, data: bytes, target: BinaryIO, prefix: int) -> bytes:
    raw = name.encode()
    offset = target.tell()
    pack = packer()
    packed = pack.compress(data) + pack.flush()
    common = struct.pack("<5H3L2H", 20, 0x800, 8, *_DOS_EPOCH, checksum(data), len(packed), len(data), len(raw), 0)
    target.write(b"PK\x03\x04" + common + raw + packed)
    return b"PK\x01\x02\x14\x00" + common + struct.pack("<3H2L", 0, 0, 0, 0, offset - prefix) + raw


def _end(source: Archive, target: BinaryIO, start: int, count: int) -> None:
    """The end records; a zip64 one if the source had one or the numbers need it. The comment stays."""
    size, offset = target.tell() - start, start - source.prefix
    if source.zip64 or offset >= _MAX or count > 0xFFFE:
        place = target.tell()
        target.write(b"PK\x06\x06" + struct.pack("<Q2H2L4Q", 44, 45, 45, 0, 0, count, count, size, offset))
        target.write(b"PK\x06\x07" + struct.pack("<LQL", 0, place - source.prefix, 1))
    target.write(
        b"PK\x05\x06"
        + struct.pack("<4H2L", 0, 0, min(count, 0xFFFF), min(count, 0xFFFF), size, min(offset, _MAX))
        + source.comment
    )
