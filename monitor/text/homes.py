"""Which attack a sentence of a report belongs to: the one told last, one told before it, or another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from monitor.text.draft import Draft, contradicts, same_count
from monitor.text.fresh import cues
from monitor.text.guarded import guarded
from monitor.text.halves import AT_HOSPITAL
from monitor.text.lines import Line

# "A sepoy lost his life in the second operation"
NTH = ("first", "second", "third")
IN_THE_NTH = guarded(
    r"\bin the (?P<nth>first|second|third) (?:operation|attack|incident|encounter|engagement|blast|explosion|raid|clash)\b"
    r"(?! (?:took|of|in)\b)",
    re.IGNORECASE,
)


def home_of(line: Line, fresh: Sequence[Draft], current: Draft) -> Draft | None:
    """The attack that a line belongs to; None opens a new one."""
    if len(fresh) > 1 and not line.districts and (not line.statements or _is_claim(line)):
        return _most_akin(line, fresh, current)
    if len(fresh) > 1 and not line.districts and not line.apart and not same_count(line, current) and _told_before(line, current):
        # "The trackman, who was on patrol, was hurt": of the first attack, after the lead has told of both
        same = [(_figures(line, draft), draft) for draft in fresh if same_count(line, draft) and not contradicts(line, draft)]
        most = max((count for count, _ in same), default=0)
        best = [draft for count, draft in same if count == most]
        if len(best) == 1:
            return best[0]
    same_place = at_the_same_place(line, fresh)
    unplaced = [draft for draft in fresh if not draft.districts]
    # "The assault on the camp in Nowshera wounded 19", after the lead has told of it and of another attack
    goes_on = not line.tells or (len(unplaced) == 1 and _IT.match(line.sentence.text) and not contradicts(line, unplaced[0]))
    # "The passengers were killed in Mastung", after the lead has told of them and of a post
    goes_on = goes_on or (len(unplaced) > 1 and line.sentence.text.startswith("The ") and not any(s.count for s in line.statements))
    if len(fresh) > 1 and unplaced and line.districts and not same_place and goes_on:
        return _most_akin(line, unplaced, unplaced[0])
    if line.day is not None and line.tells and line.event:
        same_day = next((draft for draft in fresh if _same_day(line, draft)), None)
        if same_day is not None:
            return same_day
        if not same_place and all(d.days and line.day not in d.days for d in fresh) and contradicts(line, current):
            return None
    if line.apart and _at_a_new_place(line, fresh):
        return None
    if same_place and line.apart and line.tells and (again := [draft for draft in same_place if same_count(line, draft)]):
        return again[0]  # "Similarly, two died in Shikarpur", and further down: "Meanwhile, two died in Shikarpur when …"
    if same_place and not (line.apart and line.tells):
        return same_place[0]
    return None if _opens_another(line, fresh, current) else current


_IT = re.compile(r"The (?:assault|attack|raid|siege|ambush|bombing|blast|explosion) (?:on|at|in|near)\b")


def _told_before(line: Line, current: Draft) -> bool:
    """Whether a line cannot go on with the attack told last: other figures, or "the five injured", where it had none."""
    return contradicts(line, current) or (line.sentence.text.startswith(("The ", "Those ")) and any(s.count for s in line.statements))


def _figures(line: Line, draft: Draft) -> int:
    """How many figures of a line the draft has."""
    return sum(bool(s.count) and s.count in draft.counts(s.field) for s in line.statements)


def _at_a_new_place(line: Line, fresh: Sequence[Draft]) -> bool:
    """ "After the blasts in Ghotki and Karachi, a cracker also exploded in Larkana", which no other line has named."""
    known = frozenset().union(*(draft.districts for draft in fresh))
    told = [draft for draft in fresh if draft.districts and (draft.tells or (line.asserts and any(told.asserts for told in draft.lines)))]
    return bool(line.districts - known) and not line.back and bool(told)


def _is_claim(line: Line) -> bool:
    """ "The front claimed the killing of the officers": no casualties of its own."""
    return not any(s.count for s in line.statements) and "boast" in cues(line.sentence.text)


def _same_day(line: Line, draft: Draft) -> bool:
    near = not line.districts or not draft.districts or bool(line.districts & draft.districts)
    return line.day in draft.days and near and not line.apart


# "The police confirmed the assault in Andarab, but said that two were killed"
CONFIRMS = guarded(
    r"\b(?:confirmed|acknowledged|admitted|denied|rejected) (?:the|that) (?:\w+ )?"
    r"(?:attack|assault|incident|ambush|raid|clash|blast|shooting)\b",
    re.IGNORECASE,
)
# "The martyred soldiers were identified as Sepoy Imran from Bajaur and …"
NAMES_THEM = guarded(r"\b(?:was|were|has been|have been) identified as\b", re.IGNORECASE)
_OF_VICTIMS = guarded(r"\b(?:martyr\w*|shaheed|victims?|deceased|policem[ae]n|soldiers?|personnel|injured|wounded)\b", re.IGNORECASE)


def of_fighters(line: Line, draft: Draft) -> Line:
    """ "The killed men were identified as Ali and Gul", where only fighters were killed."""
    if not NAMES_THEM.search(line.sentence.text) or _OF_VICTIMS.search(line.sentence.text):
        return line
    if draft.counts("killed") or not draft.counts("militants_killed"):
        return line
    return replace(line, statements=tuple(replace(s, field="militants_killed") if s.field == "killed" else s for s in line.statements))


# "Troops chased them into the hills of Khyber and killed four": still the attack before it.
_PURSUIT = guarded(
    r"\b(?:chas|pursu)(?:ed|ing) (?:them|the|down)\b|\b(?:in|hot) pursuit\b|\b(?:of|among) the (?:attackers|assailants)\b"
    r"|\bfleeing (?:attackers|assailants|militants|terrorists|gunmen)\b",
    re.IGNORECASE,
)


# "The deputy premier, who had met him only hours before, condemned the killing"
_REACTION = guarded(r"\b(?:condemned|denounced|deplored|mourned|paid tribute|expressed (?:\w+ ){0,3}(?:grief|sorrow))\b", re.IGNORECASE)


def _opens_another(line: Line, fresh: Sequence[Draft], current: Draft) -> bool:
    """Whether a line's wording or its place sets it apart from the attack told last."""
    if _PURSUIT.search(line.sentence.text) or _REACTION.search(line.sentence.text):
        return False
    if AT_HOSPITAL.search(line.sentence.text) and not {"means", "bombed"} & cues(line.sentence.text):
        return False  # "Separately, the health officer said that 150 injured had been brought to the hospital"
    if (line.apart or (line.asserts and _NEXT.match(line.sentence.text))) and line.event and current.tells and _elsewhere(line, current):
        return True  # "Another operation was conducted in Domel", whose toll follows
    if line.asserts and line.event and current.tells and _FAR_OFF.match(line.sentence.text) and _elsewhere(line, current):
        return True
    if line.asserts and line.event and current.tells and opens_with_its_place(line) and _elsewhere(line, current) and not line.back:
        return True  # "In neighbouring Tank, men broke into a school and set fire to three rooms"
    if not line.tells or (same_count(line, current) and not ((line.apart or opens_with_its_place(line)) and _elsewhere(line, current))):
        return False
    if line.apart and any(draft.tells or draft.harmless for draft in fresh):
        return True
    if not line.districts or not current.tells:
        return False
    if not current.districts and (_may_be_a_share(line, current) or _with_companions(line, current)):
        return False
    if not current.districts and all(told.sentence.part != "body" for told in current.lines):
        return False  # a summary's words come before the story
    if any(s.count and current.counts(s.field) for s in line.statements):
        return True
    fought = any(s.count and s.field == "militants_killed" for s in line.statements)
    told = frozenset().union(*(told.provinces for told in current.lines))
    if fought and line.asserts and current.counts("killed") and line.provinces and told and not line.provinces & told:
        return True  # "In the east, forces killed three bombers in Barmal", after rockets on Bagram
    # "Militants hurled a grenade at a post in Mardan, injuring three": a deed of its own at a place of its own
    victims = any(s.count and s.field in ("killed", "injured") for s in line.statements)
    armed = victims and line.era in ("now", "open") and _elsewhere(line, current)
    return armed and bool(_ARMS & (said := cues(line.sentence.text))) and "aftermath" not in said


# "Within the hour, explosives blew away three feet of track near Ghotki"
_NEXT = re.compile(
    r"(?:Within (?:the|an|half an|minutes|hours)|Minutes|Shortly|Soon|A little|Some time|Later|Earlier|Meanwhile|Around the same time)\b"
)
# "Some 300 kilometres to the west, fighters stormed a town in Mastung"
_FAR_OFF = re.compile(
    r"(?:(?:Some|About|Around|Nearly|Roughly|More than|Over) )?\d[\d,.]* ?(?:km|kms|kilomet(?:re|er)s|miles)\b[^,;.]{0,60},", re.IGNORECASE
)
_ARMS = {"means", "cause"}


def opens_with_its_place(line: Line) -> bool:
    """Whether a line begins "In Mastung, gunmen …", as the next attack of a list does."""
    return any(m.start - line.sentence.start < _REACH for m in line.scenes) and line.sentence.text.startswith(("In ", "At ", "Near "))


_REACH = 24


def _with_companions(line: Line, current: Draft) -> bool:
    """ "The head of the department was killed in Badakhshan. He and a bodyguard were shot in Faizabad": one more than was told first."""
    provinces = frozenset().union(*(told.provinces for told in current.lines))
    return not line.apart and current.counts("killed") == {1} and bool(line.provinces & provinces)


def _may_be_a_share(line: Line, current: Draft) -> bool:
    """Whether a line with a report's first place only says more of what its first sentence counts: "… killing six. Near Mir Ali, two"."""
    lead = current.lines[0]
    if line.apart or line.sentence.n > lead.sentence.n + 3 or "several" in cues(lead.sentence.text):
        return False
    told = [(s.count, current.counts(s.field)) for s in line.statements if s.count and current.counts(s.field)]
    return all(count < max(c or 0 for c in counts) for count, counts in told)


def _elsewhere(line: Line, draft: Draft) -> bool:
    return bool(line.districts and draft.districts and not line.districts & draft.districts)


_WORD = re.compile(r"[a-z]{4,}")
_COMMON = frozenset(
    """
    attack attacks attacked blast group claimed responsibility police security killed injured people their which after there
    officials saying would other about said says with from were been have that this they near after over also when where while
    """.split()
)


def _most_akin(line: Line, fresh: Sequence[Draft], current: Draft) -> Draft:
    """The draft that shares most words with a line such as "… claimed the checkpoint attack"; else the one told last."""
    words = set(_WORD.findall(line.sentence.text.lower())) - _COMMON
    shared = [(len(words & {w for told in draft.lines for w in _WORD.findall(told.sentence.text.lower())}), draft) for draft in fresh]
    most = max(count for count, _ in shared)
    best = [draft for count, draft in shared if count == most]
    return best[0] if most and current not in best else current


def at_the_same_place(line: Line, fresh: Sequence[Draft]) -> list[Draft]:
    """The drafts that name a district of the line, by the order in which the line names them, the latest draft first."""
    ordered = [m.place.district or m.place.name for m in line.scenes if m.level in ("district", "town", "area")]
    return list({id(d): d for name in ordered for d in reversed(fresh) if name in d.districts}.values())


_CLAIMED_THEM = guarded(
    r"\b(?:claimed|denied|owned|accepted|(?:took|claimed|accepted|denied) (?:the )?responsibility for|was blamed for|were blamed on)"
    r" (?:both|all|those|these|that|each|the (?:two|latter|earlier))\b",
    re.IGNORECASE,
)


def claims_them(line: Line, told: Line) -> bool:
    """Whether a sentence says who made the attacks that its paragraph has just recalled."""
    same = line.sentence.part == told.sentence.part == "body" and line.sentence.paragraph == told.sentence.paragraph
    return same and line.day is None and not line.tells and _CLAIMED_THEM.search(line.sentence.text) is not None


def at_another_spot(line: Line, draft: Draft) -> bool:
    """Whether a line that opens a paragraph names other towns or areas than all of an attack's lines do."""
    here, there = _spots([line]), _spots(draft.lines)
    return line.sentence.paragraph != draft.lines[-1].sentence.paragraph and bool(here and there) and not here & there


def _spots(lines: Sequence[Line]) -> frozenset[str]:
    return frozenset(m.place.name for line in lines for m in line.scenes if m.level in ("town", "area") and m.place.name)
