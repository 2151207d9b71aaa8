"""Logs of what people decided: files of one JSON object on each line, only ever appended to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

import msgspec

from sousveil.errors import StoreError

__all__ = ["append_log", "read_log"]

Line = TypeVar("Line", bound=msgspec.Struct)


def read_log(path: Path, line: type[Line]) -> list[Line]:
    """All lines, oldest first; raises StoreError with the number of one that is none."""
    if not path.exists():
        return []
    decode = msgspec.json.Decoder(line).decode
    found = []
    for number, text in enumerate(path.read_bytes().splitlines(), 1):
        if not text.strip():
            continue
        try:
            found.append(decode(text))
        except msgspec.DecodeError as error:
            raise StoreError(
                f"{path}:{number}: not a {line.__name__.lower()}: {error}",
                "correct or remove the line; the claims themselves are unharmed",
            ) from error
    return found


def append_log(path: Path, *lines: msgspec.Struct) -> None:
    """Add lines, all or none of them; raises OSError where that cannot be done."""
    path.parent.mkdir(parents=True, exist_ok=True)
    existed = path.exists()
    with path.open("ab") as file:
        size = file.tell()
        try:
            file.write(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            # A line by half would make the whole log unreadable.
            os.truncate(path, size)
            if not existed:
                path.unlink()
            raise
