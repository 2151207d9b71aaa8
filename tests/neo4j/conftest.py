"""A real server for the tests of this folder: `make test-neo4j`.

SOUSVEIL_NEO4J_URL names a server of your own (its database is overwritten); otherwise, with
SOUSVEIL_TEST_NEO4J set, one is fetched and started. Without either these tests are skipped.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sousveil.errors import StoreUnavailable
from sousveil.graph import Assembly, ClaimStore, Store, assemble, connect

_spec = importlib.util.spec_from_file_location(
    "neo4j_server", Path(__file__).parents[1] / "neo4j_server.py"
)
assert _spec is not None
assert _spec.loader is not None
neo4j_server = importlib.util.module_from_spec(_spec)
sys.modules["neo4j_server"] = neo4j_server
_spec.loader.exec_module(neo4j_server)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in Path(item.fspath).parents:
            item.add_marker(pytest.mark.neo4j)


@pytest.fixture(scope="session")
def start_server() -> Callable[..., object]:
    """A function that makes a server of one's own."""
    if not os.environ.get("SOUSVEIL_TEST_NEO4J"):
        pytest.skip("a server of our own is started by `make test-neo4j`")
    server: Callable[..., object] = neo4j_server.Server
    return server


@pytest.fixture(scope="session")
def neo4j_url() -> Iterator[str]:
    """The URL of a running server."""
    if url := os.environ.get("SOUSVEIL_NEO4J_URL"):
        yield url
        return
    if not os.environ.get("SOUSVEIL_TEST_NEO4J"):
        pytest.skip("no server: run `make test-neo4j`, or set SOUSVEIL_NEO4J_URL")
    with neo4j_server.Server() as server:
        yield server.url


@pytest.fixture(scope="session")
def shipped(shipped_claims: ClaimStore) -> Assembly:
    """The shipped data, assembled."""
    return assemble(shipped_claims.read_all())


@pytest.fixture(scope="session")
def holding(neo4j_url: str) -> Iterator[Callable[[Assembly], Store]]:
    """A function that gives the server's store with a graph on it, built only if it is not."""
    with connect(neo4j_url) as store:
        def hold(graph: Assembly) -> Store:
            store.close()
            try:
                there = store.info.dataset
            except StoreUnavailable:
                there = ""
            if there != graph.dataset:
                store.replace(graph)
            return store

        yield hold


@pytest.fixture(scope="session")
def few(shipped_claims: ClaimStore) -> Assembly:
    """A graph of one small source."""
    return assemble(shipped_claims.read("un-ol-usa-23-2019"))
