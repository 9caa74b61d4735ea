"""`cloud`: an account simulated by moto, with a checkout's `.chalice`, and with fakes of the services that moto
lacks."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.config import load_contest_file
from infra.operator import command
from infra.operator.cloud import aws_clients, domain_commands, secret_commands, stack_commands
from infra.operator.cloud.stored_secrets import expected_names
from infra.operator.confirmation import Declined
from infra.project import ROOT, Project
from tests.operator.cloud.cloudformation import FakeCloudFormation
from tests.operator.cloud.moto_protection import add_to_moto

add_to_moto()
CONTEST = load_contest_file(ROOT / "chalicelib" / "contest.toml")
PREFIX = "contest-prod"
URL = "https://quiz.example"


@cache
def client_in(region: str, service: str) -> Any:
    """Kept for all tests: making one takes as long as three calls."""
    make: Any = boto3.client
    return make(service, region_name=region)


@dataclass
class Cloud:
    """`played` replaces moto's services by name."""

    project: Project
    now: datetime
    played: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        return self.played.get(service) or client_in(os.environ["AWS_DEFAULT_REGION"], service)

    def up(self, *options: str, stage: str = "prod") -> int:
        return self._run(stage, "up", *options)

    def down(self, *options: str, stage: str = "prod") -> int:
        return self._run(stage, "down", *options)

    def run(self, *argv: str) -> int:
        """Runs another command on the stage prod."""
        return self._run("prod", *argv)

    def stage(self, name: str = "prod") -> dict[str, Any]:
        """The stage in config.json."""
        return self.project.settings(name)

    def change_stage(self, name: str = "prod", **changes: Any) -> None:
        path, config = self.project.chalice / "config.json", self.project.config()
        config["stages"][name] |= changes
        path.write_text(json.dumps(config, indent=2), encoding="utf-8")

    def tables(self) -> list[str]:
        return list(self.client("dynamodb").list_tables()["TableNames"])

    def put_secrets(self, *names: str) -> None:
        """Puts secrets at their paths; all of them if none is named."""
        for path, there in expected_names("/contest/prod/").items():
            for name in names or there:
                if name in there:
                    self.client("ssm").put_parameter(Name=f"{path}{name}", Value="v", Type="SecureString")

    def _run(self, stage: str, *argv: str) -> int:
        with as_a_process(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(aws_clients, "clients", self.client)
            for commands in (stack_commands, secret_commands, domain_commands):
                patch.setattr(commands, "CHECKOUT", self.project)
            patch.setattr(stack_commands, "now", lambda: self.now)
            try:
                return command.run(["--yes", *(["--stage", stage] if stage else []), *argv])
            except Declined:
                return 3


@contextmanager
def as_a_process() -> Iterator[None]:
    """Restores the environment after the command."""
    before = dict(os.environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture
def own_environment() -> Iterator[None]:
    with as_a_process():
        yield


@pytest.fixture
def project(tmp_path: Path, own_environment: None) -> Project:
    """A checkout with only Chalice's files, as in a clone."""
    clone = shutil.ignore_patterns("deployed", "deployments")
    shutil.copytree(ROOT / ".chalice", tmp_path / ".chalice", ignore=clone)
    return Project(tmp_path)


@pytest.fixture
def cloud(project: Project) -> Iterator[Cloud]:
    """A cloud after the closing of this checkout's contest."""
    with mock_aws():
        yield Cloud(project, CONTEST.window.closes_at)


@pytest.fixture
def played(cloud: Cloud) -> FakeCloudFormation:
    """A cloud whose CloudFormation is a fake that makes no resources."""
    made = FakeCloudFormation(outputs={"WhitelistAddress": "1.2.3.4", "SubnetIds": "s-1,s-2", "SecurityGroupIds": "g"})
    cloud.played["cloudformation"] = made
    return made
