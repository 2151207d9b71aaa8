"""The server store by itself: values, errors, builds that are cut off, servers that die."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from sousveil.errors import ConfigError, QueryError, StoreError, StoreUnavailable
from sousveil.graph import Assembly, Store, assemble, connect


@pytest.fixture
def built(neo4j_store: Store, shipped: Assembly) -> Store:
    neo4j_store.replace(shipped)
    return neo4j_store


def test_values_arrive_as_from_any_store(built: Store) -> None:
    answer = built.run(
        "RETURN null AS nothing, 1 AS one, 9007199254740993 AS big, true AS yes, 'a𠀀' AS text, "
        "['x', 'y'] AS several, [] AS none, 1.5 AS half"
    )
    assert answer.columns == (
        "nothing", "one", "big", "yes", "text", "several", "none", "half"
    )
    assert answer.rows == ((None, 1, 9007199254740993, True, "a𠀀", ["x", "y"], [], 1.5),)
    assert built.run("MATCH (c:Company) WHERE c.id = $id RETURN c.id AS id", {"id": "x"}).rows == ()


def test_reading_only(built: Store) -> None:
    with pytest.raises(QueryError, match="read access mode"):
        built.run("CREATE (n:Company {id: 'x'}) RETURN n.id AS id")


def test_errors_in_our_words(built: Store) -> None:
    with pytest.raises(QueryError):
        built.run("MATCH (n RETURN n")
    with pytest.raises(QueryError, match="missing"):
        built.run("MATCH (n:Company {id: $id}) RETURN n.id AS id")


def test_a_query_stops_in_time(built: Store) -> None:
    slow = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(*) AS n"
    with pytest.raises(QueryError, match="stopped after"):
        built.run(slow, timeout=1)


def test_the_same_graph_again_is_no_new_graph(built: Store, shipped: Assembly) -> None:
    before = built.run("MATCH (n) RETURN count(n) AS n").rows
    built.replace(shipped)
    assert built.run("MATCH (n) RETURN count(n) AS n").rows == before


def test_a_smaller_graph_replaces_a_larger_one(built: Store, shipped: Assembly) -> None:
    few = [c for c in shipped_claims(shipped) if c.source == "un-ol-usa-23-2019"]
    info = built.replace(assemble(few))
    assert built.info == info
    counted = built.run("MATCH (n:Transaction) RETURN count(n) AS n").rows
    assert counted == ((0,),)
    built.replace(shipped)


def shipped_claims(graph: Assembly) -> list[Any]:
    return [graph._claims[i] for i in sorted(graph._claims)]


def test_readers_see_the_old_graph_until_the_new_one_is_whole(
    built: Store, shipped: Assembly
) -> None:
    few = assemble([c for c in shipped_claims(shipped) if c.source == "un-ol-usa-23-2019"])
    seen: set[tuple[int, int]] = set()
    stop = threading.Event()

    def read() -> None:
        with connect(built.url) as store:
            while not stop.is_set():
                (row,) = store.run(
                    "MATCH (n:Company|PublicBody|Transaction|Claim) WITH count(n) AS nodes "
                    "OPTIONAL MATCH (:Transaction)-[r:SELLER|BUYER|END_USER]->() "
                    "RETURN nodes, count(r) AS edges"
                ).rows
                seen.add(row)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for graph in (few, shipped, few, shipped):
            built.replace(graph)
    finally:
        stop.set()
        reader.join()
    assert len(seen) <= 2, seen


def test_a_killed_build_leaves_the_old_graph_and_is_finished_by_the_next(
    neo4j_url: str, built: Store, shipped: Assembly
) -> None:
    few = assemble([c for c in shipped_claims(shipped) if c.source == "un-ol-usa-23-2019"])
    built.replace(few)
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from sousveil.graph import ClaimStore, assemble, connect\n"
        "from sousveil.graph import neo4j as module\n"
        "from sousveil.loaders import LOADERS, load, shipped\n"
        "import tempfile\n"
        "module._BATCH = 7\n"
        "claims = ClaimStore(Path(tempfile.mkdtemp()))\n"
        "load(shipped(), claims, LOADERS)\n"
        "graph = assemble(claims.read_all())\n"
        "print('go', flush=True)\n"
        "connect(sys.argv[1]).replace(graph)\n"
    )
    for pause in (0.3, 1.0, 2.0):
        builder = subprocess.Popen(
            [sys.executable, "-c", script, neo4j_url], stdout=subprocess.PIPE,
            env={**os.environ},
        )
        assert builder.stdout is not None
        builder.stdout.readline()
        time.sleep(pause)
        builder.kill()
        builder.wait()
        with connect(neo4j_url) as store:
            assert store.info.dataset == few.dataset
            assert store.run("MATCH (n:Transaction) RETURN count(n) AS n").rows == ((0,),)
    with connect(neo4j_url) as store:
        store.replace(shipped)
        assert store.info.dataset == shipped.dataset
        leftovers = store.run(
            "MATCH (n) WHERE any(l IN labels(n) WHERE l STARTS WITH 'Next_' OR "
            "l STARTS WITH 'Past_' OR l = 'SousveilBuild') RETURN count(n) AS n"
        ).rows
        assert leftovers == ((0,),)


@pytest.mark.parametrize("url", [
    "neo4j://user:secret@localhost", "bolt://user:secret@127.0.0.1:7687",
])
def test_no_password_in_a_url(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        connect(url)
    assert "secret" not in str(caught.value)
    assert "secret" not in caught.value.hint


@pytest.mark.parametrize("url", ["bolt://db.example.org", "neo4j://192.168.1.7:7687"])
def test_plain_connections_stay_on_this_machine(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOUSVEIL_NEO4J_PLAIN", raising=False)
    with pytest.raises(ConfigError, match="unencrypted"):
        connect(url)
    monkeypatch.setenv("SOUSVEIL_NEO4J_PLAIN", "1")
    connect(url).close()


def test_nobody_answers() -> None:
    with connect("bolt://127.0.0.1:1") as store, pytest.raises(StoreUnavailable, match="reached"):
        _ = store.info


def test_no_such_database(neo4j_url: str) -> None:
    with connect(f"{neo4j_url}/elsewhere") as store, pytest.raises(
        StoreError, match="elsewhere"
    ):
        _ = store.info


def test_users_and_passwords(
    start_server: Callable[..., Any], shipped: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    with start_server(password="eight-letters-or-more") as server:
        monkeypatch.setenv("SOUSVEIL_NEO4J_USER", "neo4j")
        monkeypatch.setenv("SOUSVEIL_NEO4J_PASSWORD", "wrong-password")
        with connect(server.url) as store, pytest.raises(StoreError) as caught:
            _ = store.info
        assert "user name or password" in str(caught.value)
        assert "wrong-password" not in str(caught.value) + caught.value.hint
        monkeypatch.setenv("SOUSVEIL_NEO4J_PASSWORD", "eight-letters-or-more")
        with connect(server.url) as store:
            with pytest.raises(StoreUnavailable, match="no graph"):
                _ = store.info
            store.replace(shipped)
            assert store.info.dataset == shipped.dataset
        encrypted = server.url.replace("bolt://", "bolt+s://")
        with connect(encrypted) as store, pytest.raises(StoreUnavailable):
            _ = store.info


def test_a_server_that_dies_while_building_and_while_asked(
    start_server: Callable[..., Any], shipped: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sousveil.graph import neo4j as module

    monkeypatch.setattr(module, "_WAIT", 2.0)
    few = assemble([c for c in shipped_claims(shipped) if c.source == "un-ol-usa-23-2019"])
    with start_server() as server:
        with connect(server.url) as store:
            store.replace(few)
        monkeypatch.setattr(module, "_BATCH", 5)
        with connect(server.url) as store:
            threading.Timer(1.5, server.kill).start()
            with pytest.raises(StoreUnavailable):
                store.replace(shipped)
            with pytest.raises(StoreUnavailable):
                store.run("RETURN 1 AS one")
        server.start()
        with connect(server.url) as store:
            assert store.info.dataset == few.dataset
            store.replace(shipped)
            assert store.info.dataset == shipped.dataset
            assert store.run("MATCH (n:Transaction) RETURN count(n) AS n").rows == ((
                shipped.counts()["Transaction"],
            ),)
