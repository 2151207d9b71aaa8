"""The process that runs one statement on an embedded graph, for `graph/readonly.py`.

A program of its own, not a module: it starts fast because it imports little. It reads a request
from standard input, opens the graph read-only, gives up the right to open anything else, runs the
statement and writes one line of JSON for the columns, one for each row, and one for the end.
"""

from __future__ import annotations

import contextlib
import datetime
import decimal
import json
import math
import os
import re
import sys
import uuid
from collections.abc import Iterator
from typing import Any, BinaryIO

import ladybug

_MEMORY = re.compile(r"Buffer manager|bad.?alloc|memory|Cannot allocate|mmap", re.I)


def main() -> None:
    """Answer the request on standard input."""
    # The engine may write to standard output; what we say goes through a handle of our own.
    out = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.close(null)
    request = json.loads(sys.stdin.buffer.read())
    try:
        size = request["memory"] * 2**20
        database = ladybug.Database(
            request["graph"], read_only=True, buffer_pool_size=size // 2, max_num_threads=2
        )
        connection = ladybug.Connection(database)
        connection.execute("RETURN 1")
    except (RuntimeError, OSError, MemoryError) as error:
        say(out, {"store": f"cannot open the graph: {words(error)}"})
        return
    confine(size // 2, {
        "RLIMIT_NOFILE": 0, "RLIMIT_FSIZE": 0, "RLIMIT_CPU": 2 * request["seconds"] + 5,
    })
    try:
        answer = connection.execute(request["cypher"], request["parameters"])
        if isinstance(answer, list):
            say(out, {"refused": "more than one statement"})
            return
        columns = answer.get_column_names()
        if len(set(columns)) < len(columns):
            say(out, {"refused": "two columns have the same name"})
            return
        say(out, columns)
        end = "all"
        written = 0
        for number, row in enumerate(rows(answer)):
            line = json.dumps(plain(row)).encode()
            written += len(line) + 1
            if number == request["rows"] or written > request["bytes"]:
                end = "more"
                break
            out.write(line + b"\n")
        say(out, {"end": end})
    except MemoryError:
        say(out, {"memory": ""})
    except Exception as error:
        kind = "memory" if _MEMORY.search(str(error)) else "refused"
        say(out, {kind: words(error)})


def confine(growth: int, limits: dict[str, int]) -> None:
    """From here on memory grows by so many bytes at most, and these limits of the system hold."""
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    limits = {**limits, "RLIMIT_CORE": 0}
    with contextlib.suppress(OSError):
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123
            pages = int(file.read().split()[0])
        # The engine reserves terabytes of addresses for its buffers, which it bounds itself.
        limits["RLIMIT_AS"] = pages * os.sysconf("SC_PAGE_SIZE") + growth
    for name, most in limits.items():
        with contextlib.suppress(OSError, ValueError, AttributeError):
            resource.setrlimit(getattr(resource, name), (most, most))


def rows(answer: Any) -> Iterator[Any]:
    """The rows, one at a time."""
    while answer.has_next():
        yield answer.get_next()


def plain(value: Any) -> Any:
    """A value as JSON has it: a node or relation is its properties and its `class`."""
    if isinstance(value, dict):
        if "_NODES" in value:
            return {"nodes": plain(value["_NODES"]), "relations": plain(value["_RELS"])}
        if "_LABEL" in value:
            own = {k: v for k, v in value.items() if not k.startswith("_") and v is not None}
            return {"class": value["_LABEL"], **plain(own)}
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray):
        return value.hex()
    if isinstance(value, datetime.timedelta | uuid.UUID):
        return str(value)
    return value


def say(out: BinaryIO, message: Any) -> None:
    """Write one line."""
    out.write(json.dumps(message, default=str).encode() + b"\n")
    out.flush()


def words(error: BaseException) -> str:
    """The first line of an error."""
    text = str(error).strip()
    return text.splitlines()[0][:500] if text else type(error).__name__


if __name__ == "__main__":
    main()
