"""Files of every kind, as a user has them, cut into records and made into items."""

from __future__ import annotations

import datetime as dt
import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support_server import rss, rss_item

from monitor.errors import UsageError
from monitor.feeds.records import ReadItem, parse_record
from monitor.feeds.tables import columns_from, columns_of
from monitor.model import BadItem, Item
from monitor.sources import Reach, items_of, records_of
from monitor.sources.archive import Polite
from monitor.sources.files import records_of_stream

CUT = "compressed file ended before the end-of-stream marker was reached"
NOW = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
STORY = "Police said a roadside bomb killed four labourers and wounded nine others in the bazaar. The injured were taken to the hospital."
PAGE = (
    '<html lang="en"><head><title>Bomb kills four in Chaman - The Courier</title><meta property="og:site_name" content="The Courier">'
    '<meta property="article:published_time" content="2024-03-04T18:30:00+05:00">'
    '<link rel="canonical" href="https://courier.example/chaman"></head><body><nav><a href="/">Home</a><a href="/sport">Sport</a></nav>'
    f"<article><h1>Bomb kills four in Chaman</h1>{''.join(f'<p>{STORY} Day {n} of the inquiry brought no arrest.</p>' for n in range(5))}"
    "</article><footer>All rights reserved</footer></body></html>"
)


def taken(path: Path | str, **options: object) -> tuple[list[Item], list[BadItem]]:
    found = list(items_of(str(path), now=NOW, **options))  # type: ignore[arg-type]
    return [one for one in found if isinstance(one, Item)], [one for one in found if isinstance(one, BadItem)]


# ---------------------------------------------------------------- tables


def test_a_table_is_read_by_the_columns_that_the_user_names(tmp_path: Path) -> None:
    """Two columns of one field are put one below the other; a semicolon and an old encoding are seen by the file itself."""
    path = tmp_path / "a.csv"
    path.write_bytes("Nr;Tag;Was;Wo\n7;4 March 2024;Caf\xe9 blast;Quetta\n".encode("latin-1"))
    columns = columns_from(["id=Nr", "published=Tag", "content=Was", "content=Wo"])
    (item,), bad = taken(path, columns=columns)
    assert bad == []
    assert (item.id, item.content, item.published_at) == ("7", "Café blast\n\nQuetta", dt.datetime(2024, 3, 4, 12, tzinfo=dt.UTC))


def test_columns_with_an_items_own_names_need_no_flag(tmp_path: Path) -> None:
    """`url` and `date` are understood; a cell may hold line breaks, and the line of a later bad row is right all the same."""
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b'title,url,date\n"A\nblast",https://a.example/1,2024-03-04T10:00:00Z\nB,,yesterday\nC\n'))
    (item,), bad = taken(path)
    assert (item.title, item.link) == ("A blast", "https://a.example/1")
    assert [one.where for one in bad] == [f"{path}:4", f"{path}:5"]
    assert 'published is "yesterday"' in bad[0].reason
    assert bad[1].reason == "has 1 cells; expected 3, as in the header"


def test_an_export_like_acleds_is_known_by_its_header(tmp_path: Path) -> None:
    """Its notes are the text, its source the outlet, its place is in the title."""
    path = tmp_path / "acled.csv"
    header = "event_id_cnty,event_date,year,event_type,sub_event_type,actor1,country,admin1,admin2,location,source,notes,fatalities"
    row = 'PAK1,04 March 2024,2024,Battles,Armed clash,X,Pakistan,Balochistan,Chaman,Chaman,Own Desk,"Gunmen shot two guards dead.",2'
    path.write_text(f"{header}\n{row}\n{row.replace('PAK1', 'PAK2')}\n")
    (first, second), bad = taken(path)
    assert bad == []
    assert (first.id, first.outlet, first.content) == ("PAK1", "Own Desk", "Gunmen shot two guards dead.")
    assert first.title == "Armed clash: Chaman, Balochistan, Pakistan"
    assert first.published_at == dt.datetime(2024, 3, 4, 12, tzinfo=dt.UTC)
    assert first.key != second.key


def test_an_export_like_the_gtds_is_known_by_its_header(tmp_path: Path) -> None:
    """A row without a summary says what its figures say, without the attackers' own dead; a day that is not known is no date,
    and one that is known is written so that it can be read."""
    path = tmp_path / "gtd.csv"
    header = "eventid,iyear,imonth,iday,country_txt,provstate,city,attacktype1_txt,nkill,nkillter,nwound,summary"
    path.write_text(
        f"{header}\n1,2013,1,10,Pakistan,Balochistan,Quetta,Bombing/Explosion,9,1,30,\n"
        '2,2013,2,0,Pakistan,Sindh,Karachi,Armed Assault,1,0,0,"02/00/2013: A driver was shot."\n'
        '3,2013,2,3,Pakistan,Sindh,Karachi,Armed Assault,1,0,0,"02/03/2013: Gunmen shot a driver."\n'
    )
    (first, second, third), bad = taken(path)
    assert bad == []
    assert (
        first.content
        == "8 people were killed and 30 people were injured in an attack (bombing/explosion) in Quetta, Balochistan, Pakistan "
        "on 10 January 2013."
    )
    assert (second.content, third.content) == ("02/00/2013: A driver was shot.", "3 February 2013: Gunmen shot a driver.")
    assert (first.published_at, second.published_at) == (dt.datetime(2013, 1, 10, 12, tzinfo=dt.UTC), None)


@pytest.mark.parametrize(
    ("header", "chosen", "words"),
    [
        pytest.param(["a", "b"], {}, "no column is known to hold a text; it has a, b; name one, as in --column content=a", id="none"),
        pytest.param(["title"], {"content": ("notes",)}, 'has no column "notes"; it has title', id="missing"),
    ],
)
def test_a_table_that_cannot_be_read_says_what_it_has(header: list[str], chosen: dict[str, tuple[str, ...]], words: str) -> None:
    """And how to name a column."""
    with pytest.raises(UsageError, match=words):
        columns_of(header, chosen)


def test_a_column_option_of_another_form_is_bad_usage() -> None:
    """It names the fields."""
    with pytest.raises(UsageError, match="expected FIELD=COLUMN with one of id, title"):
        columns_from(["notes"])


# ---------------------------------------------------------------- pages


def test_a_saved_page_gives_its_article(tmp_path: Path) -> None:
    """Without menus; with the minute that it was published, its address and its outlet."""
    path = tmp_path / "saved.html"
    path.write_text(PAGE)
    (item,), bad = taken(path)
    assert bad == []
    assert item.title == "Bomb kills four in Chaman"
    assert item.published_at == dt.datetime(2024, 3, 4, 13, 30, tzinfo=dt.UTC)
    assert (item.link, item.id, item.outlet) == ("https://courier.example/chaman", "https://courier.example/chaman", "The Courier")
    assert item.content.startswith("Police said a roadside bomb killed four")
    assert "Sport" not in item.content


def test_a_page_without_an_article_is_named_and_left_out(tmp_path: Path) -> None:
    """The other files of the folder are taken, and one that is not known is named too."""
    (tmp_path / "empty.html").write_text("<html><body></body></html>")
    (tmp_path / "good.txt").write_text("date 2024-03-04\nA blast in Quetta.\n")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    items, bad = taken(tmp_path)
    assert [item.id for item in items] == ["good.txt"]
    assert [one.where for one in bad] == [str(tmp_path / "empty.html"), str(tmp_path / "picture.png")]
    assert bad[0].reason == "no article found in the page; expected a page with a story's text"


def test_what_is_no_text_is_not_taken_for_a_document(tmp_path: Path) -> None:
    """A file of another kind that the user names, as a word processor's; text in UTF-16 is text."""
    (tmp_path / "a.docx").write_bytes(b"PK\x03\x04\0\0")
    (tmp_path / "b.doc").write_text("A blast in Quetta.", encoding="utf-16")
    (tmp_path / "folder").mkdir()
    assert "is no text; expected a plain document" in taken(tmp_path / "a.docx")[1][0].reason
    assert [item.content for item in taken(tmp_path / "b.doc")[0]] == ["A blast in Quetta."]
    assert "holds no file" in taken(tmp_path / "folder")[1][0].reason


# ---------------------------------------------------------------- web archives


def warc(*bodies: tuple[str, str, bytes], gzipped: bool = True) -> bytes:
    """A WARC of responses: address, content type, body."""
    records: list[bytes] = []
    for url, kind, body in bodies:
        http = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-03-05T00:00:00Z\r\n"
            f"WARC-Record-ID: <urn:uuid:{len(records)}>\r\nContent-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(http)}\r\n\r\n"
        ).encode()
        record = head + http + b"\r\n\r\n"
        records.append(gzip.compress(record) if gzipped else record)
    return b"".join(records)


def crawled(n: int) -> tuple[str, str, bytes]:
    return f"https://courier.example/{n}", "text/html; charset=utf-8", PAGE.replace("chaman", str(n)).replace("four", f"{n + 4}").encode()


def test_a_web_archive_gives_its_pages_and_feeds(tmp_path: Path) -> None:
    """Pictures are passed over without a word; a page's address is where it was fetched."""
    path = tmp_path / "crawl.warc.gz"
    feed = rss(rss_item("Blast in Quetta", guid="1", date="Mon, 04 Mar 2024 10:00:00 GMT"))
    path.write_bytes(warc(crawled(1), ("https://a.example/p.png", "image/png", b"x"), ("https://a.example/rss", "text/xml", feed)))
    items, bad = taken(path)
    assert bad == []
    assert [item.link or item.title for item in items] == ["https://courier.example/1", "Blast in Quetta"]


@pytest.mark.parametrize("where", ["within", "at the end"])
def test_a_damaged_web_archive_costs_the_damaged_record_alone(tmp_path: Path, where: str) -> None:
    """It is named by its offset; what stands before and behind it is taken."""
    parts = [warc(crawled(n)) for n in range(3)]
    broken = parts[1][: len(parts[1]) // 2]
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(parts[0] + broken + (b"" if where == "at the end" else parts[2]))
    items, bad = taken(path)
    assert [item.link for item in items] == ["https://courier.example/0", *([] if where == "at the end" else ["https://courier.example/2"])]
    assert [one.where for one in bad] == [f"{path}:{len(parts[0])}"]


@pytest.mark.parametrize("gzipped", [True, False])
def test_a_web_archive_that_ends_in_the_middle_says_so_wherever_it_was_cut(tmp_path: Path, gzipped: bool) -> None:
    """A download that broke off: in the headers of a record too, where the reader of archives sees a plain end."""
    parts = [warc(crawled(n), gzipped=gzipped) for n in range(2)]
    whole = b"".join(parts)
    path = tmp_path / ("crawl.warc.gz" if gzipped else "crawl.warc")
    for left in (1, 20, len(parts[1]) // 2, len(parts[1]) - 40, len(parts[1])):
        path.write_bytes(whole[: len(parts[0]) + left])
        items, bad = taken(path)
        assert items[0].link == "https://courier.example/0"
        assert len(bad) == (left != len(parts[1])), (left, bad)


# ---------------------------------------------------------------- lines and the standard input


def test_lines_of_a_gzipped_file_are_named_by_file_and_number(tmp_path: Path) -> None:
    """What is broken is left out; a file that ends in the middle says so, and what came before was taken."""
    path = tmp_path / "a.jsonl.gz"
    whole = gzip.compress(b'{"title": "a"}\nnonsense\n{"title": "b"}\n')
    path.write_bytes(whole)
    items, bad = taken(path)
    assert [item.title for item in items] == ["a", "b"]
    assert [one.where for one in bad] == [f"{path}:2"]
    path.write_bytes(whole[:-12])
    _, bad = taken(path)
    assert "cannot be read to its end" in bad[-1].reason


@pytest.mark.parametrize(
    ("body", "titles"),
    [
        pytest.param(b'{"title": "a line"}\n', ["a line"], id="lines"),
        pytest.param(rss(rss_item("in a feed", guid="1")), ["in a feed"], id="feed"),
        pytest.param(PAGE.encode(), ["Bomb kills four in Chaman"], id="page"),
        pytest.param(b"title,date\nin a table,2024-03-04\n", ["in a table"], id="table"),
        pytest.param(warc(crawled(2)), ["Bomb kills 6 in Chaman"], id="gzipped archive"),
        pytest.param(warc(crawled(3), gzipped=False), ["Bomb kills 7 in Chaman"], id="archive"),
        pytest.param(gzip.compress(b'{"title": "a gzipped line"}\n'), ["a gzipped line"], id="gzipped lines"),
        pytest.param(gzip.compress(PAGE.encode()), ["Bomb kills four in Chaman"], id="gzipped page"),
        pytest.param(
            gzip.compress(b'{"title": "a gzipped line"}\n')[:-3],
            [
                "a gzipped line",
                f"cannot be read to its end: {CUT}; what came before it was taken",
            ],
            id="gzipped lines cut short",
        ),
        pytest.param(b"", [], id="nothing"),
    ],
)
def test_the_standard_input_is_taken_for_what_it_is(body: bytes, titles: list[str]) -> None:
    """By its first bytes; from a pipe, in which nobody can go back."""
    end, begin = os.pipe()
    with Polite(make=None) as polite, os.fdopen(end, "rb") as pipe:  # type: ignore[arg-type]
        with os.fdopen(begin, "wb") as writing:
            writing.write(body)
        found = list(records_of_stream(pipe, Reach(feeds=(), polite=polite, now=NOW)))
    items = [
        item
        for one in found
        for item in ([one] if isinstance(one, Item | BadItem) else parse_record(one))
        if not isinstance(item, ReadItem)
    ]
    assert [one.title if isinstance(one, Item) else one.reason for one in items] == titles


def test_a_source_is_read_a_record_at_a_time(tmp_path: Path) -> None:
    """The first items are there before the file has been read: memory does not grow with it."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"title": "a"}\n' * 50_000)
    with Polite(make=None) as polite:  # type: ignore[arg-type]
        records: Iterator[object] = records_of(str(path), Reach(feeds=(), polite=polite, now=NOW))
        next(records)
        (opened,) = [file for file in Path("/proc/self/fd").iterdir() if file.exists() and file.resolve() == path.resolve()]
        position = int(Path(f"/proc/self/fdinfo/{opened.name}").read_text().split()[1])
        records.close()  # type: ignore[attr-defined]
    assert position < path.stat().st_size / 2
