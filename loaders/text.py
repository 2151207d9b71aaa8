"""Reading text files that people made: their encodings, their delimiters and their accidents."""

from __future__ import annotations

import codecs
import contextlib
import csv
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path

from sousveil.errors import SourceError
from sousveil.loaders.encoding import encoding_of

__all__ = ["opened", "rows"]

_LINE = 1 << 20
"""Longest line in characters: a line of a gigabyte is no CSV file and must not fill the memory."""

_CHUNK = 1 << 16
_SAVE = "save the file as UTF-8 and try again"


@contextlib.contextmanager
def opened(path: Path) -> Iterator[TextIOWrapper]:
    """The file as text, in the encoding that it is found to be in."""
    try:
        with path.open(encoding=encoding_of(path), newline="") as text:
            yield text
    except IsADirectoryError:
        raise SourceError("is a folder, not a file", path) from None
    except OSError as error:
        raise SourceError(f"cannot read: {error.strerror or error}", path) from error


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
            name = self.file.encoding.removesuffix("-sig").upper()
            raise SourceError(
                f"not {name} text: {error.reason}", self.path,
                _broken_line(self.path, self.file.encoding), _SAVE,
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


def _broken_line(path: Path, encoding: str) -> int:
    """The line with the first bytes that are no character: a reader decodes ahead of it."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            try:
                line += decoder.decode(chunk).count("\n")
            except UnicodeDecodeError as error:
                return line + error.object[: error.start].decode(encoding, "ignore").count("\n")
    return line
