"""Answering: question by question, back and forth, away and back again."""

from playwright.sync_api import Route, expect

from tests.browser.phone import Phone


def test_back_and_next_and_the_overview_keep_the_answers(phone: Phone) -> None:
    page = phone.page
    phone.tap("start")
    phone.shows("question")
    expect(phone.button("prev")).to_be_disabled()
    first = page.locator("#stem").text_content()
    chosen = phone.choose(right=True)

    phone.tap("next")
    expect(page.locator(".quiz")).to_contain_text("第 2 / 10 题")
    assert page.locator("#stem").text_content() != first
    phone.tap("prev")

    expect(page.locator("#stem")).to_have_text(first or "")
    expect(page.locator(":checked ~ span")).to_have_text(chosen)
    other = phone.choose(right=False)
    expect(page.locator(":checked ~ span")).to_have_text(other)
    expect(page.locator(".option :checked")).to_have_count(1)


def test_a_tap_moves_on_and_a_double_tap_skips_nothing(phone: Phone) -> None:
    page = phone.page
    option, place = page.locator(".option").first, page.locator(".quiz")
    phone.tap("start")
    option.click()
    expect(place).to_contain_text("第 2 / 10 题")
    expect(page.locator("h1")).to_be_focused()
    expect(page.locator("h1")).to_contain_text("第 2 题，共 10 题")
    page.wait_for_timeout(400)
    phone.button("next").dblclick()
    expect(place).to_contain_text("第 3 / 10 题")
    page.get_by_label("自动到下一题").uncheck(force=True)
    option.click()
    page.reload()
    expect(place).to_contain_text("第 3 / 10 题")
    expect(option.locator("input")).to_be_checked()
    expect(page.get_by_label("自动到下一题")).not_to_be_checked()


def test_unanswered_questions_are_named_before_submitting(phone: Phone) -> None:
    page = phone.page
    phone.tap("start")
    phone.shows("question")
    for at in range(10):
        if at not in (2, 6):
            phone.choose(right=True)
        phone.tap("next")

    expect(page.locator(".body")).to_contain_text("还有 2 题未答")
    expect(page.locator(".cell:not(.done)")).to_have_text(["3", "7"])
    page.locator(".cell").nth(6).click()
    expect(page.locator(".quiz")).to_contain_text("第 7 / 10 题")
    phone.choose(right=True)
    for _ in range(4):
        phone.tap("next")

    expect(page.locator(".body")).to_contain_text("还有 1 题未答")
    phone.tap("submit")
    phone.shows("result")
    expect(page.locator(".ring")).to_have_text("9/ 10")
    expect(page.locator(".review[open]")).to_have_count(1)
    expect(page.locator(".review[open]")).to_contain_text("未作答")


def test_reloading_in_the_middle_keeps_place_and_answers(phone: Phone) -> None:
    page = phone.page
    phone.tap("start")
    phone.shows("question")
    phone.choose(right=True)
    phone.tap("next")
    stem, chosen = page.locator("#stem").text_content() or "", phone.choose(right=True)

    page.reload()
    phone.shows("question")
    # WeChat's × ends the session of the page; the chat's link opens a new one.
    page.close()
    page = phone.reopen()
    phone.page.goto(phone.stack.url)
    phone.shows("home")
    expect(phone.button("start")).to_have_text("继续答题（已答 2/10）")
    phone.tap("start")

    phone.shows("question")
    expect(page.locator("#stem")).to_have_text(stem)
    expect(page.locator(":checked ~ span")).to_have_text(chosen)
    assert phone.calls().count("/api/attempts") == 1
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "2")


def test_a_quiz_that_ends_while_one_is_away_from_it_is_said(phone: Phone) -> None:
    """And it is no longer offered; at the contest's end, its end is the reason."""
    page = phone.page
    for ends, said, screen in (("2100-01-01T00:00:00Z", "答题超时", "home"), ("", "竞答已经结束", "closed")):
        if phone.button("restart").count() == 0:
            phone.tap("start")
            phone.shows("question")
        page.evaluate("Date.now = ((real) => () => real() + (window.ahead || 0))(Date.now)")
        if ends:
            phone.tap("home")
            phone.tap("leave")
            phone.shows("home")
        page.evaluate(f"window.ahead = {31 if ends else 60 * 24} * 60000")
        phone.shows(screen)
        expect(page.locator(".problem")).to_contain_text(said)
        expect(page.locator(".problem button")).to_have_count(0)
        expect(page.get_by_text("继续答题")).to_have_count(0)
        phone.page.goto(phone.stack.url)
        phone.shows("home")


def test_back_on_the_phone_asks_before_leaving_a_quiz(phone: Phone) -> None:
    page = phone.page
    phone.tap("start")
    phone.shows("question")
    phone.choose(right=True)

    page.go_back()
    expect(page.locator("h1")).to_have_text("先离开答题吗？")
    phone.tap("stay")
    expect(page.locator(".option :checked")).to_have_count(1)

    page.go_back()
    expect(page.locator("h1")).to_have_text("先离开答题吗？")
    page.go_back()
    phone.shows("home")
    expect(phone.button("start")).to_have_text("继续答题（已答 1/10）")

    phone.tap("start")
    phone.shows("question")
    expect(page.locator(".option :checked")).to_have_count(1)
    phone.tap("home")
    phone.tap("leave")
    phone.shows("home")


def test_one_who_fails_sees_why_and_answers_again(phone: Phone) -> None:
    page = phone.page
    phone.take_quiz(right=False)
    expect(page.locator(".score")).to_have_attribute("data-passed", "false")
    expect(page.locator(".score")).to_contain_text("再答对 5 题就达标")
    expect(phone.button("claim")).to_have_count(0)
    expect(page.locator(".review[open]")).to_have_count(10)

    phone.take_quiz()
    expect(page.locator(".score")).to_have_attribute("data-passed", "true")
    expect(phone.button("claim")).to_be_visible()
    assert (phone.me()["attempts"], phone.me()["best_score"]) == (2, 10)


def test_a_withdrawn_question_is_said_to_count_and_its_answer_is_not_shown(phone: Phone) -> None:
    def withdrawn(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        body["review"][3]["withdrawn"] = True
        route.fulfill(response=answer, json=body | {"score": 1})

    phone.page.route("**/submission", withdrawn)
    phone.take_quiz(right=False)
    fourth = phone.page.locator(".review").nth(3)
    expect(fourth).to_have_attribute("data-right", "true")
    expect(fourth).to_have_attribute("open", "")
    expect(fourth).to_contain_text("此题有误，已经撤回，计为答对。")
    for hidden in ("正确答案", "解析", "题目有误"):
        expect(fourth).not_to_contain_text(hidden)
    expect(phone.page.get_by_text("正确答案")).to_have_count(9)
    phone.page.unroute("**/submission")


def test_a_quiz_given_up_is_drawn_anew(phone: Phone) -> None:
    phone.tap("start")
    phone.shows("question")
    phone.choose(right=True)
    phone.tap("home")
    phone.tap("leave")
    phone.shows("home")
    phone.tap("restart")
    expect(phone.button("restart")).to_have_text("再点一次，确认放弃")
    phone.page.wait_for_timeout(400)
    phone.tap("restart")
    phone.shows("question")
    expect(phone.page.locator(".option :checked")).to_have_count(0)
    assert phone.calls().count("/api/attempts") == 2
