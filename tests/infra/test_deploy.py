"""`make deploy`: the cases that need a second confirmation, the order of its steps, and the record that it writes."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.config import load_contest_file
from chalicelib.domain.deployed_contest import as_text, described
from infra.build import deploy
from infra.build.deploy_risks import HOUR, Risks, agreed, reported, uncommitted
from infra.operator import probe_client
from infra.project import ROOT, Project
from tests.support.engines import REGION
from tests.support.functions import FakeLambda

OURS = described(load_contest_file(ROOT / "chalicelib" / "contest.toml"))
QUIET = OURS.opens_at - timedelta(days=3)
PREFIX = "contest-prod"


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (QUIET, []),
        (OURS.opens_at - HOUR - timedelta(seconds=1), []),
        (OURS.opens_at - HOUR, ["开幕"]),
        (OURS.opens_at + HOUR, ["开幕"]),
        (OURS.opens_at + HOUR + timedelta(seconds=1), []),
        (OURS.closes_at - HOUR, ["闭幕"]),
        (OURS.closes_at + HOUR, ["闭幕"]),
    ],
)
def test_the_hours_around_opening_and_closing_are_risks(now: datetime, found: list[str]) -> None:
    assert [risk[1:3] for risk in Risks(OURS, OURS, now)] == found


def test_the_deployed_window_counts_as_well() -> None:
    """The new file postpones a closing that is near."""
    theirs = replace(OURS, closes_at=QUIET + timedelta(minutes=5))
    assert ["闭幕" in risk for risk in Risks(OURS, theirs, QUIET)] == [True]


def test_another_contest_under_way_is_a_risk() -> None:
    theirs = replace(OURS, contest_id="spring", opens_at=QUIET - 2 * HOUR, closes_at=QUIET + 2 * HOUR)
    assert list(Risks(OURS, theirs, QUIET)) == [f"竞赛 spring 正在进行，将换成 {OURS.contest_id}"]
    assert list(Risks(OURS, replace(theirs, closes_at=QUIET - HOUR * 1.5), QUIET)) == []


@pytest.mark.parametrize(
    ("yes", "really", "may"),
    [(True, PREFIX, True), (True, "", False), (True, "contest-staging", False), (False, "", False)],
)
def test_a_risk_wants_to_be_told_twice(yes: bool, really: str, may: bool) -> None:
    assert agreed(Risks(OURS, None, QUIET), PREFIX, yes=False, really="")
    assert agreed(Risks(OURS, None, QUIET, ["a.py"]), PREFIX, yes, really) is may


def test_at_a_terminal_both_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["y", PREFIX])
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: next(answers))
    assert agreed(Risks(OURS, None, OURS.opens_at), PREFIX, yes=False, really="")


def test_a_dirty_tree_is_seen(tmp_path: Path) -> None:
    assert uncommitted(tmp_path / "none") == []
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "init", "-q"], check=True)
    assert uncommitted(tmp_path) == []
    (tmp_path / "new.py").touch()
    assert uncommitted(tmp_path) == ["new.py"]


@dataclass
class Deploying:
    project: Project
    functions: FakeLambda
    ran: list[str] = field(default_factory=list)
    fails: str = ""

    def __call__(self, *options: str) -> int:
        steps = deploy.Steps(**{name: self._step(name) for name in ("build", "chalice", "gateway")})
        return deploy.main(["--stage", "prod", *options], self.project, boto3.client, steps)  # type: ignore[arg-type]

    def _step(self, name: str) -> Any:
        def run(stage: str) -> int:
            self.ran.append(f"{name} {stage}")
            if name == "chalice":
                self.project.write_record(stage, json.dumps({"resources": [{"name": "app", "resource_type": "x"}]}))
            return int(self.fails == name)

        return run


@pytest.fixture
def deploying(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deploying]:
    """A clean checkout far from any opening, in an account where nothing is deployed."""
    for name in (".chalice/config.json", "chalicelib/contest.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    functions = FakeLambda(PREFIX)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setattr(probe_client, "lambda_client", lambda: functions)
    for path in ("chalicelib/questions.csv", "chalicelib/lessons.csv"):
        shutil.copy(ROOT / path, tmp_path / path)
    with mock_aws():
        yield Deploying(Project(tmp_path), functions)


def parameters() -> list[str]:
    return [str(one["Name"]) for one in boto3.client("ssm").describe_parameters()["Parameters"]]


def test_a_deployment_runs_its_steps_and_shares_its_record(
    deploying: Deploying, capsys: pytest.CaptureFixture[str]
) -> None:
    deploying.functions.deployed = False
    assert deploying() == 0
    assert deploying.ran == ["build prod", "chalice prod", "gateway prod"]
    assert parameters() == ["/contest/prod-deployed/record"], "no lock is left"
    told = capsys.readouterr()
    assert "账号 123456789012" in told.out
    assert "清扫报告新的竞赛文件" in told.err


@pytest.mark.parametrize("step", ["build", "chalice", "gateway"])
def test_a_step_that_fails_ends_it_and_leaves_no_lock(deploying: Deploying, step: str) -> None:
    deploying.fails = step
    assert deploying() == 1
    assert deploying.ran[-1] == f"{step} prod"
    assert parameters() == ([] if step == "build" else ["/contest/prod-deployed/record"])


def test_a_conflict_stops_it_before_anything_is_built(deploying: Deploying, capsys: pytest.CaptureFixture[str]) -> None:
    assert deploying() == 0
    deploying.project.forget_record("prod")
    deploying.project.write_record("prod", json.dumps({"resources": [{"name": "other", "resource_type": "x"}]}))
    deploying.ran.clear()
    assert deploying() == 1
    assert deploying.ran == []
    assert "只在本机的：other；只在共享的：app" in capsys.readouterr().err


def test_the_contest_that_runs_is_compared_and_its_end_near_asks(
    deploying: Deploying, capsys: pytest.CaptureFixture[str]
) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=30)
    running = replace(OURS, closes_at=soon, sections={**OURS.sections, "window": "other"})
    client = boto3.client("dynamodb")
    client.create_table(
        TableName=f"{PREFIX}-control",
        KeySchema=[{"AttributeName": "contest_id", "KeyType": "HASH"}, {"AttributeName": "name", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("contest_id", "name")],
        BillingMode="PAY_PER_REQUEST",
    )
    assert reported(client, PREFIX) is None
    item = {"contest_id": "#deployment", "name": "contest", "text": as_text(running)}
    client.put_item(TableName=f"{PREFIX}-control", Item={key: {"S": value} for key, value in item.items()})
    assert reported(client, PREFIX) == running
    assert deploying("--yes") == 1
    told = capsys.readouterr()
    assert "竞赛文件与部署着的不同：window" in told.out
    assert "离闭幕" in told.out
    assert "REALLY=contest-prod" in told.err
    assert deploying.ran == []
    assert deploying("--yes", "--really", PREFIX) == 0
    (event,) = deploying.functions.invoked
    assert event["resources"][0].endswith("/contest-prod-sweep-event")
