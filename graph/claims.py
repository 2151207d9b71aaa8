"""The claims store: one compressed file of claims for each source, replaced as a whole.

The claims are the truth; every graph is built from them. A file begins with a header line and
ends with a count, so that a file cut short is told from a whole one.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from sousveil.errors import StoreError
from sousveil.graph.records import Claim

__all__ = ["ClaimStore", "SourceInfo", "Staged"]

FORMAT = 1
"""Version of the file format; a store of another version is refused, never guessed at."""

_SUFFIX = ".claims.gz"
_CHUNK = 1 << 18
_KEY = re.compile(r"[a-z0-9]+(?:[-._][a-z0-9]+)*")


class SourceInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What was loaded under one key."""

    format: int = FORMAT
    key: str
    loader: str
    files: tuple[str, ...] = ()
    sha256: str = ""
    """Hash of the files that were read: the same files need no second load."""
    updates: tuple[str, ...] = ()
    """Hashes of the updates that were applied since, in their order."""


class Staged(NamedTuple):
    """A file of claims that is complete and on disk, but not yet in force."""

    key: str
    path: Path
    claims: int
    """Number of claims."""


class _Footer(msgspec.Struct, frozen=True, kw_only=True):
    count: int
    claims: str
    """Hash over the claim ids in order."""


_encode = msgspec.json.Encoder().encode
_decode_claim = msgspec.json.Decoder(Claim).decode
_decode_info = msgspec.json.Decoder(SourceInfo).decode
_decode_footer = msgspec.json.Decoder(_Footer).decode


class ClaimStore:
    """A folder of claims, one file for each source."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def sources(self) -> list[SourceInfo]:
        """What has been loaded, by key."""
        return [self.info(key) for key in self.keys()]

    def keys(self) -> list[str]:
        """The keys of the sources that have been loaded, sorted."""
        if not self.folder.is_dir():
            return []
        return sorted(
            p.name.removesuffix(_SUFFIX)
            for p in self.folder.iterdir()
            if p.name.endswith(_SUFFIX) and not p.name.startswith(".")
        )

    def info(self, key: str) -> SourceInfo:
        """The header of one source."""
        path = self._path(key)
        with _opened(path) as file:
            return _header(file, path)

    def read(self, key: str) -> Iterator[Claim]:
        """The claims of one source, in the order in which they were loaded."""
        return self._read(self._path(key))

    def read_staged(self, staged: Staged) -> Iterator[Claim]:
        """The claims of a file that is not in force yet."""
        return self._read(staged.path)

    def _read(self, path: Path) -> Iterator[Claim]:
        count = 0
        with _opened(path) as file:
            _header(file, path)
            for line in file:
                if line.startswith(b'{"count"'):
                    # Reading on to the end lets gzip compare its own checksum.
                    if _footer(line, path).count != count or file.read(1):
                        break
                    return
                yield _decode(line, path)
                count += 1
        raise _damaged(path, "it ends before its last claim")

    def read_all(self) -> Iterator[Claim]:
        """All claims, source by source."""
        for key in self.keys():
            yield from self.read(key)

    def replace(self, info: SourceInfo, claims: Iterable[Claim]) -> int:
        """Replace everything loaded under `info.key`; return the number of claims."""
        staged = self.stage(info, claims)
        self.commit([staged])
        return staged.claims

    def stage(self, info: SourceInfo, claims: Iterable[Claim]) -> Staged:
        """Stream claims to a new file beside the one in force, which stays untouched.

        A failure half-way, in the claims or on the disk, leaves nothing behind.
        """
        if not _KEY.fullmatch(info.key):
            raise StoreError(
                f"{info.key!r} cannot be the key of a source",
                "use lower-case letters, digits, '-', '.' and '_'",
            )
        self._sweep()
        partial = self.folder / f".{info.key}.{os.getpid()}.part"
        digest = hashlib.sha256()
        count = 0
        try:
            with self._writing():
                self.folder.mkdir(parents=True, exist_ok=True)
                with partial.open("wb") as raw:
                    # mtime=0 and no file name: the same claims give the same bytes. Level 3
                    # takes half the time of level 5 for a tenth more of space.
                    with gzip.GzipFile("", "wb", 3, raw, mtime=0) as packed, \
                            io.BufferedWriter(packed, _CHUNK) as file:
                        file.write(_encode(info) + b"\n")
                        for claim in claims:
                            file.write(_encode(claim) + b"\n")
                            digest.update(claim.id.encode())
                            count += 1
                        footer = _Footer(count=count, claims=digest.hexdigest())
                        file.write(_encode(footer) + b"\n")
                    raw.flush()
                    os.fsync(raw.fileno())
        except BaseException:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)
            raise
        return Staged(info.key, partial, count)

    def _sweep(self) -> None:
        """Remove what loads that were killed have left."""
        for path in self.folder.glob(".*.part"):
            process = path.name.split(".")[-2]
            if process.isdigit() and not _alive(int(process)):
                with contextlib.suppress(OSError):
                    path.unlink(missing_ok=True)

    def commit(self, staged: Iterable[Staged]) -> None:
        """Put staged files in force, each in one step."""
        with self._writing():
            for one in staged:
                one.path.replace(self._path(one.key))

    def discard(self, staged: Iterable[Staged]) -> None:
        """Forget staged files."""
        for one in staged:
            one.path.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(
                f"{self.folder}: cannot write claims: {error.strerror or error}",
                "free some space, or choose another folder with SOUSVEIL_HOME; what was loaded "
                "before is unchanged",
            ) from error

    def remove(self, key: str) -> None:
        """Forget one source."""
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.folder / (key + _SUFFIX)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # Somebody else's.
    return True


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[gzip.GzipFile]:
    try:
        with gzip.open(path, "rb") as file:
            yield file
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise _damaged(path, str(error)) from error
    except OSError as error:
        raise StoreError(f"{path}: cannot read claims: {error.strerror or error}") from error


def _header(file: gzip.GzipFile, path: Path) -> SourceInfo:
    try:
        info = _decode_info(file.readline())
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _damaged(path, str(error)) from error
    if info.format != FORMAT:
        raise StoreError(
            f"{path}: claims of format {info.format}; this version of Sousveil reads {FORMAT}",
            f"load the source {info.key!r} again with this version",
        )
    return info


def _footer(line: bytes, path: Path) -> _Footer:
    try:
        return _decode_footer(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _damaged(path, str(error)) from error


def _decode(line: bytes, path: Path) -> Claim:
    try:
        return _decode_claim(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _damaged(path, str(error)) from error


def _damaged(path: Path, reason: str) -> StoreError:
    key = path.name.removesuffix(_SUFFIX)
    return StoreError(
        f"{path}: damaged claims file: {reason}", f"load the source {key!r} again to replace it"
    )
