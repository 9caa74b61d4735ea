"""`secrets put` stores a secret at its path and never shows it."""

import io
import sys

import pytest
from botocore.exceptions import ClientError
from typer._click.exceptions import BadParameter

from infra.operator.cloud import secret_commands
from infra.operator.confirmation import DryRun
from infra.operator.operator_errors import OperatorError
from tests.operator.cloud.conftest import Cloud

PEM = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"


def put(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> int:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    return cloud.run("secrets", "put", name)


def stored(cloud: Cloud, name: str) -> dict[str, str]:
    found = cloud.client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]
    return {"type": found["Type"], "value": found["Value"]}


@pytest.mark.parametrize(
    ("name", "text", "path", "value"),
    [
        ("WECHAT_TOKEN", "token4prod\n", "/contest/prod/", "token4prod"),
        ("OWN_SERVER_URL", "https://own.example", "/contest/prod/", "https://own.example"),
        ("WECHAT_MCH_ID", "1900000001\r\n", "/contest/prod-pay/", "1900000001"),
        ("WECHAT_PAY_CERT_KEY", PEM, "/contest/prod-pay/", PEM),
    ],
)
def test_it_goes_to_its_path_and_is_not_shown(
    cloud: Cloud,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    text: str,
    path: str,
    value: str,
) -> None:
    for _ in range(2):
        assert put(cloud, monkeypatch, name, text) == 0
        assert stored(cloud, path + name) == {"type": "SecureString", "value": value}
    told = capsys.readouterr()
    assert path + name in told.out
    assert value.strip() not in told.out + told.err


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("WECHAT_TOKEN", "\n", "是空的"),
        ("WECHAT_APP_SECRET", "tooshort4me", "32 个字母和数字"),
        ("SESSION_KEYS", f"{'a' * 32},tooshort4me", "每个至少 32 个字符"),
        ("WECHAT_AES_KEY", "tooshort4me", "43 个字符"),
        ("WECHAT_MODE", "tooshort4me", "应为 safe"),
        ("WECHAT_PAY_CERT", "tooshort4me", "PEM"),
        ("OWN_SERVER_URL", "tooshort4me" * 400, "超过 4096 字节"),
    ],
)
def test_what_is_malformed_is_not_stored(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, name: str, text: str, words: str
) -> None:
    with pytest.raises(OperatorError, match=words) as refused:
        put(cloud, monkeypatch, name, text)
    assert "tooshort4me" not in str(refused.value)
    assert cloud.client("ssm").describe_parameters()["Parameters"] == []


def test_an_unknown_name_is_refused_with_the_known_ones(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadParameter, match="WECHAT_TOKEN"):
        put(cloud, monkeypatch, "WECHAT_TOKN", "value")


def test_a_dry_run_stores_nothing(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("token4prod"))
    with pytest.raises(DryRun):
        cloud.run("secrets", "put", "WECHAT_TOKEN", "--dry-run")
    assert cloud.client("ssm").describe_parameters()["Parameters"] == []


def test_at_a_terminal_it_is_typed_without_an_echo(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda _: "token4prod")
    assert cloud.run("secrets", "put", "WECHAT_TOKEN") == 0
    assert stored(cloud, "/contest/prod/WECHAT_TOKEN")["value"] == "token4prod"


def test_a_refusal_of_aws_does_not_repeat_the_value() -> None:
    class Refusing:
        def put_parameter(self, **given: object) -> None:
            message = f"Value '{given['Value']}' failed"
            raise ClientError({"Error": {"Code": "ValidationException", "Message": message}}, "PutParameter")

    with pytest.raises(OperatorError) as refused:
        secret_commands._store(Refusing(), "/contest/prod/WECHAT_TOKEN", "token4prod")
    assert "token4prod" not in str(refused.value)
    assert refused.value.__cause__ is None
