"""Sousveil's own claims as JSON Lines: they come back as they were, or are refused."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sousveil.graph import ClaimStore
from sousveil.graph.writers import claims_jsonl
from sousveil.loaders import LOADERS, LoadRefused, find, load


@pytest.fixture(scope="module")
def lines(shipped_claims: ClaimStore) -> list[str]:
    file = io.StringIO()
    claims_jsonl(shipped_claims.read_all(), file)
    return file.getvalue().splitlines(keepends=True)


def test_the_shipped_claims_come_back(
    lines: list[str], shipped_claims: ClaimStore, tmp_path: Path
) -> None:
    path = tmp_path / "export.gz"
    path.write_bytes(gzip.compress("".join(lines).encode()))
    assert find(path, LOADERS).name == "claims"
    store = ClaimStore(tmp_path / "claims")
    (done,) = load([path], store, LOADERS)
    assert not done.warnings
    assert {c.id: c for c in store.read_all()} == {c.id: c for c in shipped_claims.read_all()}


Change = Callable[[dict[str, Any]], Any]


@pytest.mark.parametrize(("change", "said"), [
    (lambda c: c.update(locator="elsewhere"), "says something else than when it got this id"),
    (lambda c: (c.pop("id"), c.update(about="a--owns--b")), "is not the id of a relation OWNS"),
    (lambda c: (c.pop("id"), c.pop("start")), "between these ends"),
    (lambda c: (c.pop("id"), c.update(kind="Company")), "has no ends"),
    (lambda c: c.pop("source"), "missing required field `source`"),
    (lambda c: c.update(terms=7), "not a claim: Expected `array`"),
])
def test_a_changed_claim_is_refused_with_its_line(
    lines: list[str], tmp_path: Path, change: Change, said: str
) -> None:
    number, line = next(
        (n, line) for n, line in enumerate(lines, 1) if '"kind":"OWNS"' in line)
    claim = json.loads(line)
    change(claim)
    path = tmp_path / "export.jsonl"
    path.write_text("".join([*lines[:number - 1], json.dumps(claim) + "\n", *lines[number:]]))
    with pytest.raises(LoadRefused) as refused:
        load([path], ClaimStore(tmp_path / "claims"), LOADERS)
    rejects = [r for r in refused.value.rejects if said in r.message]
    assert [r.line for r in rejects] == [number]


def test_a_claim_of_a_partner_needs_no_id(lines: list[str], tmp_path: Path) -> None:
    claim = json.loads(lines[0])
    del claim["id"]
    claim |= {"note": "read again", "mood": "sure"}
    path = tmp_path / "export.jsonl"
    path.write_text("".join([*lines[1:], json.dumps(claim) + "\n"]))
    (done,) = load([path], ClaimStore(tmp_path / "claims"), LOADERS)
    assert done.claims == len(lines)
    assert "not read: claim.mood" in str(done.warnings[0])


@pytest.mark.parametrize(("last", "said"), [("[]\n", "not a claim"), ('{"id":', "not JSON")])
def test_what_is_no_claim(lines: list[str], tmp_path: Path, last: str, said: str) -> None:
    path = tmp_path / "export.jsonl"
    path.write_text("".join([*lines, last]))
    with pytest.raises(LoadRefused) as refused:
        load([path], ClaimStore(tmp_path / "claims"), LOADERS)
    assert said in str(refused.value.rejects[0])
    assert list(tmp_path.glob("claims/*")) == []
