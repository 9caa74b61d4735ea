"""Settings and secrets: only the local stage has defaults; all missing ones are named at once, and no value is
shown."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from chalicelib.domain.contest import Account
from chalicelib.domain.errors import SettingsError
from chalicelib.domain.texts import LINK_BYTES
from chalicelib.pay_settings import PAY_SECRET_NAMES
from chalicelib.settings import FUNCTION_SECRETS, LOCAL_DEFAULTS, LONGEST_URL, SECRET_NAMES, Settings, load_settings
from chalicelib.settings import _parameters as given_by_ssm
from chalicelib.wiring import ENTRY_PATH, Services
from infra.project import CHECKOUT
from tests.http.aws_faults import watched_aws
from tests.infra.iam_requests import arn, recorded
from tests.support import examples
from tests.support.bench import Bench
from tests.support.engines import REGION

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

SECRETS = {
    "WECHAT_APP_ID": "wx0123456789abcdef",
    "WECHAT_APP_SECRET": "VALUE-app-secret",
    "WECHAT_TOKEN": "VALUE-token",
    "WECHAT_AES_KEY": "VALUE" + "A" * 38,
    "WECHAT_MODE": "safe",
    "SESSION_KEYS": f"VALUE-new-{'n' * 32}, VALUE-old-{'o' * 32}",
}
CLOUD = {"STAGE": "prod", "RESOURCE_PREFIX": "contest-prod", "PUBLIC_BASE_URL": "https://quiz.example/"} | SECRETS


def refusal(environ: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ)
    assert "VALUE" not in str(caught.value)
    assert "VALUE" not in repr(caught.value)
    return sorted(caught.value.problems)


def test_the_local_stage_needs_nothing() -> None:
    settings = load_settings({"STAGE": "local"})
    assert settings.is_local
    assert (settings.app_id, settings.mode) == ("wxlocal0000000001", "plain")
    assert settings.public_base_url == "http://127.0.0.1:8000"
    assert settings.wechat_api_url == "https://api.weixin.qq.com"


def test_the_local_stage_takes_what_is_set_and_passes_over_what_is_empty() -> None:
    settings = load_settings(
        {"STAGE": "local", "WECHAT_TOKEN": "mine", "WECHAT_MODE": "", "WECHAT_API_BASE_URL": "http://127.0.0.1:9/"}
    )
    assert (settings.token, settings.mode, settings.wechat_api_url) == ("mine", "plain", "http://127.0.0.1:9")
    assert load_settings({"STAGE": "local", "CONTEST_NOW": "2020-07-08T00:00:00+08:00"}).is_local


def test_the_longest_address_makes_the_longest_link_that_replies_count_on() -> None:
    longest = "https://" + "h" * (LONGEST_URL - len("https://"))
    settings = load_settings(CLOUD | {"PUBLIC_BASE_URL": longest + "/"})
    assert len(settings.public_base_url + ENTRY_PATH) == LINK_BYTES
    assert refusal(CLOUD | {"PUBLIC_BASE_URL": longest + "h"}) == ["PUBLIC_BASE_URL must have at most 261 characters"]


def test_a_deployment_reads_its_environment() -> None:
    settings = load_settings(CLOUD)
    assert settings == Settings(
        stage="prod",
        prefix="contest-prod",
        public_base_url="https://quiz.example",
        app_id=SECRETS["WECHAT_APP_ID"],
        app_secret=SECRETS["WECHAT_APP_SECRET"],
        token=SECRETS["WECHAT_TOKEN"],
        aes_key=SECRETS["WECHAT_AES_KEY"],
        mode="safe",
        session_keys=(f"VALUE-new-{'n' * 32}", f"VALUE-old-{'o' * 32}"),
        wechat_api_url="https://api.weixin.qq.com",
        wechat_open_url="https://open.weixin.qq.com",
        office_bucket="contest-prod-office",
    )
    assert not settings.is_local
    assert "VALUE" not in repr(settings)


@pytest.mark.parametrize("stage", ["staging", "prod"])
def test_outside_the_local_stage_everything_missing_is_named_at_once(stage: str) -> None:
    missing = [f"{name} is missing" for name in ("RESOURCE_PREFIX", "PUBLIC_BASE_URL", *SECRET_NAMES)]
    assert refusal({"STAGE": stage}) == sorted(missing)
    assert set(LOCAL_DEFAULTS) - {"RESOURCE_PREFIX", "PUBLIC_BASE_URL"} <= {*SECRET_NAMES, *PAY_SECRET_NAMES}


@pytest.mark.parametrize("name", [name for name in CLOUD if name != "STAGE"])
def test_each_is_needed(name: str) -> None:
    for environ in ({**CLOUD, name: ""}, {key: value for key, value in CLOUD.items() if key != name}):
        assert f"{name} is missing" in refusal(environ)


@pytest.mark.parametrize("stage", ["", "Local", "production", "dev"])
def test_an_unknown_stage_is_refused_and_has_no_defaults(stage: str) -> None:
    assert refusal({**CLOUD, "STAGE": stage}) == ["STAGE must be local, staging or prod"]
    assert len(refusal({"STAGE": stage})) == 1 + 2 + len(SECRET_NAMES)


@pytest.mark.parametrize("stage", ["local", "prod"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SESSION_KEYS", " , "),
        ("WECHAT_AES_KEY", "VALUE"),
        ("WECHAT_AES_KEY", "VALUE" + "A" * 39),
        ("WECHAT_AES_KEY", "VALUE" + "!" * 38),
        ("WECHAT_AES_KEY", "VALUE" + "密" * 38),
        ("WECHAT_MODE", "VALUE"),
        ("WECHAT_MODE", "compatible"),
        ("PUBLIC_BASE_URL", "VALUE.example"),
        ("PUBLIC_BASE_URL", "ftp://VALUE.example"),
    ],
)
def test_a_wrong_value_is_named_and_not_shown(stage: str, name: str, value: str) -> None:
    (found,) = refusal({**CLOUD, "STAGE": stage, name: value})
    assert found.startswith(f"{name} must")


@pytest.mark.parametrize("stage", ["staging", "prod"])
@pytest.mark.parametrize("allowed", ["", "no", "true", "YES"])
def test_plain_messages_need_a_word_outside_the_local_stage(stage: str, allowed: str) -> None:
    """Their signature does not cover the body."""
    plain = {**CLOUD, "STAGE": stage, "WECHAT_MODE": "plain"}
    for environ in (plain, {**plain, "WECHAT_ALLOW_PLAIN": allowed}):
        (found,) = refusal(environ)
        assert found.startswith("WECHAT_MODE must be safe")
    assert load_settings({**plain, "WECHAT_ALLOW_PLAIN": "yes"}).mode == "plain"


@pytest.mark.parametrize("value", ["VALUE-short", "VALUE" + "n" * 32 + ",VALUE-short"])
def test_session_keys_are_long_outside_the_local_stage(value: str) -> None:
    (found,) = refusal({**CLOUD, "SESSION_KEYS": value})
    assert found.startswith("SESSION_KEYS must")
    load_settings({**CLOUD, "STAGE": "local", "SESSION_KEYS": value})


def test_wrong_and_missing_are_named_together() -> None:
    wrong = {**CLOUD, "WECHAT_MODE": "VALUE", "SESSION_KEYS": "VALUE", "WECHAT_TOKEN": ""}
    assert [problem.split()[0] for problem in refusal(wrong)] == ["SESSION_KEYS", "WECHAT_MODE", "WECHAT_TOKEN"]


def test_only_the_local_stage_is_served_without_tls() -> None:
    assert refusal({**CLOUD, "PUBLIC_BASE_URL": "http://quiz.example"}) == ["PUBLIC_BASE_URL must begin with https://"]


def test_the_own_server_is_reached_by_tls_except_in_the_local_stage() -> None:
    refused = ["OWN_SERVER_URL must be an address that begins with https://, or off"]
    for address in ("http://VALUE.example", "VALUE.example", "https://VALUE@x", "on", "https://"):
        assert refusal({**CLOUD, "OWN_SERVER_URL": address}) == refused
    for address in ("https://credit.example/wechat?s=1", "off", ""):
        assert load_settings({**CLOUD, "OWN_SERVER_URL": address}).own_server_url == address
    local = "http://127.0.0.1:8002/wechat"
    assert load_settings({"STAGE": "local", "OWN_SERVER_URL": local}).own_server_url == local


@pytest.mark.parametrize(
    ("setting", "file", "used"),
    [
        ("", "", ""),
        ("", "https://a.example", "https://a.example"),
        ("https://b.example", "https://a.example", "https://b.example"),
        ("https://b.example", "", "https://b.example"),
        ("off", "https://a.example", ""),
    ],
)
def test_a_stage_s_own_server_overrides_the_contest_file_s(setting: str, file: str, used: str) -> None:
    contest = replace(examples.contest(), account=Account(own_server=file))
    bench = Bench(contest)
    settings = load_settings({**CLOUD, "OWN_SERVER_URL": setting})
    assert Services(contest, settings, bench.ports, bench.clock).own_server_url == used


@pytest.mark.parametrize("stage", ["staging", "prod"])
def test_the_clock_cannot_be_set_outside_the_local_stage(stage: str) -> None:
    clock = {"CONTEST_CLOCK_FILE": "clock", "CONTEST_NOW": "2020-07-08T00:00:00+08:00"}
    assert refusal({**CLOUD, "STAGE": stage, **clock}) == [f"{name} is for the local stage only" for name in clock]


@pytest.fixture
def ssm() -> Iterator["SSMClient"]:
    with mock_aws():
        yield boto3.client("ssm", region_name=REGION)


IN_SSM = {"STAGE": "prod", "RESOURCE_PREFIX": "contest-prod", "PUBLIC_BASE_URL": "https://quiz.example"}


def test_secrets_come_from_ssm_decrypted(ssm: "SSMClient") -> None:
    for name, value in SECRETS.items():
        ssm.put_parameter(Name=f"/contest/prod/{name}", Value=value, Type="SecureString")
    for number in range(5):
        ssm.put_parameter(Name=f"/contest/prod/OTHER_{number}", Value="VALUE", Type="String")
    settings = load_settings({**IN_SSM, "SECRETS_PATH": "/contest/prod"})
    assert settings == load_settings(CLOUD)


def test_wechat_pay_s_public_key_is_read_where_it_is_stored(ssm: "SSMClient") -> None:
    key = {"WECHAT_PAY_PUBLIC_KEY": "-----BEGIN\nVALUE\n-----END\n", "WECHAT_PAY_PUBLIC_KEY_ID": "PUB_KEY_ID_01"}
    for name, value in (SECRETS | key).items():
        ssm.put_parameter(Name=f"/contest/prod/{name}", Value=value, Type="SecureString")
    settings = load_settings({**IN_SSM, "SECRETS_PATH": "/contest/prod"})
    assert settings == load_settings(CLOUD | key)
    assert (settings.pay_public_key_id, settings.pay_public_key) == ("PUB_KEY_ID_01", key["WECHAT_PAY_PUBLIC_KEY"])
    assert "VALUE" not in repr(settings)


def test_what_every_cold_start_waits_for_is_one_call(ssm: "SSMClient") -> None:
    for name, value in SECRETS.items():
        ssm.put_parameter(Name=f"/contest/prod/{name}", Value=value, Type="SecureString")
    with watched_aws() as aws:
        load_settings({**IN_SSM, "SECRETS_PATH": "/contest/prod/"})
    assert [(service, operation) for service, operation, _ in aws.calls] == [("ssm", "GetParameters")]


@pytest.mark.parametrize(("function", "names"), FUNCTION_SECRETS.items())
def test_a_function_reads_and_needs_its_own_secrets_alone(
    ssm: "SSMClient", function: str, names: tuple[str, ...]
) -> None:
    deployed = CHECKOUT.function_name("prod", function)
    environ = {**IN_SSM, "SECRETS_PATH": "/contest/prod/", "AWS_LAMBDA_FUNCTION_NAME": deployed}
    assert (
        refusal(environ) == sorted(f"{name} is missing" for name in names if name in SECRET_NAMES)
        if names
        else load_settings(environ)
    )
    for name, value in SECRETS.items():
        ssm.put_parameter(Name=f"/contest/prod/{name}", Value=value, Type="SecureString")
    with recorded() as asked:
        settings = load_settings(environ)
    assert asked == {("ssm:GetParameters", arn("ssm", f"parameter/contest/prod/{name}")) for name in names}
    assert bool(settings.session_keys) is ("SESSION_KEYS" in names)
    assert bool(settings.aes_key) is ("WECHAT_AES_KEY" in names)


def test_the_last_newline_of_a_file_is_no_part_of_a_secret(ssm: "SSMClient") -> None:
    for name, value in SECRETS.items():
        ssm.put_parameter(Name=f"/contest/prod/{name}", Value=f"{value}\n", Type="SecureString")
    ssm.put_parameter(Name="/contest/prod/WECHAT_TOKEN", Value=" \r\n", Type="SecureString", Overwrite=True)
    lacking = {**IN_SSM, "SECRETS_PATH": "/contest/prod"}
    assert refusal(lacking) == ["WECHAT_TOKEN is missing"]
    ssm.put_parameter(Name="/contest/prod/WECHAT_TOKEN", Value="VALUE-token\r\n", Type="SecureString", Overwrite=True)
    assert load_settings(lacking) == load_settings(CLOUD)


def test_what_has_several_lines_stays_as_it_is(ssm: "SSMClient") -> None:
    pem = "-----BEGIN X-----\nVALUE\n-----END X-----\n"
    ssm.put_parameter(Name="/contest/prod/SEVERAL", Value=pem, Type="SecureString")
    assert given_by_ssm("/contest/prod", ["SEVERAL"]) == {"SEVERAL": pem}


def test_the_environment_goes_before_ssm(ssm: "SSMClient") -> None:
    for name, value in SECRETS.items():
        ssm.put_parameter(Name=f"/contest/prod/{name}", Value=value, Type="SecureString")
    settings = load_settings({**IN_SSM, "SECRETS_PATH": "/contest/prod", "WECHAT_TOKEN": "from-environment"})
    assert settings.token == "from-environment"


def test_what_ssm_lacks_is_named(ssm: "SSMClient") -> None:
    ssm.put_parameter(Name="/contest/prod/WECHAT_APP_ID", Value="wx1", Type="SecureString")
    found = refusal({**IN_SSM, "SECRETS_PATH": "/contest/prod"})
    assert len(found) == len(SECRET_NAMES) - 1
    assert "WECHAT_APP_ID is missing" not in found


def test_the_local_stage_never_asks_ssm() -> None:
    # Outside mock_aws: a question would fail for want of an endpoint.
    assert load_settings({"STAGE": "local", "SECRETS_PATH": "/contest/prod"}).is_local
