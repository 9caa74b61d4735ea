"""Notifying a sharer of a new chance: only if WeChat takes it, only while the contest is open, and never twice."""

from datetime import datetime, timedelta

import pytest

from tests.support.bench import Bench
from tests.support.examples import CLOSES, LINK, OPENS
from tests.support.wechat import Call
from tests.support.world import Trouble


def test_a_sharer_is_told_with_the_link(bench: Bench) -> None:
    bench.wechat.follow("o1")
    assert bench.app.notices.notify_sharer("o1") is True
    ((openid, text),) = bench.wechat.messages
    assert openid == "o1"
    assert LINK in text
    assert "{" not in text


@pytest.mark.parametrize("moment", [OPENS - timedelta(microseconds=1), CLOSES])
def test_outside_the_window_nothing_is_sent(bench: Bench, moment: datetime) -> None:
    bench.clock.now = moment
    bench.wechat.follow("o1")
    assert bench.app.notices.notify_sharer("o1") is False
    assert bench.wechat.messages == []


@pytest.mark.parametrize("failure", [Trouble.BUSY, 45015, 45047])
def test_what_wechat_refuses_is_not_tried_again(bench: Bench, failure: int | Trouble) -> None:
    bench.wechat.follow("o1")
    bench.wechat.will_fail(Call.MESSAGE, failure)
    assert bench.app.notices.notify_sharer("o1") is False
    assert bench.wechat.messages == []
    assert bench.wechat.asked == [Call.MESSAGE]
