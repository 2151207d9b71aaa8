"""What reading a file gives, for the tests of every format."""

from __future__ import annotations

import contextlib
from collections import Counter
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from sousveil.errors import SourceError
from sousveil.graph import Claim
from sousveil.loaders import Loader, Reject
from sousveil.loaders.view import read

__all__ = ["Reading"]


class Reading:
    """Objects, claims, rejects, omissions and fields left over; a test's own class names the
    loader."""

    loader: ClassVar[Loader]

    def __init__(self, path: Path) -> None:
        self.rejects: list[Reject] = []
        self.omitted: Counter[str] = Counter()

        def count(what: str, times: int) -> None:
            self.omitted[what] += times

        self.all = list(read(path, self.loader, self.rejects.append, count))
        self._path = path

    @cached_property
    def _records(self) -> tuple[list[Claim], set[str]]:
        claims: list[Claim] = []
        left: set[str] = set()
        with contextlib.suppress(SourceError):
            for record in self.loader.read(self._path):
                with contextlib.suppress(SourceError):
                    claims += self.loader.claims(record)
                    left.update(record.left())
        return claims, left

    @property
    def claims(self) -> list[Claim]:
        return self._records[0]

    @property
    def left(self) -> set[str]:
        return self._records[1]

    def of(self, *types: str) -> list[dict[str, Any]]:
        return [one for one in self.all if one["type"] in types]

    def one(self, type_: str) -> dict[str, Any]:
        (found,) = self.of(type_)
        return found

    @property
    def said(self) -> list[Claim]:
        return [c for c in self.claims if c.stance == "explains"]

    def ids(self, *types: str) -> list[str]:
        return [str(one["id"]) for one in self.of(*types)]
