"""The server store by itself: values, errors, builds that are cut off, servers that die."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from sousveil.errors import QueryError, StoreError, StoreUnavailable
from sousveil.graph import Assembly, Store, connect
from sousveil.graph.neo4j import Neo4jStore


@pytest.fixture
def built(holding: Callable[[Assembly], Store], shipped: Assembly) -> Store:
    return holding(shipped)


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


def test_what_is_asked_after_a_build_is_asked_of_members_that_know_of_it(
    holding: Callable[[Assembly], Store], few: Assembly
) -> None:
    store = holding(few)
    assert isinstance(store, Neo4jStore)
    store.close()
    assert list(store.driver.execute_query_bookmark_manager.get_bookmarks()) == []
    store.replace(few)
    assert list(store.driver.execute_query_bookmark_manager.get_bookmarks())


def test_reading_only(built: Store) -> None:
    with pytest.raises(QueryError, match="read access mode"):
        built.run("CREATE (n:Company {id: 'x'}) RETURN n.id AS id")


def test_errors_in_our_words(built: Store) -> None:
    with pytest.raises(QueryError):
        built.run("MATCH (n RETURN n")
    with pytest.raises(QueryError, match="parameter id"):
        built.run("MATCH (n:Company {id: $id}) RETURN n.id AS id")


def test_a_query_stops_in_time(built: Store) -> None:
    slow = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(*) AS n"
    with pytest.raises(QueryError, match="stopped after"):
        built.run(slow, timeout=1)


def test_the_same_graph_again_is_no_new_graph(
    holding: Callable[[Assembly], Store], few: Assembly
) -> None:
    store = holding(few)
    before = store.run("MATCH (n) RETURN count(n) AS n").rows
    store.replace(few)
    assert store.run("MATCH (n) RETURN count(n) AS n").rows == before


def test_readers_see_the_old_graph_until_the_new_one_is_whole(
    built: Store, shipped: Assembly, few: Assembly
) -> None:
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
        for graph in (few, shipped, few):
            built.replace(graph)
    finally:
        stop.set()
        reader.join()
    assert len(seen) <= 2, seen


def test_a_killed_build_leaves_the_old_graph_and_is_finished_by_the_next(
    neo4j_url: str, holding: Callable[[Assembly], Store], shipped: Assembly, few: Assembly
) -> None:
    holding(few)
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


@pytest.mark.parametrize("scheme", ["bolt+s", "bolt+ssc", "neo4j+s", "neo4j+ssc"])
def test_encryption_that_the_server_does_not_have(neo4j_url: str, scheme: str) -> None:
    own, plus, rest = neo4j_url.partition("://")
    if "+" in own:
        pytest.skip("the server encrypts")
    started = time.monotonic()
    url = f"{scheme}{plus}{rest}"
    with connect(url) as store, pytest.raises(StoreUnavailable, match="reached") as caught:
        store.run("RETURN 1 AS one")
    assert f"write {scheme.split('+')[0]}://" in caught.value.hint
    assert time.monotonic() - started < 20


def test_no_such_database(neo4j_url: str) -> None:
    parts = urlsplit(neo4j_url)
    with connect(f"{parts.scheme}://{parts.netloc}/elsewhere") as store, pytest.raises(
        StoreError, match="elsewhere"
    ):
        _ = store.info
