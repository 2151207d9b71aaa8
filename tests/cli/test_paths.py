"""`sousveil paths`: what each option passes on, the formats, and what is said beside the answer."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from sousveil.errors import BadParameter, QueryError, StoreError, StoreUnavailable
from tests.cli.support import Ran, exit_code, run
from tests.queries.test_paths import ALL, BUREAUS, INFERRED, check_shape

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def ask(home: Path, *options: str, to: str = "public-body") -> Ran:
    return run(home, "paths", "--from", "EU", "--to", to, *options)


def transactions(ran: Ran) -> set[str]:
    assert ran.code == 0, ran.err
    return {path["transaction"]["id"] for path in json.loads(ran.out)["paths"]}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], set(ALL) - INFERRED),
        (["--include-inferred"], set(ALL)),
        (["--within", "CN-XJ"], {"shihezi-2012", "xinjiang-normal-2018"}),
        (["--programme", "Skynet"], {"guilin-2013", "lingchuan-2015", "lingchuan-2018"}),
        (["--product", "facereader-7"], {"xinjiang-normal-2018"}),
        (["--channel", "direct"], {"noldus-mps"}),
        (["--standing-at-least", "documented", "--channel", "not-stated"], {"shihezi-2012"}),
        (["--contested"], {"lingchuan-2015", "lingchuan-2018"}),
        (["--uncontested", "--within", "guilin"], {"guilin-2013"}),
        (["--as-of", "1957-12-31"], set()),
        (["--after", "2018-10-31"],
         {"huangpu-2018", "xinjiang-normal-2018", "beijing-forestry-2019"}),
        (["--before", "2012-12-31"], {"shihezi-2012"}),
        (["--max-transactions", "1", "--max-ownership", "0"], set(ALL) - INFERRED),
        (["--to", "paramilitary", "--roll-up", "1"], {"shihezi-2012"}),
        (["--to", "paramilitary"], set()),
        (["--to", "xpcc"], {"shihezi-2012"}),
        (["--to", "xpcc", "--roll-up", "0"], set()),
        (["--from", "canon", "--max-ownership", "0"], set()),
        (["--from", "canon", "--after", "2018-10-31"], {"huangpu-2018"}),
    ],
)
def test_options(shipped: Path, options: list[str], expected: set[str]) -> None:
    assert transactions(ask(shipped, *options, "--format", "json")) == expected


def test_json_is_exactly_the_documented_structure(shipped: Path) -> None:
    ran = ask(shipped, "--within", "guilin", "--format", "json", to="public-security-bureau")
    answer = json.loads(ran.out)
    check_shape(answer)
    asked = {"from": "EU", "to": "public-security-bureau", "within": "guilin"}
    assert asked.items() <= answer["query"].items()
    assert answer["query"].keys() <= asked.keys() | {"limit"}
    assert answer["truncated"] is False
    assert not ANSI.search(ran.out)


def test_the_same_question_gives_the_same_bytes(shipped: Path) -> None:
    assert ask(shipped, "--format", "json") == ask(shipped, "--format", "json")


def test_a_limit_is_said(shipped: Path) -> None:
    ran = ask(shipped, "--limit", "5", "--format", "json")
    answer = json.loads(ran.out)
    assert (len(answer["paths"]), answer["truncated"]) == (5, True)
    assert "5 paths in 5 transactions" in ran.err
    assert "cut off: 12 paths match; --limit 0 shows all" in ran.err
    for limit in ("0", "12", "1000"):
        ran = ask(shipped, "--limit", limit, "--format", "json")
        assert json.loads(ran.out)["truncated"] is False
        assert "cut off" not in ran.err


def test_what_is_left_out_is_said(shipped: Path) -> None:
    assert "1 inferred path; --include-inferred shows" in ask(shipped).err
    assert "inferred" not in ask(shipped, "--include-inferred").err
    assert "2 paths not dated closely enough" in ask(shipped, "--after", "2018-01-01").err
    assert "not dated" not in ask(shipped).err


def test_predecessors_that_were_searched_are_said(shipped: Path) -> None:
    ran = run(shipped, "paths", "--from", "Idemia", "--to", "public-security-bureau")
    assert "searched with its predecessors: idemia, oberthur-technologies, safran-" in ran.err


def test_no_paths_are_no_fault(shipped: Path) -> None:
    ran = ask(shipped, to="court")
    assert (ran.code, ran.out) == (0, "")
    assert "0 paths in 0 transactions; data set " in ran.err


# Formats


def test_csv(shipped: Path) -> None:
    ran = ask(shipped, "--format", "csv", to="public-security-bureau")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert {r["transaction"] for r in rows} == BUREAUS
    assert {r["path"] for r in rows} == {ALL[t][0] for t in BUREAUS}
    row = next(r for r in rows if r["transaction"] == "huangpu-2018")
    assert (row["origin_country"], row["ultimate_parents"]) == ("SE", "Canon Inc. (JP)")
    assert (row["contested"], row["inferred"]) == ("false", "false")
    assert all(None not in r and None not in r.values() for r in rows)


def test_markdown(shipped: Path) -> None:
    ran = ask(shipped, "--format", "markdown", to="public-security-bureau")
    lines = ran.out.splitlines()
    assert len(lines) == 2 + len(BUREAUS)
    cells = {len(re.findall(r"(?<!\\)\|", line)) for line in lines}
    assert len(cells) == 1


def test_no_cell_is_a_formula(shipped: Path) -> None:
    for options in (["--include-inferred"], ["--from", "CN"]):
        rows = csv.reader(io.StringIO(ask(shipped, *options, "--format", "csv").out))
        assert not [c for row in rows for c in row if c.startswith(("=", "+", "-", "@", "\t"))]


def test_the_table_says_everything_and_cuts_nothing(shipped: Path) -> None:
    ran = ask(shipped, to="public-security-bureau")
    blocks = ran.out.strip().split("\n\n")
    assert len(blocks) == len(BUREAUS)
    assert not ANSI.search(ran.out + ran.err)
    assert "…" not in ran.out
    block = next(b for b in blocks if "Strong Digital" in b)
    first, *rest = block.splitlines()
    assert first.endswith(
        "Axis Communications (SE) → Strong Digital Technology Co. Ltd. → Huangpu Branch of the "
        "Shanghai Public Security Bureau 上海市公安局黄浦分局")
    text = "\n".join(rest)
    for part in (
        "2018-10-31 · award · sold through a third-party reseller · documented in a record",
        "Canon Inc. (JP)", "Axis network cameras", "Shanghai Public Security Bureau",
        "First Phase of the 2018 Sharp Eyes Project", "[amnesty-2020: section 4.2",
        ALL["huangpu-2018"][0],
    ):
        assert part in text
    assert "contested" not in text


def test_the_table_says_what_is_disputed_and_what_is_not_known(shipped: Path) -> None:
    text = ask(shipped, to="public-security-bureau").out
    contested = [b for b in text.split("\n\n") if "· contested" in b]
    assert len(contested) == 2
    for block in contested:
        assert "Not confirmed   Axis Communications does not confirm" in block
    assert "(seller not stated)" in text
    assert "by 2013, not dated more closely" in text
    assert "date not stated" in text
    assert "ownership inferred, not stated by any source, because" in text


# What is not understood


@pytest.mark.parametrize(
    ("options", "message", "hint"),
    [
        (["--from", "Atlantis"], "from: nothing is called 'Atlantis'", ""),
        (["--to", "public-securty-bureau"], "to: nothing is called 'public-securty-bureau'",
         "public-security-bureau"),
        (["--within", "Nowhere-at-all"], "within: nothing is called", ""),
        (["--programme", "Skynte"], "programme: nothing is called", "skynet"),
        (["--as-of", "2018"], "as_of: '2018' is not a day", "YYYY-MM-DD"),
        (["--after", "31/10/2018"], "after: 31/10/2018 is ambiguous", ""),
        (["--before", "2018-02-30"], "before: 2018-02-30: there is no such day", ""),
    ],
)
def test_bad_values(shipped: Path, options: list[str], message: str, hint: str) -> None:
    ran = ask(shipped, *options)
    assert ran.code == exit_code(BadParameter) == exit_code(QueryError)
    assert f"error: {message}" in ran.err
    assert hint in ran.err.partition("next: ")[2]
    assert ran.out == ""


@pytest.mark.parametrize(
    "options",
    [["--channel", "post"], ["--standing-at-least", "sure"], ["--max-ownership", "7"],
     ["--max-transactions", "0"], ["--roll-up", "5"], ["--limit", "-1"], ["--format", "xml"],
     ["--timeout", "-1"], ["--frm", "EU"]],
)
def test_bad_options(shipped: Path, options: list[str]) -> None:
    ran = ask(shipped, *options)
    assert ran.code == 2
    assert options[0] in ran.err
    assert ran.out == ""


def test_from_and_to_must_be_given(shipped: Path) -> None:
    assert run(shipped, "paths", "--to", "university").code == 2
    assert run(shipped, "paths", "--from", "EU").code == 2


def test_a_question_that_takes_too_long_is_stopped(shipped: Path) -> None:
    ran = ask(shipped, "--timeout", "0.001")
    # On a fast machine the answer may be there first.
    assert ran.code in (0, exit_code(QueryError))
    if ran.code:
        assert "stopped after 0.001 s" in ran.err
        assert "next: narrow the question" in ran.err


# Stores


def test_no_graph_has_been_built(home: Path) -> None:
    for args in (["paths", "--from", "EU", "--to", "university"], ["entity", "noldus"],
                 ["search", "noldus"], ["source", "x"], ["query", "run", "direct-sales"], ["info"]):
        ran = run(home, *args)
        assert ran.code == exit_code(StoreUnavailable), args
        assert f"no graph has been built in {home}/graph" in ran.err
        assert "next: run `sousveil load --shipped`" in ran.err
        assert "then `sousveil build`" in ran.err
    assert not home.exists()


@pytest.mark.parametrize(
    ("name", "text"),
    [("current", "build-9\n"), ("current", "../../etc\n"), ("current", "\x00\n")],
)
def test_a_pointer_to_nothing(home: Path, name: str, text: str) -> None:
    (home / "graph").mkdir(parents=True)
    (home / "graph" / name).write_text(text)
    ran = run(home, "info")
    assert ran.code == exit_code(StoreError)
    assert "next: run `sousveil build`" in ran.err


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"program": "other"}, "written by other"), ({"format": 99}, "graph of format 99"),
        ({"ontology": "0"}, "was built with the ontology of sousveil"),
    ],
)
def test_a_graph_of_another_program_or_version(
    home: Path, kept: Path, change: dict[str, str], message: str
) -> None:
    (build,) = (kept / "graph").glob("build-*")
    graph = home / "graph" / build.name
    graph.mkdir(parents=True)
    (home / "graph" / "current").write_text(build.name + "\n")
    info = json.loads((build / "info.json").read_text())
    (graph / "info.json").write_text(json.dumps({**info, **change}))
    for args in (["info"], ["entity", "maker"], ["search", "maker"]):
        ran = run(home, *args)
        assert ran.code == exit_code(StoreError), args
        assert message in ran.err
        assert "next: run `sousveil build`" in ran.err


def test_a_file_or_a_folder_of_others_is_no_store(kept: Path, tmp_path: Path) -> None:
    file, folder = tmp_path / "file", tmp_path / "papers"
    file.write_text("hello")
    folder.mkdir()
    (folder / "thesis.txt").write_text("hello")
    for args in (["info"], ["search", "maker"], ["build"]):
        ran = run(kept, "--store", file, *args)
        assert ran.code == exit_code(StoreError), args
        assert f"{file} is a file, not a graph folder of Sousveil" in ran.err
        assert "next: name a folder" in ran.err
    ran = run(kept, "--store", folder, "build")
    assert ran.code == exit_code(StoreError)
    assert f"{folder} holds other files (thesis.txt)" in ran.err
    assert file.read_text() == "hello"
    assert [p.name for p in folder.iterdir()] == ["thesis.txt"]
