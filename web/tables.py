"""The rows of a query as a page shows them: names with links where a file has ids.

A query gives ids and names in columns of their own, `seller` beside `seller_name`, `end_users`
beside `end_user_names`. A page shows one column, of names that lead to their pages. Names of ids
that stand alone are looked up; concepts have the labels of the ontology. Files keep all columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from flask import url_for

from sousveil.web.common import href, nodes_of
from sousveil.web.language import date_words, heading, kind_words, say, schema

__all__ = ["Cell", "Piece", "Shown", "shown", "table"]

_SCHEMES = {
    "channel": ("channel",), "stance": ("stance",), "topic": ("topic",), "basis": ("basis",),
    "kind": ("transaction-kind", "programme-kind"), "mention": ("mention-kind",),
    "effect": ("subject-effect",), "instrument_kind": ("instrument-kind",),
    "end_user_kind": ("organisation-kind",), "receiver_kind": ("organisation-kind",),
    "position": ("stance",),
}
"""Concept schemes from which the values of a column come."""
_ELEMENTS = ("element_kind", "role", "roles", "received_as")
"""Columns of classes and relations."""
_STANDINGS = ("standing", "standings", "ownership_standing")
_CLAIMS = ("claim", "claims", "lost_claims", "kept_by")
_DATES = ("date", "valid", "adopted", "in_force", "said", "began", "ended")
_TEXTS = ("summary", "description", "locator", "inferred_because", "values", "conflicts", "url",
          "unit", "qualifier", "population", "reference")
"""Columns of what somebody wrote: no ids, whatever stands there."""
_NAMES = ("name", "title")
_MOST = 8
"""Things in one cell; of more, their number is said."""


class Piece(NamedTuple):
    """One thing in a cell, and where it leads, if anywhere."""

    text: str
    url: str = ""
    chinese: str = ""
    """The Chinese name, where it is another."""


class Cell(NamedTuple):
    """What stands in a cell."""

    pieces: Sequence[Piece] = ()
    more: int = 0
    """Things that the cell has no room for."""
    standing: str = ""
    claims: str = ""
    """Of references to claims, what they are for."""

    @property
    def text(self) -> str:
        """The first thing in the cell."""
        return self.pieces[0].text if self.pieces else ""


class Shown(NamedTuple):
    """A table as a page shows it."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Shown:
    """The rows of a canned query, with links."""
    at = {name: n for n, name in enumerate(columns)}
    named = {ids: name for name in columns if (ids := _ids_of(name, at))}
    chinese = {ids: zh for ids, name in named.items() if (zh := f"{name}_zh") in at}
    hidden = {*named.values(), *chinese.values()}
    kept = [c for c in columns if c not in hidden]
    alone = [c for c in kept if c not in named and _may_hold_ids(c)]
    looked = nodes_of({
        end for row in rows for c in (*named, *alone) for v in _values(row[at[c]]) if _is_id(v)
        for end in (v, *v.split("--")[::2])
    })

    def cell(column: str, row: Sequence[Any]) -> Cell:
        value = row[at[column]]
        if column in named:
            found = _named(_values(value), _values(row[at[named[column]]]), looked)
            zh = row[at[chinese[column]]] if column in chinese else ""
            if zh and found.text != zh:
                return found._replace(pieces=[found.pieces[0]._replace(chinese=zh)])
            return found
        if column in _CLAIMS:
            if not (ids := _values(value)):
                return Cell()
            return Cell(
                [Piece(i, url_for("pages.claim", id_=i)) for i in ids[:_MOST]],
                max(len(ids) - _MOST, 0),
                claims=ids[0] if column == kept[0] else cell(kept[0], row).text,
            )
        if column in _STANDINGS and isinstance(value, str):
            return Cell(standing=value)
        if column in alone:
            return _named(_values(value), (), looked)
        return Cell([Piece(_word(column, v)) for v in _values(value)])

    return Shown(
        tuple(map(heading, kept)), [[cell(c, row) for c in kept] for row in rows]
    )


def shown(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> Shown:
    """Rows of somebody's own statement, as they are."""
    return Shown(tuple(columns), [[Cell([Piece(_plain(v)) for v in _values(value)])
                                   for value in row] for row in rows])


def _ids_of(name: str, columns: Iterable[str]) -> str:
    """The column of ids whose names stand in this column, if it is one of names.

    >>> [_ids_of(n, ["seller", "companies", "end_users", "element", "launched_by"])
    ...  for n in ("seller_name", "company_names", "end_user_names", "name", "launched_by_names")]
    ['seller', 'companies', 'end_users', 'element', 'launched_by']
    """
    if name in _NAMES:
        candidates: tuple[str, ...] = (
            ("element", "figure") if name == "name" else ("transaction", "id")
        )
    else:
        stem, _, end = name.rpartition("_")
        candidates = {
            "name": (stem,), "names": (f"{stem}s", f"{stem.removesuffix('y')}ies", stem),
        }.get(end, ())
    return next((c for c in candidates if c in columns), "")


def _may_hold_ids(column: str) -> bool:
    known = (*_SCHEMES, *_ELEMENTS, *_STANDINGS, *_CLAIMS, *_DATES, *_TEXTS, *_NAMES)
    return column not in known and not column.endswith(("_zh", "_day", "_from", "_to", "_count"))


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and value != "" and " " not in value and len(value) <= 200


def _values(value: Any) -> Sequence[Any]:
    """The things that stand in a cell; nothing at all in an empty one."""
    if value is None or value == "":
        return ()
    return value if isinstance(value, list | tuple) else (value,)


def _named(
    ids: Sequence[Any], names: Sequence[Any], looked: dict[str, tuple[str, str]]
) -> Cell:
    pieces = []
    for n, id_ in enumerate(ids[:_MOST]):
        if not isinstance(id_, str):
            pieces.append(Piece(_plain(id_)))
            continue
        cls, name = looked.get(id_, ("", ""))
        given = names[n] if n < len(names) else ""
        ends = id_.split("--")[::2]
        if cls:
            pieces.append(Piece(given or name or id_, href(cls, id_)))
        elif len(ends) == 2:  # A relation is shown on the page of the node that it starts from.
            between = " → ".join(looked.get(end, ("", end))[1] for end in ends)
            pieces.append(Piece(given or between, href(looked.get(ends[0], ("", ""))[0], ends[0])))
        else:
            pieces.append(Piece(given or id_))
    return Cell(pieces, max(len(ids) - _MOST, 0))


def _word(column: str, value: Any) -> str:
    if column in _DATES and isinstance(value, str):
        return date_words(value)
    if column in _ELEMENTS:
        return kind_words(value)
    for scheme in _SCHEMES.get(column, ()):
        if concept := schema().concept(scheme, value):
            return concept.label
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    return str(value)
