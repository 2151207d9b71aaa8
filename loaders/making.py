"""What the loaders of other people's formats share: ids, names, and claims that cite their place.

A record becomes claims through one `Cited`: the source, the locator and the basis are said once.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

import msgspec

from sousveil.graph import Claim
from sousveil.graph.records import Value, edge_id, is_id
from sousveil.ontology.places import country_place

__all__ = ["Cited", "country", "day", "make_id", "name_values", "script", "source_claims"]

_LONGEST = 80


class Cited(msgspec.Struct, frozen=True, kw_only=True):
    """The place of a source in which a record stands; makes the claims that cite it."""

    source: str
    locator: str
    author: str = ""
    """Id of who says it; empty for the publisher of the source."""
    basis: str = ""
    """Empty for the basis of the source."""
    said: str = ""
    inferred_because: str = ""
    """Set where the loader concludes what the record does not say by itself."""

    def node(self, cls: str, id_: str, **values: Value | None) -> Claim:
        """A claim that this node exists and has these values; empty ones are not said."""
        return Claim(about=id_, kind=cls, values=_said(values), **self._fields())

    def edge(self, kind: str, start: str, end: str, key: str = "", **values: Value | None) -> Claim:
        """A claim that this relation exists and has these values; empty ones are not said."""
        return Claim(
            about=edge_id(kind, start, end, key), kind=kind, start=start, end=end, key=key,
            values=_said(values), **self._fields(),
        )

    def name(
        self, id_: str, text: str, kind: str = "alias", lang: str = "", valid: str = ""
    ) -> Claim:
        """A claim that the node has this further name. `lang` defaults to the script's tag."""
        return Claim(
            about=id_, kind="Name", key=text,
            values=_said({"lang": lang or f"und-{script(text)}", "kind": kind, "valid": valid}),
            **self._fields(),
        )

    def names(self, id_: str, texts: Sequence[str], kind: str = "alias") -> Iterator[Claim]:
        """A claim for each further name."""
        for text in dict.fromkeys(texts):
            if text:
                yield self.name(id_, text, kind)

    def because(self, reason: str) -> Cited:
        """The same place, for what is concluded from it and why."""
        return msgspec.structs.replace(self, inferred_because=reason)

    def _fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__struct_fields__}


def _said(values: dict[str, Value | None]) -> dict[str, Value]:
    return {name: value for name, value in values.items() if value}


def source_claims(
    id_: str, *, title: str, basis: str, publisher: str, publisher_name: str,
    publisher_kind: str = "company-information", publisher_class: str = "Publisher", **values: str,
) -> Iterator[Claim]:
    """The claims that describe a source and its publisher.

    They come before the claims that rest on the source. `values` are further properties of the
    source: date, url, licence, language, reference.
    """
    cited = Cited(source=id_, locator="title", author=publisher)
    kind = {} if publisher_class == "Company" else {"kind": publisher_kind}
    yield msgspec.structs.replace(
        cited.node(publisher_class, publisher, name=publisher_name, **kind), basis=basis
    )
    yield cited.node(
        "Source", id_, title=title, basis=basis, publisher=publisher, **values
    )


def make_id(*parts: str) -> str:
    """An id from the words that identify something in its file: the same words, the same id.

    What an id cannot hold is told apart by a digest: `make_id("lei", code)` stays readable, and
    two names that differ only in such signs stay two.

    >>> make_id("gb-coh", "01234567")
    'gb-coh-01234567'
    """
    text = "-".join(part for part in parts if part)
    if len(text) <= _LONGEST and is_id(text):
        return text
    slug = re.sub(r"[^A-Za-z0-9._]+", "-", text)
    slug = re.sub(r"([-._])[-._]+", r"\1", slug).strip("-._")
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    return f"{slug[:_LONGEST].strip('-._')}-{digest}".lstrip("-")


def name_values(text: str, zh: str = "") -> dict[str, Value | None]:
    """The properties `name` and `name_zh` of an organisation, from one name or two.

    A name in Chinese characters alone is both: nothing is romanised or translated here.
    """
    text, zh = clean(text), clean(zh)
    if not zh and script(text) in ("Hans", "Hant"):
        zh = text
    return {"name": text or zh, "name_zh": zh if script(zh) in ("Hans", "Hant") else ""}


def clean(text: str) -> str:
    """The text on one line, composed (NFC), without control characters, lone surrogates and blanks
    at its ends."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())  # Most names, at a tenth of the time.
    text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
    kept = "".join(
        " " if c.isspace() else c for c in text
        if c.isspace() or unicodedata.category(c) not in ("Cc", "Cs", "Cn", "Co")
    )
    return " ".join(kept.split())


_SCRIPTS = (
    ("Jpan", re.compile(r"[\u3040-\u30ff]")),
    ("Kore", re.compile(r"[\uac00-\ud7af\u1100-\u11ff]")),
    ("Cyrl", re.compile(r"[\u0400-\u052f]")),
    ("Arab", re.compile(r"[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff]")),
    ("Grek", re.compile(r"[\u0370-\u03ff]")),
    ("Hebr", re.compile(r"[\u0590-\u05ff]")),
    ("Thai", re.compile(r"[\u0e00-\u0e7f]")),
    ("Deva", re.compile(r"[\u0900-\u097f]")),
    ("Geor", re.compile(r"[\u10a0-\u10ff]")),
    ("Armn", re.compile(r"[\u0530-\u058f]")),
)
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def script(text: str) -> str:
    """The script of a name as an ISO 15924 code; Latn where no other is found.

    Han characters count before Latin letters, for a Chinese name may hold an abbreviation; Hant
    only where a character exists in no simplified text.
    """
    if text.isascii():
        return "Latn"
    for code, pattern in _SCRIPTS:
        if pattern.search(text):
            return code
    if _HAN.search(text):
        return "Hant" if _traditional(text) else "Hans"
    return "Latn"


def _traditional(text: str) -> bool:
    return any(_only_traditional(c) for c in text if _HAN.match(c))


@lru_cache(maxsize=1 << 15)
def _only_traditional(character: str) -> bool:
    return str(_converter().convert(character)) != character


@cache
def _converter() -> Any:
    import opencc  # slow to load, and only Chinese names need it

    return opencc.OpenCC("t2s")


def country(text: str) -> str:
    """The id of a country's place from its ISO 3166 code of two or three letters; empty if it is
    none."""
    code = text.strip().upper()
    if len(code) == 3:
        import pycountry  # slow to import, and seldom needed

        found: Any = pycountry.countries
        entry = found.get(alpha_3=code)
        code = entry.alpha_2 if entry else ""
    code = {"UK": "GB", "EL": "GR"}.get(code, code)
    return code if code and country_place(code) is not None else ""


_DAY = re.compile(r"(\d{4}(?:-\d\d(?:-\d\d)?)?)(?:[T ].*)?", re.ASCII)


def day(text: str) -> str:
    """The EDTF date of an ISO 8601 date or time: its year, month or day; empty if it is none.

    A time keeps the day of its own time zone. Other notations are never guessed at.
    """
    match = _DAY.fullmatch(text.strip())
    return match[1] if match else ""
