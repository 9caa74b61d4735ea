"""Stacks are deployed once, whoever asks how often; what goes wrong is told with what to do."""

from pathlib import Path
from typing import Any

import pytest

from infra.operator.cloud.change_sets import Change, Check, deploy
from infra.operator.cloud.stacks import Stacks
from infra.operator.operator_errors import OperatorError
from tests.operator.cloud.cloudformation import FakeCloudFormation, Known, refusal

NAME = "contest-x-data"
TEMPLATE = """
Parameters: {Prefix: {Type: String}, Warm: {Type: Number, Default: 0}}
Resources: {Table: {Type: "AWS::DynamoDB::Table"}, Queue: {Type: "AWS::SQS::Queue"}}
"""
GIVEN = {"Prefix": "contest-x"}


def allow(changes: object) -> None:
    """Whatever it is."""


@pytest.fixture
def cloud() -> FakeCloudFormation:
    return FakeCloudFormation()


def put_up(
    cloud: FakeCloudFormation, given: dict[str, str] = GIVEN, check: Check = allow, template: str = TEMPLATE
) -> int:
    return deploy(Stacks(cloud, lambda seconds: None), NAME, template, given, check)


def state(cloud: FakeCloudFormation) -> tuple[str, dict[str, str]]:
    return cloud.stacks[NAME].status, cloud.stacks[NAME].parameters


def test_it_is_created_and_then_left_alone(cloud: FakeCloudFormation) -> None:
    assert put_up(cloud) == 2
    assert state(cloud) == ("CREATE_COMPLETE", {"Prefix": "contest-x", "Warm": "0"})
    assert put_up(cloud) == 0
    assert cloud.calls.count("execute_change_set") == 1
    assert cloud.change_sets == {}, "none is left behind"


def test_what_was_set_earlier_is_kept(cloud: FakeCloudFormation) -> None:
    put_up(cloud, {**GIVEN, "Warm": "8000"})
    assert put_up(cloud) == 0
    assert put_up(cloud, {"Prefix": "contest-x"}, template=TEMPLATE.replace("Queue:", "Other:")) == 2
    assert state(cloud) == ("UPDATE_COMPLETE", {"Prefix": "contest-x", "Warm": "8000"})


def test_a_parameter_that_the_template_has_no_more_is_let_go(cloud: FakeCloudFormation) -> None:
    put_up(cloud, {**GIVEN, "Warm": "8000"})
    put_up(cloud, template=TEMPLATE.replace(", Warm: {Type: Number, Default: 0}", ""))
    assert state(cloud) == ("UPDATE_COMPLETE", GIVEN)


def test_a_refused_change_is_not_made(cloud: FakeCloudFormation) -> None:
    put_up(cloud)
    seen: list[Change] = []

    def refuse(changes: Any) -> None:
        seen.extend(changes)
        raise OperatorError("no")

    cloud.replaces = {"Table"}
    with pytest.raises(OperatorError, match="no"):
        put_up(cloud, check=refuse, template=TEMPLATE.replace("Queue:", "Other:"))
    assert {(one.action, one.resource, one.replaced) for one in seen} == {
        ("Add", "Other", False),
        ("Remove", "Queue", False),
        ("Modify", "Table", True),
    }
    assert cloud.calls.count("execute_change_set") == 1
    assert cloud.change_sets == {}


def test_a_failure_names_the_first_cause_and_the_next_run_carries_on(cloud: FakeCloudFormation) -> None:
    cloud.fails = {"Queue": "Queue names\n must be shorter"}
    with pytest.raises(OperatorError) as caught:
        put_up(cloud)
    first, advice = str(caught.value).splitlines()
    assert first == f"栈 {NAME} 没有成功（CREATE_FAILED）：Queue（AWS::Some::Thing）：Queue names must be shorter"
    assert "接着做" in advice
    cloud.fails = {}
    assert put_up(cloud) == 1
    assert state(cloud)[0] == "UPDATE_COMPLETE"


def test_what_is_no_data_may_be_replaced(cloud: FakeCloudFormation) -> None:
    put_up(cloud)
    cloud.replaces = {"Queue"}
    assert put_up(cloud) == 1
    assert state(cloud)[0] == "UPDATE_COMPLETE"
    cloud.fails = {"Queue": "no such thing"}
    with pytest.raises(OperatorError, match=r"UPDATE_ROLLBACK_COMPLETE.*no such thing"):
        put_up(cloud)
    cloud.fails, cloud.replaces = {}, set()
    assert put_up(cloud) == 1, "the next one carries on"


def test_only_this_runs_failure_is_told(cloud: FakeCloudFormation) -> None:
    cloud.fails = {"Queue": "the first time"}
    with pytest.raises(OperatorError, match="the first time"):
        put_up(cloud)
    cloud.fails = {"Table": "the second time"}
    with pytest.raises(OperatorError, match="the second time"):
        put_up(cloud, {**GIVEN, "Warm": "1"})


@pytest.mark.parametrize(
    ("status", "advised"),
    [
        ("ROLLBACK_COMPLETE", "delete-stack --stack-name contest-x-data"),
        ("ROLLBACK_FAILED", "delete-stack"),
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback --stack-name contest-x-data"),
        ("DELETE_FAILED", "delete-stack"),
        ("SOMETHING_NEW", "控制台"),
    ],
)
def test_a_stack_that_cannot_be_updated_is_explained(cloud: FakeCloudFormation, status: str, advised: str) -> None:
    cloud.stacks[NAME] = Known(status, dict(GIVEN))
    with pytest.raises(OperatorError, match=advised) as caught:
        put_up(cloud)
    assert status in str(caught.value)
    assert "create_change_set" not in cloud.calls


@pytest.mark.parametrize("status", ["CREATE_FAILED", "UPDATE_FAILED"])
def test_unfinished_with_nothing_to_change_is_no_success(cloud: FakeCloudFormation, status: str) -> None:
    put_up(cloud)
    cloud.stacks[NAME].status = status
    with pytest.raises(OperatorError, match="没有建完"):
        put_up(cloud)


def test_one_killed_before_it_executed_is_taken_up(cloud: FakeCloudFormation) -> None:
    def killed() -> None:
        raise KeyboardInterrupt

    cloud.interfere["execute_change_set"] = killed
    with pytest.raises(KeyboardInterrupt):
        put_up(cloud)
    assert state(cloud)[0] == "REVIEW_IN_PROGRESS"
    assert put_up(cloud) == 2
    assert state(cloud)[0] == "CREATE_COMPLETE"


def test_one_that_is_still_at_work_is_waited_for(cloud: FakeCloudFormation) -> None:
    put_up(cloud)
    cloud.stacks[NAME].status = "CREATE_IN_PROGRESS"
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 30:
            cloud.stacks[NAME].status = "CREATE_COMPLETE"

    assert deploy(Stacks(cloud, sleep), NAME, TEMPLATE, GIVEN, allow) == 0
    assert slept[0] < 1
    assert slept[-1] == 5


def test_waiting_ends(cloud: FakeCloudFormation) -> None:
    cloud.stacks[NAME] = Known("UPDATE_IN_PROGRESS", dict(GIVEN))
    with pytest.raises(OperatorError, match="稍后"):
        put_up(cloud)


@pytest.mark.parametrize("moment", ["create_change_set", "describe_change_set", "execute_change_set"])
@pytest.mark.parametrize("existing", [False, True])
def test_two_at_once_come_to_the_same_end(cloud: FakeCloudFormation, moment: str, existing: bool) -> None:
    wanted = {**GIVEN, "Warm": "8000"}
    if existing:
        put_up(cloud)

    def other() -> None:
        put_up(cloud, wanted)

    cloud.interfere[moment] = other
    put_up(cloud, wanted)
    assert state(cloud)[1] == wanted
    assert cloud.stacks[NAME].status in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
    assert cloud.calls.count("execute_change_set") - existing in (1, 2)


def test_being_overtaken_again_and_again_is_told(cloud: FakeCloudFormation) -> None:
    put_up(cloud)

    def again() -> None:
        cloud.stacks[NAME].parameters["Warm"] += "1"
        cloud.interfere["create_change_set"] = again
        raise refusal("ValidationError", "Stack is in UPDATE_IN_PROGRESS state", "CreateChangeSet")

    cloud.interfere["create_change_set"] = again
    with pytest.raises(OperatorError, match="另一处"):
        put_up(cloud)


def test_what_aws_refuses_for_itself_is_passed_on(cloud: FakeCloudFormation) -> None:
    with pytest.raises(Exception, match="must have values"):
        put_up(cloud, {})


# Deleting


def test_a_deletion_waits_and_may_be_repeated(cloud: FakeCloudFormation) -> None:
    put_up(cloud)
    stacks = Stacks(cloud, lambda seconds: None)
    assert stacks.delete(NAME)
    assert not stacks.delete(NAME)
    assert cloud.calls.count("delete_stack") == 1


def test_a_deletion_that_fails_is_told_and_may_be_tried_again(cloud: FakeCloudFormation) -> None:
    put_up(cloud)
    stacks = Stacks(cloud, lambda seconds: None)
    cloud.fails = {"Queue": "is in use"}
    with pytest.raises(OperatorError, match="is in use"):
        stacks.delete(NAME)
    cloud.fails = {}
    assert stacks.delete(NAME)


def test_the_templates_are_small_enough_to_be_handed_over() -> None:
    """AWS takes 51,200 bytes in the call itself."""
    infra = Path(__file__).parents[3] / "infra"
    for name in ("resources", "egress", "alarms"):
        assert (infra / "cloudformation" / f"{name}.yaml").stat().st_size <= 51_200
