"""One message through the relay: its outcome, which causes no alarm."""

from chalicelib.ports import CallbackRequest, Measure, OwnAnswer, RelayOutcome
from chalicelib.usecases.check_relay import RelayCheck
from tests.support.bench import Bench
from tests.support.own_server import FakeOwnServer

MESSAGE = CallbackRequest("signature=s", b"<xml>", {}, 0.0)


class Measuring(FakeOwnServer):
    """A fake that reports measures as the adapter does."""

    def __init__(self, answer: OwnAnswer | None, measure: Measure) -> None:
        super().__init__(answer)
        self.measure = measure

    def pass_on(self, request: CallbackRequest) -> OwnAnswer | None:
        answer = super().pass_on(request)
        self.measure({"RelayMs": 41.6} if answer else {"RelaysFailed": 1}, "" if answer else "timeout")
        return answer


def checked(answer: OwnAnswer | None) -> RelayOutcome:
    return RelayCheck(lambda measure: Measuring(answer, measure)).check_relay(MESSAGE)


def test_an_answer_is_told_with_its_time() -> None:
    assert checked(OwnAnswer(b"<xml>")) == RelayOutcome(has_reply=True, milliseconds=42)
    assert checked(OwnAnswer(b"success")) == RelayOutcome(has_reply=False, milliseconds=42)


def test_a_failure_is_told_with_its_reason() -> None:
    assert checked(None) == RelayOutcome(failure="timeout")


def test_a_contest_that_has_the_account_to_itself_has_nothing_to_check() -> None:
    assert Bench().app.relay_check is None
