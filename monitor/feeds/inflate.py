"""Bytes as they came over the wire → the body, never more than a bound. Pure."""

from __future__ import annotations

import zlib

from monitor.errors import FetchError

_GZIP_MAGIC = b"\x1f\x8b"


class Inflater:
    """Takes the pieces of one body as they come; raises FetchError as soon as the body passes `max_bytes`, before it is held.

    gzip (of one or many members) and deflate (with and without its zlib head) are inflated; other encodings are refused by name. A body
    that claims gzip and is none is taken as it is: some servers label files they do not compress.
    """

    def __init__(self, encoding: str, *, max_bytes: int) -> None:
        self._encoding = _known(encoding)
        self._max_bytes = max_bytes
        self._parts: list[bytes] = []
        self._size = 0
        self._wire = 0
        self._stream: zlib._Decompress | None = None
        self._plain = self._encoding == "identity"
        self._head = b""

    def feed(self, piece: bytes) -> None:
        self._wire += len(piece)
        if self._wire > self._max_bytes:
            raise self._too_large()
        if self._stream is None and not self._plain:
            self._head += piece
            if len(self._head) < 2:  # too little to tell what it is
                return
            piece, self._head = self._head, b""
            self._begin(piece)
        if self._plain:
            self._keep(piece)
        else:
            self._inflate(piece)

    def finish(self) -> bytes:
        """The whole body. Raises FetchError where the compressed stream stops in the middle."""
        if self._head:
            self._keep(self._head)
        if self._stream is not None and not self._stream.eof:
            raise FetchError(f"the answer was cut short: its {self._encoding} stream does not end")
        return b"".join(self._parts)

    def _begin(self, piece: bytes) -> None:
        if self._encoding == "gzip" and not piece.startswith(_GZIP_MAGIC):
            self._plain = True
        elif self._encoding == "gzip":
            self._stream = zlib.decompressobj(wbits=31)
        else:
            has_zlib_head = len(piece) >= 2 and (piece[0] & 0x0F) == 8 and (piece[0] << 8 | piece[1]) % 31 == 0
            self._stream = zlib.decompressobj(wbits=15 if has_zlib_head else -15)

    def _inflate(self, piece: bytes) -> None:
        while piece and self._stream is not None:
            try:
                # One byte over the bound is enough to know that the body passes it.
                self._keep(self._stream.decompress(piece, self._max_bytes - self._size + 1))
            except zlib.error as error:
                raise FetchError(f"the answer cannot be inflated ({self._encoding}): {error}") from error
            piece = self._stream.unconsumed_tail
            if self._stream.eof:
                piece = self._stream.unused_data.lstrip(b"\0")
                if not piece.startswith(_GZIP_MAGIC):
                    return  # what follows the last member is padding
                self._stream = zlib.decompressobj(wbits=31)

    def _keep(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > self._max_bytes:
            raise self._too_large()
        if part:
            self._parts.append(part)

    def _too_large(self) -> FetchError:
        return FetchError(f"too large: more than {self._max_bytes / 1e6:g} MB")


def _known(encoding: str) -> str:
    names = [name.strip().lower() for name in encoding.split(",") if name.strip()]
    names = [name for name in names if name != "identity"]
    if not names:
        return "identity"
    if names in (["gzip"], ["x-gzip"]):
        return "gzip"
    if names == ["deflate"]:
        return "deflate"
    raise FetchError(f"content encoding {', '.join(names)!r} was not asked for; expected gzip, deflate or none")
