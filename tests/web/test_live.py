"""A graph that is exchanged under a running site: nobody gets an error, everybody the new one."""

from __future__ import annotations

import threading
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask
from waitress import create_server

from sousveil.errors import QueryError
from sousveil.graph import ClaimStore, Store, assemble, connect
from sousveil.graph.store import Result
from sousveil.settings import Settings
from sousveil.web import create_app, live
from sousveil.web.still import Still
from tests.contract import SLOW


def test_no_request_fails_while_graphs_are_exchanged(
    shipped_claims: ClaimStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_LOOK", 0.05)
    url = f"ladybug:{tmp_path / 'graph'}"
    graphs = [assemble(shipped_claims.read_all()), assemble(
        shipped_claims.read_all(), {"dahua": "hikvision"})]
    with connect(url) as store:
        store.replace(graphs[0])
    app = create_app(Settings(tmp_path, url))
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    base = f"http://127.0.0.1:{server.effective_port}"
    stop = threading.Event()
    seen: set[str] = set()
    failed: list[str] = []
    asked = 0

    def ask() -> None:
        nonlocal asked
        while not stop.is_set():
            for page in ("/api/v1/", "/entity/axis-communications", "/search?q=axis"):
                try:
                    with urllib.request.urlopen(base + page, timeout=60) as answer:
                        text = answer.read().decode()
                except OSError as error:
                    failed.append(f"{page}: {error}")
                    continue
                asked += 1
                seen.update(g.dataset for g in graphs if g.dataset[:12] in text)

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    try:
        for n in range(1, 5):
            with connect(url) as store:
                store.replace(graphs[n % 2])
            time.sleep(0.2)
    finally:
        stop.set()
        for asker in askers:
            asker.join()
        server.close()
    assert failed == []
    assert asked > 20
    assert seen == {g.dataset for g in graphs}


def test_statements_run_side_by_side_and_answer_the_same(shipped_store: Store) -> None:
    """A slow statement holds up no other, and close waits for those that run."""
    with connect(shipped_store.url) as store:
        expected = [store.run("MATCH (n:Company) RETURN n.id AS id ORDER BY id").rows] * 20
        done: list[str] = []

        def long() -> None:
            with pytest.raises(QueryError, match="stopped after"):
                store.run(SLOW, timeout=4)
            done.append("slow")

        found: list[object] = []

        def short() -> None:
            for _ in range(10):
                found.append(store.run("MATCH (n:Company) RETURN n.id AS id ORDER BY id").rows)
            done.append("short")

        threads = [threading.Thread(target=t) for t in (long, short, short)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert done[-1] == "slow"
    assert found == expected


def test_a_timeout_is_that_of_its_own_statement(shipped_store: Store) -> None:
    with connect(shipped_store.url) as store, pytest.raises(QueryError, match="stopped after"):
        store.run(SLOW, timeout=0.1)
    with connect(shipped_store.url) as store:
        with pytest.raises(QueryError, match="stopped after"):
            store.run(SLOW, timeout=0.1)
        assert store.run("RETURN 1 AS one").rows == ((1,),)


def test_the_check_for_a_new_graph_opens_no_store(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a server a store is a driver with connections: one for each look would be many."""
    opened: list[str] = []

    def counted(url: str) -> Store:
        opened.append(url)
        return connect(url)

    monkeypatch.setattr(live, "_LOOK", 0.0)
    monkeypatch.setattr(live, "connect", counted)
    client = create_app(site.config["SETTINGS"]).test_client()
    assert {client.get("/api/v1/").status_code for _ in range(5)} == {200}
    assert len(opened) == 1


def test_a_site_that_started_before_its_graph(
    shipped_claims: ClaimStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_LOOK", 0.0)
    url = f"ladybug:{tmp_path / 'graph'}"
    client = create_app(Settings(tmp_path, url)).test_client()
    assert client.get("/").status_code == 503
    with connect(url) as store:
        store.replace(assemble(shipped_claims.read("un-ol-usa-23-2019")))
    assert client.get("/").status_code == 200


class _Counting:
    """A store that answers anything with a list, and counts how often it was asked."""

    url = "ladybug:nowhere"

    def __init__(self) -> None:
        self.asked = 0

    def run(self, cypher: str, parameters: Mapping[str, Any], timeout: float = 0) -> Result:
        self.asked += 1
        return Result(("ids",), ((list(parameters["ids"]),),))


def test_a_publication_asks_once_and_everybody_gets_lists_of_their_own() -> None:
    counting = _Counting()
    with Still(cast(Store, counting)).store() as store:
        first = store.run("RETURN $ids AS ids", {"ids": ["a"]})
        first.rows[0][0].append("b")
        assert store.run("RETURN $ids AS ids", {"ids": ["a"]}).rows == ((["a"],),)
        assert counting.asked == 1
        assert store.run("RETURN $ids AS ids", {"ids": ["c"]}).rows == ((["c"],),)
        assert counting.asked == 2
