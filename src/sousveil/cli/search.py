"""`sousveil search`."""

from __future__ import annotations

import click

from sousveil.cli.output import format_option, say, write_rows
from sousveil.graph import connect
from sousveil.ontology import Schema
from sousveil.settings import Settings


@click.command()
@click.argument("text")
@click.option("--class", "classes", multiple=True, metavar="CLASS",
              type=click.Choice(sorted(set(Schema.load().classes) - {"Claim"})),
              help="Only nodes of this class; may be given several times.")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 1000))
@format_option()
@click.pass_obj
def command(
    settings: Settings, text: str, classes: tuple[str, ...], limit: int, format_: str
) -> None:
    """Find nodes by name: Latin, Chinese, pinyin, aliases and former names.

    Typing errors are forgiven; a score of 100 is the name itself.
    """
    with connect(settings.store) as store:
        hits = store.search(text, limit, classes)
    write_rows(
        ("id", "class", "name", "name_zh", "matched", "score"),
        [(h.id, h.cls, h.name, h.name_zh, h.matched, round(h.score, 1)) for h in hits], format_,
    )
    if not hits:
        say(f"nothing is called {text!r}, or nearly so")
