"""Homes for the commands: an empty one, one that must stay as it is, and the shipped data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sousveil.graph import ClaimStore
from sousveil.graph.ladybug import LadybugStore
from tests.cli import support


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder in which nothing has been loaded."""
    return tmp_path / "home"


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Path]:
    """A home with claims and a graph; the test fails if a single byte of them changes."""
    home = support.small_home()
    before = support.snapshot(home)
    yield home
    assert support.snapshot(home) == before


@pytest.fixture(scope="session")
def shipped(
    shipped_claims: ClaimStore, shipped_store: LadybugStore,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A home with the shipped data, loaded and built. For reading only."""
    home = tmp_path_factory.mktemp("shipped-home")
    (home / "claims").symlink_to(shipped_claims.folder)
    (home / "graph").symlink_to(shipped_store.folder)
    return home
