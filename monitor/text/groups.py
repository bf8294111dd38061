"""Where a text names armed groups. What it says of them and an attack is told by `monitor.text.stance`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.model import Group
from monitor.text.names import NameIndex

# "Taliban" alone: whom it means depends on where. Both ids are the rule files' own; an unlisted one leaves the name ambiguous.
AMBIGUOUS = {"taliban": {"Pakistan": "ttp", "Afghanistan": "afghan-taliban"}}

# The official word for the Pakistani Taliban: who uses it blames them.
STATE_WORDS = re.compile(r"fitna|kh[aw]+r[ie]*j|\bFA[KH]\b", re.IGNORECASE)

# "khawarij" without "fitna": everybody's word for his rebels.
BARE_STATE_WORD = re.compile(r"kh", re.IGNORECASE)

_OPPOSED = re.compile(r"(?:anti|non|ex|pro|counter|post|pre)[-‐-― ]$", re.IGNORECASE)
_GOVERNMENT = re.compile(
    r"[-‐-― ](?:led|run|ruled|controlled|appointed|installed|backed|era|held|dominated)\b"
    r"|(?:'s|’s|s['’])?\s+(?:(?:\w+[\s-]){0,2}?)(?:government|regime|administration|authorities|ministry|ministries|rulers?|officials?|takeover|cabinet"
    r"|minister|governor|rule|courts?|judges?|directorates?|departments?|convoy|vehicles?|pick-?ups?|checkpoints?|outposts?|posts?|patrols?|compound|police|intelligence|foreign|interior|defen[cs]e|supreme|embassy|delegat\w+|diplomats?|envoy|security)\b",
    re.IGNORECASE,
)
# "Al-Shabaab, an al-Qaida ally": the name tells whose friend the actor is.
_RELATIVE = re.compile(
    r"(?:['’]s)?[\s-]+(?:ally|allies|offshoot|splinter|breakaway|linked|allied|aligned|inspired)\b(?!\s+(?:gunm[ae]n|militants?|fighters?|rebels?|men)\b)",
    re.IGNORECASE,
)
# "a faction that broke away from the TTP claimed it": the faction did.
_LEFT = re.compile(
    r"\b(?:br(?:oke|oken|eaking) (?:away|off|ranks)|split|splintered|defected|parted ways|seceded) (?:from|with) (?:the )?(?:[Bb]anned )?$"
)
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """A group's name at `start` to `end` of the text.

    `actor` is False where the name only qualifies something else: "the Taliban-run ministry", "Taliban officials".
    """

    start: int
    end: int
    text: str
    id: str
    name: str
    actor: bool = True


class GroupFinder:
    """Finds every spelling of the given groups; the longest wins, acronyms marked exact keep their case."""

    def __init__(self, groups: Sequence[Group]) -> None:
        self._groups = tuple(groups)
        self._names = {group.id: group.name for group in groups}
        loose: list[tuple[str, int]] = []
        exact: list[tuple[str, int]] = []
        for index, group in enumerate(groups):
            if not any(alias.text == group.name for alias in group.aliases):
                loose.append((group.name, index))
            for alias in group.aliases:
                (exact if alias.exact_case else loose).append((alias.text, index))
        self._index = NameIndex(loose, exact)

    def find(self, text: str, *, country: str | None = None) -> list[FoundGroup]:
        """All mentions in order, none overlapping. `country` settles a bare "Taliban"; None leaves it `taliban`.

        "anti-Taliban" is no mention; "IS" in a line of capitals is a verb.
        """
        found = []
        for start, end, value in self._index.find(text):
            group, name = self._groups[value], text[start:end]
            if _OPPOSED.search(text, max(0, start - 8), start) or (
                name.isupper() and name.lower() in _ENGLISH and _in_capitals(text, start, end)
            ):
                continue
            ruling = group.id in ("taliban", "afghan-taliban") and _GOVERNMENT.match(text, end) is not None
            mention = FoundGroup(
                start,
                end,
                name,
                group.id,
                group.name,
                not ruling and _RELATIVE.match(text, end) is None and not _LEFT.search(text, max(0, start - 40), start),
            )
            if ruling and group.id == "taliban":
                mention = self._as(mention, "afghan-taliban")
            found.append(self.settle(mention, country))
        return [one for n, one in enumerate(found) if not any(_only_says_whose(text, one, after) for after in found[n + 1 : n + 2])]

    def settle(self, mention: FoundGroup, country: str | None) -> FoundGroup:
        """The mention with an ambiguous name settled by the country that is spoken of, where that can be."""
        settled = AMBIGUOUS.get(mention.id, {}).get(country or "")
        return self._as(mention, settled) if settled else mention

    def _as(self, mention: FoundGroup, group_id: str) -> FoundGroup:
        return replace(mention, id=group_id, name=self._names[group_id]) if group_id in self._names else mention


def _only_says_whose(text: str, mention: FoundGroup, after: FoundGroup) -> bool:
    """ "khwarij of the Hafiz Gul Bahadur faction": the state's word for fighters, with the name of the group that they are of."""
    return BARE_STATE_WORD.match(mention.text) is not None and _OF_THE.fullmatch(text, mention.end, after.start) is not None


_OF_THE = re.compile(r"\s+(?:of|from|belonging to|affiliated with|associated with|linked to)\s+(?:the\s+)?(?:[Bb]anned\s+)?")


def settled(mention: FoundGroup, country: str | None, others: Sequence[FoundGroup], sentence: str = "") -> FoundGroup:
    """The mention with a bare "Taliban" settled by the country of the account that it is tied to.

    In Pakistan it means the TTP, unless the text names the TTP beside it as somebody else ("the TTP and the Taliban claimed"). In
    Afghanistan the rulers' "khawarij" are Islamic State's men, unless the sentence is Pakistan's.
    """
    if country == "Afghanistan" and BARE_STATE_WORD.match(mention.text) and not _PAKISTANS.search(sentence):
        return replace(mention, id="iskp", name=_NAMES["iskp"])
    if mention.id not in AMBIGUOUS:
        return mention
    choice = AMBIGUOUS[mention.id].get(country or "")
    beside = any(other.id == "ttp" and 0 < mention.start - other.end < 12 for other in others)
    if choice == "ttp" and beside:
        choice = "afghan-taliban"
    if choice is None:
        return mention
    return replace(mention, id=choice, name=_NAMES.get(choice, mention.name))


_PAKISTANS = re.compile(r"\b(?:ISPR|Pakistan\w*|Islamabad|Rawalpindi)\b")
_NAMES = {"iskp": "Islamic State Khorasan Province", "ttp": "Tehreek-e-Taliban Pakistan", "afghan-taliban": "Afghan Taliban"}
_ENGLISH = frozenset({"is", "aff", "bra", "sla", "uba", "it", "as"})


def _in_capitals(text: str, start: int, end: int) -> bool:
    """Whether the name stands in a line of capitals, where it may be a plain word."""
    left, right = text.rfind("\n", max(0, start - 200), start) + 1 or max(0, start - 200), text.find("\n", end, end + 200)
    line = text[left:start] + text[end : right if right >= 0 else end + 200]
    words = [word for word in _LETTERS.findall(line) if len(word) > 1][:40]
    return len(words) >= 2 and sum(word.isupper() for word in words) >= 0.7 * len(words)
