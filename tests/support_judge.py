"""Sites on a real loopback server that judge a reader as their owners would, while a clock of our own runs through days.

Each site knows what it has asked for and given, from its own side only: it reads requests, never the reader's state. What a site
complains of is a `Violation`. The reader is the daemon with its own poller, fetcher and database.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import gzip
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from support_daemon import InlineWorker, Outward, write_config
from support_server import Asked, Reply, ScriptedServer

from monitor.daemon import Daemon
from monitor.feeds.fetch import Fetcher
from monitor.in_force import InForce, load_all
from monitor.store.database import scalar

START = dt.datetime(2026, 3, 5, tzinfo=dt.UTC)  # a Thursday
SPACING_S = 1.0
LEAST_S = 60.0
UNCONDITIONAL_EVERY = dt.timedelta(hours=24)
BACKOFF_MOST_S = 6 * 3600.0
MOVED_PATIENCE = 3
RULES = (
    "validators byte for byte",
    "conditional",
    "bare request",
    "fixed address",
    "gzip",
    "User-Agent",
    "interval",
    "max-age",
    "Expires",
    "ttl",
    "sy:updatePeriod",
    "skipHours",
    "skipDays",
    "Retry-After",
    "backing off",
    "spacing on a host",
    "2 connections",
    "301 adopted",
    "410",
)
HTML = b"<!doctype html><html><head><title>Please log in</title></head><body><form></form></body></html>"


@dataclass(frozen=True, kw_only=True)
class Violation:
    """What a site complains of."""

    rule: str
    site: str
    at: dt.datetime
    words: str


def _http_date(at: dt.datetime) -> str:
    return email.utils.format_datetime(at, usegmt=True)


@dataclass(kw_only=True)
class Site:
    """One feed: it publishes through the day, answers, and keeps book.

    `wait_s` and `rule`: what it asks for with each answer of 200 and 304; `pause_s`: with each 429 and 503. `trouble` answers in place of
    the feed where it returns a reply.
    """

    name: str
    path: str = "/feed?lang=en"
    host: str = ""
    a_day: float = 12.0
    etag: bool = True
    last_modified: bool = False
    lies: bool = False  # the ETag never changes
    partial: bool = False  # 226 to who asks for it
    gzipped: bool = False
    extra: str = ""
    wait_s: float = 0.0
    rule: str = ""
    pause_s: float = 0.0
    closed: Callable[[dt.datetime], bool] = lambda _: False
    headers: Callable[[dt.datetime], dict[str, str]] = lambda _: {}
    trouble: Callable[[Site, dt.datetime], Reply | None] = lambda _site, _at: None
    posts: list[dt.datetime] = field(default_factory=list)
    shown: set[int] = field(default_factory=set)
    requests: list[tuple[dt.datetime, int]] = field(default_factory=list)
    given: dict[str, str] = field(default_factory=dict)
    bare_at: dt.datetime | None = None
    not_before: tuple[dt.datetime, str] | None = None
    failed: int = 0
    moved_seen: int = 0
    gone: bool = False

    def publish(self, *, until: dt.datetime, rng: random.Random) -> None:
        at = START - dt.timedelta(days=1)
        while (at := at + dt.timedelta(seconds=rng.expovariate(self.a_day / 86_400))) < until:
            self.posts.append(at)

    def version(self, at: dt.datetime) -> int:
        return sum(post <= at for post in self.posts)

    def entries(self, first: int, last: int) -> str:
        return "".join(
            f"<item><guid isPermaLink='false'>{self.name}-{n}</guid><title>calm {self.name} {n}</title>"
            f"<pubDate>{_http_date(self.posts[n])}</pubDate></item>"
            for n in range(first, last)
        )


class Judge:
    """All sites of one simulation. `now` is the clock that both sides share."""

    def __init__(self, sites: Sequence[Site], *, interval_s: float, contact: str) -> None:
        self.sites = {site.host: [other for other in sites if other.host == site.host] for site in sites}
        self.all = list(sites)
        self.now = START
        self.interval_s = interval_s
        self.contact = contact
        self.violations: list[Violation] = []
        self.looked_up: dict[str, list[dt.datetime]] = {}
        self._last_start: dict[str, dt.datetime] = {}

    # ------------------------------------------------------------ the server's side

    def answer(self, asked: Asked) -> Reply:
        host = (asked.header("Host") or "").rpartition(":")[0]
        site = next((site for site in self.sites.get(host, ()) if asked.path in (site.path, f"{site.path}&moved")), None)
        if site is None:
            self._complain("fixed address", host, f"asked for {asked.path}, which nobody was told of")
            return Reply(status=404)
        self._judge_headers(site, asked)
        self._judge_time(site, asked)
        reply = self._reply(site, asked)
        site.requests.append((self.now, reply.status))
        return reply

    def _judge_headers(self, site: Site, asked: Asked) -> None:
        for name in ("Cookie", "Referer", "Cache-Control", "Pragma"):
            if asked.header(name) is not None:
                self._complain("bare request", site.name, f"{name}: {asked.header(name)}")
        if "gzip" not in (asked.header("Accept-Encoding") or ""):
            self._complain("gzip", site.name, "no gzip offered")
        if self.contact not in (asked.header("User-Agent") or ""):
            self._complain("User-Agent", site.name, asked.header("User-Agent") or "none")
        sent = {name: value for name in ("If-None-Match", "If-Modified-Since") if (value := asked.header(name)) is not None}
        if not sent and site.given:
            if site.bare_at is not None and self.now - site.bare_at < UNCONDITIONAL_EVERY:
                self._complain("conditional", site.name, f"no validators, and none at {site.bare_at:%d %H:%M}")
        elif sent != site.given:
            self._complain("validators byte for byte", site.name, f"sent {sent}, given {site.given}")
        if not sent:
            site.bare_at = self.now

    def _judge_time(self, site: Site, asked: Asked) -> None:
        if asked.path != site.path:
            return  # the second half of a redirect, or where it led for good
        if site.gone:
            self._complain("410", site.name, "asked again")
        if site.not_before is not None and (site.not_before[0] - self.now).total_seconds() > 1:
            self._complain(site.not_before[1], site.name, f"{(site.not_before[0] - self.now).total_seconds():.0f} s too early")
        if site.closed(self.now):
            self._complain(site.rule, site.name, f"asked at {self.now:%A %H:%M}")
        if site.requests:
            gap_s = (self.now - site.requests[-1][0]).total_seconds()
            least_s = LEAST_S if site.failed < 2 else min(self.interval_s * 2 ** (site.failed - 1), BACKOFF_MOST_S) - 1
            if gap_s < least_s:
                self._complain("interval" if site.failed < 2 else "backing off", site.name, f"{gap_s:.0f} s after the last one")
        last = self._last_start.get(site.host)
        if last is not None and (self.now - last).total_seconds() < SPACING_S - 0.001:
            self._complain("spacing on a host", site.name, f"{(self.now - last).total_seconds():.2f} s after another request")
        self._last_start[site.host] = self.now

    def _reply(self, site: Site, asked: Asked) -> Reply:
        trouble = site.trouble(site, self.now)
        if trouble is not None and asked.path == site.path:
            site.failed += trouble.status >= 400 or trouble.body == HTML
            site.gone = site.gone or trouble.status == 410
            if trouble.status in (301, 308):
                site.moved_seen += 1
                if site.moved_seen > MOVED_PATIENCE:
                    self._complain("301 adopted", site.name, f"asked the old address for the {site.moved_seen}th time")
            if (asked_s := site.pause_s) and trouble.status in (429, 503):
                for other in self.sites[site.host]:
                    other.not_before = (self.now + dt.timedelta(seconds=asked_s), "Retry-After")
            return trouble
        site.failed = 0
        version = site.version(self.now)
        validators = {}
        if site.etag:
            validators["ETag"] = f'W/"{site.name} é;{0 if site.lies else version}"'
        if site.last_modified:
            validators["Last-Modified"] = _http_date(max((post for post in site.posts if post <= self.now), default=START))
        headers = validators | site.headers(self.now) | {"Set-Cookie": "track=1; Max-Age=86400"}
        known = asked.header("If-None-Match")
        same = (
            known == validators["ETag"] if known and site.etag else asked.header("If-Modified-Since") == validators.get("Last-Modified", "")
        )
        if site.wait_s:
            site.not_before = (self.now + dt.timedelta(seconds=site.wait_s), site.rule)
        site.given = {
            sent: validators[name]
            for sent, name in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified"))
            if name in validators
        }
        if same:
            return Reply(status=304, headers=headers)
        first, status = max(0, version - 15), 200
        if site.partial and known and "feed" in (asked.header("A-IM") or ""):
            first, status = int(known.rpartition(";")[2].strip('"')), 226
            headers["IM"] = "feed"
        site.shown.update(range(first, version))
        body = f"<rss version='2.0'><channel><title>{site.name}</title>{site.extra}{site.entries(first, version)}</channel></rss>".encode()
        if site.gzipped:
            return Reply(body=gzip.compress(body), headers=headers | {"Content-Encoding": "gzip"})
        return Reply(status=status, body=body, headers=headers)

    def _complain(self, rule: str, site: str, words: str) -> None:
        self.violations.append(Violation(rule=rule, site=site, at=self.now, words=words))

    # ------------------------------------------------------------ names

    async def resolve(self, host: str, port: int) -> list[str]:
        """Every name leads to this machine, but for those that begin with `nowhere`."""
        if host.startswith(("nowhere", "secure")):
            times = self.looked_up.setdefault(host, [])
            least_s = min(self.interval_s * 2 ** (len(times) - 1), BACKOFF_MOST_S) - 1 if times else 0
            if times and (self.now - times[-1]).total_seconds() < least_s:
                self._complain("backing off", host, f"{(self.now - times[-1]).total_seconds():.0f} s after the last one")
            times.append(self.now)
        if host.startswith("nowhere"):
            raise OSError(-2, "Name or service not known")
        return ["127.0.0.1"]


# ---------------------------------------------------------------- the sites of a week


def a_week_of_sites(interval_s: float) -> list[Site]:
    """One site for each thing that servers ask for, with waits in proportion to the reader's interval."""
    hours = dt.timedelta(hours=1)

    def between(first: float, last: float, reply: Reply) -> Callable[[Site, dt.datetime], Reply | None]:
        return lambda _site, at: reply if START + first * hours <= at < START + last * hours else None

    wish_s = 3 * interval_s
    sites = [
        Site(name="etag", gzipped=True),
        Site(name="modified", etag=False, last_modified=True),
        Site(name="both", last_modified=True),
        Site(name="neither", etag=False),
        Site(name="max-age", wait_s=wish_s, rule="max-age", headers=lambda _: {"Cache-Control": f"max-age={wish_s:.0f}"}),
        Site(
            name="expires",
            wait_s=wish_s,
            rule="Expires",
            headers=lambda at: {
                "Date": _http_date(at - 5 * hours),
                "Expires": _http_date(at - 5 * hours + dt.timedelta(seconds=wish_s)),
            },
        ),
        Site(name="ttl", wait_s=wish_s, rule="ttl", extra=f"<ttl>{wish_s / 60:.0f}</ttl>"),
        Site(
            name="period",
            wait_s=86_400 / round(86_400 / wish_s),
            rule="sy:updatePeriod",
            extra=f"<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>{86_400 / wish_s:.0f}</sy:updateFrequency>",
        ),
        Site(
            name="hours",
            rule="skipHours",
            extra="<skipHours>" + "".join(f"<hour>{hour}</hour>" for hour in range(9)) + "</skipHours>",
            closed=lambda at: at.hour < 9 and at > START + 10 * hours,
        ),
        Site(
            name="days",
            rule="skipDays",
            extra="<skipDays><day>Saturday</day><day>Sunday</day></skipDays>",
            closed=lambda at: at.weekday() in (5, 6),
        ),
        Site(
            name="busy",
            pause_s=6 * interval_s,
            trouble=lambda site, at: (
                Reply(status=429, headers={"Retry-After": f"{6 * interval_s:.0f}"}) if len(site.requests) % 9 == 8 else None
            ),
        ),
        Site(
            name="down",
            pause_s=6 * interval_s,
            trouble=lambda site, at: (
                Reply(status=503, headers={"Retry-After": _http_date(at + dt.timedelta(seconds=6 * interval_s))})
                if len(site.requests) % 7 == 6
                else None
            ),
        ),
        Site(name="moved", trouble=lambda site, at: Reply(status=301, headers={"Location": f"{site.path}&moved"})),
        Site(name="elsewhere", trouble=lambda site, at: Reply(status=302, headers={"Location": f"{site.path}&moved"})),
        Site(name="gone", trouble=between(20, 1e6, Reply(status=410))),
        Site(name="broken", trouble=between(10, 40, Reply(status=500))),
        Site(name="captive", trouble=between(8, 20, Reply(body=HTML, headers={"ETag": '"portal"', "Content-Type": "text/html"}))),
        Site(name="liar", lies=True),
        Site(name="partial", partial=True),
        *(Site(name=f"crowd-{n}", host="crowd.test", path=f"/feed-{n}?lang=en", etag=n % 2 == 0) for n in range(6)),
        Site(
            name="crowd-busy",
            host="crowd.test",
            path="/feed-busy?lang=en",
            pause_s=6 * interval_s,
            trouble=lambda site, at: (
                Reply(status=429, headers={"Retry-After": f"{6 * interval_s:.0f}"}) if len(site.requests) == 5 else None
            ),
        ),
    ]
    for site in sites:
        site.host = site.host or f"{site.name}.test"
    return sites


@dataclass(kw_only=True)
class Score:
    """How a simulation came out."""

    days: float
    requests: int
    statuses: Counter[int]
    violations: list[Violation]
    published: int
    shown: int
    found: int
    dead: dict[str, int]

    def by_rule(self) -> Counter[str]:
        return Counter(violation.rule for violation in self.violations)


async def simulate(folder: Path, *, days: float, interval: str, interval_s: float, seed: int = 1, extra: str = "") -> Score:
    """Let the daemon poll the sites for so many days of the shared clock."""
    contact = "mailto:tests@example.org"
    judge = Judge(a_week_of_sites(interval_s), interval_s=interval_s, contact=contact)
    end = START + dt.timedelta(days=days)
    rng = random.Random(seed)
    for site in judge.all:
        site.publish(until=end, rng=rng)
    with ScriptedServer() as server:
        server.script("*", judge.answer)
        feeds = {site.name: f"http://{site.host}:{server.port}{site.path}" for site in judge.all}
        feeds |= {"nowhere": f"http://nowhere.test:{server.port}/", "secure": f"https://secure.test:{server.port}/"}
        config = write_config(folder, feeds, interval=interval, extra=extra)

        def fetcher(force: InForce) -> Fetcher:
            return Fetcher(user_agent=force.config.user_agent, resolve=judge.resolve, spacing_s=0)

        async with Daemon.opened(
            load_all(config),
            clock=lambda: judge.now,
            rng=random.Random(seed),
            send=Outward(),
            make_worker=InlineWorker,  # type: ignore[arg-type]
            make_fetcher=fetcher,
        ) as daemon:
            planned_at = judge.now
            while (due_at := daemon.poller.next_at()) is not None and due_at < end:
                judge.now = max(judge.now, due_at)
                if judge.now - planned_at >= dt.timedelta(hours=1):  # as the daemon does
                    planned_at = judge.now
                    await daemon.plan_tick()
                await daemon.poll_tick()
                await daemon.poller.idle()
            found = await daemon.db.call(scalar, "SELECT count(*) FROM items")
        for host, most in server.most_by_host.items():
            if most > 2:
                judge.violations.append(Violation(rule="2 connections", site=host, at=judge.now, words=f"{most} at once"))
    sent = [status for site in judge.all for _, status in site.requests]
    return Score(
        days=days,
        requests=len(sent),
        statuses=Counter(sent),
        violations=judge.violations,
        shown=sum(len(site.shown) for site in judge.all),
        published=sum(len(site.posts) for site in judge.all),
        found=int(found),
        dead={host: len(times) for host, times in judge.looked_up.items()},
    )
