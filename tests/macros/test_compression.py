"""VBA's compression, undone by another reader: olevba's."""

import random
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from oletools.olevba import decompress_stream

from macros.vba.compression import CHUNK, compress

LINE = b"Public Function LEADTIME(ByVal category As Variant) As Variant\r\n"


def undone(packed):
    return bytes(decompress_stream(bytearray(packed)))


def noise(size, seed=1):
    """Bytes without repetitions worth a token."""
    return random.Random(seed).randbytes(size)


@given(st.binary(max_size=3 * CHUNK).filter(lambda data: len(data) % CHUNK <= 3640))
@example(b"")
@example(b"\0")
@example(b"aaa")
def test_any_bytes_come_back(data):
    assert undone(compress(data)) == data


@given(
    st.lists(st.text(string.printable, max_size=200).map(str.encode), min_size=1, max_size=20),
    st.lists(st.integers(0, 19), min_size=40, max_size=400),
)
def test_text_that_repeats_itself_comes_back(lines, order):
    data = b"\r\n".join(lines[at % len(lines)] for at in order)
    assert undone(compress(data)) == data


@pytest.mark.parametrize("size", [1, 2, 3, 15, 16, 17, 32, 33, 4095, 4096, 4097, 8191, 8192, 8193, 50_000])
@pytest.mark.parametrize("piece", [b"a", b"ab", b"abc", LINE], ids=["a", "ab", "abc", "line"])
def test_sizes_around_chunks_and_token_widths(size, piece):
    data = (piece * (size // len(piece) + 1))[:size]
    packed = compress(data)
    assert undone(packed) == data
    assert len(packed) <= size + size // 8 + 4


def test_a_whole_chunk_without_repetitions_is_stored_raw():
    data = noise(CHUNK) + LINE * 100
    packed = compress(data)
    assert packed[1:3] == b"\xff\x3f"
    assert undone(packed) == data


def test_a_short_last_chunk_that_would_be_padded_is_refused():
    with pytest.raises(ValueError, match="short last chunk"):
        compress(noise(4000))
    assert undone(compress(noise(3640))) == noise(3640)


def test_the_formats_own_example():
    """[MS-OVBA] 3.2.3: 73 times the same letter is one byte and one token."""
    assert compress(b"a" * 73).hex() == "0103b002614500"
