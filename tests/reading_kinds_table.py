# ruff: noqa: E501 (a row is easier to compare on one line)
"""How an attack was made and whom it hit: (text, attack type, target). Invented; published on Wednesday, 20 May 2026."""

from __future__ import annotations

KINDS: list[tuple[str, str, str]] = [
    ("Norwegian troops killed in blast at Kunduz base", "bombing", "security forces"),
    ("Three insurgents killed by own roadside mine in Qarabagh on Tuesday", "bombing", "militants"),
    ("Nine militants killed in bombing by jets in Tirah on Tuesday", "security operation", "militants"),
    ("CTD guns down six TTP men near Makarwal on Tuesday; suicide vests and rocket launchers seized", "security operation", "militants"),
    ("Unknown persons blow up a girls' school in Shewa", "arson or sabotage", "education or health"),
    ("An ANP leader was shot dead by men on a motorcycle in Swabi on Tuesday.", "assassination", "political"),
    (
        "Six coaches of a train left the rails when a blast damaged the railway track near Sibi on Tuesday; five passengers were hurt.",
        "bombing",
        "infrastructure",
    ),
    (
        "An explosion damaged the railway track near Sibi on Tuesday, the Levies said; no train was due.",
        "arson or sabotage",
        "infrastructure",
    ),
    ("Two excise inspectors were abducted and their driver was shot dead by armed men in Kulachi on Tuesday.", "kidnapping", "government"),
    ("Gunmen shot dead two engineers in Sangin on Tuesday and abducted a third.", "armed assault", "civilians"),
    ("A rocket was fired at the governor's compound in Taloqan on Tuesday, wounding a guard.", "rocket or mortar", "government"),
    ("Gunmen torched eight coal trucks near Harnai on Tuesday and wounded a driver who resisted.", "arson or sabotage", "infrastructure"),
    (
        "The toll of the border clash with Pakistan on Tuesday rose to five in Spin Boldak, an Afghan official said.",
        "cross-border clash",
        "civilians",
    ),
    ("A headmistress was shot in Taloqan on Tuesday and died of her wounds.", "armed assault", "education or health"),
    (
        "A blast in Bannu on Tuesday killed nine people. The bomber's head was found on a roof, police said.",
        "suicide bombing",
        "civilians",
    ),
    (
        "Members of the intelligence directorate raided a Daesh hideout in Kunduz on Tuesday; one of them lost his life in the shootout with the gunmen.",
        "security operation",
        "militants",
    ),
    (
        "An explosives-laden pickup was driven into the gate of an army camp in Bannu on Tuesday, killing four soldiers.",
        "suicide bombing",
        "security forces",
    ),
    (
        "Gunmen fired on a convoy of trucks in Kurram on Tuesday, killing a driver, and torched three of the trucks.",
        "armed assault",
        "civilians",
    ),
    ("Armed men kidnapped six labourers from a coal mine in Duki on Tuesday and set machinery on fire.", "kidnapping", "civilians"),
    (
        "Mortar shells fired from Pakistan killed three members of a family in the Nari district of Kunar on Tuesday.",
        "cross-border clash",
        "civilians",
    ),
    (
        "Militants fired heavy weapons from across the Afghan border on a post in Bajaur on Tuesday, killing two soldiers.",
        "armed assault",
        "security forces",
    ),
    ("A Pakistani drone bombed a house in Khost on Tuesday, killing four children.", "drone", "civilians"),
    ("Assailants dragged a constable out of a mosque in Bannu on Tuesday and shot him dead.", "armed assault", "police"),
    ("Gunmen shot dead a tribal elder in Bajaur on Tuesday.", "armed assault", "civilians"),
    ("Gunmen shot dead a teacher of the Ahmadi community in Charsadda on Tuesday.", "armed assault", "minority"),
    (
        "Gunmen ambushed a bus in Daykundi on Tuesday, killing twelve people. The passengers, all Hazaras, were on the way home.",
        "armed assault",
        "minority",
    ),
    (
        "Two Taliban members were killed when gunmen attacked a checkpoint in Kapisa on Tuesday, local Taliban officials said.",
        "armed assault",
        "security forces",
    ),
    (
        "Four Taliban border guards were killed in a clash with Pakistani forces in Paktika on Tuesday.",
        "cross-border clash",
        "security forces",
    ),
    ("A hand grenade was lobbed at a police picket in Karachi on Tuesday, injuring a passer-by.", "bombing", "police"),
    (
        "Armed men stopped a passenger coach in Musakhail on Tuesday, checked identity cards, and shot dead seven passengers.",
        "armed assault",
        "civilians",
    ),
    ("A gas pipeline was blown up near Sui on Tuesday, officials said.", "arson or sabotage", "infrastructure"),
    ("A quadcopter dropped explosives on a police station in Bannu on Tuesday, wounding three policemen.", "drone", "police"),
    ("Three rockets landed in a residential area of Landi Kotal on Tuesday, killing a woman.", "rocket or mortar", "civilians"),
    ("Gunmen opened fire on polio workers in Tank on Tuesday, killing a policeman guarding them.", "armed assault", "education or health"),
    ("A bomb exploded outside an imambargah in Peshawar on Tuesday, killing nine worshippers.", "bombing", "religious procession or site"),
    ("A bomb planted on a motorcycle went off in a bazaar in Quetta on Tuesday, killing three shoppers.", "bombing", "civilians"),
    ("Armed men took away two customs officials at gunpoint from a road in Dera Ismail Khan on Tuesday.", "kidnapping", "government"),
    (
        "Security forces killed five militants and lost a captain in an intelligence-based operation in North Waziristan on Tuesday.",
        "security operation",
        "militants",
    ),
    (
        "A suicide bomber blew himself up at a queue outside a passport office in Herat on Tuesday, killing six people.",
        "suicide bombing",
        "government",
    ),
    ("A roadside bomb hit a vehicle of the National Highway Authority in Kech on Tuesday, killing two engineers.", "bombing", "civilians"),
    ("Militants blew up a bridge on the Bannu-Miranshah road on Tuesday night.", "arson or sabotage", "infrastructure"),
    ("Two Sikh traders were gunned down in Peshawar on Tuesday.", "armed assault", "minority"),
    ("A candidate of the JUI-F was wounded when a bomb exploded near his vehicle in Bajaur on Tuesday.", "bombing", "political"),
    (
        "A bomb exploded among mourners at a funeral in Khuzdar on Tuesday, killing eight people. The Baloch Liberation Army denied a role in the attack.",
        "bombing",
        "civilians",
    ),
    (
        "Three would-be suicide bombers were shot dead by guards outside a school in Bannu on Wednesday.",
        "armed assault",
        "education or health",
    ),
    (
        "The toll from Tuesday's attack on passenger vans in Lower Kurram, on which gunmen opened fire, reached 12. Some of the protesters torched a checkpoint in Parachinar.",
        "armed assault",
        "civilians",
    ),
]
