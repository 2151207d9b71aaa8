"""Whether data in RDF keeps the shapes: `shapes.ttl`, and the ends of relations.

The shapes are standard SHACL; pySHACL is the reference, and the engine here is one that takes a
fraction of its time. Tests compare the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pyoxigraph

__all__ = ["SHAPES", "TERMS", "Violation", "violations"]

_HERE = Path(__file__).parent
TERMS = _HERE / "sousveil.ttl"
"""The ontology: its classes and concepts belong to the data that is validated."""
SHAPES = (_HERE / "shapes.ttl", _HERE / "generated" / "ends.ttl")


class Violation(msgspec.Struct, frozen=True, order=True):
    """Something that breaks a shape."""

    node: str
    """IRI of the element."""
    message: str
    shape: str
    """IRI of the shape."""
    value: str = ""
    """The value at fault, if there is one."""


def violations(data: Iterable[pyoxigraph.Quad]) -> list[Violation]:
    """What breaks the shapes, sorted; graphs are taken as one. The data is held in memory."""
    shapes, terms = _compiled()
    triples = (quad.triple for quad in data)
    text = pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.N_TRIPLES) or b""
    report = shapes.validate_text(text.decode() + terms, format="ntriples")
    return sorted({
        Violation(
            one.focus_node.strip("<>"), one.message or one.component,
            (one.root_shape or one.source_shape or "").strip("<>"), one.value_plain or "",
        )
        for one in report.results
    })


@cache
def _compiled() -> tuple[Any, str]:
    import shacl

    text = b"".join(_ntriples(path) for path in SHAPES)
    return shacl.Shapes.from_text(text.decode(), format="ntriples"), _ntriples(TERMS).decode()


def _ntriples(path: Path) -> bytes:
    triples = (quad.triple for quad in pyoxigraph.parse(path=str(path)))
    return pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.N_TRIPLES) or b""
