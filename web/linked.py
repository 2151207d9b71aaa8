"""The pages as linked data: the same address with .ttl, .jsonld, .nt or .trig, or by negotiation.

Also the ontology under the addresses of its terms, and the context of JSON-LD.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import flask
from flask import Blueprint, Response, render_template, request
from pyoxigraph import Quad

from sousveil.graph.writers.rdf_formats import FORMATS, Format, write_rdf
from sousveil.ontology import Schema
from sousveil.ontology.derive import jsonld_context
from sousveil.ontology.shapes import SHAPES, TERMS
from sousveil.queries.documents import answer_document, document
from sousveil.queries.examples import examples
from sousveil.web.app import store
from sousveil.web.common import TIMEOUT

__all__ = ["FORMS", "blueprint", "linked_answer", "linked_nodes", "wants_linked"]

blueprint = Blueprint("linked", __name__)

FORMS = {f.suffix.removeprefix("."): f for f in FORMATS.values() if f.name in (
    "turtle", "ntriples", "jsonld", "trig")}
"""The forms of linked data that pages have, by the ends of their addresses."""


def linked_nodes(form: str, ids: Iterable[str]) -> Response | None:
    """The document about nodes, if the address or the request asks for linked data."""
    wanted = _wanted(form)
    if wanted is None:
        return None
    base = flask.current_app.config["SETTINGS"].base
    return _written(
        document(store(), ids, base, graphs=wanted.graphs, timeout=TIMEOUT), wanted, base
    )


def linked_answer(form: str, rows: Iterable[Iterable[Any]]) -> Response | None:
    """The document about everything that an answer names, if linked data is asked for."""
    wanted = _wanted(form)
    if wanted is None:
        return None
    base = flask.current_app.config["SETTINGS"].base
    return _written(
        answer_document(store(), rows, base, graphs=wanted.graphs, timeout=TIMEOUT), wanted, base
    )


def wants_linked(form: str = "") -> bool:
    """Whether linked data is asked for."""
    return _wanted(form) is not None


def _wanted(form: str) -> Format | None:
    if form:
        return FORMS.get(form)
    types = {f.media_type: f for f in FORMS.values()}
    best = request.accept_mimetypes.best_match(
        ["text/html", "application/json", *types], "text/html")
    return types.get(best)


def _written(quads: Iterator[Quad], form: Format, base: str) -> Response:
    file = io.BytesIO()
    write_rdf(quads, file, form, base)
    found = Response(file.getvalue(), content_type=_content_type(form.media_type))
    # What its terms mean.
    found.headers["Link"] = f'<{flask.url_for("linked.ontology")}>; rel="describedby"'
    return found


def _content_type(media_type: str) -> str:
    # RFC 3986 names are ASCII, labels are not: text/turtle says so.
    return media_type + ("; charset=utf-8" if media_type.startswith("text/") else "")


# The ontology --------------------------------------------------------------------------------


@blueprint.get("/ontology")
@blueprint.get("/ontology.<any(ttl):form>")
def ontology(form: str = "") -> Any:
    """Classes, relations, properties and concepts, each at the address of its term."""
    best = request.accept_mimetypes.best_match(["text/html", "text/turtle"], "text/html")
    if form == "ttl" or best == "text/turtle":
        return _file(TERMS, "text/turtle")
    return render_template("ontology.html", terms=Schema.load())


@blueprint.get("/concept/<scheme>/<id_>")
def concept(scheme: str, id_: str) -> Any:
    """A concept: its place in the page of the ontology."""
    if Schema.load().concept(scheme, id_) is None:
        flask.abort(404, f"there is no concept {scheme}/{id_}")
    where = flask.url_for("linked.ontology")
    return flask.redirect(f"{where}#{scheme}-{id_}", 303)


@blueprint.get("/sparql")
def sparql() -> str:
    """Example questions in SPARQL."""
    return render_template("sparql.html", examples=examples())


@blueprint.get("/shapes.ttl")
def shapes() -> Response:
    """The SHACL shapes that data keep."""
    return Response(b"".join(map(_bytes, SHAPES)), content_type=_content_type("text/turtle"))


@blueprint.get("/context.jsonld")
def context() -> Response:
    """The context of our JSON-LD."""
    return Response(jsonld_context(Schema.load()), mimetype="application/ld+json")


def _file(path: Path, media_type: str) -> Response:
    return Response(_bytes(path), content_type=_content_type(media_type))


@cache
def _bytes(path: Path) -> bytes:
    return path.read_bytes()
