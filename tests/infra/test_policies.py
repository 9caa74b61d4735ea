"""Each function may do what it does, and no more: its policy against every call that it makes."""

import json
from typing import Any

import pytest
import yaml

from chalicelib.pay_settings import pay_path
from infra import policies
from infra.project import API_HANDLER, CHECKOUT
from tests.infra.conftest import SECRETS_PATH
from tests.infra.function_runs import RUNS, begin, lay_plan
from tests.infra.iam_requests import Asked, allows, arn, grants, recorded
from tests.support.simulated_wechat import SimulatedWeChat

STAGE = "prod"
RIGHTS: dict[str, Any] = yaml.safe_load(policies.RIGHTS.read_text(encoding="utf-8"))
READS = "ssm:GetParametersByPath"
USED_BY_LAMBDA = {
    "logs:CreateLogStream": "the runtime writes what the function prints",
    "logs:PutLogEvents": "the runtime writes what the function prints",
    "sqs:ReceiveMessage": "the queue's poller fetches with the function's role",
    "sqs:DeleteMessage": "the queue's poller fetches with the function's role",
    "sqs:GetQueueAttributes": "the queue's poller fetches with the function's role",
}
"""Rights that no call of ours uses, and why they are there."""


def granted(function: str) -> set[Asked]:
    path = CHECKOUT.chalice / policies.policy_file(STAGE, function)
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return grants(document)


@pytest.mark.parametrize("function", RUNS)
@pytest.mark.usefixtures("deployed")
def test_every_call_is_allowed_and_every_right_is_used(function: str, wechat: SimulatedWeChat) -> None:
    lay_plan(wechat)
    with recorded() as asked:
        begin(wechat)
    for run in RUNS[function]:
        life = begin(wechat)
        run(life)
        asked |= life.calls[function]
    rights = granted(function)
    assert sorted(call for call in asked if not any(allows(right, call) for right in rights)) == []
    own = {right for right in rights if right[0] not in USED_BY_LAMBDA}
    unused = {right for right in own if not any(allows(right, call) for call in asked)}
    other_forms = {(READS, f"arn:*:ssm:*:*:parameter/contest/{path}") for path in ("prod", "prod-pay")}
    assert unused <= other_forms, "only the paths' other forms"


@pytest.mark.parametrize("function", RUNS)
@pytest.mark.usefixtures("deployed")
def test_what_pays_reads_what_paying_takes_and_nothing_else_may(function: str, wechat: SimulatedWeChat) -> None:
    lay_plan(wechat)
    asked: set[Asked] = set()
    for run in RUNS[function]:
        life = begin(wechat)
        run(life)
        asked |= life.calls[function]
    reading = (READS, arn("ssm", f"parameter{pay_path(SECRETS_PATH)}"))
    allowed = [right for right in granted(function) if allows(right, reading)]
    pays = bool(RIGHTS[function].get("pays"))
    assert (reading in asked, bool(allowed)) == (pays, pays)
    assert not [one for one in asked - {reading} if one[0] == READS], "the rest was there at the start"


def test_the_files_are_those_of_the_template() -> None:
    folder = CHECKOUT.chalice / "policies"
    written = {f"policies/{path.name}": path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert written == policies.policies(), "run python -m infra.policies"


def test_chalice_gives_each_function_its_own_file() -> None:
    config = CHECKOUT.config()
    for stage in ("staging", "prod"):
        functions = config["stages"][stage]["lambda_functions"]
        for name, settings in functions.items():
            own = API_HANDLER if name == "api_handler" else name
            assert settings["iam_policy_file"] == policies.policy_file(stage, own)
        assert functions.keys() == config["lambda_functions"].keys()


def test_a_function_in_a_vpc_may_have_its_interface() -> None:
    variables = {"RESOURCE_PREFIX": "x", "SECRETS_PATH": "/x/"}
    document = policies.policy({}, "x", {"environment_variables": variables, "subnet_ids": ["subnet-1"]})
    assert {action for action, _ in grants(document)} > set(policies.IN_A_VPC)


def test_no_right_is_a_pattern_and_every_resource_is_the_stages_own() -> None:
    for name, text in policies.policies().items():
        stage = name.split("/")[1].split("-")[0]
        for action, resource in grants(json.loads(text)):
            assert "*" not in action
            assert f"contest-{stage}" in resource or resource.startswith(f"arn:*:ssm:*:*:parameter/contest/{stage}")
