"""Everything about one node: properties, names, relations, what it says and what is said of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sousveil.graph import Store
from sousveil.queries.catalogue import get

__all__ = ["entity_facts"]


def entity_facts(store: Store, id_: str) -> dict[str, Any]:
    """The facts of the node with this id, which exists; its lists are in the queries' order."""
    def ask(query: str, ids: Iterable[str]) -> list[dict[str, Any]]:
        return get(query).run(store, ids=sorted(ids)).dicts()

    properties = ask("nodes", [id_])[0]["properties"]
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
