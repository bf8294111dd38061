"""Single values that belong to no table: what a command needs to find again when it is started anew."""

from __future__ import annotations

from monitor.store.database import Database, change, insert, scalar, writing

# What the daemon found wrong with changed files, while the previous ones stay in force: {"at", "problems"}.
RELOAD_REFUSED = "reload refused"
# What the last to run goes, or went, by: {"version", "once", "started", "rules", "digest", "since"}.
IN_FORCE = "in force"


def meta(db: Database, key: str) -> str | None:
    found = scalar(db, "SELECT value FROM meta WHERE key = ?", [key])
    return None if found is None else str(found)


def set_meta(db: Database, key: str, value: str | None) -> None:
    """Keep a value; None forgets it."""
    with writing(db):
        if value is None:
            change(db, "DELETE FROM meta WHERE key = ?", [key])
        else:
            insert(db, "meta", {"key": key, "value": value}, replace_on="key")
