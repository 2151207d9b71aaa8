"""The graph store: one face for every engine.

A store is named by a URL: `ladybug:FOLDER` is the embedded default. Any other engine passes the
same contract tests (`tests/contract.py`) and answers the same queries.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import msgspec

from sousveil.errors import ConfigError, QueryError
from sousveil.graph.assemble import Assembly
from sousveil.graph.retractions import Tombstone
from sousveil.graph.search import Hit

__all__ = ["Result", "Store", "StoreInfo", "bound", "connect", "parameters_in"]

_MASKED = re.compile(
    r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`[^`]*`|//[^\n]*|/\*.*?\*/", re.S
)
_USED = re.compile(r"\$([A-Za-z_]\w*)")


class Result(msgspec.Struct, frozen=True):
    """Rows of an answer: plain strings, numbers, booleans, lists and None."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def dicts(self) -> list[dict[str, Any]]:
        """The rows as dictionaries."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


class StoreInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What a graph was built from."""

    program: str = "sousveil"
    format: int
    """Version of the store's own layout."""
    version: str
    """Version of Sousveil that built it."""
    ontology: str
    """Hash of the ontology."""
    dataset: str
    """Hash of the claims and of the merges in force: what a citation of an answer names."""
    counts: dict[str, int]
    tombstones: tuple[Tombstone, ...] = ()
    """Ids that were in a graph before and are described no more, sorted."""

    def tombstone(self, id_: str) -> Tombstone | None:
        """Why an id is described no more, if it once was."""
        return next((t for t in self.tombstones if t.id == id_), None)


class Store(Protocol):
    """A graph that can be asked and replaced. Opened by `connect`; closed after use."""

    url: str

    @property
    def info(self) -> StoreInfo:
        """What the graph was built from; raises StoreUnavailable if nothing was built yet."""
        ...

    def current(self) -> StoreInfo:
        """The same of the graph that is in force now, which may be a newer one."""
        ...

    def run(
        self, cypher: str, parameters: Mapping[str, Any] | None = None, timeout: float = 0
    ) -> Result:
        """Run one reading statement. `timeout` is in seconds; 0 means none.

        Raises QueryError for a statement that the engine refuses, StoreError for a damaged
        store and StoreUnavailable for one that cannot be reached.
        """
        ...

    def search(
        self, text: str, limit: int = 10, classes: Collection[str] = ()
    ) -> Sequence[Hit]:
        """Nodes whose names match the text, best first; ties by id."""
        ...

    def replace(self, graph: Assembly) -> StoreInfo:
        """Put this graph in the place of the present one, at once and as a whole."""
        ...

    def close(self) -> None:
        """Release the engine."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def parameters_in(cypher: str) -> frozenset[str]:
    """The names of the parameters that a statement uses."""
    return frozenset(_USED.findall(_MASKED.sub(" ", cypher)))


def bound(cypher: str, parameters: Mapping[str, Any] | None) -> dict[str, Any]:
    """The parameters as an engine gets them; raises QueryError where engines do as they like.

    LadybugDB reads a missing parameter as null, and the answer is empty for no visible reason;
    the driver of Neo4j stumbles over values that do not fit into its messages.
    """
    given = dict(parameters or {})
    if missing := sorted(parameters_in(cypher) - given.keys()):
        raise QueryError(
            f"expected parameter{'s' * (len(missing) > 1)} {', '.join(missing)}", "",
            "give each of them a value; null is one",
        )
    for name, value in given.items():
        _fits(name, value)
    return given


def _fits(name: str, value: Any) -> None:
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise QueryError(f"{name}: half a character, which is no text", "") from None
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise QueryError(f"{name}: {value} is too large for 64 bits", "")
    elif isinstance(value, list | tuple):
        for one in value:
            _fits(name, one)


def connect(url: str) -> Store:
    """Open the store that a URL names.

    `ladybug:FOLDER`, or a bare folder. The folder need not exist before the first `replace`.
    """
    scheme, colon, rest = url.partition(":")
    if not colon or "/" in scheme or "\\" in scheme or len(scheme) == 1:
        scheme, rest = "ladybug", url
    if scheme == "ladybug" and rest:
        from sousveil.graph.ladybug import LadybugStore

        return LadybugStore(Path(rest).expanduser())
    if scheme in ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc"):
        from sousveil.graph.neo4j import Neo4jStore

        return Neo4jStore(url)
    raise ConfigError(
        f"{url!r} is not the URL of a graph store", "write ladybug:FOLDER, or just the folder"
    )
