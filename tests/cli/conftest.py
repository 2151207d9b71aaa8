"""Homes for the commands: an empty one, one that must stay as it is, and the shipped data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli import support


@pytest.fixture()
def home(tmp_path: Path) -> Path:
    """A home folder in which nothing has been loaded."""
    return tmp_path / "home"


@pytest.fixture()
def kept(tmp_path: Path) -> Iterator[Path]:
    """A home with claims and a graph; the test fails if a single byte of them changes."""
    home = support.small_home()
    before = support.snapshot(home)
    yield home
    assert support.snapshot(home) == before


@pytest.fixture(scope="session")
def shipped() -> Path:
    """The home with the shipped data, loaded and built. For reading only."""
    return support.shipped_home()
