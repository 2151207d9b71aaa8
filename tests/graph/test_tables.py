"""Tables that describe themselves: CSV with a data package, Parquet; and Cytoscape's JSON."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import polars as pl
import pytest

from sousveil.graph import Assembly, ClaimStore, assemble
from sousveil.graph.interop import to_elements
from sousveil.graph.writers import graph_csv, graph_cytoscape, graph_parquet
from tests.worlds import World, claim, edge, node

PACKAGE: dict[str, Any] = {
    "type": "object", "required": ["resources"], "properties": {
        "$schema": {"const": "https://datapackage.org/profiles/2.0/datapackage.json"},
        "name": {"type": "string", "pattern": "^[-a-z0-9._/]+$"},
        "licenses": {"type": "array", "minItems": 1, "items": {
            "type": "object", "anyOf": [{"required": ["name"]}, {"required": ["path"]}],
            "properties": {"name": {"type": "string", "pattern": "^([-a-zA-Z0-9._])+$"},
                           "path": {"type": "string", "pattern": "^https?://"}}}},
        "sources": {"type": "array", "minItems": 1, "items": {
            "type": "object", "anyOf": [{"required": ["title"]}, {"required": ["path"]}],
            "properties": {"path": {"type": "string", "pattern": "^https?://"}}}},
        "resources": {"type": "array", "minItems": 1, "items": {
            "type": "object", "required": ["name", "path", "schema"], "properties": {
                "name": {"type": "string"},
                "path": {"type": "string", "pattern": r"^(?!/|\.\.)[^\\]+$"},
                "type": {"const": "table"}, "bytes": {"type": "integer"},
                "hash": {"type": "string", "pattern": "^sha256:[a-f0-9]{64}$"},
                "schema": {"type": "object", "required": ["fields"], "properties": {
                    "fields": {"type": "array", "minItems": 1, "items": {
                        "type": "object", "required": ["name"], "properties": {
                            "type": {"enum": ["string", "number", "integer", "boolean"]}}}},
                    "primaryKey": {"type": "array", "items": {"type": "string"}},
                    "foreignKeys": {"type": "array", "minItems": 1, "items": {
                        "type": "object", "required": ["fields", "reference"], "properties": {
                            "reference": {"type": "object",
                                          "required": ["resource", "fields"]}}}},
                }}}}},
    },
}
"""What https://datapackage.org/standard asks of a package, as far as it is used here."""


@pytest.fixture(scope="module")
def shipped(shipped_claims: ClaimStore) -> Assembly:
    return assemble(shipped_claims.read_all())


@pytest.fixture(scope="module")
def hostile() -> Assembly:
    """Texts that a format may trip over; two ids that were merged."""
    claims = World().claims()
    for at, text in enumerate(("\x00\x1f", "<&\"'>]]>", "𠮷😀\u202e", "a\r\nb; c", "=1", "\u2028")):
        claims.append(node("Company", f"c{at}", name=text, description=text))
        claims += [edge("OWNS", f"c{at}", "c0", key=k, share_exact=s)
                   for k, s in (("", "50"), ("p2", "33.4")) if at]
    claims.append(claim(about="c1", stance="disputes", summary="=1", author="c1", basis="press"))
    return assemble(claims, {"c5": "c4"})


@pytest.mark.parametrize("of", ["shipped", "hostile"])
def test_the_package_describes_its_tables(
    of: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    graph = request.getfixturevalue(of)
    graph_csv(graph, tmp_path)
    package = json.loads((tmp_path / "datapackage.json").read_bytes())
    jsonschema.validate(package, PACKAGE)
    assert package["dataset"] == graph.dataset
    assert len(package["sources"]) == graph.counts()["Source"]
    rows = {}
    for resource in package["resources"]:
        data = (tmp_path / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        assert resource["bytes"] == len(data)
        with (tmp_path / resource["path"]).open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows[resource["name"]] = list(reader)
            assert reader.fieldnames == [f["name"] for f in resource["schema"]["fields"]]
        for field in resource["schema"]["fields"]:
            assert field["title"]
            assert field["description"]
            cells = [row[field["name"]] for row in rows[resource["name"]]]
            assert all(_fits(field, cell) for cell in cells), field
        ids = [row["id"] for row in rows[resource["name"]]]
        assert len(set(ids)) == len(ids) > 0
    for resource in package["resources"]:
        for key in resource["schema"]["foreignKeys"]:
            known = {row["id"] for row in rows[key["reference"]["resource"] or resource["name"]]}
            assert {row[key["fields"][0]] for row in rows[resource["name"]]} <= known | {""}
    assert {row["id"] for row in rows["claims"]} >= {
        id_ for row in rows["edges"] for id_ in row["claims"].split("; ")}


def _fits(field: dict[str, Any], cell: str) -> bool:
    limits = field.get("constraints", {})
    if not cell:
        return not limits.get("required")
    form = {"integer": r"-?\d+", "number": r"-?\d+(\.\d+)?(e[+-]?\d+)?", "boolean": "true|false",
            "string": limits.get("pattern", r"[\s\S]*")}
    return re.fullmatch(form[field["type"]], cell) is not None


def test_a_column_means_one_thing(shipped: Assembly) -> None:
    """One table holds all classes: no two of them have one name for values of two types."""
    for elements in (shipped.schema.classes, shipped.schema.relations):
        types: dict[str, set[str]] = {}
        for element in elements:
            for name, type_ in shipped.schema.store_columns(element):
                types.setdefault(name, set()).add(type_)
        assert {name for name, found in types.items() if len(found) > 1} == set()


@pytest.mark.parametrize("of", ["shipped", "hostile"])
def test_parquet_keeps_every_value_in_its_type(
    of: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    graph = request.getfixturevalue(of)
    for number in ("one", "two"):
        (tmp_path / number).mkdir()
        graph_parquet(graph, tmp_path / number)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
    found = {name: pl.read_parquet(tmp_path / "one" / f"{name}.parquet")
             for name in ("nodes", "edges", "claims")}
    elements = to_elements(graph)

    def said(values: dict[str, Any]) -> dict[str, Any]:
        return {k: v for k, v in values.items() if v not in (None, "", [])}

    assert {r["id"]: said(r) for r in found["nodes"].to_dicts()} == {
        n.id: said({**n.values, "class": n.cls}) for n in elements.nodes}
    assert {r["id"]: said(r) for r in found["edges"].to_dicts()} == {
        e.values["id"]: said({**e.values, "relation": e.kind, "from": e.start, "to": e.end})
        for e in elements.edges}
    assert sorted(found["claims"]["id"]) == [c.id for c in graph.claims()]
    assert found["nodes"].schema["claims"] == pl.List(pl.String())
    assert found["edges"].schema["share_exact"] == pl.Float64()
    assert found["edges"].schema["contested"] == pl.Boolean()


def test_parquet_of_nothing_has_its_columns(tmp_path: Path) -> None:
    graph_parquet(assemble([]), tmp_path)
    assert pl.read_parquet(tmp_path / "edges.parquet").shape[0] == 0
    assert "share_exact" in pl.read_parquet(tmp_path / "edges.parquet").columns


@pytest.mark.parametrize("of", ["shipped", "hostile"])
def test_cytoscape(of: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    graph = request.getfixturevalue(of)
    graph_cytoscape(graph, tmp_path / "a.cyjs")
    graph_cytoscape(graph, tmp_path / "b.cyjs")
    assert (tmp_path / "a.cyjs").read_bytes() == (tmp_path / "b.cyjs").read_bytes()
    found = json.loads((tmp_path / "a.cyjs").read_bytes())
    assert found["data"] == {"name": "graph", "dataset": graph.dataset}
    nodes = [e["data"] for e in found["elements"]["nodes"]]
    edges = [e["data"] for e in found["elements"]["edges"]]
    elements = to_elements(graph)
    assert [(n["id"], n["class"]) for n in nodes] == [(n.id, n.cls) for n in elements.nodes]
    assert [(e["source"], e["target"], e["interaction"], e["id"]) for e in edges] == [
        (e.start, e.end, e.kind, e.values["id"]) for e in elements.edges]
    # Ids are one space in Cytoscape, and a column has one type.
    assert len({d["id"] for d in nodes + edges}) == len(nodes) + len(edges)
    for rows in (nodes, edges):
        types: dict[str, set[type]] = {}
        for data in rows:
            assert data.get("label", "-")
            for key, value in data.items():
                types.setdefault(key, set()).add(type(value))
                assert isinstance(value, str | int | float | bool) or (
                    value and all(isinstance(one, str) for one in value))
        assert {key for key, kinds in types.items() if len(kinds) > 1} == set()
    assert edges[0]["standing"] == elements.edges[0].values["standing"]
