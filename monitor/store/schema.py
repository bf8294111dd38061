"""The tables, as steps from an empty file to today's; docs/database.md says what each column means.

Times are ISO 8601 text in UTC with six decimals, which sorts; `date` columns are local to the incident's place.
JSON columns hold the forms of `monitor.forms`. A step that has been released is never edited: add the next one.
"""

from __future__ import annotations

import re

from sqlite_utils import Database, Migrations

from monitor.store.addresses import stored_address

APPLICATION_ID = 0x4D4F4E31  # "MON1", so that `file` and a wrong path in the config can be told

MIGRATIONS = Migrations("monitor")

# Kept in the file as user_version, where a program that is older than the file can read it.
SCHEMA_VERSION = 9


@MIGRATIONS(name="0001_first")
def _first(db: Database) -> None:
    for statement in _statements(_TABLES + _SEARCH + _VIEWS):
        db.execute(statement)


@MIGRATIONS(name="0002_alert_life")
def _alert_life(db: Database) -> None:
    for statement in _statements(_ALERT_LIFE):
        db.execute(statement)


@MIGRATIONS(name="0003_merge_and_split")
def _merge_and_split(db: Database) -> None:
    for statement in _statements(_MERGE_AND_SPLIT):
        db.execute(statement)


@MIGRATIONS(name="0004_threads")
def _threads(db: Database) -> None:
    db.execute("ALTER TABLE deliveries ADD COLUMN thread TEXT")


@MIGRATIONS(name="0005_heartbeat")
def _heartbeat(db: Database) -> None:
    for statement in _statements(_HEARTBEAT):
        db.execute(statement)
    for (url,) in db.execute("SELECT url FROM feeds").fetchall():
        if (kept := stored_address(url)) != url:
            db.execute("DELETE FROM feeds WHERE url = ?", [kept])
            db.execute("UPDATE feeds SET url = ? WHERE url = ?", [kept, url])


@MIGRATIONS(name="0006_feeds")
def _feeds(db: Database) -> None:
    for statement in _statements(_FEEDS):
        db.execute(statement)


@MIGRATIONS(name="0007_polling")
def _polling(db: Database) -> None:
    for statement in _statements(_POLLING):
        db.execute(statement)


@MIGRATIONS(name="0008_pruning")
def _pruning(db: Database) -> None:
    # Which items an incident is built on, asked for each item that is to go.
    db.execute("CREATE INDEX filings_text ON filings (text_key)")


@MIGRATIONS(name="0009_bands_by_span")
def _bands_by_span(db: Database) -> None:
    for statement in _statements(_BANDS_BY_SPAN):
        db.execute(statement)


def _statements(script: str) -> list[str]:
    """Cut where a line ends in a semicolon and the next one begins with a keyword or a comment.

    `executescript` would commit first, and sqlite-utils' way around that tries every semicolon, which takes ten times as long.
    """
    return re.split(r"(?<=;)\n+(?=CREATE|ALTER|INSERT|DROP|--)", script.strip())


_TABLES = """
CREATE TABLE meta (
  key TEXT PRIMARY KEY NOT NULL,
  value TEXT
) WITHOUT ROWID;

CREATE TABLE feeds (
  url TEXT PRIMARY KEY NOT NULL,
  etag TEXT,
  last_modified TEXT,
  body_hash TEXT,
  first_success_at TEXT,
  last_polled_at TEXT,
  last_success_at TEXT,
  next_due_at TEXT,
  last_status TEXT,
  last_error TEXT,
  failures INTEGER NOT NULL DEFAULT 0,
  gone INTEGER NOT NULL DEFAULT 0,
  moved_to TEXT,
  moved_seen INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- An explicit INTEGER PRIMARY KEY: the search index refers to it, and VACUUM renumbers rows that have none.
CREATE TABLE items (
  number INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  id TEXT NOT NULL,
  feed TEXT NOT NULL,
  guid TEXT,
  link TEXT,
  title TEXT NOT NULL,
  summary TEXT NOT NULL,
  content TEXT NOT NULL,
  published_at TEXT,
  first_seen_at TEXT NOT NULL,
  clock_at TEXT NOT NULL,
  may_alert INTEGER NOT NULL,
  language TEXT NOT NULL,
  outlet TEXT NOT NULL,
  publisher TEXT NOT NULL,
  timezone TEXT NOT NULL,
  tags TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1,
  changed_at TEXT,
  state TEXT NOT NULL DEFAULT 'read' CHECK (state IN ('read', 'unread')),
  error TEXT
);
CREATE INDEX items_clock ON items (clock_at, number);
CREATE INDEX items_content ON items (content_hash, clock_at);
CREATE INDEX items_id ON items (id);
CREATE INDEX items_feed ON items (feed, first_seen_at);
CREATE INDEX items_unread ON items (first_seen_at) WHERE state = 'unread';

CREATE TABLE item_versions (
  item_key TEXT NOT NULL REFERENCES items (key),
  version INTEGER NOT NULL,
  title TEXT NOT NULL,
  summary TEXT NOT NULL,
  content TEXT NOT NULL,
  published_at TEXT,
  content_hash TEXT NOT NULL,
  replaced_at TEXT NOT NULL,
  PRIMARY KEY (item_key, version)
);

CREATE TABLE sightings (
  number INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  item_key TEXT NOT NULL REFERENCES items (key),
  version INTEGER NOT NULL,
  id TEXT NOT NULL,
  feed TEXT NOT NULL,
  guid TEXT,
  link TEXT,
  published_at TEXT,
  language TEXT NOT NULL,
  outlet TEXT NOT NULL,
  publisher TEXT NOT NULL,
  timezone TEXT NOT NULL,
  tags TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  seen_at TEXT NOT NULL,
  clock_at TEXT NOT NULL,
  may_alert INTEGER NOT NULL
);
CREATE INDEX sightings_item ON sightings (item_key);
CREATE INDEX sightings_feed ON sightings (feed, seen_at);
CREATE INDEX sightings_clock ON sightings (clock_at, number);

CREATE TABLE attempts (
  key TEXT PRIMARY KEY NOT NULL,
  attempts INTEGER NOT NULL,
  last_error TEXT NOT NULL,
  last_at TEXT
) WITHOUT ROWID;

CREATE TABLE reports (
  item_key TEXT NOT NULL REFERENCES items (key),
  version INTEGER NOT NULL,
  kind TEXT NOT NULL,
  form TEXT NOT NULL,
  reader_version TEXT NOT NULL,
  vocabulary_hash TEXT NOT NULL,
  read_at TEXT NOT NULL,
  PRIMARY KEY (item_key, version)
);

CREATE TABLE incidents (
  id TEXT PRIMARY KEY NOT NULL,
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  date TEXT,
  place TEXT,
  district TEXT,
  province TEXT,
  country TEXT,
  lat REAL,
  lon REAL,
  killed INTEGER,
  injured INTEGER,
  militants_killed INTEGER,
  attack_type TEXT,
  target TEXT,
  retracted INTEGER NOT NULL DEFAULT 0,
  dismissed INTEGER NOT NULL DEFAULT 0,
  merged_into TEXT REFERENCES incidents (id),
  facts TEXT NOT NULL,
  history TEXT NOT NULL
);
CREATE INDEX incidents_first_seen ON incidents (first_seen, id) WHERE merged_into IS NULL;
-- One for each way in which `candidates` looks for a place, with what it filters by.
CREATE INDEX incidents_district ON incidents (district, first_seen, date) WHERE merged_into IS NULL AND district IS NOT NULL;
CREATE INDEX incidents_place ON incidents (place, first_seen, date) WHERE merged_into IS NULL AND place IS NOT NULL;
CREATE INDEX incidents_province ON incidents (province, first_seen, date, district) WHERE merged_into IS NULL AND province IS NOT NULL;
CREATE INDEX incidents_country ON incidents (country, first_seen, date, province, district)
  WHERE merged_into IS NULL AND country IS NOT NULL;
CREATE INDEX incidents_nowhere ON incidents (first_seen, date) WHERE merged_into IS NULL AND country IS NULL;
CREATE INDEX incidents_near ON incidents (first_seen, date, lat, lon) WHERE merged_into IS NULL;
CREATE INDEX incidents_date ON incidents (date, first_seen) WHERE merged_into IS NULL AND date IS NOT NULL;

CREATE TABLE filings (
  number INTEGER PRIMARY KEY,
  -- Deferred: an account is filed first, then the incident is computed from its filings and stored.
  incident_id TEXT NOT NULL REFERENCES incidents (id) DEFERRABLE INITIALLY DEFERRED,
  item_key TEXT NOT NULL,
  n INTEGER NOT NULL,
  -- Where the words are: the item itself, or the one that it copies.
  text_key TEXT NOT NULL REFERENCES items (key),
  version INTEGER NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('report', 'follow-up', 'reference')),
  kind TEXT NOT NULL,
  account TEXT NOT NULL,
  -- The account's own district: that of the incident is what most accounts say.
  district TEXT,
  reason TEXT NOT NULL,
  at TEXT NOT NULL,
  published_at TEXT,
  seen_at TEXT,
  item_id TEXT NOT NULL,
  feed TEXT NOT NULL,
  outlet TEXT NOT NULL,
  publisher TEXT NOT NULL,
  language TEXT NOT NULL,
  tags TEXT NOT NULL,
  link TEXT,
  title TEXT NOT NULL,
  duplicate_of TEXT,
  in_force INTEGER NOT NULL DEFAULT 1,
  superseded_at TEXT
);
CREATE UNIQUE INDEX filings_account ON filings (item_key, n, incident_id) WHERE in_force = 1;
CREATE INDEX filings_district ON filings (district, at, incident_id)
  WHERE in_force = 1 AND role <> 'reference' AND district IS NOT NULL;
CREATE INDEX filings_incident ON filings (incident_id, number);

CREATE TABLE alerts (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  incident_id TEXT REFERENCES incidents (id),
  kind TEXT NOT NULL CHECK (kind IN ('incident', 'surge')),
  change TEXT NOT NULL CHECK (change IN ('new', 'update', 'correction', 'retraction')),
  reason TEXT NOT NULL,
  severity TEXT NOT NULL,
  created_at TEXT NOT NULL,
  due_at TEXT NOT NULL,
  matches TEXT NOT NULL,
  channels TEXT NOT NULL,
  incident TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'settled', 'suppressed')),
  held TEXT,
  settled_at TEXT,
  backfilled INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX alerts_pending ON alerts (incident_id) WHERE state = 'pending';
CREATE INDEX alerts_due ON alerts (due_at) WHERE state = 'pending';
CREATE INDEX alerts_incident ON alerts (incident_id, number);
CREATE INDEX alerts_created ON alerts (created_at);

CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  alert_id TEXT NOT NULL REFERENCES alerts (id),
  incident_id TEXT,
  channel TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'claimed', 'sent', 'dead', 'collapsed', 'suppressed')),
  created_at TEXT NOT NULL,
  due_at TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  lease_until TEXT,
  lease_owner TEXT,
  sent_at TEXT,
  last_error TEXT,
  ambiguous INTEGER NOT NULL DEFAULT 0,
  collapsed_into INTEGER REFERENCES deliveries (id),
  UNIQUE (alert_id, channel)
);
CREATE INDEX deliveries_unsent ON deliveries (channel, due_at, id) WHERE state IN ('waiting', 'claimed');
CREATE INDEX deliveries_state ON deliveries (state, due_at);
CREATE INDEX deliveries_incident ON deliveries (incident_id, channel, state);

CREATE TABLE delivery_attempts (
  delivery_id INTEGER NOT NULL REFERENCES deliveries (id),
  attempt INTEGER NOT NULL,
  owner TEXT NOT NULL,
  begun_at TEXT NOT NULL,
  ended_at TEXT,
  outcome TEXT NOT NULL DEFAULT 'under way',
  error TEXT,
  PRIMARY KEY (delivery_id, attempt)
) WITHOUT ROWID;
"""

_SEARCH = """
CREATE VIRTUAL TABLE items_search USING fts5 (
  title, summary, content, content='items', content_rowid='number', tokenize='porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER items_search_insert AFTER INSERT ON items BEGIN
  INSERT INTO items_search (rowid, title, summary, content) VALUES (new.number, new.title, new.summary, new.content);
END;
CREATE TRIGGER items_search_delete AFTER DELETE ON items BEGIN
  INSERT INTO items_search (items_search, rowid, title, summary, content)
  VALUES ('delete', old.number, old.title, old.summary, old.content);
END;
CREATE TRIGGER items_search_update AFTER UPDATE OF title, summary, content ON items BEGIN
  INSERT INTO items_search (items_search, rowid, title, summary, content)
  VALUES ('delete', old.number, old.title, old.summary, old.content);
  INSERT INTO items_search (rowid, title, summary, content) VALUES (new.number, new.title, new.summary, new.content);
END;
"""

_VIEWS = """
CREATE VIEW incident_list AS
SELECT i.id, i.first_seen, i.last_seen, i.date, i.place, i.district, i.province, i.country, i.killed, i.injured, i.militants_killed,
  i.attack_type, i.target, i.retracted, i.dismissed, i.merged_into,
  (SELECT count(*) FROM filings f WHERE f.incident_id = i.id AND f.in_force = 1) AS filings,
  (SELECT count(*) FROM alerts a WHERE a.incident_id = i.id AND a.state = 'settled') AS alerts_sent
FROM incidents i;

CREATE VIEW alert_list AS
SELECT a.id, a.created_at, a.change, a.severity, a.reason, a.state, a.held, a.due_at, a.settled_at, a.backfilled, a.incident_id,
  i.date, i.place, i.district, i.province, i.country, i.killed, i.injured
FROM alerts a LEFT JOIN incidents i ON i.id = a.incident_id;

CREATE VIEW delivery_list AS
SELECT d.id, d.channel, d.state, d.due_at, d.attempts, d.sent_at, d.last_error, d.ambiguous, d.alert_id, a.change, a.severity, d.incident_id
FROM deliveries d JOIN alerts a ON a.id = d.alert_id;

CREATE VIEW filing_list AS
SELECT f.incident_id, f.at, f.role, f.kind, f.outlet, f.feed, f.title, f.link, f.reason, f.in_force, f.duplicate_of, f.item_key
FROM filings f;
"""

# ---------------------------------------------------------------- what can hold a message back, and what goes out besides alerts
_ALERT_LIFE = """
CREATE TABLE silences (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  matcher TEXT NOT NULL,
  author TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_at TEXT NOT NULL,
  starts_at TEXT NOT NULL,
  ends_at TEXT,
  weekly TEXT,
  ended_by TEXT
);

CREATE TABLE bundles (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  channel TEXT NOT NULL,
  sent_at TEXT NOT NULL
);
CREATE INDEX bundles_sent ON bundles (channel, sent_at);

ALTER TABLE deliveries ADD COLUMN bundle_id INTEGER REFERENCES bundles (id);
CREATE INDEX deliveries_sent ON deliveries (channel, sent_at) WHERE state = 'sent';
CREATE INDEX deliveries_bundle ON deliveries (bundle_id) WHERE bundle_id IS NOT NULL;

CREATE TABLE delivery_holds (
  number INTEGER PRIMARY KEY,
  delivery_id INTEGER NOT NULL REFERENCES deliveries (id),
  at TEXT NOT NULL,
  why TEXT NOT NULL CHECK (why IN ('dismissed', 'silence', 'nothing to take back', 'quiet hours', 'storm')),
  until TEXT,
  words TEXT NOT NULL
);
CREATE INDEX delivery_holds_delivery ON delivery_holds (delivery_id, number);

CREATE TABLE acknowledgements (
  number INTEGER PRIMARY KEY,
  alert_id TEXT NOT NULL REFERENCES alerts (id),
  incident_id TEXT,
  at TEXT NOT NULL,
  author TEXT NOT NULL
);
CREATE INDEX acknowledgements_incident ON acknowledgements (incident_id, at);
CREATE INDEX alerts_critical ON alerts (created_at, incident_id) WHERE severity = 'critical' AND state = 'settled';

CREATE TABLE dispatches (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('digest', 'escalation')),
  channel TEXT NOT NULL,
  alert_id TEXT REFERENCES alerts (id),
  details TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'claimed', 'sent', 'dead', 'withdrawn')),
  created_at TEXT NOT NULL,
  due_at TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  lease_until TEXT,
  lease_owner TEXT,
  sent_at TEXT,
  last_error TEXT,
  ambiguous INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX dispatches_unsent ON dispatches (due_at, id) WHERE state IN ('waiting', 'claimed');
CREATE INDEX dispatches_alert ON dispatches (alert_id) WHERE alert_id IS NOT NULL;

CREATE TABLE digests (
  name TEXT PRIMARY KEY NOT NULL,
  through TEXT NOT NULL
) WITHOUT ROWID;
"""

_MERGE_AND_SPLIT = """
-- `day` is of the item's clock, so that a search within a week reads one stretch of a band, however full the past has made it.
CREATE TABLE signatures (
  item_key TEXT PRIMARY KEY NOT NULL REFERENCES items (key),
  scheme TEXT NOT NULL,
  day INTEGER NOT NULL,
  signature BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE signature_bands (
  band INTEGER NOT NULL,
  day INTEGER NOT NULL,
  item_number INTEGER NOT NULL REFERENCES items (number),
  PRIMARY KEY (band, day, item_number)
) WITHOUT ROWID;

CREATE TABLE incident_decisions (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  actor TEXT NOT NULL,
  by_hand INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('merge', 'split', 'set', 'dismiss', 'undismiss')),
  incident_id TEXT NOT NULL REFERENCES incidents (id) DEFERRABLE INITIALLY DEFERRED,
  other_id TEXT REFERENCES incidents (id) DEFERRABLE INITIALLY DEFERRED,
  field TEXT,
  value TEXT,
  why TEXT NOT NULL,
  undone_at TEXT,
  undone_by TEXT,
  undone_why TEXT
);
CREATE INDEX incident_decisions_incident ON incident_decisions (incident_id, number);
CREATE INDEX incident_decisions_other ON incident_decisions (other_id, number) WHERE other_id IS NOT NULL;

CREATE TABLE decision_filings (
  decision INTEGER NOT NULL REFERENCES incident_decisions (number),
  item_key TEXT NOT NULL,
  n INTEGER NOT NULL,
  incident_id TEXT NOT NULL,
  moved INTEGER NOT NULL,
  PRIMARY KEY (decision, item_key, n)
) WITHOUT ROWID;
CREATE INDEX decision_filings_item ON decision_filings (item_key, n, decision);

CREATE INDEX incidents_merged ON incidents (merged_into) WHERE merged_into IS NOT NULL;
"""

# SQLite cannot widen a CHECK: the table is made anew.
_HEARTBEAT = """
CREATE TABLE dispatches_anew (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('digest', 'escalation', 'heartbeat')),
  channel TEXT NOT NULL,
  alert_id TEXT REFERENCES alerts (id),
  details TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'claimed', 'sent', 'dead', 'withdrawn')),
  created_at TEXT NOT NULL,
  due_at TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  lease_until TEXT,
  lease_owner TEXT,
  sent_at TEXT,
  last_error TEXT,
  ambiguous INTEGER NOT NULL DEFAULT 0
);
INSERT INTO dispatches_anew SELECT * FROM dispatches;
DROP TABLE dispatches;
ALTER TABLE dispatches_anew RENAME TO dispatches;
CREATE INDEX dispatches_unsent ON dispatches (due_at, id) WHERE state IN ('waiting', 'claimed');
CREATE INDEX dispatches_alert ON dispatches (alert_id) WHERE alert_id IS NOT NULL;
"""

_POLLING = """
ALTER TABLE feeds ADD COLUMN due_why TEXT;
ALTER TABLE feeds ADD COLUMN not_before_at TEXT;
ALTER TABLE feeds ADD COLUMN not_before_why TEXT;
ALTER TABLE feeds ADD COLUMN hints TEXT;
ALTER TABLE feeds ADD COLUMN body_at TEXT;
ALTER TABLE feeds ADD COLUMN full_at TEXT;
ALTER TABLE feeds ADD COLUMN trust_d INTEGER NOT NULL DEFAULT 1;
ALTER TABLE feeds ADD COLUMN bad_body INTEGER NOT NULL DEFAULT 0;

CREATE TABLE feed_rates (
  url TEXT PRIMARY KEY NOT NULL,
  at TEXT NOT NULL,
  days REAL NOT NULL,
  hours TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE hub_subscriptions (
  url TEXT PRIMARY KEY NOT NULL,
  hub TEXT NOT NULL,
  topic TEXT NOT NULL,
  token TEXT NOT NULL UNIQUE,
  secret TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('asked', 'active', 'denied', 'leaving')),
  asked_at TEXT NOT NULL,
  next_at TEXT NOT NULL,
  lease_until TEXT,
  pushed_at TEXT,
  pushes INTEGER NOT NULL DEFAULT 0,
  missed INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  last_error TEXT
) WITHOUT ROWID;
"""

_FEEDS = """
ALTER TABLE feeds ADD COLUMN filter_digest TEXT NOT NULL DEFAULT '';
ALTER TABLE feeds ADD COLUMN filtered INTEGER NOT NULL DEFAULT 0;

CREATE TABLE feed_troubles (
  url TEXT PRIMARY KEY NOT NULL,
  trouble TEXT NOT NULL CHECK (trouble IN ('failing', 'page', 'silent')),
  told_at TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE articles (
  item_key TEXT PRIMARY KEY NOT NULL,
  tries INTEGER NOT NULL,
  tried_at TEXT NOT NULL,
  error TEXT
) WITHOUT ROWID;

CREATE TABLE dispatches_anew (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('digest', 'escalation', 'heartbeat', 'notice')),
  channel TEXT NOT NULL,
  alert_id TEXT REFERENCES alerts (id),
  details TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'claimed', 'sent', 'dead', 'withdrawn')),
  created_at TEXT NOT NULL,
  due_at TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  lease_until TEXT,
  lease_owner TEXT,
  sent_at TEXT,
  last_error TEXT,
  ambiguous INTEGER NOT NULL DEFAULT 0
);
INSERT INTO dispatches_anew SELECT * FROM dispatches;
DROP TABLE dispatches;
ALTER TABLE dispatches_anew RENAME TO dispatches;
CREATE INDEX dispatches_unsent ON dispatches (due_at, id) WHERE state IN ('waiting', 'claimed');
CREATE INDEX dispatches_alert ON dispatches (alert_id) WHERE alert_id IS NOT NULL;
"""

# Bands are random numbers: with the days before them, what is new comes to few pages, however much is stored.
_BANDS_BY_SPAN = """
CREATE TABLE signature_bands_anew (
  span INTEGER NOT NULL,
  band INTEGER NOT NULL,
  day INTEGER NOT NULL,
  item_number INTEGER NOT NULL REFERENCES items (number),
  PRIMARY KEY (span, band, day, item_number)
) WITHOUT ROWID;
INSERT INTO signature_bands_anew SELECT day / 32, band, day, item_number FROM signature_bands ORDER BY 1, 2, 3, 4;
DROP TABLE signature_bands;
ALTER TABLE signature_bands_anew RENAME TO signature_bands;
"""
