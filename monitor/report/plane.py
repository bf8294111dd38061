"""Degrees → the flat map of Pakistan and Afghanistan. Pure."""

from __future__ import annotations

import math

# What the map shows, with some room: degrees WGS84.
WEST, EAST, SOUTH, NORTH = 60.2, 78.1, 23.4, 38.7
_UNITS = 100.0  # a degree of latitude, so that a unit is 1.1 km
_NARROW = math.cos(math.radians(31.0))  # degrees of longitude are shorter; true to scale in the middle of the map

WIDTH = round((EAST - WEST) * _NARROW * _UNITS)
HEIGHT = round((NORTH - SOUTH) * _UNITS)


def on_plane(lat: float, lon: float) -> tuple[float, float]:
    """The point from the map's upper left corner, in units."""
    return (lon - WEST) * _NARROW * _UNITS, (NORTH - lat) * _UNITS


def is_on_map(lat: float, lon: float) -> bool:
    return SOUTH <= lat <= NORTH and WEST <= lon <= EAST
