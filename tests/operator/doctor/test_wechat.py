"""Credentials are asked for from here, and the instances' own are left as they are."""

from datetime import timedelta

import pytest

from chalicelib.adapters.credentials import Credential
from chalicelib.adapters.dynamodb.credentials import DynamoCredentials
from infra.operator.doctor import wechat
from infra.operator.doctor.running import Check
from tests.operator.doctor.conftest import SECRETS, Clinic, is_well

TOKEN, TICKET = Check("微信凭证", wechat.token), Check("JS-SDK 票据", wechat.ticket)
SHARED = Check("共用的凭证", wechat.shared)


def test_a_token_and_a_ticket_can_be_had_and_are_stored_nowhere(clinic: Clinic) -> None:
    assert is_well(clinic.tells(TOKEN))
    assert is_well(clinic.tells(TICKET))
    _ = clinic.services.connection
    assert DynamoCredentials(SECRETS["app_id"]).read("access_token") is None
    assert clinic.wechat.asked.count("stable_token") == 1


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (40164, "加入本机的出口地址"),
        (40125, "重置 AppSecret"),
        (40013, "WECHAT_APP_ID"),
        (-1, "对照微信文档"),
    ],
)
def test_a_refusal_is_explained_with_what_to_do(clinic: Clinic, code: int, words: str) -> None:
    clinic.wechat.refuse("stable_token", code)
    text = clinic.text(TOKEN)
    assert text.startswith(f"✗ 微信凭证：微信拒绝了请求：错误码 {code}")
    assert words in text


def test_no_right_to_the_ticket(clinic: Clinic) -> None:
    clinic.wechat.refuse("ticket/getticket", 48001)
    assert "✗ JS-SDK 票据" in clinic.text(TICKET)


def test_the_shared_credentials_and_how_long_they_last(clinic: Clinic) -> None:
    assert clinic.text(SHARED).count("– 共用的凭证") == 2
    store, now = DynamoCredentials(SECRETS["app_id"]), clinic.stage.now
    store.store("access_token", Credential("the-token", now + timedelta(hours=1)))
    store.store("jsapi_ticket", Credential("the-ticket", now - timedelta(seconds=1)))
    text = clinic.text(SHARED)
    assert "✓ 共用的凭证：access_token：有效至 2020-07-08T02:00:00" in text
    assert "– 共用的凭证：jsapi_ticket：2020-07-08T00:59:59.000+08:00 已过期" in text
    assert "the-t" not in text
