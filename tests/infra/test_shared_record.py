"""Operators' checkouts share Chalice's record. If two operators changed it, the conflict names both."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from infra.operator.deployment import Deployment
from infra.operator.operator_errors import OperatorError
from infra.project import Project
from infra.shared_record import STALE, SharedRecord
from tests.support.engines import REGION

WANTED = Deployment("prod", "contest-prod", "/contest/prod/", "https://quiz.example")
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
LOCK, RECORD = "/contest/prod-deployed/lock", "/contest/prod-deployed/record"


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        yield


def operator(home: Path, name: str) -> SharedRecord:
    (home / name / ".chalice").mkdir(parents=True, exist_ok=True)
    return SharedRecord(Project(home / name), WANTED, boto3.client("ssm"), name)


@pytest.fixture
def wang(tmp_path: Path) -> SharedRecord:
    return operator(tmp_path, "wang")


@pytest.fixture
def li(tmp_path: Path) -> SharedRecord:
    return operator(tmp_path, "li")


def deploy(here: SharedRecord, *names: str) -> None:
    """As Chalice records it."""
    resources = [{"name": name, "resource_type": "lambda_function", "lambda_arn": name} for name in names]
    here.project.write_record("prod", json.dumps({"resources": resources}))


def names(here: SharedRecord) -> list[str]:
    return [str(one["name"]) for one in here.project.resources("prod")]


def test_the_second_operator_updates_what_the_first_deployed(wang: SharedRecord, li: SharedRecord) -> None:
    assert wang.fetch() == ""
    deploy(wang, "app")
    assert RECORD in wang.store()
    assert "wang 于" in li.fetch()
    assert names(li) == ["app"]
    deploy(li, "app", "pay")
    li.store()
    wang.fetch()
    assert names(wang) == ["app", "pay"]
    assert (wang.fetch(), wang.store(), li.fetch(), li.store()) == ("", "", "", "")


def test_a_record_of_every_function_is_small(wang: SharedRecord) -> None:
    deploy(wang, *(f"arn:aws-cn:lambda:cn-north-1:123456789012:function:contest-prod-{n}" for n in range(40)))
    wang.store()
    value = boto3.client("ssm").get_parameter(Name=RECORD)["Parameter"]["Value"]
    assert len(value) < 4096, "the limit of a standard parameter"


def test_a_deployment_that_ended_before_it_was_stored_goes_on(wang: SharedRecord) -> None:
    deploy(wang, "app")
    wang.store()
    deploy(wang, "app", "pay")
    assert wang.fetch() == ""
    assert names(wang) == ["app", "pay"]
    wang.store()
    assert "pay" in str(wang.project.record_text("prod"))


def test_what_both_changed_is_refused_with_the_names(wang: SharedRecord, li: SharedRecord) -> None:
    deploy(wang, "app")
    wang.store()
    li.fetch()
    deploy(wang, "app", "pay")
    wang.store()
    deploy(li, "app", "sweep")
    for act in (li.fetch, li.store):
        with pytest.raises(OperatorError) as refused:
            act()
        assert "只在本机的：sweep；只在共享的：pay" in str(refused.value)
        assert "wang 于" in str(refused.value)
    assert names(li) == ["app", "sweep"]


def test_two_first_deployments_are_a_conflict(wang: SharedRecord, li: SharedRecord) -> None:
    deploy(wang, "app")
    wang.store()
    deploy(li, "app")
    li.project.write_record("prod", str(li.project.record_text("prod")) + " ")
    with pytest.raises(OperatorError, match="名称相同，编号不同"):
        li.fetch()


def test_each_side_can_win(wang: SharedRecord, li: SharedRecord) -> None:
    deploy(wang, "app")
    wang.store()
    deploy(li, "mine")
    boto3.client("ssm").delete_parameter(Name=RECORD)
    assert li.fetch() == ""
    li.store()
    deploy(wang, "app", "more")
    wang.project.record("prod").unlink()
    wang.fetch()
    assert names(wang) == ["mine"]


def test_what_was_removed_is_forgotten_everywhere(wang: SharedRecord, li: SharedRecord) -> None:
    deploy(wang, "app")
    wang.store()
    li.fetch()
    deploy(li)
    assert "已删去" in li.store()
    assert li.project.record_text("prod") is None
    assert "已由别处拆除" in wang.fetch()
    assert wang.project.record_text("prod") is None


def test_only_one_deploys_at_a_time(wang: SharedRecord, li: SharedRecord) -> None:
    with wang.locked(NOW), pytest.raises(OperatorError, match=f"wang 自 .*正在部署.*{LOCK}"), li.locked(NOW):
        pass
    with li.locked(NOW):
        pass


def test_a_failure_unlocks(wang: SharedRecord, li: SharedRecord) -> None:
    with pytest.raises(ZeroDivisionError), wang.locked(NOW):
        raise ZeroDivisionError
    with li.locked(NOW):
        pass


def test_a_lock_that_was_left_behind_is_taken_over_and_stays_the_new_one_s(
    wang: SharedRecord, li: SharedRecord
) -> None:
    with wang.locked(NOW - STALE):
        with li.locked(NOW):
            assert "li" in boto3.client("ssm").get_parameter(Name=LOCK)["Parameter"]["Value"]
        with li.locked(NOW + timedelta(seconds=1)):
            pass
