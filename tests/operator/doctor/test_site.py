"""Which deployment is looked at, and what is known of it without its secrets."""

from datetime import timedelta

import pytest

from chalicelib.settings import SettingsError
from infra.operator.doctor.site import Site
from tests.operator.doctor.conftest import Clinic


def test_the_local_stage_has_defaults() -> None:
    site = Site({"STAGE": "local"})
    assert (site.is_local, site.prefix, site.url) == (True, "contest-local", "http://127.0.0.1:8000")
    assert Site({"STAGE": "local", "PUBLIC_BASE_URL": "http://127.0.0.1:8310/"}).url == "http://127.0.0.1:8310"


@pytest.mark.parametrize("name", ["prefix", "url"])
def test_a_stage_in_the_cloud_has_none(name: str) -> None:
    site = Site({"STAGE": "prod"})
    assert not site.is_local
    with pytest.raises(SettingsError):
        getattr(site, name)


def test_how_near_the_opening_is(clinic: Clinic) -> None:
    clinic.before_opening(hours=24)
    assert clinic.site.opens_within(timedelta(hours=24))
    assert not clinic.site.opens_within(timedelta(hours=23))
    clinic.after_closing()
    assert clinic.site.opens_within(timedelta(0))


def test_clients_are_made_once(clinic: Clinic) -> None:
    assert clinic.site.client("sqs") is clinic.site.client("sqs")
    assert clinic.site.client("sqs").meta.region_name == "cn-north-1"
