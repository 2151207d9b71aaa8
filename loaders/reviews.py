"""The review list: hits of the watch list, and what was decided about each of them.

Both are logs that are only ever appended to. Who decided is not kept: the reason is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from sousveil.errors import ConfigError, StoreError
from sousveil.loaders.screen import Hit

__all__ = ["Review", "ReviewList"]

_T = TypeVar("_T")


class Review(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of the log of decisions."""

    hit: str
    action: str
    """`accept`, `reject`, or `reopen`, which takes the one before back."""
    reason: str
    date: str
    """When, as YYYY-MM-DD."""


STATES = {"accept": "accepted", "reject": "rejected", "reopen": "pending"}


class ReviewList:
    """The hits found so far and the decisions about them."""

    def __init__(self, folder: Path) -> None:
        self.hits_path = folder / "hits.jsonl"
        self.reviews_path = folder / "reviews.jsonl"

    def hits(self) -> dict[str, Hit]:
        """Every hit by its id, in the order in which they were found."""
        return {hit.id: hit for hit in _read(self.hits_path, Hit)}

    def reviews(self) -> list[Review]:
        """Every decision, oldest first."""
        return _read(self.reviews_path, Review)

    def states(self) -> dict[str, Review]:
        """The decision in force about each hit."""
        found: dict[str, Review] = {}
        for review in self.reviews():
            found[review.hit] = review
        return found

    def add(self, hits: Iterable[Hit]) -> int:
        """Put hits on the list that are not there as they are; the number of those added."""
        known = self.hits()
        fresh = [hit for hit in hits if known.get(hit.id) != hit]
        _append(self.hits_path, fresh)
        return len(fresh)

    def decide(self, hit: str, action: str, reason: str, date: str) -> None:
        """Write down a decision about a hit of the list."""
        if hit not in self.hits():
            raise ConfigError(f"there is no hit {hit!r}", "`sousveil review` lists the hits")
        if not reason:
            raise ConfigError("why?", "add --reason TEXT")
        _append(self.reviews_path, [Review(hit=hit, action=action, reason=reason, date=date)])

    def of(self, state: str) -> list[Hit]:
        """The hits in a state: `pending`, `accepted` or `rejected`."""
        states = self.states()
        return [
            hit for id_, hit in self.hits().items()
            if (STATES[states[id_].action] if id_ in states else "pending") == state
        ]


def _read(path: Path, cls: type[_T]) -> list[_T]:
    if not path.exists():
        return []
    decode = msgspec.json.Decoder(cls).decode
    found = []
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise StoreError(f"{path}: cannot read: {error.strerror}", "look at the file") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            one: Any = decode(line)
        except msgspec.DecodeError as error:
            raise StoreError(
                f"{path}:{number}: not a line of this log: {error}", "correct or remove the line"
            ) from error
        if isinstance(one, Review) and one.action not in STATES:
            raise StoreError(f"{path}:{number}: unknown action {one.action!r}", "correct the line")
        found.append(one)
    return found


def _append(path: Path, lines: Iterable[Any]) -> None:
    data = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
    if not data:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StoreError(
            f"{path}: cannot write: {error.strerror or error}",
            "make room, or look whether you may write there",
        ) from error
