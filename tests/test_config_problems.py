"""Every mistake in a config: its exact words and its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config import load_config
from monitor.errors import InvalidInput


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory of its own, so that messages show short paths."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def problems(text: str | bytes) -> list[str]:
    Path("config.toml").write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(InvalidInput) as caught:
        load_config(Path("config.toml"))
    return [str(problem) for problem in caught.value.problems]


def warnings(text: str) -> list[str]:
    Path("config.toml").write_text(text, encoding="utf-8")
    return [str(problem) for problem in load_config(Path("config.toml")).warnings]


FEED = '[[feeds]]\nname = "gazette"\nurl = "https://gazette.example.org/rss"\n'
DESK = '[channels.desk]\nurl = "json://127.0.0.1"\n'
EXPECTED_FEED = (
    "one of name, url, outlet, publisher, language, tags, interval, max_delay, weight, timezone, include, exclude, "
    "full_text, allow_private, enabled"
)


def test_a_missing_file_says_how_to_make_one() -> None:
    """The first thing a new user sees is what to do."""
    with pytest.raises(InvalidInput) as caught:
        load_config(Path("config.toml"))
    assert str(caught.value) == (
        'config.toml: no such config file; make one with "monitor init DIR", or name yours with --config PATH or MONITOR_CONFIG\n1 problem'
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            FEED + 'intervall = "5m"',
            f'config.toml:4:1: feed "gazette": unknown key "intervall"; expected {EXPECTED_FEED}; did you mean "interval"?',
            id="unknown key",
        ),
        pytest.param(
            FEED + "zzz = 1",
            f'config.toml:4:1: feed "gazette": unknown key "zzz"; expected {EXPECTED_FEED}; remove it',
            id="unlike any key",
        ),
        pytest.param(
            '[poling]\ncontact = ""',
            'config.toml:1:1: the config: unknown key "poling"; '
            "expected one of feeds, polling, storage, channels, alerts, digests, text, rules, health, websub, log; "
            'did you mean "polling"?',
            id="unknown section",
        ),
        pytest.param(
            '[channels.m]\nurl = "json://h/"\nquiet = "22-6"',
            'config.toml:3:9: [channels.m]: quiet is "22-6"; expected a span of the day such as "22:00-06:30", or "off"',
            id="no span of the day",
        ),
        pytest.param(
            '[channels.m]\nurl = "json://h/"\nquiet = "25:00-06:00"',
            'config.toml:3:9: [channels.m]: quiet is "25:00-06:00"; expected a span of the day such as "22:00-06:30", or "off"',
            id="no hour",
        ),
        pytest.param(
            '[channels.m]\nurl = "json://h/"\nquiet_timezone = "Karachi"',
            'config.toml:3:18: [channels.m]: quiet_timezone is "Karachi"; expected an IANA time zone such as "Asia/Karachi"',
            id="quiet hours nowhere",
        ),
        pytest.param(
            "[alerts.storm]\nmessages = 1",
            'config.toml:2:12: [alerts.storm]: messages is 1; expected a whole number from 2 to 1000, or "off"',
            id="storm of one",
        ),
        pytest.param(
            '[alerts.storm]\nwithn = "5m"',
            'config.toml:2:1: [alerts.storm]: unknown key "withn"; expected one of messages, within; did you mean "within"?',
            id="unknown key of storm",
        ),
        pytest.param(
            '[alerts]\nescalate_after = "30m"',
            'config.toml:2:18: [alerts]: escalate_after is set while escalate_to names no channel; add escalate_to = "…"',
            id="escalation to nobody",
        ),
        pytest.param(
            '[alerts]\nescalate_to = "m"\n[channels.m]\nurl = "json://h/"',
            'config.toml:2:15: [alerts]: escalate_to is set while escalate_after is off; add escalate_after = "30m"',
            id="escalation never",
        ),
        pytest.param(
            '[alerts]\nescalate_after = "5s"\nescalate_to = "m"\n[channels.m]\nurl = "json://h/"',
            'config.toml:2:18: [alerts]: escalate_after is "5s"; '
            'expected "off", or a duration from "1m" to "7d", with its unit (s, m, h, d, w)',
            id="escalation at once",
        ),
        pytest.param(
            '[channels.m]\nurl = "json://h/"\n[alerts]\nescalate_after = "1h"\nescalate_to = "n"',
            'config.toml:5:15: [alerts]: escalate_to names channel "n", which does not exist; '
            "expected one of m; add [channels.n] or remove the name",
            id="escalation to an unknown channel",
        ),
        pytest.param(
            '[digests.daily]\nat = "08:00"',
            'config.toml:1:1: [digests.daily]: channel is missing; add channel = "…"',
            id="digest to nobody",
        ),
        pytest.param(
            '[digests.daily]\nchannel = "mial"\n[channels.mail]\nurl = "json://h/"',
            'config.toml:2:11: [digests.daily]: channel names channel "mial", which does not exist; '
            'expected one of mail; did you mean "mail"?',
            id="digest to an unknown channel",
        ),
        pytest.param(
            '[channels.m]\nurl = "json://h/"\n[digests.daily]\nchannel = "m"\nat = 8',
            'config.toml:5:6: [digests.daily]: at is 8; expected a time of the day in quotes such as "08:00"',
            id="digest at no time",
        ),
        pytest.param(
            '[channels.m]\nurl = "json://h/"\n[digests.daily]\nchannel = "m"\ndays = ["monday"]',
            'config.toml:5:8: [digests.daily]: days is [\'monday\']; expected a list of "mon", "tue", "wed", "thu", "fri", "sat", "sun"',
            id="digest on no day",
        ),
        pytest.param(
            '[alerts]\nescalate_after = "soon"\nescalate_to = "m"\n[channels.m]\nurl = "json://h/"',
            'config.toml:2:18: [alerts]: escalate_after is "soon"; '
            'expected "off", or a duration from "1m" to "7d", with its unit (s, m, h, d, w)',
            id="escalation at no time",
        ),
        pytest.param(
            '[channels.m]\nurl = "json://h/"\nquiet = true',
            'config.toml:3:9: [channels.m]: quiet is true; expected a span of the day such as "22:00-06:30", or "off"',
            id="quiet without hours",
        ),
        pytest.param(
            '[channels.m]\nurl = "json://h/"\n[digests.daily]\nchannel = "m"\nat = "24:00"',
            'config.toml:5:6: [digests.daily]: at is "24:00"; expected a time of the day in quotes such as "08:00"',
            id="digest after midnight",
        ),
        pytest.param(
            '[channels.m]\nurl = "json://h/"\n[digests."each day"]\nchannel = "m"',
            'config.toml:3:1: digest name "each day" cannot be used; expected letters, digits, - and _, at most 40',
            id="digest name",
        ),
        pytest.param(
            "digests = 3",
            "config.toml:1:11: the config: digests is 3; expected a table for each digest, [digests.NAME]",
            id="digests are no tables",
        ),
        pytest.param(
            "[digests]\ndaily = 3",
            "config.toml:2:9: [digests]: daily is 3; expected a table [digests.daily] with channel",
            id="a digest is no table",
        ),
        pytest.param('[[feeds]]\nname = "a"', 'config.toml:1:1: feed "a": url is missing; add url = "…"', id="missing url"),
        pytest.param('[[feeds]]\nurl = "http://a.example"', 'config.toml:1:1: feed 1: name is missing; add name = "…"', id="missing name"),
        pytest.param(
            FEED + "interval = 300",
            'config.toml:4:12: feed "gazette": interval is 300; expected "auto", or a duration from "1s" to "7d", '
            "with its unit (s, m, h, d, w)",
            id="duration without unit",
        ),
        pytest.param(
            '[polling]\ndeadline = "1h"',
            'config.toml:2:12: [polling]: deadline is "1h"; expected a duration from "1s" to "10m", with its unit (s, m, h, d, w)',
            id="duration out of range",
        ),
        pytest.param(
            "[polling]\nper_host = 11",
            "config.toml:2:12: [polling]: per_host is 11; expected a whole number from 1 to 10",
            id="number out of range",
        ),
        pytest.param(
            "[polling]\nmax_bytes = true",
            "config.toml:2:13: [polling]: max_bytes is true; expected a whole number from 10000 to 100000000",
            id="flag for a number",
        ),
        pytest.param(
            FEED + 'enabled = "yes"',
            'config.toml:4:11: feed "gazette": enabled is "yes"; expected true or false, without quotes',
            id="quoted flag",
        ),
        pytest.param(
            FEED + 'timezone = "Karachi"',
            'config.toml:4:12: feed "gazette": timezone is "Karachi"; expected an IANA time zone such as "Asia/Karachi"',
            id="time zone",
        ),
        pytest.param(
            FEED + 'tags = "pakistan"',
            'config.toml:4:8: feed "gazette": tags is "pakistan"; expected a list of words such as ["pakistan"]',
            id="word for a list",
        ),
        pytest.param(
            FEED + 'language = "English"',
            'config.toml:4:12: feed "gazette": language is "English"; expected a language code such as "en" or "ur"',
            id="language",
        ),
        pytest.param(
            '[[feeds]]\nname = "a"\nurl = "gazette.example.org/rss"',
            'config.toml:3:7: feed "a": url is "gazette.example.org/rss"; expected an http:// or https:// address',
            id="address without scheme",
        ),
        pytest.param(
            '[[feeds]]\nname = "a/b"\nurl = "http://a.example"',
            'config.toml:2:8: feed "a/b": name is "a/b"; expected a name of at most 80 characters without / \\ : "',
            id="name like a path",
        ),
        pytest.param('feeds = "a"', 'config.toml:1:9: the config: feeds is "a"; expected [[feeds]] tables', id="feeds no tables"),
        pytest.param(
            FEED + FEED.replace("https", "http").replace("gazette.", "other."),
            'config.toml:5:8: feed "gazette" already defined at line 2; rename one',
            id="same name",
        ),
        pytest.param(
            FEED + FEED.replace('"gazette"', '"b"').replace("https", "http") + 'tags = ["x"]',
            'config.toml:6:7: feed "b": url http://gazette.example.org/rss is already that of line 3; remove one',
            id="same address",
        ),
        pytest.param(
            DESK + '[alerts.routes]\nhigh = ["desc"]',
            'config.toml:4:9: [alerts.routes]: high names channel "desc", which does not exist; expected one of desk; did you mean "desk"?',
            id="route to a channel that does not exist",
        ),
        pytest.param(
            '[alerts]\noperator = ["me"]',
            'config.toml:2:13: [alerts]: operator names channel "me", which does not exist; add [channels.me] or remove the name',
            id="operator's channel does not exist",
        ),
        pytest.param(
            DESK + '[alerts.routes]\ngrave = ["desk"]',
            'config.toml:4:1: [alerts.routes]: unknown key "grave"; expected one of info, notice, high, severe, critical; remove it',
            id="unknown severity",
        ),
        pytest.param(
            "[alerts.toll_steps]\nkilled = [5, 1]",
            "config.toml:2:10: [alerts.toll_steps]: killed is [5, 1]; "
            "expected a list of whole numbers from 1, each higher than the one before, such as [1, 5, 10]",
            id="steps that fall",
        ),
        pytest.param(
            '[channels.desk]\nurl = "SECRET"',
            "config.toml:2:7: [channels.desk]: url is none that can be used; "
            "expected an Apprise URL, or credential:NAME, env:NAME or file:PATH",
            id="no channel address",
        ),
        pytest.param(
            '[channels."a b"]\nurl = "json://127.0.0.1"',
            'config.toml:1:1: channel name "a b" cannot be used; expected letters, digits, - and _, at most 40',
            id="channel name",
        ),
        pytest.param(
            DESK + 'format = "pdf"',
            'config.toml:3:10: [channels.desk]: format is "pdf"; expected one of "auto", "text", "html", "slack"',
            id="channel format",
        ),
        pytest.param('[text]\nlanguage = "ur"', 'config.toml:2:12: [text]: language is "ur"; expected one of "en"', id="language not read"),
        pytest.param(
            '[log]\nlevel = "loud"',
            'config.toml:2:9: [log]: level is "loud"; expected one of "debug", "info", "warning", "error"',
            id="log level",
        ),
        pytest.param("polling = 1", "config.toml:1:11: the config: polling is 1; expected a table", id="section no table"),
        pytest.param(
            'channels = "SECRET"',
            "config.toml:1:12: the config: channels is none that can be used; expected a table for each channel, [channels.NAME]",
            id="channels no table",
        ),
        pytest.param(
            '[channels]\ndesk = "slack://SECRET"',
            "config.toml:2:8: [channels]: desk is none that can be used; expected a table [channels.desk] with url",
            id="channel no table",
        ),
        pytest.param(
            "[channels.desk]\nurl = 5",
            "config.toml:2:7: [channels.desk]: url is none that can be used; "
            "expected an Apprise URL, or credential:NAME, env:NAME or file:PATH",
            id="channel address a number",
        ),
        pytest.param("alerts = []", "config.toml:1:10: the config: alerts is []; expected a table", id="alerts no table"),
        pytest.param("[alerts]\nroutes = 5", "config.toml:2:10: [alerts]: routes is 5; expected a table", id="routes no table"),
        pytest.param("feeds = [5]", "config.toml:1:10: the config: feed 1 is 5; expected a [[feeds]] table", id="feed no table"),
        pytest.param(
            "[alerts.toll_steps]\nkilled = [0]",
            "config.toml:2:10: [alerts.toll_steps]: killed is [0]; "
            "expected a list of whole numbers from 1, each higher than the one before, such as [1, 5, 10]",
            id="step of nobody",
        ),
        pytest.param(
            '[[feeds]]\nname = "a"\nurl = "http://[::1/"',
            'config.toml:3:7: feed "a": url is "http://[::1/"; expected an http:// or https:// address',
            id="broken address",
        ),
        pytest.param(
            f'[text]\nlanguage = "{"x" * 100}"',
            f'config.toml:2:12: [text]: language is "{"x" * 57}…"; expected one of "en"',
            id="long value",
        ),
        pytest.param(
            f"[text]\nlanguage = {list(range(50))}",
            f'config.toml:2:12: [text]: language is {str(list(range(50)))[:57]}…; expected one of "en"',
            id="long list",
        ),
        pytest.param("[text]\nlanguage = {}", 'config.toml:2:12: [text]: language is a table; expected one of "en"', id="table for a word"),
        pytest.param(
            '[health]\nlisten = "0.0.0.0:80"',
            'config.toml:2:10: [health]: listen is "0.0.0.0:80"; '
            'expected "off", or an address of this machine and a port such as "127.0.0.1:9464" or "[::1]:9464"',
            id="listen for all",
        ),
        pytest.param(
            '[health]\nping = "ftp://example.org/pa55word"',
            "config.toml:2:8: [health]: ping is none that can be used; "
            'expected "off", an http:// or https:// address, or credential:NAME, env:NAME or file:PATH',
            id="ping",
        ),
        pytest.param(
            '[websub]\ncallback = "https://reader:pw@news.example.org/hubs"',
            'config.toml:2:12: [websub]: callback is "https://***@news.example.org/hubs"; expected "off", or the http:// or https:// '
            'address at which hubs reach [websub] listen, such as "https://news.example.org/hubs"',
            id="a callback with a password",
        ),
        pytest.param(
            '[websub]\nlisten = "news.example.org:80"',
            'config.toml:2:10: [websub]: listen is "news.example.org:80"; '
            'expected an address of this machine and a port such as "127.0.0.1:9465" or "[::]:9465"',
            id="listen on a name",
        ),
        pytest.param(
            '[websub]\nlisten = "[::1]:0"',
            'config.toml:2:10: [websub]: listen is "[::1]:0"; '
            'expected an address of this machine and a port such as "127.0.0.1:9465" or "[::]:9465"',
            id="listen on no port",
        ),
        pytest.param(
            '[health]\nheartbeat = "desk"',
            'config.toml:2:13: [health]: heartbeat names channel "desk", which does not exist; add [channels.desk] or remove the name',
            id="heartbeat",
        ),
        pytest.param("a = \n", "config.toml:1:5: no TOML here: invalid value", id="broken TOML"),
        pytest.param(
            'a = "x',
            "config.toml:1:7: no TOML here: unterminated string; expected a closing quote; close the quote at the end of the text",
            id="broken at the end",
        ),
        pytest.param(
            "a = 'x\nb = 'y'",
            "config.toml:1:7: no TOML here: found invalid character '\\n'; expected a closing quote; "
            "close the quote at the end of the text",
            id="open quote",
        ),
        pytest.param(
            "[channels]\nurl = slack://secret",
            'config.toml:2:7: no TOML here: invalid value; expected text in quotes as the value of url; write url = "…"',
            id="text without quotes",
        ),
        pytest.param(
            "a = 5m",
            "config.toml:1:6: no TOML here: expected newline or end of document after a statement; "
            'expected text in quotes as the value of a; write a = "…"',
            id="duration without quotes",
        ),
        pytest.param("a = 1\na = 2", "config.toml:2:6: no TOML here: cannot overwrite a value", id="key twice"),
        pytest.param(b"# caf\xe9\n", "config.toml:1:6: byte 0xe9 is no UTF-8; save the file as UTF-8", id="not UTF-8"),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str | bytes, expected: str) -> None:
    """Line and column, the object, what was found, what was expected, what to do; and it is the only problem."""
    assert problems(text) == [expected]


def test_lists_nested_without_end_are_a_problem_like_any_other() -> None:
    """Python's parser gives up at some depth, by whichever error."""
    (line,) = problems("a = " + "[" * 100_000)
    assert line.startswith("config.toml")


def test_a_file_that_cannot_be_taken_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too large for a config, or nothing that can be read."""
    monkeypatch.setattr("monitor.config.load._MAX_CONFIG_BYTES", 3)
    assert problems("# 12") == ["config.toml: the config is too large; expected at most 0 MB"]
    with pytest.raises(InvalidInput) as caught:
        load_config(Path("config.toml/inside"))
    assert str(caught.value).startswith("config.toml/inside: the config cannot be read (Not a directory); check its permissions")


def test_all_problems_come_at_once_in_file_order() -> None:
    """Nobody mends a file one mistake a run; broken values hide no broken references."""
    text = (
        '[[feeds]]\nname = 5\nurl = "x"\n[polling]\nper_host = 0\n[alerts]\nwait = 1\noperator = ["nobody"]\n[alerts.routes]\nhigh = ["no"]'
    )
    found = problems(text)
    assert [line.split(" ")[0] for line in found] == [f"config.toml:{place}:" for place in ("2:8", "3:7", "5:12", "7:8", "8:13", "10:9")]


def test_a_broken_channel_address_is_not_shown() -> None:
    """Even a mistyped webhook is a secret."""
    assert "SECRET" not in "".join(problems('[channels.desk]\nurl = "SECRET"'))


def test_terminal_escapes_in_a_value_are_shown_as_text() -> None:
    """A file from somebody else must not steer the terminal."""
    (line,) = problems('[log]\nlevel = "\\u001b[2J"')
    assert '\\x1b[2J"' in line
    assert "\x1b" not in line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            FEED + 'language = "ur"',
            'config.toml:4:12: warning: feed "gazette": language is "ur": stored but not read yet',
            id="language not read",
        ),
        pytest.param(
            FEED,
            'config.toml: warning: [polling]: contact is empty; servers ask for a way to reach you; add contact = "mailto:you@example.org"',
            id="no contact",
        ),
        pytest.param("", "config.toml: warning: no feed is on: nothing is polled; add a [[feeds]] table", id="no feed"),
        pytest.param(
            "", "config.toml: warning: [alerts.routes]: no severity leads to a channel: alerts are recorded but not sent", id="no route"
        ),
        pytest.param(
            DESK + '[alerts.routes]\nhigh = ["desk"]\ncritical = ["desk"]',
            'config.toml:3:1: warning: [alerts.routes]: severe leads to no channel while high does; add severe = ["desk"]',
            id="gap in the routes",
        ),
        pytest.param(
            DESK + '[alerts]\nwait = "1m"',
            "config.toml:3:1: warning: [alerts]: operator is empty: "
            'the program\'s own troubles stand in the log alone; add operator = ["desk"]',
            id="no operator",
        ),
    ],
)
def test_what_is_odd_but_works_is_a_warning(text: str, expected: str) -> None:
    """The program starts all the same."""
    assert expected in warnings(text)
