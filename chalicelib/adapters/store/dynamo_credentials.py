"""Shared credentials on DynamoDB: one row per credential, refreshed by one instance at a time."""

from datetime import datetime

from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.update import Action

from chalicelib.adapters.store.models import CredentialRow
from chalicelib.adapters.store.row_values import from_ms, to_ms
from chalicelib.adapters.store.tables import Tables
from chalicelib.adapters.store.transaction import store_errors, updated
from chalicelib.ports import Credential


class DynamoCredentials:
    """Credentials belong to a WeChat account, not to a contest."""

    def __init__(self, app_id: str, tables: Tables) -> None:
        self._key = f"wechat#{app_id}"

    def read_credential(self, name: str) -> Credential | None:
        with store_errors():
            try:
                row = CredentialRow.get(self._key, name, consistent_read=True)
            except DoesNotExist:
                return None
        return Credential(row.value, from_ms(row.expires_at)) if row.value else None

    def lease_refresh(self, name: str, seen: str, now: datetime, until: datetime) -> bool:
        row = CredentialRow(self._key, name)
        free = CredentialRow.leased_until.does_not_exist() | (CredentialRow.leased_until <= to_ms(now))
        as_seen = CredentialRow.value == seen if seen else CredentialRow.value.does_not_exist()
        return updated(row, [CredentialRow.leased_until.set(to_ms(until))], free & as_seen)

    def store_credential(self, name: str, credential: Credential) -> None:
        row = CredentialRow(self._key, name)
        actions: list[Action] = [
            CredentialRow.value.set(credential.value),
            CredentialRow.expires_at.set(to_ms(credential.expires_at)),
            CredentialRow.leased_until.remove(),
        ]
        with store_errors():
            row.update(actions)

    def count_force(self, name: str, day: str, most: int) -> bool:
        row, forces = CredentialRow(self._key, name), CredentialRow.forces
        another_day = CredentialRow.forced_on.does_not_exist() | (CredentialRow.forced_on < day)
        if updated(row, [CredentialRow.forced_on.set(day), forces.set(1)], another_day):
            return True
        return updated(row, [forces.set(forces + 1)], (CredentialRow.forced_on == day) & (forces < most))
