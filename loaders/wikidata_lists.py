"""Lists for reading Wikidata: which items are countries, and which classes are organisations.

The labels are Wikidata's English ones; they stand here for the reader and are never compared.
"""

from __future__ import annotations

__all__ = ["ASIDE", "CLASSES", "COUNTRIES", "DIVISION", "PERSON", "UNSTATED"]

_COUNTRIES = """
AD:228 AE:878 AF:889 AG:781 AI:25228 AL:222 AM:399 AO:916 AQ:51 AR:414 AS:16641 AT:40 AU:408
AW:21203 AX:5689 AZ:227 BA:225 BB:244 BD:902 BE:31 BF:965 BG:219 BH:398 BI:967 BJ:962 BL:25362
BM:23635 BN:921 BO:750 BQ:27561 BR:155 BS:778 BT:917 BV:23408 BW:963 BY:184 BZ:242 CA:16
CC:36004 CD:974 CF:929 CG:971 CH:39 CI:1008 CK:26988 CL:298 CM:1009 CN:148 CO:739 CR:800
CU:241 CV:1011 CW:25279 CX:31063 CY:229 CZ:213 DE:183 DJ:977 DK:35 DK:756617 DM:784 DO:786
DZ:262 EC:736 EE:191 EG:79 EH:6250 ER:986 ES:29 ET:115 FI:33 FJ:712 FK:9648 FM:702 FO:4628
FR:142 GA:1000 GB:145 GD:769 GE:230 GF:3769 GG:25230 GH:117 GI:1410 GL:223 GM:1005 GN:1006
GP:17012 GQ:983 GR:41 GS:35086 GT:774 GU:16635 GW:1007 GY:734 HK:8646 HM:131198 HN:783 HR:224
HT:790 HU:28 ID:252 IE:27 IL:801 IM:9676 IN:668 IO:43448 IQ:796 IR:794 IS:189 IT:38 JE:785
JM:766 JO:810 JP:17 KE:114 KG:813 KH:424 KI:710 KM:970 KN:763 KP:423 KR:884 KW:817 KY:5785
KZ:232 LA:819 LB:822 LC:760 LI:347 LK:854 LR:1014 LS:1013 LT:37 LU:32 LV:211 LY:1016 MA:1028
MC:235 MD:217 ME:236 MF:126125 MG:1019 MH:709 MK:221 ML:912 MM:836 MN:711 MO:14773 MP:16644
MQ:17054 MR:1025 MS:13353 MT:233 MU:1027 MV:826 MW:1020 MX:96 MY:833 MZ:1029 NA:1030 NC:33788
NE:1032 NF:31057 NG:1033 NI:811 NL:29999 NL:55 NO:20 NP:837 NR:697 NU:34020 NZ:664 OM:842
PA:804 PE:419 PF:30971 PG:691 PH:928 PK:843 PL:36 PM:34617 PN:35672 PR:1183 PS:219060 PT:45
PW:695 PY:733 QA:846 RE:17070 RO:218 RS:403 RU:159 RW:1037 SA:851 SB:685 SC:1042 SD:1049 SE:34
SG:334 SH:192184 SI:215 SJ:842829 SK:214 SL:1044 SM:238 SN:1041 SO:1045 SR:730 SS:958 ST:1039
SV:792 SX:26273 SY:858 SZ:1050 TC:18221 TD:657 TF:129003 TG:945 TH:869 TJ:863 TK:36823 TL:574
TM:874 TN:948 TO:678 TR:43 TT:754 TV:672 TW:865 TZ:924 UA:212 UG:1036 UM:16645 US:30 UY:77
UZ:265 VA:237 VC:757 VE:717 VG:25305 VI:11703 VN:881 VU:686 WF:35555 WS:683 YE:805 YT:17063
ZA:258 ZM:953 ZW:954
"""
COUNTRIES = {
    f"Q{number}": code for code, _, number in (p.partition(":") for p in _COUNTRIES.split())
}
"""Items of the countries and territories of ISO 3166-1. The kingdoms of Denmark and of the
Netherlands count as the countries of these names."""

PERSON = "person"
"""Human beings, and what is only a name for one or a few of them."""
DIVISION = "division"
"""Parts of a company, which somebody is the parent of without holding shares."""
UNSTATED = "unstated"
"""An organisation, but whether a business or a public body the class does not say."""
ASIDE = "aside"
"""What is no organisation, whatever it is a subclass of."""

_COMPANIES = {
    "Q4830453": "business", "Q6881511": "enterprise", "Q783794": "company",
    "Q21980538": "commercial organization", "Q13235160": "manufacturer",
    "Q136675338": "manufacturing company", "Q891723": "public company",
    "Q1589009": "privately held company", "Q5621421": "private company",
    "Q658255": "subsidiary company", "Q113727727": "foreign subsidiary company",
    "Q1186164": "spin-off company", "Q3488683": "sister company", "Q489209": "joint venture",
    "Q129238": "startup company", "Q1395324": "family business", "Q778575": "conglomerate",
    "Q206361": "concern", "Q197952": "corporate group", "Q17326725": "group of companies",
    "Q219577": "holding company", "Q270791": "state-owned enterprise",
    "Q124343324": "Chinese state-owned enterprise",
    "Q19852185": "Chinese wholly state-owned enterprise",
    "Q109344544": "collectively owned enterprise in China",
    "Q124347905": "foreign Chinese state-owned company (partly)",
    "Q134161": "joint-stock company", "Q167037": "corporation", "Q57655560": "corporation",
    "Q48748864": "corporation in Japan", "Q161726": "multinational corporation",
    "Q149789": "limited liability company", "Q166280": "S.A.", "Q422007": "aktiebolag",
    "Q15042660": "aksjeselskap", "Q17375963": "besloten vennootschap",
    "Q17376040": "private limited company", "Q6832945": "private company limited by shares",
    "Q5225895": "public limited company", "Q33685": "limited company",
    "Q56410106": "limited stock company", "Q13641190": "open joint-stock company",
    "Q1480166": "kabushiki gaisha", "Q460178": "Gesellschaft mit beschränkter Haftung",
    "Q15648878": "società a responsabilità limitata", "Q15648901": "sociedad limitada",
    "Q279014": "Societas Europaea", "Q18388277": "technology company",
    "Q1058914": "software company", "Q786820": "automobile manufacturer",
    "Q936518": "aerospace manufacturer", "Q107009743": "aircraft manufacturer",
    "Q3477381": "automotive supplier", "Q249556": "railway company",
    "Q740752": "transport company", "Q22687": "bank", "Q730038": "credit institution",
    "Q3591545": "financial services company", "Q507619": "retail chain", "Q99536263": "retailer",
    "Q2085381": "publishing house", "Q210167": "video game developer",
    "Q2865305": "trading company", "Q14941854": "oil company",
    "Q124628741": "geospatial company", "Q122229703": "management consulting company",
    "Q613142": "law firm",
}
_PUBLIC = {
    "public-body": {"Q2659904": "government organization", "Q35798": "executive branch"},
    "government-department": {
        "Q327333": "government agency", "Q20857065": "United States federal agency",
        "Q11484275": "government office",
    },
    "ministry": {"Q192350": "ministry"},
    "law-enforcement": {"Q732717": "law enforcement agency", "Q47913": "intelligence agency"},
    "police-force": {"Q35535": "police"},
    "armed-forces": {
        "Q772547": "armed forces", "Q781132": "military branch", "Q176799": "military unit",
    },
    "court": {"Q41487": "court"},
    "legislature": {"Q11204": "legislature", "Q37002670": "unicameral legislature"},
    "university": {"Q875538": "public university", "Q265662": "national university"},
    "cultural-institution": {"Q17431399": "national museum"},
    "international-organisation": {
        "Q245065": "intergovernmental organization",
        "Q15925165": "specialized agency of the United Nations",
    },
    "regulator": {"Q105062392": "financial regulatory agency"},
}
_OTHERS = {
    PERSON: {
        "Q5": "human", "Q3046146": "married couple", "Q215380": "musical group",
        "Q2912172": "sole proprietorship", "Q8436": "family",
    },
    DIVISION: {
        "Q334453": "division", "Q261232": "business unit", "Q1752211": "strategic business unit",
    },
    UNSTATED: {
        "Q43229": "organization", "Q2029841": "organization", "Q155076": "juridical person",
        "Q106668099": "corporate body", "Q163740": "nonprofit organization",
        "Q79913": "non-governmental organization", "Q708676": "charitable organization",
        "Q157031": "foundation", "Q15911314": "association", "Q3918": "university",
        "Q902104": "private university", "Q31855": "research institute", "Q16917": "hospital",
        "Q1956113": "parent organization/unit", "Q55097243": "defunct organization",
    },
    ASIDE: {
        "Q431289": "brand", "Q167270": "trademark", "Q7397": "software", "Q35127": "website",
        "Q6256": "country", "Q3624078": "sovereign state", "Q7275": "state", "Q515": "city",
        "Q3957": "town", "Q532": "village", "Q15284": "municipality",
        "Q486972": "human settlement", "Q56061": "administrative territorial entity",
        "Q41176": "building", "Q13226383": "facility", "Q83405": "factory",
        "Q268592": "industry", "Q1914636": "activity", "Q28640": "profession",
        "Q11541386": "type of business or company", "Q17197366": "type of organization",
        "Q4167836": "Wikimedia category", "Q18011131": "fictional military unit",
    },
}

CLASSES = {
    **dict.fromkeys(_COMPANIES, "Company"),
    **{item: kind for kind, items in _PUBLIC.items() for item in items},
    **{item: kind for kind, items in _OTHERS.items() for item in items},
}
"""What an instance of a class is: `Company`, the kind of a public body, or one of the words above.
"""
