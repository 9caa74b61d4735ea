"""The reporting unit: found by what people call it, chosen once, or never asked for again."""

from playwright.sync_api import ViewportSize, expect

from infra.local.local_stack import Stack
from tests.browser.conftest import NewPhone
from tests.browser.phone import Phone

ABOVE_A_KEYBOARD = ViewportSize(width=360, height=340)
_IN_VIEW = """() => [...document.querySelectorAll('.pick')].filter((row) => {
  const { top, bottom } = row.getBoundingClientRect();
  return top >= document.querySelector('.find').getBoundingClientRect().bottom - 1 && bottom <= innerHeight;
}).length"""


def test_a_unit_is_found_by_its_everyday_name_and_chosen_once(phone: Phone) -> None:
    page, field, picks = phone.page, phone.page.get_by_role("searchbox"), phone.page.locator(".pick")
    phone.tap("units")
    phone.shows("units")
    everything = picks.count()
    assert everything > 50
    page.get_by_role("button", name="企业").click()
    expect(picks.first).to_have_text("江苏有线洪泽分公司")
    page.get_by_role("button", name="企业").click()
    expect(picks).to_have_count(everything)

    page.set_viewport_size(ABOVE_A_KEYBOARD)
    field.tap()
    field.press_sequentially("局")
    assert page.evaluate(_IN_VIEW) >= 4
    page.mouse.wheel(0, 9_000)
    expect(picks.last).to_be_in_viewport()
    expect(field).to_be_in_viewport()
    field.fill("没有这个")
    expect(page.get_by_role("status").filter(has_text="没有找到")).to_be_visible()
    expect(phone.button("no-unit").last).to_be_visible()
    field.fill("公安局")
    expect(picks.first).to_have_text("公安分局公安局")
    phone.tap("pick")
    expect(page.locator("main")).to_contain_text("登记后不能更改")
    phone.tap("units")
    expect(field).to_have_value("公安局")
    field.fill("jiaoyu")
    phone.tap("pick")
    phone.tap("save-unit")

    expect(page.locator("[data-unit]")).to_have_text("区教体局")
    phone.tap("home")
    expect(page.locator("main")).to_contain_text("您的单位：区教体局")
    expect(phone.button("units")).to_have_count(0)
    assert phone.me()["unit"] == "区教体局"


def test_one_chosen_on_another_phone_is_not_overwritten(phone: Phone) -> None:
    phone.expects(409)
    phone.tap("units")
    taken = phone.page.request.put(f"{phone.stack.url}/api/me/unit", data={"unit": "三河镇"})
    assert taken.status == 200
    phone.page.get_by_role("searchbox").fill("蒋 坝")
    phone.tap("pick")
    phone.tap("save-unit")
    expect(phone.problem("unit_already_set")).to_be_visible()
    expect(phone.page.locator("[data-unit]")).to_have_text("三河镇")
    assert phone.me()["unit"] == "三河镇"


def test_a_result_asks_once_and_who_takes_part_for_no_unit_is_not_asked_again(phone: Phone) -> None:
    phone.take_quiz()
    phone.tap("units")
    phone.tap("no-unit")
    phone.shows("result")
    expect(phone.button("units")).to_have_count(0)
    phone.page.goto(phone.stack.url)
    phone.shows("home")
    expect(phone.button("units")).to_have_count(0)
    phone.tap("record")
    expect(phone.button("units")).to_be_visible()


def test_after_the_closing_no_unit_is_offered(phone: Phone, closed: Stack) -> None:
    phone.page.goto(closed.url)
    phone.shows("closed")
    phone.tap("record")
    expect(phone.page.locator("main")).to_contain_text("没有登记单位")
    phone.page.goto(f"{closed.url}/#units")
    expect(phone.page.locator("main")).to_contain_text("不能再登记单位")
    expect(phone.button("units").or_(phone.button("pick"))).to_have_count(0)


def test_the_unit_of_a_scanned_code_is_confirmed_at_home(phones: NewPhone, contest: Stack) -> None:
    phone = phones(contest)
    phone.act("follow")
    phone.page.request.get(phone.entry())
    phone.page.request.put(f"{contest.url}/api/me/unit", data={"unit": "岔河镇"})
    phone.page.goto(contest.url)
    expect(phone.page.locator("main")).to_contain_text("您的单位：岔河镇")
