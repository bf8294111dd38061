"""How well attacks are told apart where they crowd: series of invented reports on many attacks in few towns, in forty days.

    python benchmarks/crowded.py [--attacks 120] [--seeds 3]

Each attack has a first report and up to four more: reprints, other outlets' own stories, new tolls, a claim, a condemnation. They are
replayed by `monitor backfill` in the order of publication. Printed for each seed: how many attacks share an incident with another
("merged"), how many are spread over several ("split"), how many new alerts came twice, and how often the toll at the end is the last told.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
TOWNS = {
    "QUETTA": ("Mastung", "Turbat", "Panjgur", "Mach", "Khuzdar", "Quetta"),
    "PESHAWAR": ("Mir Ali", "Bara", "Wana", "Domel", "Kulachi", "Khar", "Peshawar", "Serai Naurang"),
    "KABUL": ("Kabul", "Jalalabad", "Kunduz", "Herat"),
    "KARACHI": ("Karachi",),
}
GROUPS = {
    "QUETTA": ("the Baloch Liberation Army", "the Balochistan Liberation Front"),
    "PESHAWAR": ("the banned Tehreek-e-Taliban Pakistan", "the Hafiz Gul Bahadur group"),
}
# Whom it hit (one, many), what happened, and what headlines call it.
KINDS = (
    ("policeman", "policemen", "a roadside bomb hit a police van", ("Roadside bomb", "Blast", "IED blast")),
    ("soldier", "soldiers", "an improvised explosive device went off near a security forces' vehicle", ("IED blast", "Blast")),
    ("policeman", "policemen", "gunmen attacked a police check post", ("Gun attack", "Attack on check post", "Firing")),
    ("labourer", "labourers", "unidentified gunmen opened fire on labourers at a construction site", ("Firing", "Attack on labourers")),
    ("worshipper", "worshippers", "a suicide bomber blew himself up outside a mosque", ("Suicide attack", "Mosque bombing")),
    ("person", "people", "a bomb planted on a motorcycle went off in a market", ("Market blast", "Motorcycle bomb")),
    ("soldier", "soldiers", "militants ambushed a convoy", ("Ambush", "Attack on convoy")),
    ("villager", "villagers", "a mortar shell hit a house", ("Mortar attack", "Shelling")),
)
OUTLETS = ("Indus Post", "Valley Times", "Frontier Wire", "Coast News", "Sulaiman Observer")
ASIDES = (
    "The area was cordoned off and a search operation launched.",
    "The injured were taken to a nearby hospital.",
    "No group has immediately claimed responsibility.",
    "The chief minister condemned the attack and sought a report.",
)
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
START = dt.datetime(2026, 3, 2, tzinfo=dt.timezone(dt.timedelta(hours=5)))


@dataclass
class Attack:
    """What happened, and the reports on it so far; `killed` is the last toll told."""

    n: int
    filed: str
    town: str
    kind: tuple[str, str, str, tuple[str, ...]]
    at: dt.datetime
    killed: int
    injured: int
    reports: list[dict[str, object]] = field(default_factory=list)

    @property
    def day(self) -> str:
        return f"{self.at:%A}"

    @property
    def dead(self) -> str:
        one, many, _, _ = self.kind
        return f"{words(self.killed)} {one if self.killed == 1 else many}"

    @property
    def were(self) -> str:
        return "was" if self.killed == 1 else "were"


def words(count: int) -> str:
    return WORDS[count] if count < len(WORDS) else str(count)


def capital(text: str) -> str:
    return text[0].upper() + text[1:]


def series(seed: int, attacks: int) -> list[Attack]:
    """The attacks of one seed, each with its reports."""
    rng = random.Random(seed)
    return [told(rng, n) for n in range(attacks)]


def told(rng: random.Random, n: int) -> Attack:
    filed, town = rng.choice([(filed, town) for filed, towns in TOWNS.items() for town in towns])
    at = START + dt.timedelta(minutes=rng.randrange(60 * 24 * 40))
    killed, injured = rng.choice([1, 2, 3, 4, 5, 7, 9]), rng.choice([2, 3, 5, 8, 11, 14, 20])
    attack = Attack(n, filed, town, rng.choice(KINDS), at, killed, injured + (injured == killed))
    outlets = rng.sample(OUTLETS, len(OUTLETS))
    at += dt.timedelta(minutes=rng.choice([20, 40, 60]))
    first = story(rng, attack)
    add(attack, at, outlets[0], *first)
    for outlet in outlets[1 : rng.choice([1, 2, 2, 3, 3, 4, 5])]:
        at += dt.timedelta(minutes=rng.choice([15, 35, 70, 150, 300]))
        sort = rng.choice(["reprint", "own", "own", "rise", "claim", "condemned"])
        if sort == "reprint":
            add(attack, at, outlet, first[0], first[1].replace("cordoned off", "sealed"))
        elif sort == "own":
            add(attack, at, outlet, *story(rng, attack))
        elif sort == "rise":
            add(attack, at, outlet, *rise(rng, attack))
        elif sort == "claim" and filed in GROUPS:
            add(attack, at, outlet, *claim(rng, attack))
        else:
            add(attack, at, outlet, *condemned(attack, at))
    return attack


def add(attack: Attack, at: dt.datetime, outlet: str, title: str, content: str) -> None:
    number = f"{attack.n}-{len(attack.reports)}"
    feed = outlet.lower().replace(" ", "-")
    attack.reports.append(
        {"id": number, "outlet": outlet, "feed": feed, "title": title, "content": content, "published": at.isoformat()}
        | {"link": f"https://news.example/{number}"}
    )


def story(rng: random.Random, attack: Attack) -> tuple[str, str]:
    _, _, what, names = attack.kind
    hurt, source = f"{words(attack.injured)} others", rng.choice(["police said", "officials said", "rescue workers said"])
    lead = rng.choice(
        [
            f"At least {attack.dead} {attack.were} killed and {hurt} injured when {what} in {attack.town} on {attack.day}, {source}.",
            f"{capital(what)} in {attack.town} on {attack.day}, killing {attack.dead} and wounding {hurt}, {source}.",
            f"{capital(attack.dead)} {attack.were} killed and {hurt} wounded on {attack.day} when {what} in {attack.town}, {source}.",
        ]
    )
    name, count = rng.choice(names), words(attack.killed)
    title = rng.choice(
        [
            f"{capital(count)} killed in {attack.town} {name.lower()}",
            f"{name} in {attack.town} kills {count}",
            f"{capital(count)} dead, {words(attack.injured)} injured in {attack.town}",
            f"{name} kills {attack.dead} in {attack.town}",
        ]
    )
    return title, f"{attack.filed}: {lead}\n\n{' '.join(rng.sample(ASIDES, 2))}"


def rise(rng: random.Random, attack: Attack) -> tuple[str, str]:
    more = rng.choice([1, 2])
    attack.killed += more
    count = words(attack.killed)
    title = rng.choice([f"Toll in {attack.town} attack rises to {count}", f"{attack.town} attack death toll climbs to {count}"])
    return title, (
        f"{attack.filed}: The death toll from {attack.day}'s attack in {attack.town} rose to {count} after {words(more)} more of the"
        f" injured died in hospital, a doctor said. {capital(words(attack.injured))} people were still under treatment."
    )


def claim(rng: random.Random, attack: Attack) -> tuple[str, str]:
    group = rng.choice(GROUPS[attack.filed])
    return f"{capital(group.removeprefix('the banned ').removeprefix('the '))} claims {attack.town} attack", (
        f"{attack.filed}: {capital(group)} has claimed responsibility for {attack.day}'s attack in {attack.town} in which {attack.dead}"
        f" {attack.were} killed. The group's spokesman said so in a statement."
    )


def condemned(attack: Attack, at: dt.datetime) -> tuple[str, str]:
    return f"Chief minister condemns {attack.town} attack", (
        f"{attack.filed}: The chief minister on {at:%A} condemned the attack in {attack.town} in which {attack.dead} {attack.were} killed,"
        " and expressed sympathy with the bereaved families."
    )


def replay(attacks: list[Attack]) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """The alerts and the incidents that the reports make, in a database of their own."""
    reports = sorted((report for attack in attacks for report in attack.reports), key=lambda report: str(report["published"]))
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        (here / "items.jsonl").write_text("\n".join(map(json.dumps, reports)) + "\n", encoding="utf-8")
        (here / "config.toml").write_text(f'[storage]\npath = "monitor.db"\n[rules]\npath = "{ROOT / "rules"}"\n', encoding="utf-8")

        def monitor(*words: str) -> list[dict[str, object]]:
            line = [sys.executable, "-m", "monitor", *words, "--json", "--config", str(here / "config.toml")]
            done = subprocess.run(line, cwd=here, check=True, capture_output=True, text=True)
            return [json.loads(row) for row in done.stdout.splitlines()]

        return monitor("backfill", "items.jsonl"), monitor("incidents")


def measure(attacks: list[Attack]) -> str:
    alerts, incidents = replay(attacks)
    holds: dict[str, set[int]] = {}
    spread: dict[int, set[str]] = defaultdict(set)
    for one in incidents:
        numbers = {int(str(member["id"]).split("-")[0]) for member in one["items"]}  # type: ignore[attr-defined]
        holds[str(one["id"])] = numbers
        for number in numbers:
            spread[number].add(str(one["id"]))
    killed = {str(one["id"]): (one["killed"] or {}).get("count") for one in incidents}  # type: ignore[attr-defined]
    new = [str(alert["incident"]) for alert in alerts if alert["change"] == "new"]
    merged = sum(any(len(holds[one]) > 1 for one in spread[attack.n]) for attack in attacks)
    split = sum(len(spread[attack.n]) > 1 for attack in attacks)
    right = sum(any(killed[one] == attack.killed for one in spread[attack.n]) for attack in attacks)
    repeats = len(new) - len(set(new))
    return f"{len(attacks):8} {merged:8} {split:8} {repeats:8} {right:8}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attacks", type=int, default=120)
    parser.add_argument("--seeds", type=int, default=3)
    args = parser.parse_args()
    print("    seed  attacks   merged    split  repeats  toll right")
    for seed in range(1, args.seeds + 1):
        print(f"{seed:8} {measure(series(seed, args.attacks))}", flush=True)


if __name__ == "__main__":
    main()
