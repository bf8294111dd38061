"""Where an account goes: into a known incident, into a new one, or nowhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from support_incidents import (
    AIRPORT_ROAD,
    BALOCHISTAN,
    BANNU,
    BLA,
    CHAMAN,
    DAY,
    MASTUNG,
    NOON,
    PAKISTAN,
    QUETTA,
    SARIAB,
    SPIN_BOLDAK,
    TTP,
    account,
    at_least,
    filed,
    filing,
    follow_up,
    incident,
    mention,
    recalled,
)

from monitor.incidents.assign import assign
from monitor.model import Account, Assignment, Filing, Incident, Place, Toll

NEXT_DAY = DAY + dt.timedelta(days=1)


def placed(one: Filing, *known: Incident) -> Assignment | None:
    return assign(one, known, now=one.at)


JOINS: dict[str, tuple[Account, Account]] = {
    "same district and day, toll risen": (account(killed=9, injured=20), account(killed=17, injured=31)),
    "toll lowered": (account(killed=30), account(killed=24)),
    "the second names no toll": (account(killed=9), account()),
    "a suicide bombing first called a bombing": (account(killed=9), account(killed=9, attack_type="suicide bombing")),
    "only the province, the same toll": (account(killed=22), account(killed=22, place=BALOCHISTAN)),
    "a part of the city, then the city": (account(killed=4, place=SARIAB), account(killed=4, place=QUETTA)),
    "dated a day later by its publication": (account(killed=9), account(killed=9, date=NEXT_DAY)),
    "two sides of a frontier": (
        account(killed=2, place=SPIN_BOLDAK, attack_type="cross-border clash"),
        account(killed=5, place=CHAMAN, attack_type="cross-border clash"),
    ),
    "an exact toll within an open one": (account(killed=at_least(20)), account(killed=23)),
}


@pytest.mark.parametrize(("known", "told"), JOINS.values(), ids=JOINS)
def test_second_report_of_one_attack_joins_the_incident(known: Account, told: Account):
    """Reports that fit in place and time are one incident, whatever became of the toll."""
    assignment = placed(filing("b", told, minutes=90), incident(filing("a", known)))
    assert assignment is not None
    assert (assignment.incident_id, assignment.role) == ("known", "report")
    assert "known" in assignment.reason


OPENS: dict[str, tuple[Account, Account]] = {
    "another district": (account(killed=9), account(killed=9, place=BANNU)),
    "another week": (account(killed=9), account(killed=9, date=DAY - dt.timedelta(days=7))),
    "the same city and day, another part of it, another kind, another toll": (
        account(killed=12, injured=40, place=SARIAB, target="police"),
        account(killed=1, injured=0, place=AIRPORT_ROAD, attack_type="assassination", target="political"),
    ),
    "the same town and day, another kind with other dead and injured": (
        account(killed=3, injured=4, target="police"),
        account(killed=5, injured=9, attack_type="armed assault", target="civilians"),
    ),
    "two sides of a frontier, but no clash over it": (account(killed=2, place=SPIN_BOLDAK), account(killed=5, place=CHAMAN)),
    "the country alone, another toll and kind": (
        account(killed=22, place=QUETTA, target="civilians"),
        account(killed=1, place=PAKISTAN, attack_type="armed assault", target="police"),
    ),
}


@pytest.mark.parametrize(("known", "told"), OPENS.values(), ids=OPENS)
def test_report_of_another_attack_opens_an_incident(known: Account, told: Account):
    """Other places, other days and other facts are other incidents."""
    assignment = placed(filing("b", told, minutes=90), incident(filing("a", known)))
    assert assignment is not None
    assert assignment.incident_id is None
    assert assignment.role == "report"


UPDATES: dict[str, tuple[str, Account, float]] = {
    "one of the wounded dies two days later, the report dated by the death": (
        "Wounded constable of Mastung blast dies in hospital",
        account(killed=1, date=DAY + dt.timedelta(days=2)),
        2.2 * 24 * 60,
    ),
    "a toll that climbs far": ("Death toll in Mastung blast climbs to 21", account(killed=21, injured=50), 20 * 60),
    "the greater number of an hour later": ("Bomber kills at least 19 worshippers", account(killed=at_least(19)), 60),
}


@pytest.mark.parametrize(("title", "told", "minutes"), UPDATES.values(), ids=UPDATES)
def test_report_that_brings_a_toll_up_to_date_joins(title: str, told: Account, minutes: float):
    """A toll rises in the first hours, and whoever dies of the wounds dies on another day: neither is a second attack."""
    first = filing("a", account(killed=4, injured=9), title="Blast near mosque in Mastung", text="Blast near mosque in Mastung")
    assignment = placed(filing("b", told, minutes=minutes, title=title, text=title), incident(first))
    assert assignment is not None
    assert assignment.incident_id == "known"


def test_greater_number_without_a_word_of_the_first_is_another_attack_on_another_day():
    """The control to the rows above: the same toll and place, dated two days later, and no word that brings a toll up to date."""
    first = filing("a", account(killed=4, injured=9), title="Blast near mosque in Mastung", text="Blast near mosque in Mastung")
    told = account(killed=21, date=DAY + dt.timedelta(days=2))
    assignment = placed(
        filing("b", told, minutes=2.2 * 24 * 60, title="Bomb kills 21 in Mastung", text="Bomb kills 21 in Mastung"), incident(first)
    )
    assert assignment is not None
    assert assignment.incident_id is None


def test_toll_of_a_bombing_is_not_that_of_a_man_who_was_shot():
    """The rising toll of one attack joins no attack of another kind, though that is all that is known of the town on that day."""
    known = incident(filing("a", account(killed=1, attack_type="armed assault"), title="Elder shot dead in Mastung"))
    title = "Toll of Mastung bombing rises to 12"
    assignment = placed(filing("b", account(killed=12, injured=24), minutes=60, title=title, text=title), known)
    assert assignment is not None
    assert assignment.incident_id is None


def test_bid_that_came_to_nothing_opens_an_incident_that_is_none():
    """A bomb made safe is kept, so that a second outlet's word joins it; as no attack took place, no rule holds for it."""
    title = "Bomb disposal unit defuses 8kg bomb in Mastung"
    first = filing("a", follow_up(), title=title, text=title)
    opened = placed(first)
    assert opened is not None
    assert (opened.incident_id, opened.role) == (None, "follow-up")
    known = incident(first)
    assert known.retracted
    again = "Police foil bid in Mastung, bomb of 8kg defused"
    second = placed(filing("b", follow_up(), minutes=200, title=again, text=again), known)
    assert second is not None
    assert second.incident_id == "known"


def test_report_of_an_attack_makes_a_foiled_one_real():
    """It went off after all: the incident that was none is one as soon as a report says so."""
    title = "Bomb defused in Mastung, second one feared"
    known = incident(filing("a", follow_up(), title=title, text=title), filing("b", account(killed=2), minutes=60))
    assert not known.retracted


SECONDS: dict[str, tuple[str, Account]] = {
    "a smaller bomb elsewhere in the city": (
        "Roadside bomb wounds two constables in Quetta",
        account(injured=2, place=AIRPORT_ROAD, target="police"),
    ),
    "gunmen in the same city": (
        "Gunmen kill lawyer outside his home in Quetta",
        account(killed=1, place=QUETTA, attack_type="armed assault", target="civilians"),
    ),
    "the same kind, another toll and target": (
        "Suicide bomber strikes army truck in Quetta, six soldiers dead",
        account(killed=6, injured=9, place=QUETTA, attack_type="suicide bombing", target="security forces"),
    ),
}


PLACELESS = {"place": PAKISTAN, "date": None}
OTHERS: dict[str, tuple[tuple[str, Account], tuple[str, Account]]] = {
    "constables hurt, constables killed": (
        ("Bomb kills six constables in Bannu", account(killed=6, place=BANNU, target="police")),
        ("Two policemen hurt in explosion", account(injured=2, target="police", **PLACELESS)),
    ),
    "a teacher, a lawyer": (
        ("Teacher shot dead in Bannu", account(killed=1, place=BANNU, attack_type="armed assault", target=None)),
        ("Lawyer gunned down in Pakistan", account(killed=1, attack_type="armed assault", target=None, **PLACELESS)),
    ),
    "a grenade, a roadside bomb": (
        ("Grenade attack wounds four in Bannu", account(injured=4, place=BANNU)),
        ("Roadside bomb wounds four in Pakistan", account(injured=4, **PLACELESS)),
    ),
    "a bomb defused, one that went off": (
        ("Blast rips through market in Bannu", account(place=BANNU)),
        ("Bomb defused at market in Bannu", account(place=BANNU, date=None)),
    ),
}


@pytest.mark.parametrize(("known", "told"), OTHERS.values(), ids=OTHERS)
def test_headline_that_names_another_victim_or_weapon_is_of_another_attack(known: tuple[str, Account], told: tuple[str, Account]):
    """Alike in day and kind: whom it hit, with what, and whether anyone died or anything went off tell them apart."""
    (title, account_known), (headline, account_told) = known, told
    assignment = placed(
        filing("b", account_told, minutes=120, title=headline, text=headline), incident(filing("a", account_known, title=title, text=title))
    )
    assert assignment is None or assignment.incident_id is None


ROW = (
    "Assailants set fire to a mobile phone mast in Bannu district. This was one of four similar attacks on masts on the same day. There "
    "were no reported casualties. No group claimed responsibility for the incidents."
)


@pytest.mark.parametrize("outlet", ["", "Global Terrorism Database"])
def test_rows_of_a_catalogue_are_each_an_attack(outlet: str):
    """A table has one row an attack, however alike two rows are: by its source, or by being a short text of none."""
    told = account(place=BANNU, attack_type="arson or sabotage")
    one, other = (replace(filing(key, told, text=ROW), outlet=outlet, publisher=outlet) for key in "ab")
    assignment = placed(other, incident(one))
    assert assignment is not None
    assert assignment.incident_id is None


def test_what_a_catalogue_lists_is_likely_what_a_headline_means():
    """A headline that could mean anything joins the attack that a catalogue lists, where it would join no mere report."""
    headline = filing("b", account(injured=4, **PLACELESS), minutes=60, title="Four hurt in blast", text="Four hurt in blast")
    told = account(injured=4, place=BANNU, date=DAY)
    text = "A device detonated in a bazaar in Bannu district. Four people were injured."
    listed = replace(filing("a", told, text=text), outlet="", publisher="")
    reported = filing("a", told, title="Bazaar in Bannu rocked by device", text="Bazaar in Bannu rocked by device")
    joins = [placed(headline, incident(one)) for one in (listed, reported)]
    assert [found is not None and found.incident_id for found in joins] == ["known", None]


@pytest.mark.parametrize(("headline", "second"), SECONDS.values(), ids=SECONDS)
def test_second_attack_of_the_day_in_one_city_is_an_incident_of_its_own(headline: str, second: Account):
    """The same city, the same stated day, partly the same words, and other facts: two incidents."""
    first = account(killed=22, injured=40, place=QUETTA, target="civilians", dated=True)
    known = incident(
        filing(
            "a", first, title="Bomb at bus terminal in Quetta kills at least 22", text="Bomb at bus terminal in Quetta kills at least 22"
        )
    )
    assignment = placed(filing("b", second, minutes=200, title=headline, text=headline), known)
    assert assignment is not None
    assert assignment.incident_id is None


def test_toll_of_the_first_attack_joins_it_and_not_the_second():
    """With two attacks in one city on one day, each further report finds its own."""
    terminal = incident(
        filing("a", account(killed=22, injured=40, place=QUETTA), title="Bomb at bus terminal in Quetta kills 22"), name="terminal"
    )
    patrol = incident(
        filing("b", account(injured=2, place=QUETTA, target="police"), title="Roadside bomb wounds two constables in Quetta"), name="patrol"
    )
    update = filing(
        "c",
        account(killed=25, place=QUETTA, attack_type="suicide bombing"),
        minutes=300,
        title="Quetta terminal bombing: death toll rises to 25",
    )
    assignment = placed(update, terminal, patrol)
    assert assignment is not None
    assert assignment.incident_id == "terminal"


def test_twin_attacks_in_one_article_are_two_incidents():
    """Two accounts of one item never share an incident, however alike they are."""
    twin = account(killed=5)
    assignment = placed(filing("a", twin), incident(filing("a", twin)))
    assert assignment is not None
    assert assignment.incident_id is None


def test_first_report_opens_an_incident():
    """With nothing known there is nothing to join."""
    assignment = placed(filing("a", account(killed=5)))
    assert assignment == Assignment(incident_id=None, role="report", reason="opens an incident: no known one fits its place and date")


def test_account_that_says_nothing_opens_nothing():
    """Neither place nor toll nor group: there is nothing to find it again by."""
    assert placed(filing("a", Account(fresh=True, date=DAY))) is None


def test_account_without_place_joins_the_one_incident_that_fits():
    """A flash that names no place is taken for the day's incident with the same toll and kind."""
    known = incident(filing("a", account(killed=22, injured=40, attack_type="suicide bombing", target="civilians")))
    flash = account(killed=22, injured=40, place=None, attack_type="suicide bombing", target="civilians")
    assignment = placed(filing("b", flash, minutes=30), known)
    assert assignment is not None
    assert assignment.incident_id == "known"


def test_follow_up_goes_to_the_attack_of_its_own_day():
    """Attacks of two days in one town: "Thursday's attack" is that of Thursday, though neither its kind nor its toll is told."""
    first = incident(filing("a", account(killed=3, injured=9)), name="wednesday")
    second = incident(filing("b", account(killed=3, injured=5, date=NEXT_DAY), minutes=24 * 60), name="thursday")
    claim = filing("c", follow_up(date=NEXT_DAY, attack_type=None), minutes=26 * 60, title="Front claims Mastung attack")
    assignment = placed(claim, first, second)
    assert assignment is not None
    assert assignment.incident_id == "thursday"


def test_new_toll_of_another_day_goes_to_the_attack_of_that_day():
    """ "The toll from Wednesday's attack rose to five", while a greater one of Thursday is fresh."""
    first = incident(filing("a", account(killed=4, injured=9)), name="wednesday")
    second = incident(filing("b", account(killed=5, injured=5, date=NEXT_DAY), minutes=24 * 60), name="thursday")
    update = filing("c", account(killed=5, attack_type=None), minutes=26 * 60, title="Toll in Mastung attack rises to five")
    assignment = placed(update, first, second)
    assert assignment is not None
    assert assignment.incident_id == "wednesday"


def test_what_is_only_taken_for_an_assault_tells_no_attack_from_another():
    """A claim of "the attack" says nothing of how it was made; a report that does say so decides what the incident is."""
    guessed = replace(account(killed=9, injured=20, attack_type="armed assault"), evidence=())
    known = incident(filing("a", guessed, title="Attack in Mastung"), filing("b", account(killed=9, injured=20), minutes=5))
    assert known.attack_type == "bombing"
    assignment = placed(filing("c", guessed, minutes=30, title="Nine killed in Mastung attack"), known)
    assert assignment is not None
    assert "armed assault" not in assignment.reason


def test_whom_victims_are_only_taken_for_tells_no_attack_from_another():
    """ "Nine killed" are taken for civilians; that another report knows them for policemen is no difference between the two."""
    guessed = replace(account(killed=9, injured=20, target="civilians"), evidence=())
    told = incident(filing("a", account(killed=9, injured=20, target="police")))
    assignment = placed(filing("b", guessed, minutes=30, title="Nine killed in Mastung"), told)
    assert assignment is not None
    assert assignment.incident_id == "known"
    assert "against" not in assignment.reason
    unsure = incident(filing("a", guessed, title="Nine killed in Mastung"))
    assert "against" not in (placed(filing("b", account(killed=9, target="police"), minutes=30), unsure) or assignment).reason


def test_follow_up_is_likelier_told_at_once():
    """Of two attacks on the same target a condemnation that names no day goes to today's rather than to that of four days ago."""
    today = incident(filing("a", account(killed=3, target="police")), name="today")
    before = incident(filing("b", account(killed=3, target="police", date=DAY - dt.timedelta(days=4)), minutes=-4 * 1_440), name="before")
    assignment = placed(filing("c", follow_up(date=None, target="police"), minutes=120), today, before)
    assert assignment is not None
    assert assignment.incident_id == "today"


def test_likeliest_of_two_candidates_is_taken():
    """Of two attacks in one city on one day a report joins the one whose facts it shares."""
    at_station = incident(filing("a", account(killed=9, place=SARIAB, target="police")), name="station")
    at_shop = incident(filing("b", account(killed=1, place=AIRPORT_ROAD, target="civilians", attack_type="armed assault")), name="shop")
    assignment = placed(filing("c", account(killed=11, place=SARIAB, target="police"), minutes=60), at_shop, at_station)
    assert assignment is not None
    assert assignment.incident_id == "station"


FOLLOW_UPS: dict[str, Account] = {
    "a claim without a toll": follow_up(groups=(mention(BLA, "claimed"),)),
    "a denial the day after": follow_up(date=NEXT_DAY, groups=(mention(TTP, "denied"),)),
    "a funeral that names no day": follow_up(date=None, killed=9),
}


@pytest.mark.parametrize("told", FOLLOW_UPS.values(), ids=FOLLOW_UPS)
def test_follow_up_joins_what_is_known(told: Account):
    """A claim, a denial or a funeral is filed under the incident it speaks of."""
    assignment = placed(filing("b", told, minutes=1_200), incident(filing("a", account(killed=9))))
    assert assignment is not None
    assert (assignment.incident_id, assignment.role) == ("known", "follow-up")


@pytest.mark.parametrize("told", FOLLOW_UPS.values(), ids=FOLLOW_UPS)
def test_follow_up_opens_nothing(told: Account):
    """A follow-up on an attack that nobody reported is no news of an attack."""
    assert placed(filing("b", told, minutes=1_200), incident(filing("a", account(killed=9, place=BANNU)))) is None


def test_follow_up_does_not_join_an_attack_after_it():
    """A funeral on the third of March is not that of an attack on the fifth."""
    known = incident(filing("a", account(killed=9, date=NEXT_DAY), minutes=1_440))
    assert placed(filing("b", follow_up(date=None, killed=9), minutes=-1_440), known) is None


def test_recalled_attack_is_listed_as_reference():
    """An anniversary or an analysis is listed under the known incident it recalls, months later."""
    known = incident(filing("a", account(killed=52)))
    assignment = placed(filing("b", recalled(killed=52), minutes=60 * 24 * 60), known)
    assert assignment is not None
    assert (assignment.incident_id, assignment.role) == ("known", "reference")


def test_late_follow_up_only_refers_to_its_incident():
    """Five weeks later an incident takes no more facts; what speaks of it then is listed under it."""
    known = incident(filing("a", account(killed=at_least(50))))
    late = filing("b", follow_up(date=None, killed=Toll(count=60, max=60, text="nearly 60")), minutes=39 * 24 * 60)
    assignment = placed(late, known)
    assert assignment is not None
    assert (assignment.incident_id, assignment.role) == ("known", "reference")


NOT_REFERENCES: dict[str, tuple[Account, int]] = {
    "another year": (recalled(killed=52, date=DAY.replace(year=2018)), 60),
    "another place": (recalled(killed=52, place=BANNU), 60),
    "the same district, but neither day nor toll": (recalled(date=None), 60),
    "five months later": (recalled(killed=52), 150),
}


@pytest.mark.parametrize(("told", "days"), NOT_REFERENCES.values(), ids=NOT_REFERENCES)
def test_what_is_recalled_of_another_attack_belongs_nowhere(told: Account, days: int):
    """History never opens an incident, and is listed only where it clearly matches."""
    known = incident(filing("a", account(killed=52)))
    assert placed(filing("b", told, minutes=days * 24 * 60), known) is None


@pytest.mark.parametrize(("days", "joins"), [(29, True), (31, False)])
def test_incident_takes_reports_for_thirty_days(days: int, joins: bool):
    """A late report still joins on day 29; on day 31 the incident is closed."""
    known = incident(filing("a", account(killed=9)))
    assignment = placed(filing("b", account(killed=9, dated=True), minutes=days * 24 * 60), known)
    assert assignment is not None
    assert (assignment.incident_id == "known") is joins


def test_retraction_joins_and_never_opens():
    """That there was no attack is told of a known incident, and is no incident itself."""
    hoax = account(retracts=True)
    known = incident(filing("a", account()))
    assignment = placed(filing("b", hoax, minutes=60), known)
    assert assignment is not None
    assert assignment.incident_id == "known"
    assert placed(filing("b", hoax, minutes=60)) is None


def test_reprint_joins_what_it_copies():
    """The same story under another outlet's name is one more report of the same incident, though its place was read less well."""
    text = (
        "A roadside device went off beside a patrol van outside the market on Wednesday morning, wounding two constables and a vegetable "
        "seller who had been setting up his stall, the district police chief told reporters at the scene of the explosion."
    )
    known = incident(filing("a", account(injured=3), text=text))
    copy = filing("b", account(injured=3, place=PAKISTAN), minutes=20, text=text + " It was reported by our staff.")
    assignment = placed(copy, known)
    assert assignment is not None
    assert assignment.incident_id == "known"
    assert "of the words of a" in assignment.reason


def test_copy_joins_the_story_it_copies():
    """A copy found by its content is no new incident, however little it says."""
    known = incident(filing("a", account(killed=3), title="Three killed in Mastung"))
    copy = filing("b", account(place=PAKISTAN), minutes=20, duplicate_of="a", title="Three killed")
    assignment = placed(copy, known)
    assert assignment is not None
    assert assignment.incident_id == "known"
    assert "a copy of a" in assignment.reason


def test_usual_country_of_an_outlet_tells_where_it_means():
    """A headline without a country: an outlet whose reports are all from one country means that one."""
    herat = Place(name="Herat", district="Herat", province="Herat", country="Afghanistan")
    known = [
        incident(
            filing(f"k{n}", account(killed=n + 4, place=herat, date=None), outlet="Kabul Wire", minutes=n, title=f"Herat {n}"), name=f"k{n}"
        )
        for n in range(3)
    ]
    here = account(killed=2, date=None, attack_type="armed assault", target="police")
    abroad = incident(filing("p", replace(here, place=BANNU), title="Two policemen shot dead in Bannu", minutes=3), name="abroad")
    at_home = incident(filing("q", replace(here, place=herat), title="Two policemen shot dead in Herat", minutes=3), name="home")
    told = filing("n", replace(here, place=None), outlet="Kabul Wire", minutes=9, title="Two policemen shot dead")
    assignment = placed(told, *known, abroad, at_home)
    assert assignment is not None
    assert assignment.incident_id == "home"
    assert placed(replace(told, publisher="Unknown Wire"), *known, abroad, at_home) != assignment


def test_order_of_candidates_does_not_matter():
    """Two equal candidates: the answer is the same whichever is handed in first."""
    first = incident(filing("a", account(killed=9)), name="first")
    second = incident(filing("b", account(killed=9)), name="second")
    told = filing("c", account(killed=9), minutes=10)
    assert placed(told, first, second) == placed(told, second, first)


def test_new_version_may_go_back_to_an_incident_left_empty():
    """While an edited item is filed again its incident can be without any filing: its facts still count."""
    known = replace(incident(filing("a", account(killed=9))), filings=())
    assignment = placed(filing("a", account(killed=12), minutes=30), known)
    assert assignment is not None
    assert assignment.incident_id == "known"


def test_a_news_day_ends_in_the_right_incidents():
    """Nine items, three attacks: the incidents are what an editor would make of them."""
    items = [
        filing("m1", account(killed=9, injured=20, target="religious procession or site"), minutes=0),
        filing("q1", account(killed=1, place=SARIAB, attack_type="armed assault", target="police"), minutes=30),
        filing("m2", account(killed=17, attack_type="suicide bombing", target="religious procession or site"), minutes=60),
        filing("b1", account(killed=4, place=BANNU, attack_type="armed assault", target="security forces"), minutes=70),
        filing("m3", account(killed=17, place=BALOCHISTAN, target="religious procession or site"), minutes=90),
        filing("q2", account(killed=1, place=QUETTA, attack_type="armed assault", target="police"), minutes=120),
        filing("m4", follow_up(groups=(mention(TTP, "denied"),), date=None), minutes=400),
        filing("b2", account(killed=6, place=BANNU, attack_type="armed assault", target="security forces"), minutes=900),
        filing("m5", account(killed=23, date=DAY, dated=True, place=MASTUNG), minutes=1_500),
    ]
    groups = sorted(sorted(one.item_key for one in members) for members in filed(items).values())
    assert groups == [["b1", "b2"], ["m1", "m2", "m3", "m4", "m5"], ["q1", "q2"]]


def test_now_decides_what_is_open():
    """The clock is an argument: the same account opens an incident when the known one has closed."""
    known = incident(filing("a", account(killed=9)))
    late = filing("b", account(killed=9))
    closed = assign(late, [known], now=NOON + dt.timedelta(days=40))
    assert closed is not None
    assert closed.incident_id is None
