"""Check the values that a claim gives to an element against the ontology."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

from sousveil.ontology.dates import bounds
from sousveil.ontology.identifiers import check_lei, check_uscc
from sousveil.ontology.schema import Property, Schema

__all__ = ["NUMBERS", "Values", "check_id", "check_values"]

Values = Mapping[str, str | list[str]]
Problem = tuple[str, str, str]

_ID = re.compile(r"[A-Za-z0-9]+(?:[-._][A-Za-z0-9]+)*", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_IDENTIFIER = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*:\S(?:.*\S)?")

NUMBERS = ("lei", "uscc", "identifiers")
"""Properties that identify an organisation whose name the source does not give."""
_URL = re.compile(r"https?://[^\s/]+\S*")


def check_values(
    schema: Schema, name: str, values: Values, complete: bool = True
) -> Iterator[Problem]:
    """(property, rule, message) for everything wrong with the values of one element.

    `name` is a class, a relation or a record. An empty value counts as missing. With `complete`
    false, required properties may be missing: another claim can give them. The rules are
    unknown-property, required, cardinality, concept, date, range and the names of the datatypes.
    """
    properties = schema.element_properties(name)
    for key, value in values.items():
        prop = properties.get(key)
        if prop is None:
            yield key, "unknown-property", _unknown(key, name, properties)
            continue
        if isinstance(value, str):
            if value:
                problem = _check(schema, prop, value)
                if problem:
                    yield key, _rule(prop), problem
            continue
        if len(value) > 1 and not prop.many:
            yield key, "cardinality", f"{key} takes one value, not {len(value)}"
        for item in value:
            problem = _check(schema, prop, item)
            if problem:
                yield key, _rule(prop), problem
    if complete:
        for prop in properties.values():
            if prop.required and not values.get(prop.name) and not _identified(prop, values):
                yield prop.name, "required", f"{name} needs a {prop.name}: {prop.comment}"
    if "share_exact" in properties:
        yield from _check_shares(values)
    if "amount" in properties and values.get("amount") and not values.get("currency") and complete:
        yield "currency", "required", "an amount needs its currency"


def check_id(text: str) -> str | None:
    """What is wrong with the id of a node, or None."""
    if _ID.fullmatch(text):
        return None
    return (
        f"{text!r} is no id: write letters and digits in parts joined by one hyphen, dot or "
        "underscore, such as axis-communications"
    )


def _check(schema: Schema, prop: Property, text: str) -> str | None:
    if prop.scheme is not None:
        concepts = schema.concepts[prop.scheme]
        if text in concepts:
            return None
        return f"{text!r} is not in {prop.scheme}{_suggest(text, concepts)}"
    check = _CHECKS.get(prop.datatype)
    return check(text) if check else None


def _rule(prop: Property) -> str:
    return prop.datatype


def _check_string(text: str) -> str | None:
    return "line breaks are not allowed here" if "\n" in text or "\r" in text else None


def _check_date(text: str) -> str | None:
    try:
        bounds(text)
    except ValueError as error:
        return str(error)
    return None


def _check_integer(text: str) -> str | None:
    digits = text[1:] if text.startswith("-") else text
    if digits.isascii() and digits.isdigit():
        return None
    return f"{text!r} is no whole number: write digits only, such as 1200"


def _check_number(text: str) -> str | None:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    # float() also takes 1_000, blanks and digits of other scripts, which a store does not.
    if math.isfinite(number) and text.isascii() and "_" not in text and " " not in text:
        return None
    return f"{text!r} is no number: write digits with a decimal point, such as 1200.5"


def _check_url(text: str) -> str | None:
    return None if _URL.fullmatch(text) else f"{text!r} is no address: it starts with https://"


@lru_cache(maxsize=1024)
def _check_language(text: str) -> str | None:
    if _LANGUAGE.fullmatch(text):
        return None
    return f"{text!r} is no language tag: write en, zh-Hans or zh-Latn-pinyin (BCP 47)"


@lru_cache(maxsize=1024)
def _check_currency(text: str) -> str | None:
    import pycountry  # slow to import, and seldom needed

    if pycountry.currencies.get(alpha_3=text) and text.isupper():
        return None
    return f"{text!r} is no currency: write its ISO 4217 code, such as CNY or EUR"


def _check_sha256(text: str) -> str | None:
    return None if _SHA256.fullmatch(text) else f"{text!r} is not 64 lower-case hexadecimal digits"


def _check_identifier(text: str) -> str | None:
    if _IDENTIFIER.fullmatch(text):
        return None
    return f"{text!r} is no identifier: write its list, a colon and the number: GB-COH:01234567"


def _check_boolean(text: str) -> str | None:
    return None if text in {"true", "false"} else f"{text!r} is neither true nor false"


def _check_ref(text: str) -> str | None:
    # The id of an edge joins those of nodes with --.
    return next((problem for part in text.split("--") if (problem := check_id(part))), None)


_CHECKS: dict[str, Callable[[str], str | None]] = {
    "string": _check_string,
    "date": _check_date,
    "integer": _check_integer,
    "number": _check_number,
    "boolean": _check_boolean,
    "url": _check_url,
    "lei": check_lei,
    "uscc": check_uscc,
    "language": _check_language,
    "currency": _check_currency,
    "sha256": _check_sha256,
    "identifier": _check_identifier,
    "ref": _check_ref,
}


def _identified(prop: Property, values: Values) -> bool:
    """Whether an organisation that a register names by its number alone has that number."""
    return prop.name == "name" and any(values.get(key) for key in NUMBERS)


def _check_shares(values: Values) -> Iterator[Problem]:
    shares: dict[str, float] = {}
    for key in ("share_exact", "share_min", "share_max"):
        text = values.get(key)
        if not isinstance(text, str) or not text or _check_number(text):
            continue
        shares[key] = float(text)
        if not 0 <= shares[key] <= 100:
            yield key, "range", f"{text} is no share: shares are in percent, from 0 to 100"
    if "share_exact" in shares and len(shares) > 1:
        yield "share_exact", "range", "give an exact share or a range, not both"
    if shares.get("share_min", 0) > shares.get("share_max", 100):
        yield "share_min", "range", "the minimum share is above the maximum"


def _unknown(key: str, name: str, properties: Mapping[str, Property]) -> str:
    if not properties:
        return f"{name} is no class, relation or record of the ontology"
    return f"{name} has no property {key}{_suggest(key, properties)}"


def _suggest(text: str, known: Iterable[str]) -> str:
    names = sorted(known)
    close = difflib.get_close_matches(text.lower().replace(" ", "-"), names, n=1, cutoff=0.5)
    if close:
        return f"; did you mean {close[0]}?"
    return f"; it is one of {', '.join(names)}" if len(names) <= 20 else ""
