"""Stores that tests share: one with the shipped data, and small ones from claims at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from sousveil.graph import Claim, ClaimStore, Store, assemble, connect
from sousveil.loaders import LOADERS, load

DATASETS = Path(__file__).parents[1] / "datasets"


@pytest.fixture(scope="session")
def shipped_claims(tmp_path_factory: pytest.TempPathFactory) -> ClaimStore:
    """The claims of the shipped data sets."""
    claims = ClaimStore(tmp_path_factory.mktemp("shipped") / "claims")
    load(sorted(p.parent for p in DATASETS.glob("*/source.csv")), claims, LOADERS)
    return claims


@pytest.fixture(scope="session")
def shipped_store(
    shipped_claims: ClaimStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """A graph of the shipped data sets. For reading only."""
    with connect(str(tmp_path_factory.mktemp("shipped-graph") / "graph")) as store:
        store.replace(assemble(shipped_claims.read_all()))
        yield store


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Iterable[Claim]], Store]]:
    """A function that builds a graph of the claims it is given, and of nothing else."""
    stores: list[Store] = []

    def build(claims: Iterable[Claim]) -> Store:
        store = connect(str(tmp_path_factory.mktemp("world") / "graph"))
        stores.append(store)
        store.replace(assemble(claims))
        return store

    yield build
    for store in stores:
        store.close()
