"""Credentials that all instances share: one fetch serves all, even if an instance dies, and none is about to expire."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from chalicelib.adapters.store.dynamo_credentials import DynamoCredentials
from chalicelib.adapters.store.tables import Tables
from chalicelib.adapters.wechat.shared_credentials import (
    FORCES_A_DAY,
    LEASE,
    MARGIN,
    WAITS,
    SharedCredential,
)
from chalicelib.domain.errors import TryAgain
from chalicelib.ports import Credential, CredentialStore
from tests.support.clock import FakeClock
from tests.support.credentials import MemoryStore
from tests.support.engines import fresh_tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

START = datetime.fromisoformat("2020-07-08T00:00:00+08:00")
LIFE = timedelta(hours=2)
INSTANCES = 16


@pytest.fixture(scope="module")
def local_tables(dynamodb: "DynamoDBClient", dynamodb_endpoint: str) -> Iterator[Tables]:
    with fresh_tables(dynamodb) as prefix, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_endpoint)
        yield Tables(prefix)


@pytest.fixture(params=["fake", "local"])
def store(request: pytest.FixtureRequest) -> Iterator[CredentialStore]:
    if request.param == "fake":
        yield MemoryStore()
    else:
        yield DynamoCredentials(f"wx{uuid.uuid4().hex}", request.getfixturevalue("local_tables"))


@dataclass
class Platform:
    """WeChat's side: gives T1, T2, …, and nothing while `silent`. `asked` has one entry per fetch: whether it was
    forced."""

    clock: FakeClock
    silent: bool = False
    asked: list[bool] = field(default_factory=list)
    pause: Callable[[], object] = lambda: None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fetch(self, force: bool) -> Credential:
        with self._lock:
            self.asked.append(force)
            number = len(self.asked)
        self.pause()
        if self.silent:
            raise TryAgain
        return Credential(f"T{number}", self.clock() + LIFE)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(START)


@pytest.fixture
def platform(clock: FakeClock) -> Platform:
    return Platform(clock)


def instance(
    store: CredentialStore, platform: Platform, sleep: Callable[[float], None] | None = None, name: str = "token"
) -> SharedCredential:
    """One instance of the application, with its own memory. Unless `sleep` is given, it sleeps on the test's clock."""
    clock = platform.clock
    return SharedCredential(
        name, store, platform.fetch, clock, sleep or (lambda seconds: clock.advance(seconds=seconds))
    )


def all_at_once(*calls: Callable[[], str]) -> list[str]:
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], str]) -> str:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def test_many_cold_instances_fetch_once(store: CredentialStore, platform: Platform) -> None:
    platform.pause = lambda: time.sleep(0.2)
    instances = [instance(store, platform, lambda _: time.sleep(0.05)) for _ in range(INSTANCES)]
    assert set(all_at_once(*(one.get for one in instances))) == {"T1"}
    assert platform.asked == [False]


def test_a_warm_instance_reads_nothing(store: CredentialStore, platform: Platform) -> None:
    one = instance(store, platform)
    assert one.get() == "T1"
    store.store_credential("token", Credential("another", platform.clock() + LIFE))
    assert one.get() == "T1"
    assert instance(store, platform).get() == "another"


def test_what_wechat_refused_is_asked_for_again_and_never_forced(store: CredentialStore, platform: Platform) -> None:
    """Forcing would make the token of everybody else who uses this account invalid."""
    one = instance(store, platform)
    assert one.get() == "T1"
    assert one.replace("T1") == "T2"
    assert platform.asked == [False, False]


def test_one_that_is_refused_again_is_forced_by_one_instance(store: CredentialStore, platform: Platform) -> None:
    instances = [instance(store, platform, lambda _: time.sleep(0.05)) for _ in range(INSTANCES)]
    assert {one.get() for one in instances} == {"T1"}
    platform.pause = lambda: time.sleep(0.2)
    assert set(all_at_once(*(lambda one=one: one.force("T1") for one in instances))) == {"T2"}
    assert platform.asked == [False, True]


def test_forcing_has_an_end_each_day_for_all_instances_together(store: CredentialStore, platform: Platform) -> None:
    token = instance(store, platform).get()
    for number in range(FORCES_A_DAY):
        token = instance(store, platform).force(token)
        assert token == f"T{number + 2}"
    assert instance(store, platform).force(token) == ""
    assert platform.asked == [False, *([True] * FORCES_A_DAY)]
    assert instance(store, platform).get() == token, "nobody waits for a lease"
    platform.clock.now = START + timedelta(days=1)
    fresh = instance(store, platform).get()
    assert instance(store, platform).force(fresh) not in ("", fresh)


def test_what_another_instance_forced_is_taken(store: CredentialStore, platform: Platform) -> None:
    late, other = instance(store, platform), instance(store, platform)
    assert (late.get(), other.get()) == ("T1", "T1")
    assert (other.force("T1"), late.force("T1")) == ("T2", "T2")
    assert platform.asked == [False, True]


def test_a_bad_one_is_replaced_once_by_one_instance(store: CredentialStore, platform: Platform) -> None:
    instances = [instance(store, platform, lambda _: time.sleep(0.05)) for _ in range(INSTANCES)]
    assert {one.get() for one in instances} == {"T1"}
    platform.pause = lambda: time.sleep(0.2)
    assert set(all_at_once(*(lambda one=one: one.replace("T1") for one in instances))) == {"T2"}
    assert platform.asked == [False, False]
    assert {one.get() for one in instances} == {"T2"}


def test_whose_copy_is_stale_takes_what_another_stored(store: CredentialStore, platform: Platform) -> None:
    late, other = instance(store, platform), instance(store, platform)
    assert (late.get(), other.get()) == ("T1", "T1")
    assert other.replace("T1") == "T2"
    assert late.get() == "T1", "WeChat has still to tell it"
    assert late.replace("T1") == "T2"
    assert len(platform.asked) == 2


@pytest.mark.parametrize(
    ("before_expiry", "fetches"),
    [(MARGIN + timedelta(seconds=1), 1), (MARGIN, 2), (timedelta(seconds=1), 2), (timedelta(), 2)],
)
def test_it_is_replaced_before_it_expires(
    store: CredentialStore, platform: Platform, before_expiry: timedelta, fetches: int
) -> None:
    one, other = instance(store, platform), instance(store, platform)
    assert (one.get(), other.get()) == ("T1", "T1")
    platform.clock.now = START + LIFE - before_expiry
    assert (one.get(), other.get()) == (f"T{fetches}", f"T{fetches}")
    assert len(platform.asked) == fetches
    assert not any(platform.asked), "an old one is not a bad one"


def test_while_one_refreshes_the_others_use_the_old_one(store: CredentialStore, platform: Platform) -> None:
    one, other = instance(store, platform), instance(store, platform)
    one.get()
    platform.clock.now = START + LIFE - MARGIN
    assert store.lease_refresh("token", "T1", platform.clock(), platform.clock() + LEASE)
    assert (one.get(), other.get()) == ("T1", "T1")
    assert len(platform.asked) == 1


def test_while_wechat_is_silent_the_old_one_holds_to_its_end(store: CredentialStore, platform: Platform) -> None:
    one = instance(store, platform)
    one.get()
    platform.silent = True
    platform.clock.now = START + LIFE - MARGIN
    assert one.get() == "T1"
    assert one.get() == "T1"
    assert len(platform.asked) == 2, "asked once a lease, not at every call"
    platform.clock.now = START + LIFE
    with pytest.raises(TryAgain):
        one.get()
    platform.silent = False
    platform.clock.advance(seconds=20)
    assert one.get() == f"T{len(platform.asked)}"


def test_one_that_dies_with_the_lease_holds_up_nobody_for_long(store: CredentialStore, platform: Platform) -> None:
    assert store.lease_refresh("token", "", START, START + LEASE)  # and is never heard of again
    one = instance(store, platform)
    with pytest.raises(TryAgain):
        one.get()
    assert platform.asked == []
    assert platform.clock.now - START < LEASE
    platform.clock.now = START + LEASE - timedelta(milliseconds=1)
    assert not store.lease_refresh("token", "", platform.clock(), platform.clock() + LEASE)
    platform.clock.now = START + LEASE
    assert one.get() == "T1"


def test_waiting_ends_when_the_other_has_stored_it(store: CredentialStore, platform: Platform) -> None:
    assert store.lease_refresh("token", "", START, START + LEASE)
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            store.store_credential("token", Credential("theirs", START + LIFE))

    assert instance(store, platform, sleep).get() == "theirs"
    assert len(slept) == 3
    assert platform.asked == []


def test_waiting_ends_anyway(store: CredentialStore, platform: Platform) -> None:
    assert store.lease_refresh("token", "", START, START + LEASE)
    slept: list[float] = []
    with pytest.raises(TryAgain):
        instance(store, platform, slept.append).get()
    assert len(slept) == WAITS
    assert sum(slept) <= 5


def test_credentials_are_kept_apart_by_name(store: CredentialStore, platform: Platform) -> None:
    assert instance(store, platform, name="token").get() == "T1"
    assert instance(store, platform, name="ticket").get() == "T2"
    assert instance(store, platform, name="token").get() == "T1"


def test_credentials_are_kept_apart_by_account(local_tables: Tables, platform: Platform) -> None:
    assert instance(DynamoCredentials("wx1", local_tables), platform).get() == "T1"
    assert instance(DynamoCredentials("wx2", local_tables), platform).get() == "T2"
    assert instance(DynamoCredentials("wx1", local_tables), platform).get() == "T1"


def test_what_is_stored_is_exact_to_the_millisecond(store: CredentialStore) -> None:
    assert store.read_credential("token") is None
    given = Credential("T", START + timedelta(milliseconds=1))
    store.store_credential("token", given)
    assert store.read_credential("token") == given
    assert not store.lease_refresh("token", "", START, START + LEASE), "it has been stored since"
    assert store.lease_refresh("token", "T", START, START + LEASE)
    assert store.read_credential("token") == given, "a lease changes nothing of it"
