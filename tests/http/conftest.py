"""Fixtures. `stage`: the application as deployed, with all outside parties simulated. `local_stage`: the same as run
locally. `bare_stage`: as deployed but without tables, for requests that must not reach them."""

from collections.abc import Iterator

import pytest

from chalicelib import wiring
from chalicelib.settings import load_settings
from tests.http.stage import Stage, StageSwitches, build, deployed_settings


@pytest.fixture
def stage(moto_tables: str) -> Iterator[Stage]:
    yield build(deployed_settings(moto_tables))
    wiring.install(None)


@pytest.fixture
def local_stage(moto_tables: str) -> Iterator[Stage]:
    yield build(load_settings({"STAGE": "local", "RESOURCE_PREFIX": moto_tables}))
    wiring.install(None)


@pytest.fixture
def bare_stage() -> Iterator[Stage]:
    stage = build(deployed_settings("absent"), plan=False)
    stage.ports.switches = StageSwitches(stage)
    yield stage
    wiring.install(None)
