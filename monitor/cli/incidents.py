"""`monitor incidents`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import (
    ListByDefault,
    config_option,
    count,
    emit,
    json_option,
    local,
    moment,
    note,
    opened,
    safe,
    say,
    show_pairs,
    show_table,
    since_options,
    the_config,
)
from monitor.cli.deciding import COMMANDS, decision_words
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.model import Alert, Incident
    from monitor.store.database import Database
    from monitor.store.decisions import Decided


TABLE_ROWS = 100


@click.group("incidents", cls=ListByDefault)
@config_option
def command() -> None:
    """List and show incidents; merge, split, set and dismiss them."""


for _command in COMMANDS:
    command.add_command(_command)


@command.command("list")
@since_options
@click.option("--limit", metavar="N", type=click.IntRange(1), help="The latest N alone. [default as a table without --since: 100]")
@click.option("--csv", "as_csv", is_flag=True, help="CSV on stdout, one line an incident.")
@click.option("--geojson", "as_geojson", is_flag=True, help="One GeoJSON FeatureCollection on stdout; without a place no geometry.")
@json_option
@config_option
@click.pass_context
def list_incidents(
    ctx: click.Context,
    /,
    *,
    since: str | None,
    until: str | None,
    limit: int | None,
    as_csv: bool,
    as_geojson: bool,
    as_json: bool,
) -> None:
    """Incidents by when they were first seen."""
    if as_csv + as_geojson + as_json > 1:
        raise UsageError("--json, --csv and --geojson are three forms; expected one")
    if limit is not None and (since or until):
        raise UsageError("--limit takes the latest of all, --since and --until those of a time; expected one of the two")
    config = the_config(ctx)
    from monitor.store.incidents import count_incidents, incidents_between, latest_incidents

    low, high = (moment(text, timezone=config.timezone, option=name) for text, name in ((since, "--since"), (until, "--until")))
    if low is None and high is None and not (as_json or as_csv or as_geojson):
        limit = limit or TABLE_ROWS
    with opened(config) as db:
        # One after the other: years of incidents with their texts do not fit in memory.
        found = incidents_between(db, low, high) if limit is None else iter(latest_incidents(db, limit=limit))
        if as_json:
            from monitor.forms import incident_form

            for incident in found:
                emit(incident_form(incident))
        elif as_csv:
            from monitor.report.tables import incidents_csv

            for line in incidents_csv(found):
                click.echo(line, nl=False)
        elif as_geojson:
            from monitor.report.tables import incidents_geojson

            emit(incidents_geojson(found))
        else:
            shown = _table(found, config)
            if shown == limit and (all_of_them := count_incidents(db)) > shown:
                note(f"the latest of {all_of_them:,}; --limit N shows more, --since those of a time")


def _table(found: Iterable[Incident], config: Config) -> int:
    """Returns how many there are."""
    from monitor.alerts.wording import kind_words, place_words, tolls_words

    rows = [
        (
            i.date,
            f"{kind_words(i)} in {place_words(i.place)}",
            tolls_words(i),
            _stances(i),
            len(i.outlets),
            i.taken_back.removesuffix(" by its reports"),
            i.id,
        )
        for i in sorted(found, key=lambda i: (i.date or i.first_seen.date(), i.first_seen, i.id))
    ]
    if not rows:
        say("no incidents")
        return 0
    show_table(("date", "incident", "toll", "groups", "outlets", "", "id"), rows, right=("outlets",))
    note(count(len(rows), "incident"))
    return len(rows)


def _stances(incident: Incident) -> str:
    return ", ".join(f"{g.id} {g.stance}" for g in incident.groups if g.stance != "mentioned")


@command.command("show")
@click.argument("incident_id", metavar="ID")
@json_option
@config_option
@click.pass_context
def show(ctx: click.Context, /, *, incident_id: str, as_json: bool) -> None:
    """One incident with its reports, history and alerts; the first digits of ID are enough."""
    config = the_config(ctx)
    from monitor.store.alerts import alerts
    from monitor.store.decisions import decisions_on, family, standing_id
    from monitor.store.outbox import deliveries

    with opened(config) as db:
        incident = find_incident(db, incident_id)
        raised = alerts(db, incident_id=incident.id)
        sent = {alert.id: deliveries(db, alert_id=alert.id) for alert in raised}
        members = family(db, incident.id)
        decided = decisions_on(db, members)
        stands = standing_id(db, incident.id)
    if as_json:
        from monitor.cli.alerts import alert_line
        from monitor.forms import incident_form

        emit(
            incident_form(incident)
            | {
                "merged_into": None if stands == incident.id else stands,
                "merged": members[1:],
                "sources": _sources(incident, decided),
                "decisions": [_decision_line(one) for one in decided],
                "alerts": [alert_line(alert, sent[alert.id]) for alert in raised],
            }
        )
        return
    _show(incident, config, merged_into="" if stands == incident.id else stands)
    _show_sources(incident, decided, config)
    _show_decisions(decided, config)
    _show_alerts(raised, config)


def _sources(incident: Incident, decided: Sequence[Decided]) -> dict[str, Any]:
    """Field → who says so, and since when: an analyst, else the first report that gives the value and how many do."""
    from monitor.forms import time_form
    from monitor.incidents.filings import spoken_at
    from monitor.incidents.provenance import sources

    by_reports: dict[str, Any] = {
        field: {
            "source": filings[0].outlet or filings[0].feed or filings[0].item_id,
            "at": time_form(spoken_at(filings[0])),
            "item": filings[0].item_id,
            "reports": len(filings),
        }
        for field, filings in sources(incident).items()
    }
    by_hand: dict[str, Any] = {
        one.field or "": {"source": "analyst", "at": time_form(one.at), "by": one.actor, "decision": one.number}
        for one in decided
        if one.kind == "set" and one.undone_at is None
    }
    return by_reports | by_hand


def _decision_line(one: Decided) -> dict[str, Any]:
    from monitor.forms import time_form

    form: dict[str, Any] = {
        "decision": one.number,
        "at": time_form(one.at),
        "by": one.actor,
        "by_hand": one.by_hand,
        "kind": one.kind,
        "incident": one.incident_id,
        "other": one.other_id,
        "why": one.why,
    }
    if one.field is not None:
        form |= {"field": one.field, "value": one.value}
    if one.undone_at is not None:
        form |= {"undone": time_form(one.undone_at), "undone_by": one.undone_by, "undone_why": one.undone_why}
    return form


def _show_sources(incident: Incident, decided: Sequence[Decided], config: Config) -> None:
    from monitor.forms import time_from

    found = _sources(incident, decided)
    if not found:
        return
    say("\nwho says so")
    for field, one in found.items():
        more = f" and {one['reports'] - 1} more" if one.get("reports", 1) > 1 else ""
        who = f"analyst {one['by']}" if "by" in one else one["source"]
        say(f"  {field.replace('_', ' ')}: {safe(who)}{more}, {local(time_from(one['at']), config.timezone)}")


def _show_decisions(decided: Sequence[Decided], config: Config) -> None:
    if not decided:
        return
    say("\ndecisions")
    for one in decided:
        who = one.actor if one.by_hand else "Monitor"
        undone = f" (undone by {one.undone_by}, {local(one.undone_at, config.timezone)})" if one.undone_at else ""
        say(f"  {one.number}  {local(one.at, config.timezone)}  {safe(who)}: {safe(decision_words(one))}{safe(undone)}")


def _show(incident: Incident, config: Config, *, merged_into: str) -> None:
    from monitor.alerts.wording import claims_words, course, day_words, kind_words, place_words, tolls_words

    where = incident.place
    at = f"{where.lat:.3f}, {where.lon:.3f}" if where and where.lat is not None and where.lon is not None else ""
    show_pairs(
        [
            ("incident", incident.id),
            (
                "attack",
                f"{kind_words(incident)} on {day_words(incident.date)}" + (f", against {incident.target}" if incident.target else ""),
            ),
            ("place", place_words(where)),
            ("position", at),
            ("toll", tolls_words(incident)),
            ("so far", course(incident)),
            ("groups", claims_words(incident)),
            ("state", _state(incident, merged_into)),
            ("first seen", local(incident.first_seen, config.timezone)),
            ("last report", local(incident.last_seen, config.timezone)),
            ("publishers", ", ".join(incident.outlets)),
        ]
    )
    say("\nreports")
    texts = {filing.item_key: filing.text for filing in incident.filings}
    for filing in incident.filings:
        copied = texts.get(filing.duplicate_of or "", filing.text)
        role = f"{filing.role}, {'a copy' if copied == filing.text else 'a reprint'}" if filing.duplicate_of else filing.role
        at = local(filing.published_at or filing.at, config.timezone)
        say(f"  {at}  {safe(filing.outlet or filing.feed or '-')} ({role})")
        if filing.title:
            say(f"      {safe(filing.title)}")
        for sentence in dict.fromkeys(evidence.sentence for evidence in filing.account.evidence):
            say(f'      "{safe(sentence)}"')
        if filing.link:
            say(f"      {safe(filing.link)}")


def _state(incident: Incident, merged_into: str) -> str:
    return f"part of {merged_into}" if merged_into else incident.taken_back


def _show_alerts(raised: list[Alert], config: Config) -> None:
    from monitor.alerts.wording import reason_words

    if raised:
        say("\nalerts")
        for alert in raised:
            held = f", held back: {alert.held}" if alert.held else ""
            at = local(alert.created_at, config.timezone)
            say(f"  {at}  {alert.change}, {alert.severity}: {reason_words(alert)} ({alert.state}{held})  {alert.id}")


_LEAST_DIGITS = 4  # a slip of the key must not name an incident


def find_incident(db: Database, prefix: str) -> Incident:
    """The one incident whose id begins so, at least four digits of it.

    Raises:
        UsageError: none does, or several.
    """
    from monitor.store.incidents import find_incident_ids, incident

    found = find_incident_ids(db, prefix)
    if found and len(prefix) < _LEAST_DIGITS and prefix not in found:
        raise UsageError(f'"{prefix}" is too short for an incident; expected its id, or at least the first {_LEAST_DIGITS} digits of it')
    if len(found) > 1 and prefix not in found:
        raise UsageError(f'several incidents begin with "{prefix}": {", ".join(found)}; give more digits')
    one = incident(db, prefix if prefix in found else found[0]) if found else None
    if one is None:
        raise UsageError(f'no incident "{prefix}"; monitor incidents list names them')
    return one
