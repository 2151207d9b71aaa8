"""Publication: links lead to files, nothing withheld is in them, a failure leaves the old one."""

from __future__ import annotations

import functools
import http.server
import json
import re
import threading
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from click.testing import CliRunner
from lxml import etree

from sousveil.cli import cli
from sousveil.errors import ConfigError
from sousveil.graph import ClaimStore, SourceInfo, assemble
from sousveil.graph.records import identified
from sousveil.web import publish as publishing
from sousveil.web.names import keys, spelled
from sousveil.web.publish import publish
from tests.embargo import PAPER, world
from tests.web.test_browser import browser, page  # noqa: F401

SITE = "https://example.org/data"
EXTRA = [identified(c) for c in (
    PAPER.node("Company", "MAKER", name="Société Générale d'Écoute"),
    PAPER.node("Company", "anxunshi", name="安讯士网络通讯有限公司"),
)]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a source under embargo, and a merge by somebody with a name."""
    folder = tmp_path_factory.mktemp("home-of-jane")
    info = SourceInfo(key="world", loader="templates")
    ClaimStore(folder / "claims").replace(info, [*world("until the trial"), *EXTRA])
    (folder / "decisions.jsonl").write_text(json.dumps({
        "action": "merge", "keep": "MAKER", "drop": "anxunshi", "by": "Jane Contributor",
        "reason": "Jane saw both", "date": "2026-01-01",
    }) + "\n")
    return folder


def run(home: Path, *words: str) -> str:
    done = CliRunner().invoke(
        cli, ["publish", *words], env={"SOUSVEIL_HOME": str(home)}, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture(scope="module")
def published(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("public") / "site"
    assert "claims that rest on sources under embargo" in run(home, str(target))
    return target


@pytest.fixture(scope="module")
def addressed(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("public") / "site"
    run(home, str(target), "--site", SITE + "/", "--chinese")
    return target


def files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file())


def links(path: Path) -> Iterator[str]:
    for attributes in re.findall(r"<\w+\b([^<>]*)>", path.read_text("utf-8")):
        yield from map(unescape, re.findall(r'(?<![\w-])(?:href|src|action)="([^"]*)"', attributes))


def check_links(folder: Path, site: str = "") -> int:
    """Every link leads to a file of the folder, to a place in it, or to another site."""
    checked = 0
    for path in files(folder):
        if path.suffix not in (".html", ".svg", ".atom"):
            continue
        for link in links(path):
            here = path.parent
            if site and link.startswith(site):
                link, here = "." + link.removeprefix(site), folder
            parts = urlsplit(link)
            if parts.scheme:
                assert "localhost" not in link
                continue
            assert not link.startswith("/"), (path, link)
            to = (here / unquote(parts.path)).resolve() if parts.path else path
            to = to / "index.html" if site and to == folder.resolve() else to
            assert to.is_file(), (path, link)
            assert to.is_relative_to(folder.resolve())
            if parts.fragment:
                assert f'id="{parts.fragment}"' in to.read_text("utf-8"), (path, link)
            checked += 1
    return checked


def test_every_link_leads_to_a_file(published: Path) -> None:
    assert check_links(published) > 1000
    for path in files(published):
        assert "localhost" not in path.read_text("utf-8", "replace"), path


def test_nothing_withheld_and_nobody_is_in_any_file(published: Path, home: Path) -> None:
    secrets = [b"leak", b"Hidden", b"hidden-company", b"hidden sale", b"Secret", b"copy-2022",
               b"Jane", b"until the trial", str(home).encode(), b"sousveil-"]
    for path in files(published):
        where = str(path.relative_to(published)).encode()
        assert [s for s in secrets if s in path.read_bytes() or s in where] == [], path


def test_every_page_has_its_twins(published: Path) -> None:
    for stem in ("entity/bureau", "transaction/sale-1", "source/paper-2020"):
        assert (published / f"{stem}.html").is_file()
        data = json.loads((published / f"{stem}.json").read_bytes())
        assert data["id"] == stem.partition("/")[2]
    claim = next((published / "claim").glob("*.json"))
    assert claim.with_suffix(".html").is_file()
    assert "\npaper-2020," in (published / "queries" / "sources.csv").read_text("utf-8")


def test_the_answers_that_are_published(published: Path) -> None:
    mission = published / "paths" / "from-EU-to-public-security-bureau.html"
    assert mission.read_text("utf-8").count('<article class="card"') == 1
    answer = json.loads(mission.with_suffix(".json").read_bytes())
    assert [p["end_user"]["id"] for p in answer["paths"]] == ["bureau"]
    home = (published / "index.html").read_text("utf-8")
    assert 'href="paths/from-EU-to-public-security-bureau.html"' in home


def test_what_needs_a_server_says_so(published: Path) -> None:
    for name in ("paths", "compare"):
        text = (published / f"{name}.html").read_text("utf-8")
        assert "This form needs the program behind these pages" in text
        assert "<fieldset" in text
        assert "disabled" in text
    assert not (published / "search.html").exists()
    assert not {"api", "reconcile.json"} & {p.name for p in published.iterdir()}


def test_without_an_address_nothing_that_needs_one(published: Path) -> None:
    names = {p.name for p in files(published)}
    assert not names & {"robots.txt", "sitemap.xml", "card.png"}
    assert "canonical" not in (published / "index.html").read_text("utf-8")


def test_with_an_address_it_can_be_cited(addressed: Path) -> None:
    assert check_links(addressed, SITE) > 1000
    page = (addressed / "entity" / "bureau.html").read_text("utf-8")
    assert f'<link rel="canonical" href="{SITE}/entity/bureau.html">' in page
    assert f'"url": "{SITE}/entity/bureau.html"' in page
    assert (addressed / "card.png").read_bytes()[:4] == b"\x89PNG"
    assert f"Sitemap: {SITE}/sitemap.xml" in (addressed / "robots.txt").read_text()
    places: list[str] = []
    for part in etree.parse(addressed / "sitemap.xml").getroot().iter("{*}loc"):
        assert part.text is not None
        one = etree.parse(addressed / part.text.removeprefix(SITE + "/"))
        places += [e.text or "" for e in one.getroot().iter("{*}loc")]
    assert f"{SITE}/entity/bureau.html" in places
    for place in places:
        local = place.removeprefix(SITE + "/") or "index.html"
        assert (addressed / local).is_file(), place
    feed = etree.parse(addressed / "feeds" / "sources.atom").getroot()
    assert feed.findtext("{*}id") == f"{SITE}/feeds/sources.atom"


def test_in_chinese_too(addressed: Path, published: Path) -> None:
    pages = {p.relative_to(addressed / "zh") for p in files(addressed / "zh")}
    assert {p.suffix for p in pages} == {".html", ".svg", ".json"}
    assert all(p.parts[0] == "find" for p in pages if p.suffix == ".json")
    english = {p.relative_to(addressed) for p in files(addressed) if p.suffix == ".html"}
    alone = {Path("ontology.html"), Path("sparql.html")}
    assert {p for p in pages if p.suffix == ".html"} == {
        p for p in english if p.parts[0] != "zh"} - alone
    page = (addressed / "zh" / "entity" / "bureau.html").read_text("utf-8")
    assert '<html lang="zh-Hans">' in page
    assert f'<link rel="alternate" hreflang="en" href="{SITE}/entity/bureau.html">' in page
    assert 'href="../../entity/bureau.html"' in page
    assert 'href="../../entity/bureau.json"' in page
    assert "../zh/entity/bureau.html" in set(links(addressed / "entity" / "bureau.html"))
    assert "zh/index.html" in set(links(addressed / "index.html"))
    rows = json.loads(next((addressed / "zh" / "find").glob("*.json")).read_bytes())
    assert (addressed / "zh" / unquote(rows[0][0])).is_file()
    assert not (published / "zh").exists()
    assert "zh-Hans" not in (published / "index.html").read_text("utf-8")


def test_names_by_letter_and_by_what_is_typed(published: Path) -> None:
    def found(question: str) -> set[str]:
        key = next(keys(spelled(question)))
        path = published / "find" / f"{key}.json"
        return {row[0] for row in json.loads(path.read_bytes())} if path.exists() else set()

    assert "entity/maker~2.html" in found("maker")
    assert found("societe") == found("Générale") == {"entity/MAKER.html"}
    assert "entity/MAKER.html" in found("安讯") & found("anxun")  # merged: one of its names
    assert found("zz") == set()
    assert "../entity/maker~2.html" in set(links(published / "names" / "m.html"))
    assert "names/m.html" in set(links(published / "find.html"))


def test_ids_that_differ_in_capitals_are_two_files(published: Path) -> None:
    found = [p.name.lower() for p in (published / "entity").iterdir()]
    assert len(found) == len(set(found))
    assert "maker~2.html" in found


def test_the_same_claims_give_the_same_bytes(published: Path, addressed: Path) -> None:
    """Two publications, of which only the pages for people and search engines know an address.

    One has pages in Chinese, too: the data beside them are those beside the English ones.
    """
    one, other = (
        {p.relative_to(f): p.read_bytes() for p in files(f)
         if p.suffix not in (".html", ".atom", ".xml", ".txt") and p.name != "publication.json"
         and p.relative_to(f).parts[0] != "zh"}
        for f in (published, addressed)
    )
    other.pop(Path("card.png"))
    assert one == other
    assert len(one) > 100


def test_a_failed_publication_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "site"
    target.mkdir()
    (target / "publication.json").write_text("{}")
    (target / "old.html").write_text("old")

    def fail(*_: Any) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(publishing._Site, "write", fail)
        with pytest.raises(ConfigError, match="No space left"):
            publish(assemble([]), target)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["site"]
    assert (target / "old.html").read_text() == "old"
    with monkeypatch.context() as patched:
        patched.setattr(publishing, "_exchange", fail)
        patched.setattr(publishing._Site, "write", lambda self, graph: self._folder.mkdir() or 0)
        with pytest.raises(ConfigError):
            publish(assemble([]), target)
    assert (target / "old.html").read_text() == "old"
    with monkeypatch.context() as patched:
        patched.setattr(publishing._Site, "write", lambda self, graph: self._folder.mkdir() or 0)
        publish(assemble([]), target)
    assert [p.name for p in target.iterdir()] == ["publication.json"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["site"]


def test_a_folder_of_somebody_elses_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").write_text("years of work")
    with pytest.raises(ConfigError, match="no publication"):
        publish(assemble([]), tmp_path)
    with pytest.raises(ConfigError, match="is a file"):
        publish(assemble([]), tmp_path / "thesis.odt")
    assert (tmp_path / "thesis.odt").read_text() == "years of work"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        del format, args


@pytest.mark.parametrize("scripts", [True, False])
def test_in_a_browser(browser: Any, published: Path, scripts: bool) -> None:  # noqa: F811
    handler = functools.partial(Quiet, directory=str(published.parent))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        one = page(browser, f"http://127.0.0.1:{server.server_port}", java_script_enabled=scripts)
        one.goto("/site/index.html")
        one.fill("#q", "安讯士")
        one.press("#q", "Enter")
        if scripts:
            one.click("#found a")
        else:
            assert "needs JavaScript" in one.text_content("#told")
            one.click(".letters a[href='names/s.html']")
            one.click("main ul a:has-text('Générale')")
        assert "Générale" in one.text_content("h1")
        assert one.problems == []
    finally:
        server.shutdown()
