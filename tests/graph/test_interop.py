"""networkx and the files that are written through it."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pytest

from sousveil.graph import Assembly, ClaimStore, Store, assemble
from sousveil.graph.interop import PathsAnswer, from_networkx, to_elements, to_networkx
from sousveil.graph.writers import graph_gexf, graph_graphml
from sousveil.queries import Paths, Question, find_paths
from tests.worlds import World, edge, node

GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"
GEXF = {
    "gexf": {"version"}, "meta": set(), "creator": set(), "graph": {"defaultedgetype", "mode"},
    "attributes": {"class", "mode"}, "attribute": {"id", "title", "type"}, "nodes": set(),
    "node": {"id", "label"}, "attvalues": set(), "attvalue": {"for", "value"}, "edges": set(),
    "edge": {"id", "source", "target", "label"},
}
"""The elements of GEXF 1.2 that are used, with those of their attributes that its schema knows."""


@pytest.fixture(scope="module")
def shipped(shipped_claims: ClaimStore) -> Assembly:
    return assemble(shipped_claims.read_all())


@pytest.fixture(scope="module")
def answer(shipped_store: Store) -> Paths:
    question = Question(from_="EU", to="public-security-bureau", include_inferred=True, limit=0)
    return find_paths(shipped_store, question)[0]


@pytest.fixture(scope="module")
def hostile() -> Assembly:
    claims = World().claims()
    for at, text in enumerate(("\x00\x1f\ufffe", "<&\"'>]]>", "𠮷😀\u202e", "a\r\nb", "=1")):
        claims.append(node("Company", f"c{at}", name=text, description=text))
        claims += [edge("OWNS", f"c{at}", "c0", key=k, share_exact=s)
                   for k, s in (("", "50"), ("until-2019/2020", "33.4")) if at]
    claims.append(node("Programme", "p", name="P", kind="campaign", start="2012~", end="2015/2016"))
    return assemble(claims)


def test_store_and_assembly_give_the_same(shipped: Assembly, shipped_store: Store) -> None:
    assert to_elements(shipped_store) == to_elements(shipped)
    assert nx.utils.graphs_equal(to_networkx(shipped_store), to_networkx(shipped))


def test_round_trip(shipped: Assembly, answer: PathsAnswer, hostile: Assembly) -> None:
    for thing in (shipped, answer, hostile):
        elements = to_elements(thing)
        assert from_networkx(to_networkx(thing)) == elements
        assert nx.utils.graphs_equal(to_networkx(elements), to_networkx(thing))


def test_attributes_are_as_documented(shipped: Assembly) -> None:
    graph = to_networkx(shipped)
    assert isinstance(graph, nx.MultiDiGraph)
    assert graph.graph == {"of": "graph", "dataset": shipped.dataset}
    for id_, data in graph.nodes(data=True):
        assert data["id"] == id_
        assert data["class"] in shipped.schema.classes
    for _, _, key, data in graph.edges(keys=True, data=True):
        assert data["id"] == key
        assert shipped.schema.relations[data["relation"]].asserted
        assert data["claims"]
        assert isinstance(data["contested"], bool)
    kinds = {t for _, d in graph.nodes(data=True) for v in d.values() for t in [type(v)]}
    assert kinds <= {str, int, float, bool, list}


def test_every_path_can_be_walked(answer: Paths) -> None:
    graph = to_networkx(answer)
    assert answer.paths
    for path in answer.paths:
        own = graph.edge_subgraph(
            [(u, v, k) for u, v, k, d in graph.edges(keys=True, data=True) if path.id in d["paths"]]
        )
        assert own.number_of_edges() == len(path.steps)
        assert nx.has_path(own, path.origin.id, path.end_user.id)
        assert graph.nodes[path.end_user.id]["class"] == "PublicBody"
        assert graph.nodes[path.transaction.id]["class"] == "Transaction"


def test_classes_that_an_answer_says_are_those_of_the_graph(
    answer: Paths, shipped: Assembly
) -> None:
    whole = to_networkx(shipped)
    for id_, data in to_networkx(answer).nodes(data=True):
        assert data["class"] in (whole.nodes[id_]["class"], "Organisation")


def test_anything_else_is_refused() -> None:
    with pytest.raises(TypeError, match="no graph, store or paths answer"):
        to_networkx(object())  # type: ignore[arg-type]


@pytest.mark.parametrize("of", ["shipped", "answer", "hostile"])
def test_graphml_keeps_the_rules_of_its_schema(
    of: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    thing = request.getfixturevalue(of)
    graph_graphml(thing, tmp_path / "a.graphml")
    graph_graphml(thing, tmp_path / "b.graphml")
    assert (tmp_path / "a.graphml").read_bytes() == (tmp_path / "b.graphml").read_bytes()
    root = ElementTree.parse(tmp_path / "a.graphml").getroot()
    assert root.tag == f"{GRAPHML}graphml"
    tags = [child.tag.removeprefix(GRAPHML) for child in root]
    assert tags == ["key"] * (len(tags) - 1) + ["graph"]
    keys = {k.get("id"): k for k in root.iter(f"{GRAPHML}key")}
    assert len(keys) == len(tags) - 1
    names = [(k.get("for"), k.get("attr.name")) for k in keys.values()]
    assert len(set(names)) == len(names), "one type for each attribute"
    for key in keys.values():
        assert key.get("for") in ("node", "edge", "graph")
        assert key.get("attr.type") in ("boolean", "int", "long", "float", "double", "string")
    (graph,) = root.iter(f"{GRAPHML}graph")
    assert graph.get("edgedefault") == "directed"
    nodes = [n.get("id") for n in graph.iter(f"{GRAPHML}node")]
    edges = [e.get("id") for e in graph.iter(f"{GRAPHML}edge")]
    assert len(set(nodes)) == len(nodes) > 0
    assert len(set(edges)) == len(edges) > 0
    assert None not in edges
    assert all(re.fullmatch(r"[\w.:-]+", str(id_)) for id_ in nodes + edges), "xs:NMTOKEN"
    labels = [k.get("id") for k in keys.values() if k.get("attr.name") == "label"]
    assert len(labels) == 2, "what Gephi shows of a node, and of an edge"
    for element in graph:
        kind = element.tag.removeprefix(GRAPHML)
        if kind == "data":
            assert keys[element.get("key")].get("for") == "graph"
            continue
        assert kind in ("node", "edge")
        if kind == "edge":
            assert {element.get("source"), element.get("target")} <= set(nodes)
        used = [data.get("key") for data in element]
        assert len(set(used)) == len(used)
        for data in element:
            assert data.tag == f"{GRAPHML}data"
            assert keys[data.get("key")].get("for") == kind
            assert not len(data)
    _same(thing, nx.read_graphml(tmp_path / "a.graphml", force_multigraph=True))


@pytest.mark.parametrize("of", ["shipped", "answer", "hostile"])
def test_gexf_opens(of: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    thing = request.getfixturevalue(of)
    graph_gexf(thing, tmp_path / "a.gexf")
    graph_gexf(thing, tmp_path / "b.gexf")
    assert (tmp_path / "a.gexf").read_bytes() == (tmp_path / "b.gexf").read_bytes()
    space = "{http://www.gexf.net/1.2draft}"
    root = ElementTree.parse(tmp_path / "a.gexf").getroot()
    for element in root.iter():
        asked = {name for name in element.keys() if not name.startswith("{")}  # noqa: SIM118
        assert asked <= GEXF[element.tag.removeprefix(space)], element.tag
    assert {a.get("type") for a in root.iter(f"{space}attribute")} <= {
        "long", "double", "boolean", "string"}
    for part, kind in (("nodes", "node"), ("edges", "edge")):
        (found,) = root.iter(f"{space}{part}")
        ids = [e.get("id") for e in found]
        assert len(set(ids)) == len(ids) > 0
        assert all(e.tag == f"{space}{kind}" and e.get("label") for e in found)
        assert not any(e.get("start") or e.get("end") or e.get("type") for e in found)
    for declared in root.iter(f"{space}attributes"):
        titles = [a.get("title") for a in declared]
        assert len(set(titles)) == len(titles), "one type for each attribute"
    _same(thing, nx.read_gexf(tmp_path / "a.gexf"))


def _same(thing: Assembly | PathsAnswer, read: nx.MultiDiGraph) -> None:
    """The file has the nodes and edges of the graph, with their classes and standings."""
    graph = to_networkx(thing)
    assert set(read) == set(graph)
    assert {(i, d["class"]) for i, d in read.nodes(data=True)} == {
        (i, d["class"]) for i, d in graph.nodes(data=True)
    }

    def edges(of: nx.MultiDiGraph) -> list[tuple[str, ...]]:
        return sorted((u, v, d["relation"], d["standing"]) for u, v, d in of.edges(data=True))

    assert edges(read) == edges(graph)
