"""`down` removes everything that runs and costs money; it deletes data only after a second confirmation, and only if no
money is owed."""

import builtins
import json
import sys
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.adapters.store.models import TABLES
from infra.operator.cloud import aws_clients, function_removal, stack_commands, stored_data
from infra.operator.command import main
from infra.operator.deployment import cloud_deployment
from infra.operator.operator_errors import OperatorError
from infra.project import Project
from infra.shared_record import SharedRecord
from tests.http.aws_faults import watched_aws
from tests.operator.cloud.cloudformation import FakeCloudFormation
from tests.operator.cloud.conftest import CONTEST, PREFIX, URL, Cloud

DELETE = ("--delete-data", PREFIX)
REALLY = (*DELETE, "--really", PREFIX)
TOPIC = "arn:aws-cn:sns:cn-north-1:123456789012:wake"


@pytest.fixture
def up(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> Cloud:
    """A deployment with a follower and a participant."""
    cloud.up("--url", URL)
    dynamodb = cloud.client("dynamodb")
    dynamodb.put_item(TableName=f"{PREFIX}-followers", Item={"openid": {"S": "o1"}})
    dynamodb.put_item(TableName=f"{PREFIX}-participants", Item={"who": {"S": "c#o1"}, "what": {"S": "me"}})
    capsys.readouterr()
    return cloud


def owe(cloud: Cloud) -> None:
    """One claim whose payout is not final."""
    item = {"who": {"S": "c#o1"}, "what": {"S": "claim#1"}, "due_shard": {"S": "c#0"}, "due_at": {"N": "1"}}
    cloud.client("dynamodb").put_item(TableName=f"{PREFIX}-participants", Item=item)


def everything(cloud: Cloud) -> tuple[list[str], list[str], list[str]]:
    """Tables, queues and log groups."""
    queues = cloud.client("sqs").list_queues().get("QueueUrls", [])
    groups = cloud.client("logs").describe_log_groups()["logGroups"]
    return cloud.tables(), queues, [one["logGroupName"] for one in groups]


# Data kept


def test_the_data_stays_and_is_named(up: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    before = everything(up)
    up.put_secrets("WECHAT_TOKEN")
    for _ in range(2):
        assert up.down() == 0
        said = capsys.readouterr().out
        assert "数据保留" in said
        assert "WECHAT_TOKEN" in said
    assert everything(up) == before
    assert up.up() == 0


def test_it_is_in_the_log_where_that_stays(up: Cloud) -> None:
    assert up.down("--reason", "over") == 0
    rows = up.client("dynamodb").scan(TableName=f"{PREFIX}-books")["Items"]
    assert ("down", "over") in {(row["what"]["S"], row.get("reason", {}).get("S")) for row in rows}


def test_a_wrong_address_does_not_keep_it_there(up: Cloud) -> None:
    variables = up.stage()["environment_variables"] | {"PUBLIC_BASE_URL": "http://wrong/"}
    up.change_stage(environment_variables=variables)
    assert up.down() == 0


def test_payouts_that_stop_with_it_are_told(up: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    owe(up)
    before = everything(up)
    assert up.down() == 3
    told = capsys.readouterr()
    assert f"还有 1 笔发放没有最终结果。须再写明前缀：加上 --really {PREFIX}" in told.err
    assert up.down("--really", PREFIX) == 0
    assert "还有 1 笔发放" in capsys.readouterr().out
    assert everything(up) == before


def test_an_open_contest_is_not_stopped_by_a_yes(up: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    window, removed = CONTEST.window, list[str]()
    monkeypatch.setattr(function_removal, "remove", lambda *_: removed.append("functions"))
    for now in (window.opens_at, window.closes_at - timedelta(seconds=1)):
        up.now = now
        assert up.down() == 3
    assert not removed
    assert up.down("--really", PREFIX) == 0
    assert removed == ["functions"]


@pytest.mark.parametrize(("typed", "stopped"), [(PREFIX, True), ("y", False)])
def test_at_a_terminal_the_prefix_is_typed_to_stop_it(
    up: Cloud, monkeypatch: pytest.MonkeyPatch, typed: str, stopped: bool
) -> None:
    def answer(question: str) -> str:
        assert "正在进行" in question
        return typed

    up.now = CONTEST.window.opens_at
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(builtins, "input", answer)
    assert up.down() == (0 if stopped else 3)


def test_before_and_behind_the_contest_a_yes_is_enough(up: Cloud) -> None:
    for now in (CONTEST.window.opens_at - timedelta(seconds=1), CONTEST.window.closes_at):
        up.now = now
        assert up.down() == 0


def test_alarms_and_network_go_and_the_stage_leaves_the_network(
    cloud: Cloud, played: FakeCloudFormation, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.up("--url", URL, "--egress", "--alarms", TOPIC)
    played.fails = {"PrivateSubnetA": "has dependencies"}
    with pytest.raises(OperatorError, match="has dependencies"):
        cloud.down()
    played.fails = {}
    assert cloud.down() == 0
    assert list(played.stacks) == [f"{PREFIX}-data"]
    assert (cloud.stage()["subnet_ids"], cloud.stage()["security_group_ids"]) == ([], [])
    assert "弹性 IP 保留" in capsys.readouterr().out
    assert cloud.down() == 0


def test_a_network_of_ones_own_is_left_alone(cloud: Cloud, played: FakeCloudFormation) -> None:
    cloud.up("--egress")
    cloud.change_stage(subnet_ids=["mine"], security_group_ids=["mine-too"])
    cloud.down()
    assert cloud.stage()["subnet_ids"] == ["mine"]


# Data deleted


def test_told_twice_the_data_goes_and_the_secrets_stay(up: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    up.put_secrets()
    assert up.down(*REALLY) == 0
    assert everything(up) == ([], [], [])
    said = capsys.readouterr().out
    assert f"{PREFIX}-followers  1 条" in said
    assert f"{PREFIX}-pool  0 条" in said
    assert "发放  0 笔" in said
    assert "密钥保留在 /contest/prod/ 之下" in said
    assert "密钥保留在 /contest/prod-pay/ 之下" in said
    assert up.down(*REALLY) == 0
    assert up.up() == 0
    assert len(up.tables()) == len(TABLES)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--delete-data", "contest-staging"), "contest-staging"),
        (("--delete-data", ""), "前缀是 contest-prod"),
        ((*DELETE, "--really", "contest"), "--really"),
        (("--really", "contest"), "--really"),
    ],
)
def test_a_wrong_prefix_is_refused_before_anything_is_touched(up: Cloud, options: tuple[str, ...], why: str) -> None:
    make_function(up, f"{PREFIX}-pay")
    before = everything(up)
    with pytest.raises(OperatorError, match=why):
        up.down(*options)
    assert everything(up) == before


def test_yes_alone_is_no_answer(up: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    before = everything(up)
    assert up.down(*DELETE) == 3
    told = capsys.readouterr()
    assert f"--really {PREFIX}" in told.err
    assert everything(up) == before


@pytest.mark.parametrize("typed", [PREFIX, "y", "yes", "", "contest-staging", None])
def test_at_a_terminal_the_prefix_is_typed(up: Cloud, monkeypatch: pytest.MonkeyPatch, typed: str | None) -> None:
    def answer(question: str) -> str:
        assert PREFIX in question
        if typed is None:
            raise EOFError
        return typed

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(builtins, "input", answer)
    gone, before = typed == PREFIX, up.tables()
    assert up.down(*DELETE) == (0 if gone else 3)
    assert up.tables() == ([] if gone else before)


def test_while_the_contest_is_open_nothing_goes(up: Cloud) -> None:
    before = everything(up)
    for now in (CONTEST.window.opens_at, CONTEST.window.closes_at - timedelta(seconds=1)):
        up.now = now
        with pytest.raises(OperatorError, match="正在进行"):
            up.down(*REALLY)
    assert everything(up) == before


def test_before_the_opening_a_deployment_may_go(up: Cloud) -> None:
    up.now = CONTEST.window.opens_at - timedelta(seconds=1)
    assert up.down(*REALLY) == 0


def test_while_somebody_is_owed_money_nothing_goes(up: Cloud) -> None:
    owe(up)
    before = everything(up)
    with pytest.raises(OperatorError, match="还有 1 笔"):
        up.down(*REALLY)
    assert everything(up) == before


def test_what_was_claimed_while_the_functions_went_is_seen(up: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    def remove(*_: object) -> bool:
        owe(up)
        return True

    monkeypatch.setattr(function_removal, "remove", remove)
    with pytest.raises(OperatorError, match="还有 1 笔"):
        up.down(*REALLY)
    assert len(up.tables()) == len(TABLES)


@pytest.mark.parametrize("broken", ["DeleteStack", "UpdateTable", "DeleteTable", "DeleteQueue", "DeleteLogGroup"])
def test_one_killed_halfway_is_carried_on(up: Cloud, broken: str) -> None:
    def killed(call: Any, operation: str) -> Any:
        if operation != broken:
            return call()
        call()
        raise KeyboardInterrupt

    with watched_aws() as aws:
        aws.faults = dict.fromkeys(("cloudformation", "dynamodb", "sqs", "logs"), killed)
        with pytest.raises(KeyboardInterrupt):
            up.down(*REALLY)
    assert up.down(*REALLY) == 0
    assert everything(up) == ([], [], [])


def test_a_big_table_is_counted_to_the_end(up: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    class Pages:
        def paginate(self, **given: str) -> list[dict[str, int]]:
            return [{"Count": 3}, {"Count": 4}]

    dynamodb = up.client("dynamodb")
    monkeypatch.setattr(dynamodb, "get_paginator", lambda operation: Pages())
    counted = stored_data.census(lambda service: dynamodb, PREFIX)
    assert counted.unpaid == 7
    assert set(counted.items.values()) == {7}


# Functions


def make_function(cloud: Cloud, name: str) -> None:
    arn = cloud.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    cloud.client("lambda").create_function(
        FunctionName=name, Runtime="python3.11", Role=arn, Handler="app.app", Code={"ZipFile": b"x"}
    )


def test_functions_without_a_record_are_told_and_hold_up_the_data(up: Cloud) -> None:
    make_function(up, f"{PREFIX}-sweep")
    with pytest.raises(OperatorError, match=f"没有它们的部署记录：{PREFIX}-sweep"):
        up.down(*REALLY)
    assert len(up.tables()) == len(TABLES)


def test_the_command_is_no_service_of_a_deployment(
    up: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It works without any secret, and asks first."""
    monkeypatch.setattr(aws_clients, "clients", up.client)
    monkeypatch.setattr(stack_commands, "CHECKOUT", up.project)
    assert main(["--stage", "prod", "down"]) == 3
    assert "--yes" in capsys.readouterr().err
    assert main(["--yes", "--stage", "prod", "down"]) == 0
    assert main(["--yes", "--stage", "local", "down"]) == 1
    assert main(["--yes", "--stage", "prod", "down", "--delete-data", "contest-staging"]) == 1
    assert "什么也没有删" in capsys.readouterr().err
    assert len(up.tables()) == len(TABLES)


# Chalice's record


def test_the_record_of_another_operator_is_used_and_then_gone(up: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    """This checkout has no copy of it yet. What it names no longer exists, as after an interrupted deletion."""
    function = {"resource_type": "lambda_function", "name": "pay", "lambda_arn": f"{PREFIX}-pay"}
    wanted, elsewhere = cloud_deployment("prod", up.project), Project(up.project.root / "elsewhere")
    elsewhere.write_record("prod", json.dumps({"resources": [function]}))
    SharedRecord(elsewhere, wanted, up.client("ssm"), "li").store()
    assert up.down() == 0
    assert "部署记录取自 SSM（li 于" in capsys.readouterr().out
    assert up.client("ssm").describe_parameters()["Parameters"] == []
    assert up.project.record_text("prod") is None
