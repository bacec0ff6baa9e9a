"""The compression of VBA source text ([MS-OVBA] 2.4.1): chunks of 4096 bytes, each on its own.

A chunk is a list of tokens: bytes as they are, or (distance, length) of bytes seen before in the same
chunk. A chunk that tokens would make longer is stored raw, which the format allows for whole chunks only.
"""

from __future__ import annotations

CHUNK = 4096
_SIGNATURE = 0b011 << 12
_COMPRESSED = 1 << 15
_SHORTEST = 3
"""Bytes that a copy token must stand for at least."""
_CANDIDATES = 64
"""Earlier places looked at for the longest match."""


def compress(data: bytes) -> bytes:
    """The compressed container. The same bytes always give the same container.

    Raises ValueError for a last part of more than 3640 bytes that no token shortens: the format would
    pad it with zeros, which no text of a program ever meets.

    >>> compress(b"aaaaaaaaaa").hex()
    '0103b002610600'
    """
    return b"\x01" + b"".join(_chunk(data[start : start + CHUNK]) for start in range(0, len(data), CHUNK))


def _chunk(data: bytes) -> bytes:
    packed = _tokens(data)
    if len(packed) < CHUNK:
        return _header(len(packed), _COMPRESSED) + packed
    if len(data) < CHUNK:
        raise ValueError("a short last chunk without repetitions can't be stored")
    return _header(CHUNK, 0) + data


def _header(size: int, flag: int) -> bytes:
    return (size - 1 | _SIGNATURE | flag).to_bytes(2, "little")


def _tokens(data: bytes) -> bytes:
    """Groups of eight tokens, each group behind a byte of flags."""
    packed = bytearray()
    seen: dict[bytes, list[int]] = {}
    place, flags, group = 0, 0, bytearray()
    count = 0
    while place < len(data):
        distance, length = _match(data, place, seen)
        if length:
            bits = _distance_bits(place)
            group += ((distance - 1) << (16 - bits) | (length - _SHORTEST)).to_bytes(2, "little")
            flags |= 1 << count
        else:
            length = 1
            group.append(data[place])
        for passed in range(place, place + length):
            seen.setdefault(data[passed : passed + _SHORTEST], []).append(passed)
        place += length
        count += 1
        if count == 8 or place == len(data):
            packed.append(flags)
            packed += group
            flags, group, count = 0, bytearray(), 0
    return bytes(packed)


def _match(data: bytes, place: int, seen: dict[bytes, list[int]]) -> tuple[int, int]:
    """The distance and length of the longest earlier run, the nearest of equals; length 0 without one."""
    longest = min(len(data) - place, (0xFFFF >> _distance_bits(place)) + _SHORTEST)
    best, at = 0, 0
    for start in reversed(seen.get(data[place : place + _SHORTEST], [])[-_CANDIDATES:]):
        length = 0
        while length < longest and data[start + length] == data[place + length]:
            length += 1
        if length > best:
            best, at = length, start
            if best == longest:
                break
    return (place - at, best) if best >= _SHORTEST else (0, 0)


def _distance_bits(place: int) -> int:
    """How many of a copy token's 16 bits hold the distance, at this place of the chunk."""
    return max(4, (place - 1).bit_length())
