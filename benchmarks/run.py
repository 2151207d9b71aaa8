"""Build time, memory and path questions on made-up worlds, beside plain networkx.

    python -m benchmarks.run --nodes 10000 100000

Every measurement runs in a process of its own; networkx answers the same question in the same
run, and the counts must agree. Absolute times mean little on a shared machine: look at ratios.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.worlds import world
from sousveil.graph import ClaimStore, SourceInfo, assemble, connect
from sousveil.graph.interop import to_networkx
from sousveil.ontology import Schema
from sousveil.ontology.dates import FIRST, bounds
from sousveil.queries import get

RESULTS = Path(__file__).parent / "results.md"
KIND = "public-security-bureau"
Path_ = tuple[str, tuple[str, ...], str, str, str]


def store_side(folder: Path) -> dict[str, Any]:
    """Build the graph and ask it."""
    figures: dict[str, Any] = {}
    started = time.perf_counter()
    graph = assemble(ClaimStore(folder / "claims").read_all())
    figures["assemble"] = time.perf_counter() - started
    with connect(str(folder / "graph")) as store:
        started = time.perf_counter()
        info = store.replace(graph)
        figures["write"] = time.perf_counter() - started
        del graph
        started = time.perf_counter()
        rows = get("paths-from-place").run(store, place="EU", kind=KIND, max_transactions=1).rows
        figures["all"] = time.perf_counter() - started
        figures["paths"] = len(rows)
        origins = sorted({str(r[0]) for r in rows})[:: max(1, len(rows) // 20)][:20]
        figures["one"] = _median(lambda i: get("paths-from-company").run(
            store, companies=[i], kind=KIND, max_transactions=1), origins)
        names = [str(r[0]) for r in store.run(
            "MATCH (c:Company) RETURN c.name AS name LIMIT 200").rows][::10]
        figures["search"] = _median(lambda text: store.search(text), names)
    figures["elements"] = sum(n for k, n in info.counts.items() if k != "Claim")
    figures["disk"] = sum(f.stat().st_size for f in (folder / "graph").rglob("*") if f.is_file())
    return figures


def networkx_side(folder: Path) -> dict[str, Any]:
    """Build a networkx graph of the same claims and ask it the same."""
    figures: dict[str, Any] = {}
    started = time.perf_counter()
    graph = to_networkx(assemble(ClaimStore(folder / "claims").read_all()))
    figures["build"] = time.perf_counter() - started
    started = time.perf_counter()
    reading = _Reading(graph)
    paths = [p for origin in sorted(reading.seats) for p in reading.paths(origin)]
    figures["all"] = time.perf_counter() - started
    figures["paths"] = len(paths)
    origins = sorted({p[0] for p in paths})[:: max(1, len(paths) // 20)][:20]
    figures["one"] = _median(lambda i: list(reading.paths(i)), origins)
    return figures


class _Reading:
    """The path grammar in plain Python over a networkx graph, one transaction long."""

    def __init__(self, graph: Any) -> None:
        schema = Schema.load()
        self.owned: dict[str, list[tuple[str, str, str, str]]] = defaultdict(list)
        self.roles: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self.parts: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.seats: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.spans: dict[str, tuple[str, str]] = {}
        self.kinds = {n: set(d.get("kinds", ())) for n, d in graph.nodes(data=True)}
        lives = {
            n: (d.get("founded_from", FIRST), d.get("dissolved_to", "9999-12-31"))
            for n, d in graph.nodes(data=True) if d.get("class") == "Company"
        }
        for node, data in graph.nodes(data=True):
            if data.get("class") == "Transaction" and schema.carries(data["kind"]):
                span = bounds(data.get("date") or "")
                self.spans[node] = (span.first, span.last)
        within: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        located: list[tuple[str, str, str, str]] = []
        for start, end, data in graph.edges(data=True):
            kind = data["relation"]
            period = (data["valid_from"], data["valid_to"])
            if kind == "OWNS" and _controls(data):
                first = max(period[0], *(lives[n][0] for n in (start, end) if n in lives))
                last = min(period[1], *(lives[n][1] for n in (start, end) if n in lives))
                if first <= last:
                    self.owned[start].append((data["id"], end, first, last))
            elif kind in ("SELLER", "MANUFACTURER", "BUYER", "END_USER"):
                self.roles[start][kind].append(end)
                if kind in ("SELLER", "MANUFACTURER") and start in self.spans:
                    self.parts[end].append((kind, start))
            elif kind == "WITHIN":
                within[start].append((end, *period))
            elif kind == "LOCATED_IN":
                located.append((start, end, *period))
        for who, place, first, last in located:
            if self_cls(graph, who) == "Company":
                self._seat(who, place, first, last, within, (place,))

    def _seat(
        self, who: str, place: str, first: str, last: str,
        within: dict[str, list[tuple[str, str, str]]], seen: tuple[str, ...],
    ) -> None:
        if first > last:
            return
        if place == "EU":
            self.seats[who].append((first, last))
        for above, start, end in within[place]:
            if above not in seen:
                self._seat(who, above, max(first, start), min(last, end), within, (*seen, above))

    def paths(self, origin: str) -> Iterator[Path_]:
        """Every path from one company to a body of the kind."""
        chains = [((), (origin,), FIRST, "9999-12-31")]
        found: list[tuple[tuple[str, ...], str, str, str]] = []
        while chains:
            edges, nodes, first, last = chains.pop()
            for role, transaction in self.parts.get(nodes[-1], ()):
                span = self.spans[transaction]
                if first <= span[1] and last >= span[0] and any(
                    a <= span[1] and b >= span[0] for a, b in self.seats[origin]
                ):
                    found.append((edges, role, transaction, "sure" if self._sure(
                        span, first, last) else ""))
            if len(edges) < 6:
                chains += [
                    ((*edges, edge), (*nodes, end), max(first, start), min(last, stop))
                    for edge, end, start, stop in self.owned.get(nodes[-1], ())
                    if end not in nodes and max(first, start) <= min(last, stop)
                ]
        made = {t for _, role, t, sure in found if role == "MANUFACTURER" and sure}
        for edges, role, transaction, _ in found:
            if role == "SELLER" and transaction in made:
                continue
            parties = self.roles[transaction]
            for body in parties["END_USER"] or parties["BUYER"]:
                if KIND in self.kinds[body]:
                    yield origin, edges, role, transaction, body

    @staticmethod
    def _sure(span: tuple[str, str], first: str, last: str) -> bool:
        start = span[0] if span[0] != FIRST else span[1]
        return first <= start and span[1] <= last


def self_cls(graph: Any, node: str) -> str:
    """The class of a node of the networkx graph."""
    return str(graph.nodes[node].get("class", ""))


def _controls(data: dict[str, Any]) -> bool:
    exact, low, high = (data.get(f"share_{k}") for k in ("exact", "min", "max"))
    if exact is not None:
        return float(exact) > 50
    return float(low or 50) >= 50 and float(high or 100) > 50


def _median(ask: Any, values: list[str]) -> float:
    times = []
    for value in values:
        started = time.perf_counter()
        ask(value)
        times.append(time.perf_counter() - started)
    return statistics.median(times) if times else 0.0


def main() -> None:
    """Measure, compare, and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--nodes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--worlds", type=Path, help="folder to keep the made-up claims in")
    parser.add_argument("--side", choices=["store", "networkx"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.side:
        figures = (store_side if given.side == "store" else networkx_side)(given.folder)
        figures["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(figures))
        return
    for nodes in given.nodes:
        # After each size: the largest may not fit the machine, and none must be lost by that.
        line = _row(*_measured(nodes, given.worlds))
        RESULTS.write_text(_page({**_rows(RESULTS), nodes: line}), "utf-8")
    print(RESULTS.read_text("utf-8"))


def _measured(
    nodes: int, worlds: Path | None = None
) -> tuple[int, dict[str, Any], dict[str, Any]]:
    with tempfile.TemporaryDirectory(dir=worlds) as name:
        folder = Path(name)
        made = (worlds or folder) / f"claims-{nodes}"
        claims = ClaimStore(made)
        if not claims.keys():
            claims.replace(SourceInfo(key="world", loader="benchmark"), world(nodes))
        (folder / "claims").symlink_to(made.resolve())
        sides = []
        for side in ("store", "networkx"):
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.run", "--side", side, "--folder", name],
                check=True, text=True, stdout=subprocess.PIPE,
            )
            sides.append(json.loads(done.stdout.splitlines()[-1]))
    ours, theirs = sides
    if ours["paths"] != theirs["paths"]:
        raise SystemExit(f"{nodes} nodes: {ours['paths']} paths here, {theirs['paths']} there")
    return nodes, ours, theirs


HEAD = (
    "| nodes | nodes and relations | paths | all paths, ratio | one parent, ratio | all paths | "
    "one parent | search | assemble | write graph and index | peak memory | "
    "peak memory, networkx | disk |"
)


def _rows(page: Path) -> dict[int, str]:
    """The rows of a page written before, by number of nodes; none if it has other columns."""
    lines = page.read_text("utf-8").splitlines() if page.exists() else []
    below = lines[lines.index(HEAD) + 2:] if HEAD in lines else []
    return {int(line.split()[1].replace(",", "")): line for line in below if line}


def _row(nodes: int, ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    return (
        f"| {nodes:,} | {ours['elements']:,} | {ours['paths']:,} | "
        f"{theirs['all'] / ours['all']:.1f} | {theirs['one'] / ours['one']:.4f} | "
        f"{ours['all']:.2f} s | {ours['one'] * 1000:.0f} ms | {ours['search'] * 1000:.0f} ms | "
        f"{ours['assemble']:.1f} s | {ours['write']:.1f} s | {ours['memory']:.0f} MiB | "
        f"{theirs['memory']:.0f} MiB | {ours['disk'] / 1e6:.0f} MB |"
    )


def _page(rows: dict[int, str]) -> str:
    return "\n".join([
        "# Benchmarks", "",
        "`python -m benchmarks.run --nodes " + " ".join(map(str, sorted(rows))) + "`, on a "
        "shared machine of 2 cores, not all sizes in one run; ratios are networkx divided by "
        "Sousveil in the same run, so more than 1 means that Sousveil is quicker. Both find the "
        "same number of paths.", "",
        "The question: paths of one transaction from companies seated in the European Union to "
        "public security bureaus, inferred ones included. `one parent` is the median of 20 of "
        "them; networkx answers it from indexes of its own that it holds in memory, and building "
        "these counts as part of `all paths`.", "",
        HEAD, "|" + " ---: |" * 13, *(line for _, line in sorted(rows.items())),
    ]) + "\n"


if __name__ == "__main__":
    main()
