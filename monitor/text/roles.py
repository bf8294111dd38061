"""What part a place's name plays in its sentence, told from the words beside it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator

from ahocorasick_rs import AhoCorasick, MatchKind

from monitor.text.any_case import AnyCase
from monitor.text.mentions import Role
from monitor.text.names import words_of

_TITLES_OF_PERSONS = (
    "muhammad|mohammad|mohammed|mohamed|ahmad|ahmed|ali|abdul|abdullah|haji|hajji|malik|mullah|maulana|mawlawi|maulvi|mufti|sardar|nawab"
    "|nawabzada"
    "|syed|sayed|gul|jan|bibi|hussain|hussein|hassan|hasan|imran|akbar|asif|bilal|usman|umar|omar|noor|nur|sher|mr|mrs|ms|dr|mian"
    "|chaudhry|rana"
    "|raja|pir|qari|hafiz|sheikh|ghulam|amir|ameer|fazal|aftab|jam|justice|senator|sepoy|havildar|naik|subedar|captain|major|colonel|lt"
    "|constable"
    "|khan|shah|mir"
)
_TITLES = tuple(form for title in _TITLES_OF_PERSONS.split("|") for form in (title, title + "."))
_PERSON_LEFT = re.compile(rf"\b(?:{_TITLES_OF_PERSONS})\.?\s$", re.IGNORECASE)
_PERSON_RIGHT = re.compile(
    r"^\s(?:Khan|Ali|Shah|Ahmed|Ahmad|Hussain|Hussein|Hasan|Hassan|Gul|Jan|Bibi|Baloch|Bugti|Marri|Mengal|Mehsud|Wazir|Afridi|Khattak"
    r"|Yousafzai|Durrani"
    r"|Zardari|Sharif|Bhutto|Kakar|Achakzai|Raisani|Domki|Magsi|Jamali|Khoso|Rind|Zehri|Bizenjo|Malik|Haqqani|Ghani|Karzai|Iqbal|Anwar"
    r"|Zaman|Hayat"
    r"|Ullah|Din|Muhammad|Mohammad|Rehman|Rahman|Akhundzada|Mohmand|Shinwari)\b(?!\s+(?:area|village|town|road|chowk|goth|district|tehsil))"
)
# "police spokesman Asadullah Wardak said"
_SPOKESMAN_LEFT = re.compile(
    r"\b(?:spokes\w+|chief|officer|commander|director|minister|governor|surgeon|elder|analyst|journalist|resident)\s+(?!Rescue|Police|Levies)[A-Z][a-z]+\s$"
)
_SAYS_RIGHT = re.compile(r"^\s(?:said|says|told|added|confirmed|wrote)\b")
_NAME_RIGHT = re.compile(
    r"^-(?:Northern|Southern)\b|^(?:'s|’s)?\s(?:Zalmi|Kings|Gladiators|Qalandars|Sultans|Stallions|Panthers|Whites|Blues|Tigers|Stars|Dolphins|Wolves|Shura|Stock"
    r"|Exchange|Tribune"
    r"|Times|Post|Press\s+International|Electric|Accord|Declaration|Agreement|Pact|Process|Dialogue|Talks|Conspiracy|Bulls"
    r"|Premier\s+League|Super\s+League"
    r"|Liberation|Republican|Nationalist|National\s+(?:Party|Movement|Army)|Raji|Awami|Yakjehti|Students|Bar\s+Council"
    r"|Literature\s+Festival|Biennale"
    r"|Express|Mail|Southern|Northern|TV|Television|News|Movement|Solidarity|Rights|Institute|Studies|Papers|Diary|Nama|Weekly|Chronicle"
    r"|Post\s+Bureau"
    r"|Regiment|Rifles|Scouts|Cricket|Hockey"
    r"|Chamber|Development\s+Authority|Electric\s+Supply|Power\s+Company|Zoo|Bank|Bakery|Biryani|carpets?|pulao)\b"
    r"|^(?:-centric|-oriented)"
)
_NAME_LEFT = re.compile(
    r"\b(?:Bank|University|Voice|Radio|Jamaat|Jamiat|Tehreek\w*|Tehrik\w*|Jaish\w*|Lashkar\w*|Emirate|Wali|Mir|Khan|Nawab|Battle|Treaty"
    r"|Siege|Hotel|Café|Cafe"
    r"|Anjuman\w*|Sipah\w*|Sahaba|Tanzeem\w*)\s+(?:of|e|i)?[- ]?$|\bISI[LS]?[- ]$|\bState[- ]$|\bState\s*[-–—]\s*$|\bTaliban\s$"
    r"|\bDaesh[- ]$|\bIS[- ]$|\bDubai\s$"
)
_CAPITALS = frozenset(
    {
        "Islamabad",
        "Kabul",
        "New Delhi",
        "Delhi",
        "Tehran",
        "Beijing",
        "Washington",
        "Moscow",
        "Rawalpindi",
        "Riyadh",
        "Doha",
        "Ankara",
        "London",
        "Kandahar",
    }
)
_GOVERNS = re.compile(
    r"^(?:['’]s)?\s+(?:(?:has|have|had|also|again|repeatedly|often|long|now|still|later|earlier|firmly|strongly|categorically|routinely"
    r"|regularly)\s+)*"
    r"(?:said|says?|blam\w+|accus\w+|den(?:y|ies|ied)|reject\w*|urg\w+|insist\w*|maintain\w*|wants?|wanted|should|must|would|will"
    r"|alleg\w+|respond\w*|sees?|views?|call\w*"
    r"|summon\w+|warn\w*|demand\w*|condemn\w*|agree\w*|refus\w+|claim\w*|recall\w*|expel\w*|protest\w*|ask\w*|conveyed|expects?"
    r"|believes?|contends?|began|vow\w*|deport\w*|argu\w*"
    r"|is\s+(?:also\s+)?(?:a\s+major|accus\w+|blam\w+|unwilling|reluctant|seeking|trying)|does\s+not|did\s+not|and\s+(?:Kabul|Islamabad"
    r"|New\s+Delhi|Tehran|Washington|Beijing)\b)"
    r"|^['’]s\s+(?:claim|allegation|accusation|denial|foreign|concerns?|demands?|position|stance|rulers?|relations?|ties|government"
    r"|policy|response|refusal)\b"
)
_GOVERNED = re.compile(
    r"\b(?:pressure\s+on|ties\s+with|relations\s+with|talks\s+with|urg\w+|blam\w+|accus\w+|ask(?:ed|s|ing)|told|tells|pressed|pressing"
    r"|warned|condemned|against|backed\s+by|sponsored\s+by"
    r"|by|between|with|anti-|hold\w*|wants?|protest\s+to|lodged\s+with|strain\w*|allow\w*|want\w*|dealing\s+with|engag\w+)\s+(?:the\s+)?$",
    re.IGNORECASE,
)

_CARE = (
    r"(?:hospitals?|cmh|lrh|hmc|dhq|bmc|medical\s+(?:cent(?:re|er)|complex|college|facilit\w+)|trauma\s+cent(?:re|er)|clinic"
    r"|mortuary|morgue)"
)
_IS_CARE = re.compile(rf"\b{_CARE}\s*$", re.IGNORECASE)
_CARRIED = (
    r"(?:shift|mov|tak|rush|brought|bring|airlift|refer|evacuat|admitt|transfer|flown|fl(?:ew|ying)|transport|ferr|hospitali[sz]"
    r"|treat|succumb|breath|fight|pronounced|died|discharg|sent|convey|operat|under\s+treatment)\w*"
)
_HOSPITAL_RIGHT = re.compile(
    rf"^(?:['’]s)?(?:\s+(?!and\b|on\b|after\b|when\b|where\b|as\b|police\b|dies\b|died\b|succumbs\b|succumbed\b|blast\b|attack\b|bombing\b)[\w'-]+){{0,4}}\s+{_CARE}",
    re.IGNORECASE,
)
_HOSPITAL_LEFT = AnyCase(rf"{_CARE}(?:\s+\w+){{0,3}}?\s+(?:in|at|of)\s+(?:the\s+)?(?:\w+\s+){{0,3}}$|\b(?:cmh|dhq|lrh|thq|hospital),?\s$")
# "shot outside his clinic in Kasur"
_OWN_CLINIC = re.compile(rf"\b(?:outside|his|her|their)\s+(?:(?:a|the|his|her|private|own)\s+)*{_CARE}\s+(?:in|at)\s+$", re.IGNORECASE)
_SPEAKS_FOR = re.compile(
    r"\b(?:spokes\w+|superintendent|surgeon|doctors?|director|medics?)\s+(?:for|of|at|from|with)\s+(?:the\s+)?$", re.IGNORECASE
)
_TAKEN_TO = AnyCase(
    r"\b(?:shifted|taken|rushed|airlifted|moved|sent|evacuated|referred|flown|transferred|transported|brought|carried|driven"
    r"|ferried)\s+(?:[\w'’-]+\s+){0,6}?to\s+(?:the\s+)?(?:[\w'’-]+\s+){0,4}$",
)
# "Sixth victim of the blast dies in Multan": who was hurt before died where the hospital is.
_DIES_AWAY = AnyCase(
    r"\b(?:victims?|injured|wounded|hurt|survivors?|patients?)\b[^.;\n]{0,90}\b(?:dies|died|succumbs|succumbed)\b(?:\s+(?:to|of)\s+(?:\w+\s+){1,2})?"
    r"\s+(?:in|at)\s+(?:an?\s+|the\s+)?$"
    r"|\b(?:treated|under\s+treatment|hospitali[sz]ed)\s+(?:in|at)\s+(?:the\s+)?$|\bventilator\s+(?:in|at)\s+$"
    r"|\b(?:fighting|battling|struggling)\s+for\s+(?:\w+\s+)?(?:life|lives|survival)\s+(?:in|at)\s+(?:an?\s+|the\s+)?$"
)
_CARRIED_BEFORE = AnyCase(
    rf"\b{_CARRIED}\b[^.;\n]{{0,90}}$|\b(?:doctors?|medics?|officials?|spokes\w+|superintendent|surgeon|director|head|staff)\s+(?:at|of"
    rf"|in|from)\b[^.;\n]{{0,60}}$"
)
_ATTACKED_BEFORE = AnyCase(
    r"\b(?:attack\w*|blast|bomb\w*|explo\w+|detonat\w+|blew|storm\w+|target\w+|outside|gunmen|fired|firing|opened\s+fire|rocket\w*"
    r"|grenade)\b[^.;\n]{0,70}$"
)

_ATTACKED = re.compile(
    r"^(?:['’]s)?[,\s]+(?:\w+\s+){0,3}?(?:attack|blast|bomb|explosion|suicide|shooting|firing|ambush|rocket|mosque|shrine|court|airport"
    r"|area|district|police|hotel|hospital|school|university|province|city)\w*",
    re.IGNORECASE,
)
_VERBS = (
    r"(?:punjab|sindh|balochistan|pakhtunkhwa|was|were|is|are|had|has|who|when|while|died|killed|shot|hurt|wounded|and|but|on|after"
    r"|before)\b"
)
_FROM_THERE = AnyCase(
    r"\b(?:residents?|natives?|inhabitants?|dwellers?|hail(?:s|ed|ing)|belong(?:s|ed|ing)?|originat\w+)\s+(?:\w+\s+){0,2}?(?:of|from"
    rf"|to)\s+(?:the\s+)?(?:(?!head\b|chief\b|governor\b|police\b|commander\b|former\b|{_VERBS})[\w'’-]+\s+){{0,5}}$"
    r"|\b(?:tribesm[ae]n|citizens?|labou?rers?|workers?|passengers?|pilgrims?|miners?"
    r"|barbers?|tourists?|migrants?|displaced|refugees?|travellers?|families|youths?|students|traders|elders)\s+(?:hailing\s+from"
    rf"|belonging\s+to|from(?!\s+(?:his|her|their|its)\b))\s+(?:the\s+)?(?:(?!{_VERBS})[\w'’-]+\s+){{0,5}}$"
    r"|\b(?:doctors?|teachers?|engineers?|traders?|lawyers?|journalists?|soldiers?|constables?|drivers?|truckers?)\s+from\s+(?:the\s+)?"
    r"(?:(?!in\b|at\b|near\b|outside\b)[\w'’-]+\s+){0,2}$"
    r"|\bnative\s+(?:towns?|villages?|districts?|areas?|places?|city|cities)(?:\s+(?:of|in))?\s+(?:[\w'’-]+\s+){0,4}$"
    r"|\b(?:laid\s+to\s+rest|buried|funeral\s+prayers?\b[^.;]{0,40}|burial)\s+(?:[\w'’-]+\s+){0,5}?(?:in|at|to)\s+(?:the\s+|his\s+"
    r"|her\s+|their\s+)?(?:[\w'’-]+\s+){0,5}$"
    r"|\b(?:elected|mna|mpa|senator|lawmaker|candidate)\s+from\s+(?:the\s+)?(?:\w+\s+){0,2}$|\bborn\s+in\s+$"
)
# "Eleven day-trippers from Turbat"
_SO_MANY_FROM = re.compile(
    r"\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s+(?:[\w-]+\s+){0,2}"
    r"(?!kilomet|km|miles?\s|metres?\s|yards\s|hours?\s|minutes?\s|days?\s)[\w-]*(?:s|men|women|people|children)\s+from\s+(?:the\s+)?$"
    r"|\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s+from\s+$"
    # "Rafiq and Ditta, both from Rahim Yar Khan, died"
    r"|,\s+(?:both|all|all\s+\w+|most|one|each|none)(?:\s+of\s+(?:them|whom))?\s+from\s+(?:the\s+)?(?:(?:eastern|western|northern|southern|central)\s+)?$",
    re.IGNORECASE,
)
# "Havildar Sabir Hussain of Layyah"
_RANKED_OF = re.compile(
    r"\b(?:Havildar|Hawaldar|Sepoy|Naik|Lance\s+Naik|Lieutenant|Captain|Major|Colonel|Subedar|Constable|Inspector|Lance\s+Havildar)"
    r"(?:\s+[A-Za-z][\w'’-]+){1,4}(?:,\s+\d\d,)?\s+(?:of|from)\s+$"
    # "The driver, Shah Nawaz of Rahim Yar Khan, died"
    r"|\b(?:driver|helper|cleaner|conductor|guard|worker|labourer|laborer|miner|mason|barber|trader|shopkeeper|teacher|watchman|cook|tailor"
    r"|farmer|shepherd|passenger|victim|deceased|gunman|student)s?,\s+(?:[A-Z][\w'’-]+\s+){1,4}of\s+$|\(aged?\s+\d\d,\s+of\s+$"
)
_FROM_THERE_RIGHT = re.compile(r"^-(?:based|born|resident|origin)\b|^\s+(?:residents?|natives?)\b")

# "Bomb hits pilgrim bus from Parachinar": where it had come from.
_RIDERS = re.compile(
    r"\b(?:pilgrims?|passengers?|tourists?|worshippers?)\s+(?:bus|coach|van|convoy|boat|train)s?\s+from\s+$", re.IGNORECASE
)
_UNIT = r"(?:km|kms|kilomet(?:re|er)s?|miles?|mi)"
_BEARING = (
    r"(?:north|south|east|west|northeast|northwest|southeast|southwest|north-east|north-west|south-east|south-west)(?:ern|ward|wards)?"
)
# "disrupting gas supplies to Mastung": where it was felt, not where it was.
_FELT = AnyCase(
    r"\b(?:disrupt\w*|interrupt\w*|suspend\w*|suspension|cut(?:ting)?|affecting)\b(?:(?!\b(?:when|as|after|near|where|by|attack|blast"
    r"|explosion)\b)[^.;]){0,60}"
    r"\b(?:to|in)\s+(?:the\s+)?(?:areas?\s+of\s+)?$"
    r"|\b(?:(?:gas|power|electricity|water)\s+suppl(?:y|ies)|suppl(?:ies|ying)\s+(?:natural\s+)?(?:gas|power|electricity|water))\s+to\s+(?:the\s+)?$"
)
_ON = r"(?!(?:in|inside|at|near)\b)"  # what follows is a place of its own: "east of Kabul in Surobi"
_MEASURED = AnyCase(
    rf"(?<![a-z]){_UNIT}\b\)?(?:\s*\([^)]*\))?[\w\s,-]{{0,35}}?\b(?:of|from|away\s+from|outside|to)\s+(?:the\s+)?(?:{_ON}[\w'’-]+\s+){{0,5}}$"
    r"|\bin\s+the\s+direction\s+of\s+(?:the\s+)?$"
    rf"|\b{_BEARING}\s+of\s+(?:the\s+)?(?:{_ON}[\w'’-]+\s+){{0,4}}$"
    rf"|\b(?:border(?:s|ed|ing)?|borderland|frontier)(?!\s+(?:town|city|district|area|region|village|province|post|crossing"
    rf"|police|corps|constabulary|regions?|forces?|works))(?:\s+{_ON}\w+)?\s+(?:with\s+|of\s+)?(?:the\s+)?(?:{_ON}[\w'’-]+\s+){{0,2}}$"
    rf"|(?<!\bin )\badjoining\s+$|\b(?:links?|linking|connect(?:s|ing))\s+(?:[\w'’-]+\s+){{0,3}}(?:with\s+|to\s+)?$",
)
_ROUTE_LEFT = AnyCase(
    r"\b(?:travel\w+|going|went|head\w+|on\s+(?:its|their|his|her|the)\s+way|way|en\s+route|bound|driv\w+|return\w+|coming|came"
    r"|commut\w+|sail\w+|flying|carrying\s+\w+|road|highway|route|train|bus|coach|convoy|ran)"
    r"\b[^.;,\n]{0,45}?\b(?:from|to|for|towards?|between)\s+(?:the\s+)?(?:(?!in\b|at\b|near\b|of\b"
    r"|on\b)[\w'’-]+\s+){0,2}(?:(?:border\s+)?(?:town|city|district|village|province|area)\s+of\s+)?$"
)
_TOWARDS = AnyCase(r"\b(?:from|to|for|towards?|between)\s")  # what _ROUTE_LEFT needs at least
_ROUTE_RIGHT = re.compile(
    r"^[-–—](?:bound\b|[A-Z]\w+(?:\s+[A-Z]\w+)?\s+(?:highway|road|railway|motorway|national|track|transmission|rail|section|route|train"
    r"|bus|line|pipeline|M-?\d))|^\s*[-–—]?\s*bound\b",
    re.IGNORECASE,
)
# "on his way to a wedding in Kohat": what he never reached.
_ERRAND_LEFT = re.compile(
    r"\b(?:way|travel\w+|going|went|head\w+|driv\w+)\s+(?:home\s+)?(?:to|for)\s+(?:attend\s+)?(?:an?|the|his|her|their)\s+(?:\w+\s+)?"
    r"(?:conference|meeting|wedding|funeral|ceremony|rally|jirga|gathering|funeral\s+prayers?)\b[^.;,\n]{0,50}?"
    r"\bin\s+(?:the\s+)?(?:[a-z]\w+\s+){0,2}$"
)
# A street or market that is called after another town: "on Rawalpindi Road", "in Rustam Bazaar of Wana".
_STREET_RIGHT = re.compile(
    r"^\s+(?:[Rr]oad|[Hh]ighway|[Bb]ypass|[Mm]otorway|Street|Gate|[Pp]hatak|(?i:bus\s+(?:station|stand|stop|terminal))|(?i:rail(?:way|road)\s+crossing))\b|^\s+(?:Bazaa?r|Market|Chowk|Colony|Adda|Plaza|Hotel)\s+(?:area\s+)?(?:of|in)\s+[A-Z]"
)
_BORDER_RIGHT = re.compile(r"^(?:i|n|['’]s)?\s+(?:border|frontier)\b", re.IGNORECASE)

_AT_PREPOSITIONS = "in at near inside outside within across throughout through of on into off".split()
_AT_ADJECTIVES = (
    "the a an its his their restive volatile troubled remote mountainous southern northern eastern western central south-?western"
    " north-?western south-?eastern north-?eastern southwest northwest downtown tribal bordering border city town district village area"
    " provincial capital metropolis port garrison pakistani afghan pakistan['’]s afghanistan['’]s militancy-hit militancy-affected"
    " neighbou?ring upper lower north south east west old main busy tehsil sub-division subdivision of in"
).split()
_AT = AnyCase(rf"\b(?:{'|'.join(_AT_PREPOSITIONS)}|close\s+to)\s+(?:(?:{'|'.join(_AT_ADJECTIVES)})[,\s]+)*$")
_SURELY_AT = tuple(f" {word} " for word in _AT_PREPOSITIONS)
# What _AT can end in, short enough that the spellings with "?" and "[" are among them.
_LAST_OF_AT = tuple({re.split(r"[?\]]", word)[-1] for word in _AT_ADJECTIVES} | {*_AT_PREPOSITIONS, "to"})
_OFFICES = tuple(
    "dpo rpo ccpo cpo ssp sp dsp dig ig igp dc ac dco commissioner commander governor chief minister mayor naib nazim president officer"
    " government administration ctd ispr assembly".split()
)
_OFFICE_LEFT = re.compile(rf"\b(?:{'|'.join(_OFFICES)}|spokes\w+)\s+(?:of\s+)?(?:the\s+)?$", re.IGNORECASE)
_OFFICE_RIGHT = re.compile(
    r"^(?:['’]s)?\s+(?:government|govt|chief\s+minister|CM|governor|home\s+minister|home\s+secretary|information\s+minister|minister"
    r"|assembly|police\s+chief|administration|spokes\w+|IG|IGP|Frontier|FC|High\s+Court|deputy\s+commissioner"
    r"|commissioner|CTD|Police\b(?!\s+(?:station|post|picket|check|lines|training))|health\s+department|home\s+department|Rangers|Levies|provincial)",
    re.IGNORECASE,
)
# "the foreign office in Islamabad said", "a security official in Miranshah, no name please, tells me", "police control in Zhob said"
_SPEAKER_LEFT = re.compile(
    r"\b(?:office|ministry|officials?|authorities|spokes\w+|embassy|mission|headquarters|sources?|(?:police )?control(?: room)?|residents?"
    r"|superintendent|commissioner|traders|shopkeepers|villagers|elders|transporters|analysts?|experts?|diplomats?)\s+(?:in|at)\s+$",
    re.IGNORECASE,
)
_SPEAKER_RIGHT = re.compile(r"^(?:,[^,.;\n]{3,40})?,?\s+(?:said|says|told|tells|confirmed|stated|announced)\b", re.IGNORECASE)
# "a Wana village man", "an Adezai peace committee member": where somebody is from, and nothing more unless nothing else is named.
_THEIRS_RIGHT = re.compile(
    r"^\s+(?:village\s+|tribal\s+)?(?:m[ae]n|wom[ae]n|youths?|elders?|traders?|shopkeepers?|businessm[ae]n"
    r"|peace\s+(?:committee|militia|lashkar|jirga|body)|aman\s+(?:committee|lashkar))\b"
)
# Called after a quarter or after a village that others are called like, too.
_STATION_RIGHT = re.compile(r"^\s+police\s+(?:station|post|picket|check)\b", re.IGNORECASE)
_DATELINE_END = re.compile(
    r"(?:,\s*(?:Pakistan|Afghanistan|India|Iran|[A-Z][\w.]+))?(?:,?\s*(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov"
    r"|Dec)[a-z]*\.?\s+\d{1,2}(?:,?\s+\d{4})?)?,?\s*(?:\([^)\n]{1,40}\))?\s*(?::(?!\d)|—|–|--|\s-\s|\.\s+(?=[A-Z0-9“\"])|\s-(?=[A-Z]))"
)
_DATELINE_START = re.compile(r"\A\s*(?:[A-Z][A-Z.'’-]+(?:[\s/,&]+|\s+and\s+))*\Z")
_REPORTED = re.compile(
    r"(?:^|\n|\()\s*(?:additional\s+)?(?:reporting|writing|written|edited|editing|by)\b[^\n]{0,80}\bin\s+$", re.IGNORECASE
)


# "told reporters in Quetta", "told AFP by telephone from Khost"; what is told ("told AFP that a bomb in") is no place of telling.
_TOLD = re.compile(
    r"\b(?:telephoned|phoned|contacted|told|briefed|informed|(?:spoke|spoken|speaking|talked|talking)\s+(?:to|with)|address(?:ed|ing)"
    r"|by\s+(?:tele)?phone)\s+(?:an?\s+(?:news|press)\s+)?(?:(?!that\b|an?\b|when\b)[\w'’-]+\s+){0,6}(?:in|at|from)\s+$"
)


def dateline_ends(text: str, line_start: int, start: int, end: int) -> int | None:
    """Where a dateline that holds the name at `start` ends, or None: "QUETTA, Pakistan, April 8 (Reuters) -", "HUB/KARACHI:"."""
    before = text[line_start:start]
    if before.strip() and not (before.isupper() and _DATELINE_START.match(before) and len(before) < 60):
        return None
    match = _DATELINE_END.match(text, end)
    if match is None:
        return None
    if text[start:end].isupper() or match.group().rstrip().endswith((":", "—", "–", "-")):
        return match.end()
    return None


_STEMS = {
    "tellers": "report telephon phone contact told brief inform spoke speak talk address writ edit by",
    "comers": "doctor teacher engineer trader lawyer journalist soldier constab driver trucker resid nati inhabit dwell hail belong"
    " origin tribesm citizen labour labor worker passenger pilgrim miner barber tourist"
    " migrant displac refuge travel famil youth student trader elder laid buri funeral elect mna mpa senator lawmaker candidate born",
    "carers": "dies died succumb carried driven life lives survival treat ventilator"
    " hosp cmh lrh hmc dhq thq bmc medical trauma clinic mortuary morgue shifted taken rushed airlift moved evacuat referred flown"
    " transf transport brought ferri sent",
    "speakers": "spokes superintendent surgeon doctor director medic",
    "measures": "direction"
    " km kilom mile north south east west border frontier adjoin link connect disrupt interrupt suspen cut restor affect suppl",
    "movers": "travel going went head way route bound driv return coming came commut sail fly carry road train bus coach convoy ran",
}
_STEM_KINDS = [(stem, kind) for kind, stems in _STEMS.items() for stem in stems.split()]
_STEM_INDEX = AhoCorasick([stem for stem, _ in _STEM_KINDS], matchkind=MatchKind.Standard)


class Cues:
    """Where a text has the words that a role could be told by: one look at the text saves most of the searches beside its names.

    A search for a phrase that ends where a name begins costs a hundred times the look.
    """

    def __init__(self, text: str) -> None:
        self._at: dict[str, list[int]] = {kind: [] for kind in _STEMS}
        for index, start, _ in _STEM_INDEX.find_matches_as_indexes(words_of(text), overlapping=True):
            self._at[_STEM_KINDS[index][1]].append(start)

    def near(self, kind: str, start: int, end: int) -> bool:
        """Whether a word of this kind begins between `start` and `end`."""
        at = self._at[kind]
        first = bisect_left(at, start)
        return first < len(at) and at[first] < end


_KINDS_OF_PLACE = ("village", "town", "area", "district", "tehsil")


def role_of(text: str, start: int, end: int, *, name: str, wide: bool, cues: Cues) -> tuple[Role, float]:
    """The role of the name at `start` to `end` and the weight it has as a scene.

    `name` is the place's usual name, `wide` is True for countries and provinces; `cues` are the text's.
    """
    begin = max(text.rfind("\n", max(0, start - 110), start) + 1, start - 110, 0)
    left, right = text[begin:start], text[end : end + 70]
    # What a hospital is told by may follow the name.
    for role, weight, found in _tests(
        left, right, name, wide, lambda kind: cues.near(kind, begin, end + 70 if kind == "carers" else start)
    ):
        if found:
            return role, weight
    weight = _scene_weight(left, right)
    if name in _CAPITALS and not wide and not _at(left) and not _ATTACKED.match(right):
        weight = 0.35  # more often the government than the city
    return "scene", weight


def _tests(left: str, right: str, name: str, wide: bool, cue: Callable[[str], bool]) -> Iterator[tuple[Role, float, object]]:
    """Each role's test in the order in which they decide; lazily, as most names are settled by the first few."""
    yield "name", 0.0, _NAME_RIGHT.match(right) or _NAME_LEFT.search(left[-32:])
    yield (
        "name",
        0.0,
        not wide and (_PERSON_RIGHT.match(right) or (left.rstrip().lower().endswith(_TITLES) and _PERSON_LEFT.search(left[-16:]))),
    )
    yield (
        "name",
        0.0,
        not wide and left.lower().endswith((" named ", " namely ")) and not right.lstrip().lower().startswith(_KINDS_OF_PLACE),
    )
    yield (
        "dateline",
        0.1,
        left.lower().endswith(("from our ", "by our ", "our ")) and right.lower().startswith((" correspondent", " reporter", " bureau")),
    )
    yield "name", 0.0, _SAYS_RIGHT.match(right) and _SPOKESMAN_LEFT.search(left[-60:])
    governs = name in _CAPITALS and not _at(left)
    yield "name", 0.0, governs and (_GOVERNS.match(right) or _GOVERNED.search(left[-40:]))
    yield "dateline", 0.1, cue("tellers") and (_REPORTED.search(left) or _TOLD.search(left))
    yield "origin", 0.1, _FROM_THERE_RIGHT.match(right) or (cue("comers") and _FROM_THERE.search(left))
    yield "origin", 0.1, left.endswith(("from ", "from the ")) and _SO_MANY_FROM.search(left)
    yield "origin", 0.1, left.endswith((" of ", " from ")) and _RANKED_OF.search(left)
    yield (
        "origin",
        0.1,
        left.lower().endswith(
            (" r/o ", " resident of ", "family of ", "families of ", "ordnance factories at ", "made in ", "manufactured in ")
        ),
    )
    yield "origin", 0.1, right.lower().startswith((" number plate", " plates", " registration"))
    yield "origin", 0.1, left.lower().endswith(" from ") and _RIDERS.search(left)
    yield "hospital", 0.2, cue("carers") and (_is_hospital(left, right) or (_IS_CARE.search(name) and _CARRIED_BEFORE.search(left)))
    yield "hospital", 0.2, cue("speakers") and _IS_CARE.search(name) and _SPEAKS_FOR.search(left)
    yield "direction", 0.1, (wide and _BORDER_RIGHT.match(right)) or (cue("measures") and (_MEASURED.search(left) or _FELT.search(left)))
    yield "direction", 0.15, not wide and _STREET_RIGHT.match(right)
    yield "direction", 0.15, left.endswith("between ") and " and " in right
    moving = cue("movers") and _TOWARDS.search(left)
    yield "direction", 0.15, left.endswith("from ") and right.startswith(" to ")
    yield "direction", 0.15, _ROUTE_RIGHT.match(right) or (moving and (_ROUTE_LEFT.search(left) or _ERRAND_LEFT.search(left)))


def _is_hospital(left: str, right: str) -> bool:
    if " to " in left and _TAKEN_TO.search(left):
        return True
    if _DIES_AWAY.search(left):
        return True
    if _OWN_CLINIC.search(left):
        return False
    if not (_HOSPITAL_RIGHT.match(right) or _HOSPITAL_LEFT.search(left)):
        return False
    return bool(_CARRIED_BEFORE.search(left)) or not _ATTACKED_BEFORE.search(left)


def _scene_weight(left: str, right: str) -> float:
    if left.rstrip().lower().endswith(("from", "from the")):
        return 0.4
    if _SPEAKER_RIGHT.match(right) and _SPEAKER_LEFT.search(left[-40:]):
        return 0.35
    if (_ends_with_office(left) and _OFFICE_LEFT.search(left[-50:])) or _OFFICE_RIGHT.match(right) or _THEIRS_RIGHT.match(right):
        return 0.35
    return 0.9 if _at(left) and not _STATION_RIGHT.match(right) else 0.65


def _ends_with_office(left: str) -> bool:
    """Whether the last word, but for "of the", is one of _OFFICE_LEFT: a look at it costs a tenth of the search."""
    words = left[-50:].lower().split()
    while words and words[-1] in ("of", "the"):
        words.pop()
    return bool(words) and (words[-1].endswith(_OFFICES) or "spokes" in words[-1])


def _at(left: str) -> bool:
    """Whether words of place end where the name begins: "in", "near the restive town of"."""
    before = left.lower()
    if before.endswith(_SURELY_AT):
        return True
    # The search costs fifty times a look at the last word.
    return before.rstrip(", ").endswith(_LAST_OF_AT) and _AT.search(left[-80:]) is not None
