"""The network: what stands around some nodes, or some paths, opened further node by node.

The address holds everything: the nodes that are open, the question whose paths are drawn, and the
kinds of relation that are shown. A node is opened by a link that adds it to the address.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import flask
import msgspec
from flask import Blueprint, Response, abort, render_template, request, url_for

from sousveil.errors import BadParameter
from sousveil.graph.interop import from_networkx, to_networkx
from sousveil.graph.writers.network import graph_graphml
from sousveil.ontology import Schema
from sousveil.queries import find_paths, get, resolve
from sousveil.web import pictures
from sousveil.web.app import store, wants_json
from sousveil.web.common import TIMEOUT, href, question
from sousveil.web.language import say, schema

__all__ = ["KINDS", "around", "blueprint"]

blueprint = Blueprint("network", __name__)

KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "supply": ("Supply", ("SELLER", "MANUFACTURER", "BUYER", "END_USER", "USED_IN")),
    "ownership": ("Ownership and succession", ("OWNS", "SUCCEEDED_BY")),
    "bodies": ("Parts of bodies", ("PART_OF",)),
    "goods": ("Products and programmes", (
        "INCLUDES", "UNDER", "MAKES", "VARIANT_OF", "PHASE_OF", "LAUNCHED_BY",
    )),
    "mentions": ("Mentions, bids, agents, distributors (no supply)", (
        "MENTIONS", "AGENT", "BIDDER", "DISTRIBUTES_FOR",
    )),
    "instruments": ("Laws, bans and lists", ("SUBJECT_TO", "ISSUED_BY")),
    "places": ("Places", ("LOCATED_IN", "WITHIN")),
}
"""What can be shown, with the relations of each choice."""
_USUAL = ("supply", "ownership", "bodies", "goods")
_PARTIES = frozenset(KINDS["supply"][1])
_OPENED = 20
"""Nodes that can be open at once."""
_OWN = ("open", "add", "show", "page", "sort", "group", "only", "lang")
"""Parameters of the address that are not the question's."""


class Network(NamedTuple):
    """What is drawn, and what is not, for want of room."""

    graph: Any
    omitted: dict[str, int]
    """How many neighbours of an open node are not drawn."""
    paths: tuple[int, int] | None = None
    """How many paths are drawn, and how many answer the question."""


@blueprint.get("/network")
@blueprint.get("/network.<any(svg, png, graphml, json):form>")
def network(form: str = "") -> Any:
    """The picture of a neighbourhood or of the paths of a question, and its relations in words."""
    args = request.args
    shown = tuple(k for k in KINDS if k in args.getlist("show")) or _USUAL
    asked = {k: v for k, v in args.items() if k not in _OWN and v.strip()}
    try:
        opened = _opened()
        found = _network(opened, asked, shown) if opened or asked else None
    except BadParameter as error:
        if form or wants_json():
            raise
        return render_template(
            "network.html", kinds=KINDS, shown=shown, asked=asked, opened=[], error=error,
        ), 400
    if found is None:
        if form or wants_json():
            raise BadParameter("there is nothing to draw", "open", "open=ID names a node")
        return render_template("network.html", kinds=KINDS, shown=shown, asked={}, opened=[])
    graph = found.graph
    if form == "json" or (not form and wants_json()):
        return _data(found)
    if form == "graphml":
        return _graphml(graph)
    title = (
        say("Paths from {start} to {end}", start=_meant(asked["from"]), end=_meant(asked["to"]))
        if asked
        else say("Network of {name}", name=graph.nodes[opened[0]]["name"])
    )
    more = {
        n: (_address(asked, _toggled(opened, n), shown), n in opened) for n in graph
    }
    if len(opened) == 1 and not asked:
        del more[opened[0]]
    drawn = pictures.of_graph(graph, title, href, opened[0] if opened else "", more=more)
    if form:
        return pictures.file(drawn, form, "network", store().info.dataset)
    return render_template(
        "network.html", kinds=KINDS, shown=shown, asked=asked, opened=opened, title=title,
        picture=drawn, network=found, relations=_relations(graph), most=pictures.MOST,
        names={n: graph.nodes[n]["name"] for n in opened}, more=more,
        files={f: _address(asked, opened, shown, f) for f in ("svg", "png", "graphml", "json")},
    )


def _meant(text: str) -> str:
    """One end of a question: a kind of body by its label, anything else as it was asked."""
    kind = schema().concept("organisation-kind", text)
    return kind.label if kind else text


def _opened() -> list[str]:
    """The ids that the address opens, a name that was typed in among them."""
    ids = list(dict.fromkeys(request.args.getlist("open")))
    if text := request.args.get("add", "").strip()[:200]:
        classes = [c for c in Schema.load().classes if c not in ("Claim", "Source")]
        ids = list(dict.fromkeys([*ids, resolve(store(), "add", text, classes).id]))
    if len(ids) > _OPENED:
        raise BadParameter(
            f"{len(ids)} nodes are to be opened", "open", f"open {_OPENED} at most"
        )
    known = set(_nodes(ids))
    for id_ in ids:
        if id_ not in known:
            abort(404, f"there is nothing with the id {id_[:200]!r}")
    return ids


def _toggled(opened: Sequence[str], id_: str) -> list[str]:
    return [o for o in opened if o != id_] if id_ in opened else [*opened, id_]


def _address(
    asked: Mapping[str, str], opened: Iterable[str], shown: Sequence[str], form: str = ""
) -> str:
    given: dict[str, Any] = {**asked, "open": list(opened)}
    if tuple(shown) != _USUAL:
        given["show"] = list(shown)
    # `from` is a word of Python, and `url_for` takes parameters by name.
    return url_for("network.network", form=form or None, **given)


def _nodes(ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    rows = get("nodes").run(store(), TIMEOUT, ids=sorted(ids)).dicts() if ids else []
    return {r["id"]: r["properties"] for r in rows}


def around(
    id_: str, relations: Sequence[Mapping[str, Any]], shown: Sequence[str] = _USUAL
) -> Network:
    """What stands around a node with these relations, by the kinds that are shown."""
    return _network([id_], {}, shown, relations)


def _network(
    opened: Sequence[str], asked: Mapping[str, str], shown: Sequence[str],
    rows: Sequence[Mapping[str, Any]] = (),
) -> Network:
    kinds = {kind for choice in shown for kind in KINDS[choice][1]}
    graph, paths = _answer(asked, pictures.MOST - len(opened))
    chosen = dict.fromkeys([*opened, *graph])
    neighbours: dict[str, list[str]] = {id_: [] for id_ in opened}
    if opened and not rows:
        rows = get("relations").run(store(), TIMEOUT, ids=list(opened)).dicts()
    for relation in _ordered(rows):
        if _kind(relation) in kinds:
            neighbours[relation["node"]].append(relation["other"])
    for found in neighbours.values():
        _choose(chosen, found)
    omitted = {i: left for i, f in neighbours.items() if (left := len(set(f) - chosen.keys()))}
    if opened and kinds & _PARTIES:
        # A transaction alone tells nothing: its parties stand beside it.
        parties = get("roles").run(store(), TIMEOUT, ids=list(chosen)).dicts()
        _choose(chosen, [p["organisation"] for p in parties if p["role"] in kinds])
    _add(graph, chosen, kinds if opened else ())
    return Network(graph, omitted, paths)


def _choose(chosen: dict[str, None], more: Iterable[str]) -> None:
    """Take in as many more nodes as the picture has room for."""
    for id_ in more:
        if len(chosen) >= pictures.MOST:
            return
        chosen.setdefault(id_)


def _answer(asked: Mapping[str, str], room: int) -> tuple[Any, tuple[int, int] | None]:
    """The graph of the paths that are asked for, as many as have room, and how many those are.

    An arrow is contested if every path is that it is part of.
    """
    import networkx as nx

    if not asked:
        return nx.MultiDiGraph(of="paths", dataset=store().info.dataset), None
    only = asked.get("path", "")
    answer, notes = find_paths(
        store(), question({k: v for k, v in asked.items() if k != "path"}), TIMEOUT
    )
    if only:
        answer = msgspec.structs.replace(
            answer, paths=tuple(p for p in answer.paths if p.id == only)
        )
        if not answer.paths:
            abort(404, f"there is no path {only[:100]!r} in this answer")
    paths: list[Any] = []
    nodes: set[str] = set()
    for path in answer.paths:
        steps = {end.id for step in path.steps for end in (step.from_, step.to)}
        if len(nodes | steps) <= room:
            paths.append(path)
            nodes |= steps
    graph = to_networkx(msgspec.structs.replace(answer, paths=tuple(paths)))
    contested = {p.id for p in paths if p.contested}
    for _, _, data in graph.edges(data=True):
        data["contested"] = set(data["paths"]) <= contested
    return graph, (len(paths), len(answer.paths) if only else notes.found)


def _add(graph: Any, chosen: Iterable[str], kinds: Collection[str]) -> None:
    """Put the chosen nodes and the relations of these kinds among them into the graph of the paths.

    The arrows of a paths answer stay as they are. Roles are turned as they are turned there: goods
    flow from the maker and seller to the transaction, and from it to the buyer and end user.
    """
    known = _nodes(chosen)
    for id_ in chosen:
        values = known[id_]
        name = values.get("name") or values.get("title") or id_
        if id_ in graph:
            name = graph.nodes[id_]["name"]
        graph.add_nodes_from([(id_, {
            "id": id_, "class": values["class"], "name": name, **{
                k: values[k] for k in ("name_zh", "date", "kind", "standing") if values.get(k)
            },
        })])
    if not kinds:
        return
    drawn = {(d["relation"], *sorted((a, b))) for a, b, d in graph.edges(data=True)}
    for row in get("relations-among").run(store(), TIMEOUT, ids=sorted(known)).dicts():
        kind = _kind(row)
        ends = (row["start"], row["finish"])
        if kind not in kinds or (kind, *sorted(ends)) in drawn:
            continue
        if kind in pictures.TURNED:
            ends = ends[::-1]
        graph.add_edges_from([(*ends, row["id"], {
            "id": row["id"], "relation": kind, "standing": row["standing"],
            "contested": row["contested"], "claims": row["claims"],
            **({"valid": row["valid"]} if row["valid"] else {}),
        })])


def _kind(relation: Mapping[str, Any]) -> str:
    return str(relation["id"].split("--")[1]).upper().replace("-", "_")


def _ordered(relations: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Relations in the ontology's order, then as the query gives them."""
    order = list(Schema.load().relations)
    return sorted(relations, key=lambda r: order.index(_kind(r)))


def _relations(graph: Any) -> list[dict[str, Any]]:
    """The relations in words, in the order of the ontology."""
    known = schema().relations
    order = list(known)
    rows = [
        {
            **data, "label": known[data["relation"]].label,
            "ends": [
                {"name": graph.nodes[i]["name"], "url": href(graph.nodes[i]["class"], i)}
                for i in (start, end)
            ],
        }
        for start, end, data in graph.edges(data=True)
    ]
    return sorted(rows, key=lambda r: (order.index(r["relation"]), r["id"]))


def _data(found: Network) -> Response:
    elements = from_networkx(found.graph)
    return flask.jsonify({
        "dataset": elements.dataset,
        "nodes": [{"class": n.cls, **n.values} for n in elements.nodes],
        "relations": [
            {"relation": e.kind, "from": e.start, "to": e.end, **e.values} for e in elements.edges
        ],
        "omitted": found.omitted,
    })


def _graphml(graph: Any) -> Response:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.graphml"
        graph_graphml(from_networkx(graph), path)
        response = Response(path.read_bytes(), mimetype="application/graphml+xml")
    response.headers.set("Content-Disposition", "attachment", filename="network.graphml")
    return response
