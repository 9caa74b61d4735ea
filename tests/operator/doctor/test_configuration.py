"""Settings and secrets: each fault by its name, never by its value."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from chalicelib import config, wiring
from chalicelib.domain.contest import Contest
from chalicelib.domain.errors import ConfigError
from chalicelib.domain.privacy import Office, Privacy
from chalicelib.settings import LOCAL_DEFAULTS
from chalicelib.wiring import Services
from infra.operator.doctor import configuration_checks, money_checks
from infra.operator.doctor.check_runner import Check
from infra.operator.doctor.target import Target, in_background
from tests.http.aws_faults import refused
from tests.operator.doctor.conftest import VARIABLES, Clinic, is_well

CHECK, FILE = Check("设置与密钥", configuration_checks.settings), Check("竞赛配置", configuration_checks.contest_file)


def test_the_contest_file(clinic: Clinic) -> None:
    times = "2020-07-08T00:00:00.000+08:00 至 2020-07-15T00:00:00.000+08:00"
    assert clinic.text(FILE) == f"✓ 竞赛配置：hongze-2020，{times}"


def test_a_notice_on_personal_data_that_is_incomplete_is_wrong_in_the_cloud(clinic: Clinic) -> None:
    clinic.services.contest = replace(clinic.services.contest, privacy=Privacy(), office=Office(name="办公室"))
    assert [line.partition("：部署前")[0] for line in clinic.text(FILE).splitlines()] == [
        *(f"✗ 竞赛配置：privacy.{name}" for name in ("handler", "purposes", "kinds", "kept_until", "rights")),
        "✗ 竞赛配置：office.phone",
        "✗ 竞赛配置：office.hours",
    ]


def test_a_contest_file_with_faults_is_wrong_whatever_else_cannot_be_told(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Contest:
        raise ConfigError(["quiz.pass_mark: greater than draw_size", "window: x"])

    wiring.install(None)
    for name, value in LOCAL_DEFAULTS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("STAGE", "local")
    monkeypatch.setattr(config, "contest", broken)
    assert clinic.text(FILE).splitlines() == [
        "✗ 竞赛配置：quiz.pass_mark: greater than draw_size。改正后重新部署",
        "✗ 竞赛配置：window: x。改正后重新部署",
    ]
    assert clinic.text(CHECK) == "– 设置与密钥：要先改正竞赛配置文件"


def test_secrets_that_must_not_be_read_are_wrong(clinic: Clinic) -> None:
    def denied() -> Services:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": ""}}, "GetParameters")

    clinic.target._making = (in_background(denied), time.monotonic() + 5)
    assert clinic.text(CHECK).startswith("✗ 设置与密钥：读不到 SSM 中的密钥（AccessDeniedException）")


def test_all_is_well(clinic: Clinic) -> None:
    found = clinic.tells(CHECK)
    assert is_well(found)
    assert "10 项密钥齐全" in found[0].text


def test_what_is_missing_is_named_and_the_others_say_that_they_cannot_tell(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiring.install(None)
    monkeypatch.delenv("SECRETS_PATH")
    text = clinic.text(CHECK)
    assert "✗ 设置与密钥：WECHAT_APP_SECRET is missing。重新存入 SSM" in text
    assert text.count("✗") == 10
    assert clinic.text(Check("乙", lambda target: iter([target.settings and None]))) == "– 乙：要先补齐设置与密钥"  # type: ignore[list-item]
    assert clinic.target.contest.id == "hongze-2020", "a file, which needs no secret"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"app_id": "gh_0123456789abcdef"}, "WECHAT_APP_ID 应为 wx 开头"),
        ({"app_secret": "short"}, "WECHAT_APP_SECRET 应为 32 个"),
        ({"app_secret": "0123456789abcdef0123456789abcdef\n"}, "WECHAT_APP_SECRET 首尾有空格或换行"),
        ({"token": "with-a-dash"}, "WECHAT_TOKEN 应为"),
        ({"public_base_url": "https://contest.example/api"}, "PUBLIC_BASE_URL 带有路径"),
    ],
)
def test_what_is_misshapen_is_named(clinic: Clinic, changes: dict[str, str], words: str) -> None:
    clinic.settings(**changes)
    text = clinic.text(CHECK)
    assert f"✗ 设置与密钥：{words}" in text
    for name, value in changes.items():
        assert name == "public_base_url" or value.strip() not in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"mch_id": "mch"}, "WECHAT_MCH_ID 应为"), ({"pay_key": "x" * 31}, "WECHAT_PAY_KEY 应为 32 个")],
)
def test_what_pays_and_is_misshapen_is_named(clinic: Clinic, changes: dict[str, str], words: str) -> None:
    clinic.pay_settings(**changes)
    text = clinic.text(CHECK)
    assert f"✗ 设置与密钥：{words}" in text
    assert not [value for value in changes.values() if value in text]


def test_an_operator_who_may_not_read_what_paying_takes_is_told_so(clinic: Clinic) -> None:
    clinic.aws.faults["ssm"] = refused("AccessDeniedException")
    assert clinic.text(CHECK).startswith("✗ 设置与密钥：读不到 SSM 中的支付密钥（AccessDeniedException）")
    assert clinic.text(Check("商户证书", money_checks.certificate)).startswith("– 商户证书：当前凭证没有权限执行")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda e: e | {"PUBLIC_BASE_URL": "https://other.example"}, "与 .chalice/config.json 不同：PUBLIC_BASE_URL"),
        (lambda e: e | {"WECHAT_TOKEN": "secret"}, "环境变量中的 WECHAT_TOKEN 盖过了 SSM"),
    ],
)
def test_a_shell_that_says_other_things_than_the_functions_have(
    clinic: Clinic, change: Callable[[dict[str, str]], dict[str, str]], words: str
) -> None:
    clinic.target = Target(change(dict(VARIABLES)))
    text = clinic.text(CHECK)
    assert f"! 设置与密钥：{words}" in text
    assert "secret" not in text
