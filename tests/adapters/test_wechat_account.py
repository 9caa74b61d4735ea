"""The account on WeChat's platform: followers page by page, codes, menus there and back, customer messages, the SDK."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import responses

from chalicelib.adapters.wechat.wechat_account import WeChatAccount
from chalicelib.adapters.wechat.wechat_api import WeChatApi
from chalicelib.domain.errors import TryAgain, WeChatRefused
from chalicelib.domain.menu import contest_menu, restorable
from tests.support.clock import FakeClock
from tests.support.credentials import MemoryStore
from tests.support.examples import NOON, contest
from tests.support.platform import SimulatedWeChat, simulated_wechat

VECTOR = json.loads((Path(__file__).parent.parent / "vectors" / "wechat-official.json").read_text("utf-8"))["jssdk"]
BASE, APP_ID = "https://api.example", "wxlocal0000000001"
PAGE = 10
CURRENT = f"{BASE}/cgi-bin/get_current_selfmenu_info"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOON)


@pytest.fixture
def simulator(clock: FakeClock) -> Iterator[SimulatedWeChat]:
    with simulated_wechat(clock, followers_page=PAGE) as simulator:
        yield simulator


@pytest.fixture
def account(simulator: SimulatedWeChat, clock: FakeClock) -> WeChatAccount:
    return WeChatAccount(simulator.api(clock), APP_ID)


@pytest.fixture
def platform() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.post(f"{BASE}/cgi-bin/stable_token", json={"access_token": "TOKEN-1", "expires_in": 7200})
        yield mock


@pytest.fixture
def told(platform: responses.RequestsMock, clock: FakeClock) -> WeChatAccount:
    """An account whose platform answers as `platform` is told."""
    return WeChatAccount(WeChatApi(APP_ID, "S", BASE, MemoryStore(), clock, lambda _: None), APP_ID)


# Followers


def pages_of(account: WeChatAccount) -> list[list[str]]:
    pages: list[list[str]] = []
    after = ""
    while True:
        openids, after = account.followers(after)
        if not openids:
            return pages
        pages.append(openids)


@pytest.mark.parametrize(("count", "pages"), [(0, 0), (1, 1), (PAGE, 1), (PAGE + 1, 2), (35, 4)])
def test_followers_come_page_by_page(
    account: WeChatAccount, simulator: SimulatedWeChat, count: int, pages: int
) -> None:
    openids = simulator.add_followers(count)
    found = pages_of(account)
    assert [openid for page in found for openid in page] == openids
    assert len(found) == pages
    assert simulator.asked.count("user/get") == pages + 1


def test_who_leaves_between_two_pages_hides_nobody(account: WeChatAccount, simulator: SimulatedWeChat) -> None:
    openids = simulator.add_followers(25)
    first, after = account.followers("")
    left = simulator.world.people.find(first[-1])
    assert left
    simulator.world.people.unfollow(left)
    second, _ = account.followers(after)
    assert (first, second) == (openids[:10], openids[10:20])


@pytest.mark.parametrize("answer", [[], "x", 5, {"data": []}, {"data": {"openid": 5}}])
def test_a_page_without_sense_is_to_be_tried_again(
    told: WeChatAccount, platform: responses.RequestsMock, answer: Any
) -> None:
    platform.get(f"{BASE}/cgi-bin/user/get", json=answer)
    with pytest.raises(TryAgain):
        told.followers("")


# QR codes


@pytest.mark.parametrize("permanent", [True, False])
@pytest.mark.parametrize("scene", ["u.0123456789abcdef", "x", "s" * 64, "A_b-9"])
def test_a_code_carries_its_scene(
    account: WeChatAccount, simulator: SimulatedWeChat, scene: str, permanent: bool
) -> None:
    address = account.code(scene, permanent)
    (code,) = simulator.world.account._codes.values()
    assert (code.scene, code.url) == (scene, address)
    assert code.expire_seconds == (None if permanent else 2_592_000)


@pytest.mark.parametrize("scene", ["", "s" * 65])
def test_a_scene_that_wechat_does_not_take(account: WeChatAccount, scene: str) -> None:
    with pytest.raises(WeChatRefused):
        account.code(scene, permanent=True)


def test_an_answer_without_an_address_is_to_be_tried_again(
    told: WeChatAccount, platform: responses.RequestsMock
) -> None:
    platform.post(f"{BASE}/cgi-bin/qrcode/create", json={"ticket": "T"})
    with pytest.raises(TryAgain):
        told.code("s", permanent=True)


# Menus

BY_API: list[dict[str, Any]] = [
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


@pytest.mark.parametrize("button", BY_API, ids=lambda button: str(button["type"]))
def test_a_menu_made_by_the_api_comes_back_as_it_was(account: WeChatAccount, button: dict[str, Any]) -> None:
    menu = {"button": [{"name": "更多", "sub_button": [button, {**button, "name": "再一个"}]}, button]}
    account.publish_menu(menu)
    found = account.menu()
    assert found == menu
    assert restorable(menu) == (menu, ())
    account.publish_menu(contest_menu(contest(), "https://quiz.example.cn/"))
    assert account.menu() != menu
    account.publish_menu(found)
    assert account.menu() == menu


def test_the_contests_own_menu_is_one_that_wechat_takes(account: WeChatAccount) -> None:
    menu = contest_menu(contest(), "https://quiz.example.cn/oauth/start?next=/")
    account.publish_menu(menu)
    assert account.menu() == menu


def test_a_menu_that_is_not_there_or_hidden_is_none(account: WeChatAccount, simulator: SimulatedWeChat) -> None:
    assert account.menu() is None
    account.remove_menu()  # nor is removing it an error
    hidden = {"is_menu_open": 0, "selfmenu_info": {"button": [BY_API[0]]}}
    simulator.canned["get_current_selfmenu_info"] = [hidden]
    assert account.menu() is None
    assert simulator.canned == {"get_current_selfmenu_info": []}


def test_removing_what_is_not_there_is_no_error_and_anything_else_is(
    account: WeChatAccount, simulator: SimulatedWeChat
) -> None:
    simulator.refuse("menu/delete", 46003, 48001)
    account.remove_menu()
    with pytest.raises(WeChatRefused) as caught:
        account.remove_menu()
    assert caught.value.errcode == 48001


BY_WEBSITE = {
    "is_menu_open": 1,
    "selfmenu_info": {
        "button": [
            {
                "name": "栏目",
                "sub_button": {
                    "list": [
                        {"type": "view", "name": "网址", "url": "http://www.example.cn"},
                        {
                            "type": "news",
                            "name": "图文",
                            "value": "NEWS-MEDIA",
                            "news_info": {
                                "list": [{"title": "T", "content_url": "http://mp.example.cn/s", "author": ""}]
                            },
                        },
                        {"type": "video", "name": "视频", "value": "http://v.example.cn/1.mp4"},
                        {"type": "voice", "name": "语音", "value": "VOICE-MEDIA"},
                    ]
                },
            },
            {"type": "text", "name": "文字", "value": "您好！"},
            {"name": "图片栏", "sub_button": {"list": [{"type": "img", "name": "图片", "value": "IMG-MEDIA"}]}},
        ]
    },
}
"""As the documentation shows a menu that was made on the platform's website."""


def test_a_menu_made_on_the_website_is_kept_whole_and_restored_as_far_as_the_api_can(
    account: WeChatAccount, simulator: SimulatedWeChat
) -> None:
    simulator.canned["get_current_selfmenu_info"] = [BY_WEBSITE]
    saved = account.menu()
    assert saved == {
        "button": [
            {
                "name": "栏目",
                "sub_button": [
                    {"type": "view", "name": "网址", "url": "http://www.example.cn"},
                    {"type": "media_id", "name": "图文", "media_id": "NEWS-MEDIA"},
                    {"type": "view", "name": "视频", "url": "http://v.example.cn/1.mp4"},
                    {"type": "voice", "name": "语音", "value": "VOICE-MEDIA"},
                ],
            },
            {"type": "text", "name": "文字", "value": "您好！"},
            {"name": "图片栏", "sub_button": [{"type": "img", "name": "图片", "value": "IMG-MEDIA"}]},
        ]
    }
    menu, lost = restorable(saved)
    assert lost == ("语音", "文字", "图片")
    account.publish_menu(menu)  # the simulator refuses what the platform would refuse
    assert account.menu() == {"button": [{**saved["button"][0], "sub_button": saved["button"][0]["sub_button"][:3]}]}


@pytest.mark.parametrize("answer", [[], None, 5, {"is_menu_open": 1, "selfmenu_info": {}}, {"is_menu_open": 1}])
def test_a_menu_without_buttons(told: WeChatAccount, platform: responses.RequestsMock, answer: Any) -> None:
    platform.get(CURRENT, json=answer)
    assert told.menu() in (None, {"button": []})


# Customer messages


def test_a_customer_message_arrives_only_while_wechat_allows_it(
    account: WeChatAccount, simulator: SimulatedWeChat, clock: FakeClock
) -> None:
    (openid,) = simulator.add_followers(1)
    person = simulator.world.people.find(openid)
    assert person
    with pytest.raises(WeChatRefused) as caught:
        account.tell(openid, "您多了一次机会")
    assert caught.value.errcode == 45015
    simulator.world.people.allow_replies(person, count=1, seconds=60)
    account.tell(openid, "您多了一次机会")
    assert person.chat[-1].text == "您多了一次机会"
    with pytest.raises(WeChatRefused) as caught:
        account.tell(openid, "又一次")
    assert caught.value.errcode == 45047


# The JS-SDK


class Ticket(WeChatApi):
    def __init__(self) -> None:
        pass

    def ticket(self) -> str:
        return str(VECTOR["ticket"])


@pytest.mark.parametrize("behind", ["", "#", "#wechat_redirect", "#a#b"])
def test_the_documents_signature(behind: str) -> None:
    sdk = WeChatAccount(Ticket(), APP_ID).sdk(VECTOR["url"] + behind, int(VECTOR["timestamp"]), VECTOR["noncestr"])
    assert sdk == {
        "appId": APP_ID,
        "timestamp": int(VECTOR["timestamp"]),
        "nonceStr": VECTOR["noncestr"],
        "signature": VECTOR["signature"],
    }


def test_a_signature_is_for_its_own_page_alone(account: WeChatAccount, simulator: SimulatedWeChat) -> None:
    signatures = {
        account.sdk(url, stamp, nonce)["signature"]
        for url in ("https://quiz.example.cn/", "https://quiz.example.cn/?e=1")
        for stamp in (1, 2)
        for nonce in ("a", "b")
    }
    assert len(signatures) == 8
    assert simulator.asked.count("ticket/getticket") == 1
