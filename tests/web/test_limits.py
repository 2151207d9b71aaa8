"""Limits: how often, how much and how long one may ask, and that nobody is taken for another."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient

from sousveil.errors import ConfigError, QueryError
from sousveil.graph import Store
from sousveil.settings import Settings
from sousveil.web import create_app
from sousveil.web.limits import LINE, timed
from tests.contract import SLOW


def limited(site: Flask, **changes: Any) -> FlaskClient:
    settings = msgspec.structs.replace(site.config["SETTINGS"], **changes)
    return create_app(settings).test_client()


def test_who_asks_too_often_is_told_when_to_come_again(site: Flask) -> None:
    client = limited(site, rate="3 per minute")
    for _ in range(3):
        assert client.get("/about").status_code == 200
    refused = client.get("/api/v1/")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    error = json.loads(refused.data)["error"]
    assert (error["status"], error["hint"]) == (429, "wait a minute")
    assert "3 per minute" in error["message"]
    assert "Too many requests" in client.get("/about").text
    # Styles and scripts belong to a page that was answered.
    assert client.get("/static/style.css").status_code == 200


def test_the_rate_can_be_switched_off_and_must_make_sense(site: Flask) -> None:
    client = limited(site, rate="off")
    assert {client.get("/api/v1/").status_code for _ in range(20)} == {200}
    with pytest.raises(ConfigError, match="no rate"):
        limited(site, rate="many")


def test_visitors_behind_a_web_server_are_told_apart_only_if_it_is_said(site: Flask) -> None:
    def asked(client: FlaskClient, visitor: str) -> int:
        return client.get("/api/v1/", headers={"X-Forwarded-For": visitor}).status_code

    behind = limited(site, rate="1 per minute", proxies=1)
    assert [asked(behind, a) for a in ("192.0.2.1", "192.0.2.2", "192.0.2.1")] == [200, 200, 429]
    # What the visitor wrote stands before what the web server added.
    assert asked(behind, "198.51.100.9, 192.0.2.1") == 429
    alone = limited(site, rate="1 per minute")
    assert [asked(alone, a) for a in ("192.0.2.1", "192.0.2.2")] == [200, 429]


@pytest.mark.parametrize(("name", "value"), [
    ("SOUSVEIL_PROXIES", "many"), ("SOUSVEIL_PROXIES", "-1"), ("SOUSVEIL_CYPHER", "perhaps"),
])
def test_settings_that_mean_nothing(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=name):
        Settings.read()


def test_settings_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SOUSVEIL_HOME", str(tmp_path))
    assert Settings.read().rate == "600 per minute; 10000 per hour"
    for name, value in (
        ("SITE", "https://example.org/data/"), ("RATE", "off"), ("PROXIES", "2"), ("CYPHER", "1"),
    ):
        monkeypatch.setenv(f"SOUSVEIL_{name}", value)
    found = Settings.read()
    assert (found.site, found.rate, found.proxies, found.cypher) == (
        "https://example.org/data", "off", 2, True)


def test_long_addresses_and_bodies_are_refused(client: FlaskClient) -> None:
    told = client.get("/api/v1/search?q=" + "a" * LINE)
    assert told.status_code == 414
    assert json.loads(told.data)["error"]["status"] == 414


def test_a_request_ends_in_time(shipped_store: Store) -> None:
    store = timed(shipped_store, 0.2)
    began = time.monotonic()
    with pytest.raises(QueryError, match="stopped after"):
        store.run(SLOW)
    with pytest.raises(QueryError, match="stopped"):
        store.run("RETURN 1 AS one")
    assert time.monotonic() - began < 5
    assert timed(shipped_store).run("RETURN 1 AS one").rows == ((1,),)


# Statements of one's own ---------------------------------------------------------------------


def test_no_statements_unless_somebody_switches_them_on(client: FlaskClient) -> None:
    assert client.get("/cypher?statement=RETURN+1").status_code == 404


def test_statements_that_only_read(site: Flask) -> None:
    client = limited(site, cypher=True)
    assert "no vetted paths" in client.get("/cypher").text
    counted = client.get("/cypher.json", query_string={
        "statement": "MATCH (c:Company) RETURN count(*) AS companies"})
    assert json.loads(counted.data)["rows"] == [[22]]
    shown = client.get("/cypher", query_string={
        "statement": "MATCH (c:Company) WHERE c.id = 'canon' RETURN c, '<script>' AS s"})
    assert shown.status_code == 200
    assert "&lt;script&gt;" in shown.text
    many = client.get("/cypher.json", query_string={
        "statement": "UNWIND range(1, 1000) AS n RETURN n"})
    assert (len(many.json["rows"]), many.json["truncated"]) == (200, True)  # type: ignore[index]
    for statement in ("MATCH (n) DETACH DELETE n", "COPY (RETURN 1) TO 'x.csv'", "RETURN"):
        refused = client.get("/cypher", query_string={"statement": statement})
        assert refused.status_code == 400
        assert 'role="alert"' in refused.text
        error = client.get("/cypher.json", query_string={"statement": statement})
        assert set(json.loads(error.data)["error"]) == {"status", "message", "hint"}
    assert client.get("/cypher.json").status_code == 400
    assert client.post("/cypher", data={"statement": "RETURN 1"}).status_code == 405
