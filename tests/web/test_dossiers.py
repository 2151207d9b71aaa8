"""Dossiers: everything of a path is in every format, and nothing of the data is ever obeyed."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import docx
import lxml.html
import msgspec
import pytest
import typst
from playwright.sync_api import sync_playwright

from sousveil.errors import BadParameter, ConfigError
from sousveil.graph import Claim, ClaimStore, Store, assemble, connect
from sousveil.graph.records import identified
from sousveil.loaders import LOADERS, load
from sousveil.queries import Question, find_paths
from sousveil.queries.dossier import (
    Dossier,
    Facts,
    Heading,
    Items,
    Table,
    Text,
    asked,
    dossier,
    printable,
)
from sousveil.settings import Settings
from sousveil.web.app import create_app
from sousveil.web.dossiers import FORMATS, MissingLetters, write
from tests.cli import support

GOLDEN = Path(__file__).parent / "golden"
MORPHO = "path-defe67175f2677a6"
LINGCHUAN = "path-d5efe63e6d5390f4"
HUANGPU = "path-15623ae7af414b1f"
TWO = (MORPHO, LINGCHUAN)
"""A path with replies, an inferred subsidiary and a successor, and one that is contested."""
EU = Question(from_="EU", to="public-security-bureau")
HOSTILE = (
    '#import "@preview/x" #panic("y") $x$ *b* _i_ `c` <script>alert(1)</script> ]]> & &amp; '
    '[a](https://b.example) | \\ {{ 7*7 }} "q" \u202eelbisrever\u0007 =SUM(A1) 上海'
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("dossiers")
    return create_app(Settings(folder, str(folder / "graph")))


def made(store: Store, *ids: str, question: Question = EU) -> Dossier:
    answer, notes = find_paths(store, question)
    return dossier(store, answer, notes, ids=ids, date="2026-11-22")


@pytest.fixture(scope="module")
def every(shipped_store: Store, app: Any) -> dict[str, bytes]:
    """Two paths of the shipped data, in every format but PDF."""
    found = made(shipped_store, *TWO)
    return {form: write(found, form, app) for form in FORMATS if form != "pdf"}


@pytest.fixture(scope="module")
def pdf(shipped_store: Store, app: Any) -> bytes:
    """The same as PDF; not on a machine without Chinese fonts."""
    try:
        return write(made(shipped_store, *TWO), "pdf", app)
    except MissingLetters as error:
        pytest.skip(str(error))


def words(form: str, content: bytes) -> str:
    """The text of a file as a reader of that format has it, without spaces."""
    if form == "docx":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            xml = ElementTree.fromstring(archive.read("word/document.xml"))
        text = "".join(xml.itertext())
    elif form == "html":
        text = lxml.html.fromstring(content).text_content()
    else:
        text = re.sub(r"\\([^a-zA-Z0-9\s])", r"\1", content.decode())
    return re.sub(r"\s+", "", text)


def typeset(found: Dossier, app: Any) -> bytes:
    """The template of the PDF, with the same data, as HTML: what the pages say can be read there.
    """
    compiled = typst.compile

    def as_html(template: bytes, **given: Any) -> Any:
        if given["format"] == "png":
            return compiled(template, **given)
        return compiled(template, format="html", sys_inputs=given["sys_inputs"])

    with mock.patch.object(typst, "compile", as_html):
        return write(found, "pdf", app)


# Whole ------------------------------------------------------------------------------------------


def test_every_claim_reply_document_and_hash_is_in_every_format(
    shipped_store: Store, every: dict[str, bytes], app: Any
) -> None:
    answer, _ = find_paths(shipped_store, EU)
    needed = {answer.dataset, "2026-11-22", "eaf8ffc6bed430406d1ce1da9e6ca7d30fbe7c51c1ddc98b1197"
              "f47bef54d8dd", "No end user is stated; the buyer stands for it."}
    paths = [p for p in answer.paths if p.id in TWO]
    for path in paths:
        needed |= {path.id, path.transaction.title, path.end_user.name, path.end_user.name_zh}
        needed |= {s.name for s in path.sellers} | {c.id for c in path.claims}
        needed |= {c.locator for c in path.claims} | {c.source for c in path.claims}
    replies = shipped_store.run(
        "MATCH (c:Claim) WHERE c.id IN $ids AND c.summary <> '' RETURN c.summary",
        {"ids": [c.id for p in paths for c in p.claims]},
    ).rows
    assert replies
    needed |= {row[0] for row in replies}
    for form, content in {**every, "pdf": typeset(made(shipped_store, *TWO), app)}.items():
        text = words("html" if form == "pdf" else form, content)
        missing = {n for n in needed if re.sub(r"\s+", "", n) not in text}
        assert not missing, form


def test_every_block_is_in_every_format(shipped_store: Store, every: dict[str, bytes]) -> None:
    for block in made(shipped_store, *TWO).blocks:
        match block:
            case Text(text):
                parts: Iterable[str] = [text]
            case Items(items):
                parts = items
            case Facts(rows) | Table(_, rows):
                parts = [cell for row in rows for cell in row]
            case _:
                continue
        for form in ("html", "docx", "markdown"):
            text = words(form, every[form])
            assert all(re.sub(r"\s+", "", part) in text for part in parts), (form, block)


def test_the_markdown_of_a_path_is_as_it_was(shipped_store: Store, app: Any) -> None:
    found = write(made(shipped_store, MORPHO), "markdown", app).decode()
    # The hashes change with every change of the shipped data or of the ontology.
    found = re.sub(
        r"(?<=\*\*Data set:\*\* ).*|(?<=\*\*Ontology:\*\* ).*|(?<=Sousveil )[\d.]+", "…", found
    )
    golden = GOLDEN / "dossier.md"
    assert found == golden.read_text("utf-8")


def test_the_same_dossier_is_the_same_bytes(
    shipped_store: Store, every: dict[str, bytes], pdf: bytes, app: Any
) -> None:
    found = made(shipped_store, *TWO)
    before = {**every, "pdf": pdf}
    assert [form for form in FORMATS if write(found, form, app) != before[form]] == []


def test_only_the_step_that_somebody_contests_is_marked(
    shipped_store: Store, app: Any
) -> None:
    found = made(shipped_store, LINGCHUAN)
    (steps,) = [b.items for b in found.blocks if isinstance(b, Items) and "(seller)" in str(b)]
    assert [s.partition("; ")[2] for s in steps] == ["contested; 2015-08-21", *["2015-08-21"] * 2]
    page = lxml.html.fromstring(write(found, "html", app))
    (alternative,) = page.xpath("//img/@alt")
    assert re.findall(r": (\w+), documented, contested", alternative) == ["manufacturer"]


def test_a_reply_of_the_successor_is_a_reply(shipped_store: Store) -> None:
    texts = [b.text for b in made(shipped_store, MORPHO).blocks if isinstance(b, Text)]
    silent = [t for t in texts if t.startswith("No statement of")]
    assert "Safran" in silent[0]  # On the ownership nobody says anything,
    assert "Safran" not in silent[1]  # on the sale Idemia does, which Safran's company became.
    assert "Morpho Security System (Shanghai)" in silent[1]


def test_whoever_is_named_above_a_party_is_named_with_evidence(shipped_store: Store) -> None:
    """The parent of the origin, the body above the recipient, and what became of a company."""
    for id_, fact, title, claim, gap in (
        (LINGCHUAN, "Canon Inc. (JP): reported; when is not stated", "Ownership",
         "Stated: Canon Inc. owns Axis Communications", "Since when Canon Inc. has owned"),
        (HUANGPU, "Shanghai Public Security Bureau", "What the recipient is part of",
         "is part of Shanghai Public Security Bureau", ""),
        (MORPHO, "", "What became of the companies",
         "went on as Idemia (date: 2017-05-31; kind: merger)", ""),
    ):
        blocks = made(shipped_store, id_).blocks
        facts = [value for b in blocks if isinstance(b, Facts) for _, value in b.rows]
        assert not fact or fact in facts
        at = next(n for n, b in enumerate(blocks)
                  if isinstance(b, Heading) and b.text == f"Claims and replies. {title}")
        standings, table = blocks[at + 1:at + 3]
        assert isinstance(standings, Items)
        assert isinstance(table, Table)
        assert all(re.search(r": (reported|documented in a record|inferred)", item)
                   for item in standings.items)
        assert any(claim in said and "[claim-" in where for _, said, where in table.rows)
        assert any(gap in item for b in blocks if isinstance(b, Items) for item in b.items)


def test_values_that_differ_are_told_with_their_places(
    world: Callable[..., Store], tmp_path: Path
) -> None:
    known = claims(tmp_path)
    (award,) = [c for c in known if c.about == "award-1"]
    other = {**award.values, "date": "2019-06-01"}
    second = identified(msgspec.structs.replace(award, values=other, locator="p. 9"))
    store = world([*known, second])
    found = made(store, question=Question(from_="SE", to="public-security-bureau"))
    (conflict,) = [
        item for b in found.blocks if isinstance(b, Items) for item in b.items
        if "2019-06-01" in item
    ]
    assert conflict.startswith("Award of cameras, date: ")
    assert "p. 4" in conflict
    assert "p. 9" in conflict


def claims(folder: Path) -> list[Claim]:
    case = folder / "case"
    case.mkdir()
    for name, text in support.SMALL.items():
        (case / name).write_text(text, "utf-8")
    store = ClaimStore(folder / "claims")
    load([case], store, LOADERS)
    return list(store.read_all())


# Hostile names -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dossier]:
    folder = tmp_path_factory.mktemp("hostile")
    changed = [
        msgspec.structs.replace(c, values={**c.values, "name": HOSTILE}) if c.about == "maker"
        else c for c in claims(folder)
    ]
    with connect(str(folder / "graph")) as store:
        store.replace(assemble(changed))
        yield made(store, question=Question(from_="SE", to="public-security-bureau"))


@pytest.mark.parametrize("form", ["html", "docx", "markdown", "pdf"])
def test_a_hostile_name_is_printed_and_not_obeyed(hostile: Dossier, form: str, app: Any) -> None:
    content = typeset(hostile, app) if form == "pdf" else write(hostile, form, app)
    text = words("html" if form == "pdf" else form, content)
    assert re.sub(r"\s+", "", printable(HOSTILE)) in text
    assert "\u202e" not in content.decode(errors="ignore")
    if form == "html":
        page = lxml.html.fromstring(content)
        assert not page.xpath("//script | //*[@onclick] | //a[contains(@href, 'b.example')]")
    if form == "markdown":
        assert "<script" not in re.sub(r"\\.", "", content.decode())


def test_what_has_no_shape_is_written_out() -> None:
    assert printable("a\u202eb\u0000\ue000\n\u3000c") == "a[U+202E]b[U+0000][U+E000]  c"


# PDF, Word, HTML ---------------------------------------------------------------------------------


def test_the_pdf_says_what_it_conforms_to(pdf: bytes) -> None:
    metadata = pdf[pdf.index(b"<x:xmpmeta"):pdf.index(b"</x:xmpmeta>")].decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "Dossier: 2 supply paths" in metadata
    assert b"2026-11-22T00:00:00" in pdf


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="no pdftotext (poppler-utils)")
def test_a_reader_of_pdf_finds_the_text_and_the_tags(
    shipped_store: Store, pdf: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "two.pdf"
    path.write_bytes(pdf)

    def said(*command: str) -> str:
        ran = subprocess.run(command, check=True, capture_output=True)
        return ran.stdout.decode("utf-8", "replace")

    text = re.sub(r"\s+", "", said("pdftotext", "-raw", str(path), "-"))
    found = made(shipped_store, *TWO)
    for block in found.blocks:
        parts: Iterable[str] = ()
        if isinstance(block, Facts | Table):
            parts = [cell for row in block.rows for cell in row]
        elif isinstance(block, Text):
            parts = [block.text]
        assert all(re.sub(r"\s+", "", part) in text for part in parts), block
    assert "广西凯雅乐网络科技有限公司" in text
    assert re.search(r"Tagged:\s+yes", said("pdfinfo", str(path)))
    tags = said("pdfinfo", "-struct", str(path))
    assert {"H1", "Table", "TH", "TD", "L", "Figure"} <= set(re.findall(r"^\s*(\w+)", tags, re.M))


@pytest.mark.parametrize(("form", "letters"), [("pdf", "上海"), ("docx", "the picture")])
def test_letters_without_a_font_are_refused_and_named(
    hostile: Dossier, form: str, letters: str, app: Any
) -> None:
    bare = typst.Fonts(include_system_fonts=False)
    with (
        mock.patch("sousveil.web.dossiers._fonts", return_value=bare),
        pytest.raises(MissingLetters, match=letters) as caught,
    ):
        write(hostile, form, app)
    assert "fonts-noto-cjk" in caught.value.hint


def test_a_folder_of_fonts_must_be_one(shipped_store: Store, app: Any, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no folder of fonts"):
        write(made(shipped_store, MORPHO), "pdf", app, tmp_path / "none")


def test_word_reads_the_file(every: dict[str, bytes]) -> None:
    found = docx.Document(io.BytesIO(every["docx"]))
    assert found.core_properties.title == "Dossier: 2 supply paths"
    assert len(found.inline_shapes) == 2
    assert all("manufacturer" in s._inline.docPr.get("descr") for s in found.inline_shapes)
    assert [p.text for p in found.paragraphs if p.style.name == "Heading 1"][-1] == (
        "How this answer was obtained"
    )
    assert all(t.rows[0]._tr.xpath("w:trPr/w:tblHeader") for t in found.tables)
    assert all(r._tr.xpath("w:trPr/w:cantSplit") for t in found.tables for r in t.rows[1:])
    (foot,) = found.sections[0].footer.paragraphs
    assert foot.text.startswith("Data set ")
    assert foot._p.xpath("w:fldSimple/@w:instr") == ["PAGE", "NUMPAGES"]


def test_axe_finds_nothing_in_the_page(every: dict[str, bytes]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 390, "height": 800}, bypass_csp=True)
        page.set_content(every["html"].decode())
        found = Axe().run(page).response["violations"]
        wide = page.evaluate("document.documentElement.scrollWidth")
        browser.close()
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == []
    assert wide <= 390


# What is asked -----------------------------------------------------------------------------------


def test_the_command_that_asks_again() -> None:
    question = Question(from_="SE", to="上海市公安局", contested=False, max_rollup=2,
                        include_inferred=True, limit=1000, as_of="2018-01-01")
    assert asked(question) == (
        "sousveil paths --from SE --to 上海市公安局 --uncontested --as-of 2018-01-01 --roll-up 2 "
        "--include-inferred"
    ).replace("上海市公安局", "'上海市公安局'")


def test_a_path_that_does_not_answer_is_an_error(shipped_store: Store) -> None:
    with pytest.raises(BadParameter, match=r"path-0000.* is not among the 6 paths"):
        made(shipped_store, "path-0000")
    nothing = Question(from_="SE", to="CN:university", within="CN-XJ")
    with pytest.raises(BadParameter, match="no path answers"):
        made(shipped_store, question=nothing)
