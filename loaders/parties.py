"""Parties of procurement notices: who is an organisation, by which numbers, and where.

Notices seldom say that a party is a natural person. What shows it is looked for here, in its
number and in its name, for a person must not become a node.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import msgspec

from sousveil.graph import Claim
from sousveil.graph.records import Value
from sousveil.loaders.making import Cited, clean, country, make_id, name_values
from sousveil.loaders.record import Record
from sousveil.ontology import Schema
from sousveil.ontology.identifiers import check_lei, check_uscc

__all__ = [
    "Party", "amount", "country_named", "has_form", "is_person", "numbers", "own_id",
]


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation as a notice describes it."""

    id: str
    name: str
    public: bool = False
    """Whether the notice says that it is a public body, or makes it buy as one."""
    kind: str = "public-body"
    """Kind of a public body, where the notice or a Chinese name says one."""
    country: str = ""
    numbers: tuple[tuple[str, Value], ...] = ()
    aliases: tuple[str, ...] = ()

    def claims(self, cited: Cited) -> Iterator[Claim]:
        """The node, its further names and its country."""
        values: dict[str, Value | None] = {**name_values(self.name), **dict(self.numbers)}
        if self.public:
            values["kind"] = _chinese_kind(self.name) or self.kind
        yield cited.node("PublicBody" if self.public else "Company", self.id, **values)
        yield from cited.names(self.id, [a for a in self.aliases if a != self.name])
        if self.country:
            yield cited.edge("LOCATED_IN", self.id, self.country)


@lru_cache(maxsize=4096)
def _chinese_kind(name: str) -> str:
    return "" if name.isascii() else Schema.load().classify(name) or ""


def numbers(
    record: Record, found: list[tuple[str, str]]
) -> tuple[tuple[str, Value], ...]:
    """The identifying properties from pairs of list code and number.

    Numbers with check digits that do not fit, and those of lists without a code, are counted and
    left out: an identifier that is wrong makes two bodies one.
    """
    values: dict[str, Value] = {}
    others: list[str] = []
    for stated, text in found:
        scheme, number = _number(stated, text)
        if not number:
            continue
        compact = number.replace(" ", "").upper()
        if scheme in ("LEI", "XI-LEI"):
            if check_lei(compact):
                record.omit("LEI whose check digits do not fit")
            else:
                values["lei"] = compact
        elif scheme.startswith(("CN", "USCC")) and len(compact) == 18:
            if check_uscc(compact):
                record.omit("Unified Social Credit Code whose check digit does not fit")
            else:
                values["uscc"] = compact
        elif _SCHEME.fullmatch(scheme):
            others.append(f"{scheme}:{number}")
        else:
            record.omit("identifier of a list without a code")
    if others:
        values["identifiers"] = list(dict.fromkeys(others))
    return tuple(values.items())


def _number(scheme: str, number: str) -> tuple[str, str]:
    """A list code and a number as they are compared: Companies House fills up to eight places."""
    scheme, number = scheme.strip().upper().replace("_", "-"), clean(number)
    if scheme == "GB-COH":
        number = number.replace(" ", "").upper()
        number = number.zfill(8) if len(number) > 4 and number.isdigit() else number
    return scheme, number


_SCHEME = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*")


def own_id(prefix: str, found: list[tuple[str, str]], public: bool) -> str:
    """The id of an organisation by its first usable number; empty if it has none.

    A public body and a company of one number stay two: a university buys here and sells there,
    and one id cannot be of two classes.
    """
    for stated, text in found:
        scheme, number = _number(stated, text)
        compact = number.replace(" ", "").upper()
        if scheme in ("LEI", "XI-LEI"):
            if check_lei(compact):
                continue
            parts = ("lei", compact)
        elif scheme.startswith(("CN", "USCC")) and len(compact) == 18:
            if check_uscc(compact):
                continue
            parts = ("uscc", compact)
        elif number and _SCHEME.fullmatch(scheme):
            parts = (f"{prefix}{scheme.lower()}", number)
        else:
            continue
        return make_id("body", *parts) if public else make_id(*parts)
    return ""


def amount(record: Record, text: str, currency: str) -> dict[str, Value | None]:
    """The properties `amount` and `currency`; none, and counted, if they are no sum of money."""
    text, currency = text.strip(), currency.strip().upper()
    if not text:
        return {}
    try:
        value = Decimal(text)
    except InvalidOperation:
        record.omit("amount that is no number")
        return {}
    if not value.is_finite() or abs(value.adjusted()) > 15:
        record.omit("amount beyond belief")
        return {}
    if value <= 0:
        record.omit("amount of zero or less")
        return {}
    if not _is_currency(currency):
        record.omit("amount without a known currency")
        return {}
    plain = format(value, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return {"amount": plain, "currency": currency}


@lru_cache(maxsize=1024)
def _is_currency(code: str) -> bool:
    import pycountry  # slow to import

    return bool(code) and pycountry.currencies.get(alpha_3=code) is not None


@lru_cache(maxsize=4096)
def country_named(text: str) -> str:
    """The place of a country given by its code or by its English name in ISO 3166, else empty."""
    text = clean(text)
    if len(text) in (2, 3) and (found := country(text)):
        return found
    import pycountry  # slow to import

    name = text.casefold()
    for entry in pycountry.countries:
        known: Any = entry
        names = (known.name, getattr(known, "common_name", ""), getattr(known, "official_name", ""))
        if name and name in [n.casefold() for n in names]:
            return str(known.alpha_2)
    return _COUNTRIES.get(name, "")


_COUNTRIES = {
    "russia": "RU", "iran": "IR", "south korea": "KR", "north korea": "KP", "syria": "SY",
    "taiwan": "TW", "venezuela": "VE", "bolivia": "BO", "moldova": "MD", "tanzania": "TZ",
    "vietnam": "VN", "laos": "LA", "turkey": "TR", "czech republic": "CZ", "uk": "GB",
    "burma": "MM", "macau": "MO", "brunei": "BN", "ivory coast": "CI", "cape verde": "CV",
    "united states of america": "US", "usa": "US", "palestine": "PS", "kosovo": "",
    "swaziland": "SZ", "great britain": "GB", "democratic republic of the congo": "CD",
    "democratic people's republic of korea": "KP", "hong kong sar": "HK",
}


@lru_cache(maxsize=1 << 14)
def is_person(name: str, country: str = "", *found: str) -> bool:
    """Whether a party looks like a natural person: a sole trader, or somebody by name.

    By a number that only persons have, by words for sole traders, by a form of address, or
    because the name is a given name and a surname and nothing else. A company that bears only
    such a name is withheld as well: that mistake harms nobody.
    """
    if any(_is_persons_number(country, number) for number in found):
        return True
    name = clean(name)
    if _SOLE.search(name) or "passport" in " ".join(found).casefold():
        return True
    words = [w for w in re.split(r"[\s,]+", name) if w]
    if country in ("PL", "CZ", "SK") and not _FORM.search(name) and any(
        w.casefold() in _GIVEN for w in words[1:]
    ):
        return True  # There a sole trader's firm has to hold the trader's name.
    if _FORM.search(name):
        return False
    if _ADDRESS.match(name):
        return True
    letters = all(re.fullmatch(r"[^\W\d_]+(?:[-'’.][^\W\d_]*)*", w) for w in words)
    if not (2 <= len(words) <= 4 and letters):
        return False
    if any(w.casefold() in _TRADE for w in words):
        return False
    return any(w.casefold() in _GIVEN for w in (words[0], words[-1]))


def has_form(name: str) -> bool:
    """Whether a name holds the word for a form of business, such as Ltd or GmbH."""
    return _FORM.search(clean(name)) is not None


def _is_persons_number(country: str, number: str) -> bool:
    compact = re.sub(r"[\s./-]", "", number).upper()
    pattern = _NUMBERS.get(country)
    if pattern is None or not compact:
        return False
    compact = compact.removeprefix(country)
    return re.fullmatch(pattern, compact) is not None


_NUMBERS = {
    "AR": r"(?:20|23|24|27)\d{9}",
    "BR": r"\d{11}",
    "CL": r"[1-4]?\d{7}[\dK]",
    "CZ": r"\d{9,10}",
    "EC": r"\d\d[0-5]\d{7}001|\d{10}",
    "EE": r"[3-6]\d{10}",
    "ES": r"\d{8}[A-Z]|[XYZKLM]\d{7}[A-Z]",
    "FI": r"\d{6}A\d{3}[0-9A-Z]",
    "IT": r"[A-Z]{6}\d\d[A-EHLMPR-T]\d\d[A-Z]\d{3}[A-Z]",
    "LT": r"[3-6]\d{10}",
    "MX": r"[A-Z&Ñ]{4}\d{6}[A-Z0-9]{3}",
    "NO": r"\d{11}",
    "PE": r"(?:10|15|17)\d{9}|\d{8}",
    "PL": r"\d{11}",
    "RO": r"[1-8]\d{12}",
    "SE": r"(?:19|20)?\d\d[01]\d[0-3]\d\d{4}",
    "UA": r"\d{10}",
}
"""Numbers of persons, by country, where they differ in form from those of organisations."""

_SOLE = re.compile(
    r"\b(?:sole trader|natural person|individual entrepreneur|einzelunternehme\w+"
    r"|einzelfirma|eingetragener? kauf\w+|entreprise individuelle"
    r"|entrepreneur individuel|auto-?entrepreneur|micro-?entrepreneur|ditta individuale"
    r"|impresa individuale|libero professionista|empresario individual|aut[oó]nom[oa]s?"
    r"|persona (?:natural|f[ií]sica)|pessoa (?:f[ií]sica|singular)|eenmanszaak|toiminimi|tmi"
    r"|enkeltmandsvirksomhed|enkeltpersonforetak|enskild firma|prowadz[aą]c[ya]\b.*działalno\w+"
    r"|osoba fizyczna|działalność gospodarcza|fyzická osoba|podnikatel\w*|osvč|szčo|živnost\w*"
    r"|fizi[cč]n\w+ os\w+|samostojni podjetnik|egyéni vállalkozó|p\.?f\.?a\.?"
    r"|persoan[aă] fizic[aă]\w*|[iî]ntreprindere individual[aă]|individuali įmonė"
    r"|individuālais (?:komersants|uzņēmums)|fie)\b"
    r"|\be\.\s?k(?:fr|fm)?\b|(?:\bs\.\s?p\.|\b(?-i:e\.\s?v\.)|\bobrt)\s*$"
    r"|^(?:ET|ЕТ|ФОП|ИП|ФЛП|Ф-?О-?П)\s|едноличен търговец|фізична особа|индивидуальный предпр"
    r"|ατομική επιχείρηση|自然人|个体工商户|個體|个体户",
    re.I,
)
_ADDRESS = re.compile(
    r"(?:mr|mrs|ms|miss|dr|prof|professor|herr|frau|monsieur|madame|mme|m\.|sig|sig\.ra|sr|sra|"
    r"don|doña|dott|dott\.ssa|ing|arch|avv|mgr|bc|mudr|judr|dipl)\.?(?:[-\s]ing\.?)?\s+\w",
    re.I,
)
_FORM = re.compile(
    r"\b(?:ltd|limited|llp|llc|lp|plc|inc|corp|corporation|company|co|gmbh|mbh|ag|kg|ohg|gbr|ug"
    r"|se|eg|sa|sas|sasu|sarl|eurl|snc|sci|scop|spa|srl|srls|sapa|scarl|scrl|sprl|bvba|bv|nv|cv"
    r"|vof|ab|as|asa|oy|oyj|ky|aps|a/s|hf|ehf|sl|slu|slp|sau|sal|lda|unipessoal|doo|dd|ad|ead|eood"
    r"|ood|kft|zrt|nyrt|bt|kkt|sro|spol|vos|sp|spółka|ou|oü|uab|sia|mb|vsi|všį|ae|epe|ike|oe"
    r"|group|gruppe|groupe|holding|university|université|universität|institute?|association|verein"
    r"|foundation|stiftung|fondation|fundación|fundacja|consorzio|consortium|partners?|associates"
    r"|cooperativa|genossenschaft|partnerschaft|sons|bros|brothers|und|and|et)\b"
    r"|s\.\s?[alrkpcn]\.|a\.\s?[sdge]\.|b\.\s?v\.|n\.\s?v\.|s\.\s?r\.\s?[lo]|[&+/()\d]"
    r"|\bООО\b|\bОАО\b|\bЕООД\b|\bООД\b|\bЕАД\b|\bАД\b|公司|有限",
    re.I,
)
_TRADE_WORDS = (
    "communications security systems solutions services service consulting technologies "
    "technology engineering construction software electronics international europe france "
    "deutschland italia españa polska danmark sverige norge suomi nederland belgium medical "
    "pharma bank insurance "
    "publicité "
    "transport logistics energy network networks research press media studio hospital clinic "
    "architects architekten ingenieure bau stadtwerke werke druck reisen autohaus"
)
_TRADE = frozenset(_TRADE_WORDS.split())
_GIVEN_NAMES = (
    "adam adrian alain albert alberto aleksander alejandro alessandro alexander alexandra alfonso "
    "alice alina ana andrea andreas andrei andrej andrew andrzej anders ángel ann anna anne "
    "annette antje anton antonio antónio arkadiusz artur arnaud axel barbara bartosz bartłomiej "
    "beata béla benoit bernard bernd birgit bjarne björn bogdan bożena bruno camille carina carl "
    "carlo carlos carmen caroline catherine cécile charles christian christina christine "
    "christoph christophe claire claude claudia claudio cristian cristina damian daniel daniela "
    "daniele dariusz david denis didier diego dieter dimitrios dirk dorota edward elena elisabeth "
    "elizabeth elżbieta emil emma enrico eric erik ernst erwin eva ewa fabio fabrice federico "
    "felix fernando filip florian francesca francesco francisco françois françoise frank franz "
    "frédéric friedrich gabriel gabriele georg george georgi georgios gérard gerhard giorgio "
    "giovanna giovanni giulia giuseppe grzegorz guillaume günter gustav hanna hans heinrich "
    "heinz helena helga henri henrik henryk herbert hermann ian ilona ines ioannis ion irena "
    "isabel isabelle ivan jacek jacques jakub james jan jana janusz jarosław javier jean jens "
    "jerzy jiří joachim joan joanna joão johan johann johannes john jordi jörg jorge josé josef "
    "joseph juan judith jürgen julia julien jolanta karel karin karl katarzyna kathrin katrin "
    "kevin klaus konrad konstantinos krzysztof lars laura laurent lech lena leszek luc luca "
    "lucia luigi luis ludwig łukasz maciej magdalena małgorzata manfred manuel manuela marc "
    "marcel marcin marco marcus marek margarita maria maría marie mario mariusz mark markus "
    "marta martin martina martine massimo mateusz matteo matthias maurizio max michael michał "
    "michel michele miguel mihai milan miroslav mirosław monica monika nathalie nicola nicolas "
    "nicole nikolaos nikolai oksana oleg olga oliver olivier otto pablo paola paolo pascal "
    "patricia patrick paul paulo pavel pawel paweł pedro peter petr petra philipp philippe pierre "
    "pieter piotr przemysław rafael rafał rainer ralf ramón raúl renata renate ricardo riccardo "
    "richard robert roberto roland roman ryszard sabine salvatore sandra sebastian sergio silvia "
    "simon simone sławomir sophie stanisław stefan stefano stephan stéphane stephen steven susan "
    "susanne sven sylvie tadeusz teresa thierry thomas thorsten tomas tomáš tomasz torsten ulrich "
    "ursula ute valérie vasile vera véronique victor vincent vincenzo vladimir volker waldemar "
    "walter werner wiesław wilhelm william witold wojciech wolfgang yves yvonne zbigniew zdeněk "
    "zofia олександр сергій володимир андрій микола юрій ірина олена наталія тетяна иван"
)
_GIVEN = frozenset(_GIVEN_NAMES.split())
