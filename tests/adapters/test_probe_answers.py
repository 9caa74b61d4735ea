"""The answers of `probe` survive the way through JSON."""

import json

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.http.probe_answers import platform_answers, platform_body
from chalicelib.ports import PlatformAnswers

CODES = st.none() | st.integers()


@given(st.builds(PlatformAnswers, CODES, CODES, CODES, st.none() | st.just({"button": []})))
def test_answers_of_the_platform(answers: PlatformAnswers) -> None:
    assert platform_answers(json.loads(json.dumps(platform_body(answers)))) == answers
