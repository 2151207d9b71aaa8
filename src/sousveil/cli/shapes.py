"""What `sousveil check rdf` finds."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import NamedNode, Quad, parse

from sousveil.loaders.files import members
from sousveil.loaders.rdf import opened
from sousveil.ontology.derive import PREFIXES
from sousveil.ontology.shapes import TERMS, violations

__all__ = ["faults"]

_OURS = (PREFIXES["sv"], "https://w3id.org/sousveil/concept/")


def faults(path: Path) -> list[str]:
    """What breaks the shapes in a file, each with its line: `file:12: element: what is wrong`.

    Raises SourceError for a file that is no RDF.
    """
    with tempfile.TemporaryDirectory() as folder:
        store = opened(path, Path(folder))
        found = [
            (v.node, v.message, "shape " + v.shape.rpartition("#")[2]) for v in violations(store)
        ]
        found += [(iri, "there is no such term", "") for iri in sorted(_unknown(store))]
    lines = _lines(path, {node for node, _, _ in found})
    told = sorted((lines.get(node, 0), node, text, shape) for node, text, shape in found)
    return [
        f"{path}:{line}: {node}: {text}" + (f" ({shape})" if shape else "")
        for line, node, text, shape in told
    ]


def _unknown(quads: Iterable[Quad]) -> Iterator[str]:
    """Terms of ours that the ontology does not have."""
    known = {q.subject.value for q in parse(path=str(TERMS)) if isinstance(q.subject, NamedNode)}
    used = {
        term.value for quad in quads for term in (quad.predicate, quad.object)
        if isinstance(term, NamedNode) and term.value.startswith(_OURS)
    }
    yield from used - known


def _lines(path: Path, iris: set[str]) -> dict[str, int]:
    """The line on which each resource is first named, in full or by its local name."""
    names: dict[str, str] = {}
    for iri in iris:
        local = re.split(r"[/#]", iri)[-1]
        for name in (iri, local, quote(local, safe="")):
            names.setdefault(name, iri)
    found: dict[str, int] = {}
    token = re.compile(r"[^\s<>\"',;()\[\]{}^]+")
    for _, stream in members(path):
        for number, line in enumerate(stream, 1):
            for word in token.findall(line.decode("utf-8", "replace")):
                for name in (word, re.split(r"[/#:]", word)[-1].rstrip(".")):
                    if name in names:
                        found.setdefault(names[name], number)
    return found
