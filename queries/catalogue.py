"""The canned queries: one Cypher file each, with its documentation in front.

The front matter is TOML inside `//` comments, so that a file still runs when it is pasted into a
Cypher shell. Parameters that are declared and not used, or used and not declared, are errors.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from sousveil.errors import BadParameter, OntologyError, QueryError, UnknownQuery
from sousveil.graph import Store
from sousveil.graph.store import parameters_in
from sousveil.ontology import Schema
from sousveil.ontology.dates import bounds
from sousveil.queries.table import Table

__all__ = ["Parameter", "Query", "catalogue", "get"]

_FOLDER = Path(__file__).parent

TYPES = {
    "company": ("Company",),
    "body": ("PublicBody",),
    "organisation": ("Company", "PublicBody", "Publisher"),
    "programme": ("Programme",),
    "product": ("Product",),
    "instrument": ("Instrument",),
    "place": ("Place",),
    "transaction": ("Transaction",),
    "source": ("Source",),
}
"""Parameter types that name a node, with the classes it may be of."""

PLAIN = ("date", "integer", "boolean", "text", "ids")


class Parameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One parameter of a query. Without a default it must be given."""

    name: str
    type: str
    """A class of nodes (`company`), a concept scheme (`organisation-kind`), or a plain type."""
    help: str
    default: Any = None

    @property
    def required(self) -> bool:
        """Whether the query cannot run without it."""
        return self.default is None

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes of node that the parameter can name; none for a plain value."""
        return TYPES.get(self.type, ())


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """One canned query, as its file gives it."""

    name: str
    topic: str
    title: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    columns: dict[str, str]
    order: tuple[str, ...]
    """Columns by which the rows are sorted, `-` before one for descending order. Sorting is done
    here and not in Cypher: engines order lists, nulls and Chinese text each in their own way."""
    sets: tuple[tuple[str, ...], ...] = ()
    """Columns whose lists were collected, those of one set side by side (ids and their names).
    An engine collects in no order and once per match, so the entries are sorted here, each kept
    once; columns of one set stay side by side."""
    text: str
    """The Cypher, front matter included: it runs as it is."""
    statements: tuple[str, ...]
    """The statements of the Cypher, separated by `;`. Their rows are put together: LadybugDB looks
    a node up by its key only where its class is given, and has no union of whole nodes."""

    def bind(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The values for the parameters, checked; raises BadParameter."""
        known = {p.name: p for p in self.parameters}
        for name in given:
            if name not in known:
                close = difflib.get_close_matches(name, known, 1)
                raise BadParameter(
                    f"there is no parameter {name!r}", self.name,
                    f"did you mean {close[0]!r}?" if close else
                    "it takes " + (", ".join(known) or "no parameters"),
                )
        values = {}
        for parameter in self.parameters:
            value = given.get(parameter.name)
            if value is None:
                if parameter.required:
                    raise BadParameter(
                        f"the parameter {parameter.name!r} is missing", self.name, parameter.help
                    )
                value = parameter.default
            values[parameter.name] = self._checked(parameter, value)
        return values

    def _checked(self, parameter: Parameter, value: Any) -> Any:
        def refuse(reason: str) -> BadParameter:
            return BadParameter(f"{parameter.name}: {reason}", self.name, parameter.help)

        kind = parameter.type
        if kind == "integer":
            if isinstance(value, bool) or not isinstance(value, int | str):
                raise refuse(f"{value!r} is not a whole number")
            try:
                return int(value)
            except ValueError:
                raise refuse(f"{value!r} is not a whole number") from None
        if kind == "boolean":
            if isinstance(value, bool):
                return value
            if str(value).lower() in ("true", "yes", "1", "false", "no", "0"):
                return str(value).lower() in ("true", "yes", "1")
            raise refuse(f"{value!r} is neither true nor false")
        if kind == "ids":
            ids = value.split(",") if isinstance(value, str) else value
            return list(dict.fromkeys(i for i in ids if i))
        text = str(value)
        if kind == "date" and text:
            try:
                bounds(text)
            except ValueError as error:
                raise refuse(str(error)) from None
            if len(text) != 10:
                raise refuse(f"{text!r} is not a day; write YYYY-MM-DD")
        elif text and kind not in TYPES and kind not in PLAIN:
            scheme = Schema.load().concepts[kind]
            if text not in scheme:
                close = difflib.get_close_matches(text, scheme, 1)
                raise refuse(
                    f"{text!r} is not a {kind.replace('-', ' ')}"
                    + (f"; did you mean {close[0]!r}?" if close else "")
                )
        return text

    def run(self, store: Store, timeout: float = 0, **given: Any) -> Table:
        """Ask the store; raises BadParameter or QueryError."""
        values = self.bind(given)
        # An empty list has no type, and LadybugDB plans the statement anew for it: no id is empty.
        asked = {k: [""] if v == [] else v for k, v in values.items()}
        try:
            rows = [r for one in self.statements for r in store.run(one, asked, timeout).rows]
        except QueryError as error:
            raise QueryError(error.message, self.name, error.hint) from error
        return Table(
            name=self.name, parameters=values, dataset=store.info.dataset,
            columns=tuple(self.columns), rows=self._sorted(rows),
        )

    def _sorted(self, rows: Iterable[tuple[Any, ...]]) -> tuple[tuple[Any, ...], ...]:
        """The rows in the query's order; ties by the whole row, so that the order is total."""
        columns = list(self.columns)
        keyed = [([_sortable(v) for v in row], row) for row in map(self._tidied, rows)]
        keyed.sort(key=lambda pair: pair[0])
        for name in reversed(self.order):
            at = columns.index(name.removeprefix("-"))
            keyed.sort(key=lambda pair: pair[0][at], reverse=name.startswith("-"))
        return tuple(row for _, row in keyed)

    def _tidied(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """The row with its sets sorted, and nothing in them twice."""
        if not self.sets:
            return row
        values = dict(zip(self.columns, row, strict=True))
        for names in self.sets:
            entries = list(zip(*(values[name] for name in names), strict=True))
            if len(entries) < 2:
                continue
            kept = sorted(set(entries), key=lambda entry: [_sortable(v) for v in entry])
            for at, name in enumerate(names):
                values[name] = [entry[at] for entry in kept]
        return tuple(values.values())


def _sortable(value: Any) -> tuple[int, Any]:
    """A key under which values of any type can be compared; null comes last."""
    if isinstance(value, str):
        return (1, value)
    if value is None:
        return (3, "")
    if isinstance(value, list):
        return (2, [_sortable(v) for v in value])
    return (0, float(value)) if isinstance(value, int | float) else (1, str(value))


@cache
def catalogue() -> Mapping[str, Query]:
    """All canned queries by name, sorted by topic and name."""
    found: dict[str, Query] = {}
    for path in sorted(_FOLDER.glob("*/*.cypher")):
        query = _read(path)
        if query.name in found:
            raise OntologyError(f"two queries are called {query.name!r}", str(path))
        found[query.name] = query
    return found


def get(name: str) -> Query:
    """The query of that name; raises UnknownQuery."""
    queries = catalogue()
    if name not in queries:
        close = difflib.get_close_matches(name, queries, 1)
        raise UnknownQuery(
            "there is no such query", name,
            f"did you mean {close[0]!r}?" if close else "`sousveil query list` shows them all",
        )
    return queries[name]


def _read(path: Path) -> Query:
    text = path.read_text("utf-8")
    parts = re.split(r"^// ---\n", text, maxsplit=2, flags=re.M)
    if len(parts) != 3 or parts[0]:
        raise OntologyError(f"{path.name}: no front matter", "begin the file with `// ---`")
    toml = re.sub(r"^// ?", "", parts[1], flags=re.M)
    try:
        front = tomllib.loads(toml)
        parameters = tuple(
            msgspec.convert({"name": name, **spec}, Parameter)
            for name, spec in front.pop("params", {}).items()
        )
        query = Query(
            name=path.stem, topic=path.parent.name, title=front.pop("title"),
            summary=front.pop("summary"), description=front.pop("description", "").strip(),
            parameters=parameters, columns=front.pop("columns"),
            order=tuple(front.pop("order")), text=text,
            sets=tuple(tuple(names) for names in front.pop("sets", [])),
            statements=tuple(re.split(r";\n", parts[2].rstrip(";\n"))),
        )
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, KeyError) as error:
        raise OntologyError(f"{path.name}: front matter: {error}") from error
    if front:
        raise OntologyError(f"{path.name}: unknown front matter: {', '.join(front)}")
    _check(path, query, parts[2])
    return query


def _check(path: Path, query: Query, body: str) -> None:
    used = parameters_in(body)
    declared = {p.name for p in query.parameters}
    if used != declared:
        raise OntologyError(
            f"{path.name}: parameters declared and used differ: "
            + ", ".join(sorted(used ^ declared))
        )
    for name in query.order:
        if name.removeprefix("-") not in query.columns:
            raise OntologyError(f"{path.name}: it is ordered by {name!r}, which is no column")
    collected = [name for names in query.sets for name in names]
    for name in collected:
        if name not in query.columns or collected.count(name) > 1:
            raise OntologyError(f"{path.name}: {name!r} in sets is no column, or there twice")
    schemes = Schema.load().concepts
    for parameter in query.parameters:
        if parameter.type not in (*TYPES, *PLAIN) and parameter.type not in schemes:
            raise OntologyError(f"{path.name}: unknown parameter type {parameter.type!r}")
