"""The claims and the graph in files for other programs: nothing lost, nothing that bites."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import networkx as nx
import pytest

from sousveil.graph import Assembly, Claim, ClaimStore, assemble
from sousveil.graph.records import claim_id, identified
from sousveil.graph.writers import (
    claims_csv,
    claims_jsonl,
    graph_csv,
    graph_graphml,
    safe_cell,
)

FORMULAS = ("=", "+", "-", "@", "\t", "\n", "\r", "＝", "＋", "－", "＠")


@pytest.fixture(scope="module")
def shipped(shipped_claims: ClaimStore) -> Assembly:
    return assemble(shipped_claims.read_all())


def hostile(text: str) -> list[Claim]:
    """A small graph in which every text that can be chosen is this one."""
    cited: dict[str, Any] = {
        "author": "paper", "basis": "press", "source": "page", "locator": text, "note": text}
    return [identified(Claim(**{**cited, **more})) for more in (
        {"about": "page", "kind": "Source", "values": {"title": text, "basis": "press"}},
        {"about": "paper", "kind": "Publisher", "values": {"name": text, "kind": "news-media"}},
        {"about": "maker", "kind": "Company", "values": {"name": text, "description": text}},
        {"about": "owner", "kind": "Company", "values": {"name": "Owner"}},
        {"about": "owner--owns--maker", "kind": "OWNS", "start": "owner", "end": "maker"},
        {"about": "maker", "stance": "disputes", "topic": "risk", "summary": text},
    )]


# Claims


def test_claims_come_back_from_json_lines(shipped_claims: ClaimStore) -> None:
    claims = list(shipped_claims.read_all())
    file = io.StringIO()
    assert claims_jsonl(claims, file) == len(claims)
    lines = file.getvalue().splitlines()
    found = [msgspec.json.decode(line, type=Claim) for line in lines]
    assert found == claims
    # The id is a hash of all that a claim says: nothing got lost on the way.
    assert [claim_id(c) for c in found] == [c.id for c in claims]
    assert assemble(found).dataset == assemble(claims).dataset


def test_claims_in_json_lines_are_the_same_bytes_every_time(shipped_claims: ClaimStore) -> None:
    def export() -> str:
        file = io.StringIO()
        claims_jsonl(shipped_claims.read_all(), file)
        return file.getvalue()

    assert export() == export()


def test_claims_come_back_from_csv(shipped_claims: ClaimStore) -> None:
    claims = list(shipped_claims.read_all())
    file = io.StringIO(newline="")
    assert claims_csv(claims, file) == len(claims)
    rows = list(csv.DictReader(io.StringIO(file.getvalue(), newline="")))
    for claim, row in zip(claims, rows, strict=True):
        fields: dict[str, Any] = {
            name: text[1:] if text.startswith("'") and text[1:].startswith(FORMULAS) else text
            for name, text in row.items() if name not in ("terms", "values")}
        terms = tuple(t for t in row["terms"].split("; ") if t)
        again = Claim(**fields, terms=terms, values=json.loads(row["values"]))
        assert claim_id(again) == claim.id


@pytest.mark.parametrize("text", [f"{start}1+1" for start in FORMULAS])
def test_no_cell_of_a_csv_is_a_formula(text: str, tmp_path: Path) -> None:
    claims = hostile(text)
    file = io.StringIO(newline="")
    claims_csv(claims, file)
    graph_csv(assemble(claims), tmp_path)
    texts = [file.getvalue()]
    texts += [(tmp_path / name).read_bytes().decode() for name in ("nodes.csv", "edges.csv")]
    cells = [c for t in texts for row in csv.reader(io.StringIO(t, newline="")) for c in row]
    assert "'" + text.replace("\r", "\n") in cells
    assert not [c for c in cells if c.startswith(FORMULAS)]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"), ("+one", "'+one"), ("@home", "'@home"), ("-x", "'-x"), ("-", "'-"),
        ("\t=1", "'\t=1"), ("\r=1", "'\n=1"), ("a\r\nb\rc", "a\nb\nc"), ("\n=1", "'\n=1"),
        ("＝1+1", "'＝1+1"),
        ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"), ("+86 10", "'+86 10"),
        ("-5", "-5"), ("-12.5", "-12.5"), (-5, "-5"), (-0.5, "-0.5"), (0, "0"),
        (True, "true"), (False, "false"), (None, ""), ("", ""), ([], ""), (["=a", "b"], "'=a; b"),
        (("a", "=b"), "a; =b"), ("a=b", "a=b"), ("上海", "上海"),
    ],
)
def test_cells(value: Any, cell: str) -> None:
    assert safe_cell(value) == cell


# The graph as CSV


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_graph_as_csv_has_every_node_and_edge(shipped: Assembly, tmp_path: Path) -> None:
    graph_csv(shipped, tmp_path)
    nodes, edges = rows(tmp_path / "nodes.csv"), rows(tmp_path / "edges.csv")
    schema, counts = shipped.schema, shipped.counts()
    assert Counter(n["class"] for n in nodes) == {
        name: counts[name] for name in schema.classes if counts.get(name) and name != "Claim"}
    assert Counter(e["relation"] for e in edges) == {
        name: counts[name] for name in schema.relations
        if counts.get(name) and schema.relations[name].asserted}
    ids = {n["id"] for n in nodes}
    assert len(ids) == len(nodes)
    assert len({e["id"] for e in edges}) == len(edges)
    assert all(e["from"] in ids and e["to"] in ids for e in edges)
    assert all(None not in row and None not in row.values() for row in (*nodes, *edges))


def test_the_graph_as_csv_keeps_values(shipped: Assembly, tmp_path: Path) -> None:
    graph_csv(shipped, tmp_path)
    nodes = {n["id"]: n for n in rows(tmp_path / "nodes.csv")}
    assert nodes["shanghai-psb"]["name_zh"] == "上海市公安局"
    assert nodes["huangpu-2018"]["date"] == "2018-10-31"
    edges = {e["id"]: e for e in rows(tmp_path / "edges.csv")}
    edge = edges["axis-communications--owns--axis-shanghai"]
    assert (edge["relation"], edge["from"], edge["to"], float(edge["share_exact"])) == (
        "OWNS", "axis-communications", "axis-shanghai", 100)
    claims = set(edge["claims"].split("; "))
    assert claims
    assert claims <= {c.id for c in shipped.nodes("Claim")}


def test_no_derived_edge_is_exported_as_if_it_were_asserted(
    shipped: Assembly, tmp_path: Path
) -> None:
    graph_csv(shipped, tmp_path)
    assert not {e["relation"] for e in rows(tmp_path / "edges.csv")} & {
        "OWNERSHIP_CHAIN", "PART_OF_CHAIN", "WITHIN_CHAIN", "SUPPLY_CHAIN", "SEATED_IN"}


# GraphML


def test_graphml_is_readable_with_scalars_and_edge_ids(shipped: Assembly, tmp_path: Path) -> None:
    path = tmp_path / "graph.graphml"
    graph_graphml(shipped, path)
    graph = nx.read_graphml(path, force_multigraph=True)
    assert graph.is_directed()
    assert graph.is_multigraph()
    nodes = [n for c in shipped.schema.classes if c != "Claim" for n in shipped.nodes(c)]
    edges = [e for r in shipped.schema.relations.values() if r.asserted
             for e in shipped.edges(r.name)]
    assert sorted(graph.nodes) == sorted(n.id for n in nodes)
    assert sorted((a, b, k) for a, b, k in graph.edges(keys=True)) == sorted(
        (e.start, e.end, e.values["id"]) for e in edges)
    assert len({k for _, _, k in graph.edges(keys=True)}) == graph.number_of_edges()
    for _, data in graph.nodes(data=True):
        assert all(isinstance(v, str | int | float | bool) for v in data.values())
        assert data["class"] in shipped.schema.classes
    for _, _, data in graph.edges(data=True):
        assert all(isinstance(v, str | int | float | bool) for v in data.values())
        assert data["relation"] in shipped.schema.relations
    assert graph.nodes["shanghai-psb"]["name_zh"] == "上海市公安局"


def test_graphml_is_the_same_bytes_every_time(
    shipped: Assembly, shipped_claims: ClaimStore, tmp_path: Path
) -> None:
    graph_graphml(shipped, tmp_path / "one.graphml")
    graph_graphml(assemble(shipped_claims.read_all()), tmp_path / "two.graphml")
    assert (tmp_path / "one.graphml").read_bytes() == (tmp_path / "two.graphml").read_bytes()


@pytest.mark.parametrize("text", ["a <b> & \"c\" 'd'", "]]>", "上海 😀", "tab\there", "ESC\x1b["])
def test_graphml_holds_any_text(text: str, tmp_path: Path) -> None:
    graph_graphml(assemble(hostile(text)), tmp_path / "g.graphml")
    graph = nx.read_graphml(tmp_path / "g.graphml", force_multigraph=True)
    assert graph.nodes["maker"]["name"] == text.replace("\x1b", "\ufffd")


def test_two_edges_between_the_same_nodes_stay_two(tmp_path: Path) -> None:
    claims = hostile("x")
    claims += [identified(Claim(
        about="owner--owns--maker--again", kind="OWNS", start="owner", end="maker", key="again",
        author="paper", basis="press", source="page", locator="p. 2"))]
    graph_graphml(assemble(claims), tmp_path / "g.graphml")
    graph = nx.read_graphml(tmp_path / "g.graphml", force_multigraph=True)
    assert sorted(k for _, _, k in graph.edges(keys=True)) == [
        "owner--owns--maker", "owner--owns--maker--again"]
