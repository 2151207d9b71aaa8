"""The graph as three tables, nodes, edges and claims: as CSV that describes itself, or as Parquet.

Nodes and edges are the asserted ones: derived chains follow from them.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from sousveil.graph.assemble import Assembly
from sousveil.graph.writers.cells import safe_cell
from sousveil.ontology import Schema

if TYPE_CHECKING:
    import polars

__all__ = ["graph_csv", "graph_parquet"]

_ROWS = 10_000
"""Rows that are held at once, and of a row group of Parquet."""


class _Column(NamedTuple):
    name: str
    type: str
    title: str
    description: str
    datatype: str


class _Table(NamedTuple):
    name: str
    title: str
    columns: tuple[_Column, ...]
    rows: Callable[[], Iterator[Mapping[str, Any]]]
    references: Mapping[str, str]
    """Columns that hold an id of a row of another table, with its name."""


def graph_csv(graph: Assembly, folder: Path) -> None:
    """`nodes.csv`, `edges.csv`, `claims.csv`, and `datapackage.json`, which describes them.

    The columns of nodes and edges are those that any class or relation has.
    """
    resources = []
    for table in _tables(graph):
        path = folder / f"{table.name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            names = [column.name for column in table.columns]
            writer.writerow(names)
            for row in table.rows():
                cells = map(row.get, names)  # Most are empty: one table holds all classes.
                writer.writerow(["" if cell is None else safe_cell(cell) for cell in cells])
        resources.append(_resource(table, path))
    package = _package(graph, resources)
    text = msgspec.json.format(msgspec.json.encode(package), indent=2)
    (folder / "datapackage.json").write_bytes(text + b"\n")


def graph_parquet(graph: Assembly, folder: Path) -> None:
    """`nodes.parquet`, `edges.parquet` and `claims.parquet`: numbers are numbers, lists lists."""
    import polars as pl  # slow to import
    from polars.io.plugins import register_io_source

    types: Mapping[str, Any] = {
        "STRING": pl.String(), "STRING[]": pl.List(pl.String()), "INT64": pl.Int64(),
        "DOUBLE": pl.Float64(), "BOOL": pl.Boolean(),
    }
    for table in _tables(graph):
        schema = {column.name: types[column.type] for column in table.columns}

        def frames(
            with_columns: list[str] | None, predicate: Any, n_rows: int | None,
            batch_size: int | None, table: _Table = table, schema: Mapping[str, Any] = schema,
        ) -> Iterator[polars.DataFrame]:
            rows = table.rows()
            while batch := list(itertools.islice(rows, _ROWS)):
                yield pl.DataFrame({
                    c.name: pl.Series(c.name, [_typed(c.type, r.get(c.name)) for r in batch],
                                      schema[c.name])
                    for c in table.columns
                })

        register_io_source(frames, schema=schema).sink_parquet(
            folder / f"{table.name}.parquet", row_group_size=_ROWS, maintain_order=True,
        )


def _typed(type_: str, value: Any) -> Any:
    """The value in the type of its column; an empty text is none, and no list an empty one."""
    if type_ == "STRING[]":
        return list(value or ())
    if value is None or value == "":
        return None
    convert = _CONVERT.get(type_)
    return convert(value) if convert else value


_CONVERT: Mapping[str, Callable[[Any], Any]] = {"INT64": int, "DOUBLE": float, "BOOL": bool}


# The tables --------------------------------------------------------------------------------------


def _tables(graph: Assembly) -> tuple[_Table, ...]:
    schema = graph.schema
    classes = sorted(c for c in schema.classes if c != "Claim")
    relations = sorted(r for r in schema.relations if schema.relations[r].asserted)
    return (
        _Table("nodes", "Companies, bodies, products, transactions, sources, places", _columns(
            schema, classes, _own("id", "class")), lambda: _nodes(graph, classes),
            {"publisher": "nodes"}),
        _Table("edges", "Relations between them", _columns(
            schema, relations, _own("id", "relation", "from", "to")),
            lambda: _edges(graph, relations), {"from": "nodes", "to": "nodes"}),
        _Table("claims", "Who says each of them, and where it can be read", _columns(
            schema, ["Claim"], _own("id")),
            lambda: (node.values for node in graph.nodes("Claim")),
            {"author": "nodes", "source": "nodes", "primary_source": "nodes"}),
    )


def _nodes(graph: Assembly, classes: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    for cls in classes:
        names = [name for name, _ in graph.schema.store_columns(cls)]
        for node in graph.nodes(cls):
            yield {**_only(names, node.values), "class": cls}


def _edges(graph: Assembly, relations: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    for kind in relations:
        names = [name for name, _ in graph.schema.store_columns(kind)]
        for edge in graph.edges(kind):
            ends = {"relation": kind, "from": edge.start, "to": edge.end}
            yield {**_only(names, edge.values), **ends}


def _only(names: Iterable[str], values: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of an element and means something for its kind."""
    return {name: values[name] for name in names if name in values}


_DERIVED = {
    "id": ("id", "Id, unique over all tables."),
    "class": ("class", "Class of the node."),
    "relation": ("relation", "Kind of the relation."),
    "from": ("from", "Id of the node at which the relation starts."),
    "to": ("to", "Id of the node at which the relation ends."),
    "kinds": ("kinds", "Its kind and all wider ones."),
    "names": ("names", "All of its names."),
    "names_json": ("names with languages", "All of its names with language, kind and period."),
    "merged": ("merged", "Ids that a person merged into this one."),
    "standing": ("standing", "How well it is supported."),
    "contested": ("contested", "Whether somebody disputes or does not confirm that it exists."),
    "origins": ("independent origins", "Number of documents behind its supporting claims."),
    "claims": ("claims", "Ids of the claims that it rests on."),
    "conflicts": ("conflicts", "Properties of which a claim that was not chosen says otherwise."),
    "carries": ("carries supply", "Whether a transaction of its kind can carry supply."),
    "role": ("role", "Part of the organisation in the transaction."),
    "as_name": ("name at the time", "Name of the organisation at the time of the transaction."),
    "recipient": ("recipient", "Whether this is the body that received the goods."),
    "channel": ("channel", "How the goods were sold."),
    "asof": ("as of", "Days for which owners, seats and names are judged"),
    "valid": ("valid", "When it held"),
}


def _own(*names: str) -> list[_Column]:
    return [_Column(name, "STRING", *_DERIVED[name], "") for name in names]


def _columns(
    schema: Schema, elements: Iterable[str], first: Iterable[_Column]
) -> tuple[_Column, ...]:
    """The columns that any of the elements has, each once."""
    found = {column.name: column for column in first}
    for element in elements:
        properties = schema.element_properties(element)
        for name, type_ in schema.store_columns(element):
            if name in found:
                continue
            if prop := properties.get(name):
                said = (prop.label, prop.comment, prop.datatype)
            elif name in _DERIVED:
                said = (*_DERIVED[name], "")
            else:
                of, _, end = name.rpartition("_")
                label, text = _DERIVED.get(of) or (properties[of].label, properties[of].comment)
                day = "first" if end == "from" else "last"
                said = (f"{label}, {day} day", f"{text.rstrip('.')}: {day} possible day.", "day")
            found[name] = _Column(name, type_, *said)
    return tuple(found.values())


# Data Package 2.0: https://datapackage.org ------------------------------------------------------


_TYPES = {"STRING": "string", "STRING[]": "string", "INT64": "integer", "DOUBLE": "number",
          "BOOL": "boolean"}


def _resource(table: _Table, path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "name": table.name, "type": "table", "path": path.name, "title": table.title,
        "format": "csv", "mediatype": "text/csv", "encoding": "utf-8",
        "bytes": path.stat().st_size, "hash": f"sha256:{digest}",
        "schema": {
            "fields": [_field(column) for column in table.columns], "missingValues": [""],
            "primaryKey": ["id"],
            "foreignKeys": [
                {"fields": [name], "reference": {
                    "resource": "" if of == table.name else of, "fields": ["id"]}}
                for name, of in table.references.items()
            ],
        },
    }


def _field(column: _Column) -> dict[str, Any]:
    description = column.description
    if column.type == "STRING[]":
        description += " Several are joined by `; `."
    elif column.datatype == "date":
        description += " EDTF, as precise as the source."
    field: dict[str, Any] = {
        "name": column.name, "type": _TYPES[column.type], "title": column.title,
        "description": description.strip(),
    }
    if column.datatype == "day":
        # Not of the type date: 0000-01-01 and 9999-12-31 stand for open ends.
        field["constraints"] = {"pattern": r"\d{4}-\d{2}-\d{2}"}
    if column.name in ("id", "class", "relation", "from", "to"):
        field["constraints"] = {"required": True}
    return field


def _package(graph: Assembly, resources: list[dict[str, Any]]) -> dict[str, Any]:
    sources = [_source(node.values) for node in graph.nodes("Source")]
    licences = sorted({s["licence"] for s in sources if "licence" in s})
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "sousveil-graph", "title": "Supply chains of surveillance technology",
        "description": (
            "Every node and edge rests on claims, and every claim cites a source at a place in "
            "it. Standing and contested belong to what they stand beside. A cell that a "
            "spreadsheet program would take for a formula begins with an apostrophe."
        ),
        "dataset": graph.dataset,
        **({"licenses": [_licence(text) for text in licences]} if licences else {}),
        **({"sources": sources} if sources else {}),
        "resources": resources,
    }


def _source(values: Mapping[str, Any]) -> dict[str, str]:
    return {"title": str(values["title"]), "id": str(values["id"]), **{
        name: str(values[key]) for name, key in (("path", "url"), ("licence", "licence"))
        if values.get(key)
    }}


def _licence(text: str) -> dict[str, str]:
    """A licence of one or more of the sources, by its name or address."""
    if re.match(r"https?://", text):
        return {"path": text, "title": "Of the sources that state it"}
    return {"name": re.sub(r"[^-A-Za-z0-9._]+", "-", text).strip("-") or "other",
            "title": f"{text} (of the sources that state it)"}
