"""Groups the lines of a report into attacks: a report may tell of three and recall five."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from monitor.text.draft import Draft, contradicts, same_count
from monitor.text.fresh import cues
from monitor.text.guarded import guarded
from monitor.text.halves import AT_HOSPITAL
from monitor.text.history import goes_on, is_long_ago, is_of_the_day_before, is_older
from monitor.text.lines import Line
from monitor.text.newness import totals
from monitor.text.statements import Statement
from monitor.text.sums import adds_up, is_overview, shares, sums


def group_lines(lines: Sequence[Line], *, roundup: bool = False) -> list[Draft]:
    """Fresh attacks and recalled ones, in the order in which they come up. Lines that only count many attacks belong to none.

    `roundup`: each paragraph of the report is a story of its own.
    """
    teasers = [line for line in lines if line.sentence.part == "summary"]
    sorting = _sorted(lines, roundup, heads=("title", "summary") if teasers else ("title",))
    heads: tuple[str, ...] = ("title", "summary")
    if teasers and not _at_several_places([draft for draft in sorting.fresh if any(line.statements for line in draft.lines)]):
        # A teaser of several attacks says of neither enough to begin with; that of one is its first sentence.
        heads = ("title",)
        sorting = _sorted(lines, roundup, heads=heads)
    sorting.fresh = _with_their_teasers(_without_each_others(_without_sums(sorting.fresh)))
    if sorting.told_one_by_one:
        sorting.fresh = [_with_its_share(draft) for draft in sorting.fresh]
    body = [line for line in lines if line.sentence.part not in heads]
    counted = not sorting.fresh and not sorting.recalled and any(line.era == "count" and line.statements for line in body)
    if not (roundup and sorting.fresh) and not counted:
        _add_headlines([line for line in lines if line.sentence.part in heads], sorting.fresh, sorting.recalled)
    return sorting.fresh + sorting.recalled


def _with_their_teasers(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts with what a teaser says of one of them: "Sepoy martyred in Tirah", told in full further down."""
    out = list(drafts)
    for teaser in [draft for draft in drafts if all(line.sentence.part == "summary" for line in draft.lines)]:
        told = next((d for d in out if d is not teaser and d.districts & teaser.districts and _has_body(d)), None)
        if told is not None:
            out = [d for d in out if d is not teaser]
            told.lines.extend(replace(line, statements=()) for line in teaser.lines)
    return out


def _has_body(draft: Draft) -> bool:
    return any(line.sentence.part == "body" for line in draft.lines)


_OF_ALL = re.compile(r"\w+ of (?:them|these|those|whom)", re.IGNORECASE)


def _with_its_share(draft: Draft) -> Draft:
    """ "Twelve were killed in two operations. In Kulachi, troops found khwarij. Seven of them were killed": all that were, there."""
    plain = {s.field for line in draft.lines for s in line.statements if s.count and not s.part}
    lines = [
        replace(line, statements=tuple(replace(s, part=False) if _is_share(s) and s.field not in plain else s for s in line.statements))
        for line in draft.lines
    ]
    return replace(draft, lines=lines)


def _is_share(statement: Statement) -> bool:
    return statement.part and bool(statement.count) and _OF_ALL.match(statement.text) is not None


def _without_sums(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts without what a lead adds up of all of them: "Six died and five were hurt in two attacks", told one by one after it."""
    if len(drafts) < 2:
        return list(drafts)
    wholes = {(name, whole) for name in ("killed", "injured", "militants_killed") if (whole := _whole(drafts, name))}
    if not wholes:
        return list(drafts)
    return [
        replace(
            draft,
            lines=[replace(line, statements=tuple(s for s in line.statements if (s.field, s.count) not in wholes)) for line in draft.lines],
        )
        for draft in drafts
    ]


def _without_each_others(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts without what a lead tells of another of them: "A drone hit a station and gunmen killed two soldiers farther north"."""
    placed = [[(s.field, s.count) for line in draft.lines if line.districts for s in line.statements if s.count] for draft in drafts]
    out = []
    for n, draft in enumerate(drafts):
        own = {field for field, _ in placed[n]}
        others = {figure for m, figures in enumerate(placed) if m != n for figure in figures} - set(placed[n])
        lines = [
            line
            if line.districts or not line.statements
            else replace(line, statements=tuple(s for s in line.statements if s.field not in own or (s.field, s.count) not in others))
            for line in draft.lines
        ]
        out.append(replace(draft, lines=lines))
    return out


def _whole(drafts: Sequence[Draft], name: str) -> int:
    """The figure that adds up those of all drafts, where the first of them has one of its own beside it; else 0."""
    told = [[s.count for line in draft.lines for s in line.statements if s.field == name and s.count and not s.part] for draft in drafts]
    first = next((counts for counts in told if counts), [])
    rest = sum(counts[0] for counts in told if counts and counts is not first)
    running = {s.count for draft in drafts for line in draft.lines if totals(line) for s in line.statements if s.field == name}
    for whole in first if rest else ():
        if whole not in running and whole - rest in first and (whole > _FEW or _is_a_sum(whole, name, drafts)):
            return whole
    return 0


def _is_a_sum(whole: int, name: str, drafts: Sequence[Draft]) -> bool:
    """Whether a sentence that speaks of several attacks gives this figure."""
    lines = [line for draft in drafts for line in draft.lines if any(s.field == name and s.count == whole for s in line.statements)]
    return any(map(adds_up, lines))


_FEW = 3  # so many come about by chance


def _at_several_places(drafts: Sequence[Draft]) -> bool:
    named = [draft.districts for draft in drafts]
    return len(named) > 1 and all(named) and sum(map(len, named)) == len(frozenset().union(*named))


def _sorted(lines: Sequence[Line], roundup: bool, *, heads: Sequence[str]) -> _Sorting:
    """The attacks of the sentences outside the parts that are `heads`."""
    body = [line for line in lines if line.sentence.part not in heads]
    summed = sums(body)
    overviews = {line.sentence.n for line in body if is_overview(line, body)}
    days = frozenset(line.day for line in body if line.sentence.n in summed | overviews and line.day is not None)
    parts = set() if summed else shares(body)
    if any(map(adds_up, body[:2])):
        parts -= {line.sentence.n for line in body if line.apart}  # "An hour later, two constables": of the other attack
    if added := summed | overviews:
        body = [line if line.sentence.n in added else _share_of_the_sum(line) for line in body]
    sorting = _Sorting(parts, roundup, told_one_by_one=bool(added), days=days)
    for line in body:
        if line.era != "count" and (line.event or line.statements or line.apart) and line.sentence.n not in added:
            sorting.take(line)
        elif line.districts:
            sorting.turn_to(line)
    for draft in sorting.fresh if len(days) == 1 else ():
        draft.day = next(iter(days))
    return sorting


_OF_THE_VICTIMS = re.compile(r"\w+ of (?:the|\w+['’]s) (?:victims|dead|deaths|slain|killed|martyrs)", re.IGNORECASE)


def _share_of_the_sum(line: Line) -> Line:
    """ "Three of the victims were gunned down in Karachi", after a sum of several places: all that died there."""
    if not line.districts or not any(s.part and _OF_THE_VICTIMS.fullmatch(s.text) for s in line.statements):
        return line
    return replace(line, statements=tuple(replace(s, part=False) if _OF_THE_VICTIMS.fullmatch(s.text) else s for s in line.statements))


@dataclass(slots=True)
class _Sorting:
    """The lines taken so far. `shares`: sentences that divide up the first figure. `history`: where history was told last.
    `told_one_by_one`: the attacks of several places, which a total has added up before or after; `days`: those that the total names."""

    shares: set[int]
    roundup: bool
    told_one_by_one: bool = False
    days: frozenset[dt.date] = frozenset()
    fresh: list[Draft] = field(default_factory=list)
    recalled: list[Draft] = field(default_factory=list)
    current: Draft | None = None
    history: tuple[int, Draft] | None = None

    def take(self, line: Line) -> None:
        """Put one line where it belongs: to history, to an attack told before, or to a new one."""
        right_after = self.history is not None and self.history[0] == line.sentence.n - 1
        if self._is_history(line):
            self._recall(line, again=right_after and not line.tells)
        elif is_of_the_day_before(line):
            self._recall(line, again=False)
            self.history = None  # what comes next is of today
        elif is_older(line, self.fresh, self.days):
            self._recall(line, again=False)
        elif right_after and self.history and _claims_them(line, self.history[1].lines[-1]):
            self._recall(line, again=True)  # "Two bombs hit the city in 2023. ISIS-K claimed both attacks."
        elif right_after and line.sentence.other and is_long_ago(line):
            self._recall(line, again=False)  # "On the 20th 26 pilgrims were killed, and three died on the 23rd"
        elif self.history and right_after and line.sentence.part == "body" and goes_on(line, self.history[1], self.fresh):
            self._recall(line, again=True)  # "In 2014, … . The attackers killed 130 pupils."
        elif line.tells or line.statements or line.asserts or line.refers or (line.apart and line.districts):
            self._report(line)

    def turn_to(self, line: Line) -> None:
        """ "In Dasht, masked men let the driver go. No one was hurt": what comes next is of the attack told there."""
        if len(self.fresh) > 1 and _opens_with_its_place(line):
            self.current = next(iter(_at_the_same_place(line, self.fresh)), self.current)

    def _is_history(self, line: Line) -> bool:
        if line.era == "past":
            return True
        if line.era != "after" or line.sentence.n in self.shares:
            return False
        sequel = "sequel" in cues(line.sentence.text)
        if not any(draft.tells or (sequel and draft.days) or draft.harmless for draft in self.fresh):
            return False
        speaks = line.tells or sequel
        told_again = line.statements and any(same_count(line, draft) for draft in self.fresh)
        other_day = sequel and line.day is not None and not any(line.day in draft.days for draft in self.fresh)
        return speaks and (other_day or not told_again)

    def _recall(self, line: Line, *, again: bool) -> None:
        if again and self.history is not None:
            draft = self.history[1]
            draft.lines.append(line)
        else:
            draft = Draft([line], recalled=True)
            self.recalled.append(draft)
        self.history = (line.sentence.n, draft)

    def _report(self, line: Line) -> None:
        home = self._home(line)
        if home is None:
            home = Draft()
            self.fresh.append(home)
        home.lines.append(_of_fighters(line, home))
        self.current = home

    def _home(self, line: Line) -> Draft | None:
        current = self.current
        if current is None:
            return None
        if self.roundup and line.sentence.paragraph != current.lines[-1].sentence.paragraph:
            return next((draft for draft in self.fresh if line.districts & draft.districts), None)
        tells = line.asserts or line.tells
        known = current.tells or (bool(current.districts) and any(told.asserts for told in current.lines))
        if (nth := _IN_THE_NTH.search(line.sentence.text)) is not None:
            told = [draft for draft in self.fresh if _has_body(draft)]
            at = _NTH.index(nth["nth"].lower())
            if at < len(told) and (not line.districts or line.districts & told[at].districts):
                return told[at]
        of_it = _NAMES_THEM.search(line.sentence.text) or (len(self.fresh) == 1 and _CONFIRMS.search(line.sentence.text))
        if of_it and not line.apart:
            return current
        if self.told_one_by_one and tells and line.districts and known and not _at_the_same_place(line, self.fresh):
            return None  # the place comes first, its toll in the next sentence
        if self.told_one_by_one and line.asserts and line.tells and known and _at_another_spot(line, current):
            return None  # "At around 4:30pm, a bomb went off in Paniala", in the district of the first
        return current if line.sentence.n in self.shares else _home(line, self.fresh, current)


# "A sepoy lost his life in the second operation"
_NTH = ("first", "second", "third")
_IN_THE_NTH = guarded(
    r"\bin the (?P<nth>first|second|third) (?:operation|attack|incident|encounter|engagement|blast|explosion|raid|clash)\b"
    r"(?! (?:took|of|in)\b)",
    re.IGNORECASE,
)


def _home(line: Line, fresh: Sequence[Draft], current: Draft) -> Draft | None:
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
    same_place = _at_the_same_place(line, fresh)
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
_CONFIRMS = guarded(
    r"\b(?:confirmed|acknowledged|admitted|denied|rejected) (?:the|that) (?:\w+ )?"
    r"(?:attack|assault|incident|ambush|raid|clash|blast|shooting)\b",
    re.IGNORECASE,
)
# "The martyred soldiers were identified as Sepoy Imran from Bajaur and …"
_NAMES_THEM = guarded(r"\b(?:was|were|has been|have been) identified as\b", re.IGNORECASE)
_OF_VICTIMS = guarded(r"\b(?:martyr\w*|shaheed|victims?|deceased|policem[ae]n|soldiers?|personnel|injured|wounded)\b", re.IGNORECASE)


def _of_fighters(line: Line, draft: Draft) -> Line:
    """ "The killed men were identified as Ali and Gul", where only fighters were killed."""
    if not _NAMES_THEM.search(line.sentence.text) or _OF_VICTIMS.search(line.sentence.text):
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
    if line.asserts and line.event and current.tells and _opens_with_its_place(line) and _elsewhere(line, current) and not line.back:
        return True  # "In neighbouring Tank, men broke into a school and set fire to three rooms"
    if not line.tells or (same_count(line, current) and not ((line.apart or _opens_with_its_place(line)) and _elsewhere(line, current))):
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


def _opens_with_its_place(line: Line) -> bool:
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


def _at_the_same_place(line: Line, fresh: Sequence[Draft]) -> list[Draft]:
    """The drafts that name a district of the line, by the order in which the line names them, the latest draft first."""
    ordered = [m.place.district or m.place.name for m in line.scenes if m.level in ("district", "town", "area")]
    return list({id(d): d for name in ordered for d in reversed(fresh) if name in d.districts}.values())


_CLAIMED_THEM = guarded(
    r"\b(?:claimed|denied|owned|accepted|(?:took|claimed|accepted|denied) (?:the )?responsibility for|was blamed for|were blamed on)"
    r" (?:both|all|those|these|that|each|the (?:two|latter|earlier))\b",
    re.IGNORECASE,
)


def _claims_them(line: Line, told: Line) -> bool:
    """Whether a sentence says who made the attacks that its paragraph has just recalled."""
    same = line.sentence.part == told.sentence.part == "body" and line.sentence.paragraph == told.sentence.paragraph
    return same and line.day is None and not line.tells and _CLAIMED_THEM.search(line.sentence.text) is not None


def _at_another_spot(line: Line, draft: Draft) -> bool:
    """Whether a line that opens a paragraph names other towns or areas than all of an attack's lines do."""
    here, there = _spots([line]), _spots(draft.lines)
    return line.sentence.paragraph != draft.lines[-1].sentence.paragraph and bool(here and there) and not here & there


def _spots(lines: Sequence[Line]) -> frozenset[str]:
    return frozenset(m.place.name for line in lines for m in line.scenes if m.level in ("town", "area") and m.place.name)


def _uncounted(line: Line, fresh: Sequence[Draft]) -> Draft | None:
    """The one attack whose victims the text names without a number ("The passengers were killed"), where no other has any killed."""
    if any(draft.counts("killed") for draft in fresh) or not any(s.field == "killed" and s.count for s in line.statements):
        return None
    named = [draft for draft in fresh if any(s.field == "killed" and s.count is None for told in draft.lines for s in told.statements)]
    return named[0] if len(named) == 1 else None


def _wants(draft: Draft, line: Line) -> bool:
    """Whether a half of a headline gives the toll that an attack at its one place still lacks: "…; two shot dead in Tank"."""
    return len(line.districts) == 1 and line.districts <= draft.districts and not draft.tells


def _add_headlines(headlines: Sequence[Line], fresh: list[Draft], recalled: list[Draft]) -> None:
    for line in headlines:
        if not (line.event or line.statements) or line.era in ("count",):
            continue
        if line.era == "past" and (fresh or recalled):
            continue
        if not fresh:
            if not recalled:
                fresh.append(Draft([line], recalled=line.era == "past"))
            continue
        if len(fresh) > 1 and line.statements and not any(same_count(line, d) or _wants(d, line) for d in fresh):
            if (home := _uncounted(line, fresh)) is not None:
                home.lines.append(line)
            continue  # "Eleven killed in a string of attacks": the sum of all
        home = next((d for d in fresh if line.districts & d.districts), None) or next((d for d in fresh if same_count(line, d)), fresh[0])
        # "Four police killed as rockets hit Peshawar airport": the figure of one attack, the place of the other.
        mixed = len(fresh) > 1 and line.tells and home.tells and not same_count(line, home)
        # A headline's sum of all may stand beside the figure of one.
        own = [s for s in line.statements if len(fresh) == 1 or s.count in home.counts(s.field) or not home.counts(s.field)]
        home.lines.append(replace(line, statements=() if mixed else tuple(own)))
