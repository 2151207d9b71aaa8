"""The graph for programs that draw networks: GraphML, GEXF and Cytoscape JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from sousveil.graph.interop import Source, to_elements, to_networkx

__all__ = ["graph_cytoscape", "graph_gexf", "graph_graphml"]

_GEXF_WORDS = frozenset({"start", "end", "label", "weight", "type", "pid", "parents", "spells"})
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def graph_graphml(graph: Source, path: Path) -> None:
    """One GraphML file: scalars only, lists joined by `; `, edges with their own ids."""
    import networkx as nx

    # Not `write_graphml`, whose bytes depend on whether lxml is installed.
    nx.write_graphml_xml(_flat(to_networkx(graph)), path, edge_id_from_attribute="id")


def graph_gexf(graph: Source, path: Path) -> None:
    """One GEXF 1.2 file, with labels; otherwise like GraphML."""
    from networkx.readwrite.gexf import GEXFWriter

    flat = _flat(to_networkx(graph))
    elements = [data for _, data in flat.nodes(data=True)]
    elements += [data for _, _, data in flat.edges(data=True)]
    for data in elements:
        # Words that GEXF has for time and weight, which are xs:date there and EDTF here.
        for name in _GEXF_WORDS & data.keys():
            data[f"{name}_"] = data.pop(name)
        data["label"] = data.get("name") or data.get("title") or data.get("relation") or data["id"]
    writer = GEXFWriter(version="1.2draft")
    writer.add_graph(flat)
    meta = writer.xml.find("meta")
    # The day of the export would make two equal exports differ.
    meta.attrib.clear()
    meta.find("creator").text = "Sousveil"
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
    return str(values.get("name") or values.get("title") or values["id"])


def _flat(graph: Any) -> Any:
    """The graph with scalars only, and without what XML cannot hold; it is changed in place."""
    for _, data in graph.nodes(data=True):
        _flatten(data)
    for _, _, data in graph.edges(data=True):
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
