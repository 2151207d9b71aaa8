"""Sousveil's own CSV templates: one file for each class or relation, one row for each claim.

`sousveil template NAME` prints an empty one with its documentation. The file's name says what it
holds (`company.csv`, `owns.csv`, `role.csv`); the columns come from the ontology.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from sousveil.errors import SourceError
from sousveil.graph.records import Claim, Value, edge_id
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
_GUESSED = {"gb18030": "GB18030", "cp1252": "Windows-1252"}


def sniff(head: bytes, name: str) -> bool:
    """A CSV file that is named like a template; what is in it is told when it is read."""
    return _template(name) is not None


def read(path: Path) -> Iterator[Record]:
    """The rows of a template file."""
    template = _template(path.name)
    if template is None:
        raise SourceError(
            "the name does not say which template this is", path,
            hint="name the file after its template, such as company.csv; `sousveil template` "
            "lists them",
        )
    with opened(path) as file:
        yield from _records(path, file, template)


def _records(path: Path, file: TextIOWrapper, template: Template) -> Iterator[Record]:
    lines = ((line, cells) for line, cells in rows(path, file) if any(c.strip() for c in cells))
    first = next(lines, None)
    if first is None:
        raise SourceError("the file is empty", path, hint=_see(template))
    line, header = first
    header = [name.strip() for name in header]
    _check_header(path, line, header, template)
    relation = {"from": "from", "to": "to"} if "from" in header else {"from": "id", "to": "place"}
    called = _CALLED.get(template.file_stem, relation)
    note = ""
    if file.encoding in _GUESSED:
        note = (f"read as {_GUESSED[file.encoding]}: see that the names have come out right, or "
                "save the file as UTF-8")
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
    stem = name.lower().removesuffix(".csv")
    return Schema.load().templates.get(stem) if name.lower().endswith(".csv") else None


def _see(template: Template) -> str:
    return f"`sousveil template {template.file_stem}` prints the columns and what they mean"


loader = Loader(
    name="templates", title="Sousveil's own CSV templates", sniff=sniff, read=read, claims=claims,
    unique=True,
)
