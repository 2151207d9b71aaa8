"""How well an element is evidenced, and whether it is disputed: derived, never entered.

The rules are those of DESIGN promise 5: confirmation, denial and "we cannot confirm" are claims;
a path is as strong as its weakest link; a page that repeats a report is not a second origin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from sousveil.graph.records import Claim
from sousveil.ontology import Schema

__all__ = ["Standing", "standing_of", "weakest"]

_ORDER = ("inferred", "reported", "self-published", "documented", "confirmed")


class Standing(msgspec.Struct, frozen=True):
    """What the claims about an element add up to."""

    standing: str
    contested: bool
    origins: int
    """Number of independent documents behind the supporting claims."""


def standing_of(
    claims: Sequence[Claim],
    replies: Iterable[Claim] = (),
    *,
    basis_standing: Mapping[str, str],
    root: Callable[[str], str],
) -> Standing:
    """Derive the standing of one element.

    `replies` are claims about the transaction that a role belongs to: what a company confirms or
    disputes about a transaction, it says of the roles in it too. `basis_standing` gives the
    standing that a basis carries, `root` the document at the start of a source's derivation.

    * confirmed: somebody asserts it, and a company or public body says that it is so;
    * documented, self-published, reported: the best basis of a claim that is not inferred;
    * inferred: there are only inferred claims.
    """
    best = "inferred"
    asserted_by: set[str] = set()
    confirmed_by: set[str] = set()
    origins: set[str] = set()
    contested = False
    for claim in claims:
        if claim.doubts:
            contested = True
        if not claim.supports:
            continue
        if claim.inferred_because:
            origins.add(root(claim.primary_source or claim.source))
            continue
        origins.add(root(claim.primary_source or claim.source))
        best = _better(best, basis_standing[claim.basis])
        (confirmed_by if claim.stance == "confirms" else asserted_by).add(claim.author)
    for reply in replies:
        if reply.doubts:
            contested = True
        if reply.stance == "confirms" and reply.topic == "existence":
            if not reply.inferred_because:
                confirmed_by.add(reply.author)
            origins.add(root(reply.primary_source or reply.source))
    # One voice that both says and confirms a thing has only said it.
    if any(asserted_by - {voice} for voice in confirmed_by):
        best = "confirmed"
    return Standing(best, contested, len(origins))


def weakest(standings: Iterable[str]) -> str:
    """The standing of a chain: that of its weakest link; `inferred` if there is none."""
    return min(standings, key=_ORDER.index, default="inferred")


def _better(one: str, other: str) -> str:
    return one if _ORDER.index(one) >= _ORDER.index(other) else other


def basis_standings(schema: Schema) -> dict[str, str]:
    """The standing that each basis carries, as the ontology gives it."""
    return {c.id: c.flags["standing"] for c in schema.concepts["basis"].values()}
