"""Fixtures for all tests.

    dynamodb_endpoint   URL of DynamoDB Local, started once per session at its first use
    dynamodb            a boto3 client of it
    new_tables          a function that makes a fresh set of empty tables there and returns their prefix
    (RESOURCE_PREFIX) moto_tables         the prefix of empty tables and queues inside `mock_aws`; for one thread only

The developer's AWS_*, WECHAT_* and CONTEST_* variables are removed before the application is imported.
"""

import gc
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from functools import cache
from typing import TYPE_CHECKING

from tests.support.engines import FAKE_ENVIRONMENT, REGION, dynamodb_client, fresh_prefix, fresh_tables, leaks

for _name in filter(leaks, list(os.environ)):
    del os.environ[_name]
os.environ.update(FAKE_ENVIRONMENT)

import boto3  # noqa: E402
import pytest  # noqa: E402
import yaml  # noqa: E402
from botocore import session as botocore_session  # noqa: E402
from hypothesis import settings  # noqa: E402
from moto import mock_aws  # noqa: E402
from moto.kms import models as kms_models  # noqa: E402

from infra.build.esbuild import ensure_page  # noqa: E402
from infra.project import CHECKOUT, ROOT  # noqa: E402
from infra.provision import create_all  # noqa: E402
from tests.support.distribution import ByModule, longest_first  # noqa: E402
from tests.support.engines import dynamodb_local  # noqa: E402
from tests.support.kept_tables import bring_moto_to  # noqa: E402

PREFIX = fresh_prefix()
SET_BY_A_STAGE = frozenset({"STAGE", *CHECKOUT.settings("prod")["environment_variables"]})

# Done here, so that it is finished before several workers start.
ensure_page()

# A slow moment of a busy machine must not count as a failing example. The long proofs are in `make soak`.
settings.register_profile("contest", deadline=None, max_examples=30)
settings.load_profile("contest")

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from xdist.remote import Producer


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collecting the tests makes half a million objects that stay: the garbage collector need not look at them."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        # Rarely: hardly anything in the tests is garbage that only the collector finds.
        gc.set_threshold(100_000, 50, 50)
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = longest_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: "Producer") -> ByModule:
    # Otherwise it would begin with the modules that have most tests.
    config.option.loadscopereorder = False
    return ByModule(config, log)


@pytest.fixture(scope="session", autouse=True)
def made_once() -> Iterator[None]:
    """Caches AWS's service models, which each client reads again, and the key of moto's encrypted tables: half of a
    test's time. moto parses CloudFormation's templates in C."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore_session, "create_loader", cache(botocore_session.create_loader))
        patch.setattr(kms_models, "generate_private_key", cache(kms_models.generate_private_key))
        patch.setattr(yaml, "Loader", yaml.CLoader)
        yield


@pytest.fixture(autouse=True)
def deployment_forgotten() -> Iterator[None]:
    """Removes what a command's `--stage` has set: the next test's command would take it for the operator's own. A
    command also chooses the region, which is put back: DynamoDB Local keeps each region's tables apart."""
    before = {name for name in SET_BY_A_STAGE if name in os.environ}
    region = {name: os.environ[name] for name in ("AWS_REGION", "AWS_DEFAULT_REGION") if name in os.environ}
    yield
    os.environ.update(region)
    for name in SET_BY_A_STAGE - before:
        os.environ.pop(name, None)


@pytest.fixture(scope="session")
def dynamodb_endpoint() -> Iterator[str]:
    with dynamodb_local(logs=ROOT / ".local" / "test-log") as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def dynamodb(dynamodb_endpoint: str) -> "Iterator[DynamoDBClient]":
    client = dynamodb_client(dynamodb_endpoint)
    yield client
    client.close()


@pytest.fixture
def new_tables(dynamodb: "DynamoDBClient") -> Iterator[Callable[[], str]]:
    with ExitStack() as stack:
        yield lambda: stack.enter_context(fresh_tables(dynamodb))


@pytest.fixture
def moto_tables() -> Iterator[str]:
    with mock_aws():
        bring_moto_to(PREFIX, create_tables_and_queues)
        yield PREFIX


def create_tables_and_queues() -> None:
    create_all(boto3.client("dynamodb", region_name=REGION), boto3.client("sqs", region_name=REGION), PREFIX)
