"""`sousveil merge`."""

from __future__ import annotations

import datetime

import click

from sousveil.cli.output import counted, format_option, progress, say, write_rows
from sousveil.errors import ClaimError, ConfigError, StoreError
from sousveil.graph import Claim, Decision, DecisionLog, assemble, canonical_ids
from sousveil.graph.decisions import in_force
from sousveil.graph.retractions import present
from sousveil.queries.effects import Effects, merge_effects
from sousveil.settings import Settings


@click.command()
@click.argument("keep", default="")
@click.argument("drop", default="")
@click.option("--by", default="", help="Who decides.")
@click.option("--reason", default="", help="Why the two are, or are not, the same.")
@click.option("--never", is_flag=True, help="Decide that the two are not the same: "
              "`sousveil dedupe` proposes them no more, and they cannot be merged.")
@click.option("--effects", is_flag=True, help="Decide nothing: show the paths that exist only "
              "because of this merge, or would if it were made.")
@click.option("--list", "list_", is_flag=True, help="Show the log of decisions.")
@format_option()
@click.pass_obj
def command(
    settings: Settings, keep: str, drop: str, by: str, reason: str, never: bool, effects: bool,
    list_: bool, format_: str,
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
    if effects:
        _show(effects_of(settings, keep, drop), format_)
        return
    decide(settings, "never" if never else "merge", keep, drop, by, reason)
    if never:
        say(f"{keep} and {drop} are not the same; `sousveil unmerge {keep} {drop}` takes it back")
    else:
        say(f"{drop} is now another name of {keep}; `sousveil build` applies it")


def decide(
    settings: Settings, action: str, keep: str, drop: str, by: str, reason: str
) -> None:
    """Append a decision, after trying what it would do to the graph."""
    verb = "merge --never" if action == "never" else action
    _two(keep, drop, f"sousveil {verb} KEEP DROP --by … --reason …")
    if action == "never" and keep == drop:
        raise ConfigError(f"{keep!r} is one id, not two", "give two ids that are not the same")
    if not by or not reason:
        raise ConfigError("who decides, and why?", "add --by NAME and --reason TEXT")
    log = DecisionLog(settings.decisions)
    decision = Decision(
        action=action, keep=keep, drop=drop, by=by, reason=reason,
        date=datetime.date.today().isoformat(),
    )
    if action != "unmerge":
        claims = _described(settings, keep, drop)
        merged = canonical_ids([*log.read(), decision])
        if action == "merge":
            try:
                assemble(claims, merged)
            except ClaimError as error:
                raise _impossible(keep, drop, error) from error
    try:
        log.append(decision)
    except OSError as error:
        raise StoreError(
            f"{log.path}: cannot write: {error.strerror or error}",
            "make room, or look whether you may write there",
        ) from error


def effects_of(settings: Settings, keep: str, drop: str) -> Effects:
    """The paths that the merge makes, takes away or changes, be it in force or not."""
    _two(keep, drop, "sousveil merge --effects KEEP DROP")
    decisions = DecisionLog(settings.decisions).read()
    if (drop, keep) in in_force(decisions):
        keep, drop = drop, keep
    claims = _described(settings, keep, drop)
    today = datetime.date.today().isoformat()
    pair = Decision(action="merge", keep=keep, drop=drop, by="", reason="", date=today)
    undone = Decision(action="unmerge", keep=keep, drop=drop, by="", reason="", date=today)
    # Somebody's decision that the two differ is no obstacle to looking.
    merged, without = canonical_ids([*decisions, undone, pair]), canonical_ids(
        [*decisions, undone])
    try:
        with progress("building with and without the merge"):
            return merge_effects(claims, merged, without, keep, drop)
    except ClaimError as error:
        raise _impossible(keep, drop, error) from error


def _two(keep: str, drop: str, usage: str) -> None:
    if not keep or not drop:
        raise ConfigError("two ids are needed", usage)


def _described(settings: Settings, *ids: str) -> list[Claim]:
    """All claims, after looking whether they describe these ids."""
    claims = list(present(settings).claims)
    known = {c.about for c in claims if c.kind and not c.start}
    for id_ in ids:
        if id_ not in known:
            raise ConfigError(f"no loaded claim describes {id_!r}", "`sousveil search` finds ids")
    return claims


def _impossible(keep: str, drop: str, error: ClaimError) -> ConfigError:
    return ConfigError(
        f"{drop!r} cannot be merged into {keep!r}: {error.message}",
        "nothing was decided; look at both with `sousveil entity`",
    )


def _show(effects: Effects, format_: str) -> None:
    write_rows(
        ("effect", "path", "origin", "end user", "transactions", "standing", "change"),
        [(p.effect, p.id, p.origin, p.end_user, list(p.transactions), p.standing, p.change)
         for p in effects.paths], format_,
    )
    new, gone, changed = (effects.count(e) for e in ("new", "gone", "changed"))
    say(f"merging {effects.drop} into {effects.keep}: {counted(new, 'path')} only with it, "
        f"{gone} only without it, {changed} changed by it")
