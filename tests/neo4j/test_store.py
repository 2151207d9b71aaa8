"""The server store by itself: values, errors, builds that are cut off, servers that die."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

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
    with pytest.raises(QueryError, match="parameter id"):
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


@pytest.mark.parametrize("scheme", ["bolt", "neo4j", "bolt+s", "neo4j+ssc"])
def test_nobody_answers(scheme: str) -> None:
    started = time.monotonic()
    url = f"{scheme}://127.0.0.1:1"
    with connect(url) as store, pytest.raises(StoreUnavailable, match="reached") as caught:
        _ = store.info
    assert url in caught.value.message
    assert "check that it runs" in caught.value.hint
    assert time.monotonic() - started < 20


def test_somebody_answers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from sousveil.graph import neo4j as module

    monkeypatch.setattr(module, "_WAIT", 3.0)
    started = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"bolt://127.0.0.1:{silent.getsockname()[1]}"
        with connect(url) as store, pytest.raises(StoreUnavailable) as caught:
            _ = store.info
    assert url in caught.value.message
    assert time.monotonic() - started < 30


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


@pytest.mark.parametrize(("user", "password"), [
    ("neo4j", "wrong-password"), ("nobody", "eight-letters-or-more"), ("", ""), (None, None),
])
def test_whom_the_server_refuses(
    guarded: Any, user: str | None, password: str | None,
    monkeypatch: pytest.MonkeyPatch, shipped: Assembly,
) -> None:
    for name, value in (("USER", user), ("PASSWORD", password)):
        if value is None:
            monkeypatch.delenv(f"SOUSVEIL_NEO4J_{name}", raising=False)
        else:
            monkeypatch.setenv(f"SOUSVEIL_NEO4J_{name}", value)
    started = time.monotonic()
    with connect(guarded.url) as store:
        for ask in (lambda: store.info, lambda: store.search("x"), lambda: store.replace(shipped)):
            with pytest.raises(StoreError, match="user name or password") as caught:
                ask()
            assert "SOUSVEIL_NEO4J_PASSWORD" in caught.value.hint
            if password:
                assert password not in caught.value.message + caught.value.hint
    assert time.monotonic() - started < 20


def test_a_user_without_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOUSVEIL_NEO4J_USER", "neo4j")
    monkeypatch.delenv("SOUSVEIL_NEO4J_PASSWORD", raising=False)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with connect("bolt://127.0.0.1:1") as store, pytest.raises(
        ConfigError, match="SOUSVEIL_NEO4J_PASSWORD is not"
    ):
        _ = store.info


def test_no_such_database(neo4j_url: str) -> None:
    parts = urlsplit(neo4j_url)
    with connect(f"{parts.scheme}://{parts.netloc}/elsewhere") as store, pytest.raises(
        StoreError, match="elsewhere"
    ):
        _ = store.info


@pytest.fixture(scope="module")
def guarded(start_server: Callable[..., Any]) -> Iterator[Any]:
    """A server that asks for a password."""
    with start_server(
        password="eight-letters-or-more", heap="512m", dbms__security__auth_lock_time="4s"
    ) as server:
        yield server


def test_too_many_wrong_passwords(guarded: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOUSVEIL_NEO4J_USER", "neo4j")
    monkeypatch.setenv("SOUSVEIL_NEO4J_PASSWORD", "wrong-password")
    said = []
    for _ in range(4):
        with connect(guarded.url) as store, pytest.raises(StoreError) as caught:
            _ = store.info
        said.append(caught.value)
    assert isinstance(said[-1], StoreUnavailable)
    assert "several wrong passwords" in said[-1].message
    assert "wait" in said[-1].hint
    time.sleep(5)
    monkeypatch.setenv("SOUSVEIL_NEO4J_PASSWORD", guarded.password)
    with connect(guarded.url) as store, pytest.raises(StoreUnavailable, match="no graph"):
        _ = store.info


def test_whom_the_server_admits(
    guarded: Any, shipped: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOUSVEIL_NEO4J_USER", "neo4j")
    monkeypatch.setenv("SOUSVEIL_NEO4J_PASSWORD", guarded.password)
    with connect(f"{guarded.url}/elsewhere") as store, pytest.raises(
        StoreError, match="no database 'elsewhere'"
    ):
        store.replace(shipped)
    with connect(guarded.url) as store:
        with pytest.raises(StoreUnavailable, match="no graph") as caught:
            store.run("RETURN 1 AS one")
        assert "sousveil build" in caught.value.hint
        store.replace(shipped)
        assert store.info.dataset == shipped.dataset
        assert store.search("Noldus")[0].id == "noldus"


def test_a_server_that_dies_while_it_answers(
    start_server: Callable[..., Any], shipped: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sousveil.graph import neo4j as module

    monkeypatch.setattr(module, "_WAIT", 2.0)
    few = assemble([c for c in shipped_claims(shipped) if c.source == "un-ol-usa-23-2019"])
    with start_server(heap="512m") as server, connect(server.url) as store:
        store.replace(few)
        killer = threading.Timer(2.0, server.kill)
        killer.start()
        started = time.monotonic()
        with pytest.raises(StoreUnavailable, match="reached") as caught:
            store.run(
                "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b "
                "RETURN sum(a % 7 + b % 3) AS n"
            )
        killer.join()
        assert "check that it runs" in caught.value.hint
        assert 1 < time.monotonic() - started < 30
        server.start()
        # The same store goes on with the server that came back.
        assert store.run("RETURN 1 AS one").rows == ((1,),)


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
