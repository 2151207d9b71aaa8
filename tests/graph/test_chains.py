"""Chains against brute force: every order of every choice of links is tried."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sousveil.graph.chains import Chain, Link, Sale, chains, supply_chains
from sousveil.ontology.dates import FIRST, LAST

NODES = ("a", "b", "c", "d", "e")
DAYS = (FIRST, "2010-01-01", "2015-06-30", "2015-07-01", "2020-12-31", LAST)

spans = st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)).map(lambda p: (min(p), max(p)))
# Two of three links always hold, so that long chains are common.
validity = st.one_of(st.just((FIRST, LAST)), st.just((FIRST, LAST)), spans)


@st.composite
def graphs(draw: Any) -> dict[str, list[Link]]:
    """Links between a few nodes: cycles, parallel ones, links from a node to itself."""
    found: dict[str, list[Link]] = {}
    ends = st.tuples(st.sampled_from(NODES), st.sampled_from(NODES), validity)
    for number, (start, end, span) in enumerate(draw(st.lists(ends, max_size=12))):
        found.setdefault(start, []).append(Link(f"{start}{end}{number}", end, *span))
    return found


def every_chain(start: str, links: Mapping[str, Sequence[Link]], depth: int) -> Iterator[Chain]:
    """All rows of distinct nodes from the start, with every choice of links between them."""
    others = [n for n in NODES if n != start]
    for length in range(depth + 1):
        for rest in permutations(others, length):
            nodes = (start, *rest)
            steps = [
                [k for k in links.get(one, ()) if k.end == other]
                for one, other in zip(nodes, nodes[1:], strict=False)
            ]
            for chosen in product(*steps):
                first = max((k.valid_from for k in chosen), default=FIRST)
                last = min((k.valid_to for k in chosen), default=LAST)
                if first <= last:
                    yield Chain(nodes, tuple(k.edge for k in chosen), first, last)


@settings(max_examples=400, deadline=None)
@given(graphs(), st.integers(0, 6))
def test_chains(links: dict[str, list[Link]], depth: int) -> None:
    found = list(chains(NODES, links, depth))
    expected = [c for n in NODES for c in every_chain(n, links, min(depth, len(NODES) - 1))]
    assert Counter(found) == Counter(expected)
    assert len(set(found)) == len(found)


@settings(max_examples=50, deadline=None)
@given(graphs())
def test_the_same_order_every_time(links: dict[str, list[Link]]) -> None:
    found = list(chains(NODES, links, 6))
    assert found == list(chains(NODES, {k: list(links[k]) for k in reversed(links)}, 6))
    starts = [c.nodes[0] for c in found]
    assert starts == sorted(starts)


def test_links_that_never_held_together_are_no_chain() -> None:
    links = {
        "a": [Link("ab", "b", FIRST, "2015-06-30")],
        "b": [Link("bc", "c", "2015-07-01", LAST)],
    }
    assert [c.edges for c in chains(["a"], links, 6)] == [(), ("ab",)]


# Supply ------------------------------------------------------------------------------------

LINES = {
    "line": {"line"}, "other": {"other"}, "model": {"model", "line"},
    "second": {"second", "line"}, "variant": {"variant", "model", "line"},
    "both": {"both", "line", "other"},
}
PARTIES = ("m", "r", "s", "b")


def above(item: str) -> frozenset[str]:
    return frozenset(LINES[item])


def some(of: Sequence[str], most: int = 2) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(of), max_size=most)


sale_parts = st.tuples(
    st.one_of(st.just((FIRST, LAST)), spans), some(PARTIES, 2), some(PARTIES, 2),
    some(sorted(LINES), 2), some(("m", "n"), 2),
)


def sales_of(parts: Sequence[Any]) -> list[Sale]:
    return [Sale(f"t{n}", *span, *rest) for n, (span, *rest) in enumerate(parts)]


def carried(row: Sequence[Sale]) -> tuple[set[str], set[str]]:
    """The products that every sale names, by itself or by a line of it; the makers of all."""
    products = {
        p for sale in row for p in sale.products
        if all(LINES[p] & other.products for other in row)
    }
    return products, set.intersection(*(set(s.makers) for s in row))


def can_follow(row: Sequence[Sale]) -> bool:
    """Whether the sales may have taken place in this order, on some days of their own."""
    day = FIRST
    for sale in row:
        day = max(day, sale.date_from)
        if day > sale.date_to:
            return False
    return True


def is_supply(row: Sequence[Sale]) -> bool:
    return all(
        (before.recipients - before.sellers) & after.sellers
        for before, after in zip(row, row[1:], strict=False)
    ) and can_follow(row) and all(
        any(carried(row[:length])) for length in range(2, len(row) + 1)
    )


@settings(max_examples=400, deadline=None)
@given(st.lists(sale_parts, max_size=6), st.integers(0, 3))
def test_supply_chains(parts: list[Any], depth: int) -> None:
    sales = sales_of(parts)
    expected = [
        (tuple(s.id for s in row), *(carried(row)))
        for length in range(1, depth + 2) for row in permutations(sales, length)
        if len(row) == 1 or is_supply(row)
    ]
    found = [
        (run.sales, set(run.products), set(run.makers))
        for run in supply_chains(sales, above, depth)
    ]
    assert sorted(map(repr_of, found)) == sorted(map(repr_of, expected))


def repr_of(run: tuple[tuple[str, ...], set[str], set[str]]) -> str:
    return repr((run[0], sorted(run[1]), sorted(run[2])))


def ids(sales: Sequence[Sale], depth: int = 2) -> set[tuple[str, ...]]:
    return {run.sales for run in supply_chains(sales, above, depth) if len(run.sales) > 1}


def sale(
    id_: str, seller: str, recipient: str, *goods: str, makers: Sequence[str] = (),
    span: tuple[str, str] = (FIRST, LAST),
) -> Sale:
    return Sale(id_, *span, frozenset([seller]), frozenset([recipient]), frozenset(goods),
                frozenset(makers))


def test_who_sold_to_itself_passed_nothing_on() -> None:
    first = sale("t1", "r", "r", "model")
    assert ids([first, sale("t2", "r", "b", "model")]) == set()


@pytest.mark.parametrize(("first", "second", "joined"), [
    (["model"], ["model"], True),
    (["model"], ["line"], True),
    (["line"], ["variant"], True),
    (["model"], ["second"], False),
    (["other"], ["line"], False),
    (["model"], [], False),
    ([], [], False),
])
def test_a_shared_reseller_joins_only_the_same_goods(
    first: list[str], second: list[str], joined: bool
) -> None:
    sales = [sale("t1", "m", "r", *first), sale("t2", "r", "b", *second)]
    assert ids(sales) == ({("t1", "t2")} if joined else set())


def test_the_same_maker_joins_all_along_or_not_at_all() -> None:
    one, two = sale("t1", "m", "r", makers=["m"]), sale("t2", "r", "s", makers=["m", "n"])
    assert ids([one, two, sale("t3", "s", "b", makers=["m"])]) == {
        ("t1", "t2"), ("t2", "t3"), ("t1", "t2", "t3")
    }
    assert ids([one, two, sale("t3", "s", "b", makers=["n"])]) == {("t1", "t2"), ("t2", "t3")}


def test_two_models_are_not_joined_by_a_sale_of_their_line() -> None:
    sales = [
        sale("t1", "m", "r", "model"), sale("t2", "r", "s", "line"), sale("t3", "s", "b", "second")
    ]
    assert ids(sales) == {("t1", "t2"), ("t2", "t3")}


def test_nothing_travels_back_in_time_through_a_sale_without_date() -> None:
    sales = [
        sale("t1", "m", "r", "line", span=("2018-01-01", "2018-12-31")),
        sale("t2", "r", "s", "line"),
        sale("t3", "s", "b", "line", span=("2010-01-01", "2010-12-31")),
    ]
    assert ids(sales) == {("t1", "t2"), ("t2", "t3")}


def test_goods_that_come_back_are_followed_once() -> None:
    assert ids([sale("t1", "m", "r", "line"), sale("t2", "r", "m", "line")]) == {
        ("t1", "t2"), ("t2", "t1")
    }
