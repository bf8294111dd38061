"""The places known without being told: provinces, districts and towns of Pakistan and Afghanistan, and the world around them.

Two tables beside this module: gazetteer_own.tsv, written by hand, and gazetteer.tsv, made from GeoNames (CC BY 4.0).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

Kind = Literal["country", "province", "district", "town", "foreign"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A place with every spelling of it; those in `exact` are found in their own case only. Degrees WGS84."""

    kind: Kind
    name: str
    district: str | None
    province: str | None
    country: str
    lat: float | None
    lon: float | None
    spellings: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    listed: bool = True  # in the hand-written table or a rule file, known to matter; GeoNames' are not
    watched: bool = False  # in a rule file, which says how its name is written


COUNTRIES = ("Pakistan", "Afghanistan")

# Seven agencies and their frontier regions were the Federally Administered Tribal Areas until 31 May 2018.
TRIBAL_DISTRICTS = frozenset(
    {
        "Bajaur",
        "Mohmand",
        "Khyber",
        "Kurram",
        "Orakzai",
        "North Waziristan",
        "South Waziristan",
        "Lower South Waziristan",
        "Upper South Waziristan",
    }
)
TRIBAL_AREAS = "Federally Administered Tribal Areas"


@lru_cache(maxsize=1)
def entries() -> tuple[Entry, ...]:
    """Every entry, the hand-written ones first. A town without coordinates has those of its district."""
    rows = [(row, name == "gazetteer_own.tsv") for name in ("gazetteer_own.tsv", "gazetteer.tsv") for row in _rows(name)]
    centres = {
        (row["country"], row["province"], row["name"]): (row["latitude"], row["longitude"]) for row, _ in rows if row["level"] == "district"
    }
    own = [Entry("country", name, None, None, name, lat, lon) for name, lat, lon in (("Pakistan", 30.0, 70.0), ("Afghanistan", 33.9, 66.0))]
    return (*own, *(_entry(row, centres, listed) for row, listed in rows))


def _rows(name: str) -> list[dict[str, str]]:
    lines = files("monitor.text").joinpath(name).read_text("utf-8").splitlines()
    return list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE))


def _entry(row: dict[str, str], centres: dict[tuple[str, str, str], tuple[str, str]], listed: bool) -> Entry:
    lat, lon = row["latitude"], row["longitude"]
    if not lat:
        lat, lon = centres.get((row["country"], row["province"], row["district"]), ("", ""))
    spellings = [s for s in (row["spellings"] or "").split("|") if s]
    return Entry(
        kind=row["level"],  # type: ignore[arg-type]  # the tables' own column; a test reads every row
        name=row["name"],
        district=row["district"] or None,
        province=row["province"] or None,
        country=row["country"],
        lat=float(lat) if lat else None,
        lon=float(lon) if lon else None,
        spellings=tuple(s for s in spellings if not s.endswith("!")),
        exact=tuple(s[:-1] for s in spellings if s.endswith("!")),
        listed=listed,
    )
