"""The public address: the application, or something else in its place."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from infra.operator.doctor import address_checks, gateway_checks
from infra.operator.doctor.check_runner import Check
from tests.operator.doctor.conftest import PUBLIC, Clinic, is_well
from tests.support.examples import with_id
from tests.support.wechat import Call

HEALTH, CONTEST = Check("公网地址", address_checks.health), Check("线上的竞赛配置", address_checks.contest)
CALLBACK, OAUTH = Check("消息回调", address_checks.callback), Check("网页授权", address_checks.oauth)
BACK, UNKNOWN = Check("函数到微信", address_checks.code_exchange), Check("网关自身的回答", gateway_checks.unknown_path)
ALL = (HEALTH, CONTEST, CALLBACK, OAUTH, BACK, UNKNOWN)


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.run.__name__)
@pytest.mark.parametrize("mode", ["plain", "safe"])
def test_all_is_well(clinic: Clinic, check: Check, mode: str) -> None:
    clinic.settings(mode=mode)
    found = clinic.tells(check)
    assert is_well(found), found


def other_token(clinic: Clinic) -> None:
    """The instances still have the earlier token."""
    clinic.operator_has(token="another")


def other_app(clinic: Clinic) -> None:
    clinic.operator_has(app_id="wx0000000000000000")


def canned(path: str, status: int, body: Any) -> Callable[[Clinic], None]:
    def spoil(clinic: Clinic) -> None:
        clinic.web.canned[path] = (status, json.dumps(body))

    return spoil


def another_contest(clinic: Clinic) -> None:
    clinic.target.contest = with_id(clinic.services.contest, "next-year")


def another_theme(clinic: Clinic) -> None:
    contest = clinic.services.contest
    clinic.target.contest = replace(
        contest, contest=replace(contest.contest, theme="x"), quiz=replace(contest.quiz, draw_size=9)
    )


def silent_wechat(clinic: Clinic) -> None:
    clinic.wechat.silent.add(Call.AUTHORIZATION)


@pytest.mark.parametrize(
    ("check", "spoil", "words"),
    [
        (HEALTH, canned("/healthz", 500, {}), "/healthz 回答 500"),
        (HEALTH, canned("/healthz", 200, "a parking page"), "/healthz 回答 200"),
        (CONTEST, canned("/api/contest", 502, {}), "/api/contest 回答 502"),
        (CONTEST, another_contest, "竞赛编号与本目录的 contest.toml 不同"),
        (CONTEST, another_theme, "不同：theme、draw_size"),
        (CALLBACK, other_token, "签名正确的验证回答 403"),
        (CALLBACK, canned("/wechat", 200, "hello"), "签名错误的验证回答 200，应为 403"),
        (OAUTH, canned("/oauth/start", 200, {}), "没有跳转到微信"),
        (OAUTH, other_app, "跳转用的 AppID 与 SSM 不同"),
        (BACK, silent_wechat, "微信没有应答或拒绝了函数"),
        (BACK, canned("/oauth/callback", 500, {}), "授权回跳回答 500"),
        (
            UNKNOWN,
            canned(gateway_checks.NO_PATH, 403, {"message": "Missing Authentication Token"}),
            "回答 403，不是本系统的",
        ),
    ],
)
def test_a_fault_is_told(clinic: Clinic, check: Check, spoil: Callable[[Clinic], None], words: str) -> None:
    spoil(clinic)
    text = clinic.text(check)
    assert "✗" in text
    assert words in text


def test_an_address_where_nobody_is(clinic: Clinic) -> None:
    clinic.target.environ = {**clinic.target.environ, "PUBLIC_BASE_URL": "https://nobody.example"}
    for check in ALL:
        assert "没有应答（ConnectionError）" in clinic.text(check)


def test_other_redirect_addresses_are_told(clinic: Clinic) -> None:
    clinic.settings(public_base_url="https://old.example")
    assert "回跳地址不是 PUBLIC_BASE_URL" in clinic.text(OAUTH)


def test_nobody_is_signed_in_by_asking(clinic: Clinic) -> None:
    clinic.tells(BACK)
    assert [path.partition("?")[0] for path in clinic.web.asked] == ["/oauth/start", "/oauth/callback"]
    assert clinic.services.ports.followers.find_follower("contest-doctor") is None
    assert PUBLIC.startswith("https://")
