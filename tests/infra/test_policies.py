"""Each function may do exactly what it does: its policy is compared with every call that it makes."""

import json
from typing import Any

import pytest
import yaml

from chalicelib.pay_settings import PAY_SECRET_NAMES, pay_path
from chalicelib.settings import FUNCTION_SECRETS, OPTIONAL_NAMES, SECRET_NAMES
from infra import policies
from infra.project import API_HANDLER, CHECKOUT
from tests.infra.conftest import SECRETS_PATH
from tests.infra.function_runs import RUNS, begin, lay_plan
from tests.infra.iam_requests import Asked, allows, arn, grants, recorded
from tests.support.simulated_wechat import SimulatedWeChat

STAGE = "prod"
RIGHTS: dict[str, Any] = yaml.load(policies.RIGHTS.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
READS = "ssm:GetParameters"
USED_BY_OTHERS = {
    "logs:CreateLogStream": "the runtime writes what the function prints",
    "logs:PutLogEvents": "the runtime writes what the function prints",
    "sqs:ReceiveMessage": "the queue's poller fetches with the function's role",
    "sqs:DeleteMessage": "the queue's poller fetches with the function's role",
    "sqs:GetQueueAttributes": "the queue's poller fetches with the function's role",
    "s3:GetObject": "a browser reads by an address that the function signed",
    "s3:PutObject": "a browser uploads with a form that the function signed",
    "s3:ListBucket": "S3 tells whoever has it that a file is missing",
}
"""Rights that no call of ours uses, and why they are there."""


def granted(function: str) -> set[Asked]:
    path = CHECKOUT.chalice / policies.policy_file(STAGE, function)
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return grants(document)


def asked_by(function: str, wechat: SimulatedWeChat) -> set[Asked]:
    """All requests of the function, from its cold start."""
    lay_plan(wechat)
    with recorded() as asked:
        begin(wechat)
    found = asked if function == API_HANDLER else set[Asked]()
    for run in RUNS[function]:
        life = begin(wechat)
        life.cold_starts = True
        run(life)
        found |= life.calls[function]
    return found


@pytest.mark.parametrize("function", RUNS)
@pytest.mark.usefixtures("deployed")
def test_every_call_is_allowed_and_every_right_is_used(function: str, wechat: SimulatedWeChat) -> None:
    asked, rights = asked_by(function, wechat), granted(function)
    assert sorted(call for call in asked if not any(allows(right, call) for right in rights)) == []
    own = {right for right in rights if right[0] not in USED_BY_OTHERS}
    assert [right for right in own if not any(allows(right, call) for call in asked)] == []
    secrets = {resource for action, resource in asked if action == READS}
    assert secrets == {arn("ssm", f"parameter{name}") for name in secrets_of(function)}


def secrets_of(function: str) -> list[str]:
    """Full names of the secrets that the function reads."""
    named = [SECRETS_PATH + name for name in FUNCTION_SECRETS[function]]
    return named + [pay_path(SECRETS_PATH) + name for name in PAY_SECRET_NAMES if RIGHTS[function].get("pays")]


@pytest.mark.parametrize("function", RIGHTS)
def test_no_function_may_read_what_is_not_its_own(function: str) -> None:
    every = [SECRETS_PATH + name for name in (*SECRET_NAMES, *OPTIONAL_NAMES)]
    every += [pay_path(SECRETS_PATH) + name for name in PAY_SECRET_NAMES]
    rights = granted(function)
    readable = [name for name in every if any(allows(one, (READS, arn("ssm", f"parameter{name}"))) for one in rights)]
    assert readable == secrets_of(function)
    assert {action for action, _ in rights if action.startswith("ssm:")} <= {READS}
    assert not [resource for _, resource in rights if resource.endswith("-books")], "for operators alone"


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
