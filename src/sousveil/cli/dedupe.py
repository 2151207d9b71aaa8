"""`sousveil dedupe`."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

import click

from sousveil.cli.output import counted, format_option, progress, say, write_rows
from sousveil.errors import ClaimError, ConfigError
from sousveil.graph import (
    Decision,
    DecisionLog,
    Store,
    assemble,
    canonical_ids,
    connect,
)
from sousveil.graph.decisions import kept_apart
from sousveil.graph.identity import CLASSES, MIN_SCORE, Candidate, candidates, profiles
from sousveil.graph.retractions import present
from sousveil.queries import get, resolve
from sousveil.queries.effects import Effects, compared, read_paths
from sousveil.settings import Settings

_LINKS = ("owns", "part-of", "succeeded-by", "distributes-for")
"""Relations between an organisation and another one: who is in one is not the other."""
_IDS = 1000  # ids in one question

_SAID = """
MATCH (c:Claim) WHERE c.source = $source AND c.kind IN $classes
RETURN DISTINCT c.about AS id
"""
_SOURCES = """
MATCH (c:Claim) WHERE c.about IN $ids AND c.kind IN $classes
RETURN DISTINCT c.about AS id, c.source AS source
"""


@click.command()
@click.option("--class", "class_", type=click.Choice(CLASSES), help="Only this class.")
@click.option("--source", default="", metavar="SOURCE", help="Only pairs of which one is described "
              "by this source: what is new against the rest.")
@click.option("--min-score", default=MIN_SCORE, show_default=True, type=click.IntRange(1, 100),
              help="Leave out weaker pairs.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(0),
              help="Most pairs to show; 0 for all.")
@click.option("--effects", is_flag=True, help="Show for each pair which paths would newly exist; "
              "builds a graph for each.")
@format_option()
@click.pass_obj
def command(
    settings: Settings, class_: str | None, source: str, min_score: int, limit: int,
    effects: bool, format_: str,
) -> None:
    """Propose pairs of ids that may mean the same organisation, with what speaks for and against.

    Nothing is decided here. `sousveil merge` accepts a pair, `sousveil merge --never` rejects it
    for good; both are logged with who decided and why, and `sousveil unmerge` takes either back.
    """
    decisions = DecisionLog(settings.decisions).read()
    with connect(settings.store) as store:
        mine = _described_by(store, source) if source else None
        with progress("comparing"):
            found = candidates(profiles(store, [class_] if class_ else CLASSES), min_score, mine)
        left = _open(found.candidates, decisions)
        decided = len(found.candidates) - len(left)
        apart = _linked(store, left)
        left = [c for c in left if frozenset((c.a, c.b)) not in apart]
        shown = left[:limit] if limit else left
        sources = _sources(store, shown)
    outcome = _effects(settings, decisions, shown) if effects else {}
    write_rows(
        ("score", "class", "a", "name_a", "b", "name_b", "for", "against", "both_described_by",
         "effects"),
        [_row(c, sources, outcome) for c in shown], format_,
    )
    say(f"{counted(len(left), 'pair')} to decide, {len(shown)} shown; {found.profiles} "
        f"organisations, {counted(found.compared, 'pair')} compared")
    for number, text in (
        (decided, "decided before"), (len(apart), "linked as owner, part, successor or partner"),
        (found.passed_over, "left out: names or numbers that too many share"),
    ):
        if number:
            say(f"{number} {text}")
    if shown:
        say("sousveil merge A B, or sousveil merge --never A B, with --by and --reason, decides")


def _described_by(store: Store, source: str) -> list[str]:
    node = resolve(store, "source", source, ("Source",))
    rows = store.run(_SAID, {"source": node.id, "classes": list(CLASSES)}).rows
    if not rows:
        raise ConfigError(
            f"{node.id!r} describes no company and no public body", "choose another source",
        )
    return [r[0] for r in rows]


def _open(found: Sequence[Candidate], decisions: Sequence[Decision]) -> list[Candidate]:
    """The candidates that nobody has decided on, also not by way of other merges."""
    now = canonical_ids(decisions)
    never = {frozenset(now.get(i, i) for i in pair) for pair in kept_apart(decisions)}
    return [
        c for c in found
        if len(pair := {now.get(c.a, c.a), now.get(c.b, c.b)}) == 2 and pair not in never
    ]


def _linked(store: Store, found: Sequence[Candidate]) -> set[frozenset[str]]:
    """The pairs between which a source states a relation that nobody has with himself."""
    pairs = {frozenset((c.a, c.b)) for c in found}
    linked = set()
    for ids in _chunks(sorted({c.a for c in found})):
        for row in get("relations").run(store, ids=ids).dicts():
            pair = frozenset((row["node"], row["other"]))
            if pair in pairs and row["id"].split("--")[1] in _LINKS:
                linked.add(pair)
    return linked


def _sources(store: Store, found: Sequence[Candidate]) -> dict[str, set[str]]:
    """The sources that describe each of the ids."""
    said: dict[str, set[str]] = {}
    for ids in _chunks(sorted({i for c in found for i in (c.a, c.b)})):
        for id_, source in store.run(_SOURCES, {"ids": ids, "classes": list(CLASSES)}).rows:
            said.setdefault(id_, set()).add(source)
    return said


def _chunks(ids: list[str]) -> Iterable[list[str]]:
    return (ids[at : at + _IDS] for at in range(0, len(ids), _IDS))


def _effects(
    settings: Settings, decisions: Sequence[Decision], shown: Sequence[Candidate]
) -> dict[tuple[str, str], str]:
    """In words, what each merge would do to the paths."""
    claims = list(present(settings).claims)
    today = datetime.date.today().isoformat()
    found: dict[tuple[str, str], str] = {}
    with progress("building"):
        before = read_paths(assemble(claims, canonical_ids(decisions)))
        for c in shown:
            pair = Decision(action="merge", keep=c.a, drop=c.b, by="", reason="", date=today)
            try:
                merged = canonical_ids([*decisions, pair])
                after = read_paths(assemble(claims, merged))
            except (ClaimError, ConfigError) as error:
                found[c.a, c.b] = f"cannot be merged: {error.message}"
                continue
            found[c.a, c.b] = _words(compared(after, before, merged, c.a, c.b))
    return found


def _words(effects: Effects) -> str:
    new = [p for p in effects.paths if p.effect == "new"]
    words = counted(len(new), "new path")
    if new:
        words += ": " + ", ".join(f"{p.origin} → {p.end_user} ({p.id})" for p in new)
    for effect in ("gone", "changed"):
        if number := effects.count(effect):
            words += f"; {number} {effect}"
    return words


def _row(
    c: Candidate, sources: dict[str, set[str]], outcome: dict[tuple[str, str], str]
) -> tuple[object, ...]:
    return (
        c.score, c.cls, c.a, c.name_a, c.b, c.name_b,
        [r.text for r in c.reasons if r.points >= 0],
        [f"{r.text} ({r.points})" for r in c.reasons if r.points < 0],
        sorted(sources.get(c.a, set()) & sources.get(c.b, set())), outcome.get((c.a, c.b), ""),
    )
