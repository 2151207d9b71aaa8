"""Materialised chains: every simple chain of ownership, part-of, place and supply, up to a depth.

A canned query then needs no variable-length pattern: the same Cypher text means the same on
every engine, "as of" is a plain comparison, and it is fast (DESIGN section 7).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sousveil.ontology.dates import FIRST, LAST

__all__ = ["Chain", "Link", "Sale", "Supply", "chains", "supply_chains"]


class Link(NamedTuple):
    """One edge as a chain sees it."""

    edge: str
    end: str
    valid_from: str
    valid_to: str


class Chain(NamedTuple):
    """A simple chain: no node occurs twice. Depth 0 is the node itself."""

    nodes: tuple[str, ...]
    edges: tuple[str, ...]
    valid_from: str
    valid_to: str


def chains(
    starts: Iterable[str], links: Mapping[str, Sequence[Link]], depth: int
) -> Iterator[Chain]:
    """Every simple chain from every start, its validity being the time that all links share.

    A chain whose links never held at the same time is no chain. Order: by start, then depth
    first in the order of `links`, so that the same input gives the same output.
    """
    for start in starts:
        yield Chain((start,), (), FIRST, LAST)
        if start in links and depth > 0:
            yield from _from(Chain((start,), (), FIRST, LAST), links, depth)


def _from(chain: Chain, links: Mapping[str, Sequence[Link]], left: int) -> Iterator[Chain]:
    for link in links.get(chain.nodes[-1], ()):
        if link.end in chain.nodes:
            continue
        first = max(chain.valid_from, link.valid_from)
        last = min(chain.valid_to, link.valid_to)
        if first > last:
            continue
        longer = Chain((*chain.nodes, link.end), (*chain.edges, link.edge), first, last)
        yield longer
        if left > 1:
            yield from _from(longer, links, left - 1)


class Sale(NamedTuple):
    """A transaction that can carry goods, as a supply chain sees it."""

    id: str
    date_from: str
    date_to: str
    sellers: frozenset[str]
    recipients: frozenset[str]
    products: frozenset[str]
    makers: frozenset[str]


class Supply(NamedTuple):
    """Sales along which the same goods can have travelled, in order."""

    sales: tuple[str, ...]
    products: frozenset[str]
    """What went on: each is named in every sale, by itself or by a line above it."""
    makers: frozenset[str]
    """Whose goods are documented in every sale."""


def supply_chains(
    sales: Sequence[Sale], lines: Callable[[str], frozenset[str]], depth: int
) -> Iterator[Supply]:
    """Chains of 1 to `depth` + 1 transactions along which the same goods can have travelled.

    One sale leads to the next where a recipient of the first is a seller of the second alone, the
    sales can have taken place in this order, and one product or one maker's goods are
    documented in all of them. `lines` gives a product and the lines above it. Two sales that
    share only a reseller are never joined (DESIGN promise 3), nor are two models by a sale that
    names but their line.
    """
    by_seller: dict[str, list[Sale]] = {}
    for sale in sales:
        for seller in sorted(sale.sellers):
            by_seller.setdefault(seller, []).append(sale)
    for sale in sales:
        yield Supply((sale.id,), sale.products, sale.makers)
        yield from _onward((sale,), by_seller, lines, depth)


def _onward(
    chain: tuple[Sale, ...], by_seller: Mapping[str, Sequence[Sale]],
    lines: Callable[[str], frozenset[str]], left: int,
) -> Iterator[Supply]:
    if left == 0:
        return
    # Who is named on both sides of a sale has passed nothing on.
    received = chain[-1].recipients - chain[-1].sellers
    following = {s.id: s for r in received for s in by_seller.get(r, ())}
    for _, sale in sorted(following.items()):
        if sale in chain or any(sale.date_to < before.date_from for before in chain):
            continue
        longer = (*chain, sale)
        products = frozenset(
            p for s in longer for p in s.products
            if all(not lines(p).isdisjoint(other.products) for other in longer)
        )
        makers = frozenset.intersection(*(s.makers for s in longer))
        if not products and not makers:
            continue
        yield Supply(tuple(s.id for s in longer), products, makers)
        yield from _onward(longer, by_seller, lines, left - 1)
