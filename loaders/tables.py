"""Published tables: CSV files with a header, packed or not, one record for each row."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

from sousveil.errors import SourceError
from sousveil.loaders.files import members
from sousveil.loaders.record import Record
from sousveil.loaders.text import rows

__all__ = ["header", "records"]


def header(head: bytes) -> list[str]:
    """The names of the first row of a beginning, in lower case; empty if it is no text."""
    first = head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0]
    try:
        text = first.decode("utf-8").strip("\r\n \t")
    except UnicodeDecodeError:
        return []
    delimiter = max(",;\t|", key=text.count)
    return [name.strip(" \"'").lower() for name in text.split(delimiter)]


def records(path: Path, kind: Callable[[str, list[str]], str]) -> Iterator[Record]:
    """The rows of the tables in a file, with the names of their columns in lower case.

    `kind` says of which kind the rows of a table are, by its name and columns; a table that it
    gives no kind is left alone.
    """
    for name, stream in members(path):
        table = rows(path, io.TextIOWrapper(stream, "utf-8-sig", newline=""))
        first = next(table, None)
        if first is None:
            continue
        columns = [column.strip().lower() for column in first[1]]
        which = kind(name, columns)
        if not which:
            continue
        for line, cells in table:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(columns):
                raise SourceError(
                    f"{len(cells)} cells where the header has {len(columns)}", path, line,
                    "if this is the last row, the file may have been cut short: fetch it again",
                )
            yield Record(path, line, which, dict(zip(columns, cells, strict=True)))
