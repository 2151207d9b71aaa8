"""The claims and the graph in formats of other programs, one module for each family."""

from __future__ import annotations

from sousveil.graph.writers.bods import graph_bods
from sousveil.graph.writers.cells import safe_cell
from sousveil.graph.writers.claims import claims_csv, claims_jsonl
from sousveil.graph.writers.ftm import graph_ftm
from sousveil.graph.writers.network import graph_cytoscape, graph_gexf, graph_graphml
from sousveil.graph.writers.tables import graph_csv, graph_parquet

__all__ = [
    "claims_csv", "claims_jsonl", "graph_bods", "graph_csv", "graph_cytoscape", "graph_ftm",
    "graph_gexf", "graph_graphml", "graph_parquet", "safe_cell",
]
