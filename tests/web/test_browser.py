"""The site in a real browser: with and without scripts, by keyboard, at phone width, for axe."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from waitress import create_server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PAGES = [
    "/", "/search?q=上海", "/paths?from=EU&to=public-security-bureau",
    "/entity/axis-communications", "/entity/shanghai-psb", "/source/un-ol-usa-23-2019",
    "/queries", "/compare", "/about", "/ontology", "/sparql",
    "/queries/top-resellers?run=1", "/nothing",
    "/network?from=EU&to=public-security-bureau&open=axis-communications",
    "/paths?from=EU&to=public-security-bureau&group=channel&only=axis",
    "/transaction/lingchuan-2015", "/claim/{claim}", "/compare?one=axis&other=hikvision",
    "/zh/", "/zh/paths?from=EU&to=public-security-bureau", "/zh/entity/axis-communications",
]
WIDTHS = (320, 390, 768, 1440)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BY_COLOUR = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
"""What axe finds otherwise does not depend on the theme."""
ALIKE = """
    // The many terms of the ontology come from one template: two of each kind stand for all.
    for (const section of document.querySelectorAll('main > section'))
        if (section.previousElementSibling?.previousElementSibling?.matches('section'))
            section.remove();
"""


@pytest.fixture(scope="module")
def base(site: Flask) -> Iterator[str]:
    server = create_server(site, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        if os.environ.get("SOUSVEIL_TEST_BROWSER"):
            pytest.fail("no Chromium on this machine")
        pytest.skip("no Chromium on this machine: install Debian's package chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


def page(browser: Any, base: str, width: int = 1280, **options: Any) -> Any:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, base_url=base, **options
    )
    context.set_default_timeout(120_000)  # Other things run on the machine.
    found = context.new_page()
    found.problems = []
    found.on("console", lambda m: found.problems.append(m.text) if m.type == "error" else None)
    found.on("pageerror", lambda e: found.problems.append(str(e)))
    return found


@pytest.mark.parametrize("scripts", [True, False])
def test_from_a_name_to_the_evidence(
    browser: Any, base: str, scripts: bool, tmp_path: Path
) -> None:
    one = page(browser, base, java_script_enabled=scripts, accept_downloads=True)
    one.goto("/")
    one.fill("#q", "安讯士")
    one.press("#q", "Enter")
    one.click(".results a[href='/entity/axis-communications']")
    assert "Axis Communications" in one.text_content("h1")
    one.click("text=Paths from this company to public bodies")
    one.click(".card >> nth=0 >> ul.claims a >> nth=0")
    assert "/claim/" in one.url or "/source/" in one.url
    one.goto("/paths?from=EU&to=public-security-bureau")
    with one.expect_download() as download:
        one.click(".twins >> text=CSV")
    download.value.save_as(tmp_path / "paths.csv")
    assert (tmp_path / "paths.csv").read_text("utf-8").count("path-") == 6
    assert one.problems == []


def test_search_as_one_types(browser: Any, base: str) -> None:
    one = page(browser, base)
    one.goto("/")
    one.type("#q", "hikvis")
    one.wait_for_selector(".suggestions a")
    one.press("#q", "ArrowDown")
    one.keyboard.press("Enter")
    one.wait_for_url("**/entity/**")
    assert "ikvision" in one.text_content("h1")
    assert one.problems == []


@pytest.mark.parametrize("url", PAGES)
def test_a_page_fits_every_screen_and_axe_finds_nothing(
    browser: Any, base: str, client: FlaskClient, url: str
) -> None:
    """At every width, in both themes: on one page, which is drawn anew and not loaded anew."""
    from axe_playwright_python.sync_playwright import Axe

    if "{claim}" in url:
        claims = client.get("/source/un-ol-usa-23-2019.json").json
        assert claims is not None
        url = url.format(claim=claims["claims"][0]["id"])
    one = page(browser, base, color_scheme="light", bypass_csp=True)
    one.goto(url)
    for width in WIDTHS:
        one.set_viewport_size({"width": width, "height": 900})
        assert one.evaluate("document.documentElement.scrollWidth") <= width
    one.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert one.evaluate("document.documentElement.scrollWidth") <= WIDTHS[-1]
    if url == "/ontology":
        one.evaluate(ALIKE)
    found = Axe().run(one, options={"runOnly": RULES})
    one.emulate_media(color_scheme="dark")
    dark = Axe().run(one, options={"runOnly": BY_COLOUR})
    assert [
        (v["id"], v["nodes"][0]["html"][:200])
        for v in (*found.response["violations"], *dark.response["violations"])
    ] == []
    one.context.close()


def test_the_keyboard_reaches_everything(browser: Any, base: str) -> None:
    one = page(browser, base)
    one.goto("/paths?from=EU&to=public-security-bureau")
    one.keyboard.press("Tab")
    assert one.evaluate("document.activeElement.className") == "skip"
    links = one.locator("main a, main button, main input, main summary, main .frame").count()
    reached = set()
    for _ in range(links + 40):
        one.keyboard.press("Tab")
        tag, at, outline, html = one.evaluate("""(() => {
            const e = document.activeElement;
            return [e.tagName, [...document.querySelectorAll('*')].indexOf(e),
                    getComputedStyle(e).outlineStyle, e.outerHTML.slice(0, 200)] })()""")
        if tag != "BODY":
            reached.add(at)
            assert outline != "none", html
    assert len(reached) >= links


@pytest.mark.parametrize("scripts", [True, False])
def test_a_node_is_opened_and_closed(browser: Any, base: str, scripts: bool) -> None:
    """By keyboard: in place with scripts, by a new page without them, to the same picture."""
    one = page(browser, base, java_script_enabled=scripts)
    one.goto("/network?from=EU&to=public-security-bureau")
    before = one.locator("#network .box").count()
    more = one.locator("a.more[data-node='axis-communications']")
    more.focus()
    one.keyboard.press("Enter")
    one.wait_for_selector("a.more[aria-label^='Take away']")
    assert "open=axis-communications" in one.url
    assert one.locator("#network .box").count() > before
    if scripts:
        assert one.evaluate("document.activeElement.dataset.node") == "axis-communications"
        one.go_back()
        one.wait_for_selector("a.more[aria-label^='Take away']", state="detached")
    else:
        one.click("a.more[aria-label^='Take away']")
    assert one.locator("#network .box").count() == before
    assert one.problems == []


def test_a_picture_is_taken_away(browser: Any, base: str, tmp_path: Path) -> None:
    one = page(browser, base, accept_downloads=True)
    one.goto("/entity/axis-communications")
    with one.expect_download() as download:
        one.click("#ownership >> text=SVG")
    download.value.save_as(tmp_path / "ownership.svg")
    assert "<title" in (tmp_path / "ownership.svg").read_text("utf-8")
    one.goto((tmp_path / "ownership.svg").as_uri())
    assert one.evaluate("document.querySelector('.company rect') && getComputedStyle("
                        "document.querySelector('.company rect')).stroke") == "rgb(11, 92, 117)"
