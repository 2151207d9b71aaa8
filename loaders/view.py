"""What a file says, without any store: plain objects for people and programs that look before they
load.

One object for each entity, relation and transaction of a record, as `sousveil read` prints them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from sousveil.errors import SourceError
from sousveil.graph import Claim
from sousveil.loaders.load import Reject
from sousveil.loaders.making import script
from sousveil.loaders.record import Loader, Record
from sousveil.ontology import Schema
from sousveil.ontology.check import check_values
from sousveil.ontology.places import EU, country_place

__all__ = ["objects", "read"]

_NUMBERS = ("lei", "uscc")
_PLACED = "LOCATED_IN"
_KEPT = 100_000
"""Names of entities that are remembered for the roles and ends of later records."""


def read(
    path: Path, loader: Loader, rejected: Callable[[Reject], None],
    omitted: Callable[[str, int], None] = lambda what, times: None,
) -> Iterator[dict[str, Any]]:
    """The objects of a file, record by record; a record with a fault goes to `rejected` instead.

    An object that was given once is not given again. A file that cannot be read to its end gives
    what came before, and a reject.
    """
    view = _View(Schema.load())
    try:
        for record in loader.read(path):
            try:
                claims = list(loader.claims(record))
                view.check(record, claims)
            except SourceError as error:
                rejected(Reject(error.path, error.line, error.message, error.hint))
                continue
            for what, times in record.omitted.items():
                omitted(what, times)
            yield from view.fresh(claims)
    except SourceError as error:
        rejected(Reject(error.path, error.line, error.message, error.hint))


def objects(claims: Iterable[Claim]) -> list[dict[str, Any]]:
    """The objects that these claims describe."""
    return list(_View(Schema.load()).fresh(list(claims)))


class _View:
    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.roles = {r.name for r in schema.relations.values() if r.role}
        self.known: dict[str, tuple[str, str]] = {}
        """(class, name) of entities, for the roles of transactions and the classes of ends."""
        self.given: set[bytes] = set()

    def check(self, record: Record, claims: Iterable[Claim]) -> None:
        for claim in claims:
            if claim.kind:
                for name, _, message in check_values(self.schema, claim.kind, claim.values):
                    raise record.error(f"field {name!r}: {message}")

    def fresh(self, claims: list[Claim]) -> Iterator[dict[str, Any]]:
        for one in self._objects(claims):
            digest = hashlib.blake2b(
                msgspec.json.encode(one, order="deterministic"), digest_size=8
            ).digest()
            if digest not in self.given:
                self.given.add(digest)
                yield one

    def _objects(self, claims: list[Claim]) -> Iterator[dict[str, Any]]:
        nodes: dict[str, dict[str, Any]] = {}
        edges = []
        for claim in claims:
            if claim.kind in self.schema.classes:
                self._node(nodes, claim)
        for claim in claims:
            if claim.kind == "Name" and claim.about in nodes:
                _add(nodes[claim.about]["names"], _name(claim.key, str(claim.values["lang"])))
            elif claim.start and claim.start in nodes and self._of_node(nodes[claim.start], claim):
                continue
            elif claim.start:
                edges.append(claim)
        for id_, node in nodes.items():
            self._remember(id_, node)
        for node in nodes.values():
            if node["type"] == "Transaction":
                for parties in node["roles"].values():
                    for party in parties:
                        party["name"] = self.known.get(party["id"], ("", ""))[1]
            yield node
        for claim in edges:
            yield {
                "type": claim.kind, "id": claim.about, "from": claim.start, "to": claim.end,
                **_shares(claim), **{k: v for k, v in claim.values.items() if "share" not in k},
                **({"inferred": claim.inferred_because} if claim.inferred_because else {}),
            }

    def _remember(self, id_: str, node: dict[str, Any]) -> None:
        if len(self.known) >= _KEPT:
            del self.known[next(iter(self.known))]
        names = node.get("names") or [{"text": node.get("title", "")}]
        self.known[id_] = (node["type"], str(names[0]["text"]))

    def _node(self, nodes: dict[str, dict[str, Any]], claim: Claim) -> None:
        values = dict(claim.values)
        if claim.kind == "Transaction":
            node: dict[str, Any] = {
                "type": "Transaction", "id": claim.about, "kind": values.pop("kind", ""),
                "date": values.pop("date", ""), "title": values.pop("title", ""),
                "roles": {}, "amount": None, "lots": [], "products": [], "programmes": [],
            }
            if amount := values.pop("amount", ""):
                currency = values.pop("currency", "")
                node["amount"] = {"value": float(str(amount)), "currency": currency}
            if lot := values.pop("lot", ""):
                node["lots"] = [lot]
        else:
            node = {"type": claim.kind, "id": claim.about, "names": [], "kind": "", "country": "",
                    "place": "", "identifiers": {}}
            for prop in ("name", "title", "name_zh", "title_zh"):
                text = str(values.pop(prop, ""))
                if text and text not in [n["text"] for n in node["names"]]:
                    node["names"].append(_name(text))
            node["kind"] = values.pop("kind", "")
            for scheme in _NUMBERS:
                if number := values.pop(scheme, ""):
                    node["identifiers"][scheme] = number
            for number in values.pop("identifiers", ()):
                scheme, _, text = str(number).partition(":")
                node["identifiers"][scheme] = text
        old = nodes.get(claim.about)
        if old is None:
            nodes[claim.about] = node | values
        else:
            old.update({k: v for k, v in (node | values).items() if v and not old.get(k)})

    def _of_node(self, node: dict[str, Any], claim: Claim) -> bool:
        """Whether the edge is part of what the node says of itself; if so, it is added."""
        if claim.kind == _PLACED:
            country = claim.end if country_place(claim.end) or claim.end == EU else ""
            if country:
                node["country"] = node["country"] or country.partition("-")[0]
            if not country or "-" in country:
                node["place"] = claim.end
            return True
        if node["type"] != "Transaction":
            return False
        if claim.kind in self.roles:
            parties = node["roles"].setdefault(claim.kind, [])
            if claim.end not in [p["id"] for p in parties]:
                parties.append({"id": claim.end, "name": ""})
            return True
        for kind, field in (("INCLUDES", "products"), ("UNDER", "programmes"),
                            ("MENTIONS", "mentions")):
            if claim.kind == kind:
                node.setdefault(field, []).append({"id": claim.end, **claim.values})
                return True
        return False


def _name(text: str, lang: str = "") -> dict[str, str]:
    found = script(text)
    if not lang:
        lang = {"Hans": "zh", "Hant": "zh", "Jpan": "ja", "Kore": "ko"}.get(found, "und")
    return {"text": text, "lang": lang, "script": found}


def _add(names: list[dict[str, str]], new: dict[str, str]) -> None:
    """Add a name, or say of one that stands there already in which language it is."""
    for one in names:
        if one["text"] == new["text"] and one["lang"] in (
            "und", new["lang"], new["lang"].partition("-")[0]
        ):
            one["lang"] = new["lang"]
            return
    names.append(new)


def _shares(claim: Claim) -> dict[str, Any]:
    if claim.kind != "OWNS":
        return {}
    values = claim.values
    share = {
        short: float(str(values[name])) for name, short in (
            ("share_exact", "exact"), ("share_min", "min"), ("share_max", "max")
        ) if values.get(name)
    }
    return {"share": share or None}
