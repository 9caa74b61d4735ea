"""AttemptTokens: a draw's owner gets it back unchanged, and nobody else can open it."""

from datetime import timedelta
from random import Random

import pytest

from chalicelib.domain import attempts
from chalicelib.domain.errors import AttemptInvalid
from chalicelib.ports import AttemptTokens
from tests.support import examples
from tests.support.token_fakes import FakeTokens

DRAW = attempts.draw(examples.cells(examples.bank(), 10), "a1", examples.NOON + timedelta(milliseconds=123), Random(1))


@pytest.fixture(params=[FakeTokens, examples.sealed_attempts], ids=["fake", "sealed"])
def tokens(request: pytest.FixtureRequest) -> AttemptTokens:
    made: AttemptTokens = request.param()
    return made


def test_the_owner_opens_what_was_sealed(tokens: AttemptTokens) -> None:
    assert tokens.unseal_draw("o1", "a1", tokens.seal_draw("o1", DRAW)) == DRAW


@pytest.mark.parametrize(("openid", "attempt_id"), [("o2", "a1"), ("o1", "a2"), ("", "a1"), ("o1", "")])
def test_a_foreign_token_is_invalid(tokens: AttemptTokens, openid: str, attempt_id: str) -> None:
    token = tokens.seal_draw("o1", DRAW)
    with pytest.raises(AttemptInvalid):
        tokens.unseal_draw(openid, attempt_id, token)


@pytest.mark.parametrize(
    "forged", ["", "1.", "1.AAAA", "答题", "1." + "A" * 10_000, "2.{token}", "{token}A", "A{token}"]
)
def test_a_forged_token_is_invalid(tokens: AttemptTokens, forged: str) -> None:
    token = forged.format(token=tokens.seal_draw("o1", DRAW))
    with pytest.raises(AttemptInvalid):
        tokens.unseal_draw("o1", "a1", token)


def test_a_token_of_another_contest_or_key_is_invalid() -> None:
    token = examples.sealed_attempts("test", "old key").seal_draw("o1", DRAW)
    assert examples.sealed_attempts("test", "new key", "old key").unseal_draw("o1", "a1", token) == DRAW
    for other in (examples.sealed_attempts("other", "old key"), examples.sealed_attempts("test", "new key")):
        with pytest.raises(AttemptInvalid):
            other.unseal_draw("o1", "a1", token)


def test_a_token_tells_nothing_of_the_questions() -> None:
    token = examples.sealed_attempts().seal_draw("o1", DRAW)
    assert not any(question.question_id in token for question in DRAW.questions)
