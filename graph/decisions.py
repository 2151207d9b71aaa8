"""Merge decisions: a log of what people decided, never a change to the claims.

A decision to merge says that two ids mean the same thing; a later decision can take it back.
The graph is rebuilt from the claims with the decisions in force, so every merge can be undone.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from sousveil.errors import ConfigError, StoreError

__all__ = ["Decision", "DecisionLog", "canonical_ids"]


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of the log."""

    action: str
    """`merge` or `unmerge`."""
    keep: str
    """The id that stays."""
    drop: str
    """The id that becomes another name of `keep`."""
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
        if not self.path.exists():
            return []
        decode = msgspec.json.Decoder(Decision).decode
        found = []
        for number, line in enumerate(self.path.read_bytes().splitlines(), 1):
            if not line.strip():
                continue
            try:
                found.append(decode(line))
            except msgspec.DecodeError as error:
                raise StoreError(
                    f"{self.path}:{number}: not a decision: {error}",
                    "correct or remove the line; the claims themselves are unharmed",
                ) from error
        return found

    def append(self, decision: Decision) -> None:
        """Add a decision, after checking that the log as a whole still makes sense."""
        before = self.read()
        in_force(before)
        if decision.action == "unmerge" and (decision.keep, decision.drop) not in in_force(before):
            raise ConfigError(
                f"{decision.drop!r} is not merged into {decision.keep!r}",
                "`sousveil merge --list` shows the merges in force",
            )
        canonical_ids([*before, decision])
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            file.write(msgspec.json.encode(decision) + b"\n")
            file.flush()
            os.fsync(file.fileno())


def in_force(decisions: Iterable[Decision]) -> list[tuple[str, str]]:
    """The merges (keep, drop) that nobody has taken back, in the order they were made."""
    pairs: list[tuple[str, str]] = []
    for decision in decisions:
        pair = (decision.keep, decision.drop)
        if decision.action == "merge":
            if pair not in pairs:
                pairs.append(pair)
        elif pair in pairs:
            pairs.remove(pair)
    return pairs


def canonical_ids(decisions: Iterable[Decision]) -> Mapping[str, str]:
    """Each dropped id with the id that stands for it now."""
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
    return resolved
