"""What `sousveil export rdf` writes."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse, serialize

from sousveil.cli.export import assembled
from sousveil.cli.output import counted
from sousveil.cli.query import answer
from sousveil.errors import ConfigError, SourceError
from sousveil.graph import Assembly, connect
from sousveil.graph.writers.description import Described, description
from sousveil.graph.writers.files import whole
from sousveil.graph.writers.rdf import graph_quads
from sousveil.graph.writers.rdf_formats import (
    FORMATS,
    Format,
    Written,
    canonical_hash,
    format_of,
    write_rdf,
)
from sousveil.loaders.rdf import claim_ids
from sousveil.ontology import Schema
from sousveil.ontology.derive import PREFIXES
from sousveil.queries import get, resolve
from sousveil.queries.documents import answer_document, document
from sousveil.settings import Settings

__all__ = ["write"]

_DESCRIPTION = ".dcat.ttl"


def write(
    settings: Settings, target: Path, format_: str | None, derived: bool, annotations: bool,
    entities: tuple[str, ...], query: str | None, parameters: tuple[str, ...], since: Path | None,
) -> str:
    """Write an export; returns what can be said of it."""
    form = _form(target, format_)
    if annotations and form.name == "jsonld":
        raise ConfigError(
            "--annotations is RDF 1.2, and JSON-LD cannot say it", "choose TriG or Turtle"
        )
    if entities or query:
        if derived or annotations:
            raise ConfigError("--derived and --annotations are for whole exports", "leave it out")
        with connect(settings.store) as store:
            if query:
                rows = answer(store, get(query), parameters).rows
                quads = answer_document(store, rows, settings.base, graphs=form.graphs)
            else:
                ids = [
                    resolve(store, "entity", name, tuple(Schema.load().classes)).id
                    for name in entities
                ]
                quads = document(store, ids, settings.base, graphs=form.graphs)
            written = _put(quads, target, form, settings.base)
            return _said(target, written, store.info.dataset)
    graph = assembled(settings)
    only = frozenset(graph.claim_ids).difference(_claims_of(since)) if since else None

    def everything(annotations: bool = False) -> Iterator[Quad]:
        return graph_quads(
            graph, settings.base, graphs=form.graphs, derived=derived, annotations=annotations,
            only=only,
        )

    written = _put(everything(annotations), target, form, settings.base)
    if since is None and str(target) != "-":
        # RDFC-1.0 knows no RDF 1.2: the canonical form is that without annotations.
        _describe(settings, target, form, written, graph, everything)
    return _said(target, written, graph.dataset)


def _form(target: Path, format_: str | None) -> Format:
    if format_:
        return FORMATS[format_]
    if str(target) == "-":
        return FORMATS["trig"]
    if form := format_of(target):
        return form
    raise ConfigError(
        f"{target}: its name does not say which RDF to write",
        "name it " + ", ".join(f.suffix for f in FORMATS.values()) + ", or say --format",
    )


def _put(quads: Iterator[Quad], target: Path, form: Format, base: str) -> Written:
    if str(target) == "-":
        return write_rdf(quads, sys.stdout.buffer, form, base)
    with whole(target) as temporary, temporary.open("wb") as file:
        return write_rdf(quads, file, form, base, compress=target.suffix == ".gz")


def _describe(
    settings: Settings, target: Path, form: Format, written: Written, graph: Assembly,
    everything: Callable[[], Iterator[Quad]],
) -> None:
    beside = target.with_name(target.name + _DESCRIPTION)
    dataset = NamedNode(f"{settings.base}dataset/{graph.dataset[:12]}")
    described = Described(
        dataset=graph.dataset, file=target.name, form=form, compressed=target.suffix == ".gz",
        written=written, canonical=canonical_hash(everything()),
        sources=tuple(node.values for node in graph.nodes("Source")),
        previous=_previous(beside, dataset), base=settings.base,
    )
    with whole(beside) as temporary, temporary.open("wb") as file:
        serialize(description(described), file, RdfFormat.TURTLE, prefixes=PREFIXES)


def _previous(beside: Path, dataset: NamedNode) -> str:
    """The edition that was described here before; of the same edition, the one before it."""
    if not beside.exists():
        return ""
    version = NamedNode(PREFIXES["dcat"] + "version")
    previous = NamedNode(PREFIXES["dcat"] + "previousVersion")
    try:
        found = list(parse(path=str(beside), format=RdfFormat.TURTLE))
    except SyntaxError as error:
        raise SourceError(
            f"is no description of an export: {error.msg}", beside, error.lineno or 0,
            "move it away, or name another file",
        ) from error
    for quad in found:
        if quad.predicate == (previous if quad.subject == dataset else version):
            named = quad.object if quad.predicate == previous else quad.subject
            return "" if isinstance(named, Literal) else str(named.value)
    return ""


def _claims_of(export: Path) -> set[str]:
    """The ids of the claims in an earlier export, RDF or JSON Lines."""
    if format_of(export) is not None:
        with tempfile.TemporaryDirectory() as folder:
            return claim_ids(export, Path(folder))
    found = set()
    with export.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                found.add(msgspec.json.decode(line, type=dict[str, object])["id"])
            except (msgspec.DecodeError, UnicodeDecodeError, KeyError) as error:
                raise SourceError(
                    "is no export of claims", export, number,
                    "name a file of `sousveil export rdf` or `sousveil export claims`",
                ) from error
    return {str(i) for i in found}


def _said(target: Path, written: Written, dataset: str) -> str:
    where = "" if str(target) == "-" else f"{target}: "
    return f"{where}{counted(written.statements, 'statement')}; data set {dataset[:12]}"
