"""Claims, and the graph that is built from them.

`ClaimStore` keeps what sources say; `assemble` turns it into a graph; `connect` opens a store
that holds one.
"""

from __future__ import annotations

from sousveil.graph.assemble import Assembly, assemble, assemble_remaining
from sousveil.graph.claims import ClaimStore, SourceInfo
from sousveil.graph.decisions import Decision, DecisionLog, canonical_ids
from sousveil.graph.records import Claim
from sousveil.graph.search import Hit
from sousveil.graph.store import Result, Store, connect

__all__ = [
    "Assembly",
    "Claim",
    "ClaimStore",
    "Decision",
    "DecisionLog",
    "Hit",
    "Result",
    "SourceInfo",
    "Store",
    "assemble",
    "assemble_remaining",
    "canonical_ids",
    "connect",
]
