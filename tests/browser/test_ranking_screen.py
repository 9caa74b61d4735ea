"""The public ranking of units on the page."""

from typing import Any

from playwright.sync_api import expect

from tests.browser.phone import Phone

OWN, LONG = "岔河镇", "区自然资源和规划分局"


def ranking(*people: int) -> dict[str, Any]:
    """Units by people, the long name first and the person's own last, whose staff is known."""
    names = [LONG, *(f"单位{number}" for number in range(2, len(people))), OWN]
    units: list[dict[str, Any]] = [
        {"name": name, "people": one, "headcount": None, "rank": rank, "share_rank": None}
        for rank, (name, one) in enumerate(zip(names, people, strict=True), start=1)
    ]
    units[0] |= {"headcount": 1000, "share_rank": 2}
    units[-1] |= {"headcount": 20, "share_rank": 1}
    return {"updated_at": "2020-07-14T19:57:00+08:00", "total": sum(people) + 3, "units": units}


def test_one_s_own_unit_is_shown_by_people_and_by_share(phone: Phone) -> None:
    phone.is_told(ranking=True)
    phone.page.request.put(f"{phone.stack.url}/api/me/unit", data={"unit": OWN})
    answer = ranking(*range(128, 98, -1))
    phone.page.route("**/api/ranking", lambda route: route.fulfill(json=answer))
    phone.page.reload()
    phone.tap("ranking")
    phone.shows("ranking")
    rows = phone.page.locator(".ranks li")
    expect(rows).to_have_count(21)
    expect(rows.last).to_contain_text("我的单位")
    expect(rows.last).to_contain_text("99 人495%")
    main = phone.page.locator("main")
    expect(main).to_contain_text("分钟前更新")
    expect(main).to_contain_text("我的单位第 30 名 · 99 人，占 495%")
    phone.page.locator("[data-by=share]").click()
    expect(phone.page.locator("[data-by=share]")).to_be_focused()
    expect(rows).to_have_text([f"1{OWN}我的单位495%99 人", f"2{LONG}12.8%128 人"])
    phone.tap("home")
    expect(main).to_contain_text("单位参与榜")


def test_a_private_ranking_is_not_offered_and_one_made_private_is_said(phone: Phone) -> None:
    expect(phone.button("ranking")).to_have_count(0)
    phone.expects(404)
    phone.is_told(ranking=True)
    phone.page.reload()
    phone.tap("ranking")
    expect(phone.problem("not_found")).to_have_text("单位参与榜现在不公开。")
    expect(phone.button("ranking")).to_have_count(0)
