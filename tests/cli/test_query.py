"""`sousveil query`: the catalogue, parameters of every type, and what is wrong with them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from sousveil.errors import BadParameter, UnknownQuery
from sousveil.queries import catalogue
from tests.cli.support import exit_code, run


def test_list(home: Path) -> None:
    ran = run(home, "query", "list", "--format", "json")
    assert ran.code == 0
    assert [r["name"] for r in json.loads(ran.out)] == list(catalogue())
    assert not home.exists()


@pytest.mark.parametrize("name", list(catalogue()))
def test_show(home: Path, name: str) -> None:
    query = catalogue()[name]
    ran = run(home, "query", "show", name)
    assert ran.code == 0
    for text in (query.title, *(p.name for p in query.parameters), *query.columns):
        assert text in ran.out
    assert run(home, "query", "show", "--cypher", name).out == query.text


ARGUMENTS = {
    "company": "axis-communications", "body": "shanghai-psb", "organisation": "noldus",
    "programme": "skynet", "product": "facereader", "instrument": "dual-use-regulation",
    "place": "CN", "transaction": "huangpu-2018", "source": "amnesty-2020", "date": "2015-01-01",
    "ids": "noldus,axis-communications", "text": "x", "integer": "1", "boolean": "true",
    "organisation-kind": "public-security-bureau",
}


@pytest.mark.parametrize("name", list(catalogue()))
def test_every_query_runs(shipped: Path, name: str) -> None:
    query = catalogue()[name]
    given = [f"{p.name}={ARGUMENTS[p.type]}" for p in query.parameters if p.required]
    ran = run(shipped, "query", "run", name, *given, "--format", "csv")
    assert ran.code == 0, ran.err
    assert next(csv.reader(io.StringIO(ran.out))) == list(query.columns)


@pytest.mark.parametrize("name", ["company-goods", "reached-end-user"])
def test_a_name_will_do_where_an_id_is_wanted(shipped: Path, name: str) -> None:
    (parameter, id_, names) = {
        "company-goods": ("company", "noldus", ["Noldus", "noldus information technology b.v."]),
        "reached-end-user": ("body", "shanghai-psb", ["上海市公安局"]),
    }[name]
    expected = run(shipped, "query", "run", name, f"{parameter}={id_}", "--format", "json")
    assert json.loads(expected.out)
    for text in names:
        assert run(shipped, "query", "run", name, f"{parameter}={text}", "--format", "json") == (
            expected)


def test_formats_and_limit(shipped: Path) -> None:
    def ask(*options: str) -> str:
        ran = run(shipped, "query", "run", "brand-mentions", *options)
        assert ran.code == 0, ran.err
        return ran.out + ran.err

    number = len(json.loads(run(
        shipped, "query", "run", "brand-mentions", "--format", "json").out))
    assert number >= 3
    assert ask("--format", "markdown").startswith("| ")
    assert "hefei-2012-mention" in ask()
    cut = ask("--limit", "1", "--format", "csv")
    assert f"1 of {number} rows; --limit 0 writes all" in cut
    assert f"of {number} rows" not in ask("--limit", str(number))


def test_no_rows_are_said(shipped: Path) -> None:
    ran = run(shipped, "query", "run", "company-goods", "company=hikvision")
    assert ran.code == 0
    assert "no rows" in ran.err


@pytest.mark.parametrize("verb", ["show", "run"])
def test_an_unknown_query(shipped: Path, verb: str) -> None:
    ran = run(shipped, "query", verb, "company-godos")
    assert ran.code == exit_code(UnknownQuery)
    assert "company-godos: there is no such query" in ran.err
    assert "next: did you mean 'company-goods'?" in ran.err
    assert "`sousveil query list` shows them all" in run(shipped, "query", verb, "zzz").err


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        ([], "the parameter 'company' is missing", "next: "),
        (["company="], "the parameter 'company' is missing", "next: "),
        (["companny=noldus"], "there is no parameter 'companny'", "did you mean 'company'?"),
        (["company=noldus", "colour=red"], "there is no parameter 'colour'", "it takes company"),
        (["noldus"], "'noldus' is no parameter", "write NAME=VALUE"),
        (["company=Atlantis"], "company: nothing is called 'Atlantis'", "next: "),
        (["company=noldsu"], "company: nothing is called 'noldsu'", "did you mean noldus"),
        (["company=shanghai-psb"], "company: nothing is called 'shanghai-psb'", "next: "),
        (["company=noldus", "company=canon"], "the parameter 'company' is given twice", "next: "),
        (["company=noldus", "max_ownership=many"], "'many' is not a whole number", "next: "),
    ],
)
def test_bad_parameters(
    shipped: Path, arguments: list[str], message: str, hint: str
) -> None:
    ran = run(shipped, "query", "run", "company-goods", *arguments)
    assert ran.code == exit_code(BadParameter)
    assert message in ran.err
    assert hint in ran.err
    assert ran.out == ""


@pytest.mark.parametrize(
    ("name", "argument", "message"),
    [
        ("transactions-after", "date=24/03/2015", "ambiguous: write YYYY-MM-DD"),
        ("transactions-after", "date=2015", "'2015' is not a day"),
        ("reseller-paths", "kind=public-security-bureaux", "did you mean 'public-security-bureau'"),
        ("paths-from-place", "include_minority=perhaps", "neither true nor false"),
    ],
)
def test_bad_types(shipped: Path, name: str, argument: str, message: str) -> None:
    query = catalogue()[name]
    key = argument.partition("=")[0]
    assert key in {p.name for p in query.parameters}
    given = [f"{p.name}={ARGUMENTS[p.type]}" for p in query.parameters
             if p.required and p.name != key]
    ran = run(shipped, "query", "run", name, *given, argument)
    assert ran.code == exit_code(BadParameter)
    assert message in ran.err


def test_parameters_are_checked_before_the_store_is_opened(home: Path) -> None:
    ran = run(home, "query", "run", "company-goods", "companny=x")
    assert ran.code == exit_code(BadParameter)
