"""Small worlds: a plain description that turns itself into claims, and a strategy for drawing one.

A world knows nothing of the graph that is built from it. Tests read the same description once
with the program and once by hand, and compare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

from sousveil.graph import Claim
from sousveil.graph.records import Value, edge_id, identified

CARRYING = ("award", "sale", "framework", "customer-story", "acknowledged-participation", "supply")
SILENT = ("brand-mention", "tender")
BUREAUS = ("public-security-bureau", "public-security-branch-bureau")
BODY_KINDS = (*BUREAUS, "police-academy", "traffic-police", "university", "ministry")


@dataclass(frozen=True)
class Voice:
    """One claim about an element. The first voice describes it, the others reply to it."""

    author: str = "gazette-office"
    basis: str = "procurement-record"
    source: str = "gazette"
    stance: str = "asserts"
    topic: str = "existence"
    inferred: bool = False


RECORD = Voice()
REPORT = Voice("watchers", "ngo-report", "report")
COPY = Voice("paper", "press", "page")
GUESS = Voice(inferred=True)

Voices = tuple[Voice, ...]


@dataclass(frozen=True)
class Place:
    """A place of our own; those with an ISO 3166 code need no description."""

    id: str
    within: tuple[tuple[str, str], ...] = ()
    """The places that contain it, each with the time for which it does."""


@dataclass(frozen=True)
class Company:
    id: str
    seats: tuple[tuple[str, str], ...] = ()
    """Places, each with the time for which the company sat there."""
    founded: str = ""
    dissolved: str = ""
    names: tuple[tuple[str, str], ...] = ()
    """Names of other times, each with its time."""


@dataclass(frozen=True)
class Ownership:
    """`share` is empty, exact (`60`) or a band (`50-75`, `50-`, `-75`)."""

    owner: str
    owned: str
    share: str = ""
    valid: str = ""
    key: str = ""
    voices: Voices = (RECORD,)

    @property
    def id(self) -> str:
        return edge_id("OWNS", self.owner, self.owned, self.key)


@dataclass(frozen=True)
class Body:
    id: str
    kind: str = BUREAUS[0]
    places: tuple[str, ...] = ("CN",)
    part_of: tuple[tuple[str, str], ...] = ()
    """Bodies that it is part of, each with the time for which it is."""


@dataclass(frozen=True)
class Product:
    id: str
    makers: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    """The product lines of which it is a variant."""


@dataclass(frozen=True)
class Party:
    role: str
    org: str
    voices: Voices = (RECORD,)


@dataclass(frozen=True)
class Deal:
    """A transaction of any kind, supplies and mentions alike."""

    id: str
    kind: str = "award"
    date: str = ""
    parties: tuple[Party, ...] = ()
    products: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    notice: str = ""
    voices: Voices = (RECORD,)

    def of(self, role: str) -> list[str]:
        """Who has the role."""
        return [p.org for p in self.parties if p.role == role]


@dataclass(frozen=True)
class Succession:
    old: str
    new: str
    kind: str = "rename"
    date: str = ""


@dataclass(frozen=True)
class World:
    companies: tuple[Company, ...] = ()
    ownerships: tuple[Ownership, ...] = ()
    bodies: tuple[Body, ...] = ()
    products: tuple[Product, ...] = ()
    deals: tuple[Deal, ...] = ()
    programmes: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    successions: tuple[Succession, ...] = ()

    def claims(self) -> list[Claim]:
        """The claims that describe this world, the documents they cite included."""
        return [*documents(), *self.own_claims()]

    def own_claims(self) -> Iterator[Claim]:
        """The claims that describe this world; beside them `documents` must be loaded."""
        for place in self.places:
            yield node("Place", place.id, name=place.id, kind="city")
            for outer, valid in place.within:
                yield edge("WITHIN", place.id, outer, valid=valid)
        for company in self.companies:
            yield node(
                "Company", company.id, name=f"{company.id} Ltd",
                founded=company.founded, dissolved=company.dissolved,
            )
            for number, (where, valid) in enumerate(company.seats):
                key = str(number) if number else ""
                yield edge("LOCATED_IN", company.id, where, key=key, valid=valid)
            for text, valid in company.names:
                yield name(company.id, text, valid=valid)
        for held in self.ownerships:
            yield from said("OWNS", held.id, held.voices, start=held.owner, end=held.owned,
                            key=held.key, valid=held.valid, **shares(held.share))
        for body in self.bodies:
            yield node("PublicBody", body.id, name=body.id, kind=body.kind)
            for place_id in body.places:
                yield edge("LOCATED_IN", body.id, place_id)
            for above, valid in body.part_of:
                yield edge("PART_OF", body.id, above, valid=valid)
        for product in self.products:
            yield node("Product", product.id, name=product.id)
            for maker in product.makers:
                yield edge("MAKES", maker, product.id)
            for line in product.lines:
                yield edge("VARIANT_OF", product.id, line)
        for programme in self.programmes:
            yield node("Programme", programme, name=programme, kind="surveillance-programme")
        for deal in self.deals:
            yield from said("Transaction", deal.id, deal.voices, title=f"Notice {deal.notice}",
                            kind=deal.kind, date=deal.date, reference=deal.notice)
            for party in deal.parties:
                yield from said(party.role, edge_id(party.role, deal.id, party.org), party.voices,
                                start=deal.id, end=party.org)
            for product_id in deal.products:
                yield edge("INCLUDES", deal.id, product_id)
            for programme in deal.programmes:
                yield edge("UNDER", deal.id, programme)
            for company_id in deal.mentions:
                yield edge("MENTIONS", deal.id, company_id, **{"as": "recommended-brand"})
        for change in self.successions:
            yield edge("SUCCEEDED_BY", change.old, change.new, kind=change.kind, date=change.date)


def joined(worlds: Iterable[World]) -> World:
    """One world of several that share no id but those of places."""
    many = list(worlds)
    places = {p.id: p for w in many for p in w.places}

    def all_of(part: str) -> tuple[Any, ...]:
        return tuple(x for w in many for x in getattr(w, part))

    return World(
        all_of("companies"), all_of("ownerships"), all_of("bodies"), all_of("products"),
        all_of("deals"), all_of("programmes"), tuple(places.values()), all_of("successions"),
    )


# -- claims

def documents() -> list[Claim]:
    """The publishers and documents that every world cites; `page` repeats `report`."""
    return [
        node("Publisher", "gazette-office", name="Gazette Office", kind="research"),
        node("Publisher", "watchers", name="Watchers", kind="ngo"),
        node("Publisher", "paper", name="The Paper", kind="news-media"),
        node("Source", "gazette", title="Gazette", basis="procurement-record",
             publisher="gazette-office"),
        node("Source", "register", title="Register", basis="registry"),
        node("Source", "report", title="Report", basis="ngo-report", publisher="watchers"),
        node("Source", "page", title="Page about the report", basis="press", publisher="paper"),
        node("Source", "letter", title="Letter", basis="company-statement"),
        node("Source", "site", title="Site of a company", basis="company-publication"),
        edge("DERIVED_FROM", "page", "report"),
    ]


def claim(**fields: Any) -> Claim:
    """A claim of the gazette, with its id, unless the fields say otherwise."""
    given = {
        "author": "gazette-office", "basis": "procurement-record", "source": "gazette",
        "locator": "p. 1", **fields,
    }
    return identified(Claim(**given))


def node(cls: str, about: str, /, **values: Value) -> Claim:
    """What the gazette says of a node. Empty values are left out."""
    return claim(kind=cls, about=about, values=_given(values))


def edge(kind: str, start: str, end: str, /, key: str = "", **values: Value) -> Claim:
    """What the gazette says of an edge. Empty values are left out."""
    return claim(kind=kind, about=edge_id(kind, start, end, key), start=start, end=end, key=key,
                 values=_given(values))


def name(
    about: str, text: str, /, lang: str = "en", kind: str = "former", valid: str = ""
) -> Claim:
    """What the gazette says of a name."""
    return claim(kind="Name", about=about, key=text,
                 values=_given({"lang": lang, "kind": kind, "valid": valid}))


def reply(about: str, voice: Voice) -> Claim:
    """A statement about an element that somebody else described."""
    return claim(
        about=about, author=voice.author, basis=voice.basis, source=voice.source,
        stance=voice.stance, topic=voice.topic,
        inferred_because="it follows" if voice.inferred else "",
    )


def said(
    kind: str, about: str, voices: Voices, /, start: str = "", end: str = "", key: str = "",
    **values: Value,
) -> Iterator[Claim]:
    """An element as the first voice describes it, and what the others say to that."""
    first, *others = voices
    yield claim(
        kind=kind, about=about, start=start, end=end, key=key, values=_given(values),
        author=first.author, basis=first.basis, source=first.source, stance=first.stance,
        inferred_because="it follows" if first.inferred else "",
    )
    for voice in others:
        yield reply(about, voice)


def shares(text: str) -> dict[str, Value]:
    """The values that a share as `Ownership` writes it stands for."""
    if "-" not in text:
        return {"share_exact": text}
    low, high = text.split("-")
    return {"share_min": low, "share_max": high}


def _given(values: dict[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in values.items() if value}


# -- drawing

DATES = (
    "", "2012", "2015-03-24", "2016", "2017-09/2018", "2018-10-31", "2019-12", "2020-01-31",
    "2020-02-01", "2020-01/2020-02", "2015~", "../2016", "2019/..", "2021",
)
PERIODS = (
    "", "", "", "2010/2015", "2012/2016-06", "2016/..", "2016-07/..", "../2018-10-31",
    "../2017", "2018/2020-01-31", "2015-03-24", "2014/2019", "2020-02/..",
)
SHARES = ("", "", "100", "51", "50", "50-75", "25-50", "50-50", "75-", "30-", "-40", "-75", "33.4")
SEATS = ("SE", "NL", "GB", "GB", "US", "CN", "x-malmo", "x-border")
OWN_PLACES = (
    Place("x-malmo", (("SE", ""),)),
    # A town that changed its country, and with it its region.
    Place("x-border", (("US", "../2017"), ("NL", "2018/.."))),
)
BODY_PLACES = ("CN", "CN-SH", "CN-XJ", "CN-GX")


@dataclass
class _Sketch:
    """What has been drawn so far of one world."""

    draw: Callable[..., Any]
    prefix: str
    companies: list[Company] = field(default_factory=list)
    ownerships: dict[str, Ownership] = field(default_factory=dict)
    bodies: list[Body] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)
    programmes: list[str] = field(default_factory=list)
    successions: list[Succession] = field(default_factory=list)

    def one(self, *of: Any) -> Any:
        return self.draw(st.sampled_from(of))

    def some(self, of: Iterable[Any], least: int = 0, most: int = 2) -> tuple[Any, ...]:
        items = list(of)
        if not items:
            return ()
        return tuple(self.draw(
            st.lists(st.sampled_from(items), min_size=min(least, len(items)), max_size=most,
                     unique=True)
        ))

    def yes(self, times_in_8: int = 4) -> bool:
        # The simplest draw is "no", so that shrinking takes things away.
        return bool(self.draw(st.integers(0, 7)) >= 8 - times_in_8)

    def company(self) -> str:
        return str(self.one(*[c.id for c in self.companies]))

    def voices(self, described: Voice = RECORD) -> Voices:
        if not self.yes(2):
            return (described,)
        first = self.one(
            RECORD, REPORT, COPY, GUESS, Voice(self.company(), "company-publication", "site")
        )
        replies = (
            Voice(self.company(), "company-statement", "letter", self.one(
                "confirms", "disputes", "does-not-confirm", "explains"
            ), self.one("existence", "existence", "due-diligence")),
            REPORT,
            COPY,
        )
        return (first, *self.some(replies))

    def own(
        self, owner: str, owned: str, share: str | None = None, valid: str | None = None
    ) -> None:
        if owner == owned:
            return
        drawn = Ownership(
            owner, owned, self.one(*SHARES) if share is None else share,
            self.one(*PERIODS) if valid is None else valid, voices=self.voices(),
        )
        number = 1
        while drawn.id in self.ownerships:
            number += 1
            drawn = replace(drawn, key=f"p{number}")
        self.ownerships[drawn.id] = drawn

    def deal(self, kind: str = "award", date: str | None = None, notice: str = "",
             **parties: tuple[str, ...]) -> Deal:
        number = len(self.deals)
        found = Deal(
            f"{self.prefix}-t{number}", kind, self.one(*DATES) if date is None else date,
            tuple(
                Party(role.upper(), org, self.voices()) for role, orgs in parties.items()
                for org in orgs
            ),
            notice=notice or str(number), voices=self.voices(),
        )
        self.deals.append(found)
        return found

    def amend(self, deal: Deal, **changes: Any) -> None:
        self.deals[self.deals.index(deal)] = replace(deal, **changes)


def _resale(s: _Sketch) -> None:
    """A sells to B, and B sells on to a body; perhaps the same goods, perhaps not."""
    maker, middle, last = s.company(), s.company(), s.company()
    body = s.one(*[b.id for b in s.bodies])
    goods = s.some([p.id for p in s.products], 1, 2)
    other = s.some([p.id for p in s.products], 0, 2)
    same = s.yes(6)
    first = s.deal("sale", None, seller=s.some([maker]), manufacturer=s.some([maker]),
                   buyer=(middle,))
    s.amend(first, products=goods)
    if s.yes(3):
        second = s.deal("sale", None, seller=(middle,), buyer=(last,))
        s.amend(second, products=goods if same else other)
        middle = last
    final = s.deal("award", None, seller=(middle,), buyer=(body,),
                   manufacturer=s.some([maker] if s.yes(3) else []))
    s.amend(final, products=goods if same else other, programmes=s.some(s.programmes))


def _shared_reseller(s: _Sketch) -> None:
    """Two makers, one reseller, two bodies, and nothing else in common."""
    reseller = s.company()
    for _ in range(2):
        bought = s.deal("sale", manufacturer=(s.company(),), buyer=(reseller,))
        s.amend(bought, products=s.some([p.id for p in s.products], 0, 1))
        sold = s.deal("award", seller=(reseller,), buyer=(s.one(*[b.id for b in s.bodies]),))
        s.amend(sold, products=s.some([p.id for p in s.products], 0, 1))


def _lots(s: _Sketch) -> None:
    """One notice, one buyer, several winners, each with goods of its own."""
    body, date = s.one(*[b.id for b in s.bodies]), s.one(*DATES)
    for _ in range(s.draw(st.integers(2, 3))):
        lot = s.deal("award", date, f"lots-{s.prefix}", seller=s.some([s.company()]),
                     manufacturer=s.some([c.id for c in s.companies], 0, 1), buyer=(body,),
                     bidder=s.some([c.id for c in s.companies], 0, 1))
        s.amend(lot, products=s.some([p.id for p in s.products], 1, 1))


def _cycle(s: _Sketch) -> None:
    """Companies that own each other in a ring."""
    ring = s.some([c.id for c in s.companies], 2, 3)
    for owner, owned in zip(ring, ring[1:] + ring[:1], strict=True):
        s.own(owner, owned)


def _diamond(s: _Sketch) -> None:
    """Two chains between the same two companies, and perhaps a direct holding, too."""
    some = s.some([c.id for c in s.companies], 3, 4)
    if len(some) < 3:
        return
    top, bottom, *between = some
    for middle in between:
        s.own(top, middle, valid="" if s.yes() else None)
        s.own(middle, bottom, share="" if s.yes() else None)
    if s.yes():
        s.own(top, bottom)


def _periods(s: _Sketch) -> None:
    """The same holding in two periods, as two edges."""
    owner, owned = s.company(), s.company()
    s.own(owner, owned, valid=s.one("2010/2015", "../2016"))
    s.own(owner, owned, valid=s.one("2016/..", "2017-09/..", "2020-02/.."))


def _renamed(s: _Sketch) -> None:
    """A company that went on under another name and id, with its seller's role before."""
    old, new = s.company(), s.company()
    if old != new:
        s.successions.append(Succession(old, new, s.one("rename", "merger"), s.one("2016", "")))
        s.own(new, old, share="", valid="2016/..")


def _sale(s: _Sketch) -> None:
    """A delivery by anybody to anybody, with whatever is known of it."""
    companies = [c.id for c in s.companies]
    bodies = [b.id for b in s.bodies]
    takers = bodies + companies[-1:]
    deal = s.deal(
        s.one(*CARRYING, *SILENT), None,
        seller=s.some(companies + bodies[:1] if s.yes(1) else companies),
        manufacturer=s.some(companies),
        buyer=s.some(takers), end_user=s.some(bodies + companies[:1], 0, 2 if s.yes(3) else 0),
        agent=s.some(companies, 0, 1), bidder=s.some(companies, 0, 1),
    )
    s.amend(deal, products=s.some([p.id for p in s.products]),
            programmes=s.some(s.programmes), mentions=s.some(companies, 0, 1))


MOTIFS = (
    _sale, _sale, _sale, _resale, _resale, _shared_reseller, _lots, _cycle, _diamond, _periods,
    _renamed,
)


@st.composite
def worlds(draw: Callable[..., Any], prefix: str = "w") -> World:
    """A world of a few companies and bodies in which the awkward cases are common."""
    s = _Sketch(draw, prefix)
    for number in range(draw(st.integers(2, 6))):
        seats = [(s.one(*SEATS), s.one(*PERIODS) if s.yes(2) else "")]
        if s.yes(2):
            # It moved: two seats, one after the other or side by side.
            seats.append((s.one(*SEATS), s.one(*PERIODS)))
        s.companies.append(Company(
            f"{prefix}-c{number}", tuple(seats),
            founded=s.one("2011", "2015-06") if s.yes(1) else "",
            dissolved=s.one("2016", "2019-12-31") if s.yes(1) else "",
            names=((f"Old {number}", s.one("../2016", "2010/2015")),) if s.yes(1) else (),
        ))
    for number in range(draw(st.integers(1, 4))):
        above = [b.id for b in s.bodies]
        s.bodies.append(Body(
            f"{prefix}-b{number}", s.one(*BODY_KINDS), s.some(BODY_PLACES, 1, 2),
            tuple((a, s.one("", "", "2010/2015", "2016/..")) for a in s.some(above)),
        ))
    for number in range(draw(st.integers(1, 4))):
        s.products.append(Product(
            f"{prefix}-p{number}",
            s.some([c.id for c in s.companies], 0, 1) if s.yes(4) else (),
            s.some([p.id for p in s.products], 0, 2),
        ))
    s.programmes = [f"{prefix}-g{number}" for number in range(draw(st.integers(0, 2)))]
    for _ in range(draw(st.integers(0, 5))):
        s.own(s.company(), s.company())
    for motif in draw(st.lists(st.sampled_from(MOTIFS), min_size=1, max_size=4)):
        motif(s)
    return World(
        tuple(s.companies), tuple(s.ownerships.values()), tuple(s.bodies), tuple(s.products),
        tuple(s.deals), tuple(s.programmes), OWN_PLACES, tuple(s.successions),
    )
