"""`deployed`: the environment of a function in the cloud, tables, queues and settings in memory, WeChat simulated."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from chalicelib import wiring
from chalicelib.pay_settings import pay_path
from infra.provision import create_all, create_bucket
from tests.http.stage import PUBLIC
from tests.infra.iam_requests import ACCOUNT
from tests.rehearsal.secret_values import put_secrets
from tests.support.engines import REGION
from tests.support.simulated_wechat import SimulatedWeChat, simulated_wechat
from tests.support.v3_keys import V3_KEY

PREFIX, SECRETS_PATH = "contest-prod", "/contest/prod/"
SECRETS = {
    "WECHAT_APP_ID": "wx0000000000000000",
    "WECHAT_APP_SECRET": "the-app-secret-of-nobody",
    "WECHAT_TOKEN": "localtoken",
    "WECHAT_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    "WECHAT_MODE": "safe",
    "WECHAT_MCH_ID": "1900000001",
    "WECHAT_PAY_KEY": "localpaykey00000localpaykey00000",
    "WECHAT_PAY_CERT": "certificate",
    "WECHAT_PAY_CERT_KEY": "the-key-of-the-certificate",
    "SESSION_KEYS": "a-session-key-of-32-characters-or-more",
}


@pytest.fixture
def wechat() -> Iterator[SimulatedWeChat]:
    with simulated_wechat(app_id=SECRETS["WECHAT_APP_ID"], app_secret=SECRETS["WECHAT_APP_SECRET"]) as wechat:
        yield wechat


@pytest.fixture
def deployed(wechat: SimulatedWeChat, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    environment = {
        "STAGE": "prod",
        "RESOURCE_PREFIX": PREFIX,
        "PUBLIC_BASE_URL": PUBLIC,
        "SECRETS_PATH": SECRETS_PATH,
        "WECHAT_API_BASE_URL": wechat.url,
        "OFFICE_BUCKET": f"{PREFIX}-office-{ACCOUNT}",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        create_all(boto3.client("dynamodb", region_name=REGION), boto3.client("sqs", region_name=REGION), PREFIX)
        create_bucket(boto3.client("s3", region_name=REGION), PREFIX, PUBLIC, ACCOUNT)
        ssm = boto3.client("ssm", region_name=REGION)
        put_secrets(ssm, SECRETS_PATH, SECRETS)
        ssm.put_parameter(Name=pay_path(SECRETS_PATH) + "WECHAT_PAY_V3_KEY", Value=V3_KEY, Type="SecureString")
        yield
    wiring.install(None)
