"""`sousveil build`."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import click

from sousveil.cli.output import counted, progress, say
from sousveil.errors import ConfigError, StoreError
from sousveil.graph import ClaimStore, Store, assemble_remaining, connect
from sousveil.graph.assemble import Assembly
from sousveil.graph.reference import is_reference
from sousveil.graph.retractions import Retraction, RetractionLog, present, tombstones
from sousveil.queries import get
from sousveil.settings import Settings
from sousveil.version import VERSION

_MOST = 10_000
"""Ids that one build retires: beyond that a whole register went, and its name says enough."""


@click.command()
@click.option("--force", is_flag=True, help="Build even if the graph is up to date.")
@click.pass_obj
def command(settings: Settings, force: bool) -> None:
    """Build the graph from the claims, the merges and the retractions in force.

    The new graph is made aside and takes the old one's place at once; readers keep the old one
    until then, and after a failure.
    """
    if not ClaimStore(settings.claims).keys():
        raise ConfigError(
            f"no claims in {settings.claims}",
            "run `sousveil load --shipped`, or load your own files",
        )
    with connect(settings.store) as store:
        with progress("reading claims"):
            graph = assemble_remaining(present(settings))
        if not force and _current(store, graph):
            say(f"up to date: data set {graph.dataset[:12]}")
            return
        log = RetractionLog(settings.retractions)
        with progress("building"):
            retired = list(_retired(store, graph))
            graph.tombstones = tombstones(graph, [*log.read(), *retired])
            info = store.replace(graph)
    if retired:
        log.append(*retired)
        say(f"{counted(len(retired), 'id')} described no more; `sousveil entity ID` says why")
    nodes = sum(n for kind, n in info.counts.items() if kind in graph.schema.classes)
    edges = sum(n for kind, n in info.counts.items() if kind in graph.schema.relations)
    say(f"built {nodes} nodes and {edges} relations; data set {info.dataset[:12]}")


def _current(store: Store, graph: Assembly) -> bool:
    try:
        info = store.info
    except StoreError:
        return False
    return info.dataset == graph.dataset and info.version == VERSION


def _retired(store: Store, graph: Assembly) -> Iterator[Retraction]:
    """The nodes of the present graph that the new one does not describe, each with the reason."""
    try:
        before = store.info.dataset
    except StoreError:
        return  # Nothing was built, or by another version: there is nothing to compare with.
    gone = [
        id_ for cls in graph.schema.classes if cls != "Claim"
        for (id_,) in store.run(f"MATCH (n:{cls}) RETURN n.id").rows
        if not (graph.describes(id_) or is_reference(id_))
    ]
    if len(gone) > _MOST:
        say(f"{len(gone)} ids are described no more: too many to explain each of them")
        return
    # Where a claim was retracted and others fell with it, the retraction is the reason.
    withdrawn = {
        w.claim.about: w for w in sorted(graph.withdrawn, key=lambda w: not w.fell)
        if not w.claim.start
    }
    nodes = get("nodes").run(store, ids=sorted(gone)).rows if gone else ()
    today = datetime.date.today().isoformat()
    for id_, node in nodes:
        if why := withdrawn.get(id_):
            because = why.because
        else:
            claims = get("claims").run(store, ids=node["claims"]).dicts()
            sources = ", ".join(sorted({c["source"] for c in claims}))
            because = (f"no source that is loaded describes it any more; {sources} did, until data "
                       f"set {before[:12]}")
        name = str(node.get("name") or node.get("title") or "")
        yield Retraction(action="retire", what=id_, by="sousveil build", because=because,
                         date=today, name=name)
