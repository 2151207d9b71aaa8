"""Sousveil's own claims as JSON Lines: what `sousveil export claims` writes.

A claim that bears an id must still be what it was when it got that id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from sousveil.graph import Claim
from sousveil.graph.records import claim_id, edge_id
from sousveil.loaders.files import json_lines, members
from sousveil.loaders.record import Loader, Record
from sousveil.ontology import Schema

__all__ = ["loader"]

_ID = re.compile(rb'"id"\s*:\s*"claim-[0-9a-f]{20}"')
_HINT = "docs/loaders/claims.md lists the fields"


def sniff(head: bytes, name: str) -> bool:
    """Lines of JSON, the first of which has the id of a claim."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text.startswith(b"{") and _ID.search(text.partition(b"\n")[0]) is not None


def read(path: Path) -> Iterator[Record]:
    """The claims of a file, one on each line."""
    for _, stream in members(path):
        for line, value in json_lines(path, stream):
            record = Record(path, line, "claim", {"claim": value})
            if not isinstance(value, dict):
                raise record.error("not a claim, which is an object", _HINT)
            yield record


def claims(record: Record) -> Iterator[Claim]:
    """The claim of a line."""
    fields = record.child("claim")._fields
    given = {name: fields.pop(name) for name in Claim.__struct_fields__ if name in fields}
    try:
        claim = msgspec.convert(given, Claim)
    except msgspec.ValidationError as error:
        raise record.error(f"not a claim: {error}", _HINT) from error
    if claim.id and claim_id(claim) != claim.id:
        raise record.error(
            f"{claim.id}: says something else than when it got this id",
            "leave out the id of a claim that was changed or is new",
        )
    relation = Schema.load().is_relation(claim.kind)
    if relation != bool(claim.start) or (
        relation and edge_id(claim.kind, claim.start, claim.end, claim.key) != claim.about
    ):
        raise record.error(
            f"{claim.about!r} is not the id of a relation {claim.kind} between these ends"
            if relation else f"a claim about a {claim.kind or 'described element'} has no ends",
            "about is start--kind--end, or start--kind--end--key",
        )
    yield claim


loader = Loader(
    name="claims", title="Sousveil's own claims (JSON Lines)", sniff=sniff, read=read,
    claims=claims,
)
