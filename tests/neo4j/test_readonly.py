"""Statements of users on a real server: whatever they try, the server is the same afterwards."""

from __future__ import annotations

import contextlib
import http.server
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from sousveil.errors import QueryError, SousveilError
from sousveil.graph import Assembly, Store, readonly
from sousveil.graph.neo4j import Neo4jStore
from sousveil.graph.readonly import check, run_readonly
from sousveil.graph.server_reader import asked
from tests.attacks import ATTACKS, HARMLESS

STATE = [
    "MATCH (n) RETURN count(n) AS nodes, sum(size(keys(n))) AS properties",
    "MATCH ()-[r]->() RETURN count(r) AS edges, sum(size(keys(r))) AS properties",
    "SHOW INDEXES YIELD name RETURN collect(name) AS indexes",
    "SHOW CONSTRAINTS YIELD name RETURN collect(name) AS constraints",
    "SHOW DATABASES YIELD name, currentStatus RETURN collect(name + currentStatus) AS databases",
]


def state(store: Neo4jStore) -> list[Any]:
    return [store.driver.execute_query(q, database_=store.database).records for q in STATE]


@pytest.fixture(scope="module")
def store(holding: Callable[[Assembly], Store], shipped: Assembly) -> Iterator[Neo4jStore]:
    opened = holding(shipped)
    assert isinstance(opened, Neo4jStore)
    before = state(opened)
    yield opened
    assert state(opened) == before


def test_attacks_change_nothing_even_without_the_gate(store: Neo4jStore) -> None:
    before = state(store)
    for attack in ATTACKS:
        if len(attack) < 1_000:  # the longer ones use up the server's stack
            with contextlib.suppress(SousveilError, UnicodeError), closing(
                asked(store, attack, {}, 10, 5)
            ) as answer:
                list(itertools.islice(answer, 5))
    assert state(store) == before


def test_attacks_are_refused_before_the_server(
    store: Neo4jStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readonly, "_neo4j", None)
    for attack in ATTACKS:
        with pytest.raises(QueryError):
            run_readonly(store, attack)


def test_no_address_is_opened(store: Neo4jStore) -> None:
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/x"
        for statement in (
            f"LOAD CSV FROM '{url}' AS r RETURN r",
            f"WITH '{url}' AS u LOAD CSV FROM u AS r RETURN r",
            f"MATCH (n) WHERE EXISTS {{ LOAD CSV FROM '{url}' AS r RETURN r }} RETURN n",
            f"MATCH (n) RETURN '\\u0027 LOAD CSV FROM \\u0027{url}' AS r RETURN r",
        ):
            with pytest.raises(QueryError):
                run_readonly(store, statement)
        server.shutdown()
    assert asked == []


def test_harmless_statements_are_reading(store: Neo4jStore) -> None:
    for statement in HARMLESS:
        check(statement)
        said = ""
        try:
            with closing(asked(store, statement.removesuffix(";"), {}, 20, 5)) as answer:
                list(itertools.islice(answer, 5))
        except QueryError as error:
            said = error.message
        assert "does more than read" not in said


def test_answers_agree(store: Neo4jStore, shipped_store: Store) -> None:
    statement = (
        "MATCH p = (c:Company)-[r:OWNS]->(d:Company) WHERE c.id >= $from_ "
        "RETURN c.id AS a, d.id AS b, p, r, 1.5 AS x, [1, null] AS y ORDER BY a, b, r.key;"
    )
    here = run_readonly(shipped_store, statement, {"from_": "a"})
    there = run_readonly(store, statement, {"from_": "a"})
    assert [(r["a"], r["b"]) for r in here.result.dicts()] == [
        (r["a"], r["b"]) for r in there.result.dicts()
    ]
    for mine, other in zip(here.result.dicts(), there.result.dicts(), strict=True):
        assert mine["r"]["class"] == other["r"]["class"] == "OWNS"
        assert mine["r"]["id"] == other["r"]["id"]
        assert mine["p"]["nodes"][0]["id"] == other["p"]["nodes"][0]["id"]


def test_names_that_the_graph_does_not_have_are_told(store: Neo4jStore) -> None:
    """LadybugDB refuses them; on a server the answer is empty, and looks like one."""
    answer = run_readonly(store, "MATCH (n:Compny {nme: 1})-[:OWNZ]->() RETURN n.id AS id")
    assert answer.result.rows == ()
    for name in ("`Compny`", "`nme`", "`OWNZ`"):
        assert any(name in warning for warning in answer.warnings)
    assert run_readonly(store, "MATCH (n:Company) RETURN n.id AS id LIMIT 1").warnings == ()


def test_rows_are_capped(store: Neo4jStore) -> None:
    answer = run_readonly(store, "UNWIND range(1, 100000000) AS x RETURN x", rows=10)
    assert (len(answer.result.rows), answer.truncated) == (10, True)
    answer = run_readonly(store, "UNWIND range(1, 10) AS x RETURN x", rows=10)
    assert (len(answer.result.rows), answer.truncated) == (10, False)


def test_time_is_capped(store: Neo4jStore) -> None:
    started = time.monotonic()
    with pytest.raises(QueryError, match="stopped after 2 s"):
        run_readonly(
            store, "UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y "
            "WITH x, y WHERE x * y = -1 RETURN count(*)", timeout=2,
        )
    assert time.monotonic() - started < 15
    assert run_readonly(store, "RETURN 1 AS x").result.rows == ((1,),)


def test_a_server_without_an_answer_is_not_waited_for(
    store: Neo4jStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readonly, "_checked", lambda text: [readonly.Token("word", "RETURN", 0)])
    monkeypatch.setattr(readonly, "_GRACE", 1.0)
    started = time.monotonic()
    with pytest.raises(SousveilError):
        run_readonly(store, "RETURN " + "NOT " * 5_000 + "true", timeout=3)
    assert time.monotonic() - started < 10
    assert run_readonly(store, "RETURN 1 AS x").result.rows == ((1,),)


@pytest.mark.parametrize(("statement", "words"), [
    ("UNWIND range(1, 200000000) AS x RETURN collect(x) AS xs", "more memory than the server"),
    ("RETURN reduce(s = 'x', i IN range(1, 40) | s + s) AS s", "more memory than the server"),
    # One value, which takes the server little memory and the reader a gigabyte.
    ("RETURN range(1, 20000000) AS xs", "more than 128 MB"),
])
def test_memory_is_capped(store: Neo4jStore, statement: str, words: str) -> None:
    with pytest.raises(QueryError, match=words):
        run_readonly(store, statement, timeout=30, memory=128)
    assert run_readonly(store, "RETURN 1 AS x").result.rows == ((1,),)


def test_no_search_without_an_end(store: Neo4jStore) -> None:
    with pytest.raises(QueryError, match="=~ is not allowed on a server") as refused:
        run_readonly(store, r"RETURN 'aaaaaaaaaaaaaaaaaaaaaaaaaaaa' =~ '(.*)*(.*)*(.*)*b\\1' AS r")
    assert "CONTAINS" in refused.value.hint
