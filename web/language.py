"""The interface in Chinese: the same addresses below `/zh`, the same pages in other words.

What templates write as `t("…")` and Python as `say("…")` is a whole English text with places for
its values; `chinese.py` has its Chinese. Classes, relations, properties and concepts have theirs
in the ontology. What sources say stays in the language in which it is said, and is marked so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import msgspec
from flask import has_request_context, request
from markupsafe import Markup

from sousveil.ontology import Schema
from sousveil.queries import words
from sousveil.web.chinese import CHINESE, COLUMNS, DEFINITIONS

__all__ = [
    "PREFIX", "UNTRANSLATED", "Prefixed", "chinese", "date_words", "heading", "kind_words",
    "language", "say", "schema", "standing_words", "tongue", "words_of",
]

PREFIX = "/zh"
UNTRANSLATED = ("linked.ontology", "linked.sparql", "cypher.page")
"""Pages whose content is English below the prefix, too; their frame is Chinese."""
_HAN = re.compile("[\u3400-\u9fff]")
_LATIN = re.compile(r"[^\W\d_\u3400-\u9fff]")


class Prefixed:
    """The application, with the same pages below `/zh`."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Move the prefix to where `url_for` adds it to every address."""
        path = environ.get("PATH_INFO", "")
        if path == PREFIX or path.startswith(f"{PREFIX}/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + PREFIX
            environ["PATH_INFO"] = path.removeprefix(PREFIX) or "/"
            environ["sousveil.chinese"] = True
        return self._app(environ, start_response)


def chinese() -> bool:
    """Whether the frame of this page is Chinese."""
    return has_request_context() and bool(request.environ.get("sousveil.chinese"))


def language() -> str:
    """The language of the content of this page."""
    return "zh-Hans" if chinese() and request.endpoint not in UNTRANSLATED else "en"


def say(text: str, /, **values: object) -> str:
    """The text in the language of the page, with its values."""
    return words.said(_own(text), **values)


def _own(text: str) -> str:
    return CHINESE.get(text, text) if language() == "zh-Hans" else text


def standing_words(standing: str) -> str:
    """A standing in the words of the page's language."""
    return words.standing_words(standing, say)


def date_words(date: str) -> str:
    """A date in the words of the page's language; see `sousveil.queries.words.date_words`."""
    return words.date_words(date, say)


def schema() -> Schema:
    """The ontology with its labels in the language of the page."""
    return _chinese() if language() == "zh-Hans" else Schema.load()


def kind_words(kind: str) -> str:
    """What a class, a relation or a record of the ontology is called in the page's language."""
    found = schema()
    named = found.classes.get(kind) or found.relations.get(kind) or found.records.get(kind)
    return named.label if named else kind


def heading(column: str) -> str:
    """The heading of a column of a query in the page's language."""
    plain = column.replace("_", " ")
    return COLUMNS.get(column, plain) if language() == "zh-Hans" else plain


def tongue(text: str) -> str:
    """The language of a sentence that a source, or somebody's summary of it, says.

    >>> tongue("Award notice of 上海市公安局"), tongue("中标公告 (Axis)")
    ('en', 'zh')
    """
    # A Chinese character says as much as several letters.
    return "zh" if 2 * len(_HAN.findall(text)) > len(_LATIN.findall(text)) else "en"


def words_of() -> dict[str, Any]:
    """What templates ask for: words of the content, words of the frame, labels, the other page."""
    return {
        "t": _marked, "tn": _counted,
        "frame": (lambda text: CHINESE.get(text, text)) if chinese() else str,
        "chinese": chinese(), "content_language": language(), "switch": _switch(),
        "schema": schema(),
    }


def _marked(text: str, /, **values: object) -> str:
    """A text in the language of the page; values are escaped unless they are markup."""
    return Markup(_own(text)).format(**values) if values else _own(text)  # noqa: S704


def _counted(one: str, many: str, n: int, /, **values: object) -> str:
    """The text for one or, also wherever a language makes no difference, for many."""
    return _marked(one if n == 1 and language() == "en" else many, n=n, **values)


def _switch() -> str:
    """The address of this page in the other language."""
    root = request.script_root.removesuffix(PREFIX) if chinese() else request.script_root + PREFIX
    question = request.query_string.decode("ascii", "replace")
    return f"{root}{request.path}" + (f"?{question}" if question else "")


@cache
def _chinese() -> Schema:
    """The ontology with its Chinese labels where the English ones are."""
    found = Schema.load()
    replace = msgspec.structs.replace

    def properties(of: Any) -> Any:
        return tuple(replace(p, label=p.label_zh) for p in of.properties)

    return replace(
        found,
        classes={n: replace(c, label=c.label_zh, plural=c.plural_zh, properties=properties(c))
                 for n, c in found.classes.items()},
        relations={
            n: replace(r, label=r.label_zh, inverse=r.inverse_zh, properties=properties(r))
            for n, r in found.relations.items()
        },
        records={n: replace(r, label=r.label_zh) for n, r in found.records.items()},
        schemes={n: replace(s, label=s.label_zh) for n, s in found.schemes.items()},
        concepts={
            scheme: {i: replace(c, label=c.label_zh, definition=DEFINITIONS.get(i, c.definition)
                                if scheme == "standing" else c.definition)
                     for i, c in concepts.items()}
            for scheme, concepts in found.concepts.items()
        },
    )
