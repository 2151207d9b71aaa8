"""What a merge does to the answers: the paths that exist only because of it.

The graph is built twice from the same claims, with the merge and without it, and every supply
path from every company to every public body is asked of both. A path of the graph without the
merge is the same path if only the merged ids in it differ.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from sousveil.graph import Assembly, Claim, Store, assemble, connect
from sousveil.graph.records import path_id
from sousveil.graph.standing import weakest
from sousveil.ontology.dates import FIRST, LAST
from sousveil.queries.catalogue import get

__all__ = ["Effects", "MergedPath", "Reading", "compared", "merge_effects", "read_paths"]


class MergedPath(msgspec.Struct, frozen=True, kw_only=True):
    """A supply path that depends on a merge."""

    id: str
    """The id under which `sousveil paths` shows it, in the graph that has it."""
    effect: str
    """`new`: only with the merge; `gone`: only without it; `changed`: in both, but different."""
    change: str
    """For a changed path: what the merge makes of it."""
    origin: str
    """Name of the company at which it starts."""
    end_user: str
    transactions: tuple[str, ...]
    """Titles, in order."""
    standing: str


class Effects(msgspec.Struct, frozen=True, kw_only=True):
    """The paths that a merge makes, takes away or changes; each sorted by id."""

    keep: str
    drop: str
    paths: tuple[MergedPath, ...]

    def count(self, effect: str) -> int:
        """How many paths have this effect."""
        return sum(p.effect == effect for p in self.paths)


_Key = tuple[str, tuple[str, ...], str, tuple[str, ...], str, str]


class _Row(msgspec.Struct, frozen=True):
    path: MergedPath
    facets: tuple[tuple[str, str], ...]


class Reading:
    """Every path of one graph, by what it is made of."""

    def __init__(self) -> None:
        self.rows: dict[_Key, list[_Row]] = defaultdict(list)


def merge_effects(
    claims: Iterable[Claim], merged: Mapping[str, str], without: Mapping[str, str], keep: str,
    drop: str,
) -> Effects:
    """Compare the paths of two builds: with a merge, and `without` it.

    `merged` and `without` map dropped ids to those that stand for them, as `canonical_ids` does.
    """
    known = list(claims)
    return compared(
        read_paths(assemble(known, merged)), read_paths(assemble(known, without)), merged,
        keep, drop,
    )


def read_paths(graph: Assembly) -> Reading:
    """Every path from every company to every public body, inferred ones and minorities included."""
    with tempfile.TemporaryDirectory() as folder, connect(str(Path(folder) / "graph")) as store:
        store.replace(graph)
        return _read(store)


def _read(store: Store) -> Reading:
    companies = [r[0] for r in store.run("MATCH (c:Company) RETURN c.id AS id").rows]
    found = Reading()
    if not companies:
        return found
    found_rows: dict[_Key, list[tuple[dict[str, Any], str]]] = defaultdict(list)
    for minority in (False, True):
        usual = set(found_rows)
        for row in get("paths-from-company").run(
            store, companies=sorted(companies), include_minority=minority
        ).dicts():
            key = _key(row)
            if key not in usual:
                found_rows[key].append((row, "minority" if minority else "control"))
    rows = [row for several in found_rows.values() for row, _ in several]
    named = _names(store, {r[k] for r in rows for k in ("origin", "end_user")}
                   | {t for r in rows for t in r["transactions"]})
    seats = _seats(store, {r[k] for r in rows for k in ("origin", "end_user")})
    for key, several in found_rows.items():
        for row, ownership in several:
            standing = weakest(s for s in row["standings"] if s) if row["certain"] else "inferred"
            found.rows[key].append(_Row(
                MergedPath(
                    id=path_id([row["origin"], *row["ownership"], row["role"],
                                *row["transactions"], row["received_as"], row["end_user"]]),
                    effect="", change="", standing=standing, origin=named[row["origin"]],
                    end_user=named[row["end_user"]],
                    transactions=tuple(named[t] for t in row["transactions"]),
                ),
                (
                    ("channel", row["channel"] or ""), ("standing", standing),
                    ("contested", "yes" if row["contested"] else "no"),
                    ("ownership", ownership), ("origin seated in", seats[row["origin"]]),
                    ("end user seated in", seats[row["end_user"]]),
                ),
            ))
    return found


def _key(row: Mapping[str, Any]) -> _Key:
    return (row["origin"], tuple(row["ownership"]), row["role"], tuple(row["transactions"]),
            row["received_as"], row["end_user"])


def _names(store: Store, ids: set[str]) -> dict[str, str]:
    rows = get("nodes").run(store, ids=sorted(ids)).dicts() if ids else []
    return {
        r["id"]: str(r["properties"].get("name") or r["properties"].get("title") or r["id"])
        for r in rows
    }


def _seats(store: Store, ids: set[str]) -> dict[str, str]:
    """The places of each organisation, with the time for which it is there."""
    found: dict[str, list[str]] = defaultdict(list)
    for cls in ("Company", "PublicBody"):
        for id_, place, first, last in store.run(
            f"MATCH (n:{cls})-[s:SEATED_IN]->(p:Place) WHERE n.id IN $ids "
            "RETURN n.id AS id, p.id AS place, s.valid_from AS first, s.valid_to AS last",
            {"ids": sorted(ids)},
        ).rows:
            known = (first, last) == (FIRST, LAST)
            found[id_].append(place if known else f"{place} {first}/{last}")
    return defaultdict(str, {id_: ", ".join(sorted(places)) for id_, places in found.items()})


def compared(
    having: Reading, lacking: Reading, merged: Mapping[str, str], keep: str, drop: str
) -> Effects:
    """The paths of two graphs that differ, where ids are read as `merged` has them."""
    before: dict[_Key, list[_Row]] = defaultdict(list)
    for key, rows in lacking.rows.items():
        before[_mapped(key, merged)] += rows
    found: list[MergedPath] = []
    for key, rows in having.rows.items():
        known = [r.facets for r in before.get(key, ())]
        for row in rows:
            if not known:
                found.append(msgspec.structs.replace(row.path, effect="new"))
            elif row.facets not in known:
                found.append(msgspec.structs.replace(
                    row.path, effect="changed", change=_change(known[0], row.facets)
                ))
    for key, rows in before.items():
        if key not in having.rows:
            found += [msgspec.structs.replace(r.path, effect="gone") for r in rows]
    order = {"new": 0, "gone": 1, "changed": 2}
    found.sort(key=lambda p: (order[p.effect], p.id))
    return Effects(keep=keep, drop=drop, paths=tuple(found))


def _change(old: tuple[tuple[str, str], ...], new: tuple[tuple[str, str], ...]) -> str:
    return "; ".join(
        f"{name}: {was or 'nothing'} → {now or 'nothing'}"
        for (name, was), (_, now) in zip(old, new, strict=True) if was != now
    )


def _mapped(key: _Key, merged: Mapping[str, str]) -> _Key:
    """The key with every id that was merged away replaced, within the ids of relations too."""
    origin, ownership, role, transactions, received_as, end_user = key
    new = merged.get
    edges = []
    for edge in ownership:
        start, kind, end, *rest = edge.split("--")
        edges.append("--".join([new(start, start), kind, new(end, end), *rest]))
    return (
        new(origin, origin), tuple(edges), role, tuple(new(t, t) for t in transactions),
        received_as, new(end_user, end_user),
    )
