"""What a message says, and that nothing in it is live but its own links."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_incidents import (
    BALOCHISTAN,
    BLA,
    NOON,
    PAKISTAN,
    QUETTA,
    SARIAB,
    TTP,
    account,
    at_least,
    exactly,
    filing,
    incident,
    mention,
    recalled,
)

from monitor.alerts.inert import for_html, for_slack, plain, web_link
from monitor.alerts.render import SLACK_CHARS, render, title
from monitor.alerts.wording import TITLE_CHARS, place_words, tolls_words
from monitor.model import Alert, Filing, Incident, Match, Message, Place, Reason, Ruling, Toll

GOLDEN = Path(__file__).parent / "golden"
SENTENCE = "At least nine people were killed and 20 wounded when a bomb went off beside a procession in Mastung, police said."


def first_reports() -> list[Filing]:
    blast = account(
        killed=at_least(9),
        injured=20,
        attack_type="suicide bombing",
        target="religious procession or site",
        groups=(mention(TTP, "suspected"),),
        said=SENTENCE,
    )
    return [
        filing(
            "a",
            blast,
            outlet="Quetta Courier",
            title="Nine dead as bomber strikes procession in Mastung",
            link="https://courier.example/news/1?id=7&p=2",
        ),
        filing("a2", blast, outlet="Hill Wire", title="Nine dead as bomber strikes procession in Mastung", duplicate_of="a", minutes=3),
        filing("b", blast, outlet="Indus Wire", title="Bomber kills nine in southwest", link="https://indus.example/x", minutes=6),
    ]


def later_reports() -> list[Filing]:
    claim = "The group's spokesman said in a message that one of its fighters had carried out the attack."
    more = account(
        killed=17,
        injured=34,
        attack_type="suicide bombing",
        target="religious procession or site",
        groups=(mention(BLA, "claimed", claim),),
    )
    last_year = recalled(killed=52, date=dt.date(2023, 9, 29))
    return [
        *first_reports(),
        filing("c", more, outlet="Asia Desk", title="Mastung toll climbs to 17", minutes=95),
        filing("d", last_year, outlet="Journal"),
    ]


def alert(
    now_is: Incident, *, change: Any = "new", reason: str = "first-alert", severity: Any = "high", matches: tuple[Match, ...] | None = None
) -> Alert:
    held = Match(
        rule="five-killed", severity=severity, reasons=(Reason(rule="five-killed", condition="killed >= 5", value=9, text=SENTENCE),)
    )
    claimed = Match(rule="claimed", severity="notice", reasons=(Reason(rule="claimed", condition="stance: claimed", value="bla"),))
    return Alert(
        id="known-1",
        incident_id="known",
        change=change,
        reason=reason,
        created_at=NOON,
        due_at=NOON,
        severity=severity,
        matches=(held, claimed) if matches is None else matches,
        channels=("desk",),
        incident=now_is,
    )


def written(one: Alert, *, first_on_channel: bool = True, **options: Any) -> Message:
    return render(one, first_on_channel=first_on_channel, now=NOON + dt.timedelta(minutes=100), timezone="Asia/Karachi", **options)


FIRST, LATER = incident(*first_reports()), incident(*later_reports())
LOWERED = incident(*first_reports(), filing("e", account(killed=4, injured=20, said="The ministry lowered the toll to four."), minutes=200))
WITHDRAWN = incident(
    *first_reports(), filing("f", account(retracts=True, said="The blast came from a gas cylinder, the district police said."), minutes=99)
)
RULED = replace(
    FIRST,
    place=QUETTA,
    target=None,
    rulings=(Ruling(number=1, what="place", actor="amna", why="our reporter was there"), Ruling(number=2, what="target", actor="amna")),
)
DISMISSED = replace(
    FIRST, dismissed=True, rulings=(Ruling(number=3, what="dismiss", actor="bilal", why="a gas cylinder, by the bomb squad"),)
)
MESSAGES: dict[str, Message] = {
    "new": written(alert(FIRST)),
    "update": written(alert(LATER, change="update", reason="toll-step-passed", severity="severe"), first_on_channel=False, told=FIRST),
    "update-first-on-channel": written(alert(LATER, change="update", reason="severity-rose", severity="severe"), told=FIRST),
    "correction": written(
        alert(LOWERED, change="correction", reason="toll-fell-below-step", matches=()), first_on_channel=False, told=FIRST
    ),
    "put-right-by-hand": written(alert(RULED, change="correction", reason="set-by-hand"), first_on_channel=False, told=FIRST),
    "dismissed": written(alert(DISMISSED, change="retraction", reason="dismissed"), first_on_channel=False, told=FIRST),
    "two-after-all": written(alert(FIRST, change="correction", reason="found-to-be-two"), first_on_channel=False, told=FIRST),
    "retraction": written(alert(WITHDRAWN, change="retraction", reason="retracted", matches=()), first_on_channel=False, told=FIRST),
    "repeat-from-the-past": written(alert(FIRST), may_repeat=True, backfilled=True, sent_at=NOON + dt.timedelta(days=1)),
}


@pytest.mark.parametrize("form", ["txt", "html", "slack"])
@pytest.mark.parametrize("name", MESSAGES)
def test_message_reads_as_the_golden_file(name: str, form: str):
    """Each kind of message, as a reader gets it; MONITOR_WRITE_GOLDEN=1 writes the files anew, to be looked at."""
    message = MESSAGES[name]
    text = {"txt": message.text, "html": message.html, "slack": message.slack}[form]
    path = GOLDEN / f"{name}.{form}"
    if os.environ.get("MONITOR_WRITE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


TITLES: dict[str, tuple[Incident, str]] = {
    "the words of an open toll": (
        incident(filing("a", account(killed=Toll(count=50, min=50, text="over 50"), injured=100, attack_type="suicide bombing"))),
        "HIGH: suicide bombing in Mastung, Balochistan — over 50 killed, 100 injured",
    ),
    "a part of a city": (
        incident(filing("a", account(killed=2, place=SARIAB))),
        "HIGH: bombing in Sariab Road, Quetta, Balochistan — 2 killed",
    ),
    "nothing known": (
        incident(filing("a", account(place=None, attack_type=None))),
        "HIGH: attack in a place not named — toll not known yet",
    ),
    "a country": (incident(filing("a", account(place=PAKISTAN, killed=0))), "HIGH: bombing in Pakistan — nobody killed"),
    "an operation": (
        incident(filing("a", account(killed=1, attack_type="security operation", militants_killed=exactly(8), place=QUETTA))),
        "HIGH: security operation in Quetta, Balochistan — 1 killed, 8 militants killed",
    ),
}


@pytest.mark.parametrize(("now_is", "line"), TITLES.values(), ids=TITLES)
def test_title_gives_severity_type_place_and_toll(now_is: Incident, line: str):
    """The one line that a phone shows."""
    assert title(alert(now_is)) == line


def test_title_says_what_kind_of_message_it_is():
    """An update says so, unless the channel knows nothing yet; a retraction always."""
    update = alert(FIRST, change="update", reason="claim-came")
    assert title(update).startswith("UPDATE HIGH: ")
    assert title(update, first_on_channel=True).startswith("HIGH: ")
    assert title(alert(FIRST, change="retraction", reason="retracted")) == "RETRACTED: suicide bombing in Mastung, Balochistan"


def test_title_of_an_update_says_what_is_new():
    """Each figure with what it was when last told, and each new word on a group; a first message on a channel knows of none."""
    now_is = replace(FIRST, killed=exactly(17), groups=LATER.groups)
    update = alert(now_is, change="update", reason="toll-step-passed")
    told = title(update, told=FIRST)
    assert told.startswith("UPDATE HIGH: ")
    assert "9 → 17 killed, 20 injured" in told
    assert "claimed by Baloch Liberation Army" in told
    assert "→" not in title(update, told=FIRST, first_on_channel=True)
    assert "→" not in title(update, told=now_is)


def test_title_of_what_may_be_a_repeat_says_so_however_long_it_is():
    repeat = title(alert(FIRST), may_repeat=True)
    long = title(alert(replace(FIRST, place=replace(FIRST.place, name="Q" * 300))), may_repeat=True)
    assert repeat == f"{title(alert(FIRST))} (may be a repeat)"
    assert long.endswith(" (may be a repeat)")
    assert len(long) <= TITLE_CHARS


TOLL_WORDS: dict[str, tuple[Toll, str]] = {
    "plain": (exactly(5), "5"),
    "open above": (Toll(count=24, min=24, text="dozens"), "at least 24"),
    "open below": (Toll(count=60, max=60, text="nearly sixty"), "up to 60"),
    "a range": (Toll(count=8, min=8, max=10, text="between eight and ten"), "8 to 10"),
    "words that say another number": (Toll(count=9, min=9, max=9, text="12"), "9"),
    "a thousand": (Toll(count=1_200, min=1_200, text="more than 1,200"), "more than 1,200"),
    "words from a hostile text": (Toll(count=9, min=9, max=9, text="<b>9</b> click"), "9"),
}


@pytest.mark.parametrize(("toll", "words"), TOLL_WORDS.values(), ids=TOLL_WORDS)
def test_toll_keeps_its_own_words_where_they_are_a_count(toll: Toll, words: str):
    """ "over 50" stays; anything else is told from the bounds."""
    assert tolls_words(incident(filing("a", account(killed=toll)))) == f"{words} killed"


def test_place_falls_back_to_the_country():
    """The country is named where no province is."""
    assert place_words(PAKISTAN) == "Pakistan"
    assert place_words(BALOCHISTAN) == "Balochistan"
    assert place_words(Place(name="Torkham", country="Afghanistan")) == "Torkham, Afghanistan"
    assert place_words(Place()) == "a place not named"


HOSTILE = (
    "<!channel> <!here|x> @here @everyone *bold* _it_ `code` :fire: <https://evil.example|https://bank.example> "
    "[bank](https://evil.example) <script>alert(1)</script><img src=x onerror=y> javascript:alert(1) \x1b[31mred\x1b[0m "
    "\u202egnp.exe \x00 www.evil.example\nBcc: all@x.example &lt;b&gt;"
)


def hostile() -> Message:
    told = account(
        killed=5, groups=(mention(("x", HOSTILE), "claimed"),), place=Place(name=HOSTILE, country="Pakistan"), said=HOSTILE, target=HOSTILE
    )
    known = incident(
        filing("a", told, outlet=HOSTILE, title=HOSTILE, link="javascript:alert(1)"),
        filing("b", told, outlet="x", title=HOSTILE, link='https://evil.example/"><script>alert(1)</script>'),
    )
    rule = Match(rule="r", severity="high", reasons=(Reason(rule="r", condition="text: x", value=HOSTILE, text=HOSTILE),))
    return written(alert(known, change="update", reason="claim-came", matches=(rule,)), first_on_channel=False, told=incident(filing("z")))


class Tags(HTMLParser):
    """Every tag and attribute of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str | None] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name in ("href", "src")]


def test_hostile_text_brings_no_markup_into_a_mail():
    """No tag, attribute or link of a feed's text becomes one of the mail's."""
    page = Tags()
    page.feed(hostile().html)
    own = {"html", "head", "meta", "title", "body", "div", "h1", "h2", "p", "ul", "li", "blockquote", "br", "span"}
    assert page.tags <= own
    assert page.links == []
    assert page.attributes <= {"lang", "charset", "name", "content", "style", "role", "aria-label"}


def test_hostile_text_calls_nobody_on_slack():
    """No mention, no link, no mark-up: Slack acts on nothing that came from a feed."""
    slack = hostile().slack
    assert "<" not in slack
    for live in ("@here", "@everyone", "@channel", "<!", "://", "javascript:", ":fire:", "*bold*", "_it_", "`code`", "www.evil"):
        assert live not in slack
    assert "&lt;!channel&gt;" in slack


@pytest.mark.parametrize("form", ["title", "text", "html", "slack"])
def test_no_form_holds_control_characters(form: str):
    """Neither terminal escapes nor overrides of the writing direction get through, and a title is one line."""
    text: str = getattr(hostile(), form)
    assert not [c for c in text if c not in "\n\u2060" and plain(c) != c and not c.isspace()]
    assert form != "title" or "\n" not in text


LINKS: dict[str, tuple[str | None, tuple[str, str] | None]] = {
    "https": ("https://news.example/a?b=1&c=2#d", ("https://news.example/a?b=1&c=2#d", "news.example")),
    "a port": ("http://news.example:8080/", ("http://news.example:8080/", "news.example")),
    "upper case": ("https://NEWS.example/A", ("https://news.example/A", "news.example")),
    "another alphabet": ("https://bücher.example/", ("https://xn--bcher-kva.example/", "xn--bcher-kva.example")),
    "an address in brackets": ("http://[::1]:80/x", ("http://[::1]:80/x", "::1")),
    "none": (None, None),
    "javascript": ("javascript:alert(1)", None),
    "data": ("data:text/html,x", None),
    "a user that poses as the host": ("https://bank.example@evil.example/", None),
    "no host": ("https:///path", None),
    "a space": ("https://x.example/a b", None),
    "a quote": ('https://x.example/"onclick=', None),
    "a bar, which would end a Slack link": ("https://x.example/a|bank", None),
    "a bad port": ("https://x.example:99999999/", None),
    "a bad bracket": ("https://[x/", None),
    "endless": ("https://x.example/" + "a" * 3_000, None),
}


@pytest.mark.parametrize(("link", "shown"), LINKS.values(), ids=LINKS)
def test_only_plain_web_links_are_shown(link: str | None, shown: tuple[str, str] | None):
    """A link shows its real host, or is left out."""
    assert web_link(link) == shown


def test_long_incident_fits_every_channel():
    """Fifty outlets and endless sentences: titles and Slack texts stay within their limits, and say what was left out."""
    long = "a very long sentence of one report, " * 60
    many = incident(
        *(
            filing(
                f"i{n}",
                account(killed=5 + n, said=f"{n} {long}"),
                minutes=n,
                title=f"{n} {long}",
                outlet=f"Outlet {n}",
                link=f"https://x{n}.example/" + "p" * 900,
            )
            for n in range(50)
        )
    )
    rules = tuple(
        Match(
            rule=f"rule-{n}",
            severity="high",
            reasons=(Reason(rule=f"rule-{n}", condition="text: " + "word " * 30, value=long, text=f"{n} {long}"),),
        )
        for n in range(30)
    )
    message = written(alert(many, matches=rules))
    assert len(message.title) <= TITLE_CHARS
    assert len(message.slack) <= SLACK_CHARS
    assert len(message.text) <= 20_000
    assert " more" in message.slack
    assert message.slack.rstrip().endswith("alert known-1")


def test_messages_of_one_incident_share_a_thread():
    """Mails of an incident name the same synthetic parent, so that a mail client threads them."""
    threads = {(m.thread, m.headers["References"], m.headers["In-Reply-To"]) for m in MESSAGES.values()}
    assert threads == {("incident-known", "<incident-known@monitor.invalid>", "<incident-known@monitor.invalid>")}


def test_facts_without_filings_still_make_a_message():
    """An alert whose list of items was not kept says its facts and its times."""
    message = written(alert(replace(FIRST, filings=(), history=()), matches=()))
    assert "at least 9 killed, 20 injured" in message.text
    assert "Reported by" not in message.text


@given(text=st.text(max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_text_is_inert(text: str):
    """Whatever a feed says, it opens no tag, entity or mention."""
    slack, mail = for_slack(text), for_html(text)
    assert "<" not in slack + mail
    assert ">" not in slack + mail
    assert "\n" not in slack + mail
    assert not any(call in slack.lower() for call in ("@here", "@channel", "@everyone", "://"))
