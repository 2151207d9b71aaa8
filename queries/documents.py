"""Documents in RDF about some nodes, made from the graph: complete with relations and evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sousveil.errors import BadParameter
from sousveil.graph import Store
from sousveil.graph.records import Edge, Node
from sousveil.ontology import Schema
from sousveil.queries.catalogue import get

if TYPE_CHECKING:
    from pyoxigraph import Quad

__all__ = ["answer_document", "document"]


def document(
    store: Store, ids: Iterable[str], base: str, *, graphs: bool = True, timeout: float = 0
) -> Iterator[Quad]:
    """What the graph knows of the nodes: their relations, and the claims and sources of these.

    A transaction that one of them has a part in is told with all of its parties and goods, since
    a seller without the buyer is no sale. Raises BadParameter for an id that nothing has.
    """
    found = _Found(store, timeout)
    wanted = set(ids)
    if missing := sorted(wanted - found.add_nodes(wanted)):
        raise BadParameter(
            f"there is nothing with the id {missing[0]!r}", "document",
            "`sousveil search` finds ids by name",
        )
    found.add_relations(wanted)
    found.add_relations({
        id_ for id_, node in found.nodes.items() if node["class"] == "Transaction"
    })
    found.add_evidence()
    return found.quads(base, graphs)


def answer_document(
    store: Store, rows: Iterable[Iterable[Any]], base: str, *, graphs: bool = True,
    timeout: float = 0,
) -> Iterator[Quad]:
    """What the rows of an answer name: nodes, the relations between them, and their evidence.

    Any value of a row that is the id of a node, a relation or a claim counts.
    """
    found = _Found(store, timeout)
    values = {text for row in rows for value in row for text in _texts(value)}
    values |= found.add_claims(values)
    ends = {part for v in values if v.count("--") > 1 for part in v.split("--")[:3:2]}
    core = found.add_nodes(values | ends)
    found.add_relations(core, within=core)
    found.add_evidence()
    return found.quads(base, graphs)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)


class _Found:
    """Records of the graph, gathered step by step."""

    def __init__(self, store: Store, timeout: float) -> None:
        self._store, self._timeout = store, timeout
        self.nodes: dict[str, dict[str, Any]] = {}
        self._asked: set[str] = set()
        self._edges: dict[str, dict[str, Any]] = {}
        self._claims: dict[str, dict[str, Any]] = {}

    def _ask(self, query: str, **ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        given = {name: sorted(values) for name, values in ids.items()}
        if not any(given.values()):
            return {}
        rows = get(query).run(self._store, self._timeout, **given).rows
        return dict(rows)

    def add_nodes(self, ids: Iterable[str]) -> set[str]:
        """Add those of the ids that are nodes; they are given back."""
        wanted = set(ids)
        self.nodes |= self._ask("nodes", ids=wanted - self._asked)
        self._asked |= wanted
        return wanted & self.nodes.keys()

    def add_relations(self, ids: set[str], within: set[str] | None = None) -> None:
        """Add the relations of nodes, with their other ends; or only those within a set."""
        edges = self._ask("edges", ids=ids)
        ends = {}
        for id_ in edges:
            start, _, end, *_ = id_.split("--")
            if within is None or {start, end} <= within:
                ends[id_] = {start, end}
        self._edges |= {id_: edges[id_] for id_ in ends}
        self.add_nodes(set().union(*ends.values()))

    def add_claims(self, ids: set[str]) -> set[str]:
        """Add those of the ids that are claims; what they are about is given back."""
        self._claims |= self._ask(
            "claim-records", ids={i for i in ids if i.startswith("claim-")}, about=()
        )
        return {claim["about"] for claim in self._claims.values()}

    def add_evidence(self) -> None:
        """Add the claims about everything, and the sources, authors and publishers of these.

        Those have claims about them in turn, until nothing is new.
        """
        wanted = {c for edge in self._edges.values() for c in edge["claims"]}
        told: set[str] = set()
        while True:
            cited = {
                claim[name] for claim in self._claims.values()
                for name in ("source", "author", "primary_source") if claim.get(name)
            }
            cited |= {n["publisher"] for n in self.nodes.values() if n.get("publisher")}
            self.add_nodes(cited)
            new = self.nodes.keys() - told
            if not new:
                return
            told |= new
            self._claims |= self._ask(
                "claim-records", ids=wanted - self._claims.keys(), about=new
            )

    def quads(self, base: str, graphs: bool) -> Iterator[Quad]:
        """Everything that was found, described."""
        from sousveil.graph.writers.rdf import Describer

        describe = Describer(Schema.load(), base, graphs)
        for id_, node in sorted(self.nodes.items()):
            yield from describe.node(Node(node["class"], id_, node))
        for id_, edge in sorted(self._edges.items()):
            start, _, end, *_ = id_.split("--")
            yield from describe.edge(Edge(edge["class"], start, end, edge))
        yield from describe.concepts()
        claims = sorted(
            map(_record, self._claims.values()), key=lambda c: (c["source"], c["about"], c["id"])
        )
        for source, said in groupby(claims, lambda c: c["source"]):
            yield from describe.source(str(source), said)


def _record(claim: dict[str, Any]) -> dict[str, Any]:
    # The store writes no values as {}, also for a statement, which has none to give.
    bare = claim["values"] == "{}" and bool(claim.get("summary"))
    return {**claim, "values": "" if bare else claim["values"]}
