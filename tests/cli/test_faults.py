"""Faulty files: what the message says, the exit code, and that not a byte changes.

Every case is a newer edition of a source that has been loaded and built already.
"""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from sousveil.cli import EXIT_CODES
from sousveil.errors import ClaimError, SourceError, UnknownFormat
from tests.cli.support import SMALL, exit_code, run, write


@dataclasses.dataclass(frozen=True)
class Case:
    """One fault: the files that are wrong, and what is said about it."""

    name: str
    files: dict[str, str | bytes]
    where: str
    what: str
    next: str
    code: type[Exception] = SourceError


def more(name: str, rows: str) -> dict[str, str]:
    """The file as in `SMALL`, with rows added."""
    return {name: SMALL[name] + rows}


def company(columns: str, row: str) -> dict[str, str]:
    """A company.csv that describes the companies of `SMALL`, and one more with these columns."""
    head = f"id,name,place,source,locator,{columns}"
    rest = "," * columns.count(",")
    return {"company.csv": f"{head}\nmaker,Maker AB,SE,report,p. 1,{rest}\n"
                           f"reseller,Reseller,CN,report,p. 2,{rest}\n"
                           f"new,New,SE,report,p. 9,{row}\n"}


CASES = [
    Case("missing column", {"company.csv": "id,name,locator\nmaker,Maker AB,p. 1\n"},
         "company.csv:1", "missing column source", "sousveil template company"),
    Case("misspelt column", {"company.csv": "id,nmae,source,locator\nmaker,Maker,report,p. 1\n"},
         "company.csv:1", "company has no column 'nmae'; did you mean 'name'", "begins with _"),
    Case("column twice", {"company.csv": "id,name,name,source\nmaker,A,B,report\n"},
         "company.csv:1", "two columns are called 'name'", "rename|remove"),
    Case("column without a name", {"company.csv": "id,name,source,\nmaker,A,report,\n"},
         "company.csv:1", "column 4 has no name", "remove it"),
    Case("required cell empty", more("company.csv", "new,,,SE,report,p. 9\n"),
         "company.csv:4", "column 'name' is empty", "name"),
    Case("unknown concept", {"public-body.csv":
         "id,name,kind,source,locator\nbureau,B,public-securty-bureau,report,p. 3\n"},
         "public-body.csv:2", "column 'kind': 'public-securty-bureau' is not in organisation-kind; "
         "did you mean public-security-bureau", "template public-body"),
    Case("unknown role", more("role.csv", "award-1,supplier,maker,report,p. 4,,\n"),
         "role.csv:5", "unknown role 'supplier'", "seller"),
    Case("unknown basis", company("basis", "rumour"), "company.csv:4", "unknown basis 'rumour'",
         "procurement-record"),
    Case("dangling id", more("includes.csv", "award-1,lens,report,p. 4\n"),
         "includes.csv:3", "column 'to': nothing is called 'lens'", "load the file that describes"),
    Case("dangling id in another file", {"product.csv": "id,name,source,locator\n"},
         "includes.csv:2", "column 'to': nothing is called 'camera'", "correct the id"),
    Case("dangling author", company("author", "nobody"), "company.csv:4",
         "column 'author': nothing is called 'nobody'", "correct the id"),
    Case("unknown source", more("company.csv", "new,New,,SE,minutes,p. 9\n"), "company.csv:4",
         "the source 'minutes' is not described", "source.csv"),
    Case("source without publisher", {"source.csv":
         "id,title,basis,publisher,source,locator\nreport,A report,ngo-report,,,\n"
         "notice,Notice,procurement-record,,report,p. 4\n"},
         "source.csv:2", "nobody is known to say this", "fill in the column 'author'"),
    Case("claim without a source", more("company.csv", "new,New,,SE,,p. 9\n"), "company.csv:4",
         "column 'source' is empty", "a row of the source template"),
    Case("claim without a locator", more("company.csv", "new,New,,SE,report,\n"), "company.csv:4",
         "column 'locator' is empty", "no edge without evidence"),
    Case("day, month and year in doubt", {"transaction.csv":
         "id,title,kind,date,source,locator\naward-1,A,award,24/03/2015,report,p. 4\n"},
         "transaction.csv:2", "column 'date': 24/03/2015 is ambiguous: write YYYY-MM-DD",
         "template transaction"),
    Case("no such day", {"transaction.csv":
         "id,title,kind,date,source,locator\naward-1,A,award,2015-02-30,report,p. 4\n"},
         "transaction.csv:2", "column 'date': 2015-02-30: there is no such day", "template"),
    Case("interval the wrong way round", {"transaction.csv":
         "id,title,kind,date,source,locator\naward-1,A,award,2018/2017,report,p. 4\n"},
         "transaction.csv:2", "column 'date': 2018/2017 ends before it starts", "template"),
    Case("date of a statement", company("said", "1.2.2020"), "company.csv:4",
         "column 'said': 1.2.2020 is ambiguous", "template company"),
    Case("check digit of a LEI", company("lei", "529900T8BM49AURSDO56"), "company.csv:4",
         "column 'lei': the check digits of the LEI '?529900T8BM49AURSDO56'? do not fit",
         "template company"),
    Case("check digit of a USCC", company("uscc", "91110000600037341M"), "company.csv:4",
         "column 'uscc': the check digits of the USCC '?91110000600037341M'? do not fit",
         "template company"),
    Case("id that cannot be one", more("company.csv", "新,New,,SE,report,p. 9\n"), "company.csv:4",
         "'新' cannot be an id", "letters and digits"),
    Case("owner of itself", {"owns.csv": "from,to,source,locator\nmaker,maker,report,p. 1\n"},
         "owns.csv:2", "'maker' cannot be OWNS of itself", "one of the two ids"),
    Case("role in nothing", more("role.csv", "award-2,seller,maker,report,p. 4,,\n"),
         "role.csv:5", "column 'transaction': nothing is called 'award-2'", "correct the id"),
    Case("name of nothing", {"name.csv":
         "entity,text,lang,kind,source,locator\nnobody,Nobody,en,alias,report,p. 1\n"},
         "name.csv:2", "column 'entity': nothing is called 'nobody'", "correct the id"),
    Case("id twice in a file", more("company.csv", "maker,Maker again,,SE,report,p. 8\n"),
         "company.csv:4", "'maker' stands in line 2 already", "give one of the two another id"),
    Case("edge twice in a file", more("includes.csv", "award-1,camera,report,p. 5\n"),
         "includes.csv:3", "'award-1--includes--camera' stands in line 2 already", "key"),
    Case("one id, two classes", more("product.csv", "maker,Maker,report,p. 3\n"),
         "product.csv:3", "'maker' is a Company elsewhere and a Product here", "another id"),
    Case("edge between the wrong classes", {"owns.csv":
         "from,to,source,locator\nmaker,camera,report,p. 1\n"},
         "owns.csv:2", "column 'to': 'camera' is a Product", "OWNS goes to Company"),
    Case("edge between the wrong classes, by place", {"company.csv": SMALL["company.csv"].replace(
         ",SE,", ",bureau,")},
         "company.csv:2", "column 'place': 'bureau' is a PublicBody", "LOCATED_IN goes to Place"),
    Case("country for a company", {"owns.csv": "from,to,source,locator\nSE,maker,report,p. 1\n"},
         "owns.csv:2", "column 'from': 'SE' is a Place", "OWNS goes from Company or PublicBody"),
    Case("author that is a thing", company("author", "camera"), "company.csv:4",
         "column 'author': 'camera' is a Product", "Company or PublicBody or Publisher"),
    Case("source that is a company", company("primary_source,basis,author",
         "maker,press,watchers"), "company.csv:4",
         "column 'primary_source': 'maker' is a Company", "it must be Source"),
    Case("role of a product", more("role.csv", "award-1,seller,camera,report,p. 4,,\n"),
         "role.csv:5", "column 'organisation': 'camera' is a Product", "SELLER goes to Company"),
    Case("too few cells", more("company.csv", "new,New\n"), "company.csv:4",
         "2 cells where the header has 6", "cut short"),
    Case("too many cells", more("company.csv", "new,New, Ltd.,,SE,report,p. 9\n"),
         "company.csv:4", "7 cells where the header has 6", "quotes"),
    Case("cut in a row", {"company.csv": SMALL["company.csv"][:-14]}, "company.csv:3",
         "4 cells where the header has 6", "cut short"),
    Case("cut in a quote", more("company.csv", 'new,"New\nand'), "company.csv:4",
         "not well-formed CSV: unexpected end of data", "quote that is not closed"),
    Case("text after a quote", more("company.csv", 'new,"New" Ltd,,SE,report,p. 9\n'),
         "company.csv:4", "not well-formed CSV", "quote"),
    Case("empty file", {"company.csv": ""}, "company.csv", "the file is empty",
         "sousveil template company"),
    Case("empty but for a byte order mark", {"company.csv": b"\xef\xbb\xbf"}, "company.csv",
         "the file is empty", "sousveil template company"),
    Case("blank lines only", {"company.csv": "\n\n"}, "company.csv", "the file is empty",
         "sousveil template company"),
    Case("a NUL", more("company.csv", "new,N\x00w,,SE,report,p. 9\n"), "company.csv:4",
         "a NUL character", "save"),
    Case("a control character", more("company.csv", "new,N\x1b[31mew,,SE,report,p. 9\n"),
         "company.csv:4", r"column 'name': a control character \('\\x1b'\)", "remove it"),
    Case("UTF-8 that breaks", {"company.csv":
         (SMALL["company.csv"] + "new,上海,,SE,report,p. 9\n").encode()
         + "x,上海".encode()[:-1] + b",,SE,report,p. 10\n"},
         "company.csv:5", "not UTF-8 text", "save the file as UTF-8"),
    Case("UTF-8 that breaks late", {"company.csv": (
        SMALL["company.csv"] + "".join(f"c{n},上海,,SE,report,p. {n}\n" for n in range(9000))
    ).encode() + b"x,\xe4\xb8,,SE,report,p. 10\ny,Y,,SE,report,p. 11\n"},
         "company.csv:9004", "not UTF-8 text", "save the file as UTF-8"),
    Case("bytes that are no text", {"company.csv": bytes((n * 7919 + 13) % 256
                                                         for n in range(5000))},
         "company.csv", "not text in an encoding that can be told", "UTF-8"),
    Case("a picture by that name", {"company.csv": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9},
         "company.csv", "not text in an encoding that can be told", "UTF-8"),
    Case("a spreadsheet by that name", {"company.csv": b"PK\x03\x04" + bytes(range(256)) * 9},
         "company.csv", "not text in an encoding that can be told", "save the table as CSV"),
    Case("UTF-16 without a mark", {"product.csv": SMALL["product.csv"].encode("utf-16-le")},
         "product.csv:1", "a NUL character: this is not a text file", "CSV, UTF-8"),
    Case("UTF-16 without a mark, in Chinese", {"company.csv":
         SMALL["company.csv"].encode("utf-16-le")},
         "company.csv", "not text in an encoding that can be told", "CSV, UTF-8"),
    Case("an endless cell", more("company.csv", f'new,"{"x" * 200_000}",,SE,report,p. 9\n'),
         "company.csv:4", "not well-formed CSV: field larger than field limit", "quote"),
    Case("a line of millions", more("company.csv", "x" * 1_100_000), "company.csv:4",
         "a line of more than a million characters", "not a CSV file"),
    Case("anchor that is none", company("anchor,terms", "line 12,New"), "company.csv:4",
         "column 'anchor': 'line 12' is not a place", "L12"),
    Case("anchor the wrong way round", company("anchor,terms", "L12-9,New"), "company.csv:4",
         "column 'anchor': 'L12-9' is not a place", "L12-15"),
    Case("anchor without terms", company("anchor,terms", "L12,"), "company.csv:4",
         "column 'terms' is empty", "must occur there"),
    Case("statement about nothing", {"statement.csv":
         "about,stance,topic,summary,source,locator\nnobody,asserts,risk,A,report,p. 1\n"},
         "statement.csv:2", "column 'about': nothing is called 'nobody'", "correct the id"),
    Case("unknown csv in the folder", {"companies.csv": SMALL["company.csv"]}, "companies.csv",
         "no loader recognises it", "company.csv", UnknownFormat),
    *(
        Case(f"formula {text}", more("company.csv", f'new,"{text}",,SE,report,p. 9\n'),
             "company.csv:4", "column 'name': .* looks like a spreadsheet formula",
             "write the value itself")
        for text in (
            "=HYPERLINK(A1)", "=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0",
            "@SUM(1+1)", "@SUM(1+1)*cmd|' /C calc'!A0", "+A1", "-B12*2", "\t=1+1", "＝1+1",
            "+SUM(A1:A9)", "-sheet!A1",
        )
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_fault_is_named_and_nothing_changes(case: Case, kept: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "small", {**SMALL, **case.files})
    ran = run(kept, "load", folder)
    assert re.search(
        re.escape(f"error: {folder}/{case.where}: ") + "(" + case.what + ")", ran.err
    ), ran.err
    assert re.search(f"next: .*({case.next})", ran.err), ran.err
    assert ran.out == ""
    assert ran.code == exit_code(case.code)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "case", [c for c in CASES if c.code is SourceError], ids=lambda case: case.name
)
def test_check_says_the_same(case: Case, kept: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "small", {**SMALL, **case.files})
    ran = run(kept, "check", folder)
    assert re.search(re.escape(f"{folder}/{case.where}: ") + f"({case.what})", ran.out), ran
    assert ran.code == 1


def test_exit_codes_are_distinct() -> None:
    assert len(set(EXIT_CODES.values())) == len(EXIT_CODES)
    assert not {0, 1, 2, 130, 141} & set(EXIT_CODES.values())
    assert EXIT_CODES[SourceError] != EXIT_CODES[UnknownFormat] != EXIT_CODES[ClaimError]


@pytest.mark.parametrize(
    "text", ["-5", "-12.5", "+one", "+one (Beijing)", "@home", "-", "+86 10 1234", "a=b", "A+B",
             "--", "+one & co"],
)
def test_what_only_looks_like_a_formula_is_loaded(text: str, home: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "small", SMALL, company=SMALL["company.csv"]
                   + f'new,"{text}",,SE,report,p. 9\n')
    ran = run(home, "load", folder)
    assert ran.code == 0, ran.err
    ran = run(home, "export", "claims")
    assert f'"name":"{text}"' in ran.out


def test_header_only_is_a_file_without_rows(home: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "small", SMALL, owns="from,to,source,locator\n")
    ran = run(home, "load", folder)
    assert ran.code == 0, ran.err
    assert run(home, "check").code == 0


def test_columns_that_begin_with_an_underscore_are_left_out(home: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "small", SMALL, company=(
        "id,_todo,name,place,source,locator\nmaker,=ask again,Maker AB,SE,report,p. 1\n"
        "reseller,,Reseller,CN,report,p. 2\n"))
    assert run(home, "load", folder).code == 0
    assert "ask again" not in run(home, "export", "claims").out
