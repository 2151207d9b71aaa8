"""Cypher cut into words and signs, for the checks that read it: `readonly` and `conditions`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from sousveil.errors import QueryError

__all__ = ["NAME", "Token", "is_name", "is_word", "keyword", "refusal", "tokenise"]

NAME = "cypher"
"""Name under which errors of such a statement are raised."""

_PUNCTUATION = frozenset("()[]{}<>=+-*/%^.,:;|!&~")
_ESCAPES = frozenset("tbnrfTBNRF'\"\\")
_WORD = re.compile(r"[^\W\d]\w*")
_NUMBER = re.compile(r"[0-9][0-9A-Za-z_]*")
_PARAMETER = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
_HEX = re.compile(r"[0-9A-Fa-f]{4}")


class Token(NamedTuple):
    """A word or sign, and where it stands in the text."""

    kind: str
    """word, name (in backticks), string, number, parameter, or the punctuation mark itself."""
    text: str
    at: int


def tokenise(text: str) -> list[Token]:
    """The words and signs of a statement; comments and spaces are left out.

    Raises QueryError for what engines do not cut alike, and for what no engine would read.
    """
    return _Reader(text).tokens()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def tokens(self) -> list[Token]:
        text = self.text
        self._check_characters()
        found: list[Token] = []
        while self.at < len(text):
            start = self.at
            mark = text[start]
            if mark in " \t\n\r":
                self.at += 1
            elif text.startswith("//", start):
                end = text.find("\n", start)
                self.at = len(text) if end < 0 else end + 1
                self._check_escapes(start, self.at)
            elif text.startswith("/*", start):
                self._block_comment()
            elif mark in "'\"":
                self._string(mark)
                found.append(Token("string", "", start))
            elif mark == "`":
                found.append(Token("name", self._quoted_name(), start))
            elif mark == "$":
                match = _PARAMETER.match(text, start)
                if match is None:
                    raise self._refusal("a parameter without a name", "write $name")
                self.at = match.end()
                found.append(Token("parameter", match[1], start))
            elif match := _NUMBER.match(text, start):
                self.at = match.end()
                found.append(Token("number", match[0], start))
            elif match := _WORD.match(text, start):
                self.at = match.end()
                found.append(Token("word", self._word(match[0]), start))
            elif text.startswith("..", start):
                self.at += 2
                found.append(Token("..", "..", start))
            elif mark in _PUNCTUATION:
                self.at += 1
                found.append(Token(mark, mark, start))
            else:
                raise self._refusal(
                    f"the character {_character(mark)} has no place outside a string",
                    "write an ordinary space, hyphen or quotation mark; put a name with other "
                    "characters in `backticks`",
                )
        return found

    def _check_characters(self) -> None:
        for match in re.finditer(
            r"\r(?!\n)|[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", self.text
        ):
            self.at = match.start()
            raise self._refusal(
                f"the character {_character(match[0])} is not allowed",
                "end lines with an ordinary line feed, and leave control characters out",
            )

    def _check_escapes(self, start: int, end: int) -> None:
        found = re.compile(r"\\[uU]").search(self.text, start, end)
        if found is not None:
            self.at = found.start()
            raise self._refusal(
                f"{found[0]} outside a string: it can stand for any character",
                "write the character itself",
            )

    def _block_comment(self) -> None:
        start = self.at
        end = self.text.find("*/", start + 2)
        if end < 0:
            raise self._refusal("a comment that does not end", "close it with */")
        body = self.text[start + 2 : end]
        self._check_escapes(start, end)
        if "**" in body or "/*" in body or body.startswith("/") or body.endswith("*"):
            raise self._refusal(
                "a comment whose end is doubtful: ** or /* within it", "use // instead"
            )
        # A comment is a gap between words on every engine.
        self.at = end + 2

    def _string(self, quote: str) -> None:
        start = self.at
        at = start + 1
        text = self.text
        while at < len(text) and text[at] != quote:
            if text[at] != "\\":
                at += 1
                continue
            self.at = at
            after = text[at + 1 : at + 2]
            if after == "\\":
                # Whether \\u is an escape depends on who counts the backslashes.
                self._unicode(at + 1, doubled=True)
                at += 2
            elif after in ("u", "U"):
                self._unicode(at)
                at += 6
            elif after and after in _ESCAPES:
                at += 2
            else:
                raise self._refusal(
                    f"\\{after} in a string means different things to different engines",
                    "write \\\\ for a backslash",
                )
        self.at = start
        if at >= len(text):
            raise self._refusal("a string that does not end", f"close it with {quote}")
        self.at = at + 1

    def _unicode(self, at: int, *, doubled: bool = False) -> None:
        """Refuse an escape that could stand for a quotation mark, a backslash or a line end."""
        if self.text[at + 1 : at + 2] not in ("u", "U"):
            return
        digits = self.text[at + 2 : at + 6]
        whole = _HEX.fullmatch(digits) is not None
        code = int(digits, 16) if whole else 0
        safe = code >= 0xA0 and not 0xD800 <= code <= 0xDFFF and code not in (0x2028, 0x2029)
        if doubled and not whole:
            return
        if self.text[at + 1] == "U" or not whole or not safe:
            raise self._refusal(
                "an escape in a string that could end it", "write the character itself"
            )

    def _quoted_name(self) -> str:
        start = self.at
        end = self.text.find("`", start + 1)
        if end < 0:
            raise self._refusal("a name that does not end", "close it with `")
        name = self.text[start + 1 : end]
        if "\\" in name or "\n" in name or self.text[end + 1 : end + 2] == "`":
            raise self._refusal(
                "a name with a backslash, a line end or a backtick in it", "rename it"
            )
        self.at = end + 1
        return name

    def _word(self, word: str) -> str:
        # Letters only: what is a digit, a mark or a joiner to one engine ends the name to another.
        strange = not word.isascii() and (
            unicodedata.normalize("NFKC", word) != word
            or not all(c.isalpha() for c in word if not c.isascii())
        )
        if strange:
            self.at -= len(word)
            raise self._refusal(
                f"{word!r} has characters that look like others", "put the name in `backticks`"
            )
        return word

    def _refusal(self, what: str, hint: str) -> QueryError:
        return refusal(self.text, self.at, what, hint)


def is_name(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word is certainly a name, where a keyword would be no Cypher at all."""
    before = tokens[at - 1] if at else None
    earlier = tokens[at - 2] if at > 1 else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if before is None:
        return False
    # n.set, $row.set, nodes(p)[0].set; not `1. SET`
    if before.kind == ".":
        return earlier is not None and (
            earlier.kind in ("word", "name", "parameter", ")", "]", "}")
        )
    # (n:Set), [:SET]
    if before.kind == ":":
        return earlier is not None and earlier.kind in ("word", "name", "(", "[")
    # [:A|SET]; the clauses of FOREACH, which follow such a mark, go on otherwise
    if before.kind == "|":
        return after is not None and after.kind in ("]", "|", "*", ")")
    # {set: 1}, {a: 1, set: 2}
    if after is not None and after.kind == ":":
        return before.kind in ("{", ",")
    # n.name AS set, count(*) AS set; `AS` after a bare word could itself be a variable.
    if is_word(before, "AS") and earlier is not None:
        return earlier.kind in (")", "]", "}", "string", "number", "parameter") or (
            earlier.kind in ("word", "name") and at > 4 and tokens[at - 3].kind == "."
            and tokens[at - 4].kind in ("word", "name", "parameter", ")", "]")
        )
    return False


def keyword(token: Token) -> str:
    """The word as engines compare it."""
    return unicodedata.normalize("NFKC", token.text).upper()


def is_word(token: Token, word: str) -> bool:
    """Whether a token is this keyword, which is given in capitals."""
    return token.kind == "word" and keyword(token) == word


def _character(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()


def refusal(text: str, at: int, what: str, hint: str) -> QueryError:
    """An error that says where in the text it is."""
    line = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    return QueryError(f"line {line}, column {column}: {what}", NAME, hint)


