"""The embedded search index: one SQLite file beside the graph, built once, then only read.

What is kept of a name, and why:

- every name is *folded* first: compatibility forms and full-width letters (NFKC), case,
  diacritics, traditional characters, punctuation. Query and name go through the same function,
  character by character, so that what is equal stays equal inside longer text;
- the *core* is the folded name without its company form (`AB`, `Co., Ltd.`, `有限公司`);
- Chinese names, not titles, also get their pinyin, marked as generated: it finds, and is never
  shown;
- FTS5 holds our own terms (one letter for the kind of term, then the text): `w` word, `h` one or
  two characters of a script written without spaces, `g`/`s`/`e` three letters inside and two at
  the start and end, `d` a short word with one letter left out, `c` the class. FTS5 only
  intersects and unites; nothing that a user types ever reaches its query parser unquoted.

Names are numbered by length, so a question that is cut off for having too many answers keeps
the shortest names, which lie closest to what was asked.

Scores: 100 the very name or id; from 95 the same but for case, accents, spaces, company form or
as pinyin; from 84 begins with the text; from 70 holds every word; from 60 holds the letters; below
60 similar. Nothing below `MIN_SCORE` is an answer.
"""

from __future__ import annotations

import contextlib
import heapq
import os
import re
import sqlite3
import threading
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import msgspec
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from sousveil.errors import StoreError, StoreUnavailable

__all__ = [
    "MIN_SCORE", "Hit", "SearchIndex", "SearchRow", "build_index", "core_words", "fold", "forms",
    "pinyin", "rank", "words",
]

MIN_SCORE: Final = 35.0
"""Weaker matches than this (of 100) are not answers."""

_APPLICATION_ID: Final = 0x536F7573  # "Sous"; tells our file from any other SQLite file
_FORMAT: Final = 1
_MAX_TEXT: Final = 4096  # characters of a query or name that are looked at
_MAX_TERMS: Final = 64  # terms in one FTS5 question, grams in one fuzzy question
_MAX_WORDS: Final = 16
_LONG: Final = 64  # letters of a word that are indexed; longer ones are not compared loosely
_FETCH: Final = 300  # candidates that one way of looking may hand to the ranking
_SAME: Final = 5000  # names with the same core that are compared with each other
_SCAN: Final = 20_000  # index entries looked at for one prefix
_BUDGET: Final = 12_000  # postings read for one fuzzy question
_COMMON: Final = 1000  # terms in more names than this have their frequency stored
_BATCH: Final = 1000  # rows that go into the file with one statement
_MIN_PREFIX: Final = 3  # letters; "ab" must not find everything that begins with it
_SHORT: Final = range(4, 7)  # lengths of words too short for grams to survive a slip

_NAME, _GENERATED, _ID = 0, 1, 2
_TITLED: Final = ("Figure", "Source", "Transaction")  # nobody spells a title in pinyin

_SCHEMA: Final = """
CREATE TABLE meta (names INTEGER NOT NULL);
CREATE TABLE entity (
  n INTEGER PRIMARY KEY, id TEXT NOT NULL, cls TEXT NOT NULL, name TEXT NOT NULL,
  name_zh TEXT NOT NULL, kinds TEXT NOT NULL);
CREATE TABLE name (
  n INTEGER PRIMARY KEY, entity INTEGER NOT NULL, kind INTEGER NOT NULL,
  text TEXT NOT NULL, folded TEXT NOT NULL, core TEXT NOT NULL);
CREATE TABLE common (term TEXT PRIMARY KEY, names INTEGER NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE terms USING fts5
  (t, content='', detail=none, columnsize=0, tokenize='ascii');
"""

# Company forms. Latin ones are written as the letters of the last words run together, so that
# "B.V.", "B V" and "BV" are one entry; Chinese ones as the end of the name.
_FORMS: Final = frozenset(
    word
    for line in (
        "ab ag as aps asa bv bvba co company corp corporation cv dd doo eurl ev ewiv",
        "gesmbh ggmbh gmbh gmbhandcokg gmbhcokg gmbhundcokg group hb holding holdings inc",
        "incorporated kb kft kg kgaa kk lda limited limitedliabilitycompany llc llp lp ltd",
        "ltda nv nyrt oao ohg ooo ou oy oyj pao plc proprietarylimited privatelimited pte",
        "publ publiclimitedcompany pty pvt sa saoc sarl sas sasu sca scrl se sl slu snc spa",
        "spolsro sprl spzoo srl sro tbk uab ug zao zrt оао ооо пао зао",
        "gongsi gufengongsi gufenyouxiangongsi jituan jituangongsi jituangufengongsi",
        "jituangufenyouxiangongsi jituanyouxiangongsi youxiangongsi youxianzerengongsi",
    )
    for word in line.split()
)
_FORMS_BEFORE: Final = frozenset({"ooo", "oao", "pao", "zao", "pt", "ооо", "оао", "пао", "зао"})
_FORMS_ZH: Final = (  # longest first; folded, hence simplified
    "集团股份有限公司",
    "集团有限责任公司",
    "控股有限公司",
    "集团有限公司",
    "集团股份公司",
    "股份有限公司",
    "有限责任公司",
    "有限公司",
    "株式会社",
    "股份公司",
    "集团公司",
    "公司",
    "集团",
)
_FORM_WORDS: Final = 8  # "gu fen you xian gong si" and longer
_FORM_ENDS: Final = frozenset(form[at:] for form in _FORMS for at in range(len(form)))

# Letters that do not decompose into a base letter and a mark.
_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)

# Place names that are not read as the dictionary of pypinyin has it.
_READINGS: Final = {
    "朝阳": ("chao", "yang"),
    "单县": ("shan", "xian"),
    "洪洞": ("hong", "tong"),
    "浚县": ("xun", "xian"),
    "长治": ("chang", "zhi"),
}


class Hit(msgspec.Struct, frozen=True):
    """One entity that a search found.

    `matched` is the name (or the id) that matched; where generated pinyin matched, the Chinese
    name it was made from, because generated pinyin is no name anybody uses. `score` runs from
    0 to 100, see the module.
    """

    id: str
    cls: str
    name: str
    name_zh: str
    matched: str
    score: float
    kinds: tuple[str, ...] = ()


class SearchRow(msgspec.Struct, frozen=True):
    """One entity to be found: its id, class, names and kinds.

    `names` are (text, language tag) pairs; `name` and `name_zh` need not be among them.
    """

    id: str
    cls: str
    name: str
    name_zh: str
    kinds: tuple[str, ...]
    names: tuple[tuple[str, str], ...]


# ── Folding ──────────────────────────────────────────────────────────────────────────────────


# Scripts written without spaces: Han, kana, and Hangul for its short words.
_HAN: Final = "\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_CJK: Final = _HAN + "\u3041-\u3096\u30a1-\u30fa\u30fc-\u30fe\uac00-\ud7a3"
_HAS_HAN: Final = re.compile(f"[{_HAN}]")
_HAS_CJK: Final = re.compile(f"[{_CJK}]")
_WORDS: Final = re.compile(f"[{_CJK}]+|[^\\W_{_CJK}]+")


def _is_cjk(word: str) -> bool:
    """True for a folded word in such a script; folding never mixes the two kinds in a word."""
    return word[0] > "\u3000" and _HAS_CJK.match(word) is not None


class _Simplify(dict[int, str]):
    """A `str.translate` table that asks OpenCC once for every Han character it meets.

    Character by character, not by phrase: folding must not depend on the neighbours, or a part
    of a name would fold differently from the whole.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._converter: Any = None

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if _HAS_HAN.match(char):
            with self._lock:
                if self._converter is None:
                    import opencc  # slow to load, and Latin searches never need it

                    self._converter = opencc.OpenCC("t2s")
                for _ in range(3):  # some results have a simpler form themselves
                    simpler: str = self._converter.convert(char)
                    if simpler == char:
                        break
                    char = simpler
        self[code] = char
        return char


_SIMPLIFY: Final = _Simplify()


class _Unmark(dict[int, int | None]):
    """A `str.translate` table that leaves out the marks of decomposed letters."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.category(chr(code)) == "Mn" else code
        return self[code]


_UNMARKED: Final = _Unmark()


def _plain(text: str) -> str:
    """The text as typed, but for case, width and spaces: equal here is the very same name."""
    return " ".join(unicodedata.normalize("NFKC", text[:_MAX_TEXT]).casefold().split())


def fold(text: str) -> str:
    """The folded words of a text, one space between them; empty if it has no letter or digit.

    Text in a script without spaces is a word of its own: `Axis安讯士` gives `axis 安讯士`.
    """
    text = text[:_MAX_TEXT]
    if text.isascii():
        chars = text.casefold()
    else:
        chars = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
        chars = unicodedata.normalize("NFD", chars).translate(_UNMARKED)
        chars = unicodedata.normalize("NFC", chars).translate(_SIMPLIFY).casefold()
    return " ".join(_WORDS.findall(chars))


def core_words(folded: str) -> list[str]:
    """The folded words without company forms at the end (and a few at the start)."""
    words = folded.split()
    stripped = True
    while stripped:
        stripped = False
        longest = min(_FORM_WORDS, len(words) - 1) if words and words[-1] in _FORM_ENDS else 0
        for count in range(longest, 0, -1):
            if "".join(words[-count:]) in _FORMS:
                del words[-count:]
                stripped = True
                break
        else:
            if words and _is_cjk(words[-1]):
                for form in _FORMS_ZH:
                    if words[-1] == form and len(words) > 1:
                        del words[-1]
                        stripped = True
                        break
                    if words[-1].endswith(form) and words[-1] != form:
                        words[-1] = words[-1][: -len(form)]
                        stripped = True
                        break
    if len(words) > 1 and words[0] in _FORMS_BEFORE:
        del words[0]
    return words


@lru_cache(maxsize=1 << 17)
def _read_word(word: str) -> tuple[str, ...]:
    """The syllables of one dictionary word, without tones; `ü` stays."""
    import pypinyin

    return tuple(pypinyin.lazy_pinyin(word, v_to_u=True))


_READINGS_SPLIT: Final = re.compile("(" + "|".join(_READINGS) + ")")


def pinyin(folded: str) -> str:
    """The folded words with every Han character read as pinyin, one syllable a word, `ü` kept.

    Segmented here and read word by word, so that the readings can be cached: pypinyin alone
    needs about ten times as long.
    """
    from pypinyin.contrib.mmseg import seg

    out: list[str] = []
    for word in folded.split():
        if not _HAS_HAN.match(word):
            out.append(word)
            continue
        for part in _READINGS_SPLIT.split(word):
            if part in _READINGS:
                out.extend(_READINGS[part])
            elif part:
                for piece in seg.cut(part):
                    out.extend(_read_word(piece))
    return " ".join(out)


def _pinyin_forms(folded: str, core: str) -> Iterator[tuple[str, str]]:
    """(folded, core) of the generated pinyin, with `ü` written `u` and, where it occurs, `v`.

    The company form is taken off before the reading: `se` ends a company, and 百色 (bai se) too.
    `core` is what is left of the folded name without it, words apart.
    """
    spelled = pinyin(core)
    rest = _form_pinyin(folded[len(core) :]) if folded.startswith(core) else ""
    whole = f"{spelled} {rest}".rstrip() if folded.startswith(core) else pinyin(folded)
    for other in "uv" if "ü" in whole else "u":
        words = whole.replace("ü", other)
        if not words.isascii():
            words = fold(words)
        if words:
            yield words, fold(spelled.replace("ü", other)).replace(" ", "")


@lru_cache(maxsize=4096)
def _form_pinyin(form: str) -> str:
    return pinyin(form)


# ── Terms ────────────────────────────────────────────────────────────────────────────────────


def _latin_grams(core: str) -> set[str]:
    grams: set[str] = set()
    for run in [core] if core.isascii() else _WORDS.findall(core):
        if len(run) > 1 and not _is_cjk(run):
            grams.update(["g" + run[i : i + 3] for i in range(len(run) - 2)])
            grams.add("s" + run[:2])
            grams.add("e" + run[-2:])
    return grams


def _bigrams(run: str) -> set[str]:
    return {"h" + run[i : i + 2] for i in range(len(run) - 1)}


def _shortened(word: str) -> set[str]:
    """The word with each one of its letters left out."""
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


def _terms(kind: int, folded: str, core: str, words: Iterable[str], cls: str) -> str:
    """The FTS5 document of a name, `words` being those of its core; an id has none.

    Sorted: the same name always gives the same bytes.
    """
    if kind == _ID:
        return ""
    terms = _latin_grams(core)
    for run in () if folded.isascii() else _WORDS.findall(folded.replace(" ", "")):
        if _is_cjk(run):
            terms.update(["h" + char for char in run])
            terms |= _bigrams(run)
    for word in words:
        terms.update(_word_terms(word, kind))
    terms.add("c" + _class_term(cls))
    return " ".join(sorted(terms))


@lru_cache(maxsize=1 << 16)
def _word_terms(word: str, kind: int) -> tuple[str, ...]:
    """The terms of a word of a name: most words are those of many names."""
    if _is_cjk(word):
        return ()
    short = kind == _NAME and len(word) in _SHORT
    return (
        "w" + word[:_LONG], *(("d" + rest for rest in sorted(_shortened(word))) if short else ())
    )


def _syllables(folded: str, core: str) -> list[str]:
    """The words of generated pinyin that belong to its core, the company form being left out."""
    words, rest = [], len(core)
    for word in folded.split():
        if rest <= 0:
            break
        words.append(word)
        rest -= len(word)
    return words


@lru_cache(maxsize=256)
def _class_term(cls: str) -> str:
    return fold(cls).replace(" ", "")


def _quote(term: str, prefix: bool = False) -> str:
    """A term for FTS5. Terms hold only letters and digits, so quotes are all it takes."""
    return f'"{term}"*' if prefix else f'"{term}"'


# ── Building ─────────────────────────────────────────────────────────────────────────────────


def build_index(path: Path, rows: Iterable[SearchRow]) -> None:
    """Write the search index of `rows` to `path`, replacing what is there.

    Memory does not grow with the rows. The file is written beside `path`, brought to the disk
    and only then put in place; the same rows, in any order, give the same bytes with one version
    of SQLite.

    Raises StoreError when two rows share an id or the file cannot be written.
    """
    part = path.with_name(path.name + ".part")
    stage = path.with_name(path.name + ".stage")
    leftovers = [f.with_name(f.name + end) for f in (part, stage) for end in ("", "-journal")]
    try:
        for file in leftovers:
            file.unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as db:
            _build(db, stage, rows)
        with part.open("rb") as handle:
            os.fsync(handle.fileno())
        part.replace(path)
        _sync_folder(path.parent)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(
            f"the search index {path} cannot be written: {error}",
            "See whether the disk is full or the folder is read-only, then build again.",
        ) from error
    finally:
        for file in leftovers:
            with contextlib.suppress(OSError):
                file.unlink(missing_ok=True)


def _build(db: sqlite3.Connection, stage: Path, rows: Iterable[SearchRow]) -> None:
    # No journal: a build that dies leaves a file nobody opens.
    db.execute("PRAGMA journal_mode = OFF")
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA cache_size = -32000")
    db.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {_FORMAT}")
    db.executescript(_SCHEMA)
    # Everything is merged once, at the end.
    for option, value in (("hashsize", 1 << 26), ("automerge", 0), ("crisismerge", 1999)):
        db.execute("INSERT INTO terms(terms, rank) VALUES (?, ?)", (option, value))
    db.execute("ATTACH ? AS stage", (str(stage),))
    db.execute("PRAGMA stage.journal_mode = OFF")
    db.execute("PRAGMA stage.synchronous = OFF")
    db.execute(
        "CREATE TABLE stage.e (n INTEGER PRIMARY KEY, id TEXT, cls TEXT, name TEXT,"
        " name_zh TEXT, kinds TEXT)"
    )
    db.execute(
        "CREATE TABLE stage.a (e INTEGER, kind INTEGER, text TEXT, folded TEXT, core TEXT,"
        " terms TEXT)"
    )
    db.execute("CREATE TABLE stage.rank (e INTEGER PRIMARY KEY, entity INTEGER)")

    db.execute("BEGIN")
    entities, names = _Rows(db, "stage.e", 6), _Rows(db, "stage.a", 6)
    for number, row in enumerate(rows):
        kinds = msgspec.json.encode(row.kinds).decode()
        entities.add((number, row.id, row.cls, row.name, row.name_zh, kinds))
        for kind, text, folded, core, words in _names(row):
            terms = _terms(kind, folded, core, words, row.cls)
            names.add((number, kind, text, folded, core, terms))
    entities.flush()
    names.flush()
    twice = db.execute("SELECT id FROM stage.e GROUP BY id HAVING count(*) > 1 LIMIT 1").fetchone()
    if twice:
        raise StoreError(f"two entities share the id {twice[0]!r}", "Run `sousveil check`.")

    # Entities are numbered in the order of their ids: the number breaks ties.
    db.execute(
        "INSERT INTO entity (id, cls, name, name_zh, kinds)"
        " SELECT id, cls, name, name_zh, kinds FROM stage.e ORDER BY id"
    )
    db.execute("CREATE UNIQUE INDEX stage.e_id ON e (id)")
    db.execute(
        "INSERT INTO stage.rank SELECT e.n, entity.n FROM entity JOIN stage.e ON e.id = entity.id"
    )
    # Sorted once, terms and all, so that everything after reads and writes in one direction.
    db.execute(
        "CREATE TABLE stage.s AS SELECT rank.entity, kind, text, folded, core, terms"
        " FROM stage.a JOIN stage.rank ON rank.e = a.e"
        " ORDER BY length(core), rank.entity, kind, folded, text"
    )
    db.execute(
        "INSERT INTO name (n, entity, kind, text, folded, core)"
        " SELECT rowid, entity, kind, text, folded, core FROM stage.s ORDER BY rowid"
    )
    db.execute(
        "INSERT INTO terms (rowid, t)"
        " SELECT rowid, terms FROM stage.s WHERE kind <> ? ORDER BY rowid", (_ID,)
    )
    db.execute("CREATE INDEX name_core ON name (core)")
    db.execute("INSERT INTO terms(terms) VALUES ('optimize')")
    db.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab('main', 'terms', 'row')")
    db.execute(
        "INSERT INTO common SELECT term, doc FROM temp.vocabulary WHERE doc > ? ORDER BY term",
        (_COMMON,),
    )
    db.execute("DROP TABLE temp.vocabulary")
    db.execute("INSERT INTO meta SELECT count(*) FROM name")
    db.execute("COMMIT")


class _Rows:
    """Rows on their way into a table, many with one statement.

    A statement for each row would let go of the interpreter and wait for it again each time: in
    a build that also makes the graph, for most of its time.
    """

    def __init__(self, db: sqlite3.Connection, table: str, columns: int) -> None:
        self._db = db
        self._table = table
        self._row = f"({', '.join('?' * columns)})"
        self._values: list[str | int] = []
        self._count = 0

    def add(self, row: tuple[str | int, ...]) -> None:
        self._values += row
        self._count += 1
        if self._count == _BATCH:
            self.flush()

    def flush(self) -> None:
        if not self._count:
            return
        rows = ", ".join([self._row] * self._count)
        try:
            self._db.execute(f"INSERT INTO {self._table} VALUES {rows}", self._values)  # noqa: S608
        except UnicodeEncodeError as error:
            raise StoreError(
                f"the name {error.object!r} holds half a character: {error.reason}",
                "Save the source file as UTF-8 and load it again.",
            ) from error
        self._values, self._count = [], 0


def _names(row: SearchRow) -> Iterator[tuple[int, str, str, str, list[str]]]:
    """(kind, text, folded, core, its words) of all that finds the entity, each only once."""
    seen: set[str] = set()
    generated: set[str] = set()
    for text, lang in ((row.name, ""), (row.name_zh, "zh"), *row.names):
        plain = _plain(text)
        if plain in seen:
            continue
        folded = fold(text)
        if not folded:
            continue
        seen.add(plain)
        words = core_words(folded)
        core = "".join(words)
        yield _NAME, text, folded, core, words
        if row.cls in _TITLED or folded.isascii() or not _HAS_HAN.search(folded):
            continue
        if lang.partition("-")[0].lower() in ("ja", "ko"):
            continue
        for spelled, core in _pinyin_forms(folded, " ".join(words)):
            if spelled not in generated:
                generated.add(spelled)
                yield _GENERATED, text, spelled, core, _syllables(spelled, core)
    if _plain(row.id) not in seen and (folded := fold(row.id)):
        yield _ID, row.id, folded, folded.replace(" ", ""), []


def _sync_folder(folder: Path) -> None:
    """Bring a rename to the disk, where the system lets a folder be opened."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


# ── Ranking ──────────────────────────────────────────────────────────────────────────────────


class _Query:
    """A text to look for, folded once."""

    def __init__(self, text: str) -> None:
        folded = fold(text[:_MAX_TEXT])
        self.plain = _plain(text)
        self.key = folded.replace(" ", "")
        self.words = core_words(folded)
        self.core = "".join(self.words)
        self.cjk = _HAS_CJK.search(self.key) is not None
        # The same, had the spaces been typed: in "siwangyouxiangongsi" no word is a company form.
        ends = {
            self.key[:-n] for n in range(2, min(_LONG, len(self.key))) if self.key[-n:] in _FORMS
        }
        self.cores = sorted({self.core, self.key} | ends)
        self.prefix = self.cjk or len(self.core) >= _MIN_PREFIX


class _Candidate(msgspec.Struct, frozen=True, array_like=True):
    """A row of the name table; read strictly, since the file may be damaged."""

    n: int
    entity: int
    kind: int
    text: str
    folded: str
    core: str


class _EntityRow(msgspec.Struct, frozen=True, array_like=True):
    """A row of the entity table."""

    id: str
    cls: str
    name: str
    name_zh: str
    kinds: str


def _allowed(letters: int, cjk: bool = False) -> int:
    """Typing errors that are forgiven in so many letters or characters."""
    steps = (3, 6, 10, 16) if cjk else (4, 8, 13, 20)
    return sum(letters >= step for step in steps)


def _score(query: _Query, found: _Candidate) -> float:
    """How well a name answers the query, 0 to 100; the bands are described in the module."""
    generated = found.kind == _GENERATED
    key = found.folded.replace(" ", "")
    core = found.core
    if not generated and _plain(found.text) == query.plain:
        return 100.0
    if key == query.key:
        return {_NAME: 99.0, _ID: 96.5, _GENERATED: 96.0}[found.kind]
    if core == query.core:
        return 95.0 if generated else 97.0
    share = min(1.0, len(query.core) / max(1, len(core)))
    if query.prefix and (core.startswith(query.core) or key.startswith(query.key)):
        return 84.0 + 10.0 * share - generated
    if found.kind == _ID:
        return 0.0
    starts, ends = _edges(found.folded)
    aligned = [_aligned(word, key, starts, ends) for word in query.words]
    if all(aligned):
        return 70.0 + 13.0 * share - generated
    if all(ok or (len(w) >= 4 and w in key) for ok, w in zip(aligned, query.words, strict=True)):
        return 60.0 + 9.0 * share - generated
    return 60.0 * _similarity(query, found, key, aligned, share)


def _edges(folded: str) -> tuple[set[int], set[int]]:
    """Where words start and end once the spaces are taken out."""
    starts, ends, at = set(), set(), 0
    for word in folded.split():
        starts.add(at)
        at += len(word)
        ends.add(at)
    return starts, ends


def _aligned(word: str, key: str, starts: set[int], ends: set[int]) -> bool:
    """True if the name holds the word: from the start of a word of its own, to the end of one
    unless the word is long enough to be a beginning. CJK has no word borders.
    """
    at = key.find(word)
    while at >= 0:
        if _is_cjk(word) or (at in starts and (len(word) >= _MIN_PREFIX or at + len(word) in ends)):
            return True
        at = key.find(word, at + 1)
    return False


def _similarity(
    query: _Query, found: _Candidate, key: str, aligned: list[bool], share: float
) -> float:
    """How like the query the name is, 0 to just below 1; 0 when the errors are too many."""
    best = 0.0
    limit = _allowed(min(len(query.core), len(found.core)), query.cjk)
    errors = min(  # the whole name too: the slip may be in the company form
        OSA.distance(query.core, found.core, score_cutoff=limit),
        OSA.distance(query.key, key, score_cutoff=limit),
    )
    if limit and errors <= limit:
        best = 1.0 - errors / max(len(query.core), len(found.core))
    own = [] if found.kind == _GENERATED else found.folded.split()
    total = 0
    for word, ok in zip(query.words, aligned, strict=True):
        if not ok:
            slips = _word_errors(word, key, own)
            if slips is None:
                break
            total += slips
    else:
        best = max(best, (1.0 - total / len(query.core)) * (0.8 + 0.2 * share))
    if query.cjk and _abbreviates(query.core, key):
        best = max(best, 0.65 + 0.2 * share)
    return min(best, 0.995)


def _word_errors(word: str, key: str, own: list[str]) -> int | None:
    """Fewest typing errors between a word of the query and a part of the name; None: too many."""
    cjk = _is_cjk(word)
    limit = _allowed(len(word), cjk)
    if not limit:
        return 0 if len(word) >= 4 and word in key else None
    errors = limit + 1
    if not cjk:
        for other in own:
            errors = min(errors, OSA.distance(word, other, score_cutoff=limit))
    if errors > limit and (cjk or len(word) >= 6) and len(word) <= _LONG:
        window = fuzz.partial_ratio_alignment(word, key, score_cutoff=60)
        # partial_ratio swaps its sides when the name is the shorter one
        if window is not None and len(word) <= len(key):
            part = key[window.dest_start : window.dest_end]
            errors = OSA.distance(word, part, score_cutoff=limit)
    return errors if errors <= limit else None


def _abbreviates(core: str, key: str) -> bool:
    """True if the characters stand in the name in this order, half of the pairs side by side."""
    if len(core) < 4:
        return False
    rest = iter(key)
    if not all(char in rest for char in core):
        return False
    pairs = [core[i : i + 2] for i in range(len(core) - 1)]
    return sum(pair in key for pair in pairs) * 2 >= len(pairs)


# ── Searching ────────────────────────────────────────────────────────────────────────────────


def words(text: str) -> list[str]:
    """The words of a text as they are compared: folded, without company forms."""
    return _Query(text).words


def forms(row: SearchRow) -> list[str]:
    """Everything that shall find the node: its names and id folded, and generated pinyin."""
    return list(dict.fromkeys(
        form for _, _, folded, core, _ in _names(row) for form in (folded, core) if form
    ))


def rank(text: str, rows: Iterable[SearchRow], limit: int) -> list[Hit]:
    """The best of the rows for a text, scored as `SearchIndex.search` does.

    For stores that find candidates by an index of their own.
    """
    query = _Query(text)
    best: dict[str, Hit] = {}
    for row in rows:
        for number, (kind, shown, folded, core, _) in enumerate(_names(row)):
            score = round(_score(query, _Candidate(number, 0, kind, shown, folded, core)), 2)
            if score >= MIN_SCORE and (row.id not in best or score > best[row.id].score):
                best[row.id] = Hit(
                    id=row.id, cls=row.cls, name=row.name, name_zh=row.name_zh, matched=shown,
                    score=score, kinds=row.kinds,
                )
    return sorted(best.values(), key=lambda hit: (-hit.score, hit.id))[:limit]


class SearchIndex:
    """A search index opened for reading; several threads may search at once.

    Raises StoreUnavailable when there is no file, StoreError when it is damaged, of another
    version or not a search index at all.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._closed = False
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        if not path.is_file():
            raise StoreUnavailable(f"there is no search index at {path}", "Run `sousveil build`.")
        try:
            self._names = self._check()
        except StoreError:
            self.close()
            raise

    def _check(self) -> int:
        """The number of names, once the file is known to be ours and whole."""
        with self._connection() as db:
            application = db.execute("PRAGMA application_id").fetchone()[0]
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if application != _APPLICATION_ID:
                raise StoreError(
                    f"{self._path} is not a search index of Sousveil",
                    "Give the folder of a graph that `sousveil build` made.",
                )
            if version != _FORMAT:
                raise StoreError(
                    f"the search index {self._path} has format {version};"
                    f" this version reads {_FORMAT}",
                    "Build the graph again with `sousveil build`.",
                )
            pages = db.execute("PRAGMA page_count").fetchone()[0]
            size = db.execute("PRAGMA page_size").fetchone()[0]
            if pages * size != self._path.stat().st_size:
                raise self._damaged("its length is wrong")
            (names,) = db.execute("SELECT names FROM meta").fetchone() or (None,)
            if not isinstance(names, int):
                raise self._damaged("its header is wrong")
            return names

    def __enter__(self) -> SearchIndex:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. Searches that are still running finish first, on their own."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for db in idle:
            db.close()

    def search(self, text: str, limit: int = 10, classes: Collection[str] = ()) -> list[Hit]:
        """The entities whose name or id is, begins with, holds or resembles `text`, best first.

        At most `limit` hits, one for each entity, of the given classes only where any are given;
        equal scores are in the order of ids. Any text is allowed: it is never read as query
        syntax, and text without letters or digits finds nothing.
        """
        query = _Query(text)
        if limit < 1 or not query.core:
            return []
        with self._connection() as db:
            best = self._rank(db, query, limit, classes)
            if not best and query.cjk:
                best = self._rank_parts(db, query, limit, classes)
            order = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))
            return [self._hit(db, number, *match) for number, match in order[:limit]]

    # Everything below returns, or works on, names by number and entities by number.

    def _rank(
        self, db: sqlite3.Connection, query: _Query, limit: int, classes: Collection[str]
    ) -> dict[int, tuple[float, str]]:
        """The best (score, matched text) of every entity found."""
        wanted = sorted({_class_term(cls) for cls in classes})
        best: dict[int, tuple[float, str]] = {}
        seen: set[int] = set()

        def add(numbers: Iterable[int]) -> None:
            fresh = sorted(set(numbers) - seen)
            seen.update(fresh)
            for found in self._candidates(db, fresh, classes):
                score = round(_score(query, found), 2)
                if score >= MIN_SCORE and score > best.get(found.entity, (0.0, ""))[0]:
                    best[found.entity] = (score, found.text)

        add(self._same(db, query, classes))
        if query.prefix:
            add(self._prefixed(db, query, classes))
        add(self._holding(db, query, wanted))
        # What is still to come ranks below all of this, and who typed a name rightly wants no
        # similar ones.
        if len(best) < limit and max(best.values(), default=(0.0, ""))[0] < 95.0:
            for numbers in self._similar(db, query, wanted):
                add(numbers)
        return best

    def _rank_parts(
        self, db: sqlite3.Connection, query: _Query, limit: int, classes: Collection[str]
    ) -> dict[int, tuple[float, str]]:
        """Text in two scripts at once: entities that have a name for each of them."""
        parts = [" ".join(w for w in query.words if _is_cjk(w) == cjk) for cjk in (True, False)]
        if not all(parts):
            return {}
        first, second = (
            self._rank(db, _Query(part), max(limit, _FETCH), classes) for part in parts
        )
        joint: dict[int, tuple[float, str]] = {}
        for number in first.keys() & second.keys():
            score = round(0.8 * min(first[number][0], second[number][0]), 2)
            if score >= MIN_SCORE:
                joint[number] = (score, first[number][1])
        return joint

    def _same(
        self, db: sqlite3.Connection, query: _Query, classes: Collection[str]
    ) -> Iterator[int]:
        """Names and ids that are the query, but for the company form."""
        for core in query.cores:
            for (number,) in db.execute(
                "SELECT name.n FROM name JOIN entity ON entity.n = name.entity"
                " WHERE core = ?1 AND (?2 = '[]' OR cls IN (SELECT value FROM json_each(?2)))"
                " ORDER BY replace(folded, ' ', '') <> ?3, name.n LIMIT ?4",
                (core, _json(classes), query.key, _SAME),
            ):
                yield number

    def _prefixed(
        self, db: sqlite3.Connection, query: _Query, classes: Collection[str]
    ) -> Iterator[int]:
        """Names and ids that begin with the query, spaces apart; the shortest ones."""
        for (number,) in db.execute(
            "SELECT p.n FROM (SELECT n, entity FROM name WHERE core > ?1 AND core < ?2 LIMIT ?3) p"
            " JOIN entity ON entity.n = p.entity"
            " WHERE ?4 = '[]' OR cls IN (SELECT value FROM json_each(?4)) ORDER BY p.n LIMIT ?5",
            (query.core, query.core + "\U0010ffff", _SCAN, _json(classes), _FETCH),
        ):
            yield number

    def _holding(self, db: sqlite3.Connection, query: _Query, wanted: list[str]) -> list[int]:
        """Names that hold every word of the query, the last one perhaps only begun."""
        terms: list[str] = []
        words = query.words[:_MAX_WORDS]
        for word in words:
            if not _is_cjk(word):
                begun = word is words[-1] and len(word) >= _MIN_PREFIX
                terms.append(_quote("w" + word[:_LONG], begun))
            elif len(word) == 1:
                terms.append(_quote("h" + word))
            else:
                terms.extend(map(_quote, sorted(_bigrams(word))))
        return self._match(db, " AND ".join(terms[:_MAX_TERMS]), wanted, _FETCH)

    def _similar(
        self, db: sqlite3.Connection, query: _Query, wanted: list[str]
    ) -> Iterator[Iterable[int]]:
        """Names that may resemble the query, from several ways of looking."""
        words = query.words[:_MAX_WORDS]
        # Words of a few letters forgive nothing; a slip may also have broken them off a form.
        telling = [word for word in words if _is_cjk(word) or len(word) >= _SHORT.start] or words
        # From the most common case to the rarest, each asking for more names than the one before:
        # one slip in all, one in each word, as many as are forgiven.
        count = len(telling)
        plans: list[list[list[int]]] = [[[1] * count], [[9] * count]]
        if 1 < count <= 6:
            plans.insert(0, [[int(at == wrong) for at in range(count)] for wrong in range(count)])
        for plan in plans:
            ways = (" AND ".join(map(_variants, telling, slips)) for slips in plan)
            yield self._match(db, " OR ".join(f"({way})" for way in ways), wanted, _FETCH)
        for word in words:
            # Too short for a pair to survive a wrong character: leave one out at a time.
            if _is_cjk(word) and 3 <= len(word) <= 5:
                rest = (
                    "(" + " AND ".join(_quote("h" + c) for c in dict.fromkeys(some)) + ")"
                    for some in sorted(_shortened(word))
                )
                yield self._match(db, " OR ".join(rest), wanted, _FETCH)
        grams = _latin_grams(query.core[:_MAX_TERMS])
        for word in words:
            if _is_cjk(word):
                grams |= _bigrams(word[:_MAX_TERMS])
        yield self._overlapping(db, grams, wanted)

    def _overlapping(self, db: sqlite3.Connection, grams: set[str], wanted: list[str]) -> list[int]:
        """The names that share most with the query, rare grams counting more than common ones."""
        common = dict(
            db.execute(
                "SELECT term, names FROM common WHERE term IN (SELECT value FROM json_each(?))",
                (_json(grams),),
            )
        )
        budget = _BUDGET
        weight: Counter[int] = Counter()
        for gram in sorted(grams, key=lambda g: (common.get(g, 0), g))[:_MAX_TERMS]:
            if budget <= 0:
                break
            numbers = self._match(db, _quote(gram), wanted, budget)
            budget -= len(numbers)
            # Counted repeatedly rather than weighed: counting is done in C.
            for _ in range(1 + (common.get(gram, 0) < 10 * _COMMON) + (gram not in common)):
                weight.update(numbers)
        total, least = 0, 0
        for shared, many in sorted(Counter(weight.values()).items(), reverse=True):
            total, least = total + many, shared
            if total >= _FETCH:
                break
        best = [(-shared, number) for number, shared in weight.items() if shared >= least]
        return [number for _, number in heapq.nsmallest(_FETCH, best)]

    def _match(
        self, db: sqlite3.Connection, expression: str, wanted: list[str], limit: int
    ) -> list[int]:
        """The first names, in the order of length, of which an FTS5 expression is true."""
        if wanted:
            of_class = " OR ".join(_quote("c" + cls) for cls in wanted)
            expression = f"({expression}) AND ({of_class})"
        found = db.execute(
            "SELECT rowid FROM terms WHERE terms MATCH ? ORDER BY rowid LIMIT ?",
            (expression, limit),
        )
        return [number for (number,) in found]

    def _candidates(
        self, db: sqlite3.Connection, numbers: list[int], classes: Collection[str]
    ) -> Iterator[_Candidate]:
        for row in db.execute(
            "SELECT name.n, entity, kind, text, folded, core FROM name"
            " JOIN entity ON entity.n = name.entity"
            " WHERE name.n IN (SELECT value FROM json_each(?1))"
            " AND (?2 = '[]' OR cls IN (SELECT value FROM json_each(?2))) ORDER BY name.n",
            (_json(numbers), _json(classes)),
        ):
            yield msgspec.convert(row, _Candidate)

    def _hit(self, db: sqlite3.Connection, number: int, score: float, matched: str) -> Hit:
        row = db.execute(
            "SELECT id, cls, name, name_zh, kinds FROM entity WHERE n = ?", (number,)
        ).fetchone()
        entity = msgspec.convert(row, _EntityRow)
        kinds = msgspec.json.decode(entity.kinds, type=tuple[str, ...])
        return Hit(entity.id, entity.cls, entity.name, entity.name_zh, matched, score, kinds)

    @contextlib.contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """A connection of one's own for the length of a question, kept for the next one."""
        with self._lock:
            if self._closed:
                raise StoreError(f"the search index {self._path} is closed", "Open it again.")
            db = self._idle.pop() if self._idle else None
        try:
            if db is None:
                # immutable: nobody changes a built index, so no locks and no stray files.
                uri = self._path.resolve().as_uri() + "?mode=ro&immutable=1"
                db = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
                db.execute("PRAGMA trusted_schema = OFF")
                db.execute("PRAGMA cell_size_check = ON")
                db.execute("PRAGMA cache_size = -16000")
            yield db
        except (sqlite3.Error, OSError, UnicodeDecodeError, msgspec.MsgspecError) as error:
            raise self._damaged(str(error)) from error
        finally:
            if db is not None:
                with self._lock:
                    keep = not self._closed
                    if keep:
                        self._idle.append(db)
                if not keep:
                    db.close()

    def _damaged(self, why: str) -> StoreError:
        return StoreError(
            f"the search index {self._path} is damaged or not ours: {why}",
            "Build the graph again with `sousveil build`.",
        )


def _variants(word: str, slips: int) -> str:
    """An FTS5 expression that is true of every name with this word, even with so many slips in it.

    It is true of other names too. Never more slips than a word of this length is forgiven.
    """
    if _is_cjk(word):
        return " AND ".join(_quote("h" + char) for char in dict.fromkeys(word[:_MAX_TERMS]))
    terms = [_quote("w" + word[:_LONG], len(word) >= _MIN_PREFIX)]
    if not slips:
        return terms[0]
    if len(word) in range(_SHORT.start - 1, _SHORT.stop + 1):
        terms.append(_quote("d" + word))
        for rest in sorted(_shortened(word)):
            terms += [_quote("d" + rest), _quote("w" + rest)]
    elif len(word) >= _SHORT.stop:
        # Of more parts than slips one at least is whole.
        parts = min(slips + 1, _allowed(len(word)) + 1, len(word) // 3)
        size = len(word) // parts
        for at in range(0, parts * size, size):
            grams = [_quote("g" + word[i : i + 3]) for i in range(at, at + size - 2)]
            terms.append("(" + " AND ".join(grams[:_MAX_TERMS]) + ")")
    return "(" + " OR ".join(terms) + ")"


def _json(values: Iterable[object]) -> str:
    """A list as a JSON parameter: one statement for any number of values."""
    return msgspec.json.encode(list(values)).decode()
