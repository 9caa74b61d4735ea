"""Room for the crowd, as AWS reports it and as the data stack asked for it."""

from typing import Any

import pytest

from infra.operator.doctor import capacity
from infra.operator.doctor.check_runner import Check
from infra.template import read_template
from tests.operator.doctor.conftest import PREFIX, Clinic, is_well

CHECK = Check("预热吞吐", capacity.throughput)
ASKED = {"WriteUnitsPerSecond": 9000, "ReadUnitsPerSecond": 15000}


def asked(clinic: Clinic, writes: int) -> None:
    parameters = [
        {"ParameterKey": "Prefix", "ParameterValue": PREFIX},
        {"ParameterKey": "WarmWrites", "ParameterValue": str(writes)},
        {"ParameterKey": "WarmReads", "ParameterValue": "15000"},
    ]
    clinic.says(
        "cloudformation", "DescribeStacks", {"Stacks": [{"StackStatus": "CREATE_COMPLETE", "Parameters": parameters}]}
    )


def reported(clinic: Clinic, writes: int, of_index: int) -> None:
    def warmed(answer: Any) -> None:
        table = answer["Table"]
        table["WarmThroughput"] = ASKED | {"WriteUnitsPerSecond": writes}
        for index in table.get("GlobalSecondaryIndexes", []):
            index["WarmThroughput"] = ASKED | {"WriteUnitsPerSecond": of_index}

    clinic.changed("dynamodb", "DescribeTable", warmed)


def test_what_was_asked_for_is_there(clinic: Clinic) -> None:
    asked(clinic, 9000)
    reported(clinic, writes=9000, of_index=9000)
    found = clinic.tells(CHECK)
    assert is_well(found), found
    assert found[0].text == "3 张表已达到每秒写 9000"


def test_what_is_not_there_yet(clinic: Clinic) -> None:
    asked(clinic, 9000)
    reported(clinic, writes=9000, of_index=4000)
    assert clinic.text(CHECK).startswith("✗ 预热吞吐：contest-prod-participants 的索引 payouts-due：写 4000，要求 9000")
    reported(clinic, writes=4000, of_index=9000)
    assert clinic.text(CHECK).count("写 4000，要求 9000") == 3


def test_nothing_was_asked_for(clinic: Clinic) -> None:
    asked(clinic, 0)
    assert clinic.text(CHECK).startswith("! 预热吞吐：没有要求预热")


def test_no_stack_of_that_name(clinic: Clinic) -> None:
    assert clinic.text(CHECK).startswith("– 预热吞吐：没有名为 contest-prod-data 的栈")


@pytest.mark.parametrize(("free", "mark"), [(50, "✓"), (49, "✗")])
def test_room_for_the_instances(clinic: Clinic, free: int, mark: str) -> None:
    clinic.says("lambda", "GetAccountSettings", {"AccountLimit": {"UnreservedConcurrentExecutions": free}})
    assert clinic.text(Check("并发配额", lambda target: capacity.room(target, 50))).startswith(f"{mark} 并发配额")


def test_the_template_still_warms_what_is_looked_at() -> None:
    assert capacity.warmed("p") == {
        "p-followers": [],
        "p-participants": ["payouts-due", "participants-counted"],
        "p-pool": [],
    }
    assert {"WarmWrites", "WarmReads"} <= read_template()["Parameters"].keys()
