"""Reconciliation as OpenRefine asks for it: what the specification says, and no rash match."""

from __future__ import annotations

import json
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sousveil.graph import ClaimStore, assemble
from sousveil.graph.records import identified
from tests.web.conftest import app_of, hostile_claims
from tests.worlds import World, edge, name, node

LEI, OTHER_LEI = "5493001KJTIIGC8Y1R12", "213800WSGIIZCXF1P572"
_NAMED = {"type": "object", "required": ["id", "name"], "properties": {
    "id": {"type": "string", "minLength": 1}, "name": {"type": "string", "minLength": 1},
    "description": {"type": "string"}, "broader": {"type": "array", "items": {"$ref": "#"}}}}
_SERVICE = {"type": "object", "required": ["service_url", "service_path"], "properties": {
    "service_url": {"type": "string", "pattern": "^https?://[^/]+.*[^/]$"},
    "service_path": {"type": "string", "pattern": "^/"}}}
_URL = {"type": "string", "pattern": r"^https?://.*\{\{id\}\}"}
MANIFEST = {
    "type": "object", "required": ["versions", "name", "identifierSpace", "schemaSpace"],
    "properties": {
        "versions": {"type": "array", "contains": {"const": "0.2"}}, "name": {"type": "string"},
        "identifierSpace": {"type": "string"}, "schemaSpace": {"type": "string"},
        "documentation": {"type": "string"}, "serviceVersion": {"type": "string"},
        "view": {"type": "object", "required": ["url"], "properties": {"url": _URL}},
        "defaultTypes": {"type": "array", "items": _NAMED, "uniqueItems": True},
        "suggest": {"type": "object", "properties": {
            "entity": _SERVICE, "property": _SERVICE, "type": _SERVICE}},
        "preview": {"type": "object", "required": ["url", "width", "height"], "properties": {
            "url": _URL, "width": {"type": "integer"}, "height": {"type": "integer"}}},
        "extend": {"type": "object", "properties": {
            "propose_properties": _SERVICE, "property_settings": {"type": "array"}}},
        "batchSize": {"type": "integer"},
    },
    "additionalProperties": False,
}
RESULTS = {"type": "object", "additionalProperties": {
    "type": "object", "required": ["result"], "properties": {"result": {"type": "array", "items": {
        "type": "object", "required": ["id", "name", "score", "match"], "properties": {
            "id": {"type": "string", "minLength": 1}, "name": {"type": "string", "minLength": 1},
            "description": {"type": "string"}, "score": {"type": "number"},
            "match": {"type": "boolean"}, "type": {"type": "array", "items": _NAMED},
            "features": {"type": "array", "items": {
                "type": "object", "required": ["id", "value"], "properties": {
                    "id": {"type": "string"}, "value": {"type": ["boolean", "number"]}}}},
        }, "additionalProperties": False}}}}}
_VALUE = {"oneOf": [
    {"type": "object", "required": ["id", "name"], "additionalProperties": False, "properties": {
        n: {"type": "string"} for n in ("id", "name", "description")}},
    *({"type": "object", "required": [n], "additionalProperties": False, "properties": {
        n: {"type": t}}} for n, t in (("str", "string"), ("float", "number"), ("int", "integer"))),
]}
EXTENDED = {"type": "object", "required": ["meta", "rows"], "properties": {
    "meta": {"type": "array", "items": _NAMED},
    "rows": {"type": "object", "additionalProperties": {
        "type": "object", "additionalProperties": {"type": "array", "items": _VALUE}}}}}
SUGGESTED = {"type": "object", "required": ["result"], "properties": {"result": {
    "type": "array", "items": {**_NAMED, "properties": {
        **_NAMED["properties"], "notable": {"type": "array", "items": _NAMED},  # type: ignore[dict-item]
        "broader": {"type": "array", "items": _NAMED}}}}}}
"""The JSON schemas of the specification 0.2, as far as its answers are used here."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Namesakes, numbers, a bureau with a branch, and names that a careless page would run."""
    claims = [*World().claims(), *map(identified, hostile_claims())]
    claims += [
        node("Company", "lund", name="Kamera AB", lei=LEI, identifiers=["SE-BLV:556001"]),
        edge("LOCATED_IN", "lund", "SE"),
        node("Company", "oslo", name="Kamera AS"), edge("LOCATED_IN", "oslo", "NO"),
        node("Company", "only", name="Optik Oy"), edge("LOCATED_IN", "only", "FI"),
        name("only", "Optikka", "former"),
        node("PublicBody", "psb", name="City Bureau", name_zh="海城市公安局",
             kind="public-security-bureau"),
        edge("LOCATED_IN", "psb", "CN-LN"),
        node("PublicBody", "branch", name="Branch", name_zh="海城市公安局东分局",
             kind="public-security-branch-bureau"), edge("PART_OF", "branch", "psb"),
        edge("LOCATED_IN", "branch", "CN-LN"), edge("OWNS", "lund", "only", share_exact="60"),
        node("Product", "cam", name="Cam 5", category=["camera"]), edge("MAKES", "lund", "cam"),
    ]
    return app_of(assemble(claims), tmp_path_factory.mktemp("reconcile"))


@pytest.fixture
def asked(world: Flask) -> Any:
    client = world.test_client()

    def ask(query: str = "", **more: Any) -> list[dict[str, Any]]:
        one = {**({"query": query} if query else {}), **more}
        answer = client.post("/reconcile", data={"queries": json.dumps({"q": one})})
        assert answer.status_code == 200, answer.data
        jsonschema.validate(answer.json, RESULTS)
        found: list[dict[str, Any]] = answer.get_json()["q"]["result"]
        assert [f["score"] for f in found] == sorted((f["score"] for f in found), reverse=True)
        return found

    return ask


def of(pid: str, value: Any) -> list[dict[str, Any]]:
    return [{"pid": pid, "v": value}]


def features(candidate: dict[str, Any]) -> dict[str, Any]:
    return {f["id"]: f["value"] for f in candidate["features"]}


# The manifest


def test_the_manifest_names_what_there_is(client: FlaskClient) -> None:
    manifest = client.get("/reconcile").get_json()
    jsonschema.validate(manifest, MANIFEST)
    assert client.get("/reconcile/").get_json() == manifest
    assert {t["id"] for t in manifest["defaultTypes"]} == {
        "Company", "PublicBody", "Programme", "Product", "Place"}
    root = "http://localhost"
    services = [*manifest["suggest"].values(), manifest["extend"]["propose_properties"]]
    for one in services:
        url = one["service_url"] + one["service_path"]
        answer = client.get(url.removeprefix(root) + "?prefix=a&type=Company")
        assert answer.status_code == 200
    view = manifest["view"]["url"].removeprefix(root).replace("{{id}}", "axis-communications")
    assert client.get(view, follow_redirects=True).status_code == 200


def test_get_and_post_say_the_same(client: FlaskClient) -> None:
    batch = json.dumps({"a": {"query": "Axis Communications"}, "b": {"query": "上海市公安局"}})
    posted = client.post("/reconcile", data={"queries": batch})
    assert posted.get_json() == client.get(
        "/reconcile", query_string={"queries": batch}).get_json()
    assert client.open("/reconcile", method="OPTIONS").headers["Access-Control-Allow-Methods"]
    best = {k: v["result"][0]["id"] for k, v in posted.get_json().items()}
    assert best == {"a": "axis-communications", "b": "shanghai-psb"}


@pytest.mark.parametrize(("own", "origin", "allowed"), [
    ("https://sousveil.example.org", "https://refine.example.org", "*"),
    ("https://sousveil.example.org", "", "*"),
    ("http://127.0.0.1:8000", "http://127.0.0.1:3333", "http://127.0.0.1:3333"),
    ("http://localhost:8000", "http://[::1]:3333", "http://[::1]:3333"),
    ("http://127.0.0.1:8000", "https://elsewhere.example.org", None),
    ("http://[::1]:8000", "http://localhost.example.org", None),
    ("http://127.0.0.1:8000", "null", None),
])
def test_pages_elsewhere_do_not_read_a_site_of_ones_own(
    client: FlaskClient, own: str, origin: str, allowed: str | None
) -> None:
    for path in ("/reconcile", "/reconcile?queries=x"):
        answer = client.get(path, base_url=own, headers={"Origin": origin} if origin else {})
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed


# Candidates and matches


def test_a_name_alone_is_no_match(asked: Any) -> None:
    found = asked("Optik Oy")
    assert (found[0]["id"], found[0]["score"], found[0]["match"]) == ("only", 100, False)
    assert features(found[0])["name_exact"] is True


@pytest.mark.parametrize("country", ["FI", "Finland", {"id": "FI", "name": "x"}, ["FI", "SE"]])
@pytest.mark.parametrize("text", ["Optik Oy", "OPTIK  OY", "Optikka"])
def test_the_name_and_the_country_are_one(asked: Any, text: str, country: Any) -> None:
    found = asked(text, properties=of("country", country))
    assert (found[0]["id"], found[0]["match"]) == ("only", True)
    assert features(found[0])["country"] is True


@pytest.mark.parametrize(("text", "properties"), [
    ("Optik Oy", of("country", "SE")), ("Optik Oy", of("country", "Nowhere")),
    ("Optik", of("country", "FI")), ("Optik AB", of("country", "FI")),
    ("Optik Oyy", of("country", "FI")), ("Kamera AB", of("country", "SE")),
    ("Optik Oy", [*of("country", "FI"), *of("place", "SE")]),
    ("Optik Oy", [*of("country", "FI"), *of("name", "Something else")]),
])
def test_what_leaves_a_doubt_is_no_match(asked: Any, text: str, properties: Any) -> None:
    """Another country, only the stem of a name, a slip, or a namesake with another form."""
    found = asked(text, properties=properties)
    assert found
    assert not any(f["match"] for f in found)


@pytest.mark.parametrize("number", [
    of("lei", LEI), of("lei", LEI.lower()), of("identifiers", f"XI-LEI:{LEI}"),
    of("identifiers", "SE-BLV:556001"),
])
def test_a_number_of_a_register_is_a_match(asked: Any, number: Any) -> None:
    for text in ("", "Camera Works Ltd", "Kamera AB"):
        found = asked(text, properties=number)
        assert (found[0]["id"], found[0]["score"], found[0]["match"]) == ("lund", 100, True)
        assert features(found[0])["identifier"] is True


def test_a_number_that_differs_is_none(asked: Any) -> None:
    found = asked("Kamera AB", properties=[*of("lei", OTHER_LEI), *of("country", "SE")])
    (first,) = [f for f in found if f["id"] == "lund"]
    assert (first["score"], first["match"], features(first)["identifier"]) == (50, False, False)
    both = [*of("lei", LEI), *of("country", "NO")]
    assert not any(f["match"] for f in asked("Kamera AB", properties=both))


def test_pinyin_and_characters(asked: Any) -> None:
    china = of("country", "China")
    for text in ("hai cheng shi gong an ju", "Haicheng Shi Gonganju"):
        found = asked(text, properties=china)
        assert found[0]["id"] == "psb"
        assert features(found[0])["pinyin"] is True
        assert not any(f["match"] for f in found), "generated pinyin is no name anybody uses"
    for text in ("海城市公安局", "海城市公安局東分局"):
        found = asked(text, properties=china)
        assert found[0]["match"] is True
    assert [f["id"] for f in asked("海城市公安局")] == ["psb", "branch"]


def test_types_places_and_superiors(asked: Any) -> None:
    assert {f["id"] for f in asked("Kamera", type="Company")} == {"lund", "oslo"}
    assert asked("Kamera", type="PublicBody") == asked("Kamera", type=["Place", "x/y"]) == []
    branch = asked("海城市公安局", type="PublicBody/public-security-branch-bureau")
    assert [f["id"] for f in branch] == ["branch"]
    kinds = {t["id"] for t in branch[0]["type"]}
    assert {"PublicBody", "PublicBody/public-security-bureau"} <= kinds, "wider kinds too"
    soft = asked("Kamera", type=["PublicBody"], type_strict="should")
    assert {f["id"] for f in soft} >= {"lund", "oslo"}
    assert not features(soft[0])["type"]
    within = asked("海城市公安局", properties=of("part_of", "City Bureau"))
    assert {f["id"]: features(f).get("part_of") for f in within} == {"branch": True, "psb": None}
    assert asked("Cam 5")[0]["type"][0] == {"id": "Product", "name": "product"}
    assert [f["id"] for f in asked("Kamera", limit=1)] == ["lund"]


def test_the_id_itself_is_a_match(asked: Any) -> None:
    found = asked("branch")
    assert found[0]["id"] == "branch"
    assert found[0]["match"] is True


def test_the_shipped_names_find_their_nodes(
    client: FlaskClient, shipped_claims: ClaimStore
) -> None:
    graph = assemble(shipped_claims.read_all())
    nodes = [n for c in ("Company", "PublicBody") for n in graph.nodes(c)]
    wanted = [(n.id, text) for n in nodes for text in (n.values["name"], n.values.get("name_zh"))
              if text]
    for at in range(0, len(wanted), 50):
        batch = {str(i): {"query": text, "properties": of("country", "CN")}
                 for i, (_, text) in enumerate(wanted[at:at + 50])}
        answer = client.post("/reconcile", data={"queries": json.dumps(batch)}).get_json()
        jsonschema.validate(answer, RESULTS)
        for i, (id_, text) in enumerate(wanted[at:at + 50]):
            found = answer[str(i)]["result"]
            assert id_ in [f["id"] for f in found[:3]], text
            assert all(f["id"] == id_ for f in found if f["match"]), text


# Suggestions, extension, preview


def test_suggestions(world: Flask, client: FlaskClient) -> None:
    there = world.test_client()

    def suggested(what: str, asked: str) -> list[str]:
        answer = there.get(f"/reconcile/suggest/{what}?{asked}").get_json()
        jsonschema.validate(answer, SUGGESTED)
        return [one["id"] for one in answer["result"]]

    assert set(suggested("entity", "prefix=kame")) >= {"lund", "oslo"}
    assert suggested("entity", "prefix=kame&cursor=1") == suggested("entity", "prefix=kame")[1:]
    assert suggested("entity", "prefix=海城")[0] == "psb"
    assert suggested("entity", "prefix=") == []
    assert suggested("type", "prefix=comp")[0] == "Company"
    assert "PublicBody/public-security-bureau" in suggested("type", "prefix=public+security")
    assert suggested("property", "prefix=coun")[0] == "country"
    proposed = client.get("/reconcile/properties?type=PublicBody/ministry&limit=5").get_json()
    assert (proposed["type"], proposed["limit"], len(proposed["properties"])) == (
        "PublicBody/ministry", 5, 5)


def test_properties_are_fetched(world: Flask) -> None:
    client = world.test_client()
    known = [p["id"] for p in client.get("/reconcile/properties").get_json()["properties"]]
    assert {"country", "lei", "owns-out", "owns-in", "part_of"} <= set(known)
    for method in ("get", "post"):
        asked = {"extend": json.dumps({
            "ids": ["lund", "only", "branch", "no-such"],
            "properties": [{"id": p} for p in known],
        })}
        answer = (client.get("/reconcile", query_string=asked) if method == "get"
                  else client.post("/reconcile", data=asked)).get_json()
        jsonschema.validate(answer, EXTENDED)
        rows = answer["rows"]
        assert [m["id"] for m in answer["meta"]] == known
        assert rows["lund"]["lei"] == [{"str": LEI}]
        assert rows["lund"]["country"] == [{"id": "SE", "name": "Sweden"}]
        assert rows["lund"]["owns-out"] == [
            {"id": "only", "name": "Optik Oy", "description": "documented in a record"}]
        assert [v["id"] for v in rows["only"]["owns-in"]] == ["lund"]
        assert [v["id"] for v in rows["branch"]["part_of"]] == ["psb"]
        assert all(values == [] for values in rows["no-such"].values())


def test_only_the_preview_may_be_framed(world: Flask) -> None:
    client = world.test_client()
    answer = client.get("/reconcile/preview/branch")
    assert answer.status_code == 200
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "海城市公安局东分局" in answer.text
    assert "City Bureau" in answer.text
    for path in ("/reconcile", "/reconcile/preview/nothing", "/about"):
        policy = client.get(path).headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
    for at in range(13):
        text = client.get(f"/reconcile/preview/c{at}").text
        assert "<script>alert" not in text
        assert "<img src=x" not in text


# Bad input


@pytest.mark.parametrize(("form", "status"), [
    ({"queries": "{"}, 400), ({"queries": "[]"}, 400), ({"queries": '{"a": 1}'}, 400),
    ({"queries": '{"a": {}}'}, 400), ({"queries": '{"a": {"query": " "}}'}, 400),
    ({"queries": '{"a": {"query": "x", "limit": 0}}'}, 400),
    ({"queries": '{"a": {"query": "x", "limit": 1.5}}'}, 400),
    ({"queries": '{"a": {"query": "x", "limit": 1e999}}'}, 400),
    ({"queries": '{"a": {"query": "x", "type_strict": "never"}}'}, 400),
    ({"queries": '{"a": {"query": "\\ud800"}}'}, 400),
    ({"queries": '{"a": {"properties": [{"pid": "p", "v": ' + "[" * 9000 + "]" * 9000}, 400),
    ({"queries": json.dumps({str(n): {"query": "x"} for n in range(51)})}, 413),
    ({"queries": "x" * 70_000}, 413), ({}, 400), ({"extend": "{}"}, 400),
    ({"extend": '{"ids": ["a"], "properties": [{"id": "no-such"}]}'}, 400),
    ({"extend": json.dumps({"ids": list(map(str, range(501))), "properties": []})}, 413),
])
def test_bad_questions_are_told(world: Flask, form: dict[str, str], status: int) -> None:
    answer = world.test_client().post("/reconcile", data=form)
    assert answer.status_code == status
    error = answer.get_json()["error"]
    assert error["status"] == status
    assert error["message"]
    assert error["hint"]


@pytest.mark.parametrize("path", [
    "/suggest/entity?prefix=a&cursor=-1", "/suggest/type?cursor=x", "/properties?limit=x",
])
def test_bad_addresses_are_told(world: Flask, path: str) -> None:
    assert world.test_client().get(f"/reconcile{path}").status_code == 400


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner,
                                                                max_size=3), max_leaves=6)
_FIELDS = {
    "query": st.text(max_size=30) | _JSON,
    "type": st.sampled_from(["Company", ["Place/city"]]) | _JSON,
    "limit": st.integers() | _JSON,
    "type_strict": st.sampled_from(["any", "all", "should"]) | _JSON,
    "properties": st.lists(st.fixed_dictionaries({
        "pid": st.sampled_from(["country", "lei", "identifiers", "part_of", "names", "claims", ""]),
        "v": _JSON}), max_size=2) | _JSON,
}


@settings(max_examples=60, deadline=None, derandomize=True, database=None,
          suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.text(max_size=5), st.fixed_dictionaries({}, optional=_FIELDS), max_size=2)
       | _JSON)
def test_whatever_is_asked_is_answered_or_told(world: Flask, batch: Any) -> None:
    client = world.test_client()
    text = json.dumps(batch)
    for form in ({"queries": text}, {"extend": text}):
        answer = client.post("/reconcile", data=form)
        assert answer.status_code in (200, 400, 413)
        if answer.status_code == 200 and "queries" in form:
            jsonschema.validate(answer.get_json(), RESULTS)
