"""`deploy` starts today's application on the records of an earlier version, as a deployment in mid-week does."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chalicelib import wiring
from tests.upgrade.deployed import Deployed, put_in_place
from tests.upgrade.record import files, read

Deploy = Callable[[Path], Deployed]
every_version = pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)


@pytest.fixture
def deploy(new_tables: Callable[[], str], dynamodb_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deploy]:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_endpoint)
    yield lambda path: put_in_place(read(path), new_tables(), dynamodb_endpoint)
    wiring.install(None)


@pytest.fixture(params=files(), ids=lambda path: path.stem)
def old(request: pytest.FixtureRequest, deploy: Deploy) -> Deployed:
    """Each version's records, one after the other."""
    return deploy(request.param)


@pytest.fixture
def newest(deploy: Deploy) -> Deployed:
    """The records of the present version, for tests that change some."""
    return deploy(files()[-1])
