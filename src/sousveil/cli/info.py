"""`sousveil info`."""

from __future__ import annotations

import json
import platform

import click

from sousveil.cli.output import format_option, wrapped, write_rows
from sousveil.graph import ClaimStore, DecisionLog, canonical_ids, connect
from sousveil.ontology import Schema
from sousveil.settings import Settings
from sousveil.version import VERSION


@click.command()
@format_option(("table", "json"))
@click.pass_obj
def command(settings: Settings, format_: str) -> None:
    """Show what the graph was built from, with counts and versions."""
    schema = Schema.load()
    with connect(settings.store) as store:
        info = store.info
        url = store.url
    facts = {
        "data set": info.dataset, "store": url, "built by": f"sousveil {info.version}",
        "sousveil": VERSION, "ontology": schema.hash,
        "python": platform.python_version(), "home": str(settings.home),
        "sources loaded": ", ".join(ClaimStore(settings.claims).keys()),
        "merges in force": str(len(canonical_ids(DecisionLog(settings.decisions).read()))),
    }
    if format_ == "json":
        click.echo(json.dumps({**facts, "counts": info.counts}, ensure_ascii=False, indent=2))
        return
    for label, text in facts.items():
        click.echo(wrapped(text, 18, label))
    counts = []
    for name, number in info.counts.items():
        element = schema.classes.get(name) or schema.relations.get(name)
        if number and element is not None:
            label = getattr(element, "plural", element.label)
            counts.append((name, label, number))
    click.echo()
    write_rows(("element", "label", "number"), counts, "table")
