"""Retractions: claims and sources that are withdrawn from the graph, each with its reason.

The claims stay in the claims store; a log says what is withdrawn, by whom, when and why, and a
later line can take it back. What cannot stand without it falls with it. The same log remembers ids
that were in a graph and are described no more, so that whoever has such an id gets an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from sousveil.errors import ConfigError
from sousveil.graph.claims import ClaimStore
from sousveil.graph.decisions import DecisionLog, canonical_ids
from sousveil.graph.log import append_log, read_log
from sousveil.graph.publication import left_standing, merges_among
from sousveil.graph.records import Claim
from sousveil.settings import Settings

if TYPE_CHECKING:
    from sousveil.graph.assemble import Assembly

__all__ = [
    "Remaining", "Retraction", "RetractionLog", "Tombstone", "Withdrawn", "in_force", "present",
    "remaining", "tombstones",
]


class Retraction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True,
                 omit_defaults=True):
    """One line of the log."""

    action: str
    """`retract`, `restore`, which takes that back, or `retire`: an id is described no more."""
    what: str
    """Id of a claim, key under which a source was loaded, or id of a document; of a `retire`, the
    id of a node."""
    by: str
    """Who decided."""
    because: str
    date: str
    """When, as YYYY-MM-DD."""
    name: str = ""
    """Of a `retire`: what the id was called."""


class Tombstone(msgspec.Struct, frozen=True):
    """What is answered for an id that no claim describes any more."""

    id: str
    name: str
    because: str
    date: str
    """Since when, as YYYY-MM-DD."""


class Withdrawn(msgspec.Struct, frozen=True):
    """A claim that is not in the graph, and why."""

    claim: Claim
    retraction: Retraction
    """What withdraws it, or what it rests on."""
    fell: bool
    """Whether it was not retracted itself, but cannot stand without what was."""

    @property
    def because(self) -> str:
        """Why it is not in the graph."""
        if self.fell:
            return f"it cannot stand without what was retracted ({self.retraction.because})"
        return self.retraction.because


class Remaining(NamedTuple):
    """What a graph is made of: the claims that are not withdrawn, and the merges among them."""

    claims: Iterable[Claim]
    merged: Mapping[str, str]
    withdrawn: tuple[Withdrawn, ...]
    retractions: tuple[Retraction, ...]
    """Those in force, sorted, whether what they withdraw is loaded here or not."""


class RetractionLog:
    """The file of retractions: only ever appended to."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> list[Retraction]:
        """All lines, oldest first."""
        return read_log(self.path, Retraction)

    def check(self, line: Retraction) -> None:
        """Look whether a line makes sense now; raises ConfigError."""
        force = in_force(self.read())
        if line.action == "restore" and line.what not in force:
            raise ConfigError(
                f"{line.what!r} is not retracted", "`sousveil retract --list` shows what is"
            )
        if line.action == "retract" and line.what in force:
            raise ConfigError(
                f"{line.what!r} is retracted already: {force[line.what].because}",
                "`sousveil retract --undo` takes it back",
            )

    def append(self, *lines: Retraction) -> None:
        """Add lines."""
        append_log(self.path, *lines)


def in_force(lines: Iterable[Retraction]) -> dict[str, Retraction]:
    """The retractions that nobody has taken back, by what they withdraw."""
    found: dict[str, Retraction] = {}
    for line in lines:
        if line.action == "retract":
            found[line.what] = line
        elif line.action == "restore":
            found.pop(line.what, None)
    return found


def remaining(
    store: ClaimStore, merged: Mapping[str, str], lines: Iterable[Retraction]
) -> Remaining:
    """The claims that are left, and what is withdrawn.

    A document's retraction withdraws what was read in it and what relies on it. What a claim says
    that stands under two keys is withdrawn if it is under both. Exports leave withdrawn claims
    out: where they are not loaded, the same retractions leave the same claims and merges.
    """
    force = in_force(lines)
    if not force:
        return Remaining(store.read_all(), merged, (), ())
    retractions = tuple(force[what] for what in sorted(force))
    kept: dict[str, Claim] = {}
    gone: dict[str, Withdrawn] = {}
    keys = store.keys()
    for key in keys:
        for claim in store.read(key):
            named = (claim.id, key, claim.source, claim.primary_source)
            if hit := next((force[n] for n in named if n in force), None):
                gone[claim.id] = Withdrawn(claim, hit, False)
            else:
                kept[claim.id] = claim
    if not gone.keys() - kept.keys():
        return Remaining(kept.values(), merges_among(kept.values(), merged), (), retractions)
    left, merged = left_standing(kept.values(), merged)
    withdrawn = {i: w for i, w in gone.items() if i not in kept}
    fallen = [kept[i] for i in sorted(kept.keys() - {c.id for c in left})]
    withdrawn |= {w.claim.id: w for w in _fallen(fallen, withdrawn.values())}
    return Remaining(
        left, merged, tuple(withdrawn[i] for i in sorted(withdrawn)), retractions
    )


def _fallen(claims: list[Claim], withdrawn: Iterable[Withdrawn]) -> Iterator[Withdrawn]:
    """The claims that fell, each with a retraction that took away what it rests on."""
    causes: dict[str, Retraction] = {}
    for one in withdrawn:
        causes.setdefault(one.claim.about, one.retraction)
    fallback = next(iter(causes.values()))
    while claims:
        left = []
        for claim in claims:
            rests_on = (claim.about, claim.start, claim.end, claim.source, claim.author,
                        claim.primary_source)
            if cause := next((causes[i] for i in rests_on if i in causes), None):
                causes.setdefault(claim.about, cause)
                yield Withdrawn(claim, cause, True)
            else:
                left.append(claim)
        if len(left) == len(claims):
            # What it rests on was lost in another way, such as under an id that was merged.
            causes |= {claim.about: fallback for claim in left}
        claims = left


def present(settings: Settings) -> Remaining:
    """What the graph of these settings is made of: claims, merges and retractions in force."""
    merged = canonical_ids(DecisionLog(settings.decisions).read())
    return remaining(
        ClaimStore(settings.claims), merged, RetractionLog(settings.retractions).read()
    )


def tombstones(graph: Assembly, lines: Iterable[Retraction]) -> tuple[Tombstone, ...]:
    """The ids that were retired and are described no more, and the claims that are withdrawn."""
    found = {
        w.claim.id: Tombstone(w.claim.id, "", w.because, w.retraction.date)
        for w in graph.withdrawn
    }
    # What was retracted elsewhere has left no claim here, only the line of the log.
    for line in (*graph.retractions, *(line for line in lines if line.action == "retire")):
        if line.what not in found and not graph.describes(line.what):
            found[line.what] = Tombstone(line.what, line.name, line.because, line.date)
    return tuple(found[i] for i in sorted(found))
