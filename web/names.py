"""All names of a publication: lists by first letter, and an index that a script can search.

A publication has no server that could look names up. The index is many small files, each with the
nodes that have a word beginning with two given letters, or a pair of Chinese characters: whoever
searches reads the one or two files of the first letters of their words.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import flask
from flask import Blueprint, abort, render_template, url_for

from sousveil.graph.search import SearchRow, fold, forms, pinyin
from sousveil.web.common import href, paged
from sousveil.web.language import schema

__all__ = ["Names", "blueprint", "keys", "spelled"]

blueprint = Blueprint("names", __name__)

LETTERS = (*"abcdefghijklmnopqrstuvwxyz", "0-9", "other")
_LONGEST = 300
"""Letters of a name that are looked at; what is longer is no name that anybody types."""
_HAN = "\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_RUNS = re.compile(f"[{_HAN}]+|[^\\W_{_HAN}]+")


class Name(NamedTuple):
    """A node in the lists and in the index."""

    id: str
    cls: str
    name: str
    name_zh: str
    words: tuple[str, ...]
    """Everything that finds it: its names folded and as they are spelled, generated pinyin."""


class Names:
    """The nodes of a publication, by first letter and by what is typed to find them."""

    def __init__(self, rows: Iterable[SearchRow]) -> None:
        self.letters: dict[str, list[Name]] = defaultdict(list)
        self.parts: dict[str, list[Name]] = defaultdict(list)
        for row in rows:
            name = Name(row.id, row.cls, row.name, row.name_zh, tuple(_words(row)))
            self.letters[_letter(row.name)].append(name)
            for key in sorted({k for words in name.words for k in keys(words)}):
                self.parts[key].append(name)
        for names in self.letters.values():
            names.sort(key=lambda n: (fold(n.name), n.name, n.id))


def _words(row: SearchRow) -> Iterator[str]:
    texts = (row.name, row.name_zh, *(text for text, _ in row.names))
    found = [*forms(row), *map(spelled, texts)]
    yield from dict.fromkeys(text[:_LONGEST] for text in found if text)


def spelled(text: str) -> str:
    """The words of a text without marks and capitals; `find.js` does the same with a question.

    >>> spelled("Société Générale 上海")
    'societe generale 上海'
    """
    plain = unicodedata.normalize("NFKD", text[:_LONGEST])
    letters = "".join(c for c in plain if not unicodedata.category(c).startswith("M"))
    return " ".join(_RUNS.findall(unicodedata.normalize("NFC", letters).lower()))


def keys(words: str) -> Iterator[str]:
    """The parts of the index in which words are found.

    >>> list(keys("axis 上海市"))
    ['ax', 'u4e0a6d77', 'u6d775e02']
    """
    for word in words.split():
        if re.match(f"[{_HAN}]", word):
            yield from (_key(word[at : at + 2]) for at in range(max(1, len(word) - 1)))
        else:
            yield _key(word[:2])


def _key(pair: str) -> str:
    """A name for a file: letters and digits as they are, the rest as code points."""
    if pair.isascii():
        return pair
    return "u" + "".join(f"{ord(character):04x}" for character in pair)


def _letter(name: str) -> str:
    folded = fold(name)
    first = (pinyin(folded) or folded)[:1]
    if first.isascii() and first.isalpha():
        return first
    return "0-9" if first.isdigit() else "other"


def _names() -> Names:
    found: Names = flask.current_app.extensions["names"]
    return found


@blueprint.get("/names")
def letters() -> str:
    """The letters with which names begin."""
    return render_template("names.html", letters=_counts(), letter="", page=None)


@blueprint.get("/names/<letter>")
def names(letter: str) -> str:
    """The names that begin with a letter."""
    if letter not in _names().letters:
        abort(404, f"no name begins with {letter!r}")
    page = paged(_names().letters[letter])
    rows = [(name, href(name.cls, name.id)) for name in page["rows"]]
    return render_template(
        "names.html", letters=_counts(), letter=letter, page={**page, "rows": rows}
    )


def _counts() -> list[tuple[str, int]]:
    return [(one, len(_names().letters.get(one, ()))) for one in LETTERS]


@blueprint.get("/find")
def find() -> str:
    """The search of a publication: a script reads the parts of the index that it needs."""
    return render_template("find.html", letters=_counts())


@blueprint.get("/find/<key>.json")
def part(key: str) -> Any:
    """A part of the index: address, name, Chinese name, class, and everything that finds it."""
    if key not in _names().parts:
        abort(404, "no name has a word that begins so")
    classes = schema().classes
    return flask.jsonify([
        [href(n.cls, n.id), n.name, n.name_zh if n.name_zh != n.name else "",
         classes[n.cls].label, "\n".join(n.words)] for n in _names().parts[key]
    ])


def addresses() -> Iterator[str]:
    """The addresses of the lists and of the index."""
    yield url_for("names.letters")
    yield url_for("names.find")
    yield from (url_for("names.part", key=key) for key in sorted(_names().parts))
