"""What may be published: the claims without those of embargoed sources, as if they did not exist.

A source with a value of `embargo` is withheld, and with it every source that is derived from it:
a copy says the same. What rests on withheld sources goes, then what speaks about elements that
nothing else describes, until every claim that is left can stand. Standing, origins, chains and
the data set hash follow, because the graph is assembled from what is left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sousveil.graph.records import Claim, Value, edge_id, references
from sousveil.graph.reference import is_reference
from sousveil.ontology import Schema
from sousveil.ontology.check import check_values

__all__ = ["Publication", "left_standing", "merges_among", "publication"]


class Publication(NamedTuple):
    """What may be published, for `assemble`."""

    claims: list[Claim]
    merged: dict[str, str]
    """The merges among ids that the claims name; an id that only withheld claims name is gone."""
    withheld: int
    """Number of claims that were left out."""


def publication(
    claims: Iterable[Claim], merged: Mapping[str, str], schema: Schema | None = None
) -> Publication:
    """The claims and merges that may be published."""
    known = list(claims)
    sorting = _Sorting(merged, schema or Schema.load())
    kept = sorting.kept(known)
    return Publication(kept, sorting.merges(kept), len(known) - len(kept))


def left_standing(
    claims: Iterable[Claim], merged: Mapping[str, str], schema: Schema | None = None
) -> tuple[list[Claim], dict[str, str]]:
    """What can stand of claims from which others have been taken out, and the merges among them."""
    sorting = _Sorting(merged, schema or Schema.load())
    kept = sorting.settled(list(claims))
    return kept, sorting.merges(kept)


def merges_among(
    claims: Iterable[Claim], merged: Mapping[str, str], schema: Schema | None = None
) -> dict[str, str]:
    """The merges among the ids that these claims name."""
    return _Sorting(merged, schema or Schema.load()).merges(claims)


class _Sorting:
    """What goes and what stays, ids being compared by what they were merged into."""

    def __init__(self, merged: Mapping[str, str], schema: Schema) -> None:
        self._merged = merged
        self._schema = schema

    def kept(self, claims: list[Claim]) -> list[Claim]:
        """The claims that can stand without embargoed sources."""
        withheld = self._withheld(claims)
        if not withheld:
            return claims
        return self.settled([
            c for c in claims if withheld.isdisjoint(
                map(self._one, (c.source, c.primary_source, c.about, c.start, c.end))
            )
        ])

    def settled(self, claims: list[Claim]) -> list[Claim]:
        """The claims that can stand, when those that cannot are gone, too."""
        while len(left := self._standing(claims)) < len(claims):
            claims = left
        return claims

    def _withheld(self, claims: list[Claim]) -> set[str]:
        """The sources under embargo, and whatever is derived from them."""
        copies: dict[str, list[str]] = defaultdict(list)
        queue = []
        for claim in claims:
            if claim.kind == "DERIVED_FROM":
                copies[self._one(claim.end)].append(self._one(claim.start))
            elif claim.kind == "Source" and claim.values.get("embargo"):
                queue.append(self._one(claim.about))
        found: set[str] = set()
        while queue:
            source = queue.pop()
            if source not in found:
                found.add(source)
                queue += copies.get(source, ())
        return found

    def _standing(self, claims: list[Claim]) -> list[Claim]:
        """The claims that speak about, and refer to, what is described.

        An element of which a required property is no longer given counts as not described.
        """
        described: dict[str, dict[str, Value]] = {}
        kinds: dict[str, str] = {}
        for claim in claims:
            if claim.kind and claim.kind != "Name":
                about = self._about(claim)
                kinds[about] = claim.kind
                described.setdefault(about, {}).update(claim.values)
        for about, values in list(described.items()):
            problems = check_values(self._schema, kinds[about], values)
            if any(rule == "required" for _, rule, _ in problems):
                del described[about]

        def stands(claim: Claim) -> bool:
            named = [self._one(id_) for _, id_ in references(claim, self._schema)]
            if claim.kind != "Name":
                named.append(self._about(claim))
            return all(id_ in described or is_reference(id_) for id_ in named)

        return [c for c in claims if stands(c)]

    def merges(self, claims: Iterable[Claim]) -> dict[str, str]:
        """The merges among the ids that the claims name.

        Where the id that stands for others is named no more, the first of them does.
        """
        named: set[str] = set()
        for claim in claims:
            named.update(
                id_ for about in (claim.about, *(i for _, i in references(claim, self._schema)))
                for id_ in (about, *about.split("--"))
            )
        groups: dict[str, list[str]] = defaultdict(list)
        for drop, keep in sorted(self._merged.items()):
            groups[keep].append(drop)
        found = {}
        for keep, drops in groups.items():
            members = [id_ for id_ in (keep, *drops) if id_ in named]
            found.update(dict.fromkeys(members[1:], members[0] if members else ""))
        return found

    def _one(self, id_: str) -> str:
        return self._merged.get(id_, id_)

    def _about(self, claim: Claim) -> str:
        if claim.start:
            return edge_id(claim.kind, self._one(claim.start), self._one(claim.end), claim.key)
        start, *rest = claim.about.split("--")
        if len(rest) < 2:
            return self._one(claim.about)
        kind, end, *key = rest
        return "--".join([self._one(start), kind, self._one(end), *key])
