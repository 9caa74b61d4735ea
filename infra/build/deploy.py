"""`make deploy STAGE=prod`: builds the lean package, has Chalice deploy it, and shares Chalice's record.

python -m infra.build.deploy --stage STAGE [--yes] [--really PREFIX]
"""

import argparse
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.config import load_contest_file
from chalicelib.domain.deployed_contest import described
from chalicelib.domain.errors import ConfigError
from infra import gateway_responses
from infra.build import __main__ as build
from infra.build import deploy_risks, lambda_runtime
from infra.operator import probe_client
from infra.operator.cloud.aws_clients import Clients, clients, print_account
from infra.operator.deployment import Deployment, cloud_deployment
from infra.operator.operator_errors import OperatorError, explain
from infra.operator.probe_client import ProbeFailed
from infra.operator.terminal import signed
from infra.project import CHECKOUT, Project, ProjectError
from infra.schedules import scheduled_event
from infra.shared_record import SharedRecord


@dataclass(frozen=True, slots=True)
class Steps:
    """Each takes the stage and returns an exit code."""

    build: Callable[[str], int] = lambda stage: build.main(["--stage", stage])
    chalice: Callable[[str], int] = lambda stage: _chalice(stage, CHECKOUT)
    gateway: Callable[[str], int] = lambda stage: gateway_responses.main(["--stage", stage])


@dataclass(frozen=True, slots=True)
class Consent:
    """`yes` answers the first question, `really`, the deployment's prefix, the second."""

    yes: bool
    really: str


def main(
    arguments: Sequence[str] | None = None, project: Project = CHECKOUT, aws: Clients = clients, steps: Steps = Steps()
) -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m infra.build.deploy", description=__doc__)
    parser.add_argument("--stage", required=True, help="部署环境，见 .chalice/config.json")
    parser.add_argument("--yes", action="store_true", help="不再询问")
    parser.add_argument("--really", default="", metavar="PREFIX", help="再次写明前缀，代替询问")
    given = parser.parse_args(arguments)
    try:
        wanted, now = cloud_deployment(given.stage, project), datetime.now(UTC)
        caller = print_account(aws, wanted.stage, wanted.prefix)
        record = SharedRecord(project, wanted, aws("ssm"), signed(caller.name, None))
        with record.locked(now):
            _tell(record.fetch())
            if not _agreed(wanted, Consent(given.yes, given.really), project, aws, now):
                return 1
            return _deploy(wanted, record, steps)
    except (OperatorError, ProjectError, ConfigError, ClientError, BotoCoreError) as error:
        found = explain(error, details=True)
        print("。".join(found) if found else str(error), file=sys.stderr)
        return 1


def _agreed(wanted: Deployment, consent: Consent, project: Project, aws: Clients, now: datetime) -> bool:
    if lambda_runtime.main(["--stage", wanted.stage, *["--yes"] * consent.yes], project):
        return False
    ours = described(load_contest_file(project.root / "chalicelib" / "contest.toml"))
    theirs = deploy_risks.reported(aws("dynamodb"), wanted.prefix)
    if theirs and (sections := ours.differing(theirs)):
        print(f"竞赛文件与部署着的不同：{'、'.join(sections)}")
    risks = deploy_risks.Risks(ours, theirs, now, deploy_risks.uncommitted(project.root))
    if deploy_risks.agreed(risks, wanted.prefix, consent.yes, consent.really):
        return True
    print("未部署。/ Not deployed.", file=sys.stderr)
    return False


def _deploy(wanted: Deployment, record: SharedRecord, steps: Steps) -> int:
    """Shares the record also when Chalice failed: it has recorded what it made."""
    if failed := steps.build(wanted.stage):
        return failed
    failed = steps.chalice(wanted.stage)
    _tell(record.store())
    if failed or (failed := steps.gateway(wanted.stage)):
        return failed
    _report(wanted.prefix)
    return 0


def _chalice(stage: str, project: Project) -> int:
    command = [str(Path(sys.executable).with_name("chalice")), "deploy", "--stage", stage]
    return subprocess.run(command, cwd=project.root / "build" / stage, check=False).returncode


def _report(prefix: str) -> None:
    """Has the sweep report the deployed contest file, so that the operators' commands need not wait for it."""
    try:
        probe_client.invoke(f"{prefix}-sweep", scheduled_event(f"{prefix}-sweep-event", datetime.now(UTC)))
    except ProbeFailed as failed:
        print(f"! {failed.what}：./contest 的命令在清扫报告新的竞赛文件（一分钟）之后才认得它", file=sys.stderr)


def _tell(done: str) -> None:
    if done:
        print(f"✓ {done}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
