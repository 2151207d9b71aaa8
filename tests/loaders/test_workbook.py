"""The templates as workbooks and as JSON Lines: the same claims as from CSV files."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from sousveil.errors import SourceError
from sousveil.graph import Claim, ClaimStore
from sousveil.loaders import LOADERS, LoadRefused, find, load
from tests.cli.support import SMALL

Cells = Sequence[Sequence[str | float]]
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def xlsx(sheets: Mapping[str, Cells], dates: Sequence[str] = ()) -> bytes:
    """A workbook as spreadsheet programs write it; numbers in `dates` columns are days."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for n, (_, rows) in enumerate(sheets.items(), 1):
            body = []
            for r, row in enumerate(rows, 1):
                cells = []
                for c, value in enumerate(row):
                    at = f"{chr(65 + c)}{r}"
                    if isinstance(value, str):
                        cells.append(f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">'
                                     f"{escape(value)}</t></is></c>")
                    else:
                        style = ' s="1"' if rows[0][c] in dates else ""
                        cells.append(f'<c r="{at}"{style}><v>{value}</v></c>')
                body.append(f'<row r="{r}">{"".join(cells)}</row>')
            archive.writestr(
                f"xl/worksheets/sheet{n}.xml",
                f"<worksheet {_MAIN}><sheetData>{''.join(body)}</sheetData></worksheet>",
            )
        archive.writestr("xl/styles.xml", (
            f'<styleSheet {_MAIN}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/>'
            "</cellXfs></styleSheet>"))
        named = "".join(
            f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets, 1)
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook {_MAIN} xmlns:r="{_DOCUMENT}"><sheets>{named}</sheets></workbook>',
        )
        parts = {f"r{n}": ("worksheet", f"worksheets/sheet{n}.xml")
                 for n in range(1, len(sheets) + 1)} | {"s": ("styles", "styles.xml")}
        archive.writestr("xl/_rels/workbook.xml.rels", (
            f'<Relationships xmlns="{_RELATIONS}">' + "".join(
                f'<Relationship Id="{id_}" Type="{_DOCUMENT}/{kind}" Target="{target}"/>'
                for id_, (kind, target) in parts.items()
            ) + "</Relationships>"
        ))
        archive.writestr("_rels/.rels", (
            f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" '
            f'Type="{_DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>'))
        archive.writestr("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/"
                         "package/2006/content-types\"/>")
    return out.getvalue()


def tables() -> dict[str, list[list[str]]]:
    return {
        name.removesuffix(".csv"): list(csv.reader(io.StringIO(text)))
        for name, text in SMALL.items()
    }


def loaded(folder: Path, path: Path) -> list[Claim]:
    store = ClaimStore(folder / "claims")
    [done] = load([path], store, LOADERS, key="small")
    assert done.warnings == ()
    return sorted(store.read("small"), key=lambda c: c.id)


@pytest.fixture
def expected(tmp_path: Path) -> list[Claim]:
    folder = tmp_path / "csv"
    folder.mkdir()
    for name, text in SMALL.items():
        (folder / name).write_text(text, "utf-8")
    return loaded(tmp_path / "one", folder)


def test_a_workbook_gives_the_same_claims(tmp_path: Path, expected: list[Claim]) -> None:
    path = tmp_path / "any name.xlsx"
    # Sheets in any order, any case, and one that is nobody's template.
    sheets: dict[str, Cells] = {**dict(reversed(tables().items())), "notes": [["whatever"]]}
    path.write_bytes(xlsx({n.title(): cells for n, cells in sheets.items()}))
    assert loaded(tmp_path / "two", path) == expected


def test_json_lines_give_the_same_claims(tmp_path: Path, expected: list[Claim]) -> None:
    folder = tmp_path / "lines"
    folder.mkdir()
    for name, (header, *rows) in tables().items():
        (folder / f"{name}.jsonl").write_text("".join(
            json.dumps({k: v for k, v in zip(header, row, strict=True) if v}) + "\n"
            for row in rows
        ), "utf-8")
    assert loaded(tmp_path / "two", folder) == expected


def test_numbers_and_days_of_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "transaction.xlsx"
    path.write_bytes(xlsx({"Sheet1": [
        ["id", "title", "kind", "date", "amount", "currency", "source", "locator"],
        ["t1", "Award", "award", 43221, 1200.5, "CNY", "report", 7],
        ["t2", "Award", "award", 43222, 1200, "CNY", "report", "p. 8"],
    ]}, dates=["date"]))
    records = [(r.take("date"), r.take("amount"), r.take("locator"), r.line)
               for r in find(path, LOADERS).read(path)]
    assert records == [("2018-05-01", "1200.5", "7", 2), ("2018-05-02", "1200", "p. 8", 3)]


def test_several_values_in_json(tmp_path: Path) -> None:
    path = tmp_path / "product.jsonl"
    path.write_text(json.dumps({"id": "p", "name": "P", "category": ["camera", "encoder"],
                                "source": "report", "locator": 3}) + "\n")
    loader = find(path, LOADERS)
    [claim] = [c for r in loader.read(path) for c in loader.claims(r)]
    assert claim.values["category"] == ["camera", "encoder"]
    assert claim.locator == "3"


@pytest.mark.parametrize(("name", "data", "words"), [
    ("any.xlsx", b"", "damaged or cut"), ("any.xlsx", b"PK\x03\x04 cut short", "damaged or cut"),
    ("any.xlsx", xlsx({"Sheet1": [["id"]], "Sheet2": [["x"]]}), "no sheet is named"),
    ("company.xlsx", xlsx({"Sheet1": [["id", "nmae"]]}), "did you mean 'name'"),
    ("company.jsonl", b"[1]\n", "not a JSON object"), ("company.jsonl", b'{"id": \n', "not JSON"),
    ("company.jsonl", b'{"id": "x", "name": {"a": 1}, "source": "s", "locator": "l"}\n', "'name'"),
    ("company.jsonl", b'{"id": "x", "nmae": "y"}\n', "did you mean 'name'"),
], ids=map(str, range(8)))
def test_a_bad_table_changes_nothing(
    tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    store = ClaimStore(tmp_path / "claims")
    with pytest.raises((LoadRefused, SourceError), match=words):
        load([path], store, LOADERS)
    assert list(store.keys()) == []


def test_a_fault_names_its_sheet_and_row(tmp_path: Path) -> None:
    sheets = tables()
    sheets["company"].append(["", "No id", "", "", "report", "p. 1"])
    path = tmp_path / "book.xlsx"
    path.write_bytes(xlsx(sheets))
    with pytest.raises(LoadRefused) as caught:
        load([path], ClaimStore(tmp_path / "claims"), LOADERS)
    assert str(caught.value.rejects[0]).startswith(f"{path}[company]:4: ")


def test_a_formula_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "company.xlsx"
    path.write_bytes(xlsx({"company": [
        ["id", "name", "source", "locator"], ["x", "=cmd|' /C calc'!A0", "report", "p. 1"]]}))
    with pytest.raises(LoadRefused, match="formula"):
        load([path], ClaimStore(tmp_path / "claims"), LOADERS)
