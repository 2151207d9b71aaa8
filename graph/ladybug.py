"""The embedded store: LadybugDB in a folder, built aside and switched to at once.

    FOLDER/current            name of the build in force
    FOLDER/build-*/graph.lbug the graph
    FOLDER/build-*/search.sqlite
    FOLDER/build-*/info.json  what it was built from
    FOLDER/lock               held while building

A reader opens the build that `current` names and keeps it; a build that is killed leaves a
`.partial-*` folder that the next one removes.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import threading
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import filelock
import ladybug
import msgspec
import polars as pl

from sousveil.errors import QueryError, StoreError, StoreUnavailable
from sousveil.graph.assemble import Assembly, collecting_nothing
from sousveil.graph.conditions import check_conditions
from sousveil.graph.search import Hit, SearchIndex, build_index
from sousveil.graph.store import Result, StoreInfo, bound
from sousveil.ontology import Schema
from sousveil.ontology.derive import ladybug_ddl
from sousveil.version import VERSION

__all__ = ["LadybugStore"]

FORMAT = 1
CONNECTIONS = 4
"""Statements that one store runs at once; each has a connection of its own."""
_CHUNK = 50_000  # rows of a Parquet file
_POLARS = {
    "STRING": pl.String(), "BOOL": pl.Boolean(), "INT64": pl.Int64(), "DOUBLE": pl.Float64(),
}
_REBUILD = "run `sousveil build`: the graph is made again from the claims"


class LadybugStore:
    """A graph in a folder of this machine. Many processes may read while one builds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"ladybug:{folder}"
        self._lock = threading.Lock()
        self._free = threading.BoundedSemaphore(CONNECTIONS)
        self._idle: list[ladybug.Connection] = []
        self._database: ladybug.Database | None = None
        self._search: SearchIndex | None = None

    # -- reading

    @cached_property
    def build(self) -> Path:
        """The build that `current` names; it stays this store's until it is closed."""
        if self.folder.is_file():
            raise StoreError(
                f"{self.folder} is a file, not a graph folder of Sousveil",
                "name a folder, or leave --store out to use the default one",
            )
        try:
            name = (self.folder / "current").read_text("utf-8").strip()
        except (FileNotFoundError, NotADirectoryError):
            raise StoreUnavailable(
                f"no graph has been built in {self.folder}",
                "run `sousveil load --shipped` (or load your own files), then `sousveil build`",
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(f"{self.folder}: cannot read the graph: {error}", _REBUILD) from error
        build = self.folder / name
        if not name.startswith("build-") or "/" in name or not build.is_dir():
            raise StoreError(f"{self.folder}: `current` names no build", _REBUILD)
        return build

    @cached_property
    def info(self) -> StoreInfo:
        """What the graph was built from."""
        path = self.build / "info.json"
        try:
            info = msgspec.json.decode(path.read_bytes(), type=StoreInfo)
        except (OSError, msgspec.DecodeError) as error:
            raise StoreError(f"{path}: not written by Sousveil: {error}", _REBUILD) from error
        if info.program != "sousveil" or info.format != FORMAT:
            raise StoreError(
                f"{self.folder}: graph of format {info.format}, written by {info.program} "
                f"{info.version}; this is sousveil {VERSION}, format {FORMAT}",
                _REBUILD,
            )
        if info.ontology != Schema.load().hash:
            raise StoreError(
                f"{self.folder}: the graph was built with the ontology of sousveil "
                f"{info.version}, which differs from this one's",
                _REBUILD,
            )
        return info

    def current(self) -> StoreInfo:
        """What the graph that `current` names now was built from."""
        return LadybugStore(self.folder).info

    @contextlib.contextmanager
    def _connection(self) -> Iterator[ladybug.Connection]:
        """A connection of one's own for the length of a statement, kept for the next one."""
        with self._free:
            with self._lock:
                connection = self._idle.pop() if self._idle else self._open()
            try:
                yield connection
            finally:
                self._idle.append(connection)

    def _open(self) -> ladybug.Connection:
        _ = self.info
        path = self.build / "graph.lbug"
        try:
            if self._database is None:
                self._database = ladybug.Database(path, read_only=True)
            return ladybug.Connection(self._database)
        except (RuntimeError, OSError) as error:
            raise StoreError(f"{path}: cannot open: {_words(error)}", _REBUILD) from error

    def run(
        self, cypher: str, parameters: Mapping[str, Any] | None = None, timeout: float = 0
    ) -> Result:
        """Run one reading statement; see `Store.run`."""
        given = bound(cypher, parameters)
        check_conditions(cypher)
        with self._connection() as connection:
            connection.set_query_timeout(int(timeout * 1000))
            try:
                answer = connection.execute(cypher, given)
            except RuntimeError as error:
                raise _translated(error, timeout) from error
            if isinstance(answer, list):
                raise QueryError("more than one statement", "", "run one statement at a time")
            try:
                columns = tuple(answer.get_column_names())
                rows = tuple(tuple(_plain(v) for v in row) for row in answer.get_all())
            except RuntimeError as error:
                raise _translated(error, timeout) from error
            finally:
                answer.close()
        return Result(columns, rows)

    def search(
        self, text: str, limit: int = 10, classes: Collection[str] = ()
    ) -> Sequence[Hit]:
        """Nodes whose names match the text; see `Store.search`."""
        with self._lock:
            if self._search is None:
                _ = self.info
                self._search = SearchIndex(self.build / "search.sqlite")
            index = self._search
        return index.search(text, limit, classes)

    def close(self) -> None:
        """Release the files, once no statement is running."""
        with contextlib.ExitStack() as all_of_them:
            for _ in range(CONNECTIONS):
                all_of_them.enter_context(self._free)
            all_of_them.enter_context(self._lock)
            while self._idle:
                self._idle.pop().close()
            if self._database is not None:
                self._database.close()
            if self._search is not None:
                self._search.close()
            self._database = self._search = None
            for name in ("build", "info"):
                self.__dict__.pop(name, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # -- building

    def replace(self, graph: Assembly) -> StoreInfo:
        """Build the graph aside and switch to it; see `Store.replace`."""
        with self._building() as partial:
            info = StoreInfo(
                format=FORMAT, version=VERSION, ontology=graph.schema.hash,
                dataset=graph.dataset, counts=graph.counts(), tombstones=graph.tombstones,
            )
            with collecting_nothing():
                _write(graph, partial)
            (partial / "info.json").write_bytes(msgspec.json.encode(info))
            for path in partial.iterdir():
                _sync(path)
            self._switch(partial, graph.dataset)
        self.close()
        return info

    @contextlib.contextmanager
    def _building(self) -> Iterator[Path]:
        """A folder to build in, while no other process builds."""
        self._check_ours()
        partial = self.folder / f".partial-{os.getpid()}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with filelock.FileLock(self.folder / "lock", timeout=0):
                for stale in self.folder.glob(".partial-*"):
                    shutil.rmtree(stale, ignore_errors=True)
                try:
                    partial.mkdir()
                    yield partial
                finally:
                    shutil.rmtree(partial, ignore_errors=True)
        except filelock.Timeout:
            raise StoreUnavailable(
                f"{self.folder}: another build is running",
                "wait until it has finished; the present graph can be read meanwhile",
            ) from None
        except OSError as error:
            raise StoreError(
                f"{self.folder}: cannot build: {error.strerror or error}",
                "make room, or name another folder with --store; the present graph is unchanged",
            ) from error
        except RuntimeError as error:
            raise StoreError(
                f"{self.folder}: cannot build: {_words(error)}",
                "make room, or name another folder with --store; the present graph is unchanged",
            ) from error

    def _check_ours(self) -> None:
        if self.folder.is_file():
            raise StoreError(
                f"{self.folder} is a file, not a graph folder of Sousveil",
                "name a folder that does not exist yet, or leave --store out",
            )
        if self.folder.is_dir() and not (self.folder / "current").exists():
            others = [
                p.name for p in self.folder.iterdir()
                if p.name != "lock" and not p.name.startswith((".partial-", "build-"))
            ]
            if others:
                raise StoreError(
                    f"{self.folder} holds other files ({', '.join(sorted(others)[:3])}): not a "
                    "graph folder of Sousveil",
                    "name a folder that does not exist yet, or an empty one",
                )

    def _switch(self, partial: Path, dataset: str) -> None:
        previous = self.folder / "current"
        old = previous.read_text("utf-8").strip() if previous.exists() else ""
        number = 1 + max(
            (int(p.name.split("-")[1]) for p in self.folder.glob("build-*-*")
             if p.name.split("-")[1].isdigit()), default=0,
        )
        build = self.folder / f"build-{number}-{dataset[:12]}"
        partial.rename(build)
        pointer = self.folder / f".current-{os.getpid()}"
        pointer.write_text(build.name + "\n", "utf-8")
        _sync(pointer)
        pointer.replace(previous)
        _sync(self.folder)
        # The build just left may still be opening in another process: it goes next time.
        for path in self.folder.glob("build-*"):
            if path.name not in (build.name, old):
                shutil.rmtree(path, ignore_errors=True)


def _write(graph: Assembly, folder: Path) -> None:
    """Write the graph and its search index.

    LadybugDB and SQLite let go of the interpreter while they copy a table or write the index:
    meanwhile the next table is made.
    """
    tables = folder / "tables"
    tables.mkdir()
    database = ladybug.Database(folder / "graph.lbug")
    helpers = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
    copier, indexer = helpers
    left = threading.Event()
    try:
        rows = itertools.takewhile(lambda _: not left.is_set(), graph.search_rows())
        index = indexer.submit(build_index, folder / "search.sqlite", rows)
        connection = ladybug.Connection(database)
        for statement in ladybug_ddl(graph.schema):
            connection.execute(statement)
        copies: deque[Future[None]] = deque()
        for table in _tables(graph, tables):
            copies.append(copier.submit(table.copy, connection))
            while copies and copies[0].done():
                copies.popleft().result()
        for copy in copies:
            copy.result()
        connection.execute("CHECKPOINT")
        connection.close()
        index.result()
    finally:
        left.set()
        for helper in helpers:
            helper.shutdown(cancel_futures=True)
        database.close()
    tables.rmdir()


def _tables(graph: Assembly, folder: Path) -> Iterator[_Table]:
    """The tables of the graph, nodes before the edges between them, each complete on the disk."""
    schema = graph.schema
    for cls in sorted(schema.classes):
        table = _Table(folder, cls, dict(schema.store_columns(cls)))
        if cls == "Claim":
            for columns in graph.claim_columns(_CHUNK):
                table.write(columns, len(columns["id"]))
        else:
            for node in graph.nodes(cls):
                table.add(node.values)
        yield from table.complete()
    for kind in sorted(schema.relations):
        relation = schema.relations[kind]
        columns_of = dict(schema.store_columns(kind))
        one = len(relation.from_) * len(relation.to) == 1
        only = _Table(folder, kind, columns_of, edges=True)
        found: dict[tuple[str, str], _Table] = {}
        for edge in graph.edges(kind):
            table = only
            if not one:
                ends = (graph.class_of(edge.start), graph.class_of(edge.end))
                if ends not in found:
                    found[ends] = _Table(folder, kind, columns_of, ends, edges=True)
                table = found[ends]
            table.add(edge.values, edge.start, edge.end)
        yield from only.complete()
        for ends in sorted(found):
            yield from found[ends].complete()


class _Table:
    """The rows of a table on their way into the store: Parquet files of bounded size.

    One statement copies them all: adding to a table that holds rows already takes far longer.
    """

    def __init__(
        self, folder: Path, name: str, columns: Mapping[str, str],
        ends: tuple[str, str] | None = None, *, edges: bool = False,
    ) -> None:
        self._folder = folder
        self._name = name
        self._columns = {"from": "STRING", "to": "STRING", **columns} if edges else columns
        self._ends = ends
        self._starts: list[str] = []
        self._stops: list[str] = []
        self._rows: list[Mapping[str, Any]] = []
        self._files: list[Path] = []

    def add(self, row: Mapping[str, Any], start: str = "", end: str = "") -> None:
        """Add a row, of an edge with its ends; the row must not change afterwards."""
        self._rows.append(row)
        if start:
            self._starts.append(start)
            self._stops.append(end)
        if len(self._rows) == _CHUNK:
            self._flush()

    def complete(self) -> Iterator[_Table]:
        """Bring the last rows to the disk; gives the table itself, unless it is empty."""
        if self._rows:
            self._flush()
        if self._files:
            yield self

    def _flush(self) -> None:
        rows = self._rows
        columns: dict[str, list[Any]] = {
            name: [row.get(name) for row in rows] for name in self._columns
        }
        if self._starts:
            columns |= {"from": self._starts, "to": self._stops}
        self.write(columns, len(rows))
        self._rows, self._starts, self._stops = [], [], []

    def write(self, columns: Mapping[str, list[Any]], rows: int) -> None:
        """Write some rows, given as columns, to a file of their own."""
        stem = "-".join([self._name, *(self._ends or ()), str(len(self._files))])
        path = self._folder / f"{stem}.parquet"
        made = {name: columns.get(name) or [None] * rows for name in self._columns}
        _frame(made, self._columns).write_parquet(path, compression="lz4")
        self._files.append(path)

    def copy(self, connection: ladybug.Connection) -> None:
        """Copy the rows into the store and remove the files."""
        files = ", ".join(f"'{_quoted(path)}'" for path in self._files)
        ends = f" (from='{self._ends[0]}', to='{self._ends[1]}')" if self._ends else ""
        connection.execute(f"COPY {self._name} FROM [{files}]{ends}")
        for path in self._files:
            path.unlink()


def _frame(given: Mapping[str, list[Any]], columns: Mapping[str, str]) -> pl.DataFrame:
    """The columns with their types; what a row leaves out is null, or an empty list."""
    made = []
    for name, type_ in columns.items():
        values = given[name]
        if type_ == "STRING[]":
            # Through JSON: of Python lists Polars would make a column each.
            text = [_json(value).decode() if value else None for value in values]
            made.append(pl.Series(name, text, pl.String()))
        else:
            if convert := _CONVERT.get(type_):
                values = [None if value is None else convert(value) for value in values]
            made.append(pl.Series(name, values, _POLARS[type_]))
    strings = pl.List(pl.String())
    lists = pl.col([name for name, type_ in columns.items() if type_ == "STRING[]"])
    return pl.DataFrame(made).with_columns(
        lists.str.json_decode(strings).fill_null(pl.lit([], dtype=strings))
    )


_CONVERT = {"INT64": int, "DOUBLE": float, "BOOL": bool}
_json = msgspec.json.Encoder().encode


def _plain(value: Any) -> Any:
    """A value as every store gives it: a node or relation is its properties and its `class`."""
    if isinstance(value, dict) and "_LABEL" in value:
        own = {k: v for k, v in value.items() if not k.startswith("_") and v is not None}
        return {"class": value["_LABEL"], **own}
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _quoted(path: Path) -> str:
    return str(path).replace("\\", "\\\\").replace("'", "\\'")


def _words(error: BaseException) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__


def _translated(error: RuntimeError, timeout: float) -> QueryError | StoreError:
    text = _words(error)
    if text.startswith("Interrupted"):
        return QueryError(
            f"stopped after {timeout:g} s", "", "narrow the question, or allow more time"
        )
    if text.startswith(("IO exception", "Buffer manager exception", "Corrupt")):
        return StoreError(text, _REBUILD)
    return QueryError(text, "")


def _sync(path: Path) -> None:
    """Make sure that a file or folder is on disk before anything points at it."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
