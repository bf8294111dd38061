"""Incidents as CSV and GeoJSON."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

from support_store import MASTUNG, a_filing, an_incident, an_item

from monitor.model import Toll
from monitor.report.tables import CSV_COLUMNS, incidents_csv, incidents_geojson


def rows(*incidents) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(incidents_csv(incidents)))))


def test_a_csv_without_incidents_has_its_header() -> None:
    """A script finds the columns in any case."""
    assert "".join(incidents_csv([])) == ",".join(CSV_COLUMNS) + "\r\n"


def test_a_csv_row_has_a_cell_for_every_column() -> None:
    """Tolls with their bounds, groups by stance, unknown values empty."""
    incident = replace(an_incident(), killed=Toll(count=50, min=50, max=None, text="over 50"), militants_killed=None)
    (row,) = rows(incident)
    assert None not in row
    assert (row["killed"], row["killed_min"], row["killed_max"], row["militants_killed"]) == ("50", "50", "", "")
    assert (row["district"], row["lat"], row["lon"]) == ("Mastung", "29.8", "66.85")
    (bare,) = rows(replace(incident, place=None, killed=None, injured=None, groups=(), date=None))
    assert (bare["place"], bare["killed"], bare["claimed"], bare["date"]) == ("", "", "", "")
    assert bare["id"] == incident.id


def test_text_that_a_spreadsheet_would_run_is_quoted() -> None:
    """A feed's text opens as text; a negative number in a number's column stays one."""
    place = replace(MASTUNG, name='=HYPERLINK("http://x")', lat=-29.8)
    (row,) = rows(replace(an_incident(), place=place))
    assert row["place"] == '\'=HYPERLINK("http://x")'
    assert row["lat"] == "-29.8"


def test_commas_quotes_and_line_breaks_survive_a_csv() -> None:
    """As RFC 4180 has it."""
    (row,) = rows(replace(an_incident(), target='police, "the post"\nand others'))
    assert row["target"] == 'police, "the post"\nand others'


def test_geojson_has_points_in_longitude_latitude_and_no_geometry_without_a_place() -> None:
    """RFC 7946; properties are those of the JSON list without the history."""
    known, unknown = an_incident(), replace(an_incident(), place=None)
    collection = json.loads(json.dumps(incidents_geojson([known, unknown])))
    assert collection["type"] == "FeatureCollection"
    first, second = collection["features"]
    assert first["geometry"] == {"type": "Point", "coordinates": [66.85, 29.8]}
    assert second["geometry"] is None
    assert first["properties"]["place"]["district"] == "Mastung"
    assert "history" not in first["properties"]


def test_references_count_as_no_report() -> None:
    """An old attack that is recalled adds neither a report nor a link."""
    told = a_filing(an_item(), link="https://news.example/1")
    recalled = a_filing(an_item(), link="https://news.example/2", role="reference")
    (row,) = rows(replace(an_incident(), filings=(told, recalled)))
    assert (row["reports"], row["links"]) == ("1", "https://news.example/1")
