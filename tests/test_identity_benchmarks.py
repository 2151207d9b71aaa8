"""The measurements of `docs/identity.md`: that the page shows them, and that they can fail."""

from __future__ import annotations

import pytest

from benchmarks import identity, names
from sousveil.graph.identity import MIN_SCORE, weigh


def test_the_page_shows_what_is_measured_now() -> None:
    text = names.PAGE.read_text("utf-8")
    assert names.page(text, None) == text, "run: python -m benchmarks.names"


def test_the_page_shows_the_name_benchmark() -> None:
    bench = names.bench_file()
    if bench is None:
        pytest.skip("the name benchmark is not here")
    text = names.PAGE.read_text("utf-8")
    assert names.page(text, bench) == text, "run: python -m benchmarks.names"
    found = names.figures(names.bench_pairs(bench))
    assert found.precision >= 0.98
    assert found.recall >= 0.6


def test_a_stale_page_is_noticed() -> None:
    text = names.PAGE.read_text("utf-8")
    stale = text.replace("| 70 |", "| 71 |", 1)
    assert stale != names.page(stale, None) == text


def test_precision_and_recall_are_counted() -> None:
    pairs = [
        names.Pair("Axis AB", "Axis Aktiebolag", True, ""),
        names.Pair("Axis AB", "Axis AB", False, ""),
        names.Pair("Axis AB", "Canon Inc.", True, ""),
        names.Pair("Axis AB", "Canon Inc.", False, ""),
    ]
    found = names.figures(pairs)
    assert (found.right, found.refused) == (1, 1)
    assert (found.wrong, found.missed) == ([pairs[1]], [pairs[2]])
    assert (found.precision, found.recall) == (0.5, 0.5)
    assert names.figures(pairs, 0).right == 2


def test_own_pairs_come_once_and_hold_in_either_order() -> None:
    pairs = names.own_pairs()
    assert len({frozenset((p.a, p.b)) for p in pairs}) == len(pairs) > 100
    assert all(names.score(p.a, p.b) == names.score(p.b, p.a) for p in pairs)
    found = names.figures(pairs)
    assert found.precision >= 0.95
    # What is never to be proposed: these are not near the border either.
    for p in pairs:
        if p.kind in ("branch", "subsidiary", "city", "level", "transliteration") and not p.same:
            assert names.score(p.a, p.b) < MIN_SCORE - 10, p


def test_made_up_worlds_are_the_same_every_time() -> None:
    assert identity.world(200, 60) == identity.world(200, 60)
    assert identity.world(200, 60) != identity.world(200, 60, seed=2)


def test_most_of_a_made_up_world_is_found() -> None:
    made = identity.world(3000, 600)
    ours, found = identity.measure(made)
    assert len(made.true) == 200
    assert ours["recall"] > 0.9
    assert ours["precision"] > 0.95
    assert ours["per true pair"] < 20
    assert found.compared < 3000 * 600 / 100
    by_id = {p.id: p for p in (*made.known, *made.new)}
    assert all(weigh(by_id[c.a], by_id[c.b]) == c for c in found.candidates)


def test_all_pairs_by_rapidfuzz() -> None:
    pytest.importorskip("numpy")
    made = identity.world(300, 90)
    theirs = identity.plain(made)
    assert theirs["compared"] > 300 * 90
    assert 0 < theirs["recall"] <= 1
    assert 0 < theirs["precision"] <= 1
