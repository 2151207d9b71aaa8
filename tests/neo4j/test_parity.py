"""Both engines give the same answers, row for row, after the query's own ordering."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sousveil.graph import Assembly, Store
from sousveil.queries import Question, catalogue, find_paths, get
from tests.contract import counted, given
from tests.queries.test_catalogue import GOLDEN, comparable, golden


@pytest.fixture(scope="module")
def server(holding: Callable[[Assembly], Store], shipped: Assembly) -> Store:
    return holding(shipped)


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_every_canned_query_agrees(name: str, server: Store, shipped_store: Store) -> None:
    query = get(name)
    here, there = query.run(shipped_store, **given(query)), query.run(server, **given(query))
    assert here.rows == there.rows
    assert here.dataset == there.dataset


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda p: p.stem)
def test_golden_rows_hold_on_the_server(path: Path, server: Store) -> None:
    for case in json.loads(path.read_text("utf-8")):
        table = get(path.stem).run(server, **case["parameters"])
        assert comparable(golden(table)) == comparable(case["rows"]), case["parameters"]


@pytest.mark.parametrize("question", [
    Question(from_="EU", to="public-security-bureau"),
    Question(from_="Idemia", to="CN:public-security-bureau"),
    Question(from_="NL", to="CN:university", include_inferred=True),
    Question(from_="SE", to="上海市公安局"),
    Question(from_="CN", to="CN:public-security-organ"),
    Question(from_="EU", to="CN:police-academy", max_rollup=4),
    Question(from_="EU", to="public-security-bureau", as_of="2010-06-01", product="axis-q1604"),
    Question(from_="Canon", to="public-security-bureau", programme="Skynet", contested=True),
], ids=lambda q: f"{q.from_}-{q.to}")
def test_paths_agree(question: Question, server: Store, shipped_store: Store) -> None:
    assert find_paths(server, question) == find_paths(shipped_store, question)


@pytest.mark.parametrize("text", [
    "Axis Communications", "axis", "安讯士", "公安", "上海市公安局黄浦分局", "noldos", "noldus",
    "Morpho Security", "Bingtuan", "OT-Morpho", "lingchuan-2015", "思创数码", "nothing like it",
    'AND OR "NEAR*" ~ ^2 (', "\\", "", "鿿",
])
def test_search_finds_the_same_first(text: str, server: Store, shipped_store: Store) -> None:
    here, there = shipped_store.search(text, 5), server.search(text, 5)
    assert [h.id for h in there][:1] == [h.id for h in here][:1]
    assert [h.score for h in there][:1] == [h.score for h in here][:1]


def test_pinyin_is_found_on_the_server(server: Store) -> None:
    assert "axis-communications" in [h.id for h in server.search("anxunshi", 5)]


def test_the_same_counts(server: Store, shipped_store: Store) -> None:
    assert counted(server) == counted(shipped_store) == server.info.counts
