"""The embedded store does what every store must do."""

from __future__ import annotations

import pytest

from tests import contract


@pytest.fixture(scope="class")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"ladybug:{tmp_path_factory.mktemp('contract') / 'graph'}"


class TestReading(contract.Reading):
    pass


class TestReplacing(contract.Replacing):
    pass
