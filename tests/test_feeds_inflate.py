"""A body's bytes, inflated within a bound."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_server import gzip_bomb

from monitor.errors import FetchError
from monitor.feeds.inflate import Inflater

BODY = b"<rss>" + b"five words of a body " * 40 + b"</rss>"


def inflated(encoding: str, wire: bytes, *, max_bytes: int = 100_000, cuts: tuple[int, ...] = ()) -> bytes:
    inflater = Inflater(encoding, max_bytes=max_bytes)
    begin = 0
    for end in (*sorted(cuts), len(wire)):
        inflater.feed(wire[begin:end])
        begin = end
    return inflater.finish()


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "wire"),
    [
        pytest.param("", BODY, id="plain"),
        pytest.param("identity", BODY, id="identity"),
        pytest.param("gzip", gzip.compress(BODY), id="gzip"),
        pytest.param("GZIP", gzip.compress(BODY), id="gzip in capitals"),
        pytest.param("x-gzip", gzip.compress(BODY), id="gzip by its old name"),
        pytest.param("gzip", gzip.compress(BODY[:90]) + gzip.compress(BODY[90:]), id="gzip in two members"),
        pytest.param("gzip", gzip.compress(BODY) + b"\0\0\0\0", id="gzip with padding"),
        pytest.param("gzip", gzip.compress(BODY) + b"junk", id="gzip with junk behind it"),
        pytest.param("gzip", BODY, id="gzip claimed only"),
        pytest.param("deflate", zlib.compress(BODY), id="deflate"),
        pytest.param("deflate", raw_deflate(BODY), id="deflate without a head"),
    ],
)
@given(cuts=st.lists(st.integers(0, 900), max_size=5).map(tuple))
def test_a_body_is_the_same_however_it_arrives(encoding: str, wire: bytes, cuts: tuple[int, ...]) -> None:
    """Pieces may be cut anywhere, also within a head of two bytes."""
    assert inflated(encoding, wire, cuts=tuple(min(cut, len(wire)) for cut in cuts)) == BODY


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, br", "gzip, gzip"])
def test_an_encoding_that_was_not_asked_for_is_refused_by_name(encoding: str) -> None:
    """796 bytes of brotli can be a gigabyte: what is not understood is not touched."""
    with pytest.raises(FetchError, match=encoding):
        Inflater(encoding, max_bytes=1000)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_bomb_is_given_up_at_the_bound(encoding: str) -> None:
    """No more than the bound is ever held, whatever the ratio."""
    wire = gzip_bomb(50_000_000) if encoding == "gzip" else zlib.compress(bytes(50_000_000))
    with pytest.raises(FetchError, match=r"too large: more than 0\.1 MB"):
        inflated(encoding, wire)


def test_a_long_plain_body_is_given_up_at_the_bound() -> None:
    """The bound holds on the wire too; a body of exactly its size passes."""
    assert len(inflated("", bytes(100_000))) == 100_000
    with pytest.raises(FetchError, match="too large"):
        inflated("", bytes(100_001))


@pytest.mark.parametrize("wire", [gzip.compress(BODY)[:-9], gzip.compress(BODY)[:20]], ids=["tail missing", "head only"])
def test_a_stream_that_stops_in_the_middle_is_no_body(wire: bytes) -> None:
    """A half feed must not pass for a whole one."""
    with pytest.raises(FetchError, match="cut short"):
        inflated("gzip", wire)


def test_a_broken_stream_is_told_in_words() -> None:
    """A corrupted gzip names its encoding."""
    wire = bytearray(gzip.compress(BODY))
    wire[15] ^= 0xFF
    with pytest.raises(FetchError, match="inflated"):
        inflated("gzip", bytes(wire))


def test_an_empty_body_is_empty() -> None:
    """Nothing sent under any label is nothing."""
    assert inflated("", b"") == inflated("gzip", b"") == b""


def test_a_single_byte_under_a_gzip_label_is_itself() -> None:
    """Too short to be compressed at all."""
    assert inflated("gzip", b"x") == b"x"
