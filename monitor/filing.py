"""Where each account of a report goes, and what its coming changes: incidents opened, merged, split; call inside `writing`."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from monitor.incidents.assign import assign
from monitor.incidents.merging import bridged, one_attack, torn, two_attacks
from monitor.incidents.signature import SCHEME, bands, likeness, signed
from monitor.incidents.words import NEAR_DUPLICATE, reprint_share
from monitor.model import Account, Alert, Assignment, Filing, Incident, Item, Report
from monitor.store import decisions as decision_rows
from monitor.store import incidents as incident_rows
from monitor.store import items as item_rows
from monitor.store import moves
from monitor.store import signatures as signature_rows
from monitor.store.database import Database
from monitor.unions import Decider, divide, recompute, unite

# How far back a story is looked for that another outlet prints with small edits.
REPRINT_WINDOW = dt.timedelta(days=7)
# How long a claim or a denial that came before any report of its attack waits for one.
FOLLOW_UPS_WAIT = dt.timedelta(hours=24)
# Signatures are estimates: what they make less alike than this is not worth reading.
_WORTH_READING = NEAR_DUPLICATE - 0.15


@dataclasses.dataclass(slots=True, kw_only=True)
class Touched:
    """The incidents whose facts a report may have changed, each with the pending alert of one that was merged into it, if any."""

    withdrawn: dict[str, Alert | None] = dataclasses.field(default_factory=dict)

    def add(self, incident_id: str, withdrawn: Alert | None = None) -> None:
        self.withdrawn[incident_id] = withdrawn or self.withdrawn.get(incident_id)

    def became(self, other: str, keep: str, withdrawn: Alert | None) -> None:
        former = self.withdrawn.pop(other, None)
        self.add(keep, withdrawn or former)


def file_report(db: Database, item: Item, report: Report, *, former: Sequence[str], clock: dt.datetime, seen_at: dt.datetime) -> Touched:
    """File each account of a report under the incident it belongs to. `former` are the incidents of the item's older version."""
    touched = Touched(withdrawn=dict.fromkeys(former))
    accounts = (*report.incidents, *report.background)
    reprinted = _reprinted(db, item, clock=clock) if accounts else []
    for n, account in enumerate(accounts):
        filing = _filing(item, account, kind=report.kind, clock=clock, seen_at=seen_at)
        known = _candidates(db, account, reprinted, clock=clock)
        assignment = _placed_by_hand(db, filing, n, former, reprinted, clock=clock) or _assigned(db, filing, former, known, clock=clock)
        if assignment is None:
            continue
        if torn(assignment):
            assignment = _bridging(db, filing, assignment, known, touched, clock=clock)
            known = incident_rows.incidents_by_id(db, [one.id for one in known if moves.merged_into(db, one.id) is None])
        incident_id = assignment.incident_id or incident_rows.fresh_incident_id(db, item.key, n)
        filing = dataclasses.replace(filing, role=assignment.role)
        filing = dataclasses.replace(filing, duplicate_of=_original(db, filing, incident_id, reprinted))
        if incident_id in former and _tells_a_new_toll(db, filing, incident_id):
            # As new as the edit, whatever date the outlet left on its story.
            filing = dataclasses.replace(filing, published_at=clock)
        incident_rows.file_account(db, incident_id, filing, n=n, reason=assignment.reason, text_key=item.key)
        now_known = recompute(db, incident_id)
        if assignment.role == "reference" or now_known is None:
            continue
        touched.add(incident_id)
        if assignment.incident_id is None:
            now_known = _with_what_waited(db, now_known, item.key, clock=clock)
            _part(db, now_known, known, touched, clock=clock)
        elif _says_more(now_known, known):
            _join(db, now_known, filing, known, touched, clock=clock)
    for incident_id in former:
        recompute(db, incident_id)
    return touched


def _with_what_waited(db: Database, opened: Incident, key: str, *, clock: dt.datetime) -> Incident:
    """File follow-ups that came before the incident which the item `key` has opened, copies of them too.

    They are filed at the time of its opening, so that an incident is never older than what first told of it.
    """
    place = opened.place
    if place is None or place.district is None:
        return opened
    names = dict.fromkeys(name for name in (place.name, place.district) if name)
    for stored in item_rows.waiting_follow_ups(db, names, since=clock - FOLLOW_UPS_WAIT, until=clock, other_than=key):
        report = item_rows.report_of(db, stored.item.key)
        accounts = (*report.incidents, *report.background) if report else ()
        for n, account in enumerate(accounts):
            filing = _filing(stored.item, account, kind="follow-up", clock=clock, seen_at=stored.first_seen_at)
            assignment = assign(filing, [opened], now=clock)
            if account.relation != "follow-up" or assignment is None or assignment.role != "follow-up":
                continue
            filing = dataclasses.replace(filing, role=assignment.role)
            reason = f"{assignment.reason}; it came before any report of the attack"
            incident_rows.file_account(db, opened.id, filing, n=n, reason=reason)
            for copy in item_rows.sightings(db, stored.item.key):
                file_copy(db, stored.item.key, copy.item, clock=clock, seen_at=copy.first_seen_at)
            opened = recompute(db, opened.id) or opened
            break
    return opened


def file_copy(db: Database, original_key: str, item: Item, *, clock: dt.datetime, seen_at: dt.datetime) -> None:
    """List a copy under the incidents of its original: it adds no fact and no voice."""
    originals = incident_rows.filings_of_item(db, original_key)
    for original in originals:
        copy = _filing(item, original.filing.account, kind=original.filing.kind, clock=clock, seen_at=seen_at)
        copy = dataclasses.replace(copy, role=original.filing.role, duplicate_of=original_key)
        incident_rows.file_account(db, original.incident_id, copy, n=original.n, reason="the same words under another address")
    for incident_id in dict.fromkeys(original.incident_id for original in originals):
        recompute(db, incident_id)


def _filing(item: Item, account: Account, *, kind: str, clock: dt.datetime, seen_at: dt.datetime) -> Filing:
    return Filing(
        item_key=item.key,
        item_id=item.id,
        role="report" if account.fresh else "follow-up",
        account=account,
        at=clock,
        published_at=item.published_at,
        seen_at=seen_at,
        kind=kind,  # type: ignore[arg-type]
        feed=item.feed,
        outlet=item.outlet,
        publisher=item.publisher,
        language=item.language,
        tags=item.tags,
        link=item.link,
        title=item.title,
        text=item.text,
    )


def _tells_a_new_toll(db: Database, filing: Filing, incident_id: str) -> bool:
    """Whether an edited item gives other figures than its version before did."""
    older = [f.filing.account for f in incident_rows.filed(db, incident_id) if f.filing.item_key == filing.item_key and not f.in_force]
    return bool(older) and _figures(older[-1]) != _figures(filing.account)


def _figures(account: Account) -> tuple[int | None, int | None]:
    return (account.killed.count if account.killed else None, account.injured.count if account.injured else None)


# ---------------------------------------------------------------- where an account goes


def _candidates(db: Database, account: Account, reprinted: Sequence[str], *, clock: dt.datetime) -> list[Incident]:
    """The incidents that the account's facts lead to, and those of the stories that the item reprints."""
    known = incident_rows.candidates(db, account, at=clock)
    ids = {incident.id for incident in known}
    of_reprints = dict.fromkeys(i for key in reprinted for i in incident_rows.incident_ids_of_item(db, key) if i not in ids)
    return [*known, *incident_rows.incidents_by_id(db, of_reprints)]


def _assigned(db: Database, filing: Filing, former: Sequence[str], known: Sequence[Incident], *, clock: dt.datetime) -> Assignment | None:
    # A new version of an item stays where its old one was, as long as it fits there at all.
    own = incident_rows.incidents_by_id(db, former) if former else []
    assignment = assign(filing, own, now=clock) if own else None
    if assignment is None or assignment.incident_id is None:
        assignment = assign(filing, known, now=clock)
    return assignment


def _placed_by_hand(
    db: Database, filing: Filing, n: int, former: Sequence[str], reprinted: Sequence[str], *, clock: dt.datetime
) -> Assignment | None:
    """Where an analyst has put the item, or the story that it reprints; None where nobody has."""
    if former and filing.account.relation != "recalled":
        for incident_id in decision_rows.placed_by_hand(db, filing.item_key, n):
            return Assignment(incident_id=incident_id, role=filing.role, reason="an analyst put the item there")
    for key in reprinted:
        own = incident_rows.incidents_by_id(db, decision_rows.placed_by_hand(db, key))
        assignment = assign(filing, own, now=clock) if own else None
        if assignment is not None and assignment.incident_id is not None:
            return assignment
    return None


# ---------------------------------------------------------------- reprints


def _reprinted(db: Database, item: Item, *, clock: dt.datetime) -> list[str]:
    """Sign the item; the keys of the stories of the last days that it has most words in common with, the oldest first."""
    signature = signed(item.text)
    if signature is None:
        return []
    marks = bands(signature)
    found = signature_rows.sharing_a_band(db, marks, scheme=SCHEME, since=clock - REPRINT_WINDOW, until=clock, other_than=item.key)
    former = signature_rows.signature(db, item.key, scheme=SCHEME)
    if former != signature:
        signature_rows.save_signature(
            db, item.key, signature, marks, scheme=SCHEME, former_bands=bands(former) if former is not None else ()
        )
    likely = [key for key, other in found if likeness(signature, other) >= _WORTH_READING]
    stories = [(key, item_rows.item(db, key)) for key in likely]
    return [key for key, story in stories if story is not None and reprint_share(item.text, story.text) >= NEAR_DUPLICATE]


def _original(db: Database, filing: Filing, incident_id: str, reprinted: Sequence[str]) -> str | None:
    """The item of another voice under the same incident that this one reprints: its account counts, its voice does not."""
    if not reprinted or filing.role == "reference":
        return None
    members = {f.item_key: f for f in incident_rows.filings(db, incident_id) if f.role != "reference"}
    for key in reprinted:
        member = members.get(key)
        if member is not None and member.voice != filing.voice:
            return member.duplicate_of if member.duplicate_of in members else key
    return None


# ---------------------------------------------------------------- two are one, one is two


def _bridging(
    db: Database, filing: Filing, assignment: Assignment, known: Sequence[Incident], touched: Touched, *, clock: dt.datetime
) -> Assignment:
    """Rather than open a third incident, join two that are one by what the report says."""
    filing = dataclasses.replace(filing, role=assignment.role)
    found = bridged(filing, known, now=clock, apart=lambda one: decision_rows.kept_apart(db, one))
    if found is None:
        return assignment
    withdrawn = unite(db, found.keep, found.other, Decider(at=clock, why=found.why))
    touched.became(found.other, found.keep, withdrawn)
    reason = f"joins {found.keep}, which {found.other} turns out to be: the report fits both"
    return dataclasses.replace(assignment, incident_id=found.keep, reason=reason, score=found.score)


def _says_more(incident: Incident, known: Sequence[Incident]) -> bool:
    """Whether the latest report has changed what the incident is told from others by."""
    before = next((one for one in known if one.id == incident.id), None)
    return before is None or _marks(before) != _marks(incident)


def _marks(incident: Incident) -> tuple[object, ...]:
    tolls = tuple(toll and toll.count for toll in (incident.killed, incident.injured))
    stances = frozenset((group.id, group.stance) for group in incident.groups)
    copies = frozenset(f.duplicate_of for f in incident.filings)
    return (incident.place, incident.date, incident.attack_type, incident.target, tolls, stances, copies)


def _join(db: Database, incident: Incident, latest: Filing, known: Sequence[Incident], touched: Touched, *, clock: dt.datetime) -> None:
    """Merge the incident with another one if it turns out, with what it has now, to be the same attack."""
    others = [one for one in known if one.id != incident.id]
    found = one_attack(incident, others, now=clock, latest=latest, apart=decision_rows.kept_apart(db, incident.id))
    if found is not None:
        withdrawn = unite(db, found.keep, found.other, Decider(at=clock, why=found.why))
        touched.became(found.other, found.keep, withdrawn)


def _part(db: Database, opened: Incident, known: Sequence[Incident], touched: Touched, *, clock: dt.datetime) -> None:
    """Move the reports that speak of the attack just opened out of an incident that had taken both for one."""
    keys = {filing.item_key for filing in opened.filings}
    of_item = {i for key in keys for i in incident_rows.incident_ids_of_item(db, key)}
    both = [one.id for one in known if one.id in of_item]
    for incident in incident_rows.incidents_by_id(db, both):
        pinned = {f.item_key for f in incident.filings if decision_rows.placed_by_hand(db, f.item_key)}
        found = two_attacks(incident, opened, now=clock, pinned=pinned)
        if found is not None:
            items = moves.accounts_of(db, incident.id, found.items)
            divide(db, incident.id, items, opened.id, Decider(at=clock, why=found.why))
            touched.add(incident.id)
