"""`./contest doctor --people N` compares the deployment with what the model says that so many need."""

import pytest

from infra.opening import derived
from infra.operator.doctor import crowd_checks
from tests.operator.doctor.conftest import Clinic


def deployed(clinic: Clinic, concurrency: int, rate: int, warm_writes: int, warm_reads: int = 1_000_000) -> None:
    clinic.says("lambda", "GetAccountSettings", {"AccountLimit": {"ConcurrentExecutions": concurrency}})
    clinic.says("apigateway", "GetAccount", {"throttleSettings": {"rateLimit": rate, "burstLimit": rate // 2}})
    warmed = {"WarmWrites": warm_writes, "WarmReads": warm_reads}
    parameters = [{"ParameterKey": name, "ParameterValue": str(value)} for name, value in warmed.items()]
    stacks = {"Stacks": [{"StackStatus": "CREATE_COMPLETE", "Parameters": parameters}]}
    clinic.says("cloudformation", "DescribeStacks", stacks)


def test_what_so_many_need_is_there(clinic: Clinic) -> None:
    needed = derived.for_people(100_000)
    deployed(clinic, int(needed["concurrency"]), int(needed["gateway_requests"]), int(needed["warm_writes"]))
    assert clinic.text(crowd_checks.check(90_000)).startswith("✓ 预计人数：90,000 人所需的")


@pytest.mark.parametrize(
    ("there", "words"),
    [
        ((10, 10_000, 40_000), "Lambda 并发 10，100,000 人需要 1,000"),
        ((1_000, 500, 40_000), "API Gateway 每秒请求 500，100,000 人需要 10,000"),
        ((1_000, 10_000, 0), "预热的每秒写 4,000，100,000 人需要"),
    ],
)
def test_what_is_missing_is_named(clinic: Clinic, there: tuple[int, int, int], words: str) -> None:
    deployed(clinic, *there)
    (line,) = clinic.text(crowd_checks.check(100_000)).splitlines()
    assert line.startswith("! 预计人数：")
    assert words in line


@pytest.mark.parametrize("warm_writes", [0, 200_000], ids=["without writes", "too few"])
def test_reads_are_warmed_together_with_writes_only(clinic: Clinic, warm_writes: int) -> None:
    deployed(clinic, 10**6, 10**6, warm_writes, 15_000 if warm_writes else 200_000)
    there = 15_000 if warm_writes else 12_000
    assert f"预热的每秒读 {there:,}，1,000,000 人需要" in clinic.text(crowd_checks.check(1_000_000))


def test_more_people_than_were_simulated(clinic: Clinic) -> None:
    deployed(clinic, 10**6, 10**6, 10**6)
    lines = clinic.text(crowd_checks.check(10_000_000)).splitlines()
    assert "10,000,000 人超出推算过的 5,000,000 人" in lines[0]
