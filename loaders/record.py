"""What a loader reads: one row, statement or notice, before anything is made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from sousveil.errors import SourceError
from sousveil.graph import Claim

__all__ = ["Loader", "Record"]


class Record:
    """One record of a file. What is read is taken; what is left over becomes a warning.

    The fields of a table row are texts. Those of a JSON or XML record may hold further records
    (`child`, `children`), which belong to it: what is left over of them is left over of it.
    """

    __slots__ = ("_children", "_fields", "called", "kind", "line", "note", "omitted", "path")

    def __init__(
        self, path: Path, line: int, kind: str, fields: Mapping[str, Any],
        called: Mapping[str, str] | None = None, note: str = "",
        omitted: Counter[str] | None = None,
    ) -> None:
        self.path = path
        self.line = line
        """Line or number of the record, counted from 1."""
        self.kind = kind
        """What the record is: for a template the file's stem, otherwise the loader's own word."""
        self.called = called or {}
        """What the file calls a claim's `about`, `from` and `to`, where it has names of its own."""
        self.note = note
        """A warning that the reader has about the file up to here; the record itself is sound."""
        self.omitted: Counter[str] = Counter() if omitted is None else omitted
        """What the loader left out on purpose, in words, with how often: it is told, not hidden.

        A record within a record counts with the one that it belongs to."""
        self._fields = dict(fields)
        self._children: list[tuple[str, Record]] = []

    def take(self, name: str) -> str:
        """The field's text without surrounding blanks; empty if it is absent.

        A number comes as it is written; true and false come as these words.
        """
        value = self._fields.pop(name, None)
        if type(value) is str:
            return value.strip()
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if isinstance(value, list | dict):
            raise self.error(
                f"field {name!r}: a single value is expected, and there is a "
                + ("list" if isinstance(value, list) else "group of fields"),
                "correct the file, or name its format with --as",
            )
        return _text(value)

    def take_all(self, name: str) -> list[str]:
        """The texts of a field that may hold several, without the empty ones."""
        value = self._fields.pop(name, None)
        found = value if isinstance(value, list) else [value]
        if any(isinstance(one, list | dict) for one in found):
            raise self.error(
                f"field {name!r}: texts are expected, and there are groups of fields",
                "correct the file, or name its format with --as",
            )
        return [text for text in map(_text, found) if text]

    def child(self, name: str) -> Record:
        """The record in a field; an empty one if it is absent."""
        found = self.children(name)
        if len(found) > 1:
            raise self.error(f"field {name!r}: one is expected, and there are {len(found)}")
        return found[0] if found else self._part(name, {})

    def children(self, name: str) -> list[Record]:
        """The records in a field, be it one or a list; none if it is absent."""
        value = self._fields.pop(name, None)
        if value is None or value == "":
            return []
        found = value if isinstance(value, list) else [value]
        if not all(isinstance(one, dict) for one in found):
            raise self.error(
                f"field {name!r}: groups of fields are expected, and there is {found[0]!r:.40}",
                "correct the file, or name its format with --as",
            )
        return [self._part(name, one) for one in found]

    def _part(self, name: str, fields: Mapping[str, Any]) -> Record:
        part = Record(self.path, self.line, self.kind, fields, omitted=self.omitted)
        self._children.append((name, part))
        return part

    def ignore(self, *names: str) -> None:
        """Leave fields aside that the loader's documentation says are not read."""
        for name in names:
            self._fields.pop(name, None)

    def ignore_all(self) -> None:
        """Leave everything aside that has not been taken: the record is omitted as a whole."""
        self._fields.clear()
        self._children.clear()

    def omit(self, what: str) -> None:
        """Count something that is left out on purpose, such as `natural person`."""
        self.omitted[what] += 1

    def __contains__(self, name: str) -> bool:
        return self._fields.get(name) not in (None, "", [], {})

    def left(self) -> list[str]:
        """The names of the fields that nobody has taken and that are not empty."""
        found = {
            name for name, value in self._fields.items()
            if value not in (None, [], {}) and (not isinstance(value, str) or value.strip())
        }
        for name, part in self._children:
            if part._fields or part._children:
                found.update(f"{name}.{inner}" for inner in part.left())
        return sorted(found)

    def error(self, message: str, hint: str = "") -> SourceError:
        """An error that names this record's file and line."""
        return SourceError(message, self.path, self.line, hint)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | Decimal):
        text = format(Decimal(str(value)), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value).strip()


class Loader(msgspec.Struct, frozen=True, kw_only=True):
    """A format: how to recognise it, read it, and turn its records into claims."""

    name: str
    title: str
    sniff: Callable[[bytes, str], bool]
    """Whether a file with this beginning (unpacked) and this name is of the format."""
    read: Callable[[Path], Iterable[Record]]
    """The records of a file, one after the other, at flat memory."""
    claims: Callable[[Record], Iterator[Claim]]
    """The claims of a record; pure. Author and basis may be left to the cited source."""
    native: Callable[[Record], str] | None = None
    """The record's own id in its register, for formats of which updates exist: what every locator
    of the record's claims says after `record N, `. It takes nothing from the record."""
    unique: bool = False
    """Whether an element that stands in two records is a fault, as it is in a table of one's own.
    In notices the same buyer stands again and again."""
