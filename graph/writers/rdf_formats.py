"""RDF as files: every serialisation, what was written counted, and its canonical hash."""

from __future__ import annotations

import gzip
import hashlib
import heapq
import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import IO, Any, cast

import msgspec
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Triple, serialize

from sousveil.graph.writers.rdf import CONCEPT, SV
from sousveil.ontology import Schema
from sousveil.ontology.derive import PREFIXES, jsonld_context
from sousveil.settings import BASE

__all__ = ["FORMATS", "Format", "Written", "canonical_hash", "format_of", "write_rdf"]

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TYPE = NamedNode(_RDF + "type")
_CLAIM = SV + "Claim"
_NATIVE = {
    "http://www.w3.org/2001/XMLSchema#boolean", "http://www.w3.org/2001/XMLSchema#integer",
}
_CHUNK = 500_000
"""Statements that are sorted in memory at a time: some 100 MB."""


class Format(msgspec.Struct, frozen=True):
    """A way to write RDF."""

    name: str
    suffix: str
    media_type: str
    graphs: bool
    """Whether it keeps what each source says apart."""
    rdf_format: RdfFormat


FORMATS = {
    f.name: f for f in (
        Format("turtle", ".ttl", "text/turtle", False, RdfFormat.TURTLE),
        Format("ntriples", ".nt", "application/n-triples", False, RdfFormat.N_TRIPLES),
        Format("rdfxml", ".rdf", "application/rdf+xml", False, RdfFormat.RDF_XML),
        Format("trig", ".trig", "application/trig", True, RdfFormat.TRIG),
        Format("nquads", ".nq", "application/n-quads", True, RdfFormat.N_QUADS),
        Format("jsonld", ".jsonld", "application/ld+json", True, RdfFormat.JSON_LD),
    )
}


class Written(msgspec.Struct):
    """What was written: for the description of a data set."""

    statements: int = 0
    classes: Counter[str] = msgspec.field(default_factory=Counter)
    """Number of instances of each class, by IRI."""
    properties: Counter[str] = msgspec.field(default_factory=Counter)
    """Number of statements with each property, by IRI."""
    sha256: str = ""
    """Of the file."""
    size: int = 0
    """Bytes of the file."""


def format_of(path: Path) -> Format | None:
    """The format that the name of a file says, `.gz` or not."""
    suffix = Path(path.name.removesuffix(".gz")).suffix
    return next((f for f in FORMATS.values() if f.suffix == suffix), None)


def write_rdf(
    quads: Iterable[Quad], file: IO[bytes], form: Format, base: str = BASE,
    compress: bool = False,
) -> Written:
    """Write statements one after the other; memory does not grow with their number."""
    written = Written()
    hashed = _Hashed(file)
    counted = _counted(quads, written)
    if compress:
        # No name and no time: the same statements give the same bytes.
        with gzip.GzipFile("", "wb", 6, cast(Any, hashed), mtime=0) as packed:
            _serialize(counted, cast(IO[bytes], packed), form, base)
    else:
        _serialize(counted, cast(IO[bytes], hashed), form, base)
    written.sha256, written.size = hashed.digest.hexdigest(), hashed.size
    return written


def canonical_hash(quads: Iterable[Quad]) -> str:
    """SHA-256 of the canonical form (W3C RDF Dataset Canonicalization, RDFC-1.0).

    Without blank nodes that form is the N-Quads of the statements, each once, sorted by code
    point. They are sorted in parts on disk.
    """
    with tempfile.TemporaryDirectory() as folder:
        parts: list[Path] = []
        chunk: set[bytes] = set()

        def put_aside() -> None:
            parts.append(Path(folder, str(len(parts))))
            with parts[-1].open("wb") as file:
                file.writelines(sorted(chunk))
            chunk.clear()

        for quad in quads:
            chunk.add(serialize([quad], format=RdfFormat.N_QUADS) or b"")
            if len(chunk) >= _CHUNK:
                put_aside()
        put_aside()
        digest, last = hashlib.sha256(), b""
        files = [part.open("rb") for part in parts]
        try:
            for line in heapq.merge(*files):
                if line != last:
                    digest.update(line)
                last = line
        finally:
            for file in files:
                file.close()
    return digest.hexdigest()


class _Hashed:
    """A file that knows the hash and the length of what went into it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        self._file.write(data)
        self.digest.update(data)
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        self._file.flush()


def _counted(quads: Iterable[Quad], written: Written) -> Iterator[Quad]:
    classes, properties = written.classes, written.properties
    for quad in quads:
        written.statements += 1
        properties[quad.predicate.value] += 1
        if quad.predicate == _TYPE:
            name = quad.object.value  # type: ignore[union-attr]
            # What a source calls something, the assembled view calls it too.
            if isinstance(quad.graph_name, DefaultGraph) or name == _CLAIM or SV not in name:
                classes[name] += 1
        yield quad


def _serialize(quads: Iterable[Quad], file: IO[bytes], form: Format, base: str) -> None:
    if form.rdf_format is RdfFormat.JSON_LD or form.name == "jsonld":
        _write_jsonld(quads, file, base)
        return
    prefixes = {**PREFIXES, "id": f"{base}id/"}
    if form.graphs:
        serialize(quads, file, form.rdf_format, prefixes=prefixes)
    else:
        triples = (Triple(q.subject, q.predicate, q.object) for q in quads)
        serialize(triples, file, form.rdf_format, prefixes=prefixes)


# JSON-LD -----------------------------------------------------------------------------------------


def _write_jsonld(quads: Iterable[Quad], file: IO[bytes], base: str) -> None:
    """Compact JSON-LD, a resource on each line, those of a source in its graph."""
    names = _Names(base)
    context = json.dumps(names.context, ensure_ascii=False)
    file.write(f'{{"@context": {context},\n"@graph": ['.encode())
    separator = b"\n"
    for graph, content in groupby(quads, lambda q: q.graph_name):
        named = not isinstance(graph, DefaultGraph)
        if named:
            head = json.dumps(names.compact(graph.value), ensure_ascii=False)
            file.write(separator + f'{{"id": {head}, "@graph": ['.encode())
            separator = b"\n"
        for _, about in groupby(content, lambda q: q.subject):
            file.write(separator + names.resource(list(about)))
            separator = b",\n"
        if named:
            file.write(b"]}")
            separator = b",\n"
    file.write(b"\n]}\n")


class _Names:
    """The shorter names that the context allows, and what it says of values."""

    def __init__(self, base: str) -> None:
        self.context: dict[str, Any] = json.loads(jsonld_context(Schema.load()))["@context"]
        self.context["@base"] = self._base = f"{base}id/"
        self._prefixes = [(iri, name) for name, iri in PREFIXES.items() if name != "sv"]
        self._short: dict[str, str] = {}

    def resource(self, quads: list[Quad]) -> bytes:
        found: dict[str, Any] = {"id": self.compact(quads[0].subject.value)}  # type: ignore[union-attr]
        values: dict[str, list[Any]] = {}
        for quad in quads:
            key = self._key(quad.predicate.value)
            values.setdefault(key, []).append(self._value(key, quad.object))
        for key, several in values.items():
            many = self._says(key, "@container") == "@set"
            found[key] = several if many or len(several) > 1 else several[0]
        return json.dumps(found, ensure_ascii=False).encode()

    def compact(self, iri: str) -> str:
        """An IRI as the value of an id."""
        if iri.startswith(self._base) and ":" not in iri[len(self._base):]:
            return iri[len(self._base):]
        if iri.startswith(CONCEPT):
            return "concept:" + iri.removeprefix(CONCEPT)
        return iri

    def _key(self, iri: str) -> str:
        """An IRI as the name of a property or a type."""
        if iri == _TYPE.value:
            return "type"
        if iri not in self._short:
            local = iri.removeprefix(SV)
            # The bare `id` is the IRI of the resource.
            bare = "sv:id" if local == "id" else local
            self._short[iri] = bare if iri.startswith(SV) else next(
                (f"{name}:{iri[len(start):]}" for start, name in self._prefixes
                 if iri.startswith(start)), iri,
            )
        return self._short[iri]

    def _value(self, key: str, value: Any) -> Any:
        if isinstance(value, NamedNode):
            if key == "type":
                return self._key(value.value)
            short = self.compact(value.value)
            return short if self._says(key, "@type") == "@id" else {"id": short}
        if value.language:
            return {"@value": value.value, "@language": value.language}
        kind = value.datatype.value
        if kind in _NATIVE:
            return json.loads(value.value)
        if kind == PREFIXES["xsd"] + "string":
            return value.value
        if self._says(key, "@type") == (short := self._key(kind)):
            return value.value
        return {"@value": value.value, "@type": short}

    def _says(self, key: str, what: str) -> Any:
        term = self.context.get(key)
        return term.get(what) if isinstance(term, dict) else None
