"""Files of every kind, gzipped or not, cut into records one at a time."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from monitor.errors import UsageError
from monitor.feeds.records import Document, FeedBody, Line, Page, ReadLine, Record, TableRow
from monitor.feeds.tables import columns_of
from monitor.model import BadItem, Feed, Item

if TYPE_CHECKING:
    from monitor.sources import Reach

DOCUMENTS = (".txt", ".md", ".text")
FEEDS = (".xml", ".rss", ".atom", ".rdf", ".json")
PAGES = (".html", ".htm", ".xhtml")
TABLES = (".csv", ".tsv")
LINES = (".jsonl", ".ndjson")
WARCS = (".warc", ".warc.gz")
KINDS = (*LINES, *(f"{kind}.gz" for kind in LINES), *TABLES, *(f"{kind}.gz" for kind in TABLES), *WARCS, *FEEDS, *PAGES, *DOCUMENTS)

MAX_FILE = 50_000_000  # bytes of a feed, a page or a document, which are read as a whole
MAX_LINE = 10_000_000  # bytes of one line of JSON Lines
_CUT = 1_000_000  # a line that is too long is passed over by so much at a time
_BROKEN = (OSError, EOFError, zlib.error)
_GZIP, _WARC = b"\x1f\x8b", b"WARC/"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")

csv.field_size_limit(MAX_LINE)

Found = Record | Item | BadItem


def records_of_file(path: Path, reach: Reach, *, name: str = "") -> Iterator[Found]:
    """One file's records by its name's ending; `name` shows it otherwise. A file of no known kind is a plain document."""
    shown = name or str(path)
    lower = path.name.lower()
    try:
        if lower.endswith(WARCS):
            from monitor.sources.warc import records_of_warc

            with path.open("rb") as file:
                yield from records_of_warc(file, shown, reach)
        elif lower.removesuffix(".gz").endswith((*LINES, *TABLES)):
            with _opened(path) as file:
                yield from _rows_or_lines(file, lower.removesuffix(".gz"), shown, reach, path)
        elif lower.endswith((*FEEDS, *PAGES)):
            yield _whole(path, lower, shown, reach)
        else:
            body = _body(path)
            if b"\0" in body[:_CUT] and not body.startswith(_UTF_16):
                yield BadItem(where=shown, reason=f"is no text; expected a plain document, or one of {', '.join(KINDS)}")
            else:
                yield Document(where=shown, name=path.name, body=body)
    except _BROKEN as error:
        yield BadItem(where=shown, reason=f"cannot be read to its end: {_in_words(error)}; what came before it was taken")


def records_of_reports(path: Path) -> Iterator[Found]:
    """The lines that `monitor analyze --full` printed."""
    try:
        with _opened(path) as file:
            for found in _lines(file, str(path)):
                yield ReadLine(where=found.where, text=found.text) if isinstance(found, Line) else found
    except _BROKEN as error:
        yield BadItem(where=str(path), reason=f"cannot be read to its end: {_in_words(error)}; what came before it was taken")


def records_of_stream(stream: BinaryIO, reach: Reach) -> Iterator[Found]:
    """The standard input, whatever it is, gzipped or not: WARC, a feed, a page, a table with a header that is known, else JSON Lines."""
    shown = "standard input"
    file = cast("io.BufferedReader", stream)
    begin = file.peek(4096)[:4096]
    try:
        if begin.startswith(_GZIP) and not zlib.decompressobj(wbits=31).decompress(begin, 64).startswith(_WARC):
            with gzip.GzipFile(fileobj=file) as inflated:
                yield from _of_stream(cast("io.BufferedReader", inflated), shown, reach)
        else:
            yield from _of_stream(file, shown, reach)
    except _BROKEN as error:
        yield BadItem(where=shown, reason=f"cannot be read to its end: {_in_words(error)}; what came before it was taken")


def _of_stream(file: io.BufferedReader, shown: str, reach: Reach) -> Iterator[Found]:
    begin = file.peek(4096)[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if begin.startswith((_GZIP, _WARC)):
        from monitor.sources.warc import records_of_warc

        yield from records_of_warc(cast("BinaryIO", _Forward(file)), shown, reach)
    elif begin.startswith(b"<"):
        kind = ".html" if b"<html" in begin.lower() or begin.lower().startswith(b"<!doctype html") else ".xml"
        yield _record(file.read(MAX_FILE), kind, shown, reach, url="")
    elif not begin.startswith(b"{") and _is_table(begin, reach):
        text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
        yield from _rows(text, shown, reach)
        text.detach()  # else it would close a stream that is not its own
    else:
        yield from _lines(file, shown)


class _Forward:
    """A pipe can only be read on, and says nothing of where it is: the archive's offsets are counted here."""

    def __init__(self, file: io.BufferedReader) -> None:
        self._file = file
        self._at = 0

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self._at += len(piece)
        return piece

    def tell(self) -> int:
        return self._at

    def seekable(self) -> bool:
        return False

    def fileno(self) -> int:
        raise io.UnsupportedOperation("a pipe cannot be looked ahead in")


def _is_table(begin: bytes, reach: Reach) -> bool:
    header = begin.split(b"\n")[0].decode("utf-8", "replace")
    delimiter = _delimiter(header)
    try:
        columns_of(next(csv.reader([header], delimiter=delimiter)), reach.columns)
    except (UsageError, StopIteration, csv.Error):
        return bool(reach.columns)
    return delimiter in header


# ---------------------------------------------------------------- lines and tables


def _opened(path: Path) -> io.BufferedIOBase:
    return cast("io.BufferedIOBase", gzip.open(path, "rb") if path.name.lower().endswith(".gz") else path.open("rb"))


def _rows_or_lines(file: io.BufferedIOBase, name: str, shown: str, reach: Reach, path: Path) -> Iterator[Found]:
    if name.endswith(LINES):
        yield from _lines(file, shown)
    else:
        with io.TextIOWrapper(cast("io.BufferedReader", file), encoding=_encoding(path), errors="replace", newline="") as text:
            yield from _rows(text, shown, reach)


def _lines(file: io.BufferedIOBase, shown: str) -> Iterator[Found]:
    number = 0
    while line := file.readline(MAX_LINE):
        number += 1
        where = f"{shown}:{number}"
        if len(line) == MAX_LINE and not line.endswith(b"\n"):
            while (rest := file.readline(_CUT)) and not rest.endswith(b"\n"):
                continue
            yield BadItem(where=where, reason=f"is longer than {MAX_LINE / 1e6:g} MB; expected one item a line")
        elif line.strip():
            yield Line(where=where, text=line)


def _rows(text: io.TextIOBase, shown: str, reach: Reach) -> Iterator[Found]:
    first = text.readline(MAX_LINE)
    delimiter = _delimiter(first)
    try:
        header = tuple(name.strip().removeprefix("\ufeff") for name in next(csv.reader([first], delimiter=delimiter)))
    except StopIteration:
        yield BadItem(where=shown, reason="is empty; expected a header that names the columns")
        return
    try:
        columns = columns_of(header, reach.columns)
    except UsageError as error:
        yield BadItem(where=f"{shown}:1", reason=str(error))
        return
    # A NUL ends some exports of old databases in the middle.
    reader = csv.reader((line.replace("\0", "") for line in text), delimiter=delimiter)
    while True:
        begin = reader.line_num + 2
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield BadItem(where=f"{shown}:{begin}", reason=f"is no row of a table: {error}")
            continue
        if any(value.strip() for value in values):
            yield TableRow(where=f"{shown}:{begin}", values=tuple(values), header=header, columns=columns)


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


def _encoding(path: Path) -> str:
    """UTF-8 where the whole file is, else what spreadsheets of the West write."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with _opened(path) as file:
            while piece := file.read(1_000_000):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    except _BROKEN:
        return "utf-8-sig"
    return "utf-8-sig"


# ---------------------------------------------------------------- whole files


def _body(path: Path) -> bytes:
    if path.stat().st_size > MAX_FILE:
        raise OSError(f"larger than {MAX_FILE / 1e6:g} MB")
    return path.read_bytes()


def _whole(path: Path, lower: str, shown: str, reach: Reach) -> Record:
    return _record(_body(path), lower, shown, reach, url=path.resolve().as_uri())


def _record(body: bytes, name: str, shown: str, reach: Reach, *, url: str) -> Record:
    if name.endswith(PAGES):
        return Page(where=shown, body=body)
    return FeedBody(where=shown, body=body, url=url, feed=Feed(name=Path(shown).stem, url=url), at=reach.now)


def _in_words(error: BaseException) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).lower()
