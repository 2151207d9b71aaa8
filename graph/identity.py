"""Candidates for "the same organisation": proposed with reasons, decided by a person.

Evidence is weighed in this order:

1. An equal number in an official register (LEI, Unified Social Credit Code, a company number with
   its register) is a strong proposal. Two different numbers of one register rule the pair out,
   whatever the names.
2. An equal entry of a data set that anybody may edit, such as Wikidata, is a weaker one.
3. Names, as `graph/names.py` compares them. Another country, another province, another founding
   year and other registered names count against it; a place, a website and pinyin in common
   support it and are nothing by themselves.

Pairs are found by keys that both have: a number, the words of a name in any order, its letters,
all words but a misspelt one. Keys that many organisations share tell nothing and are counted, not
compared. Profiles wait in a file while the keys are sorted: memory peaks at some 700 bytes an
organisation.
"""

from __future__ import annotations

import re
import tempfile
from array import array
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

import msgspec

from sousveil.graph.names import (
    Likeness,
    Name,
    compare_names,
    may_slip,
    pinyin_supports,
    read_name,
)
from sousveil.graph.store import Store
from sousveil.ontology.places import country_place

if TYPE_CHECKING:
    import polars

__all__ = [
    "MIN_SCORE",
    "Candidate",
    "Found",
    "Profile",
    "Reason",
    "candidates",
    "is_official",
    "profiles",
    "weigh",
]

MIN_SCORE: Final = 70
"""Weaker pairs than this are not proposed unless asked for."""

CLASSES: Final = ("Company", "PublicBody")
"""What can be proposed as the same: the two classes of organisation that take part in anything."""


class Profile(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is known of an organisation that may tell whether another one is the same."""

    id: str
    cls: str
    names: tuple[tuple[str, str], ...]
    """Each name with its kind; the kind is empty for the main names."""
    numbers: tuple[str, ...] = ()
    """Identifiers as the code of their list, a colon and the number."""
    countries: tuple[str, ...] = ()
    """ISO 3166-1 codes of its seats."""
    regions: tuple[str, ...] = ()
    """ISO 3166-2 codes of its seats."""
    website: str = ""
    founded: str = ""
    """EDTF date."""


class Reason(msgspec.Struct, frozen=True):
    """One thing that speaks for or against a pair being one."""

    points: int
    text: str


class Candidate(msgspec.Struct, frozen=True):
    """Two ids that may mean the same organisation; `a` sorts before `b`."""

    a: str
    b: str
    cls: str
    name_a: str
    name_b: str
    score: int
    """From 1 to 100; 90 and more takes an equal number in an official register."""
    reasons: tuple[Reason, ...]


class Found(NamedTuple):
    """The answer, and how much was looked at."""

    candidates: list[Candidate]
    profiles: int
    compared: int
    """Pairs that were weighed."""
    passed_over: int
    """Names and numbers that more organisations share than can be told apart by them."""


# ── Weighing a pair ──────────────────────────────────────────────────────────────────────────

_OFFICIAL, _OFFICIAL_NAMED, _OFFICIAL_OTHER_NAME = 97, 99, 90
_WEAK, _WEAK_OTHER_NAME, _WEAK_ADDS = 78, 70, 4
_BY_NAME_AT_MOST = 89
_PINYIN_AND_SITE = 72
_OTHER_COUNTRY, _OTHER_REGION, _OTHER_YEAR, _OTHER_ENTRY = -30, -25, -10, -15
_OTHER_CHINESE, _OTHER_MAIN = -25, -20
_OTHER_PLACE, _ONE_REGION = -15, -10
_SAME_COUNTRY, _SAME_REGION, _SAME_SITE, _PINYIN = 2, 3, 4, 2
_GENERIC, _NAMELESS = -25, -40
_KIND_COSTS: Final = {"trade": 3, "former": 5, "alias": 6, "translation": 10, "abbreviation": 20}
_UNSAID: Final = ("transliteration",)
"""Kinds of names that are never compared: spellings that somebody made, not names."""
_MAIN: Final = ("", "legal")

_GENERIC_LIST: Final = (
    "administration agency authority bank board bureau business center city college commission "
    "committee company construction consulting council county customs department development "
    "digital district education electronics engineering equipment federal finance first foreign "
    "general global government group health holding import industrial industries industry "
    "information institute international investment justice local management ministry municipal "
    "national network office police product products project province public research school "
    "science security service services software state system systems technical technology "
    "telecom telecommunications trade trading university export internal affairs interior "
    "defense limited"
)
_GENERIC_WORDS: Final = frozenset(_GENERIC_LIST.split())
_NO_NAME_ZH: Final = re.compile(r"^[市县区省本我]")
_DISTRICT: Final = re.compile(r"[\u3400-\u9fff]{1,3}(?<!自治)区")
"""A name that begins with a district: 朝阳区 is one of Beijing and one of Changchun."""
_BRANCH_LIST: Final = (
    "branch subbranch division department office section unit lab laboratory college school "
    "station detachment filial niederlassung succursale sucursal"
)
_BRANCH_WORDS: Final = frozenset(_BRANCH_LIST.split())
_REGISTER: Final = re.compile(r"(?:([A-Z]{2})-[A-Z0-9-]+|RA\d{6})")
_PLACEHOLDER: Final = re.compile(r"(.)\1*|0*123456789?0?|N/?A|NONE|NULL|UNKNOWN|TEST")


@lru_cache(maxsize=4096)
def is_official(scheme: str) -> bool:
    """Whether a list gives a number to one organisation only, by law or by contract.

    Registers are named by their country, as `GB-COH`, or by their GLEIF code, as `RA000585`.
    """
    if scheme in ("LEI", "USCC"):
        return True
    found = _REGISTER.fullmatch(scheme)
    return found is not None and (not found[1] or country_place(found[1]) is not None)


def _numbers(profile: Profile) -> dict[str, set[str]]:
    """The numbers of a profile by list, in the form in which they are compared."""
    found: dict[str, set[str]] = defaultdict(set)
    for identifier in profile.numbers:
        scheme, _, number = identifier.partition(":")
        if plain := _plain_number(number):
            found[scheme.upper()].add(plain)
    return found


@lru_cache(maxsize=1 << 16)
def _plain_number(number: str) -> str:
    """The number without spaces, punctuation and leading zeros; empty if it is a placeholder."""
    plain = re.sub(r"[\W_]", "", number).upper()
    if _PLACEHOLDER.fullmatch(plain) or _PLACEHOLDER.fullmatch(number.strip().upper()):
        return ""
    return plain.lstrip("0") if plain.isdecimal() else plain


def weigh(a: Profile, b: Profile) -> Candidate | None:
    """How much speaks for two profiles being one organisation; None if they are different.

    The same whichever comes first.
    """
    if a.cls != b.cls or a.id == b.id:
        return None
    if b.id < a.id:
        a, b = b, a
    mine, theirs = _numbers(a), _numbers(b)
    reasons: list[Reason] = []
    official, weak = [], []
    for scheme in sorted(mine.keys() & theirs.keys()):
        common = sorted(mine[scheme] & theirs[scheme])
        if is_official(scheme):
            if not common:
                return None
            official.append(f"{scheme}:{common[0]}")
        elif common:
            weak.append(f"{scheme}:{common[0]}")
        else:
            reasons.append(Reason(_OTHER_ENTRY, f"other entries of {scheme}"))
    names = _Names(a, b)
    if names.part:
        return None
    for number in official:
        reasons.append(Reason(0, f"same number {number}"))
    for number in weak:
        reasons.append(Reason(0, f"same entry {number}, which is no official register"))
    best = names.best
    if best is not None:
        reasons.append(Reason(0, f"{best.how.reason}: {best.texts}"))
        reasons += names.against()
        if a.cls == "PublicBody" and best.how.reason.startswith("spelt differently"):
            reasons.append(Reason(_OTHER_PLACE, "bodies of two places often differ by a letter"))
    elif names.comparable and (official or weak):
        reasons.append(Reason(0, f"names differ: {_shown(a)} / {_shown(b)}"))
    reasons += _circumstances(a, b)
    pinyin = "" if best else names.pinyin
    site = _host(a.website)
    same_site = bool(site) and site == _host(b.website)
    if official:
        base = _OFFICIAL_NAMED if best else _OFFICIAL
        if not best and names.comparable:
            base = _OFFICIAL_OTHER_NAME
        # What is registered once is one; everything else is shown, and changes little.
        score = base - 5 * any(r.points <= _OTHER_REGION for r in reasons)
        return _candidate(a, b, score, reasons)
    if weak:
        base = _WEAK_OTHER_NAME if not best and names.comparable else _WEAK
        base = max(base, best.score + _WEAK_ADDS) if best else base
    elif best is not None:
        if a.cls == "PublicBody" and best.name.han and not set(a.regions) & set(b.regions) and (
            _NO_NAME_ZH.match(best.name.joined) or _DISTRICT.match(best.name.joined)
        ):
            return None
        base = best.score
    elif pinyin and same_site and not names.comparable:
        base = _PINYIN_AND_SITE
    else:
        return None
    if same_site:
        reasons.append(Reason(_SAME_SITE if weak or best else 0, f"same website {site}"))
    if pinyin:
        reasons.append(Reason(_PINYIN if weak else 0, f"pinyin in common: {pinyin}"))
    score = min(base + sum(r.points for r in reasons), _BY_NAME_AT_MOST)
    return _candidate(a, b, score, reasons) if score > 0 else None


def _candidate(a: Profile, b: Profile, score: int, reasons: list[Reason]) -> Candidate:
    return Candidate(a.id, b.id, a.cls, _shown(a), _shown(b), score, tuple(reasons))


def _shown(profile: Profile) -> str:
    return profile.names[0][0] if profile.names else profile.id


class _Best(NamedTuple):
    score: int
    how: Likeness
    texts: str
    main: bool
    name: Name


class _Names:
    """The names of two profiles, compared."""

    def __init__(self, a: Profile, b: Profile) -> None:
        self._mine = [(read_name(t), k) for t, k in a.names if k not in _UNSAID]
        self._theirs = [(read_name(t), k) for t, k in b.names if k not in _UNSAID]
        self.part = False
        """Whether one is a branch, an office, a laboratory of the other by its name."""
        self.comparable = False
        """Whether both have a main name in one script."""
        self.best: _Best | None = None
        self._main: dict[bool, int] = {}
        """How like the main names are, by whether they are Chinese."""
        for name, kind in self._mine:
            for other, other_kind in self._theirs:
                self._compare(name, kind, other, other_kind)

    def _compare(self, name: Name, kind: str, other: Name, other_kind: str) -> None:
        if name.han != other.han:
            return
        how = compare_names(name, other)
        main = kind in _MAIN and other_kind in _MAIN
        if main:
            self.comparable = True
            self._main[name.han] = max(self._main.get(name.han, 0), how.score)
            self.part = self.part or how.reason.startswith("a part of") or (
                how.reason.startswith("only one has")
                and not _BRANCH_WORDS.isdisjoint(how.reason.split())
            )
        score = how.score - _KIND_COSTS.get(kind, 0) - _KIND_COSTS.get(other_kind, 0)
        if not how.score or score <= 0:
            return
        texts = name.text if name.text == other.text else " / ".join(
            sorted((name.text, other.text)))
        kinds = [f"{k} name" for k in sorted({kind, other_kind} - set(_MAIN))]
        if kinds:
            texts += f" ({', '.join(kinds)})"
        found = _Best(score, how, texts, main, name)
        if self.best is None or (-found.score, found.texts) < (-self.best.score, self.best.texts):
            self.best = found

    def against(self) -> Iterator[Reason]:
        """What the other names say against the best pair of names."""
        if self.best is None:
            return
        if self._main.get(True) == 0:
            yield Reason(_OTHER_CHINESE, "other Chinese names")
        elif not self.best.main and self._main.get(False) == 0 and not self.best.name.han:
            yield Reason(_OTHER_MAIN, "other main names")
        name = self.best.name
        if name.han and _NO_NAME_ZH.match(name.joined):
            yield Reason(_NAMELESS, "a name that does not say where")
        elif _GENERIC_WORDS.issuperset(name.words) or (name.han and len(name.joined) <= 3
                                                       and name.joined[-1] in "局部厅院处"):
            yield Reason(_GENERIC, "a name that many have")

    @property
    def pinyin(self) -> str:
        """What of a Latin name is the pinyin of a Chinese one, where one side has no other."""
        for name, _ in self._mine:
            for other, _ in self._theirs:
                if found := pinyin_supports(name, other):
                    return found
        return ""


def _circumstances(a: Profile, b: Profile) -> Iterator[Reason]:
    """Places and dates: never a reason to propose, often one not to."""
    if a.countries and b.countries:
        common = sorted(set(a.countries) & set(b.countries))
        regions = sorted(set(a.regions) & set(b.regions))
        if not common:
            yield Reason(_OTHER_COUNTRY, f"other countries: {'/'.join(a.countries)}, "
                                         f"{'/'.join(b.countries)}")
        elif regions:
            yield Reason(_SAME_REGION, f"both in {regions[0]}")
        elif a.regions and b.regions:
            yield Reason(_OTHER_REGION, f"other provinces: {'/'.join(a.regions)}, "
                                        f"{'/'.join(b.regions)}")
        else:
            yield Reason(_SAME_COUNTRY, f"both in {common[0]}")
            if a.cls == "PublicBody" and (a.regions or b.regions):
                yield Reason(_ONE_REGION, "only one says in which province")
    years = [p.founded[:4] for p in (a, b)]
    if all(re.fullmatch(r"\d{4}", y) for y in years) and years[0] != years[1]:
        yield Reason(_OTHER_YEAR, f"founded in {years[0]} and in {years[1]}")


@lru_cache(maxsize=1 << 14)
def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.") if url else ""


# ── Finding pairs ────────────────────────────────────────────────────────────────────────────

_MOST_SAME: Final = 40
"""Organisations that may share a name or number before it tells nothing."""
_MOST_NEAR: Final = 12
"""Organisations that may share all words but a misspelt one."""
_BATCH: Final = 20_000
_LOOKS: Final = 1_000_000  # keys that are paired at a time


def _keys(profile: Profile) -> Iterator[tuple[bool, str]]:
    """What a profile shares with its like; whether it stands for the whole name or number."""
    cls = profile.cls
    for scheme, numbers in _numbers(profile).items():
        for number in numbers:
            yield True, f"{cls}#{scheme}:{number}"
    pinyin = ""
    for text, kind in profile.names:
        if kind in _UNSAID:
            continue
        name = read_name(text)
        words = name.words
        pinyin = pinyin or name.joined
        yield True, f"{cls}={name.joined}"
        if name.han:
            if name.bracket:
                yield True, f"{cls}={name.bracket}{name.joined.replace(name.bracket, '', 1)}"
            continue
        if len(words) > 1:
            yield True, f"{cls}~{' '.join(sorted(words))}"
        else:
            for form in name.form:
                yield True, f"{cls}={name.joined}{form}"
        for at, word in enumerate(words):
            if may_slip(word):
                rest = " ".join(sorted(words[:at] + words[at + 1:]))
                for half in _halves(word):
                    yield False, f"{cls}?{rest}|{half}"
    if host := _host(profile.website):
        yield False, f"{cls}@{host}"


def _halves(word: str) -> Iterator[str]:
    """The beginnings and ends of a word, one of which a slip leaves as it was.

    A letter more or less moves the middle, so words of even length have two of each.
    """
    half = len(word) // 2
    for length in {half, half - (len(word) % 2 == 0)}:
        yield word[:length] + "-"
        yield "-" + word[-length:]


class _Spool:
    """Profiles in a file, to be had back by number, and their keys as numbers."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._starts = array("q", [0])
        self._keys: list[polars.DataFrame] = []
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(Profile).decode

    def __len__(self) -> int:
        return len(self._starts) - 1

    def take(self, batch: Sequence[Profile], mine: Container[str] | None) -> None:
        """Keep some profiles, and their keys."""
        import polars  # slow to import; most commands never ask

        owners, keys, whole, asked = [], [], [], []
        for profile in batch:
            data = self._encode(profile)
            self._file.write(data)
            for exact, key in set(_keys(profile)):
                owners.append(len(self))
                keys.append(key)
                whole.append(exact)
                asked.append(mine is None or profile.id in mine)
            self._starts.append(self._starts[-1] + len(data))
        self._keys.append(polars.DataFrame({
            "key": polars.Series(keys, dtype=polars.String).hash(1),
            "owner": polars.Series(owners, dtype=polars.UInt32),
            "whole": polars.Series(whole, dtype=polars.Boolean),
            "mine": polars.Series(asked, dtype=polars.Boolean),
        }))

    def pairs(self) -> tuple[polars.DataFrame, int]:
        """Pairs that share a key, each once, in order; and how many keys too many share."""
        import polars

        self._file.flush()
        column = polars.col
        # One empty frame, so that no profiles give no pairs.
        none = polars.DataFrame(schema={
            "key": polars.UInt64, "owner": polars.UInt32, "whole": polars.Boolean,
            "mine": polars.Boolean,
        })
        keys = polars.concat([none, *self._keys])
        self._keys = []
        shared = keys.group_by("key").agg(
            polars.len().alias("size"), column("mine").any(), column("whole").any(),
        ).filter(column("mine") & (column("size") > 1))
        most = polars.when(column("whole")).then(_MOST_SAME).otherwise(_MOST_NEAR)
        passed_over = shared.filter(column("whole") & (column("size") > most)).height
        keys = keys.join(shared.filter(column("size") <= most), on="key", how="semi")
        keys = keys.select("key", "owner", "mine")
        parts = keys.height // _LOOKS + 1
        found = [none.select(column("owner").alias("a"), column("owner").alias("b"))]
        for part in range(parts):
            some = keys.filter(column("key") % parts == part)
            both = some.join(some.filter(column("mine")), on="key", suffix="_mine")
            found.append(both.filter(
                (column("owner") < column("owner_mine"))
                | (~column("mine") & (column("owner") != column("owner_mine")))
            ).select(
                polars.min_horizontal("owner", "owner_mine").alias("a"),
                polars.max_horizontal("owner", "owner_mine").alias("b"),
            ).unique())
        return polars.concat(found).unique().sort("a", "b"), passed_over

    def profile(self, number: int) -> Profile:
        """One of the profiles."""
        self._file.seek(self._starts[number])
        return self._decode(self._file.read(self._starts[number + 1] - self._starts[number]))


def candidates(
    known: Iterable[Profile], min_score: int = MIN_SCORE, mine: Iterable[str] | None = None
) -> Found:
    """The pairs among the profiles that may be one, best first.

    With `mine`, only pairs in which one of these ids takes part: new data against the rest. The
    same profiles give the same answer in whatever order they come; an id comes once.
    """
    asked = None if mine is None else frozenset(mine)
    found: list[Candidate] = []
    with tempfile.TemporaryFile() as file:
        spool = _Spool(file)
        rest = iter(known)
        while batch := list(islice(rest, _BATCH)):
            spool.take(batch, asked)
        pairs, passed_over = spool.pairs()
        fetch = lru_cache(maxsize=1 << 14)(spool.profile)
        for a, b in pairs.iter_rows():
            candidate = weigh(fetch(a), fetch(b))
            if candidate is not None and candidate.score >= min_score:
                found.append(candidate)
    found.sort(key=lambda c: (-c.score, c.a, c.b))
    return Found(found, len(spool), pairs.height, passed_over)


# ── Reading profiles ─────────────────────────────────────────────────────────────────────────

_PAGE: Final = 10_000
_NODES: Final = """
MATCH (n:{cls}) WHERE n.id > $after
RETURN n.id AS id, n.name AS name, n.name_zh AS name_zh, n.names_json AS names, n.lei AS lei,
       n.uscc AS uscc, n.identifiers AS identifiers, n.website AS website, {founded} AS founded
ORDER BY n.id LIMIT {page}
"""
_SEATS: Final = """
MATCH (n:{cls})-[:SEATED_IN]->(p:Place)
WHERE n.id > $after AND n.id <= $last AND p.kind IN ['country', 'subdivision']
RETURN DISTINCT n.id AS id, p.id AS place
"""


def profiles(store: Store, classes: Iterable[str] = CLASSES) -> Iterator[Profile]:
    """The profiles of a graph's organisations, page by page."""
    for cls in classes:
        founded = "n.founded" if cls == "Company" else "''"
        nodes = _NODES.format(cls=cls, founded=founded, page=_PAGE)
        after = ""
        while rows := store.run(nodes, {"after": after}).dicts():
            bounds = {"after": after, "last": rows[-1]["id"]}
            seats: dict[str, list[str]] = defaultdict(list)
            for row in store.run(_SEATS.format(cls=cls), bounds).dicts():
                seats[row["id"]].append(row["place"])
            for row in rows:
                yield _profile(cls, row, sorted(seats[row["id"]]))
            after = rows[-1]["id"]


def _profile(cls: str, row: dict[str, Any], seats: list[str]) -> Profile:
    names = [(str(n["text"]), str(n["kind"])) for n in msgspec.json.decode(row["names"] or "[]")]
    main = [(str(row[key]), "") for key in ("name", "name_zh") if row[key]]
    # A main name that a claim describes more closely comes once, as what the claim says it is.
    described = {text for text, _ in names}
    numbers = [f"{key.upper()}:{row[key]}" for key in ("lei", "uscc") if row[key]]
    numbers += row["identifiers"] or []
    if row["name"] in numbers or (row["name"] or "").partition(" ")[2] in (row["lei"], row["uscc"]):
        main = main[1:]  # A number stands in for a name that no source gives.
    names = [*(m for m in main if m[0] not in described), *names]
    return Profile(
        row["id"], cls, tuple(dict.fromkeys(names)), tuple(numbers),
        tuple(s for s in seats if "-" not in s), tuple(s for s in seats if "-" in s),
        row["website"] or "", row["founded"] or "",
    )


