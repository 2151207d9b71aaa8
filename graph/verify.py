"""Re-reading the documents: does what a claim relies on still stand where it says?

No sentence of a document is stored. A claim names lines of the document's text file, and the
names, dates and products that must occur there; the document itself is known by its hash.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from sousveil.graph.records import Claim

__all__ = ["Fault", "Report", "verify"]


class Fault(msgspec.Struct, frozen=True):
    """A claim whose anchor does not hold, or a document that is not the one that was read."""

    claim: str
    about: str
    source: str
    anchor: str
    fault: str


class Report(msgspec.Struct, frozen=True):
    """What came of re-reading the documents."""

    verified: int
    documents: int
    unanchored: int
    """Claims that name no lines, such as those on reference data."""
    faults: tuple[Fault, ...]


def verify(claims: Callable[[], Iterable[Claim]], folder: Path) -> Report:
    """Check every anchor against the files in `folder`; `claims` is read twice."""
    files = {
        c.about: (str(c.values["file"]), str(c.values.get("sha256", "")))
        for c in claims() if c.kind == "Source" and c.values.get("file")
    }
    documents: dict[str, list[str] | str] = {
        id_: _document(folder, name, sha256) for id_, (name, sha256) in sorted(files.items())
    }
    faults = [
        Fault("", "", id_, "", text) for id_, text in documents.items() if isinstance(text, str)
    ]
    verified = unanchored = 0
    for claim in claims():
        if not claim.anchor:
            unanchored += 1
            continue
        lines = documents.get(claim.source)
        if lines is None:
            reason = "its source names no text file"
        elif isinstance(lines, str):
            continue
        else:
            reason = _fault(claim, lines)
        if reason:
            faults.append(Fault(claim.id, claim.about, claim.source, claim.anchor, reason))
        else:
            verified += 1
    read = sum(not isinstance(d, str) for d in documents.values())
    return Report(verified, read, unanchored, tuple(faults))


def plain(text: str) -> str:
    """Text as anchors compare it: no markup, one kind of quote and dash, single blanks."""
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^>]*)?/?>", "", text)
    text = re.sub(r"[*_\\]", "", text)
    text = re.sub("[‘’ʼ`]", "'", text)
    text = re.sub("[“”]", '"', text)
    text = re.sub("[‐-―]", "-", text)
    return re.sub(r"\s+", " ", text)


def _document(folder: Path, name: str, sha256: str) -> list[str] | str:
    """The document's lines, or what is wrong with it."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        return f"{name}: not a file of the folder"
    try:
        data = path.read_bytes()
    except OSError as error:
        return f"{name}: {error.strerror or error}"
    if sha256 and hashlib.sha256(data).hexdigest() != sha256:
        return f"{name} is not the file that was read: its hash differs"
    try:
        # Lines as editors count them: a page break within one begins no other.
        return re.split(r"\r\n|\n|\r", data.decode("utf-8").removesuffix("\n"))
    except UnicodeDecodeError:
        return f"{name}: not UTF-8 text"


def _fault(claim: Claim, lines: list[str]) -> str:
    first, _, last = claim.anchor.removeprefix("L").partition("-")
    start, end = int(first), int(last or first)
    if end > len(lines):
        return f"the document has {len(lines)} lines"
    passage = plain(" ".join(lines[start - 1 : end]))
    missing = [term for term in claim.terms if plain(term) not in passage]
    return "not there: " + "; ".join(missing) if missing else ""
