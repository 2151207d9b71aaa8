"""The graph, or an answer, for networkx and the programs that read its files.

`to_networkx` gives a MultiDiGraph. Its attributes:

    graph  `of` (`graph` or `paths`), `dataset` (hash of the data set)
    node   the id is the node; `id`, `class`, and the properties of the class
    edge   the id is the key; `id`, `relation`, and the properties of the relation

Properties are those of docs/data-model.md, with Python types: text, float, int, bool, list of text.
A property without a value is left out, a list without entries is an empty list. Claims and derived
chains are left out: `claims` names the claims, and the chains follow from the edges.

Of a paths answer the nodes have `name` and `class` (`Organisation` where the answer does not say
whether it is a company or a public body), the edges are steps in the direction in which the goods
or the control flow, with `standing`, `valid`, `claims`, and `paths`, the ids of their paths.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol, runtime_checkable

import msgspec

from sousveil.graph.assemble import Assembly
from sousveil.graph.records import Edge, Node
from sousveil.graph.store import Result, StoreInfo
from sousveil.ontology import Schema

__all__ = ["Elements", "from_networkx", "to_elements", "to_networkx"]


class Elements(msgspec.Struct, frozen=True):
    """Nodes and edges, in any order, each with an id of its own."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    dataset: str = ""
    of: str = "graph"


@runtime_checkable
class Readable(Protocol):
    """What is needed of a store."""

    @property
    def info(self) -> StoreInfo:
        """What it was built from."""
        ...

    def run(
        self, cypher: str, parameters: Mapping[str, Any] | None = None, timeout: float = 0
    ) -> Result:
        """Run one reading statement."""
        ...


@runtime_checkable
class PathsAnswer(Protocol):
    """What is needed of a paths answer; its class belongs to the queries, which are above."""

    @property
    def dataset(self) -> str:
        """Hash of the data set."""
        ...

    @property
    def paths(self) -> Iterable[Any]:
        """The paths, with steps."""
        ...


Source = Assembly | Elements | Readable | PathsAnswer


def to_networkx(thing: Source) -> Any:
    """A `networkx.MultiDiGraph` of an assembly, of a whole store, or of a paths answer."""
    import networkx as nx

    elements = to_elements(thing)
    graph = nx.MultiDiGraph(of=elements.of, dataset=elements.dataset)
    for node in elements.nodes:
        graph.add_nodes_from([(node.id, {"id": node.id, "class": node.cls, **node.values})])
    for edge in elements.edges:
        # As tuples, since networkx has a keyword `key` of its own.
        values = {"relation": edge.kind, **edge.values}
        graph.add_edges_from([(edge.start, edge.end, edge.values["id"], values)])
    return graph


def from_networkx(graph: Any) -> Elements:
    """The nodes and edges of a graph that `to_networkx` made; both sorted by id."""
    nodes = [
        Node(data["class"], id_, {k: v for k, v in data.items() if k != "class"})
        for id_, data in graph.nodes(data=True)
    ]
    edges = [
        Edge(data["relation"], start, end, {k: v for k, v in data.items() if k != "relation"})
        for start, end, data in graph.edges(data=True)
    ]
    return Elements(
        tuple(sorted(nodes, key=lambda n: n.id)),
        tuple(sorted(edges, key=lambda e: str(e.values["id"]))),
        graph.graph.get("dataset", ""), graph.graph.get("of", "graph"),
    )


def to_elements(thing: Source) -> Elements:
    """The nodes and edges of any of these, both sorted by id."""
    if isinstance(thing, Elements):
        return thing
    if isinstance(thing, Assembly):
        nodes, edges, dataset = _assembled(thing), _assembled_edges(thing), thing.dataset
    elif isinstance(thing, Readable):
        nodes, edges, dataset = _stored(thing), _stored_edges(thing), thing.info.dataset
    elif isinstance(thing, PathsAnswer):
        return _answered(thing)
    else:
        raise TypeError(f"{type(thing).__name__} is no graph, store or paths answer")
    return Elements(
        tuple(sorted(nodes, key=lambda n: n.id)),
        tuple(sorted(edges, key=lambda e: str(e.values["id"]))), dataset,
    )


def _classes(schema: Schema) -> Iterator[tuple[str, dict[str, str]]]:
    for cls in sorted(schema.classes):
        if cls != "Claim":
            yield cls, dict(schema.store_columns(cls))


def _relations(schema: Schema) -> Iterator[tuple[str, dict[str, str]]]:
    for kind in sorted(schema.relations):
        if schema.relations[kind].asserted:
            yield kind, dict(schema.store_columns(kind))


def _assembled(graph: Assembly) -> Iterator[Node]:
    for cls, columns in _classes(graph.schema):
        for node in graph.nodes(cls):
            yield Node(cls, node.id, {**_typed(columns, node.values), "id": node.id})


def _assembled_edges(graph: Assembly) -> Iterator[Edge]:
    for kind, columns in _relations(graph.schema):
        for edge in graph.edges(kind):
            yield Edge(kind, edge.start, edge.end, _typed(columns, edge.values))


def _stored(store: Readable) -> Iterator[Node]:
    for cls, columns in _classes(Schema.load()):
        asked = ", ".join(f"n.`{name}` AS c{at}" for at, name in enumerate(columns))
        for row in store.run(f"MATCH (n:{cls}) RETURN {asked}").rows:
            values = _typed(columns, dict(zip(columns, row, strict=True)))
            yield Node(cls, values["id"], values)


def _stored_edges(store: Readable) -> Iterator[Edge]:
    for kind, columns in _relations(Schema.load()):
        asked = ", ".join(f"r.`{name}` AS c{at}" for at, name in enumerate(columns))
        rows = store.run(
            f"MATCH (a)-[r:{kind}]->(b) RETURN a.id AS start, b.id AS finish, {asked}"
        ).rows
        for start, end, *row in rows:
            yield Edge(kind, start, end, _typed(columns, dict(zip(columns, row, strict=True))))


_CONVERT = {"INT64": int, "DOUBLE": float, "BOOL": bool}


def _typed(columns: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the columns in their types; what has none is left out, or an empty list."""
    found: dict[str, Any] = {}
    for name, type_ in columns.items():
        value = values.get(name)
        if type_ == "STRING[]":
            found[name] = list(value or ())
        elif value is not None and value != "":
            convert = _CONVERT.get(type_)
            found[name] = convert(value) if convert else value
    return found


def _answered(answer: PathsAnswer) -> Elements:
    classes: dict[str, str] = {}
    names: dict[str, str] = {}
    steps: dict[tuple[Any, ...], dict[str, Any]] = {}
    ids: dict[str, int] = {}
    for path in answer.paths:
        classes[path.origin.id] = "Company"
        classes[path.end_user.id] = "PublicBody"
        for step in path.steps:
            gives = step.relation in ("SELLER", "MANUFACTURER")
            if step.relation != "OWNS":
                classes[step.to.id if gives else step.from_.id] = "Transaction"
            if step.relation in ("MANUFACTURER", "OWNS"):
                made = step.from_ if gives else step.to
                classes[made.id] = "Company"
            for party in (step.from_, step.to):
                names[party.id] = party.name
                classes.setdefault(party.id, "Organisation")
            key = (step.relation, step.from_.id, step.to.id, step.standing, step.valid, step.claims)
            if key not in steps:
                stem = "--".join((step.from_.id, step.relation.lower(), step.to.id))
                ids[stem] = ids.get(stem, 0) + 1
                steps[key] = {
                    "id": stem if ids[stem] == 1 else f"{stem}--{ids[stem]}",
                    "standing": step.standing, "valid": step.valid, "claims": list(step.claims),
                    "paths": [],
                }
            if path.id not in steps[key]["paths"]:
                steps[key]["paths"].append(path.id)
    nodes = [Node(classes[i], i, {"id": i, "name": names[i]}) for i in sorted(names)]
    edges = [Edge(key[0], key[1], key[2], values) for key, values in steps.items()]
    edges.sort(key=lambda e: str(e.values["id"]))
    return Elements(tuple(nodes), tuple(edges), answer.dataset, "paths")
