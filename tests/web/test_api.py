"""/api/v1: what its own description says, asked with whatever the description allows."""

from __future__ import annotations

import json

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from sousveil.queries import catalogue


def test_every_answer_is_as_described(site: Flask) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", site)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 50
    for operation in operations:

        @settings(max_examples=5, deadline=None, derandomize=True, database=None,
                  suppress_health_check=list(HealthCheck))
        @given(operation.as_strategy())
        def ask(case: schemathesis.Case) -> None:
            # A name that means nothing in this data set is a bad request, however well formed.
            case.call_and_validate(excluded_checks=[positive_data_acceptance])

        ask()


def test_every_query_is_described(client: FlaskClient) -> None:
    document = json.loads(client.get("/api/v1/openapi.json").data)
    assert {f"/queries/{name}" for name in catalogue()} <= set(document["paths"])
    listed = json.loads(client.get("/api/v1/queries").data)["queries"]
    assert [q["name"] for q in listed] == list(catalogue())


def test_rows_come_in_pages_that_join(client: FlaskClient) -> None:
    whole = json.loads(client.get("/api/v1/queries/open-questions?limit=1000").data)
    rows, cursor = [], "0"
    while cursor is not None:
        page = json.loads(client.get(
            f"/api/v1/queries/open-questions?limit=7&cursor={cursor}").data)
        rows += page["rows"]
        cursor = page["next"]
    assert rows == whole["rows"]
    assert len(rows) == whole["total"] > 7


def test_paths_are_those_of_the_page(client: FlaskClient) -> None:
    asked = "from=EU&to=public-security-bureau"
    assert client.get(f"/api/v1/paths?{asked}").data == client.get(f"/paths.json?{asked}").data


@pytest.mark.parametrize("url", [
    "/api/v1/nothing", "/api/v1/entities/none", "/api/v1/claims/none", "/api/v1/queries/none",
    "/api/v1/search", "/api/v1/paths?from=EU", "/api/v1/queries/top-resellers?limit=-1",
    "/api/v1/queries/top-resellers?cursor=x", "/api/v1/queries/top-resellers?nothing=1",
])
def test_one_shape_of_error(client: FlaskClient, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code in (400, 404)
    error = json.loads(answer.data)["error"]
    assert error["status"] == answer.status_code
    assert error["message"]
