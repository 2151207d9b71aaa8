"""Neo4j's bulk import against the driver, in one run on one made-up world.

    python -m benchmarks.neo4j --nodes 100000

Starts servers of its own (Java 17, the jars of tools/neo4j). Times are of this machine and of what
else runs on it; the ratio is what can be compared. benchmarks/neo4j.md has the last figures.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import resource
import runpy
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import neo4j

from benchmarks.worlds import world
from sousveil.graph import assemble, connect
from sousveil.graph.writers.neo4j_admin import graph_neo4j_admin

SERVER = ("-XX:+UseG1GC",)

# By its path: `tests` may be the name of some installed package.
_path = Path(__file__).parents[1] / "tests" / "neo4j_server.py"
_server: dict[str, Any] = runpy.run_path(str(_path))
Server = _server["Server"]


@contextlib.contextmanager
def timed(name: str, times: dict[str, float]) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    times[name] = time.perf_counter() - begun
    print(f"{name}: {times[name]:.1f} s", flush=True)


def memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def bulk(server: Any, folder: Path) -> None:
    """Run import.sh's command with the server's own admin tool."""
    echo = folder.parent / "arguments"
    echo.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    echo.chmod(0o755)
    asked = subprocess.run(
        ["sh", str(folder / "import.sh")], env={**os.environ, "NEO4J_ADMIN": str(echo)},
        check=True, capture_output=True, text=True,
    )
    with contextlib.chdir(folder):
        server.admin(*asked.stdout.splitlines())


def finish(server: Any, folder: Path) -> None:
    with neo4j.GraphDatabase.driver(server.url) as driver, driver.session() as session:
        for statement in (folder / "finish.cypher").read_text("utf-8").splitlines():
            begun = time.perf_counter()
            session.run(statement).consume()
            if (took := time.perf_counter() - begun) > 3:
                print(f"  {took:.1f} s: {statement[:90]}", flush=True)


def counts(url: str) -> tuple[int, int]:
    with connect(url) as store:
        return (
            store.run("MATCH (n) WHERE NOT n:SousveilGraph RETURN count(n) AS n").rows[0][0],
            store.run("MATCH ()-[r]->() RETURN count(r) AS n").rows[0][0],
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--heap", default="2g")
    options = parser.parse_args()
    times: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="sousveil-bench-") as name:
        folder = Path(name) / "export"
        with timed("assemble", times):
            graph = assemble(world(options.nodes))
            _ = graph.dataset
        before = memory()
        with timed("write the CSV files", times):
            graph_neo4j_admin(graph, folder)
        size = sum(p.stat().st_size for p in folder.rglob("*.csv")) >> 20
        print(f"{size} MiB; memory {before} MiB before, {memory()} MiB at most", flush=True)
        server = Server(heap=options.heap, java=SERVER, db__memory__transaction__max="0")
        with timed("neo4j-admin database import full", times):
            bulk(server, folder)
        with server:
            with timed("finish.cypher", times):
                finish(server, folder)
            imported = counts(server.url)
        with Server(heap=options.heap, java=SERVER, db__memory__transaction__max="0") as server:
            with timed("driver, an empty server", times), connect(server.url) as store:
                store.replace(graph)
            assert counts(server.url) == imported
    print(f"{imported[0]} nodes, {imported[1]} relationships in each")
    driver, _ = times.pop("driver, an empty server"), times.pop("assemble")
    whole = sum(times.values())
    print(f"bulk {whole:.1f} s, driver {driver:.1f} s: {driver / whole:.1f} times as fast")


if __name__ == "__main__":
    main()
