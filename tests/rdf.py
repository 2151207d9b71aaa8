"""An assembled graph in RDF, as the header of `ontology/sousveil.ttl` describes it.

Only what the shapes look at: nodes, asserted edges and claims with their own properties.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from rdflib import RDF, XSD, Graph, Literal, Namespace, URIRef

from sousveil.graph import Assembly
from sousveil.ontology import Property

SV = Namespace("https://w3id.org/sousveil/ontology#")
ID = Namespace("https://w3id.org/sousveil/id/")
CONCEPT = Namespace("https://w3id.org/sousveil/concept/")

_CLAIM = {"kind": SV.element_kind, "source": SV.cites}
"""Columns of a claim whose property has another local name."""

_LITERALS = {
    "number": lambda v: Literal(Decimal(str(v))),
    "integer": lambda v: Literal(int(v)),
    "boolean": lambda v: Literal(v in (True, "true")),
    "url": lambda v: Literal(v, datatype=XSD.anyURI),
}

Triple = tuple[URIRef, URIRef, URIRef | Literal]


def triples(graph: Assembly) -> Graph:
    """The nodes, asserted edges and claims of a graph."""
    found = Graph()
    for triple in _triples(graph):
        found.add(triple)
    return found


def iri(id_: str) -> URIRef:
    """The IRI of a node or an edge."""
    return ID[quote(id_, safe="-._~'")]


def _triples(graph: Assembly) -> Iterator[Triple]:
    schema = graph.schema
    for cls, about in schema.classes.items():
        names = _CLAIM if cls == "Claim" else {}
        for node in graph.nodes(cls):
            me = iri(node.id)
            yield me, RDF.type, SV[cls]
            yield me, SV.id, Literal(node.id)
            yield from _values(me, about.properties_by_name, node.values, names)
    for kind, relation in schema.relations.items():
        if not relation.asserted:
            continue
        properties = {p.name: p for p in relation.properties}
        for edge in graph.edges(kind):
            me = iri(edge.values["id"])
            yield me, RDF.type, SV[relation.iri]
            yield me, SV["from"], iri(edge.start)
            yield me, SV.to, iri(edge.end)
            yield from _values(me, properties, edge.values, {})


def _values(
    me: URIRef, properties: Mapping[str, Property], values: Mapping[str, Any],
    names: Mapping[str, URIRef],
) -> Iterator[Triple]:
    for name, prop in properties.items():
        given = values.get(name)
        for value in given if isinstance(given, list) else [given]:
            if value in (None, ""):
                continue
            yield me, names.get(name, SV[name]), _object(prop, value)


def _object(prop: Property, value: Any) -> URIRef | Literal:
    if prop.scheme:
        return CONCEPT[f"{prop.scheme}/{value}"]
    if prop.datatype == "ref":
        return iri(str(value))
    return _LITERALS.get(prop.datatype, Literal)(value)
