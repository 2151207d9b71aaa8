"""The graph for programs that draw networks: GraphML and GEXF."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sousveil.graph.interop import Source, to_networkx

__all__ = ["graph_gexf", "graph_graphml"]

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
