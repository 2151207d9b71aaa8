"""What the page of an entity shows beside its own properties, in parts that stay short.

A list that can be long is cut or paged here; each part says how many rows there are and where all
of them stand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import quote

from flask import abort, request

from sousveil.ontology import Schema
from sousveil.ontology.dates import bounds
from sousveil.ontology.places import chinese_name
from sousveil.queries import Table, get
from sousveil.web import pictures
from sousveil.web.app import store
from sousveil.web.areas import areas
from sousveil.web.common import TIMEOUT, claims_of, href, nodes_of, paged, titled
from sousveil.web.language import say, schema
from sousveil.web.network import around
from sousveil.web.timeline import by_year, timeline, year_of

__all__ = ["groups", "listed", "ownership", "register", "sections"]

ROWS = 50
"""Transactions on one page of an entity."""
FEW = 12
"""Rows of a group before the page refers to its whole list."""
REPLIES = 6
"""Replies and findings before the page refers to all of them."""

_REGISTERS = {
    "LEI": "https://search.gleif.org/#/record/{}",
    "GB-COH": "https://find-and-update.company-information.service.gov.uk/company/{}",
    "ICIJ": "https://offshoreleaks.icij.org/nodes/{}",
    "WIKIDATA": "https://www.wikidata.org/wiki/{}",
}
"""Where the number of an official or public register can be looked up."""
_SUPPLY = {
    "Company": ("company-goods", "company"), "PublicBody": ("reached-end-user", "body"),
    "Product": ("product-goods", "product"), "Programme": ("programme-suppliers", "programme"),
    "Place": ("end-users-within", "place"),
    "Instrument": ("transactions-after-instrument", "instrument"),
}
"""The query that finds what came from, or reached, a node of the class, and its parameter."""
_NO_SUPPLY = ("AGENT", "BIDDER", "MENTIONS")


class Group(NamedTuple):
    """Relations of one kind and direction: the first of them, and how many there are."""

    label: str
    kind: str
    direction: str
    rows: Sequence[Mapping[str, Any]]
    total: int


class Channel(NamedTuple):
    """Rows of supply that went one way, the first of them, and how many there are."""

    name: str
    columns: list[tuple[str, str]]
    """The columns that say something, each with its heading."""
    rows: list[dict[str, Any]]
    total: int


def sections(id_: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of the page, by the names that the template has for them."""
    cls = facts["class"]
    events = _events(facts["relations"])
    found = {  # What the address may ask for wrongly comes first.
        **_transactions(events), "ownership": ownership(id_) if cls == "Company" else None,
    }
    supply = _supply(cls, id_)
    network = around(id_, facts["relations"])
    return {
        **found, "mentions": [e for e in events if not e["supply"]],
        "chinese_name": facts.get("name_zh") or (chinese_name(id_) if cls == "Place" else ""),
        "supply": supply, "by_channel": _channels(supply, facts.get("name", "")),
        "areas": areas(supply.dicts()) if supply and cls != "PublicBody" else None,
        "groups": groups(facts["relations"]),
        "around": pictures.of_graph(
            network.graph, say("What is connected with {name}", name=facts.get("name", id_)), href,
            id_,
        ) if network.graph.number_of_edges() else None,
        "omitted": network.omitted.get(id_, 0),
        **_said(facts),
        "registers": {
            "lei": [register(f"LEI:{facts['lei']}")] if facts.get("lei") else [],
            "identifiers": [register(i) for i in facts.get("identifiers") or ()],
        },
    }


def _said(facts: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The beginnings of the lists of claims, with the titles of their documents."""
    lists = {
        "claims": claims_of(facts["claims"][:FEW]), "statements": facts["statements"][:REPLIES],
        "says": facts["says"][:REPLIES],
    }
    rows = iter(titled(row for found in lists.values() for row in found))
    return {name: list(islice(rows, len(found))) for name, found in lists.items()}


# Supply --------------------------------------------------------------------------------------


def _supply(cls: str, id_: str) -> Table | None:
    """What came from, or reached, the node; mentions, bids and agencies are no part of it."""
    if cls not in _SUPPLY:
        return None
    name, parameter = _SUPPLY[cls]
    return get(name).run(store(), TIMEOUT, **{parameter: id_})


_COLUMNS = {
    "date": "Date", "title": "Transaction", "subject_name": "Subject", "holder_name": "Group of",
    "company_name": "Company", "maker_name": "Maker", "maker_names": "Makers",
    "supplier_name": "Supplier", "role": "Part", "seller_names": "Seller",
    "receiver_name": "Receiver", "end_user_name": "End user", "end_user_names": "End users",
    "product_name": "Product", "product_names": "Products", "standing": "Evidence",
}


def _channels(supply: Table | None, own: str) -> list[Channel]:
    """The rows by channel, in the ontology's order; under no name where a query has no channel.

    A column in which nothing stands but the name of the page's own node is left out.
    """
    if supply is None:
        return []
    order = [*Schema.load().concepts["channel"], ""]
    inside: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in supply.dicts():
        inside[row.get("channel") or ""].append(row)
    found = []
    for name in sorted(inside, key=order.index):
        rows = inside[name][:FEW]
        columns = [
            (column, say(label)) for column, label in _COLUMNS.items()
            if any(row.get(column) not in (None, "", [], own) for row in rows)
        ]
        found.append(Channel(name, columns, rows, len(inside[name])))
    return found


# Transactions --------------------------------------------------------------------------------


def _events(relations: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The transactions in which the node has a part, oldest first, undated ones last.

    One that carries no supply, or in which the node is agent, bidder or mentioned only, is marked.
    """
    known = schema()
    parts: dict[str, list[str]] = defaultdict(list)
    for relation in relations:
        name = relation["kind"].upper().replace("-", "_")
        if relation["direction"] == "in" and "Transaction" in known.relations[name].from_:
            parts[relation["other"]].append(name)
    rows = get("transactions").run(store(), TIMEOUT, ids=sorted(parts)).dicts() if parts else []
    for row in rows:
        row["parts"] = parts[row["id"]]
        row["supply"] = known.carries(row["kind"]) and not (
            set(row["parts"]) <= set(_NO_SUPPLY)
        )
    return sorted(rows, key=lambda r: (bounds(r["date"] or "9999").last, r["date"] or "", r["id"]))


def _transactions(events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The page of supplies that is asked for, of the year that is asked for, as table and picture.
    """
    supplies = [e for e in events if e["supply"]]
    year = request.args.get("year", "")
    years = by_year(supplies)
    if year and year not in {*(y or "undated" for y, _ in years)}:
        abort(400, "year is one in which there are transactions, or `several`, or `undated`")
    shown = [
        e for e in supplies if not year or (year_of(e["date"] or "") or "undated") == year
    ]
    page = paged(shown, ROWS)
    ids = sorted(e["id"] for e in page["rows"])
    parties: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for role in get("roles").run(store(), TIMEOUT, ids=ids).dicts() if ids else ():
        parties[role["transaction"]].append(role)
    return {
        "transactions": page, "parties": parties, "timeline": timeline(page["rows"]),
        "years": years if len(supplies) > ROWS else (), "year": year, "supplies": len(supplies),
    }


# Ownership, relations, claims ----------------------------------------------------------------


def ownership(id_: str) -> pictures.Picture | None:
    """The tree of who owns the company and what it owns, as of the day that is asked for."""
    day = request.args.get("as-of", "")
    rows = get("ownership-tree").run(store(), TIMEOUT, company=id_, as_of=day).dicts()
    if not rows:
        return None
    boxes: dict[str, pictures.Box] = {}
    arrows = []
    for row in rows:
        for end in ("owner", "owned"):
            boxes.setdefault(row[end], pictures.Box(
                row[end], row[f"{end}_name"], "Company", href("Company", row[end]),
                strong=row[end] == id_,
            ))
        arrows.append(pictures.Arrow(
            row["owner"], row["owned"], _share(row), row["standing"], row["contested"]
        ))
    ordered = sorted(boxes.values(), key=lambda b: (not b.strong, b.id))
    name = boxes[id_].text
    title = (say("Ownership of {name} as of {day}", name=name, day=day) if day
             else say("Ownership of {name}", name=name))
    return pictures.draw(title, ordered, arrows, downwards=True)


def _share(row: Mapping[str, Any]) -> str:
    if row["share_exact"] is not None:
        return f"{row['share_exact']:g} %"
    if row["share_min"] is not None or row["share_max"] is not None:
        return f"{row['share_min'] or 0:g}–{row['share_max'] or 100:g} %"
    return say("share not stated")


def groups(relations: Iterable[Mapping[str, Any]]) -> list[Group]:
    """Relations under their labels as they read from this node, in the ontology's order, cut."""
    found = [g._replace(rows=g.rows[:FEW]) for g in _groups(relations)]
    nodes = nodes_of(r["other"] for g in found for r in g.rows)
    return [g._replace(rows=_linked(g.rows, nodes)) for g in found]


def _groups(relations: Iterable[Mapping[str, Any]]) -> list[Group]:
    known = schema().relations
    order = list(known)
    inside: dict[tuple[int, str], list[Mapping[str, Any]]] = defaultdict(list)
    for row in relations:
        name = row["kind"].upper().replace("-", "_")
        inside[order.index(name), row["direction"]].append(row)
    found = []
    for (at, direction), rows in sorted(inside.items()):
        relation = known[order[at]]
        label = relation.label if direction == "out" else relation.inverse
        found.append(Group(label, rows[0]["kind"], direction, rows, len(rows)))
    return found


def _linked(
    rows: Iterable[Mapping[str, Any]], nodes: Mapping[str, tuple[str, str]]
) -> list[dict[str, Any]]:
    return [
        {**r, "url": href(nodes.get(r["other"], ("", ""))[0], r["other"])} for r in rows
    ]


def listed(facts: Mapping[str, Any], what: str) -> dict[str, Any]:
    """One page of a list that the page of an entity shows only the beginning of.

    `what` is `claims`, `statements`, `says`, or a kind of relation with its direction, `seller-in`.
    """
    if what == "claims":
        page = paged(facts["claims"])
        return {"label": say("Evidence that it exists as described"),
                "page": {**page, "rows": titled(claims_of(page["rows"]))}}
    if what in ("statements", "says"):
        page = paged(facts[what])
        label = say("Said about it") if what == "statements" else say("What it says")
        return {"label": label, "page": {**page, "rows": titled(page["rows"])}}
    found = [g for g in _groups(facts["relations"]) if what == f"{g.kind}-{g.direction}"]
    if not found:
        abort(404, f"there is no list {what[:100]!r} of {facts['id']}")
    page = paged(found[0].rows)
    rows = _linked(page["rows"], nodes_of(r["other"] for r in page["rows"]))
    return {"label": found[0].label, "page": {**page, "rows": rows}}


def register(identifier: str) -> tuple[str, str]:
    """An identifier and the address at which its register shows it, or an empty one."""
    code, _, number = identifier.partition(":")
    return identifier, _REGISTERS[code].format(quote(number, safe="")) if (
        code in _REGISTERS and number
    ) else ""
