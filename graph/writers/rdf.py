"""The graph in RDF, as the header of `ontology/sousveil.ttl` describes it.

What was assembled from all sources stands in the default graph: nodes and relations with the
values of their best claims, and what is derived of them. What each source says stands in a graph
of its own: the claims that cite it, and the statements they make. Formats without graphs get the
assembled view and the claims. No blank nodes: every resource has an IRI, so that the same graph
gives the same bytes and a canonical form needs no more than sorting.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from sousveil.graph.assemble import Assembly
from sousveil.graph.records import Claim, Edge, Node
from sousveil.graph.retractions import Withdrawn
from sousveil.ontology import NodeClass, Property, Relation, Schema
from sousveil.ontology.dates import FIRST, LAST, bounds
from sousveil.ontology.derive import PREFIXES
from sousveil.settings import BASE

__all__ = ["CONCEPT", "SV", "Describer", "claim_record", "graph_quads"]

SV = "https://w3id.org/sousveil/ontology#"
CONCEPT = "https://w3id.org/sousveil/concept/"
_SAFE = "-._~'"
_PLAIN = re.compile(r"[A-Za-z0-9._~'-]*").fullmatch
_TAG = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_NO_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_LINES = re.compile(r"L(\d+)(?:-(\d+))?")
_DERIVED = ("standing", "contested", "origins", "conflicts", "merged")
_AS_SAID = ("about", "author", "source", "primary_source")
_TEXTS = ("locator", "anchor", "summary", "said", "inferred_because", "note", "key")
_ENDS = {"SUCCEEDED_BY": ("org:originalOrganization", "org:resultingOrganization")}
_DATATYPES = {"url": "xsd:anyURI", "language": "xsd:language", "sha256": "xsd:hexBinary"}
_canonical = msgspec.json.Encoder(order="deterministic").encode

Term = NamedNode | Literal | Triple


def graph_quads(
    graph: Assembly, base: str = BASE, *, graphs: bool = True, derived: bool = False,
    annotations: bool = False, only: frozenset[str] | None = None,
) -> Iterator[Quad]:
    """The whole graph, or what the claims `only` say, subject by subject in a fixed order.

    `graphs` gives each source a graph of its own; otherwise everything is in the default graph.
    `derived` adds chains of ownership, part-of, place and supply, which follow from the rest,
    `annotations` the triples that relations stand for (RDF 1.2).
    """
    describe = Describer(graph.schema, base, graphs, annotations)
    by_source: dict[str, list[tuple[str, str]]] = {}
    spoken: set[str] = set()
    for said in graph.claims():
        if only is None or said.id in only:
            claim = graph.as_merged(said)
            by_source.setdefault(claim.source, []).append((claim.about, claim.id))
            spoken.add(claim.about)
    for cls in sorted(graph.schema.classes):
        if cls == "Claim":
            continue
        for node in graph.nodes(cls):
            if only is None or node.id in spoken:
                yield from describe.node(node)
    for kind in sorted(graph.schema.relations):
        relation = graph.schema.relations[kind]
        if relation.asserted:
            for edge in graph.edges(kind):
                if only is None or edge.values["id"] in spoken:
                    yield from describe.edge(edge)
        elif relation.derived and derived:
            for number, edge in enumerate(graph.edges(kind)):
                yield from describe.chain(edge, number)
    yield from describe.concepts()
    for source in sorted(by_source):
        claims = (claim_record(graph, id_) for _, id_ in sorted(by_source[source]))
        yield from describe.source(source, claims)
    if only is None:
        for one in graph.withdrawn:
            yield from describe.withdrawn(one)


def claim_record(graph: Assembly, id_: str) -> dict[str, Any]:
    """A claim as it is described: with the ids that merges gave it, and those it was said with."""
    said = graph.claim(id_)
    merged = graph.as_merged(said)
    record = msgspec.structs.asdict(merged)
    # A statement has no values: that is how it is told from an assertion without any.
    record["values"] = _canonical(said.values).decode() if said.kind else ""
    record["kind"] = said.kind or graph.class_of(merged.about)
    record["as_said"] = _not_exact(said, merged)
    return record


def _not_exact(said: Claim, merged: Claim) -> dict[str, Any]:
    """The fields that triples would not give back as they were said."""
    found: dict[str, Any] = {}
    for name in (*_AS_SAID, *_TEXTS):
        text = getattr(said, name)
        if text != getattr(merged, name) or _odd(text):
            found[name] = text
    if list(said.terms) != sorted(set(said.terms)) or any(map(_odd, said.terms)):
        found["terms"] = list(said.terms)
    return found


def _odd(text: str) -> bool:
    """Whether a text has what XML cannot hold or reads otherwise, or blanks at its ends."""
    return _NO_XML.search(text) is not None or text != text.strip()


class _Step(NamedTuple):
    """A property, and the terms with which it is written."""

    name: str
    prop: Property
    terms: tuple[NamedNode, ...]
    date: bool
    first: NamedNode
    last: NamedNode


class Describer:
    """Describes nodes, relations and claims in RDF."""

    def __init__(
        self, schema: Schema, base: str = BASE, graphs: bool = True, annotations: bool = False
    ) -> None:
        self.schema = schema
        self.base = base
        self._graphs = graphs
        self._annotations = annotations
        self._terms: dict[str, NamedNode] = {}
        self._plans: dict[int, list[_Step]] = {}
        self._concepts: dict[tuple[str, str], NamedNode] = {}
        self._here: NamedNode | DefaultGraph = DefaultGraph()

    # -- resources

    def iri(self, id_: str) -> NamedNode:
        """The IRI of a node, a relation or a claim."""
        # Nearly all ids need no escape, and to look is quicker than to escape.
        return NamedNode(f"{self.base}id/{id_ if _PLAIN(id_) else quote(id_, safe=_SAFE)}")

    def graph_iri(self, source: str) -> NamedNode:
        """The IRI of the graph that holds what a source says."""
        return NamedNode(f"{self.base}graph/{quote(source, safe=_SAFE)}")

    def node(self, node: Node) -> Iterator[Quad]:
        """A node with its values, names, identifiers and what is derived of it."""
        about, values, me = self.schema.classes[node.cls], node.values, self.iri(node.id)
        yield from self._types(me, about.name, about.also)
        if node.cls == "Company" and any(values.get(k) for k in ("lei", "uscc", "identifiers")):
            yield self._quad(me, "rdf:type", self._term("rov:RegisteredOrganization"))
        yield self._quad(me, "sv:id", Literal(node.id))
        yield from self._properties(me, about.properties, values)
        yield from self._bounds(me, about.properties, values)
        if node.cls == "Transaction":
            for name in ("asof_from", "asof_to"):
                yield self._quad(me, f"sv:{name}", self._day(values[name]))
        yield from self._evidence(me, values)
        yield from self._names(me, node, about)
        yield from self._identifiers(me, values)

    def edge(self, edge: Edge) -> Iterator[Quad]:
        """An asserted relation, and beside it the property that skips it."""
        relation, values = self.schema.relations[edge.kind], edge.values
        me, start, end = self.iri(values["id"]), self.iri(edge.start), self.iri(edge.end)
        yield from self._ends(me, relation, start, end)
        yield self._quad(me, "sv:id", _text(values["id"]))
        yield from self._properties(me, relation.properties, values)
        yield from self._span(me, values)
        yield from self._bounds(me, relation.properties, values, besides="valid")
        yield from self._evidence(me, values)
        if relation.role:
            if edge.kind in ("BUYER", "END_USER"):
                yield self._quad(me, "sv:recipient", _boolean(values["recipient"]))
            if values.get("as_name"):
                yield self._quad(me, "sv:as_name", _text(values["as_name"]))
            if edge.kind == "MANUFACTURER":
                yield self._quad(me, "sv:channel", self._concept("channel", values["channel"]))
                for name in ("asof_from", "asof_to"):
                    yield self._quad(me, f"sv:{name}", self._day(values[name]))
        # A bare triple cannot say that it was concluded, or that somebody disputes it.
        bare = values["standing"] != "inferred" and not values["contested"]
        for name in (f"sv:{relation.shortcut}", *relation.shortcut_also):
            if bare:
                yield self._quad(start, name, end)
            if self._annotations:
                yield self._quad(me, "rdf:reifies", Triple(start, self._term(name), end))

    def chain(self, edge: Edge, number: int) -> Iterator[Quad]:
        """A derived relation; its IRI holds within one export only, like the number."""
        relation, values = self.schema.relations[edge.kind], edge.values
        me = NamedNode(f"{self.base}id/{relation.kebab}--{number}")
        yield from self._ends(me, relation, self.iri(edge.start), self.iri(edge.end))
        for name in ("depth", "contested", "control"):
            if name in values:
                value = values[name]
                literal = _boolean(value) if isinstance(value, bool) else _integer(value)
                yield self._quad(me, f"sv:{name}", literal)
        for name in ("via", "makers"):
            for id_ in values.get(name, ()):
                yield self._quad(me, f"sv:{name}", self.iri(id_))
        yield from self._span(me, values)
        if values.get("standing"):
            yield self._quad(me, "sv:standing", self._concept("standing", values["standing"]))

    def source(self, source: str, claims: Iterable[Mapping[str, Any]]) -> Iterator[Quad]:
        """The claims that cite a source, sorted by what they are about, in the source's graph.

        What they say stands there too, where it is the source that says it.
        """
        if self._graphs:
            graph = self.graph_iri(source)
            yield self._quad(graph, "rdf:type", self._term("void:Dataset"))
            yield self._quad(graph, "dct:source", self.iri(source))
            self._here = graph
        try:
            for _, about in groupby(claims, lambda claim: claim["about"]):
                stated: dict[Quad, None] = {}
                for claim in about:
                    yield from self._claim(claim)
                    if self._graphs and claim["values"] and _asserts(claim):
                        stated.update(dict.fromkeys(self._said(claim)))
                yield from stated
        finally:
            self._here = DefaultGraph()

    def withdrawn(self, one: Withdrawn) -> Iterator[Quad]:
        """What is left of a claim that was withdrawn: no claim, but its id and the reason."""
        me = self.iri(one.claim.id)
        yield self._quad(me, "rdf:type", self._term("prov:Entity"))
        yield self._quad(me, "dct:identifier", Literal(one.claim.id))
        yield self._quad(me, "dct:source", self.iri(one.claim.source))
        yield self._quad(me, "prov:invalidatedAtTime", Literal(
            f"{one.retraction.date}T00:00:00Z", datatype=self._term("xsd:dateTime")))
        yield self._quad(me, "skos:changeNote", _text(one.because))

    def concepts(self) -> Iterator[Quad]:
        """The concepts that were used so far and those that are wider, with their labels."""
        used = {
            (scheme, wider) for scheme, id_ in self._concepts
            for wider in self.schema.closure(scheme, id_)
        }
        for scheme, id_ in sorted(used):
            concept = self.schema.concepts[scheme][id_]
            me = self._concept(scheme, id_)
            yield self._quad(me, "rdf:type", self._term("skos:Concept"))
            yield self._quad(me, "skos:inScheme", NamedNode(CONCEPT + scheme))
            yield self._quad(me, "skos:notation", Literal(id_))
            yield self._quad(me, "skos:prefLabel", Literal(concept.label, language="en"))
            yield self._quad(me, "skos:prefLabel", Literal(concept.label_zh, language="zh-Hans"))
            for wider in concept.broader:
                yield self._quad(me, "skos:broader", self._concept(scheme, wider))

    # -- parts of nodes

    def _names(self, me: NamedNode, node: Node, about: NodeClass) -> Iterator[Quad]:
        values = node.values
        for name in ("name_zh", "title_zh"):
            if values.get(name):
                yield self._quad(me, "rdfs:label", _text(values[name], "zh"))
        main = {values.get(n) for n in ("name", "name_zh", "title", "title_zh")}
        names = json.loads(values.get("names_json") or "[]")
        further = [n for n in names if n["kind"] and n["text"] not in main]
        for name in further:
            if name["kind"] != "former":
                yield self._quad(me, "skos:altLabel", _text(name["text"], name["lang"]))
        for number, name in enumerate(further, 1):
            one = NamedNode(f"{me.value}#name-{number}")
            yield self._quad(one, "rdf:type", self._term("sv:Name"))
            yield self._quad(one, "sv:entity", me)
            yield self._quad(one, "sv:text", _text(name["text"], name["lang"]))
            yield self._quad(one, "sv:lang", Literal(
                _NO_XML.sub("\ufffd", name["lang"]), datatype=self._term("xsd:language")))
            yield self._quad(one, "sv:kind", self._concept("name-kind", name["kind"]))
            if name["valid"]:
                yield self._quad(one, "sv:valid", _text(name["valid"]))

    def _identifiers(self, me: NamedNode, values: Mapping[str, Any]) -> Iterator[Quad]:
        found = [(k.upper(), values[k]) for k in ("lei", "uscc") if values.get(k)]
        found += [
            (code, number) for text in values.get("identifiers") or ()
            for code, _, number in [text.partition(":")]
        ]
        for code, number in found:
            one = NamedNode(f"{me.value}#{quote(code + '-' + number, safe=_SAFE)}")
            yield self._quad(me, "adms:identifier", one)
            yield self._quad(one, "rdf:type", self._term("adms:Identifier"))
            yield self._quad(one, "skos:notation", _text(number))
            yield self._quad(one, "adms:schemaAgency", _text(code))

    # -- parts of relations

    def _ends(
        self, me: NamedNode, relation: Relation, start: NamedNode, end: NamedNode
    ) -> Iterator[Quad]:
        yield from self._types(me, relation.iri, relation.also)
        yield self._quad(me, "sv:from", start)
        yield self._quad(me, "sv:to", end)
        also = _ENDS.get(relation.name, ())
        if relation.role:
            also = ("epo:contextualisedBy", "epo:playedBy")
        for name, node in zip(also, (start, end), strict=False):
            yield self._quad(me, name, node)

    def _span(self, me: NamedNode, values: Mapping[str, Any]) -> Iterator[Quad]:
        if values.get("valid_from", FIRST) != FIRST:
            yield self._quad(me, "sv:valid_from", self._day(values["valid_from"]))
        if values.get("valid_to", LAST) != LAST:
            yield self._quad(me, "sv:valid_to", self._day(values["valid_to"]))

    # -- parts of claims

    def _claim(self, claim: Mapping[str, Any]) -> Iterator[Quad]:
        about = self.schema.classes["Claim"]
        me, target = self.iri(claim["id"]), self.iri(claim["id"] + "-place")
        yield from self._types(me, about.name, (*about.also, "oa:Annotation"))
        yield self._quad(me, "sv:id", Literal(claim["id"]))
        yield from self._properties(me, about.properties, {**claim, "values": None})
        yield from self._bounds(me, about.properties, claim)
        if claim["values"]:
            yield self._quad(me, "sv:values", self._json(claim["values"]))
        if claim.get("as_said"):
            yield self._quad(me, "sv:as_said", self._json(_canonical(claim["as_said"]).decode()))
        yield self._quad(me, "oa:hasBody", self.iri(claim["about"]))
        yield self._quad(me, "oa:hasTarget", target)
        yield self._quad(target, "rdf:type", self._term("oa:SpecificResource"))
        yield self._quad(target, "oa:hasSource", self.iri(claim["source"]))
        yield self._quad(target, "rdfs:label", _text(claim["locator"]))
        yield from self._selectors(target, claim)

    def _selectors(self, target: NamedNode, claim: Mapping[str, Any]) -> Iterator[Quad]:
        """Lines of a text by RFC 5147, and within them the words that must occur there.

        That standard counts the positions between lines: line 12 lies between 11 and 12.
        """
        lines = _LINES.fullmatch(claim.get("anchor") or "")
        if not lines:
            return
        first, last = int(lines[1]), int(lines[2] or lines[1])
        selector = NamedNode(f"{target.value}-lines")
        yield self._quad(target, "oa:hasSelector", selector)
        yield self._quad(selector, "rdf:type", self._term("oa:FragmentSelector"))
        yield self._quad(selector, "dct:conformsTo", NamedNode("http://tools.ietf.org/rfc/rfc5147"))
        yield self._quad(selector, "rdf:value", Literal(f"line={first - 1},{last}"))
        words = [
            (NamedNode(f"{selector.value}-{number}"), term)
            for number, term in enumerate(claim.get("terms") or (), 1)
        ]
        for word, _ in words:
            yield self._quad(selector, "oa:refinedBy", word)
        for word, term in words:
            yield self._quad(word, "rdf:type", self._term("oa:TextQuoteSelector"))
            yield self._quad(word, "oa:exact", _text(term))

    def _said(self, claim: Mapping[str, Any]) -> Iterator[Quad]:
        """The statement itself, as the source makes it."""
        me, values = self.iri(claim["about"]), json.loads(claim["values"])
        if about := self.schema.classes.get(claim["kind"]):
            yield from self._types(me, about.name, ())
            yield from self._properties(me, about.properties, values)
        elif relation := self.schema.relations.get(claim["kind"]):
            start, _, end, *_ = claim["about"].split("--")
            yield from self._types(me, relation.iri, ())
            yield self._quad(me, "sv:from", self.iri(start))
            yield self._quad(me, "sv:to", self.iri(end))
            yield from self._properties(me, relation.properties, values)
        else:
            yield self._quad(me, "skos:altLabel", _text(claim["key"], str(values.get("lang", ""))))

    # -- parts of all

    def _types(self, me: NamedNode, local: str, also: Iterable[str]) -> Iterator[Quad]:
        kind = self._term("rdf:type")
        for name in (f"sv:{local}", *also):
            yield Quad(me, kind, self._term(name), self._here)

    def _plan(self, properties: tuple[Property, ...]) -> list[_Step]:
        """The properties with their terms looked up: once for each class and relation."""
        # By identity: the schema keeps them, and to hash them takes longer than to write them.
        found = self._plans.get(id(properties))
        if found is None:
            found = self._plans[id(properties)] = [
                _Step(
                    prop.name, prop, tuple(map(self._term, (f"sv:{prop.iri}", *prop.also))),
                    prop.datatype == "date", self._term(f"sv:{prop.iri}_from"),
                    self._term(f"sv:{prop.iri}_to"),
                ) for prop in properties
            ]
        return found

    def _properties(
        self, me: NamedNode, properties: tuple[Property, ...], values: Mapping[str, Any]
    ) -> Iterator[Quad]:
        here = self._here
        for step in self._plan(properties):
            given = values.get(step.name)
            if given is None or given == "":
                continue
            for value in given if isinstance(given, list | tuple) else (given,):
                if value is None or value == "":
                    continue
                found = self._object(step.prop, value)
                for term in step.terms:
                    yield Quad(me, term, found, here)

    def _bounds(
        self, me: NamedNode, properties: tuple[Property, ...], values: Mapping[str, Any],
        besides: str = "",
    ) -> Iterator[Quad]:
        for step in self._plan(properties):
            if step.date and step.name != besides and values.get(step.name):
                span = bounds(str(values[step.name]))
                if span.first != FIRST:
                    yield Quad(me, step.first, self._day(span.first), self._here)
                if span.last != LAST:
                    yield Quad(me, step.last, self._day(span.last), self._here)

    def _evidence(self, me: NamedNode, values: Mapping[str, Any]) -> Iterator[Quad]:
        yield self._quad(me, "sv:standing", self._concept("standing", values["standing"]))
        yield self._quad(me, "sv:contested", _boolean(values["contested"]))
        yield self._quad(me, "sv:origins", _integer(values["origins"]))
        for name in ("conflicts", "merged"):
            for value in values.get(name) or ():
                yield self._quad(me, f"sv:{name}", _text(value))
        for value in values.get("merged") or ():
            yield self._quad(me, "dct:replaces", self.iri(value))

    def _object(self, prop: Property, value: Any) -> Term:
        if prop.scheme:
            return self._concept(prop.scheme, str(value))
        if prop.datatype == "ref":
            return self.iri(str(value))
        if prop.datatype == "number":
            return Literal(_decimal(value), datatype=self._term("xsd:decimal"))
        if prop.datatype == "integer":
            return _integer(value)
        if prop.datatype == "boolean":
            return _boolean(value in (True, "true"))
        if kind := _DATATYPES.get(prop.datatype):
            return Literal(_NO_XML.sub("\ufffd", str(value)), datatype=self._term(kind))
        return _text(str(value))

    def _concept(self, scheme: str, id_: str) -> NamedNode:
        found = self._concepts.get((scheme, id_))
        if found is None:
            found = NamedNode(f"{CONCEPT}{scheme}/{quote(id_, safe=_SAFE)}")
            self._concepts[scheme, id_] = found
        return found

    def _day(self, text: str) -> Literal:
        return Literal(text, datatype=self._term("xsd:date"))

    def _json(self, text: str) -> Literal:
        # JSON has a way of its own to write what XML cannot hold.
        escaped = _NO_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
        return Literal(escaped, datatype=self._term("rdf:JSON"))

    def _term(self, name: str) -> NamedNode:
        """The resource with a prefixed name or an IRI."""
        found = self._terms.get(name)
        if found is None:
            prefix, _, local = name.partition(":")
            iri = PREFIXES[prefix] + local if prefix in PREFIXES else name
            found = self._terms[name] = NamedNode(iri)
        return found

    def _quad(self, subject: NamedNode, predicate: str, value: Term) -> Quad:
        return Quad(subject, self._term(predicate), value, self._here)


def _asserts(claim: Mapping[str, Any]) -> bool:
    """Whether the source itself says that the element exists."""
    return (
        claim["topic"] == "existence" and claim["stance"] in ("asserts", "confirms")
        and not claim["inferred_because"]
    )


def _text(value: str, language: str = "") -> Literal:
    """A text; what XML cannot hold is replaced, and stands exactly in `sv:as_said`."""
    text = _NO_XML.sub("\ufffd", value)
    return Literal(text, language=language) if _TAG.fullmatch(language) else Literal(text)


def _integer(value: Any) -> Literal:
    return Literal(int(value))


def _boolean(value: Any) -> Literal:
    return Literal(bool(value))


def _decimal(value: Any) -> str:
    text = format(Decimal(str(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
