"""`sousveil merge`."""

from __future__ import annotations

import datetime

import click

from sousveil.cli.output import format_option, say, write_rows
from sousveil.errors import ClaimError, ConfigError, StoreError
from sousveil.graph import Decision, DecisionLog, assemble, canonical_ids
from sousveil.graph.claims import ClaimStore
from sousveil.settings import Settings


@click.command()
@click.argument("keep", default="")
@click.argument("drop", default="")
@click.option("--by", default="", help="Who decides.")
@click.option("--reason", default="", help="Why the two are the same.")
@click.option("--list", "list_", is_flag=True, help="Show the log of decisions.")
@format_option()
@click.pass_obj
def command(
    settings: Settings, keep: str, drop: str, by: str, reason: str, list_: bool, format_: str
) -> None:
    """Decide that the id DROP means the same as KEEP.

    The decision is written to a log; the claims stay as they are, and `sousveil unmerge` takes it
    back. Nothing is merged by its name alone: a person decides, and says why.
    """
    log = DecisionLog(settings.decisions)
    if list_:
        write_rows(
            ("action", "keep", "drop", "by", "reason", "date"),
            [(d.action, d.keep, d.drop, d.by, d.reason, d.date) for d in log.read()], format_,
        )
        return
    decide(settings, "merge", keep, drop, by, reason)
    say(f"{drop} is now another name of {keep}; `sousveil build` applies it")


def decide(
    settings: Settings, action: str, keep: str, drop: str, by: str, reason: str
) -> None:
    """Append a decision, after trying what it would do to the graph."""
    if not keep or not drop:
        raise ConfigError("two ids are needed", f"sousveil {action} KEEP DROP --by … --reason …")
    if not by or not reason:
        raise ConfigError("who decides, and why?", "add --by NAME and --reason TEXT")
    log = DecisionLog(settings.decisions)
    decision = Decision(
        action=action, keep=keep, drop=drop, by=by, reason=reason,
        date=datetime.date.today().isoformat(),
    )
    if action == "merge":
        claims = list(ClaimStore(settings.claims).read_all())
        known = {c.about for c in claims if c.kind and not c.start}
        for id_ in (keep, drop):
            if id_ not in known:
                raise ConfigError(
                    f"no loaded claim describes {id_!r}", "`sousveil search` finds ids"
                )
        try:
            assemble(claims, canonical_ids([*log.read(), decision]))
        except ClaimError as error:
            raise ConfigError(
                f"{drop!r} cannot be merged into {keep!r}: {error.message}",
                "nothing was decided; look at both with `sousveil entity`",
            ) from error
    try:
        log.append(decision)
    except OSError as error:
        raise StoreError(
            f"{log.path}: cannot write: {error.strerror or error}",
            "make room, or look whether you may write there",
        ) from error
