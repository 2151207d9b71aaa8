"""`sousveil template`."""

from __future__ import annotations

import difflib

import click

from sousveil.cli.output import format_option, say, wrapped, write_rows
from sousveil.errors import ConfigError
from sousveil.ontology import Schema
from sousveil.ontology.derive import template_csv


@click.command()
@click.argument("name", default="")
@format_option(("csv", "markdown", "table"))
def command(name: str, format_: str) -> None:
    """Print an empty CSV template, and on stderr what its columns mean.

    Without NAME: all templates. Keep the file's name: it says what the file holds.

    \b
      sousveil template company > company.csv
    """
    schema = Schema.load()
    if not name:
        rows = [(t.file_stem, t.element, _meaning(schema, t.element))
                for t in schema.templates.values()]
        write_rows(("template", "element", "one row is"), rows,
                   "table" if format_ == "csv" else format_)
        return
    template = schema.template(name)
    if template is None:
        close = difflib.get_close_matches(name.lower(), schema.templates, 1)
        raise ConfigError(
            f"there is no template {name!r}",
            f"did you mean {close[0]!r}?" if close else "`sousveil template` lists them",
        )
    if format_ != "csv":
        write_rows(
            ("column", "required", "meaning"),
            [(c.name, c.required, c.help) for c in template.columns], format_,
        )
        return
    click.echo(template_csv(template), nl=False)
    say(f"\n{template.file_stem}.csv: {_meaning(schema, template.element)}")
    for column in template.columns:
        mark = "*" if column.required else " "
        say(wrapped(column.help, 21, f" {mark} {column.name}"))
    say(" * must be filled in")


def _meaning(schema: Schema, element: str) -> str:
    found = (
        schema.classes.get(element) or schema.relations.get(element)
        or schema.records.get(element)
    )
    return found.definition if found else "The part that an organisation had in a transaction."
