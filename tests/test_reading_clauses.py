"""Whoever was hit, whatever the verb, whichever clause comes first: the plain sentences of a report are read whole.

Each sentence is put together from people, verbs and joints whose figures are known, so that every pairing is met sooner or later.
"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from support_reading import statements

# (words, how many)
KILLED = [
    ("nine people", 9),
    ("nine people including three women", 9),
    ("nine people, including three women and a child,", 9),
    ("nine passengers, most of them women,", 9),
    ("at least nine people", 9),
    ("as many as nine persons", 9),
    ("two policemen, a driver and a passer-by", 4),
    ("four members of a family", 4),
    ("two soldiers and three civilians", 5),
    ("a police officer and two of his guards", 3),
    ("a tribal elder, Malik Jan, and his son", 2),
    ("six people, four of them children,", 6),
    ("three members of the bomb disposal squad", 3),
    ("a former councillor and four others", 5),
    ("five FC personnel", 5),
    ("two Levies men and a tribesman", 3),
    ("a trader, his son and two guards", 4),
]
INJURED = [
    ("12 others", 12),
    ("another 12", 12),
    ("12 more people", 12),
    ("at least 12 others", 12),
    ("as many as 12 others", 12),
    ("a dozen people", 12),
    ("two women", 2),
    ("five people including two children", 5),
    ("four others, including a policeman,", 4),
]
FIGHTERS = ["khwarij", "terrorists", "militants", "TTP fighters", "insurgents"]
FALLEN = [("two soldiers", 2), ("a captain and two soldiers", 3), ("a havildar and a sepoy", 2), ("three security personnel", 3)]
DIED = ["were killed", "lost their lives", "died", "were martyred", "embraced martyrdom", "were shot dead", "were gunned down"]
HURT = ["were injured", "were wounded", "sustained injuries", "were hurt", "received injuries"]
CAUSES = [
    " when a bomb went off in Khar on Tuesday.",
    " in a suicide attack in Khar.",
    " as gunmen opened fire on a van near Khar, police said.",
    ", a hospital official said.",
]
pairs = st.tuples(st.sampled_from(KILLED), st.sampled_from(INJURED))


def figures(sentence: str) -> tuple[int, int, int]:
    """What a sentence states of killed, injured and militants killed, parts of a total left out; 0 for none."""
    told = [s for s in statements(sentence) if s.count and not s.part]
    killed, injured, militants = (
        sum(s.count or 0 for s in told if s.field == field) for field in ("killed", "injured", "militants_killed")
    )
    return killed, injured, militants


def capital(words: str) -> str:
    return words[0].upper() + words[1:]


@settings(max_examples=150, deadline=None)
@given(
    pairs,
    st.sampled_from(DIED),
    st.sampled_from(HURT),
    st.sampled_from([" and ", " while ", ", while ", ", and "]),
    st.sampled_from(CAUSES),
    st.booleans(),
)
def test_two_subjects_with_a_verb_each(pair, died, hurt, joint, cause, reverse):
    """ "Nine people including three women died, and 12 others were hurt", and the other way round."""
    (whom, killed), (others, injured) = pair
    parts = [f"{whom} {died}", f"{others} {hurt}"]
    told = joint.join(reversed(parts) if reverse else parts)
    assert figures(capital(told) + cause) == (killed, injured, 0)


@settings(max_examples=150, deadline=None)
@given(
    pairs,
    st.sampled_from(["A bomb blast", "A suicide bomber", "Unidentified gunmen", "A roadside bomb in Khar"]),
    st.sampled_from(["killed {}", "martyred {}", "left {} dead", "claimed the lives of {}"]),
    st.sampled_from(["wounded {}", "injured {}", "left {} injured"]),
    st.sampled_from(CAUSES),
)
def test_one_subject_with_two_objects(pair, who, kills, hurts, cause):
    """ "A bomb left two policemen, a driver and a passer-by dead and wounded at least 12 others"."""
    (whom, killed), (others, injured) = pair
    assert figures(f"{who} {kills.format(whom)} and {hurts.format(others)}{cause}") == (killed, injured, 0)


@settings(max_examples=100, deadline=None)
@given(
    pairs,
    st.sampled_from(["killing {}", "martyring {}", "leaving {} dead"]),
    st.sampled_from([" and wounding {}", " and injuring {}", " and leaving {} wounded"]),
    st.sampled_from([".", ", police said.", ", said the deputy commissioner."]),
)
def test_what_an_attack_came_to(pair, killing, wounding, source):
    """ "A bomb went off in Khar, killing …, and leaving 12 others wounded"."""
    (whom, killed), (others, injured) = pair
    sentence = f"A bomb went off near a van in Khar on Tuesday, {killing.format(whom)}{wounding.format(others)}{source}"
    assert figures(sentence) == (killed, injured, 0)


@settings(max_examples=100, deadline=None)
@given(
    pairs,
    st.sampled_from(
        [
            "The attack resulted in the deaths of {} and injuries to {}.",
            "The attack led to the deaths of {} and injuries to {}, officials said.",
            "The assault caused the deaths of {} and left {} injured.",
        ]
    ),
)
def test_deaths_and_injuries_as_nouns(pair, form):
    (whom, killed), (others, injured) = pair
    assert figures(form.format(whom, others)) == (killed, injured, 0)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(KILLED), st.sampled_from(["and", "along with", "as well as"]), st.sampled_from(["injured", "wounded"]))
def test_a_hospital_receives_dead_and_wounded(dead, joint, hurt):
    """ "The hospital received the bodies of two policemen along with 12 injured": the twelve are no company of the dead."""
    whom, killed = dead
    assert figures(f"The Civil Hospital received the bodies of {whom} {joint} 12 {hurt}, police said.") == (killed, 12, 0)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(FALLEN),
    st.integers(min_value=2, max_value=17),
    st.sampled_from(FIGHTERS),
    st.sampled_from(
        [
            "Security forces killed {n} {who} while {fallen} embraced martyrdom in Khar.",
            "{n} {who} were killed and {fallen} martyred in an operation in Khar, ISPR said.",
            "{fallen} embraced martyrdom and {n} {who} were killed in an exchange of fire in Khar.",
            "During the operation {n} {who} were sent to hell, while {fallen} embraced shahadat.",
            "{n} {who} were eliminated; {fallen} laid down their lives.",
            "{n} {who} and {fallen} were killed in a clash in Khar.",
        ]
    ),
)
def test_an_operation_has_two_sides(fallen, count, who, form):
    """Fighters are counted apart from the forces' own dead, whichever is told first."""
    whom, killed = fallen
    assert figures(capital(form.format(n=count, who=who, fallen=whom))) == (killed, 0, count)
