"""Writing RDF: statements a second and peak memory, beside pyoxigraph's and rdflib's serialisers.

    python -m benchmarks.rdf --statements 1000000 10000000

For each size a world of claims is assembled and written as N-Quads; then pyoxigraph alone writes
the same statements from a store-free stream of its own parser, and rdflib writes as many of them
as it holds in memory within reason. Each part is a process of its own, on the same machine in the
same run: what counts is the ratio. Memory is the peak above what the part held before it began.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph

from benchmarks.worlds import world
from sousveil.graph import assemble
from sousveil.graph.writers.rdf import graph_quads
from sousveil.graph.writers.rdf_formats import FORMATS, write_rdf

PER_NODE = 143.5
"""Statements for each node of a world: 430,530 for 3,000."""
RDFLIB = 300_000
"""Most statements that rdflib is given: it keeps them all in memory."""
NQUADS = pyoxigraph.RdfFormat.N_QUADS


def peak() -> float:
    """Peak memory of this process, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def now() -> float:
    """Memory of this process at present, in MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1024**2


def measured(work: Callable[[], int]) -> dict[str, float]:
    """Statements, their number a second of processor time, and the growth of memory."""
    before, started = now(), time.process_time()
    statements = work()
    took = time.process_time() - started
    return {"statements": statements, "rate": statements / took, "memory": peak() - before}


def ours(statements: int, target: Path) -> dict[str, float]:
    """Describing the graph and writing it."""
    graph = assemble(world(round(statements / PER_NODE)))

    def work() -> int:
        with target.open("wb") as file:
            return write_rdf(graph_quads(graph), file, FORMATS["nquads"]).statements

    return measured(work)


def oxigraph(target: Path) -> dict[str, float]:
    """Parsing and writing the same statements, nothing else: the limit of the library."""
    copy = target.with_suffix(".copy")

    def work() -> int:
        pyoxigraph.serialize(
            pyoxigraph.parse(path=str(target), format=NQUADS), str(copy), NQUADS)
        with copy.open("rb") as file:
            return sum(1 for _ in file)

    found = measured(work)
    copy.unlink()
    return found


def rdflib(target: Path) -> dict[str, float]:
    """Writing the first statements as N-Triples, once they are in rdflib's memory."""
    from rdflib import Graph

    lines = []
    with target.open("rb") as file:
        for quad, _ in zip(pyoxigraph.parse(input=file, format=NQUADS), range(RDFLIB), strict=False):
            lines.append(pyoxigraph.serialize([quad.triple], format=pyoxigraph.RdfFormat.N_TRIPLES))
    graph = Graph().parse(data=b"".join(filter(None, lines)), format="nt")
    before = now()
    started = time.process_time()
    graph.serialize(str(target.with_suffix(".nt")), format="nt", encoding="utf-8")
    took = time.process_time() - started
    return {"statements": len(graph), "rate": len(graph) / took, "memory": before}


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, nargs="+", default=[1_000_000])
    parser.add_argument("--part", choices=["ours", "oxigraph", "rdflib"])
    parser.add_argument("--target", type=Path)
    given = parser.parse_args()
    if given.part:
        part = {"ours": lambda: ours(given.statements[0], given.target),
                "oxigraph": lambda: oxigraph(given.target),
                "rdflib": lambda: rdflib(given.target)}[given.part]
        print(json.dumps(part()))
        return
    print("| statements | part | statements a second | beside ours | memory (MiB) |")
    print("| ---: | --- | ---: | ---: | ---: |")
    for statements in given.statements:
        with tempfile.TemporaryDirectory() as folder:
            rate = 0.0
            for name in ("ours", "oxigraph", "rdflib"):
                done = subprocess.run(
                    [sys.executable, "-m", "benchmarks.rdf", "--part", name, "--statements",
                     str(statements), "--target", str(Path(folder, "x.nq"))],
                    check=True, capture_output=True, text=True,
                )
                found = json.loads(done.stdout)
                rate = rate or found["rate"]
                print(f"| {found['statements']:,} | {name} | {found['rate']:,.0f} "
                      f"| {found['rate'] / rate:.2f} | {found['memory']:,.0f} |", flush=True)


if __name__ == "__main__":
    main()
