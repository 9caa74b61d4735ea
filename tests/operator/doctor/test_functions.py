"""Functions, their queues' triggers and the account's quota."""

from collections.abc import Callable
from typing import Any

import pytest

from infra.operator.doctor import function_checks
from infra.operator.doctor.check_runner import Check
from tests.operator.doctor.cloud import deploy_functions
from tests.operator.doctor.conftest import Clinic, is_well

FUNCTIONS, MAPPINGS = Check("函数", function_checks.functions), Check("队列触发", function_checks.mappings)
QUOTA = Check("并发配额", function_checks.quota)


@pytest.fixture
def deployed(clinic: Clinic) -> Clinic:
    deploy_functions(clinic)
    return clinic


def in_a_vpc(answer: Any) -> None:
    answer["Configuration"]["VpcConfig"] = {"SubnetIds": ["subnet-1"]}


def test_all_is_well(deployed: Clinic) -> None:
    deployed.changed("lambda", "GetFunction", in_a_vpc)
    found = [*deployed.tells(FUNCTIONS), *deployed.tells(MAPPINGS)]
    assert is_well(found), found
    assert "contest-prod-payouts → pay" in found[-1].text


def test_without_a_fixed_address_wechat_turns_functions_away(deployed: Clinic) -> None:
    text = deployed.text(FUNCTIONS)
    assert "✓ 函数：8 个" in text
    assert "! 出口地址：api_handler、pay" in text
    assert "infra/cloudformation/egress.yaml" in text


def test_nothing_is_deployed(clinic: Clinic) -> None:
    text = clinic.text(FUNCTIONS)
    assert text.startswith("✗ 函数：api_handler、pay、take_later、sweep")
    assert text.endswith(" 没有部署。执行 make deploy STAGE=环境名")
    assert clinic.text(MAPPINGS).count("没有接到") == 2


def of(name: str, **configuration: Any) -> Callable[[Any], None]:
    def changed(answer: Any) -> None:
        if answer["Configuration"]["FunctionName"] == name:
            answer["Configuration"].update(configuration)

    return changed


def no_reserve(answer: Any) -> None:
    answer.pop("Concurrency", None)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (of("contest-prod", State="Failed"), "api_handler 的状态是 Failed"),
        (of("contest-prod-pay", LastUpdateStatus="InProgress"), "pay 上次更新：InProgress"),
        (of("contest-prod-sweep", CodeSha256="of the last one"), "各函数 的代码不是同一版本"),
        (no_reserve, "pay、take_later 的预留并发是 None，应为 10"),
        (
            of("contest-prod-sweep", Environment={"Variables": {"STAGE": "prod", "CONTEST_NOW": "secret"}}),
            "sweep 的环境变量与 .chalice/config.json 不同：CONTEST_NOW、PUBLIC_BASE_URL、RESOURCE_PREFIX、SECRETS_PATH",
        ),
    ],
)
def test_a_function_with_a_fault(deployed: Clinic, change: Callable[[Any], None], words: str) -> None:
    deployed.changed("lambda", "GetFunction", change)
    text = deployed.text(FUNCTIONS)
    assert f"✗ 函数：{words}" in text
    assert "secret" not in text


def first(change: Callable[[Any], Any]) -> Callable[[Any], None]:
    return lambda answer: change(answer["EventSourceMappings"][0])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (first(lambda one: one.update(State="Disabled")), "的状态是 Disabled"),
        (first(lambda one: one.pop("ScalingConfig", None)), "contest-prod-payouts → pay 的最大并发是 None，应为 10"),
        (first(lambda one: one.update(EventSourceArn="arn:x:another")), "contest-prod-payouts 没有接到 pay"),
    ],
)
def test_a_trigger_with_a_fault(deployed: Clinic, change: Callable[[Any], None], words: str) -> None:
    deployed.changed("lambda", "ListEventSourceMappings", change)
    assert words in (text := deployed.text(MAPPINGS))
    assert "✗ 队列触发" in text


@pytest.mark.parametrize(
    ("total", "mark", "words"),
    [
        (1000, "✓", "账号 1000，未预留 974"),
        (500, "!", "少于建议的 1000"),
        (126, "!", "少于建议"),
        (125, "✗", "少于所需的 126"),
        (10, "✗", "少于"),
    ],
)
def test_the_quota(clinic: Clinic, total: int, mark: str, words: str) -> None:
    limit = {"ConcurrentExecutions": total, "UnreservedConcurrentExecutions": total - 26}
    clinic.says("lambda", "GetAccountSettings", {"AccountLimit": limit})
    text = clinic.text(QUOTA)
    assert text.startswith(f"{mark} 并发配额")
    assert words in text
