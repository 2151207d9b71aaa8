"""`sousveil query`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from sousveil.cli.output import format_option, say, width, wrapped, write_rows
from sousveil.errors import BadParameter
from sousveil.graph import Store, connect
from sousveil.queries import Query, Table, catalogue, get, resolve
from sousveil.settings import Settings


@click.group()
def command() -> None:
    """List, show and run the canned queries."""


@command.command("list")
@format_option()
def list_(format_: str) -> None:
    """All canned queries, by topic."""
    rows = [(q.topic, q.name, q.title) for q in catalogue().values()]
    write_rows(("topic", "name", "title"), rows, format_)


@command.command()
@click.argument("name")
@click.option("--cypher", is_flag=True, help="Only the Cypher file, as it is.")
def show(name: str, cypher: bool) -> None:
    """One query: what it answers, its parameters and columns, its Cypher."""
    query = get(name)
    if cypher:
        click.echo(query.text, nl=False)
        return
    click.echo(click.style(query.title, bold=True))
    click.echo(wrapped(query.summary, 0))
    if query.description:
        click.echo()
        click.echo(wrapped(query.description.replace("\n", " "), 0))
    if query.parameters:
        click.echo("\nParameters")
        for p in query.parameters:
            default = "required" if p.required else f"default {p.default!r}"
            click.echo(wrapped(f"{p.help} ({p.type}, {default})", 22, f"  {p.name}"))
    click.echo("\nColumns")
    for column, meaning in query.columns.items():
        click.echo(wrapped(meaning, 22, f"  {column}"))
    click.echo("\nCypher: sousveil query show --cypher " + query.name)


@command.command(context_settings={"ignore_unknown_options": False})
@click.argument("name")
@click.argument("parameters", nargs=-1, metavar="[PARAMETER=VALUE]...")
@click.option("--limit", default=0, type=click.IntRange(0), help="Most rows to write; 0 for all.")
@click.option("--timeout", default=0.0, type=click.FloatRange(0), metavar="SECONDS",
              help="Stop after so many seconds; 0 for never.")
@format_option()
@click.pass_obj
def run(
    settings: Settings, name: str, parameters: tuple[str, ...], limit: int, timeout: float,
    format_: str,
) -> None:
    """Run a query. Parameters are written name=value; a name will do where an id is wanted.

    \b
      sousveil query run company-goods company="Axis Communications"
    """
    with connect(settings.store) as store:
        table = answer(store, get(name), parameters, timeout)
    rows = table.rows[:limit] if limit else table.rows
    write_rows(table.columns, rows, format_)
    if len(rows) < len(table.rows):
        say(f"{len(rows)} of {len(table.rows)} rows; --limit 0 writes all")
    elif not rows:
        say("no rows")
    elif width() is not None:
        say(f"{len(rows)} rows; data set {table.dataset[:12]}")


def answer(
    store: Store, query: Query, parameters: Iterable[str], timeout: float = 0
) -> Table:
    """The rows for parameters that are written NAME=VALUE."""
    given: dict[str, Any] = {}
    for text in parameters:
        key, equals, value = text.partition("=")
        if not equals:
            raise BadParameter(f"{text!r} is no parameter", query.name, "write NAME=VALUE")
        if key in given:
            raise BadParameter(
                f"the parameter {key!r} is given twice", query.name,
                "give it once; several ids are separated by commas",
            )
        # Nothing written is nothing given: an empty id would find no rows, and say nothing.
        given[key] = value or None
    query.bind(given)
    return query.run(store, timeout, **_resolved(store, query, given))


def _resolved(store: Store, query: Query, given: dict[str, Any]) -> dict[str, Any]:
    """The values with names turned into ids."""
    found = dict(given)
    for parameter in query.parameters:
        value = given.get(parameter.name)
        if value and parameter.classes:
            found[parameter.name] = resolve(store, parameter.name, value, parameter.classes).id
    return found
