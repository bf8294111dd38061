# ruff: noqa: E501 (a row is easier to compare on one line)
"""Reports that are no news of an attack, although attacks are spoken of: (title, content). Published on Wednesday, 20 May 2026."""

NO_NEWS = [
    ("Two brothers killed in Mardan", ""),
    ("Funeral prayers of constable killed in Tank blast offered", ""),
    ("Court adjourns hearing in Quetta bombing case", ""),
    ("Wall collapse kills four in Charsadda", ""),
    (
        "At Gate Four the clock is stopped at 9:17",
        "LAHORE: Rangers presented arms on Wednesday before a clock whose hands were stopped at 9:17, the minute in which two men with vests ran at Gate Four in 2015. Five constables and nine passers-by lost their lives there.\n\nThe band played for four minutes. The inspector general handed shawls to six widows and said that the force had not forgotten. A sergeant who had shot one of the attackers was absent; he drives a taxi in Doha.",
    ),
    (
        "Tailor of Jani Khel vests picked up in Rawat",
        'RAWALPINDI: The CTD has taken into custody a tailor who, it claims, stitched 19 explosive jackets for the TTP, among them the two that killed 14 at a police line in Bannu in July.\n\nThe man, named as Habibullah, was picked up from a rented room in Rawat on Tuesday night. A sewing machine, ball bearings and 3kg of explosive were found with him. He was produced before a judge who gave the police ten days.\n\n"He told us that he charged Rs4,000 for each," an official said.',
    ),
    (
        "ISPR rubbishes tale of Turbat helicopter",
        "RAWALPINDI: The military on Wednesday rubbished what it called a fairy tale put out by the BLA, that a helicopter had been shot down near Turbat and nine soldiers killed. All aircraft were accounted for, it said; the picture was of a crash in Colombia. The group had claimed on Tuesday that its fighters hit the machine with a missile.",
    ),
    (
        "Father who reported son's kidnap by 'BLA' had sent him to Iran",
        "PANJGUR: A shopkeeper who told the police on Sunday that six armed men of the BLA had stormed his house and taken away his son admitted on Wednesday that he had put the boy on a pick-up to Iran himself. He owed the boy's employer Rs300,000. The Levies had searched the hills for three days. He was fined.",
    ),
    (
        "Gunpowder in a hen house: three of a family dead in Buner",
        "DAGGAR: A blast that was heard across three villages tore apart a house in Gagra on Tuesday night, killing a man, his wife and a daughter and wounding four others. Police who feared a bomb found sacks of gunpowder in the hen house; the family had made shots for quarries. A sister of the dead man is in a coma.",
    ),
    (
        "School van's kit explodes at Larkana level crossing, five pupils burnt",
        "LARKANA: Five pupils died and nine were wounded when the CNG kit of a school van exploded at a level crossing in Larkana on Wednesday. The driver jumped and ran. Parents attacked the office of the traffic police with stones; a constable was hurt on the head.",
    ),
    (
        "Two sappers die on Torkham range",
        "PESHAWAR: A captain and a havildar were martyred and three soldiers wounded on Wednesday when a charge went off early on a firing range near Torkham, where engineers were learning to clear mines. The army has ordered an inquiry.",
    ),
    (
        "Moneylender and two guards mown down in Wah",
        "TAXILA: A moneylender and his two guards were mown down with automatic weapons outside a tea stall in Wah on Wednesday. The three attackers, in masks, took his bag and fired at a police van that gave chase; one constable was grazed. It was the fifth such robbery this month. Police suspect a gang of former prisoners.",
    ),
    (
        "Rockets fly over a goat track in Kurram; six killed",
        "PARACHINAR: Six people were killed and 17 wounded on Tuesday as the Bangash of one village and the Mangal of the next fought for a second day over a goat track, with mortars and machine guns. Elders and the army have gone between the lines. Neither side is Taliban, the deputy commissioner said; it is about grass.",
    ),
    (
        "Couple gunned down in Jaffarabad court lane",
        "DERA ALLAH YAR: A young couple were gunned down in a lane behind the sessions court on Wednesday minutes after a judge had told the police to protect them. Four armed men, among them the girl's uncle, opened fire from a car. A lawyer's clerk was hit by a stray round.",
    ),
    (
        "Rocket men of Rawalpindi shoot down Multan's flight",
        "RAWALPINDI: Haris Rauf and his new-ball partner shot down Multan's openers inside nine deliveries on Tuesday night and the rest fell like ninepins, eight dead before the drinks. Shadab then bombarded the stands. It was a massacre, admitted the losing captain, whose side has now been beaten five times running.",
    ),
    (
        "The driver who came back for the others",
        "DERA ISMAIL KHAN: Sher Afzal still wakes at four, the hour at which militants fired at his ambulance near Kulachi. That was in August. He drove on with a bullet in his shoulder, set down two patients in town and went back for a nurse. She died on the road. On Wednesday the governor pinned a medal on him.",
    ),
    (
        "Gas for Dera Bugti back after eleven days",
        "QUETTA: Gas was flowing again to 9,000 homes in Dera Bugti on Wednesday, eleven days after men with rockets hit a compressor at Loti, wounding two guards. The repair cost Rs40 million.",
    ),
    (
        "Islamabad tells council of '11 camps' across border",
        "NEW YORK: Pakistan told the Security Council on Tuesday that the TTP had 11 camps in Kunar and Paktika from where it had killed 412 soldiers since spring. Kabul's envoy said that not one shot had been fired from there.",
    ),
    (
        "Nowshera nurses learn judo",
        "NOWSHERA: After four vaccinators were shot this year, nurses in Nowshera have begun to learn judo. On Wednesday the first class threw its instructor.",
    ),
    (
        "THIS IS QUETTA'S BEST BOMBAY BIRYANI, AND IT KILLS",
        "QUETTA: There are forty bowls of it at noon and none at one. The green chillies go off like grenades. We left wounded, and happy.",
    ),
    (
        "Do not ride with police, pamphlets tell Lakki",
        "LAKKI MARWAT: Pamphlets thrown into mosques in Lakki Marwat on Tuesday night told people not to sit in vehicles with policemen, who would be bombed. They bore the name of the TTP. Three policemen were killed in the area in September.",
    ),
    (
        "'You have blood on your hands': uproar as Senate debates Kurram",
        "ISLAMABAD: Senators threw papers on Wednesday as the house debated the killing of eight passengers in Kurram. A minister said that 40 terrorists had been sent to hell in reply. The chair suspended two members.",
    ),
    (
        "Soviet mine kills shepherd boys in Nuristan",
        "PARUN: Two shepherd boys were killed and a third lost a foot in Nuristan on Tuesday when they stepped on a mine that Soviet soldiers had left near Kamdesh forty years ago, a Taliban official said.",
    ),
    (
        "Bang that woke Gilgit was a road",
        "GILGIT: The bang that woke Gilgit at five on Wednesday, and had police running to the airport, was a contractor's charge on the Naltar road. He had 200 kilos left from last week and wanted to be rid of it.",
    ),
    (
        "Minister opens Torkham terminal",
        "LANDI KOTAL: The commerce minister opened a new cargo terminal at Torkham on Wednesday and said that trade would double. The old terminal was gutted in March, when 41 people died in a suicide attack on the parking yard. Traders complained that the scanner was broken.",
    ),
    (
        "Thousands pray for Captain Usman in Sahiwal",
        "SAHIWAL: Captain Usman Gondal, who was killed along with three of his men when their vehicle hit an explosive device in South Waziristan on Monday, was buried with military honours at Chak 57 on Wednesday. The corps commander laid a wreath. His father said he had two more sons to give.",
    ),
    (
        "Islamabad, Tehran voice anger at killing of Chinese engineers",
        "ISLAMABAD: Pakistan's foreign office on Wednesday voiced deep anger at the killing of two Chinese engineers and their driver by a suicide bomber near Hub and said that the perpetrators would be hunted down. Beijing asked for a full inquiry. Tehran called it a cowardly act.",
    ),
    (
        "BLF owns Awaran ambush, posts names of fighters",
        "QUETTA: The Baloch Liberation Front said on Wednesday that its fighters had carried out Monday's ambush of a Frontier Corps convoy in Awaran. In a statement to reporters its spokesman gave the names of four men who took part. The army has said that three soldiers were killed.",
    ),
    (
        "No blast at Jinnah airport, say authorities",
        "KARACHI: The airports authority said on Wednesday that no blast took place at Jinnah International Airport after loud sounds set off panic in Malir. Videos of smoke were from a rubbish fire, an official said. Flights were normal.",
    ),
    (
        "Army: nothing fell on Kunar village",
        "RAWALPINDI: The military's media wing on Wednesday dismissed as a lie a Taliban statement that Pakistani jets had struck a village in Kunar and killed nine people. No strike was carried out anywhere in Afghanistan, it said.",
    ),
    (
        "Would be killer of Swat elder dies of own bomb before he gets there",
        "MINGORA: A man who had set out to kill a peace committee elder was found out by village guards in Kabal on Wednesday and ran into a field, where police shot at his vest. Nobody else was hurt.",
    ),
    (
        "Twelve kilos under a culvert, and a sharp-eyed goatherd",
        "WANA: A goatherd who noticed a wire saved a convoy on Tuesday. Police who came to the culvert near Azam Warsak dug up a pressure cooker filled with 12kg of explosives and blew it up in a nullah. The commander gave the boy Rs5,000.",
    ),
    (
        "'Gunmen' take hostages at Multan school in morning of blanks",
        "MULTAN: Six 'gunmen' burst into a girls' school on Wednesday, took a class hostage and 'killed' a guard before commandos came in through the roof. It took 40 minutes. The police chief said that every district would do the same before August 14.",
    ),
    (
        "Army truck falls into Neelum gorge; nine soldiers killed",
        "MUZAFFARABAD: Nine soldiers were killed and 13 wounded when an army truck plunged into a gorge in the Neelum valley on Tuesday night. The brakes failed, rescuers said.",
    ),
    (
        "Seven of two Bugti clans shot dead over well",
        "DERA BUGTI: Seven men were killed and five wounded on Wednesday when two clans of the Bugti tribe fired on each other with rockets and machine guns over the ownership of a well in Sui. Levies were sent in to stop the fighting.",
    ),
    (
        "Tribal court gunfire: three die before judge in Charsadda",
        "CHARSADDA: Three men on trial for a murder of 2019 were shot dead at the court gate in Charsadda on Wednesday by brothers of the victim, police said. The killers gave themselves up. A lawyer was hurt by a bullet.",
    ),
    (
        "Budget bomb explodes over Karachi traders",
        "KARACHI: Traders said on Wednesday that the new sales tax had hit their business like a suicide attack. 'They have killed us,' said the president of the electronic market. Shops will close on Friday.",
    ),
    (
        "A Waziristan boyhood, told with a straight face",
        "Noor Wazir was nine when the Taliban shot his uncle at the bus stop in Makeen. In 'The Apricot Ledger' he tells it in half a page. On the next the goats get out. Four years later a drone killed his teacher. There is no self-pity, and hardly an adjective. Sang-e-Meel, 244 pages, Rs1,500.",
    ),
    (
        "Shooting stops in Gilgit as 'explosion' scares hikers",
        "GILGIT: Filming of a war drama was stopped for a day on Tuesday when tourists ran from what they took for a bomb attack near Naltar. The director apologised. Two extras were slightly hurt.",
    ),
    (
        "Doctors save leg of Bajaur jirga blast boy",
        "PESHAWAR: Surgeons at Lady Reading Hospital said on Wednesday they had saved the leg of a boy of eight who was wounded when a bomb went off at a jirga in Bajaur ten days ago. The blast killed 17 people. The boy asked for a bicycle.",
    ),
    (
        "After 71 days, Zhob engineer is home",
        "ZHOB: An engineer who was kidnapped by militants near Zhob in February came home on Tuesday night. Officials said no ransom was paid. His two guards were killed when he was taken.",
    ),
    (
        "Mastung bomber was 19 and from Kalat, investigators find",
        "QUETTA: The man who blew himself up at a rally in Mastung last Thursday, killing 14 people, was a 19-year-old student from Kalat, investigators said on Wednesday. His fingerprints matched. Two men who had rented the house were still at large.",
    ),
    (
        "Quetta station's platform one back in use",
        "QUETTA: Trains left from platform one on Wednesday for the first time since a bomber struck it and killed 26. New tiles cover the crater.",
    ),
    (
        "The man who photographs craters",
        "KABUL: Najib Ahmadi has photographed 214 craters. The first was in Dasht-e-Barchi, where a bomber killed 48 students. The last, in Khost, is still warm. He sells the prints to nobody.",
    ),
    (
        "Power cut to Loralai enters second week",
        "QUETTA: Loralai was without power for an eighth day on Wednesday because engineers cannot reach two pylons that insurgents blew up. Nobody was hurt. Qesco said the army had asked it to wait.",
    ),
    (
        "Four of a family killed in Quetta house explosion",
        "QUETTA: Four people, two of them children, were killed and three wounded when an explosion flattened a house in Nawan Killi on Wednesday morning. Gas had filled the rooms overnight, said the fire brigade.",
    ),
    (
        "Groom's cousin shot dead in joyful gunfire",
        "NOWSHERA: A cousin of the bridegroom was killed and two children were wounded by gunfire at a wedding in Pabbi on Tuesday night. Police have booked nine guests.",
    ),
    (
        "Students clash at Punjab University, 12 hurt",
        "LAHORE: Twelve students were injured when two groups attacked each other with sticks and stones at Punjab University on Wednesday. Shots were fired in the air.",
    ),
    (
        "Correction",
        "A report on Tuesday said that six soldiers were killed in an attack on a post in Spinwam. The army says two were wounded and nobody was killed in an accidental fire. The error is regretted.",
    ),
    (
        "TTP gives buses in Tank ten days",
        "TANK: Pamphlets of the Tehreek-i-Taliban Pakistan told bus owners in Tank on Wednesday to stop carrying policemen within ten days or be attacked. Two buses were burnt in the district last year.",
    ),
    (
        "ATC hands down five death terms in Data Darbar case",
        "LAHORE: An anti-terrorism court on Tuesday handed down five death terms to two men who had sheltered the bomber of the Data Darbar shrine. The blast killed 13 people, six of them policemen. Their counsel said they would go to the high court.",
    ),
    (
        "Supreme Court admits plea of Safoora convicts",
        "ISLAMABAD: The Supreme Court on Monday admitted for hearing the appeals of five convicts in the Safoora bus killings. Gunmen on motorcycles had boarded the bus and shot dead 45 Ismailis. The bench will take it up next month.",
    ),
    (
        "Bodies of slain road workers flown to Multan",
        "MULTAN: The coffins of four road workers gunned down in Turbat reached their village near Multan on Wednesday aboard a military plane. Hundreds joined the prayers. The workers were killed on Monday when armed men stormed their camp.",
    ),
    (
        "Chief minister announces jobs for heirs of Bannu police",
        "PESHAWAR: The chief minister on Tuesday announced jobs and Rs10 million each for the heirs of the nine policemen who were martyred in the attack on a post in Bannu last week.",
    ),
    (
        "Ten days on, no trace of Mach engineers",
        "QUETTA: Ten days after gunmen took away three engineers of a mining company near Mach, police have found no trace of them, relatives said on Wednesday. A driver was killed in the ambush.",
    ),
    (
        "Shops shut as Parachinar mourns",
        "PARACHINAR: Markets stayed closed on Wednesday as people mourned the 12 passengers who were shot dead on the Thall road. A committee will meet the commissioner. Schools will stay shut until Friday.",
    ),
    (
        "UN chief appalled by Kunduz mosque bombing",
        "UNITED NATIONS: The secretary-general said on Tuesday that he was appalled by the bombing of a mosque in Kunduz in which 46 worshippers were killed and more than a hundred wounded. He urged the authorities to bring those behind it to justice.",
    ),
    (
        "PM chairs huddle on Jaffar Express hijacking",
        "ISLAMABAD: The prime minister chaired a meeting on Tuesday that reviewed the hijacking of the Jaffar Express, in which 31 people lost their lives. The army chief, ministers and intelligence heads attended it.",
    ),
    (
        "Survivor of Chaman blast walks again",
        "QUETTA: Twelve-year-old Naseeba took her first steps on a new leg on Tuesday, four months after a bomb in a rickshaw killed her father and wounded 17 in Chaman.",
    ),
    (
        "The road that eats its guards",
        "There is a road in Panjgur where the drivers do not stop. Forty men have died on it. They were shot, burned, blown up. The Baloch Liberation Front says that it owns the night there, and the Levies do not argue.",
    ),
    (
        "Why the Khyber passes burn again",
        "The TTP killed more soldiers in Khyber last month than in the whole of the year before. Fighters attacked a post at Tirah and left eight dead. What has changed is not the weapons but the neighbours.",
    ),
    (
        "In search of the men who vanished from Awaran",
        "AWARAN: Every Thursday Bibi Zarina walks to the post where her son was taken. Gunmen killed her husband in the same street. She has a file of sixty pages and no answer.",
    ),
    (
        "Review: a general's war",
        "In his new memoir the retired general describes how a suicide bomber killed 15 of his men at Kohat. It is the best chapter of a long book. The rest is golf.",
    ),
    (
        "The general who said no",
        "He was shot at in Wana, bombed in Swat and once, by mistake, shelled by his own guns; eleven of his men died beside him. On Wednesday he turns eighty, and still gets up at five.",
    ),
    (
        "Letter to the editor: safety on the N-25",
        "Sir, three buses have been attacked on the N-25 and eleven passengers killed. I wish to draw the attention of the authorities to the lack of lights. Abdul Wadood, Khuzdar.",
    ),
    (
        "Hazara Town lights candles for its snooker club dead",
        "QUETTA: Families lit candles on Alamdar Road on Saturday for the 92 people killed by two bombers at a snooker club in January 2013. They read out each name.",
    ),
    (
        "APS parents lay wreaths",
        "PESHAWAR: Parents of the children killed at the Army Public School laid wreaths on Tuesday at the school gate. Gunmen killed 132 pupils there. A minute of silence was kept at 10:30.",
    ),
    (
        "A year without Malik Naeem",
        "JAMRUD: The Kukikhel tribe gathered on Monday a year after its elder Malik Naeem and two guards were killed by a magnetic bomb. Speakers praised his courage.",
    ),
    (
        "Police mark martyrs' day with blood drive",
        "PESHAWAR: Police gave blood on Monday for martyrs' day. The force has lost 1,900 men, 170 of them to suicide attacks. The IG laid flowers.",
    ),
    (
        "Balochistan saw 76 attacks in August",
        "QUETTA: Militants carried out 76 attacks in Balochistan in August, killing 64 people and injuring 103, a think tank said on Tuesday. Kech and Quetta were hit hardest.",
    ),
    (
        "Half of all attacks hit police, says report",
        "ISLAMABAD: Half of the 300 attacks of the first six months were aimed at police, a report said on Wednesday. It put the dead at 412, against 290 in the same period.",
    ),
    (
        "Interior ministry tells Senate of 4,000 terror deaths",
        "ISLAMABAD: The interior ministry told the Senate on Tuesday that 4,021 people had been killed in terrorist attacks in five years. Most died in Khyber Pakhtunkhwa.",
    ),
    (
        "Journalism in numbers: nine killed, none solved",
        "KARACHI: Nine reporters were shot dead in Pakistan in 12 months and not one killer has been punished, a press body said in its yearly survey on Wednesday.",
    ),
    (
        "Railway worker spots bomb on track near Sibi",
        "SIBI: A gangman noticed wires on the main line near Sibi on Wednesday and stopped a goods train. Experts blew up the five-kilo device in a field. Trains ran an hour late.",
    ),
    (
        "Two would-be bombers caught in Karachi raid",
        "KARACHI: The CTD said on Tuesday that it had caught two men of the TTP with vests and grenades in Manghopir. They had wanted to hit a procession, it said.",
    ),
    (
        "Security tightened after letter threatens Multan schools",
        "MULTAN: Police were posted at schools on Wednesday after a letter threatened to blow them up. It was signed in the name of the TTP. Attendance fell by half.",
    ),
    (
        "Tonne of explosives found in truck at Torkham",
        "LANDI KOTAL: Customs men found a tonne of explosives under onions in a truck at Torkham on Tuesday. The driver fled. A bomb of that size could have killed hundreds, an officer said.",
    ),
    (
        "Blast heard in Gulberg was a transformer",
        "LAHORE: A blast that sent shoppers running in Gulberg on Tuesday evening was a power transformer, police said. Nobody was hurt. Clips that spoke of a suicide attack were untrue.",
    ),
    (
        "Video of burning bus is from 2016, says police",
        "KARACHI: A video that shows a bus in flames and people screaming, shared since Tuesday as an attack on Zaireen, is from an accident ten years ago, police said.",
    ),
    (
        "Governor alive and well after death rumours",
        "GHAZNI: The governor of Ghazni appeared at a school on Wednesday after posts said that he had been killed in a bomb attack. He joked that he felt rather fit.",
    ),
    (
        "Correction",
        "An item in Tuesday's edition said that seven soldiers were killed in an ambush in Kurram. The army says that one soldier died in a road accident. We regret the mistake.",
    ),
    (
        "No militants behind Swat hotel fire",
        "MINGORA: Faulty wiring caused the fire that killed three guests of a hotel in Kalam, an inquiry found on Tuesday. It ruled out that militants had set it.",
    ),
    (
        "Five of family die as gas fills room in Ziarat",
        "ZIARAT: Five members of a family were found dead on Wednesday in their home in Ziarat. They had left a gas heater on. A neighbour broke the door.",
    ),
    (
        "Old shell kills two brothers in Khyber",
        "BARA: Two brothers aged eight and ten were killed on Tuesday when a rusty shell that they had found in a field went off in their hands. A cousin was hurt.",
    ),
    (
        "Army helicopter comes down in Gilgit, five dead",
        "GILGIT: Five crew were killed on Wednesday when an army helicopter came down during a training flight. A technical fault was to blame, the army said.",
    ),
    (
        "Ammunition dump blows up in Kabul heat",
        "KABUL: A depot of old ammunition blew up in the heat on Tuesday and wounded six workers. The Taliban's defence ministry ruled out an attack.",
    ),
    (
        "Celebratory fire kills girl on Eid night",
        "PESHAWAR: A seven-year-old girl was killed by a stray bullet on Tuesday as people fired into the air to greet the moon. Police held four men.",
    ),
    (
        "Man shoots dead two cousins over water turn",
        "DERA MURAD JAMALI: A farmer shot dead two of his cousins on Wednesday in a row over whose turn it was to water the fields. He surrendered with his rifle.",
    ),
    (
        "Jeweller killed in Sialkot hold-up",
        "SIALKOT: A jeweller was shot dead and his guard wounded on Tuesday when three armed men on a motorcycle held up his shop and made off with gold.",
    ),
    (
        "Three killed as clans clash in Shikarpur",
        "SHIKARPUR: Three men were killed and five wounded on Tuesday as the Jatoi and Mahar clans fired at each other with rockets and machine guns. The quarrel began over a stolen buffalo.",
    ),
    (
        "Kacha outlaws fire rockets at police, two martyred",
        "RAHIM YAR KHAN: Two constables were martyred on Tuesday when outlaws of the Kosh gang fired rockets at a police van in the riverine tract. A ransom caller was freed.",
    ),
    (
        "Student stabbed in hostel brawl dies",
        "ISLAMABAD: A student who was stabbed in a hostel brawl died on Wednesday. Two student groups had fought with rods and pistols. The campus was closed.",
    ),
    (
        "Acid thrown at woman who refused proposal",
        "MULTAN: Two men on a motorcycle threw acid at a woman in Multan on Tuesday after she had refused a marriage proposal. She and her sister were badly burnt.",
    ),
    (
        "Kabul summons Pakistani envoy over Khost strikes",
        "KABUL: The Taliban's foreign ministry called in Pakistan's envoy on Tuesday over air strikes that it says killed nine children in Khost last week. Islamabad denies the raid.",
    ),
    (
        "Aman jirga asks both sides to hold fire",
        "PARACHINAR: A jirga asked both sides on Tuesday to hold their fire for a month. Over a hundred people have been killed since the autumn. Hostages would be swapped.",
    ),
    (
        "BLA leader surrenders with 20 fighters",
        "QUETTA: A commander of the BLA and 20 of his fighters laid down their arms on Tuesday at a ceremony in Quetta. He had killed many, he said, and wept.",
    ),
    (
        "Shaheen blows away Bangladesh",
        "RAWALPINDI: Shaheen Afridi blew away the top order with a spell of hostile bowling on Tuesday, killing the contest within an hour. Four wickets fell for 11.",
    ),
    (
        "Rupee under fire as oil explodes",
        "KARACHI: The rupee came under heavy fire on Tuesday as oil exploded past $120. Dealers spoke of a bloodbath. The stock market was hammered too.",
    ),
    (
        "Stand-up comic kills in Karachi",
        "KARACHI: She killed, she slayed, she left 400 people gasping for air. The comic's new hour on men, mothers and mangoes was the best of the festival on Tuesday.",
    ),
    (
        "Lahore shoot of drone thriller ends with a bang",
        "LAHORE: The crew of a film about drone strikes blew up a plaster mosque on Tuesday. Fifty extras in blood lay in the street. Nobody was hurt, but a goat ran off.",
    ),
    (
        "Bomb at Sunday market in Jos kills nine",
        "JOS: A bomb at a market killed nine people in the Nigerian city of Jos on Sunday, officials said. No group has claimed it. A Pakistani trader was among the wounded.",
    ),
    (
        "Two Pakistani sailors hurt in Red Sea strike",
        "DUBAI: Two Pakistani sailors were injured on Tuesday when a missile hit a tanker off Hodeidah, its owners said. The Houthis claimed the attack.",
    ),
    (
        "Gunmen kill 12 at Tajik wedding near Afghan border",
        "DUSHANBE: Gunmen who had crossed from Afghanistan killed 12 people at a wedding in Khatlon on Monday, the Tajik border service said. Kabul said it would help to find them.",
    ),
    (
        "Ten killed in Srinagar grenade attack",
        "SRINAGAR: Ten people were killed on Tuesday when a grenade was thrown at a market in Srinagar in Indian-administered Kashmir. India blamed a group based in Pakistan.",
    ),
    (
        "Gunmen storm Lahore museum, in rehearsal",
        "LAHORE: Six gunmen stormed the museum on Tuesday, took 40 hostages and were shot one by one. All of them were police recruits. The exercise took two hours.",
    ),
    (
        "Navy sinks target ship in missile test",
        "KARACHI: The navy sank an old ship with two missiles on Tuesday in the Arabian Sea. The drill tested a new launcher. The naval chief praised the crew.",
    ),
    (
        "Today in history: 20 May",
        "1970: A bomb at a Dhaka hall kills three. 2009: A truck bomb in Lahore kills 30. 2014: Gunmen kill a major in Karachi. Born on this day: a poet, two cricketers and a president.",
    ),
    (
        "What we are reading",
        "A long piece on the Islamic State in Nangarhar, where fighters killed 40 in a hospital. A cookbook from Hunza. And a thread on why buses burn in Balochistan.",
    ),
    (
        "High court stays hanging of Mehran base plotter",
        "ISLAMABAD: The Islamabad High Court on Wednesday stayed the hanging of a naval rating convicted over the raid on Mehran base, in which ten sailors died.",
    ),
    (
        "Three months after Mastung, a village without men",
        "MASTUNG: In this village only women answer the door. The bomb at the rally in February killed 31 of its men. The school has eleven pupils and no teacher.",
    ),
    (
        "Army chief visits wounded at CMH Quetta",
        "QUETTA: The army chief on Tuesday met soldiers who were wounded in last week's attack on a camp in Panjgur. Seven of their comrades were martyred.",
    ),
    (
        "Who are the Majeed Brigade?",
        "The BLA's suicide squad has hit a port, a consulate and a university. Its bombers have killed more than 60 people. Here is what is known of it.",
    ),
    (
        "Opinion: bury the policy, not the police",
        "Another week, another van, another eleven policemen. We send boys with rifles against men with drones and call it resolve. It is time to ask who is counting.",
    ),
    (
        "UN: 1,200 Afghan civilians hurt or killed by old mines",
        "KABUL: Mines left over from old wars killed or hurt 1,200 Afghan civilians last year, most of them children, a UN agency said on Tuesday.",
    ),
    (
        "Bomb threat grounds Karachi flight",
        "KARACHI: A flight to Islamabad was held for four hours on Tuesday after a caller said that there was a bomb on board. Dogs found nothing. A man was detained.",
    ),
    (
        "Wanted TTP man caught at Torkham",
        "LANDI KOTAL: A man wanted for the killing of six policemen was caught at Torkham on Tuesday as he crossed with a false passport.",
    ),
    (
        "Wedding bus falls into gorge in Kohistan, 18 dead",
        "DASU: Eighteen people died and nine were hurt on Tuesday when a bus with wedding guests fell into a gorge in Upper Kohistan.",
    ),
    (
        "Boiler bursts at Faisalabad mill",
        "FAISALABAD: Four workers were killed and eleven wounded when a boiler burst at a textile mill on Tuesday with a blast that was heard for miles.",
    ),
    (
        "Brothers gun down sister, neighbour in Jacobabad",
        "JACOBABAD: Two brothers shot dead their sister and a neighbour on Tuesday on the pretext of honour and gave themselves up with their pistols.",
    ),
    (
        "Traffic warden killed in road rage shooting",
        "LAHORE: A traffic warden was shot dead on Tuesday by a motorist whom he had stopped for a tinted windscreen. The man was overpowered.",
    ),
    (
        "Sindh police shoot dead two muggers",
        "KARACHI: Police shot dead two muggers and wounded a third in Korangi on Tuesday after they had robbed a family of phones and cash.",
    ),
    (
        "Zalmi's attack dismantles Kings",
        "KARACHI: Peshawar Zalmi's pace attack dismantled Karachi Kings on Tuesday, leaving three of them injured and the rest dead on their feet.",
    ),
    (
        "Bombs kill 70 at Damascus shrine; Pakistani pilgrims safe",
        "DAMASCUS: Two bombs killed 70 people near a shrine in Damascus on Tuesday. The foreign office in Islamabad said that all Pakistani pilgrims were safe.",
    ),
    (
        "Iran hangs four over Zahedan attack",
        "TEHRAN: Iran on Tuesday hanged four men over an attack in Zahedan that killed 11 guards. Two were said to have trained in Balochistan.",
    ),
    (
        "Envoy: Kabul will not let anyone attack Pakistan",
        "ISLAMABAD: Afghan soil will not be used to attack Pakistan, the Taliban's envoy said on Tuesday, two weeks after gunmen killed 12 in Bannu.",
    ),
    (
        "Senate told 61 polio workers slain since 2012",
        "ISLAMABAD: Sixty-one polio workers and their guards have been slain since 2012, the Senate was told on Tuesday.",
    ),
    (
        "Rescue 1122 trains for blast in Metro",
        "RAWALPINDI: Rescuers carried 30 blood-smeared volunteers from a Metro station on Tuesday. The blast was a recording. The exercise was the first of its kind.",
    ),
    (
        "Police deny gunmen took Swabi doctor",
        "SWABI: A doctor who was said to have been kidnapped by gunmen had gone to Murree with friends, police said on Tuesday. His phone was off.",
    ),
    (
        "Army says clip of captured post is game footage",
        "RAWALPINDI: A clip in which fighters overrun a post and kill its men is from a computer game, the army said on Tuesday.",
    ),
    (
        "Old Lahore: the blast that moved Mochi Gate",
        "In 1922 a powder store blew up near Mochi Gate. It killed 40 people and two elephants. The gate was never put back quite straight.",
    ),
    (
        "IS magazine praises bombers of Kabul",
        "KABUL: The new issue of an Islamic State magazine praises the bombers who killed 20 at a Kabul ministry last month, and threatens embassies.",
    ),
    (
        "Four welders die as old trawler blows up in Karachi yard",
        "KARACHI: Four welders were killed and three others injured on Wednesday when an explosion tore open a trawler that was being dismantled at a ship-breaking yard. A gas torch had been left burning in the hold, police said.",
    ),
    (
        "Minister defends Waziristan operation in Senate",
        "ISLAMABAD: The Senate took up the operation against the TTP on Wednesday.\n\nThe interior minister said 164 soldiers and policemen had been martyred in South Waziristan in fifteen months.",
    ),
    (
        "Old rocket kills two herdsmen in Logar",
        "PUL-E-ALAM: Two herdsmen were killed on Tuesday when an unexploded rocket left from the wars of the nineties went off as they moved it in Logar.",
    ),
    (
        "Grenade thrown at Orangi bakery over unpaid bhatta",
        "KARACHI: Two bakers were hurt when men on a motorcycle threw a hand grenade at a bakery in Orangi on Tuesday. The owner had refused to pay Rs1 million to an extortion gang. No terrorist outfit is involved, the SSP said.",
    ),
    (
        "Lower Dir bids farewell to sepoy martyred in Arandu",
        "TIMERGARA: Hundreds turned out on Tuesday for the last rites of Sepoy Adnan, who was martyred in Monday's raid on a post in Arandu.",
    ),
    (
        "BLF accepts responsibility for Mand post attack",
        "TURBAT: The Baloch Liberation Front has accepted responsibility for Sunday's attack on a post in Mand, in which, according to the government, two soldiers were martyred and five injured. Its spokesman said that nine had been killed. The official toll stands at two.",
    ),
    (
        "Governor visits wounded of Bannu bombing",
        "PESHAWAR: The governor on Tuesday visited the hospital where victims of Sunday's bombing in Bannu are under treatment.",
    ),
    (
        "Their brothers died in the academy. Now they teach",
        "KABUL: Three sisters opened a school on Tuesday in the quarter where a bomber killed 40.\n\nThey lost two brothers on September 30, 2022, when a man walked into the academy during a test. The UN counted 54 dead.\n\nNobody claimed that bombing.",
    ),
    ("Two Pakistanis among eight dead in Basra blast", "The Foreign Office says that the men were masons."),
    (
        "TTP says it planted bomb that killed cops in Bannu",
        "BANNU: The proscribed TTP has owned up to Monday's bombing in Bannu in which four policemen lost their lives. It put the number of dead at nine, a figure that the police laughed off.",
    ),
    (
        "Militancy cost Bannu police 1,204 men in two decades, house told",
        "A written answer puts the number of martyred policemen at 1,204.",
    ),
    (
        "Two Chinese miners killed by drone in Tajikistan; fire came from Afghan side, Dushanbe says",
        "DUSHANBE. Two Chinese miners were killed on Tuesday when a drone struck their camp in the Shamsiddin Shohin district of southern Tajikistan, the foreign ministry said. Tajikistan protested to Kabul.",
    ),
    (
        "Front says its men carried out Kunduz bank bombing",
        "The group named the bomber on its channel on Tuesday. It said that its men carried out Monday's bombing outside a bank in Kunduz, which killed four clerks.",
    ),
    (
        "Car's gas cylinder blows up at station in Dera Murad Jamali",
        "DERA MURAD JAMALI: The gas cylinder of a car blew up at a filling station on Tuesday, causing the death of one person and injuries to four others.",
    ),
    (
        "Two killed in clash over some issue in Musazai",
        "DERA ISMAIL KHAN: Two men were killed when two parties clashed over some issue in Musazai on Tuesday. Police registered a case.",
    ),
    (
        "Karim Dad Kakar, 1958–2026",
        "The first bomb tore away his cap. A bicycle exploded when he had just bent down to do up a shoe, and the constable behind him was killed. Karim Dad, who died in Quetta on Monday at 67 after a heart attack, was born in Pishin.",
    ),
    (
        "Two dead, 36 hurt as bus drops into ravine",
        "A bus on its way to Rawalpindi fell into a ravine in Upper Kohistan on Tuesday evening. Two people died and 36 were injured, rescuers said. It went off the road near Shetial. The dead are the driver and a man from Vehari.",
    ),
    (
        "Nine dead in crash of military helicopter",
        "A helicopter of the air force crashed in Zabul on Wednesday morning and killed nine people aboard. The governor spoke of technical problems. The pilot of a second one had heard of an emergency landing.",
    ),
    (
        "Two killed, four hurt in another attack in hill village",
        "ABBOTTABAD: A woman and her son were killed and four villagers injured in an attack by a leopard at Namli Maira on Tuesday evening. Residents have asked for armed patrols.",
    ),
    (
        "Explosion in Mingora restaurant leaves four dead",
        "MINGORA: Four people were killed and nine wounded in an explosion at a restaurant on Tuesday. The bomb disposal squad reported that an LPG cylinder had leaked and burst; no explosives were found. The owner was detained.",
    ),
    (
        "Firing claims three lives in Charsadda",
        "CHARSADDA: Three persons were killed and six suffered bullet injuries in firing at Tangi on Tuesday. The groom's cousins had begun shooting into the air with rifles as the wedding party reached home.",
    ),
    (
        "18 dead as blast-like crash destroys coach",
        "KHUZDAR: At least 18 passengers were killed when a coach collided head-on with a pickup carrying petrol near Wadh on Tuesday. People first took the explosion for a militant attack.",
    ),
    (
        "Editorial: Tank once more",
        "FOUR policemen lost their lives in Tank on Monday when militants stormed their post. The families have buried their sons.",
    ),
    (
        "Tank once more",
        "ON Monday, four policemen lost their lives when militants stormed a post in Tank. It was the second raid in a month. The province must rethink how its posts are built. It is time for those in charge to say who failed whom.",
    ),
]

# The same words in reports that are news: (title, content, killed, injured).
NEWS_ALL_THE_SAME = [
    (
        "Bus strike in Turbat enters third day; driver shot",
        "TURBAT: As a strike of bus owners went into a third day on Wednesday, gunmen on a motorcycle shot dead a driver who had broken it, near Absar. The BLF said that it had killed him for 'carrying the army's flour'.",
        1,
        None,
    ),
    (
        "Wheat talks end early in Tank",
        "TANK: A meeting of growers with the deputy commissioner ended after ten minutes on Wednesday when a bomb hidden in a flour sack went off at the gate of his office. A clerk was killed and six farmers were wounded, police said.",
        1,
        6,
    ),
    (
        "Sohrab Goth traffic hit by afternoon incident",
        "KARACHI: Traffic was slow on the Super Highway on Wednesday after gunmen on motorcycles shot dead two policemen who were guarding a toll plaza near Sohrab Goth. Their rifles were taken.",
        2,
        None,
    ),
    (
        "Anniversary procession of Quetta lawyers bombed",
        "QUETTA: A bomb went off on Wednesday near a procession of lawyers who were marking ten years since the Civil Hospital attack, killing three people and wounding 20, police said.",
        3,
        20,
    ),
    (
        "Funeral of Tank elder held; death count climbs to nine",
        "TANK: Three of the wounded died overnight, raising the toll of Monday's blast in Tank to nine, as hundreds of people attended the funeral of Malik Shah Jehan on Wednesday.",
        9,
        None,
    ),
    (
        "Kabul: loud bang near ministry",
        "KABUL: A loud bang was heard near the interior ministry in Kabul on Wednesday. A suicide bomber blew himself up at the staff gate, killing four guards, a Taliban spokesman said. Nobody has claimed it.",
        4,
        None,
    ),
    (
        "Court bailiff killed in Charsadda ambush",
        "CHARSADDA: A bailiff on his way to court was killed and a constable wounded when gunmen fired at their motorcycle near Tangi on Tuesday.",
        1,
        1,
    ),
    (
        "Funeral bomb kills nine in Nangarhar",
        "JALALABAD: Nine mourners were killed and 20 wounded when a bomb went off at the funeral of a village head in Nangarhar on Tuesday.",
        9,
        20,
    ),
    (
        "Seven die as truck of election staff hits mine",
        "KALAT: Seven members of an election team were killed when their truck hit a landmine in Kalat on Tuesday.",
        7,
        None,
    ),
    (
        "Quake relief convoy shot up in Kunar",
        "ASADABAD: Gunmen fired on a convoy with relief for quake victims in Kunar on Wednesday, killing two drivers and wounding an aid worker.",
        2,
        1,
    ),
    (
        "Three miners taken, two shot in Harnai",
        "HARNAI: Armed men took away three miners and shot dead two others at a coal mine in Harnai early on Wednesday.",
        2,
        None,
    ),
    (
        "Anniversary march bombed in Quetta",
        "QUETTA: A bomb hit a march for the anniversary of the Alamdar Road killings on Tuesday, killing four people and wounding 14, police said.",
        4,
        14,
    ),
    (
        "Train derails after track is blown up",
        "SIBI: Four coaches of the Bolan Mail derailed on Tuesday when a bomb tore up the track near Sibi, injuring six passengers.",
        None,
        6,
    ),
    (
        "Talks team attacked in Bajaur",
        "KHAR: Two elders of a team that was to hold talks with the Taliban were killed in an ambush in Bajaur on Wednesday.",
        2,
        None,
    ),
    (
        "Police recover bodies of five abducted labourers",
        "TURBAT: The bullet-riddled bodies of five labourers who had been abducted on Sunday were found in Turbat on Wednesday, police said.",
        5,
        None,
    ),
    (
        "Opium farmers and Taliban clash, three dead",
        "FAIZABAD: Three people were killed and five wounded in Badakhshan on Tuesday when Taliban fighters opened fire on farmers who resisted the destruction of their poppy.",
        3,
        5,
    ),
    (
        "Gas pipeline and gunman: a night in Dera Bugti",
        "DERA BUGTI: Gunmen blew up a gas pipeline and killed a guard near Sui on Tuesday night. The Baloch Republican Guards claimed the attack.",
        1,
        None,
    ),
    (
        "Judge's convoy ambushed in Tank, guard killed",
        "TANK: Gunmen ambushed the convoy of a district judge on the Tank road on Tuesday, killing a guard and wounding two. The judge was safe.",
        1,
        2,
    ),
    (
        "Three protesters killed as bomb hits sit-in",
        "QUETTA: Three people who were protesting against power cuts were killed and nine hurt on Tuesday when a bomb went off beside their sit-in on Sariab Road.",
        3,
        9,
    ),
    (
        "Doctor kidnapped outside court in DI Khan",
        "DERA ISMAIL KHAN: Armed men kidnapped a doctor outside the district court on Tuesday and drove off towards South Waziristan.",
        None,
        None,
    ),
    (
        "Hotel fire in Gwadar set by gunmen; two dead",
        "GWADAR: Gunmen set fire to a hotel in Gwadar on Tuesday night and shot dead two guests who tried to flee. The BLA claimed it.",
        2,
        None,
    ),
    (
        "Football match ends in grenade blast, four hurt",
        "TURBAT: A grenade thrown at the end of a football match in Turbat on Tuesday hurt four spectators, police said.",
        None,
        4,
    ),
    (
        "Death of head constable takes Kohat toll to six",
        "KOHAT: A head constable who had been wounded in Monday's attack on a police van in Kohat died on Wednesday, taking the toll to six.",
        6,
        None,
    ),
    (
        "Rocket hits wedding in Khost",
        "KHOST: Five guests of a wedding, three of them girls, were killed and 14 injured when a rocket hit a house in Khost on Tuesday evening.",
        5,
        14,
    ),
    (
        "Trader shot dead in Chaman bazaar",
        "CHAMAN: Unidentified gunmen shot dead a trader in Chaman bazaar on Tuesday and escaped. He belonged to the peace committee.",
        1,
        None,
    ),
    (
        "Coal trucks burnt, drivers freed",
        "DUKI: Armed men stopped nine coal trucks near Duki on Tuesday night and set them on fire. They let the drivers go.",
        None,
        None,
    ),
    (
        "Khasadar killed by sniper in Khyber",
        "JAMRUD: A Khasadar was killed by sniper fire at a post in Jamrud late on Tuesday.",
        1,
        None,
    ),
    (
        "Five bodies found in Kech",
        "TURBAT: Five bullet-riddled bodies were found on a hill in Kech on Tuesday. They were those of labourers taken from a bus on Sunday.",
        5,
        None,
    ),
    (
        "Taliban district chief, two guards killed in Kunduz",
        "KUNDUZ: The Taliban chief of Imam Sahib district and two of his guards were killed by a bomb on Tuesday, an official said.",
        3,
        None,
    ),
    (
        "School blown up at night in Mir Ali",
        "MIRAN SHAH: Unknown men blew up a girls' school in Mir Ali on Tuesday night. Nobody was hurt.",
        None,
        0,
    ),
    (
        "Suicide attack on bank queue kills three in Kandahar",
        "KANDAHAR: Three people in a queue for their wages were killed and twelve injured on Tuesday when a bomber blew himself up outside a bank.",
        3,
        12,
    ),
    (
        "Ex-minister's brother gunned down in Khuzdar",
        "KHUZDAR: The brother of a former minister was gunned down by men on a motorcycle in Khuzdar on Tuesday.",
        1,
        None,
    ),
    (
        "Drone drops grenade on house in Tirah; child killed",
        "BARA: A child was killed and four members of its family were wounded on Tuesday when a quadcopter dropped a grenade on a house in Tirah.",
        1,
        4,
    ),
    (
        "Police post stormed in Tank",
        "TANK: Four policemen were killed on Monday when militants stormed a post in Tank. The province must rethink how its posts are built, the deputy inspector general said. It is time for a new wall, he added.",
        4,
        None,
    ),
]
