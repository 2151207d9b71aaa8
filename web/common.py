"""What several modules of the site share: addresses, the question of an address, pages of rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from flask import Response, abort, request, url_for

from sousveil.errors import BadParameter
from sousveil.graph.writers import safe_cell
from sousveil.queries import Question, get
from sousveil.web.app import store

__all__ = [
    "PAGE", "TIMEOUT", "claims_of", "csv_file", "href", "nodes_of", "page_number", "paged",
    "question", "titled",
]

TIMEOUT = 20.0
"""Seconds that a page waits for an answer."""
PAGE = 100
"""Rows of a table on one page."""


def href(cls: str, id_: str) -> str:
    """The address of a node's page."""
    kinds = {"Source": "pages.source", "Transaction": "pages.transaction"}
    return url_for(kinds.get(cls, "pages.entity"), id_=id_)


def claims_of(ids: Iterable[str]) -> list[dict[str, Any]]:
    """The claims with these ids, as the query gives them."""
    wanted = sorted(ids)
    return get("claims").run(store(), TIMEOUT, ids=wanted).dicts() if wanted else []


def titled(claims: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The claims with the titles of the documents that they were read in and that they rely on."""
    claims = list(claims)
    known = nodes_of(
        {c["primary_source"] for c in claims}
        | {c["source"] for c in claims if "source_title" not in c}
    )
    return [
        {"source_title": known.get(c["source"], ("", c["source"]))[1], **c,
         "primary_title": known.get(c["primary_source"], ("", ""))[1]} for c in claims
    ]


def nodes_of(ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The class and the main name of each of these nodes; what is no node is left out."""
    wanted = sorted({i for i in ids if i})
    rows = get("node-class").run(store(), TIMEOUT, ids=wanted).dicts() if wanted else []
    return {r["id"]: (r["cls"], r["name"]) for r in rows}


_OF_THE_PAGE = ("page", "sort", "group", "only", "lang")
"""Parameters of an address that say how the answer is shown, and not what is asked."""
_FLAGS = ("include_inferred", "include_minority")
_NUMBERS = ("max_ownership", "max_transactions", "max_rollup", "limit", "skip")


def question(args: Mapping[str, str]) -> Question:
    """The question that an address asks; raises BadParameter."""
    known = {f.encode_name: f for f in msgspec.structs.fields(Question)}
    values: dict[str, Any] = {}
    for name, text in args.items():
        key = name.replace("-", "_")
        if key not in known:
            if name in _OF_THE_PAGE:
                continue
            raise BadParameter(f"there is no parameter {name!r}", name)
        text = text.strip()[:300]
        if not text:
            continue
        if key in _FLAGS:
            values[key] = text in ("1", "true", "yes", "on")
        elif key == "contested":
            values[key] = {"true": True, "yes": True, "false": False, "no": False}.get(text)
        elif key in _NUMBERS:
            if not text.isascii() or not text.isdigit() or len(text) > 6:
                raise BadParameter(f"{text!r} is not a whole number", name)
            values[key] = int(text)
        else:
            values[key] = text
    if "from" not in values or "to" not in values:
        raise BadParameter("where paths start and end is missing", "from, to")
    values["limit"] = min(values.get("limit") or 1000, 1000)
    return msgspec.convert(values, Question)


def page_number() -> int:
    """Which page of a long list the address asks for, from 1."""
    text = request.args.get("page", "1")
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:9]) < 1_000_000:
        abort(400, "page is a number from 1")
    return int(text)


def paged(rows: Sequence[Any], size: int = PAGE) -> dict[str, Any]:
    """The rows of the page that is asked for, its number, and how many pages and rows there are."""
    page = page_number()
    return {
        "rows": rows[(page - 1) * size : page * size], "number": page,
        "of": max(1, -(-len(rows) // size)), "total": len(rows),
    }


def csv_file(columns: Iterable[str], rows: Iterable[Iterable[Any]], name: str) -> Response:
    """A table as a CSV file that no spreadsheet takes for formulas."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([safe_cell(value) for value in row])
    response = Response(out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
