"""The records that travel between the layers: frozen, ordered, and the same on every run."""

from __future__ import annotations

import hashlib
import operator
import re
from collections.abc import Sequence
from typing import Any

import msgspec

from sousveil.ontology import Schema

__all__ = ["Claim", "Edge", "Node", "Value", "claim_id", "edge_id", "is_id", "path_id"]

Value = str | list[str]
"""A property's value as a claim asserts it: text in the form of the template, or several."""

_ID = re.compile(r"[A-Za-z0-9]+(?:[-._][A-Za-z0-9]+)*")


class Claim(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One assertion about one element: who says it, on what basis, and where it can be read.

    The element is a node (an entity, a transaction, a source, a figure) or an edge (a
    relation). A claim of stance `asserts` carries the values that its source gives; a claim of
    another stance is a reply to an element that somebody else asserted.
    """

    id: str = ""
    about: str
    """Id of the element."""
    kind: str = ""
    """Class or relation of the element; empty for a statement about an element that exists."""
    start: str = ""
    """For an edge: the id of the node it starts from."""
    end: str = ""
    """For an edge: the id of the node it ends at."""
    key: str = ""
    """Distinguishes two edges of one kind between the same nodes; for a name, its text."""
    values: dict[str, Value] = {}
    author: str
    """Id of the company, public body or publisher that says it."""
    basis: str
    stance: str = "asserts"
    topic: str = "existence"
    source: str
    """Id of the document that was read; `locator`, `anchor` and `terms` are places in it."""
    locator: str
    primary_source: str = ""
    """Id of the document that `source` relies on for this (prov:hadPrimarySource)."""
    anchor: str = ""
    """Lines of the source's text file, `L12` or `L12-15`, counted from 1."""
    terms: tuple[str, ...] = ()
    """Names, dates and products that must occur within the anchor."""
    summary: str = ""
    """What a statement says, in the words of the data set's editors."""
    said: str = ""
    """EDTF date on which the author said it."""
    inferred_because: str = ""
    """Why an editor concluded this although the source does not say it; empty if it does."""
    note: str = ""

    @property
    def supports(self) -> bool:
        """Whether the claim speaks for the element's existence."""
        return self.topic == "existence" and self.stance in ("asserts", "confirms")

    @property
    def doubts(self) -> bool:
        """Whether the claim disputes, or declines to confirm, the element's existence."""
        return self.topic == "existence" and self.stance in ("disputes", "does-not-confirm")


class Node(msgspec.Struct, frozen=True, gc=False):
    """An assembled node: class, id and the column values of its table."""

    cls: str
    id: str
    values: dict[str, Any]


class Edge(msgspec.Struct, frozen=True, gc=False):
    """An assembled edge between two nodes, with the column values of its table."""

    kind: str
    start: str
    end: str
    values: dict[str, Any]


_canonical = msgspec.json.Encoder(order="deterministic")
_hashed = msgspec.defstruct(
    "_hashed",
    # In the order of the alphabet, as in the ids of all claims so far; what is empty is left out.
    [(name, Any, {} if name == "values" else () if name == "terms" else "")
     for name in sorted(Claim.__struct_fields__) if name != "id"],
    omit_defaults=True,
)
_said = operator.attrgetter(*_hashed.__struct_fields__)


def claim_id(claim: Claim) -> str:
    """The claim's id: a hash of everything it says, so that a rebuild gives the same id."""
    said = _canonical.encode(_hashed(*_said(claim)))
    return "claim-" + hashlib.blake2b(said, digest_size=10).hexdigest()


def identified(claim: Claim) -> Claim:
    """The same claim with its id filled in."""
    return msgspec.structs.replace(claim, id=claim_id(claim))


_KEBAB: dict[str, str] = {}


def edge_id(kind: str, start: str, end: str, key: str = "") -> str:
    """The id of a relation, readable and the same for everybody who names the same relation.

    >>> edge_id("PART_OF", "huangpu-branch", "shanghai-psb")
    'huangpu-branch--part-of--shanghai-psb'
    """
    word = _KEBAB.get(kind)
    if word is None:
        word = _KEBAB[kind] = kind.lower().replace("_", "-")
    return f"{start}--{word}--{end}--{key}" if key else f"{start}--{word}--{end}"


def path_id(steps: Sequence[str]) -> str:
    """The id of a path: a hash of the relations it is made of, in order."""
    joined = "\n".join(steps).encode()
    return "path-" + hashlib.blake2b(joined, digest_size=8).hexdigest()


def is_id(text: str) -> bool:
    """Whether the text can be the id of a node: letters and digits joined by `-`, `.` or `_`."""
    return _ID.fullmatch(text) is not None


def references(claim: Claim, schema: Schema) -> list[tuple[str, str]]:
    """The ids that must exist for this claim to stand: pairs of (field, id)."""
    found = [("source", claim.source), ("author", claim.author)]
    if claim.primary_source:
        found.append(("primary_source", claim.primary_source))
    if claim.start:
        found += [("from", claim.start), ("to", claim.end)]
    elif claim.kind in ("", "Name"):
        found.append(("about", claim.about))
    if claim.kind == "Source" and "publisher" in claim.values:
        found.append(("publisher", str(claim.values["publisher"])))
    return found
