"""Everything about one node: properties, names, relations, what it says and what is said of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from sousveil.graph import Store
from sousveil.queries.catalogue import get

__all__ = ["Fall", "entity_facts", "fall_of_claim"]


def entity_facts(
    store: Store, id_: str, properties: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The facts of the node with this id, which exists; its lists are in the queries' order.

    Its own properties are asked for, unless the caller has done so.
    """
    def ask(query: str, ids: Iterable[str]) -> list[dict[str, Any]]:
        return get(query).run(store, ids=sorted(ids)).dicts()

    properties = properties or ask("nodes", [id_])[0]["properties"]
    relations = ask("relations", [id_])
    claims = ask("claims", properties["claims"])
    return {
        **{k: v for k, v in properties.items() if k not in ("names_json", "names")},
        "names": json.loads(properties["names_json"]),
        "relations": [{**r, "kind": r["id"].split("--")[1]} for r in relations],
        "statements": [c for c in claims if c["summary"]],
        "says": ask("statements-by", [id_]) if properties["class"] in (
            "Company", "PublicBody", "Publisher") else [],
        "dataset": store.info.dataset,
    }


class Fall(msgspec.Struct, frozen=True):
    """What the retraction of one claim would do to the element that it is about."""

    supports: bool
    """Whether the claim says that the element exists; a reply or an explanation holds up nothing.
    """
    kept_by: tuple[dict[str, Any], ...]
    """The other claims that support the element. If there are none, it falls."""
    relations: tuple[dict[str, Any], ...]
    """The relations of a node that falls: they fall with it."""
    replies: tuple[dict[str, Any], ...]
    """What else is said about the element in words: confirmations, denials, explanations."""

    @property
    def falls(self) -> bool:
        """Whether the element falls."""
        return self.supports and not self.kept_by


def fall_of_claim(store: Store, claim: Mapping[str, Any], timeout: float = 0) -> Fall:
    """What would fall if this row of the query `claims` were retracted, and what is replied to it.

    As in the query `what-falls`: an element stands as long as one claim supports it, whatever its
    basis, and a confirmation of a transaction does not keep up a role in it.
    """
    about = claim["about"]
    ends = about.split("--")
    if len(ends) < 3:
        rows = get("nodes").run(store, timeout, ids=[about]).dicts()
        ids = rows[0]["properties"]["claims"] if rows else []
    else:
        rows = get("relations-among").run(store, timeout, ids=sorted({ends[0], ends[2]})).dicts()
        ids = [i for r in rows if r["id"] == about for i in r["claims"]]
    wanted = sorted({*ids} - {claim["id"]})
    others = [
        c for c in (get("claims").run(store, timeout, ids=wanted).dicts() if wanted else ())
        if c["about"] == about
    ]
    supports = _supports(claim)
    kept_by = tuple(c for c in others if _supports(c)) if supports else ()
    fallen = supports and not kept_by and len(ends) < 3
    relations = get("relations").run(store, timeout, ids=[about]).dicts() if fallen else []
    return Fall(
        supports, kept_by, tuple({**r, "kind": r["id"].split("--")[1]} for r in relations),
        tuple(c for c in others if c["summary"]),
    )


def _supports(claim: Mapping[str, Any]) -> bool:
    return (
        claim["topic"] == "existence" and claim["stance"] in ("asserts", "confirms")
        and claim["kind"] != "Name"
    )
