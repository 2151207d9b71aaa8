"""The graph as two tables: nodes and edges."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from sousveil.graph.assemble import Assembly
from sousveil.graph.records import Edge, Node
from sousveil.graph.writers.cells import safe_cell

__all__ = ["graph_csv"]


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
