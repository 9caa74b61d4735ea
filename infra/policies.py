"""Writes the functions' IAM policies, one file per function and stage, from `infra/policies.yaml`.

python -m infra.policies    after changing that file, or a stage's names or subnets in `.chalice/config.json`

`arn:*:` matches every partition, including aws-cn. Region and account are wildcards because they are unknown here.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from chalicelib.pay_settings import PAY_SECRET_NAMES, pay_path
from chalicelib.settings import FUNCTION_SECRETS
from infra.project import CHECKOUT, LOCAL, Project

RIGHTS = Path(__file__).with_name("policies.yaml")
FETCHING = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
PUTTING = ("sqs:GetQueueUrl", "sqs:SendMessage")
_VPC = "AssignPrivateIpAddresses CreateNetworkInterface DeleteNetworkInterface DescribeNetworkInterfaces"
IN_A_VPC = tuple(f"ec2:{action}" for action in [*_VPC.split(), "DescribeSubnets", "UnassignPrivateIpAddresses"])
"""The actions that the Lambda guide lists for a function in a VPC."""


def policies(project: Project = CHECKOUT) -> dict[str, str]:
    """Returns path inside `.chalice` -> text of the file, for every stage in the cloud."""
    found = {}
    for stage, settings in project.config()["stages"].items():
        if stage == LOCAL:
            continue
        for function, granted in rights().items():
            document = policy(granted, project.function_name(stage, function), settings)
            found[policy_file(stage, function)] = json.dumps(document, indent=2) + "\n"
    return found


def policy_file(stage: str, function: str) -> str:
    return f"policies/{stage}-{function}.json"


def rights() -> dict[str, Any]:
    """Returns what each function may do, with the secrets that it reads."""
    granted = yaml.load(RIGHTS.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {function: {**own, "secrets": FUNCTION_SECRETS[function]} for function, own in granted.items()}


def policy(granted: Mapping[str, Any], name: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the policy document of the function deployed as `name`; `settings` are its stage's."""
    prefix, path = (settings["environment_variables"][key] for key in ("RESOURCE_PREFIX", "SECRETS_PATH"))
    statements = [_logs(name), *_secrets(granted, path), *_tables(granted, prefix), *_queues(granted, prefix)]
    statements += _files(granted, prefix)
    if settings.get("subnet_ids"):
        # EC2 has no resource to name before the interface exists.
        statements.append(_allow("Network", IN_A_VPC, ["*"]))
    return {"Version": "2012-10-17", "Statement": statements}


def _logs(name: str) -> dict[str, Any]:
    """Allows writing logs, but not creating the group: `infra/cloudformation/resources.yaml` sets its retention."""
    streams = f"arn:*:logs:*:*:log-group:/aws/lambda/{name}:*"
    return _allow("Logs", ("logs:CreateLogStream", "logs:PutLogEvents"), [streams])


def _secrets(granted: Mapping[str, Any], path: str) -> Iterator[dict[str, Any]]:
    paying = PAY_SECRET_NAMES if granted.get("pays") else ()
    for sid, under, names in (("Settings", path, granted.get("secrets")), ("PaySettings", pay_path(path), paying)):
        if names:
            own = f"arn:*:ssm:*:*:parameter{under.rstrip('/')}"
            yield _allow(sid, ("ssm:GetParameters",), [f"{own}/{name}" for name in names])


def _tables(granted: Mapping[str, Any], prefix: str) -> Iterator[dict[str, Any]]:
    for table, actions in granted.get("tables", {}).items():
        names = tuple(f"dynamodb:{action}" for action in actions)
        yield _allow(table.capitalize(), names, [f"arn:*:dynamodb:*:*:table/{prefix}-{table}"])
    for table, indexes in granted.get("indexes", {}).items():
        own = f"arn:*:dynamodb:*:*:table/{prefix}-{table}/index/"
        yield _allow(f"{table.capitalize()}Indexes", ("dynamodb:Query",), [own + index for index in indexes])


def _queues(granted: Mapping[str, Any], prefix: str) -> Iterator[dict[str, Any]]:
    if queues := granted.get("queues"):
        yield _allow("Put", PUTTING, [f"arn:*:sqs:*:*:{prefix}-{queue}" for queue in queues])
    if queue := granted.get("consumes"):
        yield _allow("Fetch", FETCHING, [f"arn:*:sqs:*:*:{prefix}-{queue}"])


def _files(granted: Mapping[str, Any], prefix: str) -> Iterator[dict[str, Any]]:
    """The bucket's name ends with the account, which is unknown here."""
    own = f"arn:*:s3:::{prefix}-office-*"
    if actions := granted.get("files"):
        yield _allow("Files", tuple(f"s3:{action}" for action in actions), [f"{own}/*"])
        # Without it, S3 says of a missing file that reading it is forbidden.
        yield _allow("FilesList", ("s3:ListBucket",), [own])


def _allow(sid: str, actions: tuple[str, ...], resources: list[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": resources}


def write(project: Project = CHECKOUT) -> None:
    """Writes all policy files, and deletes those of functions and stages that no longer exist."""
    wanted = policies(project)
    folder = project.chalice / "policies"
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.json"):
        if f"policies/{path.name}" not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (project.chalice / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
