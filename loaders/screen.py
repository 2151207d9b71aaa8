"""The watch list: which words of a notice name a company or product, and what that documents.

A word is a hit only where it stands by itself, none of the phrases that must not match covers it,
and what the list demands around it is there. What a hit documents depends on where it stands: the
goods of an award, or a text that merely names a brand.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from sousveil.errors import ConfigError, SourceError
from sousveil.loaders.files import RECORD, members
from sousveil.loaders.making import clean
from sousveil.loaders.record import Record
from sousveil.loaders.zh_notice import AWARDING, Award, Item, Notice, parse
from sousveil.loaders.zh_procurement import loader as notices
from sousveil.loaders.zh_procurement import outcome
from sousveil.loaders.zh_text import Line, Table, blocks, decoded, headline

__all__ = ["Company", "Hit", "Term", "Watchlist", "fold", "screen", "screen_notice", "screen_text"]

_NEAR = 40
"""Characters to each side in which a word that a term needs may stand."""
_CLOSE = 20
"""Characters to each side in which a word that rules a term out may stand."""


class Company(NamedTuple):
    """A company of the watch list."""

    id: str
    name: str
    name_zh: str
    country: str
    source: str


class Term(NamedTuple):
    """A word or pattern of the watch list."""

    company: str
    product: str
    kind: str
    """`company`, `brand`, `line` or `model`."""
    text: str
    pattern: re.Pattern[str]
    needs: tuple[str, ...]
    not_: tuple[re.Pattern[str], ...]
    not_near: tuple[str, ...]
    source: str


class Match(NamedTuple):
    """A place of a line at which a term stands."""

    start: int
    end: int
    term: Term


class Hit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One company named in one place, and what that place documents."""

    id: str
    company: str
    text: str
    """The word as it stands there."""
    term: str
    """The kind of the term: company, brand, line or model."""
    documented: str
    """`award-item`: a row of goods of an award; `party`: a party of it bears the name;
    `recommended-brand`, `compatible-brand` or `requested-product`: a tender names it;
    `mention`: any other place."""
    file: str
    record: int
    line: int
    """Line of the text, counted from 1; a row of a table is a line, its cells joined by ` | `."""
    start: int
    end: int
    title: str = ""
    source: str = ""
    """Id of the notice; empty for a text that is no notice."""
    transaction: str = ""
    """Id of the award that the goods belong to."""
    date: str = ""
    product: str = ""
    """Id of the product of the watch list that is named, if one is."""
    goods: str = ""
    """Brand and model as the row of goods prints them."""
    quantity: str = ""
    sellers: tuple[str, ...] = ()
    buyers: tuple[tuple[str, str], ...] = ()
    """Ids and names."""


_FOLD = {ord("　"): " "} | {c: chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)}
_DASH = str.maketrans("‐‑‒–—―−", "-------")


def fold(text: str) -> str:
    """The text with letters of full width made narrow, character by character."""
    return text.translate(_FOLD).translate(_DASH)


class Watchlist:
    """The companies and the terms by which they are recognised."""

    def __init__(self, companies: Iterable[Company], terms: Iterable[Term]) -> None:
        self.companies = {company.id: company for company in companies}
        self.terms = tuple(terms)

    @classmethod
    def shipped(cls) -> Watchlist:
        """The list that comes with Sousveil."""
        return _shipped()

    @classmethod
    def read(cls, folder: Path) -> Watchlist:
        """The list in a folder: `companies.csv` and `terms.csv`."""
        companies = [
            Company(r["id"], r["name"], r["name_zh"], r["country"], r["source"])
            for r in _rows(folder / "companies.csv", Company._fields)
        ]
        known = {c.id for c in companies}
        columns = ("company", "product", "kind", "text", "case", "needs", "not", "not_near",
                   "source")
        terms = []
        for number, row in enumerate(_rows(folder / "terms.csv", columns), 2):
            if row["company"] not in known or row["kind"] not in _KINDS or not row["text"]:
                raise ConfigError(
                    f"{folder / 'terms.csv'}:{number}: the company must stand in companies.csv, "
                    f"the kind be one of {', '.join(_KINDS)}, and the text not be empty",
                    "correct the row",
                )
            terms.append(_term(row))
        return cls(companies, terms)

    def matches(self, line: str, around: str = "") -> list[Match]:
        """Where the companies are named in a line; for each place the longest term.

        `around` is what else belongs to the line, such as the title of its document.
        """
        text = fold(line)
        found = [
            Match(m.start(), m.end(), term)
            for term in self.terms for m in term.pattern.finditer(text)
            if m.end() > m.start()
        ]
        found = [m for m in found if not _ruled_out(text, m)]
        sure: list[Match] = []
        waiting = found
        while True:  # A brand may need a model and a model its brand: what is sure helps others.
            more = [m for m in waiting if _has_needs(text, m, sure, found, around)]
            if not more:
                break
            sure += more
            waiting = [m for m in waiting if m not in more]
        order = {id(term): at for at, term in enumerate(self.terms)}
        sure.sort(key=lambda m: (m.start, -m.end, order[id(m.term)]))
        kept: list[Match] = []
        for match in sure:
            if not any(k.start <= match.start and match.end <= k.end
                       and k.term.company == match.term.company for k in kept):
                kept.append(match)
        return kept


_KINDS = ("company", "brand", "line", "model")


@cache
def _shipped() -> Watchlist:
    return Watchlist.read(Path(str(files("sousveil.datasets"))) / "watchlist")


def _rows(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"{path}: cannot read: {error}", "see the page on screening") from error
    for number, row in enumerate(rows, 2):
        if set(row) != set(columns) or None in row.values():
            raise ConfigError(
                f"{path}:{number}: the columns must be {', '.join(columns)}", "correct the file"
            )
    return rows


def _term(row: dict[str, str]) -> Term:
    body = row["text"] if row["kind"] == "model" else _literal(row["text"])
    flags = re.I if row["case"] == "any" else 0
    try:
        pattern = re.compile(rf"{_start(row)}(?:{body}){_end(row)}", flags)
    except re.error as error:
        raise ConfigError(f"terms.csv: {row['text']!r} is no pattern: {error}", "correct it") \
            from error
    return Term(
        row["company"], row["product"], row["kind"], row["text"], pattern, _list(row["needs"]),
        tuple(re.compile(_literal(text), re.I) for text in _list(row["not"])),
        _list(row["not_near"]), row["source"],
    )


def _literal(text: str) -> str:
    return r"\s?".join(re.escape(part) for part in text.split())


def _start(row: dict[str, str]) -> str:
    """A Latin word begins where no letter, digit or joining sign stands before it."""
    return r"(?<![A-Za-z0-9_+#@-])(?<!www\.)" if row["text"][0].isascii() else ""


def _end(row: dict[str, str]) -> str:
    return r"(?![A-Za-z0-9_+#])(?!\.(?:com|cn|net|org))" if row["text"][-1].isascii() else ""


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _ruled_out(text: str, match: Match) -> bool:
    low = max(0, match.start - _CLOSE)
    near = text[low : match.end + _CLOSE].lower()
    if any(word.lower() in near for word in match.term.not_near):
        return True
    return any(
        m.start() <= match.start and match.end <= m.end()
        for pattern in match.term.not_ for m in pattern.finditer(text, low, match.end + _CLOSE)
    )


def _has_needs(
    text: str, match: Match, sure: Sequence[Match], found: Sequence[Match], around: str
) -> bool:
    if not match.term.needs:
        return True
    near = (text[max(0, match.start - _NEAR) : match.end + _NEAR] + "\n" + fold(around)).lower()
    for need in match.term.needs:
        if need == "@brand":
            if any(_beside(match, m) and m.term.kind in ("company", "brand") for m in sure):
                return True
        elif need == "@model":
            # A model right after its brand: a number elsewhere in the line is anybody's.
            models = [m for m in found if m.term.kind == "model" and _beside(match, m)]
            if any(0 <= m.start - match.end <= 3 or m in sure for m in models):
                return True
        elif need.lower() in near:
            return True
    return False


def _beside(one: Match, other: Match) -> bool:
    return (one.term.company == other.term.company and one is not other
            and other.start - _NEAR <= one.end and one.start <= other.end + _NEAR)


# Documents --------------------------------------------------------------------------------------


def screen(path: Path, watchlist: Watchlist) -> Iterator[Hit]:
    """The hits in a file: notices as such, anything else as lines of text."""
    for name, stream in members(path):
        head = stream.peek(1 << 16)[: 1 << 16] if hasattr(stream, "peek") else b""
        if notices.sniff(head, name):
            for record in notices.read(path):
                yield from screen_notice(record, watchlist)
            return
        data = stream.read(RECORD + 1)
        text = decoded(data) if len(data) <= RECORD else None
        if text is None or "\x00" in text[:1000]:
            raise SourceError(
                "neither a notice nor text", path,
                hint="screening reads pages, saved notices and texts: save the document as text",
            )
        yield from screen_text(text, headline(text), path.name, watchlist)


def screen_text(text: str, title: str, file: str, watchlist: Watchlist) -> Iterator[Hit]:
    """The hits in a text that is no notice: a tender specification, a list of goods."""
    notice = parse(text, title)
    for number, line, _ in _lines(blocks(text)):
        for match in _one_each(watchlist.matches(line, title)):
            yield _hit(match, line, number, file, 1, documented=_how(line, match, notice.kind),
                       title=clean(title)[:200])


def screen_notice(record: Record, watchlist: Watchlist) -> Iterator[Hit]:
    """The hits in a notice, each with what its place documents."""
    found = outcome(record)
    notice, file = found.notice, record.path.name
    awards = dict(zip(map(id, notice.awards), found.transactions, strict=False))
    for number, line, cells in _lines(blocks(found.content)):
        found_here = watchlist.matches(line, "" if cells else notice.title)
        if cells:
            found_here += _whole_cells(watchlist, line, notice.title)
        for match in _one_each(found_here):
            goods = _goods(notice, number, match, line) if notice.kind in AWARDING else None
            values: dict[str, Any] = {}
            documented = _how(line, match, notice.kind)
            if goods is not None:
                award, item = goods
                documented = "award-item"
                named = watchlist.matches(f"{item.brand} {item.model}", item.name)
                product = next((m.term.product for m in named if m.term.product
                                and m.term.company == match.term.company), "")
                match = match._replace(term=match.term._replace(
                    product=product or match.term.product))
                values = {
                    "transaction": awards.get(id(award), ""),
                    "goods": f"{item.brand} {item.model}".strip(),
                    "quantity": item.quantity, "sellers": tuple(award.sellers),
                }
            elif match.term.kind == "company" and _is_party(notice, line, match):
                documented = "party"
            yield _hit(
                match, line, number, file, record.line, documented=documented,
                title=found.title, source=found.source, date=found.date, buyers=found.buyers,
                **values,
            )


def _whole_cells(watchlist: Watchlist, line: str, title: str) -> Iterator[Match]:
    """Matches that fill a cell: for those the title of the notice may be the context."""
    start = 0
    for cell in line.split(" | "):
        for match in watchlist.matches(cell, f"{title} {line}"):
            other = any(word.lower() in fold(line).lower() for word in match.term.not_near)
            if (match.start, match.end) == (0, len(cell)) and not other:
                yield Match(start, start + len(cell), match.term)
        start += len(cell) + 3


def _one_each(found: Sequence[Match]) -> list[Match]:
    """One match for each company of a line: the first, with the first product that is named."""
    kept: dict[str, Match] = {}
    for match in found:
        first = kept.setdefault(match.term.company, match)
        if match.term.product and not first.term.product:
            kept[match.term.company] = first._replace(
                term=first.term._replace(product=match.term.product))
    return list(kept.values())


def _lines(found: Sequence[Line | Table]) -> Iterator[tuple[int, str, bool]]:
    for block in found:
        if isinstance(block, Line):
            yield block.number, block.text, False
            continue
        for number, row in zip(block.numbers, block.rows, strict=True):
            cells = [c for at, c in enumerate(row) if at == 0 or c != row[at - 1]]
            yield number, " | ".join(" ".join(c.split()) for c in cells), True


def _goods(
    notice: Notice, number: int, match: Match, line: str
) -> tuple[Award, Item] | None:
    """The item of an award in whose brand, model or maker the word stands."""
    for award in notice.awards:
        for item in award.items:
            last = max(item.line, item.last)
            if item.line <= number <= last:
                word = fold(line)[match.start : match.end].lower()
                told = fold(f"{item.brand} {item.model} {item.maker}").lower()
                if word in told:
                    return award, item
    return None


def _is_party(notice: Notice, line: str, match: Match) -> bool:
    word = fold(line)[match.start : match.end].lower()
    parties = [*notice.buyers, *notice.agents, *notice.end_users, *notice.bidders,
               *(s for a in notice.awards for s in a.sellers)]
    return any(word in fold(p).lower() and fold(p).replace(" ", "") in fold(line).replace(" ", "")
               for p in parties)


_COMPATIBLE = re.compile("兼容|对接|接入|兼顾|互联互通|支持.{0,12}协议|无缝|联网")
_RECOMMENDED = re.compile("参考|推荐|建议|同档次|同等|相当于|不低于|优于|类似|或以上|可选|备选")


def _how(line: str, match: Match, kind: str) -> str:
    if kind in AWARDING:
        return "mention"
    near = line[max(0, match.start - _NEAR) : match.end + _NEAR]
    if _COMPATIBLE.search(near):
        return "compatible-brand"
    if _RECOMMENDED.search(near):
        return "recommended-brand"
    return "requested-product" if kind in ("tender", "single-source", "intention") else "mention"


def _hit(match: Match, line: str, number: int, file: str, record: int, **values: Any) -> Hit:
    where = values.get("source") or f"{file} {record}"
    digest = hashlib.blake2b(
        f"{where}\n{number}\n{match.start}\n{match.end}\n{match.term.company}\n"
        f"{line[match.start : match.end]}".encode("utf-8", "replace"), digest_size=8,
    ).hexdigest()
    return Hit(
        id=f"hit-{digest}", company=match.term.company, text=line[match.start : match.end],
        term=match.term.kind, product=match.term.product, file=file, record=record, line=number,
        start=match.start, end=match.end, **values,
    )

