"""The site on the shipped data, and on a data set of hostile names."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient

from sousveil.graph import Assembly, Claim, ClaimStore, assemble, connect
from sousveil.loaders.making import Cited, source_claims
from sousveil.settings import Settings
from sousveil.web import create_app


@pytest.fixture(scope="session")
def site(shipped_claims: ClaimStore, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application on the shipped data."""
    return app_of(assemble(shipped_claims.read_all()), tmp_path_factory.mktemp("site"))


def app_of(graph: Assembly, home: Path) -> Flask:
    """The application on a graph."""
    url = f"ladybug:{home / 'graph'}"
    with connect(url) as store:
        store.replace(graph)
    return create_app(Settings(home, url))


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    return site.test_client()


HOSTILE = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0",
    "{{ 7 * 7 }}{% raw %}", "‮evil‬ \u2066rtl\u2069", "名" * 3000, "a" * 10_000, "&lt;b&gt;",
    "'; DROP TABLE x; --", "%2e%2e%2f", "𠀀𠮷", "]]>", "javascript:alert(1)",
]


def hostile_claims() -> list[Claim]:
    """Companies, bodies and sales with names that a careless page would run or break on."""
    cited = Cited(source="doc", locator="<b>p. 1</b>", author="paper", basis="press")
    found = [
        msgspec.structs.replace(claim, basis="press") for claim in source_claims(
            "doc", title=HOSTILE[0], basis="press", publisher="paper", publisher_name=HOSTILE[1],
            publisher_kind="news-media",
        )
    ]
    for n, name in enumerate(HOSTILE):
        found += [
            cited.node("Company", f"c{n}", name=name, description=name),
            cited.edge("LOCATED_IN", f"c{n}", "SE"),
            cited.node("PublicBody", f"b{n}", name=name, kind="public-security-bureau"),
            cited.node("Transaction", f"t{n}", title=name, kind="award", date="2018"),
            cited.edge("SELLER", f"t{n}", f"c{n}"), cited.edge("MANUFACTURER", f"t{n}", f"c{n}"),
            cited.edge("BUYER", f"t{n}", f"b{n}"),
            cited.edge("OWNS", f"c{n}", f"c{(n + 1) % len(HOSTILE)}", share_exact="60"),
        ]
    return found
