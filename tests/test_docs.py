"""The pages say what is true: their answers are run, their words and links exist."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import click
import msgspec
import pytest

from sousveil.cli import _VERBS, EXIT_CODES, cli
from sousveil.graph import connect
from sousveil.loaders import LOADERS
from sousveil.ontology import Schema
from sousveil.queries import Paths, Question, SupplyPath, catalogue, find_paths
from sousveil.queries.words import date_words

ROOT = Path(__file__).parents[1]


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


generate = _generator()
PAGES: list[Path] = generate.PAGES


@cache
def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which every page has been run; `home` has the shipped data."""
    return tmp_path_factory.mktemp("docs").resolve()


@pytest.fixture(scope="module")
def fresh(work: Path) -> dict[Path, str]:
    found: dict[Path, str] = generate.fresh(work)
    return found


# Generated pages and answers ---------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_shows_what_is_true_now(page: Path, fresh: dict[Path, str]) -> None:
    if page in fresh:
        shown = page.read_text("utf-8").splitlines()
        assert shown == fresh[page].splitlines(), "run: python docs/generate.py"


def test_the_table_has_every_path_and_every_transaction(
    work: Path, fresh: dict[Path, str]
) -> None:
    del fresh
    question = Question(from_="EU", to="public-body", include_inferred=True, limit=0)
    with connect(str(work / "home" / "graph")) as store:
        answer, _ = find_paths(store, question)
        (transactions,) = store.run("MATCH (t:Transaction) RETURN count(*) AS number").rows[0]
    yielding, _, without = text("docs/paths.md").partition("## Transactions that yield no path")
    rows = [line for line in yielding.splitlines() if re.match(r"\| \d+ \|", line)]
    assert len(rows) == len(answer.paths)
    for path in answer.paths:
        claims = {c.id: c for c in path.claims}
        needed = [
            f"| {path.origin.name} ({path.origin.country})", path.end_user.name,
            f"| {date_words(path.transaction.date)} |", f"| {path.channel}",
            f"| {path.standing} | {'yes' if path.contested else 'no'} |",
            *(s.name for s in path.sellers), *path.products, *path.programmes,
            *(claims[c].locator for s in path.steps for c in s.claims),
        ]
        assert any(all(part in row for part in needed) for row in rows), path.id
    paths = {p.transaction.id for p in answer.paths}
    assert len(without.strip().splitlines()) - 4 == transactions - len(paths)


def test_pages_that_differ_are_noticed() -> None:
    refreshed = generate.refreshed
    assert refreshed(["a", "…", "d"], ["a", "b", "c", "d"]) == ["a\n", "…\n", "d\n"]
    assert refreshed(["a", "…", "d"], ["x", "b", "c", "y"]) == ["x\n", "…\n", "y\n"]
    assert refreshed(["a"], ["b"]) == ["b\n"]
    assert refreshed(["…", "a 1", "…"], ["x", "a 2", "y"]) == ["…\n", "a 2\n", "…\n"]
    assert refreshed([], ["b"]) == ["b\n"]


# Nothing is left undocumented -------------------------------------------------------------------


def everything() -> str:
    return "\n".join(p.read_text("utf-8") for p in PAGES)


def test_every_query_is_documented() -> None:
    documented = set(re.findall(r"^### (\S+)$", text("docs/queries.md"), re.M))
    assert documented == set(catalogue())


def test_every_query_that_is_written_exists() -> None:
    table = text("docs/investigators.md").partition("| question | query |")[2].partition("\n\n")[0]
    named = set(re.findall(r"`([a-z-]+)`", table))
    named |= set(re.findall(r"sousveil query (?:run|show) ([a-z][a-z-]+)", everything()))
    assert named - set(catalogue()) == set()


def test_every_verb_is_documented_and_exists() -> None:
    written = re.findall(r"(?:^\$ |`|^)sousveil ([a-z]+)\b", everything(), re.M)
    assert set(written) == set(_VERBS)


def test_every_option_that_is_written_exists() -> None:
    known = {"--check", "--help", "--version"} | set(_options(cli, click.Context(cli)))
    own = re.sub(r"```.*?```", "", everything(), flags=re.S)
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", own)) - known == set()


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for parameter in command.params:
        yield from (*parameter.opts, *parameter.secondary_opts)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from _options(found, context)


def test_every_template_is_documented_and_exists() -> None:
    schema = Schema.load()
    table = text("docs/your-own-data.md").partition("| for | templates |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`([a-z-]+)`", table)) == set(schema.templates)


def test_every_loader_is_documented() -> None:
    for loader in LOADERS:
        page = "your-own-data" if loader.name == "templates" else f"loaders/{loader.name}"
        assert (ROOT / f"docs/{page}.md").exists(), f"docs/{page}.md: a page for the format"


@pytest.mark.parametrize("scheme", ["standing", "channel", "basis", "stance"])
def test_every_concept_of_the_method_is_documented(scheme: str) -> None:
    for concept in Schema.load().concepts[scheme]:
        if (scheme, concept) != ("stance", "asserts"):
            assert f"`{concept}`" in text("docs/method.md"), concept
    assert "`asserts`" in text("CONTEXT.md")


def test_every_exit_code_is_documented() -> None:
    table = text("docs/investigators.md").partition("| code | meaning |")[2]
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.M)}
    assert codes == {0, 1, 2, 130, *EXIT_CODES.values()}


def test_every_export_is_documented() -> None:
    export = cli.get_command(click.Context(cli), "export")
    assert isinstance(export, click.Group)
    for name in export.list_commands(click.Context(export)):
        assert f"sousveil export {name}" in text("docs/partners.md")


def test_every_field_of_a_path_is_documented() -> None:
    table = text("docs/partners.md").partition("## The JSON of paths")[2].partition("## ")[0]
    for field in (*msgspec.structs.fields(Paths), *msgspec.structs.fields(SupplyPath)):
        assert f"`{field.encode_name}`" in table, field.name


def test_every_function_of_the_package_is_documented() -> None:
    import sousveil

    for name in sousveil.__all__:
        assert f"sousveil.{name}(" in text("docs/notebooks.md")


def test_every_dataset_has_a_page() -> None:
    for folder in generate.DATASETS:
        page = (folder / "README.md").read_text("utf-8")
        for word in ("**Document.**", "**Taken.**", "**Known gaps.**", "Licence"):
            assert word in page, f"{folder.name}: {word}"
        assert f"({folder.name}/README.md)" in text("datasets/README.md")


def test_every_folder_of_the_documentation_is_listed() -> None:
    for page in (ROOT / "docs").glob("*.md"):
        assert page.name == "README.md" or f"({page.name})" in text("docs/README.md")


# Links and words --------------------------------------------------------------------------------

_LINK = re.compile(r"(?<!!)\[[^\]\n]+\]\(([^)\s]+)\)")


def links(page: Path) -> list[str]:
    plain = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.S)
    return [link for link in _LINK.findall(plain) if not re.match(r"[a-z]+:", link)]


def slugs(page: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    plain = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.S)
    found: set[str] = set()
    for heading in re.findall(r"^#+ (.+)$", plain, re.M):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        found.add(slug)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), f"{link}: there is no such file"
        if anchor:
            assert anchor in slugs(target), f"{link}: there is no such heading"


UNWANTED = {
    "a path of somebody's machine": r"(?<![\w.~/])/(?:home|root|tmp|work|mnt|opt|var|Users)/\w",
    "a path of Windows": r"\b[A-Z]:\\",
    "a local address": r"\blocalhost\b|\b127\.0\.0\.1\b|\b192\.168\.",
    "a package index": r"\bpypi\.|pythonhosted|index-url|\bartifactory\b|\bnexus\b",
    "how a text was written": r"(?i)\b(?:language model|large model|chatbot|copilot|chatgpt|LLM|"
                              r"machine-written|AI[- ](?:generated|written|assisted))\b",
    "an aside to somebody else": r"(?i)\b(?:as (?:you )?requested|per the (?:brief|instructions)|"
                                 r"TODO|FIXME|XXX+)\b",
    "praise": r"(?i)\b(?:powerful|seamless(?:ly)?|cutting-edge|state-of-the-art|blazing(?:ly)?|"
              r"robust|world-class|revolutionary|effortless(?:ly)?|leverag(?:e|es|ing))\b",
    "a picture for a word": "[\U0001f300-\U0001faff\u2600-\u27bf]",
}


@pytest.mark.parametrize("what", UNWANTED)
def test_unwanted_words(what: str) -> None:
    found = [
        f"{page.relative_to(ROOT)}:{number}: {match[0]}"
        for page in PAGES
        for number, line in enumerate(page.read_text("utf-8").splitlines(), 1)
        for match in re.finditer(UNWANTED[what], line)
    ]
    assert found == []


def test_the_same_claims_give_the_same_bytes(work: Path, fresh: dict[Path, str]) -> None:
    del fresh
    exports = []
    for name in ("one", "two"):
        reader = generate.Session(work / "home", work / name)
        reader.run("sousveil export claims claims.jsonl")
        reader.run("sousveil export graph graph")
        reader.run("sousveil export graph --format graphml graph.graphml")
        reader.run("sousveil export rdf graph.trig")
        files = sorted(p for p in (work / name).rglob("*") if p.is_file())
        exports.append({p.relative_to(work / name): p.read_bytes() for p in files})
    assert sorted(map(str, exports[0])) == [
        "claims.jsonl", "graph.graphml", "graph.trig", "graph.trig.dcat.ttl", "graph/claims.csv",
        "graph/datapackage.json", "graph/edges.csv", "graph/nodes.csv",
    ]
    assert exports[0] == exports[1]
