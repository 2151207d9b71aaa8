"""For notebooks that already use py2neo: its objects from our answers, our queries over its graph.

py2neo has had no release since 2021 and gets none any more; docs/py2neo.md says what works and
how to move to the official driver. It is the optional extra `sousveil[py2neo]`; nothing else
needs it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from types import TracebackType
from typing import Any, Self

import msgspec

from sousveil.errors import ConfigError, QueryError, StoreError, StoreUnavailable
from sousveil.graph import Assembly, Hit, Result, Store
from sousveil.graph.interop import Elements, PathsAnswer, Source, to_elements
from sousveil.graph.records import Edge, Node
from sousveil.graph.search import rank, words
from sousveil.graph.store import StoreInfo
from sousveil.ontology import Schema
from sousveil.queries.catalogue import get
from sousveil.queries.table import Table

__all__ = ["Py2neoStore", "from_py2neo", "to_py2neo", "to_py2neo_paths"]

_TURNED = ("SELLER", "MANUFACTURER")
"""Relations of which a step goes from the organisation, the graph's edge from the transaction."""


def to_py2neo(thing: Source | Table | Result, store: Store | None = None) -> Any:
    """A `py2neo.Subgraph` of an answer of either store; nothing in it is bound to a database.

    Of a paths answer, an assembly, a store or what `from_networkx` gives: all of it. Of a table:
    the nodes in its cells, and with `store` also those nodes and relations whose ids are in them.
    Relations have the direction of the graph. Nodes are merged by class and `id`.
    """
    if isinstance(thing, Table | Result):
        return _subgraph(_of_table(thing, store))
    return _subgraph(_turned(to_elements(thing)))


def to_py2neo_paths(answer: PathsAnswer) -> list[Any]:
    """A `py2neo.Path` for each path: from its origin to its end user, in the order of the answer.

    A `Path` is one line. Sellers beside it, as well as what hangs on a path, are in `to_py2neo`.
    """
    from py2neo import Path as Py2neoPath

    elements = _turned(to_elements(answer))
    made, relationships = _made(elements)
    found = []
    for path in answer.paths:
        steps = [
            (edge, relationships[edge.values["id"]]) for edge in elements.edges
            if path.id in edge.values["paths"]
        ]
        found.append(Py2neoPath(*_line(path.origin.id, path.end_user.id, steps, made)))
    return found


def from_py2neo(graph: Any) -> Py2neoStore:
    """The user's own `py2neo.Graph` as a store to read: for `Query.run`, `find_paths`, `run`."""
    return Py2neoStore(graph)


class Py2neoStore:
    """A graph that Sousveil built on a Neo4j server, read through a `py2neo.Graph`.

    It reads only and knows no time limit; it never closes the user's graph.
    """

    def __init__(self, graph: Any) -> None:
        self.graph = graph
        self.url = f"py2neo:{graph.service.uri}"

    @cached_property
    def info(self) -> StoreInfo:
        """What the graph was built from."""
        rows = self._read("MATCH (g:SousveilGraph) RETURN g.info AS info", {}).rows
        if not rows:
            raise StoreUnavailable(
                f"no graph has been built in {self.url}",
                "run `sousveil build --store neo4j://HOST`",
            )
        try:
            info = msgspec.json.decode(rows[0][0], type=StoreInfo)
        except msgspec.DecodeError as error:
            raise StoreError(
                f"{self.url}: not built by Sousveil: {error}", "build again"
            ) from error
        if info.ontology != Schema.load().hash:
            raise StoreError(
                f"{self.url}: the graph was built by sousveil {info.version} with another ontology",
                "run `sousveil build`: the graph is made again from the claims",
            )
        return info

    def run(
        self, cypher: str, parameters: Mapping[str, Any] | None = None, timeout: float = 0
    ) -> Result:
        """Run one reading statement in a read transaction; see `Store.run`."""
        if timeout:
            raise QueryError(
                "py2neo has no way to stop a statement", "",
                "leave the timeout out, set db.transaction.timeout on the server, or use connect()",
            )
        _ = self.info
        return self._read(cypher, dict(parameters or {}))

    def _read(self, cypher: str, parameters: dict[str, Any]) -> Result:
        from py2neo.errors import (
            ConnectionBroken,
            ConnectionUnavailable,
            Neo4jError,
            ServiceUnavailable,
        )

        try:
            cursor = self.graph.query(cypher, parameters)
            columns = tuple(cursor.keys())
            rows = tuple(tuple(_plain(v) for v in record.values()) for record in cursor)
        except (ConnectionUnavailable, ConnectionBroken, ServiceUnavailable, OSError) as error:
            raise StoreUnavailable(f"{self.url}: the server cannot be reached: {error}") from error
        except Neo4jError as error:
            raise QueryError(str(error.message or error), "") from error
        except (TypeError, ValueError, OverflowError) as error:
            raise QueryError(f"py2neo cannot send or read this: {error}", "") from error
        return Result(columns, rows)

    def search(self, text: str, limit: int = 10, classes: Collection[str] = ()) -> Sequence[Hit]:
        """Nodes whose names match, by the server's full-text index; see `Store.search`."""
        # Here, since it needs the official driver.
        from sousveil.graph.neo4j import _CANDIDATES, _escaped, _search_row

        found = words(text)
        if not found or limit < 1:
            return []
        lucene = " OR ".join(
            f"{_escaped(w)} OR {_escaped(w)}* OR {_escaped(w)}~" for w in found[:16]
        )
        rows = self.run(
            "CALL db.index.fulltext.queryNodes('names', $text, {limit: $limit}) "
            "YIELD node, score RETURN node, labels(node)[0] AS cls ORDER BY score DESC",
            {"text": lucene, "limit": _CANDIDATES},
        ).rows
        candidates = [_search_row(cls, node) for node, cls in rows]
        return rank(text, (r for r in candidates if not classes or r.cls in classes), limit)

    def replace(self, graph: Assembly) -> StoreInfo:
        """Not through py2neo."""
        raise ConfigError(
            "py2neo is only for reading: it cannot build a graph",
            f"open the same server with the official driver: connect({self.graph.service.uri!r})",
        )

    def close(self) -> None:
        """Nothing: the graph is the user's."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _plain(value: Any) -> Any:
    """As every store gives it: a node or relation is its properties and its `class`."""
    from py2neo import Node as Py2neoNode
    from py2neo import Relationship

    if isinstance(value, Py2neoNode):
        # `search` is the index's own property, not the graph's.
        own = {k: v for k, v in dict(value).items() if k != "search"}
        return {"class": next(iter(value.labels)), **own}
    if isinstance(value, Relationship):
        return {"class": type(value).__name__, **dict(value)}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return value


# Elements ------------------------------------------------------------------------------------


def _turned(elements: Elements) -> Elements:
    """The steps of a paths answer in the direction of the graph's own edges."""
    if elements.of != "paths":
        return elements
    edges = tuple(
        Edge(e.kind, e.end, e.start, e.values) if e.kind in _TURNED else e for e in elements.edges
    )
    return Elements(elements.nodes, edges, elements.dataset, elements.of)


def _made(elements: Elements) -> tuple[dict[str, Any], dict[str, Any]]:
    """py2neo's nodes and relationships, by id."""
    from py2neo import Node as Py2neoNode
    from py2neo import Relationship

    nodes = {}
    for node in elements.nodes:
        made = nodes[node.id] = Py2neoNode(node.cls, **node.values)
        made.__primarylabel__, made.__primarykey__ = node.cls, "id"
    relationships = {
        e.values["id"]: Relationship(nodes[e.start], e.kind, nodes[e.end], **e.values)
        for e in elements.edges
    }
    return nodes, relationships


def _subgraph(elements: Elements) -> Any:
    from py2neo import Subgraph

    nodes, relationships = _made(elements)
    return Subgraph(nodes.values(), relationships.values())


def _line(
    start: str, end: str, steps: Sequence[tuple[Edge, Any]], nodes: Mapping[str, Any]
) -> list[Any]:
    """Nodes and relationships from one end to the other by the fewest steps, in their flow."""
    onward: dict[str, list[tuple[str, Any]]] = {}
    for edge, relationship in steps:
        ends = (edge.end, edge.start) if edge.kind in _TURNED else (edge.start, edge.end)
        onward.setdefault(ends[0], []).append((ends[1], relationship))
    before: dict[str, tuple[str, Any]] = {start: ("", None)}
    queue = deque([start])
    while queue and end not in before:
        node = queue.popleft()
        for other, relationship in onward.get(node, ()):
            if other not in before:
                before[other] = (node, relationship)
                queue.append(other)
    line = [nodes[end]]
    at = end
    while at != start:
        at, relationship = before[at]
        line += [relationship, nodes[at]]
    return line[::-1]


def _of_table(table: Table | Result, store: Store | None) -> Elements:
    nodes: dict[str, Node] = {}
    ids: set[str] = set()
    for value in _cells(v for row in table.rows for v in row):
        if isinstance(value, dict):
            nodes[value["id"]] = _node(value)
        elif isinstance(value, str) and value:
            ids.add(value)
    if store is None:
        return Elements(tuple(nodes.values()), ())
    # An edge's id begins with that of the node it starts from.
    starts = {i.split("--")[0] for i in ids if "--" in i}
    edges = {}
    for row in get("relations").run(store, ids=sorted(starts)).dicts() if starts else ():
        if row["id"] in ids and row["direction"] == "out":
            edges[row["id"]] = Edge(_kind(row["id"]), row["node"], row["other"], {
                k: row[k] for k in ("id", "valid", "standing", "contested", "claims")
                if row[k] is not None
            })
    ids |= {end for e in edges.values() for end in (e.start, e.end)}
    ids -= nodes.keys()
    for row in get("nodes").run(store, ids=sorted(ids)).dicts() if ids else ():
        nodes[row["id"]] = _node(row["properties"])
    return Elements(
        tuple(nodes[i] for i in sorted(nodes)), tuple(edges[i] for i in sorted(edges))
    )


def _cells(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list | tuple):
            yield from _cells(value)
        else:
            yield value


def _node(properties: Mapping[str, Any]) -> Node:
    values = {k: v for k, v in properties.items() if k != "class"}
    return Node(properties["class"], properties["id"], values)


def _kind(edge: str) -> str:
    return edge.split("--")[1].replace("-", "_").upper()
