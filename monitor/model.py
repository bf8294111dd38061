"""The values that flow through the program, named by the stage they stand for.

Feed → Fetched → Item → Report(Account…) → Filing → Incident → Match → Alert → Delivery

Times are aware UTC datetimes; a `date` is local to the incident's place. None means unknown, never zero.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["info", "notice", "high", "severe", "critical"]
SEVERITIES: tuple[Severity, ...] = ("info", "notice", "high", "severe", "critical")

Kind = Literal["attack", "operation", "follow-up", "background", "other"]
Relation = Literal["follow-up", "recalled"]
Stance = Literal["claimed", "denied", "suspected", "mentioned"]
STANCES: tuple[Stance, ...] = ("claimed", "denied", "suspected", "mentioned")

ATTACK_TYPES = (
    "suicide bombing",
    "bombing",
    "armed assault",
    "assassination",
    "kidnapping",
    "rocket or mortar",
    "drone",
    "arson or sabotage",
    "hostage taking",
    "security operation",
    "cross-border clash",
)
TARGETS = (
    "religious procession or site",
    "minority",
    "political",
    "police",
    "security forces",
    "civilians",
    "infrastructure",
    "education or health",
    "government",
    "media",
    "militants",
)

# Where an outlet is taken to be that nobody says anything of.
HOME_TIMEZONE = "Asia/Karachi"

# ---------------------------------------------------------------- what the rule files say of the world


@dataclass(frozen=True, slots=True)
class Alias:
    """A spelling of a group's name; `exact_case` for acronyms such as IS."""

    text: str
    exact_case: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """An armed group: every spelling it goes by, its parent, and where the entry comes from."""

    id: str
    name: str
    aliases: tuple[Alias, ...] = ()
    kind: str | None = None
    parent: str | None = None
    country: str | None = None
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedPlace:
    """A place of `places.yaml`: a hotspot, or a local name that the built-in gazetteer lacks. Degrees WGS84."""

    name: str
    spellings: tuple[str, ...] = ()
    district: str | None = None
    province: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    watch: str | None = None
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """The phrases that speak for one attack type or target."""

    name: str
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """All that the rule files teach the reader: a change of it changes what new items are read as."""

    groups: tuple[Group, ...] = ()
    places: tuple[WatchedPlace, ...] = ()
    attack_types: tuple[Phrases, ...] = ()
    targets: tuple[Phrases, ...] = ()

    @property
    def digest(self) -> str:
        """16 hex digits that change when any entry does; stored with each report as `vocabulary_hash`."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


# ---------------------------------------------------------------- feeds and items


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as the config names it. `interval_s` is the usual seconds between polls; `timezone` is the outlet's (IANA).

    `adaptive`: how often it is polled is learned, between `least_s` and `max_delay_s` seconds, in proportion to the root of its rate
    times `weight`; else every `interval_s`.
    """

    name: str
    url: str
    outlet: str = ""
    publisher: str = ""
    language: str = "en"
    tags: tuple[str, ...] = ()
    interval_s: float = 300.0
    timezone: str = HOME_TIMEZONE
    allow_private: bool = False
    full_text: bool = False  # fetch the article of a teaser that matters
    adaptive: bool = False
    least_s: float = 60.0
    max_delay_s: float | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a feed's body says of itself: how often it may be asked, and which hub tells of its news.

    `skip_hours` are of the day in UTC, `skip_days` have 0 for Monday. `topic` is the address that the hub knows the feed by.
    """

    ttl_s: float | None = None
    update_s: float | None = None  # sy:updatePeriod over sy:updateFrequency
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    hub: str | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What the database remembers of a feed; keyed by its address."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    first_success_at: dt.datetime | None = None
    last_polled_at: dt.datetime | None = None
    last_success_at: dt.datetime | None = None
    next_due_at: dt.datetime | None = None
    due_why: str | None = None  # why then, in words
    not_before_at: dt.datetime | None = None  # the server asks not to be asked earlier
    not_before_why: str | None = None
    hints: Hints = Hints()
    body_at: dt.datetime | None = None  # when a whole body last came, and not a 304
    full_at: dt.datetime | None = None  # when it was last asked without validators
    trust_d: int = 1  # days without a body after which a 304 is no longer believed
    bad_body: bool = False  # the last body was no feed
    last_status: str | None = None  # "ok", "not modified", "unchanged", "failed", "page", "gone"
    last_error: str | None = None
    failures: int = 0  # in a row
    gone: bool = False
    moved_to: str | None = None  # a permanent redirect's target
    moved_seen: int = 0  # how many times in a row
    filter_digest: str = ""  # of the filter that its last body was taken by
    filtered: int = 0  # items of its last body that the filter left out


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A body as a server sent it, inflated. `headers` has lower-case names; `elapsed_s` is seconds."""

    url: str
    final_url: str
    status: int
    headers: dict[str, str]
    body: bytes
    fetched_at: dt.datetime
    elapsed_s: float
    permanent_url: str | None = None  # where a chain of only 301/308 ended

    @property
    def etag(self) -> str | None:
        return self.headers.get("etag")

    @property
    def last_modified(self) -> str | None:
        return self.headers.get("last-modified")

    @property
    def body_hash(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """A 304: nothing new; its headers may still carry caching hints."""

    url: str
    headers: dict[str, str]
    fetched_at: dt.datetime
    elapsed_s: float
    permanent_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a feed or one document, as plain text.

    `key` is its identity (see `monitor.items.identify`), stable over edits. `id` is what the input called it
    (a JSON Lines `id`, else the GUID, else the link, else the key). `published_at` is None where the entry has no
    usable date. `feed` is the feed's name ("" for documents without one).
    """

    key: str
    id: str
    title: str = ""
    summary: str = ""
    content: str = ""
    link: str | None = None
    guid: str | None = None
    published_at: dt.datetime | None = None
    feed: str = ""
    outlet: str = ""
    publisher: str = ""
    language: str = "en"
    timezone: str = HOME_TIMEZONE
    tags: tuple[str, ...] = ()
    content_hash: str = ""

    @property
    def text(self) -> str:
        """Title, summary and content, a blank line between; what `text:` conditions and search look at."""
        return "\n\n".join(part for part in (self.title, self.summary, self.content) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class BadItem:
    """An entry that could not be taken, with the reason in words; the rest of its feed goes on."""

    where: str
    reason: str


# ---------------------------------------------------------------- what one item says


@dataclass(frozen=True, slots=True, kw_only=True)
class Toll:
    """A number of people. `count` is the number stated, `min` and `max` the bounds the words give (None: open).

    "over 50": 50, 50, None; "nearly 60": 60, None, 60; "five": 5, 5, 5; "no casualties": 0, 0, 0.
    """

    count: int
    min: int | None = None
    max: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where: from the most precise name down to the country. Degrees WGS84. Any part may be unknown."""

    name: str | None = None
    district: str | None = None
    province: str | None = None
    country: str | None = None
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMention:
    """What a text says of a group and an attack."""

    id: str
    name: str
    stance: Stance
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The words that gave a value: `field` is the account's field, `sentence` the whole sentence,
    `start` and `end` character offsets of the words within the sentence."""

    field: str
    sentence: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What one item says of one attack.

    `fresh`: reported as news. Otherwise `relation` says how it comes up: a `follow-up` (claim, denial, funeral, arrest)
    or `recalled` (history). `retracts` is set where the text says that there was no attack (a hoax, a gas cylinder).
    """

    fresh: bool
    relation: Relation | None = None
    date: dt.date | None = None
    place: Place | None = None
    killed: Toll | None = None
    injured: Toll | None = None
    militants_killed: Toll | None = None
    groups: tuple[GroupMention, ...] = ()
    attack_type: str | None = None
    target: str | None = None
    retracts: bool = False
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one item says: `incidents` as news, `background` the rest, and every group and place named at all."""

    kind: Kind
    language: str = "en"
    incidents: tuple[Account, ...] = ()
    background: tuple[Account, ...] = ()
    group_mentions: tuple[str, ...] = ()  # group ids
    place_mentions: tuple[str, ...] = ()  # place names
    reader_version: str = ""
    vocabulary_hash: str = ""
    cut: bool = False  # the text was longer than the reader's limit


# ---------------------------------------------------------------- incidents

Role = Literal["report", "follow-up", "reference"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One item's account, filed under one incident.

    `role`: a `report` and a `follow-up` contribute facts, a `reference` (recalled) only stands in the list.
    `at` is the clock of the item: seen live, published in a replay. `duplicate_of` is the key of the item whose text it copies or
    reprints with small edits: its account counts, its voice does not.
    """

    item_key: str
    item_id: str
    role: Role
    account: Account
    at: dt.datetime
    published_at: dt.datetime | None = None
    seen_at: dt.datetime | None = None
    kind: Kind = "attack"
    feed: str = ""
    outlet: str = ""
    publisher: str = ""
    language: str = "en"
    tags: tuple[str, ...] = ()
    link: str | None = None
    title: str = ""
    text: str = ""
    duplicate_of: str | None = None

    @property
    def voice(self) -> str:
        """Who speaks: corroboration counts publishers, not feeds or articles."""
        return self.publisher or self.outlet or self.feed or self.item_key


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """A change of an incident's toll: when, by which item."""

    at: dt.datetime
    item_id: str
    killed: Toll | None = None
    injured: Toll | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What an analyst decided on an incident and has not taken back. `what` is the field that was set ("killed", "group:ttp"), or
    "merge", "split", "dismiss", "undismiss"; `number` that of the decision, greater where it came later."""

    number: int
    what: str
    actor: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An attack, its facts computed from all filings in force."""

    id: str
    first_seen: dt.datetime
    last_seen: dt.datetime
    date: dt.date | None = None
    place: Place | None = None
    killed: Toll | None = None
    injured: Toll | None = None
    militants_killed: Toll | None = None
    groups: tuple[GroupMention, ...] = ()
    attack_type: str | None = None
    target: str | None = None
    retracted: bool = False
    dismissed: bool = False
    rulings: tuple[Ruling, ...] = ()
    filings: tuple[Filing, ...] = ()
    history: tuple[HistoryEntry, ...] = ()

    @property
    def foiled(self) -> bool:
        """Whether its reports tell of a bid that came to nothing: none of them ever told an attack or took one back."""
        told = [f for f in self.filings if f.role != "reference"]
        return self.retracted and bool(told) and not any(f.role == "report" or f.account.retracts for f in told)

    @property
    def taken_back(self) -> str:
        """In a few words why it is none: "dismissed" by an analyst, "foiled", "withdrawn by its reports"; "" where it stands."""
        if self.dismissed:
            return "dismissed"
        return "foiled" if self.foiled else "withdrawn by its reports" if self.retracted else ""

    @property
    def outlets(self) -> tuple[str, ...]:
        """Distinct publishers in order of first report, references left out; of a story and its reprints the first one here."""
        told = [f for f in self.filings if f.role != "reference"]
        here = {f.item_key for f in told}
        first = {f.duplicate_of: f.voice for f in reversed(told) if f.duplicate_of is not None and f.duplicate_of not in here}
        return tuple(dict.fromkeys(first[f.duplicate_of] if f.duplicate_of else f.voice for f in told if f.duplicate_of not in here))


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Where an account goes: `incident_id` None opens a new incident; `reason` says why in words."""

    incident_id: str | None
    role: Role
    reason: str
    score: float = 0.0


# ---------------------------------------------------------------- rules and alerts

Change = Literal["new", "update", "correction", "retraction"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a rule fired: the condition as written, the value that met it, the sentence that says so."""

    rule: str
    condition: str
    value: str | int | float | None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A rule that holds for an incident. `notify` overrides the route of its severity (channel names)."""

    rule: str
    severity: Severity
    reasons: tuple[Reason, ...] = ()
    notify: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the last alert on an incident said, so that a decision can compare."""

    alert_id: str
    at: dt.datetime
    severity: Severity
    incident: Incident  # the facts as told; filings and history left out
    channels: tuple[str, ...] = ()  # wherever anything was told of the incident; () where that is not known
    twins: tuple[str, ...] = ()  # ids under which it was told besides, before it was found to be one attack; not yet said
    parted: tuple[str, ...] = ()  # ids with which it was told to be one attack, before it was found to be one of its own; not yet said


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether to raise an alert, with a named reason either way (`reason` is a slug such as "toll-step-passed")."""

    change: Change | None
    reason: str
    severity: Severity = "info"
    due_at: dt.datetime | None = None
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert on one incident, as it is kept: the facts at the time, the rules that fired, what became of it.

    `state`: `pending` until `due_at`, then `settled`; `suppressed` when it was never to be sent, with the reason in `held`.
    """

    id: str
    incident_id: str | None
    change: Change
    reason: str
    created_at: dt.datetime
    due_at: dt.datetime
    severity: Severity
    matches: tuple[Match, ...]
    channels: tuple[str, ...]
    incident: Incident
    state: Literal["pending", "settled", "suppressed"] = "pending"
    held: str | None = None
    kind: Literal["incident", "surge"] = "incident"
    backfilled: bool = False


DeliveryState = Literal["waiting", "claimed", "sent", "dead", "collapsed", "suppressed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One alert on its way to one channel. `attempts` counts tries begun; `ambiguous` is set when an earlier try may have arrived."""

    id: int
    alert_id: str
    channel: str
    state: DeliveryState
    due_at: dt.datetime
    attempts: int = 0
    lease_until: dt.datetime | None = None
    sent_at: dt.datetime | None = None
    last_error: str | None = None
    ambiguous: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A rendered alert: `title` one line; `text` plain; `html` for mail; `slack` for Slack's mrkdwn; `thread` is stable per incident."""

    title: str
    text: str
    html: str
    slack: str
    thread: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()
    reply: Reply | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What makes a message an answer: `to` is what the service calls the first one, `now` what that is to say from now on (mrkdwn).

    `broadcast`: the channel is to see the answer too, not the thread alone.
    """

    to: str
    now: str
    broadcast: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An image of a mail; its HTML refers to it as `cid:NAME`. `type` is its media type."""

    name: str
    type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSettings:
    """What `[alerts]` says about when to speak. Seconds unless named otherwise; tolls in persons."""

    wait_s: float = 180.0
    max_age_d: float = 14.0
    cooldown_s: float = 0.0
    toll_steps_killed: tuple[int, ...] = (1, 5, 10, 20, 50, 100, 200)
    toll_steps_injured: tuple[int, ...] = (10, 50, 100)
    toll_settled_s: float = 6 * 3600.0
    toll_settled_share: float = 0.2
    routes: dict[Severity, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store knows of an item key: enough to tell new, changed and seen apart. `changes` counts its new versions so far."""

    key: str
    content_hash: str
    first_seen_at: dt.datetime
    changed_at: dt.datetime | None = None
    published_at: dt.datetime | None = None
    feed: str = ""
    link: str | None = None
    changes: int = 0
