"""CustomerMessages: WeChat takes a few, for a short time after the person did something."""

import pytest

from chalicelib.domain.errors import WeChatRefused
from tests.contract.wechat.conftest import Side

OPENID, TEXT = "oSharer000000000000000000000", "您多了一次机会"


def errcode(side: Side, openid: str = OPENID, text: str = TEXT) -> int:
    """WeChat's error code for a message; 0 if it was taken."""
    try:
        side.account.send_text(openid, text)
    except WeChatRefused as refused:
        return refused.errcode
    return 0


@pytest.mark.parametrize(("text", "count"), [(True, 5), (False, 3)])
def test_so_many_messages_are_allowed(side: Side, text: bool, count: int) -> None:
    side.wechat.follow(OPENID)
    side.clock.advance(minutes=1)
    side.wechat.acts(OPENID, text)
    assert [errcode(side) for _ in range(count + 1)] == [0] * count + [45047]
    assert side.wechat.messages == [(OPENID, TEXT)] * count
    side.wechat.acts(OPENID)
    assert errcode(side) == 0


@pytest.mark.parametrize(("text", "seconds"), [(True, 48 * 3600), (False, 60)])
def test_messages_are_allowed_so_long(side: Side, text: bool, seconds: int) -> None:
    side.wechat.follow(OPENID)
    side.wechat.acts(OPENID, text)
    side.clock.advance(seconds=seconds - 1)
    assert errcode(side) == 0
    side.clock.advance(seconds=1)
    assert errcode(side) == 45015
    assert len(side.wechat.messages) == 1


def test_a_follow_allows_messages_and_an_unfollow_ends_them(side: Side) -> None:
    side.wechat.follow(OPENID)
    assert errcode(side) == 0
    side.wechat.unfollow(OPENID)
    assert errcode(side) == 43004


def test_nobody_else_may_be_reached(side: Side) -> None:
    side.wechat.authorize(OPENID)
    assert (errcode(side), errcode(side, "oNobody")) == (43004, 40003)
    assert side.wechat.messages == []


@pytest.mark.parametrize("text", ["", "字" * 683])
def test_wechat_refuses_other_lengths(side: Side, text: str) -> None:
    side.wechat.follow(OPENID)
    assert errcode(side, text=text) == 45002
    assert errcode(side, text="字" * 682) == 0
