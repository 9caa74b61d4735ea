"""The settings for payments: read from a separate path; all missing ones are named at once, and no value is shown."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from chalicelib.domain.claim import RED_PACKET, TRANSFER
from chalicelib.domain.errors import SettingsError
from chalicelib.pay_settings import NEEDED, PAY_SECRET_NAMES, PaySettings, load_pay_settings, pay_path
from chalicelib.settings import SECRET_NAMES
from tests.support.engines import REGION

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

SECRETS = {
    "WECHAT_MCH_ID": "1900000009",
    "WECHAT_PAY_KEY": "VALUE-pay-key",
    "WECHAT_PAY_CERT": "VALUE-pem",
    "WECHAT_PAY_CERT_KEY": "VALUE-pem-key",
}
V3 = {"WECHAT_PAY_V3_KEY": "VALUE-v3", "WECHAT_PAY_SERIAL": "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"}
CLOUD = {"STAGE": "prod"} | SECRETS
IN_SSM = {"STAGE": "prod", "SECRETS_PATH": "/contest/prod/"}


def missing(environ: dict[str, str], product: str = RED_PACKET) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_pay_settings(environ, product)
    assert "VALUE" not in str(caught.value)
    return [problem.removesuffix(" is missing") for problem in caught.value.problems]


def test_the_local_stage_needs_no_certificate() -> None:
    # Outside mock_aws: a question would fail for want of an endpoint.
    found = load_pay_settings({"STAGE": "local", "SECRETS_PATH": "/contest/prod/", "WECHAT_PAY_BASE_URL": "http://x/"})
    assert (found.mch_id, found.pay_cert, found.pay_cert_key, found.wechat_pay_url) == (
        "1900000001",
        "",
        "",
        "http://x",
    )


def test_a_deployment_reads_its_environment() -> None:
    found = load_pay_settings(CLOUD)
    assert found == PaySettings(
        mch_id=SECRETS["WECHAT_MCH_ID"],
        pay_key=SECRETS["WECHAT_PAY_KEY"],
        pay_cert=SECRETS["WECHAT_PAY_CERT"],
        pay_cert_key=SECRETS["WECHAT_PAY_CERT_KEY"],
        wechat_pay_url="https://api.mch.weixin.qq.com",
    )
    assert "VALUE" not in repr(found)


def test_transfers_need_none_of_the_older_keys_and_take_them_for_earlier_claims() -> None:
    needed = {name: value for name, value in {**SECRETS, **V3}.items() if name in NEEDED[TRANSFER]}
    found = load_pay_settings({"STAGE": "prod", **needed}, TRANSFER)
    assert (found.pay_key, found.pay_cert, found.pay_cert_key) == ("", "", "VALUE-pem-key")
    assert (found.v3_key, found.serial) == (V3["WECHAT_PAY_V3_KEY"], V3["WECHAT_PAY_SERIAL"])
    both = load_pay_settings({**CLOUD, **V3}, TRANSFER)
    assert both == load_pay_settings({**CLOUD, **V3})
    assert (both.pay_key, both.v3_key) == (SECRETS["WECHAT_PAY_KEY"], V3["WECHAT_PAY_V3_KEY"])
    assert "VALUE" not in repr(both)


def test_the_local_stage_s_transfers_need_the_keys_that_the_local_runner_makes() -> None:
    assert missing({"STAGE": "local"}, TRANSFER) == list(NEEDED[TRANSFER][1:])


@pytest.mark.parametrize("product", [RED_PACKET, TRANSFER])
def test_each_that_the_product_needs_is_needed(product: str) -> None:
    assert missing({"STAGE": "prod"}, product) == list(NEEDED[product])
    for name in NEEDED[product]:
        assert missing({**CLOUD, **V3, name: ""}, product) == [name]
    assert not set(PAY_SECRET_NAMES) & set(SECRET_NAMES)


@pytest.fixture
def ssm() -> Iterator["SSMClient"]:
    with mock_aws():
        yield boto3.client("ssm", region_name=REGION)


@pytest.mark.parametrize("path", ["/contest/prod/", "/contest/prod"])
def test_secrets_come_from_beside_the_path_and_never_from_it(ssm: "SSMClient", path: str) -> None:
    for name in SECRETS:
        ssm.put_parameter(Name=f"/contest/prod/{name}", Value="VALUE of another place", Type="SecureString")
    assert missing({**IN_SSM, "SECRETS_PATH": path}) == list(NEEDED[RED_PACKET])
    for name, value in SECRETS.items():
        ssm.put_parameter(Name=f"/contest/prod-pay/{name}", Value=value, Type="SecureString")
    assert load_pay_settings({**IN_SSM, "SECRETS_PATH": path}) == load_pay_settings(CLOUD)


def test_whoever_may_read_the_path_gets_nothing_that_pays(ssm: "SSMClient") -> None:
    for name, value in SECRETS.items():
        ssm.put_parameter(Name=pay_path("/contest/prod/") + name, Value=value, Type="SecureString")
    assert ssm.get_parameters_by_path(Path="/contest/prod/", Recursive=True)["Parameters"] == []
