"""Parts that the environment names are used; only the others are started."""

import pytest

from infra.local.processes import LocalError
from infra.local.stack_settings import base_environment, of_the_stack, read, with_local_credentials


def test_nothing_named_starts_everything_on_the_usual_ports() -> None:
    wanted = read({"PORT": "", "CONTEST_NOW_SET_AT": "1"})
    env = base_environment(wanted, 12.5)

    assert (wanted.dynamodb, wanted.sqs, wanted.simulator, wanted.own_server) == (True, True, True, True)
    assert (wanted.url, wanted.simulator_url) == ("http://127.0.0.1:8000", "http://127.0.0.1:8001")
    assert env["PUBLIC_BASE_URL"] == wanted.url
    assert env["WECHAT_PAY_BASE_URL"] == wanted.simulator_url
    assert env["OWN_SERVER_URL"] == "http://127.0.0.1:8002/wechat"
    assert (env["STAGE"], env["RESOURCE_PREFIX"]) == ("local", "contest-local")
    assert "CONTEST_NOW_SET_AT" not in env


@pytest.mark.parametrize(
    ("environ", "dynamodb", "sqs"),
    [
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}, False, False),
        ({"AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:4566"}, False, True),
        ({"AWS_ENDPOINT_URL_SQS": "http://127.0.0.1:4566"}, True, False),
    ],
)
def test_a_named_engine_is_not_started(environ: dict[str, str], dynamodb: bool, sqs: bool) -> None:
    wanted = read(environ)

    assert (wanted.dynamodb, wanted.sqs) == (dynamodb, sqs)


def test_the_simulator_takes_the_place_of_the_hosts_not_named() -> None:
    named = {"WECHAT_API_BASE_URL": "http://a", "WECHAT_OPEN_BASE_URL": "http://b", "SIMULATOR_PORT": "9001"}
    env = base_environment(read(named), 0)

    assert env["WECHAT_API_BASE_URL"] == "http://a"
    assert env["WECHAT_PAY_BASE_URL"] == "http://127.0.0.1:9001"
    assert read(named).simulator
    assert read(named).pay
    named |= {"WECHAT_PAY_BASE_URL": "http://c"}
    assert (read(named).simulator, read(named).pay) == (False, False)


def test_a_named_own_server_is_not_played() -> None:
    wanted = read({"OWN_SERVER_URL": "http://own.test/", "OWN_SERVER_PORT": "9002"})

    assert not wanted.own_server
    assert base_environment(wanted, 0)["OWN_SERVER_URL"] == "http://own.test/"


def test_every_process_gets_one_clock() -> None:
    env = base_environment(read({"CONTEST_NOW": "2020-07-08T00:00:00+08:00", "CONTEST_NOW_SET_AT": "1"}), 1234.5)

    assert (env["CONTEST_NOW"], env["CONTEST_NOW_SET_AT"]) == ("2020-07-08T00:00:00+08:00", "1234.5")


def test_a_time_without_an_offset_is_shanghais() -> None:
    env = base_environment(read({"CONTEST_NOW": "2020-07-08T00:00:00"}), 0)

    assert env["CONTEST_NOW"] == "2020-07-08T00:00:00+08:00"


@pytest.mark.parametrize(
    "environ", [{"PORT": "http"}, {"PORT": "0"}, {"SIMULATOR_PORT": "65536"}, {"OWN_SERVER_PORT": "-1"}]
)
def test_a_port_that_is_none_is_refused(environ: dict[str, str]) -> None:
    with pytest.raises(LocalError, match="PORT"):
        read(environ)


def test_a_clock_that_is_none_is_refused() -> None:
    with pytest.raises(LocalError, match="CONTEST_NOW"):
        base_environment(read({"CONTEST_NOW": "tomorrow"}), 0)


def test_keys_are_made_up_only_for_engines_on_this_machine() -> None:
    here = {"AWS_ENDPOINT_URL": "http://localhost:1", "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "mine"}

    env = with_local_credentials(here)
    assert (env["AWS_DEFAULT_REGION"], env["AWS_ACCESS_KEY_ID"]) == ("eu-west-1", "mine")
    assert "AWS_SECRET_ACCESS_KEY" in env

    there = {"AWS_ENDPOINT_URL_SQS": "http://localhost:1", "AWS_ENDPOINT_URL_DYNAMODB": "https://db.example"}
    assert with_local_credentials(there) == there


def test_another_terminal_gets_the_stacks_variables_only() -> None:
    env = base_environment(read({"PATH": "/bin", "OTHER_TOKEN": "x", "AWS_REGION": "r"}), 0)

    published = of_the_stack(env)
    assert {"STAGE", "RESOURCE_PREFIX", "PUBLIC_BASE_URL", "WECHAT_API_BASE_URL", "AWS_REGION"} <= set(published)
    assert not {"PATH", "OTHER_TOKEN"} & set(published)
