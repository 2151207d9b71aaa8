"""Standing, contest and origins, derived from claims alone: no graph, no store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sousveil.graph import Claim
from sousveil.graph.standing import Standing, basis_standings, standing_of, weakest
from sousveil.ontology import Schema
from tests.worlds import claim

ORDER = ("inferred", "reported", "self-published", "documented", "confirmed")
BASES = basis_standings(Schema.load())
DERIVED = {"page": "report", "mirror": "report"}


def said(
    author: str = "gazette-office", basis: str = "procurement-record", source: str = "gazette",
    stance: str = "asserts", topic: str = "existence", *, inferred: bool = False, primary: str = "",
) -> Claim:
    return claim(
        about="deal", kind="Transaction" if stance == "asserts" else "", author=author,
        basis=basis, source=source, stance=stance, topic=topic, primary_source=primary,
        inferred_because="it follows" if inferred else "",
    )


RECORD = said()
REPORT = said("watchers", "ngo-report", "report")
COPY = said("paper", "press", "page")
SITE = said("acme", "company-publication", "site")
GUESS = said(inferred=True)


def reply(stance: str, author: str = "acme", **more: Any) -> Claim:
    return said(author, "company-statement", "letter", stance, **more)


def derive(
    *claims: Claim, replies: Sequence[Claim] = (), parties: Sequence[str] = ("acme", "bureau"),
    derived: Mapping[str, str] = DERIVED,
) -> Standing:
    return standing_of(
        claims, replies, basis_standing=BASES, root=lambda s: derived.get(s, s),
        concerned=lambda author: author in parties,
    )


@pytest.mark.parametrize(("basis", "standing"), [
    ("procurement-record", "documented"), ("registry", "documented"),
    ("government-record", "documented"), ("company-publication", "self-published"),
    ("company-statement", "self-published"), ("ngo-report", "reported"), ("press", "reported"),
    ("advocacy", "reported"),
])
def test_what_a_basis_gives(basis: str, standing: str) -> None:
    assert derive(said(basis=basis)) == Standing(standing, False, 1)


@pytest.mark.parametrize(("claims", "standing"), [
    ((REPORT, RECORD), "documented"),
    ((COPY, REPORT), "reported"),
    ((SITE, COPY), "self-published"),
    ((GUESS, REPORT), "reported"),
    ((GUESS,), "inferred"),
    ((GUESS, said(inferred=True, source="register")), "inferred"),
])
def test_the_best_claim_that_is_not_inferred(claims: Sequence[Claim], standing: str) -> None:
    assert derive(*claims).standing == standing
    assert derive(*reversed(claims)).standing == standing


@pytest.mark.parametrize(("answer", "standing"), [
    (reply("confirms"), "confirmed"),
    (reply("confirms", "bureau"), "confirmed"),
    # One more voice, but none that it concerns.
    (reply("confirms", "watchers"), "documented"),
    (reply("confirms", inferred=True), "documented"),
    (reply("confirms", topic="due-diligence"), "documented"),
    (reply("explains"), "documented"),
    (reply("disputes"), "documented"),
    (reply("does-not-confirm"), "documented"),
])
def test_what_confirms(answer: Claim, standing: str) -> None:
    # Said of the element itself, or of the transaction that it is a part of.
    assert derive(RECORD, answer).standing == standing
    assert derive(RECORD, replies=[answer]).standing == standing


def test_one_voice_that_says_and_confirms_has_only_said_it() -> None:
    assert derive(SITE, reply("confirms")).standing == "self-published"
    assert derive(SITE, replies=[reply("confirms")]).standing == "self-published"
    both = (SITE, reply("confirms"), reply("confirms", "bureau"))
    assert derive(*both).standing == "confirmed"
    assert derive(SITE, said("bureau", "company-statement", "letter")).standing == "self-published"


def test_what_only_an_editor_concluded_is_not_confirmed() -> None:
    # What the company itself says stands, but there was nothing for it to confirm.
    assert derive(GUESS, reply("confirms")).standing == "self-published"
    assert derive(GUESS, replies=[reply("confirms")]).standing == "inferred"


@pytest.mark.parametrize(("answer", "contested"), [
    (reply("disputes"), True),
    (reply("does-not-confirm"), True),
    (reply("disputes", "watchers"), True),
    (reply("explains"), False),
    (reply("confirms"), False),
    (reply("disputes", topic="end-use"), False),
    (reply("does-not-confirm", topic="due-diligence"), False),
])
def test_what_contests(answer: Claim, contested: bool) -> None:
    assert derive(RECORD, answer) == derive(RECORD, replies=[answer])
    assert derive(RECORD, answer).contested is contested
    # It stands beside the standing, whatever that is.
    confirmed = derive(RECORD, reply("confirms", "bureau"), answer)
    assert confirmed.standing == "confirmed"
    assert confirmed.contested is contested


@pytest.mark.parametrize(("claims", "origins"), [
    ((RECORD,), 1),
    ((RECORD, said(source="register", basis="registry")), 2),
    ((RECORD, said("bureau")), 1),
    # A page repeats the report, whether the report was read or not.
    ((REPORT, COPY), 1),
    ((COPY,), 1),
    ((COPY, said("paper", "press", "mirror")), 1),
    ((COPY, RECORD), 2),
    # The report is known for what it says of the notice.
    ((said("watchers", "ngo-report", "report", primary="gazette"), RECORD), 1),
    ((said("watchers", "ngo-report", "report", primary="gazette"), COPY), 1),
    ((said("watchers", "ngo-report", "report", primary="register"), RECORD), 2),
    # What supports nothing is no origin.
    ((RECORD, reply("disputes")), 1),
    ((RECORD, reply("explains")), 1),
    ((RECORD, reply("confirms", topic="end-use")), 1),
    ((RECORD, reply("confirms")), 2),
])
def test_origins(claims: Sequence[Claim], origins: int) -> None:
    assert derive(*claims).origins == origins
    assert derive(*reversed(claims)).origins == origins


def test_a_confirmation_of_the_transaction_is_an_origin_of_its_roles() -> None:
    assert derive(RECORD, replies=[reply("confirms")]).origins == 2
    assert derive(RECORD, replies=[reply("disputes")]).origins == 1


VOICES = st.lists(st.builds(
    said, st.sampled_from(["gazette-office", "watchers", "paper", "acme", "bureau"]),
    st.sampled_from(sorted(BASES)), st.sampled_from(["gazette", "report", "page", "letter"]),
    st.sampled_from(["asserts", "confirms", "disputes", "does-not-confirm", "explains"]),
    st.sampled_from(["existence", "end-use"]), inferred=st.booleans(),
    primary=st.sampled_from(["", "", "gazette", "report"]),
), min_size=1, max_size=6)


@given(VOICES, VOICES, st.randoms())
def test_order_does_not_matter(claims: list[Claim], replies: list[Claim], rnd: Any) -> None:
    found = derive(*claims, replies=replies)
    for some in (claims, replies):
        rnd.shuffle(some)
    assert derive(*claims, replies=replies) == found


@given(VOICES, VOICES)
def test_one_more_document_never_weakens(claims: list[Claim], replies: list[Claim]) -> None:
    before = derive(*claims, replies=replies)
    after = derive(*claims, said(source="register", basis="registry"), replies=replies)
    assert ORDER.index(after.standing) >= ORDER.index(before.standing)
    assert after.origins == before.origins + 1
    assert after.contested is before.contested
    # Nor does a copy of what was read add an origin.
    copied = derive(*claims, REPORT, COPY, replies=replies)
    assert copied.origins == derive(*claims, REPORT, replies=replies).origins


@given(st.lists(st.sampled_from(ORDER)))
def test_a_chain_is_as_strong_as_its_weakest_link(standings: list[str]) -> None:
    expected = next((s for s in ORDER if s in standings), "inferred")
    assert weakest(standings) == expected
