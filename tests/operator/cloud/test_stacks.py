"""Stacks are deployed once, even if the command is repeated or run twice; errors say what to do; data is kept."""

import pytest

from infra.operator.cloud.stacks import Stacks
from infra.operator.operator_errors import OperatorError
from infra.project import TEMPLATES
from tests.operator.cloud.cloudformation import FakeCloudFormation, Known, refusal

NAME = "contest-x-data"
TEMPLATE = """
Parameters: {Prefix: {Type: String}, Warm: {Type: Number, Default: 0}}
Resources: {Table: {Type: "AWS::DynamoDB::Table"}, Queue: {Type: "AWS::SQS::Queue"}, Topic: {Type: "AWS::SNS::Topic"}}
"""
GIVEN = {"Prefix": "contest-x"}


@pytest.fixture
def cloud() -> FakeCloudFormation:
    return FakeCloudFormation()


def stacks_of(cloud: FakeCloudFormation) -> Stacks:
    return Stacks(cloud, {"Delay": 0, "MaxAttempts": 3})


def put_up(
    cloud: FakeCloudFormation, given: dict[str, str] = GIVEN, template: str = TEMPLATE, holds_data: bool = True
) -> bool:
    return stacks_of(cloud).deploy(NAME, template, given, holds_data=holds_data)


def state(cloud: FakeCloudFormation) -> tuple[str, dict[str, str]]:
    return cloud.stacks[NAME].status, cloud.stacks[NAME].parameters


def test_it_is_created_and_then_left_alone(cloud: FakeCloudFormation) -> None:
    assert put_up(cloud)
    assert state(cloud) == ("CREATE_COMPLETE", {"Prefix": "contest-x", "Warm": "0"})
    assert not put_up(cloud)
    assert (cloud.calls.count("create_stack"), cloud.calls.count("update_stack")) == (1, 1)


def test_what_was_set_earlier_is_kept(cloud: FakeCloudFormation) -> None:
    put_up(cloud, {**GIVEN, "Warm": "8000"})
    assert not put_up(cloud)
    assert put_up(cloud, template=TEMPLATE.replace("Topic:", "Other:"))
    assert state(cloud) == ("UPDATE_COMPLETE", {"Prefix": "contest-x", "Warm": "8000"})


def test_a_parameter_that_the_template_has_no_more_is_let_go(cloud: FakeCloudFormation) -> None:
    put_up(cloud, {**GIVEN, "Warm": "8000"})
    put_up(cloud, template=TEMPLATE.replace(", Warm: {Type: Number, Default: 0}", ""))
    assert state(cloud) == ("UPDATE_COMPLETE", GIVEN)


LOSSES = [("Queue", TEMPLATE.replace("Queue:", "Other:"), set()), ("Table", TEMPLATE, {"Table"})]


@pytest.mark.parametrize(("lost", "template", "replaced"), LOSSES)
def test_data_is_neither_deleted_nor_replaced(
    cloud: FakeCloudFormation, lost: str, template: str, replaced: set[str]
) -> None:
    put_up(cloud)
    before, cloud.replaces = cloud.stacks[NAME].resources[lost], replaced
    with pytest.raises(OperatorError) as caught:
        put_up(cloud, template=template)
    first, advice = str(caught.value).splitlines()
    assert lost in first
    assert "栈策略不允许" in advice
    assert cloud.stacks[NAME].resources[lost] is before


def test_what_is_no_data_goes_with_the_template(cloud: FakeCloudFormation) -> None:
    put_up(cloud)
    assert put_up(cloud, template=TEMPLATE.replace("Topic:", "Other:"))
    assert "Topic" not in cloud.stacks[NAME].resources


def test_a_stack_from_before_gets_policy_and_protection(cloud: FakeCloudFormation) -> None:
    put_up(cloud, holds_data=False)
    assert not cloud.stacks[NAME].policy
    assert not put_up(cloud)
    assert cloud.stacks[NAME].policy
    assert cloud.stacks[NAME].is_protected
    put_up(cloud)
    assert cloud.calls.count("update_termination_protection") == 1


def test_a_failure_names_the_first_cause_and_the_next_run_carries_on(cloud: FakeCloudFormation) -> None:
    cloud.fails = {"Queue": "Queue names\n must be shorter"}
    with pytest.raises(OperatorError) as caught:
        put_up(cloud)
    first, advice = str(caught.value).splitlines()
    assert first == f"栈 {NAME} 没有成功（CREATE_FAILED）：Queue（AWS::Some::Thing）：Queue names must be shorter"
    assert "接着做" in advice
    cloud.fails = {}
    assert put_up(cloud)
    assert state(cloud)[0] == "UPDATE_COMPLETE"


def test_another_stacks_resource_may_be_replaced(cloud: FakeCloudFormation) -> None:
    put_up(cloud, holds_data=False)
    cloud.replaces = {"Queue"}
    assert put_up(cloud, holds_data=False)
    assert state(cloud)[0] == "UPDATE_COMPLETE"
    cloud.fails = {"Queue": "no such thing"}
    with pytest.raises(OperatorError, match=r"UPDATE_ROLLBACK_COMPLETE.*no such thing"):
        put_up(cloud, holds_data=False)
    cloud.fails = {}
    assert put_up(cloud, holds_data=False), "the next one carries on"


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
    assert not {"create_stack", "update_stack", "delete_stack"} & set(cloud.calls)


@pytest.mark.parametrize("status", ["CREATE_FAILED", "UPDATE_FAILED"])
def test_unfinished_with_nothing_to_change_is_no_success(cloud: FakeCloudFormation, status: str) -> None:
    put_up(cloud)
    cloud.stacks[NAME].status = status
    with pytest.raises(OperatorError, match="rollback-stack --stack-name contest-x-data"):
        put_up(cloud)


def test_one_that_was_only_planned_is_made_anew(cloud: FakeCloudFormation) -> None:
    """The state after an interrupted `up` of an earlier version."""
    cloud.stacks[NAME] = Known("REVIEW_IN_PROGRESS")
    assert put_up(cloud)
    assert state(cloud)[0] == "CREATE_COMPLETE"


def test_a_stack_that_another_up_has_just_created_is_not_deleted(cloud: FakeCloudFormation) -> None:
    cloud.stacks[NAME] = Known("REVIEW_IN_PROGRESS")

    def other_up() -> None:
        del cloud.stacks[NAME]
        put_up(cloud)

    cloud.interfere["delete_stack"] = other_up
    assert not put_up(cloud)
    assert state(cloud)[0] == "CREATE_COMPLETE"
    assert cloud.calls.count("create_stack") == 1
    assert "update_termination_protection" not in cloud.calls


def ends_after(cloud: FakeCloudFormation, looks: int, status: str) -> None:
    """The stack gets this status after this many reads."""

    def look() -> None:
        nonlocal looks
        looks -= 1
        if looks:
            cloud.interfere["describe_stacks"] = look
        else:
            cloud.stacks[NAME].status = status

    cloud.interfere["describe_stacks"] = look


@pytest.mark.parametrize(
    ("status", "after"),
    [
        ("CREATE_IN_PROGRESS", "CREATE_COMPLETE"),
        ("CREATE_IN_PROGRESS", "CREATE_FAILED"),
        ("UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_COMPLETE"),
        ("UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"),
        ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"),
        ("IMPORT_IN_PROGRESS", "IMPORT_COMPLETE"),
    ],
)
def test_one_that_is_still_at_work_is_waited_for(cloud: FakeCloudFormation, status: str, after: str) -> None:
    put_up(cloud)
    cloud.stacks[NAME].status = status
    ends_after(cloud, 3, after)
    assert put_up(cloud, {**GIVEN, "Warm": "1"})
    assert state(cloud)[0] == "UPDATE_COMPLETE"


def test_a_creation_that_is_being_rolled_back_is_waited_for_and_explained(cloud: FakeCloudFormation) -> None:
    cloud.stacks[NAME] = Known("ROLLBACK_IN_PROGRESS", dict(GIVEN))
    ends_after(cloud, 3, "ROLLBACK_COMPLETE")
    with pytest.raises(OperatorError, match="delete-stack"):
        put_up(cloud)


@pytest.mark.parametrize("status", ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"])
def test_waiting_ends(cloud: FakeCloudFormation, status: str) -> None:
    cloud.stacks[NAME] = Known(status, dict(GIVEN))
    with pytest.raises(OperatorError, match="稍后"):
        put_up(cloud)


@pytest.mark.parametrize("moment", ["describe_stacks", "create_stack", "set_stack_policy", "update_stack"])
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


def test_being_overtaken_again_and_again_is_told(cloud: FakeCloudFormation) -> None:
    put_up(cloud)

    def again() -> None:
        cloud.interfere["update_stack"] = again
        raise refusal("ValidationError", "Stack is in UPDATE_IN_PROGRESS state and can not be updated", "UpdateStack")

    cloud.interfere["update_stack"] = again
    with pytest.raises(OperatorError, match="另一处"):
        put_up(cloud)


def test_what_aws_refuses_for_itself_is_passed_on(cloud: FakeCloudFormation) -> None:
    with pytest.raises(Exception, match="must have values"):
        put_up(cloud, {})


# Deleting


def test_a_deletion_waits_and_may_be_repeated(cloud: FakeCloudFormation) -> None:
    put_up(cloud)
    stacks = stacks_of(cloud)
    assert stacks.delete(NAME)
    assert not stacks.delete(NAME)
    assert cloud.calls.count("delete_stack") == 1


def test_a_protected_one_is_deleted_only_on_purpose(cloud: FakeCloudFormation) -> None:
    put_up(cloud)
    with pytest.raises(Exception, match="TerminationProtection"):
        cloud.delete_stack(NAME)
    assert stacks_of(cloud).delete(NAME)


def test_a_deletion_that_fails_is_told_and_may_be_tried_again(cloud: FakeCloudFormation) -> None:
    put_up(cloud)
    stacks = stacks_of(cloud)
    cloud.fails = {"Queue": "is in use"}
    with pytest.raises(OperatorError, match="is in use"):
        stacks.delete(NAME)
    cloud.fails = {}
    assert stacks.delete(NAME)


def test_the_templates_are_small_enough_to_be_handed_over() -> None:
    """AWS accepts 51,200 bytes in the call itself."""
    for name in ("resources", "egress", "alarms"):
        assert (TEMPLATES / f"{name}.yaml").stat().st_size <= 51_200
