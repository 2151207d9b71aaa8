"""What reading a file gives, for the tests of every format."""

from __future__ import annotations

import contextlib
from collections import Counter
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
        self.claims: list[Claim] = []
        self.left: set[str] = set()
        with contextlib.suppress(SourceError):
            for record in self.loader.read(path):
                with contextlib.suppress(SourceError):
                    self.claims += self.loader.claims(record)
                    self.left.update(record.left())

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
