"""Records that cannot be read: shown on stderr, and listed in a file."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from sousveil.cli.output import say
from sousveil.errors import ConfigError
from sousveil.graph.writers import safe_cell
from sousveil.loaders import Reject

__all__ = ["tell"]

_SHOWN = 20


def tell(rejects: Sequence[Reject], path: Path | None) -> None:
    """Show the first rejects, and write all of them to the file if one is named."""
    for reject in rejects[:_SHOWN]:
        say(str(reject))
    if len(rejects) > _SHOWN and path is None:
        say(f"… and {len(rejects) - _SHOWN} more; --rejects FILE lists them all")
    if path is not None:
        try:
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(["file", "line", "message", "hint"])
                writer.writerows(
                    (safe_cell(r.path), r.line, safe_cell(r.message), safe_cell(r.hint))
                    for r in rejects
                )
        except OSError as error:
            raise ConfigError(
                f"{path}: cannot write: {error.strerror or error}", "name another file"
            ) from error
        say(f"{len(rejects)} rejected records are listed in {path}")
