"""`deploy` starts today's application on the records of an earlier version, as a deployment in mid-week does."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chalicelib import wiring
from tests.upgrade.deployed import Deployed, put_in_place
from tests.upgrade.record import files, read

Deploy = Callable[[Path], Deployed]
_MOST = files() if os.environ.get("EVERY_VERSION") else [*files()[:1], *files()[1:][-2:]]
every_version = pytest.mark.parametrize("old", files(), ids=lambda path: path.stem, indirect=True)
"""For a test that must also see the versions that `old` leaves out."""


@pytest.fixture
def deploy(new_tables: Callable[[], str], dynamodb_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deploy]:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_endpoint)
    yield lambda path: put_in_place(read(path), new_tables(), dynamodb_endpoint)
    wiring.install(None)


@pytest.fixture(params=_MOST, ids=lambda path: path.stem)
def old(request: pytest.FixtureRequest, deploy: Deploy) -> Deployed:
    """The records of the oldest and of the two newest versions, one after the other; in `make soak` of each version."""
    return deploy(request.param)


@pytest.fixture
def newest(deploy: Deploy) -> Deployed:
    """The records of the present version, for tests that change some."""
    return deploy(files()[-1])
