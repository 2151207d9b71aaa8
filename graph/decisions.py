"""Merge decisions: a log of what people decided, never a change to the claims.

A decision to merge says that two ids mean the same thing, a decision "never" that they do not; a
later decision can take either back. The graph is rebuilt from the claims with the merges in force,
so every merge can be undone. "Never" changes no graph: it stops merges and proposals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from sousveil.errors import ConfigError
from sousveil.graph.log import append_log, read_log

__all__ = ["Decision", "DecisionLog", "canonical_ids", "in_force", "kept_apart"]


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of the log."""

    action: str
    """`merge`, `never`, or `unmerge`, which takes back either."""
    keep: str
    """The id that stays; of a `never`, one of the two."""
    drop: str
    """The id that becomes another name of `keep`; of a `never`, the other."""
    by: str
    """Who decided."""
    reason: str
    date: str
    """When, as YYYY-MM-DD."""


class DecisionLog:
    """The file of decisions: only ever appended to."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> list[Decision]:
        """All decisions, oldest first."""
        return read_log(self.path, Decision)

    def append(self, decision: Decision) -> None:
        """Add a decision, after checking that the log as a whole still makes sense."""
        before = self.read()
        pair = (decision.keep, decision.drop)
        if decision.action == "unmerge" and pair not in in_force(before) and (
            frozenset(pair) not in kept_apart(before)
        ):
            raise ConfigError(
                f"{decision.drop!r} is not merged into {decision.keep!r}",
                "`sousveil merge --list` shows the merges in force",
            )
        canonical_ids([*before, decision])
        append_log(self.path, decision)


def in_force(decisions: Iterable[Decision]) -> list[tuple[str, str]]:
    """The merges (keep, drop) that nobody has taken back, in the order they were made."""
    pairs: list[tuple[str, str]] = []
    for decision in decisions:
        pair = (decision.keep, decision.drop)
        if decision.action == "merge":
            if pair not in pairs:
                pairs.append(pair)
        elif decision.action == "unmerge" and pair in pairs:
            pairs.remove(pair)
    return pairs


def kept_apart(decisions: Iterable[Decision]) -> dict[frozenset[str], Decision]:
    """The pairs that somebody decided are not the same, and the decision; order says nothing."""
    pairs: dict[frozenset[str], Decision] = {}
    for decision in decisions:
        pair = frozenset((decision.keep, decision.drop))
        if decision.action == "never":
            pairs.setdefault(pair, decision)
        elif decision.action == "unmerge":
            pairs.pop(pair, None)
    return pairs


def canonical_ids(decisions: Iterable[Decision]) -> Mapping[str, str]:
    """Each dropped id with the id that stands for it now.

    Raises ConfigError if the decisions contradict each other.
    """
    decisions = list(decisions)
    parent: dict[str, str] = {}
    for keep, drop in in_force(decisions):
        if drop in parent:
            raise ConfigError(
                f"{drop!r} is merged already, into {parent[drop]!r}",
                f"take that back first: sousveil unmerge {parent[drop]} {drop}",
            )
        seen = keep
        while seen in parent:
            seen = parent[seen]
        if seen == drop:
            raise ConfigError(
                f"merging {drop!r} into {keep!r} would go round in a circle",
                "take the opposite merge back first with `sousveil unmerge`",
            )
        parent[drop] = keep
    resolved = {}
    for drop in sorted(parent):
        keep = parent[drop]
        while keep in parent:
            keep = parent[keep]
        resolved[drop] = keep
    for pair, decision in kept_apart(decisions).items():
        if len({resolved.get(id_, id_) for id_ in pair}) == 1:
            one, other = sorted(pair)
            raise ConfigError(
                f"{one!r} and {other!r} cannot be both the same and not the same: "
                f"{decision.by} decided on {decision.date} that they are not ({decision.reason})",
                "`sousveil merge --list` shows both decisions; take one back with "
                "`sousveil unmerge`",
            )
    return resolved
