"""Pages per second of the site, beside a bare Flask page in the same run.

    python -m benchmarks.site --nodes 100000

A made-up world is built, and the site is served by waitress in a process of its own. Several
visitors ask for entity, path and search pages, each time for another node, and for a page of a
Flask application that does nothing; the ratio says what the site costs. Figures are of one run on
whatever machine it was; look at the ratios.
"""

from __future__ import annotations

import argparse
import http.client
import multiprocessing
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks.worlds import world
from sousveil.graph import assemble, connect
from sousveil.settings import Settings
from sousveil.web import create_app

RESULTS = Path(__file__).parent / "site.md"
SECONDS = 10.0


def serve(make: Callable[[], Any], port: Any) -> None:
    """Serve an application, and say on which port."""
    from waitress import create_server

    server = create_server(make(), host="127.0.0.1", port=0, threads=8, ident=None)
    port.send(server.effective_port)
    server.run()


def bare() -> Any:
    """A Flask application with a page that says one word."""
    from flask import Flask

    app = Flask("bare")
    app.add_url_rule("/", view_func=lambda: "bare")
    return app


class Site:
    """The site of a graph, for a process of its own."""

    def __init__(self, home: Path, url: str) -> None:
        self.settings = Settings(home, url)

    def __call__(self) -> Any:
        return create_app(self.settings)


def measure(
    port: int, addresses: Sequence[str], visitors: int
) -> tuple[float, float, float, float]:
    """Pages per second, median and 99th percentile of their time in ms, and what was refused.

    A page is refused when the store needs longer for it than a visitor may wait.
    """
    end = time.monotonic() + SECONDS
    found: list[float] = []
    refused: list[int] = []
    began = time.monotonic()

    def visit(seed: int) -> None:
        chance = random.Random(seed)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        while time.monotonic() < end:
            asked = time.monotonic()
            connection.request("GET", chance.choice(addresses))
            answer = connection.getresponse()
            answer.read()
            found.append(time.monotonic() - asked)
            refused.extend([answer.status] if answer.status != 200 else [])

    threads = [threading.Thread(target=visit, args=(n,)) for n in range(visitors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    passed = time.monotonic() - began
    cut = statistics.quantiles(found, n=100) if len(found) > 1 else (found or [0.0]) * 99
    return len(found) / passed, cut[49] * 1000, cut[98] * 1000, len(refused) / len(found)


def pages(url: str) -> Iterator[tuple[str, list[str]]]:
    """What is asked for: addresses of entities, paths and searches."""
    chance = random.Random(7)
    with connect(url) as store:
        rows = store.run("MATCH (n:Company) RETURN n.id, n.name ORDER BY n.id").rows
        bodies = store.run("MATCH (n:PublicBody) RETURN n.id ORDER BY n.id").rows
        sources = store.run("MATCH (n:Source) RETURN n.id ORDER BY n.id").rows
    companies = chance.sample(rows, min(1000, len(rows)))
    yield "company", [f"/entity/{id_}" for id_, _ in companies]
    yield "public body", [
        f"/entity/{id_}" for id_, in chance.sample(bodies, min(1000, len(bodies)))
    ]
    yield "paths of a company", [
        f"/paths?from={id_}&to=public-body" for id_, _ in companies
    ]
    yield "source", [f"/source/{id_}" for id_, in chance.sample(sources, min(1000, len(sources)))]
    yield "search", [f"/search?q={quote(name[:6])}" for _, name in companies]


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--visitors", type=int, default=4)
    parser.add_argument("--graph", default="", help="a graph built before, instead of a new one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.graph or f"ladybug:{folder}/graph"
        if not options.graph:
            with connect(url) as store:
                store.replace(assemble(world(options.nodes)))
        with connect(url) as store:
            counts = store.info.counts
        lines = []
        for name, make, asked in (
            ("bare Flask page", bare, [("bare Flask page", ["/"])]),
            ("site", Site(Path(folder), url), pages(url)),
        ):
            ours, theirs = multiprocessing.Pipe()
            process = multiprocessing.Process(target=serve, args=(make, theirs), name=name)
            process.start()
            port = ours.recv()
            try:
                for what, addresses in asked:
                    measure_once = measure(port, addresses, options.visitors)
                    lines.append((what, *measure_once))
                    print(what, *(f"{value:.2f}" for value in measure_once), flush=True)
            finally:
                process.terminate()
                process.join()
    write(counts, options.visitors, lines)


def write(
    counts: dict[str, int], visitors: int, lines: Sequence[tuple[str, float, float, float, float]]
) -> None:
    """The page with the figures."""
    rows = [
        f"| {what} | {rate:,.1f} | {lines[0][1] / rate:,.1f} | {middle:,.0f} | {slow:,.0f} "
        f"| {refused:.0%} |" for what, rate, middle, slow, refused in lines
    ]
    RESULTS.write_text("\n".join([
        "# Pages of the site", "",
        f"`python -m benchmarks.site` on a made-up world of {counts['Company']:,} companies, "
        f"{counts['PublicBody']:,} public bodies and {counts['Transaction']:,} transactions, "
        f"served by waitress with 8 threads to {visitors} at a time who ask without a pause for another node "
        "each time, on the embedded store. A page is refused when the store needs longer for it than a "
        "visitor may wait. One run, on a machine of two cores that did much else; look at the ratios.",
        "",
        "| page | pages per second | a bare Flask page is faster by | median, ms | p99, ms | refused |",
        "| --- | --- | --- | --- | --- | --- |", *rows, "",
    ]), "utf-8")


if __name__ == "__main__":
    main()
