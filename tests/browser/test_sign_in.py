"""Signing in, following, and the failures of both."""

from playwright.sync_api import expect

from infra.local.local_stack import Stack
from tests.browser.conftest import NewPhone
from tests.browser.phone import LOST


def test_one_who_is_not_signed_in_signs_in_and_is_at_home(phones: NewPhone, contest: Stack) -> None:
    phone = phones(contest)
    phone.expects(401)
    phone.act("follow")
    phone.be_known()

    phone.open_signed_out()
    phone.shows("signin")
    phone.tap("signin")

    phone.shows("home")
    expect(phone.page.locator(".lead h2")).to_have_text("答对 5 题，开红包")


def test_one_who_opens_the_page_in_wechat_is_signed_in_without_a_tap(phones: NewPhone, contest: Stack) -> None:
    phone = phones(contest)
    phone.act("follow")
    phone.be_known()
    phone.page.goto(contest.url)
    phone.shows("home")
    assert phone.calls() == ["/api/me"]


def test_one_who_does_not_follow_presses_the_code_and_goes_on_by_returning(phones: NewPhone, contest: Stack) -> None:
    phone = phones(contest)
    phone.enter()
    phone.shows("notfollowing")
    expect(phone.page.get_by_role("img")).to_have_count(0)
    phone.tap("follow")
    phone.shows("follow")
    code = phone.page.get_by_role("img", name="苏信服")
    phone.until("document.querySelector('.account').naturalWidth > 100")
    box = code.bounding_box()
    assert box
    assert box["width"] == 200
    expect(phone.page.locator("img")).to_have_count(1)
    expect(phone.page.get_by_role("status").first).to_have_text("")

    # Signing in again, which asks WeChat at most once a minute, leads back and looks by itself.
    phone.tap("followed")
    expect(phone.page.locator(".told")).to_contain_text("还没有收到关注消息，通常几秒内到达")
    phone.shows("follow")
    phone.act("follow")
    phone.returns(0)

    phone.shows("home")
    expect(phone.page.get_by_text("已关注，可以答题了").first).to_be_visible()
    phone.tap("start")
    phone.shows("question")
    phone.tap("home")
    phone.tap("leave")
    phone.shows("home")
    expect(phone.page.locator("main")).not_to_contain_text("已关注")


def test_a_follower_who_signs_in_again_is_at_home(phones: NewPhone, contest: Stack) -> None:
    phone = phones(contest)
    phone.act("follow")
    phone.page.request.get(phone.entry())
    phone.page.goto(f"{contest.url}/#follow")
    phone.shows("home")
    expect(phone.page.locator("main")).to_contain_text("已关注，可以答题了")
    assert phone.calls() == ["/api/me"]
    assert phone.page.evaluate("location.hash") == ""


def test_gone_prizes_and_a_lost_code_are_said_first(phones: NewPhone, contest: Stack) -> None:
    phone = phones(contest)
    phone.expects(LOST)
    phone.is_told(prizes="none")
    phone.page.route("**/api/follow-code", lambda route: route.abort())
    phone.enter()
    for screen in ("notfollowing", "follow"):
        phone.shows(screen)
        text = phone.page.locator("main .sheet").inner_text()
        assert text.startswith("红包已全部领完"), text
        if screen == "notfollowing":
            assert "发完为止" not in text
            phone.tap("follow")
    expect(phone.page.locator("main")).to_contain_text("二维码暂时没有取到")
    phone.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    phone.tap("copy")
    expect(phone.button("copy")).to_have_text("名称已复制")
    assert phone.page.evaluate("navigator.clipboard.readText()") == "苏信服"
    phone.follow_from_here()
    phone.take_quiz()
    expect(phone.page.locator(".score")).to_contain_text("红包已经发完")
    phone.tap("home")
    phone.tap("record")
    expect(phone.page.locator("main")).to_contain_text("没有开到红包")


def test_another_browser_is_told_to_open_wechat(phones: NewPhone, contest: Stack) -> None:
    phone = phones(contest, agent=None)
    phone.expects(401)
    phone.page.goto(contest.url)
    phone.tap("outside")
    phone.shows("outside")
    expect(phone.page.get_by_label("本页链接")).to_have_value(contest.url + "/")


def test_one_who_followed_before_anything_else_needs_no_second_look(phones: NewPhone, contest: Stack) -> None:
    """Their follow event was lost, so WeChat is asked at the first sign-in."""
    phone = phones(contest)
    phone.act("follow", send=False)
    phone.enter()
    phone.shows("home")


def test_a_failed_sign_in_is_said_and_repeated(phones: NewPhone, contest: Stack) -> None:
    phone = phones(contest)
    phone.act("follow")
    phone.be_known()

    phone.page.goto(f"{contest.url}/oauth/callback?code=x&state=y")
    phone.shows("error")
    expect(phone.page.get_by_role("alert")).to_contain_text("重新登录")
    phone.tap("signin")

    phone.shows("home")


def test_the_link_in_the_chat_leads_home(phones: NewPhone, contest: Stack) -> None:
    phone = phones(contest)
    phone.act("follow")
    reply = phone.act("text", content="答题")["reply"]["text"]
    (link,) = [word for word in reply.split() if word.startswith(contest.url)]

    phone.enter(link.removeprefix(contest.url))

    phone.shows("home")


def test_two_people_share_a_phone_and_see_only_their_own_quiz(phones: NewPhone, contest: Stack) -> None:
    one, other = phones(contest), phones(contest)
    one.act("follow")
    other.act("follow")
    one.enter()
    one.tap("start")
    one.choose(right=True)
    one.page.goto(other.entry())
    one.shows("home")
    expect(one.button("start")).to_have_text("开始答题")
    one.enter()
    one.shows("home")
    expect(one.button("start")).to_contain_text("已答 1/10")
