"""Values as cells of a table that no spreadsheet program takes for formulas."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["safe_cell"]

_FORMULA = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"-\d+(?:\.\d+)?", re.ASCII)


def safe_cell(value: Any) -> str:
    """A cell that no spreadsheet program takes for a formula.

    OWASP, CSV injection: an apostrophe before =, +, -, @, their full-width forms, tab and line
    break, but not before a negative number. A carriage return, which the csv module writes
    without quotes, becomes a line feed.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    text = "; ".join(value) if isinstance(value, list | tuple) else str(value or "")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "'" + text if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text
