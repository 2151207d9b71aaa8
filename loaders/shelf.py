"""What the loaders of registers share: a look ahead at a whole file without holding it in memory,
JSON in whatever arrangement it comes, and identifiers that have been checked.
"""

from __future__ import annotations

import io
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import ijson
import msgspec

from sousveil.errors import SourceError
from sousveil.graph.records import Claim
from sousveil.loaders.files import HEAD, Member, Metered, json_items, json_lines
from sousveil.loaders.making import Cited, clean, script
from sousveil.loaders.record import Record
from sousveil.ontology import Schema
from sousveil.ontology.dates import bounds
from sousveil.ontology.identifiers import check_lei, check_uscc

__all__ = [
    "Shelf", "explained", "json_records", "json_shape", "opened_member", "period",
    "public_kind", "said_lei", "said_number", "said_uscc", "with_values",
]

_BATCH = 10_000


class Shelf:
    """What a first reading of a file has found, kept on disk: key to values, in their order.

    A register of thirty million statements does not fit into memory, and what one of them means
    may depend on another.
    """

    def __init__(self) -> None:
        self._db = sqlite3.connect("")
        self._db.execute("PRAGMA journal_mode=OFF")
        self._db.execute("CREATE TABLE shelf (k BLOB, v BLOB, PRIMARY KEY (k, v)) WITHOUT ROWID")
        self._waiting: list[tuple[bytes, bytes]] = []

    def put(self, key: str, value: str = "") -> None:
        """Add a value to those of the key."""
        self._waiting.append((_bytes(key), _bytes(value)))
        if len(self._waiting) >= _BATCH:
            self._flush()

    def get(self, key: str) -> list[str]:
        """The values of the key, sorted; none if it has none."""
        self._flush()
        found = self._db.execute("SELECT v FROM shelf WHERE k = ? ORDER BY v", (_bytes(key),))
        return [bytes(value).decode("utf-8", "surrogatepass") for (value,) in found]

    def one(self, key: str) -> str:
        """The first value of the key; empty if it has none."""
        found = self.get(key)
        return found[0] if found else ""

    def __contains__(self, key: str) -> bool:
        self._flush()
        found = self._db.execute("SELECT 1 FROM shelf WHERE k = ? LIMIT 1", (_bytes(key),))
        return found.fetchone() is not None

    def close(self) -> None:
        """Give the disk space back."""
        self._db.close()

    def _flush(self) -> None:
        if self._waiting:
            self._db.executemany("INSERT OR IGNORE INTO shelf VALUES (?, ?)", self._waiting)
            self._waiting.clear()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


class _Rewound(io.RawIOBase):
    """A stream whose beginning has been read, from its beginning."""

    def __init__(self, head: bytes, stream: IO[bytes]) -> None:
        self._head, self._stream = head, stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._head[: len(buffer)] or self._stream.read(len(buffer))
        self._head = self._head[len(buffer):]
        buffer[: len(data)] = data
        return len(data)


def opened_member(member: Member) -> tuple[bytes, IO[bytes]]:
    """The beginning of a member, and the member from its beginning."""
    head = member.stream.read(HEAD)
    return head, io.BufferedReader(_Rewound(head, member.stream), HEAD)


def json_shape(head: bytes, known: Callable[[dict[str, Any]], bool]) -> str | None:
    """How JSON with this beginning is arranged: `lines`, or the prefix under which records stand.

    `known` says whether an object is a record (or the beginning of one). None if none is seen.
    """
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text.startswith((b"{", b"[")):
        return None
    line, more, _ = text.partition(b"\n")
    try:
        value = msgspec.json.decode(line) if more or len(head) < HEAD else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        value = None
    if isinstance(value, dict) and known(value):
        return "lines"
    return _prefix(text, known)


def _prefix(text: bytes, known: Callable[[dict[str, Any]], bool]) -> str | None:
    """The shortest prefix at which an object looks like a record."""
    builders: dict[str, Any] = {}
    depth: list[str] = []
    candidates: list[tuple[str, dict[str, Any]]] = []
    try:
        for prefix, event, value in ijson.parse(Metered(Path(), io.BytesIO(text))):
            if event == "start_map" and len(depth) < 6:
                builder = ijson.ObjectBuilder()
                builders[prefix] = builder
                candidates.append((prefix, builder))
            depth = depth[:-1] if event.startswith("end_") else depth
            depth = [*depth, prefix] if event.startswith("start_") else depth
            for at, builder in list(builders.items()):
                builder.event(event, value)
                if event == "end_map" and prefix == at:
                    del builders[at]
                    if known(builder.value):
                        return at
    except (ijson.JSONError, SourceError, RecursionError, ValueError, ArithmeticError):
        pass  # The beginning of a file seldom ends with a record.
    for prefix, builder in candidates:
        found = getattr(builder, "value", None)
        if isinstance(found, dict) and known(found):
            return prefix
    return None


def json_records(
    path: Path, member: Member, known: Callable[[dict[str, Any]], bool]
) -> Iterator[tuple[int, Any]]:
    """The records of a JSON file, whether a list, one on each line, or somewhere in a package."""
    head, stream = opened_member(member)
    shape = json_shape(head, known)
    if shape is None and head.strip() in (b"", b"[]", b"{}"):
        return
    if shape is None:
        raise SourceError(
            "no record of this format is seen at its beginning", path,
            hint="this is another format, or the file is damaged: name the format with --as",
        )
    if shape == "lines":
        yield from json_lines(path, stream)
    else:
        yield from json_items(path, stream, shape)


def said_lei(record: Record, code: str) -> dict[str, str | list[str]]:
    """The values `lei` or `identifiers` for a Legal Entity Identifier, as far as it holds."""
    code = clean(code)
    if not code:
        return {}
    if _lei_fits(code):
        return {"lei": code}
    record.omit("LEI whose check digits do not fit, kept as an identifier only")
    return {"identifiers": [f"XI-LEI:{code}"]}


@lru_cache(maxsize=1 << 16)
def _lei_fits(code: str) -> bool:
    return check_lei(code) is None


def said_uscc(record: Record, code: str) -> dict[str, str | list[str]]:
    """The value `uscc` for a Unified Social Credit Code, if its check digit holds."""
    code = clean(code).upper()
    if not code:
        return {}
    if check_uscc(code) is None:
        return {"uscc": code}
    record.omit("Unified Social Credit Code whose check digit does not fit")
    return {}


def with_values(claim: Claim, **values: str) -> Claim:
    """The claim with these values beside its own; empty ones are not said."""
    said = {name: value for name, value in values.items() if value}
    return msgspec.structs.replace(claim, values={**claim.values, **said})


_LIST = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*")
_USCC = ("CN-SAIC", "CN-SAMR", "CN-USCC", "CN-USC")


def said_number(record: Record, scheme: str, number: str) -> dict[str, str | list[str]]:
    """The values that a number of a list (by its code in org-id.guide) gives an organisation."""
    scheme, number = clean(scheme).upper(), clean(number)
    if not number:
        return {}
    if scheme == "XI-LEI":
        return said_lei(record, number.upper())
    if scheme in _USCC:
        return said_uscc(record, number)
    if not _LIST.fullmatch(scheme):
        record.omit("identifier whose list has no code")
        return {}
    if scheme == "GB-COH":
        number = number.upper().zfill(8)
    return {"identifiers": [f"{scheme}:{number}"]}


def period(record: Record, start: str, end: str) -> str:
    """The interval between two days, open where one is not stated; empty if neither is."""
    if start and end and bounds(start).first > bounds(end).last:
        record.omit("period that ends before it starts")
        start = ""
    return f"{start or '..'}/{end or '..'}" if start or end else ""


def public_kind(names: Iterable[str], stated: str) -> str:
    """The kind of a public body: what a Chinese name says by its terms, else what is stated."""
    for name in names:
        if not name.isascii() and script(name) in ("Hans", "Hant"):
            return Schema.load().classify(name) or stated
    return stated


def explained(cited: Cited, about: str, summary: str) -> Claim:
    """What a source adds about an element: no relation, and no support for one."""
    return Claim(
        about=about, stance="explains", source=cited.source, locator=cited.locator,
        author=cited.author, basis=cited.basis, summary=summary,
    )
