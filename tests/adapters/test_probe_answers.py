"""What the function `probe` tells comes back as it was, and says nothing of whom it is about."""

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.http.probe_answers import platform_answers, platform_body, smoke_body, smoke_told
from chalicelib.domain.claims import PayoutStatus, SendOrder
from chalicelib.domain.payouts import Answer, Reply
from chalicelib.domain.smoke import SmokePayment, SmokeShown, SmokeTold
from chalicelib.ports import PlatformAnswers
from chalicelib.usecases.pay_smoke import Told

MOMENTS = st.datetimes(timezones=st.just(UTC))
CODES = st.none() | st.integers()


@given(st.builds(PlatformAnswers, CODES, CODES, CODES, st.none() | st.just({"button": []})))
def test_answers_of_the_platform(answers: PlatformAnswers) -> None:
    assert platform_answers(json.loads(json.dumps(platform_body(answers)))) == answers


@given(
    st.builds(SmokeShown, begun_at=MOMENTS, waits_until=st.none() | MOMENTS),
    st.none() | st.builds(Answer, st.sampled_from(Reply), code=st.text()),
    st.booleans(),
)
def test_a_smoke_payment_and_whether_anybody_was_asked(
    payment: SmokeShown, answer: Answer | None, has_sent: bool
) -> None:
    told = SmokeTold(payment, answer, has_sent)
    assert smoke_told(json.loads(json.dumps(smoke_body(told)))) == told


def test_whom_it_is_for_stays_behind() -> None:
    order = SendOrder("SMOKE1", "oWhoever", 100, ())
    payment = SmokePayment(1, order, datetime(2020, 7, 1, tzinfo=UTC), PayoutStatus.SENT)
    told = json.dumps(smoke_body(Told(payment, Answer(Reply.SENT), has_sent=True).shown))
    assert "SMOKE1" in told
    assert "oWhoever" not in told
