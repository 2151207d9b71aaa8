"""Reading other people's files: unpacked on the way, one record after the other, within limits.

A file that is not what it should be gives a SourceError that says where; it can neither fill the
memory nor make us open another file or the network.
"""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import msgspec

from sousveil.errors import SourceError

if TYPE_CHECKING:
    from lxml import etree

__all__ = [
    "Member", "Metered", "heads", "json_items", "json_lines", "members", "unpacked",
    "xml_elements",
]

HEAD = 1 << 16
"""Bytes of the beginning by which a format is recognised."""
RECORD = 1 << 26
"""Most bytes of one record: 64 MB. A release of that size is no release."""
DEPTH = 100
"""Deepest nesting of a record."""
RATIO = 2000
"""Most bytes that one packed byte may become: beyond that it is a bomb, not a document."""
_NO_MARK = bytes(set(range(256)) - set(b'"[]{}'))
_STRING = re.compile(rb'"[^"]*"')
_CHUNK = 1 << 16
_ONE = (".xlsx", ".xlsm", ".ods", ".docx")
"""Documents that are zip archives inside: they are one file to everybody."""
_PACKED = ("is damaged or cut short", "fetch the file again")


class Member(NamedTuple):
    """One file, or one file of an archive."""

    name: str
    """Its name without folders; within an archive what the locator of its claims says."""
    stream: IO[bytes]


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """Whatever goes wrong while a file is read or unpacked, as a SourceError."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error, lzma.LZMAError, tarfile.TarError,
            zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise SourceError(f"{_PACKED[0]}: {error}", path, hint=_PACKED[1]) from error
    except IsADirectoryError:
        raise SourceError("is a folder, not a file", path) from None
    except OSError as error:
        raise SourceError(
            f"cannot read: {error.strerror or error}", path,
            hint="look whether the name is right and whether you may read it",
        ) from error


class _Limited(io.RawIOBase):
    """A stream that gives no more bytes than its packed size allows."""

    def __init__(self, path: Path, stream: IO[bytes], most: int) -> None:
        self._path, self._stream, self._left = path, stream, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise SourceError(
                f"unpacks to more than {RATIO} times its size", self._path,
                hint="this is no document; unpack it yourself if you trust it",
            )
        buffer[: len(data)] = data
        return len(data)


class Metered:
    """A stream of JSON that allows so many bytes for each record, and so many levels.

    ijson takes memory in the square of the depth: what is too deep must not reach it.
    """

    def __init__(self, path: Path, stream: IO[bytes]) -> None:
        self._path, self._stream = path, stream
        self.left = RECORD
        self._depth = 0
        self._rest = b""
        """The end of what was read: a backslash, or a string that is not closed."""

    def read(self, size: int) -> bytes:
        """At most so many bytes; a SourceError where a record grows too large or too deep."""
        data = self._stream.read(size)
        self.left -= len(data)
        if self.left < 0:
            raise SourceError(
                f"a record of more than {RECORD >> 20} MB", self._path,
                hint="this is another format than it seems: name it with --as",
            )
        self._measure(data)
        return data

    def _measure(self, data: bytes) -> None:
        text = self._rest + data
        escape = text[len(text.rstrip(b"\\")) :]
        self._rest = b"\\" if len(escape) % 2 else b""
        text = text.removesuffix(self._rest).replace(b"\\\\", b"").replace(b'\\"', b"")
        marks = text.translate(None, _NO_MARK)
        if marks.count(b'"') % 2:
            marks, _, _ = marks.rpartition(b'"')
            self._rest = b'"' + self._rest
        for mark in _STRING.sub(b"", marks):
            self._depth += 1 if mark in b"[{" else -1
            if self._depth > DEPTH:
                raise _too_deep(self._path)


def members(path: Path) -> Iterator[Member]:
    """The file itself, unpacked if it is gzip, bzip2 or xz; each file of a tar or zip archive.

    The packing is told by the bytes, not by the name. Each stream is valid until the next.
    """
    with _told(path), contextlib.ExitStack() as stack:
        size = path.stat().st_size
        raw = stack.enter_context(path.open("rb"))
        name = path.name
        start = raw.read(6)
        raw.seek(0)
        if start[:4] == b"PK\x03\x04" and path.suffix.lower() not in _ONE:
            yield from _zipped(path, stack.enter_context(zipfile.ZipFile(raw)))
            return
        stream: IO[bytes] = raw
        for magic, suffix, opener in (
            (b"\x1f\x8b", ".gz", gzip.open), (b"BZh", ".bz2", bz2.open),
            (b"\xfd7zXZ", ".xz", lzma.open),
        ):
            if start.startswith(magic):
                packed: Any = stack.enter_context(opener(raw, "rb"))
                stream = io.BufferedReader(_Limited(path, packed, size * RATIO + _CHUNK), _CHUNK)
                name = name.removesuffix(suffix)
                if name.endswith(".tgz"):
                    name = name.removesuffix(".tgz") + ".tar"
        peeked = stream.peek(512) if isinstance(stream, io.BufferedReader) else b""
        if peeked[257:262] == b"ustar" or (not peeked and name.endswith(".tar")):
            with tarfile.open(fileobj=stream, mode="r|") as archive:
                for entry in archive:
                    file = archive.extractfile(entry) if entry.isfile() else None
                    if file is not None and not _hidden(entry.name):
                        yield Member(PurePosixPath(entry.name).name, file)
            return
        yield Member(name, stream)


def _zipped(path: Path, archive: zipfile.ZipFile) -> Iterator[Member]:
    for entry in archive.infolist():
        if entry.is_dir() or _hidden(entry.filename):
            continue
        with archive.open(entry) as file:
            limited = _Limited(path, file, entry.compress_size * RATIO + _CHUNK)
            yield Member(PurePosixPath(entry.filename).name, io.BufferedReader(limited, _CHUNK))


def _hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)


def unpacked(path: Path) -> int:
    """What a zip archive says that its files take when unpacked, in bytes."""
    with _told(path), zipfile.ZipFile(path) as archive:
        return sum(entry.file_size for entry in archive.infolist())


def heads(path: Path) -> Iterator[tuple[bytes, str]]:
    """The beginning and the name of the file, unpacked, or of each file of an archive."""
    for name, stream in members(path):
        with _told(path):
            beginning = stream.read(HEAD)
        yield beginning, name


def json_lines(path: Path, stream: IO[bytes]) -> Iterator[tuple[int, Any]]:
    """The values of a file with one JSON value on each line, with their line numbers."""
    decode = msgspec.json.Decoder(float_hook=str).decode
    number = 0
    with _told(path):
        while line := stream.readline(RECORD):
            number += 1
            if len(line) >= RECORD:
                raise SourceError(
                    f"a line of more than {RECORD >> 20} MB", path, number,
                    "one record stands on each line; this is another format",
                )
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            if not line.strip():
                continue
            try:
                value = decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                raise SourceError(
                    f"not JSON: {error}", path, number,
                    "if this is the last line, the file may have been cut short",
                ) from error
            _check_depth(path, number, value)
            yield number, value


def json_items(path: Path, stream: IO[bytes], prefix: str) -> Iterator[tuple[int, Any]]:
    """The values under a prefix of one large JSON value, with their numbers from 1.

    The prefix is ijson's: `item` for the members of a list, `releases.item`, or empty for the
    value as a whole. Numbers are exact (int or Decimal).
    """
    import ijson

    number = 0
    metered = Metered(path, stream)
    with _told(path):
        try:
            for value in ijson.items(metered, prefix, multiple_values=True):
                number += 1
                metered.left = RECORD
                _check_depth(path, number, value)
                yield number, value
        except (ijson.JSONError, UnicodeDecodeError, RecursionError, ArithmeticError) as error:
            # An ArithmeticError: 1e99999999999999999999 is a number to JSON and none to Decimal.
            raise SourceError(
                f"not well-formed JSON after record {number}: {error}", path,
                hint="the file may have been cut short: fetch it again",
            ) from error


def _check_depth(path: Path, number: int, value: Any) -> None:
    level = [value]
    for _ in range(DEPTH):
        level = [
            inner for one in level if isinstance(one, list | dict)
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, list | dict)
        ]
        if not level:
            return
    raise _too_deep(path, number)


def _too_deep(path: Path, number: int = 0) -> SourceError:
    return SourceError(
        f"a record nested more than {DEPTH} levels deep", path, number, "no format nests so deep"
    )


def xml_elements(
    path: Path, stream: IO[bytes], tags: set[str]
) -> Iterator[tuple[int, etree._Element]]:
    """The elements of these local names, outermost first found, with the line each begins on.

    Each is emptied after use, so that memory stays flat. Entities are not expanded, and neither a
    DTD nor anything else is fetched: a document that declares entities is refused.
    """
    from lxml import etree

    with _told(path):
        try:
            context = etree.iterparse(
                stream, events=("start", "end"), resolve_entities=False, no_network=True,
                load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True,
            )
            inside = 0
            checked = False
            for event, element in context:
                if not checked:
                    checked = True
                    info = element.getroottree().docinfo
                    if info.internalDTD is not None and list(info.internalDTD.iterentities()):
                        raise SourceError(
                            "declares entities, which no format does that is read here", path,
                            hint="remove the DOCTYPE if you trust the file",
                        )
                if not isinstance(element.tag, str) or etree.QName(element).localname not in tags:
                    continue
                if event == "start":
                    inside += 1
                    continue
                inside -= 1
                if inside:
                    continue
                yield element.sourceline or 0, element
                element.clear(keep_tail=False)
                parent = element.getparent()
                while parent is not None and element.getprevious() is not None:
                    del parent[0]
        except (etree.XMLSyntaxError, ValueError) as error:
            # A ValueError: the name of an element that lxml let pass and cannot take apart.
            raise SourceError(
                f"not well-formed XML: {error}", path, getattr(error, "lineno", 0) or 0,
                "the file may have been cut short: fetch it again",
            ) from error
