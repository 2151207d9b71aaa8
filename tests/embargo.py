"""A small world in which one source is under embargo, or none."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from sousveil.graph import Claim
from sousveil.graph.records import identified
from sousveil.loaders.making import Cited, source_claims

PAPER = Cited(source="paper-2020", locator="p. 1", author="paper", basis="press")
LEAK = Cited(source="leak-2021", locator="p. 7", author="leaker", basis="government-record")
COPY = Cited(source="copy-2022", locator="p. 2", author="paper", basis="press")


def world(embargo: str) -> list[Claim]:
    """A sale that a paper reports; a leak documents it, another sale and another company."""
    def source(id_: str, publisher: str, basis: str, **values: str) -> Iterator[Claim]:
        for claim in source_claims(
            id_, title=f"The title of {id_}", basis=basis, publisher=publisher,
            publisher_name=f"Name of {publisher}", publisher_kind="news-media", **values,
        ):
            yield msgspec.structs.replace(claim, basis=basis)

    leaked = {"embargo": embargo} if embargo else {}
    return [identified(claim) for claim in (
        *source("paper-2020", "paper", "press"), *source("copy-2022", "paper", "press"),
        *source("leak-2021", "leaker", "government-record", **leaked),
        COPY.edge("DERIVED_FROM", "copy-2022", "leak-2021"),
        PAPER.node("Company", "maker", name="Maker AB"),
        PAPER.edge("LOCATED_IN", "maker", "SE"),
        PAPER.node("PublicBody", "bureau", name="A bureau", kind="public-security-bureau"),
        PAPER.node("Transaction", "sale-1", title="A sale", kind="award", date="2018"),
        PAPER.edge("SELLER", "sale-1", "maker"), PAPER.edge("BUYER", "sale-1", "bureau"),
        LEAK.node("Transaction", "sale-1", title="A sale, documented", kind="award", date="2018"),
        LEAK.edge("SELLER", "sale-1", "maker"),
        LEAK.node("Company", "hidden-company", name="Hidden GmbH"),
        LEAK.edge("OWNS", "hidden-company", "maker", share_exact="60"),
        LEAK.name("maker", "Secret alias"),
        LEAK.node("Transaction", "sale-2", title="A hidden sale", kind="award", date="2019"),
        LEAK.edge("SELLER", "sale-2", "maker"), LEAK.edge("BUYER", "sale-2", "bureau"),
        COPY.edge("MANUFACTURER", "sale-1", "maker"),
        msgspec.structs.replace(
            PAPER.edge("AGENT", "sale-1", "hidden-company"), primary_source="leak-2021"),
        # Public, but about what only the leak describes.
        PAPER.edge("LOCATED_IN", "hidden-company", "DE"),
        Claim(about="sale-2", author="paper", basis="press", source="paper-2020", locator="p. 3",
              stance="disputes", topic="existence", summary="The paper doubts the hidden sale."),
    )]
