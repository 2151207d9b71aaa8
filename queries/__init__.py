"""Canned queries, and the paths that are made of their answers.

To add a query, copy a `.cypher` file of a topic folder and change it: the command line, the
documentation and the tests find it by its front matter.
"""

from __future__ import annotations

from sousveil.queries.catalogue import Parameter, Query, catalogue, get
from sousveil.queries.paths import Paths, Question, SupplyPath, find_paths
from sousveil.queries.resolve import Resolved, resolve
from sousveil.queries.table import Table

__all__ = [
    "Parameter",
    "Paths",
    "Query",
    "Question",
    "Resolved",
    "SupplyPath",
    "Table",
    "catalogue",
    "find_paths",
    "get",
    "resolve",
]
