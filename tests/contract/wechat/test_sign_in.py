"""VisitorSignIn: an authorization code names a visitor once, and user/info knows who follows."""

from datetime import timedelta

import pytest

from chalicelib.domain.errors import CodeUsed, WeChatRefused
from chalicelib.ports import Visitor
from tests.contract.wechat.conftest import Side
from tests.support.wechat import Call

OPENID = "oAlice0000000000000000000000"


@pytest.mark.parametrize("snapshot", [False, True])
def test_a_code_names_its_visitor_once(side: Side, snapshot: bool) -> None:
    code = side.wechat.authorize(OPENID, snapshot)
    assert side.sign_in.identify_visitor(code) == Visitor(OPENID, snapshot)
    with pytest.raises(CodeUsed):
        side.sign_in.identify_visitor(code)


def test_each_code_names_its_own_visitor(side: Side) -> None:
    codes = {openid: side.wechat.authorize(openid) for openid in ("o1", "o2", OPENID)}
    for openid, code in reversed(codes.items()):
        assert side.sign_in.identify_visitor(code) == Visitor(openid, snapshot=False)


def test_an_unknown_code_names_nobody(side: Side) -> None:
    assert side.sign_in.identify_visitor("no-such-code") is None


def test_a_code_lasts_five_minutes(side: Side) -> None:
    early, late = side.wechat.authorize("o1"), side.wechat.authorize("o2")
    side.clock.now += timedelta(seconds=299)
    assert side.sign_in.identify_visitor(early) == Visitor("o1", snapshot=False)
    side.clock.now += timedelta(seconds=1)
    assert side.sign_in.identify_visitor(late) is None


def test_a_code_that_wechat_refuses_names_nobody(side: Side) -> None:
    side.wechat.will_fail(Call.AUTHORIZATION, 40029, 40163)
    assert side.sign_in.identify_visitor(side.wechat.authorize(OPENID)) is None
    with pytest.raises(CodeUsed):
        side.sign_in.identify_visitor(side.wechat.authorize(OPENID))


def test_without_a_code_wechat_refuses(side: Side) -> None:
    with pytest.raises(WeChatRefused) as caught:
        side.sign_in.identify_visitor("")
    assert caught.value.errcode == 41008


def test_who_follows(side: Side) -> None:
    side.sign_in.identify_visitor(side.wechat.authorize(OPENID))
    assert not side.sign_in.is_following(OPENID)
    side.wechat.follow(OPENID)
    assert side.sign_in.is_following(OPENID)
    side.wechat.unfollow(OPENID)
    assert not side.sign_in.is_following(OPENID)


def test_an_openid_that_is_not_the_account_s_does_not_follow(side: Side) -> None:
    assert not side.sign_in.is_following("oNobody")
