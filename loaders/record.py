"""What a loader reads: one row, statement or notice, before anything is made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from sousveil.errors import SourceError
from sousveil.graph import Claim

__all__ = ["Loader", "Record"]


class Record:
    """One record of a file. What is read is taken; what is left over becomes a warning."""

    def __init__(
        self, path: Path, line: int, kind: str, fields: Mapping[str, str],
        called: Mapping[str, str] | None = None, note: str = "",
    ) -> None:
        self.path = path
        self.line = line
        self.kind = kind
        """What the file holds: for a template its file stem."""
        self.called = called or {}
        """What the file calls a claim's `about`, `from` and `to`, where it has names of its own."""
        self.note = note
        """A warning that the reader has about the file up to here; the record itself is sound."""
        self._fields = dict(fields)

    def take(self, name: str) -> str:
        """The field's text without surrounding blanks; empty if it is absent."""
        return self._fields.pop(name, "").strip()

    def left(self) -> dict[str, str]:
        """The fields that nobody has taken and that are not empty."""
        return {name: text for name, text in self._fields.items() if text.strip()}

    def error(self, message: str, hint: str = "") -> SourceError:
        """An error that names this record's file and line."""
        return SourceError(message, self.path, self.line, hint)


class Loader(msgspec.Struct, frozen=True, kw_only=True):
    """A format: how to recognise it, read it, and turn its records into claims."""

    name: str
    title: str
    sniff: Callable[[bytes, str], bool]
    """Whether a file with this beginning and this name is of the format."""
    read: Callable[[Path], Iterable[Record]]
    """The records of a file, one after the other, at flat memory."""
    claims: Callable[[Record], Iterator[Claim]]
    """The claims of a record; pure. Author and basis may be left to the cited source."""
