"""Reading text files that people made: their encodings, their delimiters and their accidents."""

from __future__ import annotations

import codecs
import contextlib
import csv
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path

from sousveil.errors import SourceError

__all__ = ["opened", "rows"]

_HEAD = 1 << 16
_LINE = 1 << 20
"""Longest line in characters: a line of a gigabyte is no CSV file and must not fill the memory."""


@contextlib.contextmanager
def opened(path: Path) -> Iterator[TextIOWrapper]:
    """The file as text, its encoding found out from its beginning.

    UTF-8 with or without a byte order mark, UTF-16 with one, else what chardet says; a page that
    calls itself gb2312 or gbk is read as gb18030, which contains both.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except IsADirectoryError:
        raise SourceError("is a folder, not a file", path) from None
    except OSError as error:
        raise SourceError(f"cannot read: {error.strerror or error}", path) from error
    with path.open(encoding=_encoding(head), newline="") as text:
        yield text


def _encoding(head: bytes) -> str:
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        # A character may be cut at the end of the head.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        import chardet

        found = (chardet.detect(head).get("encoding") or "").lower()
        return "gb18030" if found in ("gb2312", "gbk", "gb18030") else found or "utf-8"
    return "utf-8"


def rows(path: Path, file: TextIOWrapper) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file with the line on which each begins, counted from 1."""
    lines = _Lines(path, file)
    first = next(lines, None)
    if first is None:
        return
    lines.push_back(first)
    delimiter = max(",;\t|", key=first.count)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = lines.number + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise SourceError(
                f"not well-formed CSV: {error}", path, line,
                "look for a quote that is not closed; if the file ends here, it may have been "
                "cut short",
            ) from error
        yield line, row


class _Lines:
    """Lines of bounded length, counted, with errors that say where."""

    def __init__(self, path: Path, file: TextIOWrapper) -> None:
        self.path = path
        self.file = file
        self.number = 0
        self._waiting: str | None = None

    def push_back(self, line: str) -> None:
        self._waiting = line
        self.number -= 1

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self._waiting is not None:
            line, self._waiting = self._waiting, None
            self.number += 1
            return line
        try:
            line = self.file.readline(_LINE)
        except UnicodeDecodeError as error:
            raise SourceError(
                f"not {self.file.encoding} text: {error.reason}", self.path, self.number + 1,
                "save the file as UTF-8 and try again",
            ) from error
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) >= _LINE:
            raise SourceError(
                "a line of more than a million characters", self.path, self.number,
                "this is not a CSV file, or its line breaks are lost",
            )
        if "\x00" in line:
            raise SourceError(
                "a NUL character: this is not a text file", self.path, self.number,
                "save the table as CSV, UTF-8",
            )
        return line
