"""The claims and the graph in formats of other programs."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import msgspec

from sousveil.graph.assemble import Assembly
from sousveil.graph.interop import Source, to_networkx
from sousveil.graph.records import Claim, Edge, Node

__all__ = [
    "claims_csv", "claims_jsonl", "graph_csv", "graph_gexf", "graph_graphml", "safe_cell",
]

_CLAIM_COLUMNS = tuple(
    field.name for field in msgspec.structs.fields(Claim) if field.name != "values"
)
_GEXF_WORDS = frozenset({"start", "end", "label", "weight", "type", "pid", "parents", "spells"})
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"-\d+(?:\.\d+)?", re.ASCII)


def claims_jsonl(claims: Iterable[Claim], file: IO[str]) -> int:
    """One claim in JSON on each line, nothing left out; returns their number."""
    encode = msgspec.json.Encoder(order="deterministic").encode
    number = 0
    for claim in claims:
        file.write(encode(claim).decode() + "\n")
        number += 1
    return number


def claims_csv(claims: Iterable[Claim], file: IO[str]) -> int:
    """One claim on each row; the asserted values as JSON in one column."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*_CLAIM_COLUMNS, "values"])
    number = 0
    for claim in claims:
        row = [safe_cell(getattr(claim, name)) for name in _CLAIM_COLUMNS]
        row.append(msgspec.json.encode(claim.values, order="sorted").decode())
        writer.writerow(row)
        number += 1
    return number


def graph_csv(graph: Assembly, folder: Path) -> None:
    """`nodes.csv` and `edges.csv`, the columns being those that any class or relation has."""
    nodes, edges = _tables(graph)
    with (folder / "nodes.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        columns = _columns(graph, graph.schema.classes, ("id", "class"))
        writer.writerow(columns)
        for node in nodes:
            values = {"class": node.cls, **node.values}
            writer.writerow([safe_cell(values.get(c)) for c in columns])
    with (folder / "edges.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        columns = _columns(graph, graph.schema.relations, ("id", "relation", "from", "to"))
        writer.writerow(columns)
        for edge in edges:
            values = {"relation": edge.kind, "from": edge.start, "to": edge.end, **edge.values}
            writer.writerow([safe_cell(values.get(c)) for c in columns])


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


def safe_cell(value: Any) -> str:
    """A cell that no spreadsheet program takes for a formula.

    OWASP, CSV injection: an apostrophe before =, +, -, @, their full-width forms, tab and line
    break, but not before a negative number. A carriage return, which the csv module writes
    without quotes, becomes a line feed.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    text = "; ".join(value) if isinstance(value, list | tuple) else str(value or "")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "'" + text if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def _tables(graph: Assembly) -> tuple[Iterator[Node], Iterator[Edge]]:
    """Asserted nodes and edges: derived chains follow from them, claims have their own file."""
    schema = graph.schema
    nodes = (n for c in sorted(schema.classes) if c != "Claim" for n in graph.nodes(c))
    edges = (e for r in sorted(schema.relations) if schema.relations[r].asserted
             for e in graph.edges(r))
    return nodes, edges


def _columns(graph: Assembly, elements: Iterable[str], first: tuple[str, ...]) -> list[str]:
    schema = graph.schema
    found = dict.fromkeys(first)
    for name in sorted(elements):
        if name == "Claim" or (name in schema.relations and not schema.relations[name].asserted):
            continue
        found.update(dict.fromkeys(column for column, _ in schema.store_columns(name)))
    return list(found)


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
