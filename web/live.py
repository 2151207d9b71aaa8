"""The graph under a running site: opened once, and exchanged when a new one has been built.

A request keeps the graph it began with; the old one is closed when its last request has ended.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Collection, Iterator, Sequence

from sousveil.errors import StoreUnavailable
from sousveil.graph import Hit, Store, connect
from sousveil.graph.store import StoreInfo

__all__ = ["Live", "View"]

_LOOK = 1.0
"""Seconds between two looks for a new graph."""


class _Opened:
    def __init__(self, url: str) -> None:
        self.store = connect(url)
        self.readers = 0
        self.superseded = False


class View:
    """A store as it is lent: the same graph, of which a kind of view asks in its own way."""

    def __init__(self, store: Store) -> None:
        self.url = store.url
        self._store = store

    @property
    def info(self) -> StoreInfo:
        """What the graph was built from."""
        return self._store.info

    def search(
        self, text: str, limit: int = 10, classes: Collection[str] = ()
    ) -> Sequence[Hit]:
        """Nodes whose names match the text; see `Store.search`."""
        return self._store.search(text, limit, classes)


class Live:
    """Lends the present graph to requests."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._lock = threading.Lock()
        self._present: _Opened | None = None
        self._looked = 0.0

    @contextlib.contextmanager
    def store(self) -> Iterator[Store]:
        """The present graph, for the time of one request."""
        opened = self._take()
        try:
            yield opened.store
        finally:
            self._give_back(opened)

    def _take(self) -> _Opened:
        opened, due = self._lend()
        # Not under the lock: a server that answers slowly holds up this one request alone.
        if due and _changed(opened):
            self._give_back(opened)
            with self._lock:
                if self._present is opened:
                    self._supersede()
            opened, _ = self._lend()
        return opened

    def _lend(self) -> tuple[_Opened, bool]:
        """The present graph, with one reader more, and whether it is time to look for another."""
        with self._lock:
            now = time.monotonic()
            due = self._present is not None and now - self._looked >= _LOOK
            if self._present is None:
                self._present = _Opened(self.url)
                self._looked = now
            if due:
                self._looked = now
            self._present.readers += 1
            return self._present, due

    def _supersede(self) -> None:
        old, self._present = self._present, None
        if old is not None:
            old.superseded = True
            if old.readers == 0:
                old.store.close()

    def _give_back(self, opened: _Opened) -> None:
        with self._lock:
            opened.readers -= 1
            if opened.superseded and opened.readers == 0:
                opened.store.close()

    def close(self) -> None:
        """Close the present graph once nobody reads it."""
        with self._lock:
            self._supersede()


def _changed(opened: _Opened) -> bool:
    """Whether another graph than the opened one is in force."""
    try:
        return opened.store.current() != opened.store.info
    except StoreUnavailable:
        return True  # Nothing was built yet, or a server is away: look again.
