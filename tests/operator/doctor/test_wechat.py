"""Checks request new credentials from this machine and do not change the instances' own."""

from datetime import timedelta

import pytest

from chalicelib.ports import Credential
from infra.operator.doctor import menu_checks, wechat_checks
from infra.operator.doctor.check_runner import Check
from tests.operator.doctor.conftest import Clinic, is_well, target_of
from tests.support.examples import with_id
from tests.support.functions import refusal
from tests.support.wechat import Call

TOKEN, TICKET = Check("微信凭证", wechat_checks.token), Check("JS-SDK 票据", wechat_checks.ticket)
SHARED = Check("共用的凭证", wechat_checks.shared)


@pytest.mark.parametrize("here", [False, True])
def test_a_token_and_a_ticket_can_be_had_and_are_stored_nowhere(clinic: Clinic, here: bool) -> None:
    clinic.target = target_of(here=here)
    assert is_well(clinic.tells(TOKEN))
    assert is_well(clinic.tells(TICKET))
    assert len(clinic.functions.invoked) == (0 if here else 1)
    assert clinic.services.ports.credentials.read_credential("access_token") is None
    assert clinic.wechat.asked.count(Call.TOKEN) == 1


@pytest.mark.parametrize(
    ("code", "here", "words"),
    [
        (40164, False, "加入函数的出口地址"),
        (40164, True, "加入本机的出口地址"),
        (40125, False, "重置 AppSecret"),
        (40013, False, "WECHAT_APP_ID"),
        (-1, True, "对照微信文档"),
    ],
)
def test_a_refusal_is_explained_with_what_to_do(clinic: Clinic, code: int, here: bool, words: str) -> None:
    clinic.target = target_of(here=here)
    clinic.wechat.will_fail(Call.TOKEN, code)
    text = clinic.text(TOKEN)
    assert text.startswith(f"✗ 微信凭证：微信拒绝了请求：错误码 {code}")
    assert words in text


def test_a_good_shared_token_hides_no_refusal_and_stays(clinic: Clinic) -> None:
    """Instances use the one that they have for two hours; only a new one shows what the whitelist says now."""
    store = clinic.services.ports.credentials
    for name in ("access_token", "jsapi_ticket"):
        store.store_credential(name, Credential(f"the-{name}", clinic.stage.now + timedelta(hours=1)))
    before = [store.read_credential(name) for name in ("access_token", "jsapi_ticket")]
    assert is_well(clinic.tells(TOKEN))
    clinic.wechat.will_fail(Call.TOKEN, 40164)
    clinic.target = target_of()
    assert "错误码 40164" in clinic.text(TOKEN)
    assert "错误码 40164" in clinic.text(TICKET)
    assert [store.read_credential(name) for name in ("access_token", "jsapi_ticket")] == before
    assert "the-access_token" not in "".join(clinic.functions.answers)


def test_nothing_is_asked_of_wechat_from_here(clinic: Clinic) -> None:
    for check in (TOKEN, TICKET, Check("公众号菜单", menu_checks.menu)):
        clinic.text(check)
    assert [event["check"] for event in clinic.functions.invoked] == ["wechat"]
    assert len(clinic.wechat.asked) == 3, "token, ticket and menu, by the function"


@pytest.mark.parametrize(
    ("code", "mark", "words"),
    [
        ("ResourceNotFoundException", "✗", "没有部署函数 contest-prod-probe。执行 make deploy"),
        ("TooManyRequestsException", "✗", "正忙"),
        ("AccessDeniedException", "–", "无权调用 Invoke"),
        ("ServiceException", "✗", "AWS 拒绝了调用函数 contest-prod-probe（ServiceException）"),
    ],
)
def test_a_function_that_cannot_be_asked(clinic: Clinic, code: str, mark: str, words: str) -> None:
    clinic.functions.before = refusal(code)
    for check, subject in ((TOKEN, "微信凭证"), (TICKET, "JS-SDK 票据")):
        text = clinic.text(check)
        assert text.startswith(f"{mark} {subject}：")
        assert words in text
    assert clinic.wechat.asked == []


def test_a_function_for_another_contest_is_told(clinic: Clinic) -> None:
    clinic.target.contest = with_id(clinic.services.contest, "next-2021")
    assert "✗ 微信凭证：部署的不是竞赛 next-2021" in clinic.text(TOKEN)
    assert clinic.wechat.asked == []


def test_no_right_to_the_ticket(clinic: Clinic) -> None:
    clinic.wechat.will_fail(Call.TICKET, 48001)
    assert "✗ JS-SDK 票据" in clinic.text(TICKET)


def test_the_shared_credentials_and_how_long_they_last(clinic: Clinic) -> None:
    assert clinic.text(SHARED).count("– 共用的凭证") == 2
    store, now = clinic.services.ports.credentials, clinic.stage.now
    store.store_credential("access_token", Credential("the-token", now + timedelta(hours=1)))
    store.store_credential("jsapi_ticket", Credential("the-ticket", now - timedelta(seconds=1)))
    text = clinic.text(SHARED)
    assert "✓ 共用的凭证：access_token：有效至 2020-07-08T02:00:00" in text
    assert "– 共用的凭证：jsapi_ticket：2020-07-08T00:59:59.000+08:00 已过期" in text
    assert "the-t" not in text
