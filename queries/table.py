"""Answers of canned queries."""

from __future__ import annotations

from typing import Any

import msgspec

__all__ = ["Table"]


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of an answer, with the question that it answers."""

    name: str
    parameters: dict[str, Any]
    dataset: str
    """Hash of the data set that was asked: a citation of the answer names it."""
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def dicts(self) -> list[dict[str, Any]]:
        """The rows as dictionaries."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]
