"""Sealed values: authentic, bound to their purpose and their participant, and opaque."""

import base64
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.sealing import LONGEST, VERSION, SealedAttempts, Sealer, Unsealed, digest_person
from chalicelib.domain.attempts import Draw, draw
from chalicelib.domain.bank import Bank, Question
from chalicelib.domain.errors import AttemptInvalid
from tests.support import examples

NOW = datetime(2020, 7, 8, 1, 2, 3, 456_000, tzinfo=UTC)
OLD, NEW, OTHER = "old" * 12, "new" * 12, "other" * 8
SEALER = Sealer([NEW], "attempt")
TOKENS = SealedAttempts(SEALER, "contest-1", "wx1")
BANK = Bank(tuple(Question(f"question-{i}", f"stem {i}", ("w", "x", "y", "z"), 2, "why", "where") for i in range(30)))
DRAW = draw(examples.cells(BANK, 10), "attempt-1", NOW, Random(7))
TOKEN = TOKENS.seal_draw("openid-1", DRAW)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_="

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)


@given(json_values)
def test_what_is_sealed_opens_again(value: object) -> None:
    token = SEALER.seal(value, NOW)
    assert SEALER.open(token) == value
    assert re.fullmatch(r"[0-9A-Za-z_.=-]+", token)


def test_a_purpose_is_not_another() -> None:
    token = Sealer([NEW], "session").seal({"o": "openid-1"}, NOW)
    for purpose in ("attempt", "oauth-state", "", "session "):
        with pytest.raises(Unsealed):
            Sealer([NEW], purpose).open(token)


def test_the_newest_key_seals_and_all_open() -> None:
    before, during, after = (Sealer(keys, "p") for keys in ([OLD], [NEW, OLD], [NEW]))
    assert during.open(before.seal(1, NOW)) == 1
    assert after.open(during.seal(2, NOW)) == 2
    for sealer, token in ((before, during.seal(3, NOW)), (after, before.seal(4, NOW)), (Sealer([OTHER], "p"), "1.x")):
        with pytest.raises(Unsealed):
            sealer.open(token)


@pytest.mark.parametrize(
    ("age", "opens"),
    [(-60, True), (-61, False), (0, True), (100, True), (101, False), (10**6, False)],
)
def test_it_opens_within_its_time(age: int, opens: bool) -> None:
    token = SEALER.seal("x", NOW)
    if opens:
        assert SEALER.open_within(token, 100, NOW + timedelta(seconds=age)) == "x"
    else:
        with pytest.raises(Unsealed):
            SEALER.open_within(token, 100, NOW + timedelta(seconds=age))
    assert SEALER.open(token) == "x"


@pytest.mark.parametrize("value", ["x", "xy", "xyz", ["a" * 15], ["a" * 30]])
def test_no_character_can_be_altered(value: object) -> None:
    """Nor the last one, some of whose bits Base64 ignores."""
    token = SEALER.seal(value, NOW)
    for place, character in enumerate(token):
        for other in {*"Aw-_=.!", ALPHABET[ALPHABET.find(character) - 1]} - {character}:
            with pytest.raises(Unsealed):
                SEALER.open(token[:place] + other + token[place + 1 :])


@given(st.integers(0, len(TOKEN)), st.text(max_size=3), st.integers(0, 3))
def test_no_part_can_be_put_in_or_taken_out(place: int, put: str, taken: int) -> None:
    altered = TOKEN[:place] + put + TOKEN[place + taken :]
    if altered == TOKEN:
        return
    with pytest.raises(AttemptInvalid):
        TOKENS.unseal_draw("openid-1", "attempt-1", altered)


@given(st.text(max_size=200) | st.text(ALPHABET, max_size=200).map(VERSION.__add__))
def test_anything_else_is_refused_and_nothing_else_raised(token: str) -> None:
    with pytest.raises(Unsealed):
        SEALER.open(token)
    with pytest.raises(AttemptInvalid):
        TOKENS.unseal_draw("openid-1", "attempt-1", token)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "1.",
        TOKEN.removeprefix(VERSION),
        "2." + TOKEN.removeprefix(VERSION),
        "0" + TOKEN,
        TOKEN + "\n",
        " " + TOKEN,
        TOKEN + "é",
        "1.密",
        "1." + "\ud800",
        "1." + "A" * LONGEST,
    ],
    ids=["empty", "version alone", "no version", "version 2", "version 01", "line end", "space", "non-ascii", "Chinese",
         "surrogate", "over-long"],
)  # fmt: skip
def test_forms_that_are_refused(token: str) -> None:
    with pytest.raises(Unsealed):
        SEALER.open(token)


def test_a_longer_token_is_not_opened_even_when_authentic() -> None:
    token = SEALER.seal("x" * LONGEST, NOW)
    with pytest.raises(Unsealed):
        SEALER.open(token)


def test_an_attempt_travels_whole() -> None:
    assert TOKENS.unseal_draw("openid-1", "attempt-1", TOKEN) == DRAW
    later = Draw("a", NOW + timedelta(milliseconds=1), DRAW.questions)
    assert TOKENS.unseal_draw("o", "a", TOKENS.seal_draw("o", later)) == later
    assert len(TOKEN) < 1500


def test_an_attempt_travels_between_releases_with_and_without_digests() -> None:
    """During a deployment the old and the new release open each other's tokens."""
    value = SEALER.open(TOKEN)
    assert [question for question, _ in value["q"]] == [question.question_id for question in DRAW.questions]
    del value["d"]
    before = TOKENS.unseal_draw("openid-1", "attempt-1", SEALER.seal(value, NOW))
    assert before == replace(DRAW, questions=tuple(replace(q, digest="") for q in DRAW.questions))


def test_it_is_bound_to_participant_attempt_and_contest() -> None:
    for openid, attempt_id in (("openid-2", "attempt-1"), ("openid-1", "attempt-2"), ("", "attempt-1")):
        with pytest.raises(AttemptInvalid):
            TOKENS.unseal_draw(openid, attempt_id, TOKEN)
    with pytest.raises(AttemptInvalid):
        SealedAttempts(SEALER, "contest-2", "wx1").unseal_draw("openid-1", "attempt-1", TOKEN)
    with pytest.raises(AttemptInvalid):
        SealedAttempts(Sealer([NEW], "session"), "contest-1", "wx1").unseal_draw("openid-1", "attempt-1", TOKEN)


def test_it_belongs_to_one_account() -> None:
    with pytest.raises(AttemptInvalid):
        SealedAttempts(SEALER, "contest-1", "wx2").unseal_draw("openid-1", "attempt-1", TOKEN)


def test_a_token_that_names_no_account_is_understood() -> None:
    value = SEALER.open(TOKEN)
    assert value.pop("w") == "wx1"
    assert TOKENS.unseal_draw("openid-1", "attempt-1", SEALER.seal(value, NOW)) == DRAW


def test_a_person_s_digest_lasts_over_releases_and_new_keys() -> None:
    """The page keeps results under it."""
    assert digest_person(["old"], "c", "o1") == digest_person(["new", "old"], "c", "o1") == "MBO3BHJh"


def test_a_token_tells_nothing() -> None:
    raw = base64.urlsafe_b64decode(TOKEN.removeprefix(VERSION))
    for shown in (TOKEN.encode(), raw, raw[::-1]):
        for secret in ("openid", "attempt", "contest", *(question.question_id for question in DRAW.questions)):
            assert secret.encode() not in shown
        for question in DRAW.questions:
            assert f'"{"".join(map(str, question.order))}"'.encode() not in shown


def test_a_token_tells_nothing_by_its_length_or_its_likeness() -> None:
    def sealed(order: tuple[int, ...]) -> str:
        questions = tuple(type(q)(q.question_id, order) for q in DRAW.questions)
        return TOKENS.seal_draw("openid-1", Draw("attempt-1", NOW, questions))

    assert len(sealed((0, 1, 2, 3))) == len(sealed((2, 3, 1, 0)))
    one, other = TOKENS.seal_draw("openid-1", DRAW), TOKENS.seal_draw("openid-1", DRAW)
    # Version and time are not encrypted; the rest is different each time.
    assert one[14:60] != other[14:60]
