"""Ownership as statements of the Beneficial Ownership Data Standard 0.4, as a JSON list.

Who owns whom, the owners and the owned; nothing else of the graph is ownership. Standing, the
claims and what the parties reply are annotations of each statement.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from sousveil.graph.assemble import Assembly
from sousveil.graph.records import Claim, Edge
from sousveil.graph.writers.evidence import Evidence, countries
from sousveil.ontology.dates import FIRST, LAST

__all__ = ["graph_bods"]

_ORG_IDS = frozenset((
    "BE-BCE_KBO", "CN-SAIC", "CZ-ICO", "DK-CVR", "FI-PRO", "GB-COH", "NL-KVK", "NO-BRC", "SE-BLV",
    "XI-LEI",
))
"""Codes of org-id.guide that are known to be in force; other lists are given by their name."""
_UNNAMED = {
    "Unnamed legal arrangement": "arrangement", "Unnamed entity not disclosed": "anonymousEntity",
    "Unnamed entity not known": "unknownEntity",
}
_SOURCES = {
    "registry": "officialRegister", "government-record": "officialRegister",
    "procurement-record": "officialRegister",
}
_DEPARTMENTS = ("government-department", "ministry")
_NO_DATE = "1970-01-01"
"""Where no source of the whole graph has a date."""


def graph_bods(graph: Assembly, path: Path) -> None:
    """Statements on the entities that own or are owned, then those on their relationships."""
    encode = msgspec.json.Encoder(order="sorted").encode
    with path.open("wb") as file:
        file.write(b"[")
        for at, statement in enumerate(_Statements(graph).all()):
            file.write((b",\n" if at else b"\n") + encode(statement))
        file.write(b"\n]\n")


class _Statements:
    def __init__(self, graph: Assembly) -> None:
        self.graph = graph
        self.evidence = Evidence(graph)
        self.sources = {node.id: node.values for node in graph.nodes("Source")}
        # No day of the export: the same graph gives the same bytes.
        self.published = max(filter(None, map(_dated, self.sources.values())), default=_NO_DATE)
        self.parties = {end for edge in graph.edges("OWNS") for end in (edge.start, edge.end)}
        self.countries = {n.id: n.values["name"] for n in graph.nodes("Place")
                          if n.values["kind"] == "country"}
        self.seats = countries(graph)

    def all(self) -> Iterator[dict[str, Any]]:
        for cls in ("Company", "PublicBody"):
            for node in self.graph.nodes(cls):
                if node.id in self.parties:
                    yield self.entity(cls, node.id, node.values)
        for edge in self.graph.edges("OWNS"):
            yield self.relationship(edge)

    def entity(self, cls: str, id_: str, values: Mapping[str, Any]) -> dict[str, Any]:
        name = str(values["name"])
        unnamed = next((t for words, t in _UNNAMED.items() if name.startswith(words)), "")
        identifiers = list(_identifiers(values))
        details: dict[str, Any] = {
            "isComponent": False, "name": name,
            "alternateNames": [n for n in values["names"] if n != name],
            "entityType": {"type": unnamed} if unnamed else _type(
                cls, str(values.get("kind", "")), any("scheme" in one for one in identifiers)),
            "identifiers": identifiers, "addresses": [
                {"type": "business", "country": {"name": self.countries[code], "code": code}}
                for code in sorted(self.seats.get(id_, ()))
            ],
            **_days({"foundingDate": values.get("founded_from"),
                     "dissolutionDate": values.get("dissolved_to")}),
        }
        if unnamed in ("anonymousEntity", "unknownEntity"):
            details["unspecifiedEntityDetails"] = {"reason": "unknown", "description": name}
            del details["name"]
        seats = self.seats.get(id_, {}).values()
        claims = [*values["claims"], *(c for seat in seats for c in seat.values["claims"])]
        return self.statement(("entity", id_, id_), values, claims, {
            key: value for key, value in details.items() if value not in ([], "")})

    def relationship(self, edge: Edge) -> dict[str, Any]:
        values = edge.values
        key = str(values.get("key", ""))
        interest: dict[str, Any] = {
            "type": "votingRights" if "voting-rights" in key else "shareholding",
            "directOrIndirect": "indirect" if "indirect" in key else "unknown",
            "beneficialOwnershipOrControl": False,
            **_days({"startDate": values["valid_from"], "endDate": values["valid_to"]}),
        }
        if values.get("valid"):
            interest["details"] = f"In force, as precisely as the sources say: {values['valid']}"
        if share := _share(values):
            interest["share"] = share
        about = ("relationship", values["id"], edge.end)
        return self.statement(about, values, values["claims"], {
            "isComponent": False, "subject": edge.end, "interestedParty": edge.start,
            "interests": [interest],
        })

    def statement(
        self, about: tuple[str, str, str], values: Mapping[str, Any], claims: Iterable[str],
        details: Mapping[str, Any],
    ) -> dict[str, Any]:
        type_, record, subject = about
        said = self.evidence.claims(claims)
        dates = [_dated(self.sources[c.source]) for c in said]
        statement = {
            "statementDate": max(filter(None, dates), default=self.published),
            "declarationSubject": subject, "recordId": record, "recordType": type_,
            "recordStatus": "new", "recordDetails": details,
            "source": self.source([c for c in said if c.supports] or said),
            "annotations": [
                {"statementPointerTarget": "/recordDetails", "motivation": "commenting",
                 "description": text} for text in self.evidence.lines(values, said)
            ],
            "publicationDetails": {
                "publicationDate": self.published, "bodsVersion": "0.4",
                "publisher": {"name": "Sousveil"},
            },
        }
        digest = hashlib.blake2b(msgspec.json.encode(statement, order="sorted"), digest_size=20)
        return {"statementId": digest.hexdigest(), **statement}

    def source(self, claims: list[Claim]) -> dict[str, Any]:
        types = {_SOURCES.get(claim.basis, "thirdParty") for claim in claims}
        titles = dict.fromkeys(str(self.sources[claim.source]["title"]) for claim in claims)
        urls = [self.sources[claim.source].get("url") for claim in claims]
        found: dict[str, Any] = {
            "type": sorted(types), "description": "; ".join(titles),
            "assertedBy": [{"name": name} for name in sorted(
                {self.evidence.titles[claim.author] for claim in claims})],
        }
        if url := next(filter(None, urls), None):
            found["url"] = url
        return found


def _type(cls: str, kind: str, registered: bool) -> dict[str, str]:
    if cls == "Company":
        return {"type": "registeredEntity" if registered else "legalEntity"}
    if kind == "international-organisation":
        return {"type": "legalEntity"}
    found = {"type": "stateBody"}
    return {**found, "subtype": "governmentDepartment"} if kind in _DEPARTMENTS else found


def _identifiers(values: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    if values.get("lei"):
        yield {"scheme": "XI-LEI", "id": str(values["lei"])}
    if values.get("uscc"):
        yield {"scheme": "CN-SAIC", "schemeName": "Unified Social Credit Code",
               "id": str(values["uscc"])}
    for identifier in values.get("identifiers") or ():
        scheme, _, number = identifier.partition(":")
        yield {"scheme" if scheme in _ORG_IDS else "schemeName": scheme, "id": number}


def _share(values: Mapping[str, Any]) -> dict[str, float]:
    exact, low, high = (
        None if values.get(name) is None else float(values[name])
        for name in ("share_exact", "share_min", "share_max")
    )
    if exact is None and low == high:
        exact = low
    if exact is not None:
        return {"exact": exact}
    return {name: share for name, share in (("minimum", low), ("maximum", high))
            if share is not None}


def _days(dates: Mapping[str, Any]) -> dict[str, str]:
    """The dates that are bounds of something stated, and stand for no open end."""
    return {name: day for name, day in dates.items() if day and day not in (FIRST, LAST)}


def _dated(source: Mapping[str, Any]) -> str:
    """The first possible day of the document, else of its retrieval; empty if neither is known."""
    days = [str(source[name]) for name in ("date_from", "retrieved_from")]
    return next((day for day in days if day != FIRST), "")
