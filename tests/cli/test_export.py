"""`sousveil export`: what the files hold, where they go, and what is said if they cannot."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import msgspec
import networkx as nx
import pytest

from sousveil.errors import ConfigError
from sousveil.graph import Claim
from sousveil.graph.records import claim_id
from tests.cli.support import exit_code, run, snapshot


def counts(home: Path) -> dict[str, int]:
    found: dict[str, int] = json.loads(run(home, "info", "--format", "json").out)["counts"]
    return found


@pytest.mark.parametrize("to_file", [True, False])
def test_claims(shipped: Path, tmp_path: Path, to_file: bool) -> None:
    target = tmp_path / "claims.jsonl"
    ran = run(shipped, "export", "claims", *([target] if to_file else []))
    assert ran.code == 0, ran.err
    text = target.read_text("utf-8") if to_file else ran.out
    claims = [msgspec.json.decode(line, type=Claim) for line in text.splitlines()]
    # What was built is what is exported, and each id is the hash of what its claim says.
    assert len(claims) == len({c.id for c in claims}) == counts(shipped)["Claim"]
    assert [claim_id(c) for c in claims] == [c.id for c in claims]
    assert f"{len(claims)} claims" in ran.err
    assert (ran.out == "") == to_file


def test_claims_as_csv(shipped: Path, tmp_path: Path) -> None:
    target = tmp_path / "claims.csv"
    assert run(shipped, "export", "claims", target, "--format", "csv").code == 0
    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == counts(shipped)["Claim"]
    assert all(json.loads(row["values"]) is not None for row in rows)
    assert not [c for row in rows for c in row.values() if c.startswith(("=", "+", "-", "@"))]


def test_the_same_export_twice_gives_the_same_bytes(shipped: Path, tmp_path: Path) -> None:
    for number in ("one", "two"):
        folder = tmp_path / number
        folder.mkdir()
        for what, target, format_ in (
            ("claims", "c.jsonl", "jsonl"), ("claims", "c.csv", "csv"),
            *(("graph", format_, format_) for format_ in (
                "csv", "parquet", "graphml", "gexf", "cytoscape", "ftm", "bods")),
        ):
            ran = run(shipped, "export", what, folder / target, "--format", format_)
            assert ran.code == 0, ran.err
    assert snapshot(tmp_path / "one") == snapshot(tmp_path / "two")


def test_graphml(shipped: Path, tmp_path: Path) -> None:
    target = tmp_path / "graph.graphml"
    ran = run(shipped, "export", "graph", target, "--format", "graphml")
    assert ran.code == 0, ran.err
    graph = nx.read_graphml(target, force_multigraph=True)
    keys = [key for _, _, key in graph.edges(keys=True)]
    assert len(set(keys)) == len(keys)
    assert "axis-communications--owns--axis-shanghai" in keys
    assert graph.nodes["noldus"]["class"] == "Company"


def test_a_graph_can_be_exported_that_was_not_built(home: Path, kept: Path, tmp_path: Path) -> None:
    (home / "claims").mkdir(parents=True)
    for path in (kept / "claims").iterdir():
        (home / "claims" / path.name).write_bytes(path.read_bytes())
    assert run(home, "export", "graph", tmp_path / "csv").code == 0
    assert (tmp_path / "csv" / "nodes.csv").exists()
    assert not (home / "graph").exists()


@pytest.mark.parametrize(
    "args", [["claims"], ["graph", "target"], ["graph", "target", "--format", "graphml"]])
def test_there_is_nothing_to_export(home: Path, args: list[str], tmp_path: Path) -> None:
    ran = run(home, "export", *(str(tmp_path / a) if a == "target" else a for a in args))
    assert ran.code == exit_code(ConfigError)
    assert "no claims have been loaded" in ran.err
    assert "next: run `sousveil load --shipped`" in ran.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "args",
    [["claims", "no/claims.jsonl"], ["graph", "file/x"], ["graph", "no/g", "--format", "graphml"],
     ["graph", "file"], ["graph", "no/g", "--format", "ftm"],
     ["graph", "folder", "--format", "bods"], ["graph", "file", "--format", "parquet"]],
)
def test_places_that_cannot_be_written(kept: Path, tmp_path: Path, args: list[str]) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    verb, target, *options = args
    ran = run(kept, "export", verb, tmp_path / target, *options)
    assert ran.code == exit_code(ConfigError)
    assert f"{tmp_path / target}: cannot write: " in ran.err
    assert "next: make room, or name another place" in ran.err
    assert (tmp_path / "file").read_text() == "mine"
    assert {p.name for p in tmp_path.iterdir()} == {"file", "folder"}


@pytest.mark.parametrize("format_", ["csv", "parquet", "cytoscape", "ftm", "bods"])
def test_an_export_that_fails_leaves_what_was_there(
    kept: Path, tmp_path: Path, format_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(kept, "export", "graph", tmp_path / "x", "--format", format_).code == 0
    before = snapshot(tmp_path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    ran = run(kept, "export", "graph", tmp_path / "x", "--format", format_)
    assert ran.code == exit_code(ConfigError)
    assert "x: cannot write: No space left on device" in ran.err
    assert snapshot(tmp_path) == before


def test_formats_that_there_are_not(kept: Path, tmp_path: Path) -> None:
    for args in (["claims", "--format", "xml"], ["graph", tmp_path / "x", "--format", "dot"]):
        ran = run(kept, "export", *args)
        assert ran.code == 2
        assert "--format" in ran.err
