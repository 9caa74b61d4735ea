"""The account's menu in each phase, and no link before the opening."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.ports import LogEntry
from infra.operator.doctor import menu_checks
from infra.operator.doctor.check_runner import Check
from tests.operator.doctor.conftest import PUBLIC, Clinic, is_well, target_of
from tests.support.wechat import Call

MENU, EMBARGO = Check("公众号菜单", menu_checks.menu), Check("开始前保密", menu_checks.embargo)
OWN: dict[str, Any] = {"button": [{"type": "view", "name": "官网", "url": "https://own.example/"}]}


def published(clinic: Clinic) -> None:
    clinic.services.ports.account.publish_menu(OWN)
    clinic.services.menus.publish_contest_menu()


def test_while_open_the_contests_menu_is_there_and_the_other_is_saved(clinic: Clinic) -> None:
    published(clinic)
    found = clinic.tells(MENU)
    assert is_well(found), found
    assert found[0].text == "现为：开始答题、活动信息、信用服务"


def test_while_open_without_it(clinic: Clinic) -> None:
    text = clinic.text(MENU)
    assert "✗ 公众号菜单：竞赛菜单没有发布。运行 ./contest menu publish" in text
    assert "✗ 公众号菜单：没有保存公众号原来的菜单" in text


def test_before_opening_the_accounts_own(clinic: Clinic) -> None:
    clinic.before_opening(hours=1)
    clinic.services.ports.account.publish_menu(OWN)
    assert clinic.text(MENU).splitlines() == [
        "✓ 公众号菜单：现为：官网",
        "! 公众号菜单：“官网”在竞赛菜单中没有位置。运行 ./contest menu preview，在 contest.toml 中写明去留",
    ]
    contest = clinic.services.contest
    clinic.services.contest = replace(contest, menu=replace(contest.menu, left_out=("官网",)))
    clinic.target = target_of()
    assert clinic.text(MENU) == "✓ 公众号菜单：现为：官网"


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        (lambda clinic: clinic.before_opening(hours=1), "竞赛菜单已经发布，而竞赛尚未开始"),
        (Clinic.after_closing, "竞赛已结束，菜单仍是竞赛的。运行 ./contest menu restore"),
    ],
)
def test_the_contests_menu_outside_of_it(clinic: Clinic, phase: Callable[[Clinic], None], words: str) -> None:
    published(clinic)
    phase(clinic)
    assert f"✗ 公众号菜单：{words}" in clinic.text(MENU)


def test_buttons_that_only_the_website_makes_are_named_in_time(clinic: Clinic) -> None:
    clinic.before_opening(hours=1)
    button = {"type": "text", "name": "关于我们", "value": "您好"}
    shown = {"is_menu_open": 1, "selfmenu_info": {"button": [button]}}
    clinic.wechat.will_answer(Call.CURRENT_MENU, shown)
    assert "! 公众号菜单：“关于我们”是在微信网页上制作的" in clinic.text(MENU)


# The embargo


def test_before_opening_nothing_is_given_out(clinic: Clinic) -> None:
    clinic.before_opening(hours=1)
    clinic.services.ports.account.publish_menu(OWN)
    entry = LogEntry(clinic.stage.now, "wang", "print-codes", reason="for the printer")
    clinic.services.ports.log_decision(entry)
    clinic.services.ports.log_decision(LogEntry(clinic.stage.now, "wang", "retry", "claim"))
    found = clinic.tells(EMBARGO)
    assert is_well(found), found
    assert [one.text for one in found] == [
        "链接、二维码都被拒绝，菜单没有指向竞赛",
        "2020-07-07T23:00:00.000+08:00 wang 生成过（for the printer）",
    ]
    assert clinic.services.ports.followers.find_follower(menu_checks.NOBODY) is None
    assert [path.partition("?")[0] for path in clinic.web.asked] == [
        "/api/share",
        "/api/share/code",
        "/api/share/poster.png",
        "/s/contest-doctor",
    ]


def test_once_open_it_asks_for_nothing(clinic: Clinic) -> None:
    assert is_well(clinic.tells(EMBARGO))
    assert clinic.web.asked == []


def early_instances(clinic: Clinic) -> None:
    """They have another opening in their contest file."""
    clinic.web.canned["/api/share"] = (200, '{"link": "https://contest.example/s/secret"}')


def linking_menu(clinic: Clinic) -> None:
    clinic.services.ports.account.publish_menu({"button": [{"type": "view", "name": "x", "url": f"{PUBLIC}/"}]})


def other_keys(clinic: Clinic) -> None:
    clinic.operator_has(session_keys=("another-session-key-of-32-characters",))


def page_with_a_link(clinic: Clinic) -> None:
    clinic.web.canned["/s/contest-doctor"] = (200, "<img src=qr>")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (early_instances, "/api/share 回答 200"),
        (linking_menu, "公众号菜单已指向 contest.example"),
        (other_keys, "函数不认 SSM 中的 SESSION_KEYS"),
        (page_with_a_link, "/s/… 回答 200，应只跳转到微信授权"),
    ],
)
def test_a_breach_is_told(clinic: Clinic, spoil: Callable[[Clinic], None], words: str) -> None:
    clinic.before_opening(hours=1)
    spoil(clinic)
    text = clinic.text(EMBARGO)
    assert f"✗ 开始前保密：{words}" in text
    assert "secret" not in text
