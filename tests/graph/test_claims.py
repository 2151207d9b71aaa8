"""The claims store and the log of decisions: whole or not at all, the same bytes every time."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from sousveil.errors import ConfigError, StoreError
from sousveil.graph import Claim, ClaimStore, Decision, DecisionLog, SourceInfo, canonical_ids
from sousveil.graph.records import identified

INFO = SourceInfo(key="case", loader="templates", files=("company.csv",), sha256="abc")


def claims(number: int = 5) -> list[Claim]:
    return [
        identified(Claim(
            about=f"c{n}", kind="Company", values={"name": f"名 {n}", "kinds": ["a", "b"]},
            author="a", basis="press", source="s", locator="p. 1", terms=("x",),
        ))
        for n in range(number)
    ]


@pytest.fixture
def store(tmp_path: Path) -> ClaimStore:
    found = ClaimStore(tmp_path / "claims")
    found.replace(INFO, claims())
    return found


def test_round_trip(store: ClaimStore) -> None:
    assert list(store.read("case")) == claims()
    assert store.info("case") == INFO
    assert store.keys() == ["case"]


def test_the_same_bytes(store: ClaimStore, tmp_path: Path) -> None:
    other = ClaimStore(tmp_path / "other")
    other.replace(INFO, claims())
    (one,), (two,) = store.folder.iterdir(), other.folder.iterdir()
    assert one.read_bytes() == two.read_bytes()


def test_ids_are_of_what_is_said() -> None:
    one, *_ = claims()
    again, *_ = claims()
    assert one.id == again.id
    changed = identified(Claim(
        about="c0", kind="Company", values={"name": "名 0", "kinds": ["a", "b"]}, author="a",
        basis="press", source="s", locator="p. 2", terms=("x",),
    ))
    assert changed.id != one.id


def test_a_failure_half_way_changes_nothing(store: ClaimStore) -> None:
    def failing() -> Iterator[Claim]:
        yield from claims(3)
        raise ValueError("half-way")

    with pytest.raises(ValueError, match="half-way"):
        store.replace(INFO, failing())
    assert list(store.read("case")) == claims()
    assert len(list(store.folder.iterdir())) == 1


def test_a_full_disk(store: ClaimStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        store.replace(INFO, claims(9))
    monkeypatch.undo()
    assert list(store.read("case")) == claims()
    assert len(list(store.folder.iterdir())) == 1


@pytest.mark.parametrize("cut", [1, 20, 60, 120, -1, -9])
def test_a_file_cut_short_is_told(store: ClaimStore, cut: int) -> None:
    (path,) = store.folder.iterdir()
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(StoreError, match=r"damaged|claims of format") as caught:
        list(store.read("case"))
    assert "load the source 'case' again" in caught.value.hint


def test_claims_cut_out_of_the_middle_are_told(store: ClaimStore) -> None:
    (path,) = store.folder.iterdir()
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    path.write_bytes(gzip.compress(b"".join(lines[:2] + lines[3:])))
    with pytest.raises(StoreError, match="last claim"):
        list(store.read("case"))


def test_another_format(store: ClaimStore) -> None:
    (path,) = store.folder.iterdir()
    data = gzip.decompress(path.read_bytes()).replace(b'"key"', b'"format":7,"key"', 1)
    path.write_bytes(gzip.compress(data))
    with pytest.raises(StoreError, match="format 7"):
        store.info("case")


def test_keys_cannot_leave_the_folder(store: ClaimStore) -> None:
    for key in ("../x", "A b", "", "x/y"):
        with pytest.raises(StoreError):
            store.replace(SourceInfo(key=key, loader="t"), claims())


def decision(action: str, keep: str, drop: str) -> Decision:
    return Decision(action=action, keep=keep, drop=drop, by="m", reason="r", date="2026-01-02")


def test_decisions(tmp_path: Path) -> None:
    log = DecisionLog(tmp_path / "decisions.jsonl")
    assert log.read() == []
    log.append(decision("merge", "b", "a"))
    log.append(decision("merge", "c", "b"))
    assert canonical_ids(log.read()) == {"a": "c", "b": "c"}
    with pytest.raises(ConfigError, match="circle"):
        log.append(decision("merge", "a", "c"))
    with pytest.raises(ConfigError, match="merged already"):
        log.append(decision("merge", "d", "a"))
    with pytest.raises(ConfigError, match="not merged"):
        log.append(decision("unmerge", "x", "a"))
    log.append(decision("unmerge", "b", "a"))
    assert canonical_ids(log.read()) == {"b": "c"}
    assert len(log.read()) == 3


def test_a_damaged_log(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    path.write_text('{"action":"merge"\n')
    with pytest.raises(StoreError, match=r"decisions\.jsonl:1"):
        DecisionLog(path).read()
