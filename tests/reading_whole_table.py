# ruff: noqa: E501 (a row is easier to compare on one line)
"""Whole reports, and the fields of each incident that a row is about: (id, title, text, incidents).

An incident names only what it checks: "place", "district", "date", "killed", "injured", "fighters" (militants killed), "type", "target".
An empty list means that nothing is reported as news. Invented; published on Wednesday, 20 May 2026.
"""

from __future__ import annotations

from typing import Any

WHOLE: list[tuple[str, str, str, list[dict[str, Any]]]] = [
    # ---- days
    (
        "the-day-of-the-sum-is-that-of-each",
        "Militants strike twice in Balochistan",
        "QUETTA: Five people were killed in two attacks in Balochistan on Tuesday. Three policemen died when gunmen opened fire on a post in Parom.\n\nIn Kanak, a bomb killed two soldiers.",
        [{"place": "Parom", "killed": 3, "date": "2026-05-19"}, {"place": "Kanak", "killed": 2, "date": "2026-05-19"}],
    ),
    (
        "the-day-of-filing-is-none-of-the-attack",
        "Policemen killed in Bannu",
        "BANNU, May 20 (Valley Wire) - Gunmen shot dead two policemen near the Domel crossing, a spokesman said.",
        [{"killed": 2, "date": None}],
    ),
    (
        "the-day-before-which-was-said",
        "Driver shot dead in Hub",
        "HUB: Gunmen shot dead a driver on the coastal highway, police said two days ago.",
        [{"killed": 1, "date": "2026-05-18"}],
    ),
    # ---- places
    (
        "victims-die-in-a-hospital-of-another-city",
        "More lives lost in police school attack",
        "NOWSHERA: Eleven recruits are now known to have been martyred in Tuesday's attack on the police school in Nowshera, officials said, after four of the wounded lost their fight for life at the Lady Reading Hospital overnight.",
        [{"district": "Nowshera", "place": "Nowshera", "killed": 11}],
    ),
    (
        "khost-told-from-peshawar",
        "Four killed in Khost",
        "PESHAWAR: Gunmen opened fire on a police post in Khost late on Monday night, killing four policemen.",
        [{"district": "Khost", "killed": 4}],
    ),
    (
        "khost-of-harnai",
        "Miners attacked",
        "QUETTA: Gunmen attacked a coal mine in the Khost area of Balochistan on Monday night, killing four miners.",
        [{"district": "Harnai", "killed": 4}],
    ),
    (
        "cantonment-of-another-city-than-the-dateline",
        "Two hurt in Bannu Cantonment blast",
        "PESHAWAR: Two people were injured when a bomb exploded near a market in Bannu Cantonment on Tuesday.",
        [{"district": "Bannu", "killed": None}],
    ),
    (
        "namesake-in-the-country-of-the-dateline",
        "Three killed in Qalat",
        "KABUL: Three people were killed when a bomb exploded near a market in Qalat on Tuesday, police said.",
        [{"district": "Qalat", "killed": 3}],
    ),
    (
        "so-many-kilometres-from-a-town",
        "Bombing kills three in Pakistan",
        "ISLAMABAD, Pakistan, May 19 (Wire) - A suicide bomber killed three policemen about 30 km (19 miles) south of Turbat on Tuesday, officials said.",
        [{"district": "Kech", "killed": 3}],
    ),
    (
        "on-the-road-between-two-towns",
        "Bomb hits police vehicle",
        "KABUL: A roadside bomb struck a police vehicle on the road between Kunduz and Kabul on Tuesday, killing four officers.",
        [{"district": "Kunduz", "killed": 4}],
    ),
    # ---- kinds and targets
    (
        "post-attacked-and-set-on-fire",
        "Levies post attacked near Wadh",
        "QUETTA: Militants attacked a Levies checkpost near Wadh on Tuesday night, killing two men, an official said. The attackers took their weapons and set the post on fire.",
        [{"district": "Khuzdar", "killed": 2, "type": "armed assault", "target": "police"}],
    ),
    (
        "children-in-a-school-bus",
        "Attack in Matta",
        "MINGORA: A school bus was hit by a bomb in Matta on Tuesday. Three children were killed.",
        [{"district": "Swat", "killed": 3, "target": "education or health"}],
    ),
    (
        "children-where-shells-fall",
        "Border shelling kills three",
        "KHOST: Three children were killed when shells fired by Pakistani forces hit a house in Gurbuz district on Tuesday, officials said.",
        [{"killed": 3, "target": "civilians"}],
    ),
    (
        "news-among-words-of-mourning",
        "Deadly attack in Bara",
        "PESHAWAR: Five children were killed and 21 injured in a blast in Bara on Tuesday. The chief minister condemned the attack and ordered an inquiry. Lashkar-e-Islam has distanced itself from the attack. In February, a bombing in Peshawar killed 20 people.",
        [{"district": "Khyber", "killed": 5}],
    ),
    (
        "what-a-crowd-attacked-afterwards",
        "Clash in Mand",
        "TURBAT: Gunmen shot dead a herdsman in Mand on Tuesday. Angry protesters later torched a checkpoint and pelted the police station with stones.",
        [{"killed": 1, "type": "armed assault", "target": "civilians"}],
    ),
    (
        "where-the-injured-were-taken",
        "Two hurt in blast",
        "TANK: A bomb hurt two people near Jandola on Tuesday. The two were rushed to a hospital.",
        [{"injured": 2, "target": "civilians"}],
    ),
    # ---- several attacks
    (
        "an-abduction-then-a-shooting-of-its-own",
        "Miner abducted in Duki, elder shot in Pishin",
        "QUETTA: Gunmen took away a miner in Duki and shot dead an elder in Pishin on Tuesday.\n\nIn Duki, ten men came to the pits on motorcycles and led away Gul Khan. They burned an excavator.\n\nIn Pishin, Malik Raza was fired at while he sat outside his shop in Khanozai. His son and two customers were injured.",
        [{"district": "Duki", "type": "kidnapping", "killed": None}, {"district": "Pishin", "killed": 1, "injured": 3}],
    ),
    (
        "two-sentences-with-no-space-between",
        "Traders shot dead in Mand",
        "Gunmen shot dead two traders in Mand on Tuesday.Three passers-by were hurt in Panjgur when a bomb exploded.",
        [{"district": "Kech", "killed": 2, "injured": None}, {"district": "Panjgur", "injured": 3}],
    ),
    (
        "admitted-less-the-dead",
        "Shrine blast kills eight",
        "KABUL: A blast at a shrine in Kabul on Tuesday killed eight people and wounded a dozen, officials said. A hospital said it had received 20 people, seven of whom were dead on arrival.",
        [{"killed": 8, "injured": 12}],
    ),
    (
        "of-whom-so-many-were-dead",
        "Eleven dead in Samangan lodge blast",
        "The hospital of Aybak received 42 people after Tuesday's blast at a lodge in Samangan, of whom 11 were dead on arrival. The other 31 were wounded.",
        [{"killed": 11, "injured": 31}],
    ),
    (
        "a-number-that-is-taken-back",
        "Post attack: six martyrs, not eight",
        "ZHOB: Six policemen, and not eight as reported earlier, were martyred in the attack on a post in Sherani on Monday, the police chief said.\n\nEight bodies had been loaded on to two pickups in the dark, he said. Four others were wounded.",
        [{"district": "Sherani", "killed": 6, "injured": 4}],
    ),
    (
        "lives-between-them",
        "Five killed in Karak, Orakzai attacks",
        "PESHAWAR: Tuesday's two attacks have claimed five lives between them, after one of the soldiers wounded in Orakzai died at night.\n\nIn Karak, two men on a motorcycle fired at a polio team. Vaccinator Gul Bibi and Constable Tahir died on the spot.\n\nThe other three deaths are those of a captain, his driver and a naik, whose vehicle ran over a bomb at Mamozai in Orakzai. Two more wounded are being treated at Kohat. The TTP said that its men had planted the device.",
        [{"district": "Karak", "killed": 2}, {"district": "Orakzai", "killed": 3}],
    ),
    (
        "police-control-tells",
        "Police post overrun, school dynamited",
        "ZHOB: Dozens of armed men stormed a checkpost at Dhana Sar in Sherani district early on Tuesday. Police control in Zhob said eight policemen had been martyred.\n\nSeparately, explosives brought down four rooms of a girls' school in Tank at about 5am. No casualty was reported.",
        [{"district": "Sherani", "killed": 8}, {"district": "Tank", "killed": 0, "target": "education or health"}],
    ),
    (
        "an-official-tells-me",
        "Truck bomb at camp",
        "MIRAMSHAH, May 20, for all desks.\n\nTruck with explosives blew at the gate of an army camp in Spinwam today. Security official in Miramshah, no name please, tells me seven soldiers killed.",
        [{"place": "Spinwam", "killed": 7}],
    ),
    (
        "nobody-where-a-front-speaks-of-five",
        "Two hurt in Andarab firing",
        "PUL-E-KHUMRI: The police said on Wednesday that nobody had been killed when rebels fired on a post in Andarab on Tuesday, and that two soldiers were wounded. They spoke of a dream of the National Resistance Front, which had said that its guerrillas killed five.",
        [{"killed": 0, "injured": 2, "fighters": None}],
    ),
    (
        "a-new-toll-among-words-of-mourning",
        "Third engineer dies after Karachi bombing",
        "ISLAMABAD: A third engineer has died after a suicide bombing in Karachi, his embassy said on Wednesday, taking the death toll to four including a driver. The ambassador mourned him. Shares fell.",
        [{"district": "Karachi", "killed": 4}],
    ),
    (
        "briefs-with-headlines",
        "Balochistan in brief",
        "Six die as coach hits trailer\nHUB: Six passengers were killed and 19 injured when a coach ran into a parked trailer near Sakran on Tuesday.\n\nLevies vehicle hit by bomb\nMASTUNG: Three Levies personnel were wounded when a roadside bomb went off beside their pick-up at Dasht on Tuesday evening.\n\nWater protest\nGWADAR: Women with empty pots blocked the road for four hours.\n\nBarbers killed\nPANJGUR: Two barbers were shot dead by masked men who walked into their shop on Tuesday night.",
        [{"district": "Mastung", "injured": 3}, {"district": "Panjgur", "killed": 2}],
    ),
    (
        "in-the-first",
        "Six killed in Lakki, Karak",
        "BANNU: Six people were killed in two separate attacks in the southern districts on Tuesday, officials said.\n\nIn the first, a police van ran over a mine near Shahbaz Khel in Lakki Marwat. Three constables died.\n\nLater gunmen walked into a camp of a gas company at Gurguri in Karak, where the guards had just lain down. Three of them were shot dead.",
        [{"district": "Lakki Marwat", "killed": 3}, {"district": "Karak", "killed": 3}],
    ),
    (
        "a-faction-boasts",
        "Faction says 19 soldiers killed; army speaks of four",
        "MIRAMSHAH: A militant faction said on Wednesday that its fighters had overrun an army post in North Waziristan and killed 19 soldiers.\n\nSecurity officials said four soldiers lost their lives when some forty men attacked the post.",
        [{"killed": 4}],
    ),
    (
        "over-the-border-in-punjab",
        "Grenade hits police post in Punjab",
        "BATALA: A home guard was killed when two men on a motorcycle lobbed a grenade at a police post near Amritsar on Tuesday night, the police in Gurdaspur said.",
        [{"district": None, "place": "Punjab"}],
    ),
    (
        "over-the-border-in-baluchistan",
        "Gunmen kill guards near Saravan as Baluchistan unrest spreads",
        "ZAHEDAN: Five border guards were shot dead on Tuesday when militants attacked a watchtower in the Saravan area of Baluchistan, near the Pakistani frontier. The rest crossed toward Panjgur.",
        [{"place": "Saravan", "killed": 5}],
    ),
    (
        "the-border-is-shut-here",
        "Border at Taftan shut after guards are shot dead",
        "TAFTAN: The gate stayed shut on Wednesday. During the night militants had attacked a post of the guards near Saravan, in Iran's province of Sistan-Baluchestan. Five of the guards were killed, the command in Zahedan said.",
        [{"place": "Saravan", "killed": 5}],
    ),
    (
        "a-live-page-of-one-event",
        "As it happened: gunmen in the Zhob district complex",
        "17.10 The hospital has put up its list. Seven people are dead. Nineteen are wounded.\n\n16.35 All four attackers have been killed, according to the Frontier Corps.\n\n15.18 The hospital speaks of five dead now.\n\n13.44 Heavy firing from the direction of the district complex in Zhob. There has been one explosion.",
        [{"district": "Zhob", "killed": 7, "injured": 19, "fighters": 4}],
    ),
    (
        "a-summary-without-a-day",
        "Kulachi buries its shopkeepers",
        "KULACHI: They carried Umar Daraz, who was eight, to the graveyard on Wednesday. He died overnight of the burns which he suffered when a suicide bomber exploded in the bazaar on Sunday. His death brings the toll of the attack to seventeen. Forty-one people were wounded on the day.",
        [{"killed": 17, "injured": 41}],
    ),
    (
        "wanted-for-what-he-did-long-ago",
        "Operation in Spinwam",
        "RAWALPINDI: Security forces conducted an operation in Spinwam, North Waziristan, on Tuesday. After an exchange of fire eleven khwarij were sent to hell, including ringleader Zabih, who was wanted for the target killing of elders in 2024.",
        [{"fighters": 11, "type": "security operation"}],
    ),
    (
        "half-a-headline-is-news",
        "Polio drive reaches 94 per cent, team comes under fire in Domel",
        "BANNU: The campaign came to its end in Bannu on Tuesday with 94 per cent of children vaccinated.\n\nIn the morning two men shot at a team in the Domel area and wounded the constable who guarded it, police said. No lives were lost.",
        [{"district": "Bannu", "injured": 1}],
    ),
    (
        "so-many-from-so-far",
        "Labourers taken at Hoshab",
        "HOSHAB: Some twenty men with rifles stopped the work at Hoshab on Sunday night and abducted eight labourers, five from Sanghar in Sindh and three from Rahim Yar Khan in Punjab, the assistant commissioner said.",
        [{"place": "Hoshab", "type": "kidnapping"}],
    ),
    (
        "a-ceremony-and-a-killing-of-its-own",
        "Nation marks anniversary of school massacre",
        "PESHAWAR: The nation on Wednesday observed the 12th anniversary of the attack on a school in Peshawar in which 147 people were killed by militants. A policeman was shot dead in Tank on Tuesday night.",
        [{"district": "Tank", "killed": 1}],
    ),
    (
        "a-memory-and-a-killing-set-apart",
        "Peshawar remembers victims of mosque bombing",
        "PESHAWAR: The city on Wednesday observed the third anniversary of the suicide bombing of a mosque in Peshawar in which 84 people were killed. Meanwhile, a policeman was shot dead in Tank on Tuesday night.",
        [{"district": "Tank", "killed": 1}],
    ),
    (
        "a-killing-of-the-day-before",
        "Four vaccinators shot dead",
        "KARACHI: Gunmen killed four vaccinators in two cities on Tuesday, officials said.\n\nThe day before, an unknown gunman had killed a volunteer in Karachi.\n\nThree of the victims were gunned down in Karachi, the minister said. In Peshawar, men on a motorcycle shot dead a woman of the campaign.",
        [{"district": "Karachi", "killed": 3}, {"district": "Peshawar", "killed": 1}],
    ),
    (
        "two-old-attacks-in-one-sentence",
        "Pilgrims hit again near Quetta",
        "QUETTA: Nine pilgrims were gunned down on the edge of Quetta on Tuesday. On May 3 at least 26 pilgrims were killed in a like attack in Mastung, and three traders died on May 8 when a van was shot at in Machh.",
        [{"district": "Quetta", "killed": 9}],
    ),
    (
        "a-toll-that-looks-like-a-sum",
        "Convoy attack: death toll now 10",
        "PARACHINAR: Ten people are now known to have died in Monday's attack on a convoy in Bagan, the health officer said.\n\nHe spoke of six drivers killed. The bodies of four drivers were found in the Udawali area in the morning.",
        [{"district": "Kurram", "killed": 10}],
    ),
    (
        "who-condemns-opens-no-attack",
        "Cleric among 18 killed at mosque",
        "HERAT: A suicide bomber killed at least 18 people at a mosque in Herat on Tuesday.\n\nThe deputy premier, who had met the imam at another gathering in Herat only hours before, condemned the killing and called him a scholar who was martyred at prayers.",
        [{"district": "Herat", "killed": 18}],
    ),
    (
        "raid-in-another-province",
        "Rocket kills one at Bagram",
        "KABUL: One person was killed when rockets hit the base at Bagram in Parwan province on Tuesday.\n\nIn the east, forces killed three militants in a raid in Barmal district of Paktika province, police said.",
        [{"district": "Bagram", "killed": 1, "fighters": None}, {"district": "Barmal", "fighters": 3}],
    ),
    (
        "a-spokesman-goes-on",
        "Two soldiers killed near Noshki",
        "QUETTA: A spokesman for the Baloch Liberation Army said that a bomber drove a car into a convoy near Noshki on Tuesday. He said more than thirty soldiers were injured.\n\nThe military said that two soldiers lost their lives and five were wounded.",
        [{"district": "Nushki", "killed": 2, "injured": 5}],
    ),
    (
        "workers-of-a-factory-taken-away",
        "Seven cement workers taken at gunpoint near Bannu",
        "BANNU: Armed men intercepted a van of a cement factory on the Miramshah road on Tuesday evening and led seven workers away into the hills, police said.",
        [{"district": "Bannu", "killed": None}],
    ),
    (
        "traders-in-another-town-say",
        "Guards killed in Chah Ab",
        "KABUL: Gunmen shot at a convoy in Chah Ab in Takhar on Tuesday. Two guards were killed, the spokesman said.\n\nTraders in Faizabad said that the price of gold had gone up.",
        [{"place": "Chah Ab", "killed": 2}],
    ),
    (
        "a-school-in-the-next-district",
        "Policemen martyred in Lakki, school torched in Tank",
        "LAKKI MARWAT: Two constables embraced martyrdom on Tuesday when a bomb went off near Tajazai. Three other policemen were wounded.\n\nIn neighbouring Tank, unidentified men broke the lock of a girls' school at Gara Baloch and set fire to three classrooms. Nobody was hurt.",
        [{"district": "Lakki Marwat", "killed": 2, "injured": 3}, {"district": "Tank"}],
    ),
    (
        "also-blew-up",
        "Clerk killed in Khuzdar; gas line blown up",
        "QUETTA: A clerk was killed when a bomb stuck to his car exploded in Khuzdar on Tuesday.\n\nUnidentified men also blew up a gas pipeline near Sui in Dera Bugti district. Officials said no one had been killed or hurt.",
        [{"district": "Khuzdar", "killed": 1}, {"district": "Dera Bugti", "type": "arson or sabotage"}],
    ),
    (
        "police-confirm-the-assault",
        "Front claims assault in Andarab",
        "The National Resistance Front says its fighters attacked a checkpoint in the Qasan valley of Baghlan on Monday, leaving eight dead.\n\nThe police confirmed the assault in Andarab district, but said that two of their men were killed and three injured.",
        [{"killed": 2, "injured": 3}],
    ),
    (
        "one-more-than-was-told-first",
        "Head of mines killed in Faizabad",
        "FAIZABAD: The head of the mines department in Badakhshan province was killed by gunmen on Tuesday.\n\nMawlawi Basir and one of his bodyguards were martyred in Faizabad, an official said.",
        [{"district": "Faizabad", "killed": 2}],
    ),
    (
        "winters-before",
        "Sixth victim of Herat shooting dies",
        "HERAT: The number of deaths in Monday's shooting in Injil went up to six, a source at the hospital said.\n\nJebrael has been hit before. In the winter, gunmen shot dead four clerics in a rickshaw, and the spring before that eleven worshippers were killed in Guzara.",
        [{"district": "Injil", "killed": 6}],
    ),
    (
        "hands-tied-and-shot-in-the-head",
        "Toll of coach killings climbs to nine",
        "LORALAI: The number of passengers slain near Mekhtar rose to nine on Tuesday night, when three more bodies were found. The three had their hands tied and had been shot in the head.",
        [{"killed": 9, "injured": None}],
    ),
    (
        "road-named-after-another-district",
        "Blast in Kohat kills three",
        "KOHAT: Three people were killed when a bomb exploded on the Bannu road in Kohat on Tuesday, police said.",
        [{"district": "Kohat", "killed": 3}],
    ),
    (
        "road-named-after-a-town-of-the-district",
        "Two constables killed in Mastung",
        "MASTUNG: Two constables were killed when a mine exploded on the Kanak road in Mastung on Tuesday, police said.",
        [{"place": "Kanak", "district": "Mastung", "killed": 2}],
    ),
    (
        "road-and-nothing-else",
        "Three shot dead on road",
        "Gunmen shot dead three people on the Wana road on Tuesday, an official said.",
        [{"place": "Wana", "killed": 3}],
    ),
    (
        "spokesman-with-the-name-of-a-province",
        "Two die in minibus blast",
        "MAZAR-I-SHARIF: A bomb hit a minibus in Mazar-i-Sharif on Tuesday. Police spokesman Asadullah Wardak said two passengers died.",
        [{"district": "Mazar-e-Sharif", "killed": 2}],
    ),
    # ---- operations
    (
        "three-operations-in-two-sentences",
        "ISPR: 21 khwarij killed in Kulachi, Tank, Jamrud",
        "RAWALPINDI: Security forces killed 21 khwarij in three separate engagements in Khyber Pakhtunkhwa, ISPR said on Wednesday. In Kulachi, 12 khwarij were sent to hell. In Tank, three more were neutralised, while six were killed in the Jamrud area of Khyber district.",
        [
            {"place": "Kulachi", "fighters": 12, "killed": None},
            {"district": "Tank", "fighters": 3, "killed": None},
            {"district": "Khyber", "fighters": 6, "killed": None},
        ],
    ),
    (
        "what-was-neutralised-were-bombs",
        "Constable killed by bomb in Tank",
        "TANK: Police found three bombs near a bridge in Tank on Tuesday. Two were neutralised and one went off, killing a constable.",
        [{"district": "Tank", "killed": 1, "fighters": None}],
    ),
    (
        "members-of-islamic-state-are-fighters",
        "Taliban raid IS hideout in Jalalabad",
        "JALALABAD: Taliban forces killed three Islamic State members in a raid in Jalalabad on Tuesday, a spokesman said. One Taliban fighter was also killed.",
        [{"district": "Jalalabad", "killed": 1, "fighters": 3}],
    ),
    # ---- several attacks
    (
        "lead-of-two-attacks-each-told-after-it",
        "Drone hits police station, gunmen kill two guards",
        "PESHAWAR, Pakistan (CW) - A drone dropped a bomb on a police station in northwest Pakistan and gunmen killed two guards on a road farther north, officials said on Tuesday.\n\nThe drone attack on Monday evening in Hangu killed one officer and wounded six.\n\nHours later, assailants opened fire on a checkpoint in Diamer district of Gilgit-Baltistan, killing two guards and wounding one.",
        [{"district": "Hangu", "killed": 1}, {"district": "Diamer", "killed": 2}],
    ),
    (
        "attack-on-the-camp-told-again-with-its-place",
        "Militants attack police camp, killing six; roadside bomb kills two",
        "PESHAWAR: Militants drove a bomb-laden rickshaw into a police camp in northwestern Pakistan on Tuesday, killing six policemen, officials said.\n\nHours later, a roadside bomb killed two constables in Upper Dir district.\n\nThe assault on the camp in Nowshera left 19 people wounded.",
        [{"district": "Nowshera", "killed": 6, "type": "suicide bombing"}, {"district": "Upper Dir", "killed": 2}],
    ),
    (
        "one-side-says-how-many",
        "Kabul says Pakistani strikes kill nine civilians; Islamabad says it hit militants",
        "KABUL/ISLAMABAD, May 20 (Wire) - The Taliban administration said on Wednesday that Pakistani aircraft had bombed homes in Barmal district of Paktika, killing nine civilians and wounding three.\n\nTwo Pakistani officials said that the targets were hideouts. Neither account could be verified.\n\nTalks have failed to produce a truce. The United Nations called for restraint.",
        [{"killed": 9}],
    ),
]
