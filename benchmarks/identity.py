"""Candidates for the same organisation: pairs weighed, recall, precision and time, on made-up names.

    python -m benchmarks.identity --known 1000000 --new 100000

New organisations are compared with known ones. A third of the new ones are a known one under
another spelling; the others are strangers, or neighbours with a name that differs in what matters
(a city, a branch, a number, a legal form). Plain rapidfuzz compares all pairs of a sample in the
same run, which needs numpy. Seconds are of processor time: look at their ratios.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from sousveil.graph.identity import Found, Profile, candidates, weigh

RESULTS = Path(__file__).parent / "identity.md"
SAMPLE = (20_000, 2_000)
CUT = 90  # of rapidfuzz, in per cent

_CITIES = "上海 Shanghai CN-SH|北京 Beijing CN-BJ|杭州 Hangzhou CN-ZJ|南京 Nanjing CN-JS|成都 Chengdu CN-SC|广州 Guangzhou CN-GD|深圳 Shenzhen CN-GD|武汉 Wuhan CN-HB|西安 Xian CN-SN|长沙 Changsha CN-HN|福州 Fuzhou CN-FJ|桂林 Guilin CN-GX|济南 Jinan CN-SD|郑州 Zhengzhou CN-HA|合肥 Hefei CN-AH|沈阳 Shenyang CN-LN"
_TRADES = "科技 Technology|网络科技 Network Technology|信息技术 Information Technology|电子 Electronics|安防工程 Security Engineering|数字技术 Digital Technology|智能系统 Intelligent Systems|通讯设备 Communications Equipment"
_FORMS = {"SE": ("AB", "Aktiebolag"), "DE": ("GmbH", "Gesellschaft mit beschränkter Haftung"), "FR": ("SA", "Société Anonyme"), "IT": ("S.p.A.", "SpA"), "NL": ("B.V.", "BV"), "GB": ("Ltd", "Limited"), "PL": ("Sp. z o.o.", "sp. z o.o.")}
_LATIN = "Optics|Systems|Vision|Security|Networks|Imaging|Analytics|Biometrics|Industries|Robotics|Instruments|Telecom"
_HAN = "安宏华信达凯雅思创海康大新中天瑞和飞斯联科德正明智慧星光云博远东方盛泰恒通佳利金龙"
_READINGS = "an hong hua xin da kai ya si chuang hai kang da xin zhong tian rui he fei si lian ke de zheng ming zhi hui xing guang yun bo yuan dong fang sheng tai heng tong jia li jin long".split()
_ONSETS, _VOWELS, _CODAS = "b br c cl d dr f fr g gl h k kr l m n p pl r s st t tr v w".split(), "a e i o u ei ou".split(), "n r l s x nd rt lm ck".split()


class World(NamedTuple):
    """Profiles on both sides, and which of the new ones are which of the known ones."""

    known: list[Profile]
    new: list[Profile]
    true: dict[str, str]


def world(known: int, new: int, seed: int = 1) -> World:
    """A made-up world; the same numbers and seed give the same one."""
    draw = random.Random(seed)
    places = [tuple(c.split()) for c in _CITIES.split("|")]
    trades = [tuple(t.split(" ", 1)) for t in _TRADES.split("|")]
    taken: set[str] = set()

    def free(draw_one: Callable[[], Profile]) -> Profile:
        """A profile with names that nobody has yet: who has another's very name is nobody's mistake."""
        while True:
            one = draw_one()
            texts = {t.casefold() for t, _ in one.names}
            if texts.isdisjoint(taken):
                taken.update(texts)
                return one

    made = [free(lambda n=n: _organisation(draw, f"k{n}", places, trades)) for n in range(known)]
    found: list[Profile] = []
    true: dict[str, str] = {}
    for number in range(new):
        id_ = f"n{number}"
        if number % 3 == 0:
            chosen = draw.randrange(known)
            found.append(_variant(draw, id_, made[chosen]))
            true[id_] = made[chosen].id
        elif number % 3 == 1:
            found.append(free(lambda i=id_: _neighbour(draw, i, made[draw.randrange(known)], places)))
        else:
            found.append(free(lambda i=id_: _organisation(draw, i, places, trades)))
    return World(made, found, true)


def _organisation(draw: random.Random, id_: str, places: list[Any], trades: list[Any]) -> Profile:
    if draw.random() < 0.5:
        zh, latin, region = draw.choice(places)
        trade_zh, trade = draw.choice(trades)
        chars = [draw.randrange(len(_HAN)) for _ in range(draw.choice((2, 3, 3, 4, 4)))]
        name_zh = zh + "".join(_HAN[c] for c in chars) + trade_zh + "有限公司"
        read = "".join(_READINGS[c] for c in chars).capitalize()
        name = f"{latin} {read} {trade} Co., Ltd."
        names = ((name_zh, ""),) if draw.random() < 0.5 else ((name, ""), (name_zh, ""))
        return Profile(id_, "Company", names, _numbers(draw, id_, "CN"), ("CN",), (region,))
    country = draw.choice(sorted(_FORMS))
    name = f"{_word(draw)} {draw.choice(_LATIN.split('|'))} {_FORMS[country][0]}"
    if draw.random() < 0.3:
        name = f"{_word(draw)} {name}"
    return Profile(id_, "Company", ((name, ""),), _numbers(draw, id_, country), (country,))


def _numbers(draw: random.Random, id_: str, country: str) -> tuple[str, ...]:
    return (f"{country}-REG:{id_}7",) if draw.random() < 0.3 else ()


def _word(draw: random.Random) -> str:
    return "".join(
        draw.choice(_ONSETS) + draw.choice(_VOWELS) for _ in range(draw.choice((2, 3, 3)))
    ).capitalize() + draw.choice(_CODAS)


def _variant(draw: random.Random, id_: str, of: Profile) -> Profile:
    """The same organisation as another source has it."""
    text, _ = draw.choice(of.names)
    if text[-1] == "司":
        city, rest = text[:2], text[2:]
        text = draw.choice((text, f"{city}市{rest}", text.replace("有限公司", "有限责任公司")))
    else:
        for short, long in _FORMS.values():
            if text.endswith(" " + short):
                text = draw.choice((text, text.removesuffix(short) + long,
                                    text.removesuffix(" " + short), text.upper()))
                break
        else:
            text = draw.choice((text, text.upper(), text.replace(" Co., Ltd.", " Company Limited")))
        if draw.random() < 0.25:
            text = _slip(draw, text)
    seats = (of.countries, of.regions) if draw.random() < 0.7 else ((), ())
    numbers = of.numbers if draw.random() < 0.5 else ()
    return Profile(id_, "Company", ((text, ""),), numbers, *seats)


def _slip(draw: random.Random, text: str) -> str:
    words = text.split()
    at = max(range(len(words)), key=lambda i: len(words[i]))
    word = words[at]
    if len(word) > 3:
        letter = draw.randrange(1, len(word) - 1)
        words[at] = word[:letter] + draw.choice(("", word[letter] * 2, "e")) + word[letter + 1:]
    return " ".join(words)


def _neighbour(draw: random.Random, id_: str, of: Profile, places: list[Any]) -> Profile:
    """Another organisation whose name is nearly the same."""
    text, _ = of.names[-1]
    if text[-1] == "司":
        other = draw.choice([p for p in places if not text.startswith(p[0])])
        text, region = draw.choice((
            (other[0] + text[2:], other[2]), (text + "第二分公司", of.regions[0]),
            (text[:2] + draw.choice(_HAN) + text[3:], of.regions[0]),
        ))
        if text == of.names[-1][0]:
            text += "分公司"
        return Profile(id_, "Company", ((text, ""),), _numbers(draw, id_, "CN"), ("CN",), (region,))
    country = draw.choice([c for c in sorted(_FORMS) if c not in of.countries])
    stem = " ".join(w for w in text.split() if w not in {f for p in _FORMS.values() for f in p})
    text = draw.choice((
        f"{stem} {_FORMS[country][0]}", f"{stem} (Shanghai) Co., Ltd.", f"{stem} II",
        f"{_word(draw)} {stem}",
    ))
    return Profile(id_, "Company", ((text, ""),), _numbers(draw, id_, country), (country,))


def measure(made: World) -> tuple[dict[str, float], Found]:
    """Ours on a world."""
    started = time.process_time()
    found = candidates(_all(made), mine=[p.id for p in made.new])
    seconds = time.process_time() - started
    pairs = {(c.a, c.b) for c in found.candidates}
    return {
        "seconds": seconds, "compared": found.compared, "passed over": found.passed_over,
        **_judged(made, pairs, found.compared),
    }, found


def _all(made: World) -> Iterator[Profile]:
    yield from made.known
    yield from made.new


def plain(made: World) -> dict[str, float]:
    """Every pair of a world by rapidfuzz: the best score of the names, nothing else."""
    from rapidfuzz import fuzz, process, utils

    known = [(p.id, t) for p in made.known for t, _ in p.names]
    new = [(p.id, t) for p in made.new for t, _ in p.names]
    started = time.process_time()
    pairs: set[tuple[str, str]] = set()
    for at in range(0, len(new), 200):
        rows = new[at : at + 200]
        scores = process.cdist(
            [t for _, t in rows], [t for _, t in known], scorer=fuzz.token_sort_ratio,
            processor=utils.default_process, score_cutoff=CUT, workers=1,
        )
        pairs |= {(known[j][0], rows[i][0]) for i, j in zip(*scores.nonzero(), strict=True)}
    seconds = time.process_time() - started
    compared = len(known) * len(new)
    return {"seconds": seconds, "compared": compared, **_judged(made, pairs, compared)}


def _judged(made: World, pairs: set[tuple[str, str]], compared: int) -> dict[str, float]:
    """How many of the pairs are right: two new spellings of one known organisation are, too."""
    is_ = made.true.get
    right = sum(is_(a, a) == is_(b, b) for a, b in pairs)
    found = sum((min(item), max(item)) in pairs for item in made.true.items())
    return {
        "proposed": len(pairs), "precision": right / max(1, len(pairs)),
        "recall": found / len(made.true), "per true pair": compared / len(made.true),
    }


def weighing(made: World) -> float:
    """Seconds to weigh one pair, without looking for it: what comparing all pairs would cost."""
    known = made.known[:400]
    started = time.process_time()
    for one in made.new[:50]:
        for other in known:
            weigh(one, other)
    return (time.process_time() - started) / (50 * len(known))


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--known", type=int, default=1_000_000)
    parser.add_argument("--new", type=int, default=100_000)
    asked = parser.parse_args()
    sample = world(*SAMPLE)
    ours, _ = measure(sample)
    theirs = plain(sample)
    each = weighing(sample)
    rows = [("sample", f"{SAMPLE[0]:,} × {SAMPLE[1]:,}", "rapidfuzz, all pairs", theirs),
            ("sample", f"{SAMPLE[0]:,} × {SAMPLE[1]:,}", "candidates", ours)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    made = world(asked.known, asked.new)
    generated = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    large, found = measure(made)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows.append(("whole", f"{asked.known:,} × {asked.new:,}", "candidates", large))
    lines = [
        "# Candidates for the same organisation", "",
        "Written by `python -m benchmarks.identity`; made-up names, seed 1. rapidfuzz is "
        f"`token_sort_ratio` of at least {CUT} over every pair. A third of the new organisations "
        "are a known one under another spelling.", "",
        "| size | method | pairs compared | per true pair | proposed | precision | recall | CPU s |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {size} | {method} | {r['compared']:,.0f} | {r['per true pair']:,.1f} | "
        f"{r['proposed']:,.0f} | {r['precision']:.3f} | {r['recall']:.3f} | {r['seconds']:.1f} |"
        for _, size, method, r in rows
    ]
    times = theirs["seconds"] * (large["compared"] and asked.known * asked.new) / (
        SAMPLE[0] * SAMPLE[1])
    lines += [
        "",
        f"- On the sample, rapidfuzz takes {theirs['seconds'] / ours['seconds']:.1f} times as long "
        "as the candidates.",
        f"- All pairs of the whole would take rapidfuzz {times / large['seconds']:,.0f} times as "
        "long, extrapolated from the sample.",
        f"- Weighing a pair takes {each * 1e6:.0f} µs; weighing all pairs of the whole would take "
        f"{each * asked.known * asked.new / large['seconds']:,.0f} times as long as finding and "
        "weighing the candidates.",
        f"- Peak memory {peak / 1024:,.0f} MiB, of which {generated / 1024:,.0f} MiB hold the "
        f"made-up world itself ({before / 1024:,.0f} MiB before it).",
        f"- {large['passed over']:,.0f} names were passed over because too many share them.",
        f"- {found.profiles / large['seconds']:,.0f} organisations a second of processor time.",
    ]
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(RESULTS.read_text("utf-8"))


if __name__ == "__main__":
    main()
