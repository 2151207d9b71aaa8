"""The command as a whole: help, exit codes, templates, info, and importing from anywhere."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import sousveil
from sousveil import cli, errors
from sousveil.errors import ConfigError, OntologyError, SousveilError
from sousveil.ontology import Schema
from tests.cli.support import REPOSITORY, argv, environment, exit_code, run

VERBS = ["load", "unload", "check", "build", "paths", "query", "entity", "search", "source",
         "verify", "template", "export", "merge", "unmerge", "info"]
TEMPLATES = list(Schema.load().templates)


# Help


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_names_every_verb(home: Path, option: str) -> None:
    ran = run(home, option)
    assert ran.code == 0
    for verb in VERBS:
        assert re.search(rf"^  {verb} +\w", ran.out, re.M), verb
    assert "sousveil paths --from EU --to public-security-bureau" in ran.out
    assert not home.exists()


@pytest.mark.parametrize(
    "verb",
    [*([v] for v in VERBS), ["query", "list"], ["query", "show"], ["query", "run"],
     ["export", "claims"], ["export", "graph"]],
    ids=" ".join,
)
def test_help_of_every_verb(home: Path, verb: list[str]) -> None:
    ran = run(home, *verb, "--help")
    assert ran.code == 0
    assert f"sousveil {' '.join(verb)}" in ran.out
    text = ran.out.partition("\n\n")[2]
    assert len(text.split()) >= 10
    # Every option says what it does.
    for option in re.findall(r"^  (?:-\w, )?(--[a-z-]+.*)$", ran.out, re.M):
        assert len(option.split("  ")) > 1 or option.split()[-1], option
    assert max(map(len, ran.out.splitlines())) <= 100


def test_help_gives_every_exit_code() -> None:
    text = " ".join((cli.cli.help or "").split())
    for code in cli.EXIT_CODES.values():
        assert re.search(rf"\b{code} ", text.partition("Exit codes:")[2]), code


def test_every_error_has_an_exit_code() -> None:
    classes = [getattr(errors, name) for name in errors.__all__]
    for error in classes:
        if error is not SousveilError:
            assert exit_code(error) in cli.EXIT_CODES.values()


def test_version(home: Path) -> None:
    ran = run(home, "--version")
    assert (ran.code, ran.out) == (0, f"sousveil, version {sousveil.__version__}\n")


@pytest.mark.parametrize(
    "args", [[], ["nosuch"], ["--nosuch"], ["query"], ["query", "nosuch"], ["entity"], ["export"],
             ["search", "a", "b"], ["verify"]])
def test_a_command_line_that_cannot_be_read(home: Path, args: list[str]) -> None:
    ran = run(home, *args)
    assert ran.code == 2
    assert "Usage: " in ran.err
    assert not home.exists()


def test_a_fault_of_ours_is_not_blamed_on_the_user(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object = None) -> None:
        raise OntologyError("regions.csv: line 3 is wrong", "reinstall Sousveil")

    monkeypatch.setattr(Schema, "load", broken)
    ran = run(home, "template")
    assert ran.code == exit_code(OntologyError) == 10
    assert "error: regions.csv: line 3 is wrong" in ran.err
    assert "next: reinstall Sousveil" in ran.err


@pytest.mark.parametrize("url", ["redis://x", "ladybug:"])
def test_a_url_of_no_store(kept: Path, url: str) -> None:
    ran = run(kept, "--store", url, "info")
    assert ran.code == exit_code(ConfigError), ran.err
    assert f"{url!r} is not the URL of a graph store" in ran.err
    assert "next: " in ran.err


# Importing


@pytest.mark.parametrize("folder", ["/", str(REPOSITORY), str(REPOSITORY / "tests"), "own"])
def test_import_from_any_folder(folder: str, tmp_path: Path) -> None:
    if folder == "own":
        # The names of our packages are other people's, too.
        folder = str(tmp_path)
        for name in ("queries", "ontology", "graph", "loaders", "datasets"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "__init__.py").write_text("raise SystemExit('the wrong one')\n")
    done = subprocess.run(
        [sys.executable, "-c", "import sousveil, sousveil.queries, sousveil.loaders; "
         "print(sousveil.__version__)"], cwd=folder, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, f"{sousveil.__version__}\n"), done.stderr


def test_importing_opens_no_file_of_the_user(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sousveil, sousveil.cli"], capture_output=True,
        env=environment(tmp_path / "home", HOME=str(tmp_path / "user")))
    assert done.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_help_starts_fast(home: Path) -> None:
    """Help imports nothing heavy: no store, no table library, no RDF."""
    code = ("import sys; from sousveil.cli import cli; cli(['--help'], standalone_mode=False); "
            "print(sorted({'ladybug', 'polars', 'rdflib', 'networkx', 'rich'} & set(sys.modules)))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                          env=environment(home))
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


# Templates


@pytest.mark.parametrize("name", TEMPLATES)
def test_template(home: Path, name: str) -> None:
    ran = run(home, "template", name)
    assert ran.code == 0
    committed = REPOSITORY / "ontology" / "generated" / "templates" / f"{name}.csv"
    assert ran.out == committed.read_text("utf-8")
    (header,) = csv.reader(io.StringIO(ran.out))
    template = Schema.load().templates[name]
    assert header == [c.name for c in template.columns]
    for column in template.columns:
        assert re.search(rf"^ [* ] {column.name}\b", ran.err, re.M)
    assert " * must be filled in" in ran.err


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_as_a_table(home: Path, name: str) -> None:
    ran = run(home, "template", name, "--format", "markdown")
    assert ran.code == 0
    assert len(ran.out.splitlines()) == 2 + len(Schema.load().templates[name].columns)


def test_templates_are_listed(home: Path) -> None:
    ran = run(home, "template")
    assert ran.code == 0
    assert {line.split()[0] for line in ran.out.splitlines()[2:]} >= set(TEMPLATES)


@pytest.mark.parametrize(
    ("name", "close"), [("companny", "company"), ("Owns", "owns"), ("zzz", "")])
def test_a_template_that_is_not_there(home: Path, name: str, close: str) -> None:
    ran = run(home, "template", name)
    if ran.code == 0:  # a class may be asked for by its name
        assert close
        return
    assert ran.code == exit_code(ConfigError)
    assert f"there is no template {name!r}" in ran.err
    assert (f"did you mean {close!r}?" if close else "`sousveil template` lists them") in ran.err
    assert ran.out == ""


# Info


def test_info(shipped: Path) -> None:
    ran = run(shipped, "info", "--format", "json")
    assert ran.code == 0
    info = json.loads(ran.out)
    assert re.fullmatch("[0-9a-f]{64}", info["data set"])
    assert info["sousveil"] == sousveil.__version__
    assert info["ontology"] == Schema.load().hash
    assert info["merges in force"] == "0"
    assert info["sources loaded"].split(", ") == [
        "amnesty-2020", "bhrrc-2020", "bscc-letter-dahua-2022", "hikvision-amendment-briefing",
        "un-ol-usa-23-2019"]
    counts = info["counts"]
    assert counts["Claim"] > 700
    assert counts["Transaction"] == 23
    words = run(shipped, "info").out
    assert info["data set"] in words
    assert re.search(r"^Transaction +transactions +23$", words, re.M)


def test_info_counts_what_is_exported(shipped: Path, tmp_path: Path) -> None:
    counts = json.loads(run(shipped, "info", "--format", "json").out)["counts"]
    assert run(shipped, "export", "graph", tmp_path / "csv").code == 0
    schema = Schema.load()
    for name, column, elements in (
        ("nodes.csv", "class", set(schema.classes) - {"Claim"}),
        ("edges.csv", "relation", {r.name for r in schema.relations.values() if r.asserted}),
    ):
        with (tmp_path / "csv" / name).open(encoding="utf-8", newline="") as file:
            found = [row[column] for row in csv.DictReader(file)]
        assert len(found) == sum(counts.get(e, 0) for e in elements)


def test_argv_of_the_tests_is_the_command(home: Path) -> None:
    done = subprocess.run(argv("--version"), env=environment(home), capture_output=True, text=True)
    assert done.stdout == f"sousveil, version {sousveil.__version__}\n"
