"""`./contest doctor --people N` compares the deployment with what the model says that so many need."""

import pytest

from chalicelib.domain.prizes import SHARDS
from infra.opening import derived
from infra.operator.doctor import crowd_checks
from tests.operator.doctor.conftest import Clinic


def deployed(clinic: Clinic, concurrency: int, rate: int, warm_writes: int) -> None:
    clinic.says("lambda", "GetAccountSettings", {"AccountLimit": {"ConcurrentExecutions": concurrency}})
    clinic.says("apigateway", "GetAccount", {"throttleSettings": {"rateLimit": rate, "burstLimit": rate // 2}})
    parameters = [{"ParameterKey": "WarmWrites", "ParameterValue": str(warm_writes)}]
    stacks = {"Stacks": [{"StackStatus": "CREATE_COMPLETE", "Parameters": parameters}]}
    clinic.says("cloudformation", "DescribeStacks", stacks)


def test_what_so_many_need_is_there(clinic: Clinic) -> None:
    needed = derived.for_people(100_000)
    deployed(clinic, int(needed["concurrency"]), int(needed["gateway_requests"]), int(needed["warm_writes"]))
    assert clinic.text(crowd_checks.check(90_000)).startswith("✓ 预计人数：90,000 人所需的")


@pytest.mark.parametrize(
    ("concurrency", "rate", "warm", "words"),
    [
        (10, 10_000, 40_000, "Lambda 并发 10，100,000 人需要 1,000"),
        (1_000, 500, 40_000, "API Gateway 每秒请求 500，100,000 人需要 10,000"),
        (1_000, 10_000, 0, "预热的每秒写 4,000，100,000 人需要"),
    ],
)
def test_what_is_missing_is_named(clinic: Clinic, concurrency: int, rate: int, warm: int, words: str) -> None:
    deployed(clinic, concurrency, rate, warm)
    (line,) = clinic.text(crowd_checks.check(100_000)).splitlines()
    assert line.startswith("! 预计人数：")
    assert words in line


def test_more_people_than_were_simulated(clinic: Clinic) -> None:
    deployed(clinic, 10**6, 10**6, 10**6)
    lines = clinic.text(crowd_checks.check(10_000_000)).splitlines()
    assert "10,000,000 人超出推算过的 5,000,000 人" in lines[0]
    assert f"奖池的分片 {SHARDS}，" in "\n".join(lines)
