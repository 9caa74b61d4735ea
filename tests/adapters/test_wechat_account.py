"""The account's adapter: answers that WeChat should not give, menus made on its website, the documented signature.

The ports' contract suites are in tests/contract/wechat.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import responses

from chalicelib.adapters.wechat.wechat_account import WeChatAccount
from chalicelib.adapters.wechat.wechat_api import WeChatApi
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.menu import restorable
from tests.support.clock import FakeClock
from tests.support.credentials import MemoryStore
from tests.support.examples import NOON
from tests.support.simulated_wechat import SimulatedWeChat, simulated_wechat
from tests.support.wechat import Call

VECTOR = json.loads((Path(__file__).parent.parent / "vectors" / "wechat-official.json").read_text("utf-8"))["jssdk"]
BASE, APP_ID = "https://api.example", "wxlocal0000000001"
CURRENT = f"{BASE}/cgi-bin/get_current_selfmenu_info"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOON)


@pytest.fixture
def simulator(clock: FakeClock) -> Iterator[SimulatedWeChat]:
    with simulated_wechat(clock) as simulator:
        yield simulator


@pytest.fixture
def account(simulator: SimulatedWeChat, clock: FakeClock) -> WeChatAccount:
    return simulator.account()


@pytest.fixture
def platform() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.post(f"{BASE}/cgi-bin/stable_token", json={"access_token": "TOKEN-1", "expires_in": 7200})
        yield mock


@pytest.fixture
def mocked(platform: responses.RequestsMock, clock: FakeClock) -> WeChatAccount:
    """An account whose platform is `platform`."""
    return WeChatAccount(WeChatApi(APP_ID, "S", BASE, MemoryStore(), clock, lambda _: None), APP_ID)


# Followers


@pytest.mark.parametrize("answer", [[], "x", 5, {"data": []}, {"data": {"openid": 5}}])
def test_a_malformed_page_is_to_be_tried_again(
    mocked: WeChatAccount, platform: responses.RequestsMock, answer: Any
) -> None:
    platform.get(f"{BASE}/cgi-bin/user/get", json=answer)
    with pytest.raises(TryAgain):
        mocked.followers_page("")


# QR codes


@pytest.mark.parametrize(("permanent", "seconds"), [(True, None), (False, 2_592_000)])
def test_a_temporary_code_lives_as_long_as_wechat_allows(
    account: WeChatAccount, simulator: SimulatedWeChat, permanent: bool, seconds: int | None
) -> None:
    address = account.create_code("scene", permanent)
    (code,) = simulator.world.account.codes()
    assert (code.url, code.expire_seconds) == (address, seconds)


def test_an_answer_without_an_address_is_to_be_tried_again(
    mocked: WeChatAccount, platform: responses.RequestsMock
) -> None:
    platform.post(f"{BASE}/cgi-bin/qrcode/create", json={"ticket": "T"})
    with pytest.raises(TryAgain):
        mocked.create_code("s", permanent=True)


# Menus


def test_a_hidden_menu_is_none(account: WeChatAccount, simulator: SimulatedWeChat) -> None:
    button = {"type": "click", "name": "信用查询", "key": "credit:query"}
    simulator.will_answer(Call.CURRENT_MENU, {"is_menu_open": 0, "selfmenu_info": {"button": [button]}})
    assert account.read_menu() is None
    assert simulator.asked.count(Call.CURRENT_MENU) == 1


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
"""The documentation's example of a menu that was made on the platform's website."""


def test_a_menu_made_on_the_website_is_kept_whole_and_restored_as_far_as_the_api_can(
    account: WeChatAccount, simulator: SimulatedWeChat
) -> None:
    simulator.will_answer(Call.CURRENT_MENU, BY_WEBSITE)
    saved = account.read_menu()
    assert saved == {
        "button": [
            {
                "name": "栏目",
                "sub_button": [
                    {"type": "view", "name": "网址", "url": "http://www.example.cn"},
                    {"type": "media_id", "name": "图文", "media_id": "NEWS-MEDIA"},
                    {"type": "video", "name": "视频", "value": "http://v.example.cn/1.mp4"},
                    {"type": "voice", "name": "语音", "value": "VOICE-MEDIA"},
                ],
            },
            {"type": "text", "name": "文字", "value": "您好！"},
            {"name": "图片栏", "sub_button": [{"type": "img", "name": "图片", "value": "IMG-MEDIA"}]},
        ]
    }
    menu, lost = restorable(saved)
    assert lost == ("视频", "语音", "文字", "图片")
    account.publish_menu(menu)  # the simulator refuses what the platform would refuse
    assert account.read_menu() == {
        "button": [{**saved["button"][0], "sub_button": saved["button"][0]["sub_button"][:2]}]
    }


@pytest.mark.parametrize("answer", [[], None, 5, {"is_menu_open": 1, "selfmenu_info": {}}, {"is_menu_open": 1}])
def test_a_menu_without_buttons(mocked: WeChatAccount, platform: responses.RequestsMock, answer: Any) -> None:
    platform.get(CURRENT, json=answer)
    assert mocked.read_menu() in (None, {"button": []})


# The JS-SDK


class Ticket(WeChatApi):
    def __init__(self) -> None:
        pass

    def get_js_ticket(self) -> str:
        return str(VECTOR["ticket"])


def test_the_documented_signature() -> None:
    sdk = WeChatAccount(Ticket(), APP_ID).sign_page(VECTOR["url"], int(VECTOR["timestamp"]), VECTOR["noncestr"])
    assert sdk == {
        "appId": APP_ID,
        "timestamp": int(VECTOR["timestamp"]),
        "nonceStr": VECTOR["noncestr"],
        "signature": VECTOR["signature"],
    }


def test_a_signature_is_for_its_own_page_alone(account: WeChatAccount, simulator: SimulatedWeChat) -> None:
    signatures = {
        account.sign_page(url, stamp, nonce)["signature"]
        for url in ("https://quiz.example.cn/", "https://quiz.example.cn/?e=1")
        for stamp in (1, 2)
        for nonce in ("a", "b")
    }
    assert len(signatures) == 8
    assert simulator.asked.count(Call.TICKET) == 1
