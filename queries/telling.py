"""What is told of a path beside its steps: the chain in words, the documents, and who says what.

The command line, the site and every other way of showing a path tell it from here, so that none
of them says more than the evidence does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from sousveil.graph import Store
from sousveil.ontology import Schema
from sousveil.queries.catalogue import get
from sousveil.queries.paths import SupplyPath
from sousveil.queries.words import STANCES, Say, date_words, said, standing_words

__all__ = [
    "FLAT", "Document", "Ownership", "Reading", "Saying", "Told", "chain", "flat", "place",
    "sentence", "told",
]

FLAT = (
    "path", "origin", "origin_country", "ultimate_parents", "channel", "sellers", "transaction",
    "kind", "date", "title", "products", "programmes", "end_user", "end_user_zh", "place",
    "part_of", "standing", "contested", "inferred", "claims",
)
"""Columns of a path as one row of a table."""


class Reading(msgspec.Struct, frozen=True):
    """Where something was read: in the document itself, or in one that relies on it."""

    source: str
    title: str
    locators: tuple[str, ...]


class Document(msgspec.Struct, frozen=True):
    """A document that steps rest on, and where that was read."""

    id: str
    title: str
    basis: str
    readings: tuple[Reading, ...]


class Saying(msgspec.Struct, frozen=True):
    """What a party or somebody else says of a step: a confirmation, a denial, an explanation."""

    claim: str
    stance: str
    author: str
    author_name: str
    text: str
    source: str
    source_title: str
    locator: str
    primary_source: str
    primary_title: str

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        return _place(self.source, self.locator, self.primary_source)


class Ownership(msgspec.Struct, frozen=True):
    """Why a seller counts as the maker's own: the path does not rest on it, the channel does."""

    seller: str
    standing: str
    because: str
    """Why it was concluded, if no source states it."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of one path."""

    documents: tuple[Document, ...]
    reasons: tuple[str, ...]
    """Why what is inferred was concluded."""
    sayings: tuple[Saying, ...]
    used_in: tuple[str, ...]
    """Bodies that use what was delivered, which received nothing themselves."""
    subsidiaries: tuple[Ownership, ...]


def told(store: Store, paths: Sequence[SupplyPath]) -> list[Told]:
    """What is told of each path, in the same order."""
    ids = sorted({c.id for p in paths for c in p.claims})
    claims = {c["id"]: c for c in get("claims").run(store, ids=ids).dicts()} if ids else {}
    sources = sorted({c["primary_source"] for c in claims.values()} - {""})
    titles = {r["id"]: r["name"] for r in get("node-class").run(store, ids=sources).dicts()}
    transactions = sorted({p.transaction.id for p in paths})
    used: dict[str, list[str]] = {t: [] for t in transactions}
    for row in get("goods").run(store, ids=transactions).dicts():
        if row["relation"] == "USED_IN":
            used[row["transaction"]].append(row["name"])
    return [
        Told(
            **_evidence(path, claims, titles), used_in=tuple(used[path.transaction.id]),
            subsidiaries=tuple(_subsidiaries(store, path)),
        )
        for path in paths
    ]


def chain(path: SupplyPath, say: Say = said) -> list[str]:
    """The chain in words, link by link: origin, owned companies, maker, sellers, recipient."""
    def country(code: str) -> str:
        return f" ({code})" if code else ""

    names = [path.origin.name + country(path.origin.country)]
    for step in path.steps:
        if step.relation == "OWNS":
            names.append(say("its subsidiary {name}", name=step.to.name))
        elif step.relation == "SELLER" and step.from_.id != path.origin.id:
            own = path.channel == "own-subsidiary"
            name = step.from_.name
            name = say("its subsidiary {name}", name=name) if own else name
            if name not in names:
                names.append(name)
        elif (step.relation in ("BUYER", "END_USER") and step.to.id != path.end_user.id
              and step.to.name not in names):
            names.append(step.to.name)
    if not path.sellers:
        names.append(say("(seller not stated)"))
    end = path.end_user
    names.append(f"{end.name} {end.name_zh}".strip())
    return names


def flat(path: SupplyPath) -> tuple[Any, ...]:
    """The path as one row, under the columns of FLAT."""
    return (
        path.id, path.origin.name, path.origin.country,
        [f"{p.name} ({p.country})" if p.country else p.name for p in path.ultimate_parents],
        path.channel, [s.name for s in path.sellers], path.transaction.id, path.transaction.kind,
        path.transaction.date, path.transaction.title, path.products, path.programmes,
        path.end_user.name, path.end_user.name_zh, path.end_user.place,
        [b.name for b in path.part_of], path.standing, path.contested, path.inferred,
        [c.id for c in path.claims],
    )


_LEADS = {
    "confirmed": "A party confirms that {what} ({event}, {when}).",
    "documented": "A record documents that {what} ({event}, {when}).",
    "self-published": "A party has published that {what} ({event}, {when}).",
    "reported": "It is reported that {what} ({event}, {when}).",
    "inferred":
        "It is concluded, and no source states as a whole, that {what} ({event}, {when}).",
}


def sentence(
    path: SupplyPath, about: Told, say: Say = said, schema: Schema | None = None
) -> str:
    """The path as a sentence that says no more than its standing allows.

    Who confirms a sale has not said whose subsidiary the seller was: that has a sentence, and a
    standing, of its own. `schema` has the labels in the language of `say`.
    """
    maker = next((s.from_.name for s in path.steps if s.relation == "MANUFACTURER"), "")
    values = {
        "maker": maker, "goods": say(" and ").join(path.products) or say("products"),
        "end": path.end_user.name or path.end_user.name_zh,
        "sellers": say(" and ").join(s.name for s in path.sellers),
    }
    if not maker:
        values["sellers"] = values["sellers"] or path.origin.name
        what = "{sellers} supplied {goods} to {end}"
    elif not path.sellers:
        what = "{goods} of {maker} reached {end}; who sold them is not stated"
    elif path.channel == "direct":
        what = "{maker} sold {goods} to {end} itself"
    elif path.channel == "own-subsidiary":
        what = "{goods} of {maker} were sold to {end} by {sellers}"
    else:
        what = "{goods} of {maker} were sold to {end} by the reseller {sellers}"
    kind = (schema or Schema.load()).concept("transaction-kind", path.transaction.kind)
    return say(
        _LEADS[path.standing], what=say(what, **values),
        event=(kind.label if kind else path.transaction.kind).lower(),
        when=date_words(path.transaction.date, say),
    ) + "".join(
        say(" That {seller} was a subsidiary of {maker} is {standing}.", seller=held.seller,
            maker=maker, standing=standing_words(held.standing, say))
        for held in about.subsidiaries
    ) + (say(" This is contested.") if path.contested else "")


def place(claim: Mapping[str, Any]) -> str:
    """Where a claim stands: the document it relies on, as cited in the one that was read."""
    return _place(claim["source"], claim["locator"], claim["primary_source"])


def _place(source: str, locator: str, primary_source: str) -> str:
    found = f"{source}, {locator}"
    return f"{primary_source} as cited in {found}" if primary_source else found


def _evidence(
    path: SupplyPath, claims: Mapping[str, Mapping[str, Any]], titles: Mapping[str, str]
) -> dict[str, Any]:
    """What the steps rest on, once for each document, then what the parties and others say."""
    places: dict[tuple[str, str, str], dict[tuple[str, str], list[str]]] = {}
    reasons: dict[str, None] = {}
    sayings: dict[tuple[str, str, str], Saying] = {}
    for claim in (claims[c.id] for c in path.claims if c.id in claims):
        if claim["summary"]:
            key = (claim["stance"], claim["summary"], place(claim))
            sayings.setdefault(key, Saying(
                claim["id"], claim["stance"], claim["author"], claim["author_name"],
                claim["summary"], claim["source"], claim["source_title"], claim["locator"],
                claim["primary_source"], titles.get(claim["primary_source"], ""),
            ))
            continue
        id_ = claim["primary_source"] if claim["primary_source"] in titles else claim["source"]
        document = titles.get(claim["primary_source"], claim["source_title"])
        found = places.setdefault((claim["basis"], document, id_), {})
        locators = found.setdefault((claim["source"], claim["source_title"]), [])
        if claim["locator"] not in locators:
            locators.append(claim["locator"])
        if claim["inferred_because"]:
            reasons.setdefault(claim["inferred_because"])
    order = list(STANCES)
    return {
        "documents": tuple(
            Document(id_, title, basis, tuple(
                Reading(source, read, tuple(at)) for (source, read), at in found.items()
            ))
            for (basis, title, id_), found in places.items()
        ),
        "reasons": tuple(reasons),
        "sayings": tuple(sorted(sayings.values(), key=lambda s: order.index(s.stance))),
    }


def _subsidiaries(store: Store, path: SupplyPath) -> Iterator[Ownership]:
    maker = next((s.from_ for s in path.steps if s.relation == "MANUFACTURER"), None)
    if path.channel != "own-subsidiary" or maker is None:
        return
    ids = sorted({maker.id, *(s.id for s in path.sellers)})
    for edge in get("ownerships").run(store, ids=ids).dicts():
        if edge["owner"] != maker.id:
            continue
        claims = get("claims").run(store, ids=edge["claims"]).dicts()
        reasons = [c["inferred_because"] for c in claims if c["inferred_because"]]
        because = reasons[0] if edge["standing"] == "inferred" and reasons else ""
        name = next(s.name for s in path.sellers if s.id == edge["owned"])
        yield Ownership(name, edge["standing"], because)
