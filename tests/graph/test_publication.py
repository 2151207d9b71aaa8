"""Publication: what rests on an embargoed source is as if nobody had ever loaded it."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sousveil.graph import Claim, ClaimStore, assemble
from sousveil.graph.publication import publication
from sousveil.graph.records import identified
from sousveil.loaders.making import Cited
from tests.embargo import PAPER, world


def graph_bytes(claims: list[Claim], merged: dict[str, str]) -> bytes:
    """Everything that a graph says."""
    graph = assemble(claims, merged)
    kinds = [*graph.schema.classes, *graph.schema.relations]
    return msgspec.json.encode([
        graph.dataset, graph.counts(), list(graph.search_rows()),
        [list(graph.nodes(k) if k in graph.schema.classes else graph.edges(k)) for k in kinds],
    ])


SECRETS = (b"leak", b"idden", b"Secret", b"copy-2022")


def test_nothing_of_an_embargoed_source_is_left() -> None:
    whole = graph_bytes(world("until the trial"), {})
    assert all(secret in whole for secret in SECRETS)
    found = publication(world("until the trial"), {})
    published = graph_bytes(found.claims, found.merged)
    assert [secret for secret in SECRETS if secret in published] == []
    assert b"Maker AB" in published
    assert found.withheld == len(world("")) - len(found.claims)


def test_standing_falls_to_what_the_others_give() -> None:
    def standing(claims: list[Claim]) -> tuple[str, int]:
        [sale] = [n for n in assemble(claims).nodes("Transaction") if n.id == "sale-1"]
        return sale.values["standing"], sale.values["origins"]

    assert standing(world("yes")) == ("documented", 2)
    assert standing(publication(world("yes"), {}).claims) == ("reported", 1)


def test_without_an_embargo_all_is_published(shipped_claims: ClaimStore) -> None:
    claims = list(shipped_claims.read_all())
    found = publication(claims, {"dahua": "hikvision"})
    assert found == (claims, {"dahua": "hikvision"}, 0)
    assert publication(world(""), {}).claims == world("")


def test_an_id_that_only_the_embargoed_source_names_is_gone_from_merges() -> None:
    unnamed = [c for c in world("yes") if c.start != "hidden-company" or c.source != "paper-2020"]
    assert publication(unnamed, {"hidden-company": "maker"}).merged == {}
    assert publication(world("yes"), {"hidden-company": "maker"}).merged != {}
    # Where it stood for others, the first of those does.
    claims = [*unnamed, identified(PAPER.node("Company", "maker-2", name="Maker Two"))]
    both = publication(claims, {"maker": "hidden-company", "maker-2": "hidden-company"})
    assert both.merged == {"maker-2": "maker"}
    assert b"idden" not in graph_bytes(both.claims, both.merged)


def test_a_merged_source_is_embargoed_under_all_its_ids() -> None:
    again = Cited(source="leak-copy", locator="p. 1", author="paper", basis="press")
    claims = [
        *world("yes"), *map(identified, (
            PAPER.node("Source", "leak-copy", title="A file", basis="press"),
            again.node("Company", "other-hidden", name="Hidden two"),
        )),
    ]
    found = publication(claims, {"leak-copy": "leak-2021"})
    assert b"idden" not in graph_bytes(found.claims, found.merged)


def test_what_is_no_longer_complete_falls() -> None:
    """A public claim adds a date to a transaction whose kind and title only the leak gives."""
    claims = [*world("yes"), identified(PAPER.node("Transaction", "sale-2", date="2019-05"))]
    found = publication(claims, {})
    assert "sale-2" not in {c.about for c in found.claims}
    assemble(found.claims, found.merged)


@given(st.data())
@settings(max_examples=12, deadline=None, derandomize=True)
def test_whatever_is_embargoed_the_rest_stands(
    shipped_claims: ClaimStore, data: st.DataObject
) -> None:
    claims = list(shipped_claims.read_all())
    sources = sorted({c.about for c in claims if c.kind == "Source"})
    secret = set(data.draw(st.lists(st.sampled_from(sources), min_size=1, max_size=3)))
    embargoed = [
        msgspec.structs.replace(c, values={**c.values, "embargo": "yes"})
        if c.kind == "Source" and c.about in secret else c for c in claims
    ]
    found = publication(embargoed, {})
    assemble(found.claims, found.merged)
    assert not any({c.source, c.primary_source, c.about} & secret for c in found.claims)
    # Nothing more than needed: what does not rest on them, and hangs on nothing that does, stays.
    assert found.withheld < len(claims) or len(secret) == len(sources)


@pytest.mark.parametrize("embargo", ["", "2026-12-01"])
def test_the_value_itself_is_never_published(embargo: str) -> None:
    found = publication(world(embargo), {})
    assert not any(c.values.get("embargo") for c in found.claims)
