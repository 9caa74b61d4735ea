"""Platform: a token and a ticket, also with separate credentials."""

from tests.contract.wechat.conftest import Side
from tests.support.wechat import Call

MENU = {"button": [{"type": "view", "name": "官网", "url": "https://own.example/"}]}


def test_credentials_stay_the_same(side: Side) -> None:
    token, ticket = side.account.get_access_token(), side.account.get_js_ticket()
    assert token
    assert ticket
    assert (side.account.get_access_token(), side.account.get_js_ticket()) == (token, ticket)


def test_a_fresh_account_asks_for_credentials_of_its_own(side: Side) -> None:
    for number in range(1, 4):
        assert side.fresh_account().get_access_token()
        assert side.wechat.asked.count(Call.TOKEN) == number


def test_a_fresh_account_leaves_the_shared_credentials_alone(side: Side) -> None:
    side.account.publish_menu(MENU)
    token, ticket = side.account.get_access_token(), side.account.get_js_ticket()
    fresh = side.fresh_account()
    assert fresh.get_access_token()
    assert fresh.get_js_ticket()
    assert fresh.read_menu() == MENU
    assert (side.account.get_access_token(), side.account.get_js_ticket()) == (token, ticket)
    assert side.account.read_menu() == MENU
