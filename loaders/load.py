"""Loading: files become claims, checked against the ontology, all of them or none."""

from __future__ import annotations

import contextlib
import hashlib
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path

import msgspec

from sousveil.errors import ConfigError, SourceError, StoreError, UnknownFormat
from sousveil.graph import Claim, ClaimStore, SourceInfo
from sousveil.graph.claims import Staged
from sousveil.graph.records import identified, is_id, references
from sousveil.graph.reference import is_reference
from sousveil.loaders.files import heads
from sousveil.loaders.record import Loader, Record
from sousveil.loaders.shelf import Shelf
from sousveil.ontology import Schema
from sousveil.ontology.check import check_values
from sousveil.ontology.dates import bounds
from sousveil.ontology.places import EU, country_place
from sousveil.version import VERSION

__all__ = ["LoadRefused", "Loaded", "Reject", "find", "load", "shipped", "update"]

_MEMBERS = 100
"""Files of an archive that are looked at for a known format."""
_STEP = 1000
_RECENT = 50_000
_TABLES = (".csv", ".jsonl", ".xlsx", ".xlsm", ".ods")


class Reject(msgspec.Struct, frozen=True):
    """A record that was not loaded, and why."""

    path: str
    line: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {self.message}" + (f" ({self.hint})" if self.hint else "")


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one source."""

    key: str
    loader: str
    claims: int
    unchanged: bool = False
    rejects: tuple[Reject, ...] = ()
    warnings: tuple[Reject, ...] = ()
    omitted: tuple[tuple[str, int], ...] = ()
    """What was left out on purpose, and how often."""
    taken_back: int = 0
    """Claims that an update has replaced or deleted."""


class LoadRefused(SourceError):
    """So many records were rejected that nothing was loaded."""

    def __init__(self, rejects: Sequence[Reject]) -> None:
        first = rejects[0]
        hint = first.hint
        if len(rejects) > 1:
            hint += f" ({len(rejects)} faults in all; nothing was loaded)"
        super().__init__(first.message, first.path, first.line, hint)
        self.rejects = tuple(rejects)


class _Unit(msgspec.Struct, frozen=True):
    key: str
    files: tuple[tuple[Path, Loader], ...]
    sha256: str


def shipped() -> list[Path]:
    """The folders of the case data that comes with Sousveil."""
    folder = Path(str(files("sousveil.datasets")))
    return sorted(p.parent for p in folder.glob("*/source.csv"))


def find(path: Path, loaders: Sequence[Loader], name: str = "") -> Loader:
    """The loader for a file: the one named, or the only one that recognises it."""
    try:
        if path.exists() and not path.is_file():
            raise SourceError(
                "is neither a file nor a folder", path,
                hint="save what it gives to a file: files are read more than once",
            )
        path.open("rb").close()
    except OSError as error:
        raise _unreadable(path, error) from error
    if name:
        for loader in loaders:
            if loader.name == name:
                return loader
        raise UnknownFormat(
            f"there is no loader {name!r}", path,
            hint="use one of " + ", ".join(x.name for x in loaders),
        )
    found: list[Loader] = []
    try:
        for number, (head, member) in enumerate(heads(path)):
            found = [loader for loader in loaders if loader.sniff(head, member)]
            if found or number == _MEMBERS:
                break
    except SourceError:
        found = _named(path, loaders)
        if not found:
            raise
    found = found or _named(path, loaders)
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownFormat(
            "several loaders recognise it: " + ", ".join(x.name for x in found), path,
            hint="say which with --as",
        )
    raise UnknownFormat(
        "no loader recognises it", path,
        hint="a template is known by its name, such as company.csv: `sousveil template` lists "
        "them; `sousveil load --help` lists the other formats; or name one with --as",
    )


def _named(path: Path, loaders: Sequence[Loader]) -> list[Loader]:
    """The loaders that know the name alone; each says by itself what is wrong with the file."""
    return [loader for loader in loaders if loader.sniff(b"", path.name)]


def load(
    paths: Sequence[Path], store: ClaimStore, loaders: Sequence[Loader], *, as_: str = "",
    key: str = "", max_rejects: int = 0, dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> list[Loaded]:
    """Load files and folders; a folder of templates is one source, a file is one.

    Each source replaces what was loaded under its key before, once everything has been read and
    checked. `max_rejects` records may be left out; one more, and nothing changes at all
    (LoadRefused). A `dry_run` checks everything and changes nothing. `progress` is told how
    many more records have been read.
    """
    units = [_unit(path, loaders, as_, key) for path in paths]
    seen: dict[str, Path] = {}
    for unit, path in zip(units, paths, strict=True):
        if unit.key in seen:
            raise SourceError(
                f"it would be loaded under the key {unit.key!r}, and so would {seen[unit.key]}",
                path, hint="load one of them with --source KEY, in a command of its own",
            )
        seen[unit.key] = path
    kept = {u.key for u in units if not dry_run and _unchanged(store, u)}
    fresh = [unit for unit in units if unit.key not in kept]
    run = _Run(store, {unit.key for unit in fresh}, progress)
    run.know_sources(fresh)
    staged: list[Staged] = []
    done: list[Loaded] = []
    try:
        for unit in units:
            info = SourceInfo(
                key=unit.key, loader=unit.files[0][1].name, sha256=unit.sha256,
                files=tuple(f.name for f, _ in unit.files),
            )
            if unit.key in kept:
                done.append(Loaded(key=unit.key, loader=info.loader, claims=0, unchanged=True))
                continue
            before, warned = len(run.rejects), len(run.warnings)
            run.omitted.clear()
            if dry_run:
                count = sum(1 for _ in run.claims(unit))
            else:
                staged.append(store.stage(info, run.claims(unit)))
                count = staged[-1].claims
            done.append(Loaded(
                key=unit.key, loader=info.loader, claims=count,
                rejects=tuple(run.rejects[before:]), warnings=tuple(run.warnings[warned:]),
                omitted=tuple(run.omitted.most_common()),
            ))
        run.refuse(max_rejects)
        store.commit(staged)
    finally:
        store.discard(staged)
    return done


def update(
    path: Path, store: ClaimStore, loaders: Sequence[Loader], key: str, *, as_: str = "",
    max_rejects: int = 0, progress: Callable[[int], None] | None = None,
) -> Loaded:
    """Change what is loaded under a key by a file that holds only records that have changed.

    The claims of each record of the file take the place of those of the same record; where the
    file says that a record was deleted, its claims go. All of it happens in one step; the same
    update once more changes nothing.
    """
    if key not in set(store.keys()):
        raise ConfigError(
            f"nothing was loaded under {key!r}", "load the whole edition first: an update says "
            "only what has changed since",
        )
    info, unit = store.info(key), _unit(path, loaders, as_, key)
    loader = unit.files[0][1]
    if loader.native is None or loader.name != info.loader:
        raise SourceError(
            f"{key!r} was loaded as {info.loader}, and this file is {loader.name}"
            if loader.name != info.loader else f"there are no updates of the format {loader.name}",
            path, hint="load the whole edition under its key: it replaces the one before",
        )
    if unit.sha256 in info.updates:
        return Loaded(key=key, loader=loader.name, claims=0, unchanged=True)
    changed = Shelf()
    run = _Run(store, set(), progress, changed)
    staged: list[Staged] = []
    try:
        added = msgspec.structs.replace(info, key=f"{key}.update")
        staged.append(store.stage(added, run.claims(unit)))
        run.refuse(max_rejects)
        before = sum(1 for _ in store.read(key))
        whole = msgspec.structs.replace(
            info, files=(*info.files, path.name), updates=(*info.updates, unit.sha256),
            sha256=hashlib.sha256(f"{info.sha256} {unit.sha256}".encode()).hexdigest(),
        )
        staged.append(store.stage(whole, _updated(path, store, key, staged[0], changed)))
        store.commit(staged[1:])
    finally:
        store.discard(staged)
        changed.close()
    count = staged[0].claims
    return Loaded(
        key=key, loader=loader.name, claims=count, rejects=tuple(run.rejects),
        taken_back=before + count - staged[1].claims,
        warnings=tuple(run.warnings), omitted=tuple(run.omitted.most_common()),
    )


def _updated(
    path: Path, store: ClaimStore, key: str, added: Staged, changed: Shelf
) -> Iterator[Claim]:
    """The claims of the records that have not changed, then those of the update."""
    newest = ""
    for claim in store.read(key):
        if claim.locator.partition(", ")[2] not in changed:
            newest = max(newest, _edition(claim))
            yield claim
    for claim in store.read_staged(added):
        if (date := _edition(claim)) and date < newest:
            raise SourceError(
                f"is of {date}, and {key!r} holds what was said on {newest}", path,
                hint="updates are applied in their order",
            )
        yield claim


def _edition(claim: Claim) -> str:
    return str(claim.values.get("date", "")) if claim.kind == "Source" else ""


def _unchanged(store: ClaimStore, unit: _Unit) -> bool:
    """Whether these very files have been loaded and their claims are whole."""
    try:
        if unit.key not in set(store.keys()) or store.info(unit.key).sha256 != unit.sha256:
            return False
        for _ in store.read(unit.key):
            pass
    except StoreError:
        return False  # Loading it again is what repairs it.
    return True


def _unit(path: Path, loaders: Sequence[Loader], as_: str, key: str) -> _Unit:
    if path.is_dir():
        # What rows cite must be known first: sources before everything else.
        names = sorted(_tables(path), key=lambda p: (not _is_source(p), p.name))
        if not names:
            raise UnknownFormat(
                "the folder holds no table", path,
                hint="a folder that is loaded as one source holds templates: company.csv, "
                "owns.csv, source.csv and so on; name other files one by one",
            )
        files = tuple((p, find(p, loaders, as_)) for p in names)
        found = path.resolve().name
    else:
        files = ((path, find(path, loaders, as_)),)
        # A file named after its template says nothing about where it comes from.
        found = f"{path.resolve().parent.name}-{path.stem}"
    digest = hashlib.sha256(f"{VERSION} {Schema.load().hash}".encode())
    for file, loader in files:
        digest.update(f"{loader.name} {file.name} {_hash(file)}".encode())
    return _Unit(key or _key(found), files, digest.hexdigest())


def _tables(folder: Path) -> list[Path]:
    try:
        return [
            p for p in folder.iterdir()
            if p.suffix.lower() in _TABLES and not p.name.startswith(".")
        ]
    except OSError as error:
        raise _unreadable(folder, error) from error


def _is_source(path: Path) -> bool:
    return path.stem.lower() == "source"


def _key(name: str) -> str:
    """The key of a source that is loaded from a file or folder of this name."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if not name.isascii():
        # 数据 and 资料 are two names, and neither may replace the other.
        digest = hashlib.blake2b(name.encode("utf-8", "surrogateescape"), digest_size=4)
        slug = f"{slug}-{digest.hexdigest()}".lstrip("-")
    return slug or "source"


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> SourceError:
    return SourceError(
        f"cannot read: {error.strerror or error}", path,
        hint="look whether the name is right and whether you may read it",
    )


class _Classes:
    """Which class each id has been defined as: on disk, so that memory stays flat over millions."""

    def __init__(self) -> None:
        # A nameless database is a temporary file that goes when it is closed.
        self._table = sqlite3.connect("", isolation_level=None)
        for statement in (
            "PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA cache_size = -65536",
            "CREATE TABLE defined (id TEXT PRIMARY KEY, class TEXT NOT NULL) WITHOUT ROWID",
            "BEGIN",
        ):
            self._table.execute(statement)
        self._recent: dict[str, str] = {}

    def get(self, id_: str) -> str:
        """The class; empty if the id has not been defined."""
        if (found := self._recent.get(id_)) is not None:
            return found
        row = self._table.execute("SELECT class FROM defined WHERE id = ?", (id_,)).fetchone()
        if row is None:
            return ""
        self._remember(id_, row[0])
        return str(row[0])

    def setdefault(self, id_: str, cls: str) -> str:
        """Define the id, and return the class as which it was defined first."""
        if (found := self._recent.get(id_)) is not None:
            return found
        if self._table.execute(
            "INSERT OR IGNORE INTO defined VALUES (?, ?)", (id_, cls)
        ).rowcount:
            self._remember(id_, cls)
            return cls
        return self.get(id_)

    def _remember(self, id_: str, cls: str) -> None:
        if len(self._recent) >= _RECENT:
            self._recent.clear()
        self._recent[id_] = cls


class _Run:
    """One command's loading: what has been defined, what is still wanted, what was rejected."""

    def __init__(
        self, store: ClaimStore, replaced: set[str], progress: Callable[[int], None] | None,
        changed: Shelf | None = None,
    ) -> None:
        self.schema = Schema.load()
        self.store = store
        self.progress = progress
        self.rejects: list[Reject] = []
        self.warnings: list[Reject] = []
        self.omitted: Counter[str] = Counter()
        self.changed = changed
        """The records' own ids, where somebody wants to know which were read."""
        self._others = sorted(set(store.keys()) - replaced)
        self._defined = _Classes()
        self._rows: dict[tuple[Path, str, str], int] = {}
        self._wanted: dict[tuple[str, str, str], tuple[Path, int, str]] = {}
        """(id, field, relation) with where it is wanted first, and the name of the column."""
        self._sources: dict[str, tuple[str, str]] = {}
        self._scanned = False
        self.unread = False
        """Whether a file could not be read to its end."""

    def know_sources(self, units: Iterable[_Unit]) -> None:
        """Know every source before the first row that relies on one, in whatever file."""
        for unit in units:
            for path, loader in unit.files:
                if loader.unique and _is_source(path):
                    # What is wrong with it is said when its claims are made.
                    with contextlib.suppress(SourceError):
                        for record in loader.read(path):
                            with contextlib.suppress(SourceError):
                                for claim in loader.claims(record):
                                    self._describe(claim)

    def claims(self, unit: _Unit) -> Iterator[Claim]:
        """The checked claims of one source; a record with a fault gives none at all."""
        for path, loader in unit.files:
            try:
                yield from self._claims(path, loader)
            except SourceError as error:
                self._reject(error)
                self.unread = True

    def _claims(self, path: Path, loader: Loader) -> Iterator[Claim]:
        left: dict[str, tuple[int, int]] = {}
        for number, record in enumerate(loader.read(path), 1):
            if self.progress is not None and number % _STEP == 0:
                self.progress(_STEP)
            if record.note:
                self.warnings.append(Reject(str(record.path), record.line, record.note))
            native = loader.native(record) if loader.native and self.changed is not None else ""
            try:
                found = list(self._checked(record, loader))
            except SourceError as error:
                self._reject(error)
                continue
            if native and self.changed is not None:
                self.changed.put(native)
            self.omitted.update(record.omitted)
            for name in record.left():
                first, times = left.get(name, (record.line, 0))
                left[name] = (first, times + 1)
            yield from found
        for name, (first, times) in sorted(left.items()):
            several = f" in {times} records, first here" if times > 1 else ""
            self.warnings.append(Reject(str(path), first, f"not read: {name}{several}"))

    def _reject(self, error: SourceError) -> None:
        self.rejects.append(Reject(error.path, error.line, error.message, error.hint))

    def _describe(self, claim: Claim) -> None:
        if claim.kind == "Source":
            self._sources.setdefault(claim.about, (
                str(claim.values.get("publisher", "")), str(claim.values.get("basis", ""))
            ))

    def _checked(self, record: Record, loader: Loader) -> Iterator[Claim]:
        taken = []
        for claim in loader.claims(record):
            self._check(record, claim, loader.unique)
            taken.append(self._complete(record, claim))
        for claim in taken:
            self._note(record, claim)
            yield identified(claim)

    def _check(self, record: Record, claim: Claim, unique: bool) -> None:
        schema = self.schema
        for end, column in ((claim.about if not claim.start else "", "id"),
                            (claim.start, "from"), (claim.end, "to")):
            if end and not is_id(end) and not (column == "id" and not claim.kind):
                raise record.error(
                    f"{end!r} cannot be an id",
                    "use letters and digits, joined by '-', '.' or '_' one at a time",
                )
        if claim.start and claim.start == claim.end:
            raise record.error(
                f"{claim.start!r} cannot be {claim.kind} of itself", "correct one of the two ids"
            )
        if claim.kind:
            for name, _, message in check_values(schema, claim.kind, claim.values):
                raise record.error(f"column {name!r}: {message}", _see(record))
        for scheme, text in (
            ("basis", claim.basis), ("stance", claim.stance), ("topic", claim.topic)
        ):
            if text and schema.concept(scheme, text) is None:
                raise record.error(
                    f"unknown {scheme} {text!r}",
                    "use one of " + ", ".join(schema.concepts[scheme]),
                )
        try:
            bounds(claim.said)
        except ValueError as error:
            raise record.error(f"column 'said': {error}", _see(record)) from None
        if not claim.locator:
            raise record.error(
                "column 'locator' is empty", "say where in the source this stands: no edge "
                "without evidence",
            )
        if unique and (claim.kind in schema.classes or claim.kind in schema.relations):
            where = (record.path, claim.kind, claim.about)
            first = self._rows.setdefault(where, record.line)
            if first != record.line and claim.kind != "LOCATED_IN":
                raise record.error(
                    f"{claim.about!r} stands in line {first} already",
                    "give one of the two another id or key; what a second source says of the "
                    "same thing goes into statement.csv",
                )

    def _complete(self, record: Record, claim: Claim) -> Claim:
        """Fill in author and basis from the document that the claim rests on."""
        self._describe(claim)
        if claim.author and claim.basis:
            return claim
        primary, source = self._source(claim.primary_source), self._source(claim.source)
        author = claim.author or primary[0] or source[0]
        basis = claim.basis or primary[1] or source[1]
        if not basis:
            raise record.error(
                f"the source {claim.primary_source or claim.source!r} is not described",
                "describe it in source.csv, and load that file with this one",
            )
        if not author:
            raise record.error(
                f"nobody is known to say this: the source {claim.source!r} has no publisher",
                "fill in the column 'author', or 'publisher' in source.csv",
            )
        return msgspec.structs.replace(claim, author=author, basis=basis)

    def _source(self, id_: str) -> tuple[str, str]:
        if id_ and id_ not in self._sources and not self._scanned:
            self._scan()
        return self._sources.get(id_, ("", ""))

    def _scan(self) -> None:
        """Learn what the sources loaded earlier define. Only done when something is missing."""
        self._scanned = True
        for key in self._others:
            for claim in self.store.read(key):
                if claim.kind and claim.kind != "Name":
                    self._defined.setdefault(claim.about, claim.kind)
                self._describe(claim)

    def _note(self, record: Record, claim: Claim) -> None:
        if claim.kind and claim.kind != "Name":
            kind = self._defined.setdefault(claim.about, claim.kind)
            if kind != claim.kind:
                raise record.error(
                    f"{claim.about!r} is a {kind} elsewhere and a {claim.kind} here",
                    "give one of the two another id",
                )
        for field, id_ in references(claim, self.schema):
            relation = claim.kind if field in ("from", "to") else ""
            cls = self._defined.get(id_)
            if cls and cls in (self._allowed(field, relation) or (cls,)):
                continue
            self._wanted.setdefault(
                (id_, field, relation), (record.path, record.line, record.called.get(field, field))
            )

    def refuse(self, max_rejects: int) -> None:
        """Raise if there were more faults than may be."""
        # What a rejected record would have described may be missed by others: those cannot be
        # left out one by one, so a dangling id refuses the load whatever the limit. If a file
        # could not be read to its end, much would seem to dangle that does not.
        dangling = [] if self.unread else self.dangling()
        if self.unread or dangling or len(self.rejects) > max_rejects:
            raise LoadRefused([*self.rejects, *dangling])

    def dangling(self) -> list[Reject]:
        """The records that refer to what nobody describes, or to the wrong class of thing."""
        missing = {
            i for i, _, _ in self._wanted if not self._defined.get(i) and not is_reference(i)
        }
        if missing and not self._scanned:
            self._scan()
        found = []
        for (id_, field, relation), (path, line, column) in self._wanted.items():
            cls, allowed = self._class_of(id_), self._allowed(field, relation)
            if id_ in missing and not self._defined.get(id_):
                message = f"nothing is called {id_!r}"
                hint = "correct the id, or load the file that describes it together with this one"
            elif cls and allowed and cls not in allowed:
                message = f"{id_!r} is a {cls}"
                hint = (f"{relation} goes {field} " if relation else "it must be ") + (
                    " or ".join(allowed))
            else:
                continue
            found.append(Reject(str(path), line, f"column {column!r}: {message}", hint))
        return found

    def _class_of(self, id_: str) -> str:
        place = id_ == EU or country_place(id_) is not None
        return self._defined.get(id_) or ("Place" if place else "")

    def _allowed(self, field: str, relation: str) -> Sequence[str]:
        """The classes that the id in a field may be of; none if it may be of any."""
        if relation:
            found = self.schema.relations[relation]
            return found.from_ if field == "from" else found.to
        return _ALLOWED.get(field, ())


_ALLOWED = {
    "source": ("Source",), "primary_source": ("Source",),
    **dict.fromkeys(("author", "publisher"), ("Company", "PublicBody", "Publisher")),
}


def _see(record: Record) -> str:
    if record.kind not in Schema.load().templates:
        return "correct the record, or leave such records out with --max-rejects"
    return f"`sousveil template {record.kind}` says what the column holds"
