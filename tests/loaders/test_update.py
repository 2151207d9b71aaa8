"""Updates: a file of changes replaces what it names, at once, once, and in its order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sousveil.errors import ConfigError, SourceError, StoreError
from sousveil.graph import ClaimStore, assemble
from sousveil.loaders import LOADERS, Loaded, LoadRefused, load, update
from tests.cli.support import SMALL, run, write
from tests.loaders.test_gleif import CHILD, PARENT, TOP, entity, relation

DELETED = {"Extension": {"gleif:Deletion": {"gleif:DeletedAt": {"$": "2024-02-03T02:07:59Z"}}}}


@pytest.fixture
def store(tmp_path: Path) -> ClaimStore:
    return ClaimStore(tmp_path / "claims")


@pytest.fixture
def change(tmp_path: Path, store: ClaimStore) -> Any:
    """Load an edition, or apply a file of changes to it."""
    def go(day: str, *records: dict[str, Any], **options: Any) -> Loaded:
        delta = "" if not store.keys() else "-delta"
        path = tmp_path / f"202402{day}-gleif-lei{delta}.json"
        path.write_text(json.dumps(records))
        if not delta:
            return load([path], store, LOADERS, key="lei")[0]
        return update(path, store, LOADERS, "lei", **options)

    return go


def named(lei: str, name: str, **more: Any) -> dict[str, Any]:
    return {**entity(lei, LegalName={"$": name}), **more}


def names(store: ClaimStore) -> dict[str, str]:
    return {
        node.id.removeprefix("lei-"): node.values["name"]
        for node in assemble(store.read_all()).nodes("Company") if node.values.get("name")
    }


def test_records_are_replaced_added_and_deleted(store: ClaimStore, change: Any) -> None:
    change("01", named(CHILD, "Old AB"), named(PARENT, "Stays AB"), named(TOP, "Goes AB"))
    done = change("02", named(CHILD, "New AB"), named(TOP, "Goes AB", **DELETED))
    assert names(store) == {CHILD: "New AB", PARENT: "Stays AB"}
    assert (done.unchanged, done.taken_back) == (False, 6)
    sources = {c.about: c.values["date"] for c in store.read("lei") if c.kind == "Source"}
    assert sorted(sources.values()) == ["2024-02-01", "2024-02-02"]
    cited = {c.about: c.source for c in store.read("lei") if c.kind == "Company"}
    assert sources[cited[f"lei-{CHILD}"]] == "2024-02-02"
    assert sources[cited[f"lei-{PARENT}"]] == "2024-02-01"


def test_what_has_become_no_company_is_gone(store: ClaimStore, change: Any) -> None:
    change("01", named(CHILD, "Old AB"), named(PARENT, "Stays AB"))
    change("02", entity(CHILD, "DUPLICATE"))
    assert names(store) == {PARENT: "Stays AB"}


def test_a_relationship_is_known_by_its_ends_and_type(store: ClaimStore, change: Any) -> None:
    change("01", relation(), relation(CHILD, TOP))
    change("02", {**relation(), **DELETED})
    owners = [e.start for e in assemble(store.read_all()).edges("OWNS")]
    assert owners == [f"lei-{TOP}"]


def test_the_same_update_again_changes_nothing(store: ClaimStore, change: Any) -> None:
    change("01", named(CHILD, "Old AB"))
    change("02", named(CHILD, "New AB"))
    (path,) = store.folder.iterdir()
    before = path.read_bytes()
    assert change("02", named(CHILD, "New AB")).unchanged
    assert path.read_bytes() == before


def test_an_older_update_is_refused(store: ClaimStore, change: Any) -> None:
    change("01", named(CHILD, "Old AB"))
    change("03", named(CHILD, "New AB"))
    with pytest.raises(SourceError, match=r"2024-02-02.*2024-02-03"):
        change("02", named(CHILD, "Between AB"))
    assert names(store) == {CHILD: "New AB"}
    assert [p.name for p in store.folder.iterdir()] == ["lei.claims.gz"]


def test_a_fault_changes_nothing_and_a_record_with_one_keeps_its_claims(
    store: ClaimStore, change: Any
) -> None:
    change("01", named(CHILD, "Old AB"), named(PARENT, "Stays AB"))
    broken = named(CHILD, "")
    with pytest.raises(LoadRefused, match="no legal name"):
        change("02", named(PARENT, "New AB"), broken)
    assert names(store) == {CHILD: "Old AB", PARENT: "Stays AB"}
    assert change("02", named(PARENT, "New AB"), broken, max_rejects=1).rejects
    assert names(store) == {CHILD: "Old AB", PARENT: "New AB"}


@pytest.mark.parametrize("where", ["stage", "commit"])
def test_an_update_that_is_interrupted_changes_nothing(
    store: ClaimStore, change: Any, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    change("01", named(CHILD, "Old AB"))
    whole = getattr(ClaimStore, where)
    calls = []

    def stopped(self: ClaimStore, *given: Any) -> Any:
        calls.append(given)
        if where == "commit" or len(calls) == 2:
            raise KeyboardInterrupt
        return whole(self, *given)

    with monkeypatch.context() as patch:
        patch.setattr(ClaimStore, where, stopped)
        with pytest.raises(KeyboardInterrupt):
            change("02", named(CHILD, "New AB"))
    assert names(store) == {CHILD: "Old AB"}
    assert [p.name for p in store.folder.iterdir()] == ["lei.claims.gz"]
    assert not change("02", named(CHILD, "New AB")).unchanged
    assert names(store) == {CHILD: "New AB"}


def test_a_damaged_store_is_not_updated(store: ClaimStore, change: Any) -> None:
    change("01", named(CHILD, "Old AB"))
    path = store.folder / "lei.claims.gz"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(StoreError, match="damaged"):
        change("02", named(CHILD, "New AB"))


def test_what_cannot_be_updated(store: ClaimStore, change: Any, tmp_path: Path) -> None:
    small = write(tmp_path / "small", SMALL)
    load([small], store, LOADERS)
    with pytest.raises(ConfigError, match="nothing was loaded under 'lei'"):
        change("02", named(CHILD, "New AB"))
    with pytest.raises(SourceError, match="no updates of the format templates"):
        update(small, store, LOADERS, "small")
    with pytest.raises(SourceError, match="'small' was loaded as templates, and this file is gle"):
        update(next(tmp_path.glob("*.json")), store, LOADERS, "small")


def test_on_the_command_line(tmp_path: Path) -> None:
    old, new = tmp_path / "20240201-lei.json", tmp_path / "20240202-lei-delta.json"
    old.write_text(json.dumps([named(CHILD, "Old AB")]))
    new.write_text(json.dumps([named(CHILD, "New AB")]))
    assert run(tmp_path, "load", "--source", "lei", old).code == 0
    assert "lei: 5 claims, 3 taken back" in run(tmp_path, "load", "--update", "lei", new).err
    refused = run(tmp_path, "load", "--update", "lei", "--source", "x", new)
    assert refused.code != 0
    assert "--update KEY takes files of changes" in refused.err
