"""The graph as CSV files for `neo4j-admin database import full`, Neo4j's offline bulk import.

    FOLDER/nodes/Company.header.csv, Company.csv       one pair for each class that has nodes
    FOLDER/relationships/OWNS.Company.Company.csv, …   one pair for each relation and its classes
    FOLDER/import.sh       the import command; $NEO4J_ADMIN names another neo4j-admin
    FOLDER/finish.cypher   what the import leaves out, to run once the server has started:
                           constraints, indexes, and empty lists, which the tool drops

The last statement of `finish.cypher` puts the graph in force; `connect` refuses one that was
imported and not finished. Then it is a store like any other, which `sousveil build` replaces.
"""

from __future__ import annotations

import gzip
import io
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any, cast

import msgspec

from sousveil.errors import ConfigError
from sousveil.graph.assemble import Assembly
from sousveil.graph.neo4j import FORMAT, _node_properties, _properties
from sousveil.graph.store import StoreInfo
from sousveil.ontology.derive import neo4j_constraints
from sousveil.version import VERSION

__all__ = ["graph_neo4j_admin"]

SPACE = "sousveil"
"""Name of the one id space: an id is unique over all classes."""

_TYPES = {"STRING": "string", "STRING[]": "string[]", "INT64": "long", "DOUBLE": "double",
          "BOOL": "boolean"}
_DELIMITERS = "\x1f\x1e\x1d\x1c\x02\x03\x04\x05\x06\x07\x0e\x0f\ue000\uf8ff"
_BUFFER = 4 * 1024 * 1024  # of neo4j-admin, unless told otherwise
_INFO_ID = "--sousveil-graph--"  # no id of ours has two hyphens

Cell = Callable[[Any], str]


class _Taken(Exception):
    """A list holds the character that was to stand between its elements."""


def graph_neo4j_admin(graph: Assembly, folder: Path, compress: bool = False) -> StoreInfo:
    """Write the files into the folder, those of an earlier export replaced.

    Row by row, so that memory does not grow with the graph. The same graph gives the same bytes.
    """
    info = StoreInfo(
        format=FORMAT, version=VERSION, ontology=graph.schema.hash,
        dataset=graph.dataset, counts=graph.counts(),
    )
    for part in ("nodes", "relationships"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    # Between the elements of a list stands a character that no element has. The tool knows no
    # way to quote it, so where a list does hold it, all is written again with the next one.
    for delimiter in _DELIMITERS:
        writer = _Writer(folder, delimiter, compress)
        try:
            writer.write(graph, info)
        except _Taken:
            continue
        break
    else:
        raise ConfigError(
            "a list of the graph holds every character that could part its elements",
            "remove control characters from the names and terms of your data",
        )
    statements = [
        *neo4j_constraints(graph.schema), "CALL db.awaitIndexes(3600);", *writer.empty_lists(),
        "MATCH (g:SousveilImport) REMOVE g:SousveilImport SET g:SousveilGraph;",
    ]
    (folder / "finish.cypher").write_text("\n".join(statements) + "\n", "utf-8")
    script = folder / "import.sh"
    script.write_text(writer.script(info), "utf-8")
    script.chmod(0o755)
    return info


class _File:
    """A data file with its header file beside it."""

    def __init__(self, path: Path, label: str, header: Sequence[str], compress: bool) -> None:
        self.label = label
        self.header = path.with_name(path.name + ".header.csv")
        self.header.write_text(",".join(header) + "\n", "utf-8")
        self.path = path.with_name(path.name + (".csv.gz" if compress else ".csv"))
        self.multiline = False
        self.longest = 0
        self._stack = ExitStack()
        binary: IO[bytes] = self._stack.enter_context(self.path.open("wb", buffering=1 << 20))
        if compress:
            # Neither name nor time of day: the same graph gives the same bytes.
            binary = cast(IO[bytes], self._stack.enter_context(
                gzip.GzipFile("", "wb", 6, binary, 0)
            ))
        self._file = self._stack.enter_context(io.TextIOWrapper(binary, "utf-8", newline=""))

    def add(self, cells: list[str]) -> None:
        line = ",".join(cells)
        if "\n" in line or "\r" in line:
            self.multiline = True
        if len(line) > self.longest:
            self.longest = len(line)
        self._file.write(line + "\n")

    def __enter__(self) -> _File:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()


class _Writer:
    def __init__(self, folder: Path, delimiter: str, compress: bool) -> None:
        self.folder = folder
        self.delimiter = delimiter
        self.compress = compress
        self.nodes: list[_File] = []
        self.relationships: list[_File] = []
        self._empty: dict[str, dict[str, None]] = {}
        self._cells: dict[str, Cell] = {
            "STRING": _string, "INT64": lambda v: str(int(v)),
            "DOUBLE": lambda v: repr(float(v)), "BOOL": lambda v: "true" if v else "false",
        }

    def write(self, graph: Assembly, info: StoreInfo) -> None:
        for pattern in ("*.csv", "*.csv.gz"):
            for part in ("nodes", "relationships"):
                for old in (self.folder / part).glob(pattern):
                    old.unlink()
        for cls in sorted(graph.schema.classes):
            self._class(graph, cls)
        for kind in sorted(graph.schema.relations):
            self._relation(graph, kind)
        header = [f":ID({SPACE}){{id-type:string}}", "info:string"]
        with self._node_file("SousveilImport", header) as file:
            file.add([_string(_INFO_ID), _string(msgspec.json.encode(info).decode())])

    def _node_file(self, label: str, header: Sequence[str]) -> _File:
        self.nodes.append(_File(self.folder / "nodes" / label, label, header, self.compress))
        return self.nodes[-1]

    def _class(self, graph: Assembly, cls: str) -> None:
        columns = dict(graph.schema.store_columns(cls))
        written = {name: type_ for name, type_ in columns.items() if name != "id"}
        if cls != "Claim":
            written["search"] = "STRING[]"
        cells = self._row(cls, written)
        rows = (_node_properties(cls, columns, node.values) for node in graph.nodes(cls))
        first = next(rows, None)
        if first is None:
            return
        header = [f"id:ID({SPACE}){{id-type:string}}", *_header(written)]
        with self._node_file(cls, header) as file:
            for row in _chain(first, rows):
                file.add([_string(row["id"]), *cells(row)])

    def _relation(self, graph: Assembly, kind: str) -> None:
        columns = dict(graph.schema.store_columns(kind))
        cells = self._row(kind, columns)
        header = [f":START_ID({SPACE})", f":END_ID({SPACE})", *_header(columns)]
        found: dict[tuple[str, str], _File] = {}
        with ExitStack() as stack:
            for edge in graph.edges(kind):
                pair = (graph.class_of(edge.start), graph.class_of(edge.end))
                file = found.get(pair)
                if file is None:
                    path = self.folder / "relationships" / ".".join((kind, *pair))
                    file = found[pair] = stack.enter_context(
                        _File(path, kind, header, self.compress)
                    )
                values = _properties(columns, edge.values)
                file.add([_string(edge.start), _string(edge.end), *cells(values)])
        self.relationships += [found[pair] for pair in sorted(found)]

    def _row(
        self, element: str, columns: Mapping[str, str]
    ) -> Callable[[Mapping[str, Any]], Iterator[str]]:
        empty = self._empty.setdefault(element, {})
        made = [
            (name, self._list_cell(name, empty) if type_ == "STRING[]" else self._cells[type_])
            for name, type_ in columns.items()
        ]

        def cells(values: Mapping[str, Any]) -> Iterator[str]:
            for name, cell in made:
                value = values.get(name)
                # Nothing at all is null; two quotation marks are an empty text.
                yield "" if value is None else cell(value)

        return cells

    def _list_cell(self, name: str, empty: dict[str, None]) -> Cell:
        delimiter = self.delimiter

        def cell(values: Sequence[str]) -> str:
            if not values:
                empty[name] = None
                return ""
            joined = delimiter.join(values)
            if joined.count(delimiter) != len(values) - 1:
                raise _Taken
            if not joined:
                raise ConfigError(
                    "a list of the graph holds nothing but an empty text, which neo4j-admin "
                    "cannot read", "remove the empty entry from your data",
                )
            return _string(joined)

        return cell

    def empty_lists(self) -> Iterator[str]:
        """Statements that write the empty lists, which are not the same as none."""
        for element, names in self._empty.items():
            if not names:
                continue
            pattern = f"()-[e:{element}]->()" if element.isupper() else f"(e:{element})"
            sets = ", ".join(f"e.{name} = coalesce(e.{name}, [])" for name in names)
            yield (f"MATCH {pattern} CALL (e) {{ SET {sets} }} "
                   "IN TRANSACTIONS OF 10000 ROWS;")

    def script(self, info: StoreInfo) -> str:
        files = [*self.nodes, *self.relationships]
        options = [
            "--id-type=string", f"--array-delimiter=U+{ord(self.delimiter):04X}",
        ]
        multiline = [self._relative(f.path) for f in files if f.multiline]
        if multiline:
            options += ["--multiline-fields=" + ",".join(multiline),
                        "--multiline-fields-format=v2"]
        if (longest := 4 * max(f.longest for f in files)) > _BUFFER:
            options.append(f"--read-buffer-size={longest}")
        for option, group in (("nodes", self.nodes), ("relationships", self.relationships)):
            options += [
                f"--{option}={f.label}={self._relative(f.header)},{self._relative(f.path)}"
                for f in group
            ]
        lines = " \\\n  ".join(shlex.quote(option) for option in options)
        return f"""\
#!/bin/sh
# Imports data set {info.dataset} into a database of Neo4j 5.
#
#   sh import.sh [DATABASE] [OPTION …]     as the server's user, the server stopped
#
# DATABASE is `neo4j` unless named; it must not exist, or add --overwrite-destination=true.
# Afterwards start the server and run what is left to do; until then the graph is not in force:
#
#   cypher-shell -d DATABASE -f finish.cypher
set -eu
cd "$(dirname "$0")"
database=neo4j
case "${{1-}}" in
  '' | -*) ;;
  *) database=$1; shift ;;
esac
exec "${{NEO4J_ADMIN:-neo4j-admin}}" database import full \\
  {lines} \\
  "$@" -- "$database"
"""

    def _relative(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()


def _header(columns: Mapping[str, str]) -> list[str]:
    return [f"{name}:{_TYPES[type_]}" for name, type_ in columns.items()]


def _string(value: Any) -> str:
    """RFC 4180: quotation marks doubled; a backslash is only a backslash."""
    return '"' + str(value).replace('"', '""') + '"'


def _chain(first: Any, rest: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from rest
