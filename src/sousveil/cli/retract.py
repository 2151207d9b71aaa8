"""`sousveil retract`."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

import click

from sousveil.cli.output import counted, format_option, progress, say, write_rows
from sousveil.errors import ConfigError, StoreError
from sousveil.graph import Assembly, ClaimStore, DecisionLog, assemble_remaining, canonical_ids
from sousveil.graph.retractions import Retraction, RetractionLog, remaining
from sousveil.queries.changes import path_changes
from sousveil.queries.effects import MergedPath
from sousveil.settings import Settings


@click.command()
@click.argument("what", default="", metavar="[CLAIM_ID|KEY|SOURCE_ID]")
@click.option("--because", default="", help="Why it is withdrawn, or why that is taken back.")
@click.option("--by", default="", help="Who decides.")
@click.option("--undo", is_flag=True, help="Take the retraction back.")
@click.option("--effects", is_flag=True, help="Decide nothing: show the paths that would end.")
@click.option("--list", "list_", is_flag=True, help="Show the log, ids that are described no more "
              "included.")
@format_option()
@click.pass_obj
def command(
    settings: Settings, what: str, because: str, by: str, undo: bool, effects: bool, list_: bool,
    format_: str,
) -> None:
    """Withdraw a claim, or a source with all of its claims, from the graph.

    The claims stay loaded, with the reason in a log, and `--undo` brings them back; `sousveil
    build` applies it. KEY is the name under which a source was loaded, SOURCE_ID the id of a
    document: what was read in it, or relies on it, is withdrawn. What cannot stand without the
    withdrawn claims falls with them. The paths that this ends are shown.
    """
    log = RetractionLog(settings.retractions)
    if list_:
        write_rows(
            ("action", "what", "by", "because", "date", "name"),
            [(r.action, r.what, r.by, r.because, r.date, r.name) for r in log.read()], format_,
        )
        return
    if not what:
        raise ConfigError("what is withdrawn?", "sousveil retract CLAIM_ID --because … --by …")
    if not effects and not (because and by):
        raise ConfigError("who decides, and why?", "add --by NAME and --because TEXT")
    line = Retraction(
        action="restore" if undo else "retract", what=what, by=by, because=because,
        date=datetime.date.today().isoformat(),
    )
    log.check(line)
    with progress("building before and after"):
        before, after = (_graph(settings, lines) for lines in (log.read(), [*log.read(), line]))
        if not undo and len(before.withdrawn) == len(after.withdrawn):
            raise ConfigError(
                f"no loaded claim has the id {what!r}, and no source",
                "`sousveil source ID` lists the claims of a document, `sousveil info` the keys",
            )
        paths = path_changes(before, after)
    _show(paths, format_)
    number = abs(len(after.withdrawn) - len(before.withdrawn))
    ends = sum(p.effect == "gone" for p in paths)
    begins = sum(p.effect == "new" for p in paths)
    say(f"{counted(number, 'claim')} {'back' if undo else 'withdrawn'}; paths: {ends} end, "
        f"{begins} begin, {len(paths) - ends - begins} change")
    if effects:
        return
    try:
        log.append(line)
    except OSError as error:
        raise StoreError(
            f"{log.path}: cannot write: {error.strerror or error}",
            "make room, or look whether you may write there",
        ) from error
    say("`sousveil build` applies it")


def _graph(settings: Settings, lines: Iterable[Retraction]) -> Assembly:
    merged = canonical_ids(DecisionLog(settings.decisions).read())
    return assemble_remaining(remaining(ClaimStore(settings.claims), merged, lines))


def _show(paths: Iterable[MergedPath], format_: str) -> None:
    words = {"new": "begins", "gone": "ends", "changed": "changes"}
    write_rows(
        ("effect", "path", "origin", "end user", "transactions", "standing", "change"),
        [(words[p.effect], p.id, p.origin, p.end_user, list(p.transactions), p.standing, p.change)
         for p in paths], format_,
    )
