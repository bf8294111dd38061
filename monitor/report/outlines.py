"""The outlines that the map is drawn from, as scripts/build_outlines.py made them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Province:
    """Its border as an SVG path on `monitor.report.plane`; where its name stands best, and how much room is around that point."""

    country: str
    name: str
    path: str
    x: int
    y: int
    room: int


@dataclass(frozen=True, slots=True)
class District:
    """What lies nearest to the district's centre within its province: no legal boundary."""

    country: str
    province: str
    name: str
    path: str


@lru_cache(maxsize=1)
def outlines() -> tuple[tuple[Province, ...], tuple[District, ...]]:
    kept = json.loads(files(__package__).joinpath("outlines.json").read_text("utf-8"))
    return tuple(Province(*row) for row in kept["provinces"]), tuple(District(*row) for row in kept["districts"])
