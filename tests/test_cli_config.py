"""Commands around the config: init, check, channels, feeds, rules."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from support_channels import Hook, Mailbox, smtp_server, webhook_server
from support_cli import Folder, make_folder
from support_server import Reply, ScriptedServer

from monitor.config import load_config, shipped


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook_server() as server:
        yield server


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with smtp_server() as mailbox:
        yield mailbox


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as scripted:
        yield scripted


RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Gazette</title>
<item><guid>1</guid><title>Rain in Testabad</title><pubDate>Tue, 10 Mar 2026 12:00:00 GMT</pubDate></item>
<item><guid>2</guid><title>Sun in Testabad</title><pubDate>Mon, 09 Mar 2026 12:00:00 GMT</pubDate></item>
</channel></rss>"""


def feed(name: str, url: str, comment: str = "# untested") -> str:
    return f'[[feeds]]\nname = "{name}"\nurl = "{url}" {comment}\nallow_private = true\n'


# ---------------------------------------------------------------- init


def test_init_writes_the_example_and_the_rules(tmp_path: Path) -> None:
    """The files are the shipped ones, the config is not for everybody's eyes, and the next step is named."""
    folder = Folder(tmp_path / "new" / "desk")
    result = folder.run("init", str(folder.path), config=False)
    assert result.exit_code == 0
    assert folder.config.read_bytes() == shipped("config.example.toml").read_bytes()
    assert folder.config.stat().st_mode & 0o007 == 0
    assert sorted(p.name for p in (folder.path / "rules").iterdir()) == sorted(p.name for p in shipped("rules").iterdir())
    assert f"monitor --config {folder.config} check --online" in result.stdout


@pytest.mark.parametrize("name", ["config.toml", "rules"])
def test_init_overwrites_nothing(tmp_path: Path, name: str) -> None:
    """One of the two is enough to refuse, before anything is written."""
    (tmp_path / name).mkdir()
    result = Folder(tmp_path).run("init", str(tmp_path), config=False)
    assert result.exit_code == 2
    assert result.stderr == f"monitor: {tmp_path / name} is there already; name another folder, or move it away\n"
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_init_into_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """Status 1 and the system's reason."""
    (tmp_path / "file").touch()
    result = Folder(tmp_path).run("init", str(tmp_path / "file" / "desk"), config=False)
    assert result.exit_code == 1
    assert "cannot be written (Not a directory)" in result.stderr


# ---------------------------------------------------------------- check


def test_check_of_a_fresh_folder_is_ok(tmp_path: Path) -> None:
    """What init makes has warnings, and no problem."""
    folder = Folder(tmp_path / "desk")
    folder.run("init", str(folder.path), config=False)
    result = folder.run("check")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("ok: 7 feeds, 0 channels, ")
    assert "warning: [polling]: contact is empty" in result.stderr


def test_check_lists_every_problem_of_rules_and_channels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule's channel, a channel's secret and a channel's target are judged in one run, with status 2."""
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    config = (
        '[channels.a]\nurl = "env:NO_SUCH_VARIABLE"\n[channels.b]\nurl = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#x/#y"\n'
        '[channels.c]\nurl = "credential:slack"\n'
    )
    folder = make_folder(tmp_path / "desk", config=config)
    rules = folder.path / "rules" / "alerts.yaml"
    rules.write_text(rules.read_text().replace("severity: critical", "severity: critical\n    notify: [nowhere]"))
    result = folder.run("check")
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert (
        lines[0] == "desk/config.toml:2:7: [channels.a]: env:NO_SUCH_VARIABLE: the environment has no such variable; set NO_SUCH_VARIABLE"
    )
    assert lines[1].startswith("desk/config.toml:4:7: [channels.b]: Slack: the URL has 2 targets; expected one")
    assert lines[2].startswith("desk/rules/alerts.yaml:11:14: ")
    assert "nowhere" in lines[2]
    assert lines[3] == "3 problems"
    assert "TIiajkdnlazkcOXrIdevi7FQ" not in result.output


def test_a_mistake_in_the_config_hides_none_in_the_rules(tmp_path: Path) -> None:
    """Both are told in one run, wherever the config says that the rules lie."""
    folder = make_folder(tmp_path / "desk", config='[polling]\nintervall = "5m"\n[rules]\npath = "mine"\n')
    (folder.path / "rules").rename(folder.path / "mine")
    (folder.path / "mine" / "more.yaml").write_text("rules:\n  - name: x\n    severity: loud\n    when: {killed: 5}\n")
    result = folder.run("check")
    assert result.exit_code == 2
    first, second, count = result.stderr.splitlines()
    assert first.startswith('desk/config.toml:2:1: [polling]: unknown key "intervall"')
    assert second == 'desk/mine/more.yaml:3:15: rule "x": severity is "loud"; expected one of: info, notice, high, severe, critical'
    assert count == "2 problems"


def test_check_warns_of_a_credential_outside_the_unit_and_of_a_feed_that_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are as they should be, and both deserve a word."""
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    config = '[channels.c]\nurl = "credential:slack"\n' + feed("jang", "http://jang.example.org/") + 'language = "ur"\n'
    folder = make_folder(tmp_path / "desk", config=config)
    result = folder.run("check")
    assert result.exit_code == 0
    assert "desk/config.toml:2:7: warning: [channels.c]: credential:slack: only the systemd unit can read it" in result.stderr
    assert 'desk/config.toml:7:12: warning: feed "jang": language is "ur": stored but not read yet' in result.stderr
    assert result.stdout == "ok: 1 feed, 1 channel, 2 rules, 1 group; 5 warnings\n"


def test_check_gives_problems_as_json(tmp_path: Path) -> None:
    """One a line, on stdout, for editors and scripts."""
    folder = make_folder(tmp_path / "desk", config='[polling]\nintervall = "5m"\n')
    result = folder.run("check", "--json")
    assert result.exit_code == 2
    (form,) = map(json.loads, result.stdout.splitlines())
    assert (form["path"], form["line"], form["column"], form["warning"]) == ("desk/config.toml", 2, 1, False)
    assert form["what"] == '[polling]: unknown key "intervall"'
    assert form["remedy"] == 'did you mean "interval"?'


def test_check_names_a_spacy_pipeline_that_is_not_installed(tmp_path: Path) -> None:
    """The daemon would find out only when it begins to read."""
    result = make_folder(tmp_path / "desk", config='[text]\nmodel = "en_core_web_none"\n').run("check")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[0] == (
        'desk/config.toml:2:9: [text]: model is "en_core_web_none", which is not installed; install it, or leave model = ""'
    )


def test_check_online_tries_feeds_and_channels(tmp_path: Path, server: ScriptedServer, hook: Hook, box: Mailbox) -> None:
    """A table of the feeds, a warning for the dead one, the day noted beside the live one, a test message to each channel."""
    server.script("/rss", Reply(body=RSS))
    server.script("/page", Reply(body=b"<!doctype html><html><title>Not here</title></html>"))
    config = (
        feed("gazette", server.url("/rss"))
        + feed("gone", server.url("/none"))
        + feed("page", server.url("/page"), "# ours")
        + f'[channels.hook]\nurl = "{hook.url}"\n[channels.mail]\nurl = "{box.url}"\n'
    )
    folder = make_folder(tmp_path / "desk", config=config)
    result = folder.run("check", "--online", "--yes")
    assert result.exit_code == 0, result.output
    row = next(line for line in result.stdout.splitlines() if line.startswith("gazette"))
    assert row.split() == ["gazette", "ok", "2", "2026-03-10", "17:00"]
    assert 'desk/config.toml:7:7: warning: feed "gone": ' in result.stderr
    assert 'desk/config.toml:11:7: warning: feed "page": ' in result.stderr
    today = dt.datetime.now(dt.UTC).date().isoformat()
    assert folder.config.read_text() == config.replace("# untested", f"# seen {today}", 1)
    assert "about to send one test message to each of: hook (json://127.0.0.1" in result.stderr
    assert [post["title"] for post in hook.posts] == ["Monitor: test message"]
    assert [mail["Subject"] for mail in box.mails] == ["Monitor: test message"]
    assert "s3cr3t" not in result.output


def test_check_online_sends_nothing_unasked(tmp_path: Path, hook: Hook) -> None:
    """Without a terminal to ask and without --yes nothing goes out."""
    folder = make_folder(tmp_path / "desk", config=f'[channels.hook]\nurl = "{hook.url}"\n')
    result = folder.run("check", "--online")
    assert result.exit_code == 0
    assert result.stderr.splitlines()[-1] == "nothing sent; --yes sends without asking"
    assert hook.posts == []


def test_check_online_fails_with_a_channel(tmp_path: Path, hook: Hook) -> None:
    """A dead feed is a warning, a dead channel is none."""
    hook.status = 404
    folder = make_folder(tmp_path / "desk", config=f'[channels.hook]\nurl = "{hook.url}"\n')
    result = folder.run("check", "--online", "--yes")
    assert result.exit_code == 1
    assert "hook: JSON: answered 404 (Not Found); check the channel's URL" in result.stdout
    assert result.stderr.splitlines()[-1] == "monitor: not sent: hook"


def test_check_online_fails_where_no_feed_answers(tmp_path: Path, server: ScriptedServer) -> None:
    """Each dead feed is a warning with its line; all of them dead is no "ok"."""
    folder = make_folder(tmp_path / "desk", config=feed("gone", server.url("/none")) + feed("lost", server.url("/nowhere")))
    result = folder.run("check", "--online")
    assert result.exit_code == 1
    assert result.stderr.count("warning: feed") == 2
    assert result.stderr.splitlines()[-1] == "monitor: no feed could be fetched; see the warnings, and whether this machine is online"
    assert "ok:" not in result.stdout


# ---------------------------------------------------------------- channels


def test_channels_are_listed_with_what_leads_to_them(tmp_path: Path) -> None:
    """And with what is wrong; nothing secret is shown."""
    config = (
        '[channels.hook]\nurl = "json://127.0.0.1:1/s3cr3t-path"\n[channels.bad]\nurl = "env:NO_SUCH_VARIABLE"\n'
        '[alerts]\noperator = ["hook"]\n[alerts.routes]\nhigh = ["hook"]\ncritical = ["hook"]\n'
    )
    folder = make_folder(tmp_path / "desk", config=config)
    good, bad = folder.lines("channels", "--json")
    assert good == {
        "name": "hook",
        "target": "json://127.0.0.1:1/…",
        "ok": True,
        "error": None,
        "severities": ["high", "critical"],
        "operator": True,
    }
    assert (bad["ok"], bad["error"]) == (False, "env:NO_SUCH_VARIABLE: the environment has no such variable; set NO_SUCH_VARIABLE")
    text = folder.run("channels").stdout
    assert "high, critical" in text
    assert "s3cr3t" not in text
    assert make_folder(tmp_path / "none").run("channels").stdout == "no channels; add a [channels.NAME] table to the config\n"


def test_a_channel_is_tested_by_name(tmp_path: Path, hook: Hook) -> None:
    """One message to each that is named; an unknown name sends nothing at all."""
    config = f'[channels.hook]\nurl = "{hook.url}"\n[channels.dead]\nurl = "json://127.0.0.1:1/"\n'
    folder = make_folder(tmp_path / "desk", config=config)
    result = folder.run("channels", "test", "hook", "nobody")
    assert (result.exit_code, hook.posts) == (2, [])
    assert 'no channel "nobody" in' in result.stderr
    assert "expected one of: dead, hook" in result.stderr
    result = folder.run("channels", "test", "hook")
    assert (result.exit_code, result.stdout) == (0, f"hook: sent to json://127.0.0.1:{hook.port}/…\n")
    assert 'This is a test of the channel "hook"' in hook.posts[0]["message"]
    result = folder.run("channels", "test", "dead")
    assert (result.exit_code, result.stdout) == (1, "dead: JSON: connection refused\n")


# ---------------------------------------------------------------- feeds


def test_a_feed_is_added_below_all_that_stands_there(tmp_path: Path, server: ScriptedServer) -> None:
    """It is fetched first; every comment stays; its keys are in the usual order."""
    server.script("/rss", Reply(body=RSS))
    config = "# Our list\n" + feed("first", "http://first.example.org/") + "# the end\n"
    folder = make_folder(tmp_path / "desk", config=config)
    words = ("--name", "gazette", "--tag", "a", "--tag", "b", "--outlet", "The Gazette", "--interval", "10m", "--allow-private")
    result = folder.run("feeds", "add", server.url("/rss"), *words)
    assert result.exit_code == 0, result.output
    assert "a feed with 2 items, newest 2026-03-10 17:00" in result.stderr
    today = dt.datetime.now(dt.UTC).date().isoformat()
    assert folder.config.read_text() == config + (
        f'\n[[feeds]]\nname = "gazette"\nurl = "{server.url("/rss")}" # seen {today}\noutlet = "The Gazette"\n'
        'tags = ["a", "b"]\ninterval = "10m"\nallow_private = true\n'
    )
    assert [one["name"] for one in folder.lines("feeds", "--json")] == ["first", "gazette"]


@pytest.mark.parametrize(
    ("words", "status", "expected"),
    [
        pytest.param(
            ["http://first.example.org/", "--untested"], 2, "url http://first.example.org/ is already that of line 3", id="address taken"
        ),
        pytest.param(
            ["http://b.example.org/", "--untested", "--name", "First"], 2, 'feed "First" already defined at line 2', id="name taken"
        ),
        pytest.param(["ftp://b.example.org/", "--untested"], 2, "expected an http:// or https:// address", id="no web address"),
        pytest.param(["http://b.example.org/", "--untested", "--interval", "5"], 2, 'interval is "5"', id="interval"),
        pytest.param(["http://127.0.0.1:1/"], 1, "not added; --allow-private, if that is meant, adds it so", id="private"),
        pytest.param(["http://127.0.0.1:1/", "--allow-private"], 1, "not added; --untested adds it all the same", id="not reachable"),
    ],
)
def test_a_feed_that_would_break_the_config_is_not_added(tmp_path: Path, words: list[str], status: int, expected: str) -> None:
    """The file stays as it was, to the byte."""
    folder = make_folder(tmp_path / "desk", config=feed("first", "http://first.example.org/"))
    before = folder.config.read_bytes()
    result = folder.run("feeds", "add", *words)
    assert (result.exit_code, expected in result.stderr) == (status, True), result.stderr
    assert folder.config.read_bytes() == before
    assert sorted(p.name for p in folder.path.iterdir()) == ["config.toml", "rules"]


def test_a_feed_without_a_name_gets_one_from_its_host(tmp_path: Path) -> None:
    """With a number where the name is taken."""
    folder = make_folder(tmp_path / "desk")
    for url in ("https://www.gazette.example.org/a", "https://feeds.gazette.example.org/b", "http://192.0.2.1/c"):
        assert folder.run("feeds", "add", url, "--untested").exit_code == 0
    assert [one["name"] for one in folder.lines("feeds", "--json")] == ["gazette", "gazette-2", "feed"]


def test_a_feed_is_removed_and_the_comments_around_it_stay(tmp_path: Path) -> None:
    """Only the table goes, wherever it stands."""
    keep = feed("first", "http://first.example.org/")
    gone = feed("second", "http://second.example.org/") + 'tags = [\n  "a", # why\n  "b",\n]\n'
    rest = '# Urdu ones\n# [[feeds]]\n\n[log]\nlevel = "info"\n' + feed("third", "http://third.example.org/")
    folder = make_folder(tmp_path / "desk", config=f"{keep}\n# before\n\n{gone}\n{rest}")
    result = folder.run("feeds", "remove", "second")
    assert result.stdout.startswith('removed feed "second" from ')
    assert folder.config.read_text() == f"{keep}\n# before\n\n{rest}"
    result = folder.run("feeds", "remove", "thrid")
    assert (result.exit_code, 'did you mean "third"?' in result.stderr) == (2, True)


def test_every_feed_of_the_example_can_be_removed_and_nothing_else_goes(tmp_path: Path) -> None:
    """Down to the last one; the explanations stay."""
    folder = Folder(tmp_path / "desk")
    folder.run("init", str(folder.path), config=False)
    comments = [line for line in folder.config.read_text().splitlines() if line.startswith("#")]
    for feed_ in load_config(folder.config).feeds:
        assert folder.run("feeds", "remove", feed_.name).exit_code == 0
    assert "feeds" not in tomllib.loads(folder.config.read_text())
    assert [line for line in folder.config.read_text().splitlines() if line.startswith("#")] == comments


def test_feeds_are_listed_and_say_how_they_do(tmp_path: Path) -> None:
    """Those that are off are listed; secrets in an address are not."""
    from monitor.store.database import open_database

    config = feed("first", "http://user:s3cret@first.example.org/") + feed("second", "http://second.example.org/") + "enabled = false\n"
    folder = make_folder(tmp_path / "desk", config=config)
    assert [(one["name"], one["enabled"]) for one in folder.lines("feeds", "--json")] == [("first", True), ("second", False)]
    text = folder.run("feeds").stdout
    assert "http://***@first.example.org/" in text
    assert "off" in text
    open_database(folder.path / "monitor.db").close()
    (one,) = folder.lines("feeds", "status", "--json")
    assert (one["name"], one["status"], one["words"]) == ("first", "new", "not polled yet")
    assert "not polled yet" in folder.run("feeds", "status").stdout


def test_a_feed_that_answers_and_brings_nothing_is_called_silent(tmp_path: Path) -> None:
    """Its last item, copies included, is what tells a silent feed from a sound one."""
    from support_cli import fill, week
    from support_pipeline import NOON

    from monitor.model import FeedState
    from monitor.store.database import open_database
    from monitor.store.feeds import save_feed_state

    folder = make_folder(tmp_path / "desk", config=feed("courier", "http://c.example.org/") + feed("herald", "http://h.example.org/"))
    fill(folder, week())
    db = open_database(folder.path / "monitor.db")
    just_now = dt.datetime.now(dt.UTC)
    for url in ("http://c.example.org/", "http://h.example.org/"):
        save_feed_state(db, FeedState(url=url, last_polled_at=just_now, last_success_at=just_now, last_status="ok"))
    db.close()
    one, other = folder.lines("feeds", "status", "--json")
    assert (one["status"], other["status"]) == ("silent", "silent")
    assert one["last_item"] == other["last_item"] == (NOON + dt.timedelta(days=1)).isoformat().replace("+00:00", "Z")
    assert "feeds      2 silent" in folder.run("status").stdout


# ---------------------------------------------------------------- rules


def test_rules_are_listed_with_the_channels_they_lead_to(tmp_path: Path) -> None:
    """By the routes of the config, or by their own notify."""
    folder = make_folder(tmp_path / "desk", config='[channels.desk]\nurl = "json://127.0.0.1"\n[alerts.routes]\ncritical = ["desk"]\n')
    first, second = folder.lines("rules", "--json")
    assert (first["name"], first["severity"], first["channels"]) == ("any-attack", "notice", [])
    assert (second["channels"], second["at"]) == (["desk"], "desk/rules/alerts.yaml:7:5")
    assert "Fifty or more killed." in folder.run("rules", "list").stdout


def test_rules_are_checked_with_a_config_or_without(tmp_path: Path) -> None:
    """A folder that is named needs no config; every mistake is listed."""
    folder = make_folder(tmp_path / "desk")
    assert folder.run("rules", "check").stdout == "ok: 2 rules, 1 group, 0 places, 0 lists of words\n"
    assert folder.run("rules", "check", "--rules", "desk/rules", config=False).exit_code == 0
    (folder.path / "rules" / "more.yaml").write_text("rules:\n  - name: x\n    when: {killed: five}\n    severity: grave\n")
    result = folder.run("rules", "check")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == "2 problems; no rules loaded"
    assert "desk/rules/more.yaml:3:" in result.stderr


def test_the_shipped_rules_have_no_problem() -> None:
    """What the package carries passes its own check."""
    result = Folder(Path()).run("rules", "check", "--rules", str(shipped("rules")), config=False)
    assert result.exit_code == 0, result.stderr


def test_schemas_are_printed_or_written(tmp_path: Path) -> None:
    """As JSON that an editor takes."""
    folder = Folder(tmp_path)
    assert json.loads(folder.run("rules", "schema", config=False).stdout)["$schema"].startswith("https://json-schema.org/")
    assert folder.run("rules", "schema", "--dir", "out", config=False).stdout == "out/rules.schema.json\n"
    assert json.loads(Path("out/rules.schema.json").read_text())
    result = folder.run("rules", "schema", "nothing", config=False)
    assert (result.exit_code, result.stderr) == (2, 'monitor: no schema "nothing"; expected one of: rules\n')


def test_the_examples_in_the_rule_files_are_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is read and its rule matched; one that is not met is named with its place, status 1."""
    from support_cli import Answers
    from support_pipeline import account, reading

    class ByWords(Answers):
        def read(self, item):
            return self.reports["five" if "five" in item.text else "none"]

    known = ByWords([reading("five", account(killed=5)), reading("none", account(killed=None))])
    monkeypatch.setattr("monitor.text.read.build_reader", lambda *_args, **_options: known)
    folder = make_folder(tmp_path / "desk")
    (folder.path / "rules" / "alerts.yaml").write_text(
        "rules:\n  - name: deaths\n    when: {killed: '>= 1'}\n    severity: high\n    examples:\n"
        "      fires:\n        - text: It killed five people.\n      silent:\n        - text: It killed nobody.\n"
    )
    assert folder.run("rules", "test").stdout == "ok: 2 examples\n"
    assert [one["met"] for one in folder.lines("rules", "test", "--rules", "desk/rules", "--json")] == [True, True]
    rules = folder.path / "rules" / "alerts.yaml"
    rules.write_text(rules.read_text().replace("It killed nobody.", "It killed five too."))
    result = folder.run("rules", "test")
    assert (result.exit_code, result.stdout) == (1, "")
    first, last = result.stderr.splitlines()
    assert first.startswith('desk/rules/alerts.yaml:9:11: rule "deaths": an example that should be passed over is not: it fired: ')
    assert last == "monitor: 1 example of 2 not met"
    rules.write_text("rules:\n  - {name: deaths, when: {killed: '>= 1'}, severity: high}\n")
    result = folder.run("rules", "test")
    assert (result.exit_code, result.stdout) == (0, "ok: 0 examples\n")
    assert result.stderr == "1 rule without an example that fires and one that is silent: deaths\n"


def test_a_config_with_its_feeds_in_one_line_is_not_edited(tmp_path: Path) -> None:
    """What cannot be cut out without harm is left to a human."""
    folder = make_folder(tmp_path / "desk", config='feeds = [{name = "a", url = "http://a.example.org/"}]\n')
    result = folder.run("feeds", "remove", "a")
    assert (result.exit_code, "feeds is a list in one line" in result.stderr) == (2, True)
    result = folder.run("feeds", "add", "http://b.example.org/", "--untested")
    assert (result.exit_code, "not added" in result.stderr) == (2, True)
    assert folder.config.read_text().startswith("feeds = [")


def test_a_removed_feed_can_be_forgotten(tmp_path: Path) -> None:
    """With --forget its state goes, so that it would start anew; without, it stays."""
    from monitor.model import FeedState
    from monitor.store.database import open_database
    from monitor.store.feeds import feed_states, save_feed_state

    folder = make_folder(tmp_path / "desk", config=feed("a", "http://a.example.org/") + feed("b", "http://b.example.org/"))
    db = open_database(folder.path / "monitor.db")
    for name in "ab":
        save_feed_state(db, FeedState(url=f"http://{name}.example.org/"))
    folder.run("feeds", "remove", "a")
    folder.run("feeds", "remove", "b", "--forget")
    assert list(feed_states(db)) == ["http://a.example.org/"]
    db.close()
    assert folder.run("feeds").stdout == 'no feeds; "monitor feeds add URL" adds one\n'
