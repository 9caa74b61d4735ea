"""Every port of WeChat: a refusal is WeChatRefused with WeChat's code, silence is TryAgain."""

from collections.abc import Callable

import pytest

from chalicelib.domain.errors import CodeUsed, TryAgain, WeChatRefused
from tests.contract.wechat.conftest import Side
from tests.support.wechat import Call
from tests.support.world import Trouble

OPENID = "oAlice0000000000000000000000"
MENU = {"button": [{"type": "view", "name": "官网", "url": "https://own.example/"}]}
CALLS: dict[Call, Callable[[Side], object]] = {
    Call.AUTHORIZATION: lambda side: side.sign_in.identify_visitor(side.wechat.authorize(OPENID)),
    Call.USER_INFO: lambda side: side.sign_in.is_following(OPENID),
    Call.FOLLOWERS: lambda side: side.account.followers_page(""),
    Call.CODE: lambda side: side.account.create_code("scene", permanent=True),
    Call.MESSAGE: lambda side: side.account.send_text(OPENID, "您好"),
    Call.CURRENT_MENU: lambda side: side.account.read_menu(),
    Call.CREATE_MENU: lambda side: side.account.publish_menu(MENU),
    Call.DELETE_MENU: lambda side: side.account.remove_menu(),
    Call.TOKEN: lambda side: side.fresh_account().get_access_token(),
    Call.TICKET: lambda side: side.fresh_account().get_js_ticket(),
}
each_call = pytest.mark.parametrize("call", CALLS)


def test_these_are_all_calls() -> None:
    assert set(CALLS) == set(Call)


@each_call
@pytest.mark.parametrize("errcode", [-1, 45009, 48001])
def test_a_refusal_has_wechat_s_code(side: Side, call: Call, errcode: int) -> None:
    side.wechat.follow(OPENID)
    side.wechat.will_fail(call, errcode)
    with pytest.raises(WeChatRefused) as caught:
        CALLS[call](side)
    assert caught.value.errcode == errcode
    CALLS[call](side)


@each_call
def test_silence_is_try_again(failing_side: Side, call: Call) -> None:
    failing_side.wechat.follow(OPENID)
    failing_side.wechat.silent.add(call)
    with pytest.raises(TryAgain) as caught:
        CALLS[call](failing_side)
    assert not isinstance(caught.value, WeChatRefused)
    failing_side.wechat.silent.clear()
    CALLS[call](failing_side)


def test_what_happened_before_the_answer_was_lost_has_happened(side: Side) -> None:
    side.wechat.follow(OPENID)
    for call in (Call.CODE, Call.MESSAGE, Call.CREATE_MENU):
        side.wechat.will_fail(call, Trouble.LOST)
        with pytest.raises(TryAgain):
            CALLS[call](side)
    assert (len(side.wechat.scenes), len(side.wechat.messages)) == (1, 1)
    assert side.account.read_menu() == MENU
    side.wechat.will_fail(Call.DELETE_MENU, Trouble.LOST)
    with pytest.raises(TryAgain):
        side.account.remove_menu()
    assert side.account.read_menu() is None


def test_a_code_whose_answer_was_lost_is_used(side: Side) -> None:
    code = side.wechat.authorize(OPENID)
    side.wechat.will_fail(Call.AUTHORIZATION, Trouble.LOST)
    with pytest.raises(TryAgain):
        side.sign_in.identify_visitor(code)
    with pytest.raises(CodeUsed):
        side.sign_in.identify_visitor(code)
