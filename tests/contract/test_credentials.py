"""CredentialStore: one credential for all instances, and a lease for the instance that renews it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.ports import Credential, CredentialStore
from tests.contract.conftest import Engine
from tests.support.examples import NOON, SECOND

NAME = "access_token"
TOKEN = Credential("token-1", NOON + timedelta(hours=2))


@pytest.fixture
def store(engine: Engine, openid: str) -> CredentialStore:
    return engine.credentials(f"wx{openid}")


def test_nothing_is_stored_at_first(store: CredentialStore) -> None:
    assert store.read_credential(NAME) is None


def test_the_last_one_stored_is_read(store: CredentialStore) -> None:
    store.store_credential(NAME, TOKEN)
    assert store.read_credential(NAME) == TOKEN
    store.store_credential(NAME, replace(TOKEN, value="token-2"))
    assert store.read_credential(NAME) == replace(TOKEN, value="token-2")


def test_a_lease_is_held_by_one_until_it_runs_out(store: CredentialStore) -> None:
    until = NOON + 15 * SECOND
    assert store.lease_refresh(NAME, "", NOON, until)
    assert not store.lease_refresh(NAME, "", NOON, until)
    assert not store.lease_refresh(NAME, "", until - SECOND, until + 15 * SECOND)
    assert store.lease_refresh(NAME, "", until, until + 15 * SECOND)
    assert not store.lease_refresh(NAME, "", until, until + 15 * SECOND)


@pytest.mark.parametrize("seen", ["", "token-0"])
def test_who_saw_another_one_gets_no_lease(engine: Engine, store: CredentialStore, seen: str) -> None:
    """Another instance has stored a new one: it must be read, not renewed."""
    store.store_credential(NAME, TOKEN)
    before = engine.dump()
    assert not store.lease_refresh(NAME, seen, NOON, NOON + SECOND)
    assert engine.dump() == before
    assert store.lease_refresh(NAME, TOKEN.value, NOON, NOON + SECOND)


def test_who_saw_one_where_none_is_gets_no_lease(store: CredentialStore) -> None:
    assert not store.lease_refresh(NAME, "token-0", NOON, NOON + SECOND)


def test_a_lease_alone_is_no_credential(store: CredentialStore) -> None:
    store.lease_refresh(NAME, "", NOON, NOON + SECOND)
    assert store.read_credential(NAME) is None


def test_a_lease_leaves_the_credential_as_it_is(store: CredentialStore) -> None:
    store.store_credential(NAME, TOKEN)
    assert store.lease_refresh(NAME, TOKEN.value, NOON, NOON + SECOND)
    assert store.read_credential(NAME) == TOKEN


def test_storing_ends_the_lease(store: CredentialStore) -> None:
    store.lease_refresh(NAME, "", NOON, NOON + 15 * SECOND)
    store.store_credential(NAME, TOKEN)
    assert store.lease_refresh(NAME, TOKEN.value, NOON, NOON + 15 * SECOND)


def test_so_many_refreshes_are_forced_a_day(engine: Engine, store: CredentialStore) -> None:
    store.store_credential(NAME, TOKEN)
    assert [store.count_force(NAME, "2020-07-08", 2) for _ in range(3)] == [True, True, False]
    before = engine.dump()
    assert not store.count_force(NAME, "2020-07-08", 2)
    assert not store.count_force(NAME, "2020-07-07", 2), "of an instance whose clock is behind"
    assert engine.dump() == before
    assert [store.count_force(NAME, "2020-07-09", 2) for _ in range(3)] == [True, True, False]
    assert store.count_force("jsapi_ticket", "2020-07-09", 2)
    assert store.read_credential(NAME) == TOKEN


def test_storing_and_leasing_leave_the_count(store: CredentialStore) -> None:
    assert store.count_force(NAME, "2020-07-08", 1)
    assert store.read_credential(NAME) is None
    assert store.lease_refresh(NAME, "", NOON, NOON + SECOND)
    store.store_credential(NAME, TOKEN)
    assert not store.count_force(NAME, "2020-07-08", 1)


def test_names_and_accounts_are_apart(engine: Engine, store: CredentialStore, openid: str) -> None:
    store.store_credential(NAME, TOKEN)
    store.lease_refresh(NAME, TOKEN.value, NOON, NOON + 15 * SECOND)
    for other, name in ((store, "jsapi_ticket"), (engine.credentials(f"wx{openid}-2"), NAME)):
        assert other.read_credential(name) is None
        assert other.lease_refresh(name, "", NOON, NOON + SECOND)
