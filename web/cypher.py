"""Reading statements of visitors, behind a switch that is off by default (`SOUSVEIL_CYPHER`)."""

from __future__ import annotations

import json
import threading
from typing import Any

import flask
from flask import Blueprint, abort, render_template, request

from sousveil.errors import QueryError
from sousveil.graph.readonly import Answer, check, run_readonly
from sousveil.web.app import store, wants_json
from sousveil.web.limits import untimed
from sousveil.web.tables import shown

__all__ = ["blueprint"]

blueprint = Blueprint("cypher", __name__)

ROWS = 200
"""Most rows of an answer."""
SECONDS = 10.0
"""Seconds after which a statement is stopped."""
MEMORY = 512
"""Megabytes that a statement may need."""
_turns = threading.BoundedSemaphore(2)
"""Statements that run at once: each is a process of its own."""


@blueprint.get("/cypher")
@blueprint.get("/cypher.<any(json):form>")
def page(form: str = "") -> Any:
    """A field for a statement, and its rows."""
    statement = request.args.get("statement", "").strip()
    if not statement:
        if form or wants_json():
            abort(400, "statement is missing")
        return render_template("cypher.html", statement="", answer=None, error=None)
    try:
        answer = _run(statement)
    except QueryError as error:
        if form or wants_json():
            raise
        return render_template(
            "cypher.html", statement=statement, answer=None, error=error
        ), 400
    rows = [[_written(value) for value in row] for row in answer.result.rows]
    if form or wants_json():
        return flask.jsonify({
            "statement": statement, "dataset": store().info.dataset,
            "columns": answer.result.columns, "rows": answer.result.rows,
            "truncated": answer.truncated, "warnings": answer.warnings,
        })
    return render_template(
        "cypher.html", statement=statement, answer=answer, rows=rows, error=None,
        shown=shown(answer.result.columns, rows),
    )


def _run(statement: str) -> Answer:
    check(statement)
    if not _turns.acquire(timeout=SECONDS):
        abort(503, "other statements are running")
    try:
        return run_readonly(
            untimed(store()), statement, timeout=SECONDS, rows=ROWS, memory=MEMORY
        )
    finally:
        _turns.release()


def _written(value: Any) -> Any:
    """A value for a cell: what a cell cannot hold is written as JSON."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
