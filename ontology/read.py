"""Read `sousveil.ttl` into a `Schema`. Only the generator and the tests need this (and rdflib)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace
from rdflib import OWL, RDF, RDFS, SKOS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.exceptions import ParserError
from rdflib.term import Node

from sousveil.errors import OntologyError
from sousveil.ontology.derive import schema_hash, templates
from sousveil.ontology.schema import Concept, NodeClass, Property, Relation, Schema, Scheme

__all__ = ["SV", "read_ttl"]

SV = Namespace("https://w3id.org/sousveil/ontology#")
DCT_SOURCE = URIRef("http://purl.org/dc/terms/source")
CONCEPTS = "https://w3id.org/sousveil/concept/"
_HINT = "Correct ontology/sousveil.ttl; its header says how it is read."
_FLAGS = ("carries_supply", "rank", "gives", "supports", "contests")


def read_ttl(path: str | Path) -> Schema:
    """The schema that a Turtle file describes.

    Raises OntologyError naming the term that lacks a label in either language, a definition, a
    domain or a range, or that refers to something which does not exist.
    """
    graph = Graph()
    try:
        graph.parse(path, format="turtle")
    except (OSError, ParserError, SyntaxError, ValueError) as error:
        raise OntologyError(f"{Path(path).name} cannot be read: {error}", _HINT) from error
    return _Reader(graph).schema()


class _Reader:
    """The graph with the few questions that turn it into records."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        schemes = self._subjects(RDF.type, SKOS.ConceptScheme)
        self.schemes = {str(s): self._scheme(s) for s in schemes}
        self.properties = {
            p: self._property(p)
            for kind in (OWL.DatatypeProperty, OWL.ObjectProperty)
            for p in self._subjects(RDF.type, kind)
            if self._text(p, SV.datatype)
        }
        self._check_domains()

    def schema(self) -> Schema:
        classes = self._concrete(SV.Node)
        records = self._concrete(SV.Record)
        relations = [self._relation(r) for r in self._concrete(SV.Relation)]
        bare = Schema(
            classes={c.name: c for c in map(self._class, classes)},
            relations={r.name: r for r in relations},
            records={c.name: c for c in map(self._class, records)},
            schemes={s.id: s for s in sorted(self.schemes.values(), key=lambda s: s.id)},
            concepts=self._concepts(),
            templates={},
            hash="",
        )
        whole = replace(bare, templates=templates(bare))
        return replace(whole, hash=schema_hash(whole))

    # Terms -------------------------------------------------------------------------------

    def _scheme(self, iri: URIRef) -> Scheme:
        return Scheme(
            id=str(iri).removeprefix(CONCEPTS),
            label=self._label(iri, RDFS.label, "en"),
            label_zh=self._label(iri, RDFS.label, "zh-Hans"),
            definition=self._definition(iri, SKOS.definition),
        )

    def _class(self, iri: URIRef) -> NodeClass:
        return NodeClass(
            name=_local(iri),
            label=self._label(iri, RDFS.label, "en"),
            label_zh=self._label(iri, RDFS.label, "zh-Hans"),
            plural=self._label(iri, SV.plural, "en"),
            plural_zh=self._label(iri, SV.plural, "zh-Hans"),
            definition=self._definition(iri, SKOS.definition),
            source=self._text(iri, DCT_SOURCE) or "",
            properties=self._restricted(iri),
            also=self._borrowed(iri, RDFS.subClassOf),
        )

    def _relation(self, iri: URIRef) -> Relation:
        name = self._text(iri, SKOS.notation)
        shortcut = self.graph.value(iri, SV.shortcut)
        if not name or not isinstance(shortcut, URIRef):
            raise OntologyError(f"sv:{_local(iri)} has no skos:notation or sv:shortcut", _HINT)
        above = self._above(iri)
        return Relation(
            name=name,
            from_=self._ends(shortcut, RDFS.domain),
            to=self._ends(shortcut, RDFS.range),
            label=self._label(shortcut, RDFS.label, "en"),
            label_zh=self._label(shortcut, RDFS.label, "zh-Hans"),
            inverse=self._label(shortcut, SV.inverseLabel, "en"),
            inverse_zh=self._label(shortcut, SV.inverseLabel, "zh-Hans"),
            definition=self._definition(iri, SKOS.definition),
            source=self._text(iri, DCT_SOURCE) or "",
            properties=self._restricted(iri),
            derived=self._text(iri, SV.derived) == "true",
            store_only=SV.EvidenceRelation in above,
            role=SV.RoleRelation in above,
            iri=_local(iri),
            shortcut=_local(shortcut),
            also=self._borrowed(iri, RDFS.subClassOf),
            shortcut_also=self._borrowed(shortcut, RDFS.subPropertyOf),
        )

    def _property(self, iri: URIRef) -> Property:
        ranges = self._classes(iri, RDFS.range)
        if not ranges or not self._classes(iri, RDFS.domain):
            raise OntologyError(f"sv:{_local(iri)} has no rdfs:domain or no rdfs:range", _HINT)
        datatype = self._text(iri, SV.datatype) or ""
        functional = (iri, RDF.type, OWL.FunctionalProperty) in self.graph
        return Property(
            name=self._text(iri, SKOS.notation) or _local(iri),
            datatype=datatype,
            scheme=None,
            refs=self._nodes(ranges) if datatype == "ref" and SV.Relation not in ranges else (),
            required=False,
            many=not functional,
            label=self._label(iri, RDFS.label, "en"),
            label_zh=self._label(iri, RDFS.label, "zh-Hans"),
            comment=self._definition(iri, RDFS.comment),
            order=0,
            iri=_local(iri),
            also=self._borrowed(iri, RDFS.subPropertyOf),
        )

    def _concepts(self) -> dict[str, dict[str, Concept]]:
        found: dict[str, dict[str, Concept]] = {s.id: {} for s in self.schemes.values()}
        for iri in self._subjects(RDF.type, SKOS.Concept):
            scheme, _, id_ = str(iri).removeprefix(CONCEPTS).partition("/")
            stated = self.graph.value(iri, SKOS.inScheme)
            if scheme not in found or str(stated) != CONCEPTS + scheme:
                raise OntologyError(f"{iri} is not in the scheme that its IRI says", _HINT)
            if self._text(iri, SKOS.notation) != id_:
                raise OntologyError(f"{iri} needs the skos:notation {id_!r}", _HINT)
            broader = sorted(str(b) for b in self.graph.objects(iri, SKOS.broader))
            for above in broader:
                if (URIRef(above), SKOS.inScheme, stated) not in self.graph:
                    raise OntologyError(f"{iri}: the broader {above} is not in {scheme}", _HINT)
            terms = self._texts(iri, SV["term"])
            found[scheme][id_] = Concept(
                id=id_,
                scheme=scheme,
                label=self._label(iri, SKOS.prefLabel, "en"),
                label_zh=self._label(iri, SKOS.prefLabel, "zh-Hans"),
                alt=tuple(sorted({*self._texts(iri, SKOS.altLabel), *terms})),
                terms=terms,
                patterns=self._texts(iri, SV.pattern),
                broader=tuple(b.rpartition("/")[2] for b in broader),
                definition=self._definition(iri, SKOS.definition),
                flags=self._flags(iri),
            )
        return {scheme: found[scheme] for scheme in sorted(found)}

    def _flags(self, iri: URIRef) -> dict[str, str]:
        """What a concept rules; `gives` is the standing, by its id."""
        found = {flag: self._text(iri, SV[flag]) for flag in _FLAGS}
        return {
            "standing" if flag == "gives" else flag: text.removeprefix(CONCEPTS + "standing/")
            for flag, text in found.items()
            if text is not None
        }

    # Structure ---------------------------------------------------------------------------

    def _concrete(self, root: URIRef) -> list[URIRef]:
        """The classes below a root that have instances, in their order."""
        found = [
            c
            for c in self._subjects(RDF.type, OWL.Class)
            if root in self._above(c) and self._text(c, SV.abstract) != "true"
        ]
        return sorted(found, key=lambda c: (self._order(c), c))

    def _above(self, iri: URIRef) -> set[URIRef]:
        return {
            c for c in self.graph.transitive_objects(iri, RDFS.subClassOf) if isinstance(c, URIRef)
        }

    def _borrowed(self, iri: URIRef, above: URIRef) -> tuple[str, ...]:
        """What a term is below in other vocabularies."""
        return tuple(sorted(
            str(t) for t in self.graph.transitive_objects(iri, above)
            if isinstance(t, URIRef) and t not in SV
        ))

    def _nodes(self, classes: Iterable[URIRef]) -> tuple[str, ...]:
        """The names of the node classes that are, or are below, any of these."""
        wanted = set(classes)
        return tuple(_local(c) for c in self._concrete(SV.Node) if wanted & self._above(c))

    def _ends(self, shortcut: URIRef, side: URIRef) -> tuple[str, ...]:
        classes = self._classes(shortcut, side)
        if not classes:
            raise OntologyError(f"sv:{_local(shortcut)} has no {_local(side)}", _HINT)
        return self._nodes(c for c in classes if c != SV.Statement)

    def _classes(self, iri: URIRef, side: URIRef) -> tuple[URIRef, ...]:
        """The domain or range: one class, or the members of a union."""
        found: list[URIRef] = []
        for value in self.graph.objects(iri, side):
            union = self.graph.value(value, OWL.unionOf)
            members = Collection(self.graph, union) if union is not None else [value]
            for member in members:
                if not isinstance(member, URIRef):
                    raise OntologyError(f"sv:{_local(iri)}: {_local(side)} is not a class", _HINT)
                if member in SV and (member, RDF.type, OWL.Class) not in self.graph:
                    raise OntologyError(
                        f"sv:{_local(iri)}: {_local(side)} {member} is not defined", _HINT
                    )
                found.append(member)
        return tuple(found)

    def _restrictions(self, iri: URIRef) -> list[BNode]:
        above = [iri, *sorted(self._above(iri) - {iri})]
        found = [
            r
            for c in above
            for r in self.graph.objects(c, RDFS.subClassOf)
            if isinstance(r, BNode) and (r, RDF.type, OWL.Restriction) in self.graph
        ]
        return sorted(
            found, key=lambda r: (self._order(r), str(self.graph.value(r, OWL.onProperty)))
        )

    def _restricted(self, iri: URIRef) -> tuple[Property, ...]:
        found = []
        for restriction in self._restrictions(iri):
            on = self.graph.value(restriction, OWL.onProperty)
            prop = self.properties.get(on) if isinstance(on, URIRef) else None
            if prop is None:
                raise OntologyError(f"sv:{_local(iri)} restricts {on}, which is no property", _HINT)
            scheme = self._text(restriction, SV.scheme)
            if (scheme is not None) != (prop.datatype == "concept"):
                raise OntologyError(f"sv:{_local(iri)}: {prop.name} and its scheme differ", _HINT)
            if scheme is not None and scheme not in self.schemes:
                raise OntologyError(f"sv:{_local(iri)}: there is no scheme {scheme}", _HINT)
            many = (restriction, OWL.minCardinality, None) in self.graph
            if many != prop.many:
                raise OntologyError(
                    f"sv:{_local(iri)}: the cardinality of {prop.name} contradicts the property",
                    _HINT,
                )
            found.append(replace(
                prop,
                scheme=scheme.removeprefix(CONCEPTS) if scheme else None,
                required=(restriction, OWL.cardinality, None) in self.graph,
                comment=self._text(restriction, RDFS.comment) or prop.comment,
                order=self._order(restriction),
            ))
        return tuple(found)

    def _check_domains(self) -> None:
        """A property's domain and the classes that use it must say the same."""
        for iri in self.properties:
            domain = set(self._classes(iri, RDFS.domain))
            for value in self.graph.subjects(OWL.onProperty, iri):
                for user in self.graph.subjects(RDFS.subClassOf, value):
                    if isinstance(user, URIRef) and not domain & self._above(user):
                        raise OntologyError(
                            f"sv:{_local(user)} uses {iri} outside its rdfs:domain", _HINT
                        )

    # Values ------------------------------------------------------------------------------

    def _subjects(self, predicate: URIRef, value: Node) -> list[URIRef]:
        return sorted(s for s in self.graph.subjects(predicate, value) if isinstance(s, URIRef))

    def _text(self, iri: Node, predicate: URIRef) -> str | None:
        value = self.graph.value(iri, predicate)
        return None if value is None else str(value)

    def _texts(self, iri: Node, predicate: URIRef) -> tuple[str, ...]:
        return tuple(sorted({str(o) for o in self.graph.objects(iri, predicate)}))

    def _order(self, iri: Node) -> int:
        return int(self._text(iri, SV.order) or 0)

    def _label(self, iri: URIRef, predicate: URIRef, language: str) -> str:
        for value in self.graph.objects(iri, predicate):
            if isinstance(value, Literal) and (value.language or "").lower() == language.lower():
                return str(value)
        raise OntologyError(f"{iri} has no {_local(predicate)} in {language}", _HINT)

    def _definition(self, iri: URIRef, predicate: URIRef) -> str:
        text = self._text(iri, predicate)
        if not text:
            raise OntologyError(f"{iri} has no {_local(predicate)}", _HINT)
        return text


def _local(iri: URIRef) -> str:
    return str(iri).rpartition("#")[2].rpartition("/")[2]
