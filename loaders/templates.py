"""Sousveil's own templates: one table for each class or relation, one row for each claim.

`sousveil template NAME` prints an empty one with its documentation. The file's name says what it
holds (`company.csv`, `owns.jsonl`), of a workbook the name of each sheet; the columns come from
the ontology.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Container, Iterable, Iterator
from datetime import datetime, time
from pathlib import Path
from typing import IO, Any

from sousveil.errors import SourceError
from sousveil.graph.records import Claim, Value, edge_id
from sousveil.loaders.files import json_lines, members, unpacked
from sousveil.loaders.record import Loader, Record
from sousveil.loaders.text import opened, rows
from sousveil.ontology import Schema, Template

__all__ = ["loader"]

_CITATION = (
    "source", "locator", "anchor", "terms", "primary_source", "basis", "author", "said",
    "inferred_because", "note",
)
_ANCHOR = re.compile(r"L([1-9]\d*)(?:-([1-9]\d*))?")
_FORMULA = re.compile(
    r"[=＝]|[+\-@＋－＠](?:.*\w\(|.*[|!]|\$?[A-Za-z]{1,3}\$?\d+(?!\w))", re.ASCII | re.S
)
"""What a spreadsheet program would run: = at the beginning, and after +, - and @ a function, a
reference or a command. A negative number, a telephone number or the name `+one` is none."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
"""Characters that no text needs: terminals obey them, and XML does not allow them."""
_CALLED = {
    "role": {"from": "transaction", "to": "organisation"}, "name": {"about": "entity"},
}
_WORKBOOK = (".xlsx", ".xlsm", ".ods")
_LINES = ".jsonl"
_LARGEST = 1 << 30
"""Bytes that a workbook may unpack to: it is held in memory."""
_GUESSED = {"gb18030": "GB18030", "cp1252": "Windows-1252"}


def sniff(head: bytes, name: str) -> bool:
    """A table that is named like a template, or a workbook; what is in it is told when it is
    read."""
    return _template(name) is not None or name.lower().endswith(_WORKBOOK)


def read(path: Path) -> Iterator[Record]:
    """The rows of a template file, or of the sheets of a workbook."""
    if path.name.lower().endswith(_WORKBOOK):
        yield from _workbook(path)
        return
    template = _template(path.name)
    if template is None:
        raise SourceError(
            "the name does not say which template this is", path,
            hint="name the file after its template, such as company.csv; `sousveil template` "
            "lists them",
        )
    if path.name.lower().endswith(_LINES):
        for member in members(path):
            yield from _objects(path, member.stream, template)
        return
    with opened(path) as file:
        note = ""
        if file.encoding in _GUESSED:
            note = (f"read as {_GUESSED[file.encoding]}: see that the names have come out right, "
                    "or save the file as UTF-8")
        yield from _records(path, rows(path, file), template, note)


def _objects(path: Path, stream: IO[bytes], template: Template) -> Iterator[Record]:
    """One JSON object on each line, its keys being the columns."""
    for line, value in json_lines(path, stream):
        if not isinstance(value, dict):
            raise SourceError(
                "not a JSON object", path, line, 'write {"column": "value", …} on each line'
            )
        cells = {}
        for name, cell in value.items():
            several = cell if isinstance(cell, list) else [cell]
            if any(isinstance(one, list | dict) for one in several):
                raise SourceError(
                    f"{name!r} is neither a value nor a list of values", path, line,
                    _see(template),
                )
            cells[name] = ";".join(_cell(one) for one in several)
        _check_header(path, line, list(cells), template)
        yield Record(
            path, line, template.file_stem,
            {n: c for n, c in cells.items() if not n.startswith("_")}, _called(template, cells),
        )


def _workbook(path: Path) -> Iterator[Record]:
    """The sheets that are named after templates; of a file named after one, its only sheet."""
    from python_calamine import CalamineError, CalamineWorkbook

    templates = Schema.load().templates
    try:
        if (size := unpacked(path)) > _LARGEST:
            raise SourceError(
                f"unpacks to {size >> 20} MB", path, hint="save the sheets as CSV files"
            )
        book = CalamineWorkbook.from_path(path)
        sheets = {s: s.strip().lower() for s in book.sheet_names}
        if len(sheets) == 1 and (own := _template(path.stem + ".csv")) is not None:
            sheets = dict.fromkeys(sheets, own.file_stem)
        if not any(stem in templates for stem in sheets.values()):
            raise SourceError(
                "no sheet is named after a template: " + ", ".join(map(repr, sheets)), path,
                hint="name each sheet after its template, such as company; `sousveil template` "
                "lists them",
            )
        # What rows cite must be known first.
        for sheet, stem in sorted(sheets.items(), key=lambda item: item[1] != "source"):
            if stem in templates:
                table = book.get_sheet_by_name(sheet)
                first = (table.start or (0, 0))[0] + 1
                cells = (
                    (first + n, [_cell(c) for c in row])
                    for n, row in enumerate(table.to_python(skip_empty_area=True))
                )
                place = path if len(sheets) == 1 else path.with_name(f"{path.name}[{sheet}]")
                yield from _records(place, cells, templates[stem], "")
    except CalamineError as error:
        raise SourceError(
            f"not a workbook that can be read: {error}", path,
            hint="open it in a spreadsheet program and save it again, or save it as CSV",
        ) from error
    except OSError as error:
        raise SourceError(f"cannot read: {error.strerror or error}", path) from error


def _cell(value: object) -> str:
    """A cell as its text: a day as YYYY-MM-DD, a number as it is written."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _called(template: Template, header: Container[str]) -> dict[str, str]:
    relation = {"from": "from", "to": "to"} if "from" in header else {"from": "id", "to": "place"}
    return _CALLED.get(template.file_stem, relation)


def _records(
    path: Path, table: Iterable[tuple[int, list[str]]], template: Template, note: str
) -> Iterator[Record]:
    lines = ((line, cells) for line, cells in table if any(c.strip() for c in cells))
    first = next(lines, None)
    if first is None:
        raise SourceError("the file is empty", path, hint=_see(template))
    line, header = first
    header = [name.strip() for name in header]
    _check_header(path, line, header, template)
    called = _called(template, header)
    for line, cells in lines:
        if len(cells) != len(header):
            raise SourceError(
                f"{len(cells)} cells where the header has {len(header)}", path, line,
                "put cells that hold a comma in quotes; if this is the last row, the file may "
                "have been cut short",
            )
        yield Record(
            path, line, template.file_stem,
            {n: c for n, c in zip(header, cells, strict=True) if not n.startswith("_")},
            called, note,
        )
        note = ""


def _check_header(path: Path, line: int, header: list[str], template: Template) -> None:
    known = {column.name for column in template.columns}
    for number, name in enumerate(header, 1):
        if not name:
            raise SourceError(
                f"column {number} has no name", path, line,
                "remove it, or give it a name; one that begins with _ is ignored",
            )
        if header.count(name) > 1:
            raise SourceError(
                f"two columns are called {name!r}", path, line, "rename or remove one of them"
            )
        if name not in known and not name.startswith("_"):
            close = difflib.get_close_matches(name, known, 1)
            raise SourceError(
                f"{template.file_stem} has no column {name!r}"
                + (f"; did you mean {close[0]!r}?" if close else ""),
                path, line,
                "rename or remove it; a column whose name begins with _ is ignored. "
                + _see(template),
            )
    missing = [c.name for c in template.columns if c.required and c.name not in header]
    if missing:
        raise SourceError(f"missing column {', '.join(missing)}", path, line, _see(template))


def claims(record: Record) -> Iterator[Claim]:
    """The claims of one row: the element itself and, for a `place` column, where it is."""
    schema = Schema.load()
    template = schema.templates[record.kind]
    cells = {column.name: record.take(column.name) for column in template.columns}
    for name, text in cells.items():
        if control := _CONTROL.search(text):
            raise record.error(
                f"column {name!r}: a control character ({control[0]!r})", "remove it"
            )
        if _FORMULA.match(text):
            raise record.error(
                f"column {name!r}: {text[:40]!r} looks like a spreadsheet formula",
                "write the value itself",
            )
    for column in template.columns:
        if column.required and not cells[column.name]:
            raise record.error(f"column {column.name!r} is empty", column.help)
    cited = _citation(record, cells)
    if record.kind == "statement":
        yield Claim(
            about=cells["about"], stance=cells["stance"], topic=cells["topic"],
            summary=cells["summary"], **cited,
        )
    elif record.kind == "name":
        yield Claim(
            about=cells["entity"], kind="Name", key=cells["text"],
            values=_values(schema, "Name", {n: cells[n] for n in ("lang", "kind", "valid")}),
            **cited,
        )
    elif record.kind == "role":
        role = cells["role"].upper().replace("-", "_")
        roles = sorted(r.name for r in schema.relations.values() if r.role)
        if role not in roles:
            raise record.error(
                f"unknown role {cells['role']!r}",
                "use one of " + ", ".join(r.lower().replace("_", "-") for r in roles),
            )
        yield _edge(schema, role, cells["transaction"], cells["organisation"], cells, cited)
    elif schema.is_relation(template.element):
        yield _edge(schema, template.element, cells["from"], cells["to"], cells, cited)
    else:
        yield from _node(schema, template.element, cells, cited)


def _node(
    schema: Schema, cls: str, cells: dict[str, str], cited: dict[str, Any]
) -> Iterator[Claim]:
    if cls == "Source":
        # A source's `basis` says what kind of document it is, not who vouches for its existence.
        cited = {**cited, "source": cited["source"] or cells["id"], "basis": "",
                 "locator": cited["locator"] or "title"}
    yield Claim(about=cells["id"], kind=cls, values=_values(schema, cls, cells), **cited)
    if cells.get("place"):
        yield _edge(schema, "LOCATED_IN", cells["id"], cells["place"], {}, cited)


def _edge(
    schema: Schema, kind: str, start: str, end: str, cells: dict[str, str],
    cited: dict[str, Any],
) -> Claim:
    key = cells.get("key", "")
    return Claim(
        about=edge_id(kind, start, end, key), kind=kind, start=start, end=end, key=key,
        values=_values(schema, kind, cells), **cited,
    )


def _values(schema: Schema, element: str, cells: dict[str, str]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name, prop in schema.element_properties(element).items():
        text = cells.get(name, "")
        if not text or name in ("id", "key", "text", "entity"):
            continue
        found[name] = _several(text) if prop.many else text
    return found


def _citation(record: Record, cells: dict[str, str]) -> dict[str, Any]:
    cited: dict[str, Any] = {n: cells.get(n, "") for n in _CITATION}
    cited["terms"] = tuple(_several(cells.get("terms", "")))
    anchor = cells.get("anchor", "")
    if anchor:
        match = _ANCHOR.fullmatch(anchor)
        if match is None or (match[2] and int(match[2]) < int(match[1])):
            raise record.error(
                f"column 'anchor': {anchor!r} is not a place in a text file",
                "write the line or lines of the source's text file: L12 or L12-15",
            )
        if not cited["terms"]:
            raise record.error(
                "column 'terms' is empty although there is an anchor",
                "write the names, dates or products that must occur there, separated by ;",
            )
    return cited


def _several(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _template(name: str) -> Template | None:
    stem, dot, suffix = name.lower().rpartition(".")
    return Schema.load().templates.get(stem) if dot + suffix in (".csv", _LINES) else None


def _see(template: Template) -> str:
    return f"`sousveil template {template.file_stem}` prints the columns and what they mean"


loader = Loader(
    name="templates", title="Sousveil's own templates: CSV, workbooks, JSON Lines",
    sniff=sniff, read=read, claims=claims, unique=True,
)
