"""The pages. Each has a twin as data: the same address with .json or .csv behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import flask
import msgspec
from flask import Blueprint, Response, abort, redirect, render_template, request

from sousveil.errors import BadParameter
from sousveil.graph.interop import to_networkx
from sousveil.queries import SupplyPath, catalogue, find_paths, get
from sousveil.queries.facts import entity_facts, fall_of_claim
from sousveil.queries.telling import FLAT, chain, flat, sentence, told
from sousveil.web import pictures
from sousveil.web.app import store, wants_json
from sousveil.web.common import (
    TIMEOUT,
    claims_of,
    csv_file,
    href,
    nodes_of,
    paged,
    question,
    titled,
)
from sousveil.web.entity import groups, listed, ownership, sections
from sousveil.web.explorer import GROUPS, SORTS, arranged, page_of
from sousveil.web.language import language, say, schema
from sousveil.web.linked import linked_answer, linked_nodes, wants_linked
from sousveil.web.network import around
from sousveil.web.tables import table as shown

__all__ = ["blueprint"]

blueprint = Blueprint("pages", __name__)

_SHOWN = 50
"""Paths on one page."""
MISSION = {"from": "EU", "to": "public-security-bureau"}


# Start and search ----------------------------------------------------------------------------


@blueprint.get("/")
def home() -> str:
    """The start page."""
    counts = store().info.counts
    sources = get("sources").run(store(), TIMEOUT).dicts()
    return render_template(
        "home.html", counts=counts, mission=urlencode(MISSION), sources=sources[:6],
    )


@blueprint.get("/search")
def search() -> Any:
    """Nodes by name: a page, or a list for the field that searches while one types."""
    text = request.args.get("q", "").strip()[:200]
    hits = store().search(text, limit=50) if text else ()
    found = [
        {"id": h.id, "class": h.cls, "name": h.name, "name_zh": h.name_zh,
         "url": href(h.cls, h.id)} for h in hits
    ]
    if wants_json():
        return flask.jsonify({"query": text, "found": found})
    return render_template("search.html", text=text, found=found)


# Nodes ---------------------------------------------------------------------------------------


def node(id_: str, *classes: str) -> dict[str, Any]:
    """The node's own properties; elsewhere if it was merged or is shown on another page."""
    rows = get("nodes").run(store(), TIMEOUT, ids=[id_]).dicts()
    if not rows:
        hits = [h for h in store().search(id_, limit=5) if id_ in _merged(h.id)]
        if hits:
            flask.abort(redirect(href(hits[0].cls, hits[0].id), 308))
        gone(id_)
        abort(404, f"there is nothing with the id {id_!r}")
    properties: dict[str, Any] = rows[0]["properties"]
    if classes and properties["class"] not in classes:
        flask.abort(redirect(href(properties["class"], id_), 308))
    return properties


def gone(id_: str) -> None:
    """Answer for an id that was described once, with the reason why it is no more."""
    if found := store().info.tombstone(id_):
        name = f"{found.name} ({id_})" if found.name else id_
        abort(410, f"{name} has not been described since {found.date}: {found.because}")


def _merged(id_: str) -> Sequence[str]:
    found: Sequence[str] = get("nodes").run(store(), ids=[id_]).dicts()[0]["properties"]["merged"]
    return found


@blueprint.get("/entity/<id_>")
@blueprint.get("/entity/<id_>.<any(json, csv, ttl, jsonld, nt, trig):form>")
def entity(id_: str, form: str = "") -> Any:
    """A company, public body, publisher, programme, product, place, instrument or figure."""
    properties = node(id_)
    cls = properties["class"]
    if cls in ("Source", "Transaction"):
        return redirect(href(cls, id_), 308)
    if document := linked_nodes(form, [id_]):
        return document
    facts = entity_facts(store(), id_, properties)
    if form == "json" or (not form and wants_json()):
        return flask.jsonify(facts)
    if form == "csv":
        return csv_file(
            ("relation", "direction", "other", "name", "valid", "standing", "contested", "claims"),
            ([r["kind"], r["direction"], r["other"], r["name"], r["valid"], r["standing"],
              r["contested"], r["claims"]] for r in facts["relations"]), id_,
        )
    return render_template("entity.html", facts=facts, **sections(id_, facts))


@blueprint.get("/entity/<id_>/<what>")
def listing(id_: str, what: str) -> str:
    """One of the lists that the page of an entity or transaction only begins, page by page."""
    facts = entity_facts(store(), id_, node(id_))
    return render_template("list.html", facts=facts, what=what, **listed(facts, what))


@blueprint.get("/entity/<id_>/ownership.<any(svg, png):form>")
def ownership_file(id_: str, form: str) -> Response:
    """The ownership tree of a company as a file."""
    node(id_, "Company")
    picture = ownership(id_)
    if picture is None:
        abort(404, f"no ownership of {id_!r} is stated as of that day")
    return pictures.file(picture, form, f"ownership-{id_}", store().info.dataset)


@blueprint.get("/transaction/<id_>")
@blueprint.get("/transaction/<id_>.<any(json, ttl, jsonld, nt, trig):form>")
def transaction(id_: str, form: str = "") -> Any:
    """A transaction: who had which part, what was delivered, and who says so."""
    properties = node(id_, "Transaction")
    if document := linked_nodes(form, [id_]):
        return document
    facts = entity_facts(store(), id_, properties)
    if form == "json" or (not form and wants_json()):
        return flask.jsonify(facts)
    roles = get("roles").run(store(), TIMEOUT, ids=[id_]).dicts()
    found = around(id_, facts["relations"], ("supply", "goods", "mentions"))
    ids = {c for r in facts["relations"] for c in r["claims"]} | set(facts["claims"])
    return render_template(
        "transaction.html", facts=facts, roles=roles, groups=groups(facts["relations"]),
        claims=titled(claims_of(ids)),
        around=pictures.of_graph(found.graph, facts["title"], href, id_),
    )


@blueprint.get("/source/<id_>")
@blueprint.get("/source/<id_>.<any(json, csv, ttl, jsonld, nt, trig):form>")
def source(id_: str, form: str = "") -> Any:
    """A source, everything that rests on it, and what would fall with it."""
    properties = node(id_, "Source")
    if document := linked_nodes(form, [id_]):
        return document
    table = get("claims-of-source").run(store(), TIMEOUT, ids=[id_])
    if form == "csv":
        return csv_file(table.columns, table.rows, id_)
    if form == "json" or (not form and wants_json()):
        return flask.jsonify({**properties, "claims": table.dicts()})
    falls = get("what-falls").run(store(), TIMEOUT, source=id_)
    page = paged(table.dicts())
    ends = {c["id"]: _ends(c["about"]) for c in page["rows"]}
    nodes = nodes_of({
        properties.get("publisher") or "", *(c["author"] for c in page["rows"]),
        *(i for found in ends.values() for i in found),
    })
    return render_template(
        "source.html", source=properties, page=page, falls=len(falls.rows),
        fallen=shown(falls.columns, falls.rows[:500]),
        names={i: name for i, (_, name) in nodes.items()},
        claims=[{**c, "ends": _linked(ends[c["id"]], nodes)} for c in page["rows"]],
    )


@blueprint.get("/claim/<id_>")
@blueprint.get("/claim/<id_>.<any(json, ttl, jsonld, nt, trig):form>")
def claim(id_: str, form: str = "") -> Any:
    """A claim: who says it, on what basis, where it can be read."""
    rows = claims_of([id_])
    if not rows:
        gone(id_)
        abort(404, f"there is no claim {id_!r}")
    if document := linked_answer(form, [[id_]]):
        return document
    if form == "json" or (not form and wants_json()):
        return flask.jsonify(rows[0])
    ends = _ends(rows[0]["about"])
    fall = fall_of_claim(store(), rows[0], TIMEOUT)
    return render_template(
        "claim.html", claim=titled(rows)[0], fall=fall, groups=groups(fall.relations),
        nodes=_linked(ends, nodes_of(ends)), kept_by=titled(fall.kept_by[:12]),
        replies=titled(fall.replies[:12]),
    )


def _ends(about: str) -> list[str]:
    """The node that something is about, or the two that a relation connects."""
    ends = about.split("--")
    return [about] if len(ends) < 3 else [ends[0], ends[2]]


def _linked(
    ids: Sequence[str], nodes: Mapping[str, tuple[str, str]]
) -> list[dict[str, str]]:
    return [
        {"name": nodes[i][1], "url": href(nodes[i][0], i)} for i in ids if i in nodes
    ]


def wants_data() -> bool:
    """Whether the request asks for data of any form rather than a page."""
    return wants_json() or wants_linked()


# Paths ---------------------------------------------------------------------------------------

@blueprint.get("/paths")
@blueprint.get("/paths.<any(json, csv, ttl, jsonld, nt, trig):form>")
def paths(form: str = "") -> Any:
    """The form for a question and, if one is asked, the answer."""
    asked = {k: v for k, v in request.args.items() if v.strip()}
    if not asked and not form and not wants_data():
        return render_template("paths.html", asked={}, answer=None, options=_options())
    try:
        answer, notes = find_paths(store(), question(asked), TIMEOUT)
        bundles = arranged(
            answer.paths, asked.get("sort", ""), asked.get("group", ""), asked.get("only", "")
        )
    except BadParameter as error:
        if form or wants_data():
            raise
        return render_template(
            "paths.html", asked=asked, answer=None, options=_options(), error=error,
        ), 400
    if document := linked_answer(form, [[msgspec.to_builtins(p)] for p in answer.paths]):
        return document
    if form == "csv":
        return csv_file(FLAT, map(flat, answer.paths), "paths")
    if form == "json" or wants_json():
        return Response(msgspec.json.encode(answer), mimetype="application/json")
    page = paged([p for b in bundles for p in b.paths], _SHOWN)
    on_page = page_of(bundles, (page["number"] - 1) * _SHOWN, _SHOWN)
    classes = {i: cls for i, (cls, _) in nodes_of(
        end.id for p in answer.paths for step in p.steps for end in (step.from_, step.to)
    ).items()}
    kept = {k: v for k, v in asked.items() if k not in ("page", "sort", "group", "only")}
    return render_template(
        "paths.html", asked=asked, answer=answer, notes=notes, options=_options(), page=page,
        bundles=bundles, shown=[(b.name, _cards(b.paths, kept, classes)) for b in on_page],
        query=urlencode(kept), kept=kept,
        whole=_picture(answer.paths, say("All paths"), classes)
        if 1 < len(answer.paths) <= 12 else None,
        files=_files(kept),
    )


def _cards(
    paths: Sequence[Any], asked: Mapping[str, str], classes: Mapping[str, str]
) -> list[dict[str, Any]]:
    return [
        {"path": path, "told": about, "chain": links,
         "sentence": sentence(_addressed(path), about, say, schema()),
         "picture": _picture([path], " → ".join(links), classes),
         "files": _files({**asked, "path": path.id})}
        for path, about in zip(paths, told(store(), paths), strict=True)
        for links in [chain(path, say)]
    ]


def _addressed(path: SupplyPath) -> SupplyPath:
    """The path with its end user by the name that the page's language has for it, if one is given.
    """
    end = path.end_user
    if language() == "en" or not end.name_zh:
        return path
    return msgspec.structs.replace(
        path, end_user=msgspec.structs.replace(end, name=end.name_zh)
    )


def _files(asked: Mapping[str, Any]) -> dict[str, str]:
    """Where the picture of these paths can be taken away, and explored further."""
    return {
        form: flask.url_for("network.network", form=form or None, **asked)
        for form in ("", "svg", "png", "graphml")
    }


def _picture(found: Sequence[Any], title: str, classes: Mapping[str, str]) -> pictures.Picture:
    graph = to_networkx(_Some(paths=found, dataset=""))
    for id_, data in graph.nodes(data=True):
        data["class"] = classes[id_]
    contested = {p.id for p in found if p.contested}
    return pictures.of_graph(graph, title, href, contested=contested)


class _Some(msgspec.Struct):
    """Some paths of an answer, as `to_networkx` takes them."""

    paths: Sequence[Any]
    dataset: str


def _options() -> dict[str, Any]:
    """What the form offers: kinds of body, channels and standings, with their labels."""
    concepts = {
        name: [(c.id, c.label) for c in schema().concepts[name].values()]
        for name in ("organisation-kind", "channel", "standing")
    }
    return {
        **concepts, "sort": [(k, say(v[0])) for k, v in SORTS.items()],
        "group": [(k, say(v[0])) for k, v in GROUPS.items()],
    }


@blueprint.get("/compare")
def compare() -> Any:
    """Two companies: the resellers, end users and programmes that they share."""
    one, other = request.args.get("one", "").strip(), request.args.get("other", "").strip()
    if not (one and other):
        return render_template("compare.html", one=one, other=other, found=None)
    from sousveil.queries import resolve

    first = resolve(store(), "one", one, ("Company",))
    second = resolve(store(), "other", other, ("Company",))
    shared = get("shared-resellers").run(store(), TIMEOUT, one=first.id, other=second.id)
    goods = [
        get("company-goods").run(store(), TIMEOUT, company=c.id).dicts() for c in (first, second)
    ]
    both = {}
    for what, ids, names in (
        ("end users", "end_user", "end_user_name"), ("programmes", "programmes", "programme_names"),
    ):
        sides: list[dict[str, str]] = []
        for rows in goods:
            side: dict[str, str] = {}
            for row in rows:
                found, called = row[ids], row[names]
                if isinstance(found, str):
                    found, called = [found], [called]
                side.update(zip(found or (), called or (), strict=True))
            sides.append(side)
        both[what] = sorted((i, sides[0][i]) for i in sides[0].keys() & sides[1].keys() if i)
    return render_template(
        "compare.html", one=first, other=second, both=both,
        found=shown(shared.columns, shared.rows)._replace(columns=(
            say("Reseller"), *(say(text, name=c.name) for c in (first, second)
                               for text in ("Goods of {name}", "End users of {name}")),
        )),
        counts=[len(rows) for rows in goods],
    )


# Canned queries ------------------------------------------------------------------------------


@blueprint.get("/queries")
def queries() -> str:
    """All canned queries by topic."""
    topics: dict[str, list[Any]] = defaultdict(list)
    for query in catalogue().values():
        if query.topic != "lookup":
            topics[query.topic].append(query)
    return render_template("queries.html", topics=topics)


@blueprint.get("/queries/<name>")
@blueprint.get("/queries/<name>.<any(json, csv, ttl, jsonld, nt, trig):form>")
def query(name: str, form: str = "") -> Any:
    """One canned query: its documentation, its form, its text, and its rows if it is asked."""
    found = get(name)
    known = {p.name for p in found.parameters}
    given = {k: v for k, v in request.args.items() if k in known and v != ""}
    ready = all(p.name in given for p in found.parameters if p.required)
    asked = bool(given) or "run" in request.args or form or wants_data()
    table, error = None, None
    if asked and (ready or form or wants_data()):
        try:
            table = found.run(store(), TIMEOUT, **_named(found, given))
        except BadParameter as problem:
            if form or wants_data():
                raise
            error = problem
    if table is not None and (document := linked_answer(form, table.rows)):
        return document
    if table is not None and form == "csv":
        return csv_file(table.columns, table.rows, name)
    if table is not None and (form == "json" or wants_json()):
        return flask.jsonify({
            "query": name, "parameters": table.parameters, "dataset": table.dataset,
            "rows": table.dicts(),
        })
    page = paged(table.rows) if table else None
    return render_template(
        "query.html", query=found, given=given, table=table, error=error, page=page,
        shown=shown(table.columns, page["rows"]) if table and page else None,
        asked=urlencode(given),
    ), 400 if error else 200


def _named(found: Any, given: Mapping[str, str]) -> dict[str, Any]:
    """The parameters, names of nodes turned into ids."""
    from sousveil.queries import resolve

    values: dict[str, Any] = {}
    for parameter in found.parameters:
        text = given.get(parameter.name)
        if text is None:
            continue
        values[parameter.name] = text
        if parameter.classes and text and parameter.type != "ids":
            values[parameter.name] = resolve(
                store(), parameter.name, text, parameter.classes
            ).id
    return values


# Pages of words ------------------------------------------------------------------------------


@blueprint.get("/about")
def about() -> str:
    """Method, wording, corrections, licence, coverage and known gaps."""
    gaps = get("open-questions").run(store(), TIMEOUT)
    return render_template(
        "about.html", counts=store().info.counts, gaps=shown(gaps.columns, gaps.rows[:100]),
        left=len(gaps.rows) if len(gaps.rows) > 100 else 0,
    )
