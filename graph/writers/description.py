"""What an RDF export says of itself: DCAT-AP 3 and VoID, one small Turtle file beside the dump."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from pyoxigraph import Literal, NamedNode, Triple

from sousveil.graph.writers.rdf import Describer
from sousveil.graph.writers.rdf_formats import Format, Written
from sousveil.ontology import Schema
from sousveil.ontology.derive import PREFIXES
from sousveil.settings import BASE
from sousveil.version import VERSION

__all__ = ["Described", "description"]

_FILE_TYPES = {
    "turtle": "RDF_TURTLE", "ntriples": "RDF_N_TRIPLES", "rdfxml": "RDF_XML", "trig": "RDF_TRIG",
    "nquads": "RDF_N_QUADS", "jsonld": "JSON_LD",
}
"""Codes of the EU's authority table of file types."""
_TITLES = {
    "en": "Surveillance supply chains, with evidence for every step",
    "zh-Hans": "监控技术供应链（每一步均附证据）",
}
_KEYWORDS = {
    "en": ("surveillance", "supply chains", "public procurement", "ownership of companies"),
    "zh-Hans": ("监控", "供应链", "政府采购", "公司所有权"),
}
_EU = "http://publications.europa.eu/resource/authority/"
"""Tables of the Publications Office, which DCAT-AP takes its codes from."""


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """A dump, as far as its statements do not say it themselves."""

    dataset: str
    """Hash of the claims and of the merges in force."""
    file: str
    """Name of the file, without its folder."""
    form: Format
    compressed: bool
    written: Written
    canonical: str
    """SHA-256 of the canonical form (RDFC-1.0)."""
    sources: tuple[Mapping[str, Any], ...]
    """The values of the sources that it rests on."""
    previous: str = ""
    """IRI of the edition that the file had before."""
    base: str = BASE


def description(of: Described) -> Iterator[Triple]:
    """The description of a dump. It has no date: the same data gives the same bytes."""
    iris = Describer(Schema.load(), of.base)
    me = NamedNode(f"{of.base}dataset/{of.dataset[:12]}")
    dump = NamedNode(f"{me.value}#{of.form.name}")

    def say(subject: NamedNode, name: str, value: NamedNode | Literal) -> Triple:
        return Triple(subject, _term(name), value)

    for kind in ("dcat:Dataset", "void:Dataset"):
        yield say(me, "rdf:type", _term(kind))
    for language, title in _TITLES.items():
        yield say(me, "dct:title", Literal(title, language=language))
    yield say(me, "dct:description", Literal(
        "Companies, public bodies, products, programmes and transactions of surveillance supply "
        "chains. Every element rests on claims that name their author, source and locator.",
        language="en",
    ))
    for language, words in _KEYWORDS.items():
        for word in words:
            yield say(me, "dcat:keyword", Literal(word, language=language))
    yield say(me, "dcat:theme", theme := NamedNode(_EU + "data-theme/JUST"))
    yield say(theme, "rdf:type", _term("skos:Concept"))
    yield say(theme, "skos:prefLabel", Literal(
        "Justice, legal system and public safety", language="en"))
    for code in ("ENG", "ZHO"):
        yield say(me, "dct:language", tongue := NamedNode(f"{_EU}language/{code}"))
        yield say(tongue, "rdf:type", _term("dct:LinguisticSystem"))
    yield say(me, "dct:identifier", Literal(of.dataset))
    yield say(me, "dcat:version", Literal(of.dataset[:12]))
    if of.previous and of.previous != me.value:
        yield say(me, "dcat:previousVersion", NamedNode(of.previous))
    ontology = NamedNode(PREFIXES["sv"].removesuffix("#"))
    yield say(me, "dct:conformsTo", ontology)
    # DCAT-AP's shapes want the class of whatever is referred to.
    yield say(ontology, "rdf:type", _term("dct:Standard"))
    yield say(me, "dct:provenance", statement := NamedNode(f"{me.value}#provenance"))
    yield say(me, "void:uriSpace", Literal(f"{of.base}id/"))
    yield say(me, "void:triples", _whole(of.written.statements))
    yield say(me, "dcat:distribution", dump)
    for name in sorted(set(_vocabularies(of.written))):
        yield say(me, "void:vocabulary", NamedNode(name))
    classes = sorted(of.written.classes.items())
    properties = sorted(of.written.properties.items())
    for number, _ in enumerate(classes, 1):
        yield say(me, "void:classPartition", NamedNode(f"{me.value}#class-{number}"))
    for number, _ in enumerate(properties, 1):
        yield say(me, "void:propertyPartition", NamedNode(f"{me.value}#property-{number}"))
    for source in of.sources:
        yield say(me, "prov:wasDerivedFrom", iris.iri(source["id"]))
    yield say(statement, "rdf:type", _term("dct:ProvenanceStatement"))
    yield say(statement, "rdfs:label", Literal(
        f"Assembled by Sousveil {VERSION} from the claims of the sources named here.", language="en"
    ))
    yield from _distribution(of, me, dump)
    for source in of.sources:
        subject = iris.iri(source["id"])
        yield say(subject, "rdf:type", _term("foaf:Document"))
        yield say(subject, "dct:title", Literal(str(source["title"])))
        if source.get("licence"):
            yield say(subject, "dct:rights", right := NamedNode(f"{subject.value}#rights"))
            yield say(right, "rdf:type", _term("dct:RightsStatement"))
            yield say(right, "rdfs:label", Literal(str(source["licence"])))
    for number, (name, count) in enumerate(classes, 1):
        part = NamedNode(f"{me.value}#class-{number}")
        yield say(part, "void:class", NamedNode(name))
        yield say(part, "void:entities", _whole(count))
    for number, (name, count) in enumerate(properties, 1):
        part = NamedNode(f"{me.value}#property-{number}")
        yield say(part, "void:property", NamedNode(name))
        yield say(part, "void:triples", _whole(count))


def _distribution(of: Described, me: NamedNode, dump: NamedNode) -> Iterator[Triple]:
    def say(subject: NamedNode, name: str, value: NamedNode | Literal) -> Triple:
        return Triple(subject, _term(name), value)

    address = NamedNode(f"{of.base}dumps/{of.file}")
    media = "https://www.iana.org/assignments/media-types/"
    yield say(me, "void:dataDump", address)
    yield say(dump, "rdf:type", _term("dcat:Distribution"))
    yield say(dump, "dct:title", Literal(of.file))
    yield say(dump, "dct:description", Literal(
        "Everything that is known, with each claim and its source" + (
            "; what each source says stands in a graph of its own." if of.form.graphs else "."
        ), language="en"))
    yield say(dump, "dct:rights", rights := NamedNode(f"{me.value}#rights"))
    yield say(rights, "rdf:type", _term("dct:RightsStatement"))
    yield say(rights, "rdfs:label", Literal(
        "Each source has terms of its own, which are named with it.", language="en"))
    yield say(dump, "dcat:accessURL", address)
    yield say(dump, "dcat:downloadURL", address)
    yield say(address, "rdf:type", _term("rdfs:Resource"))
    file_type = NamedNode(f"{_EU}file-type/{_FILE_TYPES[of.form.name]}")
    kinds = [
        ("dcat:mediaType", NamedNode(media + of.form.media_type), "dct:MediaType"),
        ("dct:format", file_type, "dct:MediaTypeOrExtent"),
    ]
    if of.compressed:
        kinds.append(
            ("dcat:compressFormat", NamedNode(media + "application/gzip"), "dct:MediaType"))
    for name, kind, cls in kinds:
        yield say(dump, name, kind)
        yield say(kind, "rdf:type", _term(cls))
    yield say(dump, "dcat:byteSize", Literal(
        str(of.written.size), datatype=_term("xsd:nonNegativeInteger")))
    for name, text, value in (
        ("file", "SHA-256 of the file", of.written.sha256),
        ("canonical", "SHA-256 of the canonical form of its statements without annotations "
         "(RDFC-1.0)", of.canonical),
    ):
        owner = dump if name == "file" else me
        sum_ = NamedNode(f"{me.value}#{name}-checksum")
        yield say(owner, "spdx:checksum", sum_)
        yield say(sum_, "rdf:type", _term("spdx:Checksum"))
        yield say(sum_, "rdfs:label", Literal(text, language="en"))
        yield say(sum_, "spdx:algorithm", algorithm := _term("spdx:checksumAlgorithm_sha256"))
        yield say(algorithm, "rdf:type", _term("spdx:ChecksumAlgorithm"))
        yield say(sum_, "spdx:checksumValue", Literal(value, datatype=_term("xsd:hexBinary")))


def _vocabularies(written: Written) -> Iterator[str]:
    for name in (*written.classes, *written.properties):
        yield from (iri for iri in PREFIXES.values() if name.startswith(iri))


def _whole(number: int) -> Literal:
    return Literal(str(number), datatype=_term("xsd:integer"))


def _term(name: str) -> NamedNode:
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local)
