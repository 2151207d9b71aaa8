"""The server store does what every store must do."""

from __future__ import annotations

import pytest

from tests import contract


@pytest.fixture(scope="class")
def url(neo4j_url: str) -> str:
    return neo4j_url


class TestReading(contract.Reading):
    pass


class TestReplacing(contract.Replacing):
    pass
