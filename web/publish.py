"""The site as files: every page and its twins, fetched from the application and linked as files.

What is published follows from what the pages link to and from the routes that the application
declares. A link to what only a server can answer becomes plain text, and a form says so. Links
are relative: the folder works under any address, and from a disk.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections import deque
from collections.abc import Iterator, Mapping
from html import escape, unescape
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

import filelock
import msgspec
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from sousveil.errors import ConfigError, StoreError
from sousveil.graph import Assembly, connect
from sousveil.queries import catalogue
from sousveil.settings import Settings
from sousveil.version import VERSION
from sousveil.web import names
from sousveil.web.app import create_app
from sousveil.web.chinese import CHINESE
from sousveil.web.common import href
from sousveil.web.language import PREFIX, UNTRANSLATED
from sousveil.web.machine import forms
from sousveil.web.still import Still

__all__ = ["Published", "publish"]

_MARK = "publication.json"
"""File that says what a folder is a publication of; only such a folder is replaced."""
_ANSWERED = ("from", "to", "include-inferred", "page")
"""Parameters of the questions about paths whose answers are published."""
_SERVED = ("api", "cypher", "reconcile", "pages.search", "machine.node")
"""Parts of the application, and pages, that need somebody to answer."""
_SAID_ELSE = ("nt", "trig", "png")
"""Forms that would double a publication, and say what Turtle, JSON-LD and SVG say."""
_CRAWLABLE = ("machine.robots", "machine.sitemap", "machine.part", "machine.card")
"""Pages that are of use only where the address of the site is known."""
_SUFFIXES = {
    "text/html": ".html", "application/json": ".json", "text/csv": ".csv", "image/svg+xml": ".svg",
    "image/png": ".png", "text/turtle": ".ttl", "application/ld+json": ".jsonld",
    "application/n-triples": ".nt", "application/trig": ".trig",
}
_LINKED = ("text/html", "image/svg+xml", "application/atom+xml", "application/xml", "text/plain")
"""Kinds of file in which addresses are written anew."""

_TAG = re.compile(r"<(a|link|script|img|image|use|form|input)\b([^<>]*)>")
_PLACE = re.compile(r'(?<![\w-])(href|src|action)="([^"]*)"')
_FORM = re.compile(r"(<form\b[^<>]*>)(.*?)(</form>)", re.S)
_NOTE = (
    "This form needs the program behind these pages: {program}. What was asked beforehand is "
    "linked from the pages of companies and bodies, and {paths} from here."
)
_PATHS = "the paths from EU companies to public security bureaus"
_MISSION = "/paths?from=EU&to=public-security-bureau"
_SPOKEN = ("pages", "network", "names")
"""Parts of the application whose pages are there in Chinese, too; data have no language."""


class Published(NamedTuple):
    """What was published."""

    files: int
    dataset: str


class _Answer(NamedTuple):
    """A page as it was fetched."""

    file: str
    """Where it is kept, from the folder of the publication."""
    mimetype: str
    url: str
    """Its address on the server that it was fetched from."""


def publish(
    graph: Assembly, target: Path, site: str = "", chinese: bool = False
) -> Published:
    """Write the site of a graph to a folder, beside what is there, and put it in its place.

    `site` is the address that the folder will have, if that is known: feeds, canonical addresses
    and a sitemap need it. With `chinese` the pages are there in Chinese, too. Raises ConfigError
    where the folder holds something else, or cannot be written; what was published before is then
    unchanged.
    """
    target = Path.cwd() / target
    _check_ours(target)
    lock = target.parent / f".{target.name}.lock"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(lock, timeout=0):
            try:
                return _publish(graph, target, site.rstrip("/"), chinese)
            finally:
                lock.unlink(missing_ok=True)
    except filelock.Timeout:
        raise ConfigError(
            f"{target}: another publication is being written there", "wait until it has finished"
        ) from None
    except OSError as error:
        raise ConfigError(
            f"{target}: cannot write: {error.strerror or error}",
            "make room, or name another folder; what was published before is unchanged",
        ) from error


def _check_ours(target: Path) -> None:
    if target.is_dir() and not (target / _MARK).exists() and any(target.iterdir()):
        raise ConfigError(
            f"{target} holds files that are no publication of Sousveil",
            "name a folder that does not exist yet, or an empty one",
        )
    if target.exists() and not target.is_dir():
        raise ConfigError(f"{target} is a file", "name a folder")


def _publish(graph: Assembly, target: Path, site: str, chinese: bool) -> Published:
    partial, old = (target.parent / f".{target.name}.{end}" for end in ("part", "old"))
    for stale in (partial, old):
        shutil.rmtree(stale, ignore_errors=True)
    try:
        with tempfile.TemporaryDirectory(prefix="sousveil-") as folder:
            url = f"ladybug:{folder}/graph"
            with connect(url) as store:
                store.replace(graph)
                app = create_app(Settings(Path(folder), url, site=site))
                app.config.update(PUBLISHED=True, BILINGUAL=chinese)
                app.extensions["live"] = Still(store)
                app.extensions["names"] = names.Names(graph.search_rows())
                app.register_blueprint(names.blueprint)
                files = _Site(app, partial, site).write(graph)
        mark = {"program": "sousveil", "version": VERSION, "dataset": graph.dataset, "site": site}
        (partial / _MARK).write_bytes(msgspec.json.format(msgspec.json.encode(mark)) + b"\n")
        _exchange(partial, target, old)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return Published(files + 1, graph.dataset)


def _exchange(new: Path, target: Path, old: Path) -> None:
    """Put the new folder in the place of the one that is there, if one is."""
    if not target.exists():
        new.rename(target)
        return
    target.rename(old)
    try:
        new.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


class _Site:
    """The pages of the application, and where each is written."""

    def __init__(self, app: Flask, folder: Path, site: str) -> None:
        self._app = app
        self._client = app.test_client()
        self._folder = folder
        self._site = site
        self._routes: MapAdapter = app.url_map.bind("localhost")
        self._answers: dict[str, _Answer | None] = {}
        """By address: None for what is not published."""
        self._files: set[str] = set()
        self._queue: deque[str] = deque()

    def write(self, graph: Assembly) -> int:
        """Fetch everything, then write the addresses anew; gives the number of files."""
        with self._app.test_request_context():
            for url in self._beginnings(graph):
                self._add(url)
                if self._app.config["BILINGUAL"]:
                    self._add(PREFIX + url)
        while self._queue:
            self._fetch(self._queue.popleft())
        kept = {a.file: a for a in self._answers.values() if a is not None}
        for answer in kept.values():
            path = self._folder / answer.file
            prefix, rest = self._parted(answer.url)
            if rest.startswith("/find/"):
                # The page that reads the index: addresses in it are as seen from there.
                reader = _Answer(f"{prefix}/find.html".strip("/"), "text/html", f"{prefix}/find")
                rows = [[self._relative(row[0], reader), *row[1:]]
                        for row in msgspec.json.decode(path.read_bytes())]
                path.write_bytes(msgspec.json.encode(rows))
            elif answer.mimetype in _LINKED:
                text = path.read_bytes().decode()
                path.write_bytes(self._linked(text, answer).encode())
        return len(kept)

    def _beginnings(self, graph: Assembly) -> Iterator[str]:
        """The pages of routes without a variable part, of every node, and all lists."""
        for rule in self._app.url_map.iter_rules():
            if not rule.arguments and "GET" in (rule.methods or ()):
                yield rule.rule
        yield _MISSION
        yield f"{_MISSION}&include-inferred=yes"
        yield from names.addresses()
        for cls in graph.schema.classes:
            if cls == "Claim":
                continue
            yield from (href(cls, node.id) for node in graph.nodes(cls))
        yield from (f"/claim/{claim.id}" for claim in graph.claims())

    # -- fetching

    def _parted(self, path: str) -> tuple[str, str]:
        """The prefix of a language, and the path in the application."""
        if self._app.config["BILINGUAL"] and f"{path}/".startswith(f"{PREFIX}/"):
            return PREFIX, path.removeprefix(PREFIX) or "/"
        return "", path

    def _add(self, url: str) -> None:
        key = self._key(url)
        if key is not None and key not in self._answers:
            self._answers[key] = None
            self._queue.append(key)

    def _key(self, url: str) -> str | None:
        """The address under which something is published; None if it is not."""
        parts = urlsplit(url.removeprefix(self._site) if self._site else url)
        if parts.scheme or parts.netloc or not parts.path.startswith("/"):
            return None
        prefix, rest = self._parted(unquote(parts.path))
        try:
            endpoint, values = self._routes.match(rest, method="GET")
        except HTTPException:
            return None
        if not (endpoint.partition(".")[0] in _SPOKEN and endpoint not in UNTRANSLATED
                and values.get("form") in (None, "svg")):
            prefix = ""
        if values.get("form") in _SAID_ELSE:
            return None
        asked = [
            (k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True)
            if v and (endpoint, k) != ("static", "v")
        ]
        if endpoint in _SERVED or endpoint.partition(".")[0] in _SERVED:
            return None
        if endpoint in _CRAWLABLE and not self._site:
            return None
        if endpoint == "pages.query":
            # The rows of a query that asks for nothing are on its own page.
            asked = [(k, v) for k, v in asked if k != "run"]
        elif not self._asks(endpoint, asked):
            return None
        path = quote(prefix + rest)
        return f"{path}?{urlencode(asked)}" if asked else path

    def _asks(self, endpoint: str, asked: list[tuple[str, str]]) -> bool:
        """Whether a question is one of those that are answered beforehand."""
        names_ = [k for k, _ in asked]
        if endpoint == "pages.paths":
            return not asked or ({"from", "to"} <= set(names_) <= set(_ANSWERED))
        if endpoint == "network.network":
            return not asked or (set(names_) <= {"open", "show"} and names_.count("open") == 1)
        return set(names_) <= {"page", "year"}

    def _fetch(self, key: str) -> None:
        path, _, question = key.partition("?")
        prefix, rest = self._parted(unquote(path))
        endpoint, values = self._routes.match(rest, method="GET")
        if endpoint == "pages.query" and not question and not any(
            p.required for p in catalogue()[values["name"]].parameters
        ):
            question = "run=1"
        answer = self._client.get(f"{path}?{question}" if question else path)
        if answer.status_code in (301, 302, 303, 307, 308):
            target = self._key(answer.headers["Location"])
            if target is not None:
                self._add(target)
                self._answers[key] = _Answer("", "", target)
            return
        if answer.status_code >= 500:
            raise StoreError(f"{key} cannot be published: {answer.text[:200]}")
        if answer.status_code != 200:
            return
        kind = answer.mimetype or ""
        found = _Answer(self._file(key, kind), kind, key)
        self._answers[key] = found
        whole = self._folder / found.file
        whole.parent.mkdir(parents=True, exist_ok=True)
        whole.write_bytes(answer.data)
        if kind in _LINKED:
            for place in self._places(answer.text):
                self._add(urljoin(key, place).partition("#")[0])
        waiting = len(self._queue)
        for rule in self._app.url_map.iter_rules(endpoint):
            if "form" not in values:
                self._add_twins(rule, values, key, prefix)
        # The twins come next: they ask the graph the same, and it remembers for a while.
        self._queue.rotate(len(self._queue) - waiting)

    def _add_twins(self, rule: Any, values: Mapping[str, Any], key: str, prefix: str) -> None:
        for form in forms(rule):
            _, mark, question = key.partition("?")
            built = self._routes.build(rule.endpoint, {**values, "form": form})
            self._add(f"{prefix}{built.partition('?')[0]}{mark}{question}")

    def _places(self, text: str) -> Iterator[str]:
        for tag in _TAG.finditer(text):
            if tag[1] not in ("form", "input"):
                yield from (unescape(place) for _, place in _PLACE.findall(tag[2]))
        if self._site:
            yield from map(unescape, self._own(text))

    def _own(self, text: str) -> list[str]:
        return re.findall(re.escape(self._site) + r'(/[^"<>\s]*)', text)

    def _file(self, key: str, mimetype: str) -> str:
        """The file of a page: its path, with the question in words behind it."""
        path, _, question = key.partition("?")
        stem = unquote(path).lstrip("/")
        stem += "index" if stem in ("", f"{PREFIX}/".lstrip("/")) else ""
        suffix = _SUFFIXES.get(mimetype, "")
        if suffix and stem.endswith(suffix):
            stem = stem.removesuffix(suffix)
        elif suffix == "":
            stem, suffix = str(PurePosixPath(stem).with_suffix("")), PurePosixPath(stem).suffix
        if question:
            words = "-".join(part for pair in parse_qsl(question) for part in pair)
            slug = re.sub(r"[^A-Za-z0-9._-]+", "-", words)
            if slug != words or len(slug) > 100:
                digest = hashlib.blake2b(question.encode(), digest_size=5).hexdigest()
                slug = f"{slug[:80]}-{digest}"
            stem = f"{stem}/{slug}"
        found, number = f"{stem}{suffix}", 1
        # Some file systems take A and a for the same letter.
        while found.lower() in self._files:
            number += 1
            found = f"{stem}~{number}{suffix}"
        self._files.add(found.lower())
        return found

    # -- addresses

    def _linked(self, text: str, answer: _Answer) -> str:
        """The text with every address of the site as that of a file."""
        if answer.mimetype == "text/html":
            text = _FORM.sub(lambda form: self._form(form, answer), text)
            text = re.sub(r'<script src="[^"]*/search\.js[^"]*" defer></script>\s*', "", text)
        if answer.mimetype != "text/plain":
            text = _TAG.sub(lambda tag: self._tag(tag, answer), text)
        if self._site:
            text = re.sub(
                re.escape(self._site) + r'(/[^"<>\s]*)',
                lambda place: escape(self._whole(unescape(place[1])), quote=False), text,
            )
        return text

    def _whole(self, url: str) -> str:
        url, mark, fragment = url.partition("#")
        found = self._published(url)
        if found is None:
            raise StoreError(f"{url} is linked by its whole address, and is not published")
        file = "" if found.file == "index.html" else quote(found.file)
        return f"{self._site}/{file}{mark}{fragment}"

    def _published(self, url: str) -> _Answer | None:
        key = self._key(url)
        for _ in range(5):  # An id that was merged leads on, once or more.
            found = self._answers.get(key) if key is not None else None
            if found is None or found.file:
                return found
            key = found.url
        return None

    def _tag(self, tag: re.Match[str], answer: _Answer) -> str:
        name, inside = tag[1], tag[2]
        lost = False

        def place(found: re.Match[str]) -> str:
            nonlocal lost
            to = self._relative(unescape(found[2]), answer)
            if to is None:
                lost = True
                return ""
            return f'{found[1]}="{escape(to)}"'

        inside = _PLACE.sub(place, inside)
        if name == "input":
            inside = re.sub(r' data-suggest="[^"]*"', "", inside)
        if name == "link" and lost:
            return ""
        return f"<{name}{inside}>"

    def _relative(self, place: str, answer: _Answer) -> str | None:
        """An address as seen from a page; None for what is not published."""
        if place.startswith("#") or (self._site and place.startswith(f"{self._site}/")):
            return place
        parts = urlsplit(place)
        if parts.scheme or parts.netloc:
            return place
        url, mark, fragment = urljoin(answer.url, place).partition("#")
        found = self._published(url)
        if found is None:
            return None
        here = PurePosixPath(answer.file).parent
        to = os.path.relpath(found.file, here).replace(os.sep, "/")
        return f"{quote(to)}{mark}{fragment}"

    def _form(self, form: re.Match[str], answer: _Answer) -> str:
        """A form: that of the search leads to the page that searches, others say what they need."""
        begin, inside, end = form.groups()
        prefix, _ = self._parted(answer.url.partition("?")[0])
        if 'role="search"' in begin:
            return re.sub(r'action="[^"]*"', f'action="{prefix}/find"', begin) + inside + end
        begin = re.sub(r' action="[^"]*"', "", begin)
        note = "" if 'class="inline"' in begin else _note(prefix)
        return f'{note}{begin}<fieldset class="unserved" disabled>{inside}</fieldset>{end}'


def _note(prefix: str) -> str:
    """What a form says that needs somebody to answer, in the language of its page."""
    note, paths = (CHINESE[text] if prefix else text for text in (_NOTE, _PATHS))
    link = f'<a href="{escape(prefix + _MISSION)}">{paths}</a>'
    told = note.format(program="<code>sousveil serve</code>", paths=link)
    return f'<p class="where">{told}</p>'
