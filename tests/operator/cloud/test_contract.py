"""The CloudFormation in memory and moto's give the same answers to the calls of `up` and `down`."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from moto import mock_aws

from infra.operator.cloud.stacks import Stacks
from infra.template import RESOURCES
from tests.operator.cloud.cloudformation import FakeCloudFormation
from tests.support.engines import REGION

NAME = "contest-x-data"
ORIGIN = {"Origin": "https://contest.example"}
"""The template's default."""


@pytest.fixture(params=["memory", "moto"])
def client(request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "memory":
        yield FakeCloudFormation()
    else:
        with mock_aws():
            yield boto3.client("cloudformation", region_name=REGION)


@pytest.fixture
def put_up(client: Any) -> Callable[..., bool]:
    def put_up(path: Path = RESOURCES, **given: str) -> bool:
        template = path.read_text(encoding="utf-8")
        return Stacks(client).deploy(NAME, template, {"Prefix": "contest-x", **given}, holds_data=True)

    return put_up


def test_a_stack_is_created_left_alone_updated_and_deleted(client: Any, put_up: Callable[..., bool]) -> None:
    stacks = Stacks(client)
    assert stacks.find(NAME) is None

    assert put_up()
    found = stacks.find(NAME)
    assert found
    assert (found.status, found.is_protected) == ("CREATE_COMPLETE", True)
    assert found.parameters == {**ORIGIN, "Prefix": "contest-x", "WarmWrites": "0", "WarmReads": "12000"}

    assert not put_up()

    assert put_up(WarmWrites="8000")
    assert not put_up()
    found = stacks.find(NAME)
    assert found
    assert found.status == "UPDATE_COMPLETE"
    assert found.parameters == {**ORIGIN, "Prefix": "contest-x", "WarmWrites": "8000", "WarmReads": "12000"}

    assert stacks.delete(NAME)
    assert stacks.find(NAME) is None
    assert not stacks.delete(NAME)


def test_the_deployed_template_is_told(client: Any, put_up: Callable[..., bool]) -> None:
    put_up()
    deployed = yaml.safe_load(client.get_template(StackName=NAME)["TemplateBody"])
    assert deployed["Resources"] == yaml.safe_load(RESOURCES.read_text(encoding="utf-8"))["Resources"]
