"""Accepted hits of the watch list: what a person has confirmed that a notice documents.

The hits come from `sousveil review --export`. They refer to the notices in which they stand, which
are loaded with them or before them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from sousveil.graph import Claim
from sousveil.loaders.files import json_lines, members
from sousveil.loaders.making import Cited, country, make_id, name_values
from sousveil.loaders.record import Loader, Record
from sousveil.loaders.screen import Hit, Watchlist

__all__ = ["loader"]

_MENTIONS = ("recommended-brand", "compatible-brand", "requested-product")


def sniff(head: bytes, name: str) -> bool:
    """Lines of hits, each with its id first."""
    return head.lstrip(b"\xef\xbb\xbf \r\n").startswith(b'{"id":"hit-')


def read(path: Path) -> Iterator[Record]:
    """The hits of a file, one on each line."""
    for _, stream in members(path):
        for line, value in json_lines(path, stream):
            yield Record(path, line, "hit", {"hit": value if isinstance(value, dict) else {}})


def claims(record: Record) -> Iterator[Claim]:
    """The claims of an accepted hit."""
    value = record.child("hit")._fields
    try:
        hit = msgspec.convert(value, Hit)
    except msgspec.ValidationError as error:
        raise record.error(f"not a hit: {error}", "write it with `sousveil review --export`") \
            from error
    record.ignore_all()
    company = Watchlist.shipped().companies.get(hit.company)
    if company is None:
        raise record.error(
            f"the watch list has no company {hit.company!r}", "screen the notice again"
        )
    if not hit.source:
        record.omit("hit in a text that is no notice, which says nothing of a procurement")
        return
    if hit.documented == "party":
        record.omit("name of a party, which the notice itself gives; see `sousveil merge`")
        return
    if hit.documented == "mention" or (hit.documented == "award-item" and not hit.transaction):
        record.omit("mention that says neither what was bought nor what was asked for")
        return
    cited = Cited(source=hit.source, locator=f"line {hit.line} of the notice")
    note = f"the notice prints {hit.text!r}; accepted in review as {company.name}"
    for claim in _claims(hit, cited):
        yield msgspec.structs.replace(claim, note=note)


def _claims(hit: Hit, cited: Cited) -> Iterator[Claim]:
    company = Watchlist.shipped().companies[hit.company]
    yield cited.node("Company", company.id, name=company.name, name_zh=company.name_zh)
    if place := country(company.country):
        yield cited.because("the watch list gives the country of the company").edge(
            "LOCATED_IN", company.id, place)
    if hit.documented == "award-item":
        yield cited.edge("MANUFACTURER", hit.transaction, company.id)
        name = hit.goods if len(hit.goods) > len(hit.text) else f"{company.name} {hit.text}"
        product = make_id("zh-product", _key(name))
        yield cited.node("Product", product, **name_values(name))
        yield cited.edge("INCLUDES", hit.transaction, product, quantity=hit.quantity)
        yield cited.edge("MAKES", company.id, product)
        return
    transaction = make_id(hit.source, f"mention-{company.id}")
    yield cited.node(
        "Transaction", transaction, title=hit.title, kind="brand-mention", date=hit.date
    )
    yield cited.edge("MENTIONS", transaction, company.id, **{"as": hit.documented})
    for id_, _ in hit.buyers:
        yield cited.edge("BUYER", transaction, id_)


def _key(name: str) -> str:
    import unicodedata

    return unicodedata.normalize("NFKC", name).lower()


loader = Loader(
    name="screened", title="Accepted hits of the watch list", sniff=sniff, read=read,
    claims=claims,
)
