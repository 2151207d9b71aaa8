"""py2neo against a real server: what docs/py2neo.md promises, and what it warns of."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sousveil.errors import ConfigError, QueryError, StoreUnavailable
from sousveil.graph import Assembly, Store, connect
from sousveil.graph.interop import to_elements
from sousveil.queries import Question, catalogue, find_paths, get
from sousveil.queries.py2neo import from_py2neo, to_py2neo, to_py2neo_paths
from tests.contract import given

py2neo = pytest.importorskip("py2neo", reason="the optional extra [py2neo] is not installed")


@pytest.fixture(scope="module")
def graph(
    neo4j_url: str, holding: Callable[[Assembly], Store], shipped: Assembly
) -> Any:
    holding(shipped)
    user = os.environ.get("SOUSVEIL_NEO4J_USER")
    auth = (user, os.environ.get("SOUSVEIL_NEO4J_PASSWORD", "")) if user else None
    return py2neo.Graph(neo4j_url, auth=auth)


@pytest.fixture(params=["embedded", "server", "py2neo"])
def store(
    request: pytest.FixtureRequest, graph: Any, neo4j_url: str, shipped_store: Store
) -> Iterator[Any]:
    if request.param == "embedded":
        yield shipped_store
    elif request.param == "py2neo":
        yield from_py2neo(graph)
    else:
        with connect(neo4j_url) as opened:
            yield opened


def test_canned_queries_through_a_users_graph(graph: Any, shipped_store: Store) -> None:
    through = from_py2neo(graph)
    assert through.info == shipped_store.info
    for name in catalogue():
        query = get(name)
        asked = given(query)
        assert query.run(through, **asked) == query.run(shipped_store, **asked), name


def test_search_through_a_users_graph(graph: Any, shipped_store: Store) -> None:
    through = from_py2neo(graph)
    for text in ("Axis", "安讯士", "公安", "noldos", "Morpho Security", ""):
        assert through.search(text, 4) == shipped_store.search(text, 4)
    assert through.search("Axis", 4, ["Company"]) == shipped_store.search("Axis", 4, ["Company"])


@pytest.mark.parametrize("origin", ["EU", "SE", "NL", "Idemia", "Axis Communications"])
def test_paths_through_a_users_graph(origin: str, graph: Any, shipped_store: Store) -> None:
    question = Question(from_=origin, to="public-security-bureau", include_inferred=True)
    assert find_paths(from_py2neo(graph), question) == find_paths(shipped_store, question)


def test_the_whole_graph_of_any_store(store: Any, shipped: Assembly) -> None:
    subgraph, elements = to_py2neo(store), to_elements(shipped)
    assert {n["id"] for n in subgraph.nodes} == {n.id for n in elements.nodes}
    assert {
        (r.start_node["id"], type(r).__name__, r.end_node["id"], r["id"])
        for r in subgraph.relationships
    } == {(e.start, e.kind, e.end, e.values["id"]) for e in elements.edges}


def test_an_answer_of_any_store(store: Any) -> None:
    answer, _ = find_paths(store, Question(from_="EU", to="public-security-bureau"))
    subgraph, paths = to_py2neo(answer), to_py2neo_paths(answer)
    assert len(paths) == len(answer.paths) > 0
    ids = {r["id"] for r in subgraph.relationships}
    for path, line in zip(answer.paths, paths, strict=True):
        assert isinstance(line, py2neo.Path)
        assert line.start_node["id"] == path.origin.id
        assert line.end_node["id"] == path.end_user.id
        assert {r["id"] for r in line.relationships} <= ids
        assert [type(r).__name__ for r in line.relationships][-1] in ("BUYER", "END_USER")
    for relationship in subgraph.relationships:
        if type(relationship).__name__ != "OWNS":
            assert relationship.start_node.has_label("Transaction")


def test_a_table_of_any_store(store: Any) -> None:
    nodes = get("nodes").run(store, ids=["axis-communications", "huangpu-2018"])
    subgraph = to_py2neo(nodes)
    assert {(*n.labels, n["id"]) for n in subgraph.nodes} == {
        ("Company", "axis-communications"), ("Transaction", "huangpu-2018"),
    }
    relations = get("relations").run(store, ids=["huangpu-2018"])
    subgraph = to_py2neo(relations, store)
    assert {r["id"] for r in subgraph.relationships} == {r["id"] for r in relations.dicts()}
    # Without a store ids are only text.
    assert not to_py2neo(relations).nodes


def test_a_subgraph_can_be_merged_into_another_database(
    graph: Any, shipped_store: Store, shipped: Assembly, neo4j_url: str
) -> None:
    answer, _ = find_paths(shipped_store, Question(from_="EU", to="CN:university"))
    subgraph = to_py2neo(answer)
    try:
        for _ in range(2):
            before = graph.run("MATCH (n) RETURN count(n)").evaluate()
            graph.merge(to_py2neo(answer))
        # Known by class and id: the second time nothing is new.
        assert graph.run("MATCH (n) RETURN count(n)").evaluate() == before
        assert graph.exists(py2neo.NodeMatcher(graph).match("Company", id="noldus").first())
        assert len(subgraph.nodes) > 0
    finally:
        with connect(neo4j_url) as store:
            store.replace(shipped)


def test_values_arrive_as_from_any_store(graph: Any) -> None:
    answer = from_py2neo(graph).run(
        "RETURN null AS nothing, 9007199254740993 AS big, true AS yes, '𠮷😀' AS text, "
        "['x'] AS several, [] AS none, 1.5 AS half, $p AS given", {"p": ["a", "𠮷"]},
    )
    assert answer.rows == (
        (None, 9007199254740993, True, "𠮷😀", ["x"], [], 1.5, ["a", "𠮷"]),
    )


def test_what_it_cannot_do_it_says(graph: Any, shipped: Assembly) -> None:
    through = from_py2neo(graph)
    with pytest.raises(QueryError, match="read access mode"):
        through.run("CREATE (:Company)")
    with pytest.raises(QueryError, match="Invalid input"):
        through.run("MATCH (")
    with pytest.raises(QueryError, match="out of range"):
        through.run("RETURN $p", {"p": 2**63})
    with pytest.raises(QueryError, match="no way to stop"):
        through.run("RETURN 1", timeout=1)
    with pytest.raises(ConfigError, match="only for reading") as caught:
        through.replace(shipped)
    assert "connect(" in caught.value.hint


def test_it_speaks_an_old_protocol(graph: Any) -> None:
    """Bolt 4.3, which Neo4j announces to remove; a server that has removed it fails here first."""
    assert graph.service.connector.profile.protocol == "bolt"
    with pytest.raises(py2neo.errors.ClientError):
        graph.schema.get_indexes("Company")  # asks for db.indexes, which is gone


def test_a_server_that_is_not_there() -> None:
    with pytest.raises((StoreUnavailable, py2neo.errors.ConnectionUnavailable)):
        _ = from_py2neo(py2neo.Graph("bolt://127.0.0.1:9")).info
