"""Menus: WeChat shows the published menu until it is replaced or removed."""

from typing import Any

import pytest

from chalicelib.domain.errors import WeChatRefused
from chalicelib.domain.menu import contest_menu, restorable
from tests.contract.wechat.conftest import Side
from tests.support.examples import contest
from tests.support.wechat import Call

BUTTONS: list[dict[str, Any]] = [
    {"type": "click", "name": "信用查询", "key": "credit:query"},
    {"type": "view", "name": "资讯", "url": "https://news.example.cn/?a=1&b=2"},
    {"type": "scancode_push", "name": "扫码", "key": "k1"},
    {"type": "scancode_waitmsg", "name": "扫码等待", "key": "k2"},
    {"type": "pic_sysphoto", "name": "拍照", "key": "k3"},
    {"type": "pic_photo_or_album", "name": "拍照相册", "key": "k4"},
    {"type": "pic_weixin", "name": "相册", "key": "k5"},
    {"type": "location_select", "name": "位置", "key": "k6"},
    {"type": "miniprogram", "name": "小程序", "url": "http://x.cn", "appid": "wx1", "pagepath": "pages/a"},
    {"type": "media_id", "name": "素材", "media_id": "M1"},
    {"type": "view_limited", "name": "图文", "media_id": "M2"},
    {"type": "article_id", "name": "文章", "article_id": "A1"},
    {"type": "article_view_limited", "name": "文章页", "article_id": "A2"},
]
"""Every type that menu/create documents."""
OWN: dict[str, Any] = {"button": [{"name": "更多", "sub_button": BUTTONS[:5]}, BUTTONS[0], BUTTONS[1]]}


def test_without_a_menu_there_is_none(side: Side) -> None:
    assert side.account.read_menu() is None
    side.account.remove_menu()
    assert side.account.read_menu() is None


@pytest.mark.parametrize("button", BUTTONS, ids=lambda button: str(button["type"]))
def test_a_menu_comes_back_as_it_was_published(side: Side, button: dict[str, Any]) -> None:
    menu = {"button": [{"name": "更多", "sub_button": [button, {**button, "name": "再一个"}]}, button]}
    side.account.publish_menu(menu)
    assert side.account.read_menu() == menu
    assert restorable(menu) == (menu, ())


def test_a_menu_replaces_the_one_before(side: Side) -> None:
    side.account.publish_menu(OWN)
    contests = contest_menu(contest(), "https://quiz.example.cn/oauth/start?next=/")
    side.account.publish_menu(contests)
    assert side.account.read_menu() == contests
    side.account.publish_menu(OWN)
    assert side.account.read_menu() == OWN


def test_a_removed_menu_is_gone(side: Side) -> None:
    side.account.publish_menu(OWN)
    side.account.remove_menu()
    assert side.account.read_menu() is None


def test_removing_none_may_be_refused_as_such(side: Side) -> None:
    side.wechat.will_fail(Call.DELETE_MENU, 46003)
    side.account.remove_menu()


VIEW = BUTTONS[1]
REFUSED: list[tuple[list[dict[str, Any]], int]] = [
    ([], 40016),
    ([VIEW] * 4, 40016),
    ([{"name": "更多", "sub_button": [VIEW] * 6}], 40016),
    ([{**VIEW, "name": "五个字还多"[:5] + "了"}], 40018),
    ([{**VIEW, "name": ""}], 40018),
    ([{"type": "text", "name": "网站制作", "value": "您好"}], 40017),
    ([{"type": "click", "name": "键", "key": "k" * 129}], 40019),
    ([{"type": "view", "name": "址", "url": "ftp://x"}], 40054),
]


@pytest.mark.parametrize(("buttons", "errcode"), REFUSED, ids=lambda value: str(value)[:30])
def test_wechat_refuses_other_menus_and_shows_the_one_before(
    side: Side, buttons: list[dict[str, Any]], errcode: int
) -> None:
    side.account.publish_menu(OWN)
    with pytest.raises(WeChatRefused) as caught:
        side.account.publish_menu({"button": buttons})
    assert caught.value.errcode == errcode
    assert side.account.read_menu() == OWN
