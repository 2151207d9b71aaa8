"""What differs between two data sets: claims, what they describe, statements in RDF, and paths.

A claim is changed, and not removed and added, where element, source and locator agree: somebody
read the same place again.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Any

import msgspec
from pyoxigraph import RdfFormat, serialize

from sousveil.graph import Assembly, Claim
from sousveil.graph.writers.rdf import graph_quads
from sousveil.queries.effects import MergedPath, compared, read_paths

__all__ = ["Change", "Changes", "changes", "path_changes", "rdf_patch"]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One claim that is added, removed or changed."""

    change: str
    """`added`, `removed` or `changed`."""
    about: str
    """Id of the element."""
    kind: str
    source: str
    locator: str
    old: str
    """Id of the claim before; empty if it is added."""
    new: str
    """Id of the claim now; empty if it is removed."""
    what: dict[str, tuple[Any, Any]]
    """Of a changed claim, what differs: before, and now."""


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that differs between two data sets."""

    old: str
    """Hash of the data set before."""
    new: str
    claims: tuple[Change, ...]
    added: tuple[str, ...]
    """Ids of nodes and relations that only the new one describes."""
    removed: tuple[str, ...]
    """Ids of those that only the old one describes."""
    paths: tuple[MergedPath, ...] = ()
    """Supply paths that are `new`, `gone` or `changed`."""


def changes(old: Assembly, new: Assembly, paths: bool = True) -> Changes:
    """Compare two graphs by their claims, and by every path from a company to a public body."""
    before = {c.id: c for c in old.claims()}
    after = {c.id: c for c in new.claims()}
    removed = [c for i, c in before.items() if i not in after]
    added = [c for i, c in after.items() if i not in before]
    elements = [{c.about for c in claims.values() if c.kind and c.kind != "Name"}
                for claims in (before, after)]
    return Changes(
        old=old.dataset, new=new.dataset, claims=tuple(_claims(removed, added)),
        added=tuple(sorted(elements[1] - elements[0])),
        removed=tuple(sorted(elements[0] - elements[1])),
        paths=path_changes(old, new) if paths else (),
    )


def _claims(removed: Iterable[Claim], added: Iterable[Claim]) -> Iterator[Change]:
    pairs: dict[tuple[str, ...], tuple[list[Claim], list[Claim]]] = defaultdict(lambda: ([], []))
    for which, claims in enumerate((removed, added)):
        for claim in claims:
            pairs[claim.about, claim.kind, claim.source, claim.locator][which].append(claim)
    for (about, kind, source, locator), (old, new) in sorted(pairs.items()):
        for was, now in zip_longest(_ordered(old), _ordered(new)):
            yield Change(
                change="changed" if was and now else "added" if now else "removed",
                about=about, kind=kind, source=source, locator=locator,
                old=was.id if was else "", new=now.id if now else "",
                what=_differing(was, now) if was and now else {},
            )


def _ordered(claims: list[Claim]) -> list[Claim]:
    """Claims of one place, so that those of the same author and stance meet."""
    return sorted(claims, key=lambda c: (c.stance, c.topic, c.author, c.key, c.summary, c.id))


def _differing(old: Claim, new: Claim) -> dict[str, tuple[Any, Any]]:
    was, now = ({**msgspec.structs.asdict(c), **c.values} for c in (old, new))
    names = [n for n in {**was, **now} if n not in ("id", "values")]
    return {n: (was.get(n), now.get(n)) for n in names if was.get(n) != now.get(n)}


def path_changes(old: Assembly, new: Assembly) -> tuple[MergedPath, ...]:
    """The supply paths that begin, end or change, from any company to any public body.

    Inferred paths and those through minority shares are among them. Ids that the new graph has
    merged are read as what they were merged into.
    """
    return compared(read_paths(new), read_paths(old), new.merged, "", "").paths


def rdf_patch(old: Assembly, new: Assembly, base: str) -> Iterator[bytes]:
    """The lines that make the old export in N-Quads the new one (RDF Patch).

    The identifiers of the patch and of the one before it follow from the data sets, so that
    patches can be chained: https://afs.github.io/rdf-delta/rdf-patch.html
    """
    before, after = _lines(old, base), _lines(new, base)
    for name, dataset in (("id", new.dataset), ("prev", old.dataset)):
        yield f"H {name} <uuid:{uuid.uuid5(uuid.NAMESPACE_URL, base + dataset)}> .\n".encode()
    yield b"TX .\n"
    yield from (b"D " + line for line in sorted(before - after))
    yield from (b"A " + line for line in sorted(after - before))
    yield b"TC .\n"


def _lines(graph: Assembly, base: str) -> set[bytes]:
    return {serialize([q], format=RdfFormat.N_QUADS) or b"" for q in graph_quads(graph, base)}
