"""With `isal` or without, the same bytes come out, and a broken stream is an error of one kind."""

import random
import zlib

import pytest

from sync.backends.workbook import deflate

DATA = bytes(random.Random(3).choices(b"<c r=0123456789>", k=300_000))


@pytest.fixture(params=["isal.isal_zlib", "zlib"])
def library(request, monkeypatch):
    monkeypatch.setattr(deflate, "library", pytest.importorskip(request.param))


def packed():
    pack = deflate.packer()
    return pack.compress(DATA) + pack.flush()


def test_anybody_unpacks_what_is_packed(library):
    assert zlib.decompress(packed(), -15) == DATA


def test_pieces_are_no_longer_than_asked(library):
    unpack = deflate.unpacker()
    block, pieces = zlib.compress(DATA, 6, -15), []
    while block:
        pieces.append(unpack.decompress(block, 1000))
        block = unpack.unconsumed_tail
    assert max(map(len, pieces)) <= 1000
    assert b"".join(pieces) + unpack.flush() == DATA


def test_a_broken_stream_is_told(library):
    with pytest.raises(deflate.BROKEN):
        deflate.unpacker().decompress(b"\xff" * 100)


def test_the_checksum_goes_on(library):
    assert deflate.checksum(DATA[99:], deflate.checksum(DATA[:99])) == zlib.crc32(DATA)
