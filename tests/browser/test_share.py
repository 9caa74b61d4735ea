"""Sharing the page: the sheet, WeChat's own menu, and the chance that a friend brings."""

import re

import pytest
from playwright.sync_api import Route, expect

from infra.local.local_stack import Stack
from tests.browser.conftest import NewPhone
from tests.browser.phone import SDK, SDK_HOSTS, Phone

FIRST, SECOND = (host + "**" for host in SDK_HOSTS)
REFUSED = "net::ERR_FAILED"


def in_wechat(phones: NewPhone, contest: Stack) -> Phone:
    """A follower, signed in, in WeChat's browser; the page is not open yet."""
    phone = phones(contest)
    phone.act("follow")
    return phone


def left(phone: Phone) -> str:
    return phone.page.locator(".facts dd").nth(2).text_content() or ""


def test_the_sheet_shows_my_poster_and_copies_my_link(phone: Phone) -> None:
    page = phone.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    assert "/api/share" not in phone.asked
    phone.tap("share")
    phone.shows("share")
    expect(page.get_by_role("img", name="信用知识竞赛")).to_be_visible()
    expect(page.locator("main")).to_contain_text("长按图片，保存或发送给朋友")
    phone.until("document.querySelector('.poster img').naturalWidth === 750")
    link = page.get_by_label("我的链接").input_value()
    assert re.fullmatch(re.escape(phone.stack.url) + "/s/[0-9A-Za-z_-]{20,64}", link)
    phone.tap("point")
    expect(page.get_by_role("dialog")).to_contain_text("右上角")
    expect(phone.button("unpoint")).to_be_focused()
    phone.tap("unpoint")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("main")).not_to_contain_text(re.compile("必得|红包|奖"))

    phone.tap("copy")
    expect(phone.button("copy")).to_have_text("链接已复制")
    assert page.evaluate("navigator.clipboard.readText()") == link
    page.go_back()
    phone.shows("home")
    phone.tap("share")
    phone.shows("share")
    assert phone.asked.count("/api/share") == 1


def test_the_chance_is_promised_only_where_the_organiser_wants_it(phone: Phone) -> None:
    phone.is_told(referral_show="chance")
    phone.page.reload()
    phone.tap("share")
    phone.shows("share")
    expect(phone.page.locator("main")).to_contain_text("您也多一次开红包的机会")


def test_a_friend_who_follows_brings_a_chance_that_is_seen_at_once(phone: Phone, phones: NewPhone) -> None:
    phone.take_quiz()
    phone.open_packet()
    phone.tap("share")
    phone.shows("share")
    link = phone.page.get_by_label("我的链接").input_value()
    phone.tap("home")
    phone.shows("home")
    assert left(phone) == "0 次"

    friend = phones(phone.stack)
    friend.enter(link.removeprefix(phone.stack.url))
    friend.shows("notfollowing")
    expect(friend.button("share")).to_have_count(0)
    friend.follow_as_told()
    assert left(friend) == "1 次"

    phone.tap("share")
    phone.shows("share")
    phone.returns()
    news = phone.page.locator("main").get_by_text("好友已关注 · 机会 +1（7月14日）")
    expect(news).to_be_visible()
    expect(phone.page.locator("#live")).to_have_text("好友已关注 · 机会 +1（7月14日）")
    phone.tap("home")
    phone.shows("home")
    expect(news).to_be_visible()
    assert left(phone) == "1 次"
    phone.tap("record")
    expect(phone.page.locator("main")).to_contain_text("基础机会 1 次，好友关注 1 次；已用 1 次")
    phone.page.reload()
    phone.tap("home")
    phone.shows("home")
    # Said once.
    expect(news).to_have_count(0)
    phone.take_quiz()
    phone.open_packet()
    assert phone.me()["chances"] == {"granted": 2, "spent": 2}


def test_results_and_opened_packets_offer_it_too(phone: Phone) -> None:
    phone.take_quiz()
    for at in ("result", "packet"):
        phone.shows(at)
        phone.tap("share")
        phone.shows("share")
        phone.page.go_back()
        phone.shows(at)
        if at == "result":
            phone.open_packet()


def test_wechats_own_menu_shares_my_link(phones: NewPhone, contest: Stack) -> None:
    phone = in_wechat(phones, contest)
    phone.expects(REFUSED)
    phone.page.route(FIRST, lambda route: route.abort())
    phone.page.route(SECOND, lambda route: route.fulfill(body=SDK, content_type="text/javascript"))
    phone.enter()
    phone.shows("home")
    phone.tap("share")
    phone.until("window.wx && window.wx.told.timeline")

    told, given = phone.page.evaluate("[wx.told, wx.given]")
    assert set(told["friend"]) == {"title", "desc", "link", "imgUrl"}
    assert told["friend"]["link"].startswith(f"{contest.url}/s/")
    assert phone.page.request.get(told["friend"]["imgUrl"]).headers["content-type"] == "image/png"
    assert told["timeline"]["link"] == told["friend"]["link"]
    assert given["jsApiList"] == ["updateAppMessageShareData", "updateTimelineShareData"]
    assert re.fullmatch("[0-9a-f]{40}", given["signature"])


def test_the_menu_is_set_at_a_random_moment_if_nothing_is_tapped(phones: NewPhone, contest: Stack) -> None:
    phone = in_wechat(phones, contest)
    phone.page.add_init_script("Math.random = () => 0")
    phone.page.route(FIRST, lambda route: route.fulfill(body=SDK, content_type="text/javascript"))
    phone.enter()
    phone.shows("home")
    assert "/api/share" not in phone.asked
    phone.until("window.wx && window.wx.told.timeline")


@pytest.mark.parametrize("wrong", ["nothing comes", "something else comes", "no share data"])
def test_a_menu_that_cannot_be_set_is_no_matter(phones: NewPhone, contest: Stack, wrong: str) -> None:
    phone = in_wechat(phones, contest)
    phone.expects(REFUSED, 503)

    def sdk(route: Route) -> None:
        route.abort() if wrong == "nothing comes" else route.fulfill(body="1", content_type="text/javascript")

    phone.page.route(FIRST, sdk)
    phone.page.route(SECOND, sdk)
    if wrong == "no share data":
        phone.page.route("**/api/share?*", lambda route: route.fulfill(status=503, json={}))
    phone.enter()
    phone.shows("home")
    # A result sets the menu.
    phone.take_quiz()
    phone.page.wait_for_timeout(3_000)
    assert "/api/share" in phone.asked
    expect(phone.page.locator(".problem")).to_have_count(0)


def test_a_share_that_cannot_be_loaded_is_said_and_repeated(phone: Phone) -> None:
    phone.expects(503)
    phone.page.route("**/api/share?*", lambda route: route.fulfill(status=503, json={}))
    phone.tap("share")
    notice = phone.problem("try_again")
    expect(notice).to_be_visible()
    phone.page.unroute("**/api/share?*")
    notice.get_by_role("button").click()
    phone.shows("share")


def test_without_the_poster_there_is_the_code_and_without_both_the_link(phone: Phone) -> None:
    phone.expects(503)
    for picture in ("poster.png", "code"):
        phone.page.route(f"**/api/share/{picture}", lambda route: route.fulfill(status=503, json={}))
    phone.tap("share")
    phone.shows("share")
    expect(phone.page.locator("main")).to_contain_text("二维码暂时没有取到")
    expect(phone.page.get_by_label("我的链接")).to_be_visible()
    phone.page.unroute("**/api/share/code")
    phone.page.go_back()
    phone.tap("share")
    expect(phone.page.get_by_role("img", name="我的二维码")).to_be_visible()
    phone.until("document.querySelector('.code').naturalWidth > 100")


def test_with_sharing_off_nothing_offers_it_and_the_menu_hands_on_the_page_alone(
    phones: NewPhone, contest: Stack
) -> None:
    phone = in_wechat(phones, contest)
    phone.page.route(FIRST, lambda route: route.fulfill(body=SDK, content_type="text/javascript"))
    phone.page.add_init_script("Math.random = () => 0")
    phone.is_told(referral="off")
    phone.enter()
    phone.shows("home")
    phone.take_quiz()
    expect(phone.button("share")).to_have_count(0)
    phone.open_packet()
    expect(phone.button("share")).to_have_count(0)
    phone.until("window.wx && window.wx.told.timeline")
    told = phone.page.evaluate("wx.told.friend")
    assert (told["link"], told["imgUrl"]) == (f"{contest.url}/", f"{contest.url}/static/share.png")
    assert not [path for path in phone.asked if path.startswith("/api/share")]


def test_a_packet_won_in_quiet_hours_says_when_it_comes(phones: NewPhone, contest: Stack) -> None:
    phone = phones(contest)
    phone.is_told(paid_from="2020-07-15T08:00:00.000+08:00")
    phone.act("follow")
    phone.enter()
    phone.shows("home")
    phone.take_quiz()
    phone.tap("claim")
    phone.tap("open")
    expect(phone.page.locator(".slip")).to_contain_text("明天早上8点后到账")
    expect(phone.page.locator(".tag")).to_contain_text("待发放")
