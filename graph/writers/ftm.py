"""The graph as FollowTheMoney entities, one in JSON on each line, as Aleph and OpenSanctions read.

Sources are documents that every entity names as its `proof`; who says it, where, and what the
parties reply stands in `description`, the standing in front of it. What FollowTheMoney has no
schema for is a link of unknown kind with its name as `role`; docs/partners.md says what is left
out. Schemata and properties are those of followthemoney 4.11.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from sousveil.graph.assemble import Assembly
from sousveil.graph.records import Edge, Node
from sousveil.graph.writers.evidence import Evidence, countries

__all__ = ["graph_ftm"]

Properties = dict[str, list[str]]

_NAMES = {"": "name", "former": "previousName", "abbreviation": "abbreviation",
          "transliteration": "weakAlias"}
_NUMBERS = {
    "WIKIDATA": "wikidataId", "RU-OGRN": "ogrnCode", "RU-INN": "innCode", "RU-OKPO": "okpoCode",
    "DUNS": "dunsCode", "US-SEC": "cikCode", "PERMID": "permId", "BVD": "bvdId", "ICIJ": "icijId",
}
_LISTED = ("listed-in", "banned-by")
_LINKS = {
    "PART_OF": "part of", "DISTRIBUTES_FOR": "declared distributor for", "PHASE_OF": "phase of",
    "SELLER": "seller in", "MANUFACTURER": "manufacturer in", "END_USER": "end user in",
    "AGENT": "agent in", "BIDDER": "bidder in", "USED_IN": "where the goods are used in",
    "MENTIONS": "mentioned as a brand, which is no supply, in",
}
"""Relations without a schema of their own, in words; those of a transaction read from the party."""
_PLAIN = ("PART_OF", "DISTRIBUTES_FOR", "PHASE_OF")
_OF_TRANSACTIONS = ("BUYER", "SELLER", "BIDDER", "INCLUDES", "UNDER")


def graph_ftm(graph: Assembly, path: Path) -> None:
    """Documents, organisations, projects, contracts, then what ties them together."""
    encode = msgspec.json.Encoder(order="sorted").encode
    with path.open("wb") as file:
        for entity in _Entities(graph).all():
            file.write(encode(entity) + b"\n")


class _Entities:
    def __init__(self, graph: Assembly) -> None:
        self.graph = graph
        self.evidence = Evidence(graph)
        self.seats = countries(graph)
        self.parts: dict[str, dict[str, list[Edge]]] = {}
        for kind in _OF_TRANSACTIONS:
            self.parts[kind] = defaultdict(list)
            for edge in graph.edges(kind):
                self.parts[kind][edge.start].append(edge)
        self.supplies = {n.id for n in graph.nodes("Transaction") if n.values["carries"]}

    def all(self) -> Iterator[dict[str, Any]]:
        for node in self.graph.nodes("Source"):
            yield self.document(node)
        for cls in ("Company", "PublicBody"):
            for node in self.graph.nodes(cls):
                yield self.organisation(node)
        for node in self.graph.nodes("Programme"):
            yield self.entity("Project", node.id, node.values, {
                **_names(node), "startDate": _days(node.values.get("start"))[:1],
                "endDate": _days(node.values.get("end"))[-1:],
                "summary": _texts(node.values.get("description")),
            })
        for node in self.graph.nodes("Transaction"):
            yield from self.transaction(node)
        yield from self.relations()

    def document(self, node: Node) -> dict[str, Any]:
        values = node.values
        notes = [f"{label}: {values[name]}" for name, label in (
            ("basis", "Kind of evidence"), ("reference", "Reference"), ("licence", "Licence"),
            ("held_by", "Held by")) if values.get(name)]
        return self.entity("Document", node.id, values, {
            "fileName": [_line(values.get("file")) or node.id], **_names(node),
            "title": _texts(values.get("title"), values.get("title_zh")),
            "sourceUrl": _url(values.get("url")), "date": _days(values.get("date")),
            "retrievedAt": _days(values.get("retrieved")),
            "language": _language(str(values.get("language", ""))),
            "contentHash": _texts(values.get("sha256")),
            "publisher": self.title(values.get("publisher")),
            "notes": _texts(*notes),
        })

    def organisation(self, node: Node) -> dict[str, Any]:
        values = node.values
        seats = self.seats.get(node.id, {})
        found: Properties = {
            **_names(node), "country": [code.lower() for code in seats],
            "website": _url(values.get("website")),
            "leiCode": _texts(values.get("lei")), "uscCode": _texts(values.get("uscc")),
            "summary": _texts(values.get("description")),
        }
        for identifier in values.get("identifiers") or ():
            scheme, _, number = identifier.partition(":")
            name = _NUMBERS.get(scheme, "")
            if not name or not _valid(scheme, number) or (name, node.cls) == _NO_CIK:
                name = "registrationNumber"
            found.setdefault(name, []).extend(_texts(number))
        if node.cls == "Company":
            found["incorporationDate"] = _days(values.get("founded"))
            found["dissolutionDate"] = _days(values.get("dissolved"))
        else:
            found["classification"] = _texts(values.get("kind"))
        return self.entity(node.cls, node.id, values, found, seats.values())

    def transaction(self, node: Node) -> Iterator[dict[str, Any]]:
        values = node.values
        parts = {kind: found.get(node.id, []) for kind, found in self.parts.items()}
        date, reference = _days(values.get("date")), _texts(values.get("reference"))
        found: Properties = {
            **_names(node), "title": _texts(values.get("title"), values.get("title_zh")),
            "authority": [e.end for e in parts["BUYER"]],
            "keywords": [t for e in parts["INCLUDES"] for t in self.title(e.end)],
            "summary": _texts(values.get("description")),
        }
        shown = [*parts["BUYER"], *parts["INCLUDES"]]
        if node.id not in self.supplies:
            yield self.entity("CallForTenders", node.id, values, {
                **found, "procurementType": [values["kind"]], "publicationDate": date,
                "callId": reference, "tenderers": [e.end for e in parts["BIDDER"]],
            }, [*shown, *parts["BIDDER"]])
            return
        money = {"amount": _amount(values.get("amount")),
                 "currency": _texts(values.get("currency"))}
        yield self.entity("Contract", node.id, values, {
            **found, **money, "type": [values["kind"]], "contractDate": date,
            "procedureNumber": reference, "project": [e.end for e in parts["UNDER"]],
        }, [*shown, *parts["UNDER"]])
        for edge in parts["SELLER"]:
            yield self.entity("ContractAward", edge.values["id"], edge.values, {
                "supplier": [edge.end], "contract": [node.id], "role": ["seller"], "date": date,
                "lotNumber": _texts(values.get("lot")),
                **(money if len(parts["SELLER"]) == 1 else {}),
            })

    def relations(self) -> Iterator[dict[str, Any]]:
        for edge in self.graph.edges("OWNS"):
            yield self.relation("Ownership", edge, "owner", "asset", {
                "percentage": _share(edge.values)})
        for edge in self.graph.edges("SUCCEEDED_BY"):
            yield self.relation("Succession", edge, "predecessor", "successor", {
                "role": [edge.values["kind"]], "startDate": _days(edge.values.get("date"))[:1]})
        for edge in self.graph.edges("LAUNCHED_BY"):
            yield self.relation("ProjectParticipant", edge, "project", "participant", {
                "role": ["launched by"]})
        issuers: dict[str, list[str]] = defaultdict(list)
        for edge in self.graph.edges("ISSUED_BY"):
            issuers[edge.start] += self.title(edge.end)
        references = {n.id: n.values.get("reference") for n in self.graph.nodes("Instrument")}
        for edge in self.graph.edges("SUBJECT_TO"):
            if edge.values["effect"] in _LISTED and self.told(edge.start):
                yield self.relation("Sanction", edge, "entity", "", {
                    "authority": issuers[edge.end], "program": self.title(edge.end),
                    "programId": _texts(references[edge.end]),
                    "provisions": [edge.values["effect"]],
                    "reason": _texts(edge.values.get("description")),
                })
        for kind, role in _LINKS.items():
            ends = ("subject", "object") if kind in _PLAIN else ("object", "subject")
            for edge in self.graph.edges(kind):
                said = (kind == "SELLER") == (edge.start in self.supplies)
                if self.told(edge.start, edge.end) and not (kind in ("SELLER", "BIDDER") and said):
                    yield self.relation("UnknownLink", edge, *ends, {"role": [role]})

    def title(self, id_: str | None) -> list[str]:
        """The name of a node; none of nothing."""
        return _texts(self.evidence.titles[id_]) or [id_] if id_ else []

    def told(self, *ids: str) -> bool:
        """Whether these nodes are entities here; publishers and products have no schema."""
        return not {"Publisher", "Product"} & {self.graph.class_of(id_) for id_ in ids}

    def relation(
        self, schema: str, edge: Edge, start: str, end: str, properties: Properties
    ) -> dict[str, Any]:
        since, _, until = str(edge.values.get("valid") or "").partition("/")
        found = {"startDate": _days(since)[:1], "endDate": _days(until)[-1:], **properties,
                 start: [edge.start]}
        if end:
            found[end] = [edge.end]
        return self.entity(schema, edge.values["id"], edge.values, found)

    def entity(
        self, schema: str, id_: str, values: Mapping[str, Any], properties: Properties,
        edges: Iterable[Edge] = (),
    ) -> dict[str, Any]:
        """The entity with its evidence: documents, standing, who says it and who replies.

        `edges` are relations that stand in its properties, whose evidence it carries too.
        """
        if schema != "Document":
            claims = self.evidence.claims(
                [*values["claims"], *(c for edge in edges for c in edge.values["claims"])])
            properties["proof"] = [s for c in claims for s in (c.source, c.primary_source) if s]
            properties["description"] = _texts(*self.evidence.lines(values, claims))
        kept = {name: list(dict.fromkeys(found)) for name, found in properties.items() if found}
        caption = kept.get("name") or kept.get("role") or kept.get("program") or [schema]
        return {"id": id_, "schema": schema, "caption": caption[0], "datasets": ["sousveil"],
                "properties": kept}


# Values ------------------------------------------------------------------------------------------


_NO_CIK = ("cikCode", "PublicBody")


def _line(value: Any) -> str:
    """The text on one line, without characters that print nothing."""
    text = " ".join(str(value or "").split())
    return "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs")).strip()


def _texts(*values: Any) -> list[str]:
    return [text for text in map(_line, values) if text]


def _names(node: Node) -> Properties:
    """The names by their kind; a generated or spelled-out one is weak."""
    values = node.values
    found: Properties = {"name": _texts(
        values.get("name") or values.get("title"), values.get("name_zh") or values.get("title_zh"),
    ) or [node.id]}
    for name in msgspec.json.decode(values["names_json"]):
        for text in _texts(name["text"]):
            if text not in found["name"]:
                found.setdefault(_NAMES.get(name["kind"], "alias"), []).append(text)
    return {name: texts for name, texts in found.items() if node.cls in _ORGANISATIONS or (
        name != "abbreviation")}


_ORGANISATIONS = ("Company", "PublicBody")
_DATE = re.compile(r"(\d{4}(?:-(?:0\d|1[0-2])(?:-\d\d)?)?)[?~%]?", re.ASCII)


def _days(value: Any) -> list[str]:
    """The date, or both ends of an interval, as far as ISO 8601 can write them."""
    found = [_DATE.fullmatch(part) for part in str(value or "").split("/")]
    return [match[1] for match in found if match]


def _url(value: Any) -> list[str]:
    """The address, with a path, as the model cleans it."""
    text = _line(value)
    return [text + "/" if re.fullmatch(r"https?://[^/?#]+", text) else text] if text else []


def _language(tag: str) -> list[str]:
    """The language of a tag in three letters (ISO 639-3)."""
    import pycountry  # slow to import

    code = tag.partition("-")[0].lower()
    found: Any = pycountry.languages
    language = found.get(**{"alpha_2" if len(code) == 2 else "alpha_3": code}) if code else None
    return [language.alpha_3] if language else []


def _amount(value: Any) -> list[str]:
    return [] if value in (None, "") else [f"{float(value):.2f}".removesuffix(".00")]


def _valid(scheme: str, number: str) -> bool:
    """Whether the number has the form that the model asks of it, and is dropped otherwise."""
    from stdnum.ru import inn, ogrn

    if scheme == "WIKIDATA":
        return re.fullmatch(r"Q[1-9]\d*", number) is not None
    check = {"RU-INN": inn, "RU-OGRN": ogrn}.get(scheme)
    return check is None or bool(check.is_valid(number))


def _share(values: Mapping[str, Any]) -> list[str]:
    """The share in percent; a range where it is not exact."""
    exact, low, high = (values.get(f"share_{name}") for name in ("exact", "min", "max"))
    if exact is not None:
        return [f"{float(exact):g}"]
    if low is None and high is None:
        return []
    return [f"{float(low or 0):g}-{float(100 if high is None else high):g}"]
