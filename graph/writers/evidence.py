"""What formats without claims are told about an element: its standing, who says it, and where."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sousveil.graph.assemble import Assembly
from sousveil.graph.records import Claim, Edge
from sousveil.ontology.dates import LAST

__all__ = ["Evidence", "countries"]

_COUNTRY = re.compile("[A-Z]{2}")


class Evidence:
    """The claims of a graph in sentences; `titles` are the names of all that they speak of."""

    def __init__(self, graph: Assembly) -> None:
        self.graph = graph
        self.titles = {
            node.id: str(node.values.get("name") or node.values.get("title") or node.id)
            for cls in ("Company", "PublicBody", "Publisher", "Source", "Product", "Instrument")
            for node in graph.nodes(cls)
        }

    def claims(self, ids: Iterable[str]) -> list[Claim]:
        """The claims, each once, with the ids of the merges in force."""
        return [self.graph.as_merged(self.graph.claim(id_)) for id_ in dict.fromkeys(ids)]

    def lines(self, values: Mapping[str, Any], claims: Iterable[Claim]) -> Iterator[str]:
        """The standing, then a line for each claim, replies among them."""
        concepts = self.graph.schema.concepts
        standing = concepts["standing"][values["standing"]].label
        yield f"Standing: {standing}." + (" Contested." if values["contested"] else "")
        for claim in claims:
            stance = concepts["stance"][claim.stance].label
            text = f"{self.titles[claim.author]} {stance}, {self.titles[claim.source]}"
            text += f", {claim.locator}" + (f": {claim.summary}" if claim.summary else ".")
            if claim.inferred_because:
                text += f" Concluded by the editors: {claim.inferred_because}"
            yield text


def countries(graph: Assembly) -> dict[str, dict[str, Edge]]:
    """The countries (ISO 3166-1) of each seated node, with the seat; former seats are left out."""
    known = {n.id for n in graph.nodes("Place") if n.values["kind"] == "country"}
    within: dict[str, list[str]] = defaultdict(list)
    for edge in graph.edges("WITHIN"):
        within[edge.start].append(edge.end)
    found: dict[str, dict[str, Edge]] = defaultdict(dict)
    for edge in graph.edges("LOCATED_IN"):
        places, seen = [edge.end] if edge.values["valid_to"] == LAST else [], set[str]()
        while places:
            place = places.pop()
            if place in known and _COUNTRY.fullmatch(place):
                found[edge.start].setdefault(place, edge)
            elif place not in seen:
                seen.add(place)
                places += within[place]
    return found
