"""Names of armed groups in documents that no rule file knows yet: found by how news introduce and blame them.

Proposals for a person to review, so better one too many than one too few; still, parties and institutes are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from monitor.model import Alias, Group
from monitor.text.groups import GroupFinder

_WORD = r"[A-Z][\w’']*\w"
_LINK = r"(?:\s*[-‐–—]\s*(?:(?:e|i|ul|al)\b\s*[-‐–—]?\s*)?|\s+(?:of\s+(?:the\s+)?|in\s+)?)"
_NAME = rf"{_WORD}(?:{_LINK}{_WORD}){{0,5}}"
_SHORT = r"[A-Z][A-Z-]{0,6}[A-Z]"

_WITH_SHORT = re.compile(rf"(?P<name>{_NAME})[”\"']?\s*\((?P<short>{_SHORT})\)")
_ALSO = re.compile(rf"\((?P<short>{_SHORT})\)[:,]?\s+[Aa]lso known as (?:the )?(?P<name>{_NAME})")
_COMPOUND = re.compile(rf"\b[A-Z]\w+\s?[-‐–—]\s?(?:e|i|ul)[-‐–—\s]\s?{_WORD}(?:\s+(?:Al[-\s])?{_WORD})?")
_TALIBAN = re.compile(r"(?<!-)\b(?:(?:Afghan|Pakistani|Pakistan)\s+)?Taliban\b")
_AL = re.compile(r"\b[Aa]l[-‐–—][A-Z]\w+\b")
_BLAMED = re.compile(
    rf"(?P<before>(?:[Tt]he\s+)?(?P<name>{_NAME})[”\"']?(?:\s+\({_SHORT}\))?\s+(?:(?:has|have|had|also|later|previously)\s+)*claim(?:s|ed|ing)?\s+(?:responsibility|\w+\s+attacks?|the\s+attack))"
    rf"|(?:allegiance\s+to|link(?:ed|s)\s+(?:to|with)|branch\s+of|affiliates?\s+of|claimed\s+by|blamed\s+on|cooperating\s+with|fighters\s+of)\s+[\[“\"]*(?:the\s+)?(?:“?so-called”?\s+)?(?P<other>{_NAME})"
)
_SO_CALLED = re.compile(rf"[“\"]?so-called[”\"]?\s+(?P<name>{_NAME})")
_UNNAMED = re.compile(
    r"\b(?P<what>(?:separatist|secessionist|nationalist|insurgent)\s+(?:rebels|groups|militants|fighters|insurgents))\s+in\s+(?P<place>[A-Z]\w+)"
)

# A name with one of these is an armed group's.
_ARMED = frozenset(
    "state taliban tehreek tehrik lashkar jaish sipah harkat hizb mujahideen jihad army front brigade brigades militia liberation qaida"
    " qaeda daesh isis isil fidayeen ansar ahrar jundullah".split()
)
# A name with one of these is something else.
_CIVIL = frozenset(
    "party institute plan commissioner ministry minister bureau agency nations movement league assembly court police government council"
    " university news department commission office bank union board muslims embassy".split()
)
_MILITANT = r"(?:claim(?:s|ed)?\b|fighters\b|militants?\b|suicide\b|insurgents\b|gunmen\b|terror)"
_NO_NAME = frozenset(
    {
        "it",
        "he",
        "she",
        "they",
        "this",
        "that",
        "these",
        "both",
        "no",
        "in",
        "later",
        "which",
        "who",
        "experts",
        "the",
        "one",
        "another",
        "many",
    }
)
_DROPPED = frozenset({"the", "of", "in", "province", "e", "i", "ul", "al", "alami", "s"})
_SAME = {"tehreek": "tehrik", "pakistani": "pakistan", "qaeda": "qaida", "khurasan": "khorasan"}


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where something stands: the document's name and the sentence."""

    document: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupProposal:
    """A group with its spellings in the documents, the most usual first. `known` is the id under which rule files have it already."""

    id: str
    name: str
    aliases: tuple[Alias, ...]
    mentions: int
    sightings: tuple[Sighting, ...]
    known: str | None = None


def propose_groups(sentences: Sequence[Sighting], groups: Sequence[Group]) -> tuple[GroupProposal, ...]:
    """Every armed group that the sentences name, the most named first; those of `groups` are marked as known."""
    clusters = _clusters(sentences)
    drafted = [_drafted(key, names) for key, names in clusters.items()]
    counted = _counted(sentences, drafted)
    finder = GroupFinder(groups)
    proposals = [
        GroupProposal(
            id=group.id,
            name=group.name,
            aliases=group.aliases,
            mentions=len(counted[group.id]),
            sightings=_one_a_document(counted[group.id]),
            known=_known_as(group, finder),
        )
        for group in drafted
        if counted[group.id]
    ]
    return tuple(sorted(proposals, key=lambda proposal: (-proposal.mentions, proposal.id)))


def _clusters(sentences: Sequence[Sighting]) -> dict[frozenset[str], dict[str, int]]:
    """Key words → the spellings that share them, with how often each introduced the group. Short names join what they stand for."""
    clusters: dict[frozenset[str], dict[str, int]] = {}
    shorts: dict[str, frozenset[str]] = {}
    text = "\n".join(sighting.sentence for sighting in sentences)
    for name, short in _introduced(text):
        key = _key(name)
        shorts.setdefault(short, key)
        for spelling in (name, short):
            _count(clusters, key, spelling)
    for hit in _ALSO.finditer(text):
        if hit["short"] in shorts:
            _count(clusters, shorts[hit["short"]], _trimmed(hit["name"]))
    also = {_key(name): key for key, names in clusters.items() for name in names if name not in shorts}
    for name in _blamed(text):
        key = shorts.get(name) or also.get(_key(name)) or _key(name)
        if key and (key in clusters or _is_armed(name) or name in shorts):
            _count(clusters, key, name)
    return clusters


def _count(clusters: dict[frozenset[str], dict[str, int]], key: frozenset[str], name: str) -> None:
    names = clusters.setdefault(key, {})
    names[name] = names.get(name, 0) + 1


def _introduced(text: str) -> Iterator[tuple[str, str]]:
    """ "Tehreek-e-Taliban Pakistan (TTP)": the name and what it is called in short, if it is an armed group's."""
    for hit in _WITH_SHORT.finditer(text):
        short = hit["short"]
        name = _from_initial(hit["name"], short)
        if name and not _words(name) & _CIVIL and (_is_armed(name) or re.search(rf"\b{re.escape(short)}\b[^.]{{0,40}}{_MILITANT}", text)):
            yield name, short


def _from_initial(name: str, short: str) -> str:
    """The name from the first word that the short form may begin with: "Group, Tehreek-e-Taliban" begins at T."""
    words = list(re.finditer(_WORD, name))
    for word in words:
        if word[0][0] == short[0]:
            return _trimmed(name[word.start() :])
    return ""


def _blamed(text: str) -> Iterator[str]:
    for pattern in (_COMPOUND, _TALIBAN, _AL):
        for hit in pattern.finditer(text):
            yield _trimmed(hit[0])
    for hit in _BLAMED.finditer(text):
        name = _without_region(_trimmed(hit["name"] or hit["other"]))
        if name.casefold() not in _NO_NAME and not _words(name) & _CIVIL and (_is_armed(name) or re.fullmatch(_SHORT, name)):
            yield name
    for hit in _SO_CALLED.finditer(text):
        yield _trimmed(hit["name"])
    for hit in _UNNAMED.finditer(text):
        yield f"{hit['what']} in {hit['place']}"


def _trimmed(name: str) -> str:
    name = " ".join(name.split())
    name = re.sub(r"^(?:The|A|An|But|While|And|For|Most|Many)\s+", "", name)
    return re.sub(r"['’]s$", "", name)


def _without_region(name: str) -> str:
    """ "Islamic State in West Asia" is the Islamic State; a name that has the region in it is introduced with its short form."""
    head = name.partition(" in ")[0]
    return head if _is_armed(head) else name


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+", name.casefold()))


def _is_armed(name: str) -> bool:
    words = _words(name)
    return bool(words & _ARMED) or bool(_COMPOUND.fullmatch(name)) or name.casefold().startswith("al-") or bool(_UNNAMED.fullmatch(name))


def _key(name: str) -> frozenset[str]:
    return frozenset(_SAME.get(word, word) for word in _words(name) - _DROPPED)


# ---------------------------------------------------------------- a group out of its names


def _drafted(key: frozenset[str], names: dict[str, int]) -> Group:
    usual = sorted(names, key=lambda name: (-names[name], -len(name), name))
    full = [name for name in usual if not re.fullmatch(_SHORT, name)]
    name = full[0] if full else usual[0]
    shorts = sorted((short for short in usual if re.fullmatch(_SHORT, short)), key=lambda short: (-len(short.replace("-", "")), short))
    spelled = tuple(Alias(alias, exact_case=bool(re.fullmatch(_SHORT, alias))) for alias in usual)
    return Group(id=_id(name, shorts, key), name=name, aliases=spelled)


def _id(name: str, shorts: Sequence[str], key: frozenset[str]) -> str:
    """The short form where there is one, the initials of a compound ("lej"), else the words."""
    if shorts:
        return re.sub(r"[^a-z0-9]", "", shorts[0].casefold())
    compound = re.match(r"(\w)\w*\s?[-‐–—]\s?(e|i|ul)[-‐–—\s]\s?(\w)", name)
    if compound:
        return "".join(compound.groups()).casefold()
    if "separatist" in key or "secessionist" in key:
        return "-".join(word for word in re.findall(r"[a-z]+", name.casefold()) if word != "in")
    return "-".join(re.findall(r"[a-z0-9]+", name.casefold()))


def _counted(sentences: Iterable[Sighting], groups: Sequence[Group]) -> dict[str, list[Sighting]]:
    """Each group's mentions; a longer name of another group counts for that one."""
    finder = GroupFinder(groups)
    found: dict[str, list[Sighting]] = {group.id: [] for group in groups}
    for sighting in sentences:
        for hit in finder.find(sighting.sentence):
            found[hit.id].append(sighting)
    return found


def _one_a_document(sightings: Iterable[Sighting]) -> tuple[Sighting, ...]:
    first: dict[str, Sighting] = {}
    for sighting in sightings:
        first.setdefault(sighting.document, sighting)
    return tuple(first.values())


def _known_as(group: Group, finder: GroupFinder) -> str | None:
    """The id of the known group that one of the spellings names as a whole."""
    for alias in group.aliases:
        for hit in finder.find(alias.text):
            if hit.start == 0 and hit.end == len(alias.text):
                return hit.id
    return None
