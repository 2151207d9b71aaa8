"""The process that asks a Neo4j server for one statement, for `graph/readonly.py`.

It reads a request from standard input, asks in a transaction that can only read, and writes one
line of JSON for the columns, one for each row, and one for the end. One value of an answer may be
larger than memory: then this process ends, and no other.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from typing import Any

import neo4j
from neo4j import graph, spatial

from sousveil.errors import QueryError, SousveilError
from sousveil.graph.neo4j import Neo4jStore
from sousveil.graph.reader import confine, say


def main() -> None:
    """Answer the request on standard input."""
    request = json.loads(sys.stdin.buffer.read())
    out = sys.stdout.buffer
    credentials = request["credentials"]
    store = Neo4jStore(request["url"], tuple(credentials) if credentials else None)
    try:
        with store.errors(request["timeout"]):
            _ = store.driver
        confine(request["memory"] * 2**20, {"RLIMIT_FSIZE": 0})
        end = "all"
        written = 0
        answer = asked(
            store, request["cypher"], request["parameters"], request["timeout"], request["rows"]
        )
        say(out, {"warnings": next(answer)})
        say(out, next(answer))
        for number, line in enumerate(answer):
            text = json.dumps(line).encode()
            written += len(text) + 1
            if number == request["rows"] or written > request["bytes"]:
                end = "more"
                break
            out.write(text + b"\n")
        say(out, {"end": end})
    except MemoryError:
        say(out, {"memory": ""})
    except SousveilError as error:
        say(out, told(error))


def asked(
    store: Neo4jStore, cypher: str, parameters: dict[str, Any], timeout: float, rows: int
) -> Iterator[list[Any]]:
    """The server's warnings, the columns, then the rows, of a statement that it takes for reading.

    `rows` is how many the caller means to take; the server is asked for few more.
    """
    # In a transaction that was begun: a statement cannot bring its own.
    with (
        store.errors(timeout),
        store.driver.session(
            database=store.database, default_access_mode=neo4j.READ_ACCESS,
            fetch_size=min(rows + 1, 1000), notifications_min_severity="WARNING",
        ) as session,
        session.begin_transaction(timeout=timeout) as tx,
    ):
        plan = tx.run("EXPLAIN " + cypher, parameters).consume()
        if plan.query_type != "r":
            raise QueryError(
                "the server says that this statement does more than read", "",
                "statements may only read",
            )
        yield [status.status_description for status in plan.gql_status_objects
               if status.is_notification]
        answer = tx.run(cypher, parameters)
        yield list(answer.keys())
        for record in answer:
            yield [plain(v) for v in record.values()]
        tx.rollback()


def told(error: SousveilError) -> dict[str, str]:
    """An error as the reading side raises it again."""
    code = str(getattr(error.__cause__, "code", None) or "")
    if "TimedOut" in code or "Terminated" in code:
        return {"late": ""}
    if "Memory" in code:
        return {
            "refused": "stopped: it needs more memory than the server allows one transaction",
            "hint": "narrow the question, or end it with LIMIT",
        }
    if isinstance(error, QueryError):
        return {"refused": error.message, "hint": error.hint}
    return {"raised": type(error).__name__, "message": error.message, "hint": error.hint}


def plain(value: Any) -> Any:
    """A value of the driver as JSON has it, the same as `graph/reader.py` gives."""
    if isinstance(value, graph.Node):
        return {"class": next(iter(sorted(value.labels)), ""), **plain(dict(value))}
    if isinstance(value, graph.Relationship):
        return {"class": value.type, **plain(dict(value))}
    if isinstance(value, graph.Path):
        return {
            "nodes": [plain(n) for n in value.nodes],
            "relations": [plain(r) for r in value.relationships],
        }
    if isinstance(value, spatial.Point):
        return {"srid": value.srid, "coordinates": [float(v) for v in value]}
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes | bytearray):
        return value.hex()
    written = getattr(value, "iso_format", None)
    return written() if callable(written) else str(value)


if __name__ == "__main__":
    main()
