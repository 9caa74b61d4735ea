"""One WeChat credential for many instances: cached, read from the store, refreshed by one instance at a time."""

from collections.abc import Callable
from datetime import datetime, timedelta

from chalicelib.domain.errors import TryAgain
from chalicelib.domain.shanghai import SHANGHAI
from chalicelib.ports import Credential, CredentialStore

MARGIN = timedelta(minutes=5)
"""A credential is replaced this long before it expires; the old one stays valid until then."""
LEASE = timedelta(seconds=15)
"""Longer than a fetch with its time-outs: an instance that has not stored a new credential by then is considered
dead."""
WAITS, WAIT_SECONDS = 10, 0.3
FORCES_A_DAY = 5
"""WeChat allows 20. A refresh is forced only if WeChat refuses a token that it has just named as current."""


class UnsharedStore:
    """Stores nothing: each credential is fetched fresh, and the instances' shared one is not touched."""

    def read_credential(self, name: str) -> Credential | None:
        return None

    def lease_refresh(self, name: str, seen: str, now: datetime, until: datetime) -> bool:
        return True

    def store_credential(self, name: str, credential: Credential) -> None:
        return

    def count_force(self, name: str, day: str, most: int) -> bool:
        return False  # a forced refresh would make the shared one invalid


class SharedCredential:
    """`fetch` asks WeChat for the current one; with True it forces WeChat to make a new one. It raises TryAgain."""

    def __init__(
        self,
        name: str,
        store: CredentialStore,
        fetch: Callable[[bool], Credential],
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        self._name, self._store, self._fetch, self._clock, self._sleep = name, store, fetch, clock, sleep
        self._known: Credential | None = None

    def get(self) -> str:
        """Returns a valid credential. Raises TryAgain when none is available."""
        if self._known and self._fresh(self._known):
            return self._known.value
        return self._renewed(bad="")

    def replace(self, bad: str) -> str:
        """Returns the current credential after WeChat refused `bad`. It is `bad` itself if WeChat still names it as
        current."""
        self._known = None
        return self._renewed(bad)

    def force(self, bad: str) -> str:
        """Returns a replacement for `bad`, which WeChat refused again; empty if that was done too often today. Only one
        instance makes WeChat issue a new one."""
        self._known = None
        return self._renewed(bad, force=True)

    def _renewed(self, bad: str, force: bool = False) -> str:
        for _ in range(WAITS):
            stored = self._store.read_credential(self._name)
            if stored and stored.value != bad and self._fresh(stored):
                return self._remember(stored)
            now = self._clock()
            still = stored.value if stored and stored.value != bad and now < stored.expires_at else ""
            if self._store.lease_refresh(self._name, stored.value if stored else "", now, now + LEASE):
                if not force or stored is None or stored.value != bad:
                    return self._fetched(still)
                return self._forced(stored)
            if still:
                return still  # another instance is refreshing the credential; this one is still valid
            self._sleep(WAIT_SECONDS)
        raise TryAgain

    def _fetched(self, still: str) -> str:
        """Returns a new credential. If WeChat gives none, returns `still`, which is valid for a few more minutes, and
        keeps the lease, so that not every instance asks WeChat."""
        try:
            fresh = self._fetch(False)
        except TryAgain:
            if still:
                return still
            raise
        return self._stored(fresh)

    def _forced(self, bad: Credential) -> str:
        today = self._clock().astimezone(SHANGHAI).date().isoformat()
        if not self._store.count_force(self._name, today, FORCES_A_DAY):
            self._store.store_credential(self._name, bad)  # ends the lease
            return ""
        return self._stored(self._fetch(True))

    def _stored(self, fresh: Credential) -> str:
        self._store.store_credential(self._name, fresh)
        return self._remember(fresh)

    def _fresh(self, credential: Credential) -> bool:
        return self._clock() < credential.expires_at - MARGIN

    def _remember(self, credential: Credential) -> str:
        self._known = credential
        return credential.value
