"""The reporting unit: found by typing, chosen once."""

from playwright.sync_api import expect

from tests.browser.phone import Phone


def test_a_unit_is_found_by_typing_and_chosen_once(phone: Phone) -> None:
    page = phone.page
    phone.tap("record")
    phone.shows("record")
    phone.tap("unit")
    expect(page.get_by_role("searchbox")).to_be_focused()
    everything = page.locator(".pick").count()
    assert everything > 50

    page.get_by_role("searchbox").press_sequentially("蒋 坝")
    expect(page.locator(".pick")).to_have_text(["蒋坝镇"])
    page.get_by_role("searchbox").fill("没有这个")
    expect(page.locator(".found")).to_contain_text("没有找到")
    page.get_by_role("searchbox").fill("卫健")
    phone.tap("pick")
    expect(page.locator("main")).to_contain_text("登记为“区卫健委”？")
    phone.tap("unit")
    expect(page.locator(".pick")).to_have_count(everything)
    page.get_by_role("searchbox").fill("蒋坝")
    phone.tap("pick")
    phone.tap("save-unit")

    expect(page.locator(".unit")).to_have_text("蒋坝镇")
    expect(phone.button("unit")).to_have_count(0)
    page.reload()
    phone.shows("record")
    expect(page.locator(".unit")).to_have_text("蒋坝镇")
    assert phone.me()["unit"] == "蒋坝镇"


def test_one_chosen_on_another_phone_is_not_overwritten(phone: Phone) -> None:
    phone.expects(409)
    phone.tap("record")
    phone.tap("unit")
    taken = phone.page.request.put(f"{phone.stack.url}/api/me/unit", data={"unit": "三河镇"})
    assert taken.status == 200
    phone.page.get_by_role("searchbox").fill("蒋坝")
    phone.tap("pick")
    phone.tap("save-unit")
    expect(phone.problem("unit_already_set")).to_be_visible()
    expect(phone.page.locator(".unit")).to_have_text("三河镇")
    assert phone.me()["unit"] == "三河镇"
