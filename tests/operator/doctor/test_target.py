"""The deployment that is checked, and the facts that are known without its secrets."""

from datetime import timedelta

import pytest

from chalicelib.domain.errors import SettingsError
from infra.operator.doctor.target import Target
from tests.operator.doctor.conftest import Clinic


def test_the_local_stage_has_defaults() -> None:
    target = Target({"STAGE": "local"})
    assert (target.is_local, target.prefix, target.url) == (True, "contest-local", "http://127.0.0.1:8000")
    assert Target({"STAGE": "local", "PUBLIC_BASE_URL": "http://127.0.0.1:8310/"}).url == "http://127.0.0.1:8310"


@pytest.mark.parametrize("name", ["prefix", "url"])
def test_a_stage_in_the_cloud_has_none(name: str) -> None:
    target = Target({"STAGE": "prod"})
    assert not target.is_local
    with pytest.raises(SettingsError):
        getattr(target, name)


def test_how_near_the_opening_is(clinic: Clinic) -> None:
    clinic.before_opening(hours=24)
    assert clinic.target.opens_within(timedelta(hours=24))
    assert not clinic.target.opens_within(timedelta(hours=23))
    clinic.after_closing()
    assert clinic.target.opens_within(timedelta(0))


def test_clients_are_made_once(clinic: Clinic) -> None:
    assert clinic.target.client("sqs") is clinic.target.client("sqs")
    assert clinic.target.client("sqs").meta.region_name == "cn-north-1"
