"""`sousveil unmerge`."""

from __future__ import annotations

import click

from sousveil.cli.merge import decide
from sousveil.cli.output import say
from sousveil.settings import Settings


@click.command()
@click.argument("keep")
@click.argument("drop")
@click.option("--by", default="", help="Who decides.")
@click.option("--reason", default="", help="Why the merge is taken back.")
@click.pass_obj
def command(settings: Settings, keep: str, drop: str, by: str, reason: str) -> None:
    """Take back the decision that DROP means the same as KEEP."""
    decide(settings, "unmerge", keep, drop, by, reason)
    say(f"{drop} stands for itself again; `sousveil build` applies it")
