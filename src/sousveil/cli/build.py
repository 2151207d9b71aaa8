"""`sousveil build`."""

from __future__ import annotations

import click

from sousveil.cli.output import progress, say
from sousveil.errors import ConfigError, StoreError
from sousveil.graph import ClaimStore, DecisionLog, Store, assemble, canonical_ids, connect
from sousveil.graph.assemble import Assembly
from sousveil.settings import Settings
from sousveil.version import VERSION


@click.command()
@click.option("--force", is_flag=True, help="Build even if the graph is up to date.")
@click.pass_obj
def command(settings: Settings, force: bool) -> None:
    """Build the graph from the claims and the merges in force.

    The new graph is made aside and takes the old one's place at once; readers keep the old one
    until then, and after a failure.
    """
    claims = ClaimStore(settings.claims)
    if not claims.keys():
        raise ConfigError(
            f"no claims in {settings.claims}",
            "run `sousveil load --shipped`, or load your own files",
        )
    merged = canonical_ids(DecisionLog(settings.decisions).read())
    with connect(settings.store) as store:
        with progress("reading claims"):
            graph = assemble(claims.read_all(), merged)
        if not force and _current(store, graph):
            say(f"up to date: data set {graph.dataset[:12]}")
            return
        with progress("building"):
            info = store.replace(graph)
    nodes = sum(n for kind, n in info.counts.items() if kind in graph.schema.classes)
    edges = sum(n for kind, n in info.counts.items() if kind in graph.schema.relations)
    say(f"built {nodes} nodes and {edges} relations; data set {info.dataset[:12]}")


def _current(store: Store, graph: Assembly) -> bool:
    try:
        info = store.info
    except StoreError:
        return False
    return info.dataset == graph.dataset and info.version == VERSION
