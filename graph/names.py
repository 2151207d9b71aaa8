"""Names of organisations: what of a name tells one from another, and whether two can be of one.

`read_name` takes a name apart: the words that tell, the legal form, the level of government.
`compare_names` says how like two names are. It is meant for proposals that a person decides and
that may end in court, so it would rather miss a pair than make one up:

- a word that only one of the names has makes them different, whatever it is: a place, "Trading",
  a number, `黄浦分局`. Parent and branch, and one name in two cities, differ by such a word;
- a slip of the pen is believed only in a long word, and never where both spellings are pinyin
  (Jiangxi, Jianxi) or where a digit is in it. Chinese names are equal or they are different;
- names in two scripts are never compared here: a translation or transliteration proves nothing.

Scores run from 0, different, to 90. What an organisation is called is never proof, so no name
reaches the score of an equal number in an official register.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from sousveil.graph.search import core_words, fold, pinyin

__all__ = ["Likeness", "Name", "compare_names", "pinyin_supports", "read_name"]


class Name(NamedTuple):
    """A name taken apart."""

    text: str
    words: tuple[str, ...]
    """What tells: folded words without form and level; of a Chinese name one, without spaces."""
    form: frozenset[str]
    """Families of legal forms that the name states, such as `gmbh`; empty if it states none."""
    group: bool
    """Whether it says that it is a group or a holding: its companies say so less often."""
    levels: frozenset[str]
    """Levels of government that it states: province, city, county, …"""
    province: str
    """For a Chinese name that begins with a province and a city in it: the province."""
    bracket: str
    """For a Chinese name: what stands in brackets within it, mostly a place."""
    han: bool

    @property
    def joined(self) -> str:
        """The words run together: how spaces are set tells nothing."""
        return "".join(self.words)


class Likeness(NamedTuple):
    """How like two names are, and in what."""

    score: int
    reason: str


# ── Legal forms ──────────────────────────────────────────────────────────────────────────────

# One family a line; forms of two families are not those of one company. What search takes off
# (graph/search.py) and stands in no line, such as "Co.", says nothing.
_FAMILIES: Final = """
ag aktiengesellschaft
gmbh gesmbh gesellschaftmitbeschrankterhaftung
kg gmbhandcokg gmbhcokg gmbhundcokg kommanditgesellschaft
ohg offenehandelsgesellschaft
ab publ aktiebolag
hb handelsbolag
sa societeanonyme sociedadanonima
sadecv
sas sasu
sarl eurl societearesponsabilitelimitee
spa societaperazioni
srl societatearaspunderelimitata societatearaspundere societaaresponsabilitalimitata
srl societateacuraspunderelimitata
snc
bv bvba sprl beslotenvennootschap
nv naamlozevennootschap
cv
plc publiclimitedcompany
ltd limited privatelimited proprietarylimited pte pty pvt ltda lda
ltd youxiangongsi youxianzerengongsi jituanyouxiangongsi
llc limitedliabilitycompany ooo ооо обществосограниченнойответственностью
llp
lp limitedpartnership
corp corporation inc incorporated
jsc ojsc pjsc oao pao zao ao оао пао зао ао jointstockcompany openjointstockcompany
jsc publicjointstockcompany closedjointstockcompany акционерноеобщество
jsc открытоеакционерноеобщество публичноеакционерноеобщество закрытоеакционерноеобщество
joint gufengongsi gufenyouxiangongsi jituangufenyouxiangongsi
oy oyj osakeyhtio
as asa aktieselskab
aps anpartsselskab
doo
dd
kft
nyrt zrt
sl slu sociedadlimitada
spzoo
sro spolsro
uab
na
ano
"""
_GROUP_LIST: Final = (
    "group holding holdings gruppe groupe jituan jituangongsi jituanyouxiangongsi "
    "jituangufenyouxiangongsi jituangufengongsi"
)
_GROUPS: Final = frozenset(_GROUP_LIST.split())
_ALIKE: Final = frozenset({frozenset({"ltd", "llc"}), frozenset({"ltd", "joint"})})
"""Families that translations do not keep apart."""
_FRONT_LIST: Final = "jsc ojsc pjsc oao pao zao ao ooo llc srl ано ano pt ооо оао пао зао ао"
_FRONT: Final = frozenset(_FRONT_LIST.split())
"""Families that also stand before the name."""
_LONGEST_FORM: Final = 5  # words


@cache
def _families() -> dict[str, str]:
    """Each form, written together as it is folded, with its family."""
    found: dict[str, str] = {}
    for line in _FAMILIES.split("\n"):
        family, *others = line.split() or [""]
        for form in (family, *others):
            if form:
                found[fold(form)] = family
    return found


# ── Taking apart ─────────────────────────────────────────────────────────────────────────────

_DOTTED: Final = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.\s?){1,}[^\W\d_](?![^\W_])\.?")
_APOSTROPHES: Final = re.compile(r"['’‘`´ʼ]")
_INITIALS: Final = re.compile(r"\(([A-Z]{2,6})\)\s*$")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_MOVES: Final = re.compile(r"[(（]|,(?!\s*(?:ltd|inc|llc|s\.))|\bof\b", re.I)
_BRACKET: Final = re.compile(r"[(（]([^()（）]+)[)）]")

_SILENT: Final = frozenset({"the", "and", "of", "for", "und", "et", "y"})
_AT_EASE: Final = frozenset({"municipal", "province"})
"""Levels that are left out without meaning another body: Oregon City is not Oregon."""
_LEVELS: Final = {
    "city": "city", "municipal": "municipal", "municipality": "municipal",
    "province": "province", "provincial": "province",
    "county": "county", "district": "district", "town": "town", "township": "town",
}
_SPELLINGS: Final = {
    "intl": "international", "natl": "national", "dept": "department", "univ": "university",
    "tech": "technology", "technologies": "technology", "labour": "labor", "centre": "center",
    "defence": "defense", "organisation": "organization", "organisations": "organizations",
    "authorisation": "authorization", "programme": "program", "1st": "first", "2nd": "second",
    "3rd": "third", "us": "united states", "usa": "united states", "uk": "united kingdom",
    "prc": "china",
}

_PROVINCE_LIST: Final = (
    "河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 "
    "云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆"
)
_PROVINCE: Final = re.compile(
    f"^({'|'.join(_PROVINCE_LIST.split())})(省|(?:壮族|回族|维吾尔)?自治区)?"
)
_CITY: Final = re.compile(r"^([\u3400-\u9fff]{2,4}?)(市)(?![政场民区])(?=.)")
_BELOW: Final = re.compile(r"^[\u3400-\u9fff]{2,6}?(?:市(?![政场民])|州|县|盟|地区)(?=.)")
_STATE: Final = "中华人民共和国"
_BRANCH: Final = re.compile(
    r"(?:分公司|分局|分处|分院|支行|分行|支队|大队|中队|总队|派出所|办事处|学院|研究所|研究院|实验室|"
    r"中心|科|处|所|队|部|厂|室)$"
)


@lru_cache(maxsize=1 << 16)
def read_name(text: str) -> Name:
    """Take a name apart."""
    return _read_han(text) if _HAN.search(text) else _read_spaced(text)


def _read_spaced(text: str) -> Name:
    plain = _APOSTROPHES.sub("", text)
    if (found := _INITIALS.search(plain)) and _spells(plain[: found.start()], found[1]):
        plain = plain[: found.start()]
    plain = _DOTTED.sub(lambda m: re.sub(r"[.\s]", "", m[0]) + " ", plain)
    words = fold(plain.replace("&", " and ").replace("+", " and ")).split()
    words, form, group = _without_forms(words)
    kept: list[str] = []
    levels = set()
    for word in words:
        if word in _LEVELS and len(words) > 2:
            levels.add(_LEVELS[word])
        elif word not in _SILENT or len(words) < 2:
            kept += _SPELLINGS.get(word, word).split()
    return Name(text, tuple(kept or words), frozenset(form), group, frozenset(levels), "", "",
                False)


def _spells(name: str, initials: str) -> bool:
    """Whether the letters are the initials of the words before them."""
    own = "".join(w[0] for w in re.findall(r"\w+", name)).upper()
    short = "".join(w[0] for w in re.findall(r"\w+", name) if w.casefold() not in _SILENT)
    return initials in (own, short.upper())


def _without_forms(words: list[str]) -> tuple[list[str], set[str], bool]:
    """The words without legal forms at the end and the start, and the forms that were there."""
    families = _families()
    form: set[str] = set()
    group = False
    if len(words) == 1:
        return words, form, group
    before: list[str] = []
    while before != words:
        before = words
        for count in range(min(_LONGEST_FORM, len(words) - 1), 0, -1):
            if family := families.get("".join(words[-count:])):
                group = group or "".join(words[-count:]) in _GROUPS
                form.add(family)
                words = words[:-count]
                break
            if (family := families.get("".join(words[:count]))) and family in _FRONT:
                form.add(family)
                words = words[count:]
                break
        else:
            core = core_words(" ".join(words))
            if len(core) < len(words):
                group = group or not _GROUPS.isdisjoint(words[len(core):])
                words = core
    return words, form, group


def _read_han(text: str) -> Name:
    bracket = _BRACKET.search(text)
    folded = fold(text)
    core = "".join(core_words(folded))
    rest = folded.replace(" ", "").removeprefix(core)
    form = {"joint"} if "股份" in rest else {"ltd"} if "有限" in rest else set()
    name = core.removeprefix(_STATE) or core
    levels: set[str] = set()
    province = ""
    if (found := _PROVINCE.match(name)) and found.end() < len(name):
        after = name[found.end():]
        if _BELOW.match(after):
            # The city tells by itself which province it is in; kept to tell two cities apart.
            province, name = found[1], after
        elif found[2]:
            levels.add("province")
            name = found[1] + after
    if found := _CITY.match(name):
        levels.add("municipal")
        name = found[1] + name[found.end():]
    return Name(
        text, (name,), frozenset(form), "集团" in rest or "控股" in rest, frozenset(levels),
        province, fold(bracket[1]).replace(" ", "") if bracket else "", True,
    )


# ── Comparing ────────────────────────────────────────────────────────────────────────────────

_SAME, _SPACED, _MOVED, _SLIP = 90, 88, 86, 80
_SWAPPED = 65
_FORM_DIFFERS, _GROUP_DIFFERS, _CONVERTED = 55, 25, 15
_SHORT_LATIN, _SHORT_HAN = 3, 2
_SHORT_COSTS = 20
_LEVEL_COSTS = 25
_SYLLABLES: Final = """
-:a ai an ang ao e ei en eng er o ou|b:a ai an ang ao ei en eng i ian iao ie in ing o u
p:a ai an ang ao ei en eng i ian iao ie in ing o ou u|m:a ai an ang ao e ei en eng i ian iao ie in
m:ing iu o ou u|f:a an ang ei en eng o ou u|d:a ai an ang ao e ei en eng i ian iao ie ing iu ong ou
d:u uan ui un uo|t:a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo|n:a ai an ang ao e ei
n:en eng i ian iang iao ie in ing iu ong ou u uan ue uo v ve|l:a ai an ang ao e ei eng i ia ian iang
l:iao ie in ing iu ong ou u uan ue un uo v ve|g:a ai an ang ao e ei en eng ong ou u ua uai uan uang
g:ui un uo|k:a ai an ang ao e en eng ong ou u ua uai uan uang ui un uo|h:a ai an ang ao e ei en eng
h:ong ou u ua uai uan uang ui un uo|j:i ia ian iang iao ie in ing iong iu u uan ue un
q:i ia ian iang iao ie in ing iong iu u uan ue un|x:i ia ian iang iao ie in ing iong iu u uan ue un
zh:a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo|ch:a ai an ang ao e en eng i ong
ch:ou u ua uai uan uang ui un uo|sh:a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo
r:an ang ao e en eng i ong ou u uan ui un uo|z:a ai an ang ao e ei en eng i ong ou u uan ui un uo
c:a ai an ang ao e en eng i ong ou u uan ui un uo|s:a ai an ang ao e en eng i ong ou u uan ui un uo
y:a an ang ao e i in ing o ong ou u uan ue un|w:a ai an ang ei en eng o u
"""


@cache
def _pinyin_word() -> re.Pattern[str]:
    syllables = {
        initial.strip("-") + final
        for line in _SYLLABLES.split("\n") if line
        for initial, _, finals in (part.partition(":") for part in line.split("|"))
        for final in finals.split()
    }
    return re.compile("(?:" + "|".join(sorted(syllables, key=lambda s: (-len(s), s))) + ")+")



def compare_names(a: Name, b: Name) -> Likeness:
    """How like two names are; the same whichever comes first. A score of 0: different."""
    if a.han != b.han:
        return Likeness(0, "in two scripts")
    if not a.joined or not b.joined:
        return Likeness(0, "no words")
    if a.levels and b.levels and _level(a) != _level(b):
        return Likeness(0, "bodies of two levels")
    found = _compare_han(a, b) if a.han else _compare_spaced(a, b)
    if not found.score:
        return found
    score, reason = found
    if one_sided := (a.levels or b.levels) if not (a.levels and b.levels) else None:
        score -= 2 if one_sided <= _AT_EASE else _LEVEL_COSTS
        reason = f"{reason}; only one says at what level"
    if a.form and b.form and a.form.isdisjoint(b.form):
        if a.han:
            # A company that goes public changes its form and stays what it is.
            score, reason = score - _CONVERTED, f"{reason}; the legal form differs"
        elif frozenset(a.form | b.form) not in _ALIKE:
            return Likeness(min(score, _FORM_DIFFERS), f"{reason}; another legal form")
    elif bool(a.form) != bool(b.form):
        score, reason = score - 3, f"{reason}; only one states its legal form"
    if a.group != b.group:
        score, reason = score - _GROUP_DIFFERS, f"{reason}; only one says that it is a group"
    if min(len(a.joined), len(b.joined)) <= (_SHORT_HAN if a.han else _SHORT_LATIN):
        score, reason = score - _SHORT_COSTS, f"{reason}; too short to tell much"
    return Likeness(score, reason)


def _level(name: Name) -> set[str]:
    return {"city" if level == "municipal" else level for level in name.levels}


def _compare_han(a: Name, b: Name) -> Likeness:
    if a.province and b.province and a.province != b.province:
        return Likeness(0, "in two provinces")
    (one,), (other,) = a.words, b.words
    if one == other:
        return Likeness(_SAME, "same name")
    for left, right in ((a, b), (b, a)):
        if left.bracket and right.words[0] == left.bracket + left.words[0].replace(
            left.bracket, "", 1
        ):
            return Likeness(72, f"same name but for where {left.bracket} stands")
    short, long = sorted((one, other), key=len)
    if long.startswith(short) and _BRANCH.search(long):
        return Likeness(0, f"a part of the other: {long.removeprefix(short)}")
    return Likeness(0, "other names")


def _compare_spaced(a: Name, b: Name) -> Likeness:
    if a.words == b.words:
        return Likeness(_SAME, "same name")
    if a.joined == b.joined:
        return Likeness(_SPACED, "same letters")
    mine, theirs = Counter(a.words) - Counter(b.words), Counter(b.words) - Counter(a.words)
    if not mine and not theirs:
        # "(Beijing)" and "Bureau of" move words; Forest Park and Park Forest are two places.
        moved = any(_MOVES.search(n.text) for n in (a, b))
        return Likeness(_MOVED if moved else _SWAPPED, "same words in another order")
    for left, right in ((a, b), (b, a)):
        # "SiemensAG" and "Siemens AG".
        if right.form and any(left.joined == right.joined + f for f in right.form):
            return Likeness(_MOVED, "same letters")
    left_over, right_over = sorted(mine.elements()), sorted(theirs.elements())
    if not left_over or not right_over:
        more = " ".join(w for w in (*a.words, *b.words) if w in mine or w in theirs)
        return Likeness(0, f"only one has: {more}")
    if len(left_over) == len(right_over) == 1:
        return _slip(left_over[0], right_over[0], len(a.words) > 1)
    return Likeness(0, "other names")


def _slip(one: str, other: str, others: bool) -> Likeness:
    """Two words in the same place: one misspelt, or two words?"""
    if not may_slip(one) or not may_slip(other) or (is_pinyin(one) and is_pinyin(other)):
        return Likeness(0, f"other words: {min(one, other)}, {max(one, other)}")
    letters = min(len(one), len(other))
    allowed = 2 if letters >= 10 else 1
    distance = OSA.distance(one, other, score_cutoff=allowed)
    if distance > allowed:
        return Likeness(0, f"other words: {min(one, other)}, {max(one, other)}")
    score = _SLIP - (0 if letters >= 8 else 4) - 4 * (distance - 1) - (0 if others else 2)
    if one[0] != other[0]:
        score -= 8  # People slip within a word; another first letter is another word.
    return Likeness(score, f"spelt differently: {min(one, other)}, {max(one, other)}")


def may_slip(word: str) -> bool:
    """Whether a word is long enough, and of letters, for a slip to be told from another word."""
    return len(word) >= 6 and word.isalpha()


def is_pinyin(word: str) -> bool:
    """Whether a word can be read as pinyin, where another letter is another syllable."""
    return _pinyin_word().fullmatch(word) is not None


def pinyin_supports(a: Name, b: Name) -> str:
    """Words of the Latin name that are the Chinese one's in pinyin, if there are enough.

    Support for other evidence, and never evidence of its own: many names sound alike.
    """
    if a.han == b.han:
        return ""
    chinese, latin = (a, b) if a.han else (b, a)
    if not latin.joined.isascii():
        return ""
    spelled = pinyin(chinese.joined).replace(" ", "")
    words = [w for w in latin.words if len(w) >= 4 and is_pinyin(w)]
    if len(words) < 2 or any(w not in spelled for w in words):
        return ""  # One word in common may be the name of a city.
    return " ".join(words)
