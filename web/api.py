"""The same as data, for programs: /api/v1, described in OpenAPI 3.1."""

from __future__ import annotations

from typing import Any

import flask
import msgspec
from flask import Blueprint, Response, abort, request

from sousveil.ontology import Schema
from sousveil.queries import Paths, Question, catalogue, find_paths, get
from sousveil.queries.facts import entity_facts
from sousveil.version import VERSION
from sousveil.web.app import store
from sousveil.web.common import TIMEOUT, question

__all__ = ["blueprint"]

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

_PAGE = 100
_MOST = 1000
_LISTS = ("relations", "statements", "says", "claims")
"""Lists of a node that may be long: one cursor leads through all of them."""


@blueprint.get("/")
def root() -> Any:
    """What there is, and of which data set."""
    info = store().info
    return flask.jsonify({
        "program": "sousveil", "version": VERSION, "dataset": info.dataset,
        "counts": info.counts, "openapi": flask.url_for("api.openapi"),
    })


@blueprint.get("/search")
def search() -> Any:
    """Nodes by name."""
    text = request.args.get("q", "").strip()
    if not text or len(text) > 200:
        abort(400, "q is a name of 1 to 200 characters")
    hits = store().search(text, limit=50)
    return flask.jsonify({"query": text, "found": [
        {"id": h.id, "class": h.cls, "name": h.name, "name_zh": h.name_zh} for h in hits
    ]})


@blueprint.get("/entities")
def entities() -> Any:
    """The ids of a class, a page at a time."""
    cls = request.args.get("class", "")
    if cls not in _classes():
        abort(400, "class is one of " + ", ".join(_classes()))
    start, limit = _part()
    rows = get("ids-of-class").run(store(), TIMEOUT, cls=cls, skip=start, most=limit).rows
    total = store().info.counts.get(cls, 0)
    return flask.jsonify({
        "class": cls, "total": total, "ids": [id_ for id_, in rows],
        "next": _next(start + limit, total),
    })


@blueprint.get("/entities/<id_>")
def entity(id_: str) -> Any:
    """A node with its names, relations and statements; of its long lists a page at a time."""
    if not get("nodes").run(store(), TIMEOUT, ids=[id_]).rows:
        abort(404, f"there is nothing with the id {id_!r}")
    start, limit = _part(_MOST)
    facts = entity_facts(store(), id_)
    longest = max(len(facts[name]) for name in _LISTS)
    parts = {name: facts[name][start : start + limit] for name in _LISTS}
    return flask.jsonify({**facts, **parts, "next": _next(start + limit, longest)})


@blueprint.get("/claims/<id_>")
def claim(id_: str) -> Any:
    """A claim."""
    rows = get("claims").run(store(), TIMEOUT, ids=[id_]).dicts()
    if not rows:
        abort(404, f"there is no claim {id_!r}")
    return flask.jsonify(rows[0])


@blueprint.get("/paths")
def paths() -> Any:
    """The paths that answer a question; the parameters are those of the command line."""
    answer, _ = find_paths(store(), question(request.args.to_dict()), TIMEOUT)
    response = Response(msgspec.json.encode(answer), mimetype="application/json")
    if answer.truncated and answer.paths:
        # The body is that of the command line; where it goes on is said beside it (RFC 8288).
        end = str(answer.query.skip + len(answer.paths))
        asked: dict[str, Any] = {**request.args.to_dict(), "skip": end}
        where = flask.url_for("api.paths", **asked)
        response.headers.add("Link", f'<{where}>; rel="next"')
    return response


@blueprint.get("/queries")
def queries() -> Any:
    """Every canned query with its parameters and columns."""
    return flask.jsonify({"queries": [
        {"name": q.name, "topic": q.topic, "title": q.title, "summary": q.summary,
         "parameters": [
             {"name": p.name, "type": p.type, "required": p.required, "default": p.default,
              "help": p.help} for p in q.parameters
         ], "columns": q.columns} for q in catalogue().values()
    ]})


@blueprint.get("/queries/<name>")
def query(name: str) -> Any:
    """The rows of a canned query, a page at a time: `next` is the cursor of the following page."""
    found = get(name)
    start, limit = _part()
    given = {k: v for k, v in request.args.items() if k not in ("cursor", "limit")}
    table = found.run(store(), TIMEOUT, **given)
    end = start + limit
    return flask.jsonify({
        "query": name, "parameters": table.parameters, "dataset": table.dataset,
        "total": len(table.rows), "rows": table.dicts()[start:end],
        "next": _next(end, len(table.rows)),
    })


def _classes() -> list[str]:
    return [name for name in Schema.load().classes if name != "Claim"]


def _part(most: int = _PAGE) -> tuple[int, int]:
    """Where the part of a list begins that is asked for, and how long it is at most."""
    cursor, limit = request.args.get("cursor", "0"), request.args.get("limit", str(most))
    return _whole(cursor, 0, 10**9), _whole(limit, 1, _MOST)


def _next(end: int, total: int) -> str | None:
    """The cursor of the next part."""
    return str(end) if end < total else None


def _whole(text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
        abort(400, f"limit and cursor are whole numbers, limit from 1 to {_MOST}")
    return int(text)


@blueprint.get("/openapi.json")
def openapi() -> Any:
    """This interface, described."""
    return flask.jsonify(document())


def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document, from the question's own fields and the canned queries."""
    _, components = msgspec.json.schema_components(
        (Paths, Question), ref_template="#/components/schemas/{name}"
    )
    error = {
        "type": "object", "required": ["error"],
        "properties": {"error": {
            "type": "object", "required": ["status", "message", "hint"],
            "properties": {"status": {"type": "integer"}, "message": {"type": "string"},
                           "hint": {"type": "string"}},
        }},
    }

    def answer(summary: str, parameters: list[dict[str, Any]], schema: Any) -> dict[str, Any]:
        failing = {
            "description": "What is wrong, and what to do",
            "content": _json({"$ref": "#/components/schemas/Error"}),
        }
        return {"get": {
            "summary": summary, "parameters": parameters, "responses": {
                "200": {"description": summary, "content": _json(schema)},
                **dict.fromkeys(("400", "404", "414", "429", "503"), failing),
            },
        }}

    def given(
        name: str, where: str, kind: dict[str, Any], required: bool, text: str
    ) -> dict[str, Any]:
        return {"name": name, "in": where, "required": required, "schema": kind,
                "description": text}

    text = {"type": "string"}
    anything = {"type": "object"}
    kinds = {"integer": {"type": "integer"}, "boolean": {"type": "boolean"}}
    paged = [
        given("cursor", "query", {"type": "string", "pattern": "^[0-9]{1,9}$"}, False, "`next`"),
        given("limit", "query", {"type": "integer", "minimum": 1, "maximum": _MOST}, False,
              "Rows of a page"),
    ]
    asked = [
        given(f.encode_name.replace("_", "-"), "query", _of_field(f.type), f.required, "")
        for f in msgspec.structs.fields(Question)
    ]
    found: dict[str, Any] = {
        "/": answer("What there is, and of which data set", [], anything),
        "/search": answer("Nodes by name", [given(
            "q", "query", {**text, "minLength": 1, "maxLength": 200}, True, "Name"
        )], anything),
        "/entities": answer("The ids of a class", [
            given("class", "query", {**text, "enum": _classes()}, True, "Class of nodes"),
            *paged], anything),
        "/entities/{id}": answer("A node with its names, relations and statements", [
            given("id", "path", text, True, "Id of the node"), *paged], anything),
        "/claims/{id}": answer("A claim", [
            given("id", "path", text, True, "Id of the claim")], anything),
        "/paths": answer("The paths that answer a question", asked,
                         {"$ref": "#/components/schemas/Paths"}),
        "/queries": answer("Every canned query", [], anything),
    }
    for one in catalogue().values():
        found[f"/queries/{one.name}"] = answer(one.summary, [
            *(given(p.name, "query", kinds.get(p.type, _scheme(p.type)), p.required, p.help)
              for p in one.parameters), *paged,
        ], anything)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Sousveil", "version": VERSION, "license": {
            "name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "servers": [{"url": "/api/v1"}], "paths": found,
        "components": {"schemas": {**components, "Error": error}},
    }


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _of_field(kind: Any) -> dict[str, Any]:
    if kind is bool or kind == bool | None:
        return {"type": "boolean"}
    if kind is int or kind == int | None:
        return {"type": "integer", "minimum": 0}
    return {"type": "string"}


def _scheme(kind: str) -> dict[str, Any]:
    concepts = Schema.load().concepts.get(kind)
    return {"type": "string", **({"enum": ["", *concepts]} if concepts else {})}
