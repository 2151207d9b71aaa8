"""`sousveil review`."""

from __future__ import annotations

import datetime
from pathlib import Path

import click
import msgspec

from sousveil.cli.output import counted, format_option, say, write_rows
from sousveil.cli.screen import COLUMNS, row
from sousveil.errors import ConfigError
from sousveil.loaders.reviews import ReviewList
from sousveil.settings import Settings


@click.command()
@click.argument("hits", nargs=-1, metavar="[HIT]...")
@click.option("--accept", "action", flag_value="accept", help="The word means this company.")
@click.option("--reject", "action", flag_value="reject", help="It does not.")
@click.option("--reopen", "action", flag_value="reopen", help="Take the decision back.")
@click.option("--reason", default="", help="Why; it is kept, who decides is not.")
@click.option("--state", default="pending", show_default=True,
              type=click.Choice(["pending", "accepted", "rejected"]),
              help="Which hits to list.")
@click.option("--log", is_flag=True, help="Show every decision.")
@click.option("--export", "target", type=click.Path(path_type=Path, dir_okay=False),
              metavar="FILE", help="Write the accepted hits to a file that `sousveil load` reads.")
@format_option()
@click.pass_obj
def command(
    settings: Settings, hits: tuple[str, ...], action: str | None, reason: str, state: str,
    log: bool, target: Path | None, format_: str,
) -> None:
    """List the hits that wait for review, and decide about them.

    A hit that is accepted becomes claims when it is loaded; one that is rejected stays rejected
    when its document is screened again. Every decision is appended to a log.
    """
    list_ = ReviewList(settings.home)
    if action and not hits:
        raise ConfigError("which hits?", "`sousveil review` lists them; name one or several")
    if hits and not action:
        raise ConfigError("what about them?", "add --accept, --reject or --reopen")
    if action:
        today = datetime.date.today().isoformat()
        for hit in hits:
            list_.decide(hit, action, reason, today)
        say(f"{counted(len(hits), 'decision')} written to the log")
    elif target is not None:
        accepted = list_.of("accepted")
        try:
            target.write_bytes(b"".join(msgspec.json.encode(hit) + b"\n" for hit in accepted))
        except OSError as error:
            raise ConfigError(
                f"{target}: cannot write: {error.strerror or error}", "name another file"
            ) from error
        say(f"{counted(len(accepted), 'accepted hit')} written to {target}; load the notices, too")
    elif log:
        write_rows(("hit", "action", "reason", "date"),
                   [(r.hit, r.action, r.reason, r.date) for r in list_.reviews()], format_)
    else:
        write_rows(COLUMNS, [row(hit, state) for hit in list_.of(state)], format_)
