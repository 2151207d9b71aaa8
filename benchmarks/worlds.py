"""Made-up worlds of claims, the same for the same size and seed.

    python -m benchmarks.worlds --nodes 100000 --seed 7 FOLDER

A world has the shape of the real one: ownership groups of which few are huge, cross-holdings and
circles, minority and ended shares, companies of which a quarter sits in the European Union and a
third in China, resellers, lots awarded to different sellers, bodies that are part of bodies.
`nodes` counts everything but claims; about three relations come to each node, and a claim to
each of both. Claims are made one after the other: what is kept of those gone by is a few bytes
a company, product and body.
"""

from __future__ import annotations

import argparse
import random
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from sousveil.graph import Claim, ClaimStore, SourceInfo
from sousveil.graph.records import Value, edge_id, identified

__all__ = ["world"]

EU = "DE FR IT NL SE ES PL AT DK FI BE IE CZ PT HU GR RO GB".split()
"""Members of the European Union at some time; the United Kingdom left within the world's years."""
OTHER = "US JP KR IL CH TW SG IN TR CA NO AE RU BR AU".split()
SHARES = {"CN": 0.35, "EU": 0.25, "other": 0.40}
"""Where groups of companies are at home."""

PROVINCES = (
    "BJ TJ HE SX NM LN JL HL SH JS ZJ AH FJ JX SD HA HB HN GD GX HI CQ SC GZ YN XZ SN GS QH NX XJ"
).split()
CITIES = (
    "北京 Beijing 上海 Shanghai 广州 Guangzhou 深圳 Shenzhen 杭州 Hangzhou 桂林 Guilin 成都 Chengdu "
    "武汉 Wuhan 西安 Xian 郑州 Zhengzhou 济南 Jinan 长沙 Changsha 昆明 Kunming 苏州 Suzhou 宁波 Ningbo "
    "南京 Nanjing 合肥 Hefei 福州 Fuzhou 南昌 Nanchang 兰州 Lanzhou 贵阳 Guiyang 南宁 Nanning"
).split()
SYLLABLES = (
    "安 an 博 bo 创 chuang 达 da 恒 heng 华 hua 金 jin 康 kang 联 lian 明 ming 瑞 rui 盛 sheng 泰 tai "
    "威 wei 信 xin 银 yin 云 yun 智 zhi 中 zhong 正 zheng 天 tian 海 hai 东 dong 方 fang 宏 hong 佳 jia"
).split()
TRADES = (
    "科技 Technology 信息技术 Information Technology 电子 Electronics 数字技术 Digital Technology "
    "网络技术 Network Technology 智能科技 Intelligent Technology 安防 Security 软件 Software"
)
LATIN = "ka lo mi ter van dex sol ny bri gor vi ax is dor pel quin ra zu fen hol mar tek lux".split()
BUSINESS = "Systems Security Optics Networks Video Imaging Analytics Technologies Data".split()
FORMS = {
    "DE": "GmbH", "AT": "GmbH", "CH": "AG", "FR": "S.A.S.", "IT": "S.p.A.", "NL": "B.V.",
    "BE": "N.V.", "SE": "AB", "ES": "S.L.", "PL": "Sp. z o.o.", "DK": "A/S", "FI": "Oy",
    "GB": "Ltd", "IE": "Ltd", "US": "Inc.", "JP": "K.K.",
}
CATEGORIES = (
    "network-camera video-management face-recognition video-analytics access-control thermal-camera "
    "licence-plate-recognition behaviour-analysis emotion-recognition video-recorder encoder"
).split()
OTHER_BODIES = (
    ("university", "大学", "University"), ("local-government", "人民政府", "People's Government"),
    ("court", "人民法院", "People's Court"), ("police-academy", "警察学院", "Police College"),
    ("fire-brigade", "消防支队", "Fire Brigade"), ("school", "中学", "Middle School"),
    ("prison", "监狱", "Prison"), ("transport-body", "交通运输局", "Transport Bureau"),
)
GOODS = ("网络摄像机", "video surveillance"), ("人脸识别系统", "face recognition"), (
    "视频分析平台", "video analysis platform"), ("天网工程设备", "Skynet equipment")


class _Voice(NamedTuple):
    """Who speaks in which document on what basis."""

    source: str
    author: str
    basis: str


def world(nodes: int, seed: int = 7) -> Iterator[Claim]:
    """The claims of a world with about so many nodes, sources before what cites them."""
    yield from _World(nodes, seed).claims()


class _World:
    def __init__(self, nodes: int, seed: int) -> None:
        self.nodes = nodes
        self.random = random.Random(seed)
        self.made = 0
        self.country = bytearray()  # of each company, as a number of the tuple below
        self.countries = ("CN", *EU, *OTHER)
        self.first_of_group = array("I")  # of each company, the first company of its group
        self.chinese_arm = array("I")  # of each company, one of its group in China, or itself
        self.chinese = array("I")  # companies in China
        self.maker = array("I")  # of each product line
        self.models = array("I")  # number of models of each product line
        self.upper = array("I")  # of each body, the one above it; itself at the top
        self.place = array("I")  # of each body, its county or city, by number
        self.companies = max(12, nodes * 30 // 100)
        self.bodies = max(8, nodes * 5 // 100)
        self.lines = max(4, nodes * 25 // 1000)
        self.programmes = max(2, nodes * 15 // 1000)
        self.cities = max(1, min(340, nodes // 600))
        self.counties = max(1, min(2800, nodes // 120))

    def claims(self) -> Iterator[Claim]:
        yield from self._publishers()
        yield from self._places()
        yield from self._public_bodies()
        yield from self._companies_and_owners()
        yield from self._products()
        yield from self._programmes()
        while self.made < self.nodes:
            yield from self._notice()

    # -- claims

    def _node(
        self, cls: str, id_: str, voice: _Voice, locator: str = "row", **values: Value
    ) -> Claim:
        self.made += 1
        return self._claim(cls, id_, voice, locator, {k: v for k, v in values.items() if v})

    def _edge(
        self, kind: str, start: str, end: str, voice: _Voice, locator: str = "row",
        key: str = "", **values: Value,
    ) -> Claim:
        kept = {k: v for k, v in values.items() if v}
        return self._claim(kind, edge_id(kind, start, end, key), voice, locator, kept,
                           start=start, end=end, key=key)

    def _claim(
        self, kind: str, about: str, voice: _Voice, locator: str, values: dict[str, Value],
        **more: Any,
    ) -> Claim:
        return identified(Claim(
            about=about, kind=kind, values=values, source=voice.source, author=voice.author,
            basis=voice.basis, locator=locator, **more,
        ))

    def _document(self, id_: str, title: str, voice_of: str, basis: str, **values: Value) -> Claim:
        voice = _Voice(id_, voice_of, basis)
        return self._node("Source", id_, voice, "title", title=title, basis=basis,
                          publisher=voice_of, **values)

    # -- chance

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    def _skewed(self, count: int, power: float = 2.0) -> int:
        """A number below `count`, low ones far more often: few sell much, most sell little."""
        return int(count * self.random.random() ** power)

    def _day(self, first: int = 2005, last: int = 2024) -> str:
        rnd = self.random
        return f"{rnd.randint(first, last)}-{rnd.randint(1, 12):02}-{rnd.randint(1, 28):02}"

    def _date(self) -> str:
        """A date as precise as a source might give it; sometimes none."""
        day, how = self._day(), self.random.random()
        return day if how < 0.6 else day[:7] if how < 0.75 else day[:4] if how < 0.95 else ""

    # -- publishers and places

    def _publishers(self) -> Iterator[Claim]:
        self.press = [f"press-{n}" for n in range(max(2, min(200, self.nodes // 1000)))]
        self.registers = {c: _Voice(f"register-{c.lower()}", f"registrar-{c.lower()}", "registry")
                          for c in self.countries}
        for country, voice in self.registers.items():
            yield self._node("Publisher", voice.author, voice, name=f"Registrar of {country}",
                             kind="company-information")
            yield self._document(voice.source, f"Register of companies, {country}", voice.author,
                                 "registry", url=f"https://register.example/{country.lower()}")
        for number, id_ in enumerate(self.press):
            voice = _Voice(f"{id_}-archive", id_, "press")
            yield self._node("Publisher", id_, voice, name=f"{self._latin()} News {number}",
                             kind="news-media" if number % 4 else "ngo")
            yield self._document(voice.source, f"Archive of {id_}", id_, "press", language="en")
        self.gazette = self.registers["CN"]

    def _places(self) -> Iterator[Claim]:
        for number in range(self.cities + self.counties):
            name, name_zh, kind = self._place_name(number)
            yield self._node("Place", f"cn-place-{number}", self.gazette, name=name,
                             name_zh=name_zh, kind=kind)
            above = (
                f"CN-{PROVINCES[number % len(PROVINCES)]}" if number < self.cities
                else f"cn-place-{number % self.cities}"
            )
            yield self._edge("WITHIN", f"cn-place-{number}", above, self.gazette)

    def _place_name(self, number: int) -> tuple[str, str, str]:
        at = number % (len(CITIES) // 2)
        city_zh, city = CITIES[2 * at], CITIES[2 * at + 1]
        if number < self.cities:
            again = "" if number < len(CITIES) // 2 else f" {number}"
            return f"{city}{again}", f"{city_zh}市{again.strip()}", "city"
        zh, latin = self._chinese_word(number)
        return f"{latin} County, {city}", f"{city_zh}{zh}县", "county"

    def _chinese_word(self, number: int) -> tuple[str, str]:
        """Two or three characters and how they are read."""
        zh, latin = "", ""
        for _ in range(2 if number < 600 else 3):
            at = number % (len(SYLLABLES) // 2)
            zh, latin = zh + SYLLABLES[2 * at], latin + SYLLABLES[2 * at + 1]
            number = number // (len(SYLLABLES) // 2) + 7 * number % 13
        return zh, latin.capitalize()

    # -- public bodies: the ministry, provinces, cities, counties and branches, stations, others

    def _public_bodies(self) -> Iterator[Claim]:
        provinces = len(PROVINCES)
        cities_from = 1 + provinces
        counties_from = cities_from + self.cities
        rest_from = counties_from + self.counties
        for number in range(self.bodies):
            if number == 0:
                upper, place, kind = 0, 0, "ministry-of-public-security"
                name, name_zh = "Ministry of Public Security", "公安部"
            elif number < cities_from:
                upper, place, kind = 0, (number - 1) % self.cities, "public-security-department"
                name, name_zh = f"Department of Public Security {number}", f"第{number}公安厅"
            elif number < rest_from:
                county = number >= counties_from
                place = number - cities_from
                upper = cities_from + place % self.cities if county else 1 + place % provinces
                branch = county and number % 3 == 0
                kind = "public-security-branch-bureau" if branch else "public-security-bureau"
                at, at_zh, _ = self._place_name(place)
                name = f"{at} Public Security {'Branch ' if branch else ''}Bureau"
                name_zh = f"{at_zh}公安{'分' if branch else ''}局"
            else:
                place = self._skewed(self.cities + self.counties, 1.3)
                upper = min(cities_from + place, number - 1)
                at, at_zh, _ = self._place_name(place)
                if number % 2:
                    kind, zh, latin = ("police-station", "派出所", "Police Station")
                    if number % 10 == 1:
                        kind, zh, latin = ("traffic-police", "公安局交警支队", "Traffic Police")
                else:
                    kind, zh, latin = OTHER_BODIES[number // 2 % len(OTHER_BODIES)]
                    upper = number if kind != "police-academy" else upper
                word_zh, word = self._chinese_word(number)
                name, name_zh = f"{at} {word} {latin}", f"{at_zh}{word_zh}{zh}"
            self.upper.append(upper)
            self.place.append(place)
            id_ = self._body(number)
            yield self._node("PublicBody", id_, self.gazette, name=name, name_zh=name_zh, kind=kind)
            yield self._edge("LOCATED_IN", id_, f"cn-place-{place}" if number else "CN",
                             self.gazette)
            if upper != number:
                yield self._edge("PART_OF", id_, self._body(upper), self.gazette)

    def _body(self, number: int) -> str:
        return f"cn-body-{number}"

    # -- companies, in groups

    def _companies_and_owners(self) -> Iterator[Claim]:
        biggest = max(6, self.companies // 200)
        while len(self.country) < self.companies:
            # Pareto: most companies stand alone, some groups have hundreds of members.
            size = min(biggest, int(self.random.paretovariate(1.05)))
            yield from self._group(min(size, self.companies - len(self.country)))
        for _ in range(self.companies // 100):
            yield from self._across()

    def _group(self, size: int) -> Iterator[Claim]:
        rnd = self.random
        first = len(self.country)
        home = rnd.random()
        seat = (
            "CN" if home < SHARES["CN"]
            else rnd.choice(EU) if home < SHARES["CN"] + SHARES["EU"] else rnd.choice(OTHER)
        )
        arm = 0
        for number in range(first, first + size):
            away = number > first and rnd.random()
            country = seat if away < 0.7 else "CN" if away < 0.8 else rnd.choice(self.countries)
            self.country.append(self.countries.index(country))
            self.first_of_group.append(first)
            if country == "CN":
                self.chinese.append(number)
                arm = arm or (number if number > first else 0)
            yield from self._company(number, country)
        self.chinese_arm.extend([arm or n for n in range(first, first + size)])
        for number in range(first + 1, first + size):
            # The first are the likelier parents: broad at the top, thin chains below.
            owner = first + self._skewed(number - first, 1.5)
            yield self._owns(owner, number, self._share())
            if self._chance(0.03):
                yield self._owns(first + rnd.randrange(size), number, self._share(True))
        if size > 2 and self._chance(0.2):
            # A circle: something far below holds a share of the company at the top.
            yield self._owns(first + size - 1, first, self._share(True))

    def _across(self) -> Iterator[Claim]:
        """A holding from one group in another, mostly a minority."""
        owner, owned = (self.random.randrange(self.companies) for _ in range(2))
        if self.first_of_group[owner] != self.first_of_group[owned]:
            yield self._owns(owner, owned, self._share(self._chance(0.9)))

    def _share(self, minority: bool = False) -> dict[str, Value]:
        how = self.random.random()
        if minority or how < 0.08:
            return {"share_exact": str(self.random.randint(2, 50))}
        if how < 0.5:
            return {"share_exact": "100"}
        if how < 0.7:
            return {"share_exact": str(self.random.randint(51, 99))}
        return {"share_min": "50", "share_max": "75"} if how < 0.8 else {}

    def _owns(self, owner: int, owned: int, share: dict[str, Value]) -> Claim:
        if owner == owned:
            owner = self.first_of_group[owned] + (owned == self.first_of_group[owned])
        valid, how = "", self.random.random()
        if how < 0.1:
            valid = f"{self.random.randint(1990, 2008)}/{self.random.randint(2009, 2020)}"
        elif how < 0.3:
            valid = f"{self.random.randint(1995, 2018)}/.."
        return self._edge("OWNS", self._company_id(owner), self._company_id(owned),
                          self._register(owned), f"owner {owner}", valid=valid, **share)

    def _register(self, company: int) -> _Voice:
        if company < len(self.country):
            return self.registers[self.countries[self.country[company]]]
        return self.gazette

    def _company_id(self, number: int) -> str:
        return f"{self.countries[self.country[number]].lower()}-company-{number}"

    def _company(self, number: int, country: str) -> Iterator[Claim]:
        rnd, id_, voice = self.random, self._company_id(number), self.registers[country]
        name, name_zh = self._company_name(country)
        founded = str(rnd.randint(1950, 2004)) if self._chance(0.2) else ""
        yield self._node("Company", id_, voice, f"no. {number}", name=name, name_zh=name_zh,
                         founded=founded, website=f"https://{id_}.example" * self._chance(0.1))
        place = f"cn-place-{self._skewed(self.cities + self.counties)}"
        place = place if country == "CN" else country
        if self._chance(0.01):
            year = rnd.randint(2006, 2022)
            yield self._edge("LOCATED_IN", id_, rnd.choice(self.countries), voice, key="former",
                             valid=f"../{year - 1}")
            yield self._edge("LOCATED_IN", id_, place, voice, valid=f"{year}/..")
        else:
            yield self._edge("LOCATED_IN", id_, place, voice)
        if self._chance(0.03):
            year = rnd.randint(2006, 2022)
            yield self._claim("Name", id_, voice, "former names",
                              {"lang": "en", "kind": "former", "valid": f"../{year}"},
                              key=self._company_name(country)[0])
        if name_zh and self._chance(0.1):
            yield self._claim("Name", id_, voice, "names", {"lang": "zh-Hans", "kind": "alias"},
                              key=name_zh[2:6])

    def _latin(self) -> str:
        parts = self.random.choices(LATIN, k=self.random.choice((2, 2, 3)))
        return "".join(parts).capitalize()

    def _company_name(self, country: str) -> tuple[str, str]:
        rnd = self.random
        if country != "CN":
            return f"{self._latin()} {rnd.choice(BUSINESS)} {FORMS.get(country, 'Ltd')}", ""
        at, word = rnd.randrange(len(CITIES) // 2), self._chinese_word(rnd.randrange(12_000))
        zh, latin = _TRADES[rnd.randrange(len(_TRADES))]
        return (
            f"{CITIES[2 * at + 1]} {word[1]} {latin} Co., Ltd.",
            f"{CITIES[2 * at]}{word[0]}{zh}{rnd.choice(('有限公司', '股份有限公司'))}",
        )

    # -- products and programmes

    def _products(self) -> Iterator[Claim]:
        for line in range(self.lines):
            maker = self._skewed(self.companies, 1.2)
            self.maker.append(maker)
            models = min(30, int(self.random.paretovariate(0.9)))
            self.models.append(models)
            voice, name = self._register(maker), f"{self._latin()} {self.random.choice(BUSINESS)}"
            yield self._node("Product", f"product-{line}", voice, f"product {line}", name=name,
                             category=[self.random.choice(CATEGORIES)])
            yield self._edge("MAKES", self._company_id(maker), f"product-{line}", voice)
            for model in range(models - 1):
                id_ = f"product-{line}-{model}"
                yield self._node("Product", id_, voice, f"product {line}",
                                 name=f"{name} {chr(65 + line % 26)}{line % 97}{model:02}")
                yield self._edge("VARIANT_OF", id_, f"product-{line}", voice)

    def _programmes(self) -> Iterator[Claim]:
        for number in range(self.programmes):
            upper = number // 8
            city, city_zh, _ = self._place_name(number % (self.cities + self.counties))
            kind = "surveillance-programme" if upper == number else "phase"
            yield self._node("Programme", f"programme-{number}", self.gazette, kind=kind,
                             name=f"Skynet, {city}, phase {number % 5}",
                             name_zh=f"{city_zh}天网工程{number % 5}期", start=self._day()[:4])
            if upper != number:
                yield self._edge("PHASE_OF", f"programme-{number}", f"programme-{upper}",
                                 self.gazette)

    # -- transactions

    def _notice(self) -> Iterator[Claim]:
        """One document and what it says was bought, sold, tendered or shown to customers."""
        rnd, how = self.random, self.random.random()
        number, date = self.made, self._date()
        line = self._skewed(self.lines)
        if how < 0.62:
            buyer = self._body(self._skewed(self.bodies, 1.3))
            voice = _Voice(f"notice-{number}", buyer, "procurement-record")
            goods_zh, goods = rnd.choice(GOODS)
            title, title_zh = f"Award of {goods}, {number}", f"{goods_zh}采购项目中标公告{number}"
            yield self._document(voice.source, title, buyer, voice.basis, date=date,
                                 title_zh=title_zh, language="zh-Hans",
                                 url=f"https://ccgp.example/{number}")
            lots = 1 if self._chance(0.5) else rnd.randint(2, 6)
            for lot in range(lots):
                yield from self._award(number, lot, lots, line, buyer, date, voice, title, title_zh)
                line = self._skewed(self.lines)
            return
        maker = self.maker[line]
        author = self._company_id(maker)
        id_ = f"deal-{number}"
        if how < 0.82:
            voice = _Voice(f"report-{number}", author, "company-publication")
            yield self._document(voice.source, f"Annual report {number}", author, voice.basis)
            yield from self._sale(id_, line, date, voice)
        elif how < 0.92:
            voice = _Voice(f"story-{number}", author, "company-publication")
            yield self._document(voice.source, f"Customer story {number}", author, voice.basis)
            user = self._body(self._skewed(self.bodies, 1.3))
            yield self._node("Transaction", id_, voice, kind="customer-story", date=date,
                             title=f"Customer story {number}")
            yield from self._goods(id_, line, voice)
            yield self._edge("END_USER", id_, user, voice)
        else:
            press = rnd.choice(self.press)
            voice = _Voice(f"article-{number}", press, "press")
            yield self._document(voice.source, f"Article {number}", press, voice.basis)
            yield self._node("Transaction", id_, voice, kind="brand-mention", date=date,
                             title=f"Tender that recommends a brand, {number}")
            yield self._edge("MENTIONS", id_, author, voice, **{"as": "recommended-brand"})
            yield self._edge("BUYER", id_, self._body(self._skewed(self.bodies)), voice)

    def _award(
        self, number: int, lot: int, lots: int, line: int, buyer: str, date: str, voice: _Voice,
        title: str, title_zh: str,
    ) -> Iterator[Claim]:
        rnd, id_, maker = self.random, f"award-{number}-{lot}", self.maker[line]
        part = f", lot {lot + 1}" if lots > 1 else ""
        locator = f"lot {lot + 1}"
        yield self._node("Transaction", id_, voice, locator, kind="award", date=date,
                         title=title + part, title_zh=title_zh, reference=f"{number}/{lot + 1}",
                         amount=str(rnd.randint(10, 9000) * 1000), currency="CNY")
        how = rnd.random()
        if how < 0.12:
            seller = maker
        elif how < 0.3:
            seller = self.chinese_arm[maker]
        else:
            seller = self._reseller(line)
        if how < 0.9:
            yield self._edge("SELLER", id_, self._company_id(seller), voice, locator)
        yield from self._goods(id_, line, voice, locator)
        yield self._edge("BUYER", id_, buyer, voice, locator)
        if self._chance(0.5):
            user = int(buyer.rsplit("-", 1)[1])
            if self._chance(0.5):
                user = min(self.bodies - 1, user * 2 + 1)
            yield self._edge("END_USER", id_, self._body(user), voice, locator)
        if self._chance(0.4):
            agent = self.chinese[self._skewed(len(self.chinese))]
            yield self._edge("AGENT", id_, self._company_id(agent), voice, locator)
        losers = {self._reseller(line + 1) for _ in range(rnd.randrange(4))} - {seller}
        for loser in sorted(losers):
            yield self._edge("BIDDER", id_, self._company_id(loser), voice, locator)
        if self._chance(0.4):
            programme = self._skewed(self.programmes, 1.3)
            yield self._edge("UNDER", id_, f"programme-{programme}", voice)
        if self._chance(0.02):
            yield self._reply(id_, maker)

    def _sale(self, id_: str, line: int, date: str, voice: _Voice) -> Iterator[Claim]:
        """From the maker to a reseller, or from one reseller to the next."""
        maker = self.maker[line]
        seller, buyer = maker, self._reseller(line)
        if self._chance(0.3):
            seller, buyer = buyer, self._reseller(line)
        yield self._node("Transaction", id_, voice, kind="sale", date=date, title=f"Sale {id_}")
        yield self._edge("SELLER", id_, self._company_id(seller), voice)
        if buyer != seller:
            yield self._edge("BUYER", id_, self._company_id(buyer), voice)
        yield from self._goods(id_, line, voice)

    def _goods(self, id_: str, line: int, voice: _Voice, locator: str = "row") -> Iterator[Claim]:
        yield self._edge("INCLUDES", id_, f"product-{line}", voice, locator,
                         quantity=str(self.random.randint(1, 400)))
        for model in range(min(self.models[line] - 1, self._skewed(8))):
            yield self._edge("INCLUDES", id_, f"product-{line}-{model}", voice, locator)
        if self._chance(0.85):
            maker = self._company_id(self.maker[line])
            yield self._edge("MANUFACTURER", id_, maker, voice, locator)
            if self._chance(0.05):
                press = self.random.choice(self.press)
                also = _Voice(f"{press}-archive", press, "press")
                yield self._edge("MANUFACTURER", id_, maker, also, "article")

    def _reseller(self, line: int) -> int:
        """One of the few companies in China that resell a maker's goods."""
        mixed = self.maker[line % self.lines] * 2_654_435_761 + self.random.randrange(12) * 40_503
        return self.chinese[mixed % len(self.chinese)]

    def _reply(self, about: str, maker: int) -> Claim:
        stance = self.random.choice(("confirms", "disputes", "does-not-confirm", "explains"))
        return self._claim(
            "", about, _Voice(f"{self.press[0]}-archive", self._company_id(maker),
                              "company-statement"),
            "reply", {}, stance=stance, topic="existence",
            summary=f"The company {stance} the sale.",
        )


def _pairs(text: str) -> list[tuple[str, str]]:
    """Chinese words, each with the Latin words after it."""
    found: list[tuple[str, str]] = []
    for word in text.split():
        if word.isascii():
            found[-1] = (found[-1][0], f"{found[-1][1]} {word}".strip())
        else:
            found.append((word, ""))
    return found


_TRADES = _pairs(TRADES)


def main() -> None:
    """Write a world as a claims store."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="folder of the claims store to write")
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    info = SourceInfo(key="world", loader="benchmarks.worlds")
    count = ClaimStore(options.folder).replace(info, world(options.nodes, options.seed))
    print(f"{count} claims")


if __name__ == "__main__":
    main()
