"""What programs find on the site besides the API: feeds, sitemap, ids, and who a page is about."""

from __future__ import annotations

import math
import mimetypes
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

from flask import Blueprint, Response, abort, current_app, redirect, request, url_for
from werkzeug.routing import Rule

from sousveil.ontology import Schema
from sousveil.queries import get
from sousveil.queries.words import date_words, standing_words
from sousveil.version import VERSION
from sousveil.web.app import store
from sousveil.web.common import TIMEOUT, href
from sousveil.web.language import PREFIX, UNTRANSLATED, chinese

__all__ = ["blueprint", "canonical", "described", "twins"]

blueprint = Blueprint("machine", __name__)

_SAFE = "-._~'"
"""Characters of an id that stand in its IRI as they are, as in exports."""
ENTRIES = 100
"""Entries of a feed."""
PART = 50_000
"""Addresses of a part of the sitemap: the most that the protocol allows."""
_ATOM = "http://www.w3.org/2005/Atom"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_PAGES = ("home", "paths", "queries", "compare", "about")
_NEVER = "1970-01-01"
"""Day of an entry, or a feed, of which nothing is dated."""
_TYPES = {
    "json": "application/json", "csv": "text/csv", "ttl": "text/turtle",
    "jsonld": "application/ld+json", "nt": "application/n-triples", "trig": "application/trig",
}
_SCHEMA_ORG = {
    "Company": "Organization", "PublicBody": "GovernmentOrganization",
    "Publisher": "Organization", "Programme": "Project", "Product": "Product", "Place": "Place",
    "Instrument": "Legislation", "Source": "CreativeWork",
}
"""What schema.org calls the classes; it has no word for a transaction or a figure."""


def base() -> str:
    """The address of the site, without a slash at its end; empty in files that know of none."""
    site: str = current_app.config["SETTINGS"].site
    if site:
        return site + (PREFIX if chinese() else "")
    return "" if _published() else request.url_root.rstrip("/")


def iri(id_: str) -> str:
    """The name of a node in linked data, below the base that the settings give."""
    return f"{current_app.config['SETTINGS'].base}id/{quote(id_, safe=_SAFE)}"


def _published() -> bool:
    """Whether the pages are written to files, rather than answered."""
    return bool(current_app.config.get("PUBLISHED"))


def address(endpoint: str, **values: Any) -> str:
    """The whole address of a page."""
    return base() + url_for(endpoint, **values).removeprefix(request.script_root)


def canonical() -> str:
    """The whole address under which this page is to be cited: without the choice of a language.

    Empty where the site does not know its address.
    """
    return base() + _asked() if base() else ""


def _asked() -> str:
    """The page and its question, as they are cited."""
    asked = [(k, v) for k, v in request.args.items(multi=True) if k != "lang" and v]
    return quote(request.path) + (f"?{urlencode(asked)}" if asked else "")


def languages() -> list[tuple[str, str]]:
    """The languages in which this page is there, with the whole addresses; English if in doubt.

    None where the site does not know its address, or the page is in one language only.
    """
    if not base() or not current_app.config["BILINGUAL"] or request.endpoint in UNTRANSLATED:
        return []
    english = base().removesuffix(PREFIX) if chinese() else base()
    return [
        ("en", english + _asked()), ("zh-Hans", english + PREFIX + _asked()),
        ("x-default", english + _asked()),
    ]


@blueprint.app_context_processor
def _heads() -> dict[str, Any]:
    """What `head.html` asks for."""
    return {"canonical": canonical, "twins": twins, "described": described, "absolute": address,
            "languages": languages}


# The same as data ----------------------------------------------------------------------------


def twins() -> list[tuple[str, str]]:
    """Media type and address of everything that this page is offered as, as its routes say."""
    if request.endpoint is None or (request.view_args or {}).get("form"):
        return []
    asked = urlencode(list(request.args.items(multi=True)))
    found = []
    for rule in current_app.url_map.iter_rules(request.endpoint):
        for form in forms(rule):
            where = url_for(request.endpoint, **{**(request.view_args or {}), "form": form})
            found.append((media_type(form), f"{where}?{asked}" if asked else where))
    return found


def forms(rule: Rule) -> tuple[str, ...]:
    """The forms that a route ends with: `.json`, `.csv`."""
    converter = rule._converters.get("form")
    return tuple(sorted(getattr(converter, "items", ())))


def media_type(form: str) -> str:
    """The media type of a form."""
    return _TYPES.get(form) or mimetypes.guess_type(f"x.{form}")[0] or "application/octet-stream"


@blueprint.after_app_request
def links(response: Response) -> Response:
    """What belongs to this answer, as `Link` headers (RFC 8288)."""
    if response.status_code != 200 or request.endpoint in (None, "static"):
        return response
    if request.blueprint == "api":
        response.headers.add("Link", f"<{url_for('api.openapi')}>; rel=\"service-desc\"")
    elif response.mimetype == "text/html":
        for kind, where in twins():
            response.headers.add("Link", f'<{where}>; rel="alternate"; type="{kind}"')
        response.headers.add("Link", f"<{url_for('pages.about')}>; rel=\"describedby\"")
    return response


@blueprint.get("/id/<path:id_>")
def node(id_: str) -> Response:
    """A node, a relation or a claim by its id alone: 303 to the page or the data about it."""
    endpoint, found = "pages.claim", id_
    if not id_.startswith("claim-"):
        # A relation has no page: it is shown on that of the node it starts from.
        found = id_.partition("--")[0]
        rows = get("node-class").run(store(), TIMEOUT, ids=[found]).dicts()
        if not rows:
            abort(404, f"there is nothing with the id {id_!r}")
        endpoint = {"Source": "pages.source", "Transaction": "pages.transaction"}.get(
            rows[0]["cls"], "pages.entity")
    offered = {"text/html": ""} | {
        media_type(f): f for rule in current_app.url_map.iter_rules(endpoint) for f in forms(rule)
    }
    chosen = offered[request.accept_mimetypes.best_match(list(offered), "text/html")]
    values: dict[str, Any] = {"id_": found, **({"form": chosen} if chosen else {})}
    response: Any = redirect(url_for(endpoint, **values), 303)
    return response  # type: ignore[no-any-return]


# Feeds ---------------------------------------------------------------------------------------


@blueprint.get("/feeds/sources.atom")
def sources() -> Response:
    """The newest sources."""
    rows = get("newest-sources").run(store(), most=ENTRIES).dicts()
    return _feed("New sources", "sources", [
        _entry(
            "Source", row, row["publisher_name"] or "publisher not stated",
            f"{_concept('basis', row['basis'])}, {date_words(row['date'] or '')}",
        ) for row in rows
    ])


@blueprint.get("/feeds/transactions.atom")
def transactions() -> Response:
    """The transactions that the newest sources speak about."""
    rows = get("newest-transactions").run(store(), most=ENTRIES).dicts()
    return _feed("New transactions", "transactions", [
        _entry(
            "Transaction", row, "Sousveil",
            f"{_concept('transaction-kind', row['kind'])}, {date_words(row['date'] or '')}; "
            f"{standing_words(row['standing'])}{', contested' if row['contested'] else ''}",
        ) for row in rows
    ])


def _concept(scheme: str, id_: str) -> str:
    concept = Schema.load().concept(scheme, id_)
    return concept.label if concept else id_


def _entry(cls: str, row: Mapping[str, Any], author: str, summary: str) -> ElementTree.Element:
    where = base() + href(cls, row["id"]).removeprefix(request.script_root)
    return _element(
        "entry", _element("id", text=iri(row["id"])), _element("title", text=row["title"]),
        _element("updated", text=_moment(row["known"])),
        _element("author", _element("name", text=author)),
        _element("link", href=where, rel="alternate", type="text/html"),
        _element("summary", text=summary),
    )


def _feed(title: str, name: str, entries: Iterable[ElementTree.Element]) -> Response:
    """An Atom feed (RFC 4287). Its times are those of the data, never those of the clock."""
    entries = list(entries)
    here = address(f"machine.{name}")
    site = current_app.config["SETTINGS"].site
    newest = max((e.findtext("updated") or "" for e in entries), default=_moment(""))
    feed = _element(
        "feed", _element("id", text=here if site else f"https://w3id.org/sousveil/feed/{name}"),
        _element("title", text=f"Sousveil: {title.lower()}"), _element("updated", text=newest),
        _element("author", _element("name", text="Sousveil")),
        _element("generator", text="Sousveil", version=VERSION),
        _element("link", href=here, rel="self", type="application/atom+xml"),
        _element("link", href=address("pages.home"), rel="alternate", type="text/html"),
        *entries, xmlns=_ATOM,
    )
    return _xml(feed, "application/atom+xml")


def _moment(day: str) -> str:
    return f"{day or _NEVER}T00:00:00Z"


def _element(
    tag: str, *children: ElementTree.Element, text: str = "", **attributes: str
) -> ElementTree.Element:
    found = ElementTree.Element(tag, attributes)
    found.text = "".join(c for c in text if c >= " " or c in "\t\n")
    found.extend(children)
    return found


def _xml(root: ElementTree.Element, kind: str) -> Response:
    return Response(ElementTree.tostring(root, "utf-8", xml_declaration=True), mimetype=kind)


# For search engines --------------------------------------------------------------------------


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Pages may be read, answers need not be."""
    lines = (
        "User-agent: *", "Disallow: /api/", "Disallow: /queries/", "Disallow: /search",
        "Disallow: /cypher", "", f"Sitemap: {address('machine.sitemap')}", "",
    )
    return Response("\n".join(lines), mimetype="text/plain")


def _parts() -> list[tuple[str, int]]:
    """The parts of the sitemap: a class, and which of its parts."""
    counts = store().info.counts
    return [
        (cls, number) for cls in Schema.load().classes if cls != "Claim"
        for number in range(1, math.ceil(counts.get(cls, 0) / PART) + 1)
    ]


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The index of the sitemap: the pages that are always there, then the nodes of each class."""
    places = [address("machine.part", cls="pages", number=1), *(
        address("machine.part", cls=cls, number=number) for cls, number in _parts()
    )]
    return _xml(_element("sitemapindex", *(
        _element("sitemap", _element("loc", text=place)) for place in places
    ), xmlns=_SITEMAP), "application/xml")


@blueprint.get("/sitemap-<cls>-<int:number>.xml")
def part(cls: str, number: int) -> Response:
    """A part of the sitemap."""
    if (cls, number) == ("pages", 1):
        places = [address(f"pages.{name}") for name in _PAGES]
    elif (cls, number) in _parts():
        rows = get("ids-of-class").run(
            store(), TIMEOUT, cls=cls, skip=(number - 1) * PART, most=PART
        ).rows
        prefix = base()
        places = [prefix + href(cls, id_).removeprefix(request.script_root)
                  for id_, in rows]
    else:
        abort(404, "there is no such part of the sitemap")
    return _xml(_element("urlset", *(
        _element("url", _element("loc", text=place)) for place in places
    ), xmlns=_SITEMAP), "application/xml")


@blueprint.get("/card.png")
def card() -> Response:
    """The picture that other sites show beside a link to this one, 1200 by 630 pixels."""
    return Response(_card(), mimetype="image/png", headers={
        "Cache-Control": "public, max-age=86400",
    })


@cache
def _card() -> bytes:
    import typst  # slow to load, and only this picture needs it

    picture: bytes = typst.compile(_CARD.encode(), format="png", ppi=72)
    return picture


_CARD = """
#set page(width: 1200pt, height: 630pt, margin: 90pt, fill: rgb("#0b5c75"))
#set text(fill: white, font: "Libertinus Serif", hyphenate: false)
#v(70pt)
#text(size: 108pt, weight: "bold")[Sousveil]
#v(8pt)
#text(size: 46pt)[Who supplies surveillance, to whom, \\ and who says so]
#v(1fr)
#text(size: 27pt)[Every step of a path names its evidence.]
"""


# Who a page is about -------------------------------------------------------------------------


def described(facts: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
    """This page in the words of schema.org, as JSON-LD: its node, or the data set as a whole."""
    if facts is None:
        return _dataset() if request.endpoint in ("pages.home", "pages.about") else None
    kind = _SCHEMA_ORG.get(facts["class"])
    if kind is None:
        return None
    name = facts.get("name") or facts.get("title") or facts["id"]
    others = dict.fromkeys(
        n for n in (facts.get("name_zh") or facts.get("title_zh"),
                    *(n["text"] for n in facts.get("names", ()) if "text" in n)) if n and n != name
    )
    return {
        "@context": "https://schema.org", "@type": kind, "@id": iri(facts["id"]), "name": name,
        **({"alternateName": list(others)} if others else {}),
        **{said: facts[ours] for ours, said in (
            ("description", "description"), ("lei", "leiCode"), ("language", "inLanguage"),
            ("licence", "license"),
        ) if facts.get(ours)},
        **({"sameAs": facts["url"]} if facts.get("url") else {}),
        **({"url": where} if (where := canonical()) else {}),
    }


def _dataset() -> dict[str, Any]:
    info = store().info
    return {
        "@context": "https://schema.org", "@type": "Dataset", "name": "Sousveil",
        "description": "Surveillance supply chains: companies, public bodies, products, programmes "
        "and transactions, with the claims and the sources on which each statement rests.",
        "version": info.dataset, "isAccessibleForFree": True,
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "keywords": ["surveillance", "supply chain", "procurement", "human rights"],
        "creator": {"@type": "Organization", "name": "Sousveil"},
        **({"url": address("pages.home")} if base() else {}),
        **({} if _published() else {"distribution": [{
            "@type": "DataDownload", "encodingFormat": "application/json",
            "contentUrl": address("api.root"),
        }]}),
    }
