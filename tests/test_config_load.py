"""A config file as read: defaults, paths, what the steps get of it."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from monitor import __version__
from monitor.alerts.slots import Schedule
from monitor.config import Config, load_config, shipped
from monitor.config.sections import (
    Alerts,
    ChannelSection,
    DigestSection,
    Document,
    FeedSection,
    Health,
    Log,
    Polling,
    Rules,
    Storage,
    Storm,
    Text,
    WebSub,
    section_keys,
)
from monitor.model import SEVERITIES, AlertSettings, Feed


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Write a config into a folder of its own and read it."""
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)

    def write(text: str) -> Config:
        path = tmp_path / "config.toml"
        path.write_text(text, encoding="utf-8")
        return load_config(path)

    return write


FEED = '[[feeds]]\nname = "gazette"\nurl = "https://gazette.example.org/rss"\n'


def test_an_empty_file_has_all_defaults(written, tmp_path: Path) -> None:
    """Every key may be left out; paths lie beside the file."""
    config = written("")
    assert config.source == tmp_path / "config.toml"
    assert config.database == tmp_path / "monitor.db"
    assert config.rules == tmp_path / "rules"
    assert config.feeds == ()
    assert config.alert_settings() == AlertSettings()
    assert config.polling == Polling()
    assert (config.timezone, config.operator) == ("Asia/Karachi", ())


def test_a_feed_takes_what_it_leaves_out_from_its_name_and_the_polling_section(written) -> None:
    """The outlet defaults to the name, the publisher to the outlet, the interval to the one of [polling]."""
    config = written('[polling]\ninterval = "10m"\n' + FEED)
    assert config.feeds == (
        Feed(
            name="gazette",
            url="https://gazette.example.org/rss",
            outlet="gazette",
            publisher="gazette",
            interval_s=600.0,
            timezone="Asia/Karachi",
            adaptive=True,
            least_s=300.0,
            max_delay_s=3600.0,
        ),
    )


def test_a_feed_says_all_of_itself(written) -> None:
    """Each key of a feed reaches the step that fetches it."""
    text = FEED + 'outlet = "The Gazette"\npublisher = "Gazette Group"\nlanguage = "ur-PK"\ntags = ["a", "b", "a"]\ninterval = "1h30m"\n'
    config = written(text + 'timezone = "Asia/Kabul"\nallow_private = true\nmax_delay = "2h"\nweight = 4')
    assert config.feeds[0] == Feed(
        name="gazette",
        url="https://gazette.example.org/rss",
        outlet="The Gazette",
        publisher="Gazette Group",
        language="ur-PK",
        tags=("a", "b"),
        interval_s=5400.0,
        timezone="Asia/Kabul",
        allow_private=True,
        least_s=150.0,
        max_delay_s=7200.0,
        weight=4.0,
    )


@pytest.mark.parametrize(
    ("polling", "least_s", "max_delay_s"),
    [
        ('interval = "5m"', 150.0, 1800.0),
        ('interval = "90s"', 60.0, 540.0),
        ('interval = "10s"', 10.0, 60.0),
        ('min_interval = "2m"\nmax_delay = "1m"', 120.0, 60.0),
        ('interval = "5d"', 216_000.0, 604_800.0),
    ],
)
def test_the_bounds_of_the_schedule_go_by_the_interval(written, polling: str, least_s: float, max_delay_s: float) -> None:
    """Half of it, but no public site more than once a minute, and six times it, unless they are set."""
    (feed,) = written(f"[polling]\n{polling}\n{FEED}").feeds
    assert (feed.least_s, feed.max_delay_s) == (least_s, max_delay_s)


def test_a_fixed_schedule_is_the_interval_for_all(written) -> None:
    """And so is an interval of a feed's own."""
    assert not written('[polling]\nschedule = "fixed"\n' + FEED).feeds[0].adaptive
    (feed,) = written(FEED + 'interval = "1h"').feeds
    assert (feed.adaptive, feed.max_delay_s) == (False, None)


def test_a_feed_that_is_off_is_kept_apart(written) -> None:
    """It is not polled, and the commands still know it."""
    config = written(FEED + "enabled = false")
    assert config.feeds == ()
    assert [feed.name for feed in config.feeds_off] == ["gazette"]


def test_alert_settings_have_the_units_of_the_model(written) -> None:
    """Durations arrive as seconds, the greatest age as days, and only routed severities are routes."""
    config = written(
        '[channels.desk]\nurl = "json://127.0.0.1"\n[alerts]\nwait = "90s"\nmax_age = "1w"\ncooldown = "1h"\noperator = ["desk"]\n'
        '[alerts.toll_steps]\nkilled = [3, 30]\ninjured = [5]\nsettled_after = "1h"\nsettled_share = 0.5\n'
        '[alerts.routes]\nhigh = ["desk"]\ninfo = []'
    )
    assert config.alert_settings() == AlertSettings(
        wait_s=90.0,
        max_age_d=7.0,
        cooldown_s=3600.0,
        toll_steps_killed=(3, 30),
        toll_steps_injured=(5,),
        toll_settled_s=3600.0,
        toll_settled_share=0.5,
        routes={"high": ("desk",)},
    )
    assert config.operator == ("desk",)


@pytest.mark.parametrize(
    ("storage", "expected"),
    [
        pytest.param('path = "data/m.db"', "data/m.db", id="relative"),
        pytest.param('path = "/srv/m.db"', "/srv/m.db", id="absolute"),
        pytest.param("", "monitor.db", id="default"),
    ],
)
def test_the_database_lies_relative_to_the_file(written, tmp_path: Path, storage: str, expected: str) -> None:
    """Never relative to the folder that a command was started in."""
    assert written(f"[storage]\n{storage}").database == tmp_path / expected


def test_the_service_keeps_its_database_in_its_state_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """systemd names the directory; a path in the file wins over it."""
    monkeypatch.setenv("STATE_DIRECTORY", "/var/lib/elsewhere:/var/lib/second")
    path = tmp_path / "config.toml"
    path.write_text("")
    assert load_config(path).database == Path("/var/lib/elsewhere/monitor.db")
    path.write_text('[storage]\npath = "own.db"')
    assert load_config(path).database == tmp_path / "own.db"


def test_a_config_below_etc_uses_the_services_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Analysts run commands without the service's environment, and must see its database."""
    from monitor.config import default_database

    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    assert default_database(Path("/etc/monitor")) == Path("/var/lib/monitor/monitor.db")
    assert default_database(Path("/home/a/etc")) == Path("/home/a/etc/monitor.db")


def test_a_folder_stands_for_the_config_in_it(tmp_path: Path) -> None:
    """`--config DIR` is `--config DIR/config.toml`."""
    (tmp_path / "config.toml").write_text("")
    assert load_config(tmp_path).source == tmp_path / "config.toml"


def test_the_user_agent_names_the_program_and_the_contact(written) -> None:
    """Servers ask for both; what cannot stand in a header is left out."""
    config = written('[polling]\ncontact = "mailto:desk@example.org (Zürich)"')
    assert config.user_agent == f"incident-monitor/{__version__} (+mailto:desk@example.org Zrich)"
    assert written("").user_agent == f"incident-monitor/{__version__}"


def test_a_channels_address_shows_in_no_repr(written, tmp_path: Path) -> None:
    """What is printed by accident must not hold a secret; a file's path is made absolute."""
    config = written('[channels.a]\nurl = "slack://SECRETA/SECRETB/SECRETC"\n[channels.b]\nurl = "file:b.secret"')
    assert "SECRET" not in repr(config)
    assert config.channels["b"].url == f"file:{tmp_path}/b.secret"


def test_a_place_in_the_file_can_be_asked_for(written) -> None:
    """Messages about a value that turns out wrong later name its line; without one, the nearest table's, else the file."""
    config = written(FEED + '[channels.a]\nurl = "json://127.0.0.1"')
    assert str(config.locate("feeds", 0, "url")).endswith("config.toml:3:7")
    assert str(config.locate("channels", "a", "format")).endswith("config.toml:4:1")
    assert str(config.locate("polling")).endswith("config.toml")


# ---------------------------------------------------------------- the example

SECTIONS = {
    (): Document,
    ("feeds",): FeedSection,
    ("polling",): Polling,
    ("storage",): Storage,
    ("alerts",): Alerts,
    ("text",): Text,
    ("rules",): Rules,
    ("health",): Health,
    ("websub",): WebSub,
    ("log",): Log,
    ("channels",): ChannelSection,
    ("alerts", "storm"): Storm,
    ("digests",): DigestSection,
}
TABLES = {*(keys[0] for keys in SECTIONS if keys), "toll_steps", "routes", "storm"}


def example() -> str:
    return shipped("config.example.toml").read_text(encoding="utf-8")


def test_the_example_loads_with_its_feeds_on_and_the_urdu_ones_off(tmp_path: Path) -> None:
    """What `init` copies has no problem, polls the English feeds and none in a language that is not read."""
    (tmp_path / "config.toml").write_text(example(), encoding="utf-8")
    config = load_config(tmp_path)
    assert len(config.feeds) == 7
    assert {feed.language for feed in config.feeds} == {"en"}
    assert example().count('# language = "ur"') == 3
    assert len(re.findall(r'url = "http.*# untested$', example(), re.MULTILINE)) == 10


@pytest.mark.parametrize("section", SECTIONS.values(), ids=lambda section: section.__name__)
def test_every_key_stands_in_the_example(section: type) -> None:
    """Nobody has to read the source to learn of an option."""
    for key in section_keys(section):
        if key not in TABLES:
            assert re.search(rf"^(# )?{key} = ", example(), re.MULTILINE), key
    for severity in SEVERITIES:
        assert re.search(rf"^# {severity} = \[\]", example(), re.MULTILINE)


def test_the_options_that_are_commented_out_stand_at_their_defaults(tmp_path: Path) -> None:
    """The example with every option taken in means the same as without: so its comments tell the truth."""
    (tmp_path / "config.toml").write_text(example(), encoding="utf-8")
    plain = load_config(tmp_path)
    head, _, tail = example().partition("# ---------------------------------------------------------------- feeds")
    on = re.sub(r"^# (?=\[|[a-z_]+ = )", "", head, flags=re.MULTILINE)
    bare = on + tail[tail.index("\n[[feeds]]") :]
    (tmp_path / "config.toml").write_text(bare, encoding="utf-8")
    full = load_config(tmp_path)
    assert full.polling == plain.polling
    assert full.alerts == plain.alerts
    assert (full.text, full.health, full.websub, full.log, full.database, full.rules) == (
        plain.text,
        plain.health,
        plain.websub,
        plain.log,
        plain.database,
        plain.rules,
    )
    assert full.feeds == plain.feeds
    assert {(channel.format, channel.timeout_s, channel.quiet) for channel in full.channels.values()} == {("auto", 20.0, None)}
    daily, weekly = full.digests
    assert daily == Schedule(name="daily", channel="mail", at=dt.time(8), days=frozenset(range(7)), timezone="Asia/Karachi")
    assert (weekly.days, plain.digests) == (frozenset({0}), ())


def test_the_feed_that_explains_all_keys_is_one_with_its_defaults(tmp_path: Path) -> None:
    """Taken in, it means the same as its name and address alone."""
    block = example().partition("at their defaults:\n#\n")[2].partition("\n\n")[0]
    text = re.sub("^# ", "", block, flags=re.MULTILINE)
    assert set(re.findall(r"^([a-z_]+) = ", text, re.MULTILINE)) == set(section_keys(FeedSection))
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    (feed,) = load_config(tmp_path).feeds
    (tmp_path / "config.toml").write_text('[[feeds]]\nname = "gazette"\nurl = "https://gazette.example.org/rss"', encoding="utf-8")
    assert load_config(tmp_path).feeds == (feed,)


def test_hubs_are_off_until_there_is_a_public_address(tmp_path: Path) -> None:
    """Then what comes there arrives at a port of this machine."""
    path = tmp_path / "config.toml"
    path.write_text("")
    assert load_config(path).websub.callback is None
    path.write_text('[websub]\ncallback = "https://news.example.org/hubs/"\nlisten = "[::]:9000"\npoll_every = "2h"\n')
    found = load_config(path).websub
    assert (found.callback, found.listen, found.poll_every_s) == ("https://news.example.org/hubs", ("::", 9000), 7200.0)
