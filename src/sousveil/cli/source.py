"""`sousveil source`."""

from __future__ import annotations

import click

from sousveil.cli.output import format_option, say, wrapped, write_rows
from sousveil.graph import connect
from sousveil.ontology import Schema
from sousveil.queries import get, resolve
from sousveil.settings import Settings


@click.command()
@click.argument("name")
@format_option()
@click.pass_obj
def command(settings: Settings, name: str, format_: str) -> None:
    """Show a source and every claim that rests on it, read there or cited through another.

    NAME is the id of the source, or its title.
    """
    schema = Schema.load()
    with connect(settings.store) as store:
        id_ = resolve(store, "source", name, ("Source",)).id
        source = get("nodes").run(store, ids=[id_]).dicts()[0]["properties"]
        claims = get("claims-of-source").run(store, ids=[id_])
    if format_ == "table":
        click.echo(click.style(source["title"], bold=True) + f"  {id_}")
        for prop in schema.classes["Source"].properties:
            if prop.name != "title" and source.get(prop.name):
                click.echo(wrapped(str(source[prop.name]), 20, f"  {prop.label}"))
        click.echo()
    write_rows(claims.columns, claims.rows, format_)
    say(f"{len(claims.rows)} claims rest on {id_}")
