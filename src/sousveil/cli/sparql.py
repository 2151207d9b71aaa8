"""`sousveil sparql`."""

from __future__ import annotations

import itertools
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from sousveil.cli.export import assembled
from sousveil.cli.output import say
from sousveil.cli.sparql_door import Door
from sousveil.errors import ConfigError, QueryError, StoreError
from sousveil.graph import connect
from sousveil.queries.examples import examples
from sousveil.settings import Settings

_LOOK = 2.0
"""Seconds between two looks for a new graph."""


@click.group()
def command() -> None:
    """Serve the graph to SPARQL, or show example questions."""


@command.command("examples")
@click.argument("name", required=False)
def show(name: str | None) -> None:
    """List the example questions, or print the text of one."""
    found = examples()
    if name is None:
        for one in found:
            click.echo(f"{one.name:24}{one.title}")
        return
    text = next((one.text for one in found if one.name == name), None)
    if text is None:
        raise QueryError(
            "there is no such example", name, "one of " + ", ".join(one.name for one in found))
    click.echo(text, nl=False)


@command.command()
@click.option("--bind", default="localhost:7878", show_default=True, metavar="HOST:PORT",
              help="Where to listen; 0.0.0.0:7878 for every network of this machine.")
@click.option("--timeout", default=30, show_default=True, type=click.IntRange(1),
              metavar="SECONDS", help="Most seconds for an answer.")
@click.option("--cors", is_flag=True, help="Let pages of other sites ask. Whatever page is open in "
              "a browser on this machine can then read the data.")
@click.pass_obj
def serve(settings: Settings, bind: str, timeout: int, cors: bool) -> None:
    """Serve the present graph to SPARQL for reading, at http://HOST:PORT/query, until Ctrl-C.

    Claims stand in the graphs of their sources; the default graph holds what was assembled from
    them, with the derived chains. After a new build the server goes on with the new graph. Queries
    that call other servers (SERVICE) are refused.
    """
    program = shutil.which("oxigraph", path=sysconfig.get_path("scripts")) or shutil.which(
        "oxigraph")
    if program is None:
        raise ConfigError("the program oxigraph is not installed", "pip install oxigraph")
    signal.signal(signal.SIGTERM, _stop)
    with (
        tempfile.TemporaryDirectory(prefix="sousveil-sparql-") as home,
        Door(bind, program, timeout, cors) as door,
    ):
        before = None
        try:
            for number in itertools.count():
                folder = Path(home, str(number))
                dataset = _load(settings, program, folder)
                door.open(folder)
                if before:
                    shutil.rmtree(before, ignore_errors=True)
                say(f"serving data set {dataset[:12]} at http://{bind}/query")
                _wait_for_another(settings, dataset)
                say("a new graph was built")
                before = folder
        except KeyboardInterrupt:
            say("stopped")


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _dataset(settings: Settings) -> str:
    with connect(settings.store) as store:
        return store.info.dataset


def _load(settings: Settings, program: str, folder: Path) -> str:
    """Load the claims of the present graph into the server's own store; returns the data set."""
    from sousveil.graph.writers.rdf import graph_quads
    from sousveil.graph.writers.rdf_formats import FORMATS, write_rdf

    graph = assembled(settings)
    if graph.dataset != (built := _dataset(settings)):
        raise StoreError(
            f"the claims make the data set {graph.dataset[:12]}, and the graph is {built[:12]}",
            "run `sousveil build` first",
        )
    loader = subprocess.Popen(  # noqa: S603 - our own arguments, no shell
        [program, "load", "--location", str(folder), "--format", "nq"], stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert loader.stdin is not None
    assert loader.stderr is not None
    try:
        write_rdf(
            graph_quads(graph, settings.base, derived=True), loader.stdin, FORMATS["nquads"],
            settings.base,
        )
        loader.stdin.close()
    except BrokenPipeError:
        pass  # It has said why, and its exit code says that it did.
    said = loader.stderr.read().decode("utf-8", "replace")
    if loader.wait():
        raise StoreError(
            f"oxigraph could not load the graph: {said.strip()}", "look whether there is room")
    return graph.dataset


def _wait_for_another(settings: Settings, present: str) -> None:
    """Wait until another graph has been built."""
    while True:
        time.sleep(_LOOK)
        try:
            found = _dataset(settings)
        except StoreError as error:
            # Between two builds, or a server that is away: what is served stays.
            print(f"warning: {error}", file=sys.stderr)
            continue
        if found != present:
            return
