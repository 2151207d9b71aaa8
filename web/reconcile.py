"""Reconciliation: a spreadsheet's names are matched to nodes by OpenRefine and programs like it.

W3C Entity Reconciliation Community Group, Reconciliation Service API 0.2:
https://reconciliation-api.github.io/specs/0.2/. A candidate is a proposal with its reasons. It is
a `match` only where a number of a register agrees, or where the name is the same, nothing else
bears it, and the country given agrees; generated pinyin is never enough.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Literal, NamedTuple, TypeVar
from urllib.parse import urlsplit

import flask
import msgspec
from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import HTTPException

from sousveil.errors import BadParameter
from sousveil.graph import Hit
from sousveil.graph.identity import is_official
from sousveil.graph.search import fold
from sousveil.ontology import Schema
from sousveil.queries import get
from sousveil.queries.resolve import resolve
from sousveil.queries.words import date_words, standing_words
from sousveil.settings import own_machine
from sousveil.version import VERSION
from sousveil.web.app import POLICY, store
from sousveil.web.common import TIMEOUT
from sousveil.web.machine import address, iri

__all__ = ["blueprint"]

blueprint = Blueprint("reconcile", __name__, url_prefix="/reconcile")

BATCH = 50
"""Queries that are answered at once, and ten times as many nodes that are extended at once."""
CLASSES = ("Company", "PublicBody", "Programme", "Product", "Place")
_TYPED = ("Company", "PublicBody")
_FOUND = 10
"""Candidates of a query that names no limit, of at most as many as a batch has queries."""
_EXACT, _SAME, _SURE = 99.0, 95.0, 100.0
"""Scores of the search: the name itself; the same but for the company form or pinyin; certain."""
_CONTRADICTED, _ELSEWHERE = 0.5, 0.8
"""What is left of a score where a number, or another property, is known to be another one."""
_SCHEMA = "https://w3id.org/sousveil/ontology#"
_WIDTH, _HEIGHT = 420, 260
_CONSTRAINTS = {
    "country": "country (code, name or id)", "place": "place that contains it (id or name)",
    "part_of": "body above it (id or name)", "lei": "LEI", "uscc": "Unified Social Credit Code",
    "identifiers": "number in a register, as GB-COH:01234567",
}
_PLACES = ("country", "place", "part_of")
_NUMBERS = ("lei", "uscc", "identifiers")

T = TypeVar("T")


class _Given(msgspec.Struct):
    """A property of a query: the values with which those of a candidate are compared."""

    pid: str
    v: Any = None

    def texts(self) -> list[str]:
        values = self.v if isinstance(self.v, list) else [self.v]
        texts = (v.get("id") if isinstance(v, dict) else v for v in values)
        return [str(t).strip()[:300] for t in texts if t is not None and str(t).strip()]


class _Asked(msgspec.Struct):
    """A query of a batch."""

    query: str = ""
    type: Any = msgspec.field(default_factory=list)
    limit: int | float = _FOUND
    properties: list[_Given] = msgspec.field(default_factory=list)
    type_strict: Literal["any", "should", "all"] = "any"

    def types(self) -> list[str]:
        given = self.type if isinstance(self.type, list) else [self.type]
        return [str(t.get("id") if isinstance(t, dict) else t) for t in given if t]

    def numbers(self) -> set[str]:
        return {n for p in self.properties if p.pid in _NUMBERS for t in p.texts()
                for n in _written(p.pid, t)}


class _Wanted(msgspec.Struct):
    """A property of an extension."""

    id: str


class _Extension(msgspec.Struct):
    ids: list[str]
    properties: list[_Wanted]


class _Property(NamedTuple):
    id: str
    name: str
    classes: tuple[str, ...]
    relation: str = ""
    direction: str = ""


# The service -------------------------------------------------------------------------------------


@blueprint.route("", methods=["GET", "POST"], strict_slashes=False)
def service() -> Any:
    """The manifest; or the answers to a batch of queries, or the properties of nodes."""
    given = request.form if request.method == "POST" else request.args
    if "queries" in given:
        return flask.jsonify(_answers(_read(given["queries"], dict[str, _Asked], "queries")))
    if "extend" in given:
        return flask.jsonify(_extended(_read(given["extend"], _Extension, "extend")))
    if request.method == "POST":
        abort(400, "a form with `queries` or `extend` in it is expected")
    return flask.jsonify(_manifest())


def _manifest() -> dict[str, Any]:
    here = address("reconcile.service")
    schema = Schema.load()
    return {
        "versions": ["0.2"], "name": "Sousveil",
        "identifierSpace": iri(""), "schemaSpace": _SCHEMA, "serviceVersion": VERSION,
        "documentation": address("pages.about"), "batchSize": BATCH,
        "defaultTypes": [{"id": c, "name": schema.classes[c].label} for c in CLASSES],
        "view": {"url": address("pages.home") + "id/{{id}}"},
        "preview": {"url": here + "/preview/{{id}}", "width": _WIDTH, "height": _HEIGHT},
        "suggest": {
            what: {"service_url": here, "service_path": f"/suggest/{what}"}
            for what in ("entity", "property", "type")
        },
        "extend": {"propose_properties": {"service_url": here, "service_path": "/properties"},
                   "property_settings": []},
    }


def _read(text: str, type_: type[T], what: str) -> T:
    try:
        return msgspec.json.decode(text, type=type_)
    except (msgspec.MsgspecError, RecursionError) as error:
        abort(400, f"{what}: {error}")


@blueprint.after_request
def _open(response: Response) -> Response:
    """Everybody's pages may ask a published site, for nothing depends on who asks (CORS).

    A site on somebody's own machine may hold what is not published: there, pages of this machine
    may, such as OpenRefine's, and not whatever page is open in the browser.
    """
    origin = request.headers.get("Origin", "")
    if not own_machine(request.host):
        response.headers["Access-Control-Allow-Origin"] = "*"
    elif own_machine(urlsplit(origin).netloc):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.vary.add("Origin")
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "Content-Type"
    return response


@blueprint.errorhandler(HTTPException)
def _told(error: HTTPException) -> Any:
    """One shape of error: that of the JSON API."""
    status = error.code or 500
    return flask.jsonify({"error": {
        "status": status, "message": error.description or error.name,
        "hint": f"{address('reconcile.service')} says what can be asked",
    }}), status


# Candidates --------------------------------------------------------------------------------------


class _Known(NamedTuple):
    """What is known of the candidates of a batch."""

    nodes: Mapping[str, Mapping[str, Any]]
    places: Mapping[str, Mapping[str, tuple[str, str]]]
    """Of each node the places that contain it, with name and kind."""
    above: Mapping[str, frozenset[str]]
    """Of each body the bodies above it."""


def _answers(batch: Mapping[str, _Asked]) -> dict[str, Any]:
    if len(batch) > BATCH:
        abort(413, f"a batch has at most {BATCH} queries, and this has {len(batch)}")
    for key, asked in batch.items():
        if not asked.query.strip() and not any(p.texts() for p in asked.properties):
            abort(400, f"query {key!r} has neither a text nor a property")
        if asked.limit < 1 or asked.limit != int(asked.limit):
            abort(400, f"query {key!r}: limit is a whole number from 1")
    holders: dict[str, list[str]] = defaultdict(list)
    if numbers := sorted(set().union(*(asked.numbers() for asked in batch.values()))):
        for row in _rows("numbered", numbers=numbers):
            holders[row["number"]].append(row["id"])
    hits = {key: _hits(asked) for key, asked in batch.items()}
    held = {key: {i for n in asked.numbers() for i in holders[n]} for key, asked in batch.items()}
    known = _known({h.id for found in hits.values() for h in found}.union(*held.values()))
    places = _Places()
    return {
        key: {"result": _candidates(asked, hits[key], held[key], known, places)}
        for key, asked in batch.items()
    }


def _hits(asked: _Asked) -> Sequence[Hit]:
    """What is called like the query: more than are shown, since some may be of another type."""
    classes = {t.partition("/")[0] for t in asked.types()} & {*CLASSES}
    wanted = sorted(classes) if classes and asked.type_strict != "should" else CLASSES
    return store().search(asked.query, BATCH, wanted) if asked.query.strip() else ()


def _known(ids: Iterable[str]) -> _Known:
    wanted = sorted(ids)
    if not wanted:
        return _Known({}, {}, {})
    places: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    for row in _rows("seats", ids=wanted):
        places[row["id"]][row["place"]] = (row["name"], row["kind"])
    above: dict[str, set[str]] = defaultdict(set)
    for row in _rows("superiors", ids=wanted):
        above[row["id"]].add(row["above"])
    nodes = {row["id"]: row["properties"] for row in _rows("nodes", ids=wanted)}
    return _Known(nodes, places, {id_: frozenset(found) for id_, found in above.items()})


def _rows(query: str, **parameters: Any) -> list[dict[str, Any]]:
    return get(query).run(store(), TIMEOUT, **parameters).dicts()


class _Places:
    """What the values of `country`, `place` and `part_of` mean, each looked up once a batch."""

    def __init__(self) -> None:
        self._meant: dict[tuple[str, str], str] = {}

    def meant(self, pid: str, text: str) -> str:
        """The id of the place or body; empty if there is none, or it is not clear which."""
        if (pid, text) not in self._meant:
            classes = _TYPED if pid == "part_of" else ("Place",)
            try:
                found = resolve(store(), pid, text, classes).id
            except BadParameter:
                found = ""
            self._meant[pid, text] = found
        return self._meant[pid, text]


def _candidates(
    asked: _Asked, hits: Sequence[Hit], held: set[str], known: _Known, places: _Places
) -> list[dict[str, Any]]:
    """The candidates of a query, best first, those with the number that was given before all."""
    scores = {h.id: h for h in hits if h.id in known.nodes}
    types = asked.types()
    found = []
    for id_ in {*scores, *held} & known.nodes.keys():
        node = known.nodes[id_]
        fits = [t in _types(node) for t in types]
        if types and asked.type_strict != "should" and not (
            all(fits) if asked.type_strict == "all" else any(fits)
        ):
            continue
        features = _features(asked, id_, scores.get(id_), known, places)
        if types:
            features["type"] = all(fits) if asked.type_strict == "all" else any(fits)
        found.append((_score(features), id_, features))
    found.sort(key=lambda one: (-one[0], one[1]))
    alike = sum(bool(f.get("name", 0) >= _SAME) for _, _, f in found)
    numbered = sum(f.get("identifier") is True for _, _, f in found)
    return [
        {
            "id": id_, "name": str(known.nodes[id_]["name"]), "score": round(score, 2),
            "match": _certain(features, alike, numbered),
            "description": _description(known.nodes[id_], known.places.get(id_, {})),
            "type": [{"id": t, "name": n} for t, n in _types(known.nodes[id_]).items()],
            "features": [{"id": name, "value": value} for name, value in features.items()],
        }
        for score, id_, features in found[:min(int(asked.limit), BATCH)]
    ]


def _features(
    asked: _Asked, id_: str, hit: Hit | None, known: _Known, places: _Places
) -> dict[str, Any]:
    """What speaks for and against a candidate; what is not known of it says nothing."""
    features: dict[str, Any] = {}
    if asked.query.strip():
        features["name"] = hit.score if hit else 0.0
        features["name_exact"] = hit is not None and hit.score >= _EXACT
        features["pinyin"] = hit is not None and _SAME <= hit.score < _EXACT and (
            _han(hit.matched) and not _han(asked.query))
        features["id"] = asked.query.strip() == id_
    own = _own_numbers(known.nodes[id_])
    agree, differ = False, False
    for given in asked.properties:
        if given.pid in _NUMBERS:
            for number in (n for t in given.texts() for n in _written(given.pid, t)):
                scheme = _scheme(number)
                agree = agree or number in own.get(scheme, ())
                differ = differ or (scheme in own and number not in own[scheme])
        elif given.pid in _PLACES:
            meant = {m for t in given.texts() if (m := places.meant(given.pid, t))}
            there = known.above.get(id_) if given.pid == "part_of" else known.places.get(id_)
            if meant and there:
                features[given.pid] = bool(meant & {*there})
        elif stated := {fold(str(v)) for one in _plain(known.nodes[id_].get(given.pid))
                        for v in one.values()}:
            features[given.pid] = any(fold(text) in stated for text in given.texts())
    if agree or differ:
        features["identifier"] = agree and not differ
    return features


def _score(features: Mapping[str, Any]) -> float:
    """0 to 100: likeness of the names, or all of it where a number agrees, less what differs."""
    score = float(features.get("name", 0.0))
    if features.get("identifier") or features.get("id"):
        score = _SURE
    elif features.get("identifier") is False:
        score *= _CONTRADICTED
    differing = [f for f in _constraints(features) if f != "identifier" and not features[f]]
    return score * _ELSEWHERE ** len(differing)


def _constraints(features: Mapping[str, Any]) -> list[str]:
    """The features that say whether something agrees that the query gives beside its text."""
    return [f for f in features if f not in ("name", "name_exact", "pinyin", "id")]


def _certain(features: Mapping[str, Any], alike: int, numbered: int) -> bool:
    """Whether a candidate is a match without a person's look."""
    if not all(features[f] for f in _constraints(features)):
        return False
    if features.get("id") or (features.get("identifier") and numbered == 1):
        return True
    return bool(features.get("name_exact") and features.get("country") and alike == 1)


def _written(pid: str, text: str) -> list[str]:
    """A number as nodes have it; none where it is of no register."""
    if pid in ("lei", "uscc"):
        return [re.sub(r"[\s-]", "", text).upper()]
    scheme, _, number = text.partition(":")
    scheme, number = scheme.strip().upper(), number.strip()
    if scheme in ("XI-LEI", "LEI", "CN-USC", "USCC"):
        return [re.sub(r"[\s-]", "", number).upper()]
    certain = is_official(scheme) or scheme == "WIKIDATA"
    return [f"{scheme}:{number}"] if number and certain else []


def _scheme(number: str) -> str:
    scheme, colon, _ = number.partition(":")
    return scheme if colon else "USCC" if len(number) == 18 else "LEI"


def _own_numbers(node: Mapping[str, Any]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    numbers = [node.get("lei"), node.get("uscc"), *(node.get("identifiers") or ())]
    for number in filter(None, numbers):
        found[_scheme(number)].add(number)
    return found


def _han(text: str) -> bool:
    return re.search(r"[\u3400-\u9fff\U00020000-\U0003fffd]", text) is not None


# Types and properties ----------------------------------------------------------------------------


@cache
def _all_types() -> dict[str, dict[str, Any]]:
    """The classes, and their kinds as `CLASS/KIND`, with the type directly above each."""
    schema = Schema.load()
    found: dict[str, dict[str, Any]] = {}
    for cls in CLASSES:
        top = {"id": cls, "name": schema.classes[cls].label}
        found[cls] = {**top, "description": schema.classes[cls].definition}
        if scheme := schema.kind_scheme(cls):
            concepts = schema.concepts[scheme.id]
            for one in concepts.values():
                above = [{"id": f"{cls}/{b}", "name": concepts[b].label} for b in one.broader]
                found[f"{cls}/{one.id}"] = {
                    "id": f"{cls}/{one.id}", "name": one.label, "description": one.definition,
                    "broader": above or [top],
                }
    return found


def _types(node: Mapping[str, Any]) -> dict[str, str]:
    """The types of a node with their names: its class, its kind, and all wider kinds."""
    ids = [node["class"], *(f"{node['class']}/{kind}" for kind in node.get("kinds") or ())]
    return {id_: _all_types()[id_]["name"] for id_ in ids if id_ in _all_types()}


@cache
def _all_properties() -> dict[str, _Property]:
    """What can be fetched: the properties of the classes, places, and relations both ways."""
    schema = Schema.load()
    found = {
        "country": _Property("country", "country", CLASSES),
        "place": _Property("place", "places that contain it", CLASSES),
        "part_of": _Property("part_of", "bodies above it", ("PublicBody",)),
        "names": _Property("names", "all names", CLASSES),
        "standing": _Property("standing", "standing", CLASSES),
        "contested": _Property("contested", "contested", CLASSES),
    }
    for cls in CLASSES:
        for prop in schema.classes[cls].properties:
            before = found.get(prop.name)
            classes = (*(before.classes if before else ()), cls)
            found[prop.name] = _Property(prop.name, prop.label, classes)
    for kind, relation in schema.relations.items():
        if relation.asserted:
            for direction, label, ends in (("out", relation.label, relation.from_),
                                           ("in", relation.inverse, relation.to)):
                classes = tuple(c for c in CLASSES if c in ends)
                id_ = f"{relation.kebab}-{direction}"
                if classes:
                    found[id_] = _Property(id_, label, classes, kind, direction)
    return found


def _description(node: Mapping[str, Any], places: Mapping[str, tuple[str, str]]) -> str:
    """What tells namesakes apart: Chinese name, kind, countries."""
    schema = Schema.load()
    cls = node["class"]
    scheme = schema.kind_scheme(cls)
    kind = schema.concept(scheme.id, str(node.get(scheme.property, ""))) if scheme else None
    zh = node.get("name_zh")
    told = [zh if zh != node["name"] else "", kind.label if kind else schema.classes[cls].label,
            *sorted(name for name, kind_ in places.values() if kind_ == "country")]
    return ", ".join(filter(None, told))


# Suggestions -------------------------------------------------------------------------------------


@blueprint.get("/suggest/entity")
def suggest_entity() -> Any:
    """Nodes whose name begins with, or resembles, what has been typed."""
    hits = store().search(_prefix(), _cursor() + BATCH, CLASSES)[_cursor():]
    known = _known(h.id for h in hits)
    return flask.jsonify({"result": [
        {"id": h.id, "name": h.name,
         "description": _description(known.nodes[h.id], known.places.get(h.id, {})),
         "notable": [{"id": t, "name": n} for t, n in _types(known.nodes[h.id]).items()]}
        for h in hits if h.id in known.nodes
    ]})


@blueprint.get("/suggest/type")
def suggest_type() -> Any:
    """Classes and kinds."""
    return flask.jsonify({"result": _suggested(_all_types().values())})


@blueprint.get("/suggest/property")
def suggest_property() -> Any:
    """Properties that a query may give, and those that can be fetched besides."""
    names = {p.id: p.name for p in _all_properties().values()} | _CONSTRAINTS
    return flask.jsonify({"result": _suggested(
        {"id": id_, "name": name} for id_, name in names.items())})


def _suggested(all_: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those whose id or name begins with what was typed, then those that hold it."""
    text = _prefix().casefold()
    ranked = []
    for one in all_:
        texts = [one["name"].casefold(), one["id"].casefold()]
        if any(text in t for t in texts):
            ranked.append((not any(t.startswith(text) for t in texts), texts, one))
    ranked.sort(key=lambda r: r[:2])
    return [one for _, _, one in ranked][_cursor():][:BATCH]


def _prefix() -> str:
    return request.args.get("prefix", "").strip()[:200]


def _cursor() -> int:
    text = request.args.get("cursor") or "0"
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        abort(400, "cursor is a whole number below 10000")
    return int(text)


# Extension ---------------------------------------------------------------------------------------


@blueprint.get("/properties")
def properties() -> Any:
    """The properties that can be fetched for nodes of a type."""
    type_ = request.args.get("type", "")
    text = request.args.get("limit") or str(BATCH * BATCH)
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        abort(400, "limit is a whole number below 10000")
    cls = type_.partition("/")[0]
    fitting = [p for p in _all_properties().values() if cls in p.classes or cls not in CLASSES]
    return flask.jsonify({
        "type": type_, **({"limit": int(text)} if "limit" in request.args else {}),
        "properties": [{"id": p.id, "name": p.name} for p in fitting[:int(text)]],
    })


def _extended(asked: _Extension) -> dict[str, Any]:
    if len(asked.ids) > BATCH * 10:
        abort(413, f"at most {BATCH * 10} nodes are extended at once")
    wanted = []
    for one in asked.properties:
        if one.id not in _all_properties():
            abort(400, f"there is no property {one.id[:100]!r}")
        wanted.append(_all_properties()[one.id])
    ids = sorted(set(asked.ids))
    known = _known(ids)
    related: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    if ids and any(p.relation for p in wanted):
        for row in _rows("relations", ids=ids):
            kind = row["id"].split("--")[1].upper().replace("-", "_")
            related[row["node"], kind, row["direction"]].append(row)
    return {
        "meta": [{"id": p.id, "name": p.name} for p in wanted],
        "rows": {
            id_: {p.id: list(_values(p, id_, known, related)) for p in wanted} for id_ in ids
        },
    }


def _values(
    prop: _Property, id_: str, known: _Known,
    related: Mapping[tuple[str, str, str], list[dict[str, Any]]],
) -> Iterator[dict[str, Any]]:
    """The values of a property; a relation with its standing, without which it says too much."""
    if prop.relation:
        for row in related.get((id_, prop.relation, prop.direction), ()):
            told = [standing_words(row["standing"]), "contested" if row["contested"] else "",
                    date_words(row["valid"]) if row["valid"] else ""]
            yield {"id": row["other"], "name": str(row["name"] or row["other"]),
                   "description": ", ".join(filter(None, told))}
    elif prop.id in ("country", "place"):
        for place, (name, kind) in sorted(known.places.get(id_, {}).items()):
            if place != id_ and (kind == "country" or prop.id == "place"):
                yield {"id": place, "name": name}
    elif prop.id == "part_of":
        above = known.above.get(id_, frozenset())
        for row in _rows("node-class", ids=sorted(above)) if above else ():
            yield {"id": row["id"], "name": row["name"]}
    elif id_ in known.nodes:
        yield from _plain(known.nodes[id_].get(prop.id))


def _plain(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for one in value:
            yield from _plain(one)
    elif isinstance(value, bool):
        yield {"str": "yes" if value else "no"}
    elif isinstance(value, int):
        yield {"int": value}
    elif isinstance(value, float):
        yield {"float": value}
    elif value:
        yield {"str": str(value)}


# Preview -----------------------------------------------------------------------------------------


@blueprint.get("/preview/<path:id_>")
def preview(id_: str) -> Response:
    """A small page about a node. It alone may be shown within the pages of others."""
    known = _known([id_])
    node = known.nodes.get(id_)
    if node is None or node["class"] not in CLASSES:
        abort(404, f"there is nothing to reconcile with the id {id_!r}")
    above = list(_values(_all_properties()["part_of"], id_, known, {}))
    response = flask.make_response(flask.render_template(
        "preview.html", node=node, url=address("machine.node", id_=id_),
        about=_description(node, known.places.get(id_, {})), above=[one["name"] for one in above],
    ))
    framed = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
    response.headers["Content-Security-Policy"] = framed
    return response
