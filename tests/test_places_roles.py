"""The part that a place's name plays: the scene, the dateline, a hospital, a distance, somebody's home, another country, a mere name."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_places import found, places, role

ROLES = [
    # ---- datelines
    ("dateline-colon", "QUETTA: A constable was shot dead in Kharan on Monday.", "QUETTA", "dateline"),
    ("dateline-agency", "PESHAWAR, Pakistan (AP) — Gunmen killed an officer in Tank.", "PESHAWAR", "dateline"),
    ("dateline-date", "QUETTA, Pakistan, April 8 (Reuters) - A bomb killed two in Mach.", "QUETTA", "dateline"),
    ("dateline-country", "KABUL, Afghanistan — A mine killed a boy in Logar.", "KABUL", "dateline"),
    ("dateline-two-towns", "HUB/KARACHI: A bus was set on fire near Uthal.", "KARACHI", "dateline"),
    ("dateline-title-case", "Peshawar: Two men were killed in Bara on Friday.", "Peshawar", "dateline"),
    ("dateline-of-a-paragraph", "Two die in Bara\n\nLANDI KOTAL: Two men were killed.", "LANDI KOTAL", "dateline"),
    ("no-dateline-in-a-headline", "Quetta blast: toll rises to nine", "Quetta", "scene"),
    ("no-dateline-in-a-sentence", "A blast in Quetta: what we know", "Quetta", "scene"),
    ("reporter", "Additional reporting by A. Khan in Islamabad", "Islamabad", "dateline"),
    ("told-an-agency", "He told reporters in Peshawar that the post in Tirah was safe.", "Peshawar", "dateline"),
    # ---- hospitals
    ("shifted-to", "The injured were shifted to Quetta for treatment.", "Quetta", "hospital"),
    ("airlifted", "Four of the wounded were airlifted to Karachi.", "Karachi", "hospital"),
    ("taken-to-hospital", "Seven people were taken to the district hospital in Khuzdar.", "Khuzdar", "hospital"),
    ("cmh", "Two soldiers died at CMH Peshawar on Monday.", "Peshawar", "hospital"),
    ("succumbed", "A constable succumbed to his wounds at a hospital in Lahore.", "Lahore", "hospital"),
    ("doctor", "A doctor at the Civil Hospital in Loralai said two were critical.", "Loralai", "hospital"),
    ("blast-at-hospital", "A bomb exploded outside the Civil Hospital in Quetta.", "Quetta", "scene"),
    # ---- distances, bearings, routes, borders
    ("kilometres", "The mine went off 50 km south of Quetta, near Mastung.", "Quetta", "direction"),
    ("kilometres-from", "The post lies some 30 kilometres from Peshawar.", "Peshawar", "direction"),
    ("bearing", "The village is north of Kandahar, police said.", "Kandahar", "direction"),
    ("bearing-then-scene", "A mine went off south of Quetta in Mastung.", "Mastung", "scene"),
    ("bearing-before-scene", "A mine went off south of Quetta in Mastung.", "Quetta", "direction"),
    ("supplies-cut", "A pipeline was blown up in Dera Murad Jamali, disrupting gas supplies to Mastung.", "Mastung", "direction"),
    ("route-from", "The bus was going from Turbat to Panjgur when it was stopped near Hoshab.", "Turbat", "direction"),
    ("route-to", "The bus was going from Turbat to Panjgur when it was stopped near Hoshab.", "Panjgur", "direction"),
    ("bound", "Gunmen stopped a Lahore-bound coach near Rakhni.", "Lahore", "direction"),
    ("highway", "The coach was hit on the Quetta-Karachi highway near Wadh.", "Quetta", "direction"),
    ("border-with", "The district lies on the border with Afghanistan.", "Afghanistan", "direction"),
    ("border-town", "A shell fell on the border town of Chaman.", "Chaman", "scene"),
    ("near-is-scene", "A patrol was hit near Dera Bugti.", "Dera Bugti", "scene"),
    # ---- where people come from
    ("resident", "The dead man was a resident of Karak district.", "Karak", "origin"),
    ("hailing", "Lance Naik Omar, hailing from Swabi, was martyred in Tank.", "Swabi", "origin"),
    ("native-towns", "Their bodies were sent to their native towns of Swabi, Jhelum and Kohat.", "Jhelum", "origin"),
    ("labourers-from", "Five labourers from Sadiqabad were shot dead in Gwadar.", "Sadiqabad", "origin"),
    ("buried", "He was laid to rest in Tajori on Thursday.", "Tajori", "origin"),
    ("based", "The Quetta-based company halted its work in Duki.", "Quetta", "origin"),
    ("victims-scene", "Five labourers from Sadiqabad were shot dead in Gwadar.", "Gwadar", "scene"),
    # ---- other countries
    ("foreign-country", "A car bomb killed nine in Somalia on Sunday.", "Somalia", "foreign"),
    ("foreign-city", "An explosion killed two in Tehran.", "Tehran", "foreign"),
    ("kashmir-held", "Two died in Srinagar in Indian-administered Kashmir.", "Srinagar", "foreign"),
    ("indian-city", "Nine people died in the Indian city of Hyderabad.", "Hyderabad", "foreign"),
    ("hyderabad-india", "A blast hit a market in Hyderabad, India.", "Hyderabad, India", "foreign"),
    ("sistan", "Four guards died in Sistan and Baluchestan.", "Sistan and Baluchestan", "foreign"),
    ("indian-punjab", "A grenade was thrown at a post in Indian Punjab.", "Punjab", "foreign"),
    ("told", "An official told reporters in Quetta that a bomb went off in Mach.", "Quetta", "dateline"),
    ("by-phone", "He told the wire by telephone from Khost of a blast in Sabari.", "Khost", "dateline"),
    ("journalists-hit", "Two journalists were shot at their press club in Quetta.", "Quetta", "scene"),
    ("what-was-told", "Police told the agency that a mine went off in Mach.", "Mach", "scene"),
    ("border-guards-hit", "Three border guards died in Chaman.", "Chaman", "scene"),
    # ---- names of something else
    ("team", "Peshawar Zalmi won by four wickets in Karachi.", "Peshawar", "name"),
    ("shura", "A member of the Quetta Shura was named.", "Quetta", "name"),
    ("bank", "The Bank of Punjab raised its rates.", "Punjab", "name"),
    ("person", "Akbar Khan Mohmand spoke in Charsadda.", "Mohmand", "name"),
    ("person-first", "Malik Sarfraz Shinwari was shot in Jamrud.", "Shinwari", ""),
    ("person-khan", "Tank Khan, a driver, was hurt in Paharpur.", "Tank", "name"),
    ("government", "Islamabad blamed Kabul for the attack in Bannu.", "Islamabad", "name"),
    ("government-object", "Pakistan urged Kabul to act.", "Kabul", "name"),
    ("government-verb", "Kabul denies that it shelters militants.", "Kabul", "name"),
    ("capital-scene", "A blast in Kabul killed four.", "Kabul", "scene"),
    ("capital-attributive", "The Kabul blast killed four.", "Kabul", "scene"),
    ("train", "A bomb was found under the Quetta Express in Sibi.", "Quetta", "name"),
    ("islamic-state", "Islamic State Khorasan said so in Jalalabad.", "Jalalabad", "scene"),
    ("died-away", "Third victim of Sibi blast dies in Karachi.", "Karachi", "hospital"),
    ("so-many-from", "Nine trippers from Hub were hurt.", "Hub", "origin"),
    ("carried-to", "Six boys were hurt and carried on beds to Wana.", "Wana", "hospital"),
    ("rank-of", "Havildar Sabir Gul of Layyah laid down his life.", "Layyah", "origin"),
    ("in-the-direction", "They fled in the direction of the Kurram river.", "Kurram", "direction"),
    ("hospital-by-name", "He succumbed at Lady Reading Hospital in the night.", "Lady Reading Hospital", "hospital"),
]


@pytest.mark.parametrize(("text", "name", "expected"), [row[1:] for row in ROLES], ids=[row[0] for row in ROLES])
def test_role_of_a_name(text: str, name: str, expected: str):
    """The words beside a name tell what it is there for."""
    assert role(text, name) == expected


NO_PLACES = [
    ("lower-case", "A fuel tank exploded beside the hub of a wheel."),
    ("verb", "Troops swat at flies and bar the door."),
    ("sentence-start", "Bela went home and Nal followed."),
    ("inside-a-word", "The Hubbard and Suicide squads met."),
    ("surname", "Imran Shinwari and Gul Zadran were named."),
    ("organisation", "The Jamaat and the Lashkar denied it."),
]


@pytest.mark.parametrize("text", [row[1] for row in NO_PLACES], ids=[row[0] for row in NO_PLACES])
def test_common_words_and_persons_are_no_places(text: str):
    """A town's name that is a word or a surname counts only where the sentence speaks of a place."""
    assert [name for name, kind in found(text) if kind == "scene"] == []


UNKNOWN = [
    ("area", "A mine exploded in the Samo Zarin area of Orakzai.", "Samo Zarin"),
    ("village", "Gunmen entered Kala Mirjan village, Paktika province.", "Kala Mirjan"),
    ("town-of", "He was found in the village of Zarbela in Zhob.", "Zarbela"),
    ("before-a-district", "Two men died in Wanda Madat, Lakki Marwat.", "Wanda Madat"),
    ("suffix", "A pylon was blown up near Killi Shahdad on Sunday.", "Killi Shahdad"),
    ("chowk", "A grenade was thrown at Haji Murad Chowk in Sibi.", "Haji Murad Chowk"),
    ("camp", "Rockets were fired at Tor Sapar Camp in Mohmand.", "Tor Sapar Camp"),
]


@pytest.mark.parametrize(("text", "name"), [row[1:] for row in UNKNOWN], ids=[row[0] for row in UNKNOWN])
def test_names_that_no_table_knows_are_places_by_their_company(text: str, name: str):
    """A kind word, a known district behind it or a place-like ending makes a name a place."""
    assert (name, "scene") in found(text)


@given(st.text(alphabet=st.sampled_from("Quetta Kharan,.\n-:'’ in of the area district Zarin Chowk IS x"), max_size=300))
def test_mentions_are_ordered_apart_and_slice_to_the_text(text: str):
    """Offsets always cut the mention out of the text, in order and without overlap."""
    mentions = places().find(text)
    assert all(text[m.start : m.end] == m.text and m.text for m in mentions)
    assert all(a.end <= b.start for a, b in pairwise(mentions))
    assert all(0.0 <= m.weight <= 1.0 for m in mentions)
