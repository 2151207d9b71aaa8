"""The example questions in SPARQL give on the export what the Cypher queries give on the graph."""

from __future__ import annotations

import pyoxigraph
import pytest

from sousveil.graph import ClaimStore, Store, assemble
from sousveil.graph.writers.rdf import graph_quads
from sousveil.queries import Question, find_paths, get
from sousveil.queries.examples import examples

EXAMPLES = {e.name: e for e in examples()}


@pytest.fixture(scope="module")
def export(shipped_claims: ClaimStore) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    store.bulk_extend(graph_quads(assemble(shipped_claims.read_all()), derived=True))
    return store


def rows(export: pyoxigraph.Store, name: str, *columns: str) -> list[tuple[str, ...]]:
    found = export.query(EXAMPLES[name].text)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return [
        tuple("" if row[c] is None else row[c].value.rpartition("/")[2] for c in columns)
        for row in found
    ]


def test_the_main_question(export: pyoxigraph.Store, shipped_store: Store) -> None:
    answer, _ = find_paths(shipped_store, Question(from_="EU", to="public-security-bureau"))
    found = rows(export, "main-question", "origin", "transaction", "channel", "end_user",
                 "contested")
    assert len(found) == 6
    assert sorted(found) == sorted(
        (p.origin.id, p.transaction.id, p.channel, p.end_user.id, str(p.contested).lower())
        for p in answer.paths
    )


def test_claims_of_a_relation(export: pyoxigraph.Store, shipped_store: Store) -> None:
    found = rows(export, "claims-of-a-relation", "claim", "author", "stance", "source")
    edges = get("edges").run(shipped_store, ids=["axis-communications"]).dicts()
    ids = {c for e in edges if "--manufacturer--" in e["id"] for c in e["properties"]["claims"]}
    claims = get("claims").run(shipped_store, ids=sorted(ids)).dicts()
    assert len(found) == 10
    assert {"does-not-confirm", "asserts"} <= {stance for _, _, stance, _ in found}
    assert sorted(found) == sorted(
        (c["id"], c["author"], c["stance"], c["source"]) for c in claims)


def test_brand_mentions(export: pyoxigraph.Store, shipped_store: Store) -> None:
    found = rows(export, "brand-mentions", "mentioned", "how", "transaction")
    table = get("brand-mentions").run(shipped_store).dicts()
    assert sorted(found) == sorted(
        (r["mentioned"], r["mention"], r["transaction"]) for r in table)


def test_claims_by_source(export: pyoxigraph.Store, shipped_claims: ClaimStore) -> None:
    found = dict(rows(export, "claims-by-source", "source", "claims"))
    counts: dict[str, int] = {}
    for claim in assemble(shipped_claims.read_all()).claims():
        counts[claim.source] = counts.get(claim.source, 0) + 1
    assert {s: int(n) for s, n in found.items()} == counts
