"""The graph of a publication: it does not change, and what it was asked last is remembered.

A page, its twins and its translation ask it the same, one after the other.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, cast

from msgspec import msgpack

from sousveil.graph import Result, Store
from sousveil.web.live import View

__all__ = ["Still"]

_REMEMBERED = 2000
"""Answers that are kept."""


class Still:
    """Lends one graph to all requests, like `Live`."""

    def __init__(self, store: Store) -> None:
        self._store = cast(Store, _Remembering(store))

    @contextlib.contextmanager
    def store(self) -> Iterator[Store]:
        """The graph."""
        yield self._store


class _Remembering(View):
    """A store that asks a question again only if it was asked long ago."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._answer = lru_cache(_REMEMBERED)(self._asked)

    def run(
        self, cypher: str, parameters: Mapping[str, Any] | None = None, timeout: float = 0
    ) -> Result:
        # Whoever asks may change the lists and properties of an answer: each gets their own.
        known = self._answer(cypher, msgpack.encode(parameters or {}))
        return msgpack.decode(known, type=Result)

    def _asked(self, cypher: str, parameters: bytes) -> bytes:
        return msgpack.encode(self._store.run(cypher, msgpack.decode(parameters)))
