"""Sousveil's own RDF: the claims of an export, or of a partner who writes in our shapes.

Only the claims are read (`sv:Claim`): everything else in an export follows from them. A claim that
bears an id must still be what it was when it got that id.
"""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import unquote

import msgspec
from pyoxigraph import Literal, NamedNode, Store

from sousveil.errors import SourceError
from sousveil.graph import Claim
from sousveil.graph.records import claim_id, edge_id, is_id
from sousveil.graph.writers.rdf import SV
from sousveil.graph.writers.rdf_formats import format_of
from sousveil.loaders.files import members
from sousveil.loaders.record import Loader, Record
from sousveil.ontology import Schema

__all__ = ["claim_ids", "loader", "opened"]

_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_SMALL = 4 << 20
"""Bytes; packed, they become some 100 MB."""
_EXACT = ("about", "author", "source", "primary_source", "terms", "locator",
          "anchor", "summary", "said", "inferred_because", "note", "key")
"""What `sv:as_said` may give better than the other properties."""


def sniff(head: bytes, name: str) -> bool:
    """A file named as RDF in which our terms occur near its beginning."""
    return format_of(Path(name)) is not None and SV.removesuffix("#").encode() in head


def read(path: Path) -> Iterator[Record]:
    """The claims of a file, by their IRIs."""
    with tempfile.TemporaryDirectory() as folder:
        store = opened(path, Path(folder))
        claims = _claims(store)
        if not claims:
            raise SourceError(
                "holds no claims", path, hint="an export holds them unless it was cut to pieces"
            )
        for number, iri in enumerate(claims, 1):
            yield Record(path, number, "claim", _fields(store, iri))


def opened(path: Path, folder: Path) -> Store:
    """The statements of a file, in a store; that of a large file is in the folder.

    Raises SourceError with the line at fault.
    """
    form = format_of(path)
    if form is None:
        raise SourceError(
            "its name does not say which RDF it is", path,
            hint="name it .ttl, .nt, .rdf, .trig, .nq or .jsonld",
        )
    # A small file is read in memory, in a fraction of the time.
    store = Store() if path.stat().st_size < _SMALL else Store(str(folder))
    for _, stream in members(path):
        try:
            # RDF/XML may define abbreviations that unfold without end, and an export has none.
            safe = _NoDoctype(path, stream) if form.name == "rdfxml" else stream
            store.bulk_load(input=cast(IO[bytes], safe), format=form.rdf_format)
        except SyntaxError as error:
            raise SourceError(
                f"not valid {form.name}: {error.msg}", path, error.lineno or 0,
                hint="correct it there, or fetch the file again",
            ) from error
        except (gzip.BadGzipFile, EOFError) as error:
            raise SourceError(f"is damaged or cut short: {error}", path) from error
    return store


class _NoDoctype:
    """A stream of XML without a document type, in which entities would be defined."""

    def __init__(self, path: Path, stream: IO[bytes]) -> None:
        self._path, self._stream = path, stream
        self._end = b""

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        seen = self._end + data
        if b"<!DOCTYPE" in seen or b"\x00" in seen:
            raise SourceError(
                "has a document type or another encoding than UTF-8", self._path,
                hint="write it as plain RDF/XML, or in another format",
            )
        self._end = seen[-8:]
        return data


def claim_ids(path: Path, folder: Path) -> set[str]:
    """The ids of the claims of a file; `folder` is for what does not fit into memory."""
    return {_id(iri) for iri in _claims(opened(path, folder))}


def _claims(store: Store) -> list[str]:
    found = store.quads_for_pattern(None, _TYPE, NamedNode(SV + "Claim"), None)
    return sorted({q.subject.value for q in found if isinstance(q.subject, NamedNode)})


def _fields(store: Store, iri: str) -> dict[str, Any]:
    fields: dict[str, Any] = {"iri": iri}
    for quad in store.quads_for_pattern(NamedNode(iri), None, None, None):
        if not quad.predicate.value.startswith(SV):
            continue
        name = quad.predicate.value.removeprefix(SV)
        value = quad.object
        text = value.value if isinstance(value, Literal) else _id(getattr(value, "value", ""))
        fields.setdefault(name, []).append(text)
    # One claim may stand in two graphs of a file.
    return {k: sorted(set(v)) if isinstance(v, list) else v for k, v in fields.items()}


def _id(iri: str) -> str:
    """The id in an IRI: what follows its last slash."""
    return unquote(iri.rpartition("/")[2])


def claims(record: Record) -> Iterator[Claim]:
    """The claim of a record."""
    stated = record.take("id")
    iri = record.take("iri")
    fields: dict[str, Any] = {
        "about": record.take("about"), "kind": record.take("element_kind"),
        "author": record.take("author"), "basis": record.take("basis"),
        "stance": record.take("stance") or "asserts", "topic": record.take("topic") or "existence",
        "source": record.take("cites"), "primary_source": record.take("primary_source"),
        "terms": tuple(record.take_all("terms")),
    }
    for name in ("locator", "anchor", "summary", "said", "inferred_because", "note", "key"):
        fields[name] = record.take(name)
    record.ignore("said_from", "said_to")
    values = record.take("values")
    fields |= _json(record, "as_said", record.take("as_said"), _EXACT)
    for name in ("about", "basis", "source"):
        if not fields[name]:
            called = {"source": "cites"}.get(name, name)
            raise record.error(f"{iri}: a claim has an sv:{called}", "docs/rdf.md shows one")
    kind = fields["kind"]
    if values:
        fields["values"] = _json(record, "values", values)
        _ends(record, fields)
    else:
        fields["kind"] = ""
    try:
        claim = msgspec.convert(fields, Claim)
    except msgspec.ValidationError as error:
        raise record.error(f"{iri}: not a claim: {error}") from error
    if stated and claim_id(claim) != stated:
        raise record.error(
            f"{stated}: says something else than when it got this id",
            "leave out sv:id of a claim that was changed or is new; a document of one entity or "
            "of an answer cannot be loaded where ids were merged",
        )
    if kind and not values and not claim.summary and not claim.note and claim.topic == "existence" \
            and claim.stance == "asserts":
        raise record.error(f"{iri}: an assertion has sv:values, {{}} if it gives none")
    yield claim


def _ends(record: Record, fields: dict[str, Any]) -> None:
    """The ends and the key of a relation, which its id names."""
    about, kind = fields["about"], fields["kind"]
    if not Schema.load().is_relation(kind):
        return
    start, _, rest = about.partition("--")
    _, _, rest = rest.partition("--")
    end, _, key = rest.partition("--")
    if not is_id(start) or not is_id(end) or edge_id(kind, start, end, key) != about:
        raise record.error(
            f"{about!r} is not the id of a relation {kind}",
            "it is start--kind--end, or start--kind--end--key",
        )
    fields.update(start=start, end=end, key=key)


def _json(
    record: Record, name: str, text: str, allowed: tuple[str, ...] = ()
) -> dict[str, Any]:
    if not text:
        return {}
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise record.error(f"sv:{name} is no JSON: {error}") from error
    if not isinstance(found, dict) or (allowed and set(found) - set(allowed)):
        raise record.error(f"sv:{name} is not an object of the fields of a claim")
    return found


loader = Loader(
    name="rdf", title="Sousveil's own RDF (Turtle, TriG, N-Triples, N-Quads, RDF/XML, JSON-LD)",
    sniff=sniff, read=read, claims=claims,
)
