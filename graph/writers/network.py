"""The graph for programs that draw networks: GraphML, GEXF and Cytoscape JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from sousveil.graph.interop import Source, to_elements, to_networkx

__all__ = ["graph_cytoscape", "graph_gexf", "graph_graphml"]

_GEXF_WORDS = frozenset({"start", "end", "label", "weight", "type", "pid", "parents", "spells"})
_NO_TOKEN = re.compile(r"[^\w.:-]")
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def graph_graphml(graph: Source, path: Path) -> None:
    """One GraphML file: scalars only, lists joined by `; `, edges with their own ids.

    `label` is what Gephi shows; yEd asks which property to show.
    """
    # Not `write_graphml`, whose bytes depend on whether lxml is installed.
    from networkx.readwrite.graphml import GraphMLWriter

    flat = _flat(to_networkx(graph))
    for data in _elements(flat):
        data["label"] = _label(data)
    writer = GraphMLWriter(edge_id_from_attribute="id")
    writer.add_graph_element(flat)
    for edge in writer.xml.iter("edge"):
        # An xs:NMTOKEN in the schema; the id itself stands in the data.
        edge.set("id", _NO_TOKEN.sub("_", edge.get("id")))
    with path.open("wb") as file:
        writer.dump(file)


def graph_gexf(graph: Source, path: Path) -> None:
    """One GEXF 1.2 file, with labels; otherwise like GraphML."""
    from networkx.readwrite.gexf import GEXFWriter

    flat = _flat(to_networkx(graph))
    for data in _elements(flat):
        # Words that GEXF has for time and weight, which are xs:date there and EDTF here.
        for name in _GEXF_WORDS & data.keys():
            data[f"{name}_"] = data.pop(name)
        data["label"] = _label(data)
    writer = GEXFWriter(version="1.2draft")
    writer.add_graph(flat)
    meta = writer.xml.find("meta")
    # The day of the export would make two equal exports differ.
    meta.attrib.clear()
    meta.find("creator").text = "Sousveil"
    # networkx gives the graph a name, which the schema does not know.
    writer.xml.find("graph").attrib.pop("name", None)
    with path.open("wb") as file:
        writer.write(file)


def graph_cytoscape(graph: Source, path: Path) -> None:
    """One file of Cytoscape.js JSON, which Cytoscape opens too; one element on each line.

    Nodes have a `label` and edges an `interaction`, their relation; lists stay lists, and what has
    no value is left out, since Cytoscape gives a column the type of the first value.
    """
    elements = to_elements(graph)
    encode = msgspec.json.encode
    with path.open("wb") as file:
        head = {"format_version": "1.0", "generated_by": "sousveil",
                "target_cytoscapejs_version": "~2.1"}
        data = {"name": elements.of, "dataset": elements.dataset}
        file.write(encode(head)[:-1] + b',"data":' + encode(data) + b',"elements":{"nodes":[')
        for at, node in enumerate(elements.nodes):
            values = {"id": node.id, "class": node.cls, "label": _label(node.values)}
            file.write(_element(at, {**_said(node.values), **values}))
        file.write(b'\n],"edges":[')
        for at, edge in enumerate(elements.edges):
            ends = {"source": edge.start, "target": edge.end, "interaction": edge.kind}
            file.write(_element(at, {**_said(edge.values), **ends}))
        file.write(b"\n]}}\n")


def _element(at: int, data: dict[str, Any]) -> bytes:
    return (b",\n" if at else b"\n") + msgspec.json.encode({"data": data}, order="sorted")


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    """What has a value; the languages of the names are left out, and they are no scalar."""
    return {k: v for k, v in values.items() if v not in ("", [], None) and k != "names_json"}


def _label(values: Mapping[str, Any]) -> str:
    """What is shown of a node or an edge."""
    named = (values.get(key) for key in ("name", "title", "relation", "id"))
    return str(next(filter(None, named)))


def _elements(graph: Any) -> Iterator[dict[str, Any]]:
    """The attributes of every node and edge."""
    yield from (data for _, data in graph.nodes(data=True))
    yield from (data for _, _, data in graph.edges(data=True))


def _flat(graph: Any) -> Any:
    """The graph with scalars only, and without what XML cannot hold; it is changed in place."""
    for data in _elements(graph):
        _flatten(data)
    return graph


def _flatten(values: dict[str, Any]) -> None:
    for name, value in list(values.items()):
        # The key is part of the edge's id; networkx has a `key` of its own.
        if value in ("", []) or name in ("names_json", "key"):
            del values[name]
        elif isinstance(value, list | str):
            text = value if isinstance(value, str) else "; ".join(value)
            values[name] = _NO_XML.sub("\ufffd", text)
