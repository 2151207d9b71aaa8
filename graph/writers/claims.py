"""The claims themselves, as JSON Lines and as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import IO

import msgspec

from sousveil.graph.records import Claim
from sousveil.graph.writers.cells import safe_cell

__all__ = ["claims_csv", "claims_jsonl"]

_COLUMNS = tuple(
    field.name for field in msgspec.structs.fields(Claim) if field.name != "values"
)


def claims_jsonl(claims: Iterable[Claim], file: IO[str]) -> int:
    """One claim in JSON on each line, nothing left out; returns their number."""
    encode = msgspec.json.Encoder(order="deterministic").encode
    number = 0
    for claim in claims:
        file.write(encode(claim).decode() + "\n")
        number += 1
    return number


def claims_csv(claims: Iterable[Claim], file: IO[str]) -> int:
    """One claim on each row; the asserted values as JSON in one column."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*_COLUMNS, "values"])
    number = 0
    for claim in claims:
        row = [safe_cell(getattr(claim, name)) for name in _COLUMNS]
        row.append(msgspec.json.encode(claim.values, order="sorted").decode())
        writer.writerow(row)
        number += 1
    return number
