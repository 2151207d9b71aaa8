"""Statements that LadybugDB answers wrongly, known by their text.

A condition on a relation is kept for the first start only where another relation at one of its
ends is planned together with it; decision 11 tells what was found. What is planned together
stands between two of the words in `_APART`. Chains of variable length (`[r*1..3]`) are not touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from sousveil.graph.tokens import Token, is_name, is_word, keyword, refusal, tokenise

__all__ = ["check_conditions"]

_APART = frozenset({"WITH", "RETURN", "UNION", "UNWIND", "OPTIONAL", "CALL"})
_CLAUSES = _APART | {"MATCH", "WHERE"}
_OPENING = frozenset("([{")
_CLOSING = frozenset(")]}")

_AFTER_WITH = "write WITH * before this WHERE: MATCH … WITH * WHERE …"
_OUT_OF_BRACES = "write it after the pattern: MATCH … WITH * WHERE …"
_ONE_AT_A_TIME = (
    "match one relation at a time: MATCH, its WHERE, WITH *, then the next relation; a pattern "
    "within EXISTS or COUNT is matched outside, with WITH * before its WHERE"
)


class _Relation(NamedTuple):
    name: str
    ends: tuple[str, str]
    map: int
    """Where its properties are given in braces; -1 if they are not."""


class _Stretch:
    """The patterns and conditions that are planned together."""

    def __init__(self, *, plain: bool) -> None:
        self.plain = plain
        """Whether a WITH may stand in it and changes nothing."""
        self.relations: list[_Relation] = []
        self.conditions: list[Sequence[Token]] = []

    def lost(self) -> Iterator[tuple[int, str, str]]:
        """Where a condition may be lost, on which relation, and what to write instead."""
        for relation in self.relations:
            others = (r for r in self.relations if r is not relation)
            if not any(set(relation.ends) & set(r.ends) for r in others):
                continue
            if relation.map >= 0:
                yield relation.map, relation.name, self._hint(_OUT_OF_BRACES)
            for condition in self.conditions:
                for at in _uses(condition, relation.name):
                    yield at, relation.name, self._hint(_AFTER_WITH)

    def _hint(self, hint: str) -> str:
        return hint if self.plain else _ONE_AT_A_TIME


@lru_cache(maxsize=512)
def check_conditions(cypher: str) -> None:
    """Refuse a statement whose conditions LadybugDB may lose; raises QueryError, nothing else."""
    found: list[tuple[int, str, str]] = []
    _read(tokenise(cypher), found, plain=True)
    for at, name, hint in sorted(found):
        raise refusal(
            cypher, at, "the embedded store may lose this condition on "
            f"{name or 'a relation'}, as another relation is matched together with it", hint,
        )


def _read(tokens: Sequence[Token], found: list[tuple[int, str, str]], *, plain: bool) -> None:
    """Read the clauses of a statement, or of what stands in the braces of EXISTS."""
    stretch, at = _Stretch(plain=plain), 0
    while at < len(tokens):
        clause = keyword(tokens[at])
        end = _end(tokens, at + 1)
        body = _outside_braces(tokens[at + 1 : end], found)
        if clause in _APART:
            found += stretch.lost()
            stretch = _Stretch(plain=plain and clause != "OPTIONAL")
        elif clause == "MATCH":
            stretch.relations += _relations(body)
        elif clause == "WHERE":
            stretch.conditions.append(body)
        at = end
    found += stretch.lost()


def _end(tokens: Sequence[Token], at: int) -> int:
    """Where the next clause begins that stands in no bracket."""
    depth = 0
    while at < len(tokens):
        kind = tokens[at].kind
        depth += (kind in _OPENING) - (kind in _CLOSING)
        if depth == 0 and _begins(tokens, at):
            break
        at += 1
    return at


def _begins(tokens: Sequence[Token], at: int) -> bool:
    """Whether a clause begins here; `x STARTS WITH y` is none."""
    if tokens[at].kind != "word" or keyword(tokens[at]) not in _CLAUSES or is_name(tokens, at):
        return False
    compares = is_word(tokens[at], "WITH") and at > 1 and (
        is_word(tokens[at - 1], "STARTS") or is_word(tokens[at - 1], "ENDS")
    )
    # In `… AS starts WITH …` it is a name.
    return not compares or keyword(tokens[at - 2]) in ("AS", "BY", "DISTINCT", "WITH", ",", ".")


def _outside_braces(
    tokens: Sequence[Token], found: list[tuple[int, str, str]]
) -> Sequence[Token]:
    """The tokens without what stands in braces, which is read by itself; the braces stay."""
    kept: list[Token] = []
    within: list[Token] = []
    depth = 0
    for token in tokens:
        depth -= token.kind == "}"
        if depth > 0:
            within.append(token)
        else:
            kept.append(token)
            _read(within, found, plain=False)
            within = []
        depth += token.kind == "{"
    return kept


def _relations(pattern: Sequence[Token]) -> Iterator[_Relation]:
    """The relations of the paths of a pattern, each with the nodes at its ends."""
    before, name, braces, at = "", "", -1, 0
    while at < len(pattern):
        token = pattern[at]
        end = _closed(pattern, at)
        inner = pattern[at + 1 : end]
        if token.kind == "(" and not (inner and inner[0].kind == "("):
            node = _named(inner).casefold() or f"\n{token.at}"
            if before:
                yield _Relation(name, (before, node), braces)
            before, name, braces = node, "", -1
        elif token.kind == "[" and not any(t.kind == "*" for t in inner):
            name = _named(inner)
            braces = next((t.at for t in inner if t.kind == "{"), -1)
        elif token.kind == ",":
            before = ""
        elif token.kind == "(":
            end = at
        at = end + 1


def _closed(tokens: Sequence[Token], at: int) -> int:
    """Where the bracket that opens here is closed; the same place if none opens."""
    depth = 0
    for place in range(at, len(tokens)):
        depth += (tokens[place].kind in _OPENING) - (tokens[place].kind in _CLOSING)
        if depth <= 0:
            return place
    return len(tokens)


def _named(inner: Sequence[Token]) -> str:
    """The variable of a node or relation; empty if it has none."""
    return inner[0].text if inner and inner[0].kind in ("word", "name") else ""


def _uses(condition: Sequence[Token], name: str) -> Iterator[int]:
    """Where a condition speaks of a variable; engines do not tell `R` from `r`."""
    for at, token in enumerate(condition):
        if (
            name and token.kind in ("word", "name") and token.text.casefold() == name.casefold()
            and (at == 0 or condition[at - 1].kind not in (".", ":"))
        ):
            yield token.at
