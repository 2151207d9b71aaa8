"""The application: settings in, routes and error pages registered, headers on every answer."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlencode

import flask
from flask import Flask, Response, g, render_template, request
from werkzeug.exceptions import HTTPException

from sousveil.errors import (
    BadParameter,
    QueryError,
    SousveilError,
    StoreError,
    StoreUnavailable,
    UnknownQuery,
)
from sousveil.graph import Store
from sousveil.queries.words import CHANNELS, STANCES
from sousveil.settings import Settings
from sousveil.version import VERSION
from sousveil.web.language import (
    Prefixed,
    date_words,
    kind_words,
    standing_words,
    tongue,
    words_of,
)
from sousveil.web.limits import limit, timed
from sousveil.web.live import Live
from sousveil.web.pictures import legend, words

__all__ = ["create_app", "store"]

STATUS: dict[type[SousveilError], int] = {
    BadParameter: 400, UnknownQuery: 404, QueryError: 400, StoreUnavailable: 503, StoreError: 503,
    SousveilError: 500,
}
"""HTTP status of each class of error, the most specific class first."""

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_log = logging.getLogger("sousveil.web")


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI application on the store that the settings name."""
    from sousveil.web import api, cypher, linked, machine, network, pages, reconcile

    app = Flask("sousveil.web")
    app.config["SETTINGS"] = settings = settings or Settings.read()
    app.config["BILINGUAL"] = True
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        picture_words=words, picture_legend=legend, page_url=_page_url
    )
    app.extensions["live"] = Live(settings.store)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(machine.blueprint)
    app.register_blueprint(linked.blueprint)
    app.register_blueprint(network.blueprint)
    app.register_blueprint(reconcile.blueprint)
    if settings.cypher:
        app.register_blueprint(cypher.blueprint)
    app.context_processor(_context)
    app.wsgi_app = Prefixed(app.wsgi_app)  # type: ignore[method-assign]
    limit(app, settings)
    app.before_request(_lend)
    app.teardown_request(_return)
    app.after_request(_headers)
    app.register_error_handler(SousveilError, _ours)
    app.register_error_handler(HTTPException, _theirs)
    app.register_error_handler(Exception, _unforeseen)
    app.add_template_filter(date_words, "date_words")
    app.add_template_filter(standing_words, "standing_words")
    app.add_template_filter(_lang, "lang")
    app.add_template_filter(tongue, "tongue")
    app.add_template_filter(kind_words, "kind_words")
    app.add_template_filter(_asked, "asked")
    return app


def store() -> Store:
    """The graph of this request: the same from its beginning to its end."""
    if "store" not in g:
        loan = flask.current_app.extensions["live"].store()
        lent = loan.__enter__()
        try:
            _ = lent.info
        except SousveilError:
            loan.__exit__(None, None, None)
            raise
        g.loan, g.store = loan, timed(lent)
    found: Store = g.store
    return found


def _lend() -> None:
    if request.endpoint not in (None, "static"):
        store()


def _return(_: BaseException | None) -> None:
    if (loan := g.pop("loan", None)) is not None:
        loan.__exit__(None, None, None)


def _context() -> dict[str, Any]:
    return {
        "version": VERSION, "channels": CHANNELS, "stances": STANCES,
        "dataset": store().info.dataset if "store" in g else "",
        "bilingual": flask.current_app.config["BILINGUAL"], **words_of(),
    }


def _lang(text: str) -> str:
    """The `lang` attribute of a name: Chinese characters are read as Chinese."""
    return "zh" if any("\u3400" <= c <= "\u9fff" for c in text) else ""


def _asked(parameters: dict[str, Any]) -> str:
    """The parameters of a query as the end of an address, without the empty ones."""
    return urlencode({k: v for k, v in parameters.items() if v not in ("", None, [], False)})


def _page_url(number: int) -> str:
    """The address of another page of this answer."""
    asked = [(k, v) for k, v in request.args.items(multi=True) if k != "page"]
    return f"{request.path}?{urlencode([*asked, ('page', number)])}"


def _headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    headers.add("Vary", "Accept")
    if request.endpoint == "static":
        headers["Cache-Control"] = "public, max-age=3600"
        return response
    if response.status_code == 200 and request.method in ("GET", "HEAD") and "store" in g:
        response.cache_control.no_cache = True
        if not response.is_streamed:
            response.add_etag()
            response.make_conditional(request)
    return response


def _ours(error: SousveilError) -> tuple[Any, int]:
    status = next(STATUS[c] for c in type(error).__mro__ if c in STATUS)
    if status >= 500:
        _log.error("%s: %s", type(error).__name__, error)
    message = str(error) if status < 500 else "the graph cannot be read at present"
    return _told(status, message, error.hint if status < 500 else "try again in a minute")


def _theirs(error: HTTPException) -> Any:
    status = error.code or 500
    if status < 400 or error.response is not None:
        return error
    hints = {
        404: "search for it, or begin at the start page",
        410: "`sousveil retract --list` tells more where the data are kept",
        413: "ask for less at once", 414: "ask for less at once", 429: "wait a minute",
    }
    return _told(status, error.description or error.name, hints.get(status, ""))


def _unforeseen(error: Exception) -> tuple[Any, int]:
    _log.exception("unforeseen error", exc_info=error)
    return _told(500, "something went wrong here", "it has been noted; try again later")


def _told(status: int, message: str, hint: str) -> tuple[Any, int]:
    """One shape of error for programs, one page for people."""
    if wants_json():
        body = {"error": {"status": status, "message": message, "hint": hint}}
        return flask.jsonify(body), status
    return render_template("error.html", status=status, message=message, hint=hint), status


def wants_json() -> bool:
    """Whether the request asks for data rather than a page."""
    if request.path.startswith(("/api/", "/reconcile")) or request.path.endswith((".json", ".csv")):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html")
    return bool(best == "application/json")
