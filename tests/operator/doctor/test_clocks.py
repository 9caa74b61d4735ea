"""Clocks: the functions', WeChat's and AWS's against ours."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from typing import Any

import pytest

from infra.operator.doctor import clocks
from infra.operator.doctor.check_runner import Check
from tests.operator.doctor.conftest import Clinic, is_well

CHECK = Check("时钟", clocks.clocks)


def aws_is_ahead(clinic: Clinic, seconds: float) -> None:
    def dated(answer: Any) -> None:
        answer["ResponseMetadata"]["HTTPHeaders"]["date"] = formatdate(time.time() + seconds, usegmt=True)

    clinic.changed("dynamodb", "DescribeTable", dated)


def test_all_agree(clinic: Clinic) -> None:
    aws_is_ahead(clinic, 0)
    found = clinic.tells(CHECK)
    assert is_well(found), found
    assert [one.text for one in found] == ["与函数一致", "与微信一致", "与AWS一致"]


def test_some_do_not(clinic: Clinic) -> None:
    aws_is_ahead(clinic, -40)
    clinic.wechat_is_ahead = 10
    text = clinic.text(CHECK)
    assert "! 时钟：本机比微信慢" in text
    assert "✗ 时钟：本机比AWS快" in text


def test_an_instance_whose_clock_was_set(clinic: Clinic) -> None:
    stage, ahead = clinic.stage, timedelta(minutes=5)
    clinic.target._services_if_any = None
    clinic.target.now = lambda: stage.now - ahead  # type: ignore[method-assign]
    assert "✗ 时钟：本机比函数慢 300.0 秒" in clinic.text(CHECK)


def test_who_does_not_say(clinic: Clinic) -> None:
    clinic.changed("dynamodb", "DescribeTable", lambda a: a["ResponseMetadata"].update(HTTPHeaders={}))
    clinic.settings(wechat_api_url="https://nobody.example")
    clinic.web.canned["/api/contest"] = (404, "no JSON")
    text = clinic.text(CHECK)
    assert "– 时钟：函数没有给出时间" in text
    assert "– 时钟：微信没有给出时间" in text
    assert "– 时钟：AWS没有给出时间" in text


@pytest.mark.parametrize(
    ("said", "before", "after", "seconds"),
    [(100, 99.9, 100.2, 0), (100, 100.9, 101.1, 0), (100, 103.5, 104, -2.5), (110, 100, 101, 9)],
)
def test_how_far_apart(said: float, before: float, after: float, seconds: float) -> None:
    """A header's seconds are cut off."""
    theirs = datetime.fromtimestamp(said, UTC)
    assert clocks.apart(theirs, before, after, precision=1) == pytest.approx(seconds)
