"""The benchmark's own parts on a tiny world: that they run, and that both sides agree."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from benchmarks import run
from benchmarks.worlds import world
from sousveil.graph import ClaimStore, SourceInfo, assemble, connect
from sousveil.graph.interop import to_networkx
from sousveil.queries import get


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("world")
    ClaimStore(found / "claims").replace(SourceInfo(key="world", loader="x"), world(2500))
    return found


@pytest.fixture(scope="module")
def sides(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    return run.store_side(folder), run.networkx_side(folder)


def test_worlds_are_the_same_every_time() -> None:
    first, again, other = (
        [c.id for c in islice(world(1500, seed=seed), 2000)] for seed in (3, 3, 4)
    )
    assert first == again
    assert first != other


def test_a_world_stands_and_has_its_size(folder: Path) -> None:
    counts = assemble(ClaimStore(folder / "claims").read_all()).counts()
    nodes = sum(counts[c] for c in ("Company", "PublicBody", "Product", "Transaction", "Source"))
    assert 2000 < nodes < 3000
    assert counts["OWNS"] > 100


def test_both_sides_find_the_same_paths(
    folder: Path, sides: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    ours, theirs = sides
    assert ours["paths"] == theirs["paths"] > 10
    with connect(str(folder / "graph")) as store:
        rows = get("paths-from-place").run(
            store, place="EU", kind=run.KIND, max_transactions=1
        ).dicts()
    reading = run._Reading(to_networkx(assemble(ClaimStore(folder / "claims").read_all())))
    assert Counter(
        (r["origin"], tuple(r["ownership"]), r["role"], *r["transactions"], r["end_user"])
        for r in rows
    ) == Counter(p for origin in reading.seats for p in reading.paths(origin))
    assert ours["disk"] > ours["elements"] > 2500
    assert all(ours[name] > 0 for name in ("assemble", "write", "all", "one", "search"))


def test_the_page_gives_ratios_and_keeps_other_sizes(
    sides: tuple[dict[str, Any], dict[str, Any]], tmp_path: Path
) -> None:
    ours, theirs = ({**side, "memory": 100.4} for side in sides)
    ours["all"], theirs["all"] = 2.0, 3.0
    page = tmp_path / "results.md"
    assert run._rows(page) == {}
    for nodes in (10_000, 2500, 10_000):
        page.write_text(run._page({**run._rows(page), nodes: run._row(nodes, ours, theirs)}))
    assert list(run._rows(page)) == [2500, 10_000]
    cells = [cell.strip() for cell in run._rows(page)[2500].strip("|").split("|")]
    assert cells[2] == str(ours["paths"])
    assert cells[3] == "1.5"
    assert "100 MiB" in cells
    assert "--nodes 2500 10000`" in page.read_text()
    page.write_text(page.read_text().replace("one parent", "something else"))
    assert run._rows(page) == {}


def test_sides_that_differ_stop_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def answer(command: list[str], **_: Any) -> Any:
        paths = 3 if "store" in command else 4

        class Done:
            stdout = f'{{"paths": {paths}}}\n'

        return Done

    monkeypatch.setattr(run.subprocess, "run", answer)
    made: list[int] = []
    monkeypatch.setattr(run, "world", lambda n: made.append(n) or islice(world(n), 10))
    for _ in range(2):
        with pytest.raises(SystemExit, match="3 paths here, 4 there"):
            run._measured(1500, tmp_path)
    # The claims are kept, and only they.
    assert made == [1500]
    assert [p.name for p in tmp_path.iterdir()] == ["claims-1500"]
