"""Targets that are written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sousveil.errors import ConfigError

__all__ = ["whole"]


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A place beside `path` for a file, or for a folder; what was written gets its name at the end.

    If anything goes wrong, nothing of it is left and the former file stays as it was. Files of a
    folder that exists are replaced, and others in it stay. What cannot be replaced, a device or a
    pipe, is written directly. Raises ConfigError where it cannot be written.
    """
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            yield path
            return
        target = path.resolve()
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(0, "it is write-protected")
        with tempfile.TemporaryDirectory(
            prefix=".partial-", dir=target.parent, ignore_cleanup_errors=True
        ) as beside:
            temporary = Path(beside, target.name or "folder")
            yield temporary
            _settle(temporary, target)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot write: {error.strerror or error}",
            "make room, or name another place; what was there before is unchanged",
        ) from error


def _settle(temporary: Path, target: Path) -> None:
    """Rename what was written; it is on the disk before it has its name."""
    if temporary.is_dir():
        files = sorted(p for p in temporary.rglob("*") if p.is_file())
        if target.exists() and not target.is_dir():
            raise NotADirectoryError(0, "there is a file of that name")
    else:
        files = [temporary]
        if target.is_dir():
            raise IsADirectoryError(0, "there is a folder of that name")
    for file in files:
        with file.open("rb+") as written:
            os.fsync(written.fileno())
    if not target.exists():
        temporary.replace(target)
        return
    for file in files:
        final = target / file.relative_to(temporary)
        final.parent.mkdir(parents=True, exist_ok=True)
        if final.exists():
            shutil.copymode(final, file)
        file.replace(final)
