"""Secrets planted wherever the program takes them; the real program at debug level; all that it leaves behind is searched for them."""

from __future__ import annotations

import os
import signal
import socket
import stat
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from support_channels import Hook, webhook_server
from support_cli import Folder, fill, make_folder, week
from support_end_to_end import Desk, Running, bombing, news, wait_for
from support_server import Reply, ScriptedServer

from monitor.sources import archive

pytestmark = pytest.mark.timeout(300)

# Each kind of place has its own; every one is long enough not to turn up by chance.
PLANTED = {
    "feed password": "Fpw7Zq19Lm",
    "feed token": "Ftk4Xw82Rb",
    "gone feed token": "Fgn3Vd64Ty",
    "moved feed token": "Fmv8Cu31Np",
    "hook password": "Hpw5Kj70Gs",
    "hook path": "hPt2Bn95Wx1",
    "dead hook password": "Dpw6Rh48Qe",
    "dead hook path": "dPt1Ty57Uv0",
    "ping path": "pIn9Mf26Za3",
    "refused channel": "rFs4Lg13Oi8",
    "mail password": "Mpw2Ec59Hd",
}


@pytest.fixture
def site() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook_server() as receiver:
        yield receiver


def with_user(url: str, user: str) -> str:
    return url.replace("://", f"://{user}@")


def descendants(pid: int) -> list[int]:
    """The process and its children's children."""
    found = [pid]
    for one in found:
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            found += [int(word) for word in task.read_text().split()]
    return found


def planted_in(text: str) -> list[str]:
    return [f"{name} in {text[max(0, text.index(one) - 60) : text.index(one) + 40]!r}" for name, one in PLANTED.items() if one in text]


def folder_of_secrets(desk: Desk, site: ScriptedServer, hook: Hook, port: int) -> None:
    """A config with a secret of every kind: in the file, behind file:, env: and credential:, in feeds, channels and the ping."""
    sound = site.script("/feed", Reply(body=news(bombing("Seven")).replace(b"<item>", b"<item></item><item>")))
    target = f"{site.url('/moved-to')}?token={PLANTED['moved feed token']}"
    site.script(f"/moved-to?token={PLANTED['moved feed token']}", Reply(body=news(("calm", "Calm day", "Nothing."))))
    feeds = {
        "sound": with_user(sound, f"reader:{PLANTED['feed password']}"),
        "broken": site.url(f"/broken?key={PLANTED['feed token']}"),
        "gone": site.url(f"/gone?token={PLANTED['gone feed token']}"),
        "moved": site.script("/moved", Reply(status=301, headers={"Location": target})),
    }
    site.script(f"/broken?key={PLANTED['feed token']}", Reply(body=b"<html>no feed</html>"))
    site.script(f"/gone?token={PLANTED['gone feed token']}", Reply(status=410))
    site.script(f"/{PLANTED['ping path']}", Reply(status=500))
    credentials = desk.folder / "credentials"
    credentials.mkdir(parents=True)
    (credentials / "ping").write_text(site.url(f"/{PLANTED['ping path']}"))
    (desk.folder / "dead.secret").write_text(f"json://desk:{PLANTED['dead hook password']}@127.0.0.1:{port}/{PLANTED['dead hook path']}\n")
    for path in (credentials / "ping", desk.folder / "dead.secret"):
        path.chmod(0o600)
    inline = with_user(hook.url, f"desk:{PLANTED['hook password']}") + f"/{PLANTED['hook path']}"
    desk.env = {"MAIL": f"mailto://desk:{PLANTED['mail password']}@127.0.0.1:{port}/?from=a@example.org&to=b@example.org"}
    desk.env["CREDENTIALS_DIRECTORY"] = str(credentials)
    desk.write(
        feeds,
        {"hook": inline, "dead": "file:dead.secret", "mail": "env:MAIL", "ops": inline},
        extra=f'[health]\nping = "credential:ping"\nlisten = "127.0.0.1:{port + 1}"\n',
    )
    desk.config.chmod(0o600)
    desk.config.write_text(desk.config.read_text().replace('format = "text"\n', 'format = "json"\nlevel = "debug"\n'))


def daemon_says(desk: Desk, hook: Hook, daemon: Running, port: int) -> list[str]:
    """Let the daemon meet each secret: send, fail, move, be refused a reload, be asked for its metrics."""
    heard = []
    daemon.wait_for_line('"deliver".*"channel": "hook".*"sent"')
    daemon.wait_for_line('"deliver".*"channel": "dead".*"failed"')
    daemon.wait_for_line('"deliver".*"channel": "mail".*"failed"')
    daemon.wait_for_line('"feed": "gone".*"status": "gone"')
    daemon.wait_for_line('"feed": "moved", "status": "(ok|unchanged)"', times=4)
    daemon.wait_for_line('"ping"')
    heard += [Path(f"/proc/{pid}/cmdline").read_text() for pid in descendants(daemon.process.pid)]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        heard.append(answer.read().decode())
    before = desk.config.read_text()
    desk.config.write_text(before + f'[channels.new]\nurl = "slack://{PLANTED["refused channel"]}"\n')
    daemon.signal(signal.SIGHUP)
    daemon.wait_for_line('"reload".*"refused"')
    wait_for(lambda: any("reload refused" in str(post) for post in hook.posts), words="the operator is told")
    heard += [str(desk.command(*words).stdout) for words in (["status"], ["status", "--json"])]
    heard.append(desk.command("check").stderr)
    desk.config.write_text(before)
    daemon.signal(signal.SIGHUP)
    daemon.wait_for_line('"reload".*"ok"')
    return heard


def test_no_secret_is_left_anywhere(site: ScriptedServer, hook: Hook, desk: Desk, free_ports: int) -> None:
    """Not in the log at debug level, in no command's output, argument list, alert, metric or database; and all files are private."""
    folder_of_secrets(desk, site, hook, free_ports)
    before = os.umask(0)
    try:
        with desk.running(ready=False) as daemon:
            daemon.wait_for_line('"start"')
            heard = daemon_says(desk, hook, daemon, free_ports + 1)
            for words in (
                ["feeds", "status", "--json"],
                ["channels", "--json"],
                ["alerts", "list", "--json"],
                ["alerts", "list", "--failed"],
                ["check"],
                ["check", "--online"],
                ["channels", "test", "dead"],
                ["items", "--json"],
            ):
                done = desk.command(*words)
                heard += [done.stdout, done.stderr]
            made = {path: stat.S_IMODE(path.stat().st_mode) for path in desk.folder.glob("monitor.db*")}
            database = b"".join(path.read_bytes() for path in made)
            heard.append(daemon.log)
        backup = desk.folder / "copy.db"
        assert desk.command("db", "backup", str(backup)).returncode == 0
        made[backup] = stat.S_IMODE(backup.stat().st_mode)
    finally:
        os.umask(before)
    assert len(heard) > 20
    assert '"level": "debug"' in daemon.log
    for text in heard:
        assert planted_in(text) == []
    assert planted_in(database.decode("latin-1")) == []
    assert planted_in(str(hook.posts)) == [], "a channel's own address is where it goes, not what it says"
    assert {str(path.name): oct(mode) for path, mode in made.items() if mode & 0o077} == {}
    assert len(made) >= 4


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "news")


@pytest.fixture
def free_ports() -> int:
    """A port that nobody listens on, and the next one."""
    for _ in range(50):
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            try:
                other.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port
    raise AssertionError("no two free ports in a row")


def test_check_warns_of_secrets_that_everybody_can_read(desk: Desk, site: ScriptedServer) -> None:
    """A token in the config, a secret file and a feed's password, each in a file of mode 0644; silent once they are private."""
    desk.folder.mkdir()
    secret = desk.folder / "hook.secret"
    secret.write_text(f"json://desk:{PLANTED['hook password']}@127.0.0.1:9/x\n")
    ping = site.url(f"/{PLANTED['ping path']}")
    feed = with_user(site.url("/feed"), f"reader:{PLANTED['feed password']}")
    desk.write({"paid": feed}, {"hook": "file:hook.secret"}, extra=f'[health]\nping = "{ping}"\n')
    for path in (secret, desk.config):
        path.chmod(0o644)
    warned = desk.command("check").stderr
    assert "[channels.hook]: hook.secret holds a secret and everyone can read it; chmod o= hook.secret" in warned
    assert "[health]: config.toml holds a secret and everyone can read it" in warned
    assert 'feed "paid": config.toml holds a secret and everyone can read it' in warned
    assert planted_in(warned) == []
    for path in (secret, desk.config):
        path.chmod(0o640)
    assert "everyone can read it" not in desk.command("check").stderr


PAID = f"http://reader:{PLANTED['feed password']}@127.0.0.1:9/rss?token={PLANTED['feed token']}"
SECRETIVE = f"""
[channels.hook]
url = "json://desk:{PLANTED["hook password"]}@127.0.0.1:9/{PLANTED["hook path"]}"
[health]
ping = "https://ping.example/{PLANTED["ping path"]}"
[alerts.routes]
high = ["hook"]
[[feeds]]
name = "paid"
url = "{PAID}"
allow_private = true
"""
OPML = f'<opml version="2.0"><body><outline type="rss" text="Two" xmlUrl="{PAID.replace("/rss", "/two")}"/></body></opml>'
WORDS = [
    *(["feeds", "list"], ["feeds", "list", "--json"], ["feeds", "status"], ["feeds", "status", "--json"], ["feeds", "schedule"]),
    *(["feeds", "schedule", "paid"], ["feeds", "schedule", "paid", "--json"], ["feeds", "remove", "unknown"]),
    *(["feeds", "add", PAID], ["feeds", "add", PAID + "&n=2", "--allow-private"], ["feeds", "import", "-", "--dry-run"]),
    *(["backfill", PAID, "--dry-run"], ["backfill", "paid", "--dry-run"], ["channels"], ["channels", "--json"]),
    *(["channels", "test", "hook"], ["check"], ["check", "--json"], ["check", "--online"], ["check", "--online", "--yes"]),
    *(["status"], ["status", "--json"], ["incidents"], ["alerts", "list"], ["alerts", "list", "--json"], ["db", "check"]),
    *(["items"], ["items", "--json"], ["silences"], ["rules"], ["feeds", "add", PAID + "&n=3", "--untested", "--name", "three"]),
]


@pytest.fixture(scope="module")
def secretive(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = make_folder(tmp_path_factory.mktemp("desk") / "news", config=SECRETIVE)
    fill(folder, week(), notify=True)
    return folder


@pytest.mark.parametrize("words", WORDS, ids=lambda words: " ".join(words).replace(PAID, "URL"))
def test_no_command_shows_a_secret(secretive: Folder, words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """On stdout or stderr, done or refused."""
    folder = secretive
    monkeypatch.setattr(archive, "FIRST_PAUSE_S", 0.01)
    result = folder.run(*words, stdin=OPML)
    assert isinstance(result.exception, SystemExit | None), result.exception
    assert result.output
    assert planted_in(result.output) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("/rss?", "/r ss?", id="a feed's address"),
        pytest.param(PLANTED["feed password"] + "@", PLANTED["feed password"] + " /@", id="a feed's password"),
        pytest.param("json:", "jsoon:", id="a channel's service"),
        pytest.param("https://ping", "ftp://ping", id="the ping"),
        pytest.param("url = ", "ur = ", id="a key"),
        pytest.param('"\n', "\n", id="a quote"),
    ],
)
def test_no_mistake_in_a_config_shows_a_secret(tmp_path: Path, before: str, after: str) -> None:
    """The place and the mistake are told, not what stands there."""
    folder = make_folder(tmp_path / "news", config=SECRETIVE.replace(before, after))
    for words in (["check"], ["check", "--json"], ["status"]):
        result = folder.run(*words)
        assert result.exit_code == 2 or words == ["status"], result.output
        assert planted_in(result.output) == []


def test_a_list_of_feeds_with_secrets_in_it_is_private(tmp_path: Path) -> None:
    """Another reader needs them; whoever exports it is told, and nobody else can read the file."""
    folder = make_folder(tmp_path / "news", config=SECRETIVE)
    result = folder.run("feeds", "export", str(tmp_path / "feeds.opml"))
    assert "addresses with a password or key in them are written as they are: paid" in result.stderr
    assert planted_in(result.output) == []
    assert PLANTED["feed token"] in (tmp_path / "feeds.opml").read_text()
    assert stat.S_IMODE((tmp_path / "feeds.opml").stat().st_mode) == 0o600
    fill(folder, week())
    assert folder.run("db", "export", str(tmp_path / "all.jsonl")).exit_code == 0
    assert stat.S_IMODE((tmp_path / "all.jsonl").stat().st_mode) == 0o600
