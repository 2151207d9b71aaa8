"""`sousveil unmerge`."""

from __future__ import annotations

import click

from sousveil.cli.merge import decide
from sousveil.cli.output import say
from sousveil.graph import DecisionLog
from sousveil.graph.decisions import kept_apart
from sousveil.settings import Settings


@click.command()
@click.argument("keep")
@click.argument("drop")
@click.option("--by", default="", help="Who decides.")
@click.option("--reason", default="", help="Why the merge is taken back.")
@click.pass_obj
def command(settings: Settings, keep: str, drop: str, by: str, reason: str) -> None:
    """Take back the decision that DROP means the same as KEEP, or that the two never do."""
    apart = frozenset((keep, drop)) in kept_apart(DecisionLog(settings.decisions).read())
    decide(settings, "unmerge", keep, drop, by, reason)
    if apart:
        say(f"whether {keep} and {drop} are the same is open again")
    else:
        say(f"{drop} stands for itself again; `sousveil build` applies it")
