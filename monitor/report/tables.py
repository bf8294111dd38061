"""Incidents as CSV and as GeoJSON. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from monitor.forms import Form, incident_form, time_form
from monitor.model import Incident, Toll

CSV_COLUMNS = (
    "id",
    "date",
    "first_seen",
    "last_seen",
    "place",
    "district",
    "province",
    "country",
    "lat",
    "lon",
    "killed",
    "killed_min",
    "killed_max",
    "injured",
    "injured_min",
    "injured_max",
    "militants_killed",
    "attack_type",
    "target",
    "claimed",
    "denied",
    "suspected",
    "outlets",
    "reports",
    "retracted",
    "dismissed",
    "links",
    "foiled",
)
# A cell that begins so, white space aside, is a formula to a spreadsheet; full-width signs are to some.
_FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20")


def incidents_csv(incidents: Iterable[Incident]) -> Iterator[str]:
    """RFC 4180 lines, the header first. Lists in a cell are joined by "; ". Text that a spreadsheet would run gets a quote before it."""
    yield _line(CSV_COLUMNS)
    for incident in incidents:
        yield _line(_cells(incident))


def incidents_geojson(incidents: Iterable[Incident]) -> Form:
    """One FeatureCollection (RFC 7946): a point for each place with a position, in longitude, latitude; else no geometry."""
    return {"type": "FeatureCollection", "features": [_feature(incident) for incident in incidents]}


def _feature(incident: Incident) -> Form:
    place = incident.place
    known = place is not None and place.lat is not None and place.lon is not None
    form = incident_form(incident)
    form.pop("history")
    geometry = {"type": "Point", "coordinates": [place.lon, place.lat]} if place and known else None
    return {"type": "Feature", "id": incident.id, "geometry": geometry, "properties": form}


def _cells(incident: Incident) -> Iterator[Any]:
    place = incident.place
    yield from (incident.id, incident.date, time_form(incident.first_seen), time_form(incident.last_seen))
    yield from (place.name, place.district, place.province, place.country, place.lat, place.lon) if place else (None,) * 6
    yield from (*_toll(incident.killed), *_toll(incident.injured), _toll(incident.militants_killed)[0])
    yield from (incident.attack_type, incident.target)
    for stance in ("claimed", "denied", "suspected"):
        yield "; ".join(group.id for group in incident.groups if group.stance == stance)
    yield "; ".join(incident.outlets)
    yield sum(filing.role != "reference" for filing in incident.filings)
    yield from (int(incident.retracted), int(incident.dismissed))
    yield "; ".join(dict.fromkeys(filing.link for filing in incident.filings if filing.link and filing.role != "reference"))
    yield int(incident.foiled)


def _toll(toll: Toll | None) -> tuple[int | None, int | None, int | None]:
    return (toll.count, toll.min, toll.max) if toll else (None, None, None)


def _line(cells: Iterable[Any]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([_inert(cell) if isinstance(cell, str) else cell for cell in cells])
    return out.getvalue()


def _inert(cell: str) -> str:
    """Without control and hidden characters, which would hide what a cell begins with; a formula is quoted."""
    text = cell if cell.isprintable() else "".join(c for c in cell if c.isprintable() or c in "\n ")
    return "'" + text if text.lstrip().startswith(_FORMULA) else text
