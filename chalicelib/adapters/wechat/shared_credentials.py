"""One WeChat credential for many instances: remembered, read from the store, refreshed by one instance at a time."""

from collections.abc import Callable
from datetime import datetime, timedelta

from chalicelib.domain.errors import TryAgain
from chalicelib.ports import Credential, CredentialStore

MARGIN = timedelta(minutes=5)
"""A credential is replaced this long before it expires; the old one is good until then."""
LEASE = timedelta(seconds=15)
"""Longer than a fetch with its time-outs: whoever has not stored a new one by then is taken for dead."""
WAITS, WAIT_SECONDS = 10, 0.3


class UnsharedStore:
    """Keeps a credential for nobody: what is asked for with it is fresh, and leaves the instances' shared one alone."""

    def read(self, name: str) -> Credential | None:
        return None

    def lease(self, name: str, seen: str, now: datetime, until: datetime) -> bool:
        return True

    def store(self, name: str, credential: Credential) -> None:
        return


class SharedCredential:
    """`fetch` asks WeChat for a new one; `force` when the stored one turned out bad. It raises TryAgain."""

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
        """A good credential. Raises TryAgain when there is none to be had."""
        if self._known and self._fresh(self._known):
            return self._known.value
        return self._renewed(bad="")

    def replace(self, bad: str) -> str:
        """Another one than `bad`, which WeChat refused; only one instance asks for it."""
        self._known = None
        return self._renewed(bad)

    def _renewed(self, bad: str) -> str:
        for _ in range(WAITS):
            stored = self._store.read(self._name)
            if stored and stored.value != bad and self._fresh(stored):
                return self._remember(stored)
            now = self._clock()
            still = stored.value if stored and stored.value != bad and now < stored.expires_at else ""
            if self._store.lease(self._name, stored.value if stored else "", now, now + LEASE):
                return self._fetched(bad, still)
            if still:
                return still  # another instance is refreshing it; this one still holds
            self._sleep(WAIT_SECONDS)
        raise TryAgain

    def _fetched(self, bad: str, still: str) -> str:
        """A fresh one; `still`, which holds a few minutes longer, while WeChat gives none. The lease goes on then, so
        that WeChat is not asked by everybody."""
        try:
            fresh = self._fetch(bool(bad))
        except TryAgain:
            if still:
                return still
            raise
        self._store.store(self._name, fresh)
        return self._remember(fresh)

    def _fresh(self, credential: Credential) -> bool:
        return self._clock() < credential.expires_at - MARGIN

    def _remember(self, credential: Credential) -> str:
        self._known = credential
        return credential.value
