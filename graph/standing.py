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
    replies: Sequence[Claim] = (),
    *,
    basis_standing: Mapping[str, str],
    root: Callable[[str], str],
    concerned: Callable[[str], bool],
) -> Standing:
    """Derive the standing of one element.

    `replies` are claims about the transaction that a role belongs to: what a company confirms or
    disputes about a transaction, it says of the roles in it too. `basis_standing` gives the
    standing that a basis carries, `root` the document at the start of a source's derivation, and
    `concerned` tells whether an author is a party to the element, or stands for one.

    * confirmed: somebody asserts it, and an organisation that it concerns says that it is so;
    * documented, self-published, reported: the best basis of a claim that is not inferred;
    * inferred: there are only inferred claims.
    """
    best = "inferred"
    asserted_by: set[str] = set()
    confirmed_by: set[str] = set()
    origins: set[str] = set()
    contested = False
    confirming = [r for r in replies if r.supports and r.stance == "confirms"]
    supporting = [c for c in claims if c.supports] + confirming
    read_in = {c.source for c in supporting}
    for claim in supporting:
        document = claim.primary_source or claim.source
        # A page that repeats a document adds nothing to what was read in the document itself.
        if root(document) == document or root(document) not in read_in:
            origins.add(root(document))
    for claim in claims:
        if claim.doubts:
            contested = True
        if not claim.supports or claim.inferred_because:
            continue
        best = _better(best, basis_standing[claim.basis])
        confirms = claim.stance == "confirms" and concerned(claim.author)
        (confirmed_by if confirms else asserted_by).add(claim.author)
    contested |= any(reply.doubts for reply in replies)
    confirmed_by |= {
        r.author for r in confirming if not r.inferred_because and concerned(r.author)
    }
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
