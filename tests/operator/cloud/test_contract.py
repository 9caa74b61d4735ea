"""The played CloudFormation and moto's answer alike, as far as `up` and `down` ask them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.operator.cloud.change_sets import Change, deploy
from infra.operator.cloud.stacks import Stacks
from infra.template import RESOURCES
from tests.operator.cloud.cloudformation import FakeCloudFormation
from tests.support.engines import REGION

NAME = "contest-x-data"
Seen = list[Change]


@pytest.fixture(params=["played", "moto"])
def client(request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "played":
        yield FakeCloudFormation()
    else:
        with mock_aws():
            yield boto3.client("cloudformation", region_name=REGION)


@pytest.fixture
def put_up(client: Any) -> Callable[..., tuple[int, Seen]]:
    def put_up(path: Path = RESOURCES, **given: str) -> tuple[int, Seen]:
        seen: Seen = []
        stacks = Stacks(client, lambda seconds: None)
        count = deploy(stacks, NAME, path.read_text(encoding="utf-8"), {"Prefix": "contest-x", **given}, seen.extend)
        return count, seen

    return put_up


def test_a_stack_is_created_left_alone_updated_and_deleted(
    client: Any, put_up: Callable[..., tuple[int, Seen]], tmp_path: Path
) -> None:
    stacks = Stacks(client, lambda seconds: None)
    assert stacks.find(NAME) is None

    count, seen = put_up()
    assert count == len(seen) == 16
    assert {(one.action, one.replaced) for one in seen} == {("Add", False)}
    assert {one.kind for one in seen} == {"AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::Logs::LogGroup"}
    found = stacks.find(NAME)
    assert found
    assert found.status == "CREATE_COMPLETE"
    assert found.parameters == {"Prefix": "contest-x", "WarmWrites": "0", "WarmReads": "12000"}

    assert put_up() == (0, [])

    put_up(WarmWrites="8000")
    assert put_up() == (0, [])
    found = stacks.find(NAME)
    assert found
    assert found.status == "UPDATE_COMPLETE"
    assert found.parameters == {"Prefix": "contest-x", "WarmWrites": "8000", "WarmReads": "12000"}

    fewer = tmp_path / "resources.yaml"
    fewer.write_text(RESOURCES.read_text(encoding="utf-8").split("\n  AppLog:")[0], encoding="utf-8")
    _, seen = put_up(fewer)
    assert {one.action for one in seen} == {"Remove"}

    assert stacks.delete(NAME)
    assert stacks.find(NAME) is None
    assert not stacks.delete(NAME)
